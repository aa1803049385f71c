/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/ertmp_header.h"
#include "codec/format.h"
#include "media/metadata.h"
#include "rtmp/amf0.h"

#define SIZE_MAX_PX	16384
#define FPS_MIN		1
#define FPS_MAX		300
#define KBPS_MAX	1000000

#define CLAIMS_MAX	65536	/* bytes of metadata that are looked through; an encoder's has some hundred */

/* A rate that was measured over a second or more is exact to this part; times are rounded to ms. */
#define FPS_EXACT	0.02

/* An encoder claims what it aims at. What it sends in the time of a measurement may be less or more by this factor. */
#define KBPS_FACTOR	3

/* FLV 10.1 E.4.2.1: SoundSize has no meaning for compressed audio, and every encoder writes 16. */
#define SAMPLE_BITS	16

#define FIELDS	12

struct field {
	const char	*name;
	double		 number;
	bool		 is_bool;
};

struct fields {
	struct field	 f[FIELDS];
	uint32_t	 n;
};

/* The value if it lies within these bounds, else 0: so for one that is not a number. */
static double
within(double v, double low, double high)
{
	return v >= low && v <= high ? v : 0;
}

static double
claim(const struct amf0_value *obj, const char *name, double low, double high)
{
	struct amf0_value v;

	if (!amf0_member(obj, name, &v) || v.kind != AMF0_NUMBER)
		return 0;
	return within(v.number, low, high);
}

void
metadata_claims_read(struct metadata_claims *c, const uint8_t *body, size_t len)
{
	struct amf0_value v;
	struct amf0 a;

	memset(c, 0, sizeof(*c));
	if (len > CLAIMS_MAX)
		return;
	amf0_init(&a, body, len);
	do {
		if (amf0_next(&a, &v) != 1)
			return;
	} while (v.kind != AMF0_OBJECT);
	c->width = claim(&v, "width", 1, SIZE_MAX_PX);
	c->height = claim(&v, "height", 1, SIZE_MAX_PX);
	c->fps = claim(&v, "framerate", FPS_MIN, FPS_MAX);
	c->video_kbps = claim(&v, "videodatarate", 1, KBPS_MAX);
	c->audio_kbps = claim(&v, "audiodatarate", 1, KBPS_MAX);
}

static void
add(struct fields *to, const char *name, double number)
{
	if (number > 0)
		to->f[to->n++] = (struct field){ .name = name, .number = number };
}

/* The usual rate that was measured; 0: none, so that frames are lost, or their rate varies. */
static double
usual_fps(double measured)
{
	static const double usual[] = {
		10, 12, 12.5, 15, 20, 24000 / 1001.0, 24, 25, 30000 / 1001.0, 30, 48, 50, 60000 / 1001.0, 60, 90, 100,
		120000 / 1001.0, 120, 144, 240
	};
	double best = 0, off, least = measured * FPS_EXACT;
	size_t i;

	for (i = 0; i < nitems(usual); i++) {
		off = usual[i] > measured ? usual[i] - measured : measured - usual[i];
		if (off < least) {
			least = off;
			best = usual[i];
		}
	}
	return best;
}

/* The first that what was measured does not contradict: the header's, then the claim. */
static double
fps_of(const struct video_format *v, double claimed, double measured)
{
	double from[] = { v->fps_fixed ? v->fps : 0, claimed, v->fps }, fps;
	double usual = usual_fps(measured);
	size_t i;

	for (i = 0; i < nitems(from); i++) {
		fps = within(from[i], FPS_MIN, FPS_MAX);
		if (fps > 0 && (usual == 0 || within(fps, usual * (1 - FPS_EXACT), usual * (1 + FPS_EXACT)) > 0))
			return fps;
	}
	return usual;
}

/* Two digits: what was measured differs a little each time, and is not announced anew for that. */
static double
two_digits(double v)
{
	double unit = 1;

	while (v >= 100 * unit)
		unit *= 10;
	return (double)(int64_t)(v / unit + 0.5) * unit;
}

static double
kbps_of(double claimed, double measured)
{
	if (measured <= 0 || within(claimed, measured / KBPS_FACTOR, measured * KBPS_FACTOR) > 0)
		return claimed;
	return two_digits(measured);
}

/* The SPS has the size after cropping. Its sample aspect ratio is left to the decoder, as by every encoder. */
static void
add_video(struct fields *to, const struct packet *p, const struct metadata_claims *c, const struct metadata_measure *m)
{
	struct video_format v;
	bool sized;

	video_format_read(&v, p->data, p->len);
	sized = v.width > 0 && v.height > 0;
	if (sized || (c->width > 0 && c->height > 0)) {
		add(to, "width", sized ? v.width : c->width);
		add(to, "height", sized ? v.height : c->height);
	}
	add(to, "framerate", fps_of(&v, c->fps, m->fps));
	add(to, "videocodecid", p->data[0] & 0x80 ? v.fourcc : p->data[0] & 0x0f);
	add(to, "videodatarate", kbps_of(c->video_kbps, m->video_kbps));
}

static void
add_audio(struct fields *to, const struct packet *p, const struct metadata_claims *c, const struct metadata_measure *m)
{
	unsigned int format = p->data[0] >> 4;
	struct audio_format a;

	audio_format_read(&a, p->data, p->len);
	add(to, "audiocodecid", format == EX_AUDIO_FORMAT ? a.fourcc : format);
	add(to, "audiodatarate", kbps_of(c->audio_kbps, m->audio_kbps));
	add(to, "audiosamplerate", a.rate);
	add(to, "audiosamplesize", SAMPLE_BITS);
	add(to, "audiochannels", a.channels);
	if (a.channels > 0)
		to->f[to->n++] = (struct field){ "stereo", a.channels == 2, true };
}

size_t
metadata_write(uint8_t *dst, const struct packet *video, const struct packet *audio, const struct metadata_claims *c,
    const struct metadata_measure *m)
{
	struct fields fields = { .n = 0 };
	struct amf0_writer w;
	uint32_t i;

	if (video != NULL && video->len > 0)
		add_video(&fields, video, c, m);
	if (audio != NULL && audio->len > 0)
		add_audio(&fields, audio, c, m);
	amf0_writer_init(&w, dst, METADATA_MAX);
	amf0_put_string(&w, "onMetaData");
	amf0_put_ecma_array(&w, fields.n + 1);
	for (i = 0; i < fields.n; i++) {
		amf0_put_key(&w, fields.f[i].name);
		if (fields.f[i].is_bool)
			amf0_put_bool(&w, fields.f[i].number > 0);
		else
			amf0_put_number(&w, fields.f[i].number);
	}
	amf0_put_key(&w, "encoder");
	amf0_put_string(&w, "lsctl/" LSCTL_VERSION);
	amf0_put_end(&w);
	return w.len;
}
