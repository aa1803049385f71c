/* SPDX-License-Identifier: ISC */
/* What a session is, as its messages and its state both need it. */
#ifndef RTMP_RTMP_ROLE_H
#define RTMP_RTMP_ROLE_H

enum rtmp_role { RTMP_PLAY, RTMP_PUBLISH };

#define RTMP_CHUNK_OUT	60000	/* what we announce: few messages need a second chunk */
#define RTMP_WINDOW_OUT	500000	/* how often we want to be acknowledged, in bytes */

#endif
