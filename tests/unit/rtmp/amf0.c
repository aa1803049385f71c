/* SPDX-License-Identifier: ISC */
#include "fuzz/amf0.c"
#include "corpus.h"
#include "wire.h"

static struct wire w;

static void
reads_what_stands_there(void)
{
	struct amf0_value v;
	struct amf0 in;

	w.n = 0;
	w_string(&w, "connect");
	w_number(&w, 1.5);
	w_int(&w, 0x0101, 2);
	w_bytes(&w, "\5\6\x0d\7\0\1", 6);
	w_bytes(&w, "\x0c\0\0\0\3abc", 8);
	amf0_init(&in, w.b, w.n);
	t_int(amf0_next(&in, &v), 1);
	t_ok(amf0_equals(&v, "connect"));
	t_ok(!amf0_equals(&v, "connec") && !amf0_equals(&v, "connects"));
	t_int(amf0_want(&in, AMF0_NUMBER, &v), 1);
	t_ok(v.number > 1.4 && v.number < 1.6);
	t_int(amf0_want(&in, AMF0_BOOL, &v), 1);
	t_ok(v.number > 0);
	t_int(amf0_want(&in, AMF0_NULL, &v), 1);
	t_int(amf0_want(&in, AMF0_NULL, &v), 1);
	t_int(amf0_want(&in, AMF0_NULL, &v), 1);
	t_int(amf0_want(&in, AMF0_OTHER, &v), 1);
	t_int(amf0_next(&in, &v), 1);
	t_ok(amf0_equals(&v, "abc"));
	t_int(amf0_next(&in, &v), 0);
	t_int(v.kind, AMF0_NULL);
}

static void
finds_members(void)
{
	struct amf0_value obj, v;
	struct amf0 in;

	w.n = 0;
	w_bytes(&w, "\x08\0\0\0\7", 5);	/* an ECMA array whose count lies */
	w_key(&w, "list");
	w_bytes(&w, "\x0a\0\0\0\2\5\5", 7);
	w_key(&w, "when");
	w_bytes(&w, "\x0b\0\0\0\0\0\0\0\0\0\0", 11);
	w_key(&w, "inner");
	w_info(&w, "error", "deep", NULL);
	w_key(&w, "code");
	w_string(&w, "here");
	w_int(&w, 9, 3);
	w_number(&w, 7);
	amf0_init(&in, w.b, w.n);
	t_int(amf0_want(&in, AMF0_OBJECT, &obj), 1);
	t_int(amf0_member(&obj, "code", &v), 1);
	t_ok(amf0_equals(&v, "here"));
	t_int(amf0_member(&obj, "inner", &v), 1);
	t_int(amf0_member(&v, "code", &v), 1);
	t_ok(amf0_equals(&v, "deep"));
	t_int(amf0_member(&obj, "level", &v), 0);
	t_int(v.kind, AMF0_NULL);
	t_int(amf0_want(&in, AMF0_NUMBER, &v), 1);
	t_int(amf0_member(&v, "code", &obj), 0);
}

static void
an_object_may_lack_its_end(void)
{
	struct amf0_value obj, v;
	struct amf0 in;

	w.n = 0;
	w_byte(&w, 3);
	w_key(&w, "code");
	w_string(&w, "x");
	amf0_init(&in, w.b, w.n);
	t_int(amf0_next(&in, &obj), 1);
	t_int(amf0_member(&obj, "code", &v), 1);
	t_int(amf0_next(&in, &v), 0);
}

static void
depth_is_bounded(void)
{
	struct amf0_value v;
	struct amf0 in;
	int i;

	w.n = 0;
	for (i = 0; i < 100000 / 4; i++) {
		w_byte(&w, 3);
		w_key(&w, "a");
	}
	amf0_init(&in, w.b, w.n);
	t_int(amf0_next(&in, &v), -1);
}

static void
cut_values_are_refused(void)
{
	static const char *const bad[] = {
		"\1", "\0\1\2", "\2\0\5abc", "\x0c\0\0\1", "\x0a\0\0\0\2\5",
		"\3\0\1", "\3\0\4a", "\x11\1", "\4", "\x0e", "\xff", "\7\1",
	};
	static const size_t len[] = { 1, 3, 6, 4, 6, 3, 4, 2, 1, 1, 1, 2 };
	struct amf0_value v;
	struct amf0 in;
	size_t i;

	for (i = 0; i < nitems(bad); i++) {
		amf0_init(&in, (const uint8_t *)bad[i], len[i]);
		t_int(amf0_next(&in, &v), -1);
	}
	amf0_init(&in, NULL, 0);
	t_int(amf0_next(&in, &v), 0);
}

static void
writes_what_it_reads(void)
{
	uint8_t space[256];
	struct amf0_writer to;

	w.n = 0;
	w_string(&w, "a");
	w_number(&w, -2000);
	w_bytes(&w, "\1\1\5\3", 4);
	w_key(&w, "list");
	w_bytes(&w, "\x0a\0\0\0\1", 5);
	w_string(&w, "av01");
	w_int(&w, 9, 3);
	w_bytes(&w, "\x08\0\0\0\1", 5);
	w_key(&w, "width");
	w_number(&w, 640);
	w_int(&w, 9, 3);
	amf0_writer_init(&to, space, sizeof(space));
	amf0_put_string(&to, "a");
	amf0_put_number(&to, -2000);
	amf0_put_bool(&to, true);
	amf0_put_null(&to);
	amf0_put_object(&to);
	amf0_put_key(&to, "list");
	amf0_put_array(&to, 1);
	amf0_put_string(&to, "av01");
	amf0_put_end(&to);
	amf0_put_ecma_array(&to, 1);
	amf0_put_key(&to, "width");
	amf0_put_number(&to, 640);
	amf0_put_end(&to);
	t_ok(!to.full);
	t_int(to.len, w.n);
	t_mem(space, w.b, w.n);
}

static void
a_full_writer_stays_full(void)
{
	uint8_t space[12];
	struct amf0_writer to;

	amf0_writer_init(&to, space, sizeof(space));
	amf0_put_number(&to, 1);
	amf0_put_string(&to, "does not fit");
	amf0_put_null(&to);
	t_ok(to.full);
	t_ok(to.len <= sizeof(space));
}

static void
tells_metadata(void)
{
	w.n = 0;
	w_string(&w, "@setDataFrame");
	t_int(w.n, AMF0_DATA_FRAME_LEN);
	t_mem(amf0_data_frame, w.b, w.n);
	t_ok(amf0_starts(w.b, w.n, "@setDataFrame"));
	w_string(&w, "onMetaData");
	t_ok(amf0_starts(w.b + AMF0_DATA_FRAME_LEN, w.n - AMF0_DATA_FRAME_LEN,
	    "onMetaData"));
	t_ok(!amf0_starts(w.b, 0, "onMetaData"));
}

static void
corpus(void)
{
	t_corpus("amf0", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "reads_what_stands_there", reads_what_stands_there },
	{ "finds_members", finds_members },
	{ "an_object_may_lack_its_end", an_object_may_lack_its_end },
	{ "depth_is_bounded", depth_is_bounded },
	{ "cut_values_are_refused", cut_values_are_refused },
	{ "writes_what_it_reads", writes_what_it_reads },
	{ "a_full_writer_stays_full", a_full_writer_stays_full },
	{ "tells_metadata", tells_metadata },
	{ "corpus", corpus },
)
