/* SPDX-License-Identifier: ISC */
/*
 * One source of a channel: its delay line with a GOP cache, one frame queue for each track, and its
 * health. No I/O and no clock: arrival times come with the packets.
 *
 * A source is divided into epochs. An epoch is one unbroken timeline that can be decoded from its
 * first keyframe on. A new epoch begins with a connection, where timestamps jump, where a publisher
 * announces itself again (the files of a list do that, too, and stay one epoch), and after a stall.
 * Data messages belong to the epoch of the media around them, whatever their timestamps. A source is
 * healthy while media arrives as fast as its own timestamps; a burst proves nothing (a server replays
 * the cached GOP of a dead stream to a new player).
 */
#ifndef MEDIA_SOURCE_H
#define MEDIA_SOURCE_H

#include <stdint.h>

#include "media/source_state.h"

void	source_init(struct source *, const struct source_limits *);
void	source_free(struct source *);

/* The connection started to play; the stream or the connection ended. Both end the epoch. */
void	source_connected(struct source *);
void	source_ended(struct source *);

/*
 * Adds a media packet that arrived now (ms); takes ownership of the reference. Drops and counts
 * packets that are broken or cannot be used.
 */
void	source_push(struct source *, struct packet *, int64_t now);

#endif
