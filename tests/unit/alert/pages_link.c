/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/pages_link.h"
#include "t.h"

static char link[PAGES_LINK];

static void
leads_to_the_page_of_the_channel(void)
{
	setenv("LSCTL_WEB_URL", "https://live.example.org/", 1);
	t_str(pages_link(link, "krishna"), "https://live.example.org/#/channel/krishna");
	t_str(pages_link(link, ""), "https://live.example.org/#/");
	/* what is no name of a channel is not in it */
	t_str(pages_link(link, "a b\n<x>"), "https://live.example.org/#/");
}

static void
is_empty_without_a_valid_address(void)
{
	unsetenv("LSCTL_WEB_URL");
	t_str(pages_link(link, "krishna"), "");
	setenv("LSCTL_WEB_URL", "live.example.org", 1);
	t_str(pages_link(link, "krishna"), "");
	setenv("LSCTL_WEB_URL", "", 1);
	t_str(pages_link(link, "krishna"), "");
}

T_MAIN(
	{ "leads_to_the_page_of_the_channel", leads_to_the_page_of_the_channel },
	{ "is_empty_without_a_valid_address", is_empty_without_a_valid_address }
)
