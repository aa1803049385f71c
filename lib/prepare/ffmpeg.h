/* SPDX-License-Identifier: ISC */
/* Runs ffmpeg and ffprobe, and tells apart what can go wrong. */
#ifndef PREPARE_FFMPEG_H
#define PREPARE_FFMPEG_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/progress.h"

enum ffmpeg_end {
	FFMPEG_DONE,
	FFMPEG_MISSING,		/* not installed, or without an encoder that we need */
	FFMPEG_FAILED,		/* it cannot make sense of the input */
	FFMPEG_STOPPED,		/* a signal came for us; it has been ended */
	FFMPEG_TROUBLE		/* the system refused: errno */
};

/* why gets one line for a person whenever the end is not FFMPEG_DONE. */

/* argv has "-progress pipe:1"; seconds is the length of the result, 0 when unknown. */
enum ffmpeg_end	 ffmpeg_run(char *const argv[], double seconds,
		    struct progress *, struct error *);

/* Appends what it prints to out. */
enum ffmpeg_end	 ffmpeg_capture(char *const argv[], struct buf *out, struct error *);

#endif
