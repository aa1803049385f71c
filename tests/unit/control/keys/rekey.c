/* SPDX-License-Identifier: ISC */
/* All that is sealed, under a new key: batches, what changes meanwhile, and what ends it. */
#include "keys_stage.h"

#include "control/keys/keys.h"
#include "control/keys/rekey.h"

static struct rekey rekey;
static struct progress bar;

static enum db_fault
run(void)
{
	return rekey_run(&rekey);
}

/* One value of a batch, as the database says it, sealed under k; to be freed. */
static char *
value_under(const struct master_key *k, int kind, int id)
{
	char place[32], bound[64], secret[32], *sealed, *text = NULL;

	snprintf(place, sizeof(place), "%s:%d", kind == 1 ? "token" : kind == 2 ? "destination" : "totp", id);
	snprintf(bound, sizeof(bound), "%s%s", place, kind == 2 ? " rtmp://h:1935" : "");
	snprintf(secret, sizeof(secret), "secret %d", id);
	sealed = seal_hex(k, bound, secret, strlen(secret));
	t_ok(asprintf(&text, "{\"kind\":%d,\"id\":%d,\"place\":\"%s\",\"what\":\"the %s\",\"sealed\":\"%s\","
	    "\"key\":\"%s\",\"url\":%s}", kind, id, place, place, sealed, k->id,
	    kind == 2 ? "\"rtmp://h/live\"" : "null") > 0);
	free(sealed);
	return text;
}

/* The next batch has these values of the old key, as many as have an id. */
static void
expect_batch(const char *kind, const char *id, int kind1, int id1, int kind2, int id2)
{
	char *one = value_under(&old, kind1, id1), *two = value_under(&old, kind2, id2), text[2048];

	snprintf(text, sizeof(text), "[%s%s%s]", id1 != 0 ? one : "", id2 != 0 ? "," : "", id2 != 0 ? two : "");
	pq_expect("keys_sealed_new", { kind, id, "2", new.id }, .value = text);
	free(one);
	free(two);
}

static void
expect_nothing_more(const char *kind, const char *id)
{
	pq_expect("keys_sealed_new", { kind, id, "2", new.id }, .value = "[]");
}

static void
enter(void)
{
	if (db == NULL)
		keys_stage();
	db_anew();
	progress_start(&bar, "rekey", true);
	rekey = (struct rekey){ .db = db, .from = &old, .to = &new, .batch = 2, .progress = &bar };
}

static void
begin_with_four(void)
{
	enter();
	pq_expect("keys_sealed_count", .value = "{\"tokens\":2,\"destinations\":1,\"second_factors\":1}");
}

/* What was sent last for this id opens under the new key to what it was, and says what it was made from. */
static void
judge_resealed(int at, const char *place, const char *want)
{
	json_t *sent = json_loads(pq_sent("keys_reseal", 0), 0, NULL), *one = json_array_get(sent, (size_t)at);
	char *secret;

	secret = unseal_hex(&new, place, keys_text(one, "sealed"), NULL);
	t_str(secret, want);
	free(secret);
	secret = unseal_hex(&old, place, keys_text(one, "old"), NULL);
	t_str(secret, want);
	free(secret);
	json_decref(sent);
}

static void
everything_is_sealed_anew_and_takes_the_place_of_the_old(void)
{
	begin_with_four();
	expect_batch("0", "0", 1, 7, 1, 8);
	pq_expect("keys_reseal", { PQ_ANY, new.id });
	expect_batch("1", "8", 2, 9, 3, 4);
	pq_expect("keys_reseal", { PQ_ANY, new.id });
	expect_nothing_more("3", "4");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = old.id);
	expect_nothing_more("0", "0");
	pq_expect("keys_rekey_end", { new.id });
	pq_expect("commit");
	t_int(run(), DB_OK);
	t_int(rekey.done, 4);
	t_int(rekey.all, 4);
	judge_resealed(0, "destination:9 rtmp://h:1935", "secret 9");
	judge_resealed(1, "totp:4", "secret 4");
	t_pq();
}

static void
what_changes_meanwhile_is_sealed_under_the_lock(void)
{
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = old.id);
	expect_batch("0", "0", 1, 7, 1, 8);
	pq_expect("keys_reseal", { PQ_ANY, new.id });
	expect_nothing_more("1", "8");
	pq_expect("keys_rekey_end", { new.id });
	pq_expect("commit");
	t_int(run(), DB_OK);
	t_int(rekey.done, 2);
	judge_resealed(0, "token:7", "secret 7");
	judge_resealed(1, "token:8", "secret 8");
	t_pq();
}

/* The value does not open: it is reported, and nothing is replaced. */
static void
what_does_not_open_ends_it(void)
{
	char *strange = value_under(&new, 1, 7), text[1024], *under;

	begin_with_four();
	snprintf(text, sizeof(text), "[%s]", strange);
	pq_expect("keys_sealed_new", { "0", "0", "2", new.id }, .value = text);
	t_int(run(), DB_BROKEN);
	t_ok(strstr(rekey.err.text, "the token:7") != NULL);
	t_pq();

	/* said to be under the old key, and is not */
	enter();
	under = strstr(text, new.id);
	t_ok(under != NULL);
	memcpy(under, old.id, strlen(old.id));
	pq_expect("keys_sealed_count", .value = "{\"tokens\":1,\"destinations\":0,\"second_factors\":0}");
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = old.id);
	pq_expect("keys_sealed_new", { "0", "0", "2", new.id }, .value = text);
	pq_expect("rollback");
	t_int(run(), DB_BROKEN);
	t_ok(strstr(rekey.err.text, "the token:7") != NULL);
	free(strange);

	/* under the old key, and said to be under another */
	begin_with_four();
	strange = value_under(&old, 1, 7);
	memcpy(strstr(strange, old.id), "0123456789abcdef", strlen(old.id));
	snprintf(text, sizeof(text), "[%s]", strange);
	pq_expect("keys_sealed_new", { "0", "0", "2", new.id }, .value = text);
	t_int(run(), DB_BROKEN);
	t_pq();
	free(strange);
}

static void
another_that_came_to_the_same_end_is_fine(void)
{
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = new.id);
	pq_expect("commit");
	t_int(run(), DB_OK);
	t_pq();
}

static void
another_that_came_to_another_end_is_not(void)
{
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = "0123456789abcdef");
	pq_expect("rollback");
	t_int(run(), DB_AWAY);
	t_ok(strstr(rekey.err.text, "0123456789abcdef") != NULL);
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock");
	pq_expect("rollback");
	t_int(run(), DB_AWAY);
	t_pq();
}

static void
faults_before_the_end_change_nothing(void)
{
	enter();
	pq_expect("keys_sealed_count", .sqlstate = "42501", .message = "permission denied");
	t_int(run(), DB_DENIED);
	t_str(rekey.err.text, "permission denied");
	begin_with_four();
	pq_expect("keys_sealed_new", { "0", "0", "2", new.id }, .value = "[{");
	t_int(run(), DB_AWAY);
	begin_with_four();
	expect_batch("0", "0", 1, 7, 1, 8);
	pq_expect("keys_reseal", { PQ_ANY, new.id }, .sqlstate = "P0001", .message = "it changed");
	t_int(run(), DB_REFUSED);
	t_str(rekey.err.text, "it changed");
	t_int(rekey.done, 0);
	begin_with_four();
	expect_batch("0", "0", 1, 7, 1, 8);
	pq_expect("keys_reseal", { PQ_ANY, new.id }, .lost = true);
	t_int(run(), DB_AWAY);
	t_pq();
}

static void
faults_at_the_end_roll_back(void)
{
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin", .sqlstate = "53300", .message = "too many");
	t_int(run(), DB_AWAY);
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .sqlstate = "55P03", .message = "lock not available");
	pq_expect("rollback");
	t_int(run(), DB_AWAY);
	t_str(rekey.err.text, "lock not available");
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = old.id);
	expect_nothing_more("0", "0");
	pq_expect("keys_rekey_end", { new.id }, .sqlstate = "P0001", .message = "not all is sealed anew");
	pq_expect("rollback");
	t_int(run(), DB_REFUSED);
	t_str(rekey.err.text, "not all is sealed anew");
	begin_with_four();
	expect_nothing_more("0", "0");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = old.id);
	expect_nothing_more("0", "0");
	pq_expect("keys_rekey_end", { new.id });
	pq_expect("commit", .lost = true, .message = "connection reset by peer");
	t_int(run(), DB_AWAY);
	t_str(rekey.err.text, "connection reset by peer");
	t_pq();
	db_close(db);
}

T_MAIN(
	{ "everything_is_sealed_anew_and_takes_the_place_of_the_old",
	    everything_is_sealed_anew_and_takes_the_place_of_the_old },
	{ "what_changes_meanwhile_is_sealed_under_the_lock", what_changes_meanwhile_is_sealed_under_the_lock },
	{ "what_does_not_open_ends_it", what_does_not_open_ends_it },
	{ "another_that_came_to_the_same_end_is_fine", another_that_came_to_the_same_end_is_fine },
	{ "another_that_came_to_another_end_is_not", another_that_came_to_another_end_is_not },
	{ "faults_before_the_end_change_nothing", faults_before_the_end_change_nothing },
	{ "faults_at_the_end_roll_back", faults_at_the_end_roll_back }
)
