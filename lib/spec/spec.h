/* SPDX-License-Identifier: ISC */
/*
 * What a forwarder or a loop is to do: spec_read.h has it from a file, spec_parse.h from a text. Holds secrets
 * (stream keys, tokens in source addresses): memory is wiped when freed (jansson's too, after harden_memory()),
 * and no error text quotes a value.
 */
#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPEC_SOURCES	8
#define SPEC_DESTS	32
#define SPEC_FILES	64
#define SPEC_NAME	64	/* with the NUL: [a-z0-9][a-z0-9-]{0,62} */

enum spec_on_backup {
	BACKUP_SEND,		/* the backup goes out like anything else */
	BACKUP_DISCONNECT	/* not to this destination: it is left while a backup is on the air */
};

struct spec_source {
	char	 name[SPEC_NAME];
	char	*url;		/* RTMP to play; NULL for a file */
	char	*file[SPEC_FILES];	/* prepared FLV files, played in order */
	int	 files;		/* 0 for RTMP */
	struct spec_file_id {	/* as it was when the spec was read: zero if it was not there */
		uint64_t dev, ino;
		int64_t	 size, mtime_ns;
	}	 id[SPEC_FILES];
};

struct spec_dest {
	char	 name[SPEC_NAME];
	char	*url;
	char	*key;		/* NULL: it is in the url */
	char	*backup_url;	/* dialled in turn with url when that fails; NULL: none */
	char	*ca_file;	/* trusted certificates; "": the system's */
	enum spec_on_backup on_backup;
	int64_t	 queue_ms;
};

/*
 * A forwarder's spec has channel, mode, thresholds, sources and destinations. A loop's has channel,
 * files and one destination: it is a channel with one source, "file", and no delay line.
 */
enum spec_kind { SPEC_FORWARD, SPEC_LOOP };

struct spec {
	enum spec_kind		 kind;
	char			 channel[SPEC_NAME];
	char			 mode[SPEC_NAME];	/* "auto", "off" or a source */
	int64_t			 delay_ms, stall_ms, stable_ms, stable_max_ms;
	char			*socket;		/* control socket; NULL: not told */
	struct spec_source	 source[SPEC_SOURCES];
	int			 sources;
	struct spec_dest	 dest[SPEC_DESTS];
	int			 dests;
	int64_t			 batch_ms;	/* frames may go out this much early */
};

/* Each asks the operator for something else. */
enum spec_fault_kind {
	SPEC_INVALID,		/* a field will not do */
	SPEC_UNREADABLE,	/* the file cannot be read, or others may read it */
	SPEC_BAD_FILM,		/* a file that it names cannot be played */
	SPEC_OTHER_CHANNEL,	/* of a reload: the running process is another channel's */
	SPEC_NEEDS_RESTART,	/* of a reload: only a process that is started with it can take it */
	SPEC_NO_MEMORY
};

struct spec_fault {
	enum spec_fault_kind kind;
	int	line;		/* 0: the file as a whole */
	char	field[96];	/* "destinations[1].url", or "" */
	char	reason[160];	/* what is wrong and what would be right; no value of the file */
};

void	spec_free(struct spec *);	/* NULL is allowed */

bool	spec_name_ok(const char *);

/* Are they the same files, unchanged? */
bool	spec_files_same(const struct spec_source *, const struct spec_source *);

/* Would a connection made for one serve the other? */
bool	spec_dest_same(const struct spec_dest *, const struct spec_dest *);

#endif
