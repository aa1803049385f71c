/* SPDX-License-Identifier: ISC */
/* Two passes to render: all well, and a channel with troubles. */
#ifndef TESTS_UNIT_CONTROL_RENDER_STAGE_H
#define TESTS_UNIT_CONTROL_RENDER_STAGE_H

#include "lsctl-health/render.h"
#include "lsctl-health/render_json.h"
#include "lsctl-health/render_nagios.h"
#include "lsctl-health/render_plain.h"
#include "lsctl-health/render_prometheus.h"
#include "lsctl-health/render_table.h"

#include "health/health_stage.h"

__attribute__((unused)) static struct health *
render_good(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h = stage_make(&s);

	stage_freeze(h);
	return h;
}

__attribute__((unused)) static struct health *
render_bad(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h;

	s.desired = NULL;
	s.loop = NULL;
	s.forward = FORWARD("LOOP_ACTIVE", "\"loop\"", "obs", "{\"on_air\":false,\"healthy\":false,"
	    "\"health\":\"no-video\",\"connected\":true,\"publishing\":true,\"kbps\":96}",
	    "{\"state\":\"waiting\",\"kbps\":0,\"queue_ms\":0,\"fault\":\"refused\","
	    "\"last_error\":\"say | \\\"no\\\"\\u001b[2J\"}");
	h = stage_make(&s);
	stage_freeze(h);
	return h;
}

/* Rendered, as a string: the same room each time. */
__attribute__((unused)) static const char *
rendered(int (*render)(const struct health *, struct buf *), struct health *h)
{
	static char text[65536];
	struct buf b;

	buf_init(&b, RENDER_MAX);
	t_int(render(h, &b), 0);
	snprintf(text, sizeof(text), "%.*s", (int)buf_len(&b), (const char *)buf_head(&b));
	buf_free(&b);
	health_free(h);
	return text;
}

/* In a buffer of each size that is too small it fails, and is whole in one that is not. */
__attribute__((unused)) static void
render_full(int (*render)(const struct health *, struct buf *))
{
	struct health *h = render_bad();
	struct buf b;
	size_t cap;
	int rc = -1;

	for (cap = 1; rc == -1 && cap < 65536; cap += 7) {
		buf_init(&b, cap);
		rc = render(h, &b);
		buf_free(&b);
	}
	t_int(rc, 0);
	t_ok(cap > 100);
	health_free(h);
}

/* t_str() with texts of any length: prints the first line that differs. */
#define t_text(got, want) t_text_(got, want, __FILE__, __LINE__)

__attribute__((unused)) static void
t_text_(const char *got, const char *want, const char *file, int line)
{
	size_t i = 0;

	if (t_report(strcmp(got, want) == 0, file, line, "the text differs"))
		return;
	while (got[i] == want[i])
		i++;
	printf("# from byte %zu on, got: %.300s\n# want: %.300s\n", i, got + i, want + i);
}

#endif
