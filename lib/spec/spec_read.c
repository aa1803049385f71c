/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/error.h"
#include "base/json_where.h"
#include "process/private_file.h"
#include "spec/spec_parse.h"
#include "spec/spec_read.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPEC_MAX	(1024 * 1024)

/* The bytes of an open file, with a NUL after them. NULL with errno. */
static char *
read_whole(int fd, size_t size, size_t *len)
{
	char *text = calloc(1, size + 1);
	ssize_t n = 1;

	for (*len = 0; text != NULL && n > 0 && *len < size;
	    *len += n > 0 ? (size_t)n : 0)
		n = read(fd, text + *len, size - *len);
	if (n == -1) {
		free(text);
		return NULL;
	}
	return text;
}

/* The bytes of a file, or NULL with *err. */
static char *
file_read(const char *file, size_t *len, struct error *err)
{
	struct stat st;
	char *text = NULL;
	int fd;

	if ((fd = private_file_open(file, false)) == -1 && errno == EPERM)
		error_set(err, "holds secrets and others can read it: chmod 600 it");
	else if ((fd == -1 && errno == EINVAL) || (fd != -1 && fstat(fd, &st) == 0 && st.st_size > SPEC_MAX))
		error_set(err, "is not a file of at most %d bytes", SPEC_MAX);
	else if (fd == -1)
		error_set(err, "cannot be read: %s", strerror(errno));
	else if ((text = read_whole(fd, (size_t)st.st_size, len)) == NULL)
		error_set(err, "cannot be read: %s", strerror(errno));
	if (fd != -1)
		close(fd);
	return text;
}

struct spec *
spec_read(const char *file, enum spec_kind kind, struct spec_fault *fault)
{
	char dir[PATH_MAX], *text;
	struct error err;
	struct spec *s;
	size_t len;

	memset(fault, 0, sizeof(*fault));
	strlcpy(dir, file, sizeof(dir));
	text = file_read(file, &len, &err);
	if (text == NULL) {
		strlcpy(fault->reason, err.text, sizeof(fault->reason));
		fault->kind = SPEC_UNREADABLE;
		return NULL;
	}
	s = spec_parse(text, len, dirname(dir), kind, fault);
	explicit_bzero(text, len);
	free(text);
	return s;
}

void
spec_locate(const char *file, struct spec_fault *fault)
{
	struct error err;
	char *text;
	size_t len;

	if (fault->line != 0 || fault->field[0] == '\0' ||
	    (text = file_read(file, &len, &err)) == NULL)
		return;
	fault->line = json_where(text, fault->field);
	explicit_bzero(text, len);
	free(text);
}
