/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/fourcc_list.h"

#define CAN_DECODE	1u	/* FourCcInfoMask; 2 is that it can encode */
#define CAN_FORWARD	4u

static bool
is_audio(const struct amf0_value *name)
{
	static const char *const names[] = { "mp4a", "Opus", "fLaC", "ac-3", "ec-3", ".mp3" };
	size_t i;

	for (i = 0; i < nitems(names); i++)
		if (amf0_equals(name, names[i]))
			return true;
	return false;
}

static void
add(struct fourcc_list *l, const struct amf0_value *name, bool video)
{
	if (video)
		l->video = true;
	else
		l->audio = true;
	if (amf0_equals(name, "*") || l->n == FOURCC_LIST_MAX) {
		l->any_video = l->any_video || video;
		l->any_audio = l->any_audio || !video;
	} else if (name->kind == AMF0_STRING && name->len == 4)
		l->cc[l->n++] = be32(name->p);
}

/* A server of version 1 lists video only: one that names no audio says nothing about it. */
static void
add_array(struct fourcc_list *l, const struct amf0_value *array)
{
	struct amf0_value name;
	struct amf0 in;

	amf0_init(&in, array->p, array->len);
	while (amf0_next(&in, &name) == 1) {
		if (!is_audio(&name))
			add(l, &name, true);
		if (is_audio(&name) || amf0_equals(&name, "*"))
			add(l, &name, false);
	}
}

static void
add_map(struct fourcc_list *l, const struct amf0_value *map, bool video)
{
	struct amf0_value name, flags;
	struct amf0 in;

	amf0_init(&in, map->p, map->len);
	while (amf0_next_member(&in, &name, &flags) == 1)
		if (flags.kind == AMF0_NUMBER && flags.number >= 0 && flags.number <= UINT8_MAX &&
		    ((unsigned int)flags.number & (CAN_DECODE | CAN_FORWARD)))
			add(l, &name, video);
}

void
fourcc_list_add(struct fourcc_list *l, const struct amf0_value *object)
{
	struct amf0_value v;

	if (amf0_member(object, "fourCcList", &v) && v.kind == AMF0_ARRAY)
		add_array(l, &v);
	if (amf0_member(object, "videoFourCcInfoMap", &v) && v.kind == AMF0_OBJECT)
		add_map(l, &v, true);
	if (amf0_member(object, "audioFourCcInfoMap", &v) && v.kind == AMF0_OBJECT)
		add_map(l, &v, false);
}

bool
fourcc_list_takes(const struct fourcc_list *l, bool video, uint32_t fourcc)
{
	unsigned int i;

	if (video ? !l->video || l->any_video : !l->audio || l->any_audio)
		return true;
	for (i = 0; i < l->n; i++)
		if (l->cc[i] == fourcc)
			return true;
	return false;
}
