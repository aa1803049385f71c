#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Two hosts and one database: who carries a channel. Each host has a supervisor that says when both run one.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

# What runs is a file that is made, renamed and removed, since anything may be killed at any point. A stop takes
# until somebody has looked twice. As with systemd, a unit is seen before it reads its spec, and ends without one.
make_host() {
	mkdir -p "$1/run" "$1/state/media"
	cat >"$1/supervisor" <<-'END'
		#!/bin/sh
		cd "$(dirname "$0")" || exit
		me=../air/${PWD##*/}+
		other=../air/b+
		[ "$me" != "$other" ] || other=../air/a+
		if [ "$1" = list ]; then
			while [ -e slow ]; do sleep 0.05; done
			for f in "$me"*; do
				u=${f#"$me"}
				case $u in
				*.1) echo "${u%.1} ending" && mv "$f" "${f%1}2" ;;
				*.2) echo "${u%.2} ending" && rm "$f" ;;
				'*') ;;
				*) echo "$u" ;;
				esac
			done | tr + ' '
			exit
		fi
		verb=$1 unit=$2
		shift 2
		for c; do
			f=$me$unit+$c
			echo "$verb $unit $c" >>calls
			if [ "$verb" = stop ]; then
				[ ! -e "$f" ] || mv "$f" "$f.1"
			elif [ ! -e "$f" ]; then
				mv "$f.1" "$f" 2>/dev/null || mv "$f.2" "$f" 2>/dev/null || : >"$f"
				[ -s "run/$unit/$c.json" ] || { rm "$f"; continue; }
				for o in "$other$unit+$c" "$other$unit+$c.1" "$other$unit+$c.2"; do
					[ ! -e "$o" ] || echo "$f and $o" >>../both
				done
			fi
		done
	END
	chmod +x "$1/supervisor"
	: >"$1/calls"
}

setup() {
	setup_database
	mkdir air
	for h in a b; do
		make_host "$h"
		on a channel -q host set "$h" server=nginx api_url=http://127.0.0.1:9
	done
	on a channel -q add krishna --host a
	on a keys init >/dev/null
	printf 'canary-key\n' | on a channel -q dest add krishna youtube rtmp://127.0.0.1:9/live2 --key-stdin
}

# on HOST TOOL ARG...: there, for ten seconds at most.
on() {
	local h=$1 tool=$2

	shift 2
	env LSCTL_HOST="$h" LSCTL_RUN="$PWD/$h/run" LSCTL_STATE="$PWD/$h/state" LSCTL_SUPERVISOR="$PWD/$h/supervisor" \
	    timeout 10 "$BIN/lsctl-$tool" "$@"
}

# A pass; sockets are dead here, which is said.
pass() {
	on "$1" switch "${@:2}" </dev/null 2>"$1.err" || [ $? -eq 69 ]
}

carrier() {
	one "select host from lease where channel = 'krishna'"
}

runs_on() {
	[ -e "air/$1+forward+${2-krishna}" ]
}

move() {
	on a channel -q set "${2-krishna}" "host=$1"
}

@test "a channel that moves is started only after its old host has stopped it" {
	pass a
	runs_on a
	[ "$(carrier)" = a ]
	move b
	pass b -v
	grep -q 'channel=krishna waits for host a, which still owns it: ' b.err
	refute runs_on b
	pass a				# asks for the stop
	refute runs_on a
	[ ! -e a/run/forward/krishna.json ]
	[ ! -e a/state/spec-cache/forward/krishna ]
	pass b
	refute runs_on b
	pass a				# it is ending
	pass a
	pass b
	[ "$(carrier)" = a ]
	pass a
	prints_nothing carrier
	pass b
	runs_on b
	[ "$(carrier)" = b ]
	[ ! -e both ]
	[ "$(one "select host from event where kind = 'released' and channel = 'krishna'")" = a ]
	pass a
	pass b
	[ "$(grep -c . b/calls)" = 1 ]
}

@test "health and show print which host is waited for, and what to type" {
	pass a
	move b
	run -1 on b health --json krishna
	[ "$(jq -r '.problems[0].code + " " + .problems[0].subject' <<<"$output")" = 'waits-for-host channel' ]
	[[ $(jq -r '.problems[0].text' <<<"$output") == "waits for host a, "*"'lsctl-channel take-over krishna'" ]]
	[ "$(jq -r .status <<<"$output")" = critical ]
	run -0 on b channel show krishna
	[[ "$output" = *"owner               a"*"owner_reconciled_at 20"* ]]
	[ "$(on b channel list --json | jq -r .owner)" = a ]
	pass b
	run -0 on a switch -n </dev/null
	[[ "$output" = *'"do":"stop","channel":"krishna","unit":"forward"'* ]]
	for _ in 1 2 3; do pass a; done
	run -0 on a switch -n </dev/null
	[ "$output" = '{"do":"release","channel":"krishna","reason":"another host owns it"}' ]
	[ "$(carrier)" = a ]
}

@test "a channel that is moved there and back keeps its lease" {
	pass a
	move b
	pass a
	pass b
	move a
	pass b
	pass a
	runs_on a
	[ ! -e both ]
	refute grep . b/calls
}

# passes HOST: until the file "over" is there; now and then one is killed in the middle.
passes() {
	local n=0

	until [ -e over ]; do
		n=$((n + 1))
		if [ $((n % 4)) -eq 0 ]; then
			timeout -s KILL "0.0$((RANDOM % 9 + 1))" env LSCTL_HOST="$1" LSCTL_RUN="$PWD/$1/run" \
			    LSCTL_STATE="$PWD/$1/state" LSCTL_SUPERVISOR="$PWD/$1/supervisor" "$BIN/lsctl-switch" -q
		else
			on "$1" switch -q
		fi </dev/null >>"$1.log" 2>&1 || :	# check-bats: some are killed, and what counts is in "both"
	done
}

@test "a channel is moved back and forth while both hosts reconcile and are killed: never do both run it" {
	local channels='krishna rama buddha' c i to

	for c in rama buddha; do
		on a channel -q add "$c" --host b
		printf 'canary-key\n' | on a channel -q dest add "$c" youtube rtmp://127.0.0.1:9/live2 --key-stdin
	done
	passes a 3>&- &
	echo $! >>pids
	passes b 3>&- &
	echo $! >>pids
	for i in 1 2 3 4 5 6; do
		for to in b a; do
			for c in $channels; do
				move "$to" "$c"
			done
			for c in $channels; do
				await runs_on "$to" "$c"
			done
		done
	done
	for ((i = 0; i < 30; i++)); do	# in no order, and nobody waits
		c=$(shuf -n 1 -e $channels) to=$(shuf -n 1 -e a b)
		move "$to" "$c"
	done
	for c in $channels; do
		move b "$c"
	done
	for c in $channels; do
		await runs_on b "$c"
	done
	touch over
	wait
	: >pids
	if [ -e both ]; then
		cat both
		false
	fi
	[ "$(grep -c 'start forward' a/calls)" -ge 18 ]
}

backends() {
	one "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
}

is() {
	[ "$("$1")" = "$2" ]
}

@test "a pass that lost its database connection still keeps other passes of the host out" {
	touch a/slow
	start pass on a switch
	await is backends 1
	one "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and
	    pid <> pg_backend_pid()" >/dev/null
	await is backends 0
	run -75 on a switch </dev/null
	[[ "$output" = *'another lsctl-switch is at work on a'* ]]
	rm a/slow
	finish "$pid"
	runs_on a
}

@test "the channel of a dead host is taken over, and the event has the user and the reason" {
	pass a
	run -65 on b channel take-over krishna --yes
	[[ "$output" = *"channel krishna belongs to host a, which owns it: move it first"* ]]
	move b
	pass b
	refute runs_on b
	run -64 on b channel take-over krishna </dev/null
	[[ "$output" = *"use --yes"* ]]
	[ "$(carrier)" = a ]
	run -0 on b channel take-over --yes --reason 'its disk burnt' krishna
	[[ "$output" = *"krishna: host a owns it, and was last seen at 20"*"must be off"*"~ krishna owner a -> -"* ]]
	[ "$(one "select host || ' ' || reason || ' ' || (detail ->> 'from') from event where kind = 'taken-over'
	    and who = session_user")" = 'b its disk burnt a' ]
	pass b
	runs_on b
	run -65 on b channel take-over --yes krishna nobody
	[[ "$output" = *'there is no channel nobody'* ]]
	run -65 on b channel take-over --yes nobody
	[[ "$output" = *'there is no channel nobody'* ]]
	[ -e both ]			# the host was not as dead as that: it stops when it hears of it
	pass a
	refute runs_on a
}

@test "a channel that is removed, disabled or without a host releases its lease" {
	pass a
	on a channel -q disable krishna
	for _ in 1 2 3 4; do pass a; done
	prints_nothing carrier
	on a channel -q enable krishna
	pass a
	[ "$(carrier)" = a ]
	on a channel -q rm --yes krishna
	[ "$(carrier)" = a ]
	on b channel -q add krishna --host b	# the same key, perhaps, at once
	pass b
	refute runs_on b
	run -65 on b channel host rm a
	[[ "$output" = *"host a still owns krishna, and releases that with its next passes; if the host is off for good: lsctl-channel take-over krishna"* ]]
	for _ in 1 2 3 4; do pass a; done
	pass b
	runs_on b
	on b channel -q host rm a
	[ ! -e both ]
}

@test "the channels of a host that is gone for good can be taken over or removed, then the host" {
	pass a
	on b channel -q rm --yes krishna
	run -65 on b channel host rm a
	on b channel -q take-over --yes krishna
	on b channel -q host rm a
	[ "$(one 'select count(*) from lease')" = 0 ]
}

@test "with a schema older than the tools, they print what to type, and change nothing" {
	one 'drop function reconcile_begin; drop function reconcile_end; drop function leases; drop function channel_take_over'
	run -78 on a switch </dev/null
	[[ "$output" = *"lsctl-db migrate"* ]]
	prints_nothing find a/run a/state -path '*/forward/*' -o -path '*/spec-cache/*' -o -path '*/acl/*'
	[ ! -s a/calls ]
	run -78 on a channel take-over --yes krishna
}

@test "the pages of a host have the channels of the others, as their own hosts last saw them" {
	on a channel -q add rama --host b
	on a channel -q source add rama a loop	# its name sorts before that of the better source
	mkdir a/state/www
	record='{"channel":"rama","host":"b","state":"A_ACTIVE","since":"2026-11-30T00:00:00.000Z","on_air":"a","status":"warning",
	    "desired":{"mode":"auto"},"sources":{"a":{"health":"healthy"},"obs":{"health":"stalled"}},
	    "destinations":{"youtube":{"state":"live"}},"problems":[{"code":"on-backup"}]}'
	echo "$record" | tr -d '\n' >records
	echo >>records
	on b switch <records 2>b.err || [ $? -eq 69 ]
	pass a		# asks the database
	pass a		# and tells
	jq -c '.channels[] | select(.channel == "rama")' a/state/www/status.json >got
	cat got
	[ "$(cat got)" = '{"channel":"rama","host":"b","state":"A_ACTIVE","since":"2026-11-30T00:00:00.000Z","on_air":"a","mode":"auto","status":"warning","sources":{"obs":"stalled","a":"healthy"},"destinations":{"youtube":"live"},"problems":[{"code":"on-backup"}]}' ]
	# its host is silent
	one "update state set observed_at = now() - interval '31 s'"
	touch -d '-6 seconds' a/state/www/elsewhere.json
	pass a
	pass a
	[ "$(jq -r '.channels[] | select(.channel == "rama") | .status + " " + (.on_air // "none")' a/state/www/status.json)" = "unknown none" ]
}

@test "a lease costs a pass no round trip" {
	pass a
	pass a -v
	before=$(grep -o 'round trips=[0-9]*' a.err)
	move b
	for _ in 1 2 3 4; do
		pass a -v
		[ "$(grep -o 'round trips=[0-9]*' a.err)" = "$before" ]
	done
	prints_nothing carrier
}
