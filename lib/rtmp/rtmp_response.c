/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/rtmp_response.h"

#define WORDS_MAX	512

static const struct {
	const char	*name;
	enum heard_what	 what;
} commands[] = {
	{ "_result", HEARD_RESULT },
	{ "_error", HEARD_ERROR },
	{ "close", HEARD_CLOSE },
};

static const struct {
	const char	*code;
	enum heard_what	 what;
} codes[] = {
	{ "NetStream.Publish.Start", HEARD_START },
	{ "NetStream.Play.Start", HEARD_START },
	{ "NetStream.Play.PublishNotify", HEARD_BEGIN },
	{ "NetStream.Play.UnpublishNotify", HEARD_END },
	{ "NetStream.Play.Stop", HEARD_END },
	{ "NetStream.Play.Complete", HEARD_END },
	{ "NetConnection.Connect.ReconnectRequest", HEARD_RECONNECT },
	/* Some servers give these without the level "error". */
	{ "NetStream.Publish.BadName", HEARD_REFUSAL },
	{ "NetStream.Publish.Denied", HEARD_REFUSAL },
	{ "NetStream.Publish.Rejected", HEARD_REFUSAL },
	{ "NetStream.Play.StreamNotFound", HEARD_REFUSAL },
	{ "NetStream.Play.Failed", HEARD_REFUSAL },
	{ "NetConnection.Connect.Closed", HEARD_REFUSAL },
	{ "NetConnection.Connect.Rejected", HEARD_REFUSAL },
	{ "NetConnection.Connect.Failed", HEARD_REFUSAL },
	{ "NetConnection.Connect.InvalidApp", HEARD_REFUSAL },
	{ "NetConnection.Connect.AppShutdown", HEARD_REFUSAL },
};

static enum heard_what
status(const struct amf0_value *info)
{
	struct amf0_value code, level;
	size_t i;

	(void)amf0_member(info, "code", &code);
	(void)amf0_member(info, "level", &level);
	if (amf0_equals(&level, "error"))
		return HEARD_REFUSAL;
	for (i = 0; i < nitems(codes); i++)
		if (amf0_equals(&code, codes[i].code))
			return codes[i].what;
	return HEARD_NOTHING;
}

int
hear_command(struct heard *h, const uint8_t *p, size_t n)
{
	struct amf0_value name, call, object = { .kind = AMF0_NULL };
	struct amf0 in;
	size_t i;

	memset(h, 0, sizeof(*h));
	amf0_init(&in, p, n);
	if (amf0_want(&in, AMF0_STRING, &name) != 1)
		return -1;
	/* Many leave out what they have nothing for, so all the rest may be missing. */
	if (amf0_want(&in, AMF0_NUMBER, &call) == 1) {
		h->call = call.number;
		if (amf0_next(&in, &object) != 1 ||
		    amf0_next(&in, &h->value) != 1)
			memset(&h->value, 0, sizeof(h->value));
	}
	h->info = h->value.kind == AMF0_NULL ? object : h->value;
	for (i = 0; i < nitems(commands); i++)
		if (amf0_equals(&name, commands[i].name))
			h->what = commands[i].what;
	if (amf0_equals(&name, "onStatus"))
		h->what = status(&h->info);
	return 0;
}

bool
hear_data(struct heard *h, const uint8_t *p, size_t n)
{
	struct amf0_value name, v;
	struct amf0 in;

	memset(h, 0, sizeof(*h));
	amf0_init(&in, p, n);
	if (amf0_want(&in, AMF0_STRING, &name) != 1)
		return false;
	if (amf0_equals(&name, "|RtmpSampleAccess"))
		return true;
	if (!amf0_equals(&name, "onStatus") &&
	    !amf0_equals(&name, "onPlayStatus"))
		return false;
	while (h->info.kind != AMF0_OBJECT && amf0_next(&in, &v) == 1)
		h->info = v;
	h->what = status(&h->info);
	return true;
}

void
heard_string(char *dst, size_t size, const struct amf0_value *v)
{
	size_t n = 0;

	if (v->kind == AMF0_STRING)
		n = v->len < size - 1 ? v->len : size - 1;
	if (n > 0)
		memcpy(dst, v->p, n);
	dst[n] = '\0';
}

void
heard_words(char *dst, size_t size, const struct heard *h)
{
	char code[WORDS_MAX], description[WORDS_MAX];
	struct amf0_value v;

	(void)amf0_member(&h->info, "code", &v);
	heard_string(code, sizeof(code), &v);
	(void)amf0_member(&h->info, "description", &v);
	heard_string(description, sizeof(description),
	    h->info.kind == AMF0_STRING ? &h->info : &v);
	(void)snprintf(dst, size, "%s%s%s", code,
	    *code != '\0' && *description != '\0' ? ": " : "", description);
}
