/* SPDX-License-Identifier: ISC */
/*
 * Tells browsers when the state of the channels has changed: server-sent events (HTML Living Standard, section 9.2) over
 * HTTP/1.1, to clients of standard input, a listening Unix socket. The web server asks first who the client is, and hands
 * the stream on. An event tells nothing about a channel: who gets it asks GET status.
 *
 *	event: state
 *	data: {"time":"2026-01-01T00:00:00.000Z","changed":true}
 *
 * "changed" is false if only the time is another one: somebody still looks at the channels.
 */
#ifndef WEB_CHANGE_STREAM_H
#define WEB_CHANGE_STREAM_H

#define CHANGE_STREAM_CLIENTS	1024	/* at the same time; others are disconnected, and poll */
#define CHANGE_STREAM_S		300	/* a stream ends after that: its client comes again, and is asked again who it is */
#define CHANGE_STREAM_LOOK_MS	200	/* how often it looks at the file */

/* file: JSON with "time", which its writer replaces by rename(2). Runs until SIGTERM or SIGINT: 0; or -1 with errno. */
int	change_stream_run(const char *file);

#endif
