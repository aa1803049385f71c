/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "http/http.h"
#include "base/inside.h"

#include <sys/socket.h>

#include <curl/curl.h>

struct http {
	CURL	*curl;
	bool	 refused;	/* an address of the last request was inside */
	char	 error[CURL_ERROR_SIZE];
};

/* The first struct http initializes libcurl. */
static bool
library_ready(void)
{
	static bool ready;

	if (!ready)
		ready = curl_global_init(CURL_GLOBAL_ALL) == 0;
	return ready;
}

static size_t
body_append(char *p, size_t size, size_t n, void *arg)
{
	struct buf *body = arg;

	return buf_add(body, p, size * n) == 0 ? size * n : 0;
}

static int
options_set(struct http *h, const char *auth, long timeout_ms)
{
	CURL *c = h->curl;

	if (curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error) != 0 ||
	    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != 0 ||
	    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") != 0 ||
	    curl_easy_setopt(c, CURLOPT_PROXY, "") != 0 ||
	    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) != 0 ||
	    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, timeout_ms) != 0 ||
	    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms) != 0 ||
	    curl_easy_setopt(c, CURLOPT_USERAGENT, "lsctl/" LSCTL_VERSION) != 0 ||
	    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, body_append) != 0)
		return -1;
	if (auth == NULL || auth[0] == '\0')
		return 0;
	return curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == 0 &&
	    curl_easy_setopt(c, CURLOPT_USERPWD, auth) == 0 ? 0 : -1;
}

struct http *
http_new(const char *auth, long timeout_ms)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	if (!library_ready() || (h->curl = curl_easy_init()) == NULL ||
	    options_set(h, auth, timeout_ms) == -1) {
		http_free(h);
		return NULL;
	}
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->curl);
	free(h);
}

static const char *
failure_reason(const struct http *h, CURLcode rc)
{
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "its name has no address";
	case CURLE_COULDNT_CONNECT:
		return "no server answers there";
	case CURLE_OPERATION_TIMEDOUT:
		return "no complete answer in time";
	case CURLE_WRITE_ERROR:
		return "its answer is too long";
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		return "it closed the connection before its answer was complete";
	default:
		return h->error[0] != '\0' ? h->error : curl_easy_strerror(rc);
	}
}

/* libcurl calls it with each address that it is about to connect to, after it has resolved the name. */
static curl_socket_t
socket_open(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct http *h = arg;

	(void)purpose;
	if (!inside_address(&a->addr))
		return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	h->refused = true;
	return CURL_SOCKET_BAD;
}

int
http_outside_only(struct http *h)
{
	return curl_easy_setopt(h->curl, CURLOPT_OPENSOCKETFUNCTION, socket_open) == 0 &&
	    curl_easy_setopt(h->curl, CURLOPT_OPENSOCKETDATA, h) == 0 ? 0 : -1;
}

/* 0, or -1: no memory. */
static int
headers_make(const char *const *names, struct curl_slist **list)
{
	struct curl_slist *more;

	for (*list = NULL; names != NULL && *names != NULL; names++) {
		if ((more = curl_slist_append(*list, *names)) == NULL)
			return -1;
		*list = more;
	}
	return 0;
}

/* A body makes it a POST, whose method CURLOPT_CUSTOMREQUEST replaces. */
static CURLcode
call_set(CURL *c, const struct http_call *r, struct curl_slist *headers, struct buf *answer)
{
	CURLcode rc;

	if ((rc = curl_easy_setopt(c, CURLOPT_HTTPGET, 1L)) == 0 &&
	    (rc = curl_easy_setopt(c, CURLOPT_URL, r->url)) == 0 &&
	    (rc = curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method)) == 0 &&
	    (rc = curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers)) == 0 &&
	    (rc = curl_easy_setopt(c, CURLOPT_WRITEDATA, answer)) == 0 && r->body != NULL &&
	    (rc = curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)strlen(r->body))) == 0)
		rc = curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body);
	return rc;
}

long
http_send(struct http *h, const struct http_call *r, struct buf *answer, struct error *err)
{
	struct curl_slist *headers;
	long status = HTTP_FAILED;
	CURLcode rc;

	h->error[0] = '\0';
	h->refused = false;
	rc = headers_make(r->headers, &headers) == 0 ? call_set(h->curl, r, headers, answer) : CURLE_OUT_OF_MEMORY;
	if (rc == 0 && (rc = curl_easy_perform(h->curl)) == 0)
		rc = curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);	/* the list ends here */
	curl_slist_free_all(headers);
	if (rc == 0)
		return status;
	if (h->refused) {
		error_set(err, "its address is inside: a private network, or this machine");
		return HTTP_INSIDE;
	}
	error_set(err, "%s", failure_reason(h, rc));
	return HTTP_FAILED;
}

long
http_ask(struct http *h, const char *method, const char *url, struct buf *body, struct error *err)
{
	return http_send(h, &(struct http_call){ method, url, NULL, NULL }, body, err);
}

long
http_retry_after(const struct http *h)
{
	curl_off_t s = 0;

	return curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &s) == 0 && s > 0 ? (long)s : 0;
}

int
http_escape(struct buf *b, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

	for (; *text != '\0'; text++)
		if (strchr(plain, *text) != NULL ? buf_add(b, text, 1) == -1 :
		    buf_addf(b, "%%%02X", (unsigned char)*text) == -1)
			return -1;
	return 0;
}
