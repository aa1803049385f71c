/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv_file.h"

#include <unistd.h>

void
blob_free(struct blob *b)
{
	free(b->data);
	memset(b, 0, sizeof(*b));
}

bool
blob_equal(const struct blob *a, const struct blob *b)
{
	if (a->data == NULL || b->data == NULL)
		return a->data == b->data;
	return a->type == b->type && a->len == b->len &&
	    memcmp(a->data, b->data, a->len) == 0;
}

void
flv_file_close(struct flv_file *f)
{
	if (f == NULL)
		return;
	if (f->fd != -1)
		close(f->fd);
	blob_free(&f->meta);
	blob_free(&f->video_header);
	blob_free(&f->audio_header);
	free(f);
}
