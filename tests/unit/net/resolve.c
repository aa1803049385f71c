/* SPDX-License-Identifier: ISC */
/* Lookups against a resolver of this file's: what it is asked, and when it answers, is the test's to say. */
#include "base/base.h"
#include "net/resolve.h"
#include "t.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <signal.h>

static struct gaicb *asked;	/* the lookup that runs */
static int starts;		/* how many were asked for */
static int refuses;		/* what getaddrinfo_a() returns */
static int status;		/* of what runs */
static int cancel;		/* what gai_cancel() returns */
static const char *noted;	/* the flags of the last one */

int
getaddrinfo_a(int mode, struct gaicb *list[], int n, struct sigevent *how)
{
	t_int(mode, GAI_NOWAIT);
	t_int(n, 1);
	t_int(how->sigev_notify, SIGEV_NONE);
	if (refuses != 0)
		return refuses;
	asked = list[0];
	starts++;
	noted = asked->ar_request->ai_flags & AI_NUMERICHOST ? "literal" : "name";
	return 0;
}

int
gai_error(struct gaicb *cb)
{
	return cb == asked ? status : EAI_SYSTEM;
}

int
gai_cancel(struct gaicb *cb)
{
	t_ok(cb == asked);
	return cancel;
}

/* The resolver is done: the name has this address, or NULL: what status says. */
static void
answer(const char *address)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };

	if (address != NULL)
		t_int(getaddrinfo(address, asked->ar_service, &hints, &asked->ar_result), 0);
	status = address != NULL ? 0 : EAI_NONAME;
}

static void
begin(void)
{
	asked = NULL;
	starts = refuses = 0;
	status = EAI_INPROGRESS;
	cancel = EAI_CANCELED;
}

/* "address port" of what was found. */
static const char *
found(const struct addrinfo *list)
{
	static char text[80];
	char address[64];
	const struct sockaddr_in *v4 = (const void *)list->ai_addr;
	const struct sockaddr_in6 *v6 = (const void *)list->ai_addr;

	inet_ntop(list->ai_family, list->ai_family == AF_INET ? (const void *)&v4->sin_addr :
	    (const void *)&v6->sin6_addr, address, sizeof(address));
	snprintf(text, sizeof(text), "%s %u", address, ntohs(list->ai_family == AF_INET ?
	    v4->sin_port : v6->sin6_port));
	return text;
}

static void
a_literal_address_is_done_at_once(void)
{
	static const char *const hosts[] = { "127.0.0.1", "::1" };
	const struct addrinfo *list;
	struct lookup *l;
	const char *reason;
	char want[32];
	size_t i;

	for (i = 0; i < nitems(hosts); i++) {
		begin();
		l = resolve_start(hosts[i], "1935");
		t_int(resolve_poll(l, &list, &reason), 1);
		snprintf(want, sizeof(want), "%s 1935", hosts[i]);
		t_str(found(list), want);
		t_int(list->ai_socktype, SOCK_STREAM);
		t_int(starts, 0);
		resolve_end(l);
	}
}

static void
a_name_takes_its_time(void)
{
	const struct addrinfo *list;
	struct lookup *l;
	const char *reason;

	begin();
	l = resolve_start("a.example", "443");
	t_int(starts, 1);
	t_str(asked->ar_name, "a.example");
	t_str(asked->ar_service, "443");
	t_str(noted, "name");
	t_int(resolve_poll(l, &list, &reason), 0);
	t_int(resolve_poll(l, &list, &reason), 0);
	answer("192.0.2.7");
	t_int(resolve_poll(l, &list, &reason), 1);
	t_str(found(list), "192.0.2.7 443");
	status = EAI_AGAIN;		/* what is known is known */
	t_int(resolve_poll(l, &list, &reason), 1);
	resolve_end(l);
}

static void
a_name_without_an_address_is_told(void)
{
	const struct addrinfo *list;
	struct lookup *l;
	const char *reason = NULL;

	begin();
	l = resolve_start("b.example", "443");
	answer(NULL);
	t_int(resolve_poll(l, &list, &reason), -1);
	t_str(reason, gai_strerror(EAI_NONAME));
	resolve_end(l);

	begin();
	refuses = EAI_MEMORY;		/* the resolver cannot even begin */
	l = resolve_start("b.example", "443");
	t_int(resolve_poll(l, &list, &reason), -1);
	t_str(reason, gai_strerror(EAI_MEMORY));
	resolve_end(l);
}

/* The resolver writes into a lookup until it is done: the sanitizer sees whether it still may. */
static void
what_nobody_waits_for_ends_on_its_own(void)
{
	struct lookup *l;
	struct gaicb *left;

	resolve_end(NULL);
	begin();
	resolve_end(resolve_start("c.example", "443"));	/* not begun yet: it is taken back */

	begin();
	cancel = EAI_NOTCANCELED;
	resolve_end(resolve_start("d.example", "443"));
	left = asked;
	l = resolve_start("127.0.0.1", "80");		/* the next one looks, and leaves it alone */
	resolve_end(l);
	t_str(left->ar_name, "d.example");
	answer("192.0.2.9");				/* now nobody needs it */
	l = resolve_start("127.0.0.1", "80");
	resolve_end(l);
}

T_MAIN(
	{ "a_literal_address_is_done_at_once", a_literal_address_is_done_at_once },
	{ "a_name_takes_its_time", a_name_takes_its_time },
	{ "a_name_without_an_address_is_told", a_name_without_an_address_is_told },
	{ "what_nobody_waits_for_ends_on_its_own", what_nobody_waits_for_ends_on_its_own },
)
