/* SPDX-License-Identifier: ISC */
#include "pq.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEPS		64
#define PREPARED	64

const char pq_any[] = "any";
static const char unscripted[] = "this is not in the script";

struct pg_conn {
	int			 fd;		/* always ready */
	ConnStatusType		 status;
	char			 error[256], role[64];
	char			*name[PREPARED];	/* prepared */
	int			 params[PREPARED], names;
	bool			 in_transaction, aborted;
	PGresult		*result;
};

struct pg_result {
	ExecStatusType	 status;
	int		 rows, columns;
	char		*cell[PQ_ROWS * PQ_COLUMNS];
	char		*sqlstate, *message;
};

static struct pq_step script[STEPS];
static int steps, at;
static char fault[512], told[512];

static struct {
	char	*stmt, *param[PQ_PARAMS];
} sent[STEPS];
static int sents;

static char *
copy(const char *s)
{
	return s != NULL ? strdup(s) : NULL;
}

/* The first one is kept; those that follow from it say little. */
__attribute__((format(printf, 1, 2))) static void
differs(const char *fmt, ...)
{
	va_list ap;

	if (fault[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(fault, sizeof(fault), fmt, ap);
	va_end(ap);
}

/* -- the script -- */

/* Calls for each text of a step: to own it, and to let go of it. */
static void
step_texts(struct pq_step *s, char *(*change)(const char *))
{
	int i, k;

	s->value = change(s->value);
	s->sqlstate = change(s->sqlstate);
	s->message = change(s->message);
	for (i = 0; i < PQ_PARAMS; i++)
		if (s->param[i] != PQ_ANY)
			s->param[i] = change(s->param[i]);
	for (i = 0; i < PQ_ROWS; i++)
		for (k = 0; k < PQ_COLUMNS; k++)
			s->row[i][k] = change(s->row[i][k]);
}

static char *
drop(const char *s)
{
	free((void *)(uintptr_t)s);
	return NULL;
}

void
pq_step(const struct pq_step *s)
{
	if (steps == STEPS) {
		differs("the script has more than %d steps", STEPS);
		return;
	}
	script[steps] = *s;
	step_texts(&script[steps++], copy);
}

static int
sent_find(const char *stmt)
{
	int i = sents;

	while (i-- > 0 && strcmp(sent[i].stmt, stmt) != 0)
		continue;
	return i;
}

const char *
pq_sent(const char *stmt, int param)
{
	int i = sent_find(stmt);

	return i >= 0 && param < PQ_PARAMS ? sent[i].param[param] : "";
}

int
pq_count(const char *stmt)
{
	int i, n = 0;

	for (i = 0; i < sents; i++)
		n += strcmp(sent[i].stmt, stmt) == 0;
	return n;
}

const char *
pq_end(void)
{
	int i;

	if (at < steps)
		differs("step %d, %s, did not come", at + 1, script[at].stmt);
	while (sents > 0) {
		sents--;
		free(sent[sents].stmt);
		for (i = 0; i < PQ_PARAMS; i++)
			free(sent[sents].param[i]);
		memset(&sent[sents], 0, sizeof(sent[0]));
	}
	while (steps > 0)
		step_texts(&script[--steps], drop);
	at = 0;
	memcpy(told, fault, sizeof(told));
	fault[0] = '\0';
	return told;
}

static void
remember(const char *stmt, int n, const char *const param[])
{
	int i;

	if (sents == STEPS)
		return;
	sent[sents].stmt = strdup(stmt);
	for (i = 0; i < n && i < PQ_PARAMS; i++)
		sent[sents].param[i] = copy(param[i]);
	sents++;
}

static bool
params_match(const struct pq_step *s, int n, const char *const param[])
{
	const char *want;
	int i;

	for (i = 0; i < n; i++) {
		want = s->param[i];
		if (want == PQ_ANY || (want == NULL && param[i] == NULL))
			continue;
		if (want != NULL && param[i] != NULL && strcmp(want, param[i]) == 0)
			continue;
		differs("step %d, %s: parameter %d is %s, want %s", at + 1, s->stmt, i + 1,
		    param[i] != NULL ? param[i] : "null", want != NULL ? want : "null");
		return false;
	}
	return true;
}

/* The step that this is, or NULL. */
static const struct pq_step *
take(const char *stmt, int n, const char *const param[])
{
	const struct pq_step *s = &script[at];

	remember(stmt, n, param);
	if (at == steps) {
		differs("%s comes after the script's end", stmt);
		return NULL;
	}
	if (strcmp(s->stmt, stmt) != 0) {
		differs("step %d is %s, want %s", at + 1, stmt, s->stmt);
		return NULL;
	}
	if (!params_match(s, n, param))
		return NULL;
	at++;
	return s;
}

static int
lose(PGconn *c, const char *message)
{
	c->status = CONNECTION_BAD;
	snprintf(c->error, sizeof(c->error), "%s\n", message != NULL ? message :
	    "server closed the connection unexpectedly");
	return 0;
}

/* -- connections -- */

PGconn *
PQconnectStartParams(const char *const *keywords, const char *const *values, int expand)
{
	PGconn *c = calloc(1, sizeof(*c));
	const struct pq_step *s;
	const char *role = "";
	int i;

	(void)expand;
	for (i = 0; keywords[i] != NULL; i++)
		if (strcmp(keywords[i], "application_name") == 0)
			role = values[i];
	snprintf(c->role, sizeof(c->role), "%s", role);
	c->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	c->status = CONNECTION_STARTED;
	if ((s = take("connect", 1, &role)) == NULL || s->lost || s->sqlstate != NULL)
		lose(c, s != NULL ? s->message : unscripted);
	return c;
}

PostgresPollingStatusType
PQconnectPoll(PGconn *c)
{
	c->status = CONNECTION_OK;
	return PGRES_POLLING_OK;
}

void
PQfinish(PGconn *c)
{
	if (c == NULL)
		return;
	PQclear(c->result);
	while (c->names > 0)
		free(c->name[--c->names]);
	close(c->fd);
	free(c);
}

ConnStatusType
PQstatus(const PGconn *c)
{
	return c->status;
}

char *
PQerrorMessage(const PGconn *c)
{
	return (char *)(uintptr_t)c->error;
}

int
PQsocket(const PGconn *c)
{
	return c->fd;
}

char *
PQdb(const PGconn *c)
{
	static char name[] = "lsctl";

	(void)c;
	return name;
}

int
PQconnectionNeedsPassword(const PGconn *c)
{
	(void)c;
	return 0;
}

int
PQsetnonblocking(PGconn *c, int on)
{
	(void)c;
	return on == 1 ? 0 : -1;
}

PGVerbosity
PQsetErrorVerbosity(PGconn *c, PGVerbosity verbosity)
{
	(void)c;
	return verbosity;
}

PQnoticeReceiver
PQsetNoticeReceiver(PGconn *c, PQnoticeReceiver receiver, void *arg)
{
	(void)c, (void)arg;
	return receiver;
}

char *
PQescapeIdentifier(PGconn *c, const char *s, size_t len)
{
	char *name = malloc(len + 3);

	(void)c;
	snprintf(name, len + 3, "\"%.*s\"", (int)len, s);
	return name;
}

void
PQfreemem(void *p)
{
	free(p);
}

/* -- statements -- */

static PGresult *
result_new(ExecStatusType status)
{
	PGresult *r = calloc(1, sizeof(*r));

	r->status = status;
	return r;
}

static PGresult *
result_error(const char *sqlstate, const char *message)
{
	PGresult *r = result_new(PGRES_FATAL_ERROR);

	r->sqlstate = copy(sqlstate);
	r->message = copy(message);
	return r;
}

static PGresult *
result_rows(const struct pq_step *s, const char *const param[])
{
	PGresult *r = result_new(PGRES_TUPLES_OK);
	int row, col;

	if (s->value != NULL || s->reply != NULL) {
		r->rows = r->columns = 1;
		r->cell[0] = s->reply != NULL ? s->reply(param) : copy(s->value);
		return r;
	}
	r->columns = s->columns;
	for (row = 0; row < PQ_ROWS && s->row[row][0] != NULL; row++)
		for (col = 0; col < s->columns; col++)
			r->cell[row * s->columns + col] = copy(s->row[row][col]);
	r->rows = row;
	return r;
}

static void
transaction(PGconn *c, const char *stmt)
{
	if (strcmp(stmt, "begin") == 0)
		c->in_transaction = true;
	else if (strcmp(stmt, "commit") == 0 || strcmp(stmt, "rollback") == 0)
		c->in_transaction = c->aborted = false;
}

/* Executes: the result is there at once. */
static int
execute(PGconn *c, const char *stmt, int n, const char *const param[])
{
	const struct pq_step *s;

	if (c->status != CONNECTION_OK) {
		differs("%s comes over a connection that is lost", stmt);
		return 0;
	}
	if (c->aborted && strcmp(stmt, "rollback") != 0) {
		differs("%s comes in a transaction that failed", stmt);
		return lose(c, unscripted);
	}
	if ((s = take(stmt, n, param)) == NULL)
		return lose(c, unscripted);
	PQclear(c->result);
	if (s->lost) {
		lose(c, s->message);
		c->result = result_error(NULL, NULL);
	} else if (s->sqlstate != NULL) {
		c->aborted = c->in_transaction;
		c->result = result_error(s->sqlstate, s->message != NULL ? s->message : s->sqlstate);
	} else {
		transaction(c, stmt);
		c->result = result_rows(s, param);
	}
	return 1;
}

/* The settings after a connection name its role. */
static int
settings(PGconn *c, const char *sql)
{
	char want[96];

	snprintf(want, sizeof(want), "set role \"%s\";", c->role);
	if (strncmp(sql, want, strlen(want)) != 0) {
		differs("a connection as %s begins with: %s", c->role, sql);
		return lose(c, unscripted);
	}
	PQclear(c->result);
	c->result = result_new(PGRES_COMMAND_OK);
	return 1;
}

int
PQsendQuery(PGconn *c, const char *sql)
{
	return strncmp(sql, "set ", 4) == 0 ? settings(c, sql) : execute(c, sql, 0, NULL);
}

int
PQsendPrepare(PGconn *c, const char *stmt, const char *sql, int n, const Oid *types)
{
	(void)sql, (void)types;
	if (c->names == PREPARED) {
		differs("more than %d statements are prepared", PREPARED);
		return lose(c, unscripted);
	}
	c->name[c->names] = strdup(stmt);
	c->params[c->names++] = n;
	PQclear(c->result);
	c->result = result_new(PGRES_COMMAND_OK);
	return 1;
}

int
PQsendQueryPrepared(PGconn *c, const char *stmt, int n, const char *const *values, const int *lengths,
    const int *formats, int format)
{
	int i;

	(void)lengths, (void)formats, (void)format;
	for (i = 0; i < c->names && strcmp(c->name[i], stmt) != 0; i++)
		continue;
	if (i == c->names || c->params[i] != n) {
		differs("%s is executed, and was not prepared so", stmt);
		return lose(c, unscripted);
	}
	return execute(c, stmt, n, values);
}

int
PQsendQueryParams(PGconn *c, const char *sql, int n, const Oid *types, const char *const *values,
    const int *lengths, const int *formats, int format)
{
	(void)types, (void)lengths, (void)formats, (void)format;
	return execute(c, sql, n, values);
}

int
PQflush(PGconn *c)
{
	(void)c;
	return 0;
}

int
PQisBusy(PGconn *c)
{
	(void)c;
	return 0;
}

int
PQconsumeInput(PGconn *c)
{
	(void)c;
	return 1;
}

/* No notification comes. */
PGnotify *
PQnotifies(PGconn *c)
{
	(void)c;
	return NULL;
}

/* -- results -- */

PGresult *
PQgetResult(PGconn *c)
{
	PGresult *r = c->result;

	c->result = NULL;
	return r;
}

void
PQclear(PGresult *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < sizeof(r->cell) / sizeof(r->cell[0]); i++)
		free(r->cell[i]);
	free(r->sqlstate);
	free(r->message);
	free(r);
}

ExecStatusType
PQresultStatus(const PGresult *r)
{
	return r->status;
}

char *
PQresultErrorField(const PGresult *r, int field)
{
	return field == PG_DIAG_SQLSTATE ? r->sqlstate :
	    field == PG_DIAG_MESSAGE_PRIMARY ? r->message : NULL;
}

int
PQntuples(const PGresult *r)
{
	return r->rows;
}

int
PQnfields(const PGresult *r)
{
	return r->columns;
}

int
PQgetisnull(const PGresult *r, int row, int column)
{
	return r->cell[row * r->columns + column] == NULL;
}

char *
PQgetvalue(const PGresult *r, int row, int column)
{
	return r->cell[row * r->columns + column];
}
