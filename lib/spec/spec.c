/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "spec/spec.h"

bool
spec_name_ok(const char *s)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return s[0] != '\0' && s[0] != '-' && strspn(s, ok) == strlen(s) &&
	    strlen(s) < SPEC_NAME;
}

static bool
text_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
spec_dest_same(const struct spec_dest *a, const struct spec_dest *b)
{
	return strcmp(a->name, b->name) == 0 && text_same(a->url, b->url) &&
	    text_same(a->key, b->key) && text_same(a->backup_url, b->backup_url) &&
	    text_same(a->ca_file, b->ca_file) && text_same(a->bind, b->bind) && text_same(a->proxy, b->proxy) && text_same(a->user, b->user) && text_same(a->password, b->password);
}

bool
spec_files_same(const struct spec_source *a, const struct spec_source *b)
{
	int i;

	if (a->files != b->files)
		return false;
	for (i = 0; i < a->files; i++)
		if (!text_same(a->file[i], b->file[i]) ||
		    memcmp(&a->id[i], &b->id[i], sizeof(a->id[i])) != 0)
			return false;
	return true;
}

void
spec_free(struct spec *s)
{
	int i, j;

	if (s == NULL)
		return;
	for (i = 0; i < s->sources; i++) {
		secret_free(s->source[i].url);
		for (j = 0; j < s->source[i].files; j++)
			free(s->source[i].file[j]);
	}
	for (i = 0; i < s->dests; i++) {
		secret_free(s->dest[i].url);
		secret_free(s->dest[i].key);
		secret_free(s->dest[i].backup_url);
		free(s->dest[i].ca_file);
		free(s->dest[i].bind);
		free(s->dest[i].proxy);
		free(s->dest[i].user);
		secret_free(s->dest[i].password);
	}
	free(s->socket);
	free(s);
}
