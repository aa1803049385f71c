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
	declared_channel nginx
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

# The counts begin this many seconds earlier: since_s, at byte 240 of each slot of 256.
counts_age() {
	python3 - "$1" <<-'END'
		import struct, sys
		with open("state/spool/counts", "r+b") as f:
		    data = bytearray(f.read())
		    for at in range(240, len(data), 256):
		        since, = struct.unpack_from("q", data, at)
		        if since:
		            struct.pack_into("q", data, at, since - int(sys.argv[1]))
		    f.seek(0)
		    f.write(data)
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

# spooled JSON...: a taken-over hook writes these events into the spool, and a pass sends them.
spooled() {
	mkdir -p state/spool
	for event; do
		jq -nc --argjson e "$event" '{uid: "'"$(cat /proc/sys/kernel/random/uuid)"'", at: "2026-01-01T00:00:00Z", host: "testhost",
		    channel: "krishna", kind: "publish-refused", source: "obs", who: "x", reason: "y", detail: {}} + $e'
	done >>state/spool/events
	pass
}

@test "events of a taken-over hook stop neither passes, nor health, nor those who read events" {
	spooled '{"at": "infinity"}' '{"at": "-infinity"}' '{"at": "2099-01-01T00:00:00Z", "kind": "publish-allowed"}' \
	    '{"detail": {"count": "x"}}' '{"detail": {"count": 1e30}}' '{"detail": {"count": -5}}' '{"detail": "x"}' '{"detail": [1]}' \
	    '{"kind": "publish-allowed", "detail": {"client": null}}' '{"kind": "publish-allowed", "detail": {"client": {"a": 1}}}' \
	    '{"kind": "kicked", "at": "2099-01-01T00:00:00Z"}' '{"kind": "rotated"}' '{"kind": "declared"}'
	refute test -s state/spool/events
	[ "$(one "select count(*) from event where kind in ('kicked', 'rotated') or who = 'x' and kind = 'declared'")" = 0 ]
	[ "$(one "select count(*) from event where at > now() + interval '2 min' or not isfinite(at)")" = 0 ]
	"$BIN/lsctl-health" --json >health || [ $? -eq 1 ]
	jq -se 'length > 0 and all(.[].problems[]; .code != "database-schema")' <health
	run -0 "$ROOT/scripts/lsctl-events"
	run -0 "$BIN/lsctl-switch" -n </dev/null
}

@test "what a taken-over forwarder answers fills no database" {
	jq -nc '{channel: "krishna", time: "2026-01-01T00:00:00Z", state: "OBS_ACTIVE", since: "infinity", pad: ("x" * 100000),
	    changes: [range(300) | {n: ., at: "2026-01-01T00:00:00Z", from: "A", to: "B", reason: "r"}]}' >record
	before=$(one 'select pg_total_relation_size($$event$$)')
	"$BIN/lsctl-switch" -q <record || [ $? -eq 69 ]
	[ "$(one "select count(*) from event where kind = 'state'")" -le 17 ]
	[ $(($(one 'select pg_total_relation_size($$event$$)') - before)) -lt 1048576 ]
	[ "$(one "select reconciled_at > now() - interval '1 min' from host")" = t ]
}
