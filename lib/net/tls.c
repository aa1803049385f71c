/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#define READS	16	/* of the socket in one step: two for each record, its header and the rest */

/*
 * Handshake messages that a server may send in an hour. It needs about ten: its part of the handshake and a few tickets,
 * and then a KeyUpdate each 2^24 records at most (RFC 8446 section 5.5), which takes a day.
 */
#define MESSAGES	64
#define HOUR_MS		(60 * 60 * 1000)

/* What is left of READS: one thread does one step after the other. */
static int reads_left;

/* A context is costly to make, because OpenSSL parses the trust store. So there is one for each ca_file. */
struct context {
	char		 ca_file[256];
	struct timespec	 written;	/* mtime of the file when it was read */
	SSL_CTX		*ctx;
	struct context	*next;
};
static struct context *contexts;

static void
set_error(struct error *err, const char *what)
{
	unsigned long e = ERR_peek_last_error();
	const char *reason = NULL;

	if (e != 0)
		reason = ERR_SYSTEM_ERROR(e) ? strerror(ERR_GET_REASON(e)) : ERR_reason_error_string(e);
	error_set(err, "%s%s%s", what, reason != NULL ? ": " : "",
	    reason != NULL ? reason : "");
	ERR_clear_error();
}

/* When the file of trusted certificates was written; 0: there is none. */
static struct timespec
written(const char *ca_file)
{
	const char *path = ca_file;
	struct stat st;

	if (path[0] == '\0')
		path = secure_getenv(X509_get_default_cert_file_env());
	if (path == NULL)
		path = X509_get_default_cert_file();
	if (stat(path, &st) == -1)
		memset(&st, 0, sizeof(st));
	return st.st_mtim;
}

static SSL_CTX *
context_read(const char *ca_file, struct error *err)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	int ok;

	if (ctx == NULL) {
		set_error(err, "cannot set up TLS");
		return NULL;
	}
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	/* a record holds 910 tickets, each of which costs more than a message of RTMP: they are counted one by one */
	SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	/* with renegotiation a write may have to wait for a read, which the owner does not watch for */
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
	ok = ca_file[0] != '\0' ? SSL_CTX_load_verify_file(ctx, ca_file) :
	    SSL_CTX_set_default_verify_paths(ctx);
	if (ok)
		return ctx;
	set_error(err, "cannot read the trusted certificates");
	SSL_CTX_free(ctx);
	return NULL;
}

/* The context for ca_file as the file is now, or the old context while the file cannot be read. */
static SSL_CTX *
context_get(const char *ca_file, struct error *err)
{
	struct timespec at = written(ca_file);
	struct context *c;
	SSL_CTX *ctx;

	for (c = contexts; c != NULL; c = c->next)
		if (strcmp(c->ca_file, ca_file) == 0)
			break;
	if (c != NULL && at.tv_sec == c->written.tv_sec &&
	    at.tv_nsec == c->written.tv_nsec)
		return c->ctx;
	if ((ctx = context_read(ca_file, err)) == NULL)
		return c != NULL ? c->ctx : NULL;
	if (c == NULL) {
		if ((c = calloc(1, sizeof(*c))) == NULL) {
			SSL_CTX_free(ctx);
			set_error(err, "cannot set up TLS");
			return NULL;
		}
		strlcpy(c->ca_file, ca_file, sizeof(c->ca_file));
		c->next = contexts;
		contexts = c;
	}
	SSL_CTX_free(c->ctx);	/* sessions that use it have references */
	c->ctx = ctx;
	c->written = at;
	return ctx;
}

/* OpenSSL calls it before and after each operation on the socket: a read beyond READS finds nothing for now. */
static long
limit_reads(BIO *b, int op, const char *p, size_t len, int argi, long argl, int ret, size_t *processed)
{
	(void)p, (void)len, (void)argi, (void)argl, (void)processed;
	if (op != BIO_CB_READ || reads_left-- > 0)
		return ret;
	BIO_set_retry_read(b);
	return -1;
}

/* The hour, and in the lower 16 bits the messages that were received in it. */
static uintptr_t
messages(const SSL *ssl)
{
	return (uintptr_t)SSL_get_app_data(ssl);
}

/* OpenSSL calls it for each message that is sent or received. */
static void
count_message(int sent, int version, int type, const void *p, size_t len, SSL *ssl, void *arg)
{
	uintptr_t hour = (uintptr_t)(clock_ms() / HOUR_MS), n = messages(ssl);

	(void)version, (void)p, (void)len, (void)arg;
	if (!sent && type == SSL3_RT_HANDSHAKE)
		SSL_set_app_data(ssl, (void *)((n >> 16 == hour ? n : hour << 16) + 1));
}

struct ssl_st *
tls_new(int fd, const char *host, const char *ca_file, struct error *err)
{
	SSL_CTX *ctx;
	SSL *ssl;
	int ok;

	if ((ctx = context_get(ca_file, err)) == NULL)
		return NULL;
	if ((ssl = SSL_new(ctx)) == NULL) {
		set_error(err, "cannot set up TLS");
		return NULL;
	}
	/* An IP address is verified as such, and is not allowed in SNI (RFC 6066 section 3). */
	ok = SSL_set_fd(ssl, fd) && SSL_set_app_data(ssl, NULL);	/* no message yet */
	/* RFC 9525 section 2: the subject's common name is no name of a server, also where there is no other one. */
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) != 1) {
		ERR_clear_error();
		ok = ok && SSL_set1_host(ssl, host) &&
		    SSL_set_tlsext_host_name(ssl, host);
	}
	if (!ok) {
		set_error(err, "cannot set up TLS");
		SSL_free(ssl);
		return NULL;
	}
	BIO_set_callback_ex(SSL_get_rbio(ssl), limit_reads);
	SSL_set_msg_callback(ssl, count_message);
	return ssl;
}

void
tls_free(struct ssl_st *ssl)
{
	SSL_free(ssl);
}

void
tls_finish(struct ssl_st *ssl)
{
	SSL_shutdown(ssl);	/* close_notify; what the socket does not take now is not worth a wait */
	ERR_clear_error();
}

static bool
flooded(const SSL *ssl, struct error *err)
{
	if ((messages(ssl) & 0xffff) <= MESSAGES)
		return false;
	error_set(err, "sends more than %d handshake messages of TLS an hour", MESSAGES);
	ERR_clear_error();
	return true;
}

/* OpenSSL numbers the reasons of alerts from SSL_AD_REASON_OFFSET on. */
static bool
is_alert(unsigned long e)
{
	return ERR_GET_LIB(e) == ERR_LIB_SSL && ERR_GET_REASON(e) >= SSL_AD_REASON_OFFSET;
}

static enum tls_result
result(SSL *ssl, int ret, const char *what, struct error *err)
{
	bool alert = is_alert(ERR_peek_last_error());
	long verify;

	switch (SSL_get_error(ssl, ret)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_CLOSED;
	case SSL_ERROR_SYSCALL:
		error_set(err, "%s: %s", what, errno != 0 ?
		    strerror(errno) : "connection closed");
		ERR_clear_error();
		return TLS_FAILED;
	default:
		verify = SSL_get_verify_result(ssl);
		if (verify != X509_V_OK) {
			error_set(err, "certificate refused: %s",
			    X509_verify_cert_error_string(verify));
			ERR_clear_error();
		} else if (ERR_peek_last_error() == 0)
			error_set(err, "%s: connection closed", what);
		else
			set_error(err, what);
		return alert ? TLS_REFUSED : TLS_FAILED;
	}
}

enum tls_result
tls_handshake(struct ssl_st *ssl, struct error *err)
{
	int ret;

	ERR_clear_error();
	errno = 0;
	reads_left = READS;
	ret = SSL_connect(ssl);
	if (flooded(ssl, err))
		return TLS_FLOODED;
	return ret == 1 ? TLS_DONE :
	    result(ssl, ret, "handshake failed", err);
}

enum tls_result
tls_read(struct ssl_st *ssl, void *p, size_t n, size_t *got, struct error *err)
{
	uintptr_t before;
	int ret;

	reads_left = READS;
	do {
		ERR_clear_error();
		errno = 0;
		before = messages(ssl);
		ret = SSL_read_ex(ssl, p, n, got);
		if (flooded(ssl, err))
			return TLS_FLOODED;
		/* after a handshake message OpenSSL may hold more of its record, which no descriptor reports */
	} while (ret != 1 && messages(ssl) != before && SSL_get_error(ssl, ret) == SSL_ERROR_WANT_READ);
	return ret == 1 ? TLS_DONE : result(ssl, ret, "read failed", err);
}

enum tls_result
tls_write(struct ssl_st *ssl, const void *p, size_t n, struct error *err)
{
	size_t sent;
	int ret;

	ERR_clear_error();
	errno = 0;
	reads_left = READS;
	ret = SSL_write_ex(ssl, p, n, &sent);
	return ret == 1 ? TLS_DONE : result(ssl, ret, "write failed", err);
}
