/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "forward/command.h"
#include "forward/dump.h"
#include "forward/picture.h"
#include "forward/reload.h"
#include "forward/status.h"
#include "process/ctl_code.h"
#include "process/notify.h"
#include "spec/spec_parse.h"
#include "spec/spec_read.h"

#include <jansson.h>
#include <libgen.h>
#include <limits.h>

void
command_log_fault(const char *where, const struct spec_fault *f)
{
	const char *colon = f->field[0] != '\0' ? ": " : "";

	if (f->line > 0)
		log_warnx("%s:%d: %s%s%s", where, f->line, f->field, colon, f->reason);
	else
		log_warnx("%s: %s%s%s", where, f->field, colon, f->reason);
}

/* -- answers -- */

static char *
answer(json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

static json_t *
coded(enum ctl_code c)
{
	return json_pack("{ss}", "code", ctl_code_name(c));
}

static char *
answer_error(enum ctl_code c, const char *error)
{
	json_t *o = coded(c);

	json_object_set_new(o, "error", json_string(error));
	return answer(o);
}

static enum ctl_code
code_of(const struct spec_fault *f)
{
	static const enum ctl_code codes[] = {
		[SPEC_INVALID] = CTL_SPEC_INVALID,
		[SPEC_UNREADABLE] = CTL_SPEC_UNREADABLE,
		[SPEC_BAD_FILM] = CTL_FILM_UNUSABLE,
		[SPEC_OTHER_CHANNEL] = CTL_OTHER_CHANNEL,
		[SPEC_NEEDS_RESTART] = CTL_NEEDS_RESTART,
		[SPEC_NO_MEMORY] = CTL_NO_MEMORY,
	};

	return codes[f->kind];
}

static char *
answer_fault(const struct spec_fault *f)
{
	json_t *o = coded(code_of(f));

	json_object_set_new(o, "error", json_string(f->reason));
	json_object_set_new(o, "field", json_string(f->field));
	if (f->line > 0)
		json_object_set_new(o, "line", json_integer(f->line));
	return answer(o);
}

/* -- commands -- */

static char *
do_status(struct command *c, const json_t *req)
{
	(void)req;
	return forwarder_status(c->fw, clock_ms());
}

static char *
do_dump(struct command *c, const json_t *req)
{
	(void)req;
	return forwarder_dump(c->fw, clock_ms());
}

static char *
do_picture(struct command *c, const json_t *req)
{
	const char *source = json_string_value(json_object_get(req, "source"));

	if (source == NULL)
		return answer_error(CTL_BAD_REQUEST, "picture: source must be a string");
	return forwarder_picture(c->fw, source, clock_ms());
}

static char *
do_switch(struct command *c, const json_t *req)
{
	const json_t *ms = json_object_get(req, "for_ms");
	const char *to = json_string_value(json_object_get(req, "to"));
	int64_t for_ms = json_integer_value(ms);

	if (to == NULL || (ms != NULL && !json_is_integer(ms)) || for_ms < 0)
		return answer_error(CTL_BAD_REQUEST, "switch: to must be a string, and for_ms an integer from 0 on");
	if (channel_switch(c->fw->channel, to, for_ms, clock_ms()) == -1)
		return answer_error(CTL_UNKNOWN_SOURCE, "switch: to must be auto, off or the name of a source");
	log_notice("channel=%s switch to=%s for_ms=%lld", c->fw->spec->channel, to, (long long)for_ms);
	return answer(coded(CTL_OK));
}

/* Parses the spec of a request. Clears the line of a fault: the text that is parsed here is not the client's text. */
static struct spec *
spec_from_request(const struct command *c, const json_t *given, struct spec_fault *f)
{
	char dir[PATH_MAX], *text = json_dumps(given, JSON_COMPACT | JSON_ENCODE_ANY);
	struct spec *spec;

	memset(f, 0, sizeof(*f));
	if (text == NULL) {
		f->kind = SPEC_NO_MEMORY;
		strlcpy(f->reason, "out of memory", sizeof(f->reason));
		return NULL;
	}
	strlcpy(dir, c->spec, sizeof(dir));
	spec = spec_parse(text, strlen(text), dirname(dir), c->kind, f);
	f->line = 0;
	secret_free(text);
	return spec;
}

/* Applies the spec of the request, or else the spec file. -1 with *f, which is logged. */
static int
reload(struct command *c, const json_t *given, struct spec_fault *f)
{
	struct spec *spec;
	int rc = -1;

	notify("RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_us());
	spec = given != NULL ? spec_from_request(c, given, f) : spec_read(c->spec, c->kind, f);
	if (spec != NULL && (rc = forwarder_reload(c->fw, spec, clock_ms(), f)) == 0)
		log_notice("channel=%s reloaded destinations=%d", c->fw->spec->channel, c->fw->egresses);
	else if (given != NULL)
		command_log_fault("the spec in the reload request", f);
	else {
		spec_locate(c->spec, f);
		command_log_fault(c->spec, f);
	}
	notify("READY=1");
	return rc;
}

void
command_reload(struct command *c)
{
	struct spec_fault f;

	reload(c, NULL, &f);
}

static char *
do_reload(struct command *c, const json_t *req)
{
	struct spec_fault f;

	if (reload(c, json_object_get(req, "spec"), &f) == 0)
		return answer(coded(CTL_OK));
	return answer_fault(&f);
}

static const struct {
	const char	*name;
	char		*(*run)(struct command *, const json_t *req);
} commands[] = {
	{ "status", do_status }, { "switch", do_switch }, { "reload", do_reload }, { "dump", do_dump },
	{ "picture", do_picture }
};

char *
command_answer(void *arg, const char *line)
{
	json_t *req = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	const char *cmd = json_string_value(json_object_get(req, "cmd"));
	char *text = NULL;
	size_t i;

	for (i = 0; cmd != NULL && i < nitems(commands) && strcmp(commands[i].name, cmd) != 0; i++)
		continue;
	if (cmd == NULL)
		text = answer_error(CTL_BAD_REQUEST,
		    "a request must be {\"cmd\":\"status\"}, or switch, reload, dump or picture");
	else if (i == nitems(commands))
		text = answer_error(CTL_UNKNOWN_COMMAND, "cmd must be status, switch, reload, dump or picture");
	else
		text = commands[i].run(arg, req);
	json_decref(req);
	return text;
}
