/* SPDX-License-Identifier: ISC */
/* Where the old source ends at a cut: SPLICE in lsctl(7). */
#include "splice_stage.h"

/* "The old source is ended where the fewest pictures are outstanding": wherever it would have ended. */
static void
the_old_source_ends_where_the_fewest_pictures_are_outstanding(void)
{
	int64_t at;

	for (at = 1000; at < 1000 + 4 * FRAME; at += FRAME) {
		begin();
		media_reordered(OLD, 0, 4000);
		media(NEW, NEW_ZERO, NEW_ZERO + 4000);
		cut(OLD, 0);
		cut_over(NEW, NEW_ZERO + 1000, AIR + at);
		/* groups of four: after the last of one, whichever is nearest */
		t_int(last_of(OLD, MSG_VIDEO)->number % 4, 0);
		t_ok(llabs(last_of(OLD, MSG_VIDEO)->dts + FRAME - at) <= 2 * FRAME);
		end();
	}
}

/* Two pictures wait everywhere, and one at these places only: so many frames from where OLD would have ended. Where
 * it did end, in frames from there. */
static int64_t
end_with_places_at(int one, int other)
{
	const int stop = 50;
	int64_t ended;
	int i;

	begin();
	for (i = 0; i < 100; i++) {
		video(OLD, i * FRAME, i == stop + one - 1 || i == stop + other - 1 ? 0 : 2 * FRAME, i == 0);
		audio(OLD, i * FRAME);
	}
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, 0);
	cut_over(NEW, NEW_ZERO + 2000, AIR + stop * FRAME);
	ended = last_of(OLD, MSG_VIDEO)->dts / FRAME + 1 - stop;
	end();
	return ended;
}

/* "at most 7 frames from where it would have ended": of those around it, 7 to either side. */
static void
but_not_far_from_where_it_would_have_ended(void)
{
	int i;

	for (i = -7; i <= 7; i++)
		t_int(end_with_places_at(i, i), i);
	t_int(end_with_places_at(17, -17), 0);
	t_int(end_with_places_at(-3, 2), 2);
	t_int(end_with_places_at(-2, 3), -2);
	t_int(end_with_places_at(-3, 3), 3);	/* rather show more of it */
}

/* "up to a second from there, where that spares more than two pictures": before the late one is sent, or after it is
 * shown. Where OLD then ends in frames from the place, if one picture that many frames from it has this cts. */
static int64_t
end_with_late_picture(int from, int32_t cts, bool nothing_follows)
{
	const int stop = 50;
	int64_t ended;
	int i;

	begin();
	for (i = 0; i < (nothing_follows ? stop : 100); i++) {
		video(OLD, i * FRAME, i == stop + from ? cts : 0, i == 0);
		audio(OLD, i * FRAME);
		audio(OLD, i * FRAME + SOUND);
	}
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, 0);
	cut_over(NEW, NEW_ZERO + 2000, AIR + stop * FRAME);
	ended = last_of(OLD, MSG_VIDEO)->dts / FRAME + 1 - stop;
	if (!t_int(step_at_cut(), FRAME) || !t_ok(first_of(NEW, MSG_VIDEO)->pts > sp.shown - FRAME))
		printf("# a picture %d frames from there, shown %d ms late\n", from, (int)cts);
	end();
	return ended;
}

static void
and_further_where_a_picture_is_shown_late(void)
{
	t_int(end_with_late_picture(-20, 1000, false), 6);	/* shown 25 frames after it is sent */
	t_int(end_with_late_picture(-10, 1000, false), -10);
	t_int(end_with_late_picture(-13, 1000, false), 13);
	t_int(end_with_late_picture(-20, 1000, true), -20);
	t_int(end_with_late_picture(-24, 920, true), 0);	/* shown by now */
	t_int(end_with_late_picture(-10, -1000, false), 0);
	t_int(end_with_late_picture(-10, -1000, true), 0);
}

/* What was sent before the plan counts, too: however long ago, a picture may still be outstanding. */
static void
a_picture_that_was_sent_long_ago_is_outstanding(void)
{
	int i;

	begin();
	for (i = 0; i < 100; i++) {
		video(OLD, i * FRAME, i == 10 ? 50 * FRAME : 0, i == 0);
		audio(OLD, i * FRAME);
	}
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, 0);
	play(AIR + 40 * FRAME);
	cut_over(NEW, NEW_ZERO + 2000, AIR + 50 * FRAME);
	t_int(last_of(OLD, MSG_VIDEO)->dts, 60 * FRAME);
	t_int(step_at_cut(), FRAME);
	end();
}

/* Where no place is better than another, the end stays, and PTS neither goes back nor stands still. */
static void
a_late_or_early_source_moves_no_end(void)
{
	static const struct {
		int32_t	old_cts, new_cts;
		int64_t	step;
	} rows[] = { { 1000, 0, 1001 }, { 0, -1000, 1001 }, { 1000, 1000, FRAME }, { -1000, 0, FRAME },
	    { -1000, -1000, FRAME }, { 1000, -1000, 2001 }, { 0, 1000, FRAME } };
	size_t i;
	int n;

	for (i = 0; i < nitems(rows); i++) {
		begin();
		for (n = 0; n < 100; n++) {
			video(OLD, n * FRAME, rows[i].old_cts, n == 0);
			audio(OLD, n * FRAME);
			video(NEW, NEW_ZERO + n * FRAME, rows[i].new_cts, n % 25 == 0);
			audio(NEW, NEW_ZERO + n * FRAME);
		}
		cut(OLD, 0);
		cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
		if (!t_int(last_of(OLD, MSG_VIDEO)->dts, 2000 - FRAME) || !t_int(step_at_cut(), rows[i].step) ||
		    !t_ok(first_of(NEW, MSG_VIDEO)->pts > last_of(OLD, MSG_VIDEO)->pts))
			printf("# row %zu\n", i);
		end();
	}
}

#define T(name)	{ #name, name }

T_MAIN(
	T(the_old_source_ends_where_the_fewest_pictures_are_outstanding),
	T(but_not_far_from_where_it_would_have_ended),
	T(and_further_where_a_picture_is_shown_late),
	T(a_picture_that_was_sent_long_ago_is_outstanding),
	T(a_late_or_early_source_moves_no_end),
)
