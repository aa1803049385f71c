/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "lsctl-web/web.h"
#include "web/web_problem.h"

#include <stdarg.h>

#define REAL_DIGITS	15	/* what a double holds of a decimal number: 29.97, and not 29.969999999999999 */

void
reply_free(struct reply *r)
{
	int i;

	secret_free(r->body);
	for (i = 0; i < r->headers; i++)
		secret_free(r->header[i]);
	memset(r, 0, sizeof(*r));
}

void
reply_header(struct reply *r, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (r->headers < REPLY_HEADERS && vasprintf(&text, format, ap) != -1)
		r->header[r->headers++] = text;
	va_end(ap);
}

void
reply_empty(struct reply *r, int status)
{
	secret_free(r->body);
	r->body = NULL;
	r->len = 0;
	r->status = status;
}

void
reply_json(struct reply *r, int status, json_t *value)
{
	reply_empty(r, status);
	r->type = status >= 400 ? "application/problem+json" : "application/json";
	if ((r->body = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS))) != NULL)
		r->len = strlen(r->body);
	else
		r->status = 500;
	json_decref(value);
}

void
reply_problem(struct reply *r, const char *code, const char *detail, const char *field)
{
	const struct web_problem *p = web_problem_find(code);
	char type[64];

	snprintf(type, sizeof(type), "urn:lsctl:%s", p->code);
	if (p->status == 401)
		reply_header(r, "WWW-Authenticate: Bearer");
	reply_json(r, p->status, json_pack("{s:s, s:s, s:i, s:s, s:s*, s:s*}", "type", type, "title", p->title, "status",
	    p->status, "code", p->code, "detail", detail, "field", field));
}
