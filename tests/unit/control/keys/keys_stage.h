/* SPDX-License-Identifier: ISC */
/* A master key in its file, and a scripted database that is sealed under it. */
#ifndef TESTS_UNIT_CONTROL_KEYS_KEYS_STAGE_H
#define TESTS_UNIT_CONTROL_KEYS_KEYS_STAGE_H

#include "base/base.h"
#include "control/keys/keyring.h"
#include "fake/pq.h"
#include "scratch.h"
#include "t.h"

#define MASTER	"etc/master.key"

static struct db *db;
static struct master_key old, new;
static char old_probe[256], new_probe[256];
static struct error err;

/* A file with a key of this digit, and the key. */
__attribute__((unused)) static void
key_put(const char *name, char digit, struct master_key *k)
{
	char text[66] = "";

	memset(text, digit, 64);
	text[64] = '\n';
	t_int(master_key_load_file(k, scratch_write(name, text, 0400), &err), 0);
}

/* What the database keeps to know a key again. */
static void
probe_get(const struct master_key *k, char probe[256])
{
	pq_expect("keys_master_add", { k->id, PQ_ANY, "false" });
	t_int(keyring_add(db, k, false), DB_OK);
	strlcpy(probe, pq_sent("keys_master_add", 1), 256);
}

/* What it says of its current key. */
__attribute__((unused)) static const char *
current(const struct master_key *k, const char *probe, bool known)
{
	static char text[512];

	snprintf(text, sizeof(text), "{\"current\":\"%s\",\"probe\":\"%s\",\"known\":%s}", k->id, probe,
	    known ? "true" : "false");
	return text;
}

/* The database anew: what was prepared or lost is forgotten. */
__attribute__((unused)) static void
db_anew(void)
{
	enum db_fault f;

	db_close(db);
	pq_expect("connect", { "lsctl_keys" });
	t_ok((db = db_open("lsctl_keys", &f, &err)) != NULL);
}

/* The old key is the one in the file. */
__attribute__((unused)) static void
keys_stage(void)
{
	db_anew();
	key_put(MASTER, 'b', &new);
	key_put(MASTER, 'a', &old);
	setenv("LSCTL_MASTER_KEY_FILE", scratch_path(MASTER), 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	probe_get(&old, old_probe);
	probe_get(&new, new_probe);
	t_pq();
}

#endif
