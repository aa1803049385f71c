/* SPDX-License-Identifier: ISC */
/* A spec as a file, which its owner alone may read. */
#ifndef SPEC_SPEC_READ_H
#define SPEC_SPEC_READ_H

#include "spec/spec.h"

/* As spec_parse(); paths are relative to the file's folder. */
struct spec	*spec_read(const char *path, enum spec_kind, struct spec_fault *);

/* Finds the line of a fault that was seen only later, in what the file is now. */
void		 spec_locate(const char *path, struct spec_fault *);

#endif
