/* SPDX-License-Identifier: ISC */
/* Opens a file of a loop and checks it from end to end, unless the flv_cache has it. */
#ifndef FLV_FLV_CHECK_H
#define FLV_FLV_CHECK_H

#include "flv/flv_file.h"

/* As flv_loop_open(); the caller sets fault->file. */
struct flv_file	*flv_file_open(const char *path, struct flv_fault *);

#endif
