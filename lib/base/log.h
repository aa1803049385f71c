/* SPDX-License-Identifier: ISC */
/*
 * Messages to stderr, one line each. Two verbs for trouble: with errno, without (x).
 * Under systemd (JOURNAL_STREAM is set) lines carry the sd-daemon(3) priority prefix, on a
 * terminal the tool's name. Bytes that are not printable ASCII come out as '?': a name from
 * outside cannot forge a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * verbosity: -1 warnings only, 0 notices and information too, 1 debug too. A notice is what was done, or what
 * moved: a unit that logs much keeps those with LogLevelMax=notice.
 */
void	log_init(const char *tool, int verbosity);

void	log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_warnx(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_notice(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
