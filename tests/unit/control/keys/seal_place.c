/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/keys/seal_place.h"
#include "t.h"

static const char *
place(const char *row, const char *url, const char *backup_url)
{
	static char text[SEAL_PLACE];

	return seal_place(text, row, url, backup_url) == 0 ? text : "refused";
}

static void
a_place_has_the_row_and_the_servers(void)
{
	t_str(place("token:42", NULL, NULL), "token:42");
	t_str(place("destination:7", "rtmps://A.example/live2", "rtmp://b.example:1936/live2?backup=1"),
	    "destination:7 rtmps://a.example:443 rtmp://b.example:1936");
	t_str(place("destination:7", "rtmps://a.example:443/other", NULL), "destination:7 rtmps://a.example:443");
}

static void
what_is_no_address_has_no_place(void)
{
	char long_row[SEAL_PLACE + 1];

	t_str(place("destination:7", "", NULL), "refused");
	t_str(place("destination:7", "rtmps://a@b/live2", NULL), "refused");
	t_str(place("destination:7", "rtmps://a/live2", ""), "refused");
	memset(long_row, 'x', sizeof(long_row) - 1);
	long_row[sizeof(long_row) - 1] = '\0';
	t_str(place(long_row, NULL, NULL), "refused");
	long_row[SEAL_PLACE - 1] = '\0';
	t_str(place(long_row, "rtmp://h/", NULL), "refused");
	t_str(place(long_row + 10, "rtmp://h/", NULL), "refused");
}

T_MAIN(
	{ "a_place_has_the_row_and_the_servers", a_place_has_the_row_and_the_servers },
	{ "what_is_no_address_has_no_place", what_is_no_address_has_no_place }
)
