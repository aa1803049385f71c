/* SPDX-License-Identifier: ISC */
/*
 * Where a person looks at a problem and acknowledges it: a page behind the sign-in. The address has no secret; who gets a
 * message of somebody else can do nothing with it.
 */
#ifndef ALERT_PAGES_LINK_H
#define ALERT_PAGES_LINK_H

#define PAGES_LINK	400	/* bytes, with the NUL */

/* channel "": the wall, which has the problems of hosts. Returns dst; "" without a valid $LSCTL_WEB_URL. */
const char	*pages_link(char dst[PAGES_LINK], const char *channel);

#endif
