/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "packet/packet.h"

#define FLV_HAS_AUDIO	0x04
#define FLV_HAS_VIDEO	0x01

void
flv_file_header(uint8_t *dst)
{
	memcpy(dst, "FLV\1", 4);
	dst[4] = FLV_HAS_AUDIO | FLV_HAS_VIDEO;
	put_be32(dst + 5, 9);
	put_be32(dst + 9, 0);
}

ptrdiff_t
flv_file_header_read(const uint8_t *p, size_t n)
{
	static const uint8_t magic[] = { 'F', 'L', 'V', 1 };
	uint32_t len;

	/* Fails as soon as the bytes cannot be FLV: a pipe may deliver no more. */
	if (memcmp(p, magic, n < sizeof(magic) ? n : sizeof(magic)) != 0)
		return -1;
	if (n < 9)
		return 0;
	/* Every known writer has 9 here; the limit stops a reader from waiting for 4 GB. */
	if ((len = be32(p + 5)) < 9 || len > 1024)
		return -1;
	if (n < len + FLV_TAG_TRAILER)
		return 0;
	return (ptrdiff_t)len + FLV_TAG_TRAILER;
}

void
flv_tag_header(uint8_t *dst, const struct flv_tag *t)
{
	dst[0] = t->type;
	put_be24(dst + 1, t->len);
	put_be24(dst + 4, t->time & 0xffffff);
	dst[7] = (uint8_t)(t->time >> 24);
	put_be24(dst + 8, 0);
}

ptrdiff_t
flv_tag_read(struct flv_tag *t, const uint8_t *p, size_t n)
{
	/* The two reserved bits, and the filter bit of an encrypted tag, are part of the
	 * type here: no file that we play has them. */
	if (n > 0 && p[0] != MSG_AUDIO && p[0] != MSG_VIDEO && p[0] != MSG_DATA)
		return -1;
	if (n < FLV_TAG_HEADER)
		return 0;
	if (be24(p + 8) != 0)
		return -1;
	t->type = p[0];
	t->len = be24(p + 1);
	t->time = (uint32_t)p[7] << 24 | be24(p + 4);
	return FLV_TAG_HEADER;
}
