/* SPDX-License-Identifier: ISC */
/* A TLS server on this host for tests: a certificate that vouches for itself, in a file that can be trusted. */
#ifndef TESTS_UNIT_CERTIFICATE_H
#define TESTS_UNIT_CERTIFICATE_H

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base.h"
#include "t.h"

static char ca_file[] = "/tmp/certificate.XXXXXX";
static SSL_CTX *server;

/*
 * For this subject ("IP:127.0.0.1", "DNS:a.example", or "CN:a.example", which is a common name and nothing else), in
 * ca_file, and a server that has it.
 */
static void
certify(const char *subject)
{
	const char *cn = strncmp(subject, "CN:", 3) == 0 ? subject + 3 : NULL;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_EXTENSION *san = cn == NULL ? X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, subject) : NULL;
	FILE *f = fopen(ca_file, "w");

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), (long)arc4random_uniform(1u << 30));
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	if (cn != NULL)
		X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_commonName, MBSTRING_UTF8,
		    (const unsigned char *)cn, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	if (san != NULL)
		X509_add_ext(x, san, -1);
	X509_sign(x, key, EVP_sha256());
	t_ok(f != NULL && PEM_write_X509(f, x) == 1);
	if (f != NULL)
		fclose(f);
	SSL_CTX_free(server);
	server = SSL_CTX_new(TLS_server_method());
	t_int(SSL_CTX_use_certificate(server, x), 1);
	t_int(SSL_CTX_use_PrivateKey(server, key), 1);
	X509_EXTENSION_free(san);
	X509_free(x);
	EVP_PKEY_free(key);
}

/* As the first test of a program. */
static void
certificate_prepare(void)
{
	int fd = mkstemp(ca_file);

	t_ok(fd != -1);
	close(fd);
	certify("IP:127.0.0.1");
}

/* And as the last. */
static void
certificate_remove(void)
{
	SSL_CTX_free(server);
	unlink(ca_file);
}

#endif
