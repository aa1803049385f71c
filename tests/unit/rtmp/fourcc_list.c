/* SPDX-License-Identifier: ISC */
/* What a server takes, from what its answer to connect lists. */
#include "base/base.h"
#include "rtmp/fourcc_list.h"
#include "t.h"

#define CC(s)	be32((const uint8_t *)(s))

static uint8_t space[4096];
static struct amf0_writer w;

static void
begin(void)
{
	amf0_writer_init(&w, space, sizeof(space));
	amf0_put_object(&w);
}

/* The list of the object that was written since begin(). */
static struct fourcc_list
listed(void)
{
	struct fourcc_list l = { .n = 0 };
	struct amf0_value object;
	struct amf0 in;

	amf0_put_end(&w);
	t_ok(!w.full);
	amf0_init(&in, w.p, w.len);
	t_int(amf0_want(&in, AMF0_OBJECT, &object), 1);
	fourcc_list_add(&l, &object);
	return l;
}

static void
put_list(const char *const names[], uint32_t n)
{
	uint32_t i;

	amf0_put_key(&w, "fourCcList");
	amf0_put_array(&w, n);
	for (i = 0; i < n; i++)
		amf0_put_string(&w, names[i]);
}

/* A server that lists nothing may take anything, as most do. */
static void
silence_is_no_refusal(void)
{
	static const struct amf0_value null;
	struct fourcc_list l = { .n = 0 };

	t_ok(fourcc_list_takes(&l, true, CC("av01")) && fourcc_list_takes(&l, false, CC("Opus")));
	fourcc_list_add(&l, &null);
	t_ok(fourcc_list_takes(&l, true, CC("av01")));
	begin();
	amf0_put_key(&w, "fourCcList");
	amf0_put_string(&w, "av01");	/* no array */
	l = listed();
	t_ok(fourcc_list_takes(&l, true, CC("hvc1")));
}

static void
a_list_is_all(void)
{
	static const char *const names[] = { "hvc1", "av01x", "Opus" };
	struct fourcc_list l;

	begin();
	put_list(names, 3);
	l = listed();
	t_ok(fourcc_list_takes(&l, true, CC("hvc1")));
	t_ok(!fourcc_list_takes(&l, true, CC("av01")));
	t_ok(fourcc_list_takes(&l, false, CC("Opus")));
	t_ok(!fourcc_list_takes(&l, false, CC("fLaC")));
}

/* Version 1 knows video only: no word about audio is not a refusal of it. Nor the other way round. */
static void
a_list_of_video_says_nothing_about_audio(void)
{
	static const char *const names[] = { "av01", "hvc1", "vp09" }, *const audio[] = { "mp4a" };
	struct fourcc_list l;

	begin();
	put_list(names, 3);
	l = listed();
	t_ok(!fourcc_list_takes(&l, true, CC("vvc1")));
	t_ok(fourcc_list_takes(&l, false, CC("Opus")));
	begin();
	put_list(audio, 1);
	l = listed();
	t_ok(fourcc_list_takes(&l, true, CC("av01")) && !fourcc_list_takes(&l, false, CC("Opus")));
}

static void
a_star_is_everything(void)
{
	static const char *const names[] = { "av01", "*" };
	struct fourcc_list l;

	begin();
	put_list(names, 2);
	l = listed();
	t_ok(fourcc_list_takes(&l, true, CC("hvc1")) && fourcc_list_takes(&l, false, CC("Opus")));
	begin();
	amf0_put_key(&w, "videoFourCcInfoMap");
	amf0_put_object(&w);
	amf0_put_key(&w, "*");
	amf0_put_number(&w, 4);
	amf0_put_end(&w);
	l = listed();
	t_ok(fourcc_list_takes(&l, true, CC("hvc1")) && fourcc_list_takes(&l, false, CC("Opus")));
}

/* FourCcInfoMask: a server that can only encode a codec takes none of it. */
static void
maps_have_flags(void)
{
	struct fourcc_list l;

	begin();
	amf0_put_key(&w, "videoFourCcInfoMap");
	amf0_put_object(&w);
	amf0_put_key(&w, "av01");
	amf0_put_number(&w, 2);
	amf0_put_key(&w, "hvc1");
	amf0_put_number(&w, 1);
	amf0_put_key(&w, "vp09");
	amf0_put_number(&w, 6);
	amf0_put_key(&w, "vvc1");
	amf0_put_number(&w, 1e300);
	amf0_put_end(&w);
	amf0_put_key(&w, "audioFourCcInfoMap");
	amf0_put_object(&w);
	amf0_put_key(&w, "Opus");
	amf0_put_number(&w, 4);
	amf0_put_end(&w);
	l = listed();
	t_ok(!fourcc_list_takes(&l, true, CC("av01")) && !fourcc_list_takes(&l, true, CC("vvc1")));
	t_ok(fourcc_list_takes(&l, true, CC("hvc1")) && fourcc_list_takes(&l, true, CC("vp09")));
	t_ok(fourcc_list_takes(&l, false, CC("Opus")) && !fourcc_list_takes(&l, false, CC("fLaC")));
}

static void
more_than_fits_is_everything(void)
{
	static const char *names[FOURCC_LIST_MAX + 1];
	struct fourcc_list l;
	size_t i;

	for (i = 0; i < nitems(names); i++)
		names[i] = "none";
	begin();
	put_list(names, nitems(names) - 1);
	l = listed();
	t_ok(!fourcc_list_takes(&l, true, CC("av01")));
	begin();
	put_list(names, nitems(names));
	l = listed();
	t_ok(fourcc_list_takes(&l, true, CC("av01")));
}

#define T(name)	{ #name, name }

T_MAIN(
	T(silence_is_no_refusal),
	T(a_list_is_all),
	T(a_list_of_video_says_nothing_about_audio),
	T(a_star_is_everything),
	T(maps_have_flags),
	T(more_than_fits_is_everything),
)
