/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "web/proxy.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <ctype.h>

static int
address_read(const char *text, uint8_t bytes[16])
{
	memset(bytes, 0, 16);
	if (inet_pton(AF_INET, text, bytes) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : -1;
}

static int
addresses_read(struct proxy *p, const char *list)
{
	char one[64];
	size_t n;

	for (; *list != '\0'; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (n >= sizeof(one) || p->n == PROXY_ADDRESSES)
			return -1;
		memcpy(one, list, n);
		one[n] = '\0';
		if ((p->address[p->n].family = address_read(one, p->address[p->n].bytes)) == -1)
			return -1;
		p->n++;
	}
	return p->n > 0 ? 0 : -1;
}

int
proxy_read(struct proxy *p, const char *header, const char *addresses, const char **reason)
{
	bool named = header != NULL && header[0] != '\0', placed = addresses != NULL && addresses[0] != '\0';
	size_t i, n;

	memset(p, 0, sizeof(*p));
	if (!named && !placed)
		return 0;
	*reason = "LSCTL_PROXY_HEADER and LSCTL_PROXY_ADDRESS go together";
	if (!named || !placed)
		return -1;
	*reason = "LSCTL_PROXY_HEADER: must be the name of a header, such as X-Forwarded-User";
	n = (size_t)snprintf(p->variable, sizeof(p->variable), "HTTP_%s", header);
	if (n >= sizeof(p->variable))
		return -1;
	for (i = strlen("HTTP_"); i < n; i++) {
		if (!isalnum((unsigned char)p->variable[i]) && p->variable[i] != '-')
			return -1;
		p->variable[i] = p->variable[i] == '-' ? '_' : (char)toupper((unsigned char)p->variable[i]);
	}
	*reason = "LSCTL_PROXY_ADDRESS: must be one to eight IP addresses with commas between them";
	return addresses_read(p, addresses);
}

char *
proxy_user(const struct proxy *p, http_variable *get, void *arg, char user[PROXY_USER])
{
	const char *peer, *named;
	uint8_t bytes[16];
	bool known = false;
	size_t i;
	int family;

	user[0] = '\0';
	if (p->variable[0] == '\0' || (peer = get(arg, "PEER_ADDR")) == NULL || (named = get(arg, p->variable)) == NULL)
		return user;
	family = address_read(peer, bytes);
	for (i = 0; i < p->n; i++)
		known |= p->address[i].family == family && memcmp(p->address[i].bytes, bytes, sizeof(bytes)) == 0;
	if (known && strlcpy(user, named, PROXY_USER) >= PROXY_USER)
		user[0] = '\0';
	for (i = 0; user[i] != '\0'; i++)
		user[i] = (char)tolower((unsigned char)user[i]);
	return user;
}
