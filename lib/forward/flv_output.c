/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "forward/flv_output.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define QUEUE_MS	30000	/* a reader of a pipe may be slow for longer than a platform */

static void
on_ready(void *arg, unsigned int events)
{
	struct flv_output *t = arg;

	/* else waking up is all: every step writes */
	t->gone |= (events & EV_HANGUP) != 0;
}

void
flv_output_init(struct flv_output *t, struct ev *ev, const struct fanout_log *log, int fd)
{
	memset(t, 0, sizeof(*t));
	t->ev = ev;
	t->log = log;
	t->io.fd = fd;
	t->io.ready = on_ready;
	t->io.arg = t;
	t->header = FLV_FILE_HEADER;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	muxer_start(&t->muxer, log, MUXER_FLV, 0);
}

void
flv_output_free(struct flv_output *t)
{
	ev_del(t->ev, &t->io);
	muxer_stop(&t->muxer);
}

/* 2: nothing to do, 1: some went out, 0: no room now, -1: failed. */
static int
write_batch(struct flv_output *t)
{
	static struct muxer_batch out;
	uint8_t head[FLV_FILE_HEADER];
	ssize_t n;

	if (t->header > 0) {
		flv_file_header(head);
		n = write(t->io.fd, head + sizeof(head) - t->header, t->header);
		if (n > 0)
			t->header -= (size_t)n;
	} else {
		muxer_fill(&t->muxer, t->log, &out, 512 * 1024);
		if (out.n == 0)
			return 2;
		n = writev(t->io.fd, out.iov, out.n);
		if (n > 0)
			muxer_sent(&t->muxer, t->log, (size_t)n);
	}
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return 1;
}

int
flv_output_step(struct flv_output *t)
{
	int done;

	if (t->gone) {
		errno = EPIPE;
		return -1;
	}
	muxer_limit(&t->muxer, t->log, QUEUE_MS);
	while ((done = write_batch(t)) == 1)
		continue;
	if (done == -1)
		return -1;
	if (done == 2 && !t->io.added)
		return 0;	/* a plain file cannot be watched, and need not */
	return ev_set(t->ev, &t->io, done ? 0 : EV_WRITE);
}
