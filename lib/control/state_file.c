/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/state_file.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#define STATE_MAX	(4 << 20)	/* bytes: thousands of problems */

int
state_file_open(struct state_file *s, const char *dir, const char *name, bool wait)
{
	char lock[4096];

	s->o = NULL;
	s->lock = -1;
	snprintf(s->path, sizeof(s->path), "%s/%s", dir, name);
	snprintf(lock, sizeof(lock), "%s/.lock", dir);
	if (mkdir(dir, 0755) == -1 && errno != EEXIST)
		return -1;
	if ((s->lock = file_lock(lock, 0600, wait ? -1 : 0)) == -1)
		return -1;
	s->o = state_file_peek(s->path);
	return 0;
}

json_t *
state_file_peek(const char *path)
{
	char *text = file_text(path, STATE_MAX);
	json_t *o = text != NULL ? json_loads(text, 0, NULL) : NULL;

	free(text);
	if (json_is_object(o))
		return o;
	json_decref(o);
	return json_object();
}

int
state_file_save(struct state_file *s)
{
	char tmp[sizeof(s->path) + 8];
	int fd, rc = -1, saved;

	if (json_object_size(s->o) == 0)
		return unlink(s->path) == -1 && errno != ENOENT ? -1 : 0;
	snprintf(tmp, sizeof(tmp), "%s.new", s->path);
	if ((fd = file_new(tmp, 0644)) == -1)
		return -1;
	errno = ENOSPC;		/* jansson does not always set errno */
	if (json_dumpfd(s->o, fd, JSON_COMPACT) == 0)
		rc = rename(tmp, s->path);
	saved = errno;
	close(fd);
	if (rc == -1)
		unlink(tmp);
	errno = saved;
	return rc;
}

void
state_file_close(struct state_file *s)
{
	json_decref(s->o);
	s->o = NULL;
	if (s->lock != -1)
		close(s->lock);
}
