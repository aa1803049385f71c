/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/utf8.h"
#include "t.h"

#define SEQUENCE(text)	utf8_sequence((const uint8_t *)(text))

static void
each_length_is_known(void)
{
	t_int(SEQUENCE("a"), 1);
	t_int(SEQUENCE("\x7f"), 1);
	t_int(SEQUENCE("\xc2\x80"), 2);
	t_int(SEQUENCE("\xdf\xbf"), 2);
	t_int(SEQUENCE("\xe0\xa0\x80"), 3);
	t_int(SEQUENCE("\xe0\xa4\xb5"), 3);	/* Devanagari */
	t_int(SEQUENCE("\xed\x9f\xbf"), 3);
	t_int(SEQUENCE("\xf0\x90\x80\x80"), 4);
	t_int(SEQUENCE("\xf4\x8f\xbf\xbf"), 4);
}

static void
what_is_not_valid_has_none(void)
{
	t_int(SEQUENCE("\x80"), 0);
	t_int(SEQUENCE("\xc0\x80"), 0);		/* longer than it need be */
	t_int(SEQUENCE("\xc1\xbf"), 0);
	t_int(SEQUENCE("\xe0\x9f\xbf"), 0);
	t_int(SEQUENCE("\xf0\x8f\xbf\xbf"), 0);
	t_int(SEQUENCE("\xed\xa0\x80"), 0);	/* a surrogate */
	t_int(SEQUENCE("\xf4\x90\x80\x80"), 0);	/* after the last character */
	t_int(SEQUENCE("\xf5\x80\x80\x80"), 0);
	t_int(SEQUENCE("\xe0\xa4"), 0);		/* the text ends in it */
	t_int(SEQUENCE("\xc3"), 0);
	t_int(SEQUENCE("\xe2\x28\xa1"), 0);
}

T_MAIN(
	{ "each_length_is_known", each_length_is_known },
	{ "what_is_not_valid_has_none", what_is_not_valid_has_none },
)
