/* SPDX-License-Identifier: ISC */
/*
 * Messages to stderr, one line each. Two verbs for trouble: with errno, without (x).
 * Under systemd (JOURNAL_STREAM is set) lines carry the sd-daemon(3) priority prefix, on a
 * terminal the tool's name. Bytes that are not printable ASCII come out as '?': a name from
 * outside cannot forge a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/*
 * verbosity: -1 warnings only, 0 notices and information too, 1 debug too. A notice is what was done, or what
 * moved: a unit that logs much keeps those with LogLevelMax=notice.
 */
void	log_init(const char *tool, int verbosity);

/*
 * news() is asked of each warning (grave) and notice that would be written, as one line without what is in front
 * of it: false, and it is not. NULL: all are.
 */
void	log_filter(bool (*news)(void *arg, const char *text, bool grave), void *arg);

void	log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_warnx(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_notice(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
