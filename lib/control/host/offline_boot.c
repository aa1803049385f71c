/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/secret.h"
#include "control/host/offline_boot.h"
#include "control/host/spec_cache.h"
#include "control/host/spec_file.h"
#include "control/host/supervisor.h"
#include "control/keys/keyring.h"
#include "process/file.h"

#include <errno.h>
#include <unistd.h>

#define PATH	4096
#define KEYS	2	/* the master key, and the one that replaces it during a rekey */

/* -- writing the cache -- */

/* Syncs all new copies with one call, and renames them. */
static size_t
copies_settle(const struct desired *w, const bool waits[])
{
	size_t i, bad = 0;
	enum plan_unit u;

	if (spec_cache_sync() == -1) {
		log_warn("cannot write the spec cache to the disk");
		return 1;
	}
	for (i = 0; i < w->channels; i++)
		for (u = 0; u < PLAN_UNITS; u++)
			if (waits[i * PLAN_UNITS + u] && spec_cache_settle(u, w->channel[i].plan.name) == -1) {
				log_warn("channel=%s cannot replace its spec in the spec cache",
				    w->channel[i].plan.name);
				bad++;
			}
	return bad;
}

size_t
offline_boot_keep(const struct desired *w, const struct master_key *key)
{
	bool *waits = calloc(w->channels * PLAN_UNITS + 1, sizeof(*waits)), any = false;
	const struct desired_channel *c;
	size_t i, bad = 0;
	enum plan_unit u;
	int rc;

	if (waits == NULL) {
		log_warn("cannot write the spec cache");
		return 1;
	}
	for (i = 0; i < w->channels; i++) {
		c = &w->channel[i];
		for (u = 0; u < PLAN_UNITS && !c->plan.faulty; u++) {
			if (c->spec[u] == NULL)
				continue;
			if ((rc = spec_cache_keep(key, u, c->plan.name, c->spec[u])) == -1) {
				log_warn("channel=%s cannot write its spec to the spec cache", c->plan.name);
				bad++;
			}
			waits[i * PLAN_UNITS + u] = rc == 1;
			any |= rc == 1;
		}
	}
	if (any)
		bad += copies_settle(w, waits);
	free(waits);
	return bad;
}

/* -- starting from the cache -- */

struct start {
	struct master_key	 key[KEYS];
	size_t			 keys;
	char			 (*name)[SPEC_NAME];	/* of the channels to start */
	enum plan_unit		*unit;
	size_t			 n, room;
	bool			 found;		/* a unit runs or there is a spec: this is no boot */
	size_t			 bad;
};

static char *
mark_path(char dst[PATH])
{
	return path_run(dst, PATH, "offline-boot", NULL, "");
}

void
offline_boot_done(void)
{
	char path[PATH];

	unlink(mark_path(path));
}

static int
find_spec(void *arg, enum plan_unit u, const char *channel)
{
	(void)u;
	(void)channel;
	((struct start *)arg)->found = true;
	return 0;
}

static int
find_unit(void *arg, enum plan_unit u, const char *channel, enum plan_up up)
{
	return up != PLAN_FAILED ? find_spec(arg, u, channel) : 0;
}

static int
find_copy(void *arg, enum plan_unit u, const char *channel)
{
	struct start *s = arg;
	size_t room = s->room == 0 ? 64 : 2 * s->room;
	void *p;

	if (s->n == s->room) {
		if ((p = reallocarray(s->name, room, sizeof(*s->name))) == NULL)
			return -1;
		s->name = p;
		if ((p = reallocarray(s->unit, room, sizeof(*s->unit))) == NULL)
			return -1;
		s->unit = p;
		s->room = room;
	}
	strlcpy(s->name[s->n], channel, sizeof(s->name[0]));
	s->unit[s->n++] = u;
	return 0;
}

/* Is this host as a boot leaves it, or was an offline boot interrupted; and does the cache have a copy? */
static bool
is_boot(struct start *s)
{
	char path[PATH];
	struct error err;
	bool again = access(mark_path(path), F_OK) == 0;
	enum plan_unit u;

	if (!supervisor_there() || supervisor_list(find_unit, s, &err) == -1)
		return false;
	for (u = 0; u < PLAN_UNITS; u++)
		if (spec_file_each(u, find_spec, s) == -1)
			return false;
	if (s->found && !again)
		return false;
	for (u = 0; u < PLAN_UNITS; u++)
		if (spec_cache_each(u, find_copy, s) == -1) {
			log_warn("cannot list the spec cache");
			return false;
		}
	return s->n > 0;
}

/* Loads the keys that exist. If none does, logs the error of the first. */
static int
load_keys(struct start *s)
{
	char path[PATH], next[PATH + 8];
	struct error err, next_err;

	master_key_path(path, sizeof(path));
	snprintf(next, sizeof(next), "%s" KEYRING_NEXT, path);
	if (master_key_load_file(&s->key[s->keys], path, &err) == 0)
		s->keys++;
	if (master_key_load_file(&s->key[s->keys], next, &next_err) == 0)
		s->keys++;
	if (s->keys > 0)
		return 0;
	log_warnx("channels that ran here before the boot cannot be started without the database: %s", err.text);
	return -1;
}

static int
write_spec(struct start *s, size_t i)
{
	struct error err;
	char *text;
	int rc;

	text = spec_cache_open(s->key, s->keys, s->unit[i], s->name[i], &err);
	if (text == NULL) {
		log_warnx("channel=%s %s", s->name[i], err.text);
		return -1;
	}
	if ((rc = spec_file_write(s->unit[i], s->name[i], text, false)) == -1)
		log_warn("channel=%s cannot write its spec", s->name[i]);
	secret_free(text);
	return rc;
}

/* Starts the next batch of one kind of unit, from *at on. Removes the specs of a batch that failed, so that the
 * next pass tries it again. */
static void
start_batch(struct start *s, size_t *at, enum plan_unit u)
{
	const char *name[SUPERVISOR_BATCH];
	struct error err;
	size_t n = 0, i;

	for (; *at < s->n && n < SUPERVISOR_BATCH; ++*at)
		if (s->unit[*at] == u && s->name[*at][0] != '\0')
			name[n++] = s->name[*at];
	if (n == 0 || supervisor_do(SUPERVISOR_START, u, name, n, &err) == 0)
		return;
	log_warnx("channel=%s%s start %s failed: %s", name[0], n > 1 ? " and others" : "", plan_unit_name(u), err.text);
	for (i = 0; i < n; i++)
		spec_file_remove(u, name[i]);
	s->bad += n;
}

static void
start_all(struct start *s)
{
	size_t i, written = 0;
	enum plan_unit u;

	for (i = 0; i < s->n; i++)
		if (write_spec(s, i) == 0)
			written++;
		else
			s->name[i][0] = '\0';
	if (written == 0)
		return;
	log_warnx("offline boot: nothing runs on this host, and the database is down: units=%zu start from the spec "
	    "cache", written);
	for (u = PLAN_UNITS; u-- > 0;)
		for (i = 0; i < s->n;)
			start_batch(s, &i, u);
}

void
offline_boot(void)
{
	struct start s = { .n = 0 };
	char path[PATH];
	int fd;

	if (is_boot(&s) && load_keys(&s) == 0) {
		/* The mark lets the next pass continue an interrupted offline boot, although there are specs. */
		if ((fd = file_new(mark_path(path), 0600)) == -1)
			log_warn("%s", path);
		else {
			close(fd);
			start_all(&s);
			if (s.bad == 0)
				offline_boot_done();
		}
	}
	explicit_bzero(s.key, sizeof(s.key));
	free(s.name);
	free(s.unit);
}
