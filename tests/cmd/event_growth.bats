#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What unknown clients do must not fill the database or the journal: refusals are counted, and events expire.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database
load publishers

setup() {
	setup_database
	mkdir -p run state/media
	printf '#!/bin/sh\n' >supervisor
	chmod +x supervisor
	export LSCTL_SUPERVISOR=$PWD/supervisor
	"$BIN/lsctl-channel" -q host set testhost server=nginx api_url=http://127.0.0.1:9
	"$BIN/lsctl-channel" -q add krishna
	"$BIN/lsctl-keys" init 2>/dev/null
	"$BIN/lsctl-keys" new --all >/dev/null
	pass
}

pass() {
	"$BIN/lsctl-switch" -q </dev/null || [ $? -eq 69 ]
}

# refused N: a client with a wrong token knocks N times.
refused() {
	local i
	for ((i = 0; i < $1; i++)); do
		refute publish krishna_obs wrong "c$i"
	done
}

# The counts begin this many seconds earlier: the member since_s of the first slot.
counts_age() {
	python3 - "$1" <<-'END'
		import struct, sys
		with open("state/spool/counts", "r+b") as f:
		    f.seek(240)
		    since, = struct.unpack("q", f.read(8))
		    f.seek(240)
		    f.write(struct.pack("q", since - int(sys.argv[1])))
	END
}

@test "a flood of refusals is one event at once, and one count a minute" {
	refused 50
	[ "$(wc -l <state/spool/events)" -eq 1 ]
	pass
	[ "$(one "select count(*) from event where kind = 'publish-refused'")" = 1 ]
	counts_age 60
	pass
	pass
	[ "$(one "select sum(coalesce((detail ->> 'count')::int, 1)) from event where kind = 'publish-refused'")" = 50 ]
	[ "$(one "select count(*) from event where kind = 'publish-refused'")" = 2 ]
	run -0 "$ROOT/scripts/lsctl-events" --kind publish-refused
	[[ ${lines[1]} == *'49 times in '*' s, wrong-token, from 127.0.0.1, by lsctl-hook'* ]]
	# lsctl-health counts all of them, and the right token opens meanwhile
	"$BIN/lsctl-health" --json >health || [ $? -eq 1 ]
	jq -se 'any(.[].problems[]; .code == "publishers-refused")' <health
	publish krishna_obs "$(token krishna obs)"
}

@test "streams that a client invents share a count" {
	for i in {1..30}; do
		refute publish "nobody-${i}_obs" wrong
	done
	[ "$(wc -l <state/spool/events)" -eq 1 ]
}

@test "an hour of refusals of one address grows the database by less than a megabyte" {
	size() { one 'select pg_total_relation_size($$event$$)'; }
	before=$(size)
	# 8 counts a minute are the most that an address can have
	one "select spool_ingest(jsonb_agg(jsonb_build_object('uid', gen_random_uuid(), 'at', now(), 'host', 'testhost',
	    'channel', 'krishna', 'source', 'obs', 'kind', 'publish-refused', 'who', 'lsctl-hook', 'reason', 'wrong-token',
	    'detail', jsonb_build_object('server', 'nginx', 'address', '2001:db8:1234:5678::', 'count', 240000, 'seconds', 60))))
	    from generate_series(1, 60 * 8)"
	[ $(($(size) - before)) -lt 1048576 ]
}

@test "events expire by their kind, and by no other hand" {
	one "insert into event (at, host, kind) select now() - interval '15 days', 'testhost', k
	    from unnest(array['publish-refused', 'publish-allowed', 'state', 'declared']) k"
	one "insert into event (at, host, kind) select now() - interval '401 days', 'testhost', k
	    from unnest(array['state', 'declared']) k"
	one "update host set events_expired_at = null"
	pass
	old() { one "select string_agg(kind, ' ' order by kind) from event where at < now() - interval '1 day'"; }
	[ "$(old)" = 'declared declared publish-allowed state' ]
	"$ROOT/scripts/lsctl-db" -q retention state 10d
	pass				# once a minute
	[ "$(old)" = 'declared declared publish-allowed state' ]
	one "update host set events_expired_at = now() - interval '61 s'"
	pass
	[ "$(old)" = 'declared declared publish-allowed' ]
	run -1 one 'delete from event'
	[[ "$output" = *'append-only'* ]]
}

@test "many old events are deleted a thousand at a time, along an index" {
	one "insert into event (at, host, kind) select now() - interval '15 days', 'testhost', 'publish-refused'
	    from generate_series(1, 2500)"
	left() { one "select count(*) from event where kind = 'publish-refused'"; }
	for n in 1500 500 0; do
		one "update host set events_expired_at = null"
		pass
		[ "$(left)" = "$n" ]
	done
}

@test "retention is printed and set" {
	run -0 "$ROOT/scripts/lsctl-db" retention
	[[ ${lines[0]} == '*'*' 400d' ]]
	grep -qE '^publish-refused +14d$' <<<"$output"
	run -0 "$ROOT/scripts/lsctl-db" retention publish-refused 36h
	run -0 "$ROOT/scripts/lsctl-db" retention --json
	[ "$(jq -c 'select(.kind == "publish-refused")' <<<"$output")" = '{"kind":"publish-refused","keep_s":129600}' ]
	run -64 "$ROOT/scripts/lsctl-db" retention state 23h
	[[ "$output" == *'must be 1d at least'* ]]
	run -64 "$ROOT/scripts/lsctl-db" retention state
	run -64 "$ROOT/scripts/lsctl-db" retention 'a b' 2d
}
