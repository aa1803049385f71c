/* SPDX-License-Identifier: ISC */
/* FLV tags as bytes (FLV 10.1, annex E). No I/O. */
#ifndef FLV_FLV_H
#define FLV_FLV_H

#include <stddef.h>
#include <stdint.h>

#define FLV_FILE_HEADER	13	/* "FLV", version, flags, length; previous tag size 0 */
#define FLV_TAG_HEADER	11
#define FLV_TAG_TRAILER	4	/* previous tag size */

struct flv_tag {
	uint8_t		 type;	/* MSG_AUDIO, MSG_VIDEO, MSG_DATA */
	uint32_t	 len;	/* bytes of body */
	uint32_t	 time;	/* ms, 32 bits with the extension byte */
};

/* Writes the file header, which announces audio and video. dst has FLV_FILE_HEADER bytes. */
void	 flv_file_header(uint8_t *dst);

/* Length of the file header at p with the previous tag size after it; 0: needs more bytes; -1: not FLV. */
ptrdiff_t flv_file_header_read(const uint8_t *p, size_t n);

/* dst has FLV_TAG_HEADER bytes. */
void	 flv_tag_header(uint8_t *dst, const struct flv_tag *);

/* FLV_TAG_HEADER; 0: needs more bytes; -1: not valid: an unknown type, an encrypted tag, a stream id
 * that is not 0. */
ptrdiff_t flv_tag_read(struct flv_tag *, const uint8_t *p, size_t n);

#endif
