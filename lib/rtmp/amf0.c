/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/amf0.h"

enum marker {
	M_NUMBER, M_BOOL, M_STRING, M_OBJECT, M_MOVIECLIP, M_NULL, M_UNDEFINED,
	M_REFERENCE, M_ECMA_ARRAY, M_OBJECT_END, M_STRICT_ARRAY, M_DATE,
	M_LONG_STRING, M_UNSUPPORTED, M_RECORDSET, M_XML, M_TYPED_OBJECT
};

/* What each marker means, and the bytes between it and the variable part of its value. */
static const struct shape {
	bool		known;
	enum amf0_kind	kind;
	size_t		fixed;		/* bytes that always follow */
} shapes[] = {
	[M_NUMBER] =	   { true, AMF0_NUMBER, 8 },
	[M_BOOL] =	   { true, AMF0_BOOL, 1 },
	[M_STRING] =	   { true, AMF0_STRING, 2 },
	[M_OBJECT] =	   { true, AMF0_OBJECT, 0 },
	[M_NULL] =	   { true, AMF0_NULL, 0 },
	[M_UNDEFINED] =	   { true, AMF0_NULL, 0 },
	[M_REFERENCE] =	   { true, AMF0_OTHER, 2 },
	[M_ECMA_ARRAY] =   { true, AMF0_OBJECT, 4 },
	[M_STRICT_ARRAY] = { true, AMF0_ARRAY, 4 },
	[M_DATE] =	   { true, AMF0_OTHER, 10 },
	[M_LONG_STRING] =  { true, AMF0_STRING, 4 },
	[M_UNSUPPORTED] =  { true, AMF0_NULL, 0 },
	[M_XML] =	   { true, AMF0_STRING, 4 },
	[M_TYPED_OBJECT] = { true, AMF0_OBJECT, 2 },
};

static int	value_read(struct amf0 *, struct amf0_value *, int);

static size_t
left(const struct amf0 *a)
{
	return (size_t)(a->end - a->p);
}

static bool
is(const uint8_t *p, size_t len, const char *s)
{
	return len == strlen(s) && memcmp(p, s, len) == 0;
}

/*
 * Reads one member of an object: 1; 0: the end of the object; -1. Many encoders
 * omit the end marker of the last object, so the end of input ends an object, too.
 */
static int
member_read(struct amf0 *a, struct amf0_value *key, struct amf0_value *v,
    int depth)
{
	size_t len;

	if (left(a) == 0)
		return 0;
	if (left(a) < 3)
		return -1;
	len = be16(a->p);
	if (len == 0 && a->p[2] == M_OBJECT_END) {
		a->p += 3;
		return 0;
	}
	if (left(a) - 2 < len)
		return -1;
	key->kind = AMF0_STRING;
	key->p = a->p + 2;
	key->len = len;
	a->p += 2 + len;
	return value_read(a, v, depth) == 1 ? 1 : -1;
}

static int
object_pass(struct amf0 *a, struct amf0_value *v, int depth)
{
	struct amf0_value key, member;
	int rc;

	v->p = a->p;
	while ((rc = member_read(a, &key, &member, depth + 1)) == 1)
		v->len = (size_t)(a->p - v->p);
	return rc == 0 ? 1 : -1;
}

static int
array_pass(struct amf0 *a, struct amf0_value *v, uint32_t count, int depth)
{
	struct amf0_value item;

	v->p = a->p;
	while (count-- > 0)
		if (value_read(a, &item, depth + 1) != 1)
			return -1;
	v->len = (size_t)(a->p - v->p);
	return 1;
}

static double
number(const uint8_t *p)
{
	uint64_t bits = (uint64_t)be32(p) << 32 | be32(p + 4);
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

/* fixed: the fixed bytes after the marker; the caller has checked and skipped them. */
static int
value_body(struct amf0 *a, struct amf0_value *v, uint8_t marker,
    const uint8_t *fixed, int depth)
{
	size_t n;

	switch (marker) {
	case M_NUMBER:
		v->number = number(fixed);
		return 1;
	case M_BOOL:
		v->number = *fixed != 0;
		return 1;
	case M_STRICT_ARRAY:
		return array_pass(a, v, be32(fixed), depth);
	case M_STRING:
	case M_LONG_STRING:
	case M_XML:
	case M_TYPED_OBJECT:
		n = shapes[marker].fixed == 2 ? be16(fixed) : be32(fixed);
		if (left(a) < n)
			return -1;
		v->p = a->p;
		a->p += n;
		if (marker == M_TYPED_OBJECT)
			return object_pass(a, v, depth);
		v->len = n;
		return 1;
	case M_OBJECT:
	case M_ECMA_ARRAY:
		return object_pass(a, v, depth);
	default:
		return 1;
	}
}

static int
value_read(struct amf0 *a, struct amf0_value *v, int depth)
{
	const uint8_t *fixed;
	uint8_t marker;

	memset(v, 0, sizeof(*v));
	if (left(a) == 0)
		return 0;
	marker = *a->p;
	if (depth > AMF0_DEPTH_MAX || marker >= nitems(shapes) ||
	    !shapes[marker].known || left(a) - 1 < shapes[marker].fixed)
		return -1;
	v->kind = shapes[marker].kind;
	fixed = a->p + 1;
	a->p = fixed + shapes[marker].fixed;
	return value_body(a, v, marker, fixed, depth);
}

void
amf0_init(struct amf0 *a, const uint8_t *p, size_t n)
{
	static const uint8_t nothing[1];

	a->p = p != NULL ? p : nothing;
	a->end = a->p + (p != NULL ? n : 0);
}

int
amf0_next(struct amf0 *a, struct amf0_value *v)
{
	return value_read(a, v, 0);
}

int
amf0_want(struct amf0 *a, enum amf0_kind kind, struct amf0_value *v)
{
	int rc = amf0_next(a, v);

	return rc == 1 && v->kind != kind ? -1 : rc;
}

int
amf0_member(const struct amf0_value *obj, const char *name,
    struct amf0_value *v)
{
	struct amf0_value key;
	struct amf0 a;

	if (obj->kind == AMF0_OBJECT && obj->len > 0) {
		amf0_init(&a, obj->p, obj->len);
		while (member_read(&a, &key, v, 1) == 1)
			if (is(key.p, key.len, name))
				return 1;
	}
	memset(v, 0, sizeof(*v));
	return 0;
}

int
amf0_next_member(struct amf0 *a, struct amf0_value *name,
    struct amf0_value *v)
{
	return member_read(a, name, v, 1);
}

bool
amf0_equals(const struct amf0_value *v, const char *s)
{
	return v->kind == AMF0_STRING && is(v->p, v->len, s);
}

const uint8_t amf0_data_frame[AMF0_DATA_FRAME_LEN] = {
	M_STRING, 0, 13, '@', 's', 'e', 't', 'D', 'a', 't', 'a', 'F', 'r', 'a',
	'm', 'e'
};

bool
amf0_starts(const uint8_t *body, size_t len, const char *name)
{
	struct amf0_value v;
	struct amf0 a;

	amf0_init(&a, body, len);
	return amf0_want(&a, AMF0_STRING, &v) == 1 && amf0_equals(&v, name);
}

void
amf0_writer_init(struct amf0_writer *w, uint8_t *p, size_t size)
{
	w->p = p;
	w->len = 0;
	w->size = size;
	w->full = false;
}

/* Room for n bytes; NULL: these or earlier bytes do not fit. */
static uint8_t *
room(struct amf0_writer *w, size_t n)
{
	uint8_t *p = w->p + w->len;

	if (w->full || w->size - w->len < n) {
		w->full = true;
		return NULL;
	}
	w->len += n;
	return p;
}

static void
put_marker(struct amf0_writer *w, uint8_t marker)
{
	uint8_t *p;

	if ((p = room(w, 1)) != NULL)
		*p = marker;
}

void
amf0_put_number(struct amf0_writer *w, double d)
{
	uint64_t bits;
	uint8_t *p;

	memcpy(&bits, &d, sizeof(bits));
	if ((p = room(w, 9)) == NULL)
		return;
	*p = M_NUMBER;
	put_be32(p + 1, (uint32_t)(bits >> 32));
	put_be32(p + 5, (uint32_t)bits);
}

void
amf0_put_bool(struct amf0_writer *w, bool b)
{
	uint8_t *p;

	if ((p = room(w, 2)) == NULL)
		return;
	p[0] = M_BOOL;
	p[1] = b;
}

void
amf0_put_key(struct amf0_writer *w, const char *s)
{
	size_t n = strlen(s);
	uint8_t *p;

	if (n > 0xffff)
		w->full = true;
	if ((p = room(w, n + 2)) == NULL)
		return;
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
	memcpy(p + 2, s, n);
}

void
amf0_put_string(struct amf0_writer *w, const char *s)
{
	put_marker(w, M_STRING);
	amf0_put_key(w, s);
}

void
amf0_put_null(struct amf0_writer *w)
{
	put_marker(w, M_NULL);
}

void
amf0_put_object(struct amf0_writer *w)
{
	put_marker(w, M_OBJECT);
}

static void
put_counted(struct amf0_writer *w, uint8_t marker, uint32_t count)
{
	uint8_t *p;

	if ((p = room(w, 5)) == NULL)
		return;
	*p = marker;
	put_be32(p + 1, count);
}

void
amf0_put_ecma_array(struct amf0_writer *w, uint32_t count)
{
	put_counted(w, M_ECMA_ARRAY, count);
}

void
amf0_put_end(struct amf0_writer *w)
{
	amf0_put_key(w, "");
	put_marker(w, M_OBJECT_END);
}

void
amf0_put_array(struct amf0_writer *w, uint32_t count)
{
	put_counted(w, M_STRICT_ARRAY, count);
}
