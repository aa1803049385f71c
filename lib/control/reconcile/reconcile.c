/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/secret.h"
#include "control/acl/acl_write.h"
#include "control/acl/spool_ship.h"
#include "control/db.h"
#include "control/host/offline_boot.h"
#include "control/host/spec_cache.h"
#include "control/host/spec_file.h"
#include "control/host/supervisor.h"
#include "control/keys/keyring.h"
#include "control/reconcile/apply.h"
#include "control/reconcile/log_dedup.h"
#include "control/reconcile/plan_line.h"
#include "control/reconcile/publishers.h"
#include "control/reconcile/reconcile.h"
#include "control/reconcile/status_file.h"
#include "process/file.h"

#include <errno.h>
#include <unistd.h>

#define PATH	4096

static const struct db_stmt begin = { "reconcile_begin", "select reconcile_begin($1)", 1 };
static const struct db_stmt peek = { "reconcile_peek", "select reconcile_peek($1)", 1 };
static const struct db_stmt done = { "reconcile_end", "select reconcile_end($1, $2::jsonb, $3::jsonb, $4::text[])", 4 };

struct pass {
	const char		*host;
	reconcile_print		*print;		/* of a dry run, or NULL */
	struct observed		*observed;
	struct db		*db;
	struct desired		*desired;
	struct plan_channel	*extra;		/* channels that are here and are not desired */
	size_t			 extras;
	struct plan_action	*todo;
	size_t			 todos;
	struct master_key	 key;
	bool			 has_key, units_known;
	bool			 away;		/* the database was down before anything was changed */
	bool			 whole;		/* the pass was complete */
	enum reconcile_end	 end;		/* part_failed() */
};

/* The first failure is the end of the pass, but RECONCILE_CONFIG replaces it; the other parts go on. */
static void
part_failed(struct pass *p, enum reconcile_end end)
{
	if (p->end == RECONCILE_OK || end == RECONCILE_CONFIG)
		p->end = end;
}

/* -- the database -- */

static enum reconcile_end
end_of(enum db_fault f)
{
	static const enum reconcile_end end[] = {
		[DB_OK] = RECONCILE_OK, [DB_AWAY] = RECONCILE_AWAY, [DB_DENIED] = RECONCILE_DENIED,
		[DB_REFUSED] = RECONCILE_REFUSED, [DB_BROKEN] = RECONCILE_CONFIG
	};

	return end[f];
}

static int
fault(struct pass *p, enum db_fault f, const char *reason)
{
	log_warnx("%s%s", reason, f == DB_AWAY ? ": nothing is touched" : "");
	p->away = f == DB_AWAY;
	p->end = end_of(f);
	return -1;
}

static void
ship(struct pass *p)
{
	struct spool_shipped s;
	char path[PATH];
	struct error err;

	path_state(path, sizeof(path), "spool", NULL);
	if (spool_ship(path, p->db, &s, &err) == -1) {
		log_warnx("spool: %s", err.text);
		part_failed(p, RECONCILE_FAILED);
	}
}

/* Fails when the host is not declared, or when there are secrets and no key. */
static int
desired_open(struct pass *p, char *text, const struct master_key *key, const char *key_reason)
{
	char media[PATH];
	struct error err;

	path_state(media, sizeof(media), "media", NULL);
	p->desired = desired_parse(text, key, media, &err);
	if (p->desired == NULL)
		log_warnx("%s", err.text);
	else if (p->desired->server[0] == '\0')
		log_warnx("the database has no host %s: check LSCTL_HOST, or 'lsctl-channel host set %s' declares it",
		    p->host, p->host);
	else if (key == NULL && p->desired->key_id[0] != '\0')
		log_warnx("%s", key_reason);
	else
		return 0;
	p->end = RECONCILE_CONFIG;
	return -1;
}

/* 0, or -1 with p->end. */
static int
desired_get(struct pass *p)
{
	const char *params[] = { p->host };
	struct error key_err = { "" };
	char *text = NULL;
	enum db_fault f, kf;
	int rc = -1;

	kf = keyring_open(p->db, &p->key, &key_err);
	p->has_key = kf == DB_OK;
	if (kf != DB_OK && kf != DB_BROKEN)
		return fault(p, kf, key_err.text);
	f = db_run(p->db, p->print != NULL ? &peek : &begin, params, &text);
	if (f != DB_OK)
		fault(p, f, db_reason(p->db));
	else
		rc = desired_open(p, text, p->has_key ? &p->key : NULL, key_err.text);
	secret_free(text);
	return rc;
}

static void
write_acl(struct pass *p)
{
	char path[PATH];
	struct error err;

	path_state(path, sizeof(path), "acl", NULL);
	if (acl_write(path, p->db, p->host, &err) == -1) {
		log_warnx("the acl snapshot is not up to date: %s", err.text);
		part_failed(p, RECONCILE_FAILED);
	}
}

static void
write_report(struct pass *p, const struct apply *c)
{
	struct buf acts, released;
	const char *params[] = { p->host, observed_records(p->observed), NULL, NULL };
	enum db_fault f;

	buf_init(&acts, OBSERVED_MAX);
	buf_init(&released, OBSERVED_MAX);
	if (params[1] == NULL || apply_acts(c, &acts) == -1 || apply_released(c, &released) == -1) {
		log_warnx("out of memory: the database has no record of the actions");
		part_failed(p, RECONCILE_FAILED);
	} else {
		params[2] = (const char *)buf_head(&acts);
		params[3] = (const char *)buf_head(&released);
		if ((f = db_run(p->db, &done, params, NULL)) != DB_OK) {
			log_warnx("the database has no record of the actions: %s", db_reason(p->db));
			part_failed(p, f == DB_AWAY ? RECONCILE_FAILED : end_of(f));	/* the plan is applied */
		} else if (buf_len(&released) > sizeof("{}"))
			log_notice("released: channels=%s", params[3]);
	}
	buf_free(&acts);
	buf_free(&released);
}

/* -- what is observed -- */

/* Finds a channel, or adds it to extra. NULL: no memory. */
static struct plan_channel *
channel_at(struct pass *p, const char *name)
{
	struct desired_channel *w = desired_find(p->desired, name);
	struct plan_channel *c;
	size_t i;

	if (w != NULL)
		return &w->plan;
	for (i = 0; i < p->extras; i++)
		if (strcmp(p->extra[i].name, name) == 0)
			return &p->extra[i];
	c = reallocarray(p->extra, p->extras + 1, sizeof(*c));
	if (c == NULL)
		return NULL;
	p->extra = c;
	c = &p->extra[p->extras++];
	memset(c, 0, sizeof(*c));
	strlcpy(c->name, name, sizeof(c->name));
	c->place = desired_elsewhere(p->desired, name) ? PLAN_ELSEWHERE : PLAN_GONE;
	return c;
}

static int
observe_unit(void *arg, enum plan_unit u, const char *channel, enum plan_up up)
{
	struct plan_channel *c = channel_at(arg, channel);

	if (c == NULL)
		return -1;
	c->up[u] = up;
	return 0;
}

static int
observe_file(void *arg, enum plan_unit u, const char *channel)
{
	struct plan_channel *c = channel_at(arg, channel);

	if (c == NULL)
		return -1;
	c->spec[u] = PLAN_OTHER;
	return 0;
}

static int
observe_copy(void *arg, enum plan_unit u, const char *channel)
{
	struct plan_channel *c = channel_at(arg, channel);

	if (c == NULL)
		return -1;
	c->kept[u] = true;
	return 0;
}

static int
observe_files(struct pass *p)
{
	struct plan_channel *c;
	enum plan_unit u;
	size_t i;

	for (u = 0; u < PLAN_UNITS; u++)
		if (spec_file_each(u, observe_file, p) == -1 || spec_cache_each(u, observe_copy, p) == -1)
			return -1;
	for (i = 0; i < p->desired->leavings; i++) {
		if ((c = channel_at(p, p->desired->leaving[i])) == NULL)
			return -1;
		c->leaving = true;
	}
	return 0;
}

/* Compares the specs of a desired channel with those on disk. -1 with errno: one cannot be read. */
static int
compare_specs(struct desired_channel *w)
{
	struct plan_channel *c = &w->plan;
	enum plan_unit u;
	struct buf old;
	int rc;

	for (u = 0; u < PLAN_UNITS; u++) {
		if (c->spec[u] == PLAN_NONE || w->spec[u] == NULL)
			continue;
		c->reload_pending[u] = spec_file_reload_pending(u, c->name);
		c->last_start_ms[u] = spec_file_last_start_ms(u, c->name);
		buf_init_secret(&old, SPEC_FILE_MAX);
		if ((rc = spec_file_read(u, c->name, &old)) == 0)
			c->spec[u] = desired_compare(u, buf_len(&old) > 0 ?
			    (const char *)buf_head(&old) : "", buf_len(&old), w->spec[u]);
		buf_free(&old);
		if (rc == -1)
			return -1;
	}
	return 0;
}

static void
observe_units(struct pass *p)
{
	struct error err;

	if (!supervisor_there())
		error_set(&err, "systemd does not run here, and LSCTL_SUPERVISOR is not set");
	else if (supervisor_list(observe_unit, p, &err) == 0) {
		p->units_known = true;
		return;
	}
	log_warnx("cannot list the units, so none is started or stopped: %s", err.text);
	part_failed(p, RECONCILE_FAILED);
}

static void
observe_channel(struct pass *p, struct plan_channel *c)
{
	enum plan_unit u;

	for (u = 0; u < PLAN_UNITS; u++)
		if (!p->units_known)
			c->up[u] = PLAN_UNKNOWN;
		else if (c->up[u] == PLAN_UNKNOWN)
			c->up[u] = PLAN_DOWN;
	observed_merge(observed_find(p->observed, c->name), c);
}

static int
observe(struct pass *p)
{
	struct desired_channel *w;
	size_t i;

	observe_units(p);
	if (observe_files(p) == -1) {
		log_warn("cannot list the specs of this host");
		p->end = RECONCILE_SYSTEM;
		return -1;
	}
	for (i = 0; i < p->desired->channels; i++) {
		w = &p->desired->channel[i];
		observe_channel(p, &w->plan);
		if (compare_specs(w) == -1) {
			snprintf(w->fault, sizeof(w->fault), "its spec cannot be "
			    "read: %s", file_strerror(errno));
			w->plan.faulty = true;
		}
		if (w->plan.faulty) {
			log_warnx("channel=%s is left as it is: %s", w->plan.name, w->fault);
			part_failed(p, RECONCILE_CONFIG);
		} else if (w->lack[0] != '\0')
			log_debug("channel=%s %s", w->plan.name, w->lack);
		if (w->unbound[0] != '\0') {
			log_warnx("channel=%s %s", w->plan.name, w->unbound);
			part_failed(p, RECONCILE_CONFIG);
		}
	}
	for (i = 0; i < p->extras; i++)
		observe_channel(p, &p->extra[i]);
	for (i = 0; i < p->desired->waiting; i++)
		log_notice("%s", p->desired->waits[i]);
	return 0;
}

/* Without an answer no publisher counts as revoked, and the rest of the pass goes on. */
static int
publishers_get(struct pass *p)
{
	struct error err;
	enum db_fault f = publishers_query(p->db, p->host, p->desired, &err);

	if (f == DB_AWAY)
		return fault(p, f, err.text);
	if (f != DB_OK) {
		log_warnx("the tokens of publishers are not checked: %s", err.text);
		part_failed(p, end_of(f));
	}
	return 0;
}

/* -- the plan -- */

static int
plan(struct pass *p)
{
	size_t room = (p->desired->channels + p->extras) * PLAN_PER_CHANNEL +
	    p->observed->unknown_publishers, i;

	if ((p->todo = calloc(room + 1, sizeof(*p->todo))) == NULL) {
		log_warn("cannot make the plan");
		p->end = RECONCILE_SYSTEM;
		return -1;
	}
	for (i = 0; i < p->desired->channels; i++)
		p->todos += (size_t)plan_channel(&p->desired->channel[i].plan,
		    p->todo + p->todos);
	for (i = 0; i < p->extras; i++)
		p->todos += (size_t)plan_channel(&p->extra[i], p->todo + p->todos);
	for (i = 0; i < p->observed->unknown_publishers; i++)
		if (!publishers_desired(p->desired, p->observed->unknown_publisher[i].stream))
			plan_unknown_publisher(&p->observed->unknown_publisher[i], &p->todo[p->todos++]);
	return 0;
}

static void
print_all(struct pass *p)
{
	char *line = NULL;
	size_t i;

	for (i = 0; i < p->todos && (line = plan_line(&p->todo[i])) != NULL && p->print(line) == 0; i++)
		free(line);
	if (i == p->todos)
		return;
	p->end = line == NULL ? RECONCILE_SYSTEM : RECONCILE_UNPRINTED;
	if (line == NULL)
		log_warn("cannot print the plan");
	free(line);
}

static void
act(struct pass *p)
{
	struct apply c = { p->desired, p->todo, p->todos, NULL };

	if ((c.failed = calloc(p->todos + 1, sizeof(bool))) == NULL) {
		log_warn("cannot apply the plan");
		p->end = RECONCILE_SYSTEM;
		return;
	}
	offline_boot_done();
	write_acl(p);
	if (apply_plan(&c) > 0)
		part_failed(p, RECONCILE_FAILED);
	if (p->has_key && offline_boot_keep(p->desired, &p->key) > 0)
		part_failed(p, RECONCILE_FAILED);
	write_report(p, &c);
	if (p->desired->elsewheres > 0)
		status_elsewhere_update(p->db, p->host);
	free(c.failed);
	p->whole = true;
}

/*
 * Takes the lock of this host, as a file that only root can open: another pass might release a channel that this one
 * is about to start. -1 with p->end.
 */
static int
lock(struct pass *p)
{
	char path[PATH];
	int fd;

	path_run(path, sizeof(path), "switch.lock", NULL, "");
	if ((fd = file_lock(path, 0600, 0)) != -1)
		return fd;
	p->end = errno == EWOULDBLOCK ? RECONCILE_AWAY : RECONCILE_LOCK;
	if (p->end == RECONCILE_AWAY)
		log_warnx("another lsctl-switch is at work on %s", p->host);
	else
		log_warn("%s", path);
	return -1;
}

static void
pass(struct pass *p)
{
	struct error err;
	enum db_fault f;

	if ((p->db = db_open("lsctl_switch", &f, &err)) == NULL) {
		fault(p, f, err.text);
		return;
	}
	if (p->print == NULL)
		ship(p);
	if (desired_get(p) == 0 && observe(p) == 0 && publishers_get(p) == 0 && plan(p) == 0)
		(p->print == NULL ? act : print_all)(p);
	log_debug("round trips=%llu actions=%zu", (unsigned long long)db_trips(p->db), p->todos);
	db_close(p->db);
}

/* A pass that applies its plan: under the lock, and without the lines that earlier passes have logged. */
static void
pass_alone(struct pass *p, bool again)
{
	struct log_dedup f;
	int guard;

	if ((guard = lock(p)) == -1)
		return;
	log_dedup_begin(&f, (int64_t)time(NULL), again);
	pass(p);
	if (p->away)
		offline_boot();
	log_dedup_end(&f, p->whole);
	close(guard);
}

enum reconcile_end
reconcile(const char *host, bool again, reconcile_print *print, struct observed *observed)
{
	struct pass p = { .host = host, .print = print, .observed = observed };

	observed_sort(observed);
	if (print != NULL)
		pass(&p);
	else
		pass_alone(&p, again);
	master_key_wipe(&p.key);
	desired_free(p.desired);
	free(p.extra);
	free(p.todo);
	return p.end;
}
