/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "spec/spec_parse.h"
#include "spec/spec_read.h"
#include "torture.h"

#include <jansson.h>
#include <unistd.h>

static const char forward[] = "{\"channel\":\"w\",\"socket\":\"s\",\"sources\":["
    "{\"name\":\"obs\",\"url\":\"rtmp://h/a/b\"},{\"name\":\"film\",\"path\":[\"a\",\"b\"]}],"
    "\"destinations\":[{\"name\":\"y\",\"url\":\"rtmp://h/a\",\"key\":\"k\",\"send_to\":\"both\",\"backup_url\":"
    "\"rtmp://i/a\",\"ca_file\":\"c\",\"user\":\"u\",\"password\":\"p\"},{\"name\":\"z\",\"url\":\"rtmp://h/a/b\"}]}",
    loop[] = "{\"channel\":\"w\",\"files\":[\"a\",\"b\"],\"destination\":"
    "{\"name\":\"srs\",\"url\":\"rtmp://h/a/b\"}}";

static bool
parses(const char *text, enum spec_kind kind)
{
	struct spec_fault fault;
	struct spec *s = spec_parse(text, strlen(text), "/dir", kind, &fault);

	t_ok((s != NULL) == (fault.reason[0] == '\0'));
	spec_free(s);
	return s != NULL;
}

static bool
parses_forward(void)
{
	return parses(forward, SPEC_FORWARD);
}

static bool
parses_loop(void)
{
	return parses(loop, SPEC_LOOP);
}

static char file[] = "/tmp/spec.XXXXXX";

static bool
reads_a_file(void)
{
	struct spec_fault fault;
	struct spec *s = spec_read(file, SPEC_FORWARD, &fault);

	t_ok((s != NULL) == (fault.reason[0] == '\0'));
	spec_free(s);
	return s != NULL;
}

static void
gives_up_in_order(void)
{
	int fd = mkstemp(file);

	t_int(write(fd, forward, sizeof(forward) - 1), sizeof(forward) - 1);
	close(fd);
	torture(parses_forward);
	torture(parses_loop);
	torture(reads_a_file);
	unlink(file);
}

/* The same for what jansson allocates. */
static void
gives_up_in_order_in_json(void)
{
	json_set_alloc_funcs(__wrap_malloc, free);
	torture(parses_forward);
	torture(parses_loop);
}

T_MAIN(
	{ "gives_up_in_order", gives_up_in_order },
	{ "gives_up_in_order_in_json", gives_up_in_order_in_json },
)
