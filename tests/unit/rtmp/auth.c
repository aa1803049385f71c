/* SPDX-License-Identifier: ISC */
/* What FFmpeg answers to the same words of a server, as a publisher, with user krishna and password Bhakti108. */
#include "base/base.h"
#include "rtmp/auth.h"
#include "t.h"

#define ADOBE	"NetConnection.Connect.Rejected: [ AccessManager.Reject ] : [ authmod=adobe ] : "
#define LLNW	"NetConnection.Connect.Rejected: [ AccessManager.Reject ] : [ authmod=llnw ] : "
#define FIRST	"[ AccessManager.Reject ] : [ code=403 need auth; authmod="

static char to[RTMP_URL_MAX];

/* An answer to text, of a server with this application; nonce is that of FFmpeg. */
static enum auth
answer(const char *app, const char *text, uint32_t nonce)
{
	static struct rtmp_url u;
	char url[512];
	const char *reason;

	snprintf(url, sizeof(url), "rtmp://h/%s", app);
	t_int(rtmp_url_parse(&u, url, "stream", &reason), 0);
	strlcpy(u.user, "krishna", sizeof(u.user));
	strlcpy(u.password, "Bhakti108", sizeof(u.password));
	to[0] = '\0';
	return auth_answer(to, sizeof(to), &u, text, nonce);
}

static void
says_who_we_are(void)
{
	t_int(answer("live", FIRST "adobe ] : ", 1), AUTH_AGAIN);
	t_str(to, "rtmp://h/live?authmod=adobe&user=krishna");
	t_int(answer("live", FIRST "llnw ] : ", 1), AUTH_AGAIN);
	t_str(to, "rtmp://h/live?authmod=llnw&user=krishna");
	t_int(answer("live2?backup=1", FIRST "adobe ] : ", 1), AUTH_AGAIN);
	t_str(to, "rtmp://h/live2?backup=1&authmod=adobe&user=krishna");
}

static void
proves_it_as_ffmpeg_does(void)
{
	t_int(answer("live?authmod=adobe&user=krishna",
	    ADOBE "?reason=needauth&user=krishna&salt=c2FsdA==&challenge=Y2hhbGw=&opaque=b3BhcXVl", 0x03e8c339), AUTH_AGAIN);
	t_str(to, "rtmp://h/live?authmod=adobe&user=krishna&challenge=03e8c339&opaque=b3BhcXVl"
	    "&response=sKaw6h7q/pMBZBmJ3Sc18w==");
	t_int(answer("live?authmod=adobe&user=krishna",
	    ADOBE "?reason=needauth&user=krishna&salt=c2FsdA==&challenge=Y2hhbGw=", 0x969436a0), AUTH_AGAIN);
	t_str(to, "rtmp://h/live?authmod=adobe&user=krishna&challenge=969436a0&response=OR2c0P3by8wFoB8PWktj5Q==");
	t_int(answer("live?authmod=llnw&user=krishna", LLNW "?reason=needauth&user=krishna&nonce=abc123+/=", 0x41af217e),
	    AUTH_AGAIN);
	t_str(to, "rtmp://h/live?authmod=llnw&user=krishna&nonce=abc123+/=&cnonce=41af217e&nc=00000001"
	    "&response=58c1be8560941d4c94362d48ca0d205e");
	t_int(answer("live/inst?authmod=llnw&user=krishna", LLNW "?reason=needauth&user=krishna&nonce=abc123+/=", 0xe234d9c8),
	    AUTH_AGAIN);
	t_str(to, "rtmp://h/live/inst?authmod=llnw&user=krishna&nonce=abc123+/=&cnonce=e234d9c8&nc=00000001"
	    "&response=bfb4b5c9cce03538441670d27eefae24");
}

/* The query of the application stays in front, and what the server sent is not repeated. */
static void
keeps_the_application(void)
{
	t_int(answer("a?b=1&authmod=adobe&user=krishna", ADOBE "?reason=needauth&salt=s&challenge=c&opaque=o", 1), AUTH_AGAIN);
	t_ok(strncmp(to, "rtmp://h/a?b=1&authmod=adobe&user=krishna&challenge=00000001&opaque=o&response=", 79) == 0);
}

static void
knows_when_it_is_wrong(void)
{
	const char *proved = "live?authmod=adobe&user=krishna&challenge=1&response=x==";

	t_int(answer(proved, ADOBE "?reason=authfailed", 1), AUTH_WRONG);
	t_int(answer(proved, ADOBE "?reason=nosuchuser", 1), AUTH_WRONG);
	t_int(answer(proved, ADOBE "?reason=needauth&salt=s&challenge=c", 1), AUTH_WRONG);	/* not for ever */
	t_int(answer(proved, FIRST "adobe ] : ", 1), AUTH_WRONG);
	t_int(answer("live?authmod=adobe&user=krishna", FIRST "adobe ] : ", 1), AUTH_WRONG);
	t_str(auth_text(AUTH_WRONG), "wrong user or password");
}

static void
knows_when_nobody_is_declared(void)
{
	static struct rtmp_url u;
	const char *reason;

	t_int(rtmp_url_parse(&u, "rtmp://h/live", "stream", &reason), 0);
	t_int(auth_answer(to, sizeof(to), &u, FIRST "adobe ] : ", 1), AUTH_MISSING);
	t_int(auth_answer(to, sizeof(to), &u, FIRST "other ] : ", 1), AUTH_MISSING);
	t_int(auth_answer(to, sizeof(to), &u, ADOBE "?reason=authfailed", 1), AUTH_MISSING);
	t_int(auth_answer(to, sizeof(to), &u, "NetConnection.Connect.InvalidApp", 1), AUTH_NONE);
	t_ok(strstr(auth_text(AUTH_MISSING), "wants a user and a password") != NULL);
	t_str(auth_text(AUTH_NONE), "");
}

static void
leaves_other_refusals(void)
{
	t_int(answer("live", "", 1), AUTH_NONE);
	t_int(answer("live", "NetConnection.Connect.Rejected: ?reason=full", 1), AUTH_NONE);
	t_int(answer("live", "code=403 need auth", 1), AUTH_NONE);
	/* a server that repeats the address that it does not know */
	t_int(answer("live?authmod=adobe&user=krishna", "Invalid application name(/live?authmod=adobe&user=krishna)", 1),
	    AUTH_NONE);
}

static void
refuses_what_is_hostile(void)
{
	char text[1024];
	int i;

	t_int(answer("live", FIRST "magic ] : ", 1), AUTH_UNKNOWN);
	t_int(answer("live", ADOBE "?reason=moon", 1), AUTH_UNKNOWN);
	t_int(answer("live", ADOBE "?reason=needauth", 1), AUTH_UNKNOWN);
	t_int(answer("live", ADOBE "?reason=needauth&salt=s", 1), AUTH_UNKNOWN);
	t_int(answer("live", LLNW "?reason=needauth&nonces=s", 1), AUTH_UNKNOWN);
	t_int(answer("live", ADOBE "?reason=needauth&salt=s&opaque=a\nb", 1), AUTH_UNKNOWN);
	t_int(answer("live", ADOBE "?reason=needauth&salt=s\xc3\xa4&opaque=a", 1), AUTH_UNKNOWN);
	for (i = 256; i <= 257; i++) {
		snprintf(text, sizeof(text), "%s?reason=needauth&salt=s&opaque=%0*d", ADOBE, i, 1);
		t_int(answer("live", text, 1), i == 256 ? AUTH_AGAIN : AUTH_UNKNOWN);
	}
	t_ok(auth_text(AUTH_UNKNOWN)[0] != '\0');
}

static void
stays_within_its_room(void)
{
	static struct rtmp_url u;
	const char *reason;
	char small[41];

	t_int(rtmp_url_parse(&u, "rtmp://h/live", "stream", &reason), 0);
	strlcpy(u.user, "krishna", sizeof(u.user));
	t_int(auth_answer(small, sizeof(small) - 1, &u, FIRST "adobe ]", 1), AUTH_UNKNOWN);
	t_int(auth_answer(small, sizeof(small), &u, FIRST "adobe ]", 1), AUTH_AGAIN);
	t_str(small, "rtmp://h/live?authmod=adobe&user=krishna");
}

#define T(name)	{ #name, name }

T_MAIN(
	T(says_who_we_are),
	T(proves_it_as_ffmpeg_does),
	T(keeps_the_application),
	T(knows_when_it_is_wrong),
	T(knows_when_nobody_is_declared),
	T(leaves_other_refusals),
	T(refuses_what_is_hostile),
	T(stays_within_its_room),
)
