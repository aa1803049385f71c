/* SPDX-License-Identifier: ISC */
/* The answers that health records are made from: of the database, the media server, forwarders and loops. */
#ifndef HEALTH_HEALTH_ANSWERS_H
#define HEALTH_HEALTH_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "control/db.h"
#include "process/ctl_query.h"
#include "server/server_list.h"

struct health_answers {
	const char		*host;
	const char		*desired;	/* what lsctl.health_desired() returned; NULL: */
	enum db_fault		 db_fault;	/* the reason why there is none */
	const char		*db_reason;
	const char		*server_kind;	/* NULL: not known */
	const struct server_streams *streams;	/* NULL: */
	enum server_fault	 server_fault;	/* the reason why there are none */
	const char		*server_reason;
	const char *const	*channels;	/* names, sorted, each once */
	const struct ctl_query	*forward, *loop;	/* for each channel */
	size_t			 n;
	const json_t		*alerts;	/* the declaration of alerts, or NULL */
	const char		*alerts_fault;	/* why it is not valid, or NULL */
	bool			 spool_waits;	/* events have waited too long for the database */
	bool			 spool_refused;	/* the database has refused events in the last hour */
};

#endif
