/* SPDX-License-Identifier: ISC */
/* From one key file to another: what is made, what takes whose place, and what an interrupted one goes on with. */
#include "control/keys/keys_stage.h"

#include "caught.h"
#include "lsctl-keys/rekey_command.h"

#include <sysexits.h>

#define NEXT	MASTER KEYRING_NEXT

static char logged[65536];

static int
run(const char *file)
{
	int status;

	caught_begin(STDERR_FILENO);
	status = rekey_command(db, file, 500, true);
	strlcpy(logged, caught_end(), sizeof(logged));
	return status;
}

static void
enter(void)
{
	char kept[64];

	if (db == NULL)
		keys_stage();
	db_anew();
	key_put(MASTER, 'a', &old);
	unlink(scratch_path(NEXT));
	snprintf(kept, sizeof(kept), MASTER ".%s", old.id);
	unlink(scratch_path(kept));
}

/* From the old key to one with this id, with nothing to be sealed anew. */
static void
expect_rekey(const char *id)
{
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("keys_master_add", { id, PQ_ANY, "false" });
	pq_expect("keys_sealed_count", .value = "{\"tokens\":0,\"destinations\":0}");
	pq_expect("keys_sealed_new", { "0", "0", "500", id }, .value = "[]");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = old.id);
	pq_expect("keys_sealed_new", { "0", "0", "500", id }, .value = "[]");
	pq_expect("keys_rekey_end", { id });
	pq_expect("commit");
}

/* Of the key at this path. */
static const char *
id_at(const char *name)
{
	static struct master_key k;

	return master_key_load_file(&k, scratch_path(name), &err) == 0 ? k.id : "none";
}

static const char *
kept(void)
{
	static char name[64];

	snprintf(name, sizeof(name), MASTER ".%s", old.id);
	return name;
}

static void
a_new_key_takes_the_place_of_the_old_one(void)
{
	enter();
	expect_rekey(PQ_ANY);
	t_int(run(NULL), 0);
	t_str(id_at(MASTER), pq_sent("keys_rekey_end", 0));
	t_str(id_at(kept()), old.id);
	t_ok(strcmp(id_at(MASTER), old.id) != 0);
	t_ok(!scratch_has(NEXT));
	t_ok(strstr(logged, kept()) != NULL);
	t_pq();
}

static void
one_that_is_there_is_gone_on_with(void)
{
	enter();
	key_put(NEXT, 'b', &new);
	pq_expect("keys_master", { new.id }, .value = current(&old, old_probe, true));
	expect_rekey(new.id);
	t_int(run(NULL), 0);
	t_str(id_at(MASTER), new.id);
	t_str(id_at(kept()), old.id);
	t_pq();
}

/* All is under the new key, and its file was not put into its place. */
static void
one_that_is_over_but_for_the_file_is_ended(void)
{
	enter();
	key_put(NEXT, 'b', &new);
	pq_expect("keys_master", { new.id }, .value = current(&new, new_probe, true));
	t_int(run(NULL), 0);
	t_str(id_at(MASTER), new.id);
	t_str(id_at(kept()), old.id);
	t_ok(!scratch_has(NEXT));
	t_pq();
}

static void
a_file_of_ones_own_is_made_and_left_there(void)
{
	char file[256];

	enter();
	strlcpy(file, scratch_path("elsewhere/key"), sizeof(file));
	expect_rekey(PQ_ANY);
	t_int(run(file), 0);
	t_str(id_at("elsewhere/key"), pq_sent("keys_rekey_end", 0));
	t_str(id_at(MASTER), old.id);
	t_ok(!scratch_has(kept()));
	t_ok(strstr(logged, file) != NULL);
	t_pq();
}

static void
a_file_that_will_not_do_is_refused(void)
{
	char file[256];

	enter();
	strlcpy(file, scratch_path(MASTER "/key"), sizeof(file));
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	t_int(run(file), EX_CANTCREAT);
	t_ok(strstr(logged, "--to") != NULL);
	strlcpy(file, scratch_write("open", "bbbb", 0444), sizeof(file));
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	t_int(run(file), EX_CONFIG);
	t_ok(strstr(logged, file) != NULL);
	t_pq();
}

static void
faults_have_their_statuses_and_leave_the_old_key(void)
{
	int i;

	enter();
	for (i = 0; i < 3; i++)
		pq_expect("keys_master", { old.id }, .value = current(&new, new_probe, true));
	t_int(run(NULL), EX_CONFIG);
	t_ok(!scratch_has(NEXT));
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("keys_master_add", { PQ_ANY, PQ_ANY, "false" }, .sqlstate = "42501", .message = "permission denied");
	t_int(run(NULL), EX_NOPERM);
	t_ok(strstr(logged, "permission denied") != NULL);
	t_ok(scratch_has(NEXT));	/* for the next try */
	t_pq();
	enter();
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("keys_master_add", { PQ_ANY, PQ_ANY, "false" });
	pq_expect("keys_sealed_count", .lost = true, .message = "server closed the connection");
	t_int(run(NULL), EX_TEMPFAIL);
	t_ok(strstr(logged, "server closed the connection") != NULL);
	t_str(id_at(MASTER), old.id);
	t_ok(!scratch_has(kept()));
	t_pq();
}

/* At the very end somebody else has put the new key into its place. */
static char *
another_is_first(const char *const param[])
{
	t_str(param[0], new.id);
	t_int(rename(scratch_path(NEXT), scratch_path(MASTER)), 0);
	return strdup("");
}

static void
one_that_another_has_ended_is_over(void)
{
	enter();
	key_put(NEXT, 'b', &new);
	pq_expect("keys_master", { new.id }, .value = current(&old, old_probe, true));
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("keys_master_add", { new.id, PQ_ANY, "false" });
	pq_expect("keys_sealed_count", .value = "{\"tokens\":0,\"destinations\":0}");
	pq_expect("keys_sealed_new", { "0", "0", "500", new.id }, .value = "[]");
	pq_expect("begin");
	pq_expect("keys_rekey_lock", .value = old.id);
	pq_expect("keys_sealed_new", { "0", "0", "500", new.id }, .value = "[]");
	pq_expect("keys_rekey_end", { new.id }, .reply = another_is_first);
	pq_expect("commit");
	t_int(run(NULL), 0);
	t_str(id_at(MASTER), new.id);
	t_pq();
}

/* The new file cannot take its place: all is sealed under it, and so this must be said. */
static void
a_key_that_cannot_take_its_place_is_told(void)
{
	enter();
	key_put(NEXT, 'b', &new);
	t_int(chmod(scratch_path(MASTER), 0444), 0);
	pq_expect("keys_master", { new.id }, .value = current(&new, new_probe, true));
	t_int(run(NULL), EX_CANTCREAT);
	t_ok(strstr(logged, scratch_path(MASTER)) != NULL);
	t_ok(scratch_has(NEXT));
	t_pq();
	db_close(db);
}

T_MAIN(
	{ "a_new_key_takes_the_place_of_the_old_one", a_new_key_takes_the_place_of_the_old_one },
	{ "one_that_is_there_is_gone_on_with", one_that_is_there_is_gone_on_with },
	{ "one_that_is_over_but_for_the_file_is_ended", one_that_is_over_but_for_the_file_is_ended },
	{ "a_file_of_ones_own_is_made_and_left_there", a_file_of_ones_own_is_made_and_left_there },
	{ "a_file_that_will_not_do_is_refused", a_file_that_will_not_do_is_refused },
	{ "faults_have_their_statuses_and_leave_the_old_key", faults_have_their_statuses_and_leave_the_old_key },
	{ "one_that_another_has_ended_is_over", one_that_another_has_ended_is_over },
	{ "a_key_that_cannot_take_its_place_is_told", a_key_that_cannot_take_its_place_is_told }
)
