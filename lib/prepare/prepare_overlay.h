/* SPDX-License-Identifier: ISC */
/* What is drawn into the picture: a logo, a title, a clock. */
#ifndef PREPARE_PREPARE_OVERLAY_H
#define PREPARE_PREPARE_OVERLAY_H

#include "base/buf.h"
#include "prepare/prepare_plan.h"

/* Reads options: "logo.png" or "logo.png@bottom-left"; one line of text. 0, or -1: it is wrong, or too long. */
int	prepare_logo(struct prepare_want *, const char *);
int	prepare_title(struct prepare_want *, const char *);

/* Appends the filters, each after a comma; logo: the number of the input that has it. */
void	overlay_filter(struct buf *, const struct prepare_plan *, int logo);

/*
 * Opens the title for ffmpeg, which inherits the descriptor, so that no file system and no syntax of filters comes between:
 * a subtitle of one line, which lasts for ever, in the format of the filter ass. Sets title_fd, to be closed by the caller.
 * 0, or -1 with errno.
 */
int	overlay_open(struct prepare_plan *, const char *title);

#endif
