/* SPDX-License-Identifier: ISC */
/* Who makes a request. */
#ifndef LSCTL_WEB_CALLER_H
#define LSCTL_WEB_CALLER_H

#include "lsctl-web/web.h"

/*
 * The caller: caller() in sql/functions/permission.sql, an object that the caller of this function owns. NULL: the problem
 * is in the reply. stale: for what people may see while the database is down.
 */
json_t	*caller_find(struct call *, bool stale);

/* Does the account have this channel? */
bool	 caller_has(const json_t *who, const char *channel);

/*
 * Is the request made by a page of ours, and by no other? By a header that another site cannot send; what comes with
 * Authorization is no browser's doing. false: the problem is in the reply.
 */
bool	 caller_is_page(struct call *);

/* What a page sends as X-CSRF-Token, derived from its session: 64 hex digits. */
void	 caller_csrf(const char *credential, char token[CREDENTIAL_DIGEST]);

#endif
