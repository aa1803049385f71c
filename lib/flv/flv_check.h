/* SPDX-License-Identifier: ISC */
/* Opens a file of a loop: it is read from end to end once, unless flv_cache.h knows it. */
#ifndef FLV_FLV_CHECK_H
#define FLV_FLV_CHECK_H

#include "flv/flv_file.h"

/* As flv_loop_open(); fault->file is the caller's to set. */
struct flv_file	*flv_file_open(const char *path, struct flv_fault *);

#endif
