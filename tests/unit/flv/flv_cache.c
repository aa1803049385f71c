/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv_cache.h"
#include "flvmake.h"

#include <errno.h>
#include <time.h>

static struct flv_file *
film(const char *name, uint8_t mark)
{
	struct made m = one;
	struct flv_file *f;
	struct flv_fault fault;
	struct buf b;

	m.mark = mark;
	make(&b, &m);
	write_to(path_of(name), buf_head(&b), buf_len(&b));
	buf_free(&b);
	t_ok((f = flv_file_open(path_of(name), &fault)) != NULL);
	return f;
}

/* As it is when it was opened and nothing was read yet. */
static struct flv_file
opened(const struct flv_file *f)
{
	return (struct flv_file){ .fd = f->fd, .dev = f->dev, .ino = f->ino, .size = f->size,
	    .mtime = f->mtime };
}

static void
blobs_free(struct flv_file *f)
{
	blob_free(&f->meta);
	blob_free(&f->video_header);
	blob_free(&f->audio_header);
}

static void
is_found(const struct flv_file *f, bool want)
{
	struct flv_file g = opened(f);

	if (!t_int(flv_cache_find(&g), want) || !want) {
		t_ok(g.meta.data == NULL && g.length == 0);
		return;
	}
	t_int(g.fd, f->fd);
	t_ok(blob_equal(&g.meta, &f->meta) && g.meta.data != f->meta.data);
	t_ok(blob_equal(&g.video_header, &f->video_header));
	t_ok(blob_equal(&g.audio_header, &f->audio_header));
	t_ok(g.first == f->first && g.cts == f->cts && g.interval == f->interval &&
	    g.length == f->length && g.audio_frame == f->audio_frame &&
	    g.audio_even == f->audio_even && g.video_first == f->video_first &&
	    g.audio_first == f->audio_first);
	t_mem(&g.facts, &f->facts, sizeof(g.facts));
	blobs_free(&g);
}

static time_t
later(void)
{
	return time(NULL) + 10;
}

/* Changes it, until that shows: the clock of file systems is coarse. */
static void
touch(int fd)
{
	struct stat before, st;

	t_int(fstat(fd, &before), 0);
	do {
		t_int(fchmod(fd, before.st_mode & 0777), 0);
		t_int(fstat(fd, &st), 0);
	} while (st.st_ctim.tv_sec == before.st_ctim.tv_sec &&
	    st.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
}

static void
a_film_that_did_not_change_is_known(void)
{
	struct flv_file *a = film("a", 1), *b = film("b", 2), other, *again;
	struct flv_fault fault;

	is_found(a, false);		/* opened, but made just now: it may change yet */
	flv_cache_add(a, later());
	flv_cache_add(b, later());
	is_found(a, true);
	is_found(b, true);
	other = *a;
	other.facts.frames = 12345;
	flv_cache_forget();
	flv_cache_add(&other, later());
	if (t_ok((again = flv_file_open(path_of("a"), &fault)) != NULL))
		t_int(again->facts.frames, 12345);	/* it was not read */
	flv_file_close(again);
	flv_cache_forget();
	flv_cache_add(a, later());
	flv_cache_add(b, later());
	other = *a;
	other.size++;
	is_found(&other, false);
	other = *a;
	other.ino = ~other.ino;	/* the next number may be that of b */
	is_found(&other, false);
	other = *a;
	other.mtime.tv_nsec ^= 1;
	is_found(&other, false);
	touch(a->fd);			/* as any change: to its bytes too, with the time set back */
	is_found(a, false);
	is_found(b, true);
	flv_cache_forget();
	is_found(b, false);
	flv_file_close(a);
	flv_file_close(b);
}

static void
knowledge_is_handed_on(void)
{
	struct flv_file *a = film("a", 1), *b = film("b", 2);
	int end[2];

	t_ok(!flv_cache_changed());
	flv_cache_add(a, later());
	flv_cache_add(b, later());
	t_ok(flv_cache_changed());
	t_int(pipe(end), 0);
	t_int(flv_cache_write(end[1]), 0);
	t_ok(!flv_cache_changed());
	close(end[1]);
	flv_cache_forget();
	flv_cache_read(end[0]);
	t_ok(flv_cache_changed());		/* it is nowhere else now */
	is_found(a, true);
	is_found(b, true);
	close(end[0]);
	flv_cache_read(end[0]);		/* nothing */
	t_ok(!flv_cache_changed());
	is_found(a, false);
	flv_file_close(a);
	flv_file_close(b);
}

static void
what_makes_no_sense_is_left_out(void)
{
	struct flv_file *a = film("a", 1), g;
	uint8_t bytes[FLV_CACHE_MAX], bad[FLV_CACHE_MAX];
	int end[2];
	ssize_t n;
	size_t i;

	flv_cache_add(a, later());
	t_int(pipe(end), 0);
	t_int(flv_cache_write(end[1]), 0);
	n = read(end[0], bytes, sizeof(bytes));
	t_ok(n > 100);
	for (i = 0; i < (size_t)n; i++) {
		memcpy(bad, bytes, (size_t)n);
		bad[i] ^= (uint8_t)(1u << i % 8);
		t_int(write(end[1], bad, i % 2 == 0 ? (size_t)n : i), i % 2 == 0 ? n : (ssize_t)i);
		close(end[1]);
		flv_cache_read(end[0]);
		close(end[0]);
		g = opened(a);
		if (flv_cache_find(&g))		/* a flipped fact; no address of its own, no length */
			blobs_free(&g);
		t_int(pipe(end), 0);
	}
	close(end[0]);
	close(end[1]);
	flv_cache_forget();
	flv_file_close(a);
}

static void
the_oldest_make_room(void)
{
	struct flv_file *a = film("a", 1), *b = film("b", 2), g = *b;
	int i, end[2];

	flv_cache_add(a, later());
	for (i = 0; i < 1000; i++) {
		g.ino = b->ino + 1000 + (ino_t)i;
		flv_cache_add(&g, later());
	}
	is_found(a, false);
	is_found(&g, true);
	t_int(pipe2(end, O_NONBLOCK), 0);
	t_int(flv_cache_write(end[1]), 0);	/* a pipe takes it all */
	t_int(flv_cache_write(end[1]), -1);
	t_int(errno, EAGAIN);
	t_ok(!flv_cache_changed());
	close(end[0]);
	close(end[1]);
	flv_cache_forget();
	flv_file_close(a);
	flv_file_close(b);
	unlink(path_of("a"));
	unlink(path_of("b"));
	rmdir(dir);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_film_that_did_not_change_is_known),
	T(knowledge_is_handed_on),
	T(what_makes_no_sense_is_left_out),
	T(the_oldest_make_room),
)
