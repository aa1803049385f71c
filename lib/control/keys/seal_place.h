/* SPDX-License-Identifier: ISC */
/*
 * The associated data of a sealed secret. The key of a destination is bound to the servers that it is sent to: scheme,
 * host and port of url and backup_url. Under another url it does not open, no matter who changed the url.
 */
#ifndef CONTROL_KEYS_SEAL_PLACE_H
#define CONTROL_KEYS_SEAL_PLACE_H

#include "base/address.h"

#define SEAL_PLACE	(64 + 2 * (ADDRESS_TEXT + 1))	/* bytes of a place with its addresses */

/*
 * "destination:7 rtmps://a.example:443 rtmps://b.example:443" for the row "destination:7"; backup_url may be NULL. With
 * url NULL the row alone: "token:42". 0; -1: the row is too long, or an address is not valid.
 */
int	seal_place(char dst[SEAL_PLACE], const char *row, const char *url, const char *backup_url);

#endif
