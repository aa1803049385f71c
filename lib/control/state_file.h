/* SPDX-License-Identifier: ISC */
/* A file with a JSON object that keeps state from one call to the next. A lock lets one process at a time change it. */
#ifndef CONTROL_STATE_FILE_H
#define CONTROL_STATE_FILE_H

#include <stdbool.h>

#include <jansson.h>

struct state_file {
	char	 path[4096];
	int	 lock;		/* -1: none is held */
	json_t	*o;		/* for the caller to change; empty if the file was missing or damaged */
};

/* Takes dir/.lock and reads dir/name; creates dir. wait: waits while another process holds the lock. 0, or -1 with
 * errno; EWOULDBLOCK: another process holds the lock. */
int	state_file_open(struct state_file *, const char *dir, const char *name, bool wait);

/* What the file at path has, without a lock. Never NULL: an empty object if the file is missing or damaged. */
json_t	*state_file_peek(const char *path);

/* Writes the file, or removes it if the object is empty. Keeps the lock. 0, or -1 with errno. */
int	state_file_save(struct state_file *);

void	state_file_close(struct state_file *);

#endif
