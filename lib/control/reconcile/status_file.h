/* SPDX-License-Identifier: ISC */
/*
 * The state of a host's channels for the pages, $LSCTL_STATE/www/status.json: what is short and changes seldom of each
 * health record. lsctl-api(5) describes it as the resource status.
 */
#ifndef CONTROL_RECONCILE_STATUS_FILE_H
#define CONTROL_RECONCILE_STATUS_FILE_H

#include <stdbool.h>

#include <jansson.h>

#include "base/buf.h"
#include "control/db.h"

#define STATUS_FILE_S	10	/* the file is written at least this often */
#define ELSEWHERE_S	5	/* and the one of other hosts at most this often */

struct status_file {
	struct buf	 channels;	/* objects with commas between them */
	struct buf	 host;		/* the object of the host */
	bool		 database;	/* whether it answered */
	json_t		*alerts;	/* owned; the state of alert/problems.h; NULL: not read yet */
};

void	status_file_init(struct status_file *);
void	status_file_free(struct status_file *);

/* Adds a health record, of a channel or of the host, with who has acknowledged its problems. 0, or -1: no memory. */
int	status_file_add(struct status_file *, const json_t *record);

/*
 * Writes the file by rename, mode 0640, with the group of its folder, if it says something new or is STATUS_FILE_S old.
 * elsewhere: the file with the channels of other hosts, which are added if it is young enough to be true.
 * 0; -1 with errno; ENOENT: this host has no such folder, and so no pages.
 */
int	status_file_write(struct status_file *, const char *path, const char *elsewhere, const char *host);

/* Is it time to write the channels of other hosts again? false, too, if this host has no pages. */
bool	status_elsewhere_is_due(const char *elsewhere);

/* If so, asks the database and writes them. Nothing that goes wrong here is a reason not to reconcile. */
void	status_elsewhere_update(struct db *, const char *host);

/* Writes them: status_elsewhere() in sql/functions/reconcile.sql. 0, or -1 with errno. */
int	status_elsewhere_write(const char *elsewhere, const char *text);

#endif
