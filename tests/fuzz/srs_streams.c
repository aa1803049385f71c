/* SPDX-License-Identifier: ISC */
/* An answer of SRS, as that to each question. */
#include "server_answer.h"
#include "server/server_srs.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	return server_answer(&server_srs, p, n);
}
