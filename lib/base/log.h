/* SPDX-License-Identifier: ISC */
/*
 * Writes messages to stderr, one line each. log_warn() adds the text of errno, log_warnx() does not.
 * Under systemd (JOURNAL_STREAM is set) a line begins with the sd-daemon(3) priority, on a terminal
 * with the name of the tool. A byte that is not printable ASCII is written as '?', so that a name from
 * outside cannot forge a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/*
 * verbosity: -1 warnings only, 0 also notices and information, 1 also debug messages. A notice is an action or a
 * change of state: a unit that logs much stores only these with LogLevelMax=notice.
 */
void	log_init(const char *tool, int verbosity);

/*
 * Calls filter() with each warning (grave) and notice before it is written; text is the line without its prefix.
 * false: the line is not written. NULL: all lines are written.
 */
void	log_filter(bool (*filter)(void *arg, const char *text, bool grave), void *arg);

void	log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_warnx(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_notice(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
