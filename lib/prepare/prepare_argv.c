/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_argv.h"

#include <stdarg.h>

#define ARGS_MAX	80
#define AAC_FRAME	1024	/* samples */

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

/* Number of video frames of the result, 0: the length of the source is unknown. */
static long long
frames_of(const struct prepare_plan *p)
{
	return (long long)(p->seconds * p->fps.num / p->fps.den + 0.5);
}

static void
video_args(struct args *a, const struct prepare_plan *p)
{
	char end[48] = "";

	if (p->copy_video) {
		args_add(a, "-c:v", "copy", NULL);
		return;
	}
	if (frames_of(p) > 0)
		snprintf(end, sizeof(end), ",trim=end_frame=%lld", frames_of(p));
	args_add(a, "-vf", NULL);
	/* start_time: if video begins later than the film, its first frame is repeated. */
	arg_add(a, "%s%sfps=%d/%d:start_time=0,"
	    "scale=%d:%d:force_original_aspect_ratio=decrease:force_divisible_by=2,"
	    "pad=%d:%d:(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p%s",
	    p->deinterlace ? "yadif," : "", p->square ? "scale=iw*sar:ih,setsar=1," : "",
	    p->fps.num, p->fps.den, p->width, p->height, p->width, p->height, end);
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

/* Samples of the AAC frames that reach at least the end of the video; the encoder adds a frame at the start. */
static long long
samples_of(const struct prepare_plan *p)
{
	double seconds = p->copy_video ? p->seconds :
	    (double)frames_of(p) * p->fps.den / p->fps.num;

	return ((long long)(seconds * p->rate) + AAC_FRAME) / AAC_FRAME * AAC_FRAME;
}

static void
audio_args(struct args *a, const struct prepare_plan *p)
{
	if (p->copy_audio) {
		args_add(a, "-c:a", "copy", NULL);
		return;
	}
	args_add(a, "-af", NULL);
	/* async: fills holes, so that all frames are on one grid. */
	if (p->seconds > 0)
		arg_add(a, "aresample=%d:async=1:first_pts=0,apad,atrim=end_sample=%lld",
		    p->rate, samples_of(p));
	else
		arg_add(a, "aresample=%d:async=1:first_pts=0,apad", p->rate);
	args_add(a, "-c:a", "aac", "-b:a", "128k", "-ar", NULL);
	arg_add(a, "%d", p->rate);
	args_add(a, "-ac", NULL);
	arg_add(a, "%d", p->channels);
}

char **
prepare_argv(const struct prepare_plan *p, const char *in, const char *out,
    const char *label)
{
	struct args a = { 0 };

	if ((a.v = calloc(ARGS_MAX, sizeof(*a.v))) == NULL)
		return NULL;
	args_add(&a, "ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y",
	    "-progress", "pipe:1", "-i", NULL);
	/* file: else ffmpeg takes a name with a colon for a protocol. */
	arg_add(&a, "file:%s", in);
	if (p->silence) {
		args_add(&a, "-f", "lavfi", "-i", NULL);
		arg_add(&a, "anullsrc=r=%d:cl=%s", p->rate,
		    p->channels == 1 ? "mono" : "stereo");
	}
	args_add(&a, "-map", "0:V:0", "-map", p->silence ? "1:a:0" : "0:a:0",
	    "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", NULL);
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
	arg_add(&a, "file:%s", out);
	if (a.bad) {
		prepare_argv_free(a.v);
		return NULL;
	}
	return a.v;
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
