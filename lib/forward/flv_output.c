/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "forward/flv_output.h"
#include "forward/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define QUEUE_MS	30000	/* a reader of a pipe may be slow for longer than a platform */
#define BATCH_BYTES	(512 * 1024)

static void
on_ready(void *arg, unsigned int events)
{
	struct flv_output *o = arg;

	/* EV_WRITE only wakes the loop: every step writes */
	o->gone |= (events & EV_HANGUP) != 0;
}

void
flv_output_init(struct flv_output *o, struct ev *ev, const struct fanout_log *log, int fd)
{
	memset(o, 0, sizeof(*o));
	o->ev = ev;
	o->log = log;
	o->io.fd = fd;
	o->io.ready = on_ready;
	o->io.arg = o;
	o->header = FLV_FILE_HEADER;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	muxer_start(&o->muxer, log, MUXER_FLV, 0);
}

void
flv_output_free(struct flv_output *o)
{
	ev_del(o->ev, &o->io);
	muxer_stop(&o->muxer);
}

/* 2: nothing to write, 1: some bytes were written, 0: no room now, -1: failed. */
static int
write_batch(struct flv_output *o)
{
	static struct muxer_batch out;
	uint8_t head[FLV_FILE_HEADER];
	ssize_t n;

	if (o->header > 0) {
		flv_file_header(head);
		n = write(o->io.fd, head + sizeof(head) - o->header, o->header);
		if (n > 0)
			o->header -= (size_t)n;
	} else {
		muxer_fill(&o->muxer, o->log, &out, BATCH_BYTES);
		if (out.n == 0)
			return 2;
		n = writev(o->io.fd, out.iov, out.n);
		if (n > 0)
			muxer_sent(&o->muxer, o->log, (size_t)n);
	}
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return 1;
}

int
flv_output_step(struct flv_output *o)
{
	struct turn turn = { 0 };
	uint64_t before;
	int done;

	if (o->gone) {
		errno = EPIPE;
		return -1;
	}
	muxer_limit(&o->muxer, o->log, QUEUE_MS);
	do {
		before = o->muxer.bytes;
		done = write_batch(o);
	} while (done == 1 && !turn_over(&turn, (size_t)(o->muxer.bytes - before)));
	if (done == -1)
		return -1;
	if (done == 1)
		ev_again(o->ev, &o->io);
	if (done != 0 && !o->io.added)
		return 0;	/* epoll(7) cannot watch a regular file */
	return ev_set(o->ev, &o->io, done ? 0 : EV_WRITE);
}
