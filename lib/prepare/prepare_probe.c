/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_probe.h"

#include <jansson.h>

static const char *
member_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : s;
}

/* ffprobe writes some numbers as strings. */
static double
member_real(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : strtod(member_text(o, key), NULL);
}

static int
member_int(const json_t *o, const char *key)
{
	double d = member_real(o, key);

	return d >= 0 && d <= 1e9 ? (int)d : 0;
}

static struct ratio
ratio_of(const json_t *o, const char *key)
{
	struct ratio r = { 0, 1 };
	char *end;
	long num, den;

	num = strtol(member_text(o, key), &end, 10);
	if (*end != '/' && *end != ':')
		return r;
	den = strtol(end + 1, NULL, 10);
	if (num > 0 && den > 0 && num <= 1000000000 && den <= 1000000000)
		r = (struct ratio){ (int)num, (int)den };
	return r;
}

/* Seconds of "00:01:02.345000000", the length of a track in Matroska. */
static double
clock_of(const char *s)
{
	double part, sum = 0;
	char *end;

	for (;; s = end + 1) {
		part = strtod(s, &end);
		if (end == s || part < 0)
			return 0;
		sum = sum * 60 + part;
		if (*end != ':')
			return *end == '\0' ? sum : 0;
	}
}

/* When a track begins, and when it ends: 0 where that is unknown. */
static void
times_read(const json_t *o, double film_start, double *start, double *end)
{
	double length = member_real(o, "duration");

	*start = *end = 0;
	if (json_object_get(o, "start_time") != NULL)
		*start = member_real(o, "start_time") - film_start;
	if (!(*start > 0))
		*start = 0;
	if (length > 0)
		*end = *start + length;
	else if ((length = clock_of(member_text(json_object_get(o, "tags"), "DURATION"))) > film_start)
		*end = length - film_start;	/* Matroska has the time of the end, not the length */
}

static bool
is_rotated(const json_t *o)
{
	const json_t *list = json_object_get(o, "side_data_list"), *side;
	size_t i;

	json_array_foreach(list, i, side) {
		if (member_real(side, "rotation") != 0)
			return true;
	}
	return member_real(json_object_get(o, "tags"), "rotate") != 0;
}

/* Profile 5 is in colours of its own, which ffmpeg cannot show; the others are HLG or PQ, and a layer that may be left out. */
static bool
is_dolby_only(const json_t *o)
{
	const json_t *list = json_object_get(o, "side_data_list"), *side;
	size_t i;

	json_array_foreach(list, i, side) {
		if (member_int(side, "dv_profile") == 5)
			return true;
	}
	return false;
}

static void
colours_read(struct colours *c, const json_t *o)
{
	strlcpy(c->primaries, member_text(o, "color_primaries"), sizeof(c->primaries));
	strlcpy(c->transfer, member_text(o, "color_transfer"), sizeof(c->transfer));
	strlcpy(c->matrix, member_text(o, "color_space"), sizeof(c->matrix));
	c->full = strcmp(member_text(o, "color_range"), "pc") == 0;
	colours_check(c);
}

static void
video_read(struct prepare_source *s, const json_t *o, double film_start)
{
	const char *order = member_text(o, "field_order");

	s->video = true;
	strlcpy(s->video_codec, member_text(o, "codec_name"), sizeof(s->video_codec));
	strlcpy(s->pix_fmt, member_text(o, "pix_fmt"), sizeof(s->pix_fmt));
	s->width = member_int(o, "width");
	s->height = member_int(o, "height");
	s->fps = ratio_of(o, "avg_frame_rate");
	if (s->fps.num == 0)
		s->fps = ratio_of(o, "r_frame_rate");
	s->sar = ratio_of(o, "sample_aspect_ratio");
	s->interlaced = order[0] != '\0' && strcmp(order, "progressive") != 0 &&
	    strcmp(order, "unknown") != 0;
	s->rotated = is_rotated(o);
	s->dolby_only = is_dolby_only(o);
	colours_read(&s->colours, o);
	times_read(o, film_start, &s->video_start, &s->seconds);
}

static void
audio_read(struct prepare_source *s, const json_t *o, double film_start)
{
	s->audio = true;
	strlcpy(s->audio_codec, member_text(o, "codec_name"), sizeof(s->audio_codec));
	strlcpy(s->audio_profile, member_text(o, "profile"), sizeof(s->audio_profile));
	s->rate = member_int(o, "sample_rate");
	s->channels = member_int(o, "channels");
	times_read(o, film_start, &s->audio_start, &s->audio_end);
}

/* ffprobe lists a cover picture as a video track. */
static bool
is_picture(const json_t *o)
{
	return member_int(json_object_get(o, "disposition"), "attached_pic") != 0;
}

/* The formats of ffmpeg for one picture are "image2", "png_pipe", "webp_pipe" and so on. */
static bool
is_image(const char *format)
{
	size_t n = strlen(format);

	return strcmp(format, "image2") == 0 || (n > 5 && strcmp(format + n - 5, "_pipe") == 0);
}

/* A picture has no times of its own: it is there as long as the recording. */
static void
still_read(struct prepare_source *s, double film_seconds)
{
	s->interlaced = false;
	s->fps = (struct ratio){ 0, 1 };
	s->video_start = 0;
	s->seconds = !s->audio ? 0 : s->audio_end > 0 ? s->audio_end : film_seconds;
}

/* A file of a kilobyte can say that it has pictures of gigabytes, or lasts for years. */
#define SIDE_MAX	8192
#define SECONDS_MAX	(7 * 86400)
#define LATE_MAX	1800	/* ffmpeg holds all silence before the first sample in memory, 0.5 MB a second */

int
prepare_source_read(struct prepare_source *s, const char *json, size_t len,
    const char **reason)
{
	json_t *root = json_loadb(json, len, 0, NULL);
	double film_start;
	const json_t *o, *cover = NULL, *format;
	const char *type;
	size_t i;

	memset(s, 0, sizeof(*s));
	*reason = "the output of ffprobe is not valid JSON";
	if (root == NULL)
		return -1;
	format = json_object_get(root, "format");
	film_start = member_real(format, "start_time");
	json_array_foreach(json_object_get(root, "streams"), i, o) {
		type = member_text(o, "codec_type");
		if (strcmp(type, "video") == 0 && is_picture(o))
			cover = cover == NULL ? o : cover;
		else if (strcmp(type, "video") == 0 && !s->video)
			video_read(s, o, film_start);
		else if (strcmp(type, "audio") == 0 && !s->audio)
			audio_read(s, o, film_start);
	}
	s->still = is_image(member_text(format, "format_name"));
	if (!s->video && cover != NULL) {
		video_read(s, cover, film_start);
		s->still = s->cover = true;
	}
	if (!(s->seconds > 0) && !s->still)
		s->seconds = member_real(format, "duration");
	if (s->still)
		still_read(s, member_real(format, "duration"));
	if (!(s->seconds > 0))
		s->seconds = 0;
	json_decref(root);
	if (!s->video && s->audio && s->audio_start <= LATE_MAX)
		return 0;
	else if (!s->video || s->width <= 0 || s->height <= 0)
		*reason = "it has no video";
	else if (s->width > SIDE_MAX || s->height > SIDE_MAX)
		*reason = "its picture is wider or higher than 8192 pixels";
	else if (s->seconds > SECONDS_MAX)
		*reason = "it says that it lasts for more than 7 days";
	else if (s->dolby_only)
		*reason = "it is Dolby Vision of profile 5, which ffmpeg cannot show: export it as HLG or without HDR";
	else if (s->audio_start > LATE_MAX)
		*reason = "its audio begins more than 30 minutes after its video";
	else
		return 0;
	return -1;
}

int
prepare_source_show(struct prepare_source *film, const struct prepare_source *picture, const char **reason)
{
	struct prepare_source s = *picture;

	*reason = !picture->video || !picture->still ? "it is no picture" : "it has no audio that a picture could go with";
	if (!picture->video || !picture->still || !film->audio)
		return -1;
	s.audio = true;
	s.cover = false;
	memcpy(s.audio_codec, film->audio_codec, sizeof(s.audio_codec));
	memcpy(s.audio_profile, film->audio_profile, sizeof(s.audio_profile));
	s.rate = film->rate;
	s.channels = film->channels;
	s.audio_start = film->audio_start;
	s.audio_end = film->audio_end;
	still_read(&s, film->seconds);
	*film = s;
	return 0;
}
