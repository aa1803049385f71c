/* SPDX-License-Identifier: ISC */
/* Names, and specs compared. */
#include "base/base.h"
#include "spec/spec.h"
#include "t.h"

static void
names_are_those_of_hosts_and_streams(void)
{
	char name[SPEC_NAME + 1];

	memset(name, 'a', sizeof(name));
	name[SPEC_NAME] = '\0';
	t_ok(!spec_name_ok(name));
	name[SPEC_NAME - 1] = '\0';
	t_ok(spec_name_ok(name));
	t_ok(spec_name_ok("0") && spec_name_ok("a-") && spec_name_ok("krishna-2"));
	t_ok(!spec_name_ok("") && !spec_name_ok("-a") && !spec_name_ok("A") && !spec_name_ok("a_b"));
	t_ok(!spec_name_ok("a b") && !spec_name_ok("a/b") && !spec_name_ok("..") && !spec_name_ok("\xc3\xa9"));
}

static void
a_connection_serves_the_same_destination(void)
{
	char name[] = "youtube", url[] = "rtmp://h/a", key[] = "k", backup[] = "rtmp://b/a", ca[] = "a.pem", other[] = "x",
	    user[] = "u", password[] = "p";
	struct spec_dest a = { .url = url, .key = key, .backup_url = backup, .ca_file = ca, .queue_ms = 8000, .user = user,
	    .password = password }, b;
	char **texts[] = { &b.url, &b.key, &b.backup_url, &b.ca_file, &b.user, &b.password };
	size_t i;

	strlcpy(a.name, name, sizeof(a.name));
	b = a;
	b.queue_ms = 2000;
	b.on_backup = BACKUP_DISCONNECT;
	b.answer_ms = 5000;
	t_ok(spec_dest_same(&a, &b));
	for (i = 0; i < nitems(texts); i++) {
		b = a;
		*texts[i] = other;
		t_ok(!spec_dest_same(&a, &b) && !spec_dest_same(&b, &a));
		*texts[i] = NULL;
		t_ok(!spec_dest_same(&a, &b) && !spec_dest_same(&b, &a));
		t_ok(spec_dest_same(&b, &b));
	}
	b = a;
	strlcpy(b.name, "tube", sizeof(b.name));
	t_ok(!spec_dest_same(&a, &b));
}

static void
files_are_the_same_unchanged_and_in_order(void)
{
	char one[] = "/one.flv", two[] = "/two.flv";
	struct spec_source a = { .file = { one, two }, .files = 2, .id = { { .ino = 1 }, { .ino = 2 } } }, b = a;

	t_ok(spec_files_same(&a, &b));
	b.id[1].mtime_ns = 1;
	t_ok(!spec_files_same(&a, &b));
	b = a;
	b.files = 1;
	t_ok(!spec_files_same(&a, &b) && !spec_files_same(&b, &a));
	b = a;
	b.file[0] = two;
	b.file[1] = one;
	t_ok(!spec_files_same(&a, &b));
}

T_MAIN(
	{ "names_are_those_of_hosts_and_streams", names_are_those_of_hosts_and_streams },
	{ "a_connection_serves_the_same_destination", a_connection_serves_the_same_destination },
	{ "files_are_the_same_unchanged_and_in_order", files_are_the_same_unchanged_and_in_order },
)
