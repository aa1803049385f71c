/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/hex.h"
#include "flv/flv.h"
#include "forward/picture.h"
#include "media/source_hold.h"
#include "process/ctl_code.h"

static void
tag_add(struct buf *b, const struct packet *p)
{
	const struct flv_tag tag = { .type = p->type, .len = p->len };
	uint8_t head[FLV_TAG_HEADER], trailer[FLV_TAG_TRAILER];
	uint32_t size = FLV_TAG_HEADER + p->len;

	flv_tag_header(head, &tag);
	buf_add(b, head, sizeof(head));
	buf_add(b, p->data, p->len);
	trailer[0] = (uint8_t)(size >> 24);
	trailer[1] = (uint8_t)(size >> 16);
	trailer[2] = (uint8_t)(size >> 8);
	trailer[3] = (uint8_t)size;
	buf_add(b, trailer, sizeof(trailer));
}

/* The file, or none: the source is not healthy, or its keyframe is too large. */
static void
picture_make(struct buf *b, const struct source *s, int64_t now)
{
	uint8_t head[FLV_FILE_HEADER];
	const struct entry *e;
	uint64_t n;

	if (!source_key_before(s, now, &n))
		return;
	e = frame_queue_at(&s->track[TRACK_VIDEO].queue, n);
	if (e->pkt->len > PICTURE_MAX)
		return;
	flv_file_header(head);
	buf_add(b, head, sizeof(head));
	if (e->headers != NULL && e->headers->part[TRACK_VIDEO] != NULL)
		tag_add(b, e->headers->part[TRACK_VIDEO]);
	tag_add(b, e->pkt);
}

static char *
answer(enum ctl_code code, const struct buf *flv)
{
	static const char format[] = "{\"code\":\"%s\",\"flv\":\"";
	size_t size = sizeof(format) + 64 + 2 * buf_len(flv);
	char *text = malloc(size);

	if (text == NULL)
		return NULL;
	if (code != CTL_OK) {
		snprintf(text, size, "{\"code\":\"%s\"}", ctl_code_name(code));
		return text;
	}
	snprintf(text, size, format, ctl_code_name(code));
	hex_put(text + strlen(text), buf_head(flv), buf_len(flv));
	strlcat(text, "\"}", size);
	return text;
}

char *
forwarder_picture(const struct forwarder *fw, const char *source, int64_t now)
{
	const struct channel *ch = fw->channel;
	enum ctl_code code = CTL_UNKNOWN_SOURCE;
	struct buf b;
	char *text;
	int i;

	buf_init(&b, 2 * PICTURE_MAX);
	for (i = 0; i < ch->sources; i++)
		if (strcmp(ch->source[i].name, source) == 0) {
			picture_make(&b, &ch->source[i].src, now);
			code = buf_len(&b) > 0 ? CTL_OK : CTL_NO_PICTURE;
		}
	text = answer(code, &b);
	buf_free(&b);
	return text;
}
