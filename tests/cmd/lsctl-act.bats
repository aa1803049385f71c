#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-act as a program, and what it answers to a client of its socket. What it does for the API is in api.bats.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database
load api

setup_file() {
	database_server
	api_logins
	api_certificate
	film "$BATS_FILE_TMPDIR/walk.flv"
}

setup() {
	api_setup
}

@test "the command line: what is no socket, and where none can be made" {
	run -64 lsctl-act </dev/null
	[[ $output == *'standard input is not a socket: use --listen SOCKET'* ]]
	run -73 lsctl-act --listen none/x.sock
	run -64 lsctl-act --listen
	run -64 lsctl-act extra
	run -0 lsctl-act --help
	[[ $output == *--listen* ]]
	start server "$BIN/lsctl-act" --listen run/other.sock
	await test -S run/other.sock
	[ "$(stat -c %a run/other.sock)" = 660 ]
	kill "$pid"
	finish "$pid"
	[ "$status" = 0 ]
	rm -f server.err
}

@test "an argument of lsctl-act that another session could not give is refused there, too" {
	api_start
	api_account jas operator krishna
	session=$(awk '$6 == "__Host-lsctl" { print $7 }' jas.jar)
	# as a taken-over lsctl-web would ask
	act() { printf '%s\n' "$1" | "${in[@]}" python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect("run/act.sock"); s.sendall(sys.stdin.buffer.read()); print(s.makefile().readline())'; }
	ask() { act "{\"do\": \"override\", \"credential\": \"${2-$session}\", \"arguments\": {\"channel\": $1, \"to\": \"off\"}}" | jq -r .code; }
	[ "$(ask '"rama"')" = no-such-channel ]
	[ "$(ask '["rama"]')" = not-valid ]
	[ "$(ask '"krishna"' wrong)" = unauthenticated ]
	[ "$(act '{"do": "override", "arguments": {"channel": "krishna", "to": "off"}}' | jq -r .code)" = unauthenticated ]
	[ "$(act "{\"do\": \"account-add\", \"credential\": \"$session\", \"arguments\": {\"name\": \"x\", \"role\": \"admin\"}}" |
	    jq -r .code)" = forbidden ]
	[ "$(act "{\"do\": \"film-prepare\", \"credential\": \"$session\", \"arguments\": {\"upload\": \"*\"}}" | jq -r .code)" = not-valid ]
	one "select string_agg(mode, ' ') from channel" | grep -x 'auto auto'
	# a name of its own in the events it cannot give
	hostile=$(jq -nc --arg session "$session" '{do: "override", credential: $session, account: "simran",
	    address: "1.2.3.4 -c lsctl.author=simran", arguments: {channel: "krishna", to: "loop"}}')
	[ "$(act "$hostile" | jq -r .code)" = ok ]
	one "select distinct who from event where kind = 'switched'" | grep -x jas
	# what is no request, too large, or does not come
	[ "$(act 'x' | jq -r .code)" = not-valid ]
	head -c 3200000 /dev/zero | tr '\0' x >large
	[ -z "$(act "$(cat large)" 2>/dev/null)" ]	# check-bats: it may close before all is sent
	# as large as lsctl-web takes one, with what it adds
	[ "$(act "$(head -c 2200000 large)" | jq -r .code)" = not-valid ]
}
