/* SPDX-License-Identifier: ISC */
/* What goes out: "Metadata" of SPLICE in lsctl(7). */
#include "from_hex.h"
#include "media/metadata.h"
#include "media/metadata_stage.h"
#include "rtmp/amf0.h"

#define ENCODER		"encoder=lsctl/" LSCTL_VERSION " "
/* as x264 writes it, with fixed_frame_rate_flag */
#define AVC_1080	"1700000000 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea608f1832a 01000468ce0fc8"
#define AAC_48		"af00 1190"
#define AAC_TEXT	"audiocodecid=10 audiosamplerate=48000 audiosamplesize=16 audiochannels=2 stereo=true "

static const struct metadata_claims nothing_claimed;
static const struct metadata_measure nothing_measured;

static const char *
written(const char *video, const char *audio, const struct metadata_claims *c, const struct metadata_measure *m)
{
	struct arena *arena = arena_new(65536);
	uint8_t room[256], out[METADATA_MAX];
	const char *from[] = { video, audio };
	struct packet *p[2] = { NULL, NULL };
	size_t i, n;

	for (i = 0; i < 2; i++) {
		if (from[i] == NULL)
			continue;
		n = from_hex(room, from[i]);
		p[i] = packet_new(arena, i == 0 ? MSG_VIDEO : MSG_AUDIO, 0, (uint32_t)n);
		memcpy(p[i]->data, room, n);
	}
	n = metadata_write(out, p[0], p[1], c, m);
	packet_unref(p[0]);
	packet_unref(p[1]);
	arena_free(arena);
	return metadata_text(out, n);
}

static const char *
of_headers(const char *video, const char *audio)
{
	return written(video, audio, &nothing_claimed, &nothing_measured);
}

static void
says_what_the_headers_say(void)
{
	t_str(of_headers(AVC_1080, AAC_48),
	    "width=1920 height=1080 framerate=29.97002997 videocodecid=7 " AAC_TEXT ENCODER);
	t_str(of_headers("1700000000 014d400affe10016 674d400aeca313f36022000007d20001d4c01e244b2c"
	    " 01000568ce013720", "af00 120856e500"), "width=96 height=54 framerate=29.97002997 videocodecid=7 "
	    "audiocodecid=10 audiosamplerate=44100 audiosamplesize=16 audiochannels=1 stereo=false " ENCODER);
	t_str(of_headers(NULL, NULL), ENCODER);
	t_str(of_headers("1700000000 0142c028ffe0", "af00 00"), "videocodecid=7 audiocodecid=10 audiosamplesize=16 " ENCODER);
	t_str(of_headers("", ""), ENCODER);
}

/* "or FourCC value": as the message itself has it. */
static void
codec_ids_are_those_of_the_messages(void)
{
	t_str(of_headers("90 61763031 81084c00", "90 4f707573 4f70757348656164 01 02 3801 80bb0000 0000 00"),
	    "videocodecid=1635135537 audiocodecid=1332770163 audiosamplerate=48000 audiosamplesize=16 audiochannels=2 "
	    "stereo=true " ENCODER);
	t_str(of_headers("9061766331 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea600f1832a", "90 6d703461 1190"),
	    "width=1920 height=1080 framerate=29.97002997 videocodecid=1635148593 audiocodecid=1836069985 "
	    "audiosamplerate=48000 audiosamplesize=16 audiochannels=2 stereo=true " ENCODER);
	t_str(of_headers("1c00000000 01", NULL), "videocodecid=12 " ENCODER);		/* HEVC as some servers have it */
	t_str(of_headers("22 000084", "2f fffb9064"), "videocodecid=2 audiocodecid=2 audiosamplerate=44100 "
	    "audiosamplesize=16 audiochannels=2 stereo=true " ENCODER);		/* codecs without headers */
}

static void
what_no_header_has_is_taken_from_the_claims(void)
{
	const struct metadata_claims c = { 640, 360, 25, 2500, 128 };

	t_str(written("90 61763031 81084c00", AAC_48, &c, &nothing_measured),
	    "width=640 height=360 framerate=25 videocodecid=1635135537 videodatarate=2500 audiocodecid=10 "
	    "audiodatarate=128 audiosamplerate=48000 audiosamplesize=16 audiochannels=2 stereo=true " ENCODER);
	t_str(written(AVC_1080, NULL, &c, &nothing_measured),
	    "width=1920 height=1080 framerate=29.97002997 videocodecid=7 videodatarate=2500 " ENCODER);
	/* half a size is none */
	t_str(written("90 61763031 81084c00", NULL, &(struct metadata_claims){ .height = 360 }, &nothing_measured),
	    "videocodecid=1635135537 " ENCODER);
}

/* The rate in thousandths of what goes out for these. */
static int64_t
fps(const char *video, double claimed, double measured)
{
	struct metadata_claims c = { .fps = claimed };
	struct metadata_measure m = { .fps = measured };
	const char *at = strstr(written(video, NULL, &c, &m), "framerate=");

	return at == NULL ? 0 : (int64_t)(strtod(at + 10, NULL) * 1000 + 0.5);
}

#define AVC_FIXED	AVC_1080
/* the same without that flag */
#define AVC_VARIES	"1700000000 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea600f1832a 01000468ce0fc8"
#define AV1		"90 61763031 81084c00"

static void
the_rate_is_the_headers_the_claim_or_measured(void)
{
	t_int(fps(AVC_FIXED, 25, 0), 29970);
	t_int(fps(AVC_FIXED, 25, 30.01), 29970);
	t_int(fps(AVC_FIXED, 60, 59.9), 60000);		/* the header counts fields, or is wrong */
	t_int(fps(AVC_FIXED, 0, 59.9), 59940);
	t_int(fps(AVC_VARIES, 25, 0), 25000);
	t_int(fps(AVC_VARIES, 25, 29.9), 29970);
	t_int(fps(AVC_VARIES, 0, 0), 29970);
	t_int(fps(AV1, 60, 0), 60000);
	t_int(fps(AV1, 60, 30), 30000);
	t_int(fps(AV1, 30000 / 1001.0, 30.02), 29970);	/* exact where what was measured is not */
	t_int(fps(AV1, 1000, 0), 0);
	t_int(fps(AV1, 0, 0), 0);
	t_int(fps(AV1, 0, 49.2), 50000);
	t_int(fps(AV1, 0, 48.95), 48000);
	t_int(fps(AV1, 0, 33.3), 0);		/* frames are lost, or their rate varies: nobody knows it */
	t_int(fps(AV1, 60, 33.3), 60000);
}

/* The bit rate that goes out. */
static int64_t
kbps(double claimed, double measured)
{
	struct metadata_claims c = { .video_kbps = claimed };
	struct metadata_measure m = { .video_kbps = measured };
	const char *at = strstr(written(AV1, NULL, &c, &m), "videodatarate=");

	return at == NULL ? 0 : (int64_t)strtod(at + 14, NULL);
}

static void
bit_rates_are_the_claim_or_measured(void)
{
	t_int(kbps(2500, 0), 2500);
	t_int(kbps(2500, 1000), 2500);
	t_int(kbps(2500, 800), 800);
	t_int(kbps(2500, 7400), 2500);
	t_int(kbps(2500, 7600), 7600);
	t_int(kbps(0, 0), 0);
	t_int(kbps(0, 2468), 2500);
	t_int(kbps(0, 997), 1000);
	t_int(kbps(0, 99.4), 99);
	t_int(kbps(0, 0.2), 0);
}

static struct metadata_claims
read_hex(const char *hex)
{
	struct metadata_claims c;
	uint8_t room[512];
	size_t n = from_hex(room, hex), cut;

	for (cut = 0; cut < n; cut++)
		metadata_claims_read(&c, room, cut);
	metadata_claims_read(&c, room, n);
	return c;
}

#define NAME	"02000a 6f6e4d65746144617461"
#define SET	"02000d 40736574446174614672616d65"
#define WIDTH	"0005 7769647468"
#define FPS	"0009 6672616d6572617465"
#define RATE	"000d 766964656f6461746172617465"

static void
reads_claims_wherever_they_stand(void)
{
	static const char *const bodies[] = {
		NAME " 03 " WIDTH " 00 4084000000000000 " FPS " 00 403e000000000000 000009",
		NAME " 08 00000007 " WIDTH " 00 4084000000000000 " FPS " 00 403e000000000000 000009",
		SET NAME " 08 00000002 " FPS " 00 403e000000000000 " WIDTH " 00 4084000000000000",
	};
	struct metadata_claims c;
	size_t i;

	for (i = 0; i < nitems(bodies); i++) {
		c = read_hex(bodies[i]);
		t_int(c.width, 640);
		t_int(c.fps, 30);
		t_ok(c.height == 0 && c.video_kbps == 0 && c.audio_kbps == 0);
	}
}

static void
a_claim_that_no_stream_can_have_is_none(void)
{
	static const char *const bodies[] = {
		"", NAME, NAME " 05", "ff",
		NAME " 03 " FPS " 00 0000000000000000 000009",		/* 0 */
		NAME " 03 " FPS " 00 c03e000000000000 000009",		/* -30 */
		NAME " 03 " FPS " 00 7ff8000000000000 000009",		/* not a number */
		NAME " 03 " FPS " 00 7ff0000000000000 000009",		/* infinite */
		NAME " 03 " FPS " 00 408f400000000000 000009",		/* 1000 */
		NAME " 03 " FPS " 02 0002 3330 000009",		/* a string */
		NAME " 03 " FPS " 01 01 000009",			/* true */
		NAME " 03 " RATE " 00 4143120000000000 000009",		/* 2.5 Mbit/s in bit/s */
		NAME " 03 " WIDTH " 00 40f0000000000000 000009",	/* 65536 */
	};
	static const struct metadata_claims none;
	struct metadata_claims c;
	size_t i;

	for (i = 0; i < nitems(bodies); i++) {
		c = read_hex(bodies[i]);
		t_ok(c.width == none.width && c.fps == 0 && c.video_kbps == 0);
	}
}

/* Metadata is made while frames are due. */
static void
what_is_too_long_claims_nothing(void)
{
	static uint8_t body[70000];
	struct metadata_claims c;
	struct amf0_writer w;

	amf0_writer_init(&w, body, sizeof(body));
	amf0_put_string(&w, "onMetaData");
	amf0_put_object(&w);
	while (w.len < 65520) {
		amf0_put_key(&w, "framerate");
		amf0_put_number(&w, 30);
	}
	metadata_claims_read(&c, body, w.len);
	t_int(c.fps, 30);
	amf0_put_key(&w, "framerate");
	amf0_put_number(&w, 30);
	metadata_claims_read(&c, body, w.len);
	t_ok(c.fps == 0);
}

T_MAIN(
	{ "says_what_the_headers_say", says_what_the_headers_say },
	{ "codec_ids_are_those_of_the_messages", codec_ids_are_those_of_the_messages },
	{ "what_no_header_has_is_taken_from_the_claims", what_no_header_has_is_taken_from_the_claims },
	{ "the_rate_is_the_headers_the_claim_or_measured", the_rate_is_the_headers_the_claim_or_measured },
	{ "bit_rates_are_the_claim_or_measured", bit_rates_are_the_claim_or_measured },
	{ "reads_claims_wherever_they_stand", reads_claims_wherever_they_stand },
	{ "a_claim_that_no_stream_can_have_is_none", a_claim_that_no_stream_can_have_is_none },
	{ "what_is_too_long_claims_nothing", what_is_too_long_claims_nothing },
)
