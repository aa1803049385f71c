/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "t.h"
#include "web/proxy.h"

struct request {
	const char	*peer, *header;
};

static const char *
variable(void *arg, const char *name)
{
	const struct request *r = arg;

	if (strcmp(name, "PEER_ADDR") == 0)
		return r->peer;
	if (strcmp(name, "HTTP_X_FORWARDED_USER") == 0)
		return r->header;
	/* neither says who the peer is */
	return strcmp(name, "REMOTE_ADDR") == 0 || strcmp(name, "HTTP_X_FORWARDED_FOR") == 0 ? "192.0.2.5" : NULL;
}

/* Whom a request from peer with this header is from. */
static const char *
user(const char *peer, const char *header)
{
	static char name[PROXY_USER];
	struct request r = { peer, header };
	const char *reason = "";
	struct proxy p;

	t_int(proxy_read(&p, "X-Forwarded-User", "192.0.2.5,2001:db8::5", &reason), 0);
	return proxy_user(&p, variable, &r, name);
}

static void
takes_the_header_from_the_proxy(void)
{
	t_str(user("192.0.2.5", "simran"), "simran");
	t_str(user("2001:db8::5", "Simran@Example.org"), "simran@example.org");
	t_str(user("2001:DB8:0::5", "simran"), "simran");
	t_str(user("192.0.2.5", NULL), "");
	t_str(user("192.0.2.5", ""), "");
	t_str(user("192.0.2.5", "a-name-of-more-than-63-characters-is-no-name-of-an-account-of-lsctl"), "");
}

static void
takes_it_from_nobody_else(void)
{
	t_str(user("192.0.2.6", "simran"), "");
	t_str(user("192.0.2.50", "simran"), "");
	t_str(user("::ffff:192.0.2.5", "simran"), "");
	t_str(user("c000:205::", "simran"), "");	/* the same bytes, of the other family */
	t_str(user("", "simran"), "");
	t_str(user(NULL, "simran"), "");
}

static int
reads(const char *header, const char *addresses)
{
	const char *reason = "";
	struct proxy p;
	int rc = proxy_read(&p, header, addresses, &reason);

	t_ok(rc == 0 || strncmp(reason, "LSCTL_PROXY_", 12) == 0);
	return rc;
}

static void
is_off_unless_both_settings_are_valid(void)
{
	struct request r = { "192.0.2.5", "simran" };
	const char *reason;
	char name[PROXY_USER];
	struct proxy p;

	t_int(proxy_read(&p, NULL, NULL, &reason), 0);
	t_str(proxy_user(&p, variable, &r, name), "");
	t_int(proxy_read(&p, "", "", &reason), 0);
	t_str(proxy_user(&p, variable, &r, name), "");
	t_int(reads("X-Forwarded-User", NULL), -1);
	t_int(reads(NULL, "192.0.2.5"), -1);
	t_int(reads("X Forwarded", "192.0.2.5"), -1);
	t_int(reads("X-Forwarded-User", "192.0.2.0/24"), -1);
	t_int(reads("X-Forwarded-User", "localhost"), -1);
	t_int(reads("X-Forwarded-User", ","), -1);
	t_int(reads("X-Forwarded-User", "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1"), -1);
}

T_MAIN(
	{ "takes_the_header_from_the_proxy", takes_the_header_from_the_proxy },
	{ "takes_it_from_nobody_else", takes_it_from_nobody_else },
	{ "is_off_unless_both_settings_are_valid", is_off_unless_both_settings_are_valid }
)
