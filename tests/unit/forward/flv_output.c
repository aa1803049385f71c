/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "flv/flv.h"
#include "forward/flv_output.h"
#include "process/ev.h"
#include "t.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static struct arena *arena;
static struct fanout_log fanout_log;
static struct ev *ev;
static struct flv_output tap;
static int fd[2];

static void
begin(void)
{
	signal(SIGPIPE, SIG_IGN);
	arena = arena_new(65536);
	fanout_log_init(&fanout_log, 1 << 24, 60000);
	ev = ev_new();
	t_int(pipe2(fd, O_CLOEXEC), 0);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	flv_output_init(&tap, ev, &fanout_log, fd[1]);
}

static void
end(void)
{
	flv_output_free(&tap);
	ev_free(ev);
	fanout_log_free(&fanout_log);
	arena_free(arena);
	close(fd[0]);
	close(fd[1]);
}

/* A keyframe of this many bytes goes out. */
static void
push(uint32_t len, int64_t dts)
{
	struct entry e = { .pkt = packet_new(arena, MSG_VIDEO, 0, len), .dts = dts,
	    .flags = ENTRY_KEY };

	memset(e.pkt->data, 0x17, len);
	fanout_log_push(&fanout_log, &e);
}

static size_t
drain(void)
{
	static char waste[65536];
	size_t total = 0;
	ssize_t n;

	while ((n = read(fd[0], waste, sizeof(waste))) > 0)
		total += (size_t)n;
	return total;
}

static void
waits_for_a_slow_reader(void)
{
	size_t got;

	begin();
	push(200000, 0);
	t_int(flv_output_step(&tap), 0);
	t_ok(tap.io.want & EV_WRITE);
	for (got = 0; got < 200000;) {
		got += drain();
		t_int(flv_output_step(&tap), 0);
	}
	t_int(got, FLV_FILE_HEADER + FLV_TAG_HEADER + 200000 + FLV_TAG_TRAILER);
	t_int(tap.io.want, 0);
	end();
}

/* Else epoll reports it for ever, and the loop never sleeps. */
static void
notices_a_reader_that_left_though_nothing_is_to_write(void)
{
	begin();
	push(100000, 0);
	while (flv_output_step(&tap) == 0 && drain() > 0)
		continue;
	t_ok(tap.io.added);
	close(fd[0]);
	fd[0] = -1;
	t_int(ev_wait(ev, clock_us() + 1000000), 0);
	t_int(flv_output_step(&tap), -1);
	t_int(errno, EPIPE);
	end();
}

/* A regular file is never waited for, and a full disk is an error. */
static void
writes_to_a_file_until_the_disk_is_full(void)
{
	char path[] = "/tmp/flv_output.XXXXXX";
	uint8_t got[64];
	int file = mkstemp(path), full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	begin();
	flv_output_free(&tap);
	push(1000, 0);
	push(1000, 40);
	flv_output_init(&tap, ev, &fanout_log, file);
	t_int(flv_output_step(&tap), 0);
	t_ok(!tap.io.added);
	t_int(lseek(file, 0, SEEK_END), FLV_FILE_HEADER + FLV_TAG_HEADER + 1000 + FLV_TAG_TRAILER);
	t_int(pread(file, got, sizeof(got), 0), sizeof(got));
	t_mem(got, "FLV\1", 4);
	t_int(got[FLV_FILE_HEADER], MSG_VIDEO);
	t_int(got[FLV_FILE_HEADER + 6], 40);	/* from the newest keyframe on */
	push(1000, 80);
	t_int(flv_output_step(&tap), 0);
	t_int(lseek(file, 0, SEEK_END), FLV_FILE_HEADER + 2 * (FLV_TAG_HEADER + 1000 + FLV_TAG_TRAILER));
	flv_output_free(&tap);
	flv_output_init(&tap, ev, &fanout_log, full);
	t_int(flv_output_step(&tap), -1);
	t_int(errno, ENOSPC);
	end();
	close(file);
	close(full);
	unlink(path);
}

T_MAIN(
	{ "waits_for_a_slow_reader", waits_for_a_slow_reader },
	{ "notices_a_reader_that_left_though_nothing_is_to_write",
	    notices_a_reader_that_left_though_nothing_is_to_write },
	{ "writes_to_a_file_until_the_disk_is_full", writes_to_a_file_until_the_disk_is_full },
)
