/* SPDX-License-Identifier: ISC */
/* A host that boots while the database is down, with a spec cache, files and a supervisor of the test. */
#include "base/base.h"
#include "base/secret.h"
#include "caught.h"
#include "control/host/offline_boot.h"
#include "control/host/spec_cache.h"
#include "control/host/spec_file.h"
#include "control/keys/keyring.h"
#include "scratch.h"
#include "spec_text.h"
#include "supervisor_peer.h"
#include "t.h"

#define MARK	"run/offline-boot"
#define MANY	150

static struct master_key key, next;
static struct error err;

static void
key_put(const char *name, char digit, struct master_key *k)
{
	char text[66] = "";

	memset(text, digit, 64);
	text[64] = '\n';
	t_int(master_key_load_file(k, scratch_write(name, text, 0400), &err), 0);
}

/* Two channels, the second without a loop. */
static struct desired_channel channels[] = {
	{ .plan = { .name = "krishna" }, .spec = { (char[]){ "{\"forward\":1}" }, (char[]){ "{\"loop\":1}" } } },
	{ .plan = { .name = "waheguru" }, .spec = { (char[]){ "{\"forward\":2}" }, NULL } },
};
static const struct desired desired = { .channel = channels, .channels = nitems(channels) };

/* As a boot leaves it: nothing runs, nothing is in the folder of what runs, and there are these copies. */
static void
boot(const struct master_key *k)
{
	scratch_host();
	setenv("LSCTL_MASTER_KEY_FILE", scratch_path("key"), 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	key_put("key", 'a', &key);
	key_put("other", 'b', &next);
	unlink(scratch_path("key" KEYRING_NEXT));
	supervisor_stage();
	if (k != NULL)
		t_int(offline_boot_keep(&desired, k), 0);
}

/* offline_boot(), and what it logs. */
static const char *
booted(void)
{
	caught_begin(STDERR_FILENO);
	offline_boot();
	return caught_end();
}

/* Loops before forwarders; those of a folder have no order. */
static bool
all_were_started(void)
{
	const char *told = supervisor_told();

	return strcmp(told, "start loop krishna\nstart forward krishna waheguru\n") == 0 ||
	    strcmp(told, "start loop krishna\nstart forward waheguru krishna\n") == 0;
}

static char *
copy_of(enum plan_unit u, const char *channel)
{
	return spec_cache_open(&key, 1, u, channel, &err);
}

/* -- keeping -- */

static void
each_wanted_spec_is_kept(void)
{
	char *text;

	boot(NULL);
	boot(&key);
	text = copy_of(PLAN_FORWARD, "krishna");
	t_str(text, "{\"forward\":1}");
	secret_free(text);
	text = copy_of(PLAN_LOOP, "krishna");
	t_str(text, "{\"loop\":1}");
	secret_free(text);
	text = copy_of(PLAN_FORWARD, "waheguru");
	t_str(text, "{\"forward\":2}");
	secret_free(text);
	t_ok(copy_of(PLAN_LOOP, "waheguru") == NULL);
}

static void
what_is_kept_already_is_left(void)
{
	struct stat st, again;

	boot(&key);
	t_int(stat(scratch_path("state/spec-cache/forward/krishna"), &st), 0);
	t_int(offline_boot_keep(&desired, &key), 0);
	t_int(stat(scratch_path("state/spec-cache/forward/krishna"), &again), 0);
	t_ok(st.st_ino == again.st_ino);
	t_int(offline_boot_keep(&desired, &next), 0);		/* under another key it is not */
	t_int(stat(scratch_path("state/spec-cache/forward/krishna"), &again), 0);
	t_ok(st.st_ino != again.st_ino);
}

static void
a_faulty_channel_keeps_what_it_had(void)
{
	char *text;

	boot(&key);
	channels[0].plan.faulty = true;
	strlcpy(channels[0].spec[PLAN_FORWARD], "{\"forward\":7}", strlen(channels[0].spec[PLAN_FORWARD]) + 1);
	t_int(offline_boot_keep(&desired, &key), 0);
	text = copy_of(PLAN_FORWARD, "krishna");
	t_str(text, "{\"forward\":1}");
	secret_free(text);
	channels[0].plan.faulty = false;
	strlcpy(channels[0].spec[PLAN_FORWARD], "{\"forward\":1}", strlen(channels[0].spec[PLAN_FORWARD]) + 1);
}

static void
what_cannot_be_kept_is_counted(void)
{
	const char *log;

	boot(NULL);
	scratch_write("state/spec-cache", "a file", 0600);
	caught_begin(STDERR_FILENO);
	t_int(offline_boot_keep(&desired, &key), 3);
	log = caught_end();
	t_ok(strstr(log, "channel=krishna") != NULL && strstr(log, "channel=waheguru") != NULL);
}

/* -- taking up again -- */

static void
after_a_boot_all_is_started_loops_first(void)
{
	boot(&key);
	t_ok(strstr(booted(), "units=3") != NULL);
	t_ok(all_were_started());
	t_str(spec_text(PLAN_FORWARD, "krishna"), "{\"forward\":1}");
	t_str(spec_text(PLAN_LOOP, "krishna"), "{\"loop\":1}");
	t_str(spec_text(PLAN_FORWARD, "waheguru"), "{\"forward\":2}");
	t_ok(!spec_file_reload_pending(PLAN_FORWARD, "krishna"));
	t_ok(!scratch_has(MARK));
	/* it is done once */
	t_str(booted(), "");
	t_str(supervisor_told(), "");
}

static void
where_something_is_it_is_no_boot(void)
{
	boot(&key);
	supervisor_runs("loop other\n");
	t_str(booted(), "");
	t_str(supervisor_told(), "");
	boot(&key);
	t_int(spec_file_write(PLAN_LOOP, "other", "{}", false), 0);
	t_str(booted(), "");
	t_str(supervisor_told(), "");
	t_str(spec_text(PLAN_FORWARD, "krishna"), "");
	boot(&key);
	supervisor_is_mute();		/* and what is not known is no boot */
	t_str(booted(), "");
	t_str(supervisor_told(), "");
	boot(NULL);			/* nothing was kept */
	t_str(booted(), "");
	t_str(supervisor_told(), "");
	t_ok(!scratch_has(MARK));
}

static void
one_that_was_interrupted_goes_on(void)
{
	boot(&key);
	scratch_write(MARK, "", 0600);
	t_int(spec_file_write(PLAN_FORWARD, "krishna", "{\"forward\":1}", false), 0);
	supervisor_runs("forward krishna\n");
	t_ok(strstr(booted(), "units=3") != NULL);
	t_ok(all_were_started());
	t_ok(!scratch_has(MARK));
	/* the desired state is known: it does not */
	boot(&key);
	scratch_write(MARK, "", 0600);
	t_int(spec_file_write(PLAN_FORWARD, "krishna", "{\"forward\":1}", false), 0);
	offline_boot_done();
	t_ok(!scratch_has(MARK));
	t_str(booted(), "");
	t_str(supervisor_told(), "");
}

static void
what_does_not_start_is_tried_again(void)
{
	boot(&key);
	supervisor_fails(true);
	t_ok(strstr(booted(), "it will not") != NULL);
	t_str(spec_text(PLAN_FORWARD, "krishna"), "");		/* nobody would look after it */
	t_ok(scratch_has(MARK));
	supervisor_told();
	supervisor_fails(false);
	booted();
	t_ok(all_were_started());
	t_str(spec_text(PLAN_FORWARD, "krishna"), "{\"forward\":1}");
	t_ok(!scratch_has(MARK));
}

static void
without_the_key_nothing_is_started(void)
{
	const char *log;

	boot(&key);
	unlink(scratch_path("key"));
	log = booted();
	t_ok(strstr(log, scratch_path("key")) != NULL);
	t_ok(strstr(log, "channel=") == NULL);
	t_str(supervisor_told(), "");
	t_ok(!scratch_has(MARK));
	boot(NULL);			/* nor is it missed */
	unlink(scratch_path("key"));
	t_str(booted(), "");
}

static void
the_key_that_is_to_take_its_place_opens_too(void)
{
	boot(&key);
	t_int(offline_boot_keep(&desired, &next), 0);
	key_put("key" KEYRING_NEXT, 'b', &next);
	booted();
	t_ok(all_were_started());
	t_str(spec_text(PLAN_FORWARD, "waheguru"), "{\"forward\":2}");
}

static void
one_that_does_not_open_holds_up_no_other(void)
{
	const char *log;

	boot(&key);
	t_int(truncate(scratch_path("state/spec-cache/forward/krishna"), 5), 0);
	log = booted();
	t_ok(strstr(log, "channel=krishna") != NULL && strstr(log, "units=2") != NULL);
	t_str(supervisor_told(), "start loop krishna\nstart forward waheguru\n");
	t_str(spec_text(PLAN_FORWARD, "krishna"), "");
}

static void
many_are_started_in_batches(void)
{
	char name[16], line[4096];
	const char *told;
	size_t lines = 0, names = 0;
	int i;

	boot(NULL);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		t_int(spec_cache_keep(&key, PLAN_FORWARD, name, "{}"), 1);
		t_int(spec_cache_settle(PLAN_FORWARD, name), 0);
	}
	booted();
	for (told = supervisor_told(); sscanf(told, "start forward%4095[^\n]", line) == 1;
	    told = strchr(told, '\n') + 1) {
		lines++;
		for (i = 0; line[i] != '\0'; i++)
			names += line[i] == ' ';
	}
	t_int(lines, 2);
	t_int(names, MANY);
}

T_MAIN(
	{ "each_wanted_spec_is_kept", each_wanted_spec_is_kept },
	{ "what_is_kept_already_is_left", what_is_kept_already_is_left },
	{ "a_faulty_channel_keeps_what_it_had", a_faulty_channel_keeps_what_it_had },
	{ "what_cannot_be_kept_is_counted", what_cannot_be_kept_is_counted },
	{ "after_a_boot_all_is_started_loops_first", after_a_boot_all_is_started_loops_first },
	{ "where_something_is_it_is_no_boot", where_something_is_it_is_no_boot },
	{ "one_that_was_interrupted_goes_on", one_that_was_interrupted_goes_on },
	{ "what_does_not_start_is_tried_again", what_does_not_start_is_tried_again },
	{ "without_the_key_nothing_is_started", without_the_key_nothing_is_started },
	{ "the_key_that_is_to_take_its_place_opens_too", the_key_that_is_to_take_its_place_opens_too },
	{ "one_that_does_not_open_holds_up_no_other", one_that_does_not_open_holds_up_no_other },
	{ "many_are_started_in_batches", many_are_started_in_batches }
)
