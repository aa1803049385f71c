/* SPDX-License-Identifier: ISC */
#ifndef CODEC_H264_SPS_H
#define CODEC_H264_SPS_H

#include "codec/sps.h"

/* Reads one NAL unit with its header and its emulation prevention bytes. 0, or -1: it is broken. */
int	h264_sps_read(struct sps *, const uint8_t *nal, size_t len);

#endif
