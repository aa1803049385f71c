/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/line_reader.h"

#include <errno.h>
#include <unistd.h>

#define PIECE	65536

static int
keep(struct line_reader *r, const char *bytes, size_t n)
{
	char *text;

	if (n > r->max || r->len > r->max - n) {
		errno = EMSGSIZE;
		return -1;
	}
	if (r->len + n > r->room) {
		if ((text = realloc(r->text, 2 * (r->len + n))) == NULL)
			return -1;
		r->text = text;
		r->room = 2 * (r->len + n);
	}
	memcpy(r->text + r->len, bytes, n);
	r->len += n;
	return 0;
}

int
line_reader_add(struct line_reader *r, const char *bytes, size_t n)
{
	const char *end;
	size_t part;
	int rc;

	while (n > 0 && (end = memchr(bytes, '\n', n)) != NULL) {
		part = (size_t)(end - bytes);
		if (r->len > 0) {
			if (keep(r, bytes, part) == -1)
				return -1;
			rc = r->line(r->arg, r->text, r->len);
			r->len = 0;
		} else if (part > r->max) {
			errno = EMSGSIZE;
			return -1;
		} else
			rc = r->line(r->arg, bytes, part);
		if (rc == -1)
			return -1;
		bytes = end + 1;
		n -= part + 1;
	}
	return n > 0 ? keep(r, bytes, n) : 0;
}

int
line_reader_fd(struct line_reader *r, int fd)
{
	char piece[PIECE];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || line_reader_add(r, piece, (size_t)n) == -1)
			return -1;
	}
	return 0;
}

int
line_reader_end(struct line_reader *r)
{
	int rc = r->len > 0 ? r->line(r->arg, r->text, r->len) : 0, error = errno;

	free(r->text);
	r->text = NULL;
	r->len = r->room = 0;
	errno = error;
	return rc;
}
