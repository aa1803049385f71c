# SPDX-License-Identifier: ISC
# Dumps that somebody made to run code, where a superuser restores and verifies them: nothing of a dump runs, in psql,
# in the server or later. What runs writes the file $ran.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

db() {
	"$ROOT/scripts/lsctl-db" "$@"
}

# one SQL: a value, of the superuser's.
one() {
	psql -XqAt -v ON_ERROR_STOP=1 -c "$1"
}

setup_file() {
	PG_EMPTY=1 "$ROOT/tests/lib/pg" start "$BATS_FILE_TMPDIR/pg" >"$BATS_FILE_TMPDIR/env"
}

teardown_file() {
	"$ROOT/tests/lib/pg" stop "$BATS_FILE_TMPDIR/pg" immediate
}

setup() {
	setup_folder
	umask 077
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
	export PGDATABASE=t$BATS_TEST_NUMBER LSCTL_HOST=studio
	ran=$PGHOST/ran		# where the server's user may write, too
	become="reset role; copy (select 1) to program 'touch $ran';"
	cp -r "$ROOT/sql" sql
	export LSCTL_SQL=$PWD/sql
	db init -q
	one "insert into lsctl.channel (name, host) values ('krishna', 'studio');
	    insert into lsctl.event (host, kind, reason) values ('studio', 'state', repeat('X', 200))"
	whole >before
}

teardown() {
	rm -f "$ran"
	teardown_folder
}

# All of the database as lines: schema, grants, rows, sequences.
whole() {
	pg_dump -n lsctl "$@" | grep -v -e '^--' -e '^\\restrict' -e '^\\unrestrict' | sort
}

dump() {
	pg_dump -Fc -Z0 -f "$@"
}

# A function for the owner's objects, which becomes the superuser and leaves a file.
evil="create function lsctl.evil() returns boolean language plpgsql as \$f\$ begin
	execute 'reset role';
	execute 'copy (select 1) to program ''touch \"%s\"''';
	return true;
end \$f\$;
create function lsctl.evil_trigger() returns trigger language plpgsql as
	\$f\$ begin perform lsctl.evil(); return new; end \$f\$;"

# plant SQL: objects of the owner's, with nothing of them run yet.
plant() {
	# shellcheck disable=SC2059
	one "begin; set local role lsctl_owner; $(printf "$evil" "$ran") $1; commit"
}

# Verifies and restores bad.dump with the schema that was there before, and then uses it as the superuser, who may fire
# what a dump left behind.
harmless() {
	[ ! -e "$ran" ]
	run db verify -q bad.dump
	[ ! -e "$ran" ]
	[ "$status" -eq 0 ]
	run db restore -q --force bad.dump
	[ ! -e "$ran" ]
	[ "$status" -eq 0 ]
	whole -s | diff schema_before -
	[ "$(one 'select count(*) from lsctl.channel')" = 1 ]
	echo 'alter table lsctl.host add remark text;' >sql/tables/900_planted.sql
	LSCTL_HOST=other db init -q
	one "update lsctl.host set server = 'nginx'; delete from lsctl.channel"
	"$BIN/lsctl-channel" add -q waheguru
	"$BIN/lsctl-channel" list >list
	[ ! -e "$ran" ]
}

# after_planting SQL
after_planting() {
	whole -s >schema_before
	plant "$1"
	# a check that was never made
	one 'update pg_constraint set convalidated = true where not convalidated'
	dump bad.dump -n lsctl
	harmless
}

@test "a check constraint of a dump does not run when the rows are loaded" {
	after_planting 'alter table lsctl.host add constraint evil check (lsctl.evil()) not valid'
}

@test "triggers of a dump do not come back" {
	after_planting "
	    create trigger evil before insert on lsctl.migration for each row execute function lsctl.evil_trigger();
	    create trigger evil before insert on lsctl.host for each row execute function lsctl.evil_trigger();
	    create trigger evil before insert or delete on lsctl.channel for each row execute function lsctl.evil_trigger()"
}

@test "rules, views, defaults and types of a dump do not come back" {
	after_planting "
	    create rule evil as on update to lsctl.host do also select lsctl.evil();
	    create view lsctl.looks_good as select lsctl.evil();
	    create domain lsctl.word as text;
	    drop view lsctl.event_seen;
	    alter table lsctl.event alter host type lsctl.word;
	    alter domain lsctl.word add check (lsctl.evil()) not valid;
	    alter table lsctl.channel alter enabled set default lsctl.evil();
	    create type lsctl.pair as (a int, b int)"
}

@test "a function that a dump has in the place of one of ours does not come back" {
	whole -s >schema_before
	# its record says that it is ours
	plant "$(sed -n '/^create or replace function lsctl.channels(/,/ as \$\$/p' sql/functions/channels.sql |
	    sed -e 's/language sql/language plpgsql/' -e 's/security definer//' -e 's/stable//')
	    begin perform lsctl.evil(); return null; end \$\$"
	[[ $(one "select prosrc from pg_proc where proname = 'channels'") == *evil* ]]
	dump bad.dump -n lsctl
	harmless
}

@test "a dump of more than the schema brings nothing else along" {
	whole -s >schema_before
	one "create function public.evil() returns event_trigger language plpgsql as
	    \$f\$ begin execute 'copy (select 1) to program ''touch \"$ran\"'''; end \$f\$;
	    create schema other; create view other.v as select 1"
	one 'create event trigger evil on ddl_command_end execute function public.evil(); alter event trigger evil disable'
	dump bad.dump
	one 'drop event trigger evil; drop schema other cascade; drop function public.evil()'
	harmless
	[ "$(one "select count(*) from pg_event_trigger")" = 0 ]
	# and rows of another schema are refused
	one "create schema other; create table other.t as select 1"
	dump bad.dump
	run -65 db verify bad.dump
	[[ $output == "lsctl-db: bad.dump: has what no backup has, and nothing of it ran: COPY other.t "* ]]
}

# patched OLD NEW: puts NEW into bad.dump where OLD is, filled up to the same length.
patched() {
	dump good.dump -n lsctl
	python3 - "$1" "$2" <<-'END'
		import sys
		old, new = (arg.encode().decode("unicode_escape").encode("latin-1") for arg in sys.argv[1:])
		data = open("good.dump", "rb").read()
		assert data.count(old) == 1, data.count(old)
		room = len(old) - len(new)
		assert room == 0 or room > 3, room
		open("bad.dump", "wb").write(data.replace(old, new + (b"\n--" + b"x" * (room - 3) if room else b"")))
	END
}

# refused [STATUS]: verify and restore of bad.dump run nothing and change nothing.
refused() {
	for how in verify 'restore --force'; do
		# shellcheck disable=SC2086
		run db $how bad.dump
		[ ! -e "$ran" ]
		[ "$status" -eq "${1:-65}" ]
	done
	whole | diff before -
	[ "$(PGDATABASE=postgres one "select count(*) from pg_database where datname ~ '^lsctl_verify'")" = 0 ]
}

@test "commands in the place of COPY, setval and SET are refused" {
	channel=$(pg_dump -a -t lsctl.channel | grep ^COPY)
	for command in "$become" "\\\\! touch $ran" "\\\\o |touch $ran" "\\\\copy (select 1) to program 'touch $ran'" \
	    "commit; drop schema lsctl cascade;" \
	    "COPY lsctl.channel FROM PROGRAM 'touch $ran';" "COPY lsctl.lease (channel) FROM stdin;" \
	    'COPY lsctl.channel (id, "a) FROM stdin; drop table lsctl.event; --") FROM stdin;' \
	    'COPY lsctl.channel (id) FROM stdin; commit; drop table lsctl.event;'; do
		echo "$command"
		patched "$channel" "$command"
		refused
		[[ $output == "lsctl-db: bad.dump: has what no backup has, and nothing of it ran: "* ]]
	done
	patched "SELECT pg_catalog.setval('lsctl.event_id_seq', 1, true);" "\\\\! touch $ran"
	refused
	patched "SELECT pg_catalog.setval('lsctl.event_id_seq', 1, true);" "SELECT lsctl.evil();"
	refused
	patched "SELECT pg_catalog.set_config('search_path', '', false);" "\\\\! touch $ran"
	refused
	patched "SET client_encoding = 'UTF8';" "SET client_encoding = 'SJIS';" || patched "= 'UTF8';" "= 'SJIS';"
	refused
}

@test "commands in the place of CREATE are not looked at" {
	whole -s >schema_before
	patched "CREATE TABLE lsctl.channel (\\n    id bigint NOT NULL,\\n    name text NOT NULL,\\n    host text NOT NULL," \
	    "$become"
	harmless
}

@test "rows that seem to end a table early are refused" {
	row=$(printf '%0200d' 0 | tr 0 X)
	for end in '\\.\n' '\\.\r\n' '\\.\r' '\\.\0\n' '\0\\.\n' '\\.' '\\.x\n'; do
		echo "$end"
		patched "$row" "r\\t{}\\n$end$become"
		refused
	done
}

@test "what a backup says of migrations is compared, and printed only where it is harmless" {
	one "insert into lsctl.migration values (900, '900_x' || E'\\033[2J', 'ab')"
	dump bad.dump -n lsctl
	one 'delete from lsctl.migration where number = 900'
	refused
	refute grep -q "$(printf '\033')" <<<"$output"
	one "create table kept as select * from lsctl.migration; update lsctl.migration set digest = 'ab' where number = 1"
	dump bad.dump -n lsctl
	one 'update lsctl.migration m set digest = k.digest from kept k where k.number = m.number'
	refused 78
	[[ $output == *"tables/001_schema was changed after it ran"* ]]
	for version in "E'\\033[2J'" "'99.0 or so'"; do
		one "update lsctl.function_file set version = $version where name = 'acl'"
		dump bad.dump -n lsctl
		one "update lsctl.function_file set version = (select max(version) from lsctl.function_file where name = 'event')"
		refused
	done
}

@test "rows that the tables refuse, and tables without their rows, change nothing" {
	one "alter table lsctl.channel drop constraint channel_host_fkey; update lsctl.channel set host = E'no\\033[2Jwhere'"
	dump bad.dump -n lsctl
	one "update lsctl.channel set host = 'studio';
	    alter table lsctl.channel add foreign key (host) references lsctl.host on update cascade"
	refused
	[[ $output == *'violates foreign key constraint "channel_host_fkey"; nothing was changed' ]]
	dump bad.dump -n lsctl --exclude-table-data=lsctl.token
	refused
	[[ $output == *"has no data of token; nothing was changed" ]]
	one 'create table lsctl.mine (a int)'
	dump bad.dump -n lsctl
	one 'drop table lsctl.mine'
	refused
	[[ $output == *'relation "lsctl.mine" does not exist; nothing was changed' ]]
}

@test "files and folders that others can change are refused, and a file that they can read gives a warning" {
	db backup -q -o good.dump
	chmod 644 good.dump
	run -0 --separate-stderr db verify -q good.dump
	[ "$stderr" = "lsctl-db: ./good.dump: others can read it: chmod 600 ./good.dump" ]
	for mode in 620 602; do
		chmod "$mode" good.dump
		run -78 db verify good.dump
		[[ $output == "lsctl-db: ./good.dump: others can change it: "* ]]
		run -78 db restore --force good.dump
	done
	chmod 600 good.dump
	mkdir -m 777 open
	mkdir -m 1777 shared
	run -78 db backup -o open/
	[ "$output" = "lsctl-db: open: everybody can replace files in it: chmod o-w open" ]
	prints_nothing ls -A open
	cp good.dump open
	cp good.dump shared
	run -78 db verify open/good.dump
	run -0 db backup -o shared/
	run -0 db verify -q shared/good.dump
	if [ "$(id -u)" -eq 0 ]; then
		chown nobody shared/good.dump
		run -78 db restore --force shared/good.dump
		[[ $output == *"is another user's, in a folder of all users"* ]]
	fi
	whole | diff before -
	chmod o+w sql/functions/acl.sql
	run -78 db migrate
	[[ $output == *"sql/functions/acl.sql: everybody can change what runs in the database: "* ]]
	run -78 db restore --force good.dump
}

@test "a function that a login made in schema public is not called in the place of the server's" {
	one 'grant create on schema public to lsctl_viewer'	# as servers before PostgreSQL 15 have it
	db grant -q t_viewer viewer
	PGUSER=t_viewer one "create function public.format(text, name, name) returns text language plpgsql as
	    \$f\$ begin execute 'copy (select 1) to program ''touch \"$ran\"'''; return 'select 1'; end \$f\$"
	db init
	db backup -q -o good.dump
	db restore --force good.dump
	[ ! -e "$ran" ]
}
