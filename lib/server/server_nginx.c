/* SPDX-License-Identifier: ISC */
/* nginx with its RTMP module: /stat is XML, /control answers with the number of clients that it dropped. */
#include "base/base.h"
#include "http/http.h"
#include "server/server_nginx.h"

#include <expat.h>

#define PATH_MAX_LEN	256
#define TEXT_MAX	1024

struct reader {
	XML_Parser		 xml;
	struct server_streams	*streams;	/* one of the two is NULL */
	struct server_clients	*clients;
	struct server_streams	 own;		/* for clients: the current stream */
	struct server_stream	*s;		/* the current stream, or NULL */
	struct server_client	 client;	/* the current client */
	char			 path[PATH_MAX_LEN];	/* "rtmp/server/..." */
	char			 text[TEXT_MAX];
	size_t			 len;
	char			 app[TEXT_MAX];
	char			 codec[2][32], size[2][2][16], fps[16];	/* of the stream: video, audio */
	bool			 root, no_memory, doctype;
};

#define STREAM	"rtmp/server/application/live/stream"

static void
give_up(struct reader *r)
{
	r->no_memory = true;
	r->s = NULL;	/* expat still calls some callbacks */
	XML_StopParser(r->xml, XML_FALSE);
}

static int64_t
number_read(const char *s)
{
	const char *err;
	int64_t n = strtonum(s, 0, INT64_MAX, &err);

	return err == NULL ? n : -1;
}

static void
stream_begin(struct reader *r)
{
	struct server_stream *s = server_streams_add(r->streams != NULL ?
	    r->streams : &r->own);

	r->s = s;
	memset(r->codec, 0, sizeof(r->codec));
	memset(r->size, 0, sizeof(r->size));
	r->fps[0] = '\0';
	if (s == NULL || (s->vhost = strdup("")) == NULL ||
	    (s->app = strdup(r->app)) == NULL || (s->name = strdup("")) == NULL) {
		give_up(r);
		return;
	}
	s->frames = s->video_kbps = s->audio_kbps = -1;
	s->alive_s = -1;
}

static void
stream_end(struct reader *r)
{
	struct server_stream *s = r->s;

	s->orphan = !s->publishing;
	server_video_print(s->video, sizeof(s->video), r->codec[0],
	    number_read(r->size[0][0]), number_read(r->size[0][1]), r->fps);
	server_audio_print(s->audio, sizeof(s->audio), r->codec[1],
	    number_read(r->size[1][0]), number_read(r->size[1][1]));
	if (r->streams == NULL)
		server_streams_free(&r->own);
	r->s = NULL;
}

static void
client_end(struct reader *r)
{
	struct server_client *c;

	if (r->client.publishing) {
		strlcpy(r->s->client, r->client.id, sizeof(r->s->client));
		strlcpy(r->s->address, r->client.address, sizeof(r->s->address));
		r->s->alive_s = r->client.alive_s;
	}
	if (r->clients == NULL)
		return;
	if ((c = server_clients_add(r->clients)) == NULL) {
		give_up(r);
		return;
	}
	*c = r->client;
	if ((c->vhost = strdup("")) == NULL || (c->app = strdup(r->app)) == NULL ||
	    (c->name = strdup(r->s->name)) == NULL)
		give_up(r);
}

/* An element of a stream; p: the rest of its path. Its text is complete. */
static void
stream_text(struct reader *r, const char *p)
{
	const struct {
		const char	*path;
		int64_t		*n;
		int64_t		 unit;
	} numbers[] = {
		{ "bytes_in", &r->s->recv_bytes, 1 }, { "bw_in", &r->s->kbps, 1000 },
		{ "bw_video", &r->s->video_kbps, 1000 },
		{ "bw_audio", &r->s->audio_kbps, 1000 }
	};
	const struct {
		const char	*path;
		char		*text;
		size_t		 size;
	} texts[] = {
		{ "client/id", r->client.id, sizeof(r->client.id) },
		{ "client/address", r->client.address, sizeof(r->client.address) },
		{ "meta/video/codec", r->codec[0], sizeof(r->codec[0]) },
		{ "meta/video/width", r->size[0][0], sizeof(r->size[0][0]) },
		{ "meta/video/height", r->size[0][1], sizeof(r->size[0][1]) },
		{ "meta/video/frame_rate", r->fps, sizeof(r->fps) },
		{ "meta/audio/codec", r->codec[1], sizeof(r->codec[1]) },
		{ "meta/audio/sample_rate", r->size[1][0], sizeof(r->size[1][0]) },
		{ "meta/audio/channels", r->size[1][1], sizeof(r->size[1][1]) }
	};
	size_t i;

	for (i = 0; i < nitems(numbers); i++)
		if (strcmp(p, numbers[i].path) == 0)
			*numbers[i].n = number_read(r->text) / numbers[i].unit;
	for (i = 0; i < nitems(texts); i++)
		if (strcmp(p, texts[i].path) == 0)
			strlcpy(texts[i].text, r->text, texts[i].size);
	if (strcmp(p, "nclients") == 0)
		r->s->clients = (int)number_read(r->text);
	else if (strcmp(p, "publishing") == 0)
		r->s->publishing = true;
	else if (strcmp(p, "client/publishing") == 0)
		r->client.publishing = true;
	else if (strcmp(p, "client/time") == 0)
		r->client.alive_s = (double)number_read(r->text) / 1000;
	else if (strcmp(p, "client") == 0)
		client_end(r);
	else if (strcmp(p, "name") == 0) {
		free(r->s->name);
		if ((r->s->name = strdup(r->text)) == NULL)
			give_up(r);
	}
}

static void XMLCALL
element_begin(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = arg;
	size_t n = strlen(r->path);

	(void)attributes;
	if (n + strlen(name) + 2 > sizeof(r->path)) {	/* no element that we read is so deep */
		XML_StopParser(r->xml, XML_FALSE);
		return;
	}
	snprintf(r->path + n, sizeof(r->path) - n, "%s%s", n > 0 ? "/" : "", name);
	r->len = 0;
	if (strcmp(r->path, "rtmp") == 0)
		r->root = true;
	else if (strcmp(r->path, STREAM) == 0)
		stream_begin(r);
	else if (r->s != NULL && strcmp(r->path, STREAM "/client") == 0) {
		memset(&r->client, 0, sizeof(r->client));
		r->client.alive_s = -1;
	}
}

static void XMLCALL
element_end(void *arg, const XML_Char *name)
{
	struct reader *r = arg;
	char *slash = strrchr(r->path, '/');

	(void)name;
	r->text[r->len] = '\0';
	if (strcmp(r->path, "rtmp/pid") == 0 && r->streams != NULL)
		strlcpy(r->streams->identity, r->text, sizeof(r->streams->identity));
	else if (strcmp(r->path, "rtmp/server/application/name") == 0)
		strlcpy(r->app, r->text, sizeof(r->app));
	else if (r->s != NULL && strcmp(r->path, STREAM) == 0)
		stream_end(r);
	else if (r->s != NULL && strncmp(r->path, STREAM "/", sizeof(STREAM)) == 0)
		stream_text(r, r->path + sizeof(STREAM));
	r->len = 0;
	if (slash != NULL)
		*slash = '\0';
	else
		r->path[0] = '\0';
}

/* Converts expat's UTF-8 back to the bytes of the document: see parse(). */
static void XMLCALL
element_text(void *arg, const XML_Char *s, int len)
{
	struct reader *r = arg;
	unsigned int c;
	int i;

	for (i = 0; i < len && r->len < TEXT_MAX - 1; i++) {
		c = (unsigned char)s[i];
		if (c >= 0xc0 && i + 1 < len)
			c = (c & 3) << 6 | ((unsigned char)s[++i] & 0x3f);
		r->text[r->len++] = (char)c;
	}
}

/* nginx sends no document type, and an entity that it declares could expand without limit. */
static void XMLCALL
doctype(void *arg, const XML_Char *name, const XML_Char *system,
    const XML_Char *id, int internal)
{
	struct reader *r = arg;

	(void)name;
	(void)system;
	(void)id;
	(void)internal;
	r->doctype = true;
	XML_StopParser(r->xml, XML_FALSE);
}

/*
 * Names are bytes that a client has sent. nginx escapes markup in them, but a name that is not UTF-8 or has
 * control characters must not make the whole answer unreadable. So this reads it as Latin-1, in which each byte
 * is a character, and replaces control characters.
 */
static enum server_fault
parse(struct reader *r, const char *body, size_t len, struct error *err)
{
	enum server_fault f = SERVER_STRANGE;
	char *copy = malloc(len + 1);
	enum XML_Status status = XML_STATUS_ERROR;
	size_t i;

	if (copy == NULL || (r->xml = XML_ParserCreate("ISO-8859-1")) == NULL) {
		r->no_memory = true;
		goto out;
	}
	for (i = 0; i < len; i++)
		copy[i] = (unsigned char)body[i] < 0x20 && strchr("\t\n\r",
		    body[i]) == NULL ? '?' : body[i] == '\0' ? '?' : body[i];
	XML_SetUserData(r->xml, r);
	XML_SetElementHandler(r->xml, element_begin, element_end);
	XML_SetCharacterDataHandler(r->xml, element_text);
	XML_SetStartDoctypeDeclHandler(r->xml, doctype);
	status = XML_Parse(r->xml, copy, (int)len, XML_TRUE);
out:
	if (r->no_memory) {
		f = SERVER_AWAY;
		error_set(err, "out of memory");
	} else if (status == XML_STATUS_OK && r->root)
		f = SERVER_OK;
	else
		error_set(err, "its answer is not the stat page of nginx's RTMP "
		    "module");
	if (r->xml != NULL)
		XML_ParserFree(r->xml);
	server_streams_free(&r->own);
	free(copy);
	return f;
}

static enum server_fault
nginx_streams(const char *body, size_t len, struct server_streams *list, struct error *err)
{
	struct reader r = { .streams = list };

	return parse(&r, body, len, err);
}

static enum server_fault
nginx_clients(const char *body, size_t len, struct server_clients *list, struct error *err)
{
	struct reader r = { .clients = list };

	return parse(&r, body, len, err);
}

/* With the client's id: a publisher that has just replaced it stays connected. */
static int
nginx_kick_path(struct buf *b, const char *app, const char *name, const char *client)
{
	if (buf_addf(b, "/control/drop/publisher?app=") == -1 ||
	    http_escape(b, app) == -1 || buf_addf(b, "&name=") == -1 ||
	    http_escape(b, name) == -1)
		return -1;
	if (client == NULL || client[0] == '\0')
		return 0;
	return buf_addf(b, "&clientid=") == -1 ? -1 : http_escape(b, client);
}

static enum server_fault
nginx_kick(const char *body, size_t len, bool *kicked, struct error *err)
{
	char text[16];

	snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len :
	    sizeof(text) - 1), len > 0 ? body : "");
	text[strcspn(text, "\r\n")] = '\0';
	if (number_read(text) == -1) {
		error_set(err, "its answer is not a number of dropped clients: is "
		    "rtmp_control all at /control?");
		return SERVER_STRANGE;
	}
	*kicked = number_read(text) > 0;
	return SERVER_OK;
}

const struct server_driver server_nginx = {
	"nginx",
	"/stat", "/stat",
	nginx_streams, nginx_clients,
	"GET", nginx_kick_path, nginx_kick
};
