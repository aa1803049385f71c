#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-switch over a PostgreSQL of its own, with a supervisor that writes down what it is told.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	"$ROOT/tests/lib/pg" start "$BATS_FILE_TMPDIR/pg" >"$BATS_FILE_TMPDIR/env"
}

teardown_file() {
	"$ROOT/tests/lib/pg" stop "$BATS_FILE_TMPDIR/pg" immediate
}

one() {
	psql -XqAt -v ON_ERROR_STOP=1 -c 'set search_path = lsctl' -c "$1"
}

# One channel on this host, declared by the tools, with keys; nothing runs.
setup() {
	setup_folder
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
	psql -Xq -d postgres -c "create database t$BATS_TEST_NUMBER template lsctl"
	export PGDATABASE=t$BATS_TEST_NUMBER LSCTL_HOST=testhost LSCTL_RUN=$PWD/run LSCTL_STATE=$PWD/state
	export LSCTL_MASTER_KEY_FILE=$PWD/etc/master.key LSCTL_SUPERVISOR=$PWD/supervisor
	unset CREDENTIALS_DIRECTORY LSCTL_SERVER_AUTH_FILE
	mkdir -p run state/media
	cat >supervisor <<-'END'
		#!/bin/sh
		cd "$(dirname "$0")" || exit
		if [ "$1" = list ]; then
			cat kept
			exit
		fi
		verb=$1 unit=$2
		shift 2
		for c; do
			echo "$verb $unit $c" >>told
			grep -v -x "$unit $c" kept >kept.new
			[ "$verb" = stop ] || echo "$unit $c" >>kept.new
			mv kept.new kept
		done
	END
	: >kept
	chmod +x supervisor
	: >told
	"$BIN/lsctl-channel" -q host set testhost server=nginx api_url=http://127.0.0.1:9
	"$BIN/lsctl-channel" -q add krishna
	"$BIN/lsctl-keys" init >/dev/null
	"$BIN/lsctl-keys" new --all >/dev/null
	printf 'canary-key\n' | "$BIN/lsctl-channel" -q dest add krishna youtube rtmp://127.0.0.1:9/live2 --key-stdin
}

teardown() {
	teardown_folder
	psql -Xq -d postgres -c "drop database t$BATS_TEST_NUMBER with (force)"
}

# pass [OPTION...]: health, then one reconciliation.
# shellcheck disable=SC2120	# run calls it with -n
pass() {
	"$BIN/lsctl-health" --json 2>/dev/null | "$BIN/lsctl-switch" -q "$@"
}

@test "the command line is checked" {
	run -64 "$BIN/lsctl-switch" --nonsense
	run -64 "$BIN/lsctl-switch" krishna
	run -64 "$BIN/lsctl-switch" krishna --to loop --for never
	run -0 "$BIN/lsctl-switch" --version
}

@test "-n prints the plan as NDJSON and does nothing" {
	run -0 pass -n
	printf '%s\n' "$output" | jq -e . >/dev/null
	[ -n "$output" ]
	[ ! -s told ]
	[ ! -e run/forward/krishna.json ]
}

@test "what is missing is done, and a second pass does nothing" {
	pass
	[ "$(stat -c %a run/forward/krishna.json)" = 600 ]
	"$BIN/lsctl-forward" -n run/forward/krishna.json
	grep -q '^start forward krishna$' told
	[ -s run/gate ]
	[ "$(jq -r '.destinations[0].key' run/forward/krishna.json)" = canary-key ]
	: >told
	stat -c '%i %Y' run/forward/krishna.json >before
	pass
	stat -c '%i %Y' run/forward/krishna.json | cmp - before
	refute grep . told
}

@test "a channel that is disabled is stopped" {
	pass
	"$BIN/lsctl-channel" -q disable krishna
	pass || [ $? -eq 69 ]	# nothing answers at its socket here: said, and stopped all the same
	grep -q '^stop forward krishna$' told
}

@test "no health record is no reason to stop anything" {
	pass
	: >told
	"$BIN/lsctl-switch" -q </dev/null || [ $? -lt 64 ] || [ $? -eq 65 ] || [ $? -eq 75 ]
	refute grep stop told
}

@test "a manual switch is recorded, with who and why" {
	run "$BIN/lsctl-switch" -q krishna --to loop --for 10m --why 'encoder restarts'
	[ "$(one "select mode || ' ' || mode_why from channel")" = 'loop encoder restarts' ]
	[ "$(one "select mode_until between now() + '9 min' and now() + '11 min' from channel")" = t ]
	[ "$(one "select count(*) from event where kind = 'switched'")" = 1 ]
	run -65 "$BIN/lsctl-switch" -q krishna --to nobody
	run -65 "$BIN/lsctl-switch" -q nobody --to auto
}

held() {
	[ "$(one "select count(*) from pg_locks where locktype = 'advisory'")" = 1 ]
}

@test "two at once: the second says so, and is 75" {
	start holder psql -XqAt -c "select pg_advisory_lock(hashtext('lsctl-switch'), hashtext('testhost'))" -c 'select pg_sleep(20)'
	await held
	run -75 "$BIN/lsctl-switch" </dev/null
	[[ "$output" = *another* ]] || [[ "$output" = *lsctl-switch* ]]
	[ ! -s told ]
	kill "$pid"
}

@test "with the database away nothing is touched, and it is 75" {
	pass
	: >told
	PGPORT=1 run -75 "$BIN/lsctl-switch" -q </dev/null
	[ ! -s told ]
	[ -e run/forward/krishna.json ]
}

@test "the wrong master key changes no spec" {
	pass
	cp run/forward/krishna.json before
	chmod 600 etc/master.key
	head -c 32 /dev/zero | od -An -tx1 | tr -d ' \n' >etc/master.key
	chmod 400 etc/master.key
	run -78 pass
	cmp before run/forward/krishna.json
}

@test "no secret is seen from outside" {
	pass
	run pass -n
	[[ "$output" != *canary-key* ]]
	pg_dump | refute grep canary-key
}

@test "a pin whose time is over is ended, and told once" {
	"$BIN/lsctl-switch" -q krishna --to loop --for 1h || [ $? -eq 69 ]
	one "update channel set mode_until = now() - interval '1 s'"
	run -0 pass -n
	[ "$(one 'select mode from channel')" = loop ]
	pass
	pass
	[ "$(one 'select mode from channel')" = auto ]
	[ "$(one "select count(*) from event where kind = 'switched' and why = 'its time is over'")" = 1 ]
}

@test "a channel that moved to another host is stopped here, and its broadcast is left open" {
	pass
	"$BIN/lsctl-channel" -q host set elsewhere server=nginx
	"$BIN/lsctl-channel" -q set krishna host=elsewhere
	run -0 pass -n
	[[ "$output" = *'"do":"stop","channel":"krishna","unit":"forward","why":"another host carries it"'* ]]
	[[ "$output" != *'"to":"off"'* ]]
	pass
	grep -q '^stop forward krishna$' told
	[ ! -e run/forward/krishna.json ]
	: >told
	pass
	[ ! -s told ]
}

# record STATE CHANGE...: a health record.
record() {
	local state=$1

	shift
	jq -nc --arg s "$state" --argjson c "[$(IFS=,; echo "$*")]" '{channel: "krishna",
	    time: "2026-01-01T00:01:00.000Z", state: $s, mode: "auto", running: true, sources: {},
	    since: ($c[-1].at // "2026-01-01T00:00:00.000Z"), changes: $c}'
}

change() {
	printf '{"n":%d,"at":"%s","from":"%s","to":"%s","reason":"lost","health":"ended"}' "$@"
}

@test "every change of state is recorded once, also those that nobody was there to see" {
	pass
	first=$(change 1 2026-01-01T00:00:10.000Z STARTING OBS_ACTIVE)
	second=$(change 2 2026-01-01T00:00:20.000Z OBS_ACTIVE LOOP_ACTIVE)
	third=$(change 3 2026-01-01T00:00:20.400Z LOOP_ACTIVE OBS_ACTIVE)
	again=$(change 3 2026-01-01T00:00:20.402Z LOOP_ACTIVE OBS_ACTIVE)	# its clock was set meanwhile
	record OBS_ACTIVE "$first" | "$BIN/lsctl-switch" -q
	record OBS_ACTIVE "$first" "$second" "$third" | "$BIN/lsctl-switch" -q
	record OBS_ACTIVE "$first" "$second" "$again" | "$BIN/lsctl-switch" -q
	[ "$(one "select string_agg(detail ->> 'to', ' ' order by at) from event
	    where kind = 'state' and why = 'lost'")" = 'OBS_ACTIVE LOOP_ACTIVE OBS_ACTIVE' ]
	[ "$(one "select at = '2026-01-01T00:00:20.400Z' from event where detail ->> 'n' = '3'")" = t ]
	record DOWN | "$BIN/lsctl-switch" -q
	record DOWN | "$BIN/lsctl-switch" -q
	[ "$(one "select count(*) from event where kind = 'state' and detail ->> 'to' = 'DOWN' and why = 'seen'
	    and detail ->> 'from' = 'OBS_ACTIVE'")" = 1 ]
	echo '{"channel":"krishna","state":"OFF","since":"nonsense","changes":[{"at":"z"}]}' |
	    "$BIN/lsctl-switch" -q
	[ "$(one 'select state from state')" = OFF ]
}

@test "lines that are no records are told, and the others used" {
	run "$BIN/lsctl-switch" < <(echo nonsense; record OFF; printf '{"channel":')
	[[ "$output" = *'2 lines of health are no records'* ]]
	[ "$(one 'select state from state')" = OFF ]
}
