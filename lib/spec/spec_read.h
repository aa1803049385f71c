/* SPDX-License-Identifier: ISC */
/* Reads a spec from a file that only its owner can read. */
#ifndef SPEC_SPEC_READ_H
#define SPEC_SPEC_READ_H

#include "spec/spec.h"

/* As spec_parse(); paths are relative to the file's folder. */
struct spec	*spec_read(const char *path, enum spec_kind, struct spec_fault *);

/* Sets the line of a fault that was found after parsing, by reading the file again. */
void		 spec_locate(const char *path, struct spec_fault *);

#endif
