/* SPDX-License-Identifier: ISC */
/*
 * The declaration of channels as a document: JSON, strict. What a document leaves out has its default.
 * It holds no secrets.
 *
 *	{"hosts": [{"name": "a", "server": "srs", "play_url": ..., "publish_url": ..., "api_url": ...}],
 *	 "channels": [{"name": "krishna", "host": "a", "enabled": true, "delay_ms": 2000, "stall_ms": 1500,
 *	    "stable_ms": 5000, "stable_max_ms": 60000, "play_from": ["127.0.0.0/8", "::1/128"],
 *	    "sources": [{"name": "obs", "kind": "live"},
 *		{"name": "loop", "kind": "loop", "files": ["krishna.flv"]}],
 *	    "destinations": [{"name": "youtube", "enabled": true, "url": ..., "backup_url": ...,
 *		"on_backup": "send", "queue_ms": 8000, "ca_file": ...}]}]}
 */
#ifndef CONTROL_DECLARE_DECLARATION_H
#define CONTROL_DECLARE_DECLARATION_H

#include <stddef.h>

struct declaration_fault {
	int	line;		/* 0: of no file */
	char	channel[64];	/* or "" */
	char	field[128];	/* within the channel: "destinations[1].url"; or "" */
	char	reason[192];	/* what is wrong and what would be right; no value of the document */
};

/* Is it a declaration? text[len] is NUL. 0, or -1 with the first fault. */
int	declaration_check(const char *text, size_t len, struct declaration_fault *);

/*
 * The text of a file ("-": standard input) that is a declaration, to be freed; at most 64 MiB. NULL with
 * the fault, whose line is 0 when the file could not be read.
 */
char	*declaration_read(const char *path, struct declaration_fault *);

/* "FILE:LINE: channel CHANNEL: FIELD: WHY", what there is of it. Returns dst. */
char	*declaration_fault_text(const struct declaration_fault *, const char *file, char *dst, size_t size);

enum declared_kind { DECLARED_HOST, DECLARED_CHANNEL, DECLARED_SOURCE, DECLARED_DESTINATION };

/*
 * KEY=VALUE words as a JSON object with the fields of a thing (delay-ms is delay_ms); lists have commas, and nothing after the
 * equals sign is the default again: null. Besides the fields of a document there are position, from 1, of
 * a source, and without, the names of sources that a new channel does not get. To be freed. NULL with a fault.
 */
char	*declaration_assignments(enum declared_kind, const char *const words[], size_t n,
	    struct declaration_fault *);

/* {"files": [...]} of paths; those in the folder media are told relative to it. As above. */
char	*declaration_files(const char *media, const char *const files[], size_t n,
	    struct declaration_fault *);

#endif
