/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "forward/forwarder.h"

#include <stdarg.h>

void
forwarder_fault(struct spec_fault *fault, enum spec_fault_kind kind, const char *field, const char *fmt, ...)
{
	va_list ap;

	memset(fault, 0, sizeof(*fault));
	fault->kind = kind;
	strlcpy(fault->field, field, sizeof(fault->field));
	va_start(ap, fmt);
	vsnprintf(fault->reason, sizeof(fault->reason), fmt, ap);
	va_end(ap);
}

struct egress *
forwarder_egress(struct forwarder *fw, const struct spec *spec, int i,
    struct spec_fault *fault)
{
	const struct spec_dest *d = &spec->dest[i];
	const char *reason, *name;
	struct egress *eg;
	char field[48];

	eg = egress_new(fw->ev, &fw->channel->log, d, &name, &reason);
	if (eg != NULL)
		return eg;
	if (d->backup_leg && strcmp(name, "url") == 0)
		name = "backup_url";
	if (spec->kind == SPEC_LOOP)
		snprintf(field, sizeof(field), "destination.%s", name);
	else
		snprintf(field, sizeof(field), "destinations[%d].%s", d->item, name);
	forwarder_fault(fault, SPEC_INVALID, field, "%s", reason);
	return NULL;
}

struct ingest *
forwarder_ingest(struct forwarder *fw, const struct spec *spec, int i,
    struct spec_fault *fault)
{
	struct ingest *in;
	const char *reason;
	char field[32];

	in = ingest_new(fw->ev, &fw->channel->source[i], spec->source[i].url,
	    spec, &reason);
	if (in != NULL)
		return in;
	snprintf(field, sizeof(field), "sources[%d].url", i);
	forwarder_fault(fault, SPEC_INVALID, field, "%s", reason);
	return NULL;
}

void
forwarder_file_fault(struct spec_fault *fault, const struct spec *spec, int source,
    const struct flv_fault *bad)
{
	char field[48], at[48] = "";

	if (bad->reason[0] == '\0') {
		forwarder_fault(fault, SPEC_NO_MEMORY, "", "out of memory");
		return;
	}
	if (spec->kind == SPEC_LOOP)
		snprintf(field, sizeof(field), "files[%zu]", bad->file);
	else
		snprintf(field, sizeof(field), "sources[%d].path", source);
	if (bad->offset >= 0)
		snprintf(at, sizeof(at), ", at byte %lld of file %zu",
		    (long long)bad->offset, bad->file + 1);
	forwarder_fault(fault, SPEC_BAD_FILM, field, "%.100s%s", bad->reason, at);
}

struct forwarder *
forwarder_new(struct ev *ev, struct spec *spec, int64_t now,
    struct spec_fault *fault)
{
	struct forwarder *fw = calloc(1, sizeof(*fw));
	struct flv_fault bad;
	int i, source = 0;

	if (fw == NULL) {
		forwarder_fault(fault, SPEC_NO_MEMORY, "", "out of memory");
		spec_free(spec);
		return NULL;
	}
	fw->ev = ev;
	fw->spec = spec;
	clock_rfc3339(fw->started, 0);
	fw->channel = channel_new(spec, now, &source, &bad);
	if (fw->channel == NULL) {
		forwarder_file_fault(fault, spec, source, &bad);
		goto fail;
	}
	for (i = 0; i < spec->sources; i++)
		if (spec->source[i].url != NULL && (fw->ingest[i] =
		    forwarder_ingest(fw, spec, i, fault)) == NULL)
			goto fail;
	for (i = 0; i < spec->dests; i++) {
		fw->egress[i] = forwarder_egress(fw, spec, i, fault);
		if (fw->egress[i] == NULL)
			goto fail;
		fw->egresses++;
	}
	return fw;
fail:
	forwarder_free(fw);
	return NULL;
}

void
forwarder_free(struct forwarder *fw)
{
	int i;

	if (fw == NULL)
		return;
	for (i = 0; i < fw->egresses; i++)
		egress_free(fw->egress[i]);
	for (i = 0; i < SPEC_SOURCES; i++)
		ingest_free(fw->ingest[i]);
	if (fw->flv_output != NULL) {
		flv_output_free(fw->flv_output);
		free(fw->flv_output);
	}
	channel_free(fw->channel);
	spec_free(fw->spec);
	free(fw);
}

int
forwarder_flv_output(struct forwarder *fw, int fd)
{
	if ((fw->flv_output = calloc(1, sizeof(*fw->flv_output))) == NULL)
		return -1;
	flv_output_init(fw->flv_output, fw->ev, &fw->channel->log, fd);
	return 0;
}

static void
step_flv_output(struct forwarder *fw, uint64_t *needs)
{
	if (fw->flv_output == NULL)
		return;
	if (flv_output_step(fw->flv_output) == -1) {
		log_warn("cannot write the stream to standard output; it stops");
		flv_output_free(fw->flv_output);
		free(fw->flv_output);
		fw->flv_output = NULL;
	} else if (fw->flv_output->muxer.next < *needs)
		*needs = fw->flv_output->muxer.next;
}

static void
report_event(struct forwarder *fw, int64_t now)
{
	struct forwarder_change *c;
	struct channel_event e;

	while (channel_event(fw->channel, &e)) {
		c = &fw->change[fw->changes++ % FORWARDER_CHANGES];
		c->event = e;
		c->at = now;
		log_notice("channel=%s %s -> %s reason=%s health=%s after=%llds",
		    fw->spec->channel, e.from, e.to, e.reason, e.health,
		    (long long)e.after_ms / 1000);
	}
}

/* Logs an unreadable file once; the channel tries it again. */
static void
report_files(struct forwarder *fw)
{
	struct channel_source *cs;
	int i;

	for (i = 0; i < fw->channel->sources; i++) {
		cs = &fw->channel->source[i];
		if (cs->broken && !fw->reported[i])
			log_warnx("source=%s the file cannot be read: did a program write to it?", cs->name);
		fw->reported[i] = cs->broken;
	}
}

static enum egress_mode
mode_of(const struct forwarder *fw, const struct egress *eg)
{
	const struct channel *ch = fw->channel;

	if (ch->failover.state == FO_OFF)
		return EGRESS_OFF;
	if (!schedule_has(&eg->spec->schedule, clock_wall()))
		return EGRESS_OFF_SCHEDULE;
	if (eg->spec->on_backup == BACKUP_DISCONNECT && !channel_on_first(ch))
		return EGRESS_AWAY;
	/* a platform hangs up on a publisher that sends nothing, and may refuse its next connection */
	if (!channel_expected(ch) && eg->rtmp_conn.connects == 0)
		return EGRESS_IDLE;
	return EGRESS_SEND;
}

/* Does another source play, and go on to? */
static bool
is_spare(const struct forwarder *fw, int source)
{
	const struct channel *ch = fw->channel;

	return ch->splice.src != NULL && ch->splice.src != &ch->source[source].src && ch->pending.action == FO_STAY;
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
	int64_t wake = INT64_MAX, waits = 0;
	struct egress *eg;
	int i;

	for (i = 0; i < SPEC_SOURCES; i++)
		if (fw->ingest[i] != NULL)
			wake = sooner(wake, ingest_step(fw->ingest[i], is_spare(fw, i), now));
	wake = sooner(wake, channel_step(fw->channel, now));
	report_event(fw, now);
	report_files(fw);
	for (i = 0; i < fw->egresses; i++) {
		eg = fw->egress[i];
		egress_set_mode(eg, mode_of(fw, eg), now);
		wake = sooner(wake, egress_step(eg, now));
		if (egress_needs(eg) < needs)
			needs = egress_needs(eg);
		if (egress_keyframe_wait_ms(eg, now) > waits)
			waits = egress_keyframe_wait_ms(eg, now);
	}
	fw->channel->keyframe_waited_ms = waits;
	step_flv_output(fw, &needs);
	fanout_log_trim(&fw->channel->log, needs);
	return wake;
}
