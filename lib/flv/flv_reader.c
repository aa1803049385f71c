/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv_reader.h"

#include <sys/stat.h>
#include <sys/uio.h>

#include <errno.h>
#include <unistd.h>

#define PEEK_MIN	1024	/* enough of a body to see its first slice behind parameter sets */

static bool
is_unchanged(const struct flv_file *f)
{
	struct stat st;

	return fstat(f->fd, &st) == 0 && st.st_size == f->size &&
	    st.st_mtim.tv_sec == f->mtime.tv_sec &&
	    st.st_mtim.tv_nsec == f->mtime.tv_nsec;
}

/* Reads at least need bytes, and more if they fit. Returns the number of bytes, -1 with EIO. */
static ssize_t
read_some(const struct flv_file *f, struct iovec *iov, int n, size_t need,
    off_t off)
{
	size_t got = 0;
	ssize_t r;

	while (got < need) {
		r = preadv(f->fd, iov, n, off + (off_t)got);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			break;
		got += (size_t)r;
		for (; n > 0 && (size_t)r >= iov->iov_len; n--, iov++)
			r -= (ssize_t)iov->iov_len;
		if (n > 0) {
			iov->iov_base = (uint8_t *)iov->iov_base + r;
			iov->iov_len -= (size_t)r;
		}
	}
	/* Checked after the read, so that bytes of a file that was already overwritten are refused. */
	if (got < need || !is_unchanged(f)) {
		errno = EIO;
		return -1;
	}
	return (ssize_t)got;
}

int
flv_file_pread(const struct flv_file *f, void *dst, size_t n, off_t off)
{
	struct iovec iov = { dst, n };

	return read_some(f, &iov, 1, n, off) == -1 ? -1 : 0;
}

/* n bytes at off, n <= FLV_WINDOW, within the file. Valid until the next call. */
static const uint8_t *
window_at(struct flv_reader *fr, size_t n, off_t off)
{
	struct iovec iov = { fr->window, sizeof(fr->window) };
	ssize_t r;

	if (off < fr->at || off + (off_t)n > fr->at + (off_t)fr->have) {
		fr->have = 0;
		if ((r = read_some(fr->file, &iov, 1, n, off)) == -1)
			return NULL;
		fr->at = off;
		fr->have = (size_t)r;
	}
	return fr->window + (off - fr->at);
}

void
flv_reader_start(struct flv_reader *fr, const struct flv_file *f)
{
	fr->file = f;
	fr->next = f->first;
	fr->prev = 0;
	fr->have = 0;
	fr->at = 0;
}

static int
reader_fail(const char **reason, const char *what)
{
	if (reason != NULL)
		*reason = what;
	errno = EIO;
	return -1;
}

int
flv_reader_next(struct flv_reader *fr, struct flv_item *t, const char **reason)
{
	off_t left = fr->file->size - fr->next;
	size_t want = FLV_TAG_TRAILER + FLV_TAG_HEADER, have;
	const uint8_t *p;

	if (left < FLV_TAG_TRAILER)
		return reader_fail(reason, "the file ends within a tag");
	if ((p = window_at(fr, left < (off_t)want ? (size_t)left : want, fr->next)) == NULL)
		return reader_fail(reason, "the file cannot be read or is being changed");
	if (be32(p) != fr->prev)
		return reader_fail(reason, "the previous tag size is wrong");
	if (left == FLV_TAG_TRAILER)
		return 0;
	if (left < (off_t)want)
		return reader_fail(reason, "the file ends within a tag's header");
	if (flv_tag_read(&t->tag, p + FLV_TAG_TRAILER, FLV_TAG_HEADER) == -1)
		return reader_fail(reason, "no FLV tag begins here");
	if (left < (off_t)want + t->tag.len + FLV_TAG_TRAILER)
		return reader_fail(reason, "the file ends within a tag");
	t->body = fr->next + (off_t)want;

	have = t->tag.len < PEEK_MIN ? t->tag.len : PEEK_MIN;
	if ((p = window_at(fr, have, t->body)) == NULL)
		return reader_fail(reason, "the file cannot be read or is being changed");
	have = fr->have - (size_t)(t->body - fr->at);
	t->frame = frame_peek(t->tag.type, p, have, t->tag.len);
	fr->next = t->body + t->tag.len;
	fr->prev = FLV_TAG_HEADER + t->tag.len;
	return 1;
}

struct packet *
flv_reader_body(struct flv_reader *fr, struct arena *a, const struct flv_item *t)
{
	struct packet *p;
	size_t held = 0, rest;
	struct iovec iov[2];
	ssize_t r;

	if ((p = packet_new(a, t->tag.type, t->tag.time, t->tag.len)) == NULL)
		return NULL;
	if (t->body >= fr->at && t->body < fr->at + (off_t)fr->have) {
		held = fr->have - (size_t)(t->body - fr->at);
		if (held > p->len)
			held = p->len;
		memcpy(p->data, fr->window + (t->body - fr->at), held);
	}
	if ((rest = p->len - held) == 0)
		return p;

	/* One call reads the rest and, into the window, the start of the next tag. */
	iov[0] = (struct iovec){ p->data + held, rest };
	iov[1] = (struct iovec){ fr->window, sizeof(fr->window) };
	fr->have = 0;
	if ((r = read_some(fr->file, iov, 2, rest, t->body + (off_t)held)) == -1) {
		packet_unref(p);
		errno = EIO;
		return NULL;
	}
	fr->at = t->body + p->len;
	fr->have = (size_t)r - rest;
	return p;
}
