/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "process/file.h"
#include "web/upload.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE	65536
#define ABOUT	4096	/* bytes of about */

bool
upload_is_id(const char *id)
{
	return strlen(id) == UPLOAD_ID - 1 && id[strspn(id, "0123456789abcdef")] == '\0';
}

/* Letters, digits and "._-": a name that no shell, program or page can mistake for anything else. */
static bool
is_film_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < UPLOAD_NAME && name[0] != '.' && name[0] != '-' &&
	    name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")] == '\0';
}

static const char *
path_of(char path[PATH_MAX], const char *folder, const char *id, const char *rest, const char *name)
{
	snprintf(path, PATH_MAX, "%s/%s%s%s", folder, id, rest, name);
	return path;
}

/* What errno means where all should have been there. */
static enum upload_end
write_fault(void)
{
	return errno == ENOSPC || errno == EDQUOT ? UPLOAD_NO_SPACE : UPLOAD_IO;
}

static enum upload_end
fault(void)
{
	return errno == ENOENT || errno == ENOTDIR ? UPLOAD_NONE : write_fault();
}

static int
about_read(const char *folder, const char *id, struct upload *u)
{
	char path[PATH_MAX], *text = file_text(path_of(path, folder, id, "/about", ""), ABOUT);
	json_t *o = text != NULL ? json_loads(text, 0, NULL) : NULL;
	const char *name = NULL;
	json_int_t bytes = 0, account = 0;
	int rc = -1;

	memset(u, 0, sizeof(*u));
	if (o != NULL && json_unpack(o, "{s:s, s:I, s:I}", "name", &name, "bytes", &bytes, "account", &account) == 0 &&
	    is_film_name(name)) {
		strlcpy(u->name, name, sizeof(u->name));
		u->bytes = bytes;
		u->account = account;
		rc = 0;
	} else if (text != NULL)
		errno = ENOENT;
	json_decref(o);
	free(text);
	return rc;
}

static int
text_write(const char *folder, const char *id, const char *name, const char *text)
{
	char path[PATH_MAX];
	int fd = file_new(path_of(path, folder, id, name, ""), 0640);

	return fd != -1 ? file_fill(fd, path, text, strlen(text)) : -1;
}

static int
about_write(const char *folder, const char *id, const struct upload *u)
{
	json_t *o = json_pack("{s:s, s:I, s:I}", "name", u->name, "bytes", (json_int_t)u->bytes, "account",
	    (json_int_t)u->account);
	char *text = json_dumps(o, JSON_COMPACT);
	int rc = text != NULL ? text_write(folder, id, "/about", text) : -1;

	free(text);
	json_decref(o);
	return rc;
}

enum upload_end
upload_find(const char *folder, const char *id, struct upload *u)
{
	char path[PATH_MAX];
	struct stat st;

	if (!upload_is_id(id))
		return UPLOAD_NONE;
	if (about_read(folder, id, u) == -1)
		return fault();
	if (stat(path_of(path, folder, id, "/film/", u->name), &st) == 0)
		u->have = st.st_size;
	else if (access(path_of(path, folder, id, "/progress", ""), F_OK) == 0)
		u->have = u->bytes;
	else
		return fault();
	return UPLOAD_OK;
}

/* -- the folder -- */

enum upload_end
upload_delete(const char *folder, const char *id)
{
	static const char *const files[] = { "/about", "/progress", "/profile" };
	char path[PATH_MAX];
	struct upload u;
	size_t i;

	if (!upload_is_id(id))
		return UPLOAD_NONE;
	if (about_read(folder, id, &u) == 0)
		unlink(path_of(path, folder, id, "/film/", u.name));
	rmdir(path_of(path, folder, id, "/film", ""));
	for (i = 0; i < nitems(files); i++)
		unlink(path_of(path, folder, id, files[i], ""));
	return rmdir(path_of(path, folder, id, "", "")) == 0 ? UPLOAD_OK : fault();
}

/* What the uploads take together. */
struct taken {
	int		count;		/* also of those that are prepared already */
	int64_t		bytes;		/* that the others will have */
	int64_t		left;		/* that are still to be written: of them, and of a film made of each */
};

/* Removes old uploads, and counts the others. */
static struct taken
uploads_tend(const char *folder)
{
	char path[PATH_MAX];
	const struct dirent *e;
	struct upload u;
	struct stat st;
	struct taken taken = { 0 };
	bool is_there;
	DIR *d = opendir(folder);

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (upload_find(folder, e->d_name, &u) != UPLOAD_OK)
			continue;
		is_there = stat(path_of(path, folder, e->d_name, "/film/", u.name), &st) == 0;
		if (!is_there && stat(path_of(path, folder, e->d_name, "/progress", ""), &st) == -1)
			continue;
		if (time(NULL) - st.st_mtim.tv_sec > UPLOADS_OLD_S) {
			upload_delete(folder, e->d_name);
			continue;
		}
		taken.count++;
		taken.bytes += is_there ? u.bytes : 0;
		taken.left += is_there ? 2 * u.bytes - u.have : 0;
	}
	if (d != NULL)
		closedir(d);
	return taken;
}

/* Is there room for the film, and for another one that is made of it? */
static enum upload_end
room_check(const char *folder, int64_t bytes)
{
	struct taken taken = uploads_tend(folder);
	int64_t room;

	if (taken.count >= UPLOADS_MAX || bytes > UPLOADS_BYTES - taken.bytes)
		return UPLOAD_NO_SPACE;
	if (file_room(folder, &room) == -1)
		return UPLOAD_IO;
	return bytes < (room - taken.left) / 2 ? UPLOAD_OK : UPLOAD_NO_SPACE;
}

enum upload_end
upload_begin(const char *folder, const struct upload *u, char id[UPLOAD_ID])
{
	uint8_t random[UPLOAD_ID / 2];
	char path[PATH_MAX];
	enum upload_end end;
	int fd, saved;

	if (!is_film_name(u->name) || u->bytes <= 0)
		return UPLOAD_NAME_WRONG;
	if (u->profile[strspn(u->profile, "0123456789x@./")] != '\0')
		return UPLOAD_PROFILE_WRONG;
	if ((end = room_check(folder, u->bytes)) != UPLOAD_OK)
		return end;
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return UPLOAD_IO;
	hex_put(id, random, sizeof(random));
	if (mkdir(path_of(path, folder, id, "", ""), 0770) == -1 ||
	    mkdir(path_of(path, folder, id, "/film", ""), 0770) == -1 || about_write(folder, id, u) == -1 ||
	    text_write(folder, id, "/profile", u->profile) == -1 ||
	    (fd = file_new(path_of(path, folder, id, "/film/", u->name), 0640)) == -1) {
		end = write_fault();
		saved = errno;
		upload_delete(folder, id);
		errno = saved;
		return end;
	}
	close(fd);
	return UPLOAD_OK;
}

/* -- appending -- */

static enum upload_end
pieces_append(int fd, int64_t len, int (*read_content)(void *, char *, size_t), void *arg)
{
	char piece[PIECE];
	size_t n;

	for (; len > 0; len -= (int64_t)n) {
		n = len < PIECE ? (size_t)len : PIECE;
		if (read_content(arg, piece, n) == -1)
			return UPLOAD_CUT;
		if (file_write(fd, piece, n) == -1)
			return write_fault();
	}
	return UPLOAD_OK;
}

enum upload_end
upload_append_from(const char *folder, const char *id, int64_t offset, int64_t len,
    int (*read_content)(void *arg, char *dst, size_t len), void *arg, struct upload *u)
{
	enum upload_end end = upload_find(folder, id, u);
	char path[PATH_MAX];
	struct stat st;
	int fd;

	if (end != UPLOAD_OK)
		return end;
	if ((fd = file_open(path_of(path, folder, id, "/film/", u->name), O_WRONLY | O_APPEND, 0)) == -1)
		return fault();
	if (file_lock_fd(fd, 0) == -1)
		end = UPLOAD_BUSY;
	else if (fstat(fd, &st) == -1)
		end = UPLOAD_IO;
	else if (st.st_size != offset)
		end = UPLOAD_OFFSET;
	else if (len > u->bytes - offset)
		end = UPLOAD_LONG;
	else
		end = pieces_append(fd, len, read_content, arg);
	if (fstat(fd, &st) == 0)
		u->have = st.st_size;
	close(fd);
	return end;
}
