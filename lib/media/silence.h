/* SPDX-License-Identifier: ISC */
/*
 * Silence for a source that has no sound by nature, such as a camera without a microphone: frames of AAC up to the time
 * of each picture, so that everything behind the source sees both tracks. Silence is constant data; no encoder runs. No
 * I/O and no clock.
 */
#ifndef MEDIA_SILENCE_H
#define MEDIA_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "media/fanout_log.h"
#include "media/source_state.h"

struct silence {
	const struct fanout_log	*log;		/* borrowed; NULL: the source has sound of its own */
	struct arena		*arena;		/* borrowed */
	const struct silence_format *format;	/* NULL: none was chosen since the connection began */
	bool			 begun;		/* a picture was there */
	uint32_t		 begin;		/* when the silence began, on the source's clock */
	uint64_t		 frames;	/* of it, so far */
	uint32_t		 picture;	/* time of the newest picture */
	int64_t			 arrived;	/* when that arrived, ms on our clock */
	int32_t			 step;		/* ms from the picture before to it, where its clock did not jump */
};

/*
 * The silence has the format of the sound that went out last, if that is AAC of 44.1 or 48 kHz, mono or stereo; else
 * it is stereo of 48 kHz. It is chosen when a connection begins.
 */
void	silence_init(struct silence *, const struct fanout_log *, struct arena *);
void	silence_connected(struct silence *);

/* As source_push(), with silence before a picture. Sound is dropped and counted. */
void	silence_push(struct silence *, struct source *, struct packet *, int64_t now);

#endif
