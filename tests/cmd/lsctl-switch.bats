#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-switch with a PostgreSQL of its own, and a supervisor that records its calls.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

# One channel on this host, declared by the tools, with keys; nothing runs.
setup() {
	setup_database
	export LSCTL_SUPERVISOR=$PWD/supervisor
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
			echo "$verb $unit $c" >>calls
			grep -v -x "$unit $c" kept >kept.new
			[ "$verb" = stop ] || echo "$unit $c" >>kept.new
			mv kept.new kept
		done
	END
	: >kept
	chmod +x supervisor
	: >calls
	"$BIN/lsctl-channel" -q host set testhost server=nginx api_url=http://127.0.0.1:9
	"$BIN/lsctl-channel" -q add krishna
	"$BIN/lsctl-keys" init >/dev/null
	"$BIN/lsctl-keys" new --all >/dev/null
	printf 'canary-key\n' | "$BIN/lsctl-channel" -q dest add krishna youtube rtmp://127.0.0.1:9/live2 --key-stdin
}

# pass [OPTION...]: health, then one reconciliation.
# shellcheck disable=SC2120	# run calls it with -n
pass() {
	{ "$BIN/lsctl-health" --json 2>/dev/null || [ $? -eq 1 ]; } | "$BIN/lsctl-switch" -q "$@"
}

@test "the command line is checked" {
	run -64 "$BIN/lsctl-switch" --nonsense
	[[ $output = *'--nonsense: no such option'* ]]
	run -64 "$BIN/lsctl-switch" krishna
	[[ $output = *'--to is missing'* ]]
	run -64 "$BIN/lsctl-switch" krishna --to loop --for never
	[[ $output = *'--for never: not a duration: write 90s, 10m, 2h or 1d'* ]]
	run -64 "$BIN/lsctl-switch" krishna --to auto --for 1h
	run -64 "$BIN/lsctl-switch" --watch 2h
	[[ $output = *'--watch 2h: must be 1s to 1h'* ]]
	run -0 "$BIN/lsctl-switch" --version
}

@test "-n prints the plan as NDJSON and does nothing" {
	run -0 pass -n
	printf '%s\n' "$output" | jq -e . >/dev/null
	[ -n "$output" ]
	[ ! -s calls ]
	[ ! -e run/forward/krishna.json ]
}

@test "a pass starts what is missing, and a second pass does nothing" {
	pass
	[ "$(stat -c %a run/forward/krishna.json)" = 600 ]
	"$BIN/lsctl-forward" -n run/forward/krishna.json
	grep -q '^start forward krishna$' calls
	[ -s state/acl ]
	[ "$(jq -r '.destinations[0].key' run/forward/krishna.json)" = canary-key ]
	: >calls
	stat -c '%i %Y' run/forward/krishna.json >before
	pass
	stat -c '%i %Y' run/forward/krishna.json | cmp - before
	refute grep . calls
}

@test "a channel that is disabled is stopped" {
	pass
	"$BIN/lsctl-channel" -q disable krishna
	pass || [ $? -eq 69 ]	# nothing answers at its socket here: said, and stopped all the same
	grep -q '^stop forward krishna$' calls
}

@test "without a health record nothing is stopped" {
	pass
	: >calls
	run -0 "$BIN/lsctl-switch" </dev/null
	refute grep stop calls
}

@test "an override is recorded with its user and its reason" {
	run -69 "$BIN/lsctl-switch" -q krishna --to loop --for 10m --reason 'encoder restarts'	# nothing runs
	[ "$(one "select mode || ' ' || mode_reason from channel")" = 'loop encoder restarts' ]
	[ "$(one "select mode_until between now() + '9 min' and now() + '11 min' from channel")" = t ]
	[ "$(one "select count(*) from event where kind = 'switched'")" = 1 ]
	run -65 "$BIN/lsctl-switch" -q krishna --to nobody
	run -65 "$BIN/lsctl-switch" -q nobody --to auto
}

@test "a second pass at the same time says so, and exits with 75" {
	start holder flock run/switch.lock sleep 20
	await test -e run/switch.lock
	held() { ! flock -n run/switch.lock true; }
	await held
	run -75 "$BIN/lsctl-switch" </dev/null
	[[ "$output" = *'another lsctl-switch is at work on testhost'* ]]
	[ ! -s calls ]
	kill "$pid"
}

@test "a login of the database cannot stop the passes" {
	one 'create role "a-viewer" login in role lsctl_viewer'
	start holder psql -XqAt -c 'set session authorization "a-viewer"' \
	    -c "select pg_advisory_lock(hashtext('lsctl-switch'), hashtext('testhost'))" -c 'select pg_sleep(20)'
	held() { [ "$(one "select count(*) from pg_locks where locktype = 'advisory' and granted")" = 1 ]; }
	await held
	pass
	grep -q '^start forward krishna$' calls
}

@test "lsctl-health says when no pass has ended for ten seconds" {
	late() {
		"$BIN/lsctl-health" --json >health || [ $? -eq 1 ]
		jq -se '.[0].problems | any(.code == "reconcile-late")' <health >/dev/null
	}
	refute late
	pass
	refute late
	one "update host set reconciled_at = now() - interval '11 s'"
	late
	pass
	refute late
}

@test "with the database down nothing is changed, and it exits with 75" {
	pass
	: >calls
	PGPORT=1 run -75 "$BIN/lsctl-switch" -q </dev/null
	[ ! -s calls ]
	[ -e run/forward/krishna.json ]
}

# said TEXT COUNT: lines of $output with it.
said() {
	[ "$(grep -c -F -e "$1" <<<"$output")" = "$2" ]
}

@test "a failure that lasts is logged once, and when it is over" {
	pass
	PGPORT=1 run -75 "$BIN/lsctl-switch" </dev/null
	said 'nothing is touched' 1
	PGPORT=1 run -75 "$BIN/lsctl-switch" </dev/null
	[ -z "$output" ]
	PGPORT=1 run -75 "$BIN/lsctl-switch" -v </dev/null
	said 'nothing is touched' 1
	PGPORT=1 run -75 script -qec "$BIN/lsctl-switch </dev/null" /dev/null </dev/null	# to a terminal
	said 'nothing is touched' 1
	mv etc/master.key away
	run -78 "$BIN/lsctl-switch" </dev/null
	said 'no master key' 1
	said over: 0
	run -78 "$BIN/lsctl-switch" </dev/null
	[ -z "$output" ]
	mv away etc/master.key
	run -0 "$BIN/lsctl-switch" </dev/null
	said 'over: ' 2
	[ ! -e run/switch.reported ]
	run -0 "$BIN/lsctl-switch" </dev/null
	[ -z "$output" ]
}

@test "a channel whose spec cannot be read, and an action that fails again and again, are logged once" {
	pass
	echo 'forward krishna' >kept
	rm run/forward/krishna.json
	mkdir run/forward/krishna.json
	run -78 "$BIN/lsctl-switch" </dev/null
	said 'channel=krishna is left as it is: its spec cannot be read: not a regular file' 1
	run -78 "$BIN/lsctl-switch" </dev/null
	[ -z "$output" ]
	rmdir run/forward/krishna.json
	run -69 "$BIN/lsctl-switch" </dev/null
	said 'over: channel=krishna is left as it is' 1
	said 'reload forward failed' 1
	run -69 "$BIN/lsctl-switch" </dev/null
	said 'reload forward failed' 0
	run -69 "$BIN/lsctl-switch" </dev/null
	[ -z "$output" ]
}

@test "a channel is not restarted because of its name" {
	"$BIN/lsctl-channel" -q add restart
	"$BIN/lsctl-keys" new --all >/dev/null
	pass
	: >calls
	"$BIN/lsctl-channel" -q set restart stall_ms=900
	run -69 "$BIN/lsctl-switch" </dev/null
	[[ "$output" = *'channel=restart reload forward failed'* ]]
	[ ! -s calls ]
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

@test "no secret is visible from outside" {
	run -0 pass -n
	[[ "$output" = *'"do":"write","channel":"krishna"'* ]]
	[[ "$output" != *canary-key* ]]
	run -0 --separate-stderr "$BIN/lsctl-switch" -v </dev/null
	[[ "$stderr" = *'channel=krishna write forward: '* ]]
	[[ "$output$stderr" != *canary-key* ]]
	has canary-key run/forward/krishna.json
	pg_dump >dump
	has youtube dump
	refute grep -a canary-key dump
}

@test "a pin whose time is over is ended, and that is reported once" {
	"$BIN/lsctl-switch" -q krishna --to loop --for 1h || [ $? -eq 69 ]
	one "update channel set mode_until = now() - interval '1 s'"
	run -0 pass -n
	[ "$(one 'select mode from channel')" = loop ]
	pass
	pass
	[ "$(one 'select mode from channel')" = auto ]
	[ "$(one "select count(*) from event where kind = 'switched' and reason = 'the override expired'")" = 1 ]
}

@test "a channel that moved to another host is stopped here, and its broadcast is left open" {
	pass
	"$BIN/lsctl-channel" -q host set elsewhere server=nginx
	"$BIN/lsctl-channel" -q set krishna host=elsewhere
	run -0 pass -n
	[[ "$output" = *'"do":"stop","channel":"krishna","unit":"forward","reason":"another host owns it"'* ]]
	[[ "$output" != *'"to":"off"'* ]]
	pass
	grep -q '^stop forward krishna$' calls
	[ ! -e run/forward/krishna.json ]
	: >calls
	pass
	[ ! -s calls ]
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

@test "every change of state is recorded once, also changes between two passes" {
	pass
	first=$(change 1 2026-01-01T00:00:10.000Z STARTING OBS_ACTIVE)
	second=$(change 2 2026-01-01T00:00:20.000Z OBS_ACTIVE LOOP_ACTIVE)
	third=$(change 3 2026-01-01T00:00:20.400Z LOOP_ACTIVE OBS_ACTIVE)
	again=$(change 3 2026-01-01T00:00:20.402Z LOOP_ACTIVE OBS_ACTIVE)	# its clock was set meanwhile
	record OBS_ACTIVE "$first" | "$BIN/lsctl-switch" -q
	record OBS_ACTIVE "$first" "$second" "$third" | "$BIN/lsctl-switch" -q
	record OBS_ACTIVE "$first" "$second" "$again" | "$BIN/lsctl-switch" -q
	[ "$(one "select string_agg(detail ->> 'to', ' ' order by at) from event
	    where kind = 'state' and reason = 'lost'")" = 'OBS_ACTIVE LOOP_ACTIVE OBS_ACTIVE' ]
	[ "$(one "select at = '2026-01-01T00:00:20.400Z' from event where detail ->> 'n' = '3'")" = t ]
	record DOWN | "$BIN/lsctl-switch" -q
	record DOWN | "$BIN/lsctl-switch" -q
	[ "$(one "select count(*) from event where kind = 'state' and detail ->> 'to' = 'DOWN' and reason = 'observed'
	    and detail ->> 'from' = 'OBS_ACTIVE'")" = 1 ]
	echo '{"channel":"krishna","state":"OFF","since":"nonsense","changes":[{"at":"z"}]}' |
	    "$BIN/lsctl-switch" -q
	[ "$(one 'select state from state')" = OFF ]
}

@test "lines that are no health records are reported, and the others used" {
	run -0 "$BIN/lsctl-switch" < <(echo nonsense; record OFF; printf '{"channel":')
	[[ "$output" = *'2 lines are no health records'* ]]
	[ "$(one 'select state from state')" = OFF ]
}

ports() {
	python3 -c "import socket
s = [socket.create_server(('127.0.0.1', 0)) for _ in range(2)]
print(*(x.getsockname()[1] for x in s))"
}

# nginx with nobody asked who may publish; $rtmp is where.
nginx_without_a_hook() {
	local api

	read -r rtmp api <<<"$(ports)"
	cat >nginx.conf <<-END
		load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
		daemon off;
		pid nginx.pid;
		error_log stderr;
		worker_processes 1;
		events {}
		rtmp { server { listen 127.0.0.1:$rtmp; application live { live on; } } }
		http {
			access_log off;
			client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
			uwsgi_temp_path tmp; scgi_temp_path tmp;
			server {
				listen 127.0.0.1:$api;
				location /stat { rtmp_stat all; }
				location /control { rtmp_control all; }
			}
		}
	END
	start nginx nginx -p "$PWD" -c "$PWD/nginx.conf"
	await curl -fsS -o stat.xml "http://127.0.0.1:$api/stat"
	"$BIN/lsctl-channel" -q host set testhost api_url="http://127.0.0.1:$api"
}

# publish NAME: runs until the server disconnects it.
publish() {
	start "$1" ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=size=160x90:rate=10 -c:v libx264 \
	    -preset ultrafast -g 20 -f flv "rtmp://127.0.0.1:$rtmp/live/$1"
}

# shellcheck disable=SC2120	# without a name: nobody
publishes() {
	"$BIN/lsctl-health" --json >records || [ $? -eq 1 ] || return
	jq -se --arg name "${1-}" '.[0].unknown_publishers | if $name == "" then . == [] else any(.stream == $name) end' records
}

@test "nginx: an unknown publisher that the hook did not refuse is disconnected" {
	nginx_without_a_hook
	long=$(printf 'krishna-%0190d_obs' 0)
	publish "$long"
	publish nobody_obs
	publisher=$pid
	await publishes nobody_obs
	await publishes "$long"
	run -0 "$BIN/lsctl-switch" -n <records
	[[ "$output" = *'"do":"kick"'*'"stream":"nobody_obs"'* ]]
	kill -0 "$publisher"
	"$BIN/lsctl-switch" -q <records || [ $? -eq 69 ]
	await gone "$publisher"
	await publishes ''
	[ "$(one "select count(*) from event where kind = 'kicked' and detail ->> 'stream' = 'nobody_obs'")" = 1 ]
}

@test "SRS, as it answers: an unknown publisher that the hook did not refuse is disconnected" {
	mkdir srs
	cp "$ROOT/tests/data/srs/streams-1-av.json" srs/streams.json
	client=$(jq -r '.streams[0].publish.cid' srs/streams.json)
	start srs python3 "$ROOT/tests/lib/srs" srs
	await test -s srs.out
	"$BIN/lsctl-channel" -q host set testhost server=srs api_url="http://127.0.0.1:$(cat srs.out)"
	pass || [ $? -eq 69 ]
	[ "$(cat srs/kicked)" = "$client" ]
	pass || [ $? -eq 69 ]
	[ "$(cat srs/kicked)" = "$client" ]
	# In another vhost the server does not call the hook: a publisher that comes back there is not disconnected for ever.
	cp "$ROOT/tests/data/srs/token-and-other-vhost-bypasses-hooks.json" srs/streams.json
	jq '. + {code: 0, service: "s"}' srs/streams.json >srs/new && mv srs/new srs/streams.json
	run -1 "$BIN/lsctl-health" --json
	jq -se '.[0].problems | any(.code == "publisher-past-hook")' <<<"$output"
	pass || [ $? -eq 69 ]
	[ "$(wc -l <srs/kicked)" = 1 ]
}

# dest NAME: one more, with a key that is long.
dest() {
	printf 'key-of-%s-%0400d\n' "$1" 0 |
	    "$BIN/lsctl-channel" -q dest add krishna "$1" rtmp://127.0.0.1:9/live2 --key-stdin
}

destination_names() {
	"$BIN/lsctl-forward" ctl run/forward/krishna.sock status | jq -r '.destinations | keys | join(" ")'
}

@test "a reload has the spec in its message, because the copy of the file in a unit is as old as the unit" {
	pass
	mkdir copy
	(umask 077 && cp run/forward/krishna.json copy)
	start forward "$BIN/lsctl-forward" -s run/forward/krishna.sock copy/krishna.json
	await test -S run/forward/krishna.sock
	: >calls
	for name in {a..p}; do
		dest "$name"
	done
	run -0 pass
	larger run/forward/krishna.json 6000
	[ "$(destination_names)" = "a b c d e f g h i j k l m n o p youtube" ]
	[ ! -e run/forward/krishna.reload-pending ]
	refute grep restart calls
	refute grep -r key-of forward.err forward.out
}

# A forwarder that answers the same to everything.
answers() {
	python3 -c '
import os, socket, sys
path = "run/forward/krishna.sock"
if os.path.exists(path):
    os.unlink(path)
s = socket.socket(socket.AF_UNIX)
s.bind(path)
s.listen(8)
print("ready", flush=True)
while True:
    c, _ = s.accept()
    if c.makefile("rb").readline():
        c.sendall(sys.argv[1].encode() + b"\n")
    c.close()' "$1"
}

# answered TEXT DEST: what is done where a reload is answered so.
answered() {
	: >calls
	start answers answers "$1"
	await has ready answers.out
	dest "$2"
	run "$BIN/lsctl-switch" </dev/null
	kill "$pid"
}

@test "the code of an answer decides whether a forwarder is restarted, not its text" {
	pass
	answered '{"code":"spec-invalid","error":"restart me, needs-restart"}' a
	[ "$status" -eq 69 ]
	[[ "$output" = *'reload forward failed: it answers spec-invalid: restart me'* ]]
	refute grep restart calls
	answered '{"error":"restart"}' b
	[ "$status" -eq 69 ]
	[[ "$output" = *'it answers without a code: restart'* ]]
	refute grep restart calls
	answered '{"code":"needs-restart","error":"no"}' c
	[ "$status" -eq 0 ]
	has '^restart forward krishna$' calls
	answered '{"code":"ok"}' d
	[ "$status" -eq 0 ]
	refute grep restart calls
}

@test "an older forwarder, which closes the connection at a spec in a reload, is asked to read its file" {
	pass
	start old python3 -c '
import socket
s = socket.socket(socket.AF_UNIX)
s.bind("run/forward/krishna.sock")
s.listen(8)
while True:
    c, _ = s.accept()
    line = c.makefile("rb").readline(4097)
    print(line.decode()[:18], len(line), flush=True)
    if len(line) <= 4096:
        c.sendall(b"{\"code\":\"ok\"}\n")
    c.close()'
	await test -S run/forward/krishna.sock
	for name in {a..p}; do
		dest "$name"
	done
	run -0 pass
	has '^{"cmd":"reload","s' old.out
	has '^{"cmd":"reload"}' old.out
	[ ! -e run/forward/krishna.reload-pending ]
}

@test "actions are notices, and a pass with nothing to do logs nothing" {
	"$BIN/lsctl-health" --json >records 2>/dev/null || [ $? -eq 1 ]
	JOURNAL_STREAM=1:1 "$BIN/lsctl-switch" <records 2>first
	grep -q '^<5>channel=krishna write forward: ' first
	grep -q '^<5>channel=krishna start forward: ' first
	"$BIN/lsctl-health" --json >records 2>/dev/null || [ $? -eq 1 ]
	JOURNAL_STREAM=1:1 "$BIN/lsctl-switch" <records 2>second
	[ ! -s second ]
}

# -- a start without the database --

# boot: what a reboot leaves.
boot() {
	rm -rf run/*
	: >kept
	: >calls
}

# adrift: a pass with the database away.
adrift() {
	PGPORT=1 run -75 "$BIN/lsctl-switch" -q </dev/null
}

# Films and tokens enough for a loop.
with_loop() {
	: >state/media/film.flv
	"$BIN/lsctl-channel" -q media krishna loop film.flv
	pass
}

@test "the spec cache is sealed, and is written only when something changed" {
	with_loop
	for f in state/spec-cache/forward/krishna state/spec-cache/loop/krishna; do
		[ "$(stat -c %a "$f")" = 600 ]
		refute grep -q -a -e canary -e krishna "$f"
		stat -c '%i %Y %Z' "$f" >>before
	done
	pass
	for f in state/spec-cache/forward/krishna state/spec-cache/loop/krishna; do
		stat -c '%i %Y %Z' "$f" >>after
	done
	cmp before after
	rm state/spec-cache/loop/krishna
	: >state/spec-cache/forward/krishna
	pass
	[ -s state/spec-cache/loop/krishna ]
	[ -s state/spec-cache/forward/krishna ]
	"$BIN/lsctl-channel" -q disable krishna
	pass || [ $? -eq 69 ]
	prints_nothing find state/spec-cache -type f
}

@test "after a boot with the database down, channels are started from the spec cache, and reconciled later" {
	with_loop
	cp -r run specs
	boot
	adrift
	cmp run/forward/krishna.json specs/forward/krishna.json
	cmp run/loop/krishna.json specs/loop/krishna.json
	[ "$(stat -c %a run/forward/krishna.json)" = 600 ]
	[ "$(cat calls)" = $'start loop krishna\nstart forward krishna' ]
	[ "$(grep -c 'offline boot: nothing runs' <<<"$output")" = 1 ]
	[ "${#lines[@]}" = 2 ]
	: >calls
	adrift
	[[ "$output" != *'offline boot: nothing runs'* ]]
	[ ! -s calls ]
	stat -c '%i %Y' run/forward/krishna.json >before
	pass
	stat -c '%i %Y' run/forward/krishna.json | cmp - before
	[ ! -s calls ]
	boot
	pass			# with the database there is no offline boot
	grep -q 'start forward krishna' calls
}

@test "after an offline boot a channel that was off stays off, and a pin without an end stays" {
	"$BIN/lsctl-switch" -q krishna --to off --for 1h || [ $? -eq 69 ]
	pass
	boot
	adrift
	[ "$(jq -r .mode run/forward/krishna.json)" = off ]
	"$BIN/lsctl-switch" -q krishna --to loop || [ $? -eq 69 ]
	pass || [ $? -eq 69 ]
	boot
	adrift
	[ "$(jq -r .mode run/forward/krishna.json)" = loop ]
}

@test "an offline boot happens only after a boot" {
	pass
	: >kept			# somebody stopped everything
	: >calls
	adrift
	[ ! -s calls ]
	boot
	echo 'forward other' >kept
	adrift
	[ ! -s calls ]
	boot
	mv supervisor gone
	adrift
	mv gone supervisor
	[ ! -e run/forward ]
	PGPORT=1 run -75 "$BIN/lsctl-switch" -n </dev/null
	[ ! -e run/forward ]
}

@test "a damaged copy, and one of another channel, are reported; the other channels are started" {
	"$BIN/lsctl-channel" -q add rama
	"$BIN/lsctl-channel" -q add vishnu
	pass
	printf x | dd of=state/spec-cache/forward/rama bs=1 seek=40 conv=notrunc status=none
	cp state/spec-cache/forward/krishna state/spec-cache/forward/vishnu
	cp state/spec-cache/forward/krishna state/spec-cache/forward/shiva
	boot
	adrift
	[ "$(cat calls)" = 'start forward krishna' ]
	[ "$(ls run/forward)" = krishna.json ]
	for c in rama vishnu shiva; do
		[ "$(grep -c "channel=$c .*does not open with this master key" <<<"$output")" = 1 ]
	done
	[[ "$output" != *canary* ]]
}

@test "after a rekey the spec cache is sealed under the new key, and meanwhile either key opens it" {
	pass
	cp etc/master.key old
	"$BIN/lsctl-keys" rekey -q 2>/dev/null
	mv etc/master.key new && cp -p old etc/master.key && mv new etc/master.key.next	# as in the middle of it
	boot
	adrift
	[ "$(cat calls)" = 'start forward krishna' ]
	pass			# sealed anew, under the one that the database has
	mv etc/master.key.next etc/master.key
	boot
	adrift
	[ "$(cat calls)" = 'start forward krishna' ]
	rm etc/master.key
	boot
	adrift
	[[ "$output" = *'cannot be started without the database: '*'there is no master key'* ]]
	[ ! -s calls ]
}

@test "an offline boot that was interrupted or failed is continued" {
	pass
	boot
	mv supervisor real
	printf '#!/bin/sh\n[ "$1" != start ] || { echo no >&2; exit 1; }\nexec ./real "$@"\n' >supervisor
	chmod +x supervisor
	adrift
	[[ "$output" = *'channel=krishna start forward failed: '*' no'* ]]
	[ ! -e run/forward/krishna.json ]
	mv real supervisor
	adrift
	[ "$(cat calls)" = 'start forward krishna' ]
	[ ! -e run/offline-boot ]
	: >kept
	: >calls
	touch run/offline-boot	# killed between the spec and the start
	adrift
	[ "$(cat calls)" = 'start forward krishna' ]
}

@test "the copy of a channel that has left this host is removed by the next pass, and then the lease is released" {
	pass
	"$BIN/lsctl-channel" -q host set elsewhere server=nginx
	boot			# and meanwhile
	"$BIN/lsctl-channel" -q set krishna host=elsewhere
	pass
	[ ! -e state/spec-cache/forward/krishna ]
	[ "$(one 'select host from lease')" = testhost ]
	pass
	prints_nothing one 'select host from lease'
	boot
	adrift
	[ ! -s calls ]
}

@test "what a taken-over hook puts into the spool is not followed, and holds nothing up" {
	[ "$(id -u)" -eq 0 ] || skip 'only root reads files of another user'
	mkdir -p state/spool && chown 54321:54321 state/spool && chmod 2770 state/spool
	echo 'root:secret' >secret && chmod 600 secret
	echo '{"uid":"6f1c1b9e-0000-4000-8000-000000000002","at":"2026-01-01T00:00:00.000Z","host":"testhost","kind":"unit-exit","who":"hook","detail":{}}' >state/spool/events
	mkfifo state/spool/ship.old
	ln -s "$PWD/secret" state/spool/ship.new
	ln -s "$PWD/secret" state/spool/events.refused
	chown -h 54321:54321 state/spool/*
	run -69 timeout 10 "$BIN/lsctl-switch" </dev/null
	[ "$(grep -c 'is no file of events' <<<"$output")" = 1 ]
	[ "$(stat -c '%U %a' secret)" = 'root 600' ]
	grep -qx 'root:secret' secret
	[ "$(one "select count(*) from event where kind = 'unit-exit'")" = 1 ]
	run -0 timeout 10 "$BIN/lsctl-switch" </dev/null
	[ -p state/spool/ship.old.refused ]
	[ -L state/spool/ship.new.refused ]
}

@test "root without capabilities does everything with the rights of its group" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can give up what root may'
	mkdir -p state/spool run/forward run/loop
	chown 54321:54321 state/spool && chmod 2770 state/spool
	chown 0:54322 run/forward run/loop && chmod 750 run/forward run/loop	# a group that it is not in
	echo '{"uid":"6f1c1b9e-0000-4000-8000-000000000001","at":"2026-01-01T00:00:00.000Z","host":"testhost","kind":"unit-exit","who":"hook","detail":{}}' >state/spool/events
	chown 54321:54321 state/spool/events && chmod 660 state/spool/events
	umask 077
	setpriv --bounding-set -all --inh-caps -all --groups 54321 "$BIN/lsctl-switch" </dev/null
	[ "$(stat -c '%U %a' state/acl)" = 'root 644' ]
	[ "$(stat -c '%U %a' run/forward/krishna.json)" = 'root 600' ]
	[ "$(stat -c '%U %a' state/spec-cache/forward/krishna)" = 'root 600' ]
	[ "$(stat -c '%g %a' state/spool/lock)" = '54321 660' ]
	[ "$(one "select count(*) from event where kind = 'unit-exit'")" = 1 ]
	[ ! -e state/spool/events ]
	boot
	PGPORT=1 run -75 setpriv --bounding-set -all --inh-caps -all --groups 54321 "$BIN/lsctl-switch" -q </dev/null
	grep -q 'start forward krishna' calls
}
