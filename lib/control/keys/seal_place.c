/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/keys/seal_place.h"

static int
address_add(char dst[SEAL_PLACE], const char *url)
{
	struct address a;
	char text[ADDRESS_TEXT];

	if (address_parse(&a, url, NULL) != NULL)
		return -1;
	strlcat(dst, " ", SEAL_PLACE);
	return strlcat(dst, address_text(&a, text), SEAL_PLACE) < SEAL_PLACE ? 0 : -1;
}

int
seal_place(char dst[SEAL_PLACE], const char *row, const char *url, const char *backup_url)
{
	if (strlcpy(dst, row, SEAL_PLACE) >= SEAL_PLACE || (url != NULL && address_add(dst, url) == -1))
		return -1;
	return url != NULL && backup_url != NULL ? address_add(dst, backup_url) : 0;
}
