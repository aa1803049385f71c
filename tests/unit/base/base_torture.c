/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "process/ctl.h"
#include "process/ev.h"
#include "torture.h"

#include <unistd.h>

static bool
buffer_grows(void)
{
	static const uint8_t batch[100];
	struct buf b;
	size_t want = 0;
	bool ok = true;
	int i;

	buf_init(&b, 1 << 16);
	for (i = 0; i < 100; i++) {
		if (buf_add(&b, batch, sizeof(batch)) == 0)
			want += sizeof(batch);
		else
			ok = t_int(errno, ENOMEM) && false;
		t_int(buf_len(&b), want);	/* what was there, stays */
	}
	buf_free(&b);
	return ok;
}

static char *
answer(void *arg, const char *line)
{
	(void)arg;
	return strdup(line);
}

static bool
socket_listens(void)
{
	static char dir[] = "/tmp/torture-XXXXXX", path[64];
	struct ev *ev = ev_new();
	struct ctl *ctl = NULL;

	if (path[0] == '\0') {
		t_ok(mkdtemp(dir) != NULL);
		snprintf(path, sizeof(path), "%s/s", dir);
	}
	if (ev != NULL) {
		ctl = ctl_listen(ev, path, answer, NULL);
		t_int(access(path, F_OK), ctl != NULL ? 0 : -1);
		ctl_close(ctl);
		ev_free(ev);
	}
	if (!failed)
		rmdir(dir);
	return ctl != NULL;
}

static void
gives_up_in_order(void)
{
	torture(buffer_grows);
	torture(socket_listens);
}

T_MAIN(
	{ "gives_up_in_order", gives_up_in_order },
)
