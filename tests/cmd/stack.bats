# SPDX-License-Identifier: ISC
# The embedded stack, whole: real nginx, ffmpeg as OBS, every part of it in a folder of the
# test's own.
# shellcheck disable=SC2154	# $output and $status are set by run

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip "nginx has no RTMP module"
	film "$BATS_FILE_TMPDIR/loop.mp4"
}

setup() {
	setup_folder
	export O=${O:-build} LOOP=$BATS_FILE_TMPDIR/loop.mp4 STATE=$BATS_TEST_TMPDIR/state
	export TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR/home
	RTMP_PORT=$((20000 + RANDOM % 10000))
	export RTMP_PORT DEST_PORT=$((RTMP_PORT + 1)) PORT=$((RTMP_PORT + 2))
	unset SRS CHANNELS
	mkdir "$TMPDIR" "$HOME"
	PLACE=
}

teardown() {
	teardown_folder
	[ -z "$PLACE" ] || rm -rf "$PLACE"
}

stack() {
	"$ROOT/scripts/stack" "$@"
}

# Shells ignore Ctrl-C for what they start in the background.
stack_up() {
	start stack env --default-signal=INT "$ROOT/scripts/stack" run
	STACK=$pid
	await_long state_is LOOP_ACTIVE
}

obs_up() {
	start obs ffmpeg -v error -re -f lavfi -i testsrc2=s=320x180:r=30 -f lavfi -i sine \
	    -c:v libx264 -preset ultrafast -g 30 -c:a aac -ac 2 \
	    -f flv "rtmp://127.0.0.1:$RTMP_PORT/live/waheguru_obs"
	OBS=$pid
}

await_long() {
	await "$@" || await "$@" || await "$@" || { cat stack.out "$STATE"/log/*; return 1; }
}

state_is() {
	[ "$(record .state)" = "$1" ]
}

record() {
	jq -r "$1" "$STATE/status/waheguru.json" 2>/dev/null
}

# The processes at work in the state folder, but for the stack itself.
parts() {
	local p
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/cwd")" = "$STATE" ] && [ "${p#/proc/}" != "$STACK" ] && basename "$p"
	done 2>/dev/null
	true
}

part() {
	local p
	for p in $(parts); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -q "$1" && echo "$p" && return
	done
}

no_parts() {
	[ -z "$(parts)" ]
}

@test "what cannot be done is said at once" {
	run -69 env CHANNELS="fine Wrong" "$ROOT/scripts/stack" run
	[[ "$output" = *"channel Wrong"* ]]
	run -69 env CHANNELS="a a" "$ROOT/scripts/stack" run
	[[ "$output" = *"named twice"* ]]
	run -69 env PORT=70000 "$ROOT/scripts/stack" run
	[[ "$output" = *"PORT=70000 is not a port"* ]]
	run -69 env LOOP=nowhere.mp4 "$ROOT/scripts/stack" run
	[[ "$output" = *"LOOP=nowhere.mp4 cannot be read"* ]]
	run -69 env O=nowhere "$ROOT/scripts/stack" run
	[[ "$output" = *"run make"* ]]
	run -64 stack dance
	[[ "$output" = "usage: stack"* ]]
	run -1 stack status
	[ "$output" = "not running" ]
}

@test "a channel goes to OBS and back on one connection, and Ctrl-C leaves nothing" {
	stack_up
	has "rtmp://127.0.0.1:$RTMP_PORT/live" stack.out
	run -69 stack run
	[[ "$output" = *"already running in $STATE: process $STACK, http://127.0.0.1:$PORT/"* ]]

	obs_up
	await_long state_is OBS_ACTIVE
	page="http://127.0.0.1:$PORT"
	curl -sf "$page/" | grep -q '<title>lsctl</title>'
	curl -sfI "$page/player.js" | grep -qi 'content-type: text/javascript'
	[ "$(curl -sf "$page/stack.json" | jq -r '.channels[0].key')" = waheguru_obs ]
	[ "$(curl -sf "$page/status/waheguru.json" | jq -r .state)" = OBS_ACTIVE ]
	curl -sf "$page/stat" | grep -q '<publishing/>'
	segment=$(curl -sf "$page/hls/waheguru/index.m3u8" | grep '\.ts$' | tail -n 1)
	curl -sf "$page/hls/waheguru/$segment" -o segment.ts
	[ "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 segment.ts | sort -u | xargs)" = "aac h264" ]

	kill -KILL $OBS
	await_long state_is LOOP_ACTIVE
	[ "$(record .destinations.youtube.connects)" = 1 ]
	[ "$(record .destinations.youtube.state)" = live ]

	kill -INT "$STACK"
	finish "$STACK"
	[ "$status" -eq 0 ]
	tail -n 1 stack.out | grep -q 'stopped by SIGINT'
	no_parts
	[ -z "$(ls -A "$HOME" "$TMPDIR" | grep -v : | xargs)" ]
	[ -z "$(find "$STATE/spec" -perm /077)" ]
}

@test "what dies is started again, and nothing outlives the stack" {
	stack_up
	kill -KILL "$(part conf/media)"
	await_long grep -q 'media died (signal KILL); starting it again now' stack.out
	await_long grep -q 'local live connects=2' "$STATE/log/loop-waheguru.log"
	[ "$(record .destinations.youtube.connects)" = 1 ]
	kill -KILL "$(part conf/destination)"
	await_long grep -q 'youtube live connects=2' "$STATE/log/forward-waheguru.log"

	[ "$(parts | wc -l)" -ge 7 ]
	kill -KILL "$STACK"
	await_long no_parts
}

@test "an ordinary user runs it in the background" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	# Somewhere that this user can reach, whatever lies above the tree.
	PLACE=$(mktemp -d /tmp/stack.XXXXXX)
	STATE=$PLACE/state
	mkdir "$PLACE/build"
	cp -r "$ROOT/scripts" "$LOOP" "$PLACE"
	cp -r "$BIN" "$PLACE/build"
	chown -R nobody: "$PLACE"
	user=(setpriv --reuid nobody --regid nogroup --clear-groups env HOME="$PLACE" TMPDIR="$PLACE"
	    LOOP="$PLACE/loop.mp4" STATE="$STATE" O=build "$PLACE/scripts/stack")
	cd "$PLACE"
	"${user[@]}" start 3>&-
	STACK=$(cat "$STATE/pid")
	echo "$STACK" >>"$BATS_TEST_TMPDIR/pids"
	[ "$(stat -c %U "/proc/$STACK")" = nobody ]
	await_long state_is LOOP_ACTIVE
	await_long test -s "$STATE/hls/waheguru/index.m3u8"
	"${user[@]}" status | grep -q '^waheguru  *LOOP_ACTIVE'
	run -69 "${user[@]}" start
	[ "$("${user[@]}" stop)" = stopped ]
	no_parts
	[ "$("${user[@]}" stop)" = "not running" ]
}
