/* SPDX-License-Identifier: ISC */
/* What a driver makes of bytes that a media server answered. */
#ifndef TESTS_FUZZ_SERVER_ANSWER_H
#define TESTS_FUZZ_SERVER_ANSWER_H

#include "base/base.h"
#include "server/server_driver.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
server_answer(const struct server_driver *d, const uint8_t *p, size_t n)
{
	struct server_streams streams = { 0 };
	struct server_clients clients = { 0 };
	struct error err = { "" };
	bool kicked;

	if (d->streams((const char *)p, n, &streams, &err) != SERVER_OK && err.text[0] == '\0')
		abort();
	server_streams_free(&streams);
	d->clients((const char *)p, n, &clients, &err);
	server_clients_free(&clients);
	d->kick((const char *)p, n, &kicked, &err);
	return 0;
}

#endif
