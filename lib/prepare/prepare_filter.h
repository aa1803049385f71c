/* SPDX-License-Identifier: ISC */
/* The filters of ffmpeg that apply a plan. */
#ifndef PREPARE_PREPARE_FILTER_H
#define PREPARE_PREPARE_FILTER_H

#include "base/buf.h"
#include "prepare/prepare_plan.h"

/*
 * Appends the filters of a track that is encoded. Nothing in them is a text of the operator or of the film. logo: the
 * number of the input that has it, if the plan has one; then the filters are the middle of a graph.
 */
void	prepare_filter_video(struct buf *, const struct prepare_plan *, int logo);
void	prepare_filter_audio(struct buf *, const struct prepare_plan *);

/* The filters that measure the loudness of what prepare_filter_audio() makes. */
void	prepare_filter_measure(struct buf *, const struct prepare_plan *);

#endif
