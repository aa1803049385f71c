/* SPDX-License-Identifier: ISC */
/*
 * lsctl-forward: holds every destination of one channel and splices the best source into one
 * unbroken stream. See lsctl-forward(8).
 */
#include "base/base.h"
#include "base/log.h"
#include "forward/serve.h"
#include "process/ctl.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <sysexits.h>
#include <unistd.h>

__attribute__((noreturn)) static void
usage(int status)
{
	fprintf(status == 0 ? stdout : stderr,
	    "usage: lsctl-forward [-nqv] [-o -] [-s SOCKET] SPEC\n"
	    "       lsctl-forward ctl SOCKET status|dump|reload\n"
	    "       lsctl-forward ctl SOCKET switch SOURCE|auto|off [--for TIME]\n"
	    "       lsctl-forward --version\n");
	exit(status);
}

/* -- the control client -- */

/* "90", "90s", "10m", "2h" in ms; -1: not a time. */
static int64_t
parse_time(const char *s)
{
	static const struct { char unit; int64_t ms; } units[] = {
		{ '\0', 1000 }, { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }
	};
	char *end;
	long long n;
	size_t i;

	errno = 0;
	n = strtoll(s, &end, 10);
	if (end == s || n <= 0 || n > 1000000 || errno != 0)
		return -1;
	for (i = 0; i < nitems(units); i++)
		if (end[0] == units[i].unit &&
		    (end[0] == '\0' || end[1] == '\0'))
			return n * units[i].ms;
	return -1;
}

static json_t *
question(int argc, char **argv)
{
	int64_t for_ms = 0;

	if (strcmp(argv[0], "switch") != 0)
		return argc == 1 ? json_pack("{ss}", "cmd", argv[0]) : NULL;
	if (argc == 4 && strcmp(argv[2], "--for") == 0)
		for_ms = parse_time(argv[3]);
	else if (argc != 2)
		return NULL;
	return for_ms < 0 ? NULL : json_pack("{sssssI}", "cmd", "switch", "to",
	    argv[1], "for_ms", (json_int_t)for_ms);
}

static int
control(int argc, char **argv)
{
	json_t *q, *a;
	char *line, *text;
	int status;

	if (argc < 2 || (q = question(argc - 1, argv + 1)) == NULL)
		usage(EX_USAGE);
	line = json_dumps(q, JSON_COMPACT);
	if (line == NULL || (text = ctl_ask(argv[0], line)) == NULL)
		err(EX_UNAVAILABLE, "%s: no forwarder answers", argv[0]);
	puts(text);
	a = json_loads(text, 0, NULL);
	status = json_is_false(json_object_get(a, "ok")) ? 1 : 0;
	json_decref(a);
	json_decref(q);
	free(line);
	free(text);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	struct serve_options opt = { .kind = SPEC_FORWARD };
	int c, verbosity = 0;

	if (argc > 1 && strcmp(argv[1], "ctl") == 0)
		return control(argc - 2, argv + 2);
	while ((c = getopt_long(argc, argv, "hno:qs:v", longs, NULL)) != -1)
		switch (c) {
		case 'n':
			opt.check = true;
			break;
		case 'o':
			if (strcmp(optarg, "-") != 0)
				errx(EX_USAGE, "-o writes to stdout only: -o -");
			opt.flv_output = true;
			break;
		case 'q':
			verbosity = -1;
			break;
		case 's':
			opt.socket = optarg;
			break;
		case 'v':
			verbosity = 1;
			break;
		case 'V':
			puts("lsctl-forward " LSCTL_VERSION);
			return 0;
		case 'h':
			usage(0);
		default:
			usage(EX_USAGE);
		}
	if (argc - optind != 1)
		usage(EX_USAGE);
	if (opt.flv_output && isatty(STDOUT_FILENO))
		errx(EX_USAGE, "-o - writes a stream: send it to a file or a pipe");
	opt.spec = argv[optind];
	log_init("lsctl-forward", verbosity);
	return serve(&opt);
}
