/* SPDX-License-Identifier: ISC */
/* Parameter sets written field by field, as H.265 7.3.2.2 has them. */
#include "sps_write.h"

struct hevc {
	unsigned int	 sublayers;	/* besides the highest */
	unsigned int	 present;	/* of each: 2 profile, 1 level */
	uint32_t	 chroma;
	bool		 planes;
	uint32_t	 width, height;
	uint32_t	 crop[4];	/* left, right, top, bottom; all 0: no window */
};

static size_t
write_sps(const struct hevc *h, uint8_t *nal)
{
	struct writer w = { .n = 0 };
	unsigned int i;

	put(&w, 33 << 9 | 1, 16);
	put(&w, 0, 4);
	put(&w, h->sublayers, 3);
	put(&w, 1, 1);
	put(&w, 0, 3);
	put(&w, 2, 5);			/* Main 10 */
	put(&w, 0x20000000, 32);
	put(&w, UINT64_C(0x900000000000), 48);
	put(&w, 93, 8);
	for (i = 0; i < h->sublayers; i++)
		put(&w, h->present, 2);
	for (i = h->sublayers; h->sublayers > 0 && i < 8; i++)
		put(&w, 0, 2);
	for (i = 0; i < h->sublayers; i++) {
		if (h->present & 2) {
			put(&w, UINT64_MAX, 64);
			put(&w, UINT64_MAX, 24);
		}
		if (h->present & 1)
			put(&w, 60, 8);
	}
	put_ue(&w, 0);
	put_ue(&w, h->chroma);
	if (h->chroma == 3)
		put(&w, h->planes, 1);
	put_ue(&w, h->width);
	put_ue(&w, h->height);
	put(&w, (h->crop[0] | h->crop[1] | h->crop[2] | h->crop[3]) != 0, 1);
	if (h->crop[0] | h->crop[1] | h->crop[2] | h->crop[3])
		for (i = 0; i < 4; i++)
			put_ue(&w, h->crop[i]);
	put_ue(&w, 0);			/* and more, which nobody reads */
	put(&w, 0x5555, 16);
	return nal_of(&w, nal);
}

static void
check(const struct hevc *h, int rc, unsigned int width, unsigned int height)
{
	uint8_t nal[300];
	struct sps s;

	t_int(hevc_sps_read(&s, nal, write_sps(h, nal)), rc);
	if (rc == -1)
		return;
	t_int(s.width, width);
	t_int(s.height, height);
	t_int(s.profile, 2);
	t_int(s.level, 93);
	t_ok(s.fps == 0);		/* it is left to the metadata */
}

#define HD	.width = 1920, .height = 1088

static void
the_window_is_in_the_chroma_formats_units(void)
{
	check(&(struct hevc){ .chroma = 1, HD }, 0, 1920, 1088);
	check(&(struct hevc){ .chroma = 1, HD, .crop = { 0, 0, 0, 4 } }, 0, 1920, 1080);
	check(&(struct hevc){ .chroma = 1, HD, .crop = { 1, 2, 3, 4 } }, 0, 1914, 1074);
	check(&(struct hevc){ .chroma = 2, HD, .crop = { 1, 2, 3, 4 } }, 0, 1914, 1081);
	check(&(struct hevc){ .chroma = 0, HD, .crop = { 1, 2, 3, 4 } }, 0, 1917, 1081);
	check(&(struct hevc){ .chroma = 3, HD, .crop = { 1, 2, 3, 4 } }, 0, 1917, 1081);
	check(&(struct hevc){ .chroma = 3, .planes = true, HD, .crop = { 1, 2, 3, 4 } }, 0, 1917, 1081);
}

static void
sublayers_are_passed_over(void)
{
	unsigned int n, present;

	for (n = 0; n <= 6; n++)
		for (present = 0; present < 4; present++)
			check(&(struct hevc){ .sublayers = n, .present = present, .chroma = 1, HD }, 0,
			    1920, 1088);
	check(&(struct hevc){ .sublayers = 7, .chroma = 1, HD }, -1, 0, 0);
}

static void
what_cannot_be_is_refused(void)
{
	struct hevc h = { .chroma = 1, HD };
	uint8_t nal[300];
	struct sps s;
	size_t n;

	check(&(struct hevc){ .chroma = 4, HD }, -1, 0, 0);
	check(&(struct hevc){ .chroma = 1, .width = 0, .height = 16 }, -1, 0, 0);
	check(&(struct hevc){ .chroma = 1, .width = 16, .height = 0 }, -1, 0, 0);
	check(&(struct hevc){ .chroma = 1, .width = 65535, .height = 65535 }, 0, 65535, 65535);
	check(&(struct hevc){ .chroma = 1, .width = 65536, .height = 16 }, -1, 0, 0);
	check(&(struct hevc){ .chroma = 1, .width = 16, .height = 65536 }, -1, 0, 0);
	check(&(struct hevc){ .chroma = 1, HD, .crop = { 480, 480, 0, 0 } }, -1, 0, 0);
	check(&(struct hevc){ .chroma = 1, HD, .crop = { 0, 0, 272, 272 } }, -1, 0, 0);
	check(&(struct hevc){ .chroma = 0, HD, .crop = { 0, 0, UINT32_MAX - 1, UINT32_MAX - 1 } }, -1, 0, 0);
	n = write_sps(&h, nal);
	nal[0] = 34 << 1;
	t_int(hevc_sps_read(&s, nal, n), -1);	/* another NAL unit */
}

static void
cut_short_it_is_refused(void)
{
	struct hevc h = { .sublayers = 1, .present = 3, .chroma = 1, HD, .crop = { 0, 0, 0, 4 } };
	uint8_t nal[300], *exact;
	struct sps s;
	size_t n = write_sps(&h, nal), i;

	for (i = 0; i < n; i++) {
		exact = malloc(i + 1);		/* to the byte, for the sanitizer */
		memcpy(exact, nal, i);
		if (i < n - 3)			/* the rest is not read */
			t_int(hevc_sps_read(&s, exact, i), -1);
		free(exact);
	}
}

T_MAIN(
	{ "the_window_is_in_the_chroma_formats_units", the_window_is_in_the_chroma_formats_units },
	{ "sublayers_are_passed_over", sublayers_are_passed_over },
	{ "what_cannot_be_is_refused", what_cannot_be_is_refused },
	{ "cut_short_it_is_refused", cut_short_it_is_refused },
)
