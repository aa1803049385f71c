/* SPDX-License-Identifier: ISC */
/* A call of lsctl-channel: what was typed, and what a command does with it. */
#ifndef LSCTL_CHANNEL_CALL_H
#define LSCTL_CHANNEL_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/options.h"
#include "control/db.h"
#include "control/declare/declaration.h"
#include "control/declare/declare.h"
#include "control/declare/declared_text.h"

#define CALL_TEXT_MAX	(64 << 20)	/* bytes that a command prints at most */
#define CALL_FIELDS	32
#define CALL_SECRET_MAX	1026

struct call {
	struct options		 o;
	const struct deed	*deed;		/* of the command */
	const char *const	*arg;		/* what stands behind the command, without options */
	size_t			 args;
	const char		*field[CALL_FIELDS];	/* KEY=VALUE of options */
	size_t			 fields;
	char			 without[32];	/* names of sources */
	const char		*key_file;	/* "-": standard input */
	const char		*reason;
	bool			 json, key_ask, key_stdin, yes, dry, prune;
	char			 secret[CALL_SECRET_MAX];	/* a stream key, or "" */
};

/* What a command is about; the first two are for call_look(), the others for call_alter(). */
struct deed {
	enum declare_view	 view;
	enum declared_form	 form;
	const char		*verb, *object;
	enum declared_kind	 fields;
	const char		*field;		/* "enabled=yes"; "url": is the next argument */
	bool			 has_key;
};

/* All that lsctl-channel understands. */
extern const struct options_tool call_tool;

/* The commands. Each takes a struct call, and returns the exit status, logged. */
int	call_look(void *);
int	call_alter(void *);
int	call_media(void *);
int	call_rm(void *);
int	call_host_set(void *);
int	call_apply(void *);
int	call_take_over(void *);

/* One more "KEY=VALUE" or, with a value, "KEY". NULL, or why not. */
const char	*call_field_add(struct call *, const char *key, const char *value);

/* All of it on standard output. 0, or the exit status, logged. */
int		 call_print(const struct buf *);

/* Reports why a fault was; the exit status. */
int		 call_report(enum db_fault, const char *reason);

/* 0, or what a bad name is left with; refused() says what is wrong with one. */
int		 call_check(const char *name, const char *(*refused)(const char *));

#endif
