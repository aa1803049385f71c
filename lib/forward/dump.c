/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/dump.h"
#include "process/ctl_code.h"

#include <jansson.h>

static json_t *
frame_queue_dump(const struct frame_queue *l)
{
	return json_pack("{sIsIsI}", "first", (json_int_t)l->first, "queued",
	    (json_int_t)(l->end - l->first), "bytes", (json_int_t)l->bytes);
}

static json_t *
source_dump(const struct channel_source *cs, int64_t now)
{
	static const char *const names[] = { "video", "audio", "data" };
	const struct source *s = &cs->src;
	const struct track_state *ts;
	json_t *o, *t;
	int i;

	o = json_pack("{sssI}", "name", cs->name, "epoch", (json_int_t)s->epoch);
	for (i = 0; i < TRACKS; i++) {
		ts = &s->track[i];
		t = frame_queue_dump(&ts->queue);
		json_object_update_new(t, json_pack("{sIsIsIsI}",
		    "edge", (json_int_t)ts->edge,
		    "frame_ms", (json_int_t)ts->frame_ms,
		    "clock_offset_ms", (json_int_t)clock_offset_ms(&ts->clock_offset),
		    "late_ms", (json_int_t)(ts->seen ?
		    source_late_ms(s, (enum track)i, now) : 0)));
		json_object_set_new(o, names[i], t);
	}
	return o;
}

char *
forwarder_dump(const struct forwarder *fw, int64_t now)
{
	const struct channel *ch = fw->channel;
	const struct splice *sp = &ch->splice;
	json_t *o, *list = json_array();
	uint64_t maps = 0;
	size_t mapped = 0;
	char *text;
	int i;

	for (i = 0; i < ch->sources; i++) {
		json_array_append_new(list, source_dump(&ch->source[i], now));
		mapped += arena_mapped(ch->source[i].arena);
		maps += arena_maps(ch->source[i].arena);
	}
	o = json_pack("{sssIsIsososo}", "code", ctl_code_name(CTL_OK),
	    "mapped_bytes", (json_int_t)mapped, "maps", (json_int_t)maps, "sources", list, "log",
	    frame_queue_dump(&ch->log.queue), "splice",
	    json_pack("{sIsIsIsIsIsI}", "epoch", (json_int_t)sp->epoch,
	    "offset", (json_int_t)sp->offset, "base", (json_int_t)sp->base,
	    "base_goal", (json_int_t)sp->base_goal, "video_dts",
	    (json_int_t)sp->out[TRACK_VIDEO].dts, "frames",
	    (json_int_t)sp->frames));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}
