/* SPDX-License-Identifier: ISC */
/* The problems of this host, who was notified, and who acknowledged them. */
#include "base/base.h"
#include "alert/acknowledge.h"
#include "base/log.h"
#include "base/paths.h"
#include "common/exit_options.h"
#include "health/health_record.h"
#include "lsctl-alert/call.h"
#include "spec/spec.h"

#include <pwd.h>
#include <sysexits.h>
#include <unistd.h>

#define HOST_WORD	"-"	/* stands for the host in the place of a channel */

static char *
time_text(double at, char *dst, size_t size)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (at < 0 || localtime_r(&t, &tm) == NULL || strftime(dst, size, "%m-%d %H:%M", &tm) == 0)
		strlcpy(dst, "-", size);
	return dst;
}

/* The people who were notified, as "anna,balbir". Returns dst. */
static char *
notified_text(const json_t *notified, char *dst, size_t size)
{
	const char *name;
	json_t *at;

	dst[0] = '\0';
	json_object_foreach((json_t *)(uintptr_t)notified, name, at) {
		if (dst[0] != '\0')
			strlcat(dst, ",", size);
		strlcat(dst, name, size);
	}
	if (dst[0] == '\0')
		strlcpy(dst, "nobody", size);
	return dst;
}

static void
line_print(const json_t *one)
{
	const json_t *ack = json_object_get(one, "ack");
	const char *channel = record_text(one, "channel"), *who = record_text(ack, "who");
	char since[32], notified[256], until[32] = "";

	if (record_number(ack, "until") > 0)
		time_text(record_number(ack, "until"), until, sizeof(until));
	printf("%-16s %-8s %-24s %-24s %-11s  notified %s%s%s%s%s\n", channel[0] != '\0' ? channel : HOST_WORD,
	    record_true(one, "critical") ? "critical" : "warning", record_text(one, "code"), record_text(one, "subject"),
	    time_text(record_number(one, "since"), since, sizeof(since)),
	    notified_text(json_object_get(one, "notified"), notified, sizeof(notified)),
	    who[0] != '\0' ? ", acknowledged by " : "", who, until[0] != '\0' ? " until " : "", until);
}

int
open_list(void *arg)
{
	const struct call *c = arg;
	json_t *list = acknowledge_list(), *one;
	char *text;
	size_t i;

	json_array_foreach(list, i, one) {
		if (!c->json) {
			line_print(one);
			continue;
		}
		if ((text = json_dumps(one, JSON_COMPACT)) != NULL)
			puts(text);
		free(text);
	}
	json_decref(list);
	if (fflush(stdout) != EOF)
		return 0;
	log_warn("stdout");
	return EX_IOERR;
}

/* Who types this: with sudo(8), the person behind it. */
static const char *
login_name(char *dst, size_t size)
{
	const char *sudo = getenv("SUDO_USER");
	struct passwd *pw = getpwuid(getuid());

	if (sudo != NULL && sudo[0] != '\0')
		return sudo;
	strlcpy(dst, pw != NULL ? pw->pw_name : "somebody", size);
	return dst;
}

int
open_acknowledge(void *arg)
{
	const struct call *c = arg;
	const char *channel = c->o.argc > 0 ? c->o.argv[0] : NULL;
	struct acknowledge a = { .code = c->o.argc > 1 ? c->o.argv[1] : NULL, .now = (int64_t)time(NULL) };
	char host[256], login[64];
	long n;

	if (channel != NULL && strcmp(channel, HOST_WORD) == 0)
		a.channel = "";
	else if (channel != NULL && !spec_name_ok(channel))
		return usage_error(&c->o, "%.80s: not the name of a channel; " HOST_WORD " is the host", channel);
	else
		a.channel = channel;
	a.host = path_host(host, sizeof(host));
	a.who = c->who != NULL ? c->who : login_name(login, sizeof(login));
	a.until = c->for_s > 0 ? a.now + c->for_s : 0;
	if ((n = acknowledge(&a)) == -1)
		return EX_CANTCREAT;
	if (n == 0) {
		log_warnx("there is no such problem: lsctl-alert list");
		return 1;
	}
	log_info("%ld problem%s acknowledged by %s", n, n == 1 ? " is" : "s are", a.who);
	return 0;
}
