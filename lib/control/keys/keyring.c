/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "control/keys/keyring.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <unistd.h>

#define PROBE		"lsctl: this is the master key"
#define PROBE_LEN	(sizeof(PROBE) - 1)
#define PROBE_SEALED	(PROBE_LEN + SEAL_OVERHEAD)
#define TRIES		3	/* a rekey may end between reading the files and reading the database */

static const struct db_stmt master_get = { "keys_master", "select keys_master($1)", 1 };
static const struct db_stmt master_add = { "keys_master_add", "select keys_master_add($1, $2, $3)", 3 };

struct current {
	char	 id[SEAL_ID_LEN];
	char	 probe[2 * PROBE_SEALED + 1];
	bool	 known;
};

static enum db_fault
current_get(struct db *db, const char *asked, struct current *c)
{
	const char *params[] = { asked }, *id = NULL, *probe = NULL;
	json_t *j = NULL;
	char *text;
	enum db_fault f;

	memset(c, 0, sizeof(*c));
	if ((f = db_run(db, &master_get, params, &text)) != DB_OK)
		return f;
	if (text != NULL && (j = json_loads(text, 0, NULL)) != NULL) {
		id = json_string_value(json_object_get(j, "current"));
		probe = json_string_value(json_object_get(j, "probe"));
		strlcpy(c->id, id != NULL ? id : "", sizeof(c->id));
		strlcpy(c->probe, probe != NULL ? probe : "", sizeof(c->probe));
		c->known = json_is_true(json_object_get(j, "known"));
	}
	json_decref(j);
	free(text);
	return DB_OK;
}

static void
place_of(char *dst, size_t size, const char *id)
{
	snprintf(dst, size, "master-key:%s", id);
}

/* Does the key open the probe that the database has for it? */
static bool
probe_opens(const struct master_key *k, const char *probe)
{
	uint8_t sealed[PROBE_SEALED], text[PROBE_LEN];
	char place[64];
	size_t n;

	place_of(place, sizeof(place), k->id);
	return strlen(probe) == 2 * sizeof(sealed) &&
	    hex_get(sealed, sizeof(sealed), probe) == 0 &&
	    unseal(k, place, sealed, sizeof(sealed), text, &n) == 0 &&
	    memcmp(text, PROBE, PROBE_LEN) == 0;
}

/*
 * Loads the key with this id from beside path, or else the key at path, which a rekey may just have replaced. 0, or
 * -1 with the error of path.
 */
static int
key_find(struct master_key *k, const char *path, const char *id, struct error *err)
{
	struct error next_err;
	char next[PATH_MAX];
	struct master_key other;
	int rc = -1;

	snprintf(next, sizeof(next), "%s" KEYRING_NEXT, path);
	if (master_key_load_file(&other, next, &next_err) == 0 &&
	    strcmp(other.id, id) == 0) {
		*k = other;
		rc = 0;
	} else
		rc = master_key_load_file(k, path, err);
	master_key_wipe(&other);
	return rc;
}

/* *other: the files and the database have different keys. */
static enum db_fault
open_once(struct db *db, struct master_key *k, bool *other, struct error *err)
{
	char path[PATH_MAX - 8];
	struct current c;
	enum db_fault f;
	int have;

	have = master_key_load_file(k, master_key_path(path, sizeof(path)), err);
	if ((f = current_get(db, have == 0 ? k->id : NULL, &c)) != DB_OK) {
		error_set(err, "%s", db_reason(db));
		goto out;
	}
	if (c.id[0] != '\0' && (have == -1 || strcmp(c.id, k->id) != 0))
		have = key_find(k, path, c.id, err);
	f = DB_BROKEN;
	*other = have == 0 && c.id[0] != '\0' && strcmp(c.id, k->id) != 0;
	if (have == -1)
		goto out;	/* err is set */
	if (c.id[0] == '\0')
		error_set(err, "the database has no master key yet: 'lsctl-keys init'");
	else if (*other)
		error_set(err, "%s: is %s key %s, and the database is sealed under %s: bring that "
		    "one back", path, c.known ? "the former" : "another", k->id, c.id);
	else if (!probe_opens(k, c.probe))
		error_set(err, "%s: key %s does not open the probe in the database: "
		    "the database is damaged", path, k->id);
	else
		f = DB_OK;
out:
	if (f != DB_OK)
		master_key_wipe(k);
	return f;
}

enum db_fault
keyring_open(struct db *db, struct master_key *k, struct error *err)
{
	enum db_fault f;
	int tries = 0;
	bool other;

	do {
		other = false;
		f = open_once(db, k, &other, err);
	} while (other && ++tries < TRIES);
	return f;
}

enum db_fault
keyring_current(struct db *db, const struct master_key *k, char id[SEAL_ID_LEN], bool *known)
{
	struct current c;
	enum db_fault f = current_get(db, k->id, &c);

	strlcpy(id, c.id, SEAL_ID_LEN);
	*known = c.known;
	return f;
}

enum db_fault
keyring_add(struct db *db, const struct master_key *k, bool first)
{
	char place[64], hex[2 * PROBE_SEALED + 1];
	const char *params[] = { k->id, hex, first ? "true" : "false" };
	uint8_t sealed[PROBE_SEALED];

	place_of(place, sizeof(place), k->id);
	if (seal(k, place, PROBE, PROBE_LEN, sealed) == -1)
		return DB_AWAY;
	hex_put(hex, sealed, sizeof(sealed));
	return db_run(db, &master_add, params, NULL);
}

/* -- files -- */

/* The folder of path. */
static void
folder_of(char *dst, size_t size, const char *path)
{
	char *slash;

	strlcpy(dst, path, size);
	if ((slash = strrchr(dst, '/')) == NULL)
		strlcpy(dst, ".", size);
	else
		slash[slash == dst ? 1 : 0] = '\0';
}

/* Writes the names in a folder to the disk. */
static int
folder_sync(const char *folder)
{
	int fd, rc;

	if ((fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

static int
key_write(int fd)
{
	uint8_t key[SEAL_KEY_LEN];
	char text[2 * SEAL_KEY_LEN + 2];
	int rc = -1;

	if (getentropy(key, sizeof(key)) == 0) {
		hex_put(text, key, sizeof(key));
		strlcat(text, "\n", sizeof(text));
		if (write(fd, text, sizeof(text) - 1) == sizeof(text) - 1 &&
		    fchmod(fd, 0400) == 0 && fsync(fd) == 0)
			rc = 0;
	}
	explicit_bzero(key, sizeof(key));
	explicit_bzero(text, sizeof(text));
	return rc;
}

int
keyring_make(const char *path, struct error *err)
{
	char folder[PATH_MAX - 32], temp[PATH_MAX];
	int fd, rc = -1;

	folder_of(folder, sizeof(folder), path);
	if (mkdir(folder, 0755) == -1 && errno != EEXIST)
		goto fault;
	if (access(path, F_OK) == 0)
		return 1;
	snprintf(temp, sizeof(temp), "%s/.lsctl-key.XXXXXX", folder);
	if ((fd = mkostemp(temp, O_CLOEXEC)) == -1)
		goto fault;
	/* link(2), unlike rename(2), never replaces a file */
	if (key_write(fd) == 0)
		rc = link(temp, path) == 0 ? 0 : errno == EEXIST ? 1 : -1;
	if (rc == -1)
		error_set(err, "%s: %s", path, strerror(errno));
	close(fd);
	unlink(temp);
	if (rc != 0 || folder_sync(folder) == 0)
		return rc;
fault:
	return error_set(err, "%s: %s", path, strerror(errno));
}

int
keyring_install(const char *path, const char *next, const char *id, struct error *err)
{
	char folder[PATH_MAX], kept[PATH_MAX];

	folder_of(folder, sizeof(folder), path);
	snprintf(kept, sizeof(kept), "%s.%s", path, id);
	if ((link(path, kept) == -1 && errno != EEXIST && errno != ENOENT) ||
	    rename(next, path) == -1 || folder_sync(folder) == -1)
		return error_set(err, "%s: cannot replace %s: %s", next, path,
		    strerror(errno));
	return 0;
}
