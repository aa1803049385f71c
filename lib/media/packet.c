/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/packet.h"

#include <sys/mman.h>

struct slab {
	struct arena	*arena;
	struct slab	*next;		/* in the spare list */
	size_t		 size;		/* bytes mapped, this header included */
	size_t		 used;
	uint32_t	 live;		/* packets that are not dead yet */
};

struct arena {
	struct slab	*current;	/* where the next packet goes; may be NULL */
	struct slab	*spares;
	size_t		 slab_size;
	unsigned int	 spare, max_spare;
	unsigned int	 slabs;		/* mapped now */
	bool		 closed;	/* arena_free() was called */
	size_t		 mapped;
	uint64_t	 maps;
};

#define ALIGN(n)	(((n) + 15) & ~(size_t)15)

struct arena *
arena_new(size_t slab_size, unsigned int spare)
{
	struct arena *a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		return NULL;
	a->slab_size = slab_size;
	a->max_spare = spare;
	return a;
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

/* The last packet in s is dead: keep it for reuse or give it back. */
static void
slab_idle(struct slab *s)
{
	struct arena *a = s->arena;

	s->used = ALIGN(sizeof(*s));
	if (s == a->current)
		return;
	if (a->closed || a->spare >= a->max_spare) {
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

	if (a == NULL)
		return;
	if (a->slabs == 0) {
		free(a);
		return;
	}
	s = a->current;
	a->current = NULL;
	if (s != NULL && s->live == 0) {
		s->next = a->spares;
		a->spares = s;
	}
	s = a->spares;
	a->spares = NULL;
	a->closed = true;
	while (s != NULL) {
		struct slab *next = s->next;

		slab_unmap(s);	/* the last one takes the arena along */
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

/* A spare slab with room for need bytes, else a new one. */
static struct slab *
slab_get(struct arena *a, size_t need)
{
	struct slab *s, **sp;
	size_t size = a->slab_size;

	for (sp = &a->spares; (s = *sp) != NULL; sp = &s->next) {
		if (s->size - s->used >= need) {
			*sp = s->next;
			a->spare--;
			return s;
		}
	}
	if (size < need + ALIGN(sizeof(*s)))
		size = (need + ALIGN(sizeof(*s)) + 65535) & ~(size_t)65535;
	s = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		return NULL;
	s->arena = a;
	s->size = size;
	s->used = ALIGN(sizeof(*s));
	s->live = 0;
	a->mapped += size;
	a->slabs++;
	a->maps++;
	return s;
}

struct packet *
packet_new(struct arena *a, uint8_t type, uint32_t time, uint32_t len)
{
	size_t need = ALIGN(sizeof(struct packet) + len);
	struct slab *s = a->current, *old;
	struct packet *p;

	if (s == NULL || s->size - s->used < need) {
		if ((s = slab_get(a, need)) == NULL)
			return NULL;
		old = a->current;
		a->current = s;
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
