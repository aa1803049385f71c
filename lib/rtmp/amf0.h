/* SPDX-License-Identifier: ISC */
/* Reads and writes AMF0 values (AMF 0, 2006). No I/O, no allocation. */
#ifndef RTMP_AMF0_H
#define RTMP_AMF0_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AMF0_DEPTH_MAX	16	/* nested objects: deeper input is broken input */

/* -- reading -- */

enum amf0_kind {
	AMF0_NULL,	/* also undefined and unsupported; a zeroed value is AMF0_NULL */
	AMF0_NUMBER,
	AMF0_BOOL,
	AMF0_STRING,	/* also long strings and XML */
	AMF0_OBJECT,	/* also typed objects and ECMA arrays */
	AMF0_ARRAY,	/* strict arrays: values without names */
	AMF0_OTHER	/* dates, references: skipped */
};

struct amf0 {
	const uint8_t	*p, *end;	/* borrowed: the bytes that are left to read */
};

struct amf0_value {
	enum amf0_kind	 kind;
	double		 number;	/* AMF0_NUMBER; AMF0_BOOL: 0 or 1 */
	const uint8_t	*p;		/* borrowed: AMF0_STRING: its bytes; AMF0_OBJECT: its members; AMF0_ARRAY: its values,
					   for amf0_init() */
	size_t		 len;
};

void	amf0_init(struct amf0 *, const uint8_t *, size_t);

/* Reads the next value: 1; 0: the end; -1: the bytes are no value. Skips a whole object. */
int	amf0_next(struct amf0 *, struct amf0_value *);

/* As amf0_next(), but -1 if the value is of another kind. */
int	amf0_want(struct amf0 *, enum amf0_kind, struct amf0_value *);

/* The named member of an object: 1; 0: there is none, or obj is no object. */
int	amf0_member(const struct amf0_value *obj, const char *name,
	    struct amf0_value *);

/* Reads the next member of an object, from amf0_init() of the object's p and len: as amf0_next(). */
int	amf0_next_member(struct amf0 *, struct amf0_value *name,
	    struct amf0_value *);

/* Is the value this string? */
bool	amf0_equals(const struct amf0_value *, const char *);

/* -- data messages: metadata and captions -- */

/* Does the body of a data message start with this name ("onMetaData", "@setDataFrame")? */
bool	amf0_starts(const uint8_t *body, size_t len, const char *name);

/*
 * The encoded string "@setDataFrame". A publisher sends these bytes before its metadata; players
 * do not get them.
 */
#define AMF0_DATA_FRAME_LEN	16
extern const uint8_t	amf0_data_frame[AMF0_DATA_FRAME_LEN];

/* -- writing -- */

struct amf0_writer {
	uint8_t	*p;		/* owned by the caller */
	size_t	 len, size;
	bool	 full;		/* a value did not fit: do not use the bytes */
};

void	amf0_writer_init(struct amf0_writer *, uint8_t *, size_t);
void	amf0_put_number(struct amf0_writer *, double);
void	amf0_put_bool(struct amf0_writer *, bool);
void	amf0_put_string(struct amf0_writer *, const char *);	/* 65535 bytes at most */
void	amf0_put_null(struct amf0_writer *);
void	amf0_put_object(struct amf0_writer *);	/* then key, value, key, value, ... */
void	amf0_put_ecma_array(struct amf0_writer *, uint32_t count);	/* the same, of so many members */
void	amf0_put_key(struct amf0_writer *, const char *);
void	amf0_put_end(struct amf0_writer *);	/* closes either */
void	amf0_put_array(struct amf0_writer *, uint32_t count);	/* strict; then its values */

#endif
