/* SPDX-License-Identifier: ISC */
/* rtmp:// and rtmps:// addresses, as encoders and platforms write them. */
#ifndef RTMP_RTMP_URL_H
#define RTMP_RTMP_URL_H

#include <stdbool.h>

#define RTMP_URL_MAX	2048
#define RTMP_USER_MAX	128	/* characters */
#define RTMP_PASSWORD_MAX 256

struct rtmp_url {
	bool	 tls;			/* rtmps:// */
	char	 host[256];		/* no brackets around an IPv6 literal */
	char	 port[6];		/* decimal; 1935 or 443 when not given */
	char	 app[RTMP_URL_MAX];	/* without slashes at the ends; query kept */
	char	 stream[RTMP_URL_MAX];	/* the key: with its ?query; may be empty */
	char	 tc_url[RTMP_URL_MAX];	/* scheme://host[:port]/app, without the usual port */
	char	 user[RTMP_USER_MAX + 1];	/* for a server that asks, rtmp/auth.h; no part of the text: rtmp_login() */
	char	 password[RTMP_PASSWORD_MAX + 1];
};

/*
 * Parses an address. The stream name is the part after the last slash before a '?'; after the '?'
 * if only the app has a query (live2?backup=1/key). If key is not NULL, it is the stream name, and
 * the whole path is the app, as with OBS's "server" and "stream key". Percent signs are not
 * decoded, as in encoders. 0, or -1 with *reason set to a constant that names the fault and quotes
 * nothing of the address, because an address has secrets.
 */
int	rtmp_url_parse(struct rtmp_url *, const char *url, const char *key,
	    const char **reason);

/* What no address and no key may be or have: a constant, or NULL. */
const char	*rtmp_url_fault(const char *part);

/*
 * The address after a redirect: the same stream at tc_url, which may be a complete address or begin
 * at the path ("/app"). *to is *from if tc_url is empty, not valid, or without TLS while *from has TLS.
 */
void	rtmp_url_redirect(struct rtmp_url *to, const struct rtmp_url *from,
	    const char *tc_url);

#endif
