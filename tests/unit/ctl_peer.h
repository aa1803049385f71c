/* SPDX-License-Identifier: ISC */
/* A control socket in a process of its own with the answers of a script: a forwarder or a loop. */
#ifndef TESTS_UNIT_CTL_PEER_H
#define TESTS_UNIT_CTL_PEER_H

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <signal.h>

#include "scratch.h"

struct ctl_rule {
	const char	*question;	/* what the line has in it; "": any; CTL_ONCE before it: of one question */
	const char	*answer;	/* NULL: hangs up */
};

#define CTL_ONCE	"once "

struct ctl_peer {
	pid_t	 pid;
	int	 log;
};

static bool
ctl_fits(const struct ctl_rule *r, const char *line, bool *used)
{
	bool once = strncmp(r->question, CTL_ONCE, strlen(CTL_ONCE)) == 0;

	if (*used || strstr(line, r->question + (once ? strlen(CTL_ONCE) : 0)) == NULL)
		return false;
	*used = once;
	return true;
}

/* Answers each line by the first rule that fits; what was asked goes to log. */
static void
ctl_peer_serve(int listening, const struct ctl_rule *rules, size_t n, int log)
{
	static char line[65536];
	bool used[16] = { false };
	size_t i, len;
	ssize_t got;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	for (;; close(fd)) {
		fd = accept(listening, NULL, NULL);
		for (len = 0; len < sizeof(line) - 1 && memchr(line, '\n', len) == NULL; len += (size_t)got)
			if ((got = read(fd, line + len, sizeof(line) - 1 - len)) <= 0)
				break;
		line[len] = '\0';
		if (len == 0 || write(log, line, len) == -1)
			continue;
		for (i = 0; i < n && !ctl_fits(&rules[i], line, &used[i]); i++)
			continue;
		if (i < n && rules[i].answer != NULL)
			dprintf(fd, "%s\n", rules[i].answer);
	}
}

/* At a path in the test's folder, "run/forward/krishna.sock". */
__attribute__((unused)) static struct ctl_peer
ctl_peer_start(const char *name, const struct ctl_rule *rules, size_t n)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), log[2];
	struct ctl_peer p;

	strlcpy(sun.sun_path, scratch_write(name, "", 0600), sizeof(sun.sun_path));	/* its folders */
	unlink(sun.sun_path);
	t_int(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	t_int(listen(fd, 8), 0);
	t_int(pipe(log), 0);
	fflush(stdout);
	if ((p.pid = fork()) == 0)
		ctl_peer_serve(fd, rules, n, log[1]);
	close(fd);
	close(log[1]);
	p.log = log[0];
	return p;
}

/* Ends it. All that it was asked, a line each, in the same memory each time. */
__attribute__((unused)) static const char *
ctl_peer_end(struct ctl_peer p)
{
	static char text[65536];
	size_t n = 0;
	ssize_t got;

	kill(p.pid, SIGKILL);
	waitpid(p.pid, NULL, 0);
	while (n < sizeof(text) - 1 && (got = read(p.log, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(p.log);
	return text;
}

#endif
