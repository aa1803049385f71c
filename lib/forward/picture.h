/* SPDX-License-Identifier: ISC */
/* One picture of a source, for a program that shows it: what the delay line holds anyway. */
#ifndef FORWARD_PICTURE_H
#define FORWARD_PICTURE_H

#include "forward/forwarder.h"

#define PICTURE_MAX	(512 * 1024)	/* bytes of a keyframe; of a larger one there is no picture */

/*
 * The answer to a request: {"code": "ok", "flv": HEX}, an FLV file of the keyframe that is due now and its headers; or the
 * code unknown-source, or no-picture while the source has none. To be freed; NULL: out of memory.
 */
char	*forwarder_picture(const struct forwarder *, const char *source, int64_t now);

#endif
