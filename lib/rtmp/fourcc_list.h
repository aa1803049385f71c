/* SPDX-License-Identifier: ISC */
/*
 * The codecs that a server takes by FourCC, as its answer to connect lists them (Enhanced RTMP v2, "Enhancing NetConnection
 * connect Command": fourCcList, videoFourCcInfoMap, audioFourCcInfoMap). Most servers list none, and take some. No I/O.
 */
#ifndef RTMP_FOURCC_LIST_H
#define RTMP_FOURCC_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "rtmp/amf0.h"

#define FOURCC_LIST_MAX	32	/* what a server lists beyond these is taken for "all" */

struct fourcc_list {
	bool		 video, audio;	/* the server lists codecs of this kind: what is not listed it does not take */
	bool		 any_video, any_audio;	/* "*" */
	unsigned int	 n;
	uint32_t	 cc[FOURCC_LIST_MAX];
};

/* Adds what one object of the answer lists. A value that is no object lists nothing. */
void	fourcc_list_add(struct fourcc_list *, const struct amf0_value *object);

/* Does the server take this codec? true also if it does not say. */
bool	fourcc_list_takes(const struct fourcc_list *, bool video, uint32_t fourcc);

#endif
