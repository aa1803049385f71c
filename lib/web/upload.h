/* SPDX-License-Identifier: ISC */
/*
 * Films on their way to this host: a folder each, UPLOADS/ID, with the film under its own name in film/, and about, a JSON
 * object. They grow by appending, so that an upload continues after the connection was lost. When it is prepared, progress
 * (lsctl-loop(8), prepare --progress) is there, too; it stays when lsctl-prepare@.service has removed the film.
 */
#ifndef WEB_UPLOAD_H
#define WEB_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#define UPLOAD_ID	33		/* bytes: 32 hex digits and NUL */
#define UPLOAD_NAME	128		/* bytes of the name of a film, with its NUL */
#define UPLOADS_MAX	256		/* uploads of one day */
#define UPLOADS_BYTES	(100LL << 30)	/* of all uploads together */
#define UPLOADS_OLD_S	86400		/* an upload that nobody continues is removed */

enum upload_end {
	UPLOAD_OK,
	UPLOAD_NAME_WRONG,	/* no name for a film */
	UPLOAD_PROFILE_WRONG,
	UPLOAD_NO_SPACE,	/* the disk, or the share of uploads, is full */
	UPLOAD_NONE,		/* there is none of this ID */
	UPLOAD_OFFSET,		/* it continues at another offset */
	UPLOAD_LONG,		/* more than was announced */
	UPLOAD_BUSY,		/* another request appends to it */
	UPLOAD_CUT,		/* the content ended early: what came is kept */
	UPLOAD_IO		/* errno */
};

struct upload {
	char	 name[UPLOAD_NAME];	/* of the film */
	char	 profile[32];		/* that it is prepared to: lsctl-loop(8), --profile; "": as the film has */
	int64_t	 bytes;			/* that were announced */
	int64_t	 have;			/* that are there */
	int64_t	 account;		/* whose it is */
};

/* Is it an ID, and no path? */
bool		 upload_is_id(const char *);

/* Removes old uploads, and begins a new one. */
enum upload_end	 upload_begin(const char *folder, const struct upload *, char id[UPLOAD_ID]);

enum upload_end	 upload_find(const char *folder, const char *id, struct upload *);

/*
 * Appends len bytes from offset on, which read() gives: 0, or -1 when they end early. Sets u->have.
 */
enum upload_end	 upload_append_from(const char *folder, const char *id, int64_t offset, int64_t len,
		    int (*read)(void *arg, char *dst, size_t len), void *arg, struct upload *u);

/* Removes it with all that is in it. */
enum upload_end	 upload_delete(const char *folder, const char *id);

#endif
