/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/log.h"
#include "flv/flv_loop.h"
#include "prepare/ffmpeg.h"
#include "prepare/prepare_argv.h"
#include "prepare/prepare_job.h"
#include "prepare/prepare_loudness.h"
#include "prepare/prepare_overlay.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define ROOM		(1 << 20)	/* with fewer free bytes a disk counts as full */
#define LABEL_BYTES	65536	/* the label of a result is in its first tag */
#define STEM_MAX	200	/* leaves room in a file name for the digest and the suffix */
#define ATTEMPTS	3	/* copy both, copy one, encode both */

static volatile sig_atomic_t last_signal;

/* Adds the bytes of a file to the digest. */
static enum prepare_end
job_digest(struct sha256 *s, const char *path)
{
	static uint8_t block[1 << 17];
	enum prepare_end end = PREPARE_DONE;
	struct stat st;
	ssize_t n = 0;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1) {
		log_warn("%s", path);
		return PREPARE_NO_INPUT;
	}
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		log_warnx("%s: not a regular file", path);
		end = PREPARE_NO_INPUT;
	} else {
		while ((n = read(fd, block, sizeof(block))) > 0)
			sha256_add(s, block, (size_t)n);
	}
	if (n == -1) {
		log_warn("%s", path);
		end = PREPARE_IO;
	}
	close(fd);
	return end;
}

/* Makes the label, a digest of the sources and of the settings. */
static enum prepare_end
job_label(struct prepare_job *j)
{
	const char *files[] = { j->in, j->want.picture, j->want.logo[0] != '\0' ? j->want.logo : NULL };
	char settings[PREPARE_SETTINGS_MAX], hex[2 * SHA256_LEN + 1];
	uint8_t digest[SHA256_LEN];
	enum prepare_end end;
	struct sha256 s;
	size_t i;

	sha256_init(&s);
	for (i = 0; i < nitems(files); i++)
		if (files[i] != NULL && (end = job_digest(&s, files[i])) != PREPARE_DONE)
			return end;
	prepare_settings(&j->want, settings, sizeof(settings));
	sha256_add(&s, settings, strlen(settings));
	sha256_end(&s, digest);
	snprintf(j->label, sizeof(j->label), "lsctl:%s", hex_put(hex, digest, sizeof(digest)));
	return PREPARE_DONE;
}

/* Makes the path of the result, and the pattern of a temporary file in the same folder. */
static enum prepare_end
job_names(struct prepare_job *j)
{
	const char *base = strrchr(j->in, '/'), *dot, *slash;
	int dir_len, stem, n;

	base = base == NULL ? j->in : base + 1;
	dot = strrchr(base, '.');
	stem = dot == NULL || dot == base ? (int)strlen(base) : (int)(dot - base);
	if (stem > STEM_MAX)
		stem = STEM_MAX;
	if (j->out_option != NULL)
		n = snprintf(j->out, sizeof(j->out), "%s", j->out_option);
	else if (j->dir_option != NULL)
		n = snprintf(j->out, sizeof(j->out), "%s/%.*s-%.16s.flv", j->dir_option,
		    stem, base, j->label + 6);
	else
		n = snprintf(j->out, sizeof(j->out), "%.*s%.*s-%.16s.flv",
		    (int)(base - j->in), j->in, stem, base, j->label + 6);
	slash = strrchr(j->out, '/');
	dir_len = slash == NULL ? 0 : (int)(slash + 1 - j->out);
	if (n < 0 || (size_t)n + 9 > sizeof(j->out)) {
		log_warnx("%s: the name is too long", j->in);
		return PREPARE_LONG_NAME;
	}
	snprintf(j->tmp, sizeof(j->tmp), "%.*s.%.*s.XXXXXX", dir_len, j->out, STEM_MAX,
	    j->out + dir_len);
	return PREPARE_DONE;
}

/* Is there a complete result of this source and these settings already? */
static bool
is_done(const struct prepare_job *j)
{
	static uint8_t head[LABEL_BYTES];
	int fd = open(j->out, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *path = j->out;
	struct flv_fault fault;
	struct flv_loop *l;
	ssize_t n;

	if (fd == -1)
		return false;
	n = read(fd, head, sizeof(head));
	close(fd);
	if (n <= 0 || memmem(head, (size_t)n, j->label, strlen(j->label)) == NULL)
		return false;
	if ((l = flv_loop_open(&path, 1, &fault)) == NULL)
		return false;
	flv_loop_close(l);
	return true;
}

static enum prepare_end
file_probe(struct prepare_source *s, const char *path)
{
	struct error err;
	const char *fault;
	enum prepare_end end = PREPARE_DONE;
	enum ffmpeg_end run;
	struct buf out;

	buf_init(&out, 4 << 20);
	run = ffmpeg_probe(path, &out, &err);
	if (run != FFMPEG_DONE) {
		log_warnx("%s: %s", path, err.text);
		end = run == FFMPEG_MISSING ? PREPARE_NO_FFMPEG :
		    run == FFMPEG_FAILED ? PREPARE_BAD_INPUT : PREPARE_SYSTEM;
	} else if (prepare_source_read(s, (const char *)buf_head(&out),
	    buf_len(&out), &fault) == -1) {
		log_warnx("%s: %s", path, fault);
		end = PREPARE_BAD_INPUT;
	}
	buf_free(&out);
	return end;
}

static enum prepare_end
job_probe(struct prepare_job *j)
{
	struct prepare_source picture;
	enum prepare_end end;
	const char *fault;

	if ((end = file_probe(&j->source, j->in)) != PREPARE_DONE)
		return end;
	if (j->want.logo[0] != '\0') {
		if ((end = file_probe(&picture, j->want.logo)) != PREPARE_DONE)
			return end;
		if (!picture.video) {
			log_warnx("%s: it is no picture", j->want.logo);
			return PREPARE_BAD_INPUT;
		}
	}
	if (j->want.picture != NULL) {
		if ((end = file_probe(&picture, j->want.picture)) != PREPARE_DONE)
			return end;
		if (prepare_source_show(&j->source, &picture, &fault) == 0)
			return PREPARE_DONE;
		log_warnx("%s: %s", picture.video && picture.still ? j->in : j->want.picture, fault);
		return PREPARE_BAD_INPUT;
	}
	if (j->source.video)
		return PREPARE_DONE;
	log_warnx("%s: it has no video, and no cover: --picture FILE gives it one", j->in);
	return PREPARE_BAD_INPUT;
}

static struct prepare_files
job_files(const struct prepare_job *j, const char *out)
{
	return (struct prepare_files){ .in = j->in, .out = out, .picture = j->want.picture, .logo = j->want.logo };
}

static void
print_command(char *const argv[])
{
	struct buf b;
	size_t i;

	buf_init(&b, 16384);
	for (i = 0; argv[i] != NULL; i++)
		buf_addf(&b, " %s", argv[i]);
	log_debug("running%.*s", (int)buf_len(&b), (const char *)buf_head(&b));
	buf_free(&b);
}

static void
print_plan(const struct prepare_job *j, char *const argv[])
{
	const struct prepare_plan *p = &j->plan;

	if (p->copy_video && p->copy_audio)
		log_info("%s: video and audio are copied", j->in);
	if (!p->copy_video)
		log_info("%s: video is encoded: %s", j->in, p->video_reason);
	if (!p->copy_audio)
		log_info("%s: audio is encoded: %s", j->in, p->audio_reason);
	if (!p->copy_audio && p->measured && p->loudness < 0)
		log_info("%s: audio of %.1f LUFS gets %+.1f dB", j->in, p->lufs, p->gain_db);
	print_command(argv);
}

static enum prepare_end
job_bad(const struct prepare_job *j)
{
	log_warnx("%s: the result does not loop well: %s", j->in, j->plan.fault);
	return PREPARE_BAD_RESULT;
}

/* Decides whether the temporary file is a good result, or another attempt is needed. */
static enum prepare_end
job_judge(struct prepare_job *j)
{
	const char *path = j->tmp;
	struct prepare_result r = { 0 };
	const struct flv_loop_facts *x;
	struct flv_fault fault;
	struct flv_loop *l;
	int rc;

	if ((l = flv_loop_open(&path, 1, &fault)) == NULL) {
		if (fault.error == 0 && prepare_reject(&j->plan, fault.reason) == 1)
			return PREPARE_AGAIN;
		log_warnx("%s: the result cannot be played: %s", j->in, fault.reason);
		return fault.error == 0 ? PREPARE_BAD_RESULT : PREPARE_IO;
	}
	x = flv_loop_facts(l, 0);
	r.constant_fps = x->constant_fps;
	r.audio_even = x->audio_even;
	r.fps = x->video.fps;
	r.ms = x->ms;
	r.kbps = x->video_bytes * 8 / x->ms;
	r.key_min_ms = x->key_min_ms;
	r.key_max_ms = x->key_max_ms;
	r.audio_late_ms = x->audio_late_ms;
	r.audio_short_ms = x->audio_short_ms;
	flv_loop_close(l);
	if ((rc = prepare_judge(&j->plan, &j->want, &r)) == 0)
		return PREPARE_DONE;
	if (rc == 1)
		return PREPARE_AGAIN;
	return job_bad(j);
}

/* Did ffmpeg end because there is no more room? Its exit status does not say. */
static bool
is_full(int fd, int64_t bytes_max, enum ffmpeg_end end)
{
	struct stat st;
	int error;

	if (fstat(fd, &st) == -1)
		return false;
	if (end == FFMPEG_DONE)
		return st.st_size >= bytes_max;
	if (end != FFMPEG_FAILED)
		return false;
	error = posix_fallocate(fd, st.st_size, ROOM);
	return error == ENOSPC || error == EDQUOT;
}

static enum prepare_end
job_no_room(const struct prepare_job *j)
{
	log_warnx("%s: the film needs more than the disk has, of which 1/%d stays free: %s", j->tmp, FILE_ROOM_KEPT, strerror(ENOSPC));
	return PREPARE_IO;
}

/* What a run of ffmpeg that was not FFMPEG_DONE means; logged. */
static enum prepare_end
run_failed(struct prepare_job *j, enum ffmpeg_end end, const struct error *err)
{
	if (end == FFMPEG_STOPPED)
		j->signal = last_signal;
	log_warnx("%s: %s", j->in, err->text);
	return end == FFMPEG_MISSING ? PREPARE_NO_FFMPEG : end == FFMPEG_FAILED ? PREPARE_BAD_INPUT : PREPARE_SYSTEM;
}

static enum prepare_end
job_measure(struct prepare_job *j)
{
	const struct prepare_files files = job_files(j, j->tmp);
	char **argv = prepare_argv_measure(&j->plan, &files), log[4096];
	struct progress bar;
	enum ffmpeg_end end;
	struct error err;
	double seconds;

	if (argv == NULL) {
		log_warn("%s", j->in);
		return PREPARE_SYSTEM;
	}
	print_command(argv);
	progress_start(&bar, "measure", j->quiet);
	end = ffmpeg_measure(argv, j->plan.seconds, &bar, log, sizeof(log), &seconds, &err);
	prepare_argv_free(argv);
	if (end != FFMPEG_DONE)
		return run_failed(j, end, &err);
	if (prepare_measured(&j->plan, log, seconds) == -1) {
		log_warnx("%s: ffmpeg did not say how loud it is", j->in);
		return PREPARE_BAD_INPUT;
	}
	return PREPARE_DONE;
}

/* Runs ffmpeg once to write the temporary file; returns as job_judge(). */
static enum prepare_end
job_attempt(struct prepare_job *j, int fd)
{
	enum prepare_end measured;
	struct prepare_files files;
	struct progress bar;
	enum ffmpeg_end end;
	struct error err;
	char **argv;

	/* a small film can say that it lasts for years */
	if (file_room(j->tmp, &j->plan.bytes_max) == -1 || j->plan.bytes_max <= 0)
		return job_no_room(j);
	if (prepare_must_measure(&j->plan) && (measured = job_measure(j)) != PREPARE_DONE)
		return measured;
	files = job_files(j, j->tmp);
	argv = prepare_argv(&j->plan, &files, j->label);
	if (argv == NULL) {
		log_warn("%s", j->in);
		return PREPARE_SYSTEM;
	}
	print_plan(j, argv);
	progress_start(&bar, "prepare", j->quiet);
	bar.report = j->report;
	bar.arg = j->report_arg;
	end = ffmpeg_run(argv, j->plan.seconds, &bar, &err);
	prepare_argv_free(argv);
	if (is_full(fd, j->plan.bytes_max, end))
		return job_no_room(j);
	if (end == FFMPEG_DONE)
		return job_judge(j);
	/* A track that cannot be copied can be encoded: FLV may have no id for its codec. */
	if (end == FFMPEG_FAILED && prepare_reject(&j->plan, err.text) == 1)
		return PREPARE_AGAIN;
	return run_failed(j, end, &err);
}

/* Renames the temporary file to the result, after its bytes are on disk. */
static enum prepare_end
job_publish(struct prepare_job *j, int fd)
{
	char dir[PATH_MAX], *slash;
	mode_t mask = umask(0);
	int dfd, rc;

	umask(mask);
	if (fchmod(fd, 0666 & ~mask) == -1 || fsync(fd) == -1) {
		log_warn("%s", j->tmp);
		return PREPARE_IO;
	}
	if (rename(j->tmp, j->out) == -1) {
		log_warn("%s", j->out);
		return PREPARE_NO_OUTPUT;
	}
	strlcpy(dir, j->out, sizeof(dir));
	slash = strrchr(dir, '/');
	if (slash != NULL)
		slash[1] = '\0';
	if ((dfd = open(slash == NULL ? "." : dir, O_RDONLY | O_DIRECTORY)) == -1)
		return PREPARE_DONE;
	rc = fsync(dfd);
	close(dfd);
	if (rc == -1) {
		log_warn("%s", dir);
		return PREPARE_IO;
	}
	return PREPARE_DONE;
}

static enum prepare_end
job_overlay(struct prepare_job *j)
{
	struct error err;
	enum ffmpeg_end end;

	if (!j->plan.title && !j->plan.clock)
		return PREPARE_DONE;
	if ((end = ffmpeg_font(&err)) != FFMPEG_DONE)
		return run_failed(j, end, &err);
	if (!j->plan.title || overlay_open(&j->plan, j->want.title) == 0)
		return PREPARE_DONE;
	log_warn("%s", j->in);
	return PREPARE_SYSTEM;
}

static enum prepare_end
job_make(struct prepare_job *j)
{
	enum prepare_end end;
	int fd, i;

	if ((fd = mkostemp(j->tmp, O_CLOEXEC)) == -1) {
		log_warn("%s", j->tmp);
		return PREPARE_NO_OUTPUT;
	}
	if ((end = job_overlay(j)) == PREPARE_DONE)
		end = PREPARE_AGAIN;
	for (i = 0; i < ATTEMPTS && end == PREPARE_AGAIN; i++)
		end = job_attempt(j, fd);
	if (end == PREPARE_AGAIN)
		end = job_bad(j);
	if (end == PREPARE_DONE)
		end = job_publish(j, fd);
	if (end != PREPARE_DONE)
		unlink(j->tmp);
	if (j->plan.title_fd > 0)
		close(j->plan.title_fd);
	close(fd);
	return end;
}

static void
on_signal(int sig)
{
	last_signal = sig;	/* the signal also interrupts child_read() */
}

/* Blocks signals, so that the temporary file is removed before a signal ends the process. */
static void
signals_hold(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal }, old;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < nitems(ends); i++) {
		sigaction(ends[i], NULL, &old);
		if (old.sa_handler == SIG_IGN)		/* nohup(1) */
			continue;
		sigaction(ends[i], &sa, NULL);
		sigaddset(&set, ends[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
}

enum prepare_end
prepare_job_run(struct prepare_job *j)
{
	struct prepare_files files;
	char **argv;
	enum prepare_end end;

	last_signal = 0;
	j->signal = 0;
	if ((end = job_label(j)) != PREPARE_DONE || (end = job_names(j)) != PREPARE_DONE)
		return end;
	if (!j->force && is_done(j)) {
		log_info("%s: done already", j->in);
		return PREPARE_DONE;
	}
	if (!j->force && j->out_option != NULL && access(j->out, F_OK) == 0) {
		log_warnx("%s exists and is no result of this film and these settings: --force replaces it", j->out);
		return PREPARE_NO_OUTPUT;
	}
	if ((end = job_probe(j)) != PREPARE_DONE)
		return end;
	prepare_plan(&j->plan, &j->want, &j->source);
	if (!j->dry) {
		signals_hold();
		return job_make(j);
	}
	files = job_files(j, j->out);
	if ((argv = prepare_argv(&j->plan, &files, j->label)) != NULL)
		print_plan(j, argv);
	prepare_argv_free(argv);
	return PREPARE_DONE;
}
