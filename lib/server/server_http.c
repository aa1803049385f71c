/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "server/server_http.h"

#include <curl/curl.h>

struct http {
	CURL	*curl;
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

long
http_ask(struct http *h, const char *method, const char *url, struct buf *body, struct error *err)
{
	CURLcode rc;
	long status = -1;

	h->error[0] = '\0';
	if ((rc = curl_easy_setopt(h->curl, CURLOPT_URL, url)) == 0 &&
	    (rc = curl_easy_setopt(h->curl, CURLOPT_CUSTOMREQUEST, method)) == 0 &&
	    (rc = curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, body)) == 0 &&
	    (rc = curl_easy_perform(h->curl)) == 0)
		rc = curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	if (rc == 0)
		return status;
	return error_set(err, "%s", failure_reason(h, rc));
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
