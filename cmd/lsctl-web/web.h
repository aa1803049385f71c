/* SPDX-License-Identifier: ISC */
/* One worker of lsctl-web, and the answer to a request. */
#ifndef LSCTL_WEB_WEB_H
#define LSCTL_WEB_WEB_H

#include <stdint.h>

#include <jansson.h>

#include "control/db.h"
#include "lsctl-web/caller_cache.h"
#include "lsctl-web/waiting.h"
#include "web/http_request.h"
#include "web/proxy.h"

struct web {
	struct db		*db;		/* as lsctl_web; NULL: not connected */
	int64_t			 db_next_ms;	/* clock_ms() before which it is not tried again */
	struct caller_cache	*cache;		/* of all workers; NULL: a CGI program has none */
	const char		*act_socket;
	char			 status_file[4096], metrics_file[4096];
	char			 media[4096], uploads[4096], rates[4096];	/* folders */
	struct status_copy	*status;	/* the last status file; NULL: none was read */
	struct waiting		 waiting;
	struct proxy		 proxy;
};

#define REPLY_HEADERS	8

struct reply {
	int		 status;
	const char	*type;			/* of the content */
	char		*body;			/* owned; NULL: none */
	size_t		 len;
	char		*header[REPLY_HEADERS];	/* owned: "Name: value" */
	int		 headers;
};

/* Reads exactly len bytes of the content. 0, or -1: they did not come. */
typedef int	content_reader(void *arg, char *dst, size_t len);

/* Waits for ms. false: nobody waits for the answer any more, or the process must end. */
typedef bool	client_waits(void *arg, int ms);

/* The connection of a client. */
struct client {
	content_reader	*read;
	client_waits	*waits;		/* NULL: it cannot wait */
	void		*arg;
};

/* Where a request came from, and what it brought. */
struct call {
	struct web			*web;
	const struct http_request	*request;
	const struct client		*client;
	json_t				*body;		/* an object, owned by the server; NULL: none came */
	struct reply			*reply;
	char				 digest[CREDENTIAL_DIGEST];	/* of the credential, as hex; "": none came */
	char				 name[HTTP_SEGMENTS][16];	/* of the segments of the route: "channel"; "": none */
};

/* The segment of the route with this name; NULL: it has none. */
const char	*call_segment(const struct call *, const char *name);

/*
 * Adds the names of the path to the arguments. 0; -1 with the problem in the reply: one is there already, or is no text.
 */
int	call_names(struct call *, json_t *arguments);

/* Answers a request. */
void	web_answer(struct web *, const struct http_request *, const struct client *, struct reply *);

/* Connects to the database if it is not connected. NULL: it is down, or was a second ago. */
struct db	*web_db(struct web *);

/* -- replies -- */

void	reply_free(struct reply *);
void	reply_header(struct reply *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes ownership of the value; NULL: no memory. */
void	reply_json(struct reply *, int status, json_t *);

void	reply_empty(struct reply *, int status);

/* RFC 9457. detail, field: NULL: none. */
void	reply_problem(struct reply *, const char *code, const char *detail, const char *field);

/* -- handlers of routes -- */

struct route;

void	read_run(struct call *, const struct route *);		/* the database: api_read() */
void	events_show(struct call *, const struct route *);	/* the same, perhaps later */
void	timeline_show(struct call *, const struct route *);	/* the same as a picture */
void	act_run_route(struct call *, const struct route *);	/* lsctl-act(8) */
void	account_set(struct call *, const struct route *);
void	destination_set(struct call *, const struct route *);
void	alert_acknowledge(struct call *, const struct route *);
void	session_make(struct call *, const struct route *);	/* sign in, by password or by link */
void	session_show(struct call *, const struct route *);
void	session_end(struct call *, const struct route *);
void	status_show(struct call *, const struct route *);
void	metrics_show(struct call *, const struct route *);
void	rates_show(struct call *, const struct route *);
void	films_show(struct call *, const struct route *);
void	upload_make(struct call *, const struct route *);
void	upload_show(struct call *, const struct route *);
void	upload_append(struct call *, const struct route *);
void	upload_prepare(struct call *, const struct route *);
void	upload_remove(struct call *, const struct route *);
void	may_show(struct call *, const struct route *);		/* for auth_request of nginx */

#endif
