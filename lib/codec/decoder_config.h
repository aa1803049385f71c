/* SPDX-License-Identifier: ISC */
/* Is a decoder's configuration record whole? One that is not must never reach a decoder. */
#ifndef CODEC_DECODER_CONFIG_H
#define CODEC_DECODER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The record of a codec, without what RTMP puts before it: AVCDecoderConfigurationRecord (ISO 14496-15
 * 5.3.3.1), HEVCDecoderConfigurationRecord (8.3.3.1), AudioSpecificConfig (ISO 14496-3 1.6.2.1). Its
 * parameter sets lie within it and there is one of each kind; what they say is not looked at. Of
 * other codecs only that it is not empty.
 */
bool	decoder_config_is_whole(uint32_t fourcc, const uint8_t *, size_t);

#endif
