/* SPDX-License-Identifier: ISC */
/*
 * Answers a server that refuses connect until it knows who publishes: "authmod=adobe" (Adobe Media Server, Wowza,
 * Akamai) and "authmod=llnw" (Limelight). Such a server refuses twice; each time the client connects anew, with more
 * parameters behind the application:
 *
 *	live					code=403 need auth; authmod=adobe
 *	live?authmod=adobe&user=U		authmod=adobe :?reason=needauth&user=U&salt=S&challenge=C&opaque=O
 *	live?authmod=adobe&user=U&challenge=N&opaque=O&response=R
 *
 * and then it accepts, or refuses with ?reason=authfailed. N is ours; the password itself is never sent.
 *
 *	adobe: R = base64(md5(base64(md5(U S password)) O N)), with C in place of an O that is missing
 *	llnw: an answer of HTTP Digest (RFC 2617, section 3.2.2) for realm "live", method "publish" and uri "/" app, to
 *	which "/_definst_" is added if app is one word: R = md5(md5(U:live:password):nonce:00000001:N:auth:md5(publish:uri))
 *
 * No specification is public: this is what those servers accept from FMLE, librtmp and FFmpeg. No I/O, no randomness.
 */
#ifndef RTMP_AUTH_H
#define RTMP_AUTH_H

#include <stddef.h>
#include <stdint.h>

#include "rtmp/rtmp_url.h"

enum auth {
	AUTH_NONE,		/* the refusal has another reason */
	AUTH_AGAIN,		/* connect again, to dst */
	AUTH_MISSING,		/* the server wants a user and a password, and the url has none */
	AUTH_WRONG,		/* it does not accept them */
	AUTH_UNKNOWN		/* it wants another kind of proof, or what it sent is not valid */
};

/*
 * text: of a refused connect to url, as the server wrote it. nonce: random. dst becomes the tcUrl to connect to, of at
 * most size - 1 characters.
 */
enum auth	auth_answer(char *dst, size_t size, const struct rtmp_url *url, const char *text, uint32_t nonce);

/* What to tell the operator: a constant; "" for AUTH_NONE and AUTH_AGAIN. */
const char	*auth_text(enum auth);

#endif
