/* SPDX-License-Identifier: ISC */
/* What is remembered from one call to the next: a file with a JSON object, changed by one at a time. */
#ifndef CONTROL_STATE_FILE_H
#define CONTROL_STATE_FILE_H

#include <stdbool.h>

#include <jansson.h>

struct state_file {
	char	 path[4096];
	int	 lock;		/* -1: there is no file */
	json_t	*o;		/* to be changed; an empty one when there was none, or no sense in it */
};

/* The file dir/name, of those who heed dir/.lock; dir is made. wait: for as long as somebody else has it. 0, or -1
 * with errno; EWOULDBLOCK: somebody has it. */
int	state_file_open(struct state_file *, const char *dir, const char *name, bool wait);

/* Writes it, or removes the file where nothing is in it any more. 0, or -1 with errno. Not closed. */
int	state_file_save(struct state_file *);

void	state_file_close(struct state_file *);

#endif
