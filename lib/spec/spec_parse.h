/* SPDX-License-Identifier: ISC */
/* Parses a spec from text: strict JSON. */
#ifndef SPEC_SPEC_PARSE_H
#define SPEC_SPEC_PARSE_H

#include <stddef.h>

#include "spec/spec.h"

/*
 * Parses and checks a text with a NUL at text[len]; relative paths in it start at dir. NULL with *fault filled in.
 */
struct spec	*spec_parse(const char *text, size_t len, const char *dir,
		    enum spec_kind, struct spec_fault *);

#endif
