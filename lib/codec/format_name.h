/* SPDX-License-Identifier: ISC */
/* The names of profiles, levels and samples, as people know them from ffprobe(1). */
#ifndef CODEC_FORMAT_NAME_H
#define CODEC_FORMAT_NAME_H

#include "codec/format.h"

/*
 * One property each, in the words of ffprobe(1): "High", "yuv420p10le", "LC"; but levels as the standards write them:
 * "4.1". "" where it is not known. Return dst, which is always terminated.
 */
char	*video_profile_print(const struct video_format *, char *dst, size_t size);
char	*video_level_print(const struct video_format *, char *dst, size_t size);
char	*video_pixels_print(const struct video_format *, char *dst, size_t size);
char	*audio_profile_print(const struct audio_format *, char *dst, size_t size);

#endif
