/* SPDX-License-Identifier: ISC */
/* A film in the format that a channel's encoder sends. */
#ifndef PREPARE_PREPARE_LIKE_H
#define PREPARE_PREPARE_LIKE_H

#include "base/error.h"
#include "prepare/prepare_plan.h"

/*
 * Takes size, frame rate and audio of the first source in a forwarder's status (lsctl-forward(8), status), but for what
 * is set already. 0, or -1: that source has sent no video yet, or this is no status.
 */
int	prepare_like(struct prepare_want *, const char *status, struct error *);

#endif
