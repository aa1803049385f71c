/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/rtmp_response.h"

#define TEXT_MAX	512

static const struct {
	const char	*name;
	enum response_kind	 what;
} commands[] = {
	{ "_result", RESPONSE_RESULT },
	{ "_error", RESPONSE_ERROR },
	{ "close", RESPONSE_CLOSE },
};

static const struct {
	const char	*code;
	enum response_kind	 what;
} codes[] = {
	{ "NetStream.Publish.Start", RESPONSE_START },
	{ "NetStream.Play.Start", RESPONSE_START },
	{ "NetStream.Play.PublishNotify", RESPONSE_BEGIN },
	{ "NetStream.Play.UnpublishNotify", RESPONSE_END },
	{ "NetStream.Play.Stop", RESPONSE_END },
	{ "NetStream.Play.Complete", RESPONSE_END },
	{ "NetConnection.Connect.ReconnectRequest", RESPONSE_RECONNECT },
	/* Some servers send these without the level "error". */
	{ "NetStream.Publish.BadName", RESPONSE_REFUSAL },
	{ "NetStream.Publish.Denied", RESPONSE_REFUSAL },
	{ "NetStream.Publish.Rejected", RESPONSE_REFUSAL },
	{ "NetStream.Play.StreamNotFound", RESPONSE_REFUSAL },
	{ "NetStream.Play.Failed", RESPONSE_REFUSAL },
	{ "NetConnection.Connect.Rejected", RESPONSE_REFUSAL },
	{ "NetConnection.Connect.Failed", RESPONSE_REFUSAL },
	{ "NetConnection.Connect.InvalidApp", RESPONSE_REFUSAL },
	{ "NetConnection.Connect.Closed", RESPONSE_CLOSE },
	{ "NetConnection.Connect.AppShutdown", RESPONSE_CLOSE },
	{ "NetStream.Unpublish.Success", RESPONSE_UNPUBLISHED },
};

static enum response_kind
status(const struct amf0_value *info)
{
	enum response_kind what = RESPONSE_NOTHING;
	struct amf0_value code, level;
	size_t i;

	(void)amf0_member(info, "code", &code);
	(void)amf0_member(info, "level", &level);
	for (i = 0; i < nitems(codes); i++)
		if (amf0_equals(&code, codes[i].code))
			what = codes[i].what;
	return what != RESPONSE_CLOSE && amf0_equals(&level, "error") ? RESPONSE_REFUSAL : what;
}

int
rtmp_response_command(struct rtmp_response *resp, const uint8_t *p, size_t n)
{
	struct amf0_value name, call;
	struct amf0 in;
	size_t i;

	memset(resp, 0, sizeof(*resp));
	amf0_init(&in, p, n);
	if (amf0_want(&in, AMF0_STRING, &name) != 1)
		return -1;
	/* Many servers omit empty values, so all the rest may be missing. */
	if (amf0_want(&in, AMF0_NUMBER, &call) == 1) {
		resp->call = call.number;
		if (amf0_next(&in, &resp->object) != 1 ||
		    amf0_next(&in, &resp->value) != 1)
			memset(&resp->value, 0, sizeof(resp->value));
	}
	resp->info = resp->value.kind == AMF0_NULL ? resp->object : resp->value;
	for (i = 0; i < nitems(commands); i++)
		if (amf0_equals(&name, commands[i].name))
			resp->what = commands[i].what;
	if (amf0_equals(&name, "onStatus"))
		resp->what = status(&resp->info);
	return 0;
}

bool
rtmp_response_data(struct rtmp_response *resp, const uint8_t *p, size_t n)
{
	struct amf0_value name, v;
	struct amf0 in;

	memset(resp, 0, sizeof(*resp));
	amf0_init(&in, p, n);
	if (amf0_want(&in, AMF0_STRING, &name) != 1)
		return false;
	if (amf0_equals(&name, "|RtmpSampleAccess"))
		return true;
	if (!amf0_equals(&name, "onStatus") &&
	    !amf0_equals(&name, "onPlayStatus"))
		return false;
	while (resp->info.kind != AMF0_OBJECT && amf0_next(&in, &v) == 1)
		resp->info = v;
	resp->what = status(&resp->info);
	return true;
}

void
rtmp_response_string(char *dst, size_t size, const struct amf0_value *v)
{
	size_t n = 0;

	if (v->kind == AMF0_STRING)
		n = v->len < size - 1 ? v->len : size - 1;
	if (n > 0)
		memcpy(dst, v->p, n);
	dst[n] = '\0';
}

bool
rtmp_response_redirect(char *dst, size_t size, const struct rtmp_response *resp)
{
	struct amf0_value ex, code, to;

	if (!amf0_member(&resp->info, "ex", &ex) || !amf0_member(&ex, "code", &code) || code.kind != AMF0_NUMBER ||
	    code.number != 302 || !amf0_member(&ex, "redirect", &to) || to.kind != AMF0_STRING)
		return false;
	rtmp_response_string(dst, size, &to);
	return true;
}

void
rtmp_response_text(char *dst, size_t size, const struct rtmp_response *resp)
{
	char code[TEXT_MAX], description[TEXT_MAX];
	struct amf0_value v;

	(void)amf0_member(&resp->info, "code", &v);
	rtmp_response_string(code, sizeof(code), &v);
	(void)amf0_member(&resp->info, "description", &v);
	rtmp_response_string(description, sizeof(description),
	    resp->info.kind == AMF0_STRING ? &resp->info : &v);
	(void)snprintf(dst, size, "%s%s%s", code,
	    *code != '\0' && *description != '\0' ? ": " : "", description);
}
