/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/packet.h"

#include <errno.h>
#include <sys/mman.h>

struct slab {
	struct arena	*arena;
	struct slab	*next;		/* in the spare list */
	size_t		 size;		/* bytes mapped, this header included */
	size_t		 used;
	uint32_t	 live;		/* packets that are not dead yet */
};

/* Audio is kept longer than the video beside it, and headers for ever: they have slabs of their own,
 * so that they do not keep the slabs of large frames in use. */
enum { LARGE, SMALL, KINDS };
#define LARGE_MIN	2048

/* The peak covers the last one to two windows; a window is so many slabs taken. */
#define WINDOW	256
#define PACKETS	4	/* in a slab, at least */

struct arena {
	struct slab	*current[KINDS];	/* where the next packet goes; may be NULL */
	struct slab	*spares;
	size_t		 slab_size;
	size_t		 usual[KINDS];	/* a packet's size, on average */
	unsigned int	 spare;
	unsigned int	 slabs;		/* mapped now */
	unsigned int	 peak, peak_before;	/* most that were in use at once */
	unsigned int	 taken;		/* in this window */
	bool		 closed;	/* arena_free() was called */
	size_t		 mapped, max_mapped;
	uint64_t	 maps;
};

#define SLAB_HEADER	((sizeof(struct slab) + PACKET_ALIGN - 1) & ~(size_t)(PACKET_ALIGN - 1))

struct arena *
arena_new(size_t slab_size)
{
	struct arena *a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	a->slab_size = slab_size;
	a->max_mapped = SIZE_MAX;
	return a;
}

void
arena_limit(struct arena *a, size_t max_bytes)
{
	a->max_mapped = max_bytes > 0 ? max_bytes : SIZE_MAX;
}

static void
slab_unmap(struct slab *s)
{
	struct arena *a = s->arena;

	a->mapped -= s->size;
	a->slabs--;
	munmap(s, s->size);
	if (a->closed && a->slabs == 0)
		free(a);
}

static bool
is_current(const struct slab *s)
{
	return s == s->arena->current[LARGE] || s == s->arena->current[SMALL];
}

/* The last packet in s is dead: keeps s as a spare if as many slabs were needed lately, or else unmaps it. */
static void
slab_idle(struct slab *s)
{
	struct arena *a = s->arena;

	s->used = SLAB_HEADER;
	if (is_current(s))
		return;
	if (a->closed || (a->slabs > a->peak + 1 &&
	    a->slabs > a->peak_before + 1)) {
		slab_unmap(s);
		return;
	}
	s->next = a->spares;
	a->spares = s;
	a->spare++;
}

void
arena_free(struct arena *a)
{
	struct slab *s;
	int i;

	if (a == NULL)
		return;
	if (a->slabs == 0) {
		free(a);
		return;
	}
	for (i = 0; i < KINDS; i++) {
		s = a->current[i];
		a->current[i] = NULL;
		if (s != NULL && s->live == 0) {
			s->next = a->spares;
			a->spares = s;
		}
	}
	s = a->spares;
	a->spares = NULL;
	a->closed = true;
	while (s != NULL) {
		struct slab *next = s->next;

		slab_unmap(s);	/* the last one frees the arena */
		s = next;
	}
}

size_t
arena_mapped(const struct arena *a)
{
	return a->mapped;
}

uint64_t
arena_maps(const struct arena *a)
{
	return a->maps;
}

static void
note_peak(struct arena *a)
{
	if (++a->taken == WINDOW) {
		a->taken = 0;
		a->peak_before = a->peak;
		a->peak = 0;
	}
	if (a->slabs - a->spare > a->peak)
		a->peak = a->slabs - a->spare;
}

/*
 * The smallest spare slab with room for need bytes; NULL: none. One of the usual size is small enough: each that is
 * looked at costs a cache miss.
 */
static struct slab *
spare_take(struct arena *a, size_t need, size_t usual)
{
	struct slab *s, **sp, **best = NULL;

	for (sp = &a->spares; (s = *sp) != NULL && (best == NULL || (*best)->size > usual); sp = &s->next)
		if (s->size - s->used >= need &&
		    (best == NULL || s->size < (*best)->size))
			best = sp;
	if (best == NULL)
		return NULL;
	s = *best;
	*best = s->next;
	a->spare--;
	return s;
}

/* Is there room for a slab of this size below the limit, if need be without the spares? */
static bool
may_map(struct arena *a, size_t size)
{
	struct slab *s;

	while (a->mapped + size > a->max_mapped && (s = a->spares) != NULL) {
		a->spares = s->next;
		a->spare--;
		slab_unmap(s);
	}
	return a->mapped + size <= a->max_mapped;
}

static struct slab *
slab_map(struct arena *a, size_t size)
{
	struct slab *s;

	if (!may_map(a, size)) {
		errno = ENOMEM;
		return NULL;
	}
	s = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		return NULL;
	s->arena = a;
	s->size = size;
	s->used = SLAB_HEADER;
	s->live = 0;
	a->mapped += size;
	a->slabs++;
	a->maps++;
	return s;
}

static struct slab *
slab_get(struct arena *a, int kind, size_t need)
{
	size_t size = kind == LARGE ? a->slab_size : a->slab_size / 4;
	struct slab *s;

	/* The rest at the end of a slab is lost, so a slab should have many packets. */
	while (size < need + SLAB_HEADER || size < PACKETS * a->usual[kind])
		size *= 2;
	if ((s = spare_take(a, need, size)) == NULL && (s = slab_map(a, size)) == NULL)
		return NULL;
	note_peak(a);
	return s;
}

struct packet *
packet_new(struct arena *a, uint8_t type, uint32_t time, uint32_t len)
{
	size_t need = packet_size(len);
	int kind = type == MSG_VIDEO && len >= LARGE_MIN ? LARGE : SMALL;
	struct slab *s = a->current[kind], *old;
	struct packet *p;

	a->usual[kind] = a->usual[kind] - a->usual[kind] / 16 + need / 16;
	if (s == NULL || s->size - s->used < need) {
		if ((s = slab_get(a, kind, need)) == NULL)
			return NULL;
		old = a->current[kind];
		a->current[kind] = s;
		if (old != NULL && old->live == 0)
			slab_idle(old);
	}
	p = (struct packet *)(void *)((uint8_t *)s + s->used);
	s->used += need;
	s->live++;
	p->slab = s;
	p->refs = 1;
	p->len = len;
	p->time = time;
	p->type = type;
	return p;
}

struct packet *
packet_join(const struct packet *a, const struct packet *b, uint32_t from)
{
	struct packet *p = packet_new(a->slab->arena, a->type, a->time, a->len + b->len - from);

	if (p == NULL)
		return NULL;
	memcpy(p->data, a->data, a->len);
	memcpy(p->data + a->len, b->data + from, b->len - from);
	return p;
}

struct packet *
packet_ref(struct packet *p)
{
	if (p != NULL)
		p->refs++;
	return p;
}

void
packet_unref(struct packet *p)
{
	if (p == NULL || --p->refs > 0)
		return;
	if (--p->slab->live == 0)
		slab_idle(p->slab);
}
