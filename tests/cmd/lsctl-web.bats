#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-web as a program: its command line, without lsctl-act, and as a CGI program. The API itself is in api.bats.
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
	run -64 lsctl-web </dev/null
	[[ $output == *'standard input is not a socket: use --listen SOCKET'* ]]
	run -73 lsctl-web --listen none/x.sock
	run -64 lsctl-web --listen
	run -64 lsctl-web extra
	run -0 lsctl-web --help
	[[ $output == *--listen* ]]
	start server "$BIN/lsctl-web" --listen run/other.sock
	await test -S run/other.sock
	[ "$(stat -c %a run/other.sock)" = 660 ]
	kill "$pid"
	finish "$pid"
	[ "$status" = 0 ]
	rm -f server.err
}

# stream NAME [CURL OPTION...]: the stream of changes, as it comes, in NAME.out.
stream() {
	local name=$1

	shift
	start "$name" "${in[@]}" curl -sNk --resolve live.example.org:8443:192.0.2.1 "$@" "$base/changes"
}

@test "a stream tells who has signed in when the state changes, and nothing else" {
	start changes "${in[@]}" "$BIN/lsctl-web" --changes --listen run/changes.sock
	await test -S run/changes.sock
	api_start
	api_account simran admin
	[ "$(page "$base/changes")" = 401 ]
	status_write
	stream first -b simran.jar
	await has '"time":"2[^"]*","changed":true' first.out	# it has read the file
	jq -c '.time = "2026-01-01T00:00:00.000Z"' state/www/status.json >next
	mv next state/www/status.json
	await has '"time":"2026-01-01T00:00:00.000Z","changed":false' first.out
	jq -c '.channels[0].state = "LOOP_ACTIVE" | .time = "2026-01-01T00:00:01.000Z"' state/www/status.json >next
	mv next state/www/status.json
	await has '"time":"2026-01-01T00:00:01.000Z","changed":true' first.out
	refute grep -e krishna -e LOOP first.out
}

@test "a part that does not run, or fails, is a problem" {
	api_start
	api_account simran admin
	kill "$act"
	finish "$act"
	rm -f act.err
	problem unavailable simran POST /channels '{"name": "x"}'
	[[ $(jq -r .detail body) == *lsctl-act.socket* ]]
	[ "$(api simran GET /channels)" = 200 ]
	mkdir -p broken
	printf '#!/bin/sh\necho "lsctl-channel: it is broken" >&2\nexit 70\n' >broken/lsctl-channel
	chmod 755 broken/lsctl-channel
	PATH=$PWD/broken:$PATH api_act
	problem tool-failed simran POST /channels '{"name": "x"}'
	[ "$(jq -r .detail body)" = 'it is broken' ]
	problem unavailable simran GET /status
	[[ $(jq -r .detail body) == *lsctl-reconcile.timer* ]]
	# what is there and cannot be read is another matter
	mkdir -p state/www/status.json
	problem unavailable simran GET /status
	[ "$(jq -r .detail body)" = 'not a regular file' ]
	rmdir state/www/status.json
	rm -r state/media
	touch state/media
	problem tool-failed simran GET /films
	[ "$(jq -r .detail body)" = 'Not a directory' ]
	rm state/media
	[ "$(api simran GET /films)" = 200 ]
}

@test "under fcgiwrap: the same answers, and nobody is known while the database is down" {
	api_start --fcgiwrap
	api_account simran admin
	status_write
	[ "$(api simran GET /status)" = 200 ]
	[ "$(api simran GET /channels/krishna)" = 200 ]
	[ "$(api simran POST /channels '{"name": "sita"}')" = 201 ]
	problem csrf simran -H 'X-CSRF-Token: 0' POST /channels '{"name": "gita"}'
	problem no-such-channel simran GET /channels/none
	problem not-valid simran POST /channels '{'
	[ "$(api simran GET '/may?channel=krishna')" = 204 ]
	mkdir -p state/www/hls/krishna
	echo '#EXTM3U' >state/www/hls/krishna/index.m3u8
	[ "$(page -b simran.jar "$base/hls/krishna/index.m3u8")" = 200 ]
	[ "$(page "$base/hls/krishna/index.m3u8")" = 401 ]
	# a process that waits for events would be one of the few that fcgiwrap runs
	[ "$(api simran GET '/events?after=0&wait=25')" = 200 ]
	problem unavailable simran GET '/events?after=99999&wait=25'
	[[ $(jq -r .detail body) == 'a CGI program does not wait'* ]]
	[ "$(api simran DELETE /session)" = 204 ]
	problem unauthenticated simran GET /status
	# a query is no command line, RFC 3875 section 4.4
	problem unauthenticated nobody GET '/status?--version'
}
