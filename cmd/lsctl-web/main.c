/* SPDX-License-Identifier: ISC */
/*
 * The API of the pages and of programs, /api/v1: a FastCGI responder, or a CGI program. It reads the database as the caller
 * of a request, and asks lsctl-act(8) to change anything. See lsctl-web(8) and lsctl-api(5).
 */
#include "base/base.h"
#include "base/log.h"
#include "base/options.h"
#include "base/paths.h"
#include "common/exit_options.h"
#include "lsctl-web/web.h"
#include "process/harden.h"
#include "process/prefork.h"
#include "web/change_stream.h"

#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#define WORKERS		12

struct server {
	struct options	 o;
	struct web	 web;
	long		 workers;
	bool		 changes;	/* no API: the stream of changes */
	const char	*socket;	/* to listen on; NULL: fd 0 is a socket */
	char		 act_socket[4096];
};

/* -- one request -- */

static void
answer(struct web *w, http_variable *get, const struct client *client, struct reply *reply)
{
	struct http_request r;

	memset(reply, 0, sizeof(*reply));
	if (http_request_read(&r, get, client->arg) != 0)
		reply_problem(reply, "not-found", NULL, NULL);
	else {
		proxy_user(&w->proxy, get, client->arg, r.proxy_user);
		web_answer(w, &r, client, reply);
	}
	explicit_bzero(&r, sizeof(r));
}

static bool
has_header(const struct reply *reply, const char *name)
{
	int i;

	for (i = 0; i < reply->headers; i++)
		if (strncmp(reply->header[i], name, strlen(name)) == 0)
			return true;
	return false;
}

/* Sends the answer with put(): RFC 3875, section 6. */
static void
reply_send(const struct reply *reply, void (*put)(void *arg, const char *, size_t), void *arg)
{
	char line[256];
	int i;

	snprintf(line, sizeof(line), "Status: %d\r\n", reply->status);
	put(arg, line, strlen(line));
	for (i = 0; i < reply->headers; i++) {
		put(arg, reply->header[i], strlen(reply->header[i]));
		put(arg, "\r\n", 2);
	}
	if (!has_header(reply, "Cache-Control:"))
		put(arg, "Cache-Control: no-store\r\n", 25);
	if (reply->body != NULL) {
		snprintf(line, sizeof(line), "Content-Type: %s\r\nContent-Length: %zu\r\n", reply->type, reply->len);
		put(arg, line, strlen(line));
	}
	put(arg, "\r\n", 2);
	if (reply->body != NULL)
		put(arg, reply->body, reply->len);
}

/* -- CGI -- */

static const char *
cgi_variable(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

static int
cgi_body(void *arg, char *dst, size_t len)
{
	size_t have = 0;
	ssize_t n;

	(void)arg;
	while (have < len && (n = read(STDIN_FILENO, dst + have, len - have)) > 0)
		have += (size_t)n;
	return have == len ? 0 : -1;
}

static void
cgi_put(void *arg, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, arg);
}

static int
cgi_answer(struct server *s)
{
	static const struct client client = { .read = cgi_body };
	struct reply reply;

	alarm(60);	/* fcgiwrap has no deadline for what a client sends */
	answer(&s->web, cgi_variable, &client, &reply);
	reply_send(&reply, cgi_put, stdout);
	reply_free(&reply);
	db_close(s->web.db);
	return fflush(stdout) == 0 ? 0 : EX_IOERR;
}

/* -- FastCGI -- */

static const char *
fcgi_variable(void *arg, const char *name)
{
	return FCGX_GetParam(name, ((FCGX_Request *)arg)->envp);
}

static int
fcgi_body(void *arg, char *dst, size_t len)
{
	return FCGX_GetStr(dst, (int)len, ((FCGX_Request *)arg)->in) == (int)len ? 0 : -1;
}

static void
fcgi_put(void *arg, const char *bytes, size_t len)
{
	FCGX_PutStr(bytes, (int)len, ((FCGX_Request *)arg)->out);
}

/* nginx closes the connection when its client is gone (fastcgi_ignore_client_abort off). */
static bool
fcgi_waits(void *arg, int ms)
{
	struct pollfd p = { .fd = ((FCGX_Request *)arg)->ipcFd, .events = POLLRDHUP };

	return poll(&p, 1, ms) == 0 && !prefork_ends();
}

/* The main loop of a worker. It ends between two requests. */
static int
worker_run(void *arg)
{
	struct server *s = arg;
	FCGX_Request r;
	const struct client client = { .read = fcgi_body, .waits = fcgi_waits, .arg = &r };
	struct reply reply;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		log_warnx("cannot accept FastCGI requests");
		return EX_OSERR;
	}
	while (!prefork_ends() && FCGX_Accept_r(&r) == 0) {
		answer(&s->web, fcgi_variable, &client, &reply);
		reply_send(&reply, fcgi_put, &r);
		FCGX_Finish_r(&r);
		reply_free(&reply);
	}
	FCGX_Free(&r, 1);
	db_close(s->web.db);
	return 0;
}

/* -- the command line -- */

static int
server_run(struct server *s)
{
	const struct prefork p = { .workers = (int)s->workers, .work = worker_run, .wake = FCGX_ShutdownPending, .arg = s };

	if (s->socket != NULL && prefork_listen(s->socket) == -1) {
		log_warn("%s", s->socket);
		return EX_CANTCREAT;
	}
	if (s->changes && change_stream_run(s->web.status_file) == -1) {
		log_warn("the stream of changes");
		return EX_OSERR;
	}
	if (s->changes)
		return 0;
	if (FCGX_IsCGI())
		return usage_error(&s->o, "standard input is not a socket: use --listen SOCKET");
	if ((s->web.cache = caller_cache_new()) == NULL) {
		log_warn("the memory that workers share");
		return EX_OSERR;
	}
	if (waiting_init(&s->web.waiting, waiting_places((int)s->workers)) == -1) {
		log_warn("the places of those who wait");
		return EX_OSERR;
	}
	return prefork_run(&p) == 0 ? 0 : EX_OSERR;
}

static const struct option_row rows[] = {
	OPTION_FLAG("changes", 'c', struct server, changes, "tell browsers when the state has changed, no API"),
	OPTION_TEXT("listen", 'l', "SOCKET", struct server, socket, "listen there, for FastCGI"),
	OPTION_NUMBER("workers", 'w', struct server, workers, 1, PREFORK_MAX, "processes that answer (12)"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "", 0, 0, "", rows, NULL, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-web", "Answers the API of the pages and of programs. Also a CGI program.",
	commands, nitems(commands),
	{ "lsctl-web --listen /run/lsctl/web.sock", "lsctl-web --changes --listen /run/lsctl/changes.sock" }
};

int
main(int argc, char **argv)
{
	static struct server s = { .workers = WORKERS, .web.waiting.fd = -1 };
	bool cgi_program = getenv("REQUEST_METHOD") != NULL;
	const char *reason;
	enum options_end end;

	harden_memory();
	signal(SIGPIPE, SIG_IGN);
	/* The arguments of a CGI program come from the client (RFC 3875 section 4.4). */
	if (cgi_program)
		log_init("lsctl-web", -1);
	else if ((end = options_read(&s.o, &tool, &s, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	if (proxy_read(&s.web.proxy, getenv("LSCTL_PROXY_HEADER"), getenv("LSCTL_PROXY_ADDRESS"), &reason) == -1) {
		log_warnx("%s", reason);
		return EX_CONFIG;
	}
	path_run(s.act_socket, sizeof(s.act_socket), "act", NULL, ".sock");
	s.web.act_socket = s.act_socket;
	path_state(s.web.media, sizeof(s.web.media), "media", NULL);
	path_state(s.web.uploads, sizeof(s.web.uploads), "upload", NULL);
	path_state(s.web.status_file, sizeof(s.web.status_file), "www", "status.json");
	path_state(s.web.rates, sizeof(s.web.rates), "www", "rates");
	path_state(s.web.metrics_file, sizeof(s.web.metrics_file), "www", "metrics");
	return cgi_program ? cgi_answer(&s) : server_run(&s);
}
