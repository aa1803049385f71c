/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <syslog.h>
#include <unistd.h>

static const char *log_tool = "lsctl";
static int log_level = LOG_INFO;
static bool log_journal;
static bool (*log_new)(void *arg, const char *text, bool grave);
static void *log_new_arg;

void
log_init(const char *tool, int verbosity)
{
	log_tool = tool;
	log_level = verbosity < 0 ? LOG_WARNING :
	    verbosity == 0 ? LOG_INFO : LOG_DEBUG;
	log_journal = getenv("JOURNAL_STREAM") != NULL;
}

void
log_filter(bool (*filter)(void *arg, const char *text, bool grave), void *arg)
{
	log_new = filter;
	log_new_arg = arg;
}

/* Does the filter accept this line? */
static bool
is_new(int level, const char *text)
{
	return log_new == NULL || level > LOG_NOTICE || log_new(log_new_arg, text, level <= LOG_WARNING);
}

/* One write(2) a line, so that lines of several processes do not mix. */
__attribute__((format(printf, 3, 0))) static void
log_line(int level, int err, const char *fmt, va_list ap)
{
	char line[1024];
	size_t i, n = 0, start;
	int saved = errno, w;

	if (level > log_level)
		return;
	if (log_journal)
		n = (size_t)snprintf(line, sizeof(line), "<%d>", level);
	else
		n = (size_t)snprintf(line, sizeof(line), "%s: ", log_tool);
	start = n;
	w = vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
	n += w < 0 ? 0 : (size_t)w;
	if (err != 0 && n < sizeof(line) - 1) {
		w = snprintf(line + n, sizeof(line) - n - 1, ": %s",
		    strerror(err));
		n += w < 0 ? 0 : (size_t)w;
	}
	if (n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	for (i = start; i < n; i++)
		if (line[i] < 0x20 || line[i] > 0x7e)
			line[i] = '?';
	line[n] = '\0';
	if (!is_new(level, line + start)) {
		errno = saved;
		return;
	}
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) == -1) {
		/* stderr is closed: there is no place to report that */
	}
	errno = saved;
}

#define LOG_VERB(name, level, err)		\
void						\
name(const char *fmt, ...)			\
{						\
	va_list ap;				\
						\
	va_start(ap, fmt);			\
	log_line(level, err, fmt, ap);		\
	va_end(ap);				\
}

LOG_VERB(log_warn, LOG_WARNING, errno)
LOG_VERB(log_warnx, LOG_WARNING, 0)
LOG_VERB(log_notice, LOG_NOTICE, 0)
LOG_VERB(log_info, LOG_INFO, 0)
LOG_VERB(log_debug, LOG_DEBUG, 0)
