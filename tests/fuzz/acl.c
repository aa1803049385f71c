/* SPDX-License-Identifier: ISC */
/* A snapshot, as it is and with a right end, is asked for what stands in it. */
#include "base/base.h"
#include "control/acl/acl.h"

#include <sys/mman.h>
#include <unistd.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
ask(const char *path)
{
	struct error err;
	struct acl *g = acl_open(path, &err);

	if (g == NULL)
		return;
	/* The token's digest is in no input: nothing may open. */
	if (acl_publish(g, "waheguru_obs", "no such token", 13, 1) == ACL_ALLOWED ||
	    acl_publish(g, "waheguru_obs", NULL, 0, 1) == ACL_ALLOWED)
		abort();
	acl_publish(g, "z_z", "", 0, 1);
	acl_play(g, "waheguru_obs", "127.0.0.1");
	acl_play(g, "waheguru_loop", "::1");
	acl_close(g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char path[64], end[32];
	int fd = memfd_create("acl", MFD_CLOEXEC), len;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd == -1 || write(fd, p, n) != (ssize_t)n)
		return 0;
	ask(path);
	len = snprintf(end, sizeof(end), "\nend %zu\n", n + 1);
	if (write(fd, end, (size_t)len) == len)
		ask(path);
	close(fd);
	return 0;
}
