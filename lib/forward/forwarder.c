/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "forward/forwarder.h"

#include <stdarg.h>

__attribute__((format(printf, 3, 4))) static void
say(struct spec_fault *fault, const char *field, const char *fmt, ...)
{
	va_list ap;

	memset(fault, 0, sizeof(*fault));
	strlcpy(fault->field, field, sizeof(fault->field));
	va_start(ap, fmt);
	vsnprintf(fault->why, sizeof(fault->why), fmt, ap);
	va_end(ap);
}

static struct egress *
egress_new(struct forwarder *fw, const struct spec *spec, int i,
    struct spec_fault *fault)
{
	struct egress *eg = calloc(1, sizeof(*eg));
	const char *why = "out of memory";
	char field[32];

	if (eg != NULL && egress_init(eg, fw->ev, &fw->channel->log,
	    &spec->dest[i], &why) == 0)
		return eg;
	snprintf(field, sizeof(field), "destinations[%d].url", i);
	say(fault, field, "%s", why);
	free(eg);
	return NULL;
}

static int
add_ingest(struct forwarder *fw, int i, struct spec_fault *fault)
{
	const struct spec *spec = fw->spec;
	const char *why = "out of memory";
	struct ingest *in;
	char field[32];

	if (spec->source[i].url == NULL)
		return 0;
	if ((in = calloc(1, sizeof(*in))) != NULL && ingest_init(in, fw->ev,
	    &fw->channel->source[i], spec->source[i].url, spec->delay_ms,
	    &why) == 0) {
		fw->ingest[i] = in;
		return 0;
	}
	snprintf(field, sizeof(field), "sources[%d].url", i);
	say(fault, field, "%s", why);
	free(in);
	return -1;
}

static void
say_file(struct spec_fault *fault, int source, const struct flv_fault *bad)
{
	char field[48], at[48] = "";

	if (bad->why[0] == '\0') {
		say(fault, "", "out of memory");
		return;
	}
	snprintf(field, sizeof(field), "sources[%d].path", source);
	if (bad->offset >= 0)
		snprintf(at, sizeof(at), ", at byte %lld of file %zu",
		    (long long)bad->offset, bad->file + 1);
	say(fault, field, "%.100s%s", bad->why, at);
}

struct forwarder *
forwarder_new(struct ev *ev, struct spec *spec, int64_t now,
    struct spec_fault *fault)
{
	struct forwarder *fw = calloc(1, sizeof(*fw));
	struct flv_fault bad;
	int i, source = 0;

	if (fw == NULL) {
		say(fault, "", "out of memory");
		spec_free(spec);
		return NULL;
	}
	fw->ev = ev;
	fw->spec = spec;
	fw->channel = channel_new(spec, now, &source, &bad);
	if (fw->channel == NULL) {
		say_file(fault, source, &bad);
		goto fail;
	}
	for (i = 0; i < spec->sources; i++)
		if (add_ingest(fw, i, fault) == -1)
			goto fail;
	for (i = 0; i < spec->dests; i++) {
		fw->egress[i] = egress_new(fw, spec, i, fault);
		if (fw->egress[i] == NULL)
			goto fail;
		fw->egresses++;
	}
	return fw;
fail:
	forwarder_free(fw);
	return NULL;
}

static void
egress_end(struct egress *eg)
{
	egress_free(eg);
	free(eg);
}

void
forwarder_free(struct forwarder *fw)
{
	int i;

	if (fw == NULL)
		return;
	for (i = 0; i < fw->egresses; i++)
		egress_end(fw->egress[i]);
	for (i = 0; i < SPEC_SOURCES; i++)
		if (fw->ingest[i] != NULL) {
			ingest_free(fw->ingest[i]);
			free(fw->ingest[i]);
		}
	if (fw->tap != NULL) {
		tap_free(fw->tap);
		free(fw->tap);
	}
	channel_free(fw->channel);
	spec_free(fw->spec);
	free(fw);
}

int
forwarder_tap(struct forwarder *fw, int fd)
{
	if ((fw->tap = calloc(1, sizeof(*fw->tap))) == NULL)
		return -1;
	tap_init(fw->tap, fw->ev, &fw->channel->log, fd);
	return 0;
}

static void
step_tap(struct forwarder *fw, uint64_t *needs)
{
	if (fw->tap == NULL)
		return;
	if (tap_step(fw->tap) == -1) {
		log_warn("output: the stream on stdout ends here");
		tap_free(fw->tap);
		free(fw->tap);
		fw->tap = NULL;
	} else if (fw->tap->sink.next < *needs)
		*needs = fw->tap->sink.next;
}

static void
report_event(struct forwarder *fw)
{
	struct channel_event e;

	while (channel_event(fw->channel, &e))
		log_info("channel=%s %s -> %s reason=%s source=%s after=%llds",
		    fw->spec->channel, e.from, e.to, e.reason, e.health,
		    (long long)e.after_ms / 1000);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
forwarder_step(struct forwarder *fw, int64_t now)
{
	uint64_t needs = UINT64_MAX;
	int64_t wake = INT64_MAX;
	struct egress *eg;
	int i;

	for (i = 0; i < SPEC_SOURCES; i++)
		if (fw->ingest[i] != NULL)
			wake = sooner(wake, ingest_step(fw->ingest[i], now));
	wake = sooner(wake, channel_step(fw->channel, now));
	report_event(fw);
	for (i = 0; i < fw->egresses; i++) {
		eg = fw->egress[i];
		egress_hold(eg, fw->channel->failover.state == FO_OFF ||
		    (eg->spec->on_backup == BACKUP_DISCONNECT &&
		    channel_on_backup(fw->channel)), now);
		wake = sooner(wake, egress_step(eg, now));
		if (egress_needs(eg) < needs)
			needs = egress_needs(eg);
	}
	step_tap(fw, &needs);
	outlog_trim(&fw->channel->log, needs);
	return wake;
}

/* The running destination that serves this one as it is, or -1. */
static int
serving(const struct forwarder *fw, const struct spec_dest *d)
{
	int i;

	for (i = 0; i < fw->egresses; i++)
		if (fw->egress[i] != NULL && spec_dest_same(fw->egress[i]->spec, d))
			return i;
	return -1;
}

/* Opens what is new in spec without letting go of anything. -1 with *fault. */
static int
prepare_reload(struct forwarder *fw, const struct spec *spec,
    struct egress *next[], struct spec_fault *fault)
{
	struct flv_fault bad;
	int i;

	if (strcmp(spec->channel, fw->spec->channel) != 0) {
		say(fault, "channel", "is another channel: start another "
		    "forwarder for it");
		return -1;
	}
	if (!channel_can_reload(fw->channel, spec)) {
		say(fault, "sources", "sources or delay_ms differ: restart to "
		    "change them");
		return -1;
	}
	for (i = 0; i < spec->dests; i++)
		if (serving(fw, &spec->dest[i]) == -1 &&
		    (next[i] = egress_new(fw, spec, i, fault)) == NULL)
			return -1;
	for (i = 0; i < spec->sources; i++)
		if (!spec_files_same(&spec->source[i], &fw->spec->source[i]) &&
		    channel_files(fw->channel, spec, i, &bad) == -1) {
			say_file(fault, i, &bad);
			return -1;
		}
	return 0;
}

int
forwarder_reload(struct forwarder *fw, struct spec *spec, int64_t now,
    struct spec_fault *fault)
{
	struct egress *next[SPEC_DESTS] = { NULL };
	int i, old;

	if (prepare_reload(fw, spec, next, fault) == -1) {
		for (i = 0; i < SPEC_DESTS; i++)
			if (next[i] != NULL)
				egress_end(next[i]);
		spec_free(spec);
		return -1;
	}
	channel_reload(fw->channel, spec, now);
	for (i = 0; i < spec->dests; i++)
		if (next[i] == NULL) {
			old = serving(fw, &spec->dest[i]);
			next[i] = fw->egress[old];
			fw->egress[old] = NULL;
			egress_spec(next[i], &spec->dest[i]);
		}
	for (i = 0; i < fw->egresses; i++)
		if (fw->egress[i] != NULL) {
			egress_hold(fw->egress[i], true, now);
			egress_end(fw->egress[i]);
		}
	memcpy(fw->egress, next, sizeof(next));
	fw->egresses = spec->dests;
	spec_free(fw->spec);
	fw->spec = spec;
	return 0;
}
