/* SPDX-License-Identifier: ISC */
/* Both pictures have the modules that the library made. */
#include "base/base.h"
#include "base/secret.h"
#include "control/account/qr.h"
#include "t.h"

#include <qrencode.h>

#define TEXT	"https://studio.example.org/#link=q2cA0N9aTn3zJr8_0lXvC-5BOeTq9N0l6oUuRk1GZ7M"
#define SIZE	200

static bool dark[SIZE][SIZE];

/* Is it dark with the margin? */
static bool
wanted(const QRcode *q, int x, int y)
{
	x -= 4;
	y -= 4;
	return x >= 0 && y >= 0 && x < q->width && y < q->width && (q->data[y * q->width + x] & 1) != 0;
}

static int
differences(int size)
{
	QRcode *q = QRcode_encodeString8bit(TEXT, 0, QR_ECLEVEL_M);
	int x, y, n = 0;

	t_int(size, q->width + 8);
	for (y = 0; y < size; y++)
		for (x = 0; x < size; x++)
			n += dark[y][x] != wanted(q, x, y);
	QRcode_free(q);
	return n;
}

static void
the_picture_of_a_page(void)
{
	char *svg = qr_svg(TEXT), *p;
	int size, x, y, n, width, used;

	memset(dark, 0, sizeof(dark));
	t_int(sscanf(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d", &size), 1);
	t_ok(strstr(svg, "script") == NULL && strstr(svg, "style") == NULL && strstr(svg, TEXT) == NULL);
	p = strstr(svg, "#000\" d=\"") + strlen("#000\" d=\"");
	for (; sscanf(p, "M%d %dh%dv1h-%dz%n", &x, &y, &n, &width, &used) == 4; p += used) {
		t_int(n, width);
		memset(&dark[y][x], true, (size_t)n);
	}
	t_str(p, "\"/></svg>");
	t_int(differences(size), 0);
	secret_free(svg);
}

static void
the_picture_of_a_terminal(void)
{
	char *text = qr_terminal(TEXT), *p = text;
	int x, y = 0, size = 0;

	memset(dark, 0, sizeof(dark));
	for (; *p != '\0'; y += 2, size = x) {
		t_ok(strncmp(p, "\033[30;107m", 9) == 0);
		for (p += 9, x = 0; strncmp(p, "\033[0m\n", 5) != 0 && *p != '\0'; x++) {
			dark[y][x] = strncmp(p, "\u2580", 3) == 0 || strncmp(p, "\u2588", 3) == 0;
			dark[y + 1][x] = strncmp(p, "\u2584", 3) == 0 || strncmp(p, "\u2588", 3) == 0;
			p += *p == ' ' ? 1 : 3;
		}
		p += 5;
	}
	t_ok(y >= size);
	t_int(differences(size), 0);
	secret_free(text);
}

static void
nothing_and_too_much_have_no_picture(void)
{
	static char text[2333];
	char *svg;

	t_ok(qr_svg("") == NULL);
	t_ok(qr_terminal("") == NULL);
	memset(text, 'a', 2332);
	t_ok(qr_svg(text) == NULL);
	text[2331] = '\0';
	t_ok((svg = qr_svg(text)) != NULL);
	secret_free(svg);
	t_ok((svg = qr_terminal(text)) != NULL);
	secret_free(svg);
}

T_MAIN(
	{ "the_picture_of_a_page", the_picture_of_a_page },
	{ "the_picture_of_a_terminal", the_picture_of_a_terminal },
	{ "nothing_and_too_much_have_no_picture", nothing_and_too_much_have_no_picture },
)
