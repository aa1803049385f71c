/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/problem_code.h"
#include "codec/format_name.h"
#include "forward/status.h"
#include "media/source_health.h"
#include "process/ctl_code.h"

#include <jansson.h>

static void
set_ago(json_t *o, const char *name, int64_t ago_ms)
{
	char when[CLOCK_RFC3339_LEN];

	json_object_set_new(o, name, json_string(clock_rfc3339(when, ago_ms)));
}

static void
set_text(json_t *o, const char *name, const char *s)
{
	json_object_set_new(o, name, s[0] != '\0' ? json_string(s) :
	    json_null());
}

static void
set_known(json_t *o, const char *name, const char *s)
{
	if (s[0] != '\0')
		set_text(o, name, s);
}

static void
set_ms_as_s(json_t *o, const char *name, int64_t ms)
{
	json_object_set_new(o, name, json_real((double)(ms / 100) / 10));
}

static void
set_video(json_t *o, const struct video_format *v)
{
	char text[80];

	video_format_print(v, text, sizeof(text));
	set_text(o, "video", text);
	set_known(o, "profile", video_profile_print(v, text, sizeof(text)));
	set_known(o, "level", video_level_print(v, text, sizeof(text)));
	set_known(o, "pix_fmt", video_pixels_print(v, text, sizeof(text)));
}

static void
set_audio(json_t *o, const struct audio_format *a)
{
	char text[80];

	audio_format_print(a, text, sizeof(text));
	set_text(o, "audio", text);
	set_known(o, "audio_profile", audio_profile_print(a, text, sizeof(text)));
}

static void
set_formats(json_t *o, const struct source *s)
{
	const struct packet *v = s->headers != NULL ? s->headers->part[TRACK_VIDEO] : NULL,
	    *a = s->headers != NULL ? s->headers->part[TRACK_AUDIO] : NULL;
	struct video_format vf;
	struct audio_format af;
	int64_t step = s->track[TRACK_VIDEO].frame_ms;

	if (v != NULL && video_format_read(&vf, v->data, v->len) == 0) {
		if (vf.fps == 0 && step > 0)	/* the header has no rate: use the measured one */
			vf.fps = (double)(int)(1000.0 / (double)step + 0.5);
		set_video(o, &vf);
	}
	if (a != NULL && audio_format_read(&af, a->data, a->len) == 0)
		set_audio(o, &af);
}

/* A file is read only while it plays, but was checked before that: a replaced one is not the one that played last. */
static void
set_facts(json_t *o, const struct flv_loop *file)
{
	const struct flv_loop_facts *x = flv_loop_facts_next(file);

	set_video(o, &x->video);
	set_audio(o, &x->audio);
	set_ms_as_s(o, "keyframe_max_s", x->key_max_ms);
}

static json_t *
source_status(const struct forwarder *fw, int i, int64_t now)
{
	const struct channel_source *cs = &fw->channel->source[i];
	const struct ingest *in = fw->ingest[i];
	const struct source *s = &cs->src;
	bool healthy = s->health == SOURCE_HEALTHY && !cs->broken;
	json_t *o = json_object();

	json_object_set_new(o, "on_air",
	    json_boolean(fw->channel->failover.on == i));
	json_object_set_new(o, "healthy", json_boolean(healthy));
	set_text(o, "health", cs->broken ? "file-unreadable" :
	    source_health_name(s->health));
	if (in != NULL) {
		json_object_set_new(o, "connected",
		    json_boolean(in->rtmp_conn.state == RTMP_CONN_UP));
		json_object_set_new(o, "publishing", json_boolean(healthy ||
		    s->health >= SOURCE_NO_VIDEO));
		set_ms_as_s(o, "stable_s", source_stable_ms(s, now));
		json_object_set_new(o, "kbps", json_integer(in->rate.kbps));
		set_text(o, "last_error", in->rtmp_conn.error);
		if (in->rtmp_conn.state == RTMP_CONN_UP)
			set_ms_as_s(o, "silent_s", now - in->last_media);
	}
	if (cs->file != NULL && fw->channel->failover.on != i)
		set_facts(o, cs->file);
	else
		set_formats(o, s);
	if (s->key_gap > 0) {
		set_ms_as_s(o, "keyframe_s", s->key_gap);
		json_object_set_new(o, "fps", json_real((double)(s->gop.last_frames * INT64_C(10000) / s->key_gap) / 10));
		json_object_set_new(o, "b_frames", json_boolean(s->gop.last_reorders));
	}
	if (s->slow)
		json_object_set_new(o, "speed", json_real(s->speed / 1000.0));
	json_object_set_new(o, "breaks", json_integer((json_int_t)s->breaks));
	json_object_set_new(o, "dropped", json_integer((json_int_t)s->dropped));
	return o;
}

static json_t *
dest_status(const struct egress *eg, int64_t now)
{
	char text[ADDRESS_TEXT];
	json_t *o = json_object();
	struct address server;

	set_text(o, "state", egress_state(eg));
	set_text(o, "address", egress_address(eg));
	/* without the path, which may have the key */
	if (address_parse(&server, eg->rtmp_conn.url[0].tc_url, NULL) == NULL)
		set_text(o, "server", address_text(&server, text));
	set_ms_as_s(o, "up_s", eg->rtmp_conn.state == RTMP_CONN_UP ?
	    now - eg->rtmp_conn.up_since : 0);
	json_object_set_new(o, "kbps", json_integer(
	    eg->rtmp_conn.state == RTMP_CONN_UP ? eg->rate.kbps : 0));
	if (eg->spec->max_kbps > 0)
		json_object_set_new(o, "max_kbps", json_integer(eg->spec->max_kbps));
	if (egress_over(eg, now))
		json_object_set_new(o, "bitrate_high", json_true());
	json_object_set_new(o, "lag_ms", json_integer(egress_lag_ms(eg)));
	json_object_set_new(o, "queue_ms", json_integer(egress_queue_ms(eg)));
	json_object_set_new(o, "acked_bytes",
	    json_integer((json_int_t)egress_acked(eg)));
	json_object_set_new(o, "connects",
	    json_integer((json_int_t)eg->rtmp_conn.connects));
	json_object_set_new(o, "reconnects",
	    json_integer((json_int_t)eg->reconnects));
	json_object_set_new(o, "dropped_frames",
	    json_integer((json_int_t)eg->muxer.dropped));
	set_text(o, "fault", eg->rtmp_conn.fault == RTMP_CONN_FINE ? "" :
	    rtmp_conn_fault_name(eg->rtmp_conn.fault));
	set_text(o, "last_error", eg->last_error);
	return o;
}

/* -- problems -- */

static void
problem_add(json_t *list, const struct forwarder *fw, enum problem p, const char *kind, const char *name,
    const char *detail)
{
	char subject[SPEC_LEG_NAME + 16], text[512];

	snprintf(subject, sizeof(subject), "%s:%s", kind, name);
	json_array_append_new(list, json_pack("{ss ss ss}", "code", problem_code(p)->name, "subject", subject,
	    "text", problem_text(text, sizeof(text), p, fw->spec->channel, subject, detail)));
}

/* An absent first source is no problem: a backup covers that. */
static void
source_problems(json_t *list, const struct forwarder *fw, int i)
{
	static const enum problem of_health[] = {
		[SOURCE_HEALTHY] = PROBLEMS,
		[SOURCE_ABSENT] = PROBLEM_SOURCE_ABSENT,
		[SOURCE_ENDED] = PROBLEM_SOURCE_ENDED,
		[SOURCE_NO_VIDEO] = PROBLEM_NO_VIDEO,
		[SOURCE_NO_AUDIO] = PROBLEM_NO_AUDIO,
		[SOURCE_NO_KEYFRAME] = PROBLEM_NO_KEYFRAME,
		[SOURCE_NO_IDR] = PROBLEM_NO_IDR,
		[SOURCE_ANNEX_B] = PROBLEM_ANNEX_B,
		[SOURCE_OTHER_TRACK] = PROBLEM_OTHER_TRACK,
		[SOURCE_SLOW_ENCODER] = PROBLEM_SLOW_ENCODER,
		[SOURCE_PROVING] = PROBLEMS,
		[SOURCE_VIDEO_STALLED] = PROBLEM_VIDEO_STALLED,
		[SOURCE_AUDIO_STALLED] = PROBLEM_AUDIO_STALLED,
	};
	const struct channel_source *cs = &fw->channel->source[i];
	const struct ingest *in = fw->ingest[i];
	enum problem p = of_health[cs->src.health];

	if (p == PROBLEM_VIDEO_STALLED && (in == NULL || in->rate.kbps == 0))
		p = PROBLEM_SOURCE_SILENT;
	if (p != PROBLEMS && (i > 0 || cs->src.health >= SOURCE_NO_VIDEO))
		problem_add(list, fw, p, "source", cs->name, "");
	if (cs->broken)
		problem_add(list, fw, PROBLEM_FILE_UNREADABLE, "source", cs->name, "");
	if (cs->src.key_gap > PROBLEM_KEYFRAMES_MS)
		problem_add(list, fw, PROBLEM_KEYFRAMES_FAR_APART, "source", cs->name, "");
}

static json_t *
problems(const struct forwarder *fw, int64_t now)
{
	const struct failover *f = &fw->channel->failover;
	json_t *list = json_array();
	const struct egress *eg;
	int i, want = failover_preferred(f);
	char kbps[24];

	for (i = 0; i < fw->channel->sources; i++)
		source_problems(list, fw, i);
	if (f->pin != FO_NONE && f->on != FO_NONE && f->on != want)
		problem_add(list, fw, PROBLEM_PIN_NOT_HEALTHY, "source", fw->channel->source[want].name, "");
	for (i = 0; i < fw->egresses; i++) {
		eg = fw->egress[i];
		if (eg->mode == EGRESS_SEND && eg->rtmp_conn.state != RTMP_CONN_UP && eg->rtmp_conn.fault != RTMP_CONN_FINE)
			problem_add(list, fw, PROBLEM_DESTINATION_DOWN, "destination", eg->name, eg->last_error);
		else if (strcmp(egress_state(eg), "waiting-keyframe") == 0 && f->on != FO_NONE)
			problem_add(list, fw, PROBLEM_WAITING_KEYFRAME, "destination", eg->name, "");
		else if (egress_lag_ms(eg) > EGRESS_BEHIND_MS)
			problem_add(list, fw, PROBLEM_DESTINATION_BEHIND, "destination", eg->name, "");
		if (egress_over(eg, now)) {
			snprintf(kbps, sizeof(kbps), "%lld", (long long)eg->spec->max_kbps);
			problem_add(list, fw, PROBLEM_BITRATE_HIGH, "destination", eg->name, kbps);
		}
	}
	return list;
}

/* The last changes of the state, the oldest first: lsctl-health(8) finds here what it missed. */
static json_t *
changes(const struct forwarder *fw, int64_t now)
{
	json_t *list = json_array(), *o;
	const struct forwarder_change *c;
	uint64_t n = fw->changes > FORWARDER_CHANGES ?
	    fw->changes - FORWARDER_CHANGES : 0;

	for (; n < fw->changes; n++) {
		c = &fw->change[n % FORWARDER_CHANGES];
		o = json_object();
		json_object_set_new(o, "n", json_integer((json_int_t)n + 1));
		set_ago(o, "at", now - c->at);
		set_text(o, "from", c->event.from);
		set_text(o, "to", c->event.to);
		set_text(o, "reason", c->event.reason);
		set_text(o, "health", c->event.health);
		json_array_append_new(list, o);
	}
	return list;
}

char *
forwarder_status(const struct forwarder *fw, int64_t now)
{
	const struct channel *ch = fw->channel;
	const struct failover *f = &ch->failover;
	json_t *o = json_object(), *sub;
	char state[SPEC_NAME + 8], *text;
	int i;

	set_text(o, "code", ctl_code_name(CTL_OK));
	set_text(o, "channel", fw->spec->channel);
	set_ago(o, "time", 0);
	set_text(o, "started", fw->started);
	set_text(o, "state", channel_state(ch, state, sizeof(state)));
	set_text(o, "on_air", f->on == FO_NONE ? "" : ch->source[f->on].name);
	set_ago(o, "since", now - f->since);
	json_object_set_new(o, "changes", changes(fw, now));
	set_text(o, "mode", f->off ? "off" : f->pin == FO_NONE ? "auto" :
	    ch->source[f->pin].name);
	if (f->pin != FO_NONE && f->pin_until != INT64_MAX)
		set_ms_as_s(o, "pin_left_s", f->pin_until - now);
	sub = json_object();
	for (i = 0; i < ch->sources; i++)
		json_object_set_new(sub, ch->source[i].name,
		    source_status(fw, i, now));
	json_object_set_new(o, "sources", sub);
	sub = json_object();
	for (i = 0; i < fw->egresses; i++)
		json_object_set_new(sub, fw->egress[i]->name,
		    dest_status(fw->egress[i], now));
	json_object_set_new(o, "destinations", sub);
	json_object_set_new(o, "cuts", json_integer((json_int_t)ch->splice.cuts));
	json_object_set_new(o, "max_gap_ms", json_integer(ch->splice.max_gap));
	json_object_set_new(o, "problems", problems(fw, now));
	text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(o);
	return text;
}
