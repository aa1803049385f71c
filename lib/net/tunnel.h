/* SPDX-License-Identifier: ISC */
/*
 * Asks a proxy for a connection to a host and port: SOCKS5 (RFC 1928, no authentication), or CONNECT of HTTP (RFC 9110
 * section 9.3.6). The proxy looks the name up. Bytes in, bytes out; it takes no byte of what follows the answer.
 */
#ifndef NET_TUNNEL_H
#define NET_TUNNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/proxy_url.h"

#define TUNNEL_OUT	640	/* the longest request */
#define TUNNEL_LINE	160	/* of what HTTP answers, the first line, to this length */
#define TUNNEL_PIECE	256
#define TUNNEL_HEAD	8192	/* a longer answer is none */

enum tunnel_state { TUNNEL_ASKS, TUNNEL_OPEN, TUNNEL_REFUSED };

struct tunnel {
	enum proxy_kind		 kind;
	int			 stage;		/* of SOCKS5: the answer that is awaited */
	uint8_t			 out[TUNNEL_OUT];
	size_t			 out_len;	/* to be sent; the caller takes them, and sets it to 0 */
	uint8_t			 in[TUNNEL_LINE];
	size_t			 in_len;
	size_t			 head;		/* of HTTP: bytes of the answer */
	uint8_t			 end;		/* of HTTP: how much of the empty line there is */
	char			 host[256], port[6];
	struct error		 err;
};

void		 tunnel_start(struct tunnel *, enum proxy_kind, const char *host, const char *port);

/* How many bytes the next tunnel_take() needs, at most TUNNEL_PIECE. */
size_t		 tunnel_wants(const struct tunnel *);

/* Takes at most so many. TUNNEL_REFUSED: err says why. */
enum tunnel_state tunnel_take(struct tunnel *, const uint8_t *, size_t n);

#endif
