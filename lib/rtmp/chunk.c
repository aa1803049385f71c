/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "rtmp/chunk.h"

#define STREAMS_MAX	32		/* that are remembered; a server may use one after the other */
#define EXTENDED	0xffffffu	/* in a timestamp field: 4 more bytes hold it */
#define CHUNK_SIZE_MAX	0x7fffffffu
#define BODY_KEPT	65536u		/* a larger body buffer is not kept for the next */

struct stream {
	uint32_t	 csid;
	bool		 used;		/* a message header was seen */
	bool		 extended;	/* the last timestamp field was 0xffffff */
	bool		 open;		/* a message has started and is not whole */
	bool		 skip;		/* the open message is not delivered */
	uint8_t		 type;
	uint32_t	 msid, len, time;
	uint32_t	 field;		/* the last timestamp field, which a type 3 start adds */
	uint32_t	 have;		/* bytes of the open message that have arrived */
	uint64_t	 turn;		/* when its last chunk began, in chunks */
	struct packet	*packet;	/* has those bytes; NULL: body has them */
	struct buf	 body;
};

struct chunk_reader {
	struct arena	*arena;
	uint32_t	 max_media, max_other;
	uint32_t	 chunk_size;
	uint64_t	 unfinished;	/* lengths of the open messages, added up */
	uint64_t	 work;		/* see chunk_work() */
	enum chunk_error error;
	struct stream	*current;	/* stream of the current chunk; NULL: in a header */
	uint32_t	 left;		/* payload bytes of that chunk that have not arrived */
	uint64_t	 turn;		/* chunks so far */
	struct stream	*delivered;	/* the caller borrows its body until the next call */
	uint8_t		 head[CHUNK_HEADER_MAX];
	size_t		 have;		/* bytes in head: a header that is not complete */
	unsigned int	 nstreams;
	struct stream	 streams[STREAMS_MAX];
};

static size_t
basic_header(uint8_t *dst, unsigned int fmt, unsigned int csid)
{
	if (csid < 64) {
		dst[0] = (uint8_t)(fmt << 6 | csid);
		return 1;
	}
	csid -= 64;
	dst[0] = (uint8_t)(fmt << 6 | (csid < 256 ? 0 : 1));
	dst[1] = (uint8_t)csid;
	if (csid < 256)
		return 2;
	dst[2] = (uint8_t)(csid >> 8);
	return 3;
}

size_t
chunk_first(uint8_t *dst, unsigned int csid, uint32_t time, uint32_t len,
    uint8_t type, uint32_t msid)
{
	size_t n = basic_header(dst, 0, csid);
	uint8_t *p = dst + n;

	put_be24(p, time < EXTENDED ? time : EXTENDED);
	put_be24(p + 3, len);
	p[6] = type;
	p[7] = (uint8_t)msid;	/* the only little-endian field */
	p[8] = (uint8_t)(msid >> 8);
	p[9] = (uint8_t)(msid >> 16);
	p[10] = (uint8_t)(msid >> 24);
	if (time < EXTENDED)
		return n + 11;
	put_be32(p + 11, time);
	return n + 15;
}

size_t
chunk_next(uint8_t *dst, unsigned int csid, uint32_t time)
{
	size_t n = basic_header(dst, 3, csid);

	if (time < EXTENDED)
		return n;
	put_be32(dst + n, time);
	return n + 4;
}

const char *
chunk_error_text(enum chunk_error error)
{
	static const char *const text[] = {
		[CHUNK_OK] = "no error",
		[CHUNK_TOO_LONG] = "a message is too long",
		[CHUNK_NO_START] = "a chunk continues a message that never started",
		[CHUNK_TOO_MANY] = "too many unfinished messages",
		[CHUNK_BAD_SIZE] = "the chunk size is out of range",
		[CHUNK_NO_MEMORY] = "out of memory for a message",
	};

	return (size_t)error < nitems(text) ? text[error] : "bad chunk";
}

struct chunk_reader *
chunk_reader_new(struct arena *a, uint32_t max_media, uint32_t max_other)
{
	struct chunk_reader *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->arena = a;
	r->max_media = max_media;
	r->max_other = max_other;
	r->chunk_size = CHUNK_SIZE_DEFAULT;
	return r;
}

void
chunk_reader_free(struct chunk_reader *r)
{
	unsigned int i;

	if (r == NULL)
		return;
	for (i = 0; i < r->nstreams; i++) {
		packet_unref(r->streams[i].packet);
		buf_free(&r->streams[i].body);
	}
	free(r);
}

static struct stream *
stream_find(struct chunk_reader *r, uint32_t csid)
{
	unsigned int i;

	for (i = 0; i < r->nstreams; i++)
		if (r->streams[i].csid == csid)
			return &r->streams[i];
	return NULL;
}

/* The stream that rests for the longest time, forgotten; NULL: all have an open message. */
static struct stream *
stream_forget(struct chunk_reader *r)
{
	struct stream *s, *oldest = NULL;

	for (s = r->streams; s < r->streams + r->nstreams; s++)
		if (!s->open && s != r->delivered && (oldest == NULL || s->turn < oldest->turn))
			oldest = s;
	if (oldest != NULL) {
		buf_free(&oldest->body);
		memset(oldest, 0, sizeof(*oldest));
	}
	return oldest;
}

static struct stream *
stream_get(struct chunk_reader *r, uint32_t csid)
{
	struct stream *s = stream_find(r, csid);

	if (s == NULL)
		s = r->nstreams < STREAMS_MAX ? &r->streams[r->nstreams++] : stream_forget(r);
	if (s != NULL) {
		s->csid = csid;
		s->turn = ++r->turn;
	}
	return s;
}

static bool
is_media(uint8_t type)
{
	return type == MSG_AUDIO || type == MSG_VIDEO || type == MSG_DATA;
}

/* Ends the open message: delivered, skipped, aborted or dropped. */
static void
message_close(struct chunk_reader *r, struct stream *s)
{
	if (!s->open)
		return;
	packet_unref(s->packet);
	s->packet = NULL;
	s->open = false;
	if (s->body.size > BODY_KEPT && r->delivered != s)
		buf_free(&s->body);
	if (!s->skip)
		r->unfinished -= s->len;
}

static enum chunk_error
message_open(struct chunk_reader *r, struct stream *s)
{
	bool media = is_media(s->type);
	uint32_t max = r->max_other, most;

	if (media || s->type == MSG_AGGREGATE || s->type == MSG_DATA3)
		max = r->max_media;
	if (s->len > max)
		return CHUNK_TOO_LONG;
	s->skip = r->arena == NULL && (media || s->type == MSG_AGGREGATE);
	s->open = true;
	s->have = 0;
	if (s->skip)
		return CHUNK_OK;
	most = r->max_media > r->max_other ? r->max_media : r->max_other;
	r->unfinished += s->len;
	if (r->unfinished > 2 * (uint64_t)most)
		return CHUNK_TOO_MANY;
	if (media) {
		s->packet = packet_new(r->arena, s->type, s->time, s->len);
		return s->packet != NULL ? CHUNK_OK : CHUNK_NO_MEMORY;
	}
	s->body.cap = max;
	buf_clear(&s->body);
	return CHUNK_OK;
}

/* -- headers -- */

static size_t
basic_length(const struct chunk_reader *r)
{
	unsigned int low = r->head[0] & 63;

	return low == 0 ? 2 : low == 1 ? 3 : 1;
}

static uint32_t
head_csid(const struct chunk_reader *r)
{
	switch (basic_length(r)) {
	case 1:
		return r->head[0] & 63;
	case 2:
		return 64u + r->head[1];
	default:
		return 64u + r->head[1] + 256u * r->head[2];
	}
}

static const size_t message_length[] = { 11, 7, 3, 0 };

/*
 * Some peers do not repeat the extended timestamp on type 3 chunks. Its bytes are compared as they
 * arrive: if they do not all match, they are payload. Returns how many more header bytes are needed;
 * *n grows by 4 when all of them are there.
 */
static size_t
repeat_want(const struct chunk_reader *r, const struct stream *s, size_t *n)
{
	uint8_t want[4];
	size_t k = r->have - *n;

	if (k > sizeof(want))
		k = sizeof(want);
	put_be32(want, s->field);
	if (memcmp(r->head + *n, want, k) != 0)
		return 0;
	if (k < sizeof(want))
		return 1;
	*n += sizeof(want);
	return 0;
}

/* How many more bytes the header needs; 0: it is complete and *n bytes long. */
static size_t
head_want(struct chunk_reader *r, size_t *n)
{
	const struct stream *s;
	unsigned int fmt;

	*n = 1;
	if (r->have < *n)
		return *n - r->have;
	fmt = r->head[0] >> 6;
	*n = basic_length(r) + message_length[fmt];
	if (r->have < *n)
		return *n - r->have;
	if (fmt == 3) {
		s = stream_find(r, head_csid(r));
		return s != NULL && s->extended ? repeat_want(r, s, n) : 0;
	}
	if (be24(r->head + basic_length(r)) == EXTENDED)
		*n += 4;
	return r->have < *n ? *n - r->have : 0;
}

/* Reads a header of type 0 to 2: n bytes at p, the extended timestamp last. */
static void
fields_read(struct stream *s, unsigned int fmt, const uint8_t *p, size_t n)
{
	s->field = be24(p);
	s->extended = s->field == EXTENDED;
	if (s->extended)
		s->field = be32(p + n - 4);
	if (fmt < 2) {
		s->len = be24(p + 3);
		s->type = p[6];
	}
	if (fmt == 0)
		s->msid = (uint32_t)p[10] << 24 | (uint32_t)p[9] << 16 |
		    (uint32_t)p[8] << 8 | p[7];
}

/* Enters the chunk whose complete header of n bytes is in head. */
static enum chunk_error
head_take(struct chunk_reader *r, size_t n)
{
	unsigned int fmt = r->head[0] >> 6;
	size_t basic = basic_length(r);
	struct stream *s = stream_get(r, head_csid(r));
	enum chunk_error error;

	if (s == NULL)
		return CHUNK_TOO_MANY;
	/* Some peers start a stream with type 1, which lacks only the message stream id. */
	if (!s->used && fmt > 1)
		return CHUNK_NO_START;
	if (fmt < 3) {
		message_close(r, s);
		fields_read(s, fmt, r->head + basic, n - basic);
		s->used = true;
	}
	if (!s->open) {
		/* A start of type 3 adds the timestamp field again, even that of a type 0. */
		s->time = fmt == 0 ? s->field : s->time + s->field;
		r->work++;
		if ((error = message_open(r, s)) != CHUNK_OK)
			return error;
	}
	r->current = s;
	r->left = s->len - s->have;
	if (r->left > r->chunk_size) {
		r->left = r->chunk_size;
		r->work += r->chunk_size < CHUNK_SIZE_DEFAULT;
	}
	r->have -= n;
	memmove(r->head, r->head + n, r->have);
	return CHUNK_OK;
}

static enum chunk_error
payload_take(struct chunk_reader *r, const uint8_t *p, size_t n)
{
	struct stream *s = r->current;

	if (s->packet != NULL)
		memcpy(s->packet->data + s->have, p, n);
	else if (!s->skip && buf_add(&s->body, p, n) == -1)
		return CHUNK_NO_MEMORY;
	s->have += (uint32_t)n;
	r->left -= (uint32_t)n;
	return CHUNK_OK;
}

/* Handles Set Chunk Size and Abort; false: another message. */
static bool
handle_control(struct chunk_reader *r, struct stream *s)
{
	uint32_t value = s->len >= 4 && s->packet == NULL ?
	    be32(buf_head(&s->body)) : 0;
	struct stream *other;

	if (s->type == MSG_CHUNK_SIZE) {
		r->chunk_size = value;
		if (r->chunk_size == 0 || r->chunk_size > CHUNK_SIZE_MAX)
			r->error = CHUNK_BAD_SIZE;
		return true;
	}
	if (s->type == MSG_ABORT) {
		if ((other = stream_find(r, value)) != NULL && other != s)
			message_close(r, other);
		return true;
	}
	return false;
}

/* Ends the current message, which is complete. true: *m is for the caller. */
static bool
message_done(struct chunk_reader *r, struct message *m)
{
	static const uint8_t nothing[1];
	struct stream *s = r->current;
	bool give = !s->skip && !handle_control(r, s);

	if (give) {
		m->type = s->type;
		m->msid = s->msid;
		m->time = s->time;
		m->len = s->len;
		m->packet = s->packet;
		m->body = s->packet != NULL ? s->packet->data :
		    s->len > 0 ? buf_head(&s->body) : nothing;
		s->packet = NULL;
		r->delivered = s;
	}
	message_close(r, s);
	return give;
}

static void
delivered_drop(struct chunk_reader *r)
{
	if (r->delivered != NULL && r->delivered->body.size > BODY_KEPT)
		buf_free(&r->delivered->body);
	r->delivered = NULL;
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The first bytes of the payload may be in head: repeat_want() compared them. */
static size_t
payload_step(struct chunk_reader *r, const uint8_t *p, size_t n)
{
	size_t k;

	if (r->have > 0) {
		k = smaller(r->have, r->left);
		r->error = payload_take(r, r->head, k);
		r->have -= k;
		memmove(r->head, r->head + k, r->have);
		return 0;
	}
	k = smaller(n, r->left);
	r->error = payload_take(r, p, k);
	return k;
}

static size_t
head_step(struct chunk_reader *r, const uint8_t *p, size_t n)
{
	size_t len, k = head_want(r, &len);

	if (k == 0) {
		r->error = head_take(r, len);
		return 0;
	}
	k = smaller(n, k);
	memcpy(r->head + r->have, p, k);
	r->have += k;
	return k;
}

/* Can the reader go on without input? */
static bool
can_step(struct chunk_reader *r)
{
	size_t len;

	return r->current != NULL ? r->have > 0 : head_want(r, &len) == 0;
}

ptrdiff_t
chunk_read(struct chunk_reader *r, const uint8_t *p, size_t n,
    struct message *m, bool *got, enum chunk_error *err)
{
	size_t used = 0;

	delivered_drop(r);
	*got = false;
	if (n == 0)
		p = r->head;	/* not read; arithmetic on NULL is undefined */
	while (r->error == CHUNK_OK && !*got) {
		if (r->current != NULL && r->left == 0) {
			if (r->current->have == r->current->len)
				*got = message_done(r, m);
			r->current = NULL;
			continue;
		}
		if (used == n && !can_step(r))
			break;
		used += r->current != NULL ?
		    payload_step(r, p + used, n - used) :
		    head_step(r, p + used, n - used);
	}
	*err = r->error;
	return r->error == CHUNK_OK ? (ptrdiff_t)used : -1;
}

uint64_t
chunk_work(const struct chunk_reader *r)
{
	return r->work;
}
