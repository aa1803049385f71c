/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/paths.h"

#include <ctype.h>
#include <unistd.h>

static const char *
env_or(const char *variable, const char *usual)
{
	const char *dir = getenv(variable);

	return dir != NULL && dir[0] != '\0' ? dir : usual;
}

char *
path_run(char *dst, size_t size, const char *folder, const char *name,
    const char *ending)
{
	snprintf(dst, size, "%s/%s%s%s%s", env_or("LSCTL_RUN", "/run/lsctl"),
	    folder, name != NULL ? "/" : "", name != NULL ? name : "", ending);
	return dst;
}

char *
path_state(char *dst, size_t size, const char *folder, const char *name)
{
	snprintf(dst, size, "%s/%s%s%s", env_or("LSCTL_STATE", "/var/lib/lsctl"),
	    folder, name != NULL ? "/" : "", name != NULL ? name : "");
	return dst;
}

char *
path_host(char *dst, size_t size)
{
	const char *host = getenv("LSCTL_HOST");
	char *p;

	if (host != NULL && host[0] != '\0')
		strlcpy(dst, host, size);
	else if (gethostname(dst, size) == -1)
		strlcpy(dst, "localhost", size);
	dst[size - 1] = '\0';
	for (p = dst; *p != '\0'; p++)		/* RFC 4343: names ignore case */
		*p = (char)tolower((unsigned char)*p);
	return dst;
}
