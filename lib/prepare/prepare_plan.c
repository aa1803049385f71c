/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_plan.h"

#include <stdarg.h>

#define KEY_MAX_MS	2050	/* 2 s, and one frame more, because 2 s are no whole number of frames at 29.97 fps */
#define KEY_VARY_MS	2
#define AUDIO_RATE	48000
#define LOUDNESS	-14.0	/* LUFS: what YouTube plays */
#define FPS_NEAR	0.01
#define BITS_PER_PIXEL	0.07	/* default for H.264: 1080p30 gets 4.4 Mb/s */
#define KBPS_MIN	600
#define KBPS_MAX	20000
#define STILL_WIDTH	1920	/* of a picture */
#define STILL_HEIGHT	1080
#define STILL_S		30	/* that is there without a sound */
#define RECIPE		"2"	/* increment it when prepare changes its output: results get new names */

static double
ratio_real(struct ratio r)
{
	return r.den > 0 ? (double)r.num / r.den : 0;
}

/* The usual rate nearest to fps: operators and containers write the same rate in different ways. */
static struct ratio
nearest_rate(double fps)
{
	static const struct ratio usual[] = {
		{ 24, 1 }, { 25, 1 }, { 30, 1 }, { 48, 1 }, { 50, 1 }, { 60, 1 },
		{ 24000, 1001 }, { 30000, 1001 }, { 60000, 1001 },
		{ 10, 1 }, { 12, 1 }, { 15, 1 }, { 20, 1 }
	};
	size_t i, best = 2;
	double off, least = 1e9;

	for (i = 0; i < nitems(usual); i++) {
		off = ratio_real(usual[i]) - fps;
		if ((off = off < 0 ? -off : off) < least) {
			least = off;
			best = i;
		}
	}
	return usual[best];
}

static int
number_read(const char *s, size_t n, int min, int max, int *out)
{
	const char *err;
	char text[16];

	if (n == 0 || n >= sizeof(text))
		return -1;
	memcpy(text, s, n);
	text[n] = '\0';
	*out = (int)strtonum(text, min, max, &err);
	return err == NULL ? 0 : -1;
}

static int
rate_read(struct ratio *r, const char *s)
{
	const char *slash = strchr(s, '/');
	char *end;
	double fps;

	if (slash != NULL)
		return number_read(s, (size_t)(slash - s), 1, 1000000, &r->num) == -1 ||
		    number_read(slash + 1, strlen(slash + 1), 1, 1000000, &r->den) == -1 ||
		    ratio_real(*r) > 120 || ratio_real(*r) < 1 ? -1 : 0;
	fps = strtod(s, &end);
	if (end == s || *end != '\0' || !(fps >= 1 && fps <= 120))
		return -1;
	*r = nearest_rate(fps);
	if (ratio_real(*r) - fps < FPS_NEAR && fps - ratio_real(*r) < FPS_NEAR)
		return 0;
	*r = (struct ratio){ (int)(fps * 1000 + 0.5), 1000 };
	return 0;
}

int
prepare_profile(struct prepare_want *w, const char *s)
{
	const char *x = strchr(s, 'x'), *at = strchr(s, '@');
	size_t end = at == NULL ? strlen(s) : (size_t)(at - s);

	if (x == NULL || x > s + end)
		return -1;
	if (number_read(s, (size_t)(x - s), 16, 8192, &w->width) == -1 ||
	    number_read(x + 1, (size_t)(s + end - x - 1), 16, 8192, &w->height) == -1)
		return -1;
	/* yuv420p has one colour sample for two by two pixels. */
	if (w->width % 2 != 0 || w->height % 2 != 0)
		return -1;
	return at == NULL ? 0 : rate_read(&w->fps, at + 1);
}

int
prepare_bitrate(struct prepare_want *w, const char *s)
{
	size_t n = strlen(s);

	if (n > 1 && s[n - 1] == 'k')
		return number_read(s, n - 1, 50, 200000, &w->kbps);
	if (n > 1 && s[n - 1] == 'M') {
		if (number_read(s, n - 1, 1, 200, &w->kbps) == -1)
			return -1;
		w->kbps *= 1000;
		return 0;
	}
	if (number_read(s, n, 50000, 200000000, &w->kbps) == -1)
		return -1;
	w->kbps /= 1000;
	return 0;
}

int
prepare_audio(struct prepare_want *w, const char *s)
{
	const char *slash = strchr(s, '/');
	size_t n = slash == NULL ? strlen(s) : (size_t)(slash - s);

	if (number_read(s, n, 8000, 96000, &w->rate) == -1)
		return -1;
	if (slash == NULL)
		return 0;
	return number_read(slash + 1, strlen(slash + 1), 1, 2, &w->channels);
}

void
prepare_settings(const struct prepare_want *w, char *dst, size_t size)
{
	snprintf(dst, size, "recipe=" RECIPE " %dx%d@%d/%d %dk %d/%d %s %.1f%s%s%s %s", w->width,
	    w->height, w->fps.num, w->fps.den, w->kbps, w->rate, w->channels, w->preset, w->loudness,
	    w->loudness_off ? " off" : "", w->picture != NULL ? " picture" : "", w->clock ? " clock" : "",
	    w->title != NULL ? w->title : "");
	if (w->logo[0] != '\0')
		snprintf(dst + strlen(dst), size - strlen(dst), " logo@%d", (int)w->corner);
}

static void reason_set(char *dst, size_t size, const char *fmt, ...) printf_like(3, 4);

static void
reason_set(char *dst, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(dst, size, fmt, ap);
	va_end(ap);
}

/* The formats of pixels that have red, green and blue. */
static bool
is_rgb(const char *pix_fmt)
{
	return strstr(pix_fmt, "rgb") != NULL || strstr(pix_fmt, "bgr") != NULL || strstr(pix_fmt, "gbr") != NULL ||
	    strcmp(pix_fmt, "pal8") == 0;
}

/* Video stays what it is, but that HDR, RGB and pictures become BT.709. */
static void
plan_colours(struct prepare_plan *p, const struct prepare_source *s)
{
	p->source_colours = s->colours;
	colours_fill(&p->source_colours, s->width, s->height, ratio_real(p->fps));
	p->hdr = colours_hdr(&s->colours) != NULL;
	p->convert = s->still || is_rgb(s->pix_fmt);
	p->colours = p->hdr || p->convert ? colours_bt709 : p->source_colours;
	p->colours.full = false;
	p->tag = !colours_complete(&s->colours);
}

/* Sets copy_video, or the reason why video is encoded. */
static void
plan_video(struct prepare_plan *p, const struct prepare_want *w,
    const struct prepare_source *s)
{
	size_t n = sizeof(p->video_reason);
	double off = ratio_real(s->fps) - ratio_real(w->fps);

	if (s->still)
		reason_set(p->video_reason, n, s->cover ? "it is a cover" : "it is a picture");
	else if (p->hdr)
		reason_set(p->video_reason, n, "it is HDR (%s), and becomes BT.709", colours_hdr(&s->colours));
	else if (strcmp(s->video_codec, "h264") != 0)
		reason_set(p->video_reason, n, "it is %s", s->video_codec);
	else if (strcmp(s->pix_fmt, "yuv420p") != 0)
		reason_set(p->video_reason, n, "its pixel format is %s", s->pix_fmt);
	else if (s->interlaced)
		reason_set(p->video_reason, n, "it is interlaced");
	else if (s->rotated)
		reason_set(p->video_reason, n, "it is turned by its metadata");
	else if (w->width != 0 && (w->width != s->width || w->height != s->height))
		reason_set(p->video_reason, n, "it is %dx%d", s->width, s->height);
	else if (w->width != 0 && p->square)
		reason_set(p->video_reason, n, "its pixels are not square");
	else if (w->fps.num != 0 && (off > FPS_NEAR || off < -FPS_NEAR))
		reason_set(p->video_reason, n, "it has %.5g fps", ratio_real(s->fps));
	else if (p->logo || p->title || p->clock)
		reason_set(p->video_reason, n, "a %s is drawn into it", p->logo ? "logo" : p->title ? "title" : "clock");
	else
		p->copy_video = true;
}

static void
plan_audio(struct prepare_plan *p, const struct prepare_want *w,
    const struct prepare_source *s)
{
	size_t n = sizeof(p->audio_reason);

	double late = s->audio_start - s->video_start, early = s->seconds - s->audio_end;

	p->silence = !s->audio;
	if (!s->audio)
		reason_set(p->audio_reason, n, "there is none");
	else if (strcmp(s->audio_codec, "aac") != 0)
		reason_set(p->audio_reason, n, "it is %s", s->audio_codec);
	else if (strcmp(s->audio_profile, "LC") != 0)
		reason_set(p->audio_reason, n, "its AAC profile is %s", s->audio_profile);
	else if (w->rate != 0 ? w->rate != s->rate :
	    s->rate != 48000 && s->rate != 44100)
		reason_set(p->audio_reason, n, "it has %d Hz", s->rate);
	else if (w->channels != 0 ? w->channels != s->channels : s->channels > 2)
		reason_set(p->audio_reason, n, "it has %d channels", s->channels);
	else if (late * 1000 > PREPARE_GAP_MS)
		reason_set(p->audio_reason, n, "it begins %.1f s after the video", late);
	else if (s->seconds > 0 && s->audio_end > 0 && early * 1000 > PREPARE_GAP_MS)
		reason_set(p->audio_reason, n, "it ends %.1f s before the video", early);
	else if (w->loudness < 0 && !w->loudness_off)
		reason_set(p->audio_reason, n, "its loudness becomes %.3g LUFS", w->loudness);
	else
		p->copy_audio = true;
}

static int
default_kbps(const struct prepare_plan *p)
{
	double kbps = BITS_PER_PIXEL * p->width * p->height * ratio_real(p->fps) / 1000;

	return kbps < KBPS_MIN ? KBPS_MIN : kbps > KBPS_MAX ? KBPS_MAX :
	    (int)(kbps / 100 + 0.5) * 100;
}

void
prepare_plan(struct prepare_plan *p, const struct prepare_want *w,
    const struct prepare_source *s)
{
	memset(p, 0, sizeof(*p));
	p->preset = w->preset;
	p->video_start = s->video_start;
	p->still = s->still;
	p->cover = s->cover;
	p->seconds = s->still && !s->audio ? STILL_S : s->seconds;
	p->deinterlace = s->interlaced;
	p->square = s->sar.num > 0 && s->sar.num != s->sar.den;
	p->width = w->width != 0 ? w->width : s->still ? STILL_WIDTH : s->width / 2 * 2;
	p->height = w->height != 0 ? w->height : s->still ? STILL_HEIGHT : s->height / 2 * 2;
	p->fps = w->fps.num != 0 ? w->fps :
	    nearest_rate(s->fps.num > 0 ? ratio_real(s->fps) : 30);
	p->gop = (int)(2 * ratio_real(p->fps) + 0.999);
	p->kbps = w->kbps != 0 ? w->kbps : default_kbps(p);
	p->rate = w->rate != 0 ? w->rate : AUDIO_RATE;
	p->channels = w->channels != 0 ? w->channels : 2;
	p->logo = w->logo[0] != '\0';
	p->corner = w->corner;
	p->title = w->title != NULL;
	p->clock = w->clock;
	p->loudness = w->loudness_off ? 0 : w->loudness < 0 ? w->loudness : LOUDNESS;
	plan_colours(p, s);
	plan_video(p, w, s);
	plan_audio(p, w, s);
}

/* The first fault of the video, or "". */
static void
judge_video(char *dst, size_t n, const struct prepare_want *w,
    const struct prepare_result *r)
{
	double off = r->fps - ratio_real(w->fps);

	dst[0] = '\0';
	if (!r->constant_fps)
		reason_set(dst, n, "its frame rate is not constant");
	else if (w->fps.num != 0 && (off > FPS_NEAR || off < -FPS_NEAR))
		reason_set(dst, n, "it has %.5g fps", r->fps);
	else if (r->key_max_ms > KEY_MAX_MS)
		reason_set(dst, n, "closed groups of pictures last up to %.1f s",
		    (double)r->key_max_ms / 1000);
	else if (r->key_min_ms > 0 && r->key_max_ms - r->key_min_ms > KEY_VARY_MS)
		reason_set(dst, n, "keyframes come every %.2f to %.2f s",
		    (double)r->key_min_ms / 1000, (double)r->key_max_ms / 1000);
}

static void
judge_audio(char *dst, size_t n, const struct prepare_plan *p, const struct prepare_result *r)
{
	dst[0] = '\0';
	if (!r->audio_even)
		reason_set(dst, n, "it has holes");
	else if (r->audio_short_ms > 0)
		reason_set(dst, n, "it ends %lld ms before the video",
		    (long long)r->audio_short_ms);
	else if (p->copy_audio && r->audio_late_ms > PREPARE_GAP_MS)
		reason_set(dst, n, "it begins %lld ms after the video",
		    (long long)r->audio_late_ms);
}

int
prepare_judge(struct prepare_plan *p, const struct prepare_want *w,
    const struct prepare_result *r)
{
	char video[sizeof(p->video_reason)], audio[sizeof(p->audio_reason)];
	double end = (double)r->ms / 1000 + (p->copy_video ? p->video_start : 0);
	int again = 0;

	judge_video(video, sizeof(video), w, r);
	/* An encoded short film may exceed its bit rate; that is no fault. */
	if (video[0] == '\0' && p->copy_video && w->kbps != 0 &&
	    r->kbps > w->kbps * 11 / 10)
		reason_set(video, sizeof(video), "it has %lld kb/s", (long long)r->kbps);
	judge_audio(audio, sizeof(audio), p, r);
	if (video[0] == '\0' && audio[0] == '\0')
		return 0;
	reason_set(p->fault, sizeof(p->fault), "%s: %s", video[0] != '\0' ? "video" : "audio",
	    video[0] != '\0' ? video : audio);
	if (video[0] != '\0' && p->copy_video) {
		p->copy_video = false;
		strlcpy(p->video_reason, video, sizeof(p->video_reason));
		again = 1;
	}
	/* The length that encoded audio was trimmed to may have been an estimate. */
	if (audio[0] != '\0' && (p->copy_audio ||
	    p->seconds < end - 0.001)) {
		p->copy_audio = false;
		strlcpy(p->audio_reason, audio, sizeof(p->audio_reason));
		again = 1;
	}
	p->seconds = end;
	return again ? 1 : -1;
}

int
prepare_reject(struct prepare_plan *p, const char *fault)
{
	strlcpy(p->fault, fault, sizeof(p->fault));
	if (!p->copy_video && !p->copy_audio)
		return -1;
	p->copy_video = p->copy_audio = false;
	strlcpy(p->video_reason, fault, sizeof(p->video_reason));
	strlcpy(p->audio_reason, fault, sizeof(p->audio_reason));
	return 1;
}
