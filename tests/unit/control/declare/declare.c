/* SPDX-License-Identifier: ISC */
/* What is asked of the database, as whom, and that nothing stays of what was not committed. */
#include "control/keys/keys_stage.h"

#include "control/declare/declare.h"

#define DEST	"{\"id\":9,\"place\":\"destination:9\",\"password_place\":\"password:9\",\"url\":\"rtmps://A.example/live2\"," \
		"\"backup_url\":\"rtmp://b:1936/x\"}"
#define DEST_PLACE	"destination:9 rtmps://a.example:443 rtmp://b:1936"
#define PASSWORD_PLACE	"password:9 rtmps://a.example:443 rtmp://b:1936"
#define LOST	"[{\"op\":\"~\",\"object\":\"destination\",\"channel\":\"krishna\",\"item\":\"youtube\"," \
		"\"field\":\"key\"," \
		"\"old\":\"set\"},{\"op\":\"~\",\"object\":\"destination\",\"channel\":\"rama\"," \
		"\"item\":\"fb\",\"field\":\"key\"},{\"op\":\"~\",\"object\":\"destination\"," \
		"\"channel\":\"rama\",\"item\":\"fb\",\"field\":\"password\",\"old\":\"set\"}]"
#define STEP	"[{\"op\":\"+\",\"object\":\"channel\",\"channel\":\"krishna\"}]"

static enum db_fault fault;
static struct buf out;
static size_t steps;

static void
enter(void)
{
	if (db == NULL)
		keys_stage();
	buf_free(&out);
	buf_init(&out, 65536);
	err.text[0] = '\0';
}

static enum db_fault
read_names(enum declare_view view, const char *const names[], size_t n, char **json)
{
	return declare_read(view, names, n, json, &err);
}

static struct declare *
begin(bool sealing)
{
	return declare_begin(DECLARE_ONE, sealing, &fault, &err);
}

static enum db_fault
change(struct declare *d, enum declare_what what, const char *const params[], const char *secret)
{
	const struct declare_secrets secrets = { secret, NULL };

	return declare_change(d, what, params, &secrets, &out, &steps);
}

/* What the steps were said to be. */
static const char *
said(void)
{
	static char text[1024];

	snprintf(text, sizeof(text), "%.*s", (int)buf_len(&out), buf_len(&out) > 0 ? (const char *)buf_head(&out) : "");
	return text;
}

/* A transaction for changes of these, which is to be ended. */
static struct declare *
begun(bool sealing)
{
	struct declare *d;

	enter();
	pq_expect("connect", { "lsctl_channel" });
	if (sealing)
		pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("begin");
	t_ok((d = begin(sealing)) != NULL);
	return d;
}

/* -- reading -- */

static void
a_viewer_reads_what_was_named(void)
{
	static const char *const names[] = { "krishna", "waheguru" };
	char *json;

	enter();
	pq_expect("connect", { "lsctl_viewer" });
	pq_expect("declaration", { NULL }, .value = "{\"channels\":[]}");
	t_int(read_names(VIEW_DOCUMENT, NULL, 0, &json), DB_OK);
	t_str(json, "{\"channels\":[]}");
	free(json);
	pq_expect("connect", { "lsctl_viewer" });
	pq_expect("channels", { "{krishna,waheguru}" }, .value = "[]");
	t_int(read_names(VIEW_CHANNELS, names, 2, &json), DB_OK);
	t_str(json, "[]");
	free(json);
	pq_expect("connect", { "lsctl_viewer" });
	pq_expect("leases", { "{krishna}" }, .value = "[1]");
	t_int(read_names(VIEW_LEASES, names, 1, &json), DB_OK);
	t_str(json, "[1]");
	free(json);
	t_pq();
}

static void
what_cannot_be_read_is_told(void)
{
	char *json = NULL;

	enter();
	pq_expect("connect", { "lsctl_viewer" }, .message = "FATAL:  28000: no such login", .lost = true);
	t_int(read_names(VIEW_DOCUMENT, NULL, 0, &json), DB_DENIED);
	t_ok(json == NULL && strstr(err.text, "no such login") != NULL);
	pq_expect("connect", { "lsctl_viewer" });
	pq_expect("channels", { NULL }, .sqlstate = "P0001", .message = "no such channel");
	t_int(read_names(VIEW_CHANNELS, NULL, 0, &json), DB_REFUSED);
	t_ok(json == NULL);
	t_str(err.text, "no such channel");
	t_pq();
}

/* -- changing -- */

static void
a_change_is_told_and_committed(void)
{
	static const char *const params[] = { "{}", "false", "false", "here" };
	struct declare *d = begun(false);

	pq_expect("declare", { "{}", "false", "false", "here" }, .value = STEP);
	pq_expect("commit");
	t_int(change(d, DECLARE_ALL, params, NULL), DB_OK);
	t_int(steps, 1);
	t_str(said(), "+ krishna\n");
	t_int(declare_commit(d), DB_OK);
	declare_end(d);
	t_pq();
}

static void
each_kind_of_change_has_its_statement(void)
{
	static const char *const params[] = { "a", "b", "c", "d", "{}", "here" };
	static const struct {
		enum declare_what	 what;
		const char		*stmt;
		int			 n;
	} kinds[] = {
		{ DECLARE_ONE, "declare_one", 6 },
		{ DECLARE_NO_CHANNEL, "channel_remove", 1 },
		{ DECLARE_HOST, "host_set", 2 },
		{ DECLARE_NO_HOST, "host_remove", 1 },
		{ DECLARE_NO_FILM, "film_remove", 2 },
		{ DECLARE_TAKEOVER, "channel_take_over", 2 },
	};
	struct declare *d = begun(false);
	struct pq_step step;
	size_t i;
	int k;

	for (i = 0; i < nitems(kinds); i++) {
		step = (struct pq_step){ .stmt = kinds[i].stmt, .value = "[]" };
		for (k = 0; k < kinds[i].n; k++)
			step.param[k] = params[k];
		pq_step(&step);
		t_int(change(d, kinds[i].what, params, NULL), DB_OK);
		t_int(steps, 0);
	}
	declare_end(d);
	t_pq();
}

/* Its connection ends, and there is no commit. */
static void
what_is_not_committed_never_was(void)
{
	static const char *const params[] = { "krishna" };
	struct declare *d = begun(false);

	pq_expect("channel_remove", { "krishna" }, .value = STEP);
	t_int(change(d, DECLARE_NO_CHANNEL, params, NULL), DB_OK);
	declare_end(d);
	declare_end(NULL);
	t_pq();
}

static void
a_refusal_is_told_in_the_databases_words(void)
{
	static const char *const params[] = { "krishna" };
	struct declare *d = begun(false);

	pq_expect("channel_remove", { "krishna" }, .sqlstate = "P0001", .message = "it is on the air");
	t_int(change(d, DECLARE_NO_CHANNEL, params, NULL), DB_REFUSED);
	t_str(declare_reason(d), "it is on the air");
	t_str(said(), "");
	declare_end(d);

	d = begun(false);
	pq_expect("channel_remove", { "krishna" }, .value = "{\"no\":\"list\"}");
	t_int(change(d, DECLARE_NO_CHANNEL, params, NULL), DB_BROKEN);
	pq_expect("channel_remove", { "krishna" });
	t_int(change(d, DECLARE_NO_CHANNEL, params, NULL), DB_BROKEN);
	pq_expect("commit", .lost = true, .message = "server closed the connection");
	t_int(declare_commit(d), DB_AWAY);
	t_str(declare_reason(d), "server closed the connection");
	declare_end(d);
	t_pq();
}

/* -- with a key -- */

static const char *const one[] = { "add", "destination", "krishna", "youtube", "{}", "here" };

static void
a_destinations_key_is_sealed_in_the_same_transaction(void)
{
	struct declare *d = begun(true);
	char *secret;

	pq_expect("declare_one", { "add", "destination", "krishna", "youtube", "{}", "here" }, .value = STEP);
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_rotate", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, old.id, NULL },
	    .value = "true");
	pq_expect("commit");
	t_int(change(d, DECLARE_ONE, one, "stream-key"), DB_OK);
	t_int(steps, 2);
	t_ok(strstr(said(), "krishna destination youtube key") != NULL);
	t_ok(strstr(said(), "stream-key") == NULL);
	secret = unseal_hex(&old, DEST_PLACE, pq_sent("keys_dest_rotate", 3), NULL);
	t_str(secret, "stream-key");
	free(secret);
	t_int(declare_commit(d), DB_OK);
	declare_end(d);
	t_pq();
}

static void
a_destinations_password_is_sealed_beside_its_key(void)
{
	const struct declare_secrets both = { "stream-key", "pass word" };
	struct declare *d = begun(true);
	char *secret;

	pq_expect("declare_one", { "add", "destination", "krishna", "youtube", "{}", "here" }, .value = STEP);
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_rotate", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, old.id, NULL },
	    .value = "true");
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_password", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, old.id, NULL },
	    .value = "true");
	t_int(declare_change(d, DECLARE_ONE, one, &both, &out, &steps), DB_OK);
	t_int(steps, 3);
	t_str(said(), "+ krishna\n~ krishna destination youtube key\n~ krishna destination youtube password\n");
	t_ok(unseal_hex(&old, DEST_PLACE, pq_sent("keys_dest_password", 3), NULL) == NULL);
	secret = unseal_hex(&old, PASSWORD_PLACE, pq_sent("keys_dest_password", 3), NULL);
	t_str(secret, "pass word");
	free(secret);
	declare_end(d);
	t_pq();
}

static void
lost_keys_are_told_unless_the_change_has_a_new_one(void)
{
	struct declare *d = begun(true);
	const char *what;

	pq_expect("declare_one", { "add", "destination", "krishna", "youtube", "{}", "here" }, .value = LOST);
	t_int(change(d, DECLARE_ONE, one, NULL), DB_OK);
	t_str(said(), "~ krishna destination youtube key set -> -\n~ rama destination fb key - -> -\n"
	    "~ rama destination fb password set -> -\n");
	t_str(declare_key_lost(d, &what), "krishna youtube");
	t_str(what, "key");
	t_str(declare_key_lost(d, &what), "rama fb");
	t_str(what, "key");
	t_str(declare_key_lost(d, &what), "rama fb");
	t_str(what, "password");
	t_ok(declare_key_lost(d, &what) == NULL);
	t_ok(declare_key_lost(d, &what) == NULL);
	pq_expect("declare_one", { "add", "destination", "krishna", "youtube", "{}", "here" }, .value = LOST);
	pq_expect("keys_dest_find", { "krishna", "youtube" }, .value = DEST);
	pq_expect("keys_dest_rotate", { "9", "rtmps://A.example/live2", "rtmp://b:1936/x", PQ_ANY, old.id, NULL },
	    .value = "true");
	t_int(change(d, DECLARE_ONE, one, "stream-key"), DB_OK);
	t_str(declare_key_lost(d, &what), "rama fb");
	t_str(what, "password");
	t_ok(declare_key_lost(d, &what) == NULL);
	declare_end(d);
	t_pq();
}

static void
hosts_are_for_admins(void)
{
	static const enum declare_what admins[] = { DECLARE_HOST, DECLARE_NO_HOST };
	struct declare *d;
	size_t i;

	enter();
	for (i = 0; i < nitems(admins); i++) {
		pq_expect("connect", { "lsctl_admin" });
		pq_expect("begin");
		t_ok((d = declare_begin(admins[i], false, &fault, &err)) != NULL);
		declare_end(d);
	}
	pq_expect("connect", { "lsctl_admin" }, .message = "FATAL:  28000: no such login", .lost = true);
	t_ok(declare_begin(DECLARE_HOST, false, &fault, &err) == NULL);
	t_int(fault, DB_DENIED);
	t_ok(strstr(err.text, "no such login") != NULL && strstr(err.text, "lsctl-db grant LOGIN admin") != NULL);
	t_pq();
}

static void
a_key_that_is_none_is_refused(void)
{
	struct declare *d = begun(true);

	pq_expect("declare_one", { "add", "destination", "krishna", "youtube", "{}", "here" }, .value = "[]");
	t_int(change(d, DECLARE_ONE, one, "two words"), DB_REFUSED);
	t_ok(declare_reason(d)[0] != '\0' && strstr(declare_reason(d), "two words") == NULL);
	declare_end(d);
	t_pq();
}

static void
a_change_that_cannot_begin_is_told(void)
{
	enter();
	pq_expect("connect", { "lsctl_channel" }, .lost = true, .message = "connection refused");
	t_ok(begin(false) == NULL);
	t_int(fault, DB_AWAY);
	t_ok(strstr(err.text, "connection refused") != NULL);
	pq_expect("connect", { "lsctl_channel" });
	pq_expect("keys_master", { old.id }, .value = "{\"current\":null}");
	t_ok(begin(true) == NULL);
	t_int(fault, DB_BROKEN);
	t_ok(err.text[0] != '\0');
	pq_expect("connect", { "lsctl_channel" });
	pq_expect("begin", .sqlstate = "53300", .message = "too many connections");
	t_ok(begin(false) == NULL);
	t_int(fault, DB_AWAY);
	t_str(err.text, "too many connections");
	t_pq();
	db_close(db);
	buf_free(&out);
}

T_MAIN(
	{ "a_viewer_reads_what_was_named", a_viewer_reads_what_was_named },
	{ "what_cannot_be_read_is_told", what_cannot_be_read_is_told },
	{ "a_change_is_told_and_committed", a_change_is_told_and_committed },
	{ "each_kind_of_change_has_its_statement", each_kind_of_change_has_its_statement },
	{ "what_is_not_committed_never_was", what_is_not_committed_never_was },
	{ "a_refusal_is_told_in_the_databases_words", a_refusal_is_told_in_the_databases_words },
	{ "a_destinations_key_is_sealed_in_the_same_transaction",
	    a_destinations_key_is_sealed_in_the_same_transaction },
	{ "a_destinations_password_is_sealed_beside_its_key", a_destinations_password_is_sealed_beside_its_key },
	{ "lost_keys_are_told_unless_the_change_has_a_new_one", lost_keys_are_told_unless_the_change_has_a_new_one },
	{ "hosts_are_for_admins", hosts_are_for_admins },
	{ "a_key_that_is_none_is_refused", a_key_that_is_none_is_refused },
	{ "a_change_that_cannot_begin_is_told", a_change_that_cannot_begin_is_told }
)
