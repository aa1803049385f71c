/* SPDX-License-Identifier: ISC */
#include "t.h"

#include "base/hex.h"

static void
there_and_back(void)
{
	uint8_t all[256], back[256];
	char text[513];
	int i;

	for (i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	hex_put(text, all, sizeof(all));
	t_int(strlen(text), 512);
	t_ok(strncmp(text, "000102", 6) == 0 && strcmp(text + 506, "fdfeff") == 0);
	t_int(hex_get(back, sizeof(back), text), 0);
	t_mem(back, all, sizeof(all));
}

static void
either_case_and_nothing_else(void)
{
	uint8_t b[2];

	t_int(hex_get(b, 2, "aBCd, and more"), 0);
	t_ok(b[0] == 0xab && b[1] == 0xcd);
	t_int(hex_get(b, 2, "abc"), -1);
	t_int(hex_get(b, 2, "0x12"), -1);
	t_int(hex_get(b, 2, "ab g"), -1);
	t_int(hex_get(b, 2, ""), -1);
}

T_MAIN(
	{ "there_and_back", there_and_back },
	{ "either_case_and_nothing_else", either_case_and_nothing_else },
)
