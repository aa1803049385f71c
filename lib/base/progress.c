/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/progress.h"

#include <unistd.h>

#define BAR	30	/* columns */

void
progress_start(struct progress *p, const char *what, bool quiet)
{
	p->what = what;
	p->quiet = quiet;
	p->tty = isatty(STDERR_FILENO);
	p->shown = p->reported = -1;
	p->report = NULL;
}

static void
describe(char *dst, size_t size, int percent, double speed, int left_s)
{
	size_t n;

	snprintf(dst, size, "%3d %%", percent);
	n = strlen(dst);
	if (speed > 0)
		snprintf(dst + n, size - n, ", %.1fx", speed);
	n = strlen(dst);
	if (left_s >= 3600)
		snprintf(dst + n, size - n, ", %d:%02d:%02d left", left_s / 3600,
		    left_s / 60 % 60, left_s % 60);
	else if (left_s >= 0)
		snprintf(dst + n, size - n, ", %d:%02d left", left_s / 60, left_s % 60);
}

void
progress_show(struct progress *p, double done, double speed, int left_s)
{
	static const char full[] = "##############################";
	static const char rest[] = "..............................";
	int percent = (int)(done * 100), bar;
	char text[64];

	percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	if (p->report != NULL && percent > p->reported)
		p->report(p->arg, p->reported = percent, left_s);
	if (p->quiet || (!p->tty && percent / 10 <= p->shown / 10))
		return;
	describe(text, sizeof(text), percent, speed, left_s);
	p->shown = percent;
	if (!p->tty) {
		log_info("%s: %s", p->what, text + strspn(text, " "));
		return;
	}
	bar = percent * BAR / 100;
	fprintf(stderr, "\r%s [%.*s%.*s] %s\033[K", p->what, bar, full, BAR - bar, rest, text);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (!p->quiet && p->tty && p->shown >= 0) {
		fprintf(stderr, "\r\033[K");
		fflush(stderr);
	}
	p->shown = -1;
}
