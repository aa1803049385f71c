/* SPDX-License-Identifier: ISC */
/*
 * The folders and the name of a host, which its tools share.
 *
 *	$LSCTL_RUN	/run/lsctl	forward/CHANNEL.json .sock, loop/CHANNEL.json .sock
 *	$LSCTL_STATE	/var/lib/lsctl	media/, spool/, acl, spec-cache/forward/CHANNEL, spec-cache/loop/CHANNEL
 *	$LSCTL_HOST	the host name	the name of this host in the database
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#include <stddef.h>

/* Each returns dst, always terminated. name NULL: the folder itself. */
char	*path_run(char *dst, size_t size, const char *folder, const char *name, const char *ending);
char	*path_state(char *dst, size_t size, const char *folder, const char *name);
char	*path_host(char *dst, size_t size);

#endif
