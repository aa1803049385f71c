/* SPDX-License-Identifier: ISC */
/* Keys in files against what a scripted database says is its current one. */
#include "keys_stage.h"

#include <sys/wait.h>

static enum db_fault
open_key(struct master_key *k)
{
	err.text[0] = '\0';
	return keyring_open(db, k, &err);
}

static bool
wiped(const struct master_key *k)
{
	static const struct master_key none;

	return memcmp(k, &none, sizeof(none)) == 0;
}

static void
what_is_remembered_of_a_key(void)
{
	keys_stage();
	t_ok(strcmp(old_probe, new_probe) != 0);
	pq_expect("keys_master_add", { new.id, PQ_ANY, "true" });
	t_int(keyring_add(db, &new, true), DB_OK);
	t_ok(strstr(pq_sent("keys_master_add", 1), "bbbbbbbb") == NULL);
	pq_expect("keys_master_add", { new.id, PQ_ANY, "false" }, .lost = true);
	t_int(keyring_add(db, &new, false), DB_AWAY);
	db_anew();
	t_pq();
}

static void
the_key_of_the_database_is_taken(void)
{
	struct master_key k;

	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	t_int(open_key(&k), DB_OK);
	t_mem(&k, &old, sizeof(k));
	t_pq();
}

static void
without_a_file_there_is_no_key(void)
{
	struct master_key k;

	setenv("LSCTL_MASTER_KEY_FILE", scratch_path("nowhere"), 1);
	pq_expect("keys_master", { NULL }, .value = current(&old, old_probe, false));
	t_int(open_key(&k), DB_BROKEN);
	t_ok(strstr(err.text, scratch_path("nowhere")) != NULL);
	t_ok(wiped(&k));
	setenv("LSCTL_MASTER_KEY_FILE", scratch_path(MASTER), 1);
	t_pq();
}

static void
a_file_that_others_may_read_is_no_key(void)
{
	struct master_key k;

	t_int(chmod(scratch_path(MASTER), 0444), 0);
	pq_expect("keys_master", { NULL }, .value = current(&old, old_probe, false));
	t_int(open_key(&k), DB_BROKEN);
	t_ok(strstr(err.text, scratch_path(MASTER)) != NULL);
	t_ok(wiped(&k));
	t_int(chmod(scratch_path(MASTER), 0400), 0);
	t_pq();
}

static void
a_database_without_a_key_asks_for_init(void)
{
	struct master_key k;

	pq_expect("keys_master", { old.id }, .value = "{\"current\":null,\"probe\":null,\"known\":false}");
	t_int(open_key(&k), DB_BROKEN);
	t_ok(strstr(err.text, "lsctl-keys init") != NULL);
	t_ok(wiped(&k));
	pq_expect("keys_master", { old.id }, .value = "not JSON");
	t_int(open_key(&k), DB_BROKEN);
	pq_expect("keys_master", { old.id });
	t_int(open_key(&k), DB_BROKEN);
	t_pq();
}

/* A rekey may be about to end: it is looked at a few times before that is a fault. */
static void
another_key_is_named(void)
{
	struct master_key k;
	int i;

	for (i = 0; i < 3; i++)
		pq_expect("keys_master", { old.id }, .value = current(&new, new_probe, true));
	t_int(open_key(&k), DB_BROKEN);
	t_ok(strstr(err.text, old.id) != NULL && strstr(err.text, new.id) != NULL);
	t_ok(wiped(&k));
	t_pq();
}

static void
the_next_key_beside_it_is_taken_when_the_database_has_it(void)
{
	struct master_key k;

	key_put(MASTER KEYRING_NEXT, 'b', &k);
	pq_expect("keys_master", { old.id }, .value = current(&new, new_probe, true));
	t_int(open_key(&k), DB_OK);
	t_mem(&k, &new, sizeof(k));
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	t_int(open_key(&k), DB_OK);
	t_mem(&k, &old, sizeof(k));
	unlink(scratch_path(MASTER KEYRING_NEXT));
	t_pq();
}

/* While the database answers, the new key takes the place of the old one. */
static char *
rekey_ends(const char *const param[])
{
	struct master_key k;

	t_str(param[0], old.id);
	key_put(MASTER, 'b', &k);
	return strdup(current(&new, new_probe, true));
}

static void
a_rekey_that_ends_meanwhile_is_followed(void)
{
	struct master_key k;

	pq_expect("keys_master", { old.id }, .reply = rekey_ends);
	t_int(open_key(&k), DB_OK);
	t_mem(&k, &new, sizeof(k));
	key_put(MASTER, 'a', &k);
	t_pq();
}

static void
a_key_that_does_not_open_the_probe_is_no_key(void)
{
	struct master_key k;
	char cut[256];

	pq_expect("keys_master", { old.id }, .value = current(&old, new_probe, true));
	t_int(open_key(&k), DB_BROKEN);
	t_ok(wiped(&k));
	strlcpy(cut, old_probe, strlen(old_probe) - 1);
	pq_expect("keys_master", { old.id }, .value = current(&old, cut, true));
	t_int(open_key(&k), DB_BROKEN);
	t_pq();
}

static void
faults_of_the_database_are_passed_on(void)
{
	struct master_key k;
	char id[SEAL_ID_LEN];
	bool known;

	pq_expect("keys_master", { old.id }, .sqlstate = "42501", .message = "permission denied");
	t_int(open_key(&k), DB_DENIED);
	t_str(err.text, "permission denied");
	t_ok(wiped(&k));
	pq_expect("keys_master", { new.id }, .sqlstate = "53300", .message = "too many connections");
	t_int(keyring_current(db, &new, id, &known), DB_AWAY);
	t_str(id, "");
	t_ok(!known);
	pq_expect("keys_master", { new.id }, .value = current(&old, old_probe, true));
	t_int(keyring_current(db, &new, id, &known), DB_OK);
	t_str(id, old.id);
	t_ok(known);
	t_pq();
	db_close(db);
}

/* -- files -- */

static void
a_new_key_replaces_nothing(void)
{
	char before[128];
	struct master_key k;
	struct stat st;

	t_int(keyring_make(scratch_path("made/key"), &err), 0);
	t_int(stat(scratch_path("made/key"), &st), 0);
	t_int(st.st_mode & 07777, 0400);
	t_int(master_key_load_file(&k, scratch_path("made/key"), &err), 0);
	strlcpy(before, scratch_read("made/key"), sizeof(before));
	t_int(keyring_make(scratch_path("made/key"), &err), 1);
	t_str(scratch_read("made/key"), before);
	t_int(keyring_make(scratch_path("made/other"), &err), 0);
	t_ok(strcmp(scratch_read("made/other"), before) != 0);
	t_int(unlink(scratch_path("made/key")), 0);
	t_int(unlink(scratch_path("made/other")), 0);
	t_int(rmdir(scratch_path("made")), 0);		/* nothing else is there */
	t_int(keyring_make(scratch_path(MASTER "/key"), &err), -1);
	t_ok(strstr(err.text, MASTER "/key") != NULL);
}

/* Of several who make one at the same time one has made it. */
static void
one_of_many_makes_it(void)
{
	int acl[2], made = 0, status, i, rc;
	char byte;

	t_int(pipe(acl), 0);
	for (i = 0; i < 8; i++) {
		if (fork() != 0)
			continue;
		close(acl[1]);
		if (read(acl[0], &byte, 1) != 0)
			_exit(9);
		rc = keyring_make(scratch_path("race"), &err);
		_exit(rc == 1 ? 3 : rc);	/* 1 is a sanitizer's */
	}
	close(acl[0]);
	close(acl[1]);		/* they are off */
	for (i = 0; i < 8; i++) {
		t_ok(wait(&status) > 0 && WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3));
		made += WEXITSTATUS(status) == 0;
	}
	t_int(made, 1);
}

static void
a_key_takes_the_place_of_another_which_is_kept(void)
{
	char path[256], next[256];

	strlcpy(path, scratch_write("keys/master.key", "old", 0400), sizeof(path));
	strlcpy(next, scratch_write("keys/master.key.next", "new", 0400), sizeof(next));
	t_int(keyring_install(path, next, "0123", &err), 0);
	t_str(scratch_read("keys/master.key"), "new");
	t_str(scratch_read("keys/master.key.0123"), "old");
	t_ok(!scratch_has("keys/master.key.next"));
	t_int(keyring_install(path, next, "4567", &err), -1);
	t_ok(strstr(err.text, next) != NULL);
	t_str(scratch_read("keys/master.key"), "new");
	/* interrupted after the link, it goes on */
	scratch_write("keys/master.key.next", "newer", 0400);
	t_int(keyring_install(path, next, "4567", &err), 0);
	t_str(scratch_read("keys/master.key"), "newer");
	t_str(scratch_read("keys/master.key.4567"), "new");
	/* and where there was none */
	unlink(path);
	scratch_write("keys/master.key.next", "newest", 0400);
	t_int(keyring_install(path, next, "89", &err), 0);
	t_str(scratch_read("keys/master.key"), "newest");
}

T_MAIN(
	{ "what_is_remembered_of_a_key", what_is_remembered_of_a_key },
	{ "the_key_of_the_database_is_taken", the_key_of_the_database_is_taken },
	{ "without_a_file_there_is_no_key", without_a_file_there_is_no_key },
	{ "a_file_that_others_may_read_is_no_key", a_file_that_others_may_read_is_no_key },
	{ "a_database_without_a_key_asks_for_init", a_database_without_a_key_asks_for_init },
	{ "another_key_is_named", another_key_is_named },
	{ "the_next_key_beside_it_is_taken_when_the_database_has_it",
	    the_next_key_beside_it_is_taken_when_the_database_has_it },
	{ "a_rekey_that_ends_meanwhile_is_followed", a_rekey_that_ends_meanwhile_is_followed },
	{ "a_key_that_does_not_open_the_probe_is_no_key", a_key_that_does_not_open_the_probe_is_no_key },
	{ "faults_of_the_database_are_passed_on", faults_of_the_database_are_passed_on },
	{ "a_new_key_replaces_nothing", a_new_key_replaces_nothing },
	{ "one_of_many_makes_it", one_of_many_makes_it },
	{ "a_key_takes_the_place_of_another_which_is_kept", a_key_takes_the_place_of_another_which_is_kept }
)
