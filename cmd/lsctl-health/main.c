/* SPDX-License-Identifier: ISC */
/* Looks at everything once, and says how each channel is. */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "control/paths.h"
#include "health/health_collect.h"
#include "lsctl-health/render.h"
#include "process/harden.h"

#include <getopt.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#define WATCH_S		2
#define NAGIOS_UNKNOWN	3

enum { OPT_FORMAT = 256, OPT_HELP, OPT_VERSION };

static const struct option longs[] = {
	{ "watch", optional_argument, NULL, 'w' },
	{ "table", no_argument, NULL, OPT_FORMAT },
	{ "json", no_argument, NULL, OPT_FORMAT },
	{ "prometheus", no_argument, NULL, OPT_FORMAT },
	{ "nagios", no_argument, NULL, OPT_FORMAT },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 }
};

struct call {
	const struct render_format *format;
	char	*const *names;
	size_t	 n;
	int	 watch_s;	/* 0: once */
	bool	 quiet;
};

static int
usage(FILE *to)
{
	fprintf(to, "usage: lsctl-health [-qv] [--watch[=SECONDS]] "
	    "[--table | --json | --prometheus | --nagios]\n"
	    "\t    [CHANNEL...]\n");
	return to == stdout ? 0 : EX_USAGE;
}

static bool
is_nagios(const struct call *c)
{
	return c->format != NULL && strcmp(c->format->name, "nagios") == 0;
}

/* What could not be done at all, in the way of the format. */
static int
fail(const struct call *c, int status, const char *why)
{
	if (!is_nagios(c)) {
		log_warnx("%s", why);
		return status;
	}
	printf("LSCTL UNKNOWN - %s\n", why);
	return NAGIOS_UNKNOWN;
}

static int
watch_seconds(const char *text)
{
	const char *err;
	int s = (int)strtonum(text, 1, 3600, &err);

	if (err == NULL)
		return s;
	log_warnx("--watch %s: must be 1 to 3600 seconds", text);
	return -1;
}

/* "--watch 5": getopt_long takes "--watch=5" only. */
static bool
is_number(const char *s)
{
	return s != NULL && s[0] != '\0' && strspn(s, "0123456789") == strlen(s);
}

/* 0 to go on, 1 when all is said, or -1 for wrong usage. */
static int
options(struct call *c, int argc, char **argv)
{
	int o, at = 0, verbosity = 0;

	while ((o = getopt_long(argc, argv, "qvw", longs, &at)) != -1)
		switch (o) {
		case 'w':
			if (optarg == NULL && is_number(argv[optind]))
				optarg = argv[optind++];
			c->watch_s = optarg != NULL ? watch_seconds(optarg) : WATCH_S;
			if (c->watch_s == -1)
				return -1;
			break;
		case OPT_FORMAT:
			c->format = render_find(longs[at].name);
			break;
		case 'q':
			c->quiet = true;
			verbosity = -1;
			break;
		case 'v':
			verbosity = 1;
			break;
		case OPT_HELP:
			usage(stdout);
			return 1;
		case OPT_VERSION:
			printf("lsctl-health %s\n", LSCTL_VERSION);
			return 1;
		default:
			return -1;
		}
	if (c->format == NULL)
		c->format = render_find(isatty(STDOUT_FILENO) ? "table" : "json");
	c->names = argv + optind;
	c->n = (size_t)(argc - optind);
	log_init("lsctl-health", verbosity);
	return 0;
}

/* 0, or the exit status. */
static int
put(const struct call *c, const struct health *h)
{
	bool clear = c->watch_s > 0 && strcmp(c->format->name, "table") == 0 &&
	    isatty(STDOUT_FILENO);
	struct buf out;
	int status = 0;

	if (c->quiet)
		return 0;
	buf_init(&out, RENDER_MAX);
	if (c->format->render(h, &out) == -1) {
		log_warnx("out of memory");
		status = EX_OSERR;
	} else if ((clear && fputs("\033[H\033[2J", stdout) == EOF) ||
	    fwrite(buf_head(&out), 1, buf_len(&out), stdout) != buf_len(&out) ||
	    fflush(stdout) == EOF) {
		log_warn("stdout");
		status = EX_IOERR;
	}
	buf_free(&out);
	return status;
}

/* One pass, printed: the exit status. trouble: it was printed not as it should be, or not at all. */
static int
pass(const struct call *c, struct collector *k, bool *trouble)
{
	struct health *h = collector_pass(k);
	enum db_fault fault = collector_db(k);
	const char *missing = NULL;
	char why[256];
	int status;

	*trouble = true;
	if (h == NULL)
		return fail(c, EX_OSERR, "out of memory");
	log_debug("db_trips=%llu server_requests=%llu",
	    (unsigned long long)collector_trips(k), (unsigned long long)collector_requests(k));
	if (c->n > 0 && health_pick(h, c->names, c->n, &missing) == -1) {
		snprintf(why, sizeof(why), fault == DB_OK ? "there is no channel %.64s on this host" :
		    "channel %.64s: it does not run, and the database does not tell of it", missing);
		*trouble = c->watch_s == 0;
		return fail(c, fault == DB_OK ? EX_DATAERR : db_exit(fault), why);
	}
	if ((status = put(c, h)) != 0)
		return status;
	*trouble = false;
	if (fault != DB_OK && c->format->no_database != -1)
		return db_exit(fault);
	return c->format->exit_status(h);
}

static int
passes(const struct call *c, struct collector *k)
{
	int64_t next = clock_ms(), now;
	bool trouble;
	int status;

	for (;;) {
		status = pass(c, k, &trouble);
		if (c->watch_s == 0 || trouble)
			return status;
		next += c->watch_s * 1000;
		if ((now = clock_ms()) >= next)
			next = now;	/* it takes longer than that: no backlog */
		else
			usleep((useconds_t)((next - now) * 1000));
	}
}

/* A descriptor for each control socket. */
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
	char host[256], auth[SERVER_AUTH] = "", why[1024];
	int status;

	harden_memory();
	log_init("lsctl-health", 0);
	if ((status = options(&call, argc, argv)) != 0) {
		if (status == 1)
			return 0;
		status = usage(stderr);
		return is_nagios(&call) ? NAGIOS_UNKNOWN : status;
	}
	raise_limit();
	if (server_auth_load(auth, why, sizeof(why)) == -1)
		status = fail(&call, EX_CONFIG, why);
	else if ((k = collector_new(path_host(host, sizeof(host)), auth)) == NULL)
		status = fail(&call, EX_OSERR, "out of memory");
	else
		status = passes(&call, k);
	collector_free(k);
	explicit_bzero(auth, sizeof(auth));
	return status;
}
