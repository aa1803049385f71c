#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What lsctl-forward promises to the shell or service manager that starts it: exit statuses, messages, control socket.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	film "$BATS_FILE_TMPDIR/film.flv"
}

setup() {
	setup_folder
	ln -s "$BATS_FILE_TMPDIR/film.flv" film.flv
}

teardown() {
	teardown_folder
}

forward() {
	"$BIN/lsctl-forward" "$@"
}

ctl() {
	forward ctl w.sock "$@"
}

# two_films [DESTINATION...]: a channel that needs nobody else.
two_films() {
	local IFS=, list

	list="$*"
	spec w.json <<-END
	{"channel": "waheguru", "delay_ms": 0,
	 "sources": [{"name": "film", "path": "film.flv"},
	             {"name": "spare", "path": ["film.flv", "film.flv"]}],
	 "destinations": [$list]}
	END
}

# Port 1 is a port where nobody listens.
destination() {
	printf '{"name": "%s", "url": "rtmp://127.0.0.1:1/live2", "key": "%s"}' "$1" "${2:-k}"
}

on_air() {
	[ "$(ctl status | jq -r .state)" = "$1" ]
}

# running [OPTION...]: started, and on the air.
running() {
	start w "$BIN/lsctl-forward" -v "$@" w.json
	await test -S w.sock
	await on_air FILM_ACTIVE
}

jq_ok() {
	jq -e "$1" >jq.out || { cat jq.out; return 1; }
}

# -- words on the command line --

@test "wrong usage exits with 64, and names the right usage" {
	for words in "" "-x w.json" "w.json w.json" "-s" "-o file w.json" \
	    "ctl" "ctl w.sock" "ctl w.sock status now" "ctl w.sock switch" \
	    "ctl w.sock switch film --for" "ctl w.sock switch film --for 0" \
	    "ctl w.sock switch film --for -5" "ctl w.sock switch film --for soon" \
	    "ctl w.sock switch film --for 5w" "ctl w.sock switch film --for 5mm" "ctl w.sock status --for 5m" \
	    "ctl w.sock switch film --until 5"; do
		echo "lsctl-forward $words"
		# shellcheck disable=SC2086	# the words are to be split
		run --separate-stderr forward $words
		[ "$status" -eq 64 ]
		[ -z "$output" ]
		[[ $stderr == *$'\nusage: lsctl-forward '*$'\nTry '* ]]
	done
	run -64 forward w.json -x
	[ "${lines[0]}" = 'lsctl-forward: -x: no such option' ]
	run -64 forward ctl w.sock switch film --for soon
	[ "${lines[0]}" = 'lsctl-forward: ctl: --for soon: not a duration: write 90s, 10m, 2h or 1d' ]
	run -64 forward -o file w.json
	[ "${lines[0]}" = 'lsctl-forward: --output file: must be -' ]
}

@test "--help and --version answer on stdout" {
	run --separate-stderr forward --help
	[ "$status" -eq 0 ]
	[[ $output == usage:* ]]
	grep -E '^  -n, --dry-run +check the spec' <<<"$output"
	grep -E '^  ctl SOCKET ' <<<"$output"
	[ -z "$stderr" ]
	run --separate-stderr forward --version
	[ "$status" -eq 0 ]
	[[ $output =~ ^lsctl-forward\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ -z "$stderr" ]
}

# -- the spec --

@test "a missing spec exits with 78" {
	run forward w.json
	[ "$status" -eq 78 ]
	[[ $output == *"w.json: cannot be read: No such file or directory" ]]
}

@test "a bad spec exits with 78, with file, line, field and reason" {
	two_films
	sed 's/"delay_ms": 0/"delay_ms": "soon"/' w.json | spec bad.json
	run forward bad.json
	[ "$status" -eq 78 ]
	[[ $output == *"bad.json:1: delay_ms: must be a whole number from 0 to 30000" ]]
	sed 's/"spare"/"film"/' w.json | spec bad.json
	run forward -n bad.json
	[ "$status" -eq 78 ]
	[[ $output == *"bad.json:3: sources[1].name: is used twice" ]]
	two_films "$(destination youtube | sed 's/live2/live2 x/')"
	run forward -n w.json
	[ "$status" -eq 78 ]
	[[ $output == *"destinations[0].url: "* ]]
	echo '{' | spec bad.json
	run forward bad.json
	[ "$status" -eq 78 ]
	[[ $output == *"bad.json:"[12]": is not JSON near column "* ]]
}

@test "a spec that others may read exits with 78" {
	two_films
	chmod 644 w.json
	run forward w.json
	[ "$status" -eq 78 ]
	[[ $output == *"w.json: "*"chmod 600"* ]]
	[ ! -e w.sock ]
}

@test "-n checks the spec and its files, and runs nothing" {
	two_films
	run forward -n w.json
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -e w.sock ]
	rm film.flv
	run forward -n w.json
	[ "$status" -eq 78 ]
	[[ $output == *"sources[0].path: "* ]]
	echo "no film" >film.flv
	run forward -n w.json
	[ "$status" -eq 78 ]
	[[ $output == *"sources[0].path: "* ]]
}

# -- the process --

@test "a second forwarder of a channel exits with 69, and the first one continues" {
	two_films
	running
	run forward w.json
	[ "$status" -eq 69 ]
	[[ $output == *"w.sock: another process answers there"* ]]
	on_air FILM_ACTIVE
}

@test "-s, the spec or the spec's name sets the place of the socket, which only its owner may use" {
	two_films
	start w "$BIN/lsctl-forward" -s other.sock w.json
	await test -S other.sock
	[ "$(stat -c %a other.sock)" = 600 ]
	kill "$pid"
	finish "$pid"
	sed 's/"waheguru"/"waheguru", "socket": "other.sock"/' w.json | spec other.json
	start other "$BIN/lsctl-forward" other.json
	await test -S other.sock
	[ ! -e w.sock ]
}

@test "a file that is no socket is not replaced" {
	two_films
	echo precious >w.sock
	run forward w.json
	[ "$status" -eq 73 ]
	[ "$(cat w.sock)" = precious ]
}

@test "the socket of a killed forwarder is replaced" {
	two_films
	running
	kill -9 "$pid"
	finish "$pid"
	[ -S w.sock ]
	running
}

@test "after SIGTERM or SIGINT it exits with 0, and removes the socket" {
	for signal in TERM INT; do
		two_films
		running
		kill -"$signal" "$pid"
		finish "$pid"
		[ "$status" -eq 0 ]
		[ ! -e w.sock ]
	done
}

pings() {
	[ "$(grep -c '^WATCHDOG=1$' manager.out)" -ge "$1" ]
}

@test "the service manager is notified of start, reload, watchdog and stop" {
	two_films "$(destination youtube)"
	start manager python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("manager.sock")
while True:
    print(s.recv(4096).decode(), flush=True)'
	await test -S manager.sock
	export NOTIFY_SOCKET="$PWD/manager.sock" WATCHDOG_USEC=200000
	running
	unset NOTIFY_SOCKET WATCHDOG_USEC
	await has '^READY=1$' manager.out
	await has '^WATCHDOG=1$' manager.out
	await has '^STATUS=FILM_ACTIVE, 0 of 1 destinations live$' manager.out
	await pings 25			# of which 10 take a second
	grep '^STATUS=' manager.out >statuses
	prints_nothing uniq -d statuses
	refute has RELOADING manager.out
	kill -HUP "$pid"
	await has '^RELOADING=1$' manager.out
	await has '^MONOTONIC_USEC=[0-9][0-9]*$' manager.out
	kill "$pid"
	await has '^STOPPING=1$' manager.out
	[ "$(grep -c '^READY=1$' manager.out)" -eq 2 ]
}

# -- as a guest of the service manager --

# passed NAME PROGRAM...: becomes the program, with one descriptor passed, of /dev/null.
passed() {
	local name=$1

	shift
	exec 3</dev/null
	LISTEN_FDNAMES=$name LISTEN_FDS=1 LISTEN_PID=$BASHPID exec "$@"
}

flags_of() {
	local key value

	while read -r key value; do
		[ "$key" != flags: ] || echo $((8#$value))
	done <"/proc/$pid/fdinfo/$1"
}

@test "a socket that was passed is served, no child inherits it, and its file is kept" {
	two_films
	start w systemd-socket-activate -l "$PWD/given.sock" "$BIN/lsctl-forward" -s w.sock w.json
	await test -S given.sock
	await forward ctl given.sock status >status
	[ "$(flags_of 3)" -eq $((8#02004002)) ]		# close-on-exec, non-blocking
	await has 'STARTING -> FILM_ACTIVE' w.err
	jq_ok '.channel == "waheguru"' <status
	[ ! -e w.sock ]
	kill "$pid"
	finish "$pid"
	[ "$status" -eq 0 ]
	[ -S given.sock ]
}

@test "any other descriptor that was passed exits with 78, and the message says what it must be" {
	two_films
	run passed control "$BIN/lsctl-forward" w.json
	[ "$status" -eq 78 ]
	[[ $output == *"LISTEN_FDS: "*"no listening Unix stream socket"* ]]
	[ ! -e w.sock ]
}

@test "descriptors that were passed to another process are ignored" {
	two_films
	LISTEN_PID=1 LISTEN_FDS=1 running
	on_air FILM_ACTIVE
}

# A service manager that prints each message on a line, with "(with a descriptor)" after a message that carried one.
manager() {
	start manager python3 -c '
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("manager.sock")
while True:
    text, fds, _, _ = socket.recv_fds(s, 4096, 4)
    print(text.decode().replace("\n", " "), "(with a descriptor)" if fds else "", flush=True)'
	await test -S manager.sock
}

# It has a source that nobody answers for, so a start waits for more than three seconds before the film.
waits_for_obs() {
	two_films "$(destination youtube)"
	sed 's|"sources": \[|&{"name": "obs", "url": "rtmp://127.0.0.1:1/live/obs"}, |' w.json | spec w.json
}

@test "the service manager keeps a descriptor as a mark while the channel is on the air" {
	two_films
	manager
	NOTIFY_SOCKET="$PWD/manager.sock" running
	kept='^FDSTORE=1 .*FDNAME=on-air (with a descriptor)$'
	await has "$kept" manager.out
	refute has 'FDSTOREREMOVE=1 FDNAME=on-air' manager.out
	ctl switch off
	await has '^FDSTOREREMOVE=1 FDNAME=on-air' manager.out
	[ "$(grep -c "$kept" manager.out)" -eq 1 ]
	ctl switch auto
	twice() { [ "$(grep -c "$kept" manager.out)" -eq 2 ]; }
	await twice
}

@test "a start with the mark uses a file at once; without the mark it waits for a better source" {
	waits_for_obs
	start w passed on-air "$BIN/lsctl-forward" w.json
	await has 'STARTING -> FILM_ACTIVE' w.err
	has 'channel=waheguru was on the air before this process started: resuming' w.err
	has 'STARTING -> FILM_ACTIVE reason=ready health=none after=0s' w.err
	[ -S w.sock ]					# the mark is no socket: its own is made
	kill "$pid"
	finish "$pid"
	start w "$BIN/lsctl-forward" w.json
	await has 'STARTING -> FILM_ACTIVE' w.err
	refute has 'after=0s' w.err
}

# A service manager that keeps the descriptors it gets, kills the first forwarder and passes them to a second one.
keeper() {
	cat >keeper.py <<-'END'
	import os, socket, subprocess, sys
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	s.bind("manager.sock")
	s.settimeout(10)
	kept = {}
	def run():
	    def here():
	        spare = [(name, os.dup(fd)) for name, fd in kept.items()]
	        for i, (name, fd) in enumerate(spare):
	            os.dup2(fd, 20 + i)
	        for i in range(len(spare)):
	            os.dup2(20 + i, 3 + i)
	        os.environ["LISTEN_PID"] = str(os.getpid())
	    env = dict(os.environ, NOTIFY_SOCKET=os.path.abspath("manager.sock"),
	               LISTEN_FDS=str(len(kept)), LISTEN_FDNAMES=":".join(kept))
	    argv = ["sh", "-c", 'LISTEN_PID=$$ exec "$0" "$@"', *sys.argv[1:]]
	    return subprocess.Popen(argv, env=env, preexec_fn=here, close_fds=False)
	def until_kept(*names):
	    got = set()
	    while got != set(names):
	        text, fds, _, _ = socket.recv_fds(s, 4096, 4)
	        words = dict(line.split("=", 1) for line in text.decode().split("\n"))
	        if "FDSTOREREMOVE" in words:
	            kept.pop(words["FDNAME"], None)
	        elif fds:
	            kept[words["FDNAME"]] = fds[0]
	            got.add(words["FDNAME"])
	p = run()
	until_kept("films", "on-air")
	p.kill()
	p.wait()
	p = run()
	until_kept("films")
	print("again", flush=True)
	p.terminate()
	sys.exit(p.wait())
	END
	start keeper python3 keeper.py "$@"
}

@test "the cache of the films is kept by the service manager, and passed to the next forwarder" {
	# one that was made just now is not trusted to stay
	settled() { [ $(($(date +%s) - $(stat -L -c %Z film.flv))) -gt 2 ]; }
	two_films
	await settled
	keeper "$BIN/lsctl-forward" w.json
	finish "$pid"
	[ "$status" -eq 0 ]
	has again keeper.out
	has 'was on the air before this process started: resuming' keeper.err
}

@test "in a journal, changes of state and commands are notices" {
	two_films
	JOURNAL_STREAM=1:1 running
	has '^<5>channel=waheguru STARTING -> FILM_ACTIVE reason=ready' w.err
	ctl switch spare
	await has '^<5>channel=waheguru switch to=spare' w.err
	ctl reload
	has '^<5>channel=waheguru reloaded' w.err
}

# -- the control socket --

keyframes_counted() {
	ctl status | jq -e .sources.film.keyframe_s >/dev/null
}

@test "status prints channel, sources and destinations" {
	two_films "$(destination youtube)" "$(destination twitch)"
	running
	await has 'destination=youtube connect' w.err
	await keyframes_counted
	ctl status >status
	[ "$(wc -l <status)" -eq 1 ]
	profile=$(ffprobe -v error -select_streams v -show_entries stream=profile -of csv=p=0 film.flv)
	level=$(ffprobe -v error -select_streams v -show_entries stream=level -of csv=p=0 film.flv | sed 's/.$/.&/')
	export profile level
	jq_ok '.code == "ok" and .channel == "waheguru" and .state == "FILM_ACTIVE" and .on_air == "film" and .mode == "auto" and
	    ([.time, .since] | all(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z$"))) and
	    (.cuts | type) == "number" and (.max_gap_ms | type) == "number"' <status
	jq_ok '(.sources | keys) == ["film", "spare"] and
	    .sources.film.on_air and .sources.film.healthy and
	    (.sources.spare.on_air | not) and
	    .sources.film.video == "h264 160x90 30" and .sources.film.audio == "aac 48000 2" and
	    .sources.film.profile == env.profile and .sources.film.level == env.level and .sources.film.pix_fmt == "yuv420p" and
	    .sources.film.audio_profile == "LC" and
	    .sources.film.keyframe_s == 2' <status
	jq_ok '(.destinations | keys) == ["twitch", "youtube"] and
	    (.destinations.youtube | .state == "waiting" and .kbps == 0 and
	    .acked_bytes == 0 and .reconnects == 0 and .fault == "connect" and
	    (.last_error | startswith("connect: "))) and
	    ([.problems[] | select(.code == "destination-down")] | map(.subject) ==
	    ["destination:youtube", "destination:twitch"] and
	    all(.text | startswith("destination ")))' <status
}

@test "dump prints the internal state" {
	two_films
	running
	ctl dump >dump
	[ "$(wc -l <dump)" -eq 1 ]
	jq_ok '.code == "ok" and (.sources | map(.name)) == ["film", "spare"] and
	    (.sources[0].video | .queued > 0 and .bytes > 0) and
	    .log.queued >= 0 and .splice.frames > 0' <dump
}

@test "switch pins for a time, turns off, and ends the pin" {
	two_films
	running
	run ctl switch spare --for 10m
	[ "$status" -eq 0 ]
	[ "$output" = '{"code":"ok"}' ]
	await on_air SPARE_ACTIVE
	ctl status | jq_ok '.mode == "spare" and .pin_left_s > 590 and .pin_left_s <= 600'
	run -0 ctl switch film
	await on_air FILM_ACTIVE
	ctl status | jq_ok '.mode == "film" and (has("pin_left_s") | not)'
	run -0 ctl switch off
	await on_air OFF
	ctl status | jq_ok '.mode == "off" and .on_air == null and ([.sources[].on_air] | any | not)'
	run -0 ctl switch auto
	await on_air FILM_ACTIVE
	ctl status | jq_ok '.mode == "auto"'
}

@test "a command that cannot be carried out exits with 1 and a reason" {
	two_films
	running
	run ctl switch nobody
	[ "$status" -eq 1 ]
	jq_ok '.code == "unknown-source" and (.error | contains("name of a source"))' <<<"$output"
	run ctl explode
	[ "$status" -eq 1 ]
	jq_ok '.code == "unknown-command" and (.error | contains("status"))' <<<"$output"
	answer_to 'no JSON' | jq_ok '.code == "bad-request"'
	answer_to '{"cmd":7}' | jq_ok '.code == "bad-request"'
	answer_to '{"cmd":"switch","to":"film","for_ms":-1}' | jq_ok '.code == "bad-request"'
	answer_to '{"cmd":"switch","to":"film","for_ms":"1"}' | jq_ok '.code == "bad-request"'
	on_air FILM_ACTIVE
}

@test "ctl without a forwarder exits with 69" {
	run ctl status
	[ "$status" -eq 69 ]
	[[ $output == *"w.sock: no forwarder answers: No such file or directory" ]]
}

destinations_are() {
	[ "$(ctl status | jq -rc '.destinations | keys_unsorted | join(" ")')" = "$*" ]
}

@test "reload adds and removes destinations; so does SIGHUP" {
	two_films "$(destination a)"
	running
	destinations_are a
	two_films "$(destination a)" "$(destination b)"
	run ctl reload
	[ "$status" -eq 0 ]
	[ "$output" = '{"code":"ok"}' ]
	destinations_are a b
	two_films "$(destination c)" "$(destination b)"
	kill -HUP "$pid"
	await destinations_are c b
	two_films
	kill -HUP "$pid"
	await destinations_are
	on_air FILM_ACTIVE
}

@test "a bad reload exits with 1, names the field, and changes nothing" {
	two_films "$(destination a)"
	running
	two_films "$(destination b)" "$(destination b)"
	run ctl reload
	[ "$status" -eq 1 ]
	jq_ok '.code == "spec-invalid" and .line == 4 and .field == "destinations[1].name" and
	    .error == "is used twice"' <<<"$output"
	destinations_are a
	kill -HUP "$pid"
	await has 'w.json:4: destinations\[1\].name: is used twice' w.err
	two_films
	sed 's/waheguru/other/' w.json | spec w.json
	run ctl reload
	[ "$status" -eq 1 ]
	jq_ok '.code == "other-channel" and .field == "channel"' <<<"$output"
	sed 's/other/waheguru/; s/"delay_ms": [0-9]*/"delay_ms": 700/' w.json | spec w.json
	run ctl reload
	[ "$status" -eq 1 ]
	jq_ok '.code == "needs-restart"' <<<"$output"
	two_films
	sed 's/\["film.flv", "film.flv"\]/"gone.flv"/' w.json | spec w.json
	run -1 ctl reload
	jq_ok '.code == "film-unusable" and .field == "sources[1].path"' <<<"$output"
	rm w.json
	run ctl reload
	[ "$status" -eq 1 ]
	jq_ok '.code == "spec-unreadable" and .field == ""' <<<"$output"
	destinations_are a
	on_air FILM_ACTIVE
}

# answer_to LINE: whatever it is.
answer_to() {
	python3 - "$1" <<-'END'
	import socket, sys
	s = socket.socket(socket.AF_UNIX)
	s.connect("w.sock")
	s.sendall(sys.argv[1].encode() + b"\n")
	print(s.makefile().readline(), end="")
	END
}

# reload_with FILE: the spec in the question; the answer.
reload_with() {
	python3 - "$1" <<-'END'
	import json, socket, sys
	s = socket.socket(socket.AF_UNIX)
	s.connect("w.sock")
	s.sendall(b'{"cmd":"reload","spec":' + open(sys.argv[1], "rb").read().replace(b"\n", b" ") + b"}\n")
	print(s.makefile().readline(), end="")
	END
}

@test "reload accepts a spec in the control message, and does not change the file" {
	two_films "$(destination a)"
	running
	cp w.json file.json
	two_films "$(destination b)" "$(destination c)"
	mv w.json asked.json
	mv file.json w.json
	[ "$(reload_with asked.json)" = '{"code":"ok"}' ]
	destinations_are b c
	ctl reload			# without one it is the file, as ever
	destinations_are a
}

@test "a spec in a control message may be long" {
	long=$(printf '%0400d' 0)
	two_films "$(destination a)"
	running
	list=()
	for i in {1..32}; do
		list+=("$(destination "d$i" "$long")")
	done
	two_films "${list[@]}"
	printf '%300000s\n' '' >>w.json
	[ "$(reload_with w.json)" = '{"code":"ok"}' ]
	ctl status | jq_ok '.destinations | length == 32'
}

@test "a bad spec in a control message is refused by its field, and changes nothing" {
	two_films "$(destination a)"
	running
	two_films "$(destination b CANARY)" "$(destination b CANARY)"
	mv w.json asked.json
	reload_with asked.json >answer
	jq_ok '. == {"code": "spec-invalid", "error": "is used twice", "field": "destinations[1].name"}' <answer
	has 'the spec in the reload request: destinations\[1\].name: is used twice' w.err
	sed 's/"channel"/"channel": "x", "channel"/' asked.json >twice.json
	reload_with twice.json >answer
	jq_ok '.code == "bad-request"' <answer
	echo '"CANARY"' >text.json
	reload_with text.json >answer
	jq_ok '.code == "spec-invalid"' <answer
	echo '{"channel": CANARY' >broken.json
	reload_with broken.json >answer
	jq_ok '.code == "bad-request"' <answer
	destinations_are a
	refute grep CANARY answer w.err
}

# -- the stream on stdout --

@test "-o - writes FLV that can be played" {
	two_films
	running -o -
	await larger w.out 60000
	kill "$pid"
	finish "$pid"
	[ "$status" -eq 0 ]
	ffprobe -v error -show_entries stream=codec_name -of csv=p=0 w.out >codecs
	[ "$(tr '\n' ' ' <codecs)" = "h264 aac " ]
	# the first tag is metadata, ours and not the film's
	[ "$(od -An -tu1 -j13 -N1 w.out | tr -d ' ')" = 18 ]
	[[ $(ffprobe -v error -show_entries format_tags -of default=nk=0 w.out) == *TAG:encoder=lsctl/[0-9]* ]]
	refute grep -a -e Lavf -e filesize -e '@setDataFrame' w.out
	ffmpeg -nostdin -v error -i w.out -f null - 2>decoder
	# the last message may be cut off; nothing else may be wrong
	refute grep -v -i -e 'packet mismatch' -e 'truncat' -e 'invalid data' decoder
}

@test "-o - exits with 74 when its reader is gone and there is no destination" {
	two_films
	mkfifo pipe
	head -c 1000 pipe >head.out 3>&- &
	reader=$!
	status=0
	timeout 10 "$BIN/lsctl-forward" -o - w.json >pipe 2>w.err || status=$?
	[ "$status" -eq 74 ]
	has 'standard output; it stops: .*Broken pipe' w.err
	wait "$reader"
	[ ! -e w.sock ]
}

@test "-o - refuses to write to a terminal" {
	two_films
	run script -qec "$BIN/lsctl-forward -o - w.json" /dev/null </dev/null
	[ "$status" -eq 64 ]
}

# -- secrets --

@test "no secret is visible from outside" {
	spec w.json <<-END
	{"channel": "waheguru", "delay_ms": 0,
	 "sources": [{"name": "obs", "url": "rtmp://127.0.0.1:1/live/obs?token=CANARY-token"},
	             {"name": "film", "path": "film.flv"}],
	 "destinations": [$(destination key CANARY-key),
	   {"name": "url", "url": "rtmp://127.0.0.1:1/live2/CANARY-url?auth=CANARY-query"},
	   {"name": "dns", "url": "rtmp://no-such-host.invalid/live2", "key": "CANARY-dns"}]}
	END
	start w "$BIN/lsctl-forward" -v w.json
	await test -S w.sock
	await has 'destination=key connect' w.err
	await has 'destination=url connect' w.err
	await has 'destination=dns ' w.err
	ctl status >status
	ctl dump >dump
	tr '\0' '\n' <"/proc/$pid/cmdline" >cmdline
	tr '\0' '\n' <"/proc/$pid/environ" >environ
	grep 'core file size' "/proc/$pid/limits" >limits
	read -r _ _ _ _ soft hard _ <limits
	[ "$soft" = 0 ]
	[ "$hard" = 0 ]
	sed 's/"dns"/"key"/' w.json | spec w.json
	run ctl reload
	[ "$status" -eq 1 ]
	echo "$output" >reload
	sed 's/CANARY-dns"/CANARY-dns/' w.json | spec w.json
	run ctl reload
	[ "$status" -eq 1 ]
	echo "$output" >>reload
	kill "$pid"
	finish "$pid"
	grep -q . reload
	refute grep -l CANARY status dump reload cmdline environ w.err w.out
}
