#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-db over a PostgreSQL of its own; a database a test.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

db() {
	"$ROOT/scripts/lsctl-db" "$@"
}

pg() {
	"$ROOT/tests/lib/pg" "$1" "$BATS_FILE_TMPDIR/pg" "${@:2}"
}

# one SQL: a value, of the superuser's.
one() {
	psql -XqAt -v ON_ERROR_STOP=1 -c "$1"
}

# as ROLE SQL
as() {
	psql -XqAt -v ON_ERROR_STOP=1 -c "set role $1" -c "set search_path = lsctl" -c "$2"
}

setup_file() {
	PG_EMPTY=1 pg start >"$BATS_FILE_TMPDIR/env"
}

teardown_file() {
	pg stop immediate
}

setup() {
	setup_folder
	umask 077	# lsctl-db refuses dumps that others can change
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
	export PGDATABASE=t$BATS_TEST_NUMBER LSCTL_HOST=studio
	cp -r "$ROOT/sql" sql
	last=$(basename "$(printf '%s\n' sql/tables/*.sql | tail -n 1)" .sql)
	export LSCTL_SQL=$PWD/sql
}

teardown() {
	teardown_folder
}

# plant NUMBER SQL: one more file of tables.
plant() {
	echo "$2" >"sql/tables/$1_planted.sql"
}

# plant_function NAME SQL: one more file of functions.
plant_function() {
	echo "$2" >"sql/functions/$1.sql"
}

# The schema without its rows.
schema() {
	pg_dump -s -n lsctl --no-comments | grep -v -e '^--' -e '^\\restrict' -e '^\\unrestrict'
}

@test "init makes everything, and a second time changes nothing" {
	run -1 --separate-stderr db status
	[[ $stderr == *"there is no database t1: make it with lsctl-db init"* ]]
	[[ $output == *"tables/001_schema"*"pending"*"functions/acl"*"pending"* ]]
	run -0 --separate-stderr db init --server nginx --api-url http://127.0.0.1:8081
	[ "$output" = "" ]
	[[ $stderr == *"lsctl-db: tables/001_schema"*"lsctl-db: functions/acl"*"database t1 is ready and has host studio"* ]]
	[ "$(one 'select name, server, api_url from lsctl.host')" = "studio|nginx|http://127.0.0.1:8081" ]
	one 'select * from lsctl.migration; select * from lsctl.function_file' >before
	run -0 --separate-stderr db init
	[ "$stderr" = "lsctl-db: database t1 is ready and has host studio" ]
	[ "$(one 'select name, server, api_url from lsctl.host')" = "studio|nginx|http://127.0.0.1:8081" ]
	one 'select * from lsctl.migration; select * from lsctl.function_file' | diff before -
	LSCTL_HOST=Second run -0 db init -q
	[ "$output" = "" ]
	[ "$(one 'select string_agg(name, $$ $$ order by name) from lsctl.host')" = "second studio" ]
	# nobody but our roles gets in
	run -0 one "select count(*) from pg_database, aclexplode(datacl) where datname = 't1' and grantee = 0"
	[ "$output" = 0 ]
	# and everything belongs to the owner
	[ "$(one "select count(*) from pg_class where relnamespace = 'lsctl'::regnamespace
	    and relowner <> 'lsctl_owner'::regrole")" = 0 ]
	[ "$(one "select count(*) from pg_proc where pronamespace = 'lsctl'::regnamespace
	    and proowner <> 'lsctl_owner'::regrole")" = 0 ]
}

@test "status prints each file, as a table and as JSON" {
	db init -q
	run -0 --separate-stderr db status
	[[ ${lines[0]} == "FILE "*"STATE "*"APPLIED" ]]
	[[ ${lines[1]} == "tables/001_schema "*"applied  20"*"Z" ]]
	[ "${#lines[@]}" = "$(($(ls sql/tables sql/functions | grep -c 'sql$') + 1))" ]
	run -0 db status --json
	[ "$(jq -r .state <<<"$output" | sort -u)" = applied ]
	plant 900 'create table lsctl.planted (a int);'
	run -1 db status --json
	[ "$(jq -c 'select(.file == "tables/900_planted")' <<<"$output")" = \
	    '{"file":"tables/900_planted","state":"pending","at":null}' ]
	run -0 --separate-stderr db migrate -n
	[ "$output" = tables/900_planted ]
	prints_nothing one "select to_regclass('lsctl.planted')"
	run -0 db migrate
	[ "$output" = "lsctl-db: tables/900_planted" ]
	run -0 db migrate
	[ "$output" = "" ]
	run -0 db status
	# a database without a schema
	PGDATABASE=postgres run -1 db status
	[[ $output == *"tables/001_schema "*"pending"* ]]
}

@test "a migration that fails changes nothing" {
	db init -q
	whole >before
	plant 900 'create table lsctl.good (a int);'
	plant 901 'create table lsctl.half (a int); insert into lsctl.half values (1); select 1/0;'
	run -65 db migrate
	[[ $output == *"sql/tables/901_planted.sql:1: division by zero; the schema is as it was" ]]
	whole | diff before -
	plant 901 'create table lsctl.half (a int);'
	run -0 db migrate
	[ "$output" = $'lsctl-db: tables/900_planted\nlsctl-db: tables/901_planted' ]
	whole >before
	plant 902 'make table lsctl.typo (a int);'
	run -78 db migrate
	[[ $output == *'902_planted.sql:1: syntax error at or near "make"; the schema is as it was' ]]
	plant 902 $'create table lsctl.loose (a int);\ncommit;'
	run -78 db migrate
	[[ $output == *"902_planted.sql: must not begin or end a transaction" ]]
	whole | diff before -
}

@test "a file of functions that fails changes nothing" {
	db init -q
	whole >before
	plant 900 'create table lsctl.good (a int);'
	plant_function planted 'create or replace function lsctl.planted() returns int language sql as $$ select 1/0 $$; select lsctl.planted();'
	run -65 db migrate
	[[ $output == *"sql/functions/planted.sql:1: division by zero; the schema is as it was" ]]
	whole | diff before -
	# what a body uses is looked for, too
	plant_function planted 'create or replace function lsctl.planted() returns int language sql as $$ select no_such from lsctl.host $$;'
	run -78 db migrate
	[[ $output == *'sql/functions/planted.sql:1: column "no_such" does not exist; the schema is as it was' ]]
	whole | diff before -
	# also in a file that did not change
	rm sql/functions/planted.sql sql/tables/900_planted.sql
	plant 900 'alter table lsctl.host rename column play_url to renamed;'
	run -78 db migrate
	[[ $output == *"sql/functions/"*': column h.play_url does not exist; the schema is as it was' ]]
	whole | diff before -
	plant_function planted 'rollback;'
	run -78 db migrate
	[[ $output == *"functions/planted.sql: must not begin or end a transaction" ]]
	mv sql/functions/planted.sql sql/functions/Planted.sql
	run -78 db migrate
	[[ $output == *"functions/Planted.sql: must be named as what.sql" ]]
}

@test "a file of functions that was changed is applied again, with the rights that it says" {
	db init -q
	plant_function planted 'create or replace function lsctl.planted() returns int language sql as $$ select 1 $$;
	    grant execute on function lsctl.planted to lsctl_viewer;'
	run -1 db status
	[[ $output == *"functions/planted "*"pending"* ]]
	run -0 --separate-stderr db migrate -n
	[ "$output" = functions/planted ]
	run -0 db migrate
	[ "$output" = "lsctl-db: functions/planted" ]
	[ "$(as lsctl_viewer 'select planted()')" = 1 ]
	one 'select * from lsctl.function_file' >before
	plant_function planted 'create or replace function lsctl.planted() returns int language sql as $$ select 2 $$;
	    grant execute on function lsctl.planted to lsctl_hook;'
	run -1 db status
	run -0 db migrate
	[ "$output" = "lsctl-db: functions/planted" ]
	[ "$(as lsctl_hook 'select planted()')" = 2 ]
	run -1 as lsctl_viewer 'select planted()'
	[ "$(one 'select * from lsctl.function_file' | diff before - | grep -c '^>')" = 1 ]
	run -0 db migrate
	[ "$output" = "" ]
	# what somebody changed by hand is right again with the next migration
	one 'grant execute on function lsctl.planted to public'
	plant 900 'create table lsctl.later (a int);'
	run -0 db migrate
	[ "$output" = "lsctl-db: tables/900_planted" ]
	run -1 as lsctl_viewer 'select planted()'
	# a file that goes leaves its functions, which nobody may call: a file of tables drops them
	rm sql/functions/planted.sql
	plant 901 'drop function lsctl.planted();'
	run -0 db migrate
	[ "$(one "select count(*) from lsctl.function_file where name = 'planted'")" = 0 ]
	run -0 db status
}

@test "each function and view is written once, and the order of the files does not matter" {
	db init -q
	[ "$(cat sql/functions/*.sql | grep -c '^create or replace function')" = \
	    "$(one "select count(*) from pg_proc where pronamespace = 'lsctl'::regnamespace")" ]
	[ "$(cat sql/functions/*.sql | grep -c '^create or replace view')" = \
	    "$(one "select count(*) from pg_views where schemaname = 'lsctl'")" ]
	refute grep -i 'create.*function' sql/tables/*.sql
	schema >before
	n=99
	for f in sql/functions/*.sql; do
		mv "$f" "sql/functions/x$n.sql"
		n=$((n - 1))
	done
	dropdb -f "$PGDATABASE"
	db init -q
	schema | diff before -
}

# The schema of the next version: override_set() takes one argument more. With "wrapped" the function of this version
# is a call of the new one.
next_version() {
	python3 - sql/functions/override.sql "$1" <<-'END'
		import re, sys
		text = open(sys.argv[1]).read()
		old = "lsctl.override_set(channel_name text, new_mode text, for_s bigint, reason text)"
		assert text.count(old) == 1 and text.count("grant execute on function lsctl.override_set to lsctl_switch;") == 1
		text = text.replace(old, old[:-1] + ", by_whom text)").replace("mode_by = author()", "mode_by = by_whom")
		new = "override_set(text, text, bigint, text, text)"
		grants = "grant execute on function lsctl.%s to lsctl_switch;" % new
		if sys.argv[2] == "wrapped":
		    grants += """
		create or replace function %s returns jsonb
		language sql security definer set search_path = lsctl, pg_temp as $$
			select override_set(channel_name, new_mode, for_s, reason, session_user)
		$$;
		grant execute on function lsctl.override_set(text, text, bigint, text) to lsctl_switch;
		""" % old
		text = text.replace("grant execute on function lsctl.override_set to lsctl_switch;", grants)
		open(sys.argv[1], "w").write(text)
	END
}

# The old tool, whose forwarder does not run here.
old_tool() {
	run -0 env LSCTL_HOST=elsewhere "$BIN/lsctl-switch" krishna --to "$1" --reason "$2"
	[ "$(one "select mode || ' ' || mode_reason || ' ' || mode_by from lsctl.channel")" = "$1 $2 t_super" ]
}

@test "a signature changes: the tools of the version before work before, during and after the migration" {
	db init -q
	one "insert into lsctl.channel (name, host) values ('krishna', 'studio')"
	old_tool off before
	next_version wrapped
	# the last file waits, with all functions replaced and nothing committed
	plant_function zz "set local lock_timeout = '60s'; select pg_advisory_xact_lock_shared(4711);"
	mkfifo in
	start holder psql -XqAt -f in
	holder=$pid
	exec 7>in
	echo 'select pg_advisory_lock(4711);' >&7
	locks() { [ "$(one "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and granted = '$1'")" = 1 ]; }
	await locks t
	start migration "$ROOT/scripts/lsctl-db" migrate 7>&-
	migration=$pid
	await locks f
	old_tool auto during
	exec 7>&-
	finish "$holder"
	finish "$migration"
	[ "$status" -eq 0 ]
	grep -q 'lsctl-db: functions/override' migration.err
	old_tool off after
	[ "$(as lsctl_switch "select override_set('krishna', 'auto', 0, 'new', 'simran') ->> 'mode'")" = auto ]
	[ "$(one 'select mode_by from lsctl.channel')" = simran ]
	rm migration.err

	# and two versions later, when no tool calls it any more, it goes
	cp "$ROOT/sql/functions/override.sql" sql/functions
	next_version alone
	plant 900 'drop function lsctl.override_set(text, text, bigint, text);'
	run -0 db migrate
	[ "$(as lsctl_switch "select override_set('krishna', 'off', 0, 'new', 'simran') ->> 'mode'")" = off ]
	LSCTL_HOST=elsewhere run -78 "$BIN/lsctl-switch" krishna --to auto
	[[ $output == *"lsctl-db status"* ]]
}

# version_of NUMBER: this lsctl-db as that version has it.
version_of() {
	mkdir -p "v$1/bin" "v$1/share/lsctl"
	cp "$ROOT/scripts/lsctl-db" "v$1/bin"
	cp -r "$ROOT/scripts/lib" "v$1/share/lsctl/lib"
	sed -i "s/@VERSION@/$1/" "v$1/share/lsctl/lib/tool.sh"
	cp "$ROOT/lib/control/sqlstate.def" "v$1/share/lsctl/lib"
	cp -r "$ROOT/sql" "v$1/share/lsctl/sql"
}

@test "functions of a newer version are not replaced by those of an older one" {
	unset LSCTL_SQL
	version_of 0.9.10
	version_of 0.10.0
	run -0 v0.9.10/bin/lsctl-db init -q
	run -0 v0.10.0/bin/lsctl-db migrate
	[ "$output" = "" ]
	run -0 v0.9.10/bin/lsctl-db migrate		# the newer one has the same functions
	echo '-- changed' >>v0.10.0/share/lsctl/sql/functions/time.sql
	run -0 v0.10.0/bin/lsctl-db migrate
	[ "$output" = "lsctl-db: functions/time" ]
	v0.10.0/bin/lsctl-db backup -o newer.dump
	run -78 v0.9.10/bin/lsctl-db status
	[[ $output == *"functions/time "*"newer"* ]]
	run -78 v0.9.10/bin/lsctl-db migrate
	[[ $output == *"the database is newer than this lsctl-db: its functions are of version 0.10.0, this is 0.9.10; the schema is as it was" ]]
	run -78 v0.9.10/bin/lsctl-db migrate -n
	run -78 v0.9.10/bin/lsctl-db restore --force newer.dump
	run -78 v0.9.10/bin/lsctl-db verify newer.dump
	run -0 v0.10.0/bin/lsctl-db restore --force newer.dump
	run -0 v0.10.0/bin/lsctl-db status
}

@test "an SQLSTATE gives the exit status that the C tools give it" {
	db init -q
	sed -n 's/^SQLSTATE("\(.*\)", \([0-9]*\)).*/\2 \1/p' "$ROOT/lib/control/sqlstate.def" >table
	[ "$(wc -l <table)" -gt 5 ]
	while read -r expected class; do
		state=$(printf '%-5s' "$class" | tr ' ' Z)
		plant_function planted "do \$\$ begin raise exception 'no' using errcode = '$state'; end \$\$;"
		echo "$state"
		run "-$expected" db migrate
	done <table
}

@test "migrate refuses a file that was changed, removed, numbered too low or is unknown" {
	plant 900 'create table lsctl.first (a int);'
	db init -q
	plant 900 'create table lsctl.first (a int, b int);'
	run -78 db migrate
	[[ $output == *"tables/900_planted was changed after it ran: undo that, and put the change into a new file; the schema is as it was"* ]]
	run -78 db migrate -n
	[[ $output == *"tables/900_planted is changed; see lsctl-db status" ]]
	run -78 db status
	[[ $output == *"tables/900_planted "*"changed"* ]]
	rm sql/tables/900_planted.sql
	run -78 db migrate
	[[ $output == *"the database is newer than this lsctl-db: tables/900_planted ran there, the newest here is tables/$last"* ]]
	run -78 db status
	[[ $output == *"tables/900_planted "*"newer"* ]]
	plant 901 'select 1;'
	run -78 db migrate
	[[ $output == *"tables/900_planted ran in the database, and its file is missing here"* ]]
	plant 900 'create table lsctl.first (a int);'
	rm sql/tables/901_planted.sql
	plant 899 'select 1;'
	run -78 db migrate
	[[ $output == *"tables/899_planted comes too late: number 900 ran already"* ]]
	rm sql/tables/899_planted.sql
	echo 'select 1;' >sql/tables/900_again.sql
	run -78 db migrate
	[[ $output == *"its number is used twice"* ]]
	mv sql/tables/900_again.sql sql/tables/90_short.sql
	run -78 db migrate
	[[ $output == *"must be named as 001_what.sql"* ]]
	rm sql/tables/90_short.sql
	run -0 db migrate
	LSCTL_SQL=$PWD/nowhere run -78 db migrate
	[[ $output == *"has no migrations"* ]]
}

@test "a role that a later version needs is created, or the error says how to create it" {
	db init -q
	one 'create role t_owner login in role lsctl_owner'
	sed -i "s/'lsctl_backup',/&\n\t\t'lsctl_later',/" sql/roles.sql
	plant 900 'grant select on lsctl.host to lsctl_later;'
	PGUSER=t_owner run -77 db migrate
	[ "$output" = "lsctl-db: the server has no role lsctl_later: run lsctl-db init as a login that may create roles" ]
	run -0 db migrate
	[ "$output" = "lsctl-db: tables/900_planted" ]
	plant 901 'select 1;'
	PGUSER=t_owner run -0 db migrate
	# who was let into the database while that role was not known gets in now
	one "revoke all on database $PGDATABASE from lsctl_backup"
	PGUSER=t_owner run -0 db migrate
	one "create role t_late login in role lsctl_backup"
	PGUSER=t_late run -0 db backup -o - >/dev/null
	psql -Xq -d postgres -c "drop database $PGDATABASE with (force)" -c 'drop role lsctl_later'
}

@test "of two that run at the same time, the second waits for the first" {
	plant 900 'select pg_sleep(0.7); create table lsctl.slow (a int);'
	start one "$ROOT/scripts/lsctl-db" init
	a=$pid
	start two "$ROOT/scripts/lsctl-db" init
	b=$pid
	finish "$a"
	[ "$status" -eq 0 ]
	finish "$b"
	[ "$status" -eq 0 ]
	[ "$(cat one.err two.err | grep -c 'lsctl-db: tables/900_planted')" -eq 1 ]
	[ "$(cat one.err two.err | grep -c 'lsctl-db: tables/001_schema')" -eq 1 ]
	grep -qE "waiting for another lsctl-db, process [0-9]+ of t_super" one.err two.err
	run -0 db status
	rm one.err two.err
}

@test "open sessions survive a migration, or block it and are named in the error" {
	db init -q
	one 'alter table lsctl.host add note text'	# as an older schema might have had
	mkfifo in
	start old psql -XqAt -v ON_ERROR_STOP=1 -f in
	old=$pid
	exec 7>in
	echo 'prepare q as select name from lsctl.host; execute q;' >&7
	await has studio old.out
	plant 900 'alter table lsctl.host drop note; alter table lsctl.host add remark text;'
	run -0 db migrate
	echo 'execute q; begin; select name from lsctl.host;' >&7
	await eval '[ "$(grep -c studio old.out)" -eq 3 ]'
	# idle in a transaction: the migration gives up, and nothing of it is there
	plant 901 "set local lock_timeout = '300ms'; alter table lsctl.host drop remark;"
	run -75 db migrate
	[[ $output == *"canceling statement due to lock timeout"* ]]
	[ "$(one 'select max(number) from lsctl.migration')" = 900 ]
	echo 'commit;' >&7
	exec 7>&-
	finish "$old"
	[ "$status" -eq 0 ]
	run -0 db migrate
}

# denied SQL: and for no other reason.
denied() {
	run one "$1"
	[ "$status" -ne 0 ]
	[[ $output == *"permission denied"* ]]
}

# Something in every table there is, with the awkward bytes.
fill() {
	one "
	insert into lsctl.channel (name, host, mode_reason) values
		('waheguru', 'studio', E'O''Brien \\\\ \\t ੴ \\n end'), ('krishna', 'studio', null);
	insert into lsctl.source (channel_id, name, position, kind)
		select id, s, p, k from lsctl.channel, (values ('obs', 1, 'live'), ('loop', 2, 'loop')) v (s, p, k);
	insert into lsctl.media select id, 1, 'a film.flv' from lsctl.source where kind = 'loop';
	insert into lsctl.master_key (id, probe, current) values ('0123456789abcdef', '\\x00ff10', true);
	insert into lsctl.token (source_id, digest, sealed, key_id)
		select id, sha256(name::bytea || id::text::bytea), '\\x00010203ff', '0123456789abcdef' from lsctl.source;
	insert into lsctl.destination (channel_id, name, position, url, sealed, key_id)
		select id, 'youtube', 1, 'rtmps://a.example/live2', '\\xdeadbeef', '0123456789abcdef' from lsctl.channel;
	insert into lsctl.state (channel_id, state, since, record)
		select id, 'OBS_ACTIVE', now(), '{\"problems\": []}' from lsctl.channel;
	insert into lsctl.event (host, channel, kind, detail)
		select 'studio', 'waheguru', 'state', jsonb_build_object('n', n) from generate_series(1, 500) n;
	insert into lsctl.account (name, role, password) values ('simran', 'admin', 'salted')"
}

# All of the database as text: schema, grants, rows, sequences.
whole() {
	pg_dump -n lsctl --no-comments | grep -v -e '^--' -e '^\\restrict' -e '^\\unrestrict'
}

@test "a restore brings everything back after everything was dropped" {
	db init -q
	fill
	whole >before
	run -0 --separate-stderr db backup -o all.dump
	[ "$output" = all.dump ]
	[ "$(stat -c %a all.dump)" = 600 ]
	[ "$(ls -A | grep -c dump)" -eq 1 ]
	cp all.dump copy.dump

	# the databases of the other tests hold on to the roles
	databases=$(one "select datname from pg_database where datname ~ '^t[0-9]'")
	[[ $'\n'$databases$'\n' == *$'\n'$PGDATABASE$'\n'* ]]
	for d in $databases; do
		psql -Xq -d postgres -c "drop database $d with (force)"
	done
	roles=$(psql -XqAt -d postgres -c "select rolname from pg_roles where rolname ~ '^lsctl_'")
	[ -n "$roles" ]
	for r in $roles; do
		psql -Xq -d postgres -c "drop role $r"
	done
	run -2 one 'select 1'

	run -0 db restore all.dump
	[ "$output" = "lsctl-db: database $PGDATABASE was restored from all.dump" ]
	whole >after
	diff before after
	cmp all.dump copy.dump
	[ "$(one 'select count(*) from lsctl.event')" = 500 ]
	run -0 db status
	# but nobody is signed in by it
	one "insert into lsctl.credential (digest, kind, account_id, expires_at) select sha256('s'), 'session', id, now() + interval '1 day'
		from lsctl.account;
	    insert into lsctl.credential (digest, kind, account_id, name, role, expires_at) select sha256('t'), 'token', id, 't', 'viewer',
		now() + interval '1 day' from lsctl.account;
	    insert into lsctl.account_link (digest, account_id, created_by, expires_at) select sha256('l'), id, 'x', now() + interval '1 day'
		from lsctl.account"
	run -0 --separate-stderr db backup -o signed-in.dump
	run -0 db restore --force signed-in.dump
	[ "$(one "select string_agg(kind, ' ') from lsctl.credential where revoked_at is null")" = token ]
	[ "$(one 'select count(*) from lsctl.account_link')" = 0 ]
	# and it lives on
	one "insert into lsctl.channel (name, host) values ('third', 'studio')"
	run -0 db init -q
}

@test "a restore refuses to replace a database, and with --force replaces all or nothing" {
	db init -q
	fill
	db backup -o old.dump
	one "delete from lsctl.channel where name = 'krishna'"
	one "insert into lsctl.host (name) values ('newer')"
	whole >newer
	run -73 db restore old.dump
	[[ $output == *"has lsctl's data already; --force replaces it" ]]
	whole | diff newer -

	# a file that ends early, at many a place, changes nothing
	size=$(stat -c %s old.dump)
	for part in 2 4 8 16; do
		head -c $((size - size / part)) old.dump >short.dump
		run -65 db restore --force short.dump
		whole | diff newer -
	done
	head -c $((size - 8)) old.dump >short.dump
	run db restore --force short.dump
	[ "$status" -eq 65 ]
	whole | diff newer -
	echo nonsense >bad.dump
	run -65 db restore --force bad.dump
	run -66 db restore --force nowhere.dump
	pg_dump -Fc -n lsctl -t lsctl.host -f other.dump
	run -65 db restore --force other.dump
	[[ $output == *"is not a backup of lsctl's" ]]
	whole | diff newer -

	run -0 db restore --force old.dump
	[ "$(one 'select count(*) from lsctl.channel')" = 2 ]
	[ "$(one "select count(*) from lsctl.host where name = 'newer'")" = 0 ]
}

@test "an older backup is migrated, a newer one refused" {
	db init -q
	fill
	db backup -o old.dump
	plant 900 'alter table lsctl.host add remark text;'
	run -0 db restore --force old.dump
	[[ $output == *"lsctl-db: tables/900_planted"* ]]
	run -0 db status
	db backup -o new.dump
	rm sql/tables/900_planted.sql
	run -78 db restore --force new.dump
	[[ $output == *"the database is newer than this lsctl-db: tables/900_planted ran there"* ]]
	[ "$(one 'select count(*) from lsctl.channel')" = 2 ]
}

@test "a backup goes to standard output or to a name with the time, and never leaves half a file" {
	db init -q
	db backup -o - >piped.dump
	pg_restore -l piped.dump >/dev/null
	run -0 --separate-stderr db backup
	[[ $output =~ ^lsctl-[0-9]{8}T[0-9]{6}Z\.dump$ ]]
	[ -s "$output" ]
	echo keep >kept.dump
	PGDATABASE=nowhere run -78 db backup -o kept.dump
	[ "$(cat kept.dump)" = keep ]
	[ "$(ls -A | grep -c '^\.lsctl')" -eq 0 ]
	mkdir folder
	run -73 db backup -o folder
	run -73 db backup -o nowhere/file
	run -73 db backup -o nowhere/
}

@test "a backup leaves a note for the metrics where it may, and only when it is complete" {
	db init -q
	mkdir -p state
	LSCTL_STATE=$PWD/state db backup -o one.dump
	prints_nothing ls -A state
	mkdir state/backup
	PGDATABASE=nowhere LSCTL_STATE=$PWD/state run -78 db backup -o two.dump
	prints_nothing ls -A state/backup
	LSCTL_STATE=$PWD/state db backup -o two.dump
	[ -f state/backup/last ]
	touch -d '-1 day' state/backup/last
	LSCTL_STATE=$PWD/state db backup -o - >three.dump
	prints_nothing find state/backup -name last -mmin -5
	LSCTL_STATE=$PWD/state db backup -o three.dump
	[ -n "$(find state/backup -name last -mmin -5)" ]
}

@test "--keep keeps the newest backups of a folder, and a failure removes none" {
	db init -q
	mkdir kept
	for day in 01 02 03 04 05; do
		touch "kept/lsctl-202601${day}T000000Z.dump"
	done
	# others' files, and one that must be there still when the clock was wrong once
	touch kept/lsctl-20260101.dump kept/lsctl-20260101T000000Z.dump.gpg kept/notes.dump
	touch kept/lsctl-20990101T000000Z.dump
	mkdir kept/lsctl-20250101T000000Z.dump
	ln -s ../elsewhere kept/lsctl-20240101T000000Z.dump
	touch kept/.lsctl-dump.abcdef kept/.lsctl-dump.ghijkl kept/.lsctl-dump
	touch -d '2 days ago' kept/.lsctl-dump.abcdef kept/.lsctl-dump
	ls -A kept >before
	# no server, no right, no room: nothing goes
	PGHOST=/nonexistent run -75 db backup -o kept/ --keep 2
	PGUSER=t_hook run -77 db backup -o kept/ --keep 2
	(
		ulimit -f 8
		trap '' XFSZ
		run db backup -o kept/ --keep 2
		[ "$status" -ne 0 ]
	)
	ls -A kept | diff before -
	run -0 --separate-stderr db backup -o kept/ --keep 4
	new=${output#kept/}
	[[ $output =~ ^kept/lsctl-[0-9]{8}T[0-9]{6}Z\.dump$ ]]
	pg_restore -l "$output" >/dev/null
	[[ $stderr == *"kept/lsctl-20260101T000000Z.dump: removed, 4 are kept"* ]]
	{ ls -A kept | grep -vxF "$new"; printf '%s\n' .lsctl-dump.abcdef lsctl-2026010{1,2,3}T000000Z.dump; } |
	    sort >after
	sort before | diff - after
	run -0 --separate-stderr db backup -q -o kept/ --keep 1
	[ "$stderr" = "" ]
	[ "$(ls kept | grep -cE '^lsctl-[0-9]{8}T[0-9]{6}Z\.dump$')" = 3 ]	# it, a folder, a link
	[ -s "$output" ]
}

@test "the backup role reads everything, also later tables, and changes nothing" {
	db init -q
	fill
	run -0 db grant t_backup backup
	plant 900 'create table lsctl.later (a int generated always as identity, b text);
	    create sequence lsctl.counter; insert into lsctl.later (b) values ($$new$$);'
	run -0 db migrate
	whole >before
	export PGUSER=t_backup
	run -0 db backup -o all.dump
	for sql in "insert into lsctl.later (b) values ('x')" "update lsctl.channel set enabled = false" \
	    "delete from lsctl.host" "truncate lsctl.state" "select nextval('lsctl.counter')" \
	    "create table lsctl.mine (a int)" "set role lsctl_owner" "set role lsctl_keys" \
	    "select lsctl.reconcile_begin('studio')"; do
		echo "backup: $sql"
		denied "$sql"
	done
	run -77 db migrate
	run -77 db restore --force all.dump
	export PGUSER=t_super
	run -0 db restore --force all.dump
	whole | diff before -
	# and after it came back it is still so
	plant 901 'create table lsctl.latest (a int);'
	run -0 db migrate
	PGUSER=t_backup run -0 db backup -o again.dump
}

@test "verify restores a backup into a database of its own, and removes it" {
	db init -q
	fill
	db backup -o all.dump
	databases() { one "select datname from pg_database order by 1"; }
	databases >before
	whole >content
	run -0 --separate-stderr db verify all.dump
	[ "$stderr" = "lsctl-db: all.dump can be restored" ]
	[[ ${lines[0]} =~ ^channels\ +2$ ]]
	[[ $output == *"tokens            4"*"destinations      2"*"events            500"*"newest event      20"* ]]
	[[ $output == *"migration         $last"*"master key        0123456789abcdef"* ]]
	run -0 db verify -q --json all.dump
	[ "$(jq -c '[.channels, .sources, .tokens, .destinations, .destination_keys, .destination_passwords, .events, .migration,
	    .master_key]' <<<"$output")" = "[2,4,4,2,2,0,500,\"$last\",\"0123456789abcdef\"]" ]
	databases | diff before -

	# for a login of little right, on a server that knows nothing of ours
	one 'create role t_drill login createdb'
	PGUSER=t_drill run -0 db verify -q all.dump
	one 'create role t_nobody login'
	PGUSER=t_nobody run -77 db verify all.dump
	[[ $output == "lsctl-db: permission denied to create database" ]]

	# every kind of damage, and nothing stays behind
	size=$(stat -c %s all.dump)
	for part in 2 4 8 16; do
		head -c $((size - size / part)) all.dump >bad.dump
		run -65 db verify bad.dump
	done
	for what in 'COPY lsctl.channel' 'TABLE DATA' "setval('lsctl.event_id_seq'" end; do
		cp all.dump bad.dump
		at=$((size - 4000))
		[ "$what" = end ] || at=$(grep -abo -e "$what" all.dump | sed -n '1s/:.*//p')
		echo "$what at $at of $size"
		printf '\377\377\377\377' | dd of=bad.dump bs=1 seek="$at" conv=notrunc status=none
		run -65 db verify bad.dump
		[[ $output == "lsctl-db: bad.dump: "* ]]
	done
	echo nonsense >bad.dump
	run -65 db verify bad.dump
	run -66 db verify nowhere.dump
	PGHOST=/nonexistent run -75 db verify all.dump
	plant 900 'select 1;'
	db migrate
	db backup -o newer.dump
	rm sql/tables/900_planted.sql
	run -78 db verify newer.dump
	[[ $output == *"the database is newer than this lsctl-db: tables/900_planted ran there"* ]]
	databases | diff before -
	whole | grep -v 900_planted | diff content -

	# what a killed one left, but not what another is at work with
	one 'create database lsctl_verify_20260101000000_12'
	one "create database lsctl_verify_$(date -u +%Y%m%d%H%M%S)_13"
	db verify -q all.dump
	[ "$(databases | grep -c ^lsctl_verify)" = 1 ]
	PGDATABASE=postgres one "drop database $(databases | grep ^lsctl_verify)"
}

@test "each role has the rights that it needs, and no others" {
	db init -q
	fill
	for r in viewer operator admin hook; do
		run -0 db grant "t_$r" "$r"
	done
	run -0 db grant t_hook hook
	[ "$(one "select rolcanlogin and not rolsuper from pg_roles where rolname = 't_hook'")" = t ]
	export PGUSER=t_viewer
	for sql in \
	    "insert into lsctl.host (name) values ('x')" \
	    "update lsctl.channel set enabled = false" \
	    "delete from lsctl.event" \
	    "insert into lsctl.event (host, kind) values ('x', 'forged')" \
	    "select sealed from lsctl.token" \
	    "select password from lsctl.account" \
	    "create table lsctl.mine (a int)" \
	    "create schema mine" \
	    "set role lsctl_keys" \
	    "set role lsctl_owner" \
	    "set role lsctl_admin"; do
		echo "viewer: $sql"
		denied "$sql"
	done
	run -0 db status
	run -77 db migrate
	run -77 db init
	run -77 db backup
	run -77 db grant t_viewer admin
	export PGUSER=t_hook
	for sql in \
	    "select sealed from lsctl.token" \
	    "select sealed from lsctl.destination" \
	    "update lsctl.token set revoked_at = now()" \
	    "insert into lsctl.channel (name, host) values ('x', 'studio')" \
	    "delete from lsctl.event" \
	    "update lsctl.event set reason = 'never'" \
	    "truncate lsctl.event" \
	    "select from lsctl.account" \
	    "set role lsctl_switch" \
	    "set role lsctl_keys" \
	    "set role lsctl_owner"; do
		echo "hook: $sql"
		denied "$sql"
	done
	export PGUSER=t_operator
	for sql in "set role lsctl_channel" "set role lsctl_admin" "set role lsctl_owner" \
	    "update lsctl.account set role = 'admin'"; do
		echo "operator: $sql"
		denied "$sql"
	done
	# not even the owner
	export PGUSER=t_super
	for sql in "update lsctl.event set reason = 'never'" "delete from lsctl.event" \
	    "truncate lsctl.event"; do
		run -1 as lsctl_owner "$sql"
		[[ $output == *"events are append-only"* ]]
	done
	[ "$(one 'select count(*) from lsctl.event where reason is null')" = 500 ]
	run -64 db grant t_hook root
	run -64 db grant 'a b' hook
	run -64 db grant t_hook
}

@test "no function may be run by everybody, or uses the caller's search path" {
	db init -q
	run -0 one "select proname from pg_proc where pronamespace = 'lsctl'::regnamespace
	    and prorettype <> 'trigger'::regtype and (proacl is null or exists
	    (select from aclexplode(proacl) where grantee = 0))"
	[ "$output" = "" ]
	run -0 one "select proname from pg_proc where pronamespace = 'lsctl'::regnamespace and prosecdef
	    and not coalesce(proconfig::text like '%search_path=%', false)"
	[ "$output" = "" ]
}

@test "without a server, or with one that does not answer, it prints that and exits" {
	db init -q
	PGHOST=/nonexistent run -75 db status
	[[ $output == *"/nonexistent"* ]]
	PGHOST=/nonexistent run -75 db init
	PGHOST=/nonexistent run -75 db migrate
	PGHOST=/nonexistent run -75 db backup
	PGHOST=/nonexistent run -75 db wait 1
	PGUSER=nobody-at-all run -77 db status
	run -0 db wait 1
	server=$(pg pid)
	kill -STOP "$server"
	SECONDS=0
	PGCONNECT_TIMEOUT=2 run db status
	kill -CONT "$server"
	[ "$status" -eq 75 ]
	[ "$SECONDS" -lt 30 ]
	# it waits for one that comes
	pg halt
	start waiting "$ROOT/scripts/lsctl-db" wait 20
	sleep 0.3
	kill -0 "$pid"
	pg resume
	finish "$pid"
	[ "$status" -eq 0 ]
	PGPASSWORD=canary-secret PGPORT=1 run -75 db status -v
	[[ $output != *canary* ]]
}

@test "wrong usage is an error that shows the usage" {
	for args in '' 'nonsense' 'init x' 'init --server apache' 'init --api-url' 'init --play-url http://x' \
	    'backup --keep 3' 'backup -o file --keep 3' 'backup -o ./ --keep 0' 'verify' 'verify a b' 'verify --keep 1 a' \
	    'restore --keys a' \
	    'status -n' 'migrate --json' 'backup --force' 'restore' 'restore a b' 'wait soon' '-q' 'migrate -x'; do
		echo "$args"
		# shellcheck disable=SC2086
		run -64 db $args
		[[ $output == *$'\nusage: lsctl-db '*$'\nTry '* ]]
	done
	run -64 db backup -o ./ --keep 0
	[ "${lines[0]}" = 'lsctl-db: backup: --keep 0: must be 1 to 99999' ]
	run -64 db wait soon
	[ "${lines[0]}" = 'lsctl-db: wait: soon: not a duration: write 90s, 10m, 2h or 1d' ]
	run -64 db verify a b
	[ "${lines[0]}" = 'lsctl-db: verify: b: one argument too many' ]
	LSCTL_HOST='a b' run -64 db init
	run -0 db --help
	run -0 db init --help
	run -0 db --version
	[[ $output =~ ^lsctl-db\ [0-9]+\.[0-9]+ ]]
}

@test "installed, it finds its migrations" {
	unset LSCTL_SQL
	version_of 1.2.3
	ln -s v1.2.3/bin/lsctl-db here
	run -0 ./here init -qq
	run -0 ./here status -q
}
