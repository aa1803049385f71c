/* SPDX-License-Identifier: ISC */
/* What a spec means by the fields that it does not have. */
#include "base/base.h"
#include "spec/spec_parse.h"
#include "t.h"

/* A spec of a source, a destination, and these fields. */
static struct spec *
with(const char *fields)
{
	struct spec_fault fault;
	struct spec *s;
	char text[1024];

	snprintf(text, sizeof(text), "{\"channel\":\"a\",%s\"sources\":[{\"name\":\"obs\",\"url\":\"rtmp://h/a/b\"}],"
	    "\"destinations\":[{\"name\":\"d\",\"url\":\"rtmp://h/a/b\"}]}", fields);
	s = spec_parse(text, strlen(text), "/dir", SPEC_FORWARD, &fault);
	t_ok(s != NULL);
	return s;
}

static void
has_defaults(void)
{
	struct spec *s = with("");

	t_str(s->mode, "auto");
	t_int(s->delay_ms, 2000);
	t_int(s->stall_ms, 1500);
	t_int(s->stable_ms, 5000);
	t_int(s->stable_max_ms, 60000);
	t_int(s->keyframe_wait_ms, 10000);
	t_int(s->batch_ms, 100);
	t_ok(s->socket == NULL);
	t_ok(s->dest[0].key == NULL && s->dest[0].backup_url == NULL);
	t_str(s->dest[0].ca_file, "");
	t_int(s->dest[0].on_backup, BACKUP_SEND);
	t_int(s->dest[0].queue_ms, 8000);
	t_int(s->dest[0].primary_retry_ms, 60000);
	t_str(s->dest[0].user, "");
	t_str(s->dest[0].password, "");
	t_int(s->dest[0].answer_ms, 20000);
	spec_free(s);
}

/* "The default is 100 with a delay_ms of 800 or more, and 0 with a shorter one." */
static void
batches_go_with_a_delay_line(void)
{
	struct spec *a = with("\"delay_ms\":800,"), *b = with("\"delay_ms\":799,");

	t_ok(a->batch_ms == 100 && b->batch_ms == 0);
	spec_free(a);
	spec_free(b);
}

static void
a_long_window_lifts_its_maximum(void)
{
	struct spec *s = with("\"stable_ms\":90000,");

	t_int(s->stable_max_ms, 90000);
	spec_free(s);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(has_defaults),
	T(batches_go_with_a_delay_line),
	T(a_long_window_lifts_its_maximum),
)
