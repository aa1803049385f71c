/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_colours.h"

struct code {
	const char	*name;
	int		 code;		/* of H.273 */
};

/* No gbr, linear or log: H.264 that platforms take has none of them. */
static const struct code primaries[] = {
	{ "bt709", 1 }, { "bt470m", 4 }, { "bt470bg", 5 }, { "smpte170m", 6 }, { "smpte240m", 7 }, { "film", 8 },
	{ "bt2020", 9 }, { "smpte431", 11 }, { "smpte432", 12 }, { NULL, 2 }
}, transfers[] = {
	{ "bt709", 1 }, { "bt470m", 4 }, { "bt470bg", 5 }, { "smpte170m", 6 }, { "smpte240m", 7 },
	{ "iec61966-2-4", 11 }, { "bt1361e", 12 }, { "iec61966-2-1", 13 }, { "bt2020-10", 14 }, { "bt2020-12", 15 },
	{ "smpte2084", 16 }, { "arib-std-b67", 18 }, { NULL, 2 }
}, matrices[] = {
	{ "bt709", 1 }, { "fcc", 4 }, { "bt470bg", 5 }, { "smpte170m", 6 }, { "smpte240m", 7 }, { "bt2020nc", 9 },
	{ "bt2020c", 10 }, { NULL, 2 }
};

const struct colours colours_bt709 = { "bt709", "bt709", "bt709", false };

static int
code_of(const struct code *table, const char *name)
{
	while (table->name != NULL && strcmp(table->name, name) != 0)
		table++;
	return table->code;
}

static void
name_check(const struct code *table, char *name)
{
	if (code_of(table, name) == 2)
		name[0] = '\0';
}

void
colours_check(struct colours *c)
{
	name_check(primaries, c->primaries);
	name_check(transfers, c->transfer);
	name_check(matrices, c->matrix);
}

bool
colours_complete(const struct colours *c)
{
	return c->primaries[0] != '\0' && c->transfer[0] != '\0' && c->matrix[0] != '\0';
}

const char *
colours_hdr(const struct colours *c)
{
	return strcmp(c->transfer, "arib-std-b67") == 0 ? "HLG" : strcmp(c->transfer, "smpte2084") == 0 ? "PQ" : NULL;
}

static void
name_fill(char *name, size_t size, const char *text)
{
	if (name[0] == '\0')
		strlcpy(name, text, size);
}

void
colours_fill(struct colours *c, int width, int height, double fps)
{
	bool hdr = colours_hdr(c) != NULL, hd = width >= 1280 || height >= 720;

	name_fill(c->primaries, sizeof(c->primaries), hdr ? "bt2020" : hd ? "bt709" : fps > 27 ? "smpte170m" : "bt470bg");
	name_fill(c->transfer, sizeof(c->transfer), "bt709");
	name_fill(c->matrix, sizeof(c->matrix), hdr ? "bt2020nc" : hd ? "bt709" : "smpte170m");
}

const char *
colours_scale(const struct colours *c)
{
	if (strncmp(c->matrix, "bt2020", 6) == 0)
		return "bt2020";
	return strcmp(c->matrix, "bt470bg") == 0 || strcmp(c->matrix, "smpte170m") == 0 ? "bt601" : c->matrix;
}

char *
colours_tags(const struct colours *c, char *dst, size_t size)
{
	snprintf(dst, size, "colour_primaries=%d:transfer_characteristics=%d:matrix_coefficients=%d",
	    code_of(primaries, c->primaries), code_of(transfers, c->transfer), code_of(matrices, c->matrix));
	return dst;
}

char *
colours_params(const struct colours *c, char *dst, size_t size)
{
	snprintf(dst, size, "setparams=color_primaries=%s:color_trc=%s:colorspace=%s:range=%s", c->primaries, c->transfer,
	    c->matrix, c->full ? "pc" : "tv");
	return dst;
}
