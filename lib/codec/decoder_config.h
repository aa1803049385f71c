/* SPDX-License-Identifier: ISC */
/* Checks that a decoder configuration record is complete. A broken one must never reach a decoder. */
#ifndef CODEC_DECODER_CONFIG_H
#define CODEC_DECODER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The record of a codec, without the bytes that RTMP puts before it: AVCDecoderConfigurationRecord (ISO
 * 14496-15 5.3.3.1), HEVCDecoderConfigurationRecord (8.3.3.1), AudioSpecificConfig (ISO 14496-3 1.6.2.1).
 * true: its parameter sets lie within it, and there is one of each kind; their content is not checked.
 * The record of another codec must only not be empty.
 */
bool	decoder_config_is_whole(uint32_t fourcc, const uint8_t *, size_t);

#endif
