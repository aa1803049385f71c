/* SPDX-License-Identifier: ISC */
/* The role of a session, and the numbers that it announces. */
#ifndef RTMP_RTMP_ROLE_H
#define RTMP_RTMP_ROLE_H

enum rtmp_role {
	RTMP_PLAY,
	RTMP_PUBLISH,
	RTMP_CONNECT	/* a publisher that goes no further than connect, whose answer is RTMP_STARTED */
};

#define RTMP_CHUNK_OUT	60000	/* our chunk size, bytes: few messages need a second chunk */
#define RTMP_WINDOW_OUT	500000	/* window that we announce: the server acknowledges after so many bytes */

#endif
