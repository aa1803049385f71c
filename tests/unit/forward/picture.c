/* SPDX-License-Identifier: ISC */
/* A keyframe of a source as an FLV file, read as a program reads it. */
#include "forward/picture.h"
#include "base/hex.h"
#include "flv/flv.h"
#include "stage.h"

#include <jansson.h>

#define SPEC	"{\"channel\":\"c\",\"delay_ms\":1000,\"stall_ms\":700,\"sources\":[{\"name\":\"obs\"," \
	"\"url\":\"$obs\"},{\"name\":\"film\",\"path\":\"$film\"}],\"destinations\":[" \
	"{\"name\":\"youtube\",\"url\":\"$youtube\"}]}"

static uint8_t file[2 * PICTURE_MAX];

/* The code of the answer; *size: bytes of the file. */
static const char *
picture(const char *source, size_t *size)
{
	static char code[32];
	char *text = forwarder_picture(fw, source, now);
	json_t *o = json_loads(text, 0, NULL);
	const char *hex = json_string_value(json_object_get(o, "flv"));

	*size = 0;
	if (hex != NULL && t_ok(hex_get(file, strlen(hex) / 2, hex) == 0))
		*size = strlen(hex) / 2;
	strlcpy(code, json_string_value(json_object_get(o, "code")), sizeof(code));
	json_decref(o);
	free(text);
	return code;
}

/* Reads the tag at *at, with its trailer; false: it is none. */
static bool
tag_at(size_t *at, size_t size, struct flv_tag *tag, const uint8_t **body)
{
	const uint8_t *p = file + *at;

	if (flv_tag_read(tag, p, size - *at) != FLV_TAG_HEADER || *at + FLV_TAG_HEADER + tag->len + FLV_TAG_TRAILER > size)
		return false;
	*body = p + FLV_TAG_HEADER;
	p = *body + tag->len;
	*at += FLV_TAG_HEADER + tag->len + FLV_TAG_TRAILER;
	return ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]) == FLV_TAG_HEADER + tag->len;
}

static void
is_the_headers_and_a_keyframe(void)
{
	struct flv_tag tag;
	const uint8_t *body;
	size_t size, at = FLV_FILE_HEADER;

	begin(SPEC);
	encoding = true;
	obs_bytes = 300;
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	pass(3000);
	t_str(picture("obs", &size), "ok");
	t_int(flv_file_header_read(file, size), FLV_FILE_HEADER);
	t_ok(tag_at(&at, size, &tag, &body));
	t_int(tag.type, MSG_VIDEO);
	t_int(tag.len, sizeof(obs_avcc));
	t_mem(body, obs_avcc, sizeof(obs_avcc));
	t_ok(tag_at(&at, size, &tag, &body));
	t_int(tag.type, MSG_VIDEO);
	t_int(tag.len, 300);
	t_int(body[0], 0x17);
	t_int(body[9], 0x65);
	t_int(at, size);
	end();
}

static void
of_a_source_that_is_silent_there_is_none(void)
{
	size_t size;

	begin(SPEC);
	pass(1000);
	t_str(picture("obs", &size), "no-picture");
	t_str(picture("rama", &size), "unknown-source");
	t_str(picture("", &size), "unknown-source");
	end();
}

T_MAIN(
	{ "is_the_headers_and_a_keyframe", is_the_headers_and_a_keyframe },
	{ "of_a_source_that_is_silent_there_is_none", of_a_source_that_is_silent_there_is_none },
	{ "clean_up", clean_up },
)
