/* SPDX-License-Identifier: ISC */
/* Against a scripted database: what is asked of it, and what its answer sets. */
#include "control/keys/keys_stage.h"

#include "control/reconcile/publishers.h"

static struct desired_channel channels[] = {
	{ .plan = { .name = "krishna", .place = PLAN_HERE, .sources = 2 } },
	{ .plan = { .name = "waheguru", .place = PLAN_DISABLED, .sources = 1 } },
};
static struct desired desired = { .channel = channels, .channels = nitems(channels) };

static struct plan_source *
source(int channel, int i)
{
	return &channels[channel].plan.source[i];
}

/* Two publish krishna, one of them since 12 s; one publishes a channel that is disabled. */
static void
enter(void)
{
	if (db == NULL)
		keys_stage();
	*source(0, 0) = (struct plan_source){ .name = "obs", .publishing = true, .client = "7", .alive_ms = 12000,
	    .allowed_ms = -1 };
	*source(0, 1) = (struct plan_source){ .name = "loop", .publishing = true, .client = "8", .alive_ms = -1,
	    .allowed_ms = -1 };
	*source(1, 0) = (struct plan_source){ .name = "obs", .publishing = true, .client = "9", .allowed_ms = -1 };
}

static enum db_fault
query(void)
{
	err.text[0] = '\0';
	return publishers_query(db, "here", &desired, &err);
}

static void
the_answer_is_of_the_client_that_publishes(void)
{
	enter();
	pq_expect("reconcile_publishers", { "here", PQ_ANY }, .value =
	    "[{\"channel\":\"krishna\",\"source\":\"obs\",\"client\":\"7\",\"allowed_s\":11.5,\"revoked\":true},"
	    "{\"channel\":\"krishna\",\"source\":\"loop\",\"client\":\"8\",\"allowed_s\":null,\"revoked\":false}]");
	t_int(query(), DB_OK);
	t_str(pq_sent("reconcile_publishers", 1),
	    "[{\"channel\":\"krishna\",\"source\":\"obs\",\"client\":\"7\",\"since_s\":12.0},"
	    "{\"channel\":\"krishna\",\"source\":\"loop\",\"client\":\"8\",\"since_s\":null}]");
	t_ok(source(0, 0)->revoked && source(0, 0)->allowed_ms == 11500);
	t_ok(!source(0, 1)->revoked && source(0, 1)->allowed_ms == -1);
	t_pq();
}

static void
an_answer_for_another_client_sets_nothing(void)
{
	enter();
	pq_expect("reconcile_publishers", { "here", PQ_ANY }, .value =
	    "[{\"channel\":\"krishna\",\"source\":\"obs\",\"client\":\"6\",\"allowed_s\":1,\"revoked\":true},"
	    "{\"channel\":\"krishna\",\"source\":\"none\",\"client\":\"7\",\"allowed_s\":1,\"revoked\":true},"
	    "{\"channel\":\"none\",\"source\":\"obs\",\"client\":\"7\",\"allowed_s\":1,\"revoked\":true}]");
	t_int(query(), DB_OK);
	t_ok(!source(0, 0)->revoked && source(0, 0)->allowed_ms == -1);
	t_pq();
}

static void
nobody_publishes_and_nothing_is_asked(void)
{
	enter();
	source(0, 0)->publishing = false;
	source(0, 1)->client[0] = '\0';
	t_int(query(), DB_OK);
	t_pq();
}

static void
faults_have_a_reason(void)
{
	enter();
	pq_expect("reconcile_publishers", { "here", PQ_ANY }, .sqlstate = "42501", .message = "permission denied");
	t_int(query(), DB_DENIED);
	t_str(err.text, "permission denied");
	pq_expect("reconcile_publishers", { "here", PQ_ANY }, .value = "{}");
	t_int(query(), DB_BROKEN);
	pq_expect("reconcile_publishers", { "here", PQ_ANY }, .value = "[{\"channel\":\"krishna\"}]");
	t_int(query(), DB_BROKEN);
	t_ok(strstr(err.text, "lsctl-db migrate") != NULL);
	t_ok(!source(0, 0)->revoked);
	t_pq();
}

static void
streams_of_channels_are_desired(void)
{
	t_ok(publishers_desired(&desired, "krishna_obs"));
	t_ok(!publishers_desired(&desired, "krishna_obs2"));
	t_ok(!publishers_desired(&desired, "buddha_obs"));
	t_ok(!publishers_desired(&desired, "krishna"));
}

T_MAIN(
	{ "the_answer_is_of_the_client_that_publishes", the_answer_is_of_the_client_that_publishes },
	{ "an_answer_for_another_client_sets_nothing", an_answer_for_another_client_sets_nothing },
	{ "nobody_publishes_and_nothing_is_asked", nobody_publishes_and_nothing_is_asked },
	{ "faults_have_a_reason", faults_have_a_reason },
	{ "streams_of_channels_are_desired", streams_of_channels_are_desired }
)
