/* SPDX-License-Identifier: ISC */
/* Decisions by an acl snapshot; acl_write.c tests how it is written. */
#include "fuzz/acl.c"
#include "corpus.h"
#include "t.h"
#include "unprivileged.h"

#include <sys/stat.h>

#include <fcntl.h>

#define NOW	1000000

static char path[] = "/tmp/acl-XXXXXX";
static struct error err;

static void
put(const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	t_ok(fd != -1 && write(fd, text, len) == (ssize_t)len);
	close(fd);
}

static void
snapshot(const char *lines)
{
	static char text[1 << 20];
	int n;

	n = snprintf(text, sizeof(text), "lsctl-acl 1 host 2026-01-01T00:00:00.000Z\n%s", lines);
	n += snprintf(text + n, sizeof(text) - (size_t)n, "end %d\n", n);
	put(text, (size_t)n);
}

static void
digest_of(const char *token, char hex[65])
{
	char command[128];
	FILE *f;

	snprintf(command, sizeof(command), "printf %%s '%s' | sha256sum | cut -c 1-64", token);
	f = popen(command, "r");
	t_ok(f != NULL && fread(hex, 1, 64, f) == 64);
	hex[64] = '\0';
	if (f != NULL)
		pclose(f);
}

static struct acl *
opened(void)
{
	struct acl *g = acl_open(path, &err);

	if (!t_ok(g != NULL))
		printf("# %s\n", err.text);
	return g;
}

static enum acl_answer
publish(const struct acl *g, const char *stream, const char *token)
{
	return g == NULL ? ACL_DAMAGED :
	    acl_publish(g, stream, token, token != NULL ? strlen(token) : 0, NOW);
}

static void
opens_to_the_right_token(void)
{
	char right[65], graced[65], late[65], lines[1024];
	struct acl *g;

	t_ok(mkstemp(path) != -1);
	digest_of("right", right);
	digest_of("graced", graced);
	digest_of("late", late);
	snprintf(lines, sizeof(lines), "a - play -\na loop - -\na obs %s %d\na obs %s -\na obs %s %d\n"
	    "a-b - play -\na-b obs %s -\n", graced, NOW + 1, right, late, NOW, late);
	snapshot(lines);
	g = opened();
	t_int(publish(g, "a_obs", "right"), ACL_ALLOWED);
	t_int(publish(g, "a_obs", "graced"), ACL_ALLOWED);
	t_int(publish(g, "a_obs", "late"), ACL_EXPIRED);
	t_int(publish(g, "a_obs", "wrong"), ACL_WRONG_TOKEN);
	t_int(publish(g, "a_obs", ""), ACL_NO_TOKEN);
	t_int(publish(g, "a_obs", NULL), ACL_NO_TOKEN);
	t_int(publish(g, "a_loop", "right"), ACL_WRONG_TOKEN);	/* it has none */
	t_int(publish(g, "a-b_obs", "right"), ACL_WRONG_TOKEN);
	t_int(publish(g, "a-b_obs", "late"), ACL_ALLOWED);
	t_int(publish(g, "a-b_loop", "late"), ACL_NO_STREAM);
	t_int(publish(g, "b_obs", "right"), ACL_NO_STREAM);
	acl_close(g);
}

static void
names_are_whole(void)
{
	static const char *const none[] = { "", "a", "_", "a_", "_obs", "a_ob", "a_obss", "a_obs_",
	    "a_obs ", "a obs", "a__obs", "A_obs", "-a_obs", "a_-", "a_- play", "a_obs\n", "a/a_obs",
	    "aa_obs", "a_obs?x", "end_1" };
	char longest[140];
	struct acl *g = opened();
	size_t i;

	for (i = 0; i < nitems(none); i++)
		if (!t_int(publish(g, none[i], "right"), ACL_NO_STREAM))
			printf("# %s\n", none[i]);
	memset(longest, 'a', sizeof(longest));
	longest[63] = '_';
	longest[127] = '\0';
	t_int(publish(g, longest, "right"), ACL_NO_STREAM);
	longest[127] = 'a';
	longest[128] = '\0';
	t_int(publish(g, longest, "right"), ACL_NO_STREAM);
	acl_close(g);
}

/* CHANNEL_SOURCE, each of 1 to 63 characters. */
static void
a_stream_is_split_in_two(void)
{
	static const char *const none[] = { "", "_", "a", "a_", "_b", "-a_b", "a_-b", "A_b", "a_b_c", "a_b ", "a.b_c" };
	char longest[140];
	size_t c, s, i;

	t_int(acl_stream_split("a-1_b-2", &c, &s), 0);
	t_int(c, 3);
	t_int(s, 3);
	for (i = 0; i < nitems(none); i++)
		if (!t_int(acl_stream_split(none[i], &c, &s), -1))
			printf("# %s\n", none[i]);
	memset(longest, 'a', sizeof(longest));
	longest[63] = '_';
	longest[127] = '\0';
	t_int(acl_stream_split(longest, &c, &s), 0);
	t_int(c, 63);
	t_int(s, 63);
	longest[127] = 'a';
	longest[128] = '\0';
	t_int(acl_stream_split(longest, &c, &s), -1);
	t_int(acl_stream_split(longest + 1, &c, &s), -1);
	longest[127] = '\0';
	longest[63] = 'a';
	longest[64] = '_';
	t_int(acl_stream_split(longest, &c, &s), -1);
}

/* A token that differs in one bit of its digest is another one, and none is none whatever is written there. */
static void
a_digest_is_compared_whole(void)
{
	char right[65], lines[256];
	struct acl *g;
	int i;

	digest_of("right", right);
	for (i = 0; i < 64; i++) {
		right[i] = right[i] == '0' ? '1' : '0';
		snprintf(lines, sizeof(lines), "a obs %s -\n", right);
		snapshot(lines);
		g = opened();
		t_int(publish(g, "a_obs", "right"), ACL_WRONG_TOKEN);
		acl_close(g);
		digest_of("right", right);
	}
	digest_of("", right);
	snprintf(lines, sizeof(lines), "a obs %s -\n", right);
	snapshot(lines);
	g = opened();
	t_int(publish(g, "a_obs", ""), ACL_NO_TOKEN);
	t_int(publish(g, "a_obs", NULL), ACL_NO_TOKEN);
	acl_close(g);
	t_str(acl_token_mark("abc", 3, lines), "ba7816bf");
}

static void
a_thousand_channels(void)
{
	static char lines[1 << 19];
	char sum[65], stream[64], token[32];
	struct acl *g;
	size_t n = 0;
	int i;

	digest_of("right", sum);
	for (i = 0; i < 1000; i++)
		n += (size_t)snprintf(lines + n, sizeof(lines) - n, "c%03d - play 127.0.0.0/8\n"
		    "c%03d loop %s -\nc%03d obs %s -\n", i, i, sum, i, sum);
	snapshot(lines);
	g = opened();
	for (i = 0; i < 1000; i++) {
		snprintf(stream, sizeof(stream), "c%03d_%s", i, i % 2 == 0 ? "obs" : "loop");
		snprintf(token, sizeof(token), "%s", i % 3 == 0 ? "wrong" : "right");
		t_int(publish(g, stream, token), i % 3 == 0 ? ACL_WRONG_TOKEN : ACL_ALLOWED);
		t_int(acl_play(g, stream, "127.0.0.1"), ACL_ALLOWED);
	}
	t_int(publish(g, "c1000_obs", "right"), ACL_NO_STREAM);
	t_int(publish(g, "c_obs", "right"), ACL_NO_STREAM);
	acl_close(g);
}

static void
plays_from_where_it_may(void)
{
	struct acl *g;

	snapshot("a - play 127.0.0.0/8,::1/128\na obs - -\nb - play 10.1.128.0/17,2001:db8::/33\n"
	    "b obs - -\nc - play -\nc obs - -\nd - play 0.0.0.0/0\nd obs - -\ne obs - -\n");
	g = opened();
	t_int(acl_play(g, "a_obs", "127.0.0.1"), ACL_ALLOWED);
	t_int(acl_play(g, "a_obs", "::1"), ACL_ALLOWED);
	t_int(acl_play(g, "a_obs", "::ffff:127.9.9.9"), ACL_ALLOWED);
	t_int(acl_play(g, "a_obs", "128.0.0.1"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "a_obs", "::2"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "a_obs", ""), ACL_WRONG_PLACE);
	t_int(acl_play(g, "a_obs", "localhost"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "a_loop", "127.0.0.1"), ACL_NO_STREAM);
	t_int(acl_play(g, "b_obs", "10.1.128.1"), ACL_ALLOWED);
	t_int(acl_play(g, "b_obs", "10.1.127.1"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "b_obs", "2001:db8:7fff::1"), ACL_ALLOWED);
	t_int(acl_play(g, "b_obs", "2001:db8:8000::1"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "b_obs", "127.0.0.1"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "c_obs", "127.0.0.1"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "d_obs", "8.8.8.8"), ACL_ALLOWED);
	t_int(acl_play(g, "d_obs", "::1"), ACL_WRONG_PLACE);
	t_int(acl_play(g, "e_obs", "127.0.0.1"), ACL_DAMAGED);
	acl_close(g);
}

/* A net that is none lets nobody in; IPv4 may be written as IPv6. */
static void
a_net_is_an_address_and_its_bits(void)
{
	static const struct {
		const char		*net, *address;
		enum acl_answer	 answer;
	} rows[] = {
		{ "10.0.0.0/33", "8.8.8.8", ACL_DAMAGED },
		{ "10.0.0.0/-1", "8.8.8.8", ACL_DAMAGED },
		{ "10.0.0.0/", "8.8.8.8", ACL_DAMAGED },
		{ "10.0.0.0/8x", "10.1.1.1", ACL_DAMAGED },
		{ "10.0.0.0", "10.0.0.0", ACL_DAMAGED },
		{ "10.0.0/8", "10.1.1.1", ACL_DAMAGED },
		{ "2001:db8::/129", "2001:db8::1", ACL_DAMAGED },
		{ "8.8.8.8/32,10.0.0.0/33", "8.8.8.8", ACL_ALLOWED },
		{ "8.8.8.8/32,10.0.0.0/33", "8.8.8.9", ACL_DAMAGED },
		{ "::ffff:10.0.0.0/104", "10.1.1.1", ACL_ALLOWED },
		{ "::ffff:10.0.0.0/104", "11.1.1.1", ACL_WRONG_PLACE },
		{ "::ffff:10.0.0.0/8", "11.1.1.1", ACL_DAMAGED },
		{ "10.0.0.0/8", "::ffff:10.1.1.1", ACL_ALLOWED },
		{ "192.0.2.128/25", "192.0.2.127", ACL_WRONG_PLACE },
		{ "192.0.2.1/32", "192.0.2.0", ACL_WRONG_PLACE },
		{ "192.0.2.1/31", "192.0.2.0", ACL_ALLOWED },
		{ "1.1.1.1/32,192.0.2.0/24,2.2.2.2/32", "2.2.2.2", ACL_ALLOWED },
	};
	char lines[160];
	struct acl *g;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		snprintf(lines, sizeof(lines), "a - play %s\na obs - -\n", rows[i].net);
		snapshot(lines);
		g = opened();
		if (!t_int(acl_play(g, "a_obs", rows[i].address), rows[i].answer))
			printf("# %s in %s\n", rows[i].address, rows[i].net);
		acl_close(g);
	}
}

/* A time that is no plain number does not open for ever. */
static void
a_time_is_a_number(void)
{
	static const char *const bad[] = { "+9999999", "-9999999", " 9999999", "0", "9999999x", "",
	    "99999999999999999999", "9999999999999999999999999", "--" };
	char right[65], lines[256];
	struct acl *g;
	size_t i;

	digest_of("right", right);
	for (i = 0; i < nitems(bad); i++) {
		snprintf(lines, sizeof(lines), "a obs %s %s\n", right, bad[i]);
		snapshot(lines);
		g = opened();
		if (!t_int(publish(g, "a_obs", "right"), ACL_DAMAGED))
			printf("# %s\n", bad[i]);
		acl_close(g);
	}
}

/* Cut short anywhere it is none; with a byte changed it opens to nobody new. */
static void
broken_is_closed(void)
{
	char text[512], sum[65];
	struct acl *g;
	size_t len, i;

	digest_of("right", sum);
	len = (size_t)snprintf(text, sizeof(text), "lsctl-acl 1 h t\na - play 127.0.0.0/8\n"
	    "a obs %s -\n", sum);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "end %zu\n", len);
	for (i = 0; i <= len; i++) {
		put(text, i);
		g = acl_open(path, &err);
		t_int(g != NULL, i == len);
		acl_close(g);
	}
	for (i = 0; i < len; i++) {
		text[i] ^= 0x11;
		put(text, len);
		if ((g = acl_open(path, &err)) != NULL)
			t_ok(publish(g, "a_obs", "wrong") != ACL_ALLOWED &&
			    publish(g, "a_obs", NULL) != ACL_ALLOWED &&
			    publish(g, "b_obs", "right") != ACL_ALLOWED);
		acl_close(g);
		text[i] ^= 0x11;
	}
	snapshot("a obs 12 -\nb obs x y z\nc obs\nd obs - 5\n");
	g = opened();
	t_int(publish(g, "a_obs", "right"), ACL_DAMAGED);
	t_int(publish(g, "b_obs", "right"), ACL_DAMAGED);
	t_int(publish(g, "c_obs", "right"), ACL_NO_STREAM);
	t_int(publish(g, "d_obs", "right"), ACL_DAMAGED);
	acl_close(g);
}

static void
says_what_is_missing(void)
{
	t_ok(acl_open("/nonexistent/acl", &err) == NULL);
	t_str(err.text, "/nonexistent/acl: No such file or directory: lsctl-switch(8) writes it");
	t_ok(acl_open("/tmp", &err) == NULL);
	t_str(err.text, "/tmp: not an acl snapshot");
	put("", 0);
	t_ok(acl_open(path, &err) == NULL);
	t_ok(strstr(err.text, "damaged or truncated") != NULL);
	put("lsctl-acl 2 h t\nend 16\n", 23);	/* of another version */
	t_ok(acl_open(path, &err) == NULL);
	put("lsctl-acl 1 h t\nend 16\n", 23);
	acl_close(opened());
	put("lsctl-acl 1 h t\nend 17\n", 23);
	t_ok(acl_open(path, &err) == NULL);
}

/* A FIFO is not waited for, and what is larger than any snapshot is not looked at. */
static void
refuses_what_is_no_snapshot(void)
{
	static char text[ACL_MAX + 64];
	char fifo[64];
	int n;

	snprintf(fifo, sizeof(fifo), "%s.fifo", path);
	t_int(mkfifo(fifo, 0600), 0);
	t_ok(acl_open(fifo, &err) == NULL);
	t_ok(strstr(err.text, "not an acl snapshot") != NULL);
	unlink(fifo);
	memset(text, 'x', sizeof(text));
	memcpy(text, "lsctl-acl 1 h t\n", 17);
	text[ACL_MAX] = '\n';
	n = snprintf(text + ACL_MAX + 1, 32, "end %d\n", ACL_MAX + 1);
	put(text, (size_t)ACL_MAX + 1 + (size_t)n);
	t_ok(acl_open(path, &err) == NULL);
	t_ok(strstr(err.text, "not an acl snapshot") != NULL);
}

static void
a_replaced_one_is_not_current(void)
{
	struct acl *g;
	char new[64];

	snapshot("a obs - -\n");
	g = opened();
	t_ok(acl_is_current(g, path));
	snprintf(new, sizeof(new), "%s.new", path);
	t_int(rename(path, new), 0);
	t_ok(!acl_is_current(g, path));
	t_int(symlink(new, path), 0);
	t_ok(!acl_is_current(g, path));
	unlink(path);
	snapshot("a obs - -\n");
	t_ok(!acl_is_current(g, path));
	acl_close(g);
	unlink(new);
}

/* Everybody may read it, and so lock it: that keeps nobody out. */
static void
others_cannot_close_it(void)
{
	struct acl *g;
	pid_t pid;

	snapshot("a obs - -\n");
	t_int(chmod(path, 0644), 0);
	t_ok((pid = unprivileged_lock(path)) != -1);
	if (t_ok((g = acl_open(path, &err)) != NULL))
		t_ok(acl_is_current(g, path));
	acl_close(g);
	unprivileged_end(pid);
}

static void
corpus(void)
{
	t_corpus("acl", LLVMFuzzerTestOneInput);
	unlink(path);
}

T_MAIN(
	{ "opens_to_the_right_token", opens_to_the_right_token },
	{ "names_are_whole", names_are_whole },
	{ "a_stream_is_split_in_two", a_stream_is_split_in_two },
	{ "a_digest_is_compared_whole", a_digest_is_compared_whole },
	{ "a_thousand_channels", a_thousand_channels },
	{ "plays_from_where_it_may", plays_from_where_it_may },
	{ "a_net_is_an_address_and_its_bits", a_net_is_an_address_and_its_bits },
	{ "a_time_is_a_number", a_time_is_a_number },
	{ "broken_is_closed", broken_is_closed },
	{ "says_what_is_missing", says_what_is_missing },
	{ "refuses_what_is_no_snapshot", refuses_what_is_no_snapshot },
	{ "a_replaced_one_is_not_current", a_replaced_one_is_not_current },
	{ "others_cannot_close_it", others_cannot_close_it },
	{ "corpus", corpus },
)
