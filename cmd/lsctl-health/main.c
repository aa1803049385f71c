/* SPDX-License-Identifier: ISC */
/* Observes the channels of this host, and reports problems. */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/options.h"
#include "base/paths.h"
#include "common/exit_db.h"
#include "common/exit_options.h"
#include "health/health_collect.h"
#include "health/health_measures.h"
#include "lsctl-health/output.h"
#include "lsctl-health/render.h"
#include "lsctl-health/render_doctor.h"
#include "server/server.h"
#include "process/harden.h"

#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#define WATCH_S		2
#define WATCH_MAX_S	3600
#define NAGIOS_UNKNOWN	3

struct call {
	struct options	 o;
	const struct render_format *format;
	char	*const *names;
	size_t	 n;
	long	 watch_s;	/* 0: once */
	bool	 doctor;
	const char *output;	/* a file, or NULL: standard output */
};

static const char *
format_set(void *context, const struct option_row *row, const char *value)
{
	struct call *c = context;

	(void)value;
	c->format = render_find(row->name);
	return NULL;
}

static const struct option_row rows[] = {
	OPTION_TIME_OR("watch", 'w', struct call, watch_s, WATCH_MAX_S, WATCH_S, "run a pass every 2s or every TIME"),
	OPTION_FLAG("doctor", 0, struct call, doctor, "compare the sources, and what the platforms demand, and print cures"),
	OPTION_TEXT("output", 'o', "FILE", struct call, output, "into FILE, which is replaced as a whole"),
	OPTION_CALL("table", 0, NULL, format_set, 0, "for people; the default on a terminal"),
	OPTION_CALL("json", 0, NULL, format_set, 0, "for programs, one record on each line; the default in a pipe"),
	OPTION_CALL("prometheus", 0, NULL, format_set, 0, "as metrics"),
	OPTION_CALL("nagios", 0, NULL, format_set, 0, "as a monitoring plugin, with its exit statuses"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "[CHANNEL...]", 0, OPTIONS_MANY, "", rows, NULL, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-health", "Prints the state of the channels of this host, and their problems.",
	commands, nitems(commands),
	{ "lsctl-health krishna", "lsctl-health --doctor krishna" }
};

static bool
is_nagios(const struct call *c)
{
	return c->format != NULL && strcmp(c->format->name, "nagios") == 0;
}

/* Reports a pass that failed, in the output format. The exit status. */
static int
pass_failed(const struct call *c, int status, const char *reason)
{
	if (!is_nagios(c)) {
		log_warnx("%s", reason);
		return status;
	}
	printf("LSCTL UNKNOWN - %s\n", reason);
	return NAGIOS_UNKNOWN;
}

/* 0, or the exit status; logged. */
static int
text_write(const struct call *c, const struct buf *out)
{
	bool clear = c->watch_s > 0 && strcmp(c->format->name, "table") == 0 &&
	    isatty(STDOUT_FILENO);

	if (c->output != NULL) {
		if (output_replace(c->output, out) == 0)
			return 0;
		log_warn("%s", c->output);
		return EX_CANTCREAT;
	}
	if ((!clear || fputs("\033[H\033[2J", stdout) != EOF) &&
	    fwrite(buf_head(out), 1, buf_len(out), stdout) == buf_len(out) && fflush(stdout) != EOF)
		return 0;
	log_warn("stdout");
	return EX_IOERR;
}

/* Prints the records. 0, or the exit status. */
static int
records_print(const struct call *c, struct health *h)
{
	struct health_measures m = { .counters = NULL };
	struct buf out;
	int status;

	if (c->o.verbosity < 0 && c->output == NULL)
		return 0;
	if (strcmp(c->format->name, "prometheus") == 0) {
		health_measures_read(&m, h);
		h->measures = &m;
	}
	buf_init(&out, RENDER_MAX);
	if (c->format->render(h, &out) == -1) {
		log_warnx("out of memory");
		status = EX_OSERR;
	} else
		status = text_write(c, &out);
	buf_free(&out);
	h->measures = NULL;
	health_measures_free(&m);
	return status;
}

/* Makes one pass, and prints it. The exit status. *trouble: it was not printed, or not as a whole. */
static int
pass_run(const struct call *c, struct collector *k, bool *trouble)
{
	struct health *h = collector_pass(k);
	enum db_fault fault = collector_db(k);
	const char *missing = NULL;
	char reason[256];
	int status;

	*trouble = true;
	if (h == NULL)
		return pass_failed(c, EX_OSERR, "out of memory");
	log_debug("db_trips=%llu server_requests=%llu",
	    (unsigned long long)collector_trips(k), (unsigned long long)collector_requests(k));
	output_metrics(h);
	if (c->n > 0 && health_pick(h, c->names, c->n, &missing) == -1) {
		snprintf(reason, sizeof(reason), fault == DB_OK ? "there is no channel %.64s on this host" :
		    "channel %.64s does not run, and the database does not answer", missing);
		*trouble = c->watch_s == 0;
		return pass_failed(c, fault == DB_OK ? EX_DATAERR : exit_db(fault), reason);
	}
	if ((status = records_print(c, h)) != 0)
		return status;
	*trouble = false;
	if (fault != DB_OK && c->format->no_database != -1)
		return exit_db(fault);
	return c->format->exit_status(h);
}

static int
passes_run(const struct call *c, struct collector *k)
{
	int64_t next = clock_ms(), now;
	bool trouble;
	int status;

	for (;;) {
		status = pass_run(c, k, &trouble);
		if (c->watch_s == 0 || trouble)
			return status;
		next += c->watch_s * 1000;
		if ((now = clock_ms()) >= next)
			next = now;	/* the pass took longer: no backlog */
		else
			usleep((useconds_t)((next - now) * 1000));
	}
}

/* Each control socket needs a descriptor. */
static void
raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int
main(int argc, char **argv)
{
	struct collector *k = NULL;
	struct call call = { .n = 0 };
	struct server_auth auth;
	char host[256];
	struct error err;
	enum options_end end;
	int status;

	harden_memory();
	if ((end = options_read(&call.o, &tool, &call, argc, argv)) != OPTIONS_GO)
		return end == OPTIONS_WRONG && is_nagios(&call) ? NAGIOS_UNKNOWN : exit_options(end);
	if (call.format == NULL)
		call.format = render_find(call.output == NULL && isatty(STDOUT_FILENO) ? "table" : "json");
	if (call.doctor && (call.format = render_doctor_find(call.format->name)) == NULL)
		return exit_options(options_wrong(&call.o, "--doctor prints --table or --json"));
	call.names = call.o.argv;
	call.n = (size_t)call.o.argc;
	raise_limit();
	if (server_auth_load(&auth, &err) == -1)
		status = pass_failed(&call, EX_CONFIG, err.text);
	else if ((k = collector_new(path_host(host, sizeof(host)), &auth)) == NULL)
		status = pass_failed(&call, EX_OSERR, "out of memory");
	else
		status = passes_run(&call, k);
	collector_free(k);
	explicit_bzero(&auth, sizeof(auth));
	return status;
}
