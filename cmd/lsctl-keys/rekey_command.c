/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_db.h"
#include "control/keys/keyring.h"
#include "control/keys/rekey.h"
#include "lsctl-keys/rekey_command.h"

#include <limits.h>
#include <sysexits.h>
#include <unistd.h>

/* Loads the new key, and makes it if there is none. 0, or the exit status. */
static int
target_load(const char *file, struct master_key *to)
{
	struct error err;

	if (keyring_make(file, &err) == -1) {
		log_warnx("%s: use --to for another place of the new key", err.text);
		return EX_CANTCREAT;
	}
	if (master_key_load_file(to, file, &err) == -1) {
		log_warnx("%s", err.text);
		return EX_CONFIG;
	}
	return 0;
}

static int
values_reseal(struct db *db, const struct master_key *from, const struct master_key *to, int batch, bool quiet)
{
	struct progress bar;
	struct rekey r = { .db = db, .from = from, .to = to, .batch = batch, .progress = &bar };
	enum db_fault f;

	if ((f = keyring_add(db, to, false)) != DB_OK) {
		log_warnx("%s", db_reason(db));
		return exit_db(f);
	}
	progress_start(&bar, "rekey", quiet);
	f = rekey_run(&r);
	progress_end(&bar);
	if (f != DB_OK) {
		log_warnx("%s", r.err.text);
		return exit_db(f);
	}
	log_info("%ld values are sealed under master key %s", r.all, to->id);
	return 0;
}

/* Replaces the old file with the new one. 0, or the exit status. */
static int
key_file_install(const char *path, const char *next)
{
	struct master_key former, now = { .id = "" };
	struct error err, again;
	int status = 0;

	if (master_key_load_file(&former, path, &err) == -1 ||
	    keyring_install(path, next, former.id, &err) == -1) {
		/* another rekey may have done it at the same time */
		if (access(next, F_OK) == 0 ||
		    master_key_load_file(&now, path, &again) == -1) {
			log_warnx("all secrets are under the new key, but its file is not installed: %s", err.text);
			status = EX_CANTCREAT;
		}
		master_key_wipe(&now);
	} else
		log_info("%s is the new master key; the old one is %s.%s: keep it for old backups, "
		    "and copy the new one to every other host", path, path, former.id);
	master_key_wipe(&former);
	return status;
}

/* Is the key in this file already the current one? */
static bool
is_over(struct db *db, const char *file)
{
	char current[SEAL_ID_LEN];
	struct error err;
	struct master_key to;
	bool known, over = false;

	if (master_key_load_file(&to, file, &err) == 0)
		over = keyring_current(db, &to, current, &known) == DB_OK &&
		    strcmp(current, to.id) == 0;
	master_key_wipe(&to);
	return over;
}

static int
rekey_to(struct db *db, const char *file, int batch, bool quiet)
{
	struct master_key from, to;
	struct error err;
	enum db_fault f;
	int status;

	if (is_over(db, file))
		return 0;
	if ((f = keyring_open(db, &from, &err)) != DB_OK) {
		log_warnx("%s", err.text);
		return exit_db(f);
	}
	if ((status = target_load(file, &to)) == 0)
		status = values_reseal(db, &from, &to, batch, quiet);
	master_key_wipe(&from);
	master_key_wipe(&to);
	return status;
}

int
rekey_command(struct db *db, const char *file, int batch, bool quiet)
{
	char path[PATH_MAX - 8], next[PATH_MAX];
	int status;

	snprintf(next, sizeof(next), "%s" KEYRING_NEXT, master_key_path(path, sizeof(path)));
	if ((status = rekey_to(db, file != NULL ? file : next, batch, quiet)) != 0)
		return status;
	if (file == NULL)
		return key_file_install(path, next);
	log_info("replace %s with %s now, on every host; keep the old one for old backups", path, file);
	return 0;
}
