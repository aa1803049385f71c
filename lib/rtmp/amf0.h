/* SPDX-License-Identifier: ISC */
/* AMF0 values as bytes (AMF 0, 2006). No I/O, no memory of its own. */
#ifndef RTMP_AMF0_H
#define RTMP_AMF0_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AMF0_DEPTH_MAX	16	/* objects in objects: deeper input is broken input */

/* -- reading -- */

enum amf0_kind {
	AMF0_NULL,	/* undefined and unsupported too; a zeroed value is one */
	AMF0_NUMBER,
	AMF0_BOOL,
	AMF0_STRING,	/* long strings and XML too */
	AMF0_OBJECT,	/* typed objects and ECMA arrays too */
	AMF0_OTHER	/* strict arrays, dates, references: passed over */
};

struct amf0 {
	const uint8_t	*p, *end;	/* borrowed: what is left to read */
};

struct amf0_value {
	enum amf0_kind	 kind;
	double		 number;	/* AMF0_NUMBER; AMF0_BOOL: 0 or 1 */
	const uint8_t	*p;		/* borrowed: AMF0_STRING: its bytes; AMF0_OBJECT: its members */
	size_t		 len;
};

void	amf0_init(struct amf0 *, const uint8_t *, size_t);

/* The next value: 1, 0 at the end, -1 for bytes that are none. An object is passed whole. */
int	amf0_next(struct amf0 *, struct amf0_value *);

/* As amf0_next(), but 1 only if the value is of that kind; -1 for another. */
int	amf0_want(struct amf0 *, enum amf0_kind, struct amf0_value *);

/* The named member of an object: 1, or 0 when it has none (or obj is no object). */
int	amf0_member(const struct amf0_value *obj, const char *name,
	    struct amf0_value *);

/* Is it a string and this one? */
bool	amf0_equals(const struct amf0_value *, const char *);

/* -- data messages: metadata and captions -- */

/* Does the body of a data message start with this name ("onMetaData", "@setDataFrame")? */
bool	amf0_starts(const uint8_t *body, size_t len, const char *name);

/*
 * The string "@setDataFrame", which stands before the metadata that a publisher sends and
 * which no player gets: put these bytes in front.
 */
#define AMF0_DATA_FRAME_LEN	16
extern const uint8_t	amf0_data_frame[AMF0_DATA_FRAME_LEN];

/* -- writing -- */

struct amf0_writer {
	uint8_t	*p;		/* the caller's */
	size_t	 len, size;
	bool	 full;		/* something did not fit: the bytes are useless */
};

void	amf0_writer_init(struct amf0_writer *, uint8_t *, size_t);
void	amf0_put_number(struct amf0_writer *, double);
void	amf0_put_bool(struct amf0_writer *, bool);
void	amf0_put_string(struct amf0_writer *, const char *);	/* 65535 bytes at most */
void	amf0_put_null(struct amf0_writer *);
void	amf0_put_object(struct amf0_writer *);	/* then key, value, key, value, ... */
void	amf0_put_key(struct amf0_writer *, const char *);
void	amf0_put_end(struct amf0_writer *);	/* closes the object */
void	amf0_put_array(struct amf0_writer *, uint32_t count);	/* strict; then its values */

#endif
