/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_argv.h"
#include "prepare/prepare_filter.h"

#include <stdarg.h>

#define ARGS_MAX	80
#define FILTER_MAX	8192

struct args {
	char	**v;
	size_t	 n;
	bool	 bad;
};

static void arg_add(struct args *, const char *, ...) printf_like(2, 3);

static void
arg_add(struct args *a, const char *fmt, ...)
{
	va_list ap;

	if (a->bad || a->n + 1 >= ARGS_MAX) {
		a->bad = true;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&a->v[a->n], fmt, ap) == -1) {
		a->v[a->n] = NULL;
		a->bad = true;
	} else
		a->n++;
	va_end(ap);
}

/* Adds arguments that need no formatting, NULL at the end. */
static void
args_add(struct args *a, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, a);
	while ((s = va_arg(ap, const char *)) != NULL)
		arg_add(a, "%s", s);
	va_end(ap);
}

/* Adds an option whose value is a list of filters. */
static void
filter_add(struct args *a, const char *option, void (*filter)(struct buf *, const struct prepare_plan *),
    const struct prepare_plan *p)
{
	struct buf b;

	buf_init(&b, FILTER_MAX);
	filter(&b, p);
	arg_add(a, "%s", option);
	arg_add(a, "%.*s", (int)buf_len(&b), (const char *)buf_head(&b));
	a->bad = a->bad || buf_len(&b) == 0;
	buf_free(&b);
}

static void
video_args(struct args *a, const struct prepare_plan *p)
{
	char tags[96];

	if (p->copy_video) {
		args_add(a, "-c:v", "copy", NULL);
		if (p->tag) {
			args_add(a, "-bsf:v", NULL);
			arg_add(a, "h264_metadata=%s", colours_tags(&p->colours, tags, sizeof(tags)));
		}
		return;
	}
	filter_add(a, "-vf", prepare_filter_video, p);
	args_add(a, "-c:v", "libx264", "-profile:v", "high", "-flags", "+cgop",
	    "-sc_threshold", "0", "-bf", "2", "-preset", p->preset, NULL);
	args_add(a, "-g", NULL);
	arg_add(a, "%d", p->gop);
	args_add(a, "-keyint_min", NULL);
	arg_add(a, "%d", p->gop);
	args_add(a, "-b:v", NULL);
	arg_add(a, "%dk", p->kbps);
	args_add(a, "-maxrate", NULL);
	arg_add(a, "%dk", p->kbps);
	args_add(a, "-bufsize", NULL);
	arg_add(a, "%dk", p->kbps);
}

static void
audio_args(struct args *a, const struct prepare_plan *p)
{
	if (p->copy_audio) {
		args_add(a, "-c:a", "copy", NULL);
		return;
	}
	filter_add(a, "-af", prepare_filter_audio, p);
	args_add(a, "-c:a", "aac", "-b:a", "128k", "-ar", NULL);
	arg_add(a, "%d", p->rate);
	args_add(a, "-ac", NULL);
	arg_add(a, "%d", p->channels);
}

/* Adds an input, and returns its number. file: else ffmpeg takes a name with a colon for a protocol. */
static int
input_add(struct args *a, int *inputs, const char *file)
{
	args_add(a, "-i", NULL);
	arg_add(a, "file:%s", file);
	return (*inputs)++;
}

static void
inputs_add(struct args *a, const struct prepare_plan *p, const struct prepare_files *f)
{
	int n = 0, video, audio;

	video = audio = input_add(a, &n, f->in);
	if (f->picture != NULL)
		video = input_add(a, &n, f->picture);
	if (p->silence) {
		args_add(a, "-f", "lavfi", "-i", NULL);
		arg_add(a, "anullsrc=r=%d:cl=%s", p->rate,
		    p->channels == 1 ? "mono" : "stereo");
		audio = n++;
	}
	args_add(a, "-map", NULL);
	arg_add(a, "%d:%s:0", video, p->cover ? "v" : "V");	/* V: no covers */
	args_add(a, "-map", NULL);
	arg_add(a, "%d:a:0", audio);
}

static char **
args_end(struct args *a)
{
	if (!a->bad)
		return a->v;
	prepare_argv_free(a->v);
	return NULL;
}

char **
prepare_argv(const struct prepare_plan *p, const struct prepare_files *f, const char *label)
{
	struct args a = { 0 };

	if ((a.v = calloc(ARGS_MAX, sizeof(*a.v))) == NULL)
		return NULL;
	args_add(&a, "ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y",
	    "-progress", "pipe:1", NULL);
	inputs_add(&a, p, f);
	args_add(&a, "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", NULL);
	video_args(&a, p);
	audio_args(&a, p);
	if (p->seconds <= 0)
		args_add(&a, "-shortest", NULL);
	arg_add(&a, "-metadata");
	arg_add(&a, "comment=%s", label);
	if (p->bytes_max > 0) {
		args_add(&a, "-fs", NULL);
		arg_add(&a, "%lld", (long long)p->bytes_max);
	}
	args_add(&a, "-f", "flv", NULL);
	arg_add(&a, "file:%s", f->out);
	return args_end(&a);
}

char **
prepare_argv_measure(const struct prepare_plan *p, const struct prepare_files *f)
{
	struct args a = { 0 };
	int n = 0;

	if ((a.v = calloc(ARGS_MAX, sizeof(*a.v))) == NULL)
		return NULL;
	/* ebur128 has its result at the level info */
	args_add(&a, "ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-v", "info", "-progress", "pipe:1", NULL);
	input_add(&a, &n, f->in);
	args_add(&a, "-map", "0:a:0", NULL);
	filter_add(&a, "-af", prepare_filter_measure, p);
	args_add(&a, "-f", "null", "-", NULL);
	return args_end(&a);
}

void
prepare_argv_free(char **v)
{
	size_t i;

	if (v == NULL)
		return;
	for (i = 0; v[i] != NULL; i++)
		free(v[i]);
	free(v);
}
