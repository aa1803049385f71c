/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/mail.h"
#include "alert/notifier.h"
#include "health/health_record.h"

#define SENDMAIL	"/usr/sbin/sendmail"
#define RECIPIENTS	32
#define LINE		900	/* bytes; RFC 5322, section 2.1.1 permits 998 */
#define MAIL_BYTES	(64 << 10)

/* Appends a text of others as part of one line. */
static int
plain_add(struct buf *b, const char *text, size_t max)
{
	char c;

	for (; *text != '\0' && max > 0; text++, max--) {
		c = *text >= 0x20 && *text <= 0x7e ? *text : '?';
		if (buf_add(b, &c, 1) == -1)
			return -1;
	}
	return 0;
}

/* Appends lines; a long one is cut into several. */
static int
body_add(struct buf *b, const char *text)
{
	size_t n;

	for (;;) {
		n = strcspn(text, "\n");
		if (n > LINE)
			n = LINE;
		if (plain_add(b, text, n) == -1 || buf_add(b, "\n", 1) == -1)
			return -1;
		text += n;
		if (*text == '\0')
			return 0;
		text += *text == '\n';
	}
}

/* RFC 5322, section 3.3, in UTC and without the words of a locale. */
static int
date_add(struct buf *b, int64_t now)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = (time_t)now;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return 0;
	return buf_addf(b, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\n", days + 3 * tm.tm_wday, tm.tm_mday,
	    months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static int
recipients_add(struct buf *b, const json_t *way)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(way, "to"), i, one)
		if (buf_addf(b, "%s%s", i == 0 ? "To: " : ",\n ", json_string_value(one)) == -1)
			return -1;
	return buf_add(b, "\n", 1);
}

int
mail_make(struct buf *b, const json_t *way, const json_t *message, const char *host, const char *id, int64_t now)
{
	const char *from = record_text(way, "from"), *link = record_text(json_object_get(message, "report"), "link");

	if (from[0] != '\0' && buf_addf(b, "From: lsctl <%s>\n", from) == -1)
		return -1;
	return recipients_add(b, way) == 0 && buf_addf(b, "Subject: [lsctl] ") == 0 &&
	    plain_add(b, record_text(message, "title"), LINE) == 0 && buf_add(b, "\n", 1) == 0 && date_add(b, now) == 0 &&
	    buf_addf(b, "Message-ID: <%s.lsctl@%s>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n", id, host) == 0 ?
	    body_add(b, record_text(message, "text")) | (link[0] != '\0' ? body_add(b, link) : 0) : -1;
}

int
mail_send(const json_t *way, const json_t *message, const char *host, const char *id, int64_t now, struct error *err)
{
	const char *sendmail = record_text(way, "sendmail"), *from = record_text(way, "from");
	char words[RECIPIENTS + 5][320], *argv[RECIPIENTS + 6];
	const json_t *one;
	struct buf b;
	size_t i, n = 0;
	int rc = -1;

	strlcpy(words[n++], sendmail[0] != '\0' ? sendmail : SENDMAIL, sizeof(words[0]));
	strlcpy(words[n++], "-i", sizeof(words[0]));
	if (from[0] != '\0') {
		strlcpy(words[n++], "-f", sizeof(words[0]));
		strlcpy(words[n++], from, sizeof(words[0]));
	}
	strlcpy(words[n++], "--", sizeof(words[0]));
	json_array_foreach(json_object_get(way, "to"), i, one)
		if (i < RECIPIENTS)
			strlcpy(words[n++], json_string_value(one), sizeof(words[0]));
	for (i = 0; i < n; i++)
		argv[i] = words[i];
	argv[n] = NULL;
	buf_init(&b, MAIL_BYTES);
	if (mail_make(&b, way, message, host, id, now) == -1 || buf_add(&b, "", 1) == -1)
		error_set(err, "out of memory");
	else
		rc = notifier_feed(argv, (const char *)buf_head(&b), MAIL_S, err);
	buf_free(&b);
	return rc;
}
