/* SPDX-License-Identifier: ISC */
/*
 * Functions that this tree does not use, each with what to use instead.
 * Included first by every .c file through base/base.h.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef atoi
#undef atol
#undef strtok
#undef gmtime
#undef localtime
#define strcpy(d, s)		use_strlcpy_instead_of_strcpy
#define strcat(d, s)		use_strlcat_instead_of_strcat
#define strncpy(d, s, n)	use_strlcpy_instead_of_strncpy
#define strncat(d, s, n)	use_strlcat_instead_of_strncat
#define sprintf(...)		use_snprintf_instead_of_sprintf
#define vsprintf(...)		use_vsnprintf_instead_of_vsprintf
#define atoi(s)			use_strtonum_instead_of_atoi
#define atol(s)			use_strtonum_instead_of_atol
#define strtok(s, d)		use_strsep_instead_of_strtok
#define gmtime(t)		use_gmtime_r_instead_of_gmtime
#define localtime(t)		use_localtime_r_instead_of_localtime

#endif
