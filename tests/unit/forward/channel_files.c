/* SPDX-License-Identifier: ISC */
/* A channel whose source is a file: it goes wrong, comes back, is replaced. */
#include "flvmake.h"
#include "forward/channel.h"

static struct spec spec;
static struct channel *ch;
static int64_t now;
static const char *film;

static void
begin(void)
{
	struct flv_fault fault;
	int bad;

	film = file_of("film.flv", &one);
	memset(&spec, 0, sizeof(spec));
	strlcpy(spec.channel, "c", sizeof(spec.channel));
	strlcpy(spec.mode, "auto", sizeof(spec.mode));
	strlcpy(spec.source[0].name, "file", SPEC_NAME);
	spec.source[0].file[0] = strdup(film);
	spec.source[0].files = spec.sources = 1;
	now = 1000000;
	ch = channel_new(&spec, now, &bad, &fault);
	t_ok(ch != NULL);
}

static void
end(void)
{
	channel_free(ch);
	free(spec.source[0].file[0]);
}

/* Time goes on; returns how many frames went out. */
static uint64_t
run(int64_t ms)
{
	uint64_t before = ch->splice.frames;
	int64_t until = now + ms;

	for (; now < until; now += 20) {
		channel_step(ch, now);
		fanout_log_trim(&ch->log, UINT64_MAX);
	}
	return ch->splice.frames - before;
}

/* The file is found out, and what was read ahead of it is played. */
static void
run_dry(void)
{
	int64_t until = now + 10000;

	while (!ch->source[0].broken && now < until)
		run(20);
	t_ok(ch->source[0].broken);
	run(2000);
}

/* The file seems to have been written to, or to be as it was. */
static void
touch(bool changed)
{
	static struct timespec was[2];
	struct timespec now_it_is[2];
	struct stat st;

	if (changed) {
		t_int(stat(film, &st), 0);
		was[0] = was[1] = st.st_mtim;
	}
	memcpy(now_it_is, was, sizeof(was));
	now_it_is[1].tv_sec += changed;
	t_int(utimensat(AT_FDCWD, film, now_it_is, 0), 0);
}

static void
a_file_that_cannot_be_read_is_tried_again(void)
{
	begin();
	t_ok(run(2000) > 100);
	t_ok(!ch->source[0].broken);
	touch(true);
	run_dry();
	t_int(run(20000), 0);
	t_ok(ch->source[0].broken);	/* tried, and no better */
	touch(false);
	t_ok(run(5000 + 1000) > 0);	/* every five seconds */
	t_ok(!ch->source[0].broken);
	t_ok(run(2000) > 100);
	end();
}

static void
a_file_that_cannot_be_read_is_not_tried_at_every_step(void)
{
	int64_t retry;

	begin();
	run(2000);
	touch(true);
	run_dry();
	retry = ch->source[0].retry_time;
	t_ok(retry > now && retry <= now + 5000);
	run(retry - now - 100);
	t_int(ch->source[0].retry_time, retry);
	run(200);
	t_ok(ch->source[0].retry_time >= retry + 4900);
	end();
}

/* What replaces it is played as soon as it is there. */
static void
another_file_ends_the_wait(void)
{
	struct flv_fault fault;
	struct flv_loop *next;
	const char *path = file_of("next.flv", &one);

	begin();
	run(2000);
	touch(true);
	run_dry();
	t_ok((next = flv_loop_open(&path, 1, &fault)) != NULL);
	channel_files(ch, 0, next);
	t_ok(!ch->source[0].broken);
	end();
}

T_MAIN(
	{ "a_file_that_cannot_be_read_is_tried_again", a_file_that_cannot_be_read_is_tried_again },
	{ "a_file_that_cannot_be_read_is_not_tried_at_every_step",
	    a_file_that_cannot_be_read_is_not_tried_at_every_step },
	{ "another_file_ends_the_wait", another_file_ends_the_wait },
	{ "clean_up", clean_up },
)
