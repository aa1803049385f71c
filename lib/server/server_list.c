/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "server/server_list.h"

#include <ctype.h>

/* A new element of size bytes, zeroed, in an array that doubles its room; NULL: no memory. */
static void *
element_add(void **v, size_t *n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 16 : *room * 2;
	char *grown;

	if (*n == *room) {
		if ((grown = reallocarray(*v, more, size)) == NULL)
			return NULL;
		*v = grown;
		*room = more;
	}
	grown = (char *)*v + *n * size;
	memset(grown, 0, size);
	(*n)++;
	return grown;
}

struct server_stream *
server_streams_add(struct server_streams *l)
{
	void *v = l->v, *one = element_add(&v, &l->n, &l->room, sizeof(*l->v));

	l->v = v;
	return one;
}

struct server_client *
server_clients_add(struct server_clients *l)
{
	void *v = l->v, *one = element_add(&v, &l->n, &l->room, sizeof(*l->v));

	l->v = v;
	return one;
}

static void
place_free(char *vhost, char *app, char *name)
{
	free(vhost);
	free(app);
	free(name);
}

void
server_streams_free(struct server_streams *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		place_free(l->v[i].vhost, l->v[i].app, l->v[i].name);
	}
	free(l->v);
	memset(l, 0, sizeof(*l));
}

void
server_clients_free(struct server_clients *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		place_free(l->v[i].vhost, l->v[i].app, l->v[i].name);
	}
	free(l->v);
	memset(l, 0, sizeof(*l));
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}

void
server_video_print(char *dst, size_t size, const char *codec, int64_t width,
    int64_t height, const char *fps)
{
	double rate = strtod(fps, NULL);
	size_t n;

	snprintf(dst, size, "%s", codec);
	lower(dst);
	if (codec[0] == '\0' || width <= 0 || height <= 0)
		return;
	n = strlen(dst);
	snprintf(dst + n, size - n, " %lldx%lld", (long long)width, (long long)height);
	n = strlen(dst);
	if (rate > 0 && rate < 1000)
		snprintf(dst + n, size - n, " %.5g", rate);
}

void
server_audio_print(char *dst, size_t size, const char *codec, int64_t rate,
    int64_t channels)
{
	size_t n;

	snprintf(dst, size, "%s", codec);
	lower(dst);
	if (codec[0] == '\0' || rate <= 0)
		return;
	n = strlen(dst);
	snprintf(dst + n, size - n, " %lld", (long long)rate);
	n = strlen(dst);
	if (channels > 0)
		snprintf(dst + n, size - n, " %lld", (long long)channels);
}
