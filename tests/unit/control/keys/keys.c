/* SPDX-License-Identifier: ISC */
/* Tokens and keys of destinations: what goes to the database, what comes back, and a rekey that ends meanwhile. */
#include "keys_stage.h"

#include "control/keys/keys.h"

#include "base/hex.h"
#include "base/sha256.h"

#define CLAIMED	"[{\"id\":7,\"channel\":\"krishna\",\"source\":\"obs\",\"host\":\"here\"}]"
#define DEST	"{\"id\":9,\"place\":\"destination:9\",\"url\":\"rtmps://A.example/live2\"," \
		"\"backup_url\":\"rtmp://b:1936/x\"}"
#define DEST_PLACE	"destination:9 rtmps://a.example:443 rtmp://b:1936"
#define TOKEN	"0123456789abcdefghijklmnopqrstuvwxyzABCDEF_"

static struct keys_ctx ctx;

/* -- the functions, with what is the same each time -- */

static enum db_fault
make_new(const char *source, json_t **made)
{
	return keys_new(&ctx, "krishna", source, made);
}

static enum db_fault
rotate(json_t **made)
{
	return keys_rotate(&ctx, "krishna", "obs", 60, "it leaked", made);
}

static enum db_fault
show(json_t **shown)
{
	return keys_show(&ctx, "krishna", NULL, shown);
}

static enum db_fault
dest_rotate(const char *secret)
{
	return keys_dest_rotate(&ctx, KEYS_KEY, "krishna", "youtube", secret, NULL);
}

static enum db_fault
check(json_t **counts, json_t **bad)
{
	return keys_check(&ctx, counts, bad);
}

static void
enter(void)
{
	if (db == NULL)
		keys_stage();
	db_anew();
	ctx.db = db;
	ctx.key = old;
	ctx.err.text[0] = '\0';
}

/* A rekey has ended: new is the current key, beside the file. */
static void
rekeyed(void)
{
	struct master_key k;

	key_put(MASTER KEYRING_NEXT, 'b', &k);
	pq_expect("keys_master", { old.id }, .value = current(&new, new_probe, true));
}

static void
rekey_undone(void)
{
	unlink(scratch_path(MASTER KEYRING_NEXT));
}

/* -- tokens -- */

/* What was stored for a token is sealed for its row under k, and its digest is that of what is sealed. */
static void
judge_stored(const json_t *one, const struct master_key *k)
{
	char *token = unseal_hex(k, "token:7", keys_text(one, "sealed"), NULL), hex[2 * SHA256_LEN + 1];
	uint8_t digest[SHA256_LEN];

	if (!t_ok(token != NULL))
		return;
	t_int(strlen(token), TOKEN_LEN - 1);
	sha256(token, strlen(token), digest);
	hex_put(hex, digest, sizeof(digest));
	t_str(keys_text(one, "digest"), hex);
	free(token);
}

static void
a_new_token_is_stored_sealed_and_told_by_its_digest(void)
{
	json_t *made, *sent;
	const char *digest;

	enter();
	pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
	pq_expect("keys_new", { PQ_ANY, ctx.key.id }, .value = "true");
	t_int(make_new("obs", &made), DB_OK);
	sent = json_loads(pq_sent("keys_new", 0), 0, NULL);
	t_int(json_array_size(sent), 1);
	judge_stored(json_array_get(sent, 0), &ctx.key);
	digest = keys_text(json_array_get(sent, 0), "digest");
	t_str(keys_text(json_array_get(made, 0), "channel"), "krishna");
	t_str(keys_text(json_array_get(made, 0), "host"), "here");
	t_int(strlen(keys_text(json_array_get(made, 0), "token")), 8);
	t_int(strncmp(keys_text(json_array_get(made, 0), "token"), digest, 8), 0);
	t_int(json_object_size(json_array_get(made, 0)), 4);	/* and nothing that is sealed */
	json_decref(sent);
	json_decref(made);
	t_pq();
}

static void
each_claim_gets_a_token_of_its_own(void)
{
	json_t *made, *sent;

	enter();
	pq_expect("keys_claim", { "krishna", NULL }, .value = "[{\"id\":7,\"channel\":\"a\",\"source\":\"obs\"},"
	    "{\"id\":8,\"channel\":\"b\",\"source\":\"obs\"}]");
	pq_expect("keys_new", { PQ_ANY, ctx.key.id }, .value = "true");
	t_int(make_new(NULL, &made), DB_OK);
	sent = json_loads(pq_sent("keys_new", 0), 0, NULL);
	t_int(json_array_size(made), 2);
	t_ok(strcmp(keys_text(json_array_get(sent, 0), "digest"), keys_text(json_array_get(sent, 1), "digest")) != 0);
	t_ok(unseal_hex(&ctx.key, "token:7", keys_text(json_array_get(sent, 1), "sealed"), NULL) == NULL);
	json_decref(sent);
	json_decref(made);
	t_pq();
}

static void
nothing_to_claim_stores_nothing(void)
{
	json_t *made;

	enter();
	pq_expect("keys_claim", { "krishna", NULL }, .value = "[]");
	t_int(make_new(NULL, &made), DB_OK);
	t_int(json_array_size(made), 0);
	json_decref(made);
	t_pq();
}

static void
on_a_fault_nothing_is_made(void)
{
	json_t *made = json_null();

	enter();
	pq_expect("keys_claim", { "krishna", "obs" }, .sqlstate = "P0001", .message = "it has one");
	t_int(make_new("obs", &made), DB_REFUSED);
	t_str(ctx.err.text, "it has one");
	t_ok(made == NULL);
	pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
	pq_expect("keys_new", { PQ_ANY, ctx.key.id }, .sqlstate = "23505", .message = "twice");
	t_int(make_new("obs", &made), DB_REFUSED);
	t_ok(made == NULL);
	pq_expect("keys_claim", { "krishna", "obs" }, .value = "[{");
	t_int(make_new("obs", &made), DB_BROKEN);
	t_ok(made == NULL);
	pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
	pq_expect("keys_rotate", { PQ_ANY, ctx.key.id, "60", "it leaked" }, .lost = true);
	t_int(rotate(&made), DB_AWAY);
	t_ok(made == NULL);
	t_pq();
}

static void
a_rekey_that_ends_meanwhile_seals_anew(void)
{
	json_t *made, *sent;

	enter();
	pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
	pq_expect("keys_new", { PQ_ANY, old.id }, .value = "false");
	rekeyed();
	pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
	pq_expect("keys_new", { PQ_ANY, new.id }, .value = "true");
	t_int(make_new("obs", &made), DB_OK);
	t_str(ctx.key.id, new.id);
	sent = json_loads(pq_sent("keys_new", 0), 0, NULL);
	judge_stored(json_array_get(sent, 0), &new);
	json_decref(sent);
	t_int(json_array_size(made), 1);
	json_decref(made);
	rekey_undone();
	t_pq();
}

static void
a_key_that_changes_all_the_time_is_given_up(void)
{
	json_t *made;
	int i;

	enter();
	for (i = 0; i < 5; i++) {
		pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
		pq_expect("keys_rotate", { PQ_ANY, old.id, "60", "it leaked" }, .value = "false");
		if (i < 4)
			pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	}
	t_int(rotate(&made), DB_AWAY);
	t_ok(made == NULL);
	t_pq();
}

static void
a_key_that_is_not_here_ends_it(void)
{
	json_t *made;
	int i;

	enter();
	pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
	pq_expect("keys_rotate", { PQ_ANY, old.id, "60", "it leaked" }, .value = "false");
	for (i = 0; i < 3; i++)
		pq_expect("keys_master", { old.id }, .value = current(&new, new_probe, true));
	t_int(rotate(&made), DB_BROKEN);
	t_ok(made == NULL && strstr(ctx.err.text, new.id) != NULL);
	t_pq();
}

static void
a_rotation_says_for_how_long_and_why(void)
{
	json_t *made, *sent;

	enter();
	pq_expect("keys_claim", { "krishna", "obs" }, .value = CLAIMED);
	pq_expect("keys_rotate", { PQ_ANY, ctx.key.id, "60", "it leaked" }, .value = "true");
	t_int(rotate(&made), DB_OK);
	sent = json_loads(pq_sent("keys_rotate", 0), 0, NULL);
	judge_stored(sent, &ctx.key);
	t_int(json_object_size(made), 4);
	t_int(strncmp(keys_text(made, "token"), keys_text(sent, "digest"), 8), 0);
	json_decref(sent);
	json_decref(made);
	t_pq();
}

static void
tokens_are_taken_back_and_listed(void)
{
	json_t *done, *list;

	enter();
	pq_expect("keys_revoke", { "krishna", "obs", NULL }, .value = "{\"revoked\":2,\"host\":\"here\"}");
	t_int(keys_revoke(&ctx, "krishna", "obs", NULL, &done), DB_OK);
	t_int(json_integer_value(json_object_get(done, "revoked")), 2);
	json_decref(done);
	pq_expect("keys_list", .value = "[{\"channel\":\"krishna\"}]");
	t_int(keys_list(&ctx, &list), DB_OK);
	t_str(keys_text(json_array_get(list, 0), "channel"), "krishna");
	t_str(keys_text(json_array_get(list, 0), "token"), "-");
	json_decref(list);
	pq_expect("keys_list", .sqlstate = "42883", .message = "no such function");
	t_int(keys_list(&ctx, &list), DB_BROKEN);
	t_ok(list == NULL);
	t_pq();
}

/* One of keys_show(), sealed for a place under a key. */
static const char *
shown_under(const struct master_key *k, const char *place)
{
	static char text[1024];
	char *sealed = seal_hex(k, place, TOKEN, TOKEN_LEN - 1);

	snprintf(text, sizeof(text), "[{\"channel\":\"krishna\",\"source\":\"obs\",\"server\":\"rtmp://h/live\","
	    "\"id\":7,\"sealed\":\"%s\",\"key\":\"%s\"}]", sealed, k->id);
	free(sealed);
	return text;
}

static void
a_token_is_shown_to_who_has_the_key(void)
{
	struct keys_ctx other = { .db = NULL };
	json_t *shown;
	char *token;

	enter();
	other.key = new;
	pq_expect("keys_show", { "krishna", NULL }, .value = shown_under(&old, "token:7"));
	t_int(show(&shown), DB_OK);
	t_str(keys_text(json_array_get(shown, 0), "server"), "rtmp://h/live");
	token = keys_token(&ctx, json_array_get(shown, 0));
	t_str(token, TOKEN);
	free(token);
	t_ok(keys_token(&other, json_array_get(shown, 0)) == NULL);
	t_ok(strstr(other.err.text, "krishna obs") != NULL);
	json_decref(shown);
	/* of another row */
	pq_expect("keys_show", { "krishna", NULL }, .value = shown_under(&old, "token:8"));
	t_int(show(&shown), DB_OK);
	t_ok(keys_token(&ctx, json_array_get(shown, 0)) == NULL);
	json_decref(shown);
	t_pq();
}

static void
what_is_sealed_anew_is_shown_under_the_new_key(void)
{
	json_t *shown;
	char *token;

	enter();
	pq_expect("keys_show", { "krishna", NULL }, .value = shown_under(&new, "token:7"));
	rekeyed();
	pq_expect("keys_show", { "krishna", NULL }, .value = shown_under(&new, "token:7"));
	t_int(show(&shown), DB_OK);
	token = keys_token(&ctx, json_array_get(shown, 0));
	t_str(token, TOKEN);
	free(token);
	json_decref(shown);
	pq_expect("keys_show", { "krishna", NULL }, .sqlstate = "P0001", .message = "no such source");
	t_int(show(&shown), DB_REFUSED);
	t_ok(shown == NULL);
	rekey_undone();
	t_pq();
}

/* -- destinations -- */

static void
a_destinations_key_is_sealed_for_its_row_and_servers(void)
{
	char *secret;

	enter();
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_rotate", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, ctx.key.id, NULL },
	    .value = "true");
	t_int(dest_rotate("abcd-efgh"), DB_OK);
	secret = unseal_hex(&ctx.key, DEST_PLACE, pq_sent("keys_dest_rotate", 3), NULL);
	t_str(secret, "abcd-efgh");
	free(secret);
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .sqlstate = "P0001", .message = "no destination");
	t_int(dest_rotate("abcd-efgh"), DB_REFUSED);
	t_str(ctx.err.text, "no destination");
	pq_expect("keys_dest_find", { "krishna", "youtube" },
	    .value = "{\"id\":9,\"place\":\"destination:9\",\"url\":\"rtmps://a@b/live2\"}");
	t_int(dest_rotate("abcd-efgh"), DB_REFUSED);
	t_ok(strstr(ctx.err.text, "lsctl-channel dest set") != NULL);
	t_pq();
}

static void
a_destinations_key_follows_a_rekey(void)
{
	char *secret;

	enter();
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_rotate", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, old.id, NULL },
	    .value = "false");
	rekeyed();
	pq_expect("keys_dest_rotate", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, new.id, NULL },
	    .value = "true");
	t_int(dest_rotate("abcd-efgh"), DB_OK);
	secret = unseal_hex(&new, DEST_PLACE, pq_sent("keys_dest_rotate", 3), NULL);
	t_str(secret, "abcd-efgh");
	free(secret);
	rekey_undone();
	t_pq();
}

static void
a_password_may_have_spaces_and_no_more_than_that(void)
{
	static const char *const bad[] = { "", "line\n", "tab\t", "gr\xc3\xbc\xc3\x9f" };
	char longest[KEYS_PASSWORD_MAX + 2];
	size_t i;

	enter();
	for (i = 0; i < nitems(bad); i++) {
		t_int(keys_dest_rotate(&ctx, KEYS_PASSWORD, "krishna", "youtube", bad[i], NULL), DB_REFUSED);
		t_ok(strstr(ctx.err.text, "the password") != NULL);
	}
	memset(longest, ' ', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	t_int(keys_dest_rotate(&ctx, KEYS_PASSWORD, "krishna", "youtube", longest, NULL), DB_REFUSED);
	longest[KEYS_PASSWORD_MAX] = '\0';
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_password", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, ctx.key.id, NULL },
	    .value = "true");
	t_int(keys_dest_rotate(&ctx, KEYS_PASSWORD, "krishna", "youtube", longest, NULL), DB_OK);
	t_pq();
}

/* No statement is sent for these, and no text has them. */
static void
what_is_no_key_is_refused(void)
{
	static const char *const keys[] = { "", "two words", "line\n", "tab\t", "\x7f", "gr\xc3\xbc\xc3\x9f" };
	char longest[KEYS_SECRET_MAX + 2];
	size_t i;

	enter();
	for (i = 0; i < nitems(keys); i++) {
		t_int(dest_rotate(keys[i]), DB_REFUSED);
		t_ok(ctx.err.text[0] != '\0' && (keys[i][0] == '\0' || strstr(ctx.err.text, keys[i]) == NULL));
	}
	memset(longest, 'k', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	t_int(dest_rotate(longest), DB_REFUSED);
	t_ok(strstr(ctx.err.text, "kkkk") == NULL);
	longest[KEYS_SECRET_MAX] = '\0';
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_rotate", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, ctx.key.id, NULL },
	    .value = "true");
	t_int(dest_rotate(longest), DB_OK);
	t_pq();
}

/* -- everything -- */

/* A batch of the key of a destination at url, sealed under the old key at place; to be freed. */
static char *
batch_of_dest(const char *place, const char *url)
{
	char *sealed = seal_hex(&old, place, "secret", 6), *text = NULL;

	t_ok(asprintf(&text, "[{\"kind\":2,\"id\":9,\"place\":\"destination:9\",\"what\":\"the key\",\"sealed\":\"%s\","
	    "\"key\":\"%s\",\"url\":\"%s\",\"backup_url\":null}]", sealed, old.id, url) > 0);
	free(sealed);
	return text;
}

/* A batch of one value, sealed for a place under a key; to be freed. */
static char *
batch_of(const struct master_key *k, const char *place, int kind, int id)
{
	char *sealed = seal_hex(k, place, "secret", 6), *text = NULL;

	t_ok(asprintf(&text, "[{\"kind\":%d,\"id\":%d,\"place\":\"%s\",\"what\":\"%s\",\"sealed\":\"%s\","
	    "\"key\":\"%s\"}]", kind, id, place, place, sealed, k->id) > 0);
	free(sealed);
	return text;
}

static void
all_that_is_sealed_is_opened(void)
{
	char *token, *dest;
	json_t *counts, *bad;

	enter();
	token = batch_of(&old, "token:7", 1, 7);
	dest = batch_of_dest("destination:9 rtmps://a.example:443", "rtmps://a.example/live2");
	pq_expect("keys_sealed", { "0", "0", "500" }, .value = token);
	pq_expect("keys_sealed", { "1", "7", "500" }, .value = dest);
	pq_expect("keys_sealed", { "2", "9", "500" }, .value = "[]");
	pq_expect("keys_sealed_count", .value = "{\"tokens\":1,\"destinations\":1,\"second_factors\":0}");
	t_int(check(&counts, &bad), DB_OK);
	t_int(json_array_size(bad), 0);
	t_int(json_integer_value(json_object_get(counts, "destinations")), 1);
	json_decref(counts);
	json_decref(bad);
	free(token);
	free(dest);
	t_pq();
}

static void
a_key_for_another_server_is_named(void)
{
	char *dest;
	json_t *counts, *bad;

	enter();
	dest = batch_of_dest("destination:9 rtmps://a.example:443", "rtmps://evil.example/live2");
	pq_expect("keys_sealed", { "0", "0", "500" }, .value = dest);
	pq_expect("keys_sealed", { "2", "9", "500" }, .value = "[]");
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("keys_sealed_count", .value = "{\"tokens\":0,\"destinations\":1,\"second_factors\":0}");
	t_int(check(&counts, &bad), DB_OK);
	t_int(json_array_size(bad), 1);
	t_str(json_string_value(json_array_get(bad, 0)), "the key");
	json_decref(counts);
	json_decref(bad);
	free(dest);
	t_pq();
}

static void
what_does_not_open_is_named(void)
{
	char *token;
	json_t *counts, *bad;

	enter();
	token = batch_of(&new, "token:7", 1, 7);
	pq_expect("keys_sealed", { "0", "0", "500" }, .value = token);
	pq_expect("keys_sealed", { "1", "7", "500" }, .value = "[]");
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("keys_sealed_count", .value = "{\"tokens\":1,\"destinations\":0,\"second_factors\":0}");
	t_int(check(&counts, &bad), DB_OK);
	t_int(json_array_size(bad), 1);
	t_str(json_string_value(json_array_get(bad, 0)), "token:7");
	json_decref(counts);
	json_decref(bad);
	free(token);
	t_pq();
}

static void
what_a_rekey_has_just_sealed_is_looked_at_again(void)
{
	char *token;
	json_t *counts, *bad;

	enter();
	token = batch_of(&new, "token:7", 1, 7);
	pq_expect("keys_sealed", { "0", "0", "500" }, .value = token);
	pq_expect("keys_sealed", { "1", "7", "500" }, .value = "[]");
	rekeyed();
	rekeyed();
	pq_expect("keys_sealed", { "0", "0", "500" }, .value = token);
	pq_expect("keys_sealed", { "1", "7", "500" }, .value = "[]");
	pq_expect("keys_sealed_count", .value = "{\"tokens\":1,\"destinations\":0,\"second_factors\":0}");
	t_int(check(&counts, &bad), DB_OK);
	t_int(json_array_size(bad), 0);
	json_decref(counts);
	json_decref(bad);
	free(token);
	rekey_undone();
	t_pq();
}

static void
names_of_streams_are_taken_apart(void)
{
	char stream[] = "krishna_obs", plain[] = "krishna", other[] = "obs";
	char *one[] = { stream, NULL }, *two[] = { plain, other, NULL }, **argv = one;

	t_int(keys_stream(1, &argv), 2);
	t_str(argv[0], "krishna");
	t_str(argv[1], "obs");
	argv = two;
	t_int(keys_stream(2, &argv), 2);
	t_ok(argv == two);
	t_int(keys_stream(1, &argv), 1);
	t_str(argv[0], "krishna");
	db_close(db);
}

T_MAIN(
	{ "a_new_token_is_stored_sealed_and_told_by_its_digest", a_new_token_is_stored_sealed_and_told_by_its_digest },
	{ "each_claim_gets_a_token_of_its_own", each_claim_gets_a_token_of_its_own },
	{ "nothing_to_claim_stores_nothing", nothing_to_claim_stores_nothing },
	{ "on_a_fault_nothing_is_made", on_a_fault_nothing_is_made },
	{ "a_rekey_that_ends_meanwhile_seals_anew", a_rekey_that_ends_meanwhile_seals_anew },
	{ "a_key_that_changes_all_the_time_is_given_up", a_key_that_changes_all_the_time_is_given_up },
	{ "a_key_that_is_not_here_ends_it", a_key_that_is_not_here_ends_it },
	{ "a_rotation_says_for_how_long_and_why", a_rotation_says_for_how_long_and_why },
	{ "tokens_are_taken_back_and_listed", tokens_are_taken_back_and_listed },
	{ "a_token_is_shown_to_who_has_the_key", a_token_is_shown_to_who_has_the_key },
	{ "what_is_sealed_anew_is_shown_under_the_new_key", what_is_sealed_anew_is_shown_under_the_new_key },
	{ "a_destinations_key_is_sealed_for_its_row_and_servers", a_destinations_key_is_sealed_for_its_row_and_servers },
	{ "a_destinations_key_follows_a_rekey", a_destinations_key_follows_a_rekey },
	{ "what_is_no_key_is_refused", what_is_no_key_is_refused },
	{ "a_password_may_have_spaces_and_no_more_than_that", a_password_may_have_spaces_and_no_more_than_that },
	{ "all_that_is_sealed_is_opened", all_that_is_sealed_is_opened },
	{ "a_key_for_another_server_is_named", a_key_for_another_server_is_named },
	{ "what_does_not_open_is_named", what_does_not_open_is_named },
	{ "what_a_rekey_has_just_sealed_is_looked_at_again", what_a_rekey_has_just_sealed_is_looked_at_again },
	{ "names_of_streams_are_taken_apart", names_of_streams_are_taken_apart }
)
