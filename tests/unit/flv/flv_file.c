/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv_file.h"
#include "t.h"

static struct blob
blob(const char *text, uint8_t type)
{
	return (struct blob){ (uint8_t *)strdup(text), (uint32_t)strlen(text), type };
}

static void
a_message_is_the_same_with_the_same_bytes(void)
{
	struct blob a = blob("header", 9), b = blob("header", 9), other[] = {
		blob("heAder", 9), blob("headers", 9), blob("header", 8), { NULL, 0, 9 }
	};
	size_t i;

	t_ok(blob_equal(&a, &b));
	for (i = 0; i < nitems(other); i++) {
		t_ok(!blob_equal(&a, &other[i]) && !blob_equal(&other[i], &a));
		blob_free(&other[i]);
	}
	t_ok(blob_equal(&other[0], &other[1]));		/* of none there is one */
	blob_free(&a);
	blob_free(&b);
	t_ok(a.data == NULL && a.len == 0);
}

static void
one_that_was_never_opened_is_closed_too(void)
{
	struct flv_file *f = calloc(1, sizeof(*f));

	flv_file_close(NULL);
	if (t_ok(f != NULL)) {
		f->fd = -1;
		f->meta = blob("meta", 18);
		flv_file_close(f);
	}
}

T_MAIN({ "a_message_is_the_same_with_the_same_bytes", a_message_is_the_same_with_the_same_bytes },
    { "one_that_was_never_opened_is_closed_too", one_that_was_never_opened_is_closed_too })
