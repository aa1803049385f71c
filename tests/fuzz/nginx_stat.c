/* SPDX-License-Identifier: ISC */
/* An answer of nginx, as that to each question. */
#include "server_answer.h"
#include "server/server_nginx.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	return server_answer(&server_nginx, p, n);
}
