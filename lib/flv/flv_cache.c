/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "flv/flv_cache.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#define FORMAT		2	/* increment it with every change of struct record or of the checks */
#define SETTLED_S	2
#define BLOBS		3

struct record {			/* followed by the blobs' bytes */
	uint32_t	 format;
	uint32_t	 size;		/* with the blobs */
	struct timespec	 ctime;		/* no program can set it back */
	struct flv_file	 file;		/* its pointers are not valid */
};

static struct buf table = { .cap = FLV_CACHE_MAX };
static bool changed;

static struct blob *
blob_of(struct flv_file *f, int i)
{
	return i == 0 ? &f->meta : i == 1 ? &f->video_header : &f->audio_header;
}

/* Reads the record at an offset of the table and returns its size; 0: there is none, or it is not valid. */
static size_t
record_at(size_t at, struct record *r)
{
	size_t left = buf_len(&table) - at, want = sizeof(*r);
	int i;

	if (left < sizeof(*r))
		return 0;
	memcpy(r, buf_head(&table) + at, sizeof(*r));
	if (r->format != FORMAT || r->size > left)
		return 0;
	for (i = 0; i < BLOBS; i++) {
		if (blob_of(&r->file, i)->len > left)
			return 0;
		want += blob_of(&r->file, i)->len;
	}
	return r->size == want ? want : 0;
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
is_of(const struct record *r, const struct flv_file *f, const struct stat *st)
{
	return r->file.dev == f->dev && r->file.ino == f->ino &&
	    r->file.size == f->size && same_time(&r->file.mtime, &f->mtime) &&
	    same_time(&r->ctime, &st->st_ctim);
}

/* Fills in the file from a record. false: out of memory; then nothing changed. */
static bool
fill_in(struct flv_file *f, const struct record *r, const uint8_t *bytes)
{
	struct flv_file got = r->file;
	struct blob *b;
	int i;

	for (i = 0; i < BLOBS; i++)
		blob_of(&got, i)->data = NULL;
	for (i = 0; i < BLOBS; i++) {
		b = blob_of(&got, i);
		if (b->len == 0)
			continue;
		if ((b->data = malloc(b->len)) == NULL) {
			while (i-- > 0)
				blob_free(blob_of(&got, i));
			return false;
		}
		memcpy(b->data, bytes, b->len);
		bytes += b->len;
	}
	got.fd = f->fd;
	*f = got;
	return true;
}

bool
flv_cache_find(struct flv_file *f)
{
	struct record r;
	struct stat st;
	size_t at, n;

	if (buf_len(&table) == 0 || fstat(f->fd, &st) == -1)
		return false;
	for (at = 0; (n = record_at(at, &r)) > 0; at += n)
		if (is_of(&r, f, &st))
			return fill_in(f, &r, buf_head(&table) + at + sizeof(r));
	return false;
}

/* Makes room for a record; drops the oldest ones. */
static bool
make_room(size_t size)
{
	struct record r;
	size_t n;

	while (buf_len(&table) + size > FLV_CACHE_MAX) {
		if ((n = record_at(0, &r)) == 0)
			return false;
		buf_take(&table, n);
	}
	return true;
}

void
flv_cache_add(const struct flv_file *f, time_t now)
{
	struct record r = { .format = FORMAT, .size = sizeof(r), .file = *f };
	struct stat st;
	uint8_t *p;
	int i;

	if (fstat(f->fd, &st) == -1 || now - st.st_ctim.tv_sec < SETTLED_S)
		return;
	r.ctime = st.st_ctim;
	for (i = 0; i < BLOBS; i++)
		r.size += blob_of(&r.file, i)->len;
	if (!make_room(r.size) || (p = buf_room(&table, r.size)) == NULL)
		return;
	memcpy(p, &r, sizeof(r));
	p += sizeof(r);
	for (i = 0; i < BLOBS; i++) {
		if (blob_of(&r.file, i)->len == 0)
			continue;
		memcpy(p, blob_of(&r.file, i)->data, blob_of(&r.file, i)->len);
		p += blob_of(&r.file, i)->len;
	}
	buf_added(&table, r.size);
	changed = true;
}

int
flv_cache_write(int fd)
{
	changed = false;
	return file_write(fd, buf_head(&table), buf_len(&table));
}

bool
flv_cache_changed(void)
{
	return changed;
}

void
flv_cache_read(int fd)
{
	struct record r;
	uint8_t *p;
	ssize_t n;
	size_t at, one;

	flv_cache_forget();
	while ((p = buf_room(&table, 1024)) != NULL && (n = read(fd, p, 1024)) > 0)
		buf_added(&table, (size_t)n);
	for (at = 0; (one = record_at(at, &r)) > 0; at += one)
		continue;
	table.tail = table.head + at;
	changed = at > 0;		/* the descriptor that held it is read empty */
}

void
flv_cache_forget(void)
{
	buf_free(&table);
	changed = false;
}
