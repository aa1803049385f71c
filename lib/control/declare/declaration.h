/* SPDX-License-Identifier: ISC */
/*
 * A declaration of channels: a JSON document, checked strictly. A missing field has its default. It holds
 * no secrets.
 *
 *	{"hosts": [{"name": "a", "server": "srs", "play_url": ..., "publish_url": ..., "api_url": ...}],
 *	 "channels": [{"name": "krishna", "host": "a", "enabled": true, "delay_ms": 2000, "stall_ms": 1500,
 *	    "stable_ms": 5000, "stable_max_ms": 60000, "keyframe_wait_ms": 10000, "play_from": ["127.0.0.0/8", "::1/128"],
 *	    "sources": [{"name": "obs", "kind": "live", "tracks": "both"},
 *		{"name": "loop", "kind": "loop", "files": ["krishna.flv"]}],
 *	    "destinations": [{"name": "youtube", "enabled": true, "url": ..., "backup_url": ...,
 *		"primary_retry_ms": 60000, "send_to": "one", "on_backup": "send", "queue_ms": 8000,
 *		"ca_file": ..., "user": ..., "answer_ms": 20000, "on_change": "continue", "unpublish": "auto", "renew_ms": 0,
 *		"renew_at": ..., "schedule": ..., "max_kbps": 0, "bind": ..., "proxy": ...}]}]}
 */
#ifndef CONTROL_DECLARE_DECLARATION_H
#define CONTROL_DECLARE_DECLARATION_H

#include <stddef.h>

struct declaration_fault {
	int	line;		/* 0: not known */
	char	channel[64];	/* or "" */
	char	field[128];	/* within the channel: "destinations[1].url"; or "" */
	char	reason[192];	/* what is wrong and what is valid; quotes no value of the document */
};

/* Checks a declaration; text[len] is NUL. 0, or -1 with the first fault. */
int	declaration_check(const char *text, size_t len, struct declaration_fault *);

/*
 * Reads and checks a file ("-": standard input) of at most 64 MiB. Its text, to be freed; or NULL with the
 * fault, whose line is 0 when the file could not be read.
 */
char	*declaration_read(const char *path, struct declaration_fault *);

/* "FILE:LINE: channel CHANNEL: FIELD: REASON", without the parts that are not known. Returns dst. */
char	*declaration_fault_text(const struct declaration_fault *, const char *file, char *dst, size_t size);

enum declared_kind { DECLARED_HOST, DECLARED_CHANNEL, DECLARED_SOURCE, DECLARED_DESTINATION };

/*
 * KEY=VALUE assignments as a JSON object, to be freed (delay-ms is delay_ms). Lists have commas; an empty value
 * is null: the default. Besides the fields of a document there are position, from 1, of a source, and without,
 * the names of the sources that a new channel does not get. NULL with a fault.
 */
char	*declaration_assignments(enum declared_kind, const char *const words[], size_t n,
	    struct declaration_fault *);

/* {"files": [...]}, to be freed; a path in the folder media becomes relative to it. NULL with a fault. */
char	*declaration_files(const char *media, const char *const files[], size_t n,
	    struct declaration_fault *);

#endif
