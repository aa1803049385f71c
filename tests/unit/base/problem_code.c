/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/problem_code.h"
#include "t.h"

/* A code is a word that a program may compare and a shell may print. */
static void
each_code_is_a_word_of_its_own(void)
{
	const struct problem_code *c;
	enum problem p;

	for (p = 0; p < PROBLEMS; p++) {
		c = problem_code(p);
		t_int(problem_find(c->name), p);
		t_int(strspn(c->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(c->name));
	}
	t_int(problem_find(""), PROBLEMS);
	t_int(problem_find("no-video "), PROBLEMS);
}

static void
each_says_what_it_means_on_one_line(void)
{
	const struct problem_code *c;
	enum problem p;

	for (p = 0; p < PROBLEMS; p++) {
		c = problem_code(p);
		t_ok(c->meaning[0] != '\0' && strchr(c->meaning, '\n') == NULL);
		t_ok(c->advice == NULL || (c->advice[0] != '\0' && strchr(c->advice, '\n') == NULL));
	}
}

/* As root types it: only a superuser of the server grants, and only the owner of the schema migrates. */
static void
commands_for_the_database_are_whole(void)
{
	static const char *const commands[] = { "lsctl-db grant", "lsctl-db migrate" };
	static const char whole[] = "runuser -u postgres -- ";
	const char *advice, *at;
	enum problem p;
	size_t i, n = 0;

	for (p = 0; p < PROBLEMS; p++)
		for (i = 0; i < nitems(commands); i++) {
			if ((advice = problem_code(p)->advice) == NULL || (at = strstr(advice, commands[i])) == NULL)
				continue;
			n++;
			t_ok((size_t)(at - advice) >= strlen(whole) &&
			    strncmp(at - strlen(whole), whole, strlen(whole)) == 0);
		}
	t_int(n, nitems(commands));
}

static void
a_text_has_subject_meaning_and_advice(void)
{
	char text[512], little[22];

	t_str(problem_text(text, sizeof(text), PROBLEM_NO_TOKEN, "krishna", "source:obs", ""),
	    "source obs: has no token: nobody can publish it: 'lsctl-keys new krishna obs'");
	t_str(problem_text(text, sizeof(text), PROBLEM_FORWARDER_DENIED, "krishna", "forwarder", ""),
	    "forwarder: this user may not use its control socket: type the command as root");
	/* what comes from outside fills no hole */
	t_str(problem_text(text, sizeof(text), PROBLEM_DESTINATION_DOWN, "krishna", "destination:a", "100 %c %d %"),
	    "destination a: not live: 100 %c %d %");
	t_str(problem_text(little, sizeof(little), PROBLEM_NO_TOKEN, "krishna", "source:obs", ""),
	    "source obs: has no to");
}

T_MAIN({ "each_code_is_a_word_of_its_own", each_code_is_a_word_of_its_own },
    { "each_says_what_it_means_on_one_line", each_says_what_it_means_on_one_line },
    { "commands_for_the_database_are_whole", commands_for_the_database_are_whole },
    { "a_text_has_subject_meaning_and_advice", a_text_has_subject_meaning_and_advice })
