/* SPDX-License-Identifier: ISC */
/*
 * The spool: a folder of events that wait for the database. A tool appends an event as a line of JSON with one
 * write(2); the reconciliation sends it later. If a process dies at any point, no event is lost or doubled (a
 * power cut may lose what is not on disk yet). No tool waits for the database. The size is limited: when the
 * spool is full, the oldest events are dropped, and an event reports how many.
 *
 *	events		tools append to it
 *	events.old	the previous segment, which is full
 *	ship.old, .new	those two, claimed by the process that sends them; removed when they are in the database
 *	*.refused	the last of each that the database refused, or that is no file of events, for the operator to
 *			look at and remove
 *	lock		for the process that renames
 *
 * The hook may write in the folder, and root reads it. What a taken-over hook puts there is not followed, and is not
 * waited for: only regular files with one name are read, written and counted.
 */
#ifndef CONTROL_ACL_SPOOL_H
#define CONTROL_ACL_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define SPOOL_SEGMENT	(4 << 20)	/* bytes; there are at most four of them */
#define SPOOL_LINE	4096		/* bytes of an event */
#define SPOOL_REFUSED	".refused"	/* the ending of a file that was put aside */

/* The names of files of events, in the order in which they are sent. */
static const char *const spool_names[] = { "ship.old", "ship.new", "events.old", "events" };

/* Texts: NULL is null. Quotes, backslashes, and all but printable ASCII become '?'. */
struct spool_event {
	const char	*host, *channel, *kind, *source, *who, *reason;
	const char	*detail;	/* a JSON object, copied as it is; NULL: {} */
};

/* Appends an event with its time and a new uid; creates the folder. 0, or -1 with an error: the event is lost. */
int	spool_append(const char *dir, const struct spool_event *, struct error *);

/*
 * Puts aside what has the name of a file of events and is none: a symbolic link, a folder, a FIFO, a file with a second
 * name. 0, or -1 with an error: it found something.
 */
int	spool_check(const char *dir, struct error *);

/* A claimed file belongs to this process until spool_done(), spool_keep() or its end. */
struct spool_claim {
	int	 fd;		/* for reading */
	char	 path[4096];
};

/* 1: claimed; 0: there is no file, or another process has it; -1 with an error. */
int	spool_claim(const char *dir, struct spool_claim *, struct error *);
int	spool_done(struct spool_claim *);	/* after it was sent: removes the file. 0, or -1 with errno */
int	spool_put_aside(const char *path);	/* renames it to path SPOOL_REFUSED. 0, or -1 with errno */
void	spool_keep(struct spool_claim *);	/* leaves the file for the next try */

#endif
