/* SPDX-License-Identifier: ISC */
/* The loudness of a recording, EBU R128: measured in one pass of ffmpeg, set in the next. */
#ifndef PREPARE_PREPARE_LOUDNESS_H
#define PREPARE_PREPARE_LOUDNESS_H

#include <stdbool.h>

#include "prepare/prepare_plan.h"

/* Reads an option: -70 to -5 LUFS, or "off". 0, or -1: it is wrong. */
int	prepare_loudness(struct prepare_want *, const char *);

/* Is a pass needed that measures? It also finds the length of the recording that a picture is shown with. */
bool	prepare_must_measure(const struct prepare_plan *);

/*
 * Takes what was measured: the end of what ffmpeg's ebur128 logs, and the length of the audio in seconds. Silence is not
 * made louder, nothing by more than 20 dB. 0, or -1: that is no such log.
 */
int	prepare_measured(struct prepare_plan *, const char *log, double seconds);

#endif
