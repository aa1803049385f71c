/* SPDX-License-Identifier: ISC */
/*
 * Events on their way into the database, in a folder: a line of JSON each, appended by one write(2), sent
 * later by whoever reconciles. Nothing is lost or doubled when any of them dies at any point (a power cut may
 * take what the disk has not got yet), nobody waits for a database, and there is an end to its size: then the
 * oldest are dropped and an event says how many.
 *
 *	events		what is appended to
 *	events.old	the segment before, once it was full
 *	ship.old, .new	those two, claimed by whoever sends them; removed when they are in the database
 *	ship.*.refused	what the database would not have, the last of each: for people to look at and remove
 *	lock		of who renames
 */
#ifndef CONTROL_ACL_SPOOL_H
#define CONTROL_ACL_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define SPOOL_SEGMENT	(4 << 20)	/* bytes; there are at most four of them */
#define SPOOL_LINE	4096		/* bytes of an event */
#define SPOOL_REFUSED	".refused"	/* behind the name of what the database would not have, put aside */

/* Texts: NULL is null. What is not printable ASCII, and quotes, become '?'. */
struct spool_event {
	const char	*host, *channel, *kind, *source, *who, *reason;
	const char	*detail;	/* a JSON object, taken as it is; NULL: {} */
};

/* Appends it with time and a uid of its own; makes the folder. 0, or -1 with an error: it is lost. */
int	spool_append(const char *dir, const struct spool_event *, struct error *);

/* What is claimed is this process's until done or kept, or its end. */
struct spool_claim {
	int	 fd;		/* to read it all */
	char	 path[4096];
};

/* 1: claimed; 0: nothing there, or somebody else is at it; -1 with an error. */
int	spool_claim(const char *dir, struct spool_claim *, struct error *);
int	spool_done(struct spool_claim *);	/* it is in the database: removed. 0, or -1 with errno */
void	spool_keep(struct spool_claim *);	/* for the next try */

#endif
