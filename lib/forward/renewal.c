/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/format.h"
#include "forward/renewal.h"

/* The second connection of a destination that is sent to both addresses is renewed when the first one is up again. */
#define BACKUP_LATER_S	60

static int64_t
later_s(const struct spec_dest *d)
{
	return d->backup_leg ? BACKUP_LATER_S : 0;
}

int64_t
renewal_next(const struct spec_dest *d, int64_t wall)
{
	return d->renew_at == -1 ? INT64_MAX : schedule_next(d->renew_at, wall - later_s(d)) + later_s(d);
}

bool
renewal_is_old(const struct spec_dest *d, int64_t up_ms)
{
	return d->renew_ms > 0 && up_ms >= d->renew_ms + later_s(d) * 1000;
}

/* Of a codec that is not supported here, only its name is known. */
static bool
video_differs(const struct packet *a, const struct packet *b)
{
	struct video_format x = { 0 }, y = { 0 };

	if (a == b)
		return false;
	video_format_read(&x, a->data, a->len);
	video_format_read(&y, b->data, b->len);
	return x.fourcc != y.fourcc || x.width != y.width || x.height != y.height;
}

static bool
audio_differs(const struct packet *a, const struct packet *b)
{
	struct audio_format x = { 0 }, y = { 0 };

	if (a == b)
		return false;
	audio_format_read(&x, a->data, a->len);
	audio_format_read(&y, b->data, b->len);
	return x.fourcc != y.fourcc || x.rate != y.rate || x.channels != y.channels;
}

bool
renewal_differs(const struct entry *e, struct packet *const has[TRACKS])
{
	struct packet *const *part;

	if (e->headers == NULL || has[TRACK_VIDEO] == NULL)
		return false;
	part = e->headers->part;
	if ((e->flags & ENTRY_CUT) && (part[TRACK_AUDIO] == NULL) != (has[TRACK_AUDIO] == NULL))
		return true;
	if (part[TRACK_VIDEO] != NULL && video_differs(part[TRACK_VIDEO], has[TRACK_VIDEO]))
		return true;
	return part[TRACK_AUDIO] != NULL && has[TRACK_AUDIO] != NULL &&
	    audio_differs(part[TRACK_AUDIO], has[TRACK_AUDIO]);
}
