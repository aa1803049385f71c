#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-thumbnails with a real forwarder and the real ffmpeg.
# shellcheck disable=SC2154	# $pid and $status are set by helpers

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	film "$BATS_FILE_TMPDIR/film.flv"
}

setup() {
	setup_folder
	PATH=$BIN:$PATH
	export LSCTL_RUN=$PWD/run LSCTL_STATE=$PWD/state
	mkdir -p run/forward run/pictures state/www/thumbnails
	pictures=state/www/thumbnails
}

teardown() {
	teardown_folder
}

# A channel whose film is ready; what its encoder sends, nobody has.
forwarder() {
	spec krishna.json <<-END
	{"channel": "krishna", "delay_ms": 0, "destinations": [], "sources": [
	 {"name": "obs", "url": "rtmp://127.0.0.1:1/live/k"}, {"name": "film", "path": "$BATS_FILE_TMPDIR/film.flv"}]}
	END
	start krishna lsctl-forward -s run/forward/krishna.sock krishna.json
	await test -S run/forward/krishna.sock
	healthy() {
		lsctl-forward ctl run/forward/krishna.sock status | jq -e .sources.film.healthy
	}
	await healthy
}

# A film is healthy a moment before its first keyframe is there.
fetched() {
	is_there() {
		lsctl-thumbnails fetch
		[ -s run/pictures/krishna/film.flv ]
	}
	await is_there
}

# old FILE: it is two minutes old.
old() {
	touch -d '-2 minutes' "$1"
}

# what FILE...: codec and size of a picture or film.
what() {
	ffprobe -v error -show_entries stream=codec_name,width,height -of csv=p=0 "$1"
}

@test "a keyframe of each healthy source, and a small picture of it" {
	forwarder
	fetched
	[ "$(find run/pictures -type f)" = run/pictures/krishna/film.flv ]
	[ "$(what run/pictures/krishna/film.flv)" = h264,160,90 ]
	lsctl-thumbnails decode
	[ "$(find "$pictures" -type f)" = "$pictures"/krishna/film.jpg ]
	[ "$(what "$pictures/krishna/film.jpg")" = mjpeg,320,180 ]
	# of the same keyframe no second one is made
	inode=$(stat -c %i "$pictures/krishna/film.jpg")
	lsctl-thumbnails decode
	[ "$(stat -c %i "$pictures/krishna/film.jpg")" = "$inode" ]
}

@test "a source that falls silent has no picture after a minute" {
	forwarder
	fetched
	lsctl-thumbnails decode
	[ -s "$pictures/krishna/film.jpg" ]
	kill "$pid"
	finish "$pid"
	old run/pictures/krishna/film.flv
	old "$pictures/krishna/film.jpg"
	lsctl-thumbnails decode
	[ ! -e "$pictures/krishna/film.jpg" ]
	# also not of the old keyframe
	lsctl-thumbnails decode
	[ ! -e "$pictures/krishna/film.jpg" ]
	lsctl-thumbnails fetch
	[ ! -e run/pictures/krishna/film.flv ]
}

@test "what is no keyframe leaves no picture, and does not stop the others" {
	mkdir run/pictures/a run/pictures/b
	head -c 100000 /dev/urandom >run/pictures/a/noise.flv
	: >run/pictures/a/empty.flv
	printf '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n' >run/pictures/a/list.flv
	cp "$BATS_FILE_TMPDIR/film.flv" secret.flv
	ln -s "$PWD/secret.flv" run/pictures/a/link.flv
	cp "$BATS_FILE_TMPDIR/film.flv" run/pictures/b/obs.flv
	lsctl-thumbnails decode
	[ "$(find "$pictures" -type f)" = "$pictures"/b/obs.jpg ]
}

@test "--every does it again, until a signal" {
	mkdir run/pictures/b
	start again lsctl-thumbnails decode --every 1s
	cp "$BATS_FILE_TMPDIR/film.flv" run/pictures/b/obs.flv
	await test -s "$pictures/b/obs.jpg"
	rm "$pictures/b/obs.jpg"
	await test -s "$pictures/b/obs.jpg"
	kill "$pid"
	finish "$pid"
	[ "$status" = 0 ]
}

@test "the command line, and folders that are missing" {
	run -64 lsctl-thumbnails
	run -64 lsctl-thumbnails none
	run -64 lsctl-thumbnails fetch --every soon
	[[ $output == *'--every soon'* ]]
	run -64 lsctl-thumbnails decode krishna
	rmdir run/pictures
	run -73 lsctl-thumbnails fetch
	[[ $output == *'is not a folder; systemd-tmpfiles makes both'* ]]
	mkdir run/pictures
	lsctl-thumbnails fetch		# without a forwarder there is nothing to do
	prints_nothing ls run/pictures
}
