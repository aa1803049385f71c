/* SPDX-License-Identifier: ISC */
/* An answer of nginx, as that to each question. */
#include "base/base.h"
#include "control/server/server_driver.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct server_streams streams = { 0 };
	struct server_clients clients = { 0 };
	char text[160] = "";
	bool kicked;

	if (server_nginx.streams((const char *)p, n, &streams, text, sizeof(text)) !=
	    SERVER_OK && text[0] == '\0')
		abort();
	(void)server_streams_find(&streams, "krishna_obs");
	server_streams_free(&streams);
	server_nginx.clients((const char *)p, n, &clients, text, sizeof(text));
	server_clients_free(&clients);
	server_nginx.kick((const char *)p, n, &kicked, text, sizeof(text));
	return 0;
}
