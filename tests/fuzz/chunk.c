/* SPDX-License-Identifier: ISC */
/* Two readers, the second fed in pieces: both must say the same. */
#include "base/base.h"
#include "rtmp/chunk.h"

#define MEDIA_MAX	65536
#define OTHER_MAX	4096

struct trace {
	uint64_t	 hash;
	unsigned int	 messages;
	enum chunk_error error;
};

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
mix(struct trace *t, const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n-- > 0)
		t->hash = (t->hash ^ *b++) * 0x100000001b3u;
}

static void
trace(struct trace *t, const struct message *m)
{
	const uint8_t *body = m->packet != NULL ? m->packet->data : m->body;

	if (m->packet != NULL && (m->packet->len != m->len ||
	    m->packet->time != m->time || m->packet->type != m->type))
		abort();
	if (m->len > MEDIA_MAX)
		abort();
	mix(t, &m->type, sizeof(m->type));
	mix(t, &m->msid, sizeof(m->msid));
	mix(t, &m->time, sizeof(m->time));
	mix(t, &m->len, sizeof(m->len));
	mix(t, body, m->len);
	t->messages++;
	packet_unref(m->packet);
}

static bool
feed(struct chunk_reader *r, struct trace *t, const uint8_t *p, size_t n)
{
	struct message m;
	ptrdiff_t used;
	bool got;

	do {
		used = chunk_read(r, p, n, &m, &got, &t->error);
		if (used == -1)
			return false;
		if ((size_t)used > n)
			abort();
		if (got)
			trace(t, &m);
		p += used;
		n -= (size_t)used;
	} while (got || n > 0);
	return true;
}

/* step: bytes at a time; 0: all at once */
static struct trace
run(const uint8_t *p, size_t n, size_t step, bool media)
{
	struct arena *arena = media ? arena_new(1 << 18) : NULL;
	struct chunk_reader *r = chunk_reader_new(arena, MEDIA_MAX, OTHER_MAX);
	struct trace t = { 0, 0, CHUNK_OK };
	size_t k;

	for (; n > 0; p += k, n -= k) {
		k = step == 0 || step > n ? n : step;
		if (!feed(r, &t, p, k))
			break;
	}
	chunk_reader_free(r);
	arena_free(arena);
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct trace a, b;

	if (n < 1)
		return 0;
	a = run(p + 1, n - 1, 0, p[0] & 1);
	b = run(p + 1, n - 1, 1 + (p[0] >> 1 & 15), p[0] & 1);
	if (a.hash != b.hash || a.messages != b.messages || a.error != b.error)
		abort();
	return 0;
}
