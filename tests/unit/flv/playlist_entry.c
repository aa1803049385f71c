/* SPDX-License-Identifier: ISC */
#include "flvmake.h"
#include "flv/playlist_entry.h"
#include "packet/frame_rate.h"

#include <errno.h>

#define TWO_S	(2 * TICKS_S)	/* 50 frames at 25 a second */

static struct made plain = { .fps_num = 25, .fps_den = 1, .rate = 48000, .video = 50, .audio = 95 };

/* A list of these files, of which each has so many ms of reordering delay. */
static struct playlist *
list_of(size_t n, const int32_t cts[])
{
	const char *paths[4];
	struct flv_fault fault;
	struct playlist *l;
	struct made m = plain;
	char name[16];
	size_t i;

	for (i = 0; i < n; i++) {
		m.cts = cts[i];
		snprintf(name, sizeof(name), "%zu-%d.flv", i, (int)cts[i]);
		paths[i] = file_of(name, &m);
	}
	if (!t_ok((l = playlist_open(paths, n, &fault)) != NULL))
		printf("# %s\n", fault.reason);
	return l;
}

/* The first to play, as a loop begins. */
static struct playlist_entry *
first_of(struct playlist *l)
{
	struct playlist_entry *s = calloc(1, sizeof(*s));

	s->list = l;
	return s;
}

static void
a_list_needs_files_and_all_of_them(void)
{
	const char *paths[] = { file_of("good.flv", &plain), path_of("missing.flv") };
	struct flv_fault fault;

	t_ok(playlist_open(paths, 0, &fault) == NULL);
	t_str(fault.reason, "no files");
	t_int(fault.error, EINVAL);
	t_int(fault.offset, -1);
	t_ok(playlist_open(paths, 2, &fault) == NULL);
	t_int(fault.file, 1);
	t_int(fault.error, ENOENT);
	playlist_unref(NULL);
}

/* With fewer frames of reordering delay in the next one, it begins that much later. */
static void
each_begins_where_the_one_before_ends(void)
{
	static const int32_t same[] = { 40, 40 }, differ[] = { 80, 0, 40 };
	struct playlist *l = list_of(2, same), *none = NULL;
	struct playlist_entry *s = first_of(l);

	t_int(playlist_entry_make(s, &none), 0);
	t_int(s->next->index, 1);
	t_int(s->next->start, TWO_S);
	t_int(playlist_entry_make(s->next, &none), 0);
	t_int(s->next->next->index, 0);		/* round and round */
	t_int(s->next->next->start, 2 * TWO_S);
	playlist_entries_free(s);

	l = list_of(3, differ);
	s = first_of(l);
	t_int(playlist_entry_make(s, &none), 0);
	t_int(s->next->start, TWO_S + 80 * TICKS_MS);
	t_int(playlist_entry_make(s->next, &none), 0);
	t_int(s->next->next->start, 2 * TWO_S + 80 * TICKS_MS);
	playlist_entries_free(s);
}

/* What the track that gets there first has made holds for the other one, too. */
static void
a_plan_changes_until_it_is_made(void)
{
	static const int32_t cts[] = { 0, 0 };
	struct playlist *l = list_of(2, cts), *other = list_of(1, cts), *pending = NULL;
	struct playlist_entry *s = first_of(l);

	t_ok(playlist_entry_plan(s, NULL).list == l);
	t_int(playlist_entry_plan(s, NULL).index, 1);
	t_ok(playlist_entry_plan(s, other).list == other);
	t_int(playlist_entry_plan(s, other).index, 0);
	t_int(playlist_entry_plan(s, other).start, TWO_S);
	t_int(l->refs, 1);			/* a plan takes none */
	t_int(playlist_entry_make(s, &pending), 0);
	t_int(l->refs, 2);
	t_ok(playlist_entry_plan(s, other).list == l);
	t_int(playlist_entry_plan(s, other).index, 1);
	pending = other;
	t_int(playlist_entry_make(s->next, &pending), 0);
	t_ok(pending == NULL);			/* its reference went into it */
	t_int(other->refs, 1);
	t_ok(s->next->next->list == other);
	t_int(s->next->next->start, 2 * TWO_S);
	playlist_entries_free(s);			/* closes all of it: the leak checker sees */
}

static void
audio_keeps_its_distance_from_video(void)
{
	static const int64_t off[] = { 0, 21, -15 };
	struct made m = plain;
	struct flv_fault fault;
	struct playlist_entry *s;
	const char *path;
	size_t i;

	for (i = 0; i < nitems(off); i++) {
		m.audio_ms = 100 + (int32_t)off[i];
		m.video_ms = 100;
		path = file_of("off.flv", &m);
		s = first_of(playlist_open(&path, 1, &fault));
		s->start = 7 * TICKS_S;
		t_int(playlist_entry_audio(s), 7 * TICKS_S + off[i] * TICKS_MS);
		playlist_entries_free(s);
	}
}

static void
files_close_with_the_last_reference(void)
{
	static const int32_t cts[] = { 0 };
	struct playlist *l = list_of(1, cts);
	int fd = l->files[0]->fd;

	t_ok(playlist_ref(l) == l);
	playlist_unref(l);
	t_ok(fcntl(fd, F_GETFD) != -1);
	playlist_unref(l);
	t_int(fcntl(fd, F_GETFD), -1);
}

T_MAIN(
	{ "a_list_needs_files_and_all_of_them", a_list_needs_files_and_all_of_them },
	{ "each_begins_where_the_one_before_ends", each_begins_where_the_one_before_ends },
	{ "a_plan_changes_until_it_is_made", a_plan_changes_until_it_is_made },
	{ "audio_keeps_its_distance_from_video", audio_keeps_its_distance_from_video },
	{ "files_close_with_the_last_reference", files_close_with_the_last_reference },
	{ "clean_up", clean_up },
)
