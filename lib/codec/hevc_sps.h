/* SPDX-License-Identifier: ISC */
#ifndef CODEC_HEVC_SPS_H
#define CODEC_HEVC_SPS_H

#include "codec/sps.h"

/* Reads one NAL unit with its header and its emulation prevention bytes. 0, or -1: it is broken. */
int	hevc_sps_read(struct sps *, const uint8_t *nal, size_t len);

#endif
