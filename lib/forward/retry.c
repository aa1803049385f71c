/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/retry.h"

#define RESET_MS	60000

int64_t
retry_at(struct retry *r, int64_t now, int64_t up_ms)
{
	int64_t d = r->delay_ms;

	if (d == 0 || up_ms >= RESET_MS)
		d = r->min_ms;
	r->delay_ms = d * 2 < r->max_ms ? d * 2 : r->max_ms;
	return now + d / 2 + (int64_t)arc4random_uniform((uint32_t)(d / 2 + 1));
}
