/* SPDX-License-Identifier: ISC */
/* Makes files that can be looped, checks them, and plays them for ever. */
#include "base/base.h"
#include "base/log.h"
#include "flv/flv.h"
#include "flv/flv_loop.h"
#include "forward/serve.h"
#include "packet/packet.h"
#include "prepare/prepare_job.h"
#include "prepare/prepare_plan.h"

#include <getopt.h>
#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#define KEYFRAME_MAX_MS	4000	/* what YouTube and Facebook accept at most */

static int	check(int, char **);
static int	join(int, char **);
static int	prepare(int, char **);
static int	run(int, char **);

static const struct command {
	const char	*name;
	int		(*run)(int, char **);	/* the exit status */
	const char	*usage;
} commands[] = {
	{ "prepare", prepare, "[-fnqv] [-o OUT | -d DIR] [--profile WxH@FPS] [--bitrate RATE]\n"
	    "\t    [--audio RATE/CHANNELS] [--preset NAME] FILE" },
	{ "check", check, "FILE..." },
	{ "run", run, "[-nqv] [-s SOCKET] SPEC" },
	{ "join", join, "[-r ROUNDS] FILE... > FLV" },
};

static void
usage_print(FILE *to)
{
	size_t i;

	for (i = 0; i < nitems(commands); i++)
		fprintf(to, "%s lsctl-loop %s %s\n", i == 0 ? "usage:" : "      ",
		    commands[i].name, commands[i].usage);
	fputs("       lsctl-loop --help | --version\n", to);
}

static int
usage(void)
{
	usage_print(stderr);
	return EX_USAGE;
}

/* -- run -- */

static int
run(int argc, char **argv)
{
	struct serve_options opt = { .kind = SPEC_LOOP };
	int c, verbosity = 0;

	while ((c = getopt(argc, argv, "nqs:v")) != -1)
		switch (c) {
		case 'n':
			opt.check = true;
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
		default:
			return usage();
		}
	if (argc - optind != 1)
		return usage();
	opt.spec = argv[optind];
	log_init("lsctl-loop", verbosity);
	return serve(&opt);
}

/* -- check -- */

static void
facts_print(const char *path, const struct flv_loop_facts *x)
{
	char video[64], audio[64];

	video_format_print(&x->video, video, sizeof(video));
	audio_format_print(&x->audio, audio, sizeof(audio));
	printf("%s: %lld.%03lld s, %s, %s, %lld kb/s, keyframes every %.2f s", path,
	    (long long)x->ms / 1000, (long long)x->ms % 1000, video, audio,
	    (long long)(x->bytes * 8 / x->ms), (double)x->key_max_ms / 1000);
}

/* Prints what keeps a file that plays from looping well; true when there is something. */
static bool
flaws_print(const struct flv_loop_facts *x)
{
	bool flaw = false;

	if (!x->constant_fps)
		flaw = printf("; its frame rate is not constant") > 0;
	if (x->key_max_ms > KEYFRAME_MAX_MS)
		flaw = printf("; its keyframes are too far apart") > 0;
	if (!x->audio_even)
		flaw = printf("; its audio has holes") > 0;
	if (x->audio_short_ms > 0)
		flaw = printf("; its audio ends %lld ms before its video",
		    (long long)x->audio_short_ms) > 0;
	if (x->bad > 0)		/* nothing to hear or see: ffmpeg writes one for ADTS */
		printf("; %u empty or broken messages are left out", x->bad);
	return flaw;
}

/* The exit status that path alone would give. */
static int
check_file(const char *path)
{
	struct flv_fault fault;
	struct flv_loop *l;
	int status;

	if ((l = flv_loop_open(&path, 1, &fault)) == NULL) {
		if (fault.offset >= 0)
			printf("%s: byte %lld: %s\n", path, (long long)fault.offset, fault.why);
		else
			printf("%s: %s\n", path, fault.why);
		return EX_DATAERR;
	}
	facts_print(path, flv_loop_facts(l, 0));
	status = flaws_print(flv_loop_facts(l, 0)) ? 1 : 0;
	printf("\n");
	flv_loop_close(l);
	return status;
}

static int
check(int argc, char **argv)
{
	int status = 0, one, i;

	if (getopt(argc, argv, "") != -1 || optind == argc)
		return usage();
	for (i = optind; i < argc; i++) {
		if ((one = check_file(argv[i])) > status)
			status = one;
	}
	if (fflush(stdout) == EOF) {
		log_warn("stdout");
		return EX_IOERR;
	}
	return status;
}

/* -- join -- */

static int
message_write(const struct packet *p)
{
	struct flv_tag t = { p->type, p->len, p->time };
	uint8_t head[FLV_TAG_HEADER], size[FLV_TAG_TRAILER];

	flv_tag_header(head, &t);
	put_be32(size, FLV_TAG_HEADER + p->len);
	return fwrite(head, sizeof(head), 1, stdout) == 1 &&
	    fwrite(p->data, 1, p->len, stdout) == p->len &&
	    fwrite(size, sizeof(size), 1, stdout) == 1 ? 0 : -1;
}

/* Rounds of l to stdout, as fast as they go. */
static int
rounds_write(struct flv_loop *l, uint64_t rounds)
{
	uint8_t head[FLV_FILE_HEADER];
	struct arena *a;
	struct packet *p;
	int64_t time;
	bool over;
	int rc;

	if ((a = arena_new(1 << 20)) == NULL) {
		log_warn("join");
		return EX_OSERR;
	}
	flv_file_header(head);
	rc = fwrite(head, sizeof(head), 1, stdout) == 1 ? 0 : -1;
	while (rc == 0 && (rc = flv_loop_next(l, a, &p, &time)) == 0) {
		over = flv_loop_rounds(l) >= rounds;
		if (!over)
			rc = message_write(p);
		packet_unref(p);
		if (over)
			break;
	}
	if (rc == -1 || fflush(stdout) == EOF) {
		log_warn("join");
		rc = -1;
	}
	arena_free(a);
	return rc == 0 ? 0 : EX_IOERR;
}

static int
join(int argc, char **argv)
{
	struct flv_fault fault;
	const char *err = NULL;
	long long rounds = 2;
	struct flv_loop *l;
	int opt, status;

	while ((opt = getopt(argc, argv, "r:")) != -1) {
		if (opt != 'r')
			return usage();
		rounds = strtonum(optarg, 1, 1000000, &err);
		if (err != NULL) {
			log_warnx("%s: %s", optarg, err);
			return usage();
		}
	}
	if (optind == argc || isatty(STDOUT_FILENO))
		return usage();
	argc -= optind;
	argv += optind;
	l = flv_loop_open((const char *const *)argv, (size_t)argc, &fault);
	if (l == NULL) {
		log_warnx("%s: %s", argv[fault.file], fault.why);
		return EX_DATAERR;
	}
	status = rounds_write(l, (uint64_t)rounds);
	flv_loop_close(l);
	return status;
}

/* -- prepare -- */

enum { OPT_PROFILE = 256, OPT_BITRATE, OPT_AUDIO, OPT_PRESET };

static const struct option prepare_long[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "directory", required_argument, NULL, 'd' },
	{ "force", no_argument, NULL, 'f' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "profile", required_argument, NULL, OPT_PROFILE },
	{ "bitrate", required_argument, NULL, OPT_BITRATE },
	{ "audio", required_argument, NULL, OPT_AUDIO },
	{ "preset", required_argument, NULL, OPT_PRESET },
	{ NULL, 0, NULL, 0 }
};

static int
is_preset(const char *s)
{
	static const char *const presets[] = {
		"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow",
		"slower", "veryslow"
	};
	size_t i;

	for (i = 0; i < nitems(presets); i++) {
		if (strcmp(presets[i], s) == 0)
			return 0;
	}
	return -1;
}

/* The options with a value that can be wrong. 0, or -1 when it is; logged. */
static int
prepare_want_option(struct prepare_want *w, int opt, const char *value)
{
	int rc = -1;

	switch (opt) {
	case OPT_PROFILE:
		rc = prepare_profile(w, value);
		break;
	case OPT_BITRATE:
		rc = prepare_bitrate(w, value);
		break;
	case OPT_AUDIO:
		rc = prepare_audio(w, value);
		break;
	case OPT_PRESET:
		if ((rc = is_preset(value)) == 0)
			w->preset = value;
		break;
	}
	if (rc == -1 && opt != '?')
		log_warnx("%s: not understood", value);
	return rc;
}

/* 0, or -1 for wrong usage. */
static int
prepare_options(struct prepare_job *j, int argc, char **argv)
{
	int verbosity = 0, opt;

	while ((opt = getopt_long(argc, argv, "d:fno:qv", prepare_long, NULL)) != -1) {
		switch (opt) {
		case 'd':
			j->dir_option = optarg;
			break;
		case 'f':
			j->force = true;
			break;
		case 'n':
			j->dry = true;
			break;
		case 'o':
			j->out_option = optarg;
			break;
		case 'q':
			j->quiet = true;
			verbosity = -1;
			break;
		case 'v':
			verbosity = 1;
			break;
		default:
			if (prepare_want_option(&j->want, opt, optarg) == -1)
				return -1;
		}
	}
	log_init("lsctl-loop", verbosity);
	if (optind + 1 != argc || (j->out_option != NULL && j->dir_option != NULL))
		return -1;
	j->in = argv[optind];
	return 0;
}

static int
prepare(int argc, char **argv)
{
	static struct prepare_job job = { .want = { .preset = "medium" } };
	sigset_t none;
	int status;

	if (prepare_options(&job, argc, argv) == -1)
		return usage();
	status = prepare_job_run(&job);
	if (job.signal != 0) {
		/* Whoever waits for us sees which signal it was. */
		sigemptyset(&none);
		signal(job.signal, SIG_DFL);
		raise(job.signal);
		sigprocmask(SIG_SETMASK, &none, NULL);
	}
	if (status == 0 && (puts(job.out) == EOF || fflush(stdout) == EOF)) {
		log_warn("stdout");
		return EX_IOERR;
	}
	return status;
}

int
main(int argc, char **argv)
{
	size_t i;

	log_init("lsctl-loop", 0);
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("lsctl-loop " LSCTL_VERSION);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		usage_print(stdout);
		return 0;
	}
	for (i = 0; argc > 1 && i < nitems(commands); i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	}
	return usage();
}
