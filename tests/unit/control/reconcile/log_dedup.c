/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "control/reconcile/log_dedup.h"
#include "hostile.h"
#include "t.h"

#include <sys/mman.h>
#include <unistd.h>

#define NOW	1000000

static char dir[] = "/tmp/faults.XXXXXX";

/* One pass that finds these, words apart; "!" in front: a notice. What of it is said. */
static const char *
pass(int64_t now, bool whole, const char *found)
{
	static char said[512];
	char *copy = strdup(found), *rest = copy, *one;
	int caught = memfd_create("stderr", 0), real = dup(STDERR_FILENO);
	struct log_dedup f;
	ssize_t n;

	if (strcmp(dir + sizeof(dir) - 7, "XXXXXX") == 0 && mkdtemp(dir) != NULL)
		setenv("LSCTL_RUN", dir, 1);
	log_dedup_begin(&f, now, false);
	said[0] = '\0';
	while ((one = strsep(&rest, ",")) != NULL)
		if (one[0] != '\0' && log_dedup_is_new(&f, one, one[0] != '!')) {
			strlcat(said, one, sizeof(said));
			strlcat(said, ",", sizeof(said));
		}
	dup2(caught, STDERR_FILENO);
	log_dedup_end(&f, whole);
	dup2(real, STDERR_FILENO);
	n = (ssize_t)strlen(said);
	n = pread(caught, said + n, sizeof(said) - 1 - (size_t)n, 0) + n;
	said[n] = '\0';
	close(caught);
	close(real);
	free(copy);
	return said;
}

static void
said_once_and_when_it_is_over(void)
{
	t_str(pass(NOW, true, ""), "");
	t_str(pass(NOW + 2, false, "the database is down"), "the database is down,");
	t_str(pass(NOW + 4, false, "the database is down"), "");
	t_str(pass(NOW + 6, true, ""), "lsctl: over: the database is down\n");
	t_str(pass(NOW + 8, true, ""), "");
	t_str(pass(NOW + 10, false, "the database is down"), "the database is down,");
	t_str(pass(NOW + 12, true, ""), "lsctl: over: the database is down\n");
}

static void
again_when_it_changed_or_after_an_hour(void)
{
	t_str(pass(NOW, true, "a is 1,b"), "a is 1,b,");
	t_str(pass(NOW + 2, true, "a is 2,b"), "a is 2,lsctl: over: a is 1\n");
	t_str(pass(NOW + LOG_DEDUP_AGAIN_S - 1, true, "a is 2,b"), "");
	t_str(pass(NOW + LOG_DEDUP_AGAIN_S, true, "a is 2,b"), "b,");
	t_str(pass(NOW + LOG_DEDUP_AGAIN_S + 2, true, "a is 2,b"), "a is 2,");
	t_str(pass(NOW + LOG_DEDUP_AGAIN_S + 4, true, "a is 2,b"), "");
	t_str(pass(NOW, true, "b"), "b,lsctl: over: a is 2\n");	/* the clock was set back */
	t_str(pass(NOW + 2, true, "b"), "");
	t_str(pass(NOW + 4, true, ""), "lsctl: over: b\n");
}

/* A pass that ended early saw nothing of the rest. */
static void
not_to_know_is_not_over(void)
{
	t_str(pass(NOW, true, "x is left as it is"), "x is left as it is,");
	t_str(pass(NOW + 2, false, "away"), "away,");
	t_str(pass(NOW + 4, false, "starting up"), "starting up,");
	t_str(pass(NOW + 6, false, "away"), "");
	t_str(pass(NOW + 8, true, "x is left as it is"), "lsctl: over: away\nlsctl: over: starting up\n");
	t_str(pass(NOW + 10, true, ""), "lsctl: over: x is left as it is\n");
}

static void
a_notice_is_not_said_to_be_over(void)
{
	t_str(pass(NOW, true, "!x waits"), "!x waits,");
	t_str(pass(NOW + 2, true, "!x waits"), "");
	t_str(pass(NOW + 4, true, ""), "");
	t_str(pass(NOW + 6, true, "!x waits"), "!x waits,");
	t_str(pass(NOW + 8, true, ""), "");
}

static void
put(const char *text, size_t len)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/switch.reported", dir);
	if ((f = fopen(path, "w")) == NULL)
		return;
	fwrite(text, 1, len, f);
	fclose(f);
}

/* It is not followed, and not waited for. */
static void
what_is_no_file_is_none(void)
{
	char path[128], next[160], secret[128];
	enum hostile kind;

	snprintf(path, sizeof(path), "%s/switch.reported", dir);
	snprintf(next, sizeof(next), "%s.new", path);
	snprintf(secret, sizeof(secret), "%s/secret", dir);
	for (kind = 0; kind < HOSTILE_KINDS; kind++) {
		hostile_put(kind, path, secret);
		hostile_put(kind, next, secret);
		t_str(pass(NOW, true, "kept"), "kept,");
		t_ok(hostile_spared(secret));
		hostile_put(HOSTILE_DANGLING, path, secret);
		hostile_put(HOSTILE_DANGLING, next, secret);
		unlink(path);
		unlink(next);
	}
	unlink(secret);
}

static void
a_file_of_nonsense_is_none(void)
{
	static const char text[] = "\n \n5\n5 w\n5 w \nx w y\n-1 w y\n999999 w kept\nno end\0 ";
	char path[128], *many;
	size_t i, n;

	put(text, sizeof(text) - 1);
	t_str(pass(NOW, true, "kept"), "");
	t_str(pass(NOW + 2, true, ""), "lsctl: over: kept\n");
	snprintf(path, sizeof(path), "%s/switch.reported", dir);
	t_int(access(path, F_OK), -1);
	if ((many = malloc(32 * (LOG_DEDUP_MAX + 10))) == NULL)
		return;
	for (i = n = 0; i < LOG_DEDUP_MAX + 10; i++)
		n += (size_t)snprintf(many + n, 32, "999999 n line %zu\n", i);
	put(many, n);
	free(many);
	t_str(pass(NOW, false, "one more"), "one more,");	/* there is no room: each time */
	t_str(pass(NOW + 2, false, "one more,line 999"), "one more,");
	t_str(pass(NOW + 4, true, ""), "");
}

/* What the log writes is asked of it, and a person hears all. */
static void
the_log_leaves_out_what_is_not_new(void)
{
	int caught = memfd_create("stderr", 0), real = dup(STDERR_FILENO), i;
	char text[256];
	struct log_dedup f;
	ssize_t n;

	dup2(caught, STDERR_FILENO);
	for (i = 0; i < 3; i++) {
		log_dedup_begin(&f, NOW, i == 2);
		log_warnx("warning");
		log_notice("notice");
		log_info("information");
		log_dedup_end(&f, i == 1);
	}
	log_warnx("warning");
	dup2(real, STDERR_FILENO);
	n = pread(caught, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	close(caught);
	close(real);
	t_str(text, "lsctl: warning\nlsctl: notice\nlsctl: information\nlsctl: information\n"
	    "lsctl: warning\nlsctl: notice\nlsctl: information\nlsctl: warning\n");
	t_str(pass(NOW + 2, true, ""), "lsctl: over: warning\n");
}

/* Nowhere to remember: each time, and no word of that. */
static void
no_folder_is_no_fault(void)
{
	setenv("LSCTL_RUN", "/nowhere", 1);
	t_str(pass(NOW, true, "a"), "a,");
	t_str(pass(NOW + 2, true, "a"), "a,");
	rmdir(dir);
}

T_MAIN(
	{ "said_once_and_when_it_is_over", said_once_and_when_it_is_over },
	{ "again_when_it_changed_or_after_an_hour", again_when_it_changed_or_after_an_hour },
	{ "not_to_know_is_not_over", not_to_know_is_not_over },
	{ "a_notice_is_not_said_to_be_over", a_notice_is_not_said_to_be_over },
	{ "what_is_no_file_is_none", what_is_no_file_is_none },
	{ "a_file_of_nonsense_is_none", a_file_of_nonsense_is_none },
	{ "the_log_leaves_out_what_is_not_new", the_log_leaves_out_what_is_not_new },
	{ "no_folder_is_no_fault", no_folder_is_no_fault }
)
