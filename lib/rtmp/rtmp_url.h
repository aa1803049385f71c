/* SPDX-License-Identifier: ISC */
/* rtmp:// and rtmps:// addresses, as encoders and platforms write them. */
#ifndef RTMP_RTMP_URL_H
#define RTMP_RTMP_URL_H

#include <stdbool.h>

#define RTMP_URL_MAX	2048

struct rtmp_url {
	bool	 tls;			/* rtmps:// */
	char	 host[256];		/* no brackets around an IPv6 literal */
	char	 port[6];		/* decimal; 1935 or 443 when not given */
	char	 app[RTMP_URL_MAX];	/* without slashes at the ends; query kept */
	char	 stream[RTMP_URL_MAX];	/* the key: with its ?query; may be empty */
	char	 tc_url[RTMP_URL_MAX];	/* scheme://host[:port]/app, without the usual port */
};

/*
 * Takes the address apart; the stream name is what follows the last slash before a '?'
 * (after it where only the app has one: live2?backup=1/key), or key when that is not
 * NULL (then the whole path is the app, as OBS does with "server" and "stream key").
 * Percent signs are left alone, as encoders do. 0, or -1 with *reason set to a constant that
 * names the fault and holds nothing of the address: an address holds secrets.
 */
int	rtmp_url_parse(struct rtmp_url *, const char *url, const char *key,
	    const char **reason);

/*
 * Where a server sends us: the same stream at tc_url, which may be a whole address or
 * begin at the path ("/app"). *to is *from when it is empty, bad, or would send the key
 * without TLS where it went with TLS.
 */
void	rtmp_url_redirect(struct rtmp_url *to, const struct rtmp_url *from,
	    const char *tc_url);

#endif
