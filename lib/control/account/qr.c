/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "control/account/qr.h"

#include <qrencode.h>

#define MARGIN		4	/* modules that must be light around it: ISO/IEC 18004, section 5.3.8 */
#define TEXT_MAX	(1 << 18)

static QRcode *
encode(const char *text)
{
	return QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
}

/* Beyond the code all is light. */
static bool
is_dark(const QRcode *q, int x, int y)
{
	return x >= 0 && y >= 0 && x < q->width && y < q->width && (q->data[y * q->width + x] & 1) != 0;
}

/* QRcode_free() does not wipe what can be a secret. */
static void
release(QRcode *q)
{
	if (q != NULL)
		explicit_bzero(q->data, (size_t)(q->width * q->width));
	QRcode_free(q);
}

/* The text of out, if all went well (rc 0) and there is room for its end; frees out. */
static char *
text_of(struct buf *out, int rc)
{
	char *text = NULL;

	if (rc == 0 && buf_add(out, "", 1) == 0)
		text = strdup((const char *)buf_head(out));
	buf_free(out);
	return text;
}

/* A path of one rectangle for each run of dark modules in a row. */
static int
svg_rows(struct buf *out, const QRcode *q)
{
	int x, y, n, rc = 0;

	for (y = 0; y < q->width; y++) {
		for (x = 0; x < q->width; x += n) {
			for (n = 0; is_dark(q, x + n, y); n++)
				;
			if (n > 0)
				rc |= buf_addf(out, "M%d %dh%dv1h-%dz", x + MARGIN, y + MARGIN, n, n);
			else
				n = 1;
		}
	}
	return rc;
}

char *
qr_svg(const char *text)
{
	struct buf out;
	QRcode *q;
	int size, rc;

	if ((q = encode(text)) == NULL)
		return NULL;
	size = q->width + 2 * MARGIN;
	buf_init_secret(&out, TEXT_MAX);
	rc = buf_addf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"", size, size,
	    size, size);
	rc |= svg_rows(&out, q);
	rc |= buf_addf(&out, "\"/></svg>");
	release(q);
	return text_of(&out, rc);
}

char *
qr_terminal(const char *text)
{
	/* by what is dark above and below */
	static const char *const halves[2][2] = { { " ", "\u2584" }, { "\u2580", "\u2588" } };
	struct buf out;
	QRcode *q;
	int x, y, rc = 0;

	if ((q = encode(text)) == NULL)
		return NULL;
	buf_init_secret(&out, TEXT_MAX);
	for (y = -MARGIN; y < q->width + MARGIN; y += 2) {
		rc |= buf_addf(&out, "\033[30;107m");	/* black on bright white */
		for (x = -MARGIN; x < q->width + MARGIN; x++)
			rc |= buf_addf(&out, "%s", halves[is_dark(q, x, y)][is_dark(q, x, y + 1)]);
		rc |= buf_addf(&out, "\033[0m\n");
	}
	release(q);
	return text_of(&out, rc);
}
