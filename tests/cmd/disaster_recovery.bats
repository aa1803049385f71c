# SPDX-License-Identifier: ISC
# A host is lost: its database comes back elsewhere from a backup, by people who have the master key, and by
# people who have not.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
	mkdir -m 700 a b
	# Of host A there is its database, its master key and who may write backups there.
	eval "$(PG_EMPTY=1 "$ROOT/tests/lib/pg" start "$PWD/pg-a")"
	on_a
	"$BIN/lsctl-db" init -q --server nginx --publish-url rtmp://a.example/live
	"$BIN/lsctl-keys" init -q
	for c in krishna waheguru; do
		"$BIN/lsctl-channel" add -q "$c"
		(umask 077 && echo "stream-key-of-$c" >key)
		"$BIN/lsctl-channel" dest add -q "$c" youtube rtmps://a.rtmps.youtube.com/live2 --key-file key
	done
	"$BIN/lsctl-keys" new -q --all
	"$BIN/lsctl-keys" rotate -q --no-kick krishna obs
	"$BIN/lsctl-db" grant -q keeper backup
}

teardown() {
	for h in a b; do
		[ ! -e "pg-$h" ] || "$ROOT/tests/lib/pg" stop "$PWD/pg-$h" immediate
	done
	teardown_folder
}

# on HOST: whose tools, database and key are meant from here on.
on_a() {
	export LSCTL_HOST=hosta LSCTL_RUN=$PWD/a LSCTL_STATE=$PWD/a LSCTL_MASTER_KEY_FILE=$PWD/a/master.key
	export PGDATABASE=lsctl
}

on_b() {
	"$ROOT/tests/lib/pg" stop "$PWD/pg-a" immediate
	rm -d pg-a
	eval "$(PG_EMPTY=1 "$ROOT/tests/lib/pg" start "$PWD/pg-b")"
	export LSCTL_HOST=hostb LSCTL_RUN=$PWD/b LSCTL_STATE=$PWD/b LSCTL_MASTER_KEY_FILE=$PWD/b/master.key
	export PGDATABASE=lsctl
}

# Prints all channels, keys and tokens, without times.
state_of_all() {
	"$BIN/lsctl-channel" export
	"$BIN/lsctl-keys" list --json
	for c in krishna waheguru; do
		"$BIN/lsctl-keys" show --json "$c"
		"$BIN/lsctl-keys" show --json "$c" loop
	done
	"$BIN/lsctl-keys" check
}

@test "another host restores everything from a backup, made by a role that only reads, and a copy of the master key" {
	state_of_all >before 2>&1
	PGUSER=keeper run -0 --separate-stderr "$BIN/lsctl-db" backup
	dump=$output
	cp a/master.key b
	# a reader of the file sees no secret
	refute grep -aqE "stream-key-of|$("$BIN/lsctl-keys" show --json krishna obs | jq -r .stream_key | cut -d= -f2)" "$dump"
	refute grep -aqiF "$(cat a/master.key)" "$dump"
	pg_restore -f plain.sql "$dump"
	refute grep -aqE "stream-key-of|$(cat a/master.key)" plain.sql

	on_b
	run -0 "$BIN/lsctl-db" verify "$dump"
	[[ $output == *"channels          2"* ]]
	prints_nothing psql -XqAt -d postgres -c "select datname from pg_database where datname = '$PGDATABASE'"	# verify leaves nothing behind
	prints_nothing psql -XqAt -d postgres -c "select rolname from pg_roles where rolname like 'lsctl%'"
	run -77 "$BIN/lsctl-db" verify --keys "$dump"
	run -0 "$BIN/lsctl-db" restore "$dump"
	run -0 "$BIN/lsctl-db" verify --keys "$dump"
	state_of_all >after 2>&1
	diff before after
	grep -q 'rtmp://a.example/live' after
	# what it takes to go on here: the host, its channels, a new token
	"$BIN/lsctl-db" init -q --publish-url rtmp://b.example/live
	for c in krishna waheguru; do
		"$BIN/lsctl-channel" set -q "$c" host=hostb
	done
	run -0 "$BIN/lsctl-keys" rotate -q --no-kick krishna obs
	run -0 "$BIN/lsctl-keys" show krishna obs
	[[ $output == *"Server: rtmp://b.example/live"*"Stream key: krishna_obs?token="* ]]
	grep -q '^krishna obs [0-9a-f]\{64\} -$' b/acl
}

@test "without the master key a restore has the channels, and no secret opens" {
	"$BIN/lsctl-channel" list --json >before
	PGUSER=keeper run -0 "$BIN/lsctl-db" backup -q -o a.dump
	on_b
	"$BIN/lsctl-db" restore -q a.dump
	run -0 "$BIN/lsctl-db" verify a.dump
	run -78 "$BIN/lsctl-db" verify --keys a.dump
	[[ $output == *"b/master.key"* ]]
	[ "$(psql -XqAtc "select count(*) from pg_database where datname like 'lsctl_verify%'")" = 0 ]
	"$BIN/lsctl-channel" list --json | diff before -
	run -78 "$BIN/lsctl-keys" show krishna
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"b/master.key"* ]]
	run -78 "$BIN/lsctl-keys" check

	# somebody else's key is no help either, and does no harm
	(umask 077 && printf '%064d\n' 7 >b/master.key)
	run -78 "$BIN/lsctl-keys" show krishna
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"is another key"* ]]
	run -78 "$BIN/lsctl-keys" rotate krishna obs
	run -78 "$BIN/lsctl-db" verify --keys a.dump
	# with it found after all everything opens
	cp -f a/master.key b
	run -0 "$BIN/lsctl-keys" check
	run -0 "$BIN/lsctl-keys" show krishna
}
