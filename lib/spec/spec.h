/* SPDX-License-Identifier: ISC */
/*
 * The spec of a forwarder or a loop: spec_read.h reads it from a file, spec_parse.h from a text. It has secrets
 * (stream keys, tokens in source addresses): memory is wiped before it is freed (also by jansson, after
 * harden_memory()), and no error text quotes a value.
 */
#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/schedule.h"

#define SPEC_SOURCES	8
#define SPEC_DESTS	32
#define SPEC_FILES	64
#define SPEC_NAME	64	/* with the NUL: [a-z0-9][a-z0-9-]{0,62} */
#define SPEC_LEGS	(2 * SPEC_DESTS)	/* connections: a destination may have two at once, */
#define SPEC_BACKUP_LEG	":backup"		/* and this follows the name of the second one */
#define SPEC_LEG_NAME	(SPEC_NAME + sizeof(SPEC_BACKUP_LEG) - 1)

/* A delay line of at least SPEC_BATCH_DELAY_MS is filled and emptied in batches, unless the spec has another batch_ms. */
#define SPEC_BATCH_DELAY_MS	800
#define SPEC_BATCH_MS	100

/* Of a destination: the user is a part of an address, and needs no escape there. */
#define SPEC_USER	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@+~"
#define SPEC_USER_MAX	128
#define SPEC_PASSWORD_MAX 256

enum spec_on_backup {
	BACKUP_SEND,		/* the destination gets the backup like any source */
	BACKUP_DISCONNECT	/* the forwarder leaves the destination while a backup is on the air */
};

/* What happens at a cut to a source with another codec, picture size, sample rate or number of channels. */
enum spec_on_change {
	CHANGE_CONTINUE,	/* the connection goes on, with new codec headers */
	CHANGE_REDIAL		/* the forwarder leaves, and dials again with the first keyframe of the new source */
};

/* Whether an unpublish comes before the forwarder closes a connection that works. */
enum spec_unpublish {
	UNPUBLISH_AUTO,		/* only where the broadcast should end */
	UNPUBLISH_ALWAYS,		/* each time */
	UNPUBLISH_NEVER		/* never */
};

enum spec_tracks {
	TRACKS_BOTH,
	TRACKS_VIDEO		/* the source has no sound: the forwarder adds silence */
};

struct spec_source {
	char	 name[SPEC_NAME];
	char	*url;		/* RTMP to play; NULL for a file */
	char	*file[SPEC_FILES];	/* prepared FLV files, played in order */
	int	 files;		/* 0 for RTMP */
	enum spec_tracks tracks;	/* of a file: both */
	struct spec_file_id {	/* of stat(2) when the spec was read: zero if there was no file */
		uint64_t dev, ino;
		int64_t	 size, mtime_ns;
	}	 id[SPEC_FILES];
};

/* One connection. A destination that is sent to both addresses at once is two of them, each without a backup_url. */
struct spec_dest {
	char	 name[SPEC_LEG_NAME];
	int	 item;		/* its place in the list of the spec, from 0 */
	bool	 backup_leg;	/* url is the backup_url of the spec */
	char	*url;
	char	*key;		/* NULL: the url has it */
	char	*backup_url;	/* dialled in turn with url after a failure; NULL: none */
	char	*ca_file;	/* trusted certificates; "": the system's */
	char	*bind;		/* an address or an interface to send from; "": any */
	char	*proxy;		/* "socks5://host:port" or "http://host:port"; "": none */
	char	*user, *password;	/* for a server that asks; both "" for none */
	int64_t	 answer_ms;	/* it may take so long to accept the stream */
	enum spec_on_backup on_backup;
	int64_t	 queue_ms;
	enum spec_on_change on_change;
	enum spec_unpublish unpublish;
	int64_t	 renew_ms;	/* a connection is replaced by a new one after this long; 0: never */
	int	 renew_at;	/* the same, each day, so many minutes after local midnight; -1: no */
	struct schedule schedule;	/* when the destination is dialled at all */
	int64_t	 max_kbps;	/* more is a problem; 0: no limit */
	int64_t	 primary_retry_ms;	/* from backup_url to url after this long; 0: not before backup_url fails */
};

/*
 * The spec of a forwarder has channel, mode, thresholds, sources and destinations. The spec of a loop has
 * channel, files and one destination: a loop is a channel with one source, "file", and no delay line.
 */
enum spec_kind { SPEC_FORWARD, SPEC_LOOP };

struct spec {
	enum spec_kind		 kind;
	char			 channel[SPEC_NAME];
	char			 mode[SPEC_NAME];	/* "auto", "off" or a source */
	int64_t			 delay_ms, stall_ms, stable_ms, stable_max_ms;
	int64_t			 keyframe_wait_ms;	/* a destination waits so long for a keyframe of this source; 0: for ever */
	char			*socket;		/* control socket; NULL: the spec has none */
	struct spec_source	 source[SPEC_SOURCES];
	int			 sources;
	struct spec_dest	 dest[SPEC_LEGS];
	int			 dests;
	int64_t			 batch_ms;	/* frames may go out this much early, with one that is due */
};

/* The operator has a different remedy for each. */
enum spec_fault_kind {
	SPEC_INVALID,		/* a field is not valid */
	SPEC_UNREADABLE,	/* the file cannot be read, or other users can read it */
	SPEC_BAD_FILM,		/* a file that the spec names cannot be played */
	SPEC_OTHER_CHANNEL,	/* of a reload: the running process has another channel */
	SPEC_NEEDS_RESTART,	/* of a reload: only a restart can apply the spec */
	SPEC_NO_MEMORY
};

struct spec_fault {
	enum spec_fault_kind kind;
	int	line;		/* 0: the file as a whole */
	char	field[96];	/* "destinations[1].url", or "" */
	char	reason[160];	/* what is wrong, and what is valid; quotes no value of the file */
};

void	spec_free(struct spec *);	/* NULL is allowed */

bool	spec_name_ok(const char *);

/* Do both have the same files, and are these unchanged? */
bool	spec_files_same(const struct spec_source *, const struct spec_source *);

/* Can a connection that was made for one serve the other? */
bool	spec_dest_same(const struct spec_dest *, const struct spec_dest *);

#endif
