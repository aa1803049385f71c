/* SPDX-License-Identifier: ISC */
/* A forwarder's insides as a record: what it says is what is there. */
#include "forward/dump.h"
#include "stage.h"

#include <jansson.h>

#define SPEC	"{\"channel\":\"c\",\"delay_ms\":1000,\"stall_ms\":700,\"sources\":[{\"name\":\"obs\"," \
	"\"url\":\"$obs\"},{\"name\":\"film\",\"path\":\"$film\"}],\"destinations\":[" \
	"{\"name\":\"youtube\",\"url\":\"$youtube\"}]}"

static json_int_t
number(const json_t *o, const char *name)
{
	t_ok(json_is_integer(json_object_get(o, name)));
	return json_integer_value(json_object_get(o, name));
}

static void
check_track(const json_t *o, const struct track_state *ts, int64_t late)
{
	t_int(number(o, "first"), ts->queue.first);
	t_int(number(o, "queued"), ts->queue.end - ts->queue.first);
	t_int(number(o, "bytes"), ts->queue.bytes);
	t_int(number(o, "edge"), ts->edge);
	t_int(number(o, "frame_ms"), ts->frame_ms);
	t_int(number(o, "clock_offset_ms"), clock_offset_ms(&ts->clock_offset));
	t_int(number(o, "late_ms"), late);
}

static void
says_what_is_there(void)
{
	const struct splice *sp;
	const struct source *s;
	json_t *o, *list, *part;
	char *text;

	begin(SPEC);
	encoding = true;
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	pass(3000);
	text = forwarder_dump(fw, now);
	o = json_loads(text, 0, NULL);
	free(text);
	t_int(number(o, "mapped_bytes"), arena_mapped(fw->channel->source[0].arena) +
	    arena_mapped(fw->channel->source[1].arena));
	t_int(number(o, "maps"), arena_maps(fw->channel->source[0].arena) +
	    arena_maps(fw->channel->source[1].arena));
	list = json_object_get(o, "sources");
	t_int(json_array_size(list), 2);
	part = json_array_get(list, 0);
	s = &fw->channel->source[0].src;
	t_str(json_string_value(json_object_get(part, "name")), "obs");
	t_int(number(part, "epoch"), s->epoch);
	check_track(json_object_get(part, "video"), &s->track[TRACK_VIDEO], source_late_ms(s, TRACK_VIDEO, now));
	check_track(json_object_get(part, "audio"), &s->track[TRACK_AUDIO], source_late_ms(s, TRACK_AUDIO, now));
	check_track(json_object_get(part, "data"), &s->track[TRACK_DATA], 0);	/* none came: it is not late */
	t_ok(number(json_object_get(part, "video"), "queued") > 20);
	t_int(number(json_object_get(part, "video"), "frame_ms"), 40);
	t_str(json_string_value(json_object_get(json_array_get(list, 1), "name")), "film");
	part = json_object_get(o, "log");
	t_int(number(part, "queued"), fw->channel->log.queue.end - fw->channel->log.queue.first);
	part = json_object_get(o, "splice");
	sp = &fw->channel->splice;
	t_int(number(part, "epoch"), sp->epoch);
	t_int(number(part, "offset"), sp->offset);
	t_int(number(part, "base"), sp->base);
	t_int(number(part, "base_goal"), sp->base_goal);
	t_int(number(part, "video_dts"), sp->out[TRACK_VIDEO].dts);
	t_int(number(part, "frames"), sp->frames);
	t_ok(sp->frames > 100);
	json_decref(o);
	end();
}

T_MAIN(
	{ "says_what_is_there", says_what_is_there },
	{ "clean_up", clean_up },
)
