# SPDX-License-Identifier: ISC
# The embedded stack, whole: real nginx, PostgreSQL and fcgiwrap, ffmpeg as OBS, every part of it in a
# folder of the test's own.
# shellcheck disable=SC2154	# $output and $status are set by run

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip "nginx has no RTMP module"
	film "$BATS_FILE_TMPDIR/loop.mp4"
}

setup() {
	setup_folder
	# Where the user can go who runs the database, whatever lies above the tree.
	PLACE=$(mktemp -d /tmp/stack.XXXXXX)
	chmod 711 "$PLACE"
	export O=${O:-build} LOOP=$BATS_FILE_TMPDIR/loop.mp4 STATE=$PLACE/state
	export TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR/home
	RTMP_PORT=$((20000 + RANDOM % 10000))
	export RTMP_PORT DEST_PORT=$((RTMP_PORT + 1)) PORT=$((RTMP_PORT + 2))
	export API_PORT=$((RTMP_PORT + 3)) HOOK_PORT=$((RTMP_PORT + 4))
	unset SRS CHANNELS
	mkdir "$TMPDIR" "$HOME"
}

teardown() {
	local socket

	teardown_folder
	socket=$(cat "$STATE/pgsocket" 2>/dev/null) || true
	rm -rf "$PLACE" "$socket"
}

stack() {
	"$ROOT/scripts/dev/stack" "$@"
}

# Shells ignore Ctrl-C for what they start in the background.
stack_up() {
	start stack env --default-signal=INT "$ROOT/scripts/dev/stack" run
	STACK=$pid
	AWAIT_S=120 await_long state_is LOOP_ACTIVE	# a busy machine makes the database first
}

# The tools, as somebody uses them who looks after the stack by hand.
tool() (
	. "$STATE/env.sh"
	name=$1
	shift
	"lsctl-$name" "$@"
)

sql() (
	. "$STATE/env.sh"
	psql -XqAtc "$1"
)

stream_key() {
	tool keys show --json waheguru obs | jq -r .stream_key
}

# encoder STREAM-KEY. ffmpeg 7 exits with an errno, 251 for an error of output.
encoder() {
	ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=320x180:r=30 -f lavfi -i sine \
	    -c:v libx264 -preset ultrafast -g 30 -c:a aac -ac 2 \
	    -f flv "rtmp://127.0.0.1:$RTMP_PORT/live/$1" || return 1
}

# obs_up [STREAM-KEY]
obs_up() {
	start obs ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=320x180:r=30 -f lavfi -i sine \
	    -c:v libx264 -preset ultrafast -g 30 -c:a aac -ac 2 \
	    -f flv "rtmp://127.0.0.1:$RTMP_PORT/live/${1:-$(stream_key)}"
	OBS=$pid
}

await_long() {
	AWAIT_S=${AWAIT_S:-30} await "$@" || { cat stack.out "$STATE"/log/*; return 1; }
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
		case $(readlink "$p/cwd") in
		"$STATE" | "$STATE"/*) [ "${p#/proc/}" = "$STACK" ] || basename "$p" ;;
		esac
	done 2>/dev/null
	true
}

# The server's first process and all that it started.
database_signal() {
	local first
	first=$(head -n 1 "$STATE/pg/data/postmaster.pid")
	kill "-$1" "$first" $(pgrep -P "$first")
}

part() {
	local p
	parts >parts
	while read -r p; do
		if tr '\0' ' ' <"/proc/$p/cmdline" | grep -e "$1" >/dev/null; then
			echo "$p"
			return
		fi
	done <parts
	echo "no part is called $1" >&2
	return 1
}

no_parts() {
	prints_nothing parts
}

@test "a setting that is not valid fails at once, with the reason" {
	run -69 env CHANNELS="fine Wrong" "$ROOT/scripts/dev/stack" run
	[[ "$output" = *"channel Wrong"* ]]
	run -69 env CHANNELS="a a" "$ROOT/scripts/dev/stack" run
	[[ "$output" = *"named twice"* ]]
	run -69 env PORT=70000 "$ROOT/scripts/dev/stack" run
	[[ "$output" = *"PORT=70000 is not a port"* ]]
	run -69 env LOOP=nowhere.mp4 "$ROOT/scripts/dev/stack" run
	[[ "$output" = *"LOOP=nowhere.mp4 cannot be read"* ]]
	run -69 env O=nowhere "$ROOT/scripts/dev/stack" run
	[[ "$output" = *"run make"* ]]
	run -64 stack dance
	[[ "$output" = "usage: stack"* ]]
	run -1 stack status
	[ "$output" = "not running" ]
}

@test "a channel switches to OBS and back on one connection, and Ctrl-C leaves no process" {
	stack_up
	has "rtmp://127.0.0.1:$RTMP_PORT/live" stack.out
	run -69 stack run
	[[ "$output" = *"already running in $STATE: process $STACK, http://127.0.0.1:$PORT/"* ]]

	obs_up
	await_long state_is OBS_ACTIVE
	page="http://127.0.0.1:$PORT"
	curl -sf "$page/" | grep '<title>lsctl</title>'
	curl -sfI "$page/app.js" | grep -i 'content-type: text/javascript'
	[ "$(curl -s -o answer -w '%{http_code}' "$page/api/v1/status")" = 401 ]
	[ "$(curl -s -o answer -w '%{http_code}' "$page/thumbnails/waheguru/obs.jpg")" = 401 ]
	token=$(tool user token add admin curl --role viewer)
	wall() { curl -sf -H "Authorization: Bearer $token" "$page/$1"; }
	on_the_wall() { [ "$(wall api/v1/status | jq -r '.channels[0].on_air')" = "$1" ]; }
	await_long on_the_wall obs
	[ "$(curl -s -o answer -w '%{http_code}' "$page/hls/waheguru/index.m3u8")" = 401 ]
	segment=$(wall hls/waheguru/index.m3u8 | grep '\.ts$' | tail -n 1)
	wall "hls/waheguru/$segment" >segment.ts
	[ "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 segment.ts | sort -u | xargs)" = "aac h264" ]

	kill -KILL $OBS
	await_long state_is LOOP_ACTIVE
	[ "$(record .destinations.youtube.connects)" = 1 ]
	[ "$(record .destinations.youtube.state)" = live ]
	await_long on_the_wall loop
	picture() { wall thumbnails/waheguru/loop.jpg >loop.jpg; }
	await_long picture
	[ "$(ffprobe -v error -show_entries stream=codec_name,width -of csv=p=0 loop.jpg)" = mjpeg,320 ]

	specs=$(find "$STATE/forward" "$STATE/loop" -name '*.json' -printf '%f %m\n' | sort)
	[ "$specs" = $'waheguru.json 600\nwaheguru.json 600' ]
	socket=$(cat "$STATE/pgsocket")
	[ -e "$socket" ]
	[ "$(parts | wc -l)" -ge 10 ]
	kill -INT "$STACK"
	finish "$STACK"
	[ "$status" -eq 0 ]
	tail -n 1 stack.out | grep 'stopped by SIGINT'
	no_parts
	prints_nothing find "$HOME" "$TMPDIR" -mindepth 1
	[ ! -e "$socket" ]
}

# browser SECONDS EXPRESSION [SCRIPT]: signs in, plays what goes out, and waits until the expression is true.
browser() {
	link=$(tool user add -q "bats-$RANDOM" --role viewer)
	"$ROOT/tests/lib/browser" --first "${3-}" "$link" "$1" "(() => {
		const find = (tag, text) => [...document.querySelectorAll(tag)].find(e => e.textContent === text);
		const secret = document.querySelector('input[type=password]'), play = find('button', 'Play what goes out');
		if (secret && !secret.value) {
			secret.value = 'seven words that nobody knows';
			secret.form.requestSubmit();
		} else if (document.querySelector('#top nav') && location.hash !== '#/channel/waheguru') {
			location.hash = '#/channel/waheguru';
		} else if (play) {
			play.click();
		}
		return $2;
	})()"
}

@test "a browser plays what viewers see, also after the destination restarts; without HLS it says which can" {
	command -v chromium >/dev/null || skip "chromium is not installed"
	stack_up
	moves='(() => { const v = document.querySelector("video"); return v && v.currentTime > 2 && v.videoWidth })()'
	[ "$(browser 90 "$moves")" = 160 ]
	browser 90 "$moves" "$(cat <<-'END'
		// once it plays, an error as of a playlist that begins anew
		addEventListener("timeupdate", e => { if (e.target.currentTime > 1) e.target.src = "hls/nothing"; },
		    { capture: true, once: true });
	END
	)"
	said='[...document.querySelectorAll(".note")].map(e => e.textContent).find(t => t.includes("cannot play"))'
	[[ "$(browser 60 "$said" 'HTMLMediaElement.prototype.canPlayType = () => ""')" == *"browsers of phones can"* ]]
}

# The link that the stack printed.
printed_link() {
	grep -o 'http://127.0.0.1:[0-9]*/#link=[A-Za-z0-9_-]*' stack.out
}

@test "the last lines on the terminal are a link for the first administrator, until somebody has used one" {
	stack_up
	AWAIT_S=60 await printed_link >printed
	first=$(cat printed)
	tail -n +"$(grep -n '#link=' stack.out | cut -d : -f 1)" stack.out | grep 'lsctl-user reset admin$'
	refute grep -rqF "${first#*=}" "$STATE/log" "$STATE/env.sh"
	kill -INT "$STACK"
	finish "$STACK"

	# nobody has used it: the next start prints another one, and the first is good no more
	stack_up
	AWAIT_S=60 await printed_link >printed
	second=$(cat printed)
	[ "$first" != "$second" ]
	use() {
		jq -n --arg link "${1#*=}" '{$link, password: "seven words that nobody knows"}' |
		    curl -s -o answer -w '%{http_code}' -H 'Content-Type: application/json' -H "Origin: http://127.0.0.1:$PORT" \
			-d @- "http://127.0.0.1:$PORT/api/v1/link/use"
	}
	[ "$(use "$first")" = 404 ]
	[ "$(use "$second")" = 201 ]
	kill -INT "$STACK"
	finish "$STACK"

	stack_up
	AWAIT_S=60 await grep 'sign in as "admin"' stack.out
	refute printed_link
	[ "$(use "$(tool user reset -q admin)")" = 201 ]
	kill -INT "$STACK"
	finish "$STACK"
}

@test "only the valid token may publish, and a rotation disconnects the publisher" {
	stack_up
	key=$(stream_key)
	loop=$(tool keys show --json waheguru loop | jq -r .stream_key)
	for wrong in waheguru_obs "waheguru_obs?token=" "waheguru_obs?token=x${key#*=}" \
	    "waheguru_obs?token=${loop#*=}" "waheguru_loop?token=${key#*=}" "nobody_obs?token=${key#*=}"; do
		run -1 encoder "$wrong"
	done
	state_is LOOP_ACTIVE
	obs_up "$key"
	await_long state_is OBS_ACTIVE

	tool keys rotate waheguru obs
	await gone $OBS
	run -1 encoder "$key"
	await_long state_is LOOP_ACTIVE
	prints_other_than "$key" stream_key
	obs_up
	await_long state_is OBS_ACTIVE
	[ "$(record .destinations.youtube.connects)" = 1 ]
	sql "select distinct concat_ws(' ', channel, source, reason) from lsctl.event where kind = 'publish-refused' order by 1" |
	    diff - <(printf '%s\n' 'nobody obs no-such-stream' 'waheguru loop wrong-token' 'waheguru obs no-token' 'waheguru obs wrong-token')

	# Nothing of a token is in what the parts say.
	refute grep -rqF -e "${key#*=}" -e "${loop#*=}" "$STATE/log" "$STATE/status"
}

@test "while the database does not answer, a channel fails over and back; the events reach the database later" {
	stack_up
	obs_up
	await_long state_is OBS_ACTIVE
	key=$(stream_key)
	database_signal STOP
	kill -KILL $OBS
	await_long state_is LOOP_ACTIVE
	obs_up "$key"
	await_long state_is OBS_ACTIVE
	run -1 encoder waheguru_obs
	[ "$(record .destinations.youtube.connects)" = 1 ]
	await_long grep -q 'nothing is touched' "$STATE/log/control.log"
	database_signal CONT
	lost="select count(*) from lsctl.event where kind = 'state' and detail ->> 'from' = 'OBS_ACTIVE'"
	back="select count(*) from lsctl.event where kind = 'state' and detail ->> 'to' = 'OBS_ACTIVE'"
	refused="select count(*) > 0 from lsctl.event where kind = 'publish-refused'"
	recorded() { [ "$(sql "$lost")" = 1 ] && [ "$(sql "$back")" = 2 ] && [ "$(sql "$refused")" = t ]; }
	await_long recorded
}

# freed STREAM: its publisher was disconnected, by the reconciliation, or by nginx, which drops one that sends nothing.
freed() {
	[ "$(sql "select count(*) > 0 from lsctl.event where kind = 'kicked' and detail ->> 'stream' = '$1'")" = t ] ||
	    grep -q 'drop idle publisher' "$STATE/log/media.log"
}

@test "the stack does what is declared, and a frozen encoder does not keep the next one out" {
	stack_up
	obs_up
	await_long state_is OBS_ACTIVE
	kill -STOP $OBS
	await_long freed waheguru_obs
	first=$OBS
	obs_up
	await_long state_is OBS_ACTIVE
	kill -KILL $first

	tool switch waheguru --to loop --for 1h --reason 'a test'
	state_is LOOP_ACTIVE || await_long state_is LOOP_ACTIVE
	await_long eval '[ "$(record .mode)" = loop ]'	# of the next pass
	tool channel set -q waheguru stall_ms=1000
	await_long grep -q '"stall_ms": 1000' "$STATE/forward/waheguru.json"
	await_long grep -q 'reloaded' "$STATE/log/forward-waheguru.log"
	state_is LOOP_ACTIVE
	tool switch waheguru --to auto
	await_long state_is OBS_ACTIVE

	tool channel disable -q waheguru
	await_long state_is DOWN
	await gone $OBS
	[ ! -e "$STATE/forward/waheguru.json" ]
	run -1 encoder "$(stream_key)"
	tool channel enable -q waheguru
	await_long state_is LOOP_ACTIVE
}

@test "a part that dies is started again, and no process outlives the stack" {
	stack_up
	kill -KILL "$(part conf/media)"
	await_long grep -q 'media died (signal KILL); starting it again now' stack.out
	await_long grep -q 'server live connects=2' "$STATE/log/loop-waheguru.log"
	[ "$(record .destinations.youtube.connects)" = 1 ]
	kill -KILL "$(part conf/destination)"
	await_long grep -q 'youtube live connects=2' "$STATE/log/forward-waheguru.log"

	kill -KILL "$(part lsctl-loop)"
	await_long grep -q 'loop-waheguru died (signal KILL); starting it again' stack.out
	kill -KILL "$(part stack.d/control)"
	await_long grep -q 'control died (signal KILL); starting it again' stack.out

	[ "$(parts | wc -l)" -ge 10 ]
	kill -KILL "$STACK"
	await_long no_parts
}

@test "an ordinary user runs it in the background" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	mkdir "$PLACE/build"
	cp -r "$ROOT/scripts" "$ROOT/sql" "$LOOP" "$PLACE"
	cp -r "$BIN" "$PLACE/build"
	ln -sf "$PLACE"/scripts/lsctl-* "$PLACE/build/bin"	# where that user can read them
	chown -R nobody: "$PLACE"
	user=(setpriv --reuid nobody --regid nogroup --clear-groups env HOME="$PLACE" TMPDIR="$PLACE"
	    LOOP="$PLACE/loop.mp4" STATE="$STATE" O=build "$PLACE/scripts/dev/stack")
	cd "$PLACE"
	"${user[@]}" start 3>&-
	STACK=$(cat "$STATE/pid")
	echo "$STACK" >>"$BATS_TEST_TMPDIR/pids"
	[ "$(stat -c %U "/proc/$STACK")" = nobody ]
	await_long state_is LOOP_ACTIVE
	await_long test -s "$STATE/hls/waheguru/index.m3u8"
	"${user[@]}" status | grep '^waheguru  *LOOP_ACTIVE'
	run -69 "${user[@]}" start
	[ "$("${user[@]}" stop)" = stopped ]
	no_parts
	[ "$("${user[@]}" stop)" = "not running" ]
}
