/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/dispatch.h"
#include "alert/outbox.h"
#include "caught.h"
#include "health/health_record.h"
#include "scratch.h"

#define DECLARATION "{\"ways\":{\"p\":{\"kind\":\"program\",\"program\":\"/p\"}},\"people\":{\"anna\":{\"ways\":[\"p\"]}}," \
	"\"heartbeat\":{\"url_file\":\"u\",\"every\":\"1m\"}}"
#define AIR "{\"krishna\":{\"nothing-on-air channel\":{\"text\":\"x\",\"critical\":true,\"since\":0}}}"

static char logged[4096];

static void
begin(const char *declaration)
{
	scratch_remove("here");
	scratch_write("here/x", "", 0644);
	setenv("LSCTL_STATE", scratch_path("here"), 1);
	setenv("LSCTL_ALERTS", scratch_path("here/alerts"), 1);
	if (declaration != NULL)
		scratch_write("here/alerts", declaration, 0644);
}

static int
pass_of(json_t *state, int64_t now)
{
	json_t *over = json_array();
	int rc;

	caught_begin(STDERR_FILENO);
	rc = dispatch_pass("studio", state, over, now);
	strlcpy(logged, caught_end(), sizeof(logged));
	json_decref(over);
	return rc;
}

static int
pass(const char *problems, int64_t now)
{
	json_t *state = json_loads(problems, 0, NULL);
	int rc = pass_of(state, now);

	json_decref(state);
	return rc;
}

/* The ways of what waits, "WAY;". */
static const char *
waiting(void)
{
	static char ways[256];
	struct state_file s;
	json_t *one;
	size_t i;

	ways[0] = '\0';
	t_int(dispatch_outbox(&s), 0);
	json_array_foreach(json_object_get(s.o, "messages"), i, one) {
		strlcat(ways, record_text(one, "way"), sizeof(ways));
		strlcat(ways, ";", sizeof(ways));
	}
	state_file_close(&s);
	return ways;
}

static void
messages_and_heartbeats_wait_in_the_outbox(void)
{
	begin(DECLARATION);
	t_int(pass(AIR, 100), 0);
	t_str(waiting(), "p;" OUTBOX_HEARTBEAT ";");
	t_int(pass("{}", 110), 0);
	t_str(waiting(), "p;" OUTBOX_HEARTBEAT ";");	/* all is well now: the same one is replaced */
	t_ok(strstr(scratch_read("here/alert/heartbeat"), "110") != NULL);
	t_int(pass("{}", 120), 0);
	t_ok(strstr(scratch_read("here/alert/heartbeat"), "110") != NULL);
}

static void
without_a_declaration_nothing_happens(void)
{
	begin(NULL);
	t_int(pass(AIR, 100), 0);
	t_str(logged, "");
	t_str(waiting(), "");
}

static void
a_wrong_declaration_is_said(void)
{
	begin("{\"people\":7}");
	t_int(pass(AIR, 100), -1);
	t_ok(strstr(logged, "nobody is notified: ") != NULL && strstr(logged, "alerts:1: people: must be an object") != NULL);
}

static void
an_outbox_that_cannot_be_written_is_said(void)
{
	begin(DECLARATION);
	scratch_write("here/alert/outbox", "", 0644);
	t_int(pass(AIR, 100), -1);
	t_ok(logged[0] != '\0');
}

static void
what_could_not_be_put_there_is_tried_again(void)
{
	json_t *state = json_loads(AIR, 0, NULL);

	begin(DECLARATION);
	scratch_write("here/alert/outbox", "", 0644);
	t_int(pass_of(state, 100), -1);
	scratch_remove("here/alert/outbox");
	t_int(pass_of(state, 110), 0);
	t_ok(strstr(waiting(), "p;") != NULL);
	scratch_remove("here/alert/outbox");
	t_int(pass_of(state, 120), 0);		/* once is enough */
	t_ok(strstr(waiting(), "p;") == NULL);
	json_decref(state);
}

T_MAIN(
	{ "messages_and_heartbeats_wait_in_the_outbox", messages_and_heartbeats_wait_in_the_outbox },
	{ "without_a_declaration_nothing_happens", without_a_declaration_nothing_happens },
	{ "a_wrong_declaration_is_said", a_wrong_declaration_is_said },
	{ "an_outbox_that_cannot_be_written_is_said", an_outbox_that_cannot_be_written_is_said },
	{ "what_could_not_be_put_there_is_tried_again", what_could_not_be_put_there_is_tried_again },
)
