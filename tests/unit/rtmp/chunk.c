/* SPDX-License-Identifier: ISC */
#include "fuzz/chunk.c"
#include "corpus.h"
#include "wire.h"

static struct wire w;
static char log_[65536];
static enum chunk_error fault;

/* A line a message: type time msid length:first..last byte */
static void
note(const struct message *m)
{
	const uint8_t *b = m->packet != NULL ? m->packet->data : m->body;
	size_t n = strlen(log_);

	snprintf(log_ + n, sizeof(log_) - n, "%u %u %u %u:%02x..%02x\n",
	    m->type, m->time, m->msid, m->len, m->len ? b[0] : 0,
	    m->len ? b[m->len - 1] : 0);
	packet_unref(m->packet);
}

static bool
read_all(struct chunk_reader *r, const uint8_t *p, size_t n)
{
	struct message m;
	ptrdiff_t used;
	bool got;

	do {
		if ((used = chunk_read(r, p, n, &m, &got, &fault)) == -1)
			return false;
		if (got)
			note(&m);
		p += used;
		n -= (size_t)used;
	} while (got || n > 0);
	return true;
}

/* What w holds, read as [0, cut) and [cut, end). */
static const char *
read_cut(size_t cut, bool media)
{
	struct arena *a = media ? arena_new(1 << 18) : NULL;
	struct chunk_reader *r = chunk_reader_new(a, 70000, 4096);

	log_[0] = '\0';
	fault = CHUNK_OK;
	if (read_all(r, w.b, cut))
		(void)read_all(r, w.b + cut, w.n - cut);
	chunk_reader_free(r);
	arena_free(a);
	return log_;
}

/* The same for every cut. */
static void
expect(const char *want)
{
	size_t cut;

	for (cut = 0; cut <= w.n; cut++)
		if (!t_str(read_cut(cut, true), want))
			return;
	t_int(fault, CHUNK_OK);
}

static void
expect_fault(enum chunk_error want)
{
	(void)read_cut(0, true);
	t_int(fault, want);
	t_ok(strlen(chunk_error_text(fault)) > 0);
}

static void
fresh(void)
{
	w.n = 0;
	w.chunk = 0;
}

/* A header of type 1 to 3 */
static void
head(unsigned int fmt, unsigned int csid, uint32_t field, uint32_t len,
    unsigned int type)
{
	w_byte(&w, fmt << 6 | csid);
	if (fmt < 3)
		w_int(&w, field, 3);
	if (fmt < 2) {
		w_int(&w, len, 3);
		w_byte(&w, type);
	}
}

static void
all_header_types(void)
{
	fresh();
	w_head0(&w, 6, 1000, 3, 9, 0x01020304);
	w_bytes(&w, "abc", 3);
	head(1, 6, 20, 2, 8);
	w_bytes(&w, "de", 2);
	head(2, 6, 30, 0, 0);
	w_bytes(&w, "fg", 2);
	head(3, 6, 0, 0, 0);
	w_bytes(&w, "hi", 2);
	head(3, 6, 0, 0, 0);
	w_bytes(&w, "jk", 2);
	expect("9 1000 16909060 3:61..63\n8 1020 16909060 2:64..65\n"
	    "8 1050 16909060 2:66..67\n8 1080 16909060 2:68..69\n"
	    "8 1110 16909060 2:6a..6b\n");
}

static void
a_start_of_type_3_adds_the_field_of_type_0(void)
{
	fresh();
	w_head0(&w, 6, 40, 1, 9, 1);
	w_bytes(&w, "a\xc6" "b\xc6" "c", 5);
	expect("9 40 1 1:61..61\n9 80 1 1:62..62\n9 120 1 1:63..63\n");
}

static void
long_basic_headers(void)
{
	fresh();
	w_byte(&w, 0);
	w_byte(&w, 0);		/* 64 */
	w_int(&w, 5, 3);
	w_int(&w, 130, 3);
	w_byte(&w, 9);
	w_int(&w, 0, 4);
	w_fill(&w, 'a', 128);
	w_byte(&w, 1);
	w_byte(&w, 0xff);
	w_byte(&w, 0xff);	/* 65599 */
	w_int(&w, 6, 3);
	w_int(&w, 1, 3);
	w_byte(&w, 8);
	w_int(&w, 0, 4);
	w_byte(&w, 'x');
	/* 64 again, in three bytes: the same stream */
	w_byte(&w, 0xc1);
	w_byte(&w, 0);
	w_byte(&w, 0);
	w_bytes(&w, "bc", 2);
	expect("8 6 0 1:78..78\n9 5 0 130:61..63\n");
}

static void
messages_interleave(void)
{
	fresh();
	w_head0(&w, 6, 5, 200, 9, 1);
	w_fill(&w, 'v', 128);
	w_head0(&w, 4, 6, 130, 8, 1);
	w_fill(&w, 'a', 128);
	w_message(&w, 2, 0, 3, 0, "\0\0\0\1", 4);
	w_byte(&w, 0xc6);
	w_fill(&w, 'w', 72);
	w_byte(&w, 0xc4);
	w_fill(&w, 'b', 2);
	w_head0(&w, 3, 0, 0, 20, 0);	/* and one of no length */
	expect("3 0 0 4:00..01\n9 5 1 200:76..77\n8 6 1 130:61..62\n"
	    "20 0 0 0:00..00\n");
}

static void
extended_times_are_repeated(void)
{
	fresh();
	w_head0(&w, 6, 0xffffff, 300, 9, 1);
	w_int(&w, 0x01020304, 4);
	w_fill(&w, 'a', 128);
	w_byte(&w, 0xc6);
	w_int(&w, 0x01020304, 4);
	w_fill(&w, 'b', 128);
	w_byte(&w, 0xc6);
	w_int(&w, 0x01020304, 4);
	w_fill(&w, 'c', 44);
	/* exactly 0xffffff is extended too, and the wrap is near */
	w_message(&w, 4, 0xffffff, 8, 1, "x", 1);
	w_message(&w, 4, 0xffffffff, 8, 1, "y", 1);
	head(2, 4, 3, 0, 0);
	w_byte(&w, 'z');
	expect("9 16909060 1 300:61..63\n8 16777215 1 1:78..78\n"
	    "8 4294967295 1 1:79..79\n8 2 1 1:7a..7a\n");
}

static void
extended_deltas(void)
{
	fresh();
	w_message(&w, 6, 7, 9, 1, "a", 1);
	head(1, 6, 0xffffff, 130, 9);
	w_int(&w, 0x01000000, 4);
	w_fill(&w, 'b', 128);
	w_byte(&w, 0xc6);
	w_int(&w, 0x01000000, 4);
	w_fill(&w, 'c', 2);
	/* a start of type 3 repeats it as well, and adds it again */
	w_byte(&w, 0xc6);
	w_int(&w, 0x01000000, 4);
	w_fill(&w, 'd', 128);
	w_byte(&w, 0xc6);
	w_int(&w, 0x01000000, 4);
	w_fill(&w, 'e', 2);
	head(2, 6, 0xffffff, 0, 0);
	w_int(&w, 0xffffffff, 4);
	w_fill(&w, 'f', 128);
	w_byte(&w, 0xc6);
	w_int(&w, 0xffffffff, 4);
	w_fill(&w, 'g', 2);
	expect("9 7 1 1:61..61\n9 16777223 1 130:62..63\n"
	    "9 33554439 1 130:64..65\n9 33554438 1 130:66..67\n");
}

static void
extended_times_not_repeated(void)
{
	fresh();
	w_head0(&w, 6, 0xffffff, 259, 9, 1);
	w_int(&w, 0x01020304, 4);
	w_fill(&w, 'a', 128);
	w_byte(&w, 0xc6);
	w_int(&w, 0x010203, 3);		/* payload that begins as the time does */
	w_fill(&w, 'b', 125);
	w_byte(&w, 0xc6);
	w_int(&w, 0x010203, 3);		/* and ends so */
	w_message(&w, 5, 1, 8, 1, "x", 1);
	expect("9 16909060 1 259:61..03\n8 1 1 1:78..78\n");
	/* the last piece is shorter than the time, and the next header goes on with it */
	fresh();
	w_head0(&w, 6, 0xffffff, 129, 9, 1);
	w_int(&w, 0x01040001, 4);
	w_fill(&w, 'a', 128);
	w_byte(&w, 0xc6);
	w_byte(&w, 1);
	w_head0(&w, 4, 1, 1, 8, 1);
	w_byte(&w, 'x');
	expect("9 17039361 1 129:61..01\n8 1 1 1:78..78\n");
}

static void
times_wrap(void)
{
	fresh();
	w_message(&w, 6, 0xfffffff0, 9, 1, "a", 1);
	head(1, 6, 0x20, 1, 9);
	w_byte(&w, 'b');
	w_byte(&w, 0xc6);
	w_byte(&w, 'c');
	expect("9 4294967280 1 1:61..61\n9 16 1 1:62..62\n9 48 1 1:63..63\n");
}

static void
chunk_size_is_obeyed(void)
{
	uint8_t body[3000];

	memset(body, 'q', sizeof(body));
	fresh();
	w_control(&w, 1, 1000);
	w.chunk = 1000;
	w_message(&w, 6, 5, 9, 1, body, sizeof(body));
	w_control(&w, 1, 1);
	w.chunk = 1;
	w_message(&w, 6, 6, 9, 1, "abc", 3);
	expect("9 5 1 3000:71..71\n9 6 1 3:61..63\n");
}

static void
bad_chunk_sizes(void)
{
	fresh();
	w_control(&w, 1, 0);
	expect_fault(CHUNK_BAD_SIZE);
	fresh();
	w_control(&w, 1, 0x80000000);
	expect_fault(CHUNK_BAD_SIZE);
	fresh();
	w_message(&w, 2, 0, 1, 0, "\0\1", 2);
	expect_fault(CHUNK_BAD_SIZE);
	fresh();
	w_message(&w, 2, 0, 1, 0, "", 0);
	expect_fault(CHUNK_BAD_SIZE);
}

static void
abort_drops_a_message(void)
{
	fresh();
	w_head0(&w, 6, 5, 200, 9, 1);
	w_fill(&w, 'a', 128);
	w_control(&w, 2, 6);
	w_control(&w, 2, 77);	/* nobody */
	w_control(&w, 2, 2);	/* itself */
	head(2, 6, 5, 0, 0);
	w_fill(&w, 'b', 128);
	w_byte(&w, 0xc6);
	w_fill(&w, 'c', 72);
	expect("9 10 1 200:62..63\n");
}

static void
a_new_header_drops_an_unfinished_message(void)
{
	fresh();
	w_head0(&w, 6, 5, 200, 9, 1);
	w_fill(&w, 'a', 128);
	w_message(&w, 6, 9, 9, 1, "x", 1);
	expect("9 9 1 1:78..78\n");
}

static void
streams_start_with_type_0_or_1(void)
{
	fresh();
	head(1, 6, 20, 1, 9);
	w_byte(&w, 'a');
	expect("9 20 0 1:61..61\n");
	fresh();
	head(2, 6, 20, 0, 0);
	expect_fault(CHUNK_NO_START);
	fresh();
	head(3, 6, 0, 0, 0);
	expect_fault(CHUNK_NO_START);
}

static void
lengths_are_bounded(void)
{
	fresh();
	w_head0(&w, 6, 0, 70001, 9, 1);
	expect_fault(CHUNK_TOO_LONG);
	fresh();
	w_head0(&w, 6, 0, 0xffffff, 22, 1);
	expect_fault(CHUNK_TOO_LONG);
	fresh();
	w_head0(&w, 3, 0, 4097, 20, 0);
	expect_fault(CHUNK_TOO_LONG);
	/* A broken stream stays broken. */
	t_str(read_cut(w.n, true), "");
	t_int(fault, CHUNK_TOO_LONG);
}

static void
streams_are_bounded(void)
{
	unsigned int i;

	fresh();
	for (i = 3; i < 36; i++) {
		w_head0(&w, i, 0, 200, 20, 0);
		w_fill(&w, 'a', 128);
	}
	expect_fault(CHUNK_TOO_MANY);
	/* few streams, but all of them with a long message in the making */
	fresh();
	for (i = 3; i < 7; i++) {
		w_head0(&w, i, 0, 60000, 9, 1);
		w_fill(&w, 'a', 128);
	}
	expect_fault(CHUNK_TOO_MANY);
}

static void
long_bodies_come_and_go(void)
{
	static uint8_t body[69000];

	fresh();
	memset(body, 'g', sizeof(body));
	w_message(&w, 6, 5, 22, 1, body, sizeof(body));
	w_message(&w, 6, 6, 22, 1, body, sizeof(body));
	w_head0(&w, 6, 7, sizeof(body), 22, 1);
	t_str(read_cut(100000, true),
	    "22 5 1 69000:67..67\n22 6 1 69000:67..67\n");
	/* cut off near the end */
	w.n = 69000;
	w_control(&w, 2, 6);
	w_message(&w, 4, 8, 8, 1, "a", 1);
	(void)read_cut(50000, true);
	t_int(fault, CHUNK_OK);
}

static void
unwanted_media_is_passed_over(void)
{
	static uint8_t body[69000];

	fresh();
	w_message(&w, 6, 5, 9, 1, body, sizeof(body));
	w_message(&w, 6, 5, 22, 1, body, sizeof(body));
	w_message(&w, 3, 0, 20, 0, "cmd", 3);
	w_message(&w, 4, 5, 18, 1, "abc", 3);
	t_str(read_cut(100, false), "20 0 0 3:63..64\n");
}

static void
bodies_are_not_allocated_each(void)
{
	struct arena *a = arena_new(1 << 18);
	struct chunk_reader *r = chunk_reader_new(a, 70000, 4096);
	const uint8_t *body = NULL;
	struct message m;
	bool got;
	int i;

	fresh();
	w_message(&w, 3, 0, 20, 0, "a command of some length", 24);
	for (i = 0; i < 100; i++) {
		t_int(chunk_read(r, w.b, w.n, &m, &got, &fault), w.n);
		t_ok(got);
		t_ok(body == NULL || body == m.body);
		body = m.body;
	}
	chunk_reader_free(r);
	arena_free(a);
	chunk_reader_free(NULL);
}

/* chunk_first() and chunk_next() against bytes written by hand. */
static void
write_one(unsigned int csid, uint32_t time, size_t first, size_t next)
{
	uint8_t head0[CHUNK_HEADER_MAX], head3[CHUNK_HEADER_MAX];

	t_int(chunk_first(head0, csid, time, 129, 9, 7), first);
	t_int(chunk_next(head3, csid, time), next);
	fresh();
	w_bytes(&w, head0, first);
	w_fill(&w, 'a', 128);
	w_bytes(&w, head3, next);
	w_fill(&w, 'b', 1);
}

static void
written_headers_are_read(void)
{
	static uint8_t body[129];
	struct wire *by_hand = calloc(1, sizeof(*by_hand));

	memset(body, 'a', 128);
	body[128] = 'b';
	write_one(6, 0x123456, 12, 1);
	expect("9 1193046 7 129:61..62\n");
	w_message(by_hand, 6, 0x123456, 9, 7, body, sizeof(body));
	t_int(w.n, by_hand->n);
	t_mem(w.b, by_hand->b, w.n);
	by_hand->n = 0;
	write_one(6, 0xffffff, 16, 5);
	expect("9 16777215 7 129:61..62\n");
	w_message(by_hand, 6, 0xffffff, 9, 7, body, sizeof(body));
	t_int(w.n, by_hand->n);
	t_mem(w.b, by_hand->b, w.n);
	write_one(64, 0xfffffffe, 17, 6);
	expect("9 4294967294 7 129:61..62\n");
	write_one(319, 1, 13, 2);
	expect("9 1 7 129:61..62\n");
	write_one(320, 0xfffffffe, 18, 7);
	expect("9 4294967294 7 129:61..62\n");
	write_one(65599, 1, 14, 3);
	expect("9 1 7 129:61..62\n");
	free(by_hand);
}

static void
corpus(void)
{
	t_corpus("chunk", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "all_header_types", all_header_types },
	{ "a_start_of_type_3_adds_the_field_of_type_0",
	    a_start_of_type_3_adds_the_field_of_type_0 },
	{ "long_basic_headers", long_basic_headers },
	{ "messages_interleave", messages_interleave },
	{ "extended_times_are_repeated", extended_times_are_repeated },
	{ "extended_deltas", extended_deltas },
	{ "extended_times_not_repeated", extended_times_not_repeated },
	{ "times_wrap", times_wrap },
	{ "chunk_size_is_obeyed", chunk_size_is_obeyed },
	{ "bad_chunk_sizes", bad_chunk_sizes },
	{ "abort_drops_a_message", abort_drops_a_message },
	{ "a_new_header_drops_an_unfinished_message",
	    a_new_header_drops_an_unfinished_message },
	{ "streams_start_with_type_0_or_1", streams_start_with_type_0_or_1 },
	{ "lengths_are_bounded", lengths_are_bounded },
	{ "streams_are_bounded", streams_are_bounded },
	{ "long_bodies_come_and_go", long_bodies_come_and_go },
	{ "unwanted_media_is_passed_over", unwanted_media_is_passed_over },
	{ "bodies_are_not_allocated_each", bodies_are_not_allocated_each },
	{ "written_headers_are_read", written_headers_are_read },
	{ "corpus", corpus },
)
