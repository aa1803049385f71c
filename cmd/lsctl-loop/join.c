/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "flv/flv.h"
#include "flv/flv_loop.h"
#include "lsctl-loop/call.h"
#include "packet/packet.h"

#include <sysexits.h>
#include <unistd.h>

static int
message_write(const struct packet *p)
{
	struct flv_tag t = { p->type, p->len, p->time };
	uint8_t head[FLV_TAG_HEADER], size[FLV_TAG_TRAILER];

	flv_tag_header(head, &t);
	put_be32(size, FLV_TAG_HEADER + p->len);
	return fwrite(head, sizeof(head), 1, stdout) == 1 &&
	    fwrite(p->data, 1, p->len, stdout) == p->len &&
	    fwrite(size, sizeof(size), 1, stdout) == 1 ? 0 : -1;
}

/* Writes rounds of l to stdout, as fast as possible. */
static int
rounds_write(struct flv_loop *l, uint64_t rounds)
{
	uint8_t head[FLV_FILE_HEADER];
	struct arena *a;
	struct packet *p;
	int64_t time;
	bool over;
	int rc;

	if ((a = arena_new(1 << 20)) == NULL) {
		log_warn("join");
		return EX_OSERR;
	}
	flv_file_header(head);
	rc = fwrite(head, sizeof(head), 1, stdout) == 1 ? 0 : -1;
	while (rc == 0 && (rc = flv_loop_next(l, a, &p, &time)) == 0) {
		over = flv_loop_rounds(l) >= rounds;
		if (!over)
			rc = message_write(p);
		packet_unref(p);
		if (over)
			break;
	}
	if (rc == -1 || fflush(stdout) == EOF) {
		log_warn("join");
		rc = -1;
	}
	arena_free(a);
	return rc == 0 ? 0 : EX_IOERR;
}

int
call_join(void *arg)
{
	const struct call *c = arg;
	struct flv_fault fault;
	struct flv_loop *l;
	int status;

	if (isatty(STDOUT_FILENO))
		return usage_error(&c->o, "it writes a stream: send it to a file or a pipe");
	l = flv_loop_open((const char *const *)c->o.argv, (size_t)c->o.argc, &fault);
	if (l == NULL) {
		log_warnx("%s: %s", c->o.argv[fault.file], fault.reason);
		return EX_DATAERR;
	}
	status = rounds_write(l, (uint64_t)c->rounds);
	flv_loop_close(l);
	return status;
}
