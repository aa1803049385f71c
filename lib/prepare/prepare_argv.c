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

static void
args_add_filters(struct args *a, const char *option, struct buf *b)
{
	arg_add(a, "%s", option);
	arg_add(a, "%.*s", (int)buf_len(b), (const char *)buf_head(b));
	a->bad = a->bad || buf_len(b) == 0;
	buf_free(b);
}

/* The numbers of the inputs. */
struct inputs {
	int	 n, video, audio, logo;
};

static void
video_filter(struct args *a, const struct prepare_plan *p, const struct inputs *in)
{
	struct buf b;

	buf_init(&b, FILTER_MAX);
	if (p->logo)
		buf_addf(&b, "[%d:%s:0]", in->video, p->cover ? "v" : "V");
	prepare_filter_video(&b, p, in->logo);
	if (p->logo)
		buf_addf(&b, "[video]");
	args_add_filters(a, p->logo ? "-filter_complex" : "-vf", &b);
}

static void
video_args(struct args *a, const struct prepare_plan *p, const struct inputs *in)
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
	video_filter(a, p, in);
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
	struct buf b;

	if (p->copy_audio) {
		args_add(a, "-c:a", "copy", NULL);
		return;
	}
	buf_init(&b, FILTER_MAX);
	prepare_filter_audio(&b, p);
	args_add_filters(a, "-af", &b);
	args_add(a, "-c:a", "aac", "-b:a", "128k", "-ar", NULL);
	arg_add(a, "%d", p->rate);
	args_add(a, "-ac", NULL);
	arg_add(a, "%d", p->channels);
}

/* file: else ffmpeg takes a name with a colon for a protocol. */
static void
input_add(struct args *a, const char *file)
{
	args_add(a, "-i", NULL);
	arg_add(a, "file:%s", file);
}

static void
inputs_add(struct args *a, struct inputs *in, const struct prepare_plan *p, const struct prepare_files *f)
{
	input_add(a, f->in);
	in->n = 1;
	if (f->picture != NULL) {
		input_add(a, f->picture);
		in->video = in->n++;
	}
	if (p->silence) {
		args_add(a, "-f", "lavfi", "-i", NULL);
		arg_add(a, "anullsrc=r=%d:cl=%s", p->rate,
		    p->channels == 1 ? "mono" : "stereo");
		in->audio = in->n++;
	}
	if (p->logo) {
		input_add(a, f->logo);
		in->logo = in->n++;
	}
}

static void
maps_add(struct args *a, const struct inputs *in, const struct prepare_plan *p)
{
	args_add(a, "-map", NULL);
	if (p->logo)
		args_add(a, "[video]", NULL);
	else
		arg_add(a, "%d:%s:0", in->video, p->cover ? "v" : "V");	/* V: no covers */
	args_add(a, "-map", NULL);
	arg_add(a, "%d:a:0", in->audio);
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
	struct inputs in = { 0 };
	struct args a = { 0 };

	if ((a.v = calloc(ARGS_MAX, sizeof(*a.v))) == NULL)
		return NULL;
	args_add(&a, "ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y",
	    "-progress", "pipe:1", NULL);
	inputs_add(&a, &in, p, f);
	maps_add(&a, &in, p);
	args_add(&a, "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", NULL);
	video_args(&a, p, &in);
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
	struct buf b;

	if ((a.v = calloc(ARGS_MAX, sizeof(*a.v))) == NULL)
		return NULL;
	/* ebur128 has its result at the level info */
	args_add(&a, "ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-v", "info", "-progress", "pipe:1", NULL);
	input_add(&a, f->in);
	args_add(&a, "-map", "0:a:0", NULL);
	buf_init(&b, FILTER_MAX);
	prepare_filter_measure(&b, p);
	args_add_filters(&a, "-af", &b);
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
