/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "net/resolve.h"

#include <netdb.h>
#include <signal.h>

struct lookup {
	struct gaicb	 cb;
	struct addrinfo	 hints;
	char		 host[256];
	char		 port[6];
	int		 status;	/* EAI_INPROGRESS until it is known */
	struct lookup	*next;
};

/* The resolver writes to a lookup until it is done, even if the caller no longer needs it. */
static struct lookup *abandoned;

static void
lookup_free(struct lookup *l)
{
	if (l->cb.ar_result != NULL)
		freeaddrinfo(l->cb.ar_result);
	free(l);
}

static void
reap(void)
{
	struct lookup *l, **lp = &abandoned;

	while ((l = *lp) != NULL) {
		if (gai_error(&l->cb) == EAI_INPROGRESS) {
			lp = &l->next;
			continue;
		}
		*lp = l->next;
		lookup_free(l);
	}
}

struct lookup *
resolve_start(const char *host, const char *port)
{
	struct sigevent quiet = { .sigev_notify = SIGEV_NONE };
	struct lookup *l;
	struct gaicb *list[1];

	reap();
	if ((l = calloc(1, sizeof(*l))) == NULL)
		return NULL;
	strlcpy(l->host, host, sizeof(l->host));
	strlcpy(l->port, port, sizeof(l->port));
	l->hints.ai_socktype = SOCK_STREAM;
	l->hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	l->status = getaddrinfo(l->host, l->port, &l->hints,
	    &l->cb.ar_result);
	if (l->status != EAI_NONAME)
		return l;
	l->hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
	l->cb.ar_name = l->host;
	l->cb.ar_service = l->port;
	l->cb.ar_request = &l->hints;
	list[0] = &l->cb;
	l->status = getaddrinfo_a(GAI_NOWAIT, list, 1, &quiet);
	if (l->status == 0)
		l->status = EAI_INPROGRESS;
	return l;
}

int
resolve_poll(struct lookup *l, const struct addrinfo **list, const char **reason)
{
	if (l->status == EAI_INPROGRESS)
		l->status = gai_error(&l->cb);
	if (l->status == EAI_INPROGRESS)
		return 0;
	if (l->status != 0) {
		*reason = gai_strerror(l->status);
		return l->status == EAI_AGAIN || l->status == EAI_SYSTEM || l->status == EAI_FAIL ? RESOLVE_NO_ANSWER :
		    RESOLVE_NO_ADDRESS;
	}
	*list = l->cb.ar_result;
	return 1;
}

void
resolve_end(struct lookup *l)
{
	if (l == NULL)
		return;
	if (l->status == EAI_INPROGRESS &&
	    gai_cancel(&l->cb) == EAI_NOTCANCELED) {
		l->next = abandoned;
		abandoned = l;
		return;
	}
	lookup_free(l);
}
