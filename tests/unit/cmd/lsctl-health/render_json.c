/* SPDX-License-Identifier: ISC */
#include "render_stage.h"

static void
all_well(void)
{
	t_text(rendered(render_json, render_good()),
	    "{\"host\":\"testhost\",\"time\":\"2026-01-01T00:00:09.000Z\",\"version\":\"" LSCTL_VERSION "\",\"server\":{\"kind\":\"srs\","
	    "\"up\":true,\"id\":\"id1\",\"streams\":2},\"database\":true,\"unknown_publishers\":[],"
	    "\"problems\":[],\"status\":\"ok\"}\n"
	    "{\"channel\":\"krishna\",\"time\":\"2026-01-01T00:00:09.000Z\","
	    "\"started\":\"2026-01-01T00:00:00.000Z\",\"state\":\"OBS_ACTIVE\",\"on_air\":\"obs\","
	    "\"since\":\"2026-01-01T00:00:00.000Z\",\"mode\":\"auto\",\"sources\":{\"obs\":{"
	    "\"on_air\":true,\"healthy\":true,\"health\":\"healthy\",\"connected\":true,"
	    "\"publishing\":true,\"stable_s\":812.4,\"kbps\":5980,\"last_error\":null,"
	    "\"silent_s\":0.0,\"video\":\"h264 1920x1080 30\",\"audio\":\"aac 48000 2\","
	    "\"keyframe_s\":2.0,\"breaks\":1,\"dropped\":0,\"server\":{\"publishing\":true,"
	    "\"orphan\":false,\"client\":\"cobs\",\"address\":\"\",\"recv_bytes\":1000,"
	    "\"frames\":100,\"kbps\":6000,\"clients\":2,\"video\":\"h264 1920x1080\","
	    "\"audio\":\"aac 48000 2\"},\"kind\":\"live\"},\"loop\":{\"on_air\":false,\"healthy\":true,"
	    "\"health\":\"healthy\",\"connected\":true,\"publishing\":true,\"stable_s\":9.5,"
	    "\"kbps\":4400,\"last_error\":null,\"silent_s\":0.0,\"video\":\"h264 1920x1080 30\","
	    "\"audio\":\"aac 48000 2\",\"keyframe_s\":2.0,\"breaks\":1,\"dropped\":0,"
	    "\"server\":{\"publishing\":true,\"orphan\":false,\"client\":\"cloop\",\"address\":\"\","
	    "\"recv_bytes\":1000,\"frames\":100,\"kbps\":4400,\"clients\":2,"
	    "\"video\":\"h264 1920x1080\",\"audio\":\"aac 48000 2\"},\"kind\":\"loop\"},\"file\":{"
	    "\"on_air\":false,\"healthy\":true,\"kind\":\"file\"}},\"destinations\":{\"youtube\":{\"state\":\"live\",\"address\":\"primary\",\"up_s\":9.0,"
	    "\"kbps\":5975,\"lag_ms\":212,\"queue_ms\":12,\"acked_bytes\":123456,\"connects\":1,\"reconnects\":0,"
	    "\"dropped_frames\":0,\"fault\":null,\"last_error\":null}},\"cuts\":3,"
	    "\"max_gap_ms\":40,\"running\":true,\"host\":\"testhost\",\"desired\":{"
	    "\"enabled\":true,\"mode\":\"auto\"},\"loop\":{\"running\":true,"
	    "\"state\":\"FILE_ACTIVE\",\"destination\":{\"state\":\"live\",\"address\":\"primary\",\"up_s\":9.0,"
	    "\"kbps\":5975,\"lag_ms\":212,\"queue_ms\":12,\"acked_bytes\":123456,\"connects\":1,\"reconnects\":0,"
	    "\"dropped_frames\":0,\"fault\":null,\"last_error\":null}},\"server\":{\"id\":\"id1\","
	    "\"since\":null},\"problems\":[],\"status\":\"ok\"}\n");
}

/* Of a pass with names on the command line, only those. */
static void
picked(void)
{
	char name[] = "krishna", *const names[] = { name };
	struct health *h = render_bad();
	const char *missing, *text;

	t_int(health_pick(h, names, 1, &missing), 0);
	text = rendered(render_json, h);
	t_ok(strncmp(text, "{\"channel\":", 11) == 0);
	t_ok(strchr(text, '\n') == text + strlen(text) - 1);
}

static void
no_room(void)
{
	render_full(render_json);
}

T_MAIN({ "all_well", all_well }, { "picked", picked }, { "no_room", no_room })
