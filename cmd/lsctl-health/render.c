/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-health/render.h"
#include "lsctl-health/render_json.h"
#include "lsctl-health/render_nagios.h"
#include "lsctl-health/render_prometheus.h"
#include "lsctl-health/render_table.h"

#include <sysexits.h>

static int
exit_status(const struct health *h)
{
	return health_status(h) == HEALTH_OK ? 0 : 1;
}

/* The statuses of monitoring plugins: OK, WARNING, CRITICAL. main.c returns UNKNOWN when a pass fails. */
static int
exit_status_nagios(const struct health *h)
{
	return (int)health_status(h);
}

static const struct render_format formats[] = {
	{ "table", render_table, exit_status, EX_TEMPFAIL },
	{ "json", render_json, exit_status, EX_TEMPFAIL },
	{ "prometheus", render_prometheus, exit_status, EX_TEMPFAIL },
	{ "nagios", render_nagios, exit_status_nagios, -1 }
};

const struct render_format *
render_named(const struct render_format *list, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

const struct render_format *
render_find(const char *name)
{
	return render_named(formats, nitems(formats), name);
}
