/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "spec/spec.h"
#include "t.h"

static void
names_are_small_letters_digits_and_hyphens(void)
{
	static const char *const bad[] = { "", "-a", "A", "a b", "a_b", "a/b", "a.b", "a\n",
	    "a234567890123456789012345678901234567890123456789012345678901234" };
	size_t i;

	t_ok(spec_name_ok("a23456789012345678901234567890123456789012345678901234567890123"));
	t_ok(spec_name_ok("0") && spec_name_ok("a-"));
	for (i = 0; i < nitems(bad); i++)
		if (!t_ok(!spec_name_ok(bad[i])))
			printf("# %s\n", bad[i]);
}

static struct spec_dest
dest(const char *name, char *url, char *key, char *backup_url, char *ca_file)
{
	struct spec_dest d = { .url = url, .key = key, .backup_url = backup_url, .ca_file = ca_file };

	strlcpy(d.name, name, sizeof(d.name));
	return d;
}

/* Whatever has a connection dialled anew. */
static void
a_connection_serves_the_same_destination(void)
{
	char u[] = "rtmps://u/app", k[] = "key", b[] = "rtmp://b/app", c[] = "c.pem", x[] = "x",
	    u2[] = "rtmps://u/app", none[] = "";
	struct spec_dest a = dest("youtube", u, k, b, c), same = dest("youtube", u2, k, b, c),
	    other[] = {
		dest("tube", u, k, b, c), dest("youtube", x, k, b, c), dest("youtube", u, x, b, c),
		dest("youtube", u, NULL, b, c), dest("youtube", u, k, x, c), dest("youtube", u, k, NULL, c),
		dest("youtube", u, k, b, x), dest("youtube", u, k, b, none)
	};
	size_t i;

	same.queue_ms = 3000;
	same.on_backup = BACKUP_DISCONNECT;
	t_ok(spec_dest_same(&a, &same) && spec_dest_same(&same, &a));
	for (i = 0; i < nitems(other); i++)
		if (!t_ok(!spec_dest_same(&a, &other[i]) && !spec_dest_same(&other[i], &a)))
			printf("# %zu\n", i);
	t_ok(spec_dest_same(&other[3], &other[3]));
}

static void
files_are_compared_in_order_and_by_what_they_were(void)
{
	char a[] = "a.flv", b[] = "b.flv";
	struct spec_source one = { .file = { a, b }, .files = 2 }, turned = { .file = { b, a }, .files = 2 },
	    fewer = { .file = { a }, .files = 1 }, written = one;

	written.id[1].mtime_ns = 1;
	t_ok(spec_files_same(&one, &one));
	t_ok(!spec_files_same(&one, &turned));
	t_ok(!spec_files_same(&one, &fewer) && !spec_files_same(&fewer, &one));
	t_ok(!spec_files_same(&one, &written));
}

static void
nothing_is_freed_of_none(void)
{
	spec_free(NULL);
	spec_free(calloc(1, sizeof(struct spec)));
	t_ok(true);
}

T_MAIN({ "names_are_small_letters_digits_and_hyphens", names_are_small_letters_digits_and_hyphens },
    { "a_connection_serves_the_same_destination", a_connection_serves_the_same_destination },
    { "files_are_compared_in_order_and_by_what_they_were",
	files_are_compared_in_order_and_by_what_they_were },
    { "nothing_is_freed_of_none", nothing_is_freed_of_none })
