/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/redact.h"
#include "t.h"

static char text[201];

static const char *
run(const char *src, const char *secret)
{
	const char *const secrets[] = { NULL, "", secret };

	redact(text, sizeof(text), src, secrets, nitems(secrets));
	return text;
}

static void
secrets_go(void)
{
	t_str(run("key abc1 is taken", "abc1"), "key *** is taken");
	t_str(run("key ABC1, abc1abc1", "abc1"), "key ***, ***");
	t_str(run("nothing here", "abc1"), "nothing here");
	t_str(run("", "abc1"), "");
}

static void
pieces_go(void)
{
	t_str(run("begins abcd-efgh", "abcd-efgh-ijkl"), "begins ***");
	t_str(run("ends: efgh-ijkl.", "abcd-efgh-ijkl"), "ends: ***.");
	t_str(run("abcd-ef is seven", "abcd-efgh-ijkl"), "abcd-ef is seven");
}

static void
short_secrets_are_words(void)
{
	t_str(run("a b: bad", "b"), "a ***: bad");
	t_str(run("b", "b"), "***");
}

static void
values_go(void)
{
	t_str(run("a=1&token=x/y z; t=(q)", "none"), "a=***&token=*** z; t=***)");
	t_str(run("tcUrl=\"rtmp://h/a?k=v\"", "none"), "tcUrl=***\"");
	t_str(run("ends with =", "none"), "ends with =");
	t_str(run("key=\"a b\" c", "none"), "key=***\" c");
	t_str(run("bad pass, bad x", "user=pass&t=x"), "bad ***, bad ***");
}

static void
odd_bytes_go(void)
{
	t_str(run("a\r\nb\x1b[31m\xff", "none"), "a??b?[31m?");
}

static void
a_cut_text_keeps_nothing(void)
{
	char src[3000];
	size_t i;

	/* What is looked at ends with the first three letters of the secret. */
	memset(src, '.', sizeof(src));
	for (i = 0; i + 8 < 1020; i += 8)
		memcpy(src + i, "t=secret", 8);
	memcpy(src + 1020, "xyzzy", 6);
	run(src, "xyzzy");
	t_ok(strstr(text, "xyz") == NULL);
	t_ok(strlen(text) <= 200);
}

static void
small_buffers_are_kept_to(void)
{
	const char *const secrets[] = { "abcd" };
	char small[6];

	redact(small, sizeof(small), "key abcd", secrets, 1);
	t_str(small, "key *");
	redact(small, 1, "key", secrets, 1);
	t_str(small, "");
	memset(small, 'x', sizeof(small));
	redact(small, 0, "key", secrets, 1);
	t_int(small[0], 'x');
}

static void
an_address_has_four_secrets(void)
{
	struct rtmp_url url;
	const char *reason;

	t_int(rtmp_url_parse(&url, "rtmp://h/live?pass", "sn?wo/rd", &reason), 0);
	redact_url(text, sizeof(text),
	    "live?pass sn?wo/rd sn wo/rd pass passed answer", &url);
	t_str(text, "live?*** *** *** *** *** ***ed answer");
}

T_MAIN(
	{ "secrets_go", secrets_go },
	{ "pieces_go", pieces_go },
	{ "short_secrets_are_words", short_secrets_are_words },
	{ "values_go", values_go },
	{ "odd_bytes_go", odd_bytes_go },
	{ "a_cut_text_keeps_nothing", a_cut_text_keeps_nothing },
	{ "small_buffers_are_kept_to", small_buffers_are_kept_to },
	{ "an_address_has_four_secrets", an_address_has_four_secrets },
)
