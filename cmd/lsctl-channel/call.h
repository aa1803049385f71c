/* SPDX-License-Identifier: ISC */
/* A call of lsctl-channel: its options and arguments, and the commands. */
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
	const char *const	*arg;		/* the arguments after the command, without options */
	size_t			 args;
	const char		*field[CALL_FIELDS];	/* KEY=VALUE of options */
	size_t			 fields;
	char			 without[32];	/* names of sources */
	const char		*key_file;	/* "-": standard input */
	const char		*reason;
	const char		*password_file;
	bool			 json, publish, outside, key_ask, key_stdin, password_ask, password_stdin, yes, dry, prune;
	char			 secret[CALL_SECRET_MAX];	/* a stream key, or "" */
	char			 password[CALL_SECRET_MAX];	/* of a destination, or "" */
};

/* The parameters of a command; the first two are for call_look(), the others for call_alter(). */
struct deed {
	enum declare_view	 view;
	enum declared_form	 form;
	const char		*verb, *object;
	enum declared_kind	 fields;
	const char		*field;		/* "enabled=yes"; or "url", whose value is the next argument */
	bool			 has_key;
};

/* All commands and options of lsctl-channel. */
extern const struct options_tool call_tool;

/* The commands. Each takes a struct call, logs errors, and returns the exit status. */
int	call_look(void *);
int	call_alter(void *);
int	call_media(void *);
int	call_rm(void *);
int	call_film_rm(void *);
int	call_dest_test(void *);
int	call_host_set(void *);
int	call_apply(void *);
int	call_take_over(void *);

/* Adds "KEY=VALUE", or "KEY" with a value. NULL, or the reason why it cannot. */
const char	*call_field_add(struct call *, const char *key, const char *value);

/* Prints out on standard output. 0, or the exit status after it has logged the error. */
int		 call_print(const struct buf *);

/* Logs the reason of a fault. The exit status; 0 for DB_OK. */
int		 call_report(enum db_fault, const char *reason);

/* Checks a name with refused(), which returns NULL or what is valid. 0, or the exit status; logged. */
int		 call_check(const char *name, const char *(*refused)(const char *));

#endif
