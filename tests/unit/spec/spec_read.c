/* SPDX-License-Identifier: ISC */
/* The file that a spec stands in; what stands in it is judged by spec_parse.c beside this. */
#include "base/base.h"
#include "spec/spec_read.h"
#include "t.h"

#include <sys/stat.h>
#include <unistd.h>

static const char forward[] = "{\"channel\": \"waheguru\",\n"
    " \"sources\": [{\"name\": \"film\", \"path\": \"film.flv\"}]}\n";

static struct spec_fault fault;
static char dir[] = "/tmp/spec-XXXXXX", file[64];

static void
file_write(const char *text, size_t len, mode_t mode)
{
	FILE *f = fopen(file, "w");

	if (t_ok(f != NULL)) {
		t_int(fwrite(text, 1, len, f), len);
		fclose(f);
	}
	t_int(chmod(file, mode), 0);
}

static void
refused_file(const char *reason)
{
	struct spec *s = spec_read(file, SPEC_FORWARD, &fault);

	t_ok(s == NULL);
	t_int(fault.line, 0);
	t_str(fault.field, "");
	if (strstr(fault.reason, reason) == NULL)
		t_str(fault.reason, reason);
	spec_free(s);
}

static void
reads_files(void)
{
	char path[128];
	struct spec *s;

	t_ok(mkdtemp(dir) != NULL);
	snprintf(file, sizeof(file), "%s/s.json", dir);
	file_write(forward, sizeof(forward) - 1, 0600);
	s = spec_read(file, SPEC_FORWARD, &fault);
	snprintf(path, sizeof(path), "%s/film.flv", dir);
	if (t_ok(s != NULL))
		t_str(s->source[0].file[0], path);
	spec_free(s);
}

static void
others_may_not_read_it(void)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0610, 0601 };
	size_t i;

	for (i = 0; i < nitems(modes); i++) {
		file_write(forward, sizeof(forward) - 1, modes[i]);
		refused_file("chmod 600");
	}
	file_write(forward, sizeof(forward) - 1, 0400);
	spec_free(spec_read(file, SPEC_FORWARD, &fault));
	t_str(fault.reason, "");
}

static void
it_is_a_megabyte_at_most(void)
{
	size_t len = 1024 * 1024, n = sizeof(forward) - 1;
	char *text = malloc(len + 1);
	struct spec *s;

	memset(text, ' ', len + 1);
	memcpy(text, forward, n);
	file_write(text, len, 0600);
	s = spec_read(file, SPEC_FORWARD, &fault);
	t_ok(s != NULL);
	spec_free(s);
	file_write(text, len + 1, 0600);
	refused_file("1048576 bytes");
	free(text);
}

static void
what_is_no_file(void)
{
	unlink(file);
	refused_file("No such file");
	t_int(mkdir(file, 0700), 0);
	refused_file("is not a file");
	rmdir(file);
	t_int(mkfifo(file, 0600), 0);
	refused_file("is not a file");	/* and nobody waits for its other end */
	unlink(file);
}

static void
a_fault_is_found_in_what_the_file_is_now(void)
{
	struct spec_fault f = { .field = "sources[0].path" };

	file_write(forward, sizeof(forward) - 1, 0600);
	spec_locate(file, &f);
	t_int(f.line, 2);
	f.line = 7;		/* it is known */
	spec_locate(file, &f);
	t_int(f.line, 7);
	f = (struct spec_fault){ .field = "" };
	spec_locate(file, &f);
	t_int(f.line, 0);
	unlink(file);
	f = (struct spec_fault){ .field = "sources[0].path" };
	spec_locate(file, &f);
	t_int(f.line, 0);
	rmdir(dir);
}

T_MAIN(
	{ "reads_files", reads_files },
	{ "others_may_not_read_it", others_may_not_read_it },
	{ "it_is_a_megabyte_at_most", it_is_a_megabyte_at_most },
	{ "what_is_no_file", what_is_no_file },
	{ "a_fault_is_found_in_what_the_file_is_now", a_fault_is_found_in_what_the_file_is_now },
)
