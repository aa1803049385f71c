/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/paths.h"
#include "common/prompt.h"
#include "control/declare/declared_value.h"
#include "lsctl-channel/call.h"
#include "lsctl-channel/takeover.h"

#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

static int
fault_report(const struct declaration_fault *x, const char *where)
{
	char text[1024];

	log_warnx("%s", declaration_fault_text(x, where, text, sizeof(text)));
	return EX_DATAERR;
}

/* Is the film there, or can it be removed? It is a file in the media folder: its name has no folder. */
static int
film_do(const char *film, bool removes)
{
	char path[4096];

	path_state(path, sizeof(path), "media", film);
	if ((removes ? unlink(path) : access(path, F_OK)) == 0)
		return 0;
	log_warn("%s", path);
	return errno == ENOENT ? EX_NOINPUT : EX_CANTCREAT;
}

/*
 * Fails if the steps cannot be printed, or a film cannot be removed: then nothing is committed. The film is removed last:
 * then only a commit that is lost leaves no event of it.
 */
static int
change_within(struct call *c, struct declare *d, enum declare_what what, const char *const params[])
{
	const struct declare_secrets secrets = { c->secret[0] != '\0' ? c->secret : NULL,
	    c->password[0] != '\0' ? c->password : NULL };
	struct buf out;
	size_t steps;
	int status;

	buf_init(&out, CALL_TEXT_MAX);
	status = call_report(declare_change(d, what, params, &secrets, &out, &steps), declare_reason(d));
	if (status == 0 && what == DECLARE_NO_FILM)
		status = film_do(params[0], false);
	if (status == 0 && (c->dry || c->o.verbosity >= 0))
		status = call_print(&out);
	if (status == 0 && what == DECLARE_NO_FILM)
		status = film_do(params[0], true);
	buf_free(&out);
	if (status == 0 && steps == 0)
		log_info("nothing to do");
	return status == 0 && c->dry && steps > 0 ? 1 : status;
}

static void
report_lost_keys(struct declare *d)
{
	const char *lost, *what;

	while ((lost = declare_key_lost(d, &what)) != NULL)
		log_warnx("%s: its %s was for the former address, and is removed: "
		    "lsctl-channel dest set %s --%s", lost, what, lost, what);
}

static int
change_commit(struct call *c, enum declare_what what, const char *const params[])
{
	enum db_fault fault;
	struct declare *d;
	struct error err;
	int status;

	d = declare_begin(what, c->secret[0] != '\0' || c->password[0] != '\0', &fault, &err);
	if (d == NULL)
		return call_report(fault, err.text);
	if (c->json)
		declare_as_json(d);
	if ((status = change_within(c, d, what, params)) == 0 &&
	    (status = call_report(declare_commit(d), declare_reason(d))) == 0)
		report_lost_keys(d);
	declare_end(d);
	return status;
}

/* The fields of the command, of its arguments from first on, and of its options, as JSON. NULL: logged. */
static char *
fields_json(struct call *c, size_t first)
{
	struct declaration_fault x;
	const char *w = c->deed->field, *reason = NULL;
	char *json;

	if (w != NULL)
		reason = call_field_add(c, w, strchr(w, '=') == NULL ? c->arg[first++] : NULL);
	if (reason == NULL && c->without[0] != '\0')
		reason = call_field_add(c, "without", c->without);
	for (; reason == NULL && first < c->args; first++)
		reason = call_field_add(c, c->arg[first], NULL);
	if (reason != NULL) {
		log_warnx("%s: %s", c->arg[0], reason);
		return NULL;
	}
	if ((json = declaration_assignments(c->deed->fields, c->field, c->fields, &x)) == NULL)
		fault_report(&x, c->arg[0]);
	return json;
}

/* Reads the stream key from a file, standard input or the terminal; "": none. 0, or the exit status. */
static int
read_key(struct call *c)
{
	char prompt[256];
	const char *wrong;

	if (c->key_file == NULL && !c->key_ask && (strcmp(c->deed->verb, "add") != 0 || !isatty(STDIN_FILENO)))
		return 0;
	snprintf(prompt, sizeof(prompt), "Stream key of %s %s (empty: none): ", c->arg[0], c->arg[1]);
	if (prompt_key("stream key", c->key_file, prompt, c->secret, sizeof(c->secret)) == -1)
		return errno == EMSGSIZE || errno == EBADMSG ? EX_DATAERR : EX_NOINPUT;
	if ((c->key_file == NULL && c->secret[0] == '\0') || (wrong = declared_key(c->secret)) == NULL)
		return 0;
	log_warnx("stream key: %s", wrong);
	return EX_DATAERR;
}

/* The same for the password, which is never asked for without an option. */
static int
read_password(struct call *c)
{
	char prompt[256];
	const char *wrong;

	if (c->password_file == NULL && !c->password_ask)
		return 0;
	snprintf(prompt, sizeof(prompt), "Password of %s %s: ", c->arg[0], c->arg[1]);
	if (prompt_key("password", c->password_file, prompt, c->password, sizeof(c->password)) == -1)
		return errno == EMSGSIZE || errno == EBADMSG ? EX_DATAERR : EX_NOINPUT;
	if ((wrong = declared_password(c->password)) == NULL)
		return 0;
	log_warnx("password: %s", wrong);
	return EX_DATAERR;
}

/* Changes a channel, or a source or destination of it. */
int
call_alter(void *arg)
{
	struct call *c = arg;
	bool whole = c->deed->fields == DECLARED_CHANNEL;
	size_t names = whole ? 1 : 2;
	char host[256], *json;
	const char *params[] = { c->deed->verb, c->deed->object, c->arg[0], whole ? NULL : c->arg[1],
	    NULL, path_host(host, sizeof(host)) };
	int status = 0;

	if (call_check(c->arg[0], declared_name) != 0 || (!whole && call_check(c->arg[1],
	    c->deed->fields == DECLARED_SOURCE ? declared_source_name : declared_name) != 0))
		return EX_DATAERR;
	if ((params[4] = json = fields_json(c, names)) == NULL)
		return EX_DATAERR;
	if (!c->deed->has_key || ((status = read_key(c)) == 0 && (status = read_password(c)) == 0))
		status = change_commit(c, DECLARE_ONE, params);
	free(json);
	return status;
}

int
call_media(void *arg)
{
	struct call *c = arg;
	struct declaration_fault x;
	char folder[1024], *json;
	const char *params[] = { "set", "source", c->arg[0], c->arg[1], NULL, NULL };
	int status;

	path_state(folder, sizeof(folder), "media", NULL);
	if ((params[4] = json = declaration_files(folder, c->arg + 2, c->args - 2, &x)) == NULL)
		return fault_report(&x, c->arg[0]);
	status = change_commit(c, DECLARE_ONE, params);
	free(json);
	return status;
}

int
call_rm(void *arg)
{
	struct call *c = arg;
	char question[256];
	int status;

	if (strcmp(c->deed->object, "host") == 0)
		return change_commit(c, DECLARE_NO_HOST, c->arg);
	snprintf(question, sizeof(question), "Remove channel %s with its tokens, destinations and their keys?",
	    c->arg[0]);
	status = prompt_confirm(c->yes, "rm", question);
	return status == 0 ? change_commit(c, DECLARE_NO_CHANNEL, c->arg) : status;
}

int
call_film_rm(void *arg)
{
	struct call *c = arg;
	char host[256], question[512];
	const char *film = c->arg[0], *params[] = { film, path_host(host, sizeof(host)) };
	int status;

	if (film[0] == '\0' || film[0] == '.' || strchr(film, '/') != NULL) {
		log_warnx("%.200s: must be the name of a file in the media folder", film);
		return EX_DATAERR;
	}
	snprintf(question, sizeof(question), "Remove the film %.200s from this host?", film);
	status = prompt_confirm(c->yes, "film rm", question);
	return status == 0 ? change_commit(c, DECLARE_NO_FILM, params) : status;
}

int
call_take_over(void *arg)
{
	const struct call *c = arg;

	return takeover(c->arg, c->args, c->reason, c->yes, c->o.verbosity < 0);
}

int
call_host_set(void *arg)
{
	struct call *c = arg;
	struct declaration_fault x;
	char *json;
	const char *params[] = { c->arg[0], NULL };
	int status;

	if (call_check(c->arg[0], declared_host_name) != 0)
		return EX_DATAERR;
	json = declaration_assignments(DECLARED_HOST, c->arg + 1, c->args - 1, &x);
	if ((params[1] = json) == NULL)
		return fault_report(&x, c->arg[0]);
	status = change_commit(c, DECLARE_HOST, params);
	free(json);
	return status;
}

int
call_apply(void *arg)
{
	struct call *c = arg;
	struct declaration_fault x;
	char host[256], *text;
	const char *params[] = { NULL, c->prune ? "true" : "false", c->dry ? "true" : "false",
	    path_host(host, sizeof(host)) };
	int status;

	if ((params[0] = text = declaration_read(c->arg[0], &x)) == NULL) {
		status = fault_report(&x, strcmp(c->arg[0], "-") == 0 ? "standard input" : c->arg[0]);
		return x.line > 0 ? status : EX_NOINPUT;
	}
	status = change_commit(c, DECLARE_ALL, params);
	free(text);
	return status;
}
