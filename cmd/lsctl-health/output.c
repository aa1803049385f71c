/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/paths.h"
#include "health/health_measures.h"
#include "lsctl-health/output.h"
#include "lsctl-health/render.h"
#include "lsctl-health/render_prometheus.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#define PATH		4096
#define METRICS_S	10	/* Prometheus collects less often; 1000 channels are megabytes */

int
output_replace(const char *path, const struct buf *b)
{
	char new[PATH];
	int fd;

	/* two calls may write at the same time */
	if ((size_t)snprintf(new, sizeof(new), "%s.%ld.new", path, (long)getpid()) >= sizeof(new)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = file_new(new, 0644)) == -1)
		return -1;
	if (fchmod(fd, 0644) == -1)
		return file_drop(fd, new);
	return file_fill(fd, new, buf_head(b), buf_len(b)) == 0 ? file_replace(path, new) : -1;
}

static bool
is_due(const char *path)
{
	struct stat st;
	time_t now = time(NULL);

	/* if the clock was set back, the file is from the future */
	return stat(path, &st) == -1 || st.st_mtime > now || now - st.st_mtime >= METRICS_S;
}

void
output_metrics(struct health *h)
{
	struct health_measures m;
	char path[PATH];
	struct buf b;

	if (access(path_state(path, sizeof(path), "www", NULL), W_OK) == -1 ||
	    !is_due(path_state(path, sizeof(path), "www/metrics", NULL)))
		return;
	health_measures_read(&m, h);
	h->measures = &m;
	buf_init(&b, RENDER_MAX);
	if (render_prometheus(h, &b) == -1)
		log_warnx("%s: out of memory", path);
	else if (output_replace(path, &b) == -1)
		log_warn("%s", path);
	buf_free(&b);
	h->measures = NULL;
	health_measures_free(&m);
}
