/* SPDX-License-Identifier: ISC */
/* What another user may put in the place of a file: nothing that reads there may wait for it, or follow it. */
#ifndef TESTS_UNIT_HOSTILE_H
#define TESTS_UNIT_HOSTILE_H

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "t.h"

#define HOSTILE_SECRET	"root:a secret of another user\n"

enum hostile { HOSTILE_FIFO, HOSTILE_LINK, HOSTILE_DANGLING, HOSTILE_FOLDER, HOSTILE_FULL_FOLDER, HOSTILE_DEVICE,
	HOSTILE_KINDS };

/* Puts it at path, in the place of what is there. secret: the file that a link leads to, which is made anew. */
__attribute__((unused)) static void
hostile_put(enum hostile kind, const char *path, const char *secret)
{
	char inside[512];
	int fd;

	snprintf(inside, sizeof(inside), "%s/inside", path);
	unlink(inside);
	rmdir(path);
	unlink(path);
	unlink(secret);
	if (t_ok((fd = open(secret, O_WRONLY | O_CREAT | O_EXCL, 0600)) != -1)) {
		t_int(write(fd, HOSTILE_SECRET, strlen(HOSTILE_SECRET)), strlen(HOSTILE_SECRET));
		close(fd);
	}
	alarm(20);	/* a test that hangs has failed */
	switch (kind) {
	case HOSTILE_FIFO:
		t_int(mkfifo(path, 0666), 0);
		break;
	case HOSTILE_LINK:
		t_int(symlink(secret, path), 0);
		break;
	case HOSTILE_DANGLING:
		t_int(symlink("/nonexistent/x", path), 0);
		break;
	case HOSTILE_FOLDER:
	case HOSTILE_FULL_FOLDER:
		t_int(mkdir(path, 0777), 0);
		if (kind == HOSTILE_FULL_FOLDER && t_ok((fd = open(inside, O_WRONLY | O_CREAT, 0600)) != -1))
			close(fd);
		break;
	case HOSTILE_DEVICE:
		/* without the right to make one, or on a file system without devices: a FIFO */
		if (mknod(path, S_IFCHR | 0666, makedev(1, 5)) == 0 && (fd = open(path, O_RDONLY)) != -1) {
			close(fd);
			break;
		}
		unlink(path);
		t_int(mkfifo(path, 0666), 0);
		break;
	case HOSTILE_KINDS:
		break;
	}
}

/* Is the secret what it was, with its mode? */
__attribute__((unused)) static bool
hostile_spared(const char *secret)
{
	char text[sizeof(HOSTILE_SECRET) + 1];
	struct stat st;
	ssize_t n = -1;
	int fd = open(secret, O_RDONLY);

	alarm(0);
	if (fd != -1 && fstat(fd, &st) == 0)
		n = read(fd, text, sizeof(text));
	if (fd != -1)
		close(fd);
	return n == (ssize_t)strlen(HOSTILE_SECRET) && memcmp(text, HOSTILE_SECRET, (size_t)n) == 0 &&
	    (st.st_mode & 07777) == 0600;
}

#endif
