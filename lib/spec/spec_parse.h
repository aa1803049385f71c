/* SPDX-License-Identifier: ISC */
/* A spec as text: JSON, strict. */
#ifndef SPEC_SPEC_PARSE_H
#define SPEC_SPEC_PARSE_H

#include <stddef.h>

#include "spec/spec.h"

/*
 * Reads and checks everything in a text with a NUL at text[len]; paths in it are relative to dir. NULL with *fault
 * filled in.
 */
struct spec	*spec_parse(const char *text, size_t len, const char *dir,
		    enum spec_kind, struct spec_fault *);

#endif
