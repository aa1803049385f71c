/* SPDX-License-Identifier: ISC */
/* Runs ffmpeg and ffprobe, and classifies their failures. */
#ifndef PREPARE_FFMPEG_H
#define PREPARE_FFMPEG_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/progress.h"

enum ffmpeg_end {
	FFMPEG_DONE,
	FFMPEG_MISSING,		/* not installed, or without an encoder that we need */
	FFMPEG_FAILED,		/* it cannot process the input */
	FFMPEG_STOPPED,		/* this process got a signal, and killed ffmpeg */
	FFMPEG_TROUBLE		/* a system call failed, or a signal killed ffmpeg */
};

/* *err is filled in unless the result is FFMPEG_DONE. */

/* argv must have "-progress pipe:1"; seconds is the length of the result, 0: unknown. */
enum ffmpeg_end	 ffmpeg_run(char *const argv[], double seconds,
		    struct progress *, struct error *);

/* The same; log gets the end of what ffmpeg logged, *at the seconds that it reached. */
enum ffmpeg_end	 ffmpeg_measure(char *const argv[], double seconds, struct progress *, char *log, size_t size,
		    double *at, struct error *);

/* Appends what ffprobe says of a file, as JSON. */
enum ffmpeg_end	 ffmpeg_probe(const char *path, struct buf *out, struct error *);

/* Is there a font for text? FFMPEG_MISSING: there is none; *err says what to install. */
enum ffmpeg_end	 ffmpeg_font(struct error *);

/* Appends the standard output to out. */
enum ffmpeg_end	 ffmpeg_capture(char *const argv[], struct buf *out, struct error *);

#endif
