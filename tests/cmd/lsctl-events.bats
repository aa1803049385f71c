#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-events over a PostgreSQL of its own.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

events() {
	"$ROOT/scripts/lsctl-events" "$@"
}

pg() {
	"$ROOT/tests/lib/pg" "$1" "$BATS_FILE_TMPDIR/pg" "${@:2}"
}

# happened CHANNEL KIND [HOURS AGO] [WHY] [DETAIL]
happened() {
	psql -XqAt -v ON_ERROR_STOP=1 -v c="$1" -v k="$2" -v h="${3:-0}" -v w="${4-}" -v d="${5:-"{}"}" <<'END'
insert into lsctl.event (at, host, channel, kind, reason, detail)
	values (now() - :'h' * interval '1 h', 'studio', :'c', :'k', nullif(:'w', ''), :'d');
END
}

setup_file() {
	pg start >"$BATS_FILE_TMPDIR/env"
}

teardown_file() {
	pg stop immediate
}

setup() {
	setup_folder
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
}

teardown() {
	teardown_folder
}

@test "the newest events in the order of their time, by channel, kind and time" {
	happened krishna state 50 video-stalled '{"from":"OBS_ACTIVE","to":"LOOP_ACTIVE","record":{"big":1}}'
	happened waheguru publish-refused 2 wrong-token '{"address":"192.0.2.7"}'
	happened krishna state 1 stable '{"from":"LOOP_ACTIVE","to":"OBS_ACTIVE"}'
	PGUSER=t_viewer run -0 --separate-stderr events
	[ "${#lines[@]}" = 3 ]
	[[ ${lines[0]} == 20*"Z krishna "*" state "*"OBS_ACTIVE -> LOOP_ACTIVE, video-stalled, by t_super" ]]
	[[ ${lines[1]} == *" waheguru "*" publish-refused "*"wrong-token, from 192.0.2.7, by t_super" ]]
	[[ ${lines[2]} == *"LOOP_ACTIVE -> OBS_ACTIVE, stable"* ]]
	[ -z "$stderr" ]
	run -0 events -l 1
	[[ $output == *"stable"* ]]
	[ "${#lines[@]}" = 1 ]
	run -0 events --since 1d krishna
	[[ $output == *"stable"* ]]
	[ "${#lines[@]}" = 1 ]
	run -0 events --since "$(date -u -d '3 hours ago' +%FT%TZ)" --json
	[ "$(jq -r .channel <<<"$output" | xargs)" = "waheguru krishna" ]
	run -0 events --kind state waheguru krishna --json
	[ "${#lines[@]}" = 2 ]
	[ "$(jq -cS '[.kind, .detail]' <<<"${lines[0]}")" = '["state",{"from":"OBS_ACTIVE","to":"LOOP_ACTIVE"}]' ]
	run -0 events nobody
	[ "$output" = "" ]
}

@test "a problem is printed with its code, the exit of a unit without one" {
	happened krishna problem 0 'destination youtube: not live' '{"code":"destination-down","subject":"destination:youtube"}'
	happened krishna unit-exit 0 'signal KILL: somebody killed it' '{"code":"killed","unit":"x.service"}'
	run -0 events --limit 2
	[[ ${lines[0]} == *" destination-down: destination youtube: not live, by "* ]]
	[[ ${lines[1]} == *" signal KILL: somebody killed it, by "* ]]
}

@test "control characters are not printed" {
	happened krishna switched 0 $'quiet\e]0;gotcha\a\nline'
	run -0 events -l 1
	[[ $output == *"quiet?]0;gotcha??line"* ]]
}

@test "-f prints new events once, and late ones with their own time" {
	start follow "$ROOT/scripts/lsctl-events" --follow --limit 1 --json
	follow=$pid
	await has . follow.out
	happened radha started
	await has radha follow.out
	happened radha publish-allowed 30
	await has publish-allowed follow.out
	happened radha stopped
	await has stopped follow.out
	[ "$(jq -r 'select(.channel == "radha") | .kind' follow.out | xargs)" = "started publish-allowed stopped" ]
	kill "$follow"
	finish "$follow"
	[ "$status" = 0 ]
}

@test "-f prints an event that becomes visible after a later one" {
	mkfifo slow
	start slow psql -XqAt -f slow
	exec 8>slow
	echo "begin; insert into lsctl.event (host, channel, kind) values ('studio', 'sita', 'started') returning kind;" >&8
	await has started slow.out
	happened sita stopped
	start follow "$ROOT/scripts/lsctl-events" -f --json sita
	follow=$pid
	await has stopped follow.out
	happened sita restarted
	await has restarted follow.out
	echo 'commit;' >&8
	exec 8>&-
	await has '"started"' follow.out
	happened sita reloaded
	await has reloaded follow.out
	[ "$(jq -r .kind follow.out | xargs)" = "stopped restarted started reloaded" ]
	kill "$follow"
	finish "$follow"
}

@test "wrong usage, and a database that does not answer" {
	for wrong in "--limit 0" "-l x" "-n 1" "--since yesterday" "--since 1dd" "--kind 'A'" "\$'krishna\nB'" "--nope" "--limit" "KRISHNA" "--json=1" "--since 0d" "-fx"; do
		eval run -64 events "$wrong"
		[[ ${lines[0]} == "lsctl-events: "* ]]
		[ "${lines[1]}" = 'usage: lsctl-events [OPTION...] [CHANNEL...]' ]
		[ "${lines[2]}" = "Try 'lsctl-events --help'." ]
	done
	run -64 events --since 1dd
	[ "${lines[0]}" = 'lsctl-events: --since 1dd: not a duration: write 90s, 10m, 2h or 1d' ]
	run -64 events --limit x
	[ "${lines[0]}" = 'lsctl-events: --limit x: not a number' ]
	run -65 events --since 2026-13-01
	[[ $output == *"out of range"* ]]
	PGHOST=$PWD run -75 events
	[[ $output == "lsctl-events: "*"No such file"* ]]
	[ "${#lines[@]}" = 1 ]
	PGUSER=t_hook run -77 events
	[ "${#lines[@]}" = 1 ]
	PGDATABASE=postgres run -78 events
	[[ $output == *"lsctl-db status"* && ${#lines[@]} == 1 ]]
}
