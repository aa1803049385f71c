/* SPDX-License-Identifier: ISC */
/*
 * Answers the media server when a client wants to publish or play. A CGI program, or a FastCGI responder
 * when it is started on a socket. Reads the acl snapshot, and writes events to the spool; waits for no service.
 */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/options.h"
#include "base/paths.h"
#include "common/exit_options.h"
#include "control/acl/hook.h"
#include "process/harden.h"
#include "process/histogram.h"
#include "process/prefork.h"

#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#define BODY_MS		300	/* the body of a callback must arrive within this */
#define WORKERS		4
#define TRIES		10	/* snapshots that are replaced while a callback is decided */

struct hook {
	struct options	 o;
	char		 acl_path[4096], spool[4096], host[256];
	char		 times[4096];	/* how long answers take */
	struct acl	*acl;		/* the last one read, or NULL */
	long		 workers;
	int64_t		 since_us;	/* the start of a callback */
	const char	*socket;	/* to listen on; NULL: fd 0 is a socket */
};

/* -- one callback -- */

/* The current snapshot. NULL, logged: there is none. */
static const struct acl *
acl_now(struct hook *h)
{
	struct error err;

	if (h->acl != NULL && acl_is_current(h->acl, h->acl_path))
		return h->acl;
	acl_close(h->acl);
	if ((h->acl = acl_open(h->acl_path, &err)) == NULL)
		log_warnx("nobody gets in: %s", err.text);
	return h->acl;
}

/* The answer for both servers: SRS wants exactly this one byte, nginx the status. */
static const char *
answer_text(bool open)
{
	return open ?
	    "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n0" :
	    "Status: 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n1";
}

/* The length of the body, or -1: a media server sends no such request. */
static ssize_t
body_length(const char *method, const char *length, const char **reason)
{
	const char *err;
	long long n;

	if (method == NULL || strcmp(method, "POST") != 0) {
		*reason = "not a POST request";
		return -1;
	}
	n = strtonum(length != NULL ? length : "", 1, CALLBACK_MAX, &err);
	if (err != NULL) {
		*reason = "no body, or too long";
		return -1;
	}
	return (ssize_t)n;
}

/*
 * Decides by the current snapshot. If it was replaced meanwhile, decides again: a token that was revoked before the
 * answer is sent is not allowed in.
 */
static void
decide(struct hook *h, const struct callback *cb, struct hook_verdict *v)
{
	const struct acl *acl;
	int try;

	for (try = 0; try < TRIES; try++) {
		acl = acl_now(h);
		hook_judge(v, cb, acl, NULL, time(NULL));
		if (!v->open || acl_is_current(acl, h->acl_path))
			return;
	}
	hook_judge(v, cb, NULL, NULL, time(NULL));
}

/* body NULL: it could not be read, for this reason. */
static void
callback_judge(struct hook *h, const char *type, char *body, size_t len, const char *reason,
    struct hook_verdict *v)
{
	enum callback_server server = CALLBACK_SRS;
	struct callback cb;
	int rc = -1;

	if (body != NULL && callback_server_of(type, &server) == -1)
		reason = "neither JSON nor a form";
	else if (body != NULL)
		rc = 0;
	memset(&cb, 0, sizeof(cb));
	if (rc == 0)
		rc = callback_parse(&cb, server, body, len, &reason);
	if (rc == 0 && (cb.action == CALLBACK_PUBLISH || cb.action == CALLBACK_PLAY))
		decide(h, &cb, v);
	else
		hook_judge(v, rc == 0 ? &cb : NULL, NULL, reason, time(NULL));
	callback_free(&cb);
	if (body != NULL)
		explicit_bzero(body, len);
}

/* After the answer is sent. */
static void
verdict_report(struct hook *h, const struct hook_verdict *v)
{
	struct spool_event e = hook_event(v, h->host);
	struct error err;

	histogram_add(h->times, 0660, clock_us() - h->since_us, time(NULL));
	if (v->kind == NULL || !event_limit_passes(h->spool, &v->limit, time(NULL)))
		return;
	if (v->open)
		log_info("channel=%s source=%s %s %s", v->channel, v->source, v->kind,
		    v->detail);
	else
		log_warnx("channel=%s source=%s %s: %s %s", v->channel, v->source, v->kind,
		    v->reason, v->detail);
	if (spool_append(h->spool, &e, &err) == -1)
		log_warnx("an event is lost: %s: %s", v->kind, err.text);
}

/* -- CGI -- */

/* 0, or -1: it did not arrive in time, or is too short. */
static int
read_body(struct hook *h, char *body, size_t len)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };
	int64_t end = h->since_us / 1000 + BODY_MS, left;
	size_t have = 0;
	ssize_t n;

	while (have < len) {
		if ((left = end - clock_ms()) <= 0 || poll(&p, 1, (int)left) != 1)
			return -1;
		if ((n = read(STDIN_FILENO, body + have, len - have)) <= 0)
			return -1;
		have += (size_t)n;
	}
	return 0;
}

static int
cgi_answer(struct hook *h)
{
	static char body[CALLBACK_MAX];
	struct hook_verdict v;
	const char *reason = NULL, *text;
	ssize_t len, n;

	/* fcgiwrap sends SIGTERM when it has the answer: the event is not written yet. */
	signal(SIGTERM, SIG_IGN);
	h->since_us = clock_us();
	len = body_length(getenv("REQUEST_METHOD"), getenv("CONTENT_LENGTH"), &reason);
	if (len == -1) {
		/* fcgiwrap writes the whole body before it reads an answer. */
		while (read_body(h, body, sizeof(body)) == 0)
			;
	} else if (read_body(h, body, (size_t)len) == -1) {
		reason = "its body did not come";
		len = -1;
	}
	callback_judge(h, getenv("CONTENT_TYPE"), len != -1 ? body : NULL, len != -1 ? (size_t)len : 0,
	    reason, &v);
	text = answer_text(v.open);
	n = write(STDOUT_FILENO, text, strlen(text));
	close(STDOUT_FILENO);
	verdict_report(h, &v);
	acl_close(h->acl);
	return n == (ssize_t)strlen(text) ? 0 : EX_IOERR;
}

/* -- FastCGI -- */

static void
fcgi_answer(struct hook *h, FCGX_Request *r)
{
	static char body[CALLBACK_MAX];
	struct hook_verdict v;
	const char *reason = NULL;
	ssize_t len;

	h->since_us = clock_us();
	len = body_length(FCGX_GetParam("REQUEST_METHOD", r->envp),
	    FCGX_GetParam("CONTENT_LENGTH", r->envp), &reason);
	if (len != -1 && FCGX_GetStr(body, (int)len, r->in) != len) {
		reason = "its body did not come";
		len = -1;
	}
	callback_judge(h, FCGX_GetParam("CONTENT_TYPE", r->envp), len != -1 ? body : NULL,
	    len != -1 ? (size_t)len : 0, reason, &v);
	FCGX_PutS(answer_text(v.open), r->out);
	FCGX_Finish_r(r);
	verdict_report(h, &v);
}

/* The main loop of a worker. It ends between two requests. */
static int
worker_run(void *arg)
{
	struct hook *h = arg;
	FCGX_Request r;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		log_warnx("cannot accept FastCGI requests");
		return EX_OSERR;
	}
	while (!prefork_ends() && FCGX_Accept_r(&r) == 0)
		fcgi_answer(h, &r);
	FCGX_Free(&r, 1);
	acl_close(h->acl);
	return 0;
}

/* -- the command line -- */

static int
hook_run(void *arg)
{
	struct hook *h = arg;
	const struct prefork p = { .workers = (int)h->workers, .work = worker_run, .wake = FCGX_ShutdownPending,
	    .arg = h };

	if (h->socket != NULL && prefork_listen(h->socket) == -1) {
		log_warn("%s", h->socket);
		return EX_CANTCREAT;
	}
	if (FCGX_IsCGI())
		return usage_error(&h->o, "standard input is not a socket: use --listen SOCKET");
	log_info("answering, %ld workers, snapshot %s", h->workers, h->acl_path);
	return prefork_run(&p) == 0 ? 0 : EX_OSERR;
}

static const struct option_row rows[] = {
	OPTION_TEXT("listen", 'l', "SOCKET", struct hook, socket, "listen there, for FastCGI"),
	OPTION_NUMBER("workers", 'w', struct hook, workers, 1, PREFORK_MAX, "processes that answer (4)"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "", 0, 0, "", rows, hook_run, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-hook", "Answers the media server when a client wants to publish or play. Also a CGI program.",
	commands, nitems(commands),
	{ "lsctl-hook --listen /run/lsctl/hook.sock", "lsctl-hook --workers 8 --listen /run/lsctl/hook.sock" }
};

int
main(int argc, char **argv)
{
	static struct hook h = { .workers = WORKERS };
	bool cgi_program = getenv("REQUEST_METHOD") != NULL;
	enum options_end end;

	harden_memory();
	signal(SIGPIPE, SIG_IGN);
	/* The arguments of a CGI program come from the client (RFC 3875 section 4.4). */
	if (cgi_program)
		log_init("lsctl-hook", -1);
	else if ((end = options_read(&h.o, &tool, &h, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	path_state(h.acl_path, sizeof(h.acl_path), "acl", NULL);
	path_state(h.spool, sizeof(h.spool), "spool", NULL);
	path_state(h.times, sizeof(h.times), "spool/times", NULL);
	path_host(h.host, sizeof(h.host));
	return cgi_program ? cgi_answer(&h) : hook_run(&h);
}
