/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/handshake.h"

#include <errno.h>

#define VERSION		3
#define VERSION_LAST	31	/* a larger byte is printable: another protocol, such as HTTP */

int
handshake_start(struct handshake *h, struct buf *out)
{
	uint8_t *p;

	h->taken = 0;
	if ((p = buf_room(out, 1 + HANDSHAKE_PART)) == NULL)
		return -1;
	p[0] = VERSION;
	/* Time 0, and zero in place of a version: a version would ask for the digest handshake. */
	memset(p + 1, 0, 8);
	arc4random_buf(p + 9, HANDSHAKE_PART - 8);
	buf_added(out, 1 + HANDSHAKE_PART);
	return 0;
}

ptrdiff_t
handshake_read(struct handshake *h, const uint8_t *p, size_t n,
    struct buf *out)
{
	size_t used = 0, k;

	if (n > 0 && h->taken == 0) {
		if (p[0] > VERSION_LAST) {
			errno = EPROTO;
			return -1;
		}
		h->taken = used = 1;
	}
	/* C2 is a copy of S1, so S1 needs no buffer. */
	if (h->taken >= 1 && h->taken < 1 + HANDSHAKE_PART) {
		k = 1 + HANDSHAKE_PART - h->taken;
		k = k < n - used ? k : n - used;
		if (buf_add(out, p + used, k) == -1)
			return -1;
		h->taken += k;
		used += k;
	}
	if (h->taken >= 1 + HANDSHAKE_PART) {
		k = HANDSHAKE_TAKES - h->taken;
		k = k < n - used ? k : n - used;
		h->taken += k;
		used += k;
	}
	return (ptrdiff_t)used;
}
