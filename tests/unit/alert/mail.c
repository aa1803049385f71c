/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/mail.h"
#include "scratch.h"

#define WAY "{\"to\":[\"anna@example.org\",\"balbir@example.org\"],\"from\":\"lsctl@example.org\"%s}"

static json_t *
way_of(const char *more)
{
	char text[1024];

	snprintf(text, sizeof(text), WAY, more);
	return json_loads(text, 0, NULL);
}

static const char *
mail(const char *title, const char *text)
{
	static char copy[8192];
	json_t *way = way_of(""), *m = json_pack("{so so}", "title", json_stringn_nocheck(title, strlen(title)), "text",
	    json_stringn_nocheck(text, strlen(text)));
	struct buf b;

	buf_init(&b, 65536);
	t_int(mail_make(&b, way, m, "studio", "0123", 1780315200), 0);
	snprintf(copy, sizeof(copy), "%.*s", (int)buf_len(&b), (const char *)buf_head(&b));
	buf_free(&b);
	json_decref(m);
	json_decref(way);
	return copy;
}

static void
the_link_is_the_last_line(void)
{
	json_t *way = way_of(""), *m = json_pack("{ss ss s{ss}}", "title", "t", "text", "one", "report", "link",
	    "https://live.example.org/#/channel/krishna");
	struct buf b;

	buf_init(&b, 65536);
	t_int(mail_make(&b, way, m, "studio", "0123", 1780315200), 0);
	buf_add(&b, "", 1);
	t_ok(strstr((const char *)buf_head(&b), "\n\none\nhttps://live.example.org/#/channel/krishna\n") != NULL);
	buf_free(&b);
	json_decref(m);
	json_decref(way);
}

static void
headers_and_body(void)
{
	t_str(mail("krishna: no-video", "one\ntwo"), "From: lsctl <lsctl@example.org>\nTo: anna@example.org,\n"
	    " balbir@example.org\nSubject: [lsctl] krishna: no-video\nDate: Mon, 1 Jun 2026 12:00:00 +0000\n"
	    "Message-ID: <0123.lsctl@studio>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\none\ntwo\n");
}

/* Whatever is in the title: the header is one line. */
static void
a_text_adds_no_header(void)
{
	const char *text = mail("a\r\nBcc: eve@example.org\r\n\r\nbody\x01\xc3\xa9", "x\r\n.\r\nMAIL FROM:<eve@example.org>");

	t_ok(strstr(text, "Subject: [lsctl] a??Bcc: eve@example.org????body???\n") != NULL);
	t_ok(strstr(text, "\nBcc:") == NULL && strchr(text, '\r') == NULL);
	t_ok(strstr(text, "\n\nx?\n.?\nMAIL FROM") != NULL);
}

static void
a_long_line_is_cut(void)
{
	char text[3000];
	const char *line;
	size_t n;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (line = mail("t", text); *line != '\0'; line += n + 1) {
		n = strcspn(line, "\n");
		t_ok(n <= 998);
	}
}

static void
sendmail_gets_recipients_as_arguments(void)
{
	char text[512];
	struct error err;
	json_t *way, *m = json_pack("{ss ss}", "title", "t", "text", "x");

	snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >%s/said\ncat >%s/mail\nexit $(cat %s/status)\n", scratch(),
	    scratch(), scratch());
	scratch_write("sendmail", text, 0755);
	scratch_write("status", "0", 0644);
	snprintf(text, sizeof(text), ",\"sendmail\":\"%s\"", scratch_path("sendmail"));
	way = way_of(text);
	t_int(mail_send(way, m, "studio", "1", 0, &err), 0);
	t_str(scratch_read("said"), "-i -f lsctl@example.org -- anna@example.org balbir@example.org\n");
	t_ok(strstr(scratch_read("mail"), "Subject: [lsctl] t\n") != NULL);
	scratch_write("status", "75", 0644);
	t_int(mail_send(way, m, "studio", "1", 0, &err), -1);
	t_ok(strstr(err.text, "exit status 75") != NULL);
	json_decref(m);
	json_decref(way);
}

T_MAIN(
	{ "headers_and_body", headers_and_body },
	{ "the_link_is_the_last_line", the_link_is_the_last_line },
	{ "a_text_adds_no_header", a_text_adds_no_header },
	{ "a_long_line_is_cut", a_long_line_is_cut },
	{ "sendmail_gets_recipients_as_arguments", sendmail_gets_recipients_as_arguments },
)
