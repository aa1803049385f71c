/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/error.h"

#include <stdarg.h>

int
error_set(struct error *err, const char *format, ...)
{
	char text[ERROR_TEXT];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	strlcpy(err->text, text, sizeof(err->text));
	return -1;
}
