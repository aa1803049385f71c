/* SPDX-License-Identifier: ISC */
/* What prints a secret: a link, or a token. */
#include "base/base.h"
#include "base/log.h"
#include "base/pages_url.h"
#include "base/secret.h"
#include "common/exit_options.h"
#include "control/account/qr.h"
#include "lsctl-user/call.h"

#include <sysexits.h>

#define LINK_TEXT	(PAGES_URL + 7 + CREDENTIAL_TEXT)

static char out[BUFSIZ];	/* of standard output, which must not leave the secret in memory */

/* The address of the pages: --url, else $LSCTL_WEB_URL, else "". 0, or the exit status. */
static int
pages_url_find(const struct call *c, char dst[PAGES_URL])
{
	const char *url = c->url != NULL ? c->url : getenv("LSCTL_WEB_URL"), *reason;

	dst[0] = '\0';
	if (url == NULL || url[0] == '\0' || (reason = pages_url(dst, url)) == NULL)
		return 0;
	log_warnx("%s: %s: the address of the pages must be as https://example.org", c->url != NULL ? "--url" :
	    "$LSCTL_WEB_URL", reason);
	return c->url != NULL ? EX_USAGE : EX_CONFIG;
}

static int
qr_print(const char *link)
{
	char *qr = qr_terminal(link);

	if (qr == NULL) {
		log_warnx("the QR code: out of memory");
		return EX_TEMPFAIL;
	}
	fputs(qr, stdout);
	secret_free(qr);
	return 0;
}

/* Prints the link once, and wipes it. */
static int
link_print(const struct call *c, const char *url, char secret[CREDENTIAL_TEXT])
{
	char link[LINK_TEXT];
	int status = 0, flushed;

	/* the part after # is never sent to a server, and so is in no log */
	snprintf(link, sizeof(link), "%s/#link=%s", url, secret);
	explicit_bzero(secret, CREDENTIAL_TEXT);
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	if (c->json)
		printf("{\"account\":\"%s\",\"link\":\"%s\",\"expires_s\":%ld}\n", c->o.argv[0], link, c->expires_s);
	else
		puts(link);
	if (c->qr)
		status = qr_print(link);
	flushed = call_flush();
	explicit_bzero(out, sizeof(out));
	explicit_bzero(link, sizeof(link));
	if (url[0] == '\0')
		log_notice("put the address of the pages before the link; --url or $LSCTL_WEB_URL does");
	log_notice("account %s: the first person who opens the link sets the password", c->o.argv[0]);
	return status != 0 ? status : flushed;
}

int
call_add(void *arg)
{
	struct call *c = arg;
	struct accounts_rights rights = { c->role, c->channels };
	char url[PAGES_URL], link[CREDENTIAL_TEXT];
	enum db_fault f;
	int status;

	if (c->role == NULL)
		return usage_error(&c->o, "--role is required: admin, operator or viewer");
	if (c->json && c->qr)
		return usage_error(&c->o, "--json and --qr do not go together");
	if ((status = pages_url_find(c, url)) != 0 || (status = call_begin(c)) != 0)
		return status;
	if ((f = accounts_add(&c->accounts, c->o.argv[0], &rights, c->expires_s, link)) != DB_OK)
		return call_fail(c, f);
	return link_print(c, url, link);
}

int
call_reset(void *arg)
{
	struct call *c = arg;
	char url[PAGES_URL], link[CREDENTIAL_TEXT];
	enum db_fault f;
	int status;

	if (c->json && c->qr)
		return usage_error(&c->o, "--json and --qr do not go together");
	if ((status = pages_url_find(c, url)) != 0 || (status = call_begin(c)) != 0)
		return status;
	if ((f = accounts_reset(&c->accounts, c->o.argv[0], c->forget_totp, c->expires_s, link)) != DB_OK)
		return call_fail(c, f);
	return link_print(c, url, link);
}

int
call_token_add(void *arg)
{
	struct call *c = arg;
	struct accounts_rights rights = { c->role, c->channels };
	const char *name = c->o.argv[0], *token = c->o.argv[1];
	char text[CREDENTIAL_TEXT];
	enum db_fault f;
	int status;

	if (c->role == NULL)
		return usage_error(&c->o, "--role is required: admin, operator or viewer");
	if ((status = call_begin(c)) != 0)
		return status;
	if ((f = accounts_token_new(&c->accounts, name, token, &rights, c->days * 86400, text)) != DB_OK)
		return call_fail(c, f);
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	if (c->json)
		printf("{\"account\":\"%s\",\"name\":\"%s\",\"token\":\"%s\",\"expires_s\":%ld}\n", name, token, text,
		    c->days * 86400);
	else
		puts(text);
	explicit_bzero(text, sizeof(text));
	status = call_flush();
	explicit_bzero(out, sizeof(out));
	log_notice("account %s: token %s is good for %ld day%s, and is not shown again", name, token, c->days,
	    c->days == 1 ? "" : "s");
	return status;
}
