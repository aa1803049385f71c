/* SPDX-License-Identifier: ISC */
/* What was asked of everybody who knows of a host's channels, and what came back: what records are made from. */
#ifndef HEALTH_HEALTH_ANSWERS_H
#define HEALTH_HEALTH_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "control/db.h"
#include "process/ctl_query.h"
#include "server/server_list.h"

struct health_answers {
	const char		*host;
	const char		*desired;	/* what lsctl.health_wanted() returned; NULL: */
	enum db_fault		 db_fault;	/* why there is none, as a code and in words */
	const char		*db_reason;
	const char		*server_kind;	/* NULL: not known which */
	const struct server_streams *streams;	/* NULL: */
	enum server_fault	 server_fault;	/* why there are none */
	const char		*server_reason;
	const char *const	*channels;	/* names, sorted, each once */
	const struct ctl_query	*forward, *loop;	/* for each of them */
	size_t			 n;
	bool			 spool_waits;	/* for the database, for too long */
	bool			 spool_refused;	/* by it, a while ago */
};

#endif
