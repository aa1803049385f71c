/* SPDX-License-Identifier: ISC */
/* The first byte chooses the server, the rest is its body. */
#include "base/base.h"
#include "control/acl/callback.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enum callback_server server;
	struct callback cb;
	const char *reason = NULL;
	size_t i, sum = 0;
	int rc;

	if (n == 0)
		return 0;
	server = p[0] == 'N' ? CALLBACK_NGINX : CALLBACK_SRS;
	rc = callback_parse(&cb, server, (const char *)p + 1, n - 1, &reason);
	if (rc == -1 && reason == NULL)
		abort();
	if (rc == 0 && cb.token != NULL) {
		for (i = 0; i < cb.token_len; i++)
			sum += (uint8_t)cb.token[i];
		if (cb.token_len >= n || sum > n * 255)
			abort();
	}
	callback_free(&cb);
	return 0;
}
