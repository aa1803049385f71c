/* SPDX-License-Identifier: ISC */
/* Parameter sets written field by field, as H.264 7.3.2.1.1 has them. */
#include "codec/h264_sps.h"
#include "sps_write.h"

enum { POC_LSB, POC_CYCLE, POC_NONE, POC_BAD };

struct h264 {
	unsigned int	 profile;
	uint32_t	 chroma;	/* told where the profile has it */
	bool		 planes, scaling;
	uint32_t	 poc;
	uint32_t	 mbs_wide, mbs_high;
	bool		 fields;	/* high is of map units: half */
	uint32_t	 crop[4];	/* left, right, top, bottom; all 0: no cropping */
	bool		 vui;
	uint32_t	 units, scale;	/* 0: no timing */
	bool		 varies;
};

/* A scaling matrix: of the lists some are there, one ends early. */
static void
put_scaling(struct writer *w, unsigned int lists)
{
	unsigned int i, k;

	for (i = 0; i < lists; i++) {
		put(w, i % 2, 1);
		if (i % 2 == 0)
			continue;
		if (i == 3) {			/* next becomes 0: the rest is the last one */
			put_se(w, -8);
			continue;
		}
		for (k = 0; k < (i < 6 ? 16 : 64); k++)
			put_se(w, k % 2 ? -1 : 2);
	}
}

static void
put_vui(struct writer *w, const struct h264 *h)
{
	put(w, 1, 1);
	put(w, 255, 8);			/* Extended_SAR */
	put(w, 0x00010001, 32);
	put(w, 2, 2);			/* overscan */
	put(w, 1, 1);			/* video signal type, */
	put(w, 5, 3);
	put(w, 0, 1);
	put(w, 1, 1);			/* with colours */
	put(w, 0x010101, 24);
	put(w, 1, 1);			/* chroma location */
	put_ue(w, 3);
	put_ue(w, 1);
	put(w, h->units != 0 || h->scale != 0, 1);
	if (h->units != 0 || h->scale != 0) {
		put(w, h->units, 32);
		put(w, h->scale, 32);
		put(w, !h->varies, 1);
	}
}

static size_t
write_sps(const struct h264 *h, uint8_t *nal)
{
	struct writer w = { .n = 0 };
	int i;

	put(&w, 0x67, 8);
	put(&w, h->profile, 8);
	put(&w, 0, 8);
	put(&w, 31, 8);
	put_ue(&w, 0);
	if (h->profile == 100 || h->profile == 244) {
		put_ue(&w, h->chroma);
		if (h->chroma == 3)
			put(&w, h->planes, 1);
		put_ue(&w, 0);
		put_ue(&w, 2);
		put(&w, 0, 1);
		put(&w, h->scaling, 1);
		if (h->scaling)
			put_scaling(&w, h->chroma == 3 ? 12 : 8);
	}
	put_ue(&w, 4);
	put_ue(&w, h->poc);
	if (h->poc == POC_LSB)
		put_ue(&w, 6);
	else if (h->poc == POC_CYCLE) {
		put(&w, 1, 1);
		put_se(&w, -1);
		put_se(&w, 3);
		put_ue(&w, 3);
		for (i = -1; i < 2; i++)
			put_se(&w, i);
	}
	put_ue(&w, 4);
	put(&w, 0, 1);
	put_ue(&w, h->mbs_wide - 1);
	put_ue(&w, h->mbs_high - 1);
	put(&w, !h->fields, 1);
	if (h->fields)
		put(&w, 1, 1);
	put(&w, 1, 1);
	put(&w, (h->crop[0] | h->crop[1] | h->crop[2] | h->crop[3]) != 0, 1);
	if (h->crop[0] | h->crop[1] | h->crop[2] | h->crop[3])
		for (i = 0; i < 4; i++)
			put_ue(&w, h->crop[i]);
	put(&w, h->vui, 1);
	if (h->vui)
		put_vui(&w, h);
	return nal_of(&w, nal);
}

static void
check(const struct h264 *h, int rc, unsigned int width, unsigned int height)
{
	uint8_t nal[300];
	struct sps s;

	t_int(h264_sps_read(&s, nal, write_sps(h, nal)), rc);
	if (rc == -1)
		return;
	t_int(s.width, width);
	t_int(s.height, height);
	t_int(s.profile, h->profile);
	t_int(s.level, 31);
}

#define HD	.mbs_wide = 120, .mbs_high = 68

static void
cropping_is_in_the_chroma_formats_units(void)
{
	check(&(struct h264){ .profile = 66, HD }, 0, 1920, 1088);
	check(&(struct h264){ .profile = 66, HD, .crop = { 0, 0, 0, 4 } }, 0, 1920, 1080);
	check(&(struct h264){ .profile = 66, HD, .crop = { 1, 2, 3, 4 } }, 0, 1914, 1074);
	check(&(struct h264){ .profile = 100, HD, .chroma = 1, .crop = { 1, 2, 3, 4 } }, 0, 1914, 1074);
	check(&(struct h264){ .profile = 100, HD, .chroma = 2, .crop = { 1, 2, 3, 4 } }, 0, 1914, 1081);
	check(&(struct h264){ .profile = 100, HD, .chroma = 0, .crop = { 1, 2, 3, 4 } }, 0, 1917, 1081);
	check(&(struct h264){ .profile = 244, HD, .chroma = 3, .crop = { 1, 2, 3, 4 } }, 0, 1917, 1081);
	check(&(struct h264){ .profile = 244, HD, .chroma = 3, .planes = true, .crop = { 1, 2, 3, 4 } },
	    0, 1917, 1081);
}

static void
fields_are_half_a_picture(void)
{
	check(&(struct h264){ .profile = 77, .mbs_wide = 120, .mbs_high = 34, .fields = true,
	    .crop = { 0, 0, 0, 2 } }, 0, 1920, 1080);
}

static void
scaling_lists_are_passed_over(void)
{
	check(&(struct h264){ .profile = 100, HD, .chroma = 1, .scaling = true }, 0, 1920, 1088);
	check(&(struct h264){ .profile = 244, HD, .chroma = 3, .scaling = true }, 0, 1920, 1088);
}

static void
every_picture_order_is_passed_over(void)
{
	check(&(struct h264){ .profile = 66, HD, .poc = POC_LSB }, 0, 1920, 1088);
	check(&(struct h264){ .profile = 66, HD, .poc = POC_CYCLE }, 0, 1920, 1088);
	check(&(struct h264){ .profile = 66, HD, .poc = POC_NONE }, 0, 1920, 1088);
	check(&(struct h264){ .profile = 66, HD, .poc = POC_BAD }, -1, 0, 0);
}

/* Frames a second in thousandths. A small number of units has zeros before it, which the NAL unit breaks up. */
static int64_t
rate(uint32_t units, uint32_t scale)
{
	struct h264 h = { .profile = 100, .chroma = 1, HD, .vui = true, .units = units, .scale = scale };
	uint8_t nal[300];
	struct sps s;

	t_int(h264_sps_read(&s, nal, write_sps(&h, nal)), 0);
	return (int64_t)(s.fps * 1000 + 0.5);
}

static void
the_rate_is_half_of_the_ticks(void)
{
	t_int(rate(1001, 60000), 29970);
	t_int(rate(1, 50), 25000);
	t_int(rate(1, 0x00000100), 128000);
	t_int(rate(0x01000000, 0x32000000 * 2u), 50000);
	t_int(rate(0, 0), 0);
	t_int(rate(0, 50), 0);		/* no time at all */
}

static void
a_rate_may_be_fixed(void)
{
	struct h264 h = { .profile = 100, .chroma = 1, HD, .vui = true, .units = 1, .scale = 50 };
	uint8_t nal[300];
	struct sps s;

	t_int(h264_sps_read(&s, nal, write_sps(&h, nal)), 0);
	t_ok(s.fixed);
	h.varies = true;
	t_int(h264_sps_read(&s, nal, write_sps(&h, nal)), 0);
	t_ok(!s.fixed && s.fps == 25);
	h.units = h.scale = 0;
	t_int(h264_sps_read(&s, nal, write_sps(&h, nal)), 0);
	t_ok(!s.fixed);
}

static void
what_cannot_be_is_refused(void)
{
	struct h264 h = { .profile = 66, HD };
	uint8_t nal[300];
	struct sps s;
	size_t n;

	check(&(struct h264){ .profile = 100, HD, .chroma = 4 }, -1, 0, 0);
	check(&(struct h264){ .profile = 66, .mbs_wide = 4096, .mbs_high = 1 }, 0, 65536, 16);
	check(&(struct h264){ .profile = 66, .mbs_wide = 4097, .mbs_high = 1 }, -1, 0, 0);
	check(&(struct h264){ .profile = 66, .mbs_wide = 1, .mbs_high = 4097 }, -1, 0, 0);
	check(&(struct h264){ .profile = 66, HD, .crop = { 480, 479, 0, 0 } }, 0, 2, 1088);
	check(&(struct h264){ .profile = 66, HD, .crop = { 480, 480, 0, 0 } }, -1, 0, 0);
	check(&(struct h264){ .profile = 66, HD, .crop = { 0, 0, 272, 272 } }, -1, 0, 0);
	check(&(struct h264){ .profile = 66, HD, .crop = { UINT32_MAX - 1, UINT32_MAX - 1, 0, 0 } }, -1, 0, 0);
	n = write_sps(&h, nal);
	nal[0] = 0x68;
	t_int(h264_sps_read(&s, nal, n), -1);	/* another NAL unit */
	nal[0] = 0xe7;
	t_int(h264_sps_read(&s, nal, n), -1);	/* the bit that must be zero */
	nal[0] = 0x27;
	t_int(h264_sps_read(&s, nal, n), 0);	/* nal_ref_idc says nothing */
}

static void
cut_short_it_is_refused(void)
{
	struct h264 h = { .profile = 100, .chroma = 1, HD, .crop = { 0, 0, 0, 4 }, .vui = true,
	    .units = 1001, .scale = 60000 };
	uint8_t nal[300], *exact;
	struct sps s;
	size_t n = write_sps(&h, nal), i;

	for (i = 0; i < n; i++) {
		exact = malloc(i + 1);		/* to the byte, for the sanitizer */
		memcpy(exact, nal, i);
		if (i < n - 1)			/* the last byte is the end of the unit, and says nothing */
			t_int(h264_sps_read(&s, exact, i), -1);
		free(exact);
	}
}

T_MAIN(
	{ "cropping_is_in_the_chroma_formats_units", cropping_is_in_the_chroma_formats_units },
	{ "fields_are_half_a_picture", fields_are_half_a_picture },
	{ "scaling_lists_are_passed_over", scaling_lists_are_passed_over },
	{ "every_picture_order_is_passed_over", every_picture_order_is_passed_over },
	{ "the_rate_is_half_of_the_ticks", the_rate_is_half_of_the_ticks },
	{ "a_rate_may_be_fixed", a_rate_may_be_fixed },
	{ "what_cannot_be_is_refused", what_cannot_be_is_refused },
	{ "cut_short_it_is_refused", cut_short_it_is_refused },
)
