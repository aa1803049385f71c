/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv_check.h"
#include "flv/playlist_entry.h"
#include "packet/frame_rate.h"

#include <errno.h>

struct playlist *
playlist_open(const char *const *paths, size_t n, struct flv_fault *fault)
{
	struct playlist *l;

	memset(fault, 0, sizeof(*fault));
	fault->offset = -1;
	if (n == 0) {
		fault->error = EINVAL;
		strlcpy(fault->reason, "no files", sizeof(fault->reason));
		return NULL;
	}
	if ((l = calloc(1, sizeof(*l) + n * sizeof(l->files[0]))) == NULL) {
		fault->error = ENOMEM;
		strlcpy(fault->reason, "out of memory", sizeof(fault->reason));
		return NULL;
	}
	l->refs = 1;
	for (; l->n < n; l->n++) {
		if ((l->files[l->n] = flv_file_open(paths[l->n], fault)) == NULL) {
			fault->file = l->n;
			playlist_unref(l);
			return NULL;
		}
	}
	return l;
}

struct playlist *
playlist_ref(struct playlist *l)
{
	l->refs++;
	return l;
}

void
playlist_unref(struct playlist *l)
{
	size_t i;

	if (l == NULL || --l->refs > 0)
		return;
	for (i = 0; i < l->n; i++)
		flv_file_close(l->files[i]);
	free(l);
}

/* From the start of f to the start of g behind it. */
static int64_t
distance(const struct flv_file *f, const struct flv_file *g)
{
	int64_t d = f->length;

	/* PTS is later than DTS by the reordering delay. If g has less of it, the first picture of g
	 * would be shown before the last ones of f. */
	if (f->cts > g->cts)
		d += (int64_t)(f->cts - g->cts) * TICKS_MS;
	return d;
}

struct playlist_entry
playlist_entry_plan(const struct playlist_entry *e, struct playlist *pending)
{
	struct playlist_entry next = { .list = e->list };

	if (e->next != NULL)
		return *e->next;
	if (pending != NULL)
		next.list = pending;
	else
		next.index = (e->index + 1) % e->list->n;
	next.start = e->start + distance(playlist_entry_file(e), playlist_entry_file(&next));
	return next;
}

int
playlist_entry_make(struct playlist_entry *e, struct playlist **pending)
{
	struct playlist_entry *next;

	if ((next = malloc(sizeof(*next))) == NULL)
		return -1;
	*next = playlist_entry_plan(e, *pending);
	if (*pending == NULL)
		playlist_ref(next->list);
	*pending = NULL;
	e->next = next;
	return 0;
}

int64_t
playlist_entry_audio(const struct playlist_entry *e)
{
	const struct flv_file *f = playlist_entry_file(e);

	return e->start + ((int64_t)f->audio_first - f->video_first) * TICKS_MS;
}

void
playlist_entries_free(struct playlist_entry *e)
{
	struct playlist_entry *next;

	for (; e != NULL; e = next) {
		next = e->next;
		playlist_unref(e->list);
		free(e);
	}
}
