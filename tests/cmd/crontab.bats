#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What lsctl-config prints for cron, line by line, as cron runs it; and the reconciliation as a shell loop. A database of
# its own, and a supervisor that only writes down what is started.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

setup_file() {
	database_server
}

setup() {
	setup_database
	export LSCTL_HOST=studio LSCTL_SERVER_AUTH_FILE='' PATH=$BIN:$PATH
	mkdir -p run/forward run/loop state/spool state/www
	lsctl-channel host set -q studio server=nginx publish_url=rtmp://live.example.org/live
}

config() {
	"$BIN/lsctl-config" "$@"
}

# Forwarders and loops of the test's host: somebody who writes down what is started.
host_without_systemd() {
	cat >supervisor <<-'END'
		#!/bin/sh
		cd "$(dirname "$0")" || exit
		[ ! -e /proc/self/fd/9 ] || echo "the lock is open in $*" >>held
		[ "$1" = list ] || echo "$*" >>calls
		[ "$1" != start ] || echo "$2 $3" >>kept
		[ "$1" != list ] || cat kept
	END
	chmod +x supervisor
	: >kept
	export LSCTL_SUPERVISOR=$PWD/supervisor
	lsctl-channel add -q krishna
	lsctl-channel media -q krishna loop film.flv
	lsctl-keys init -q
	lsctl-keys new -q --all
	printf 'key\n' | lsctl-channel dest add -q krishna youtube rtmp://127.0.0.1:9/live2 --key-stdin
}

# line WORD: the command of the one line of the crontab that has it, as cron hands it to a shell, with this test's
# places, and its user in $user. What cron's environment lacks is in the file that the line reads.
line() {
	config crontab -q -o crontab
	env | grep -E '^(PG|LSCTL_)[A-Z_]*=.' | sed "s/=\(.*\)/='\1'/" >environment
	user=$(grep -e "$1" crontab | grep -v '^#' | awk '{ print $6 }')
	grep -e "$1" crontab | grep -v '^#' | sed -e 's/^\([^ ]* \)\{6\}//' -e "s|/etc/lsctl/environment|$PWD/environment|g" \
	    -e "s|/var/backups/lsctl/|$PWD/backups/|" >line
	[ "$(wc -l <line)" -eq 1 ]
	refute grep -q '[^\]%' line
	mkdir -p bin
	printf '#!/bin/sh\ncat >>%s/logged\n' "$PWD" >bin/logger
	chmod +x bin/logger
	cron=(env -i HOME=/ LOGNAME="$user" SHELL=/bin/sh "PATH=$PWD/bin:$(sed -n 's/^PATH=//p' crontab)"
	    /bin/sh -c "$(cat line)")
}

# tree PID: it and all that it started.
tree() {
	local p
	pgrep -P "$1" | while read -r p; do
		tree "$p"
	done
	echo "$1"
}

# end PID: all of that, of which some may have ended meanwhile; finish sees that it itself has.
end() {
	tree "$1" | xargs kill 2>/dev/null || [ $? -eq 123 ]
}

@test "the line for cron reconciles, one pass at a time" {
	host_without_systemd
	run -0 config crontab --check
	line watch
	[ "$user" = root ]
	start cron "${cron[@]}"
	first=$pid
	await test -e run/forward/krishna.json
	await grep -q 'start forward krishna' calls
	# a minute later
	run -0 timeout 5 "${cron[@]}"
	[ "$output" = "" ]
	kill -0 "$first"
	[ "$(stat -c %a run/reconcile.lock)" = 600 ]	# others would keep it
	# it goes on
	lsctl-channel set -q krishna delay_ms=3000
	await grep -q '"delay_ms": *3000' run/forward/krishna.json
	end "$first"
	finish "$first"
	# and when it is gone the next minute has it
	: >calls
	lsctl-channel set -q krishna delay_ms=4000
	start cron "${cron[@]}"
	await grep -q '"delay_ms": *4000' run/forward/krishna.json
	end "$pid"
	finish "$pid"
	[ ! -s cron.out ]
	refute grep -v Terminated cron.err
	rm cron.err
}

@test "the lines for cron look for problems, and send the messages about them" {
	host_without_systemd
	mkdir -p state/alert/outbox
	printf '#!/bin/sh\necho "$1: $2" >>%s/told.out\n' "$PWD" >told
	chmod +x told
	cat >alerts <<-END
		{"ways": {"file": {"kind": "program", "program": "$PWD/told"}}, "people": {"anna": {"ways": ["file"]}}}
	END
	export LSCTL_ALERTS=$PWD/alerts LSCTL_STATE=$PWD/state
	line --problems
	[ "$user" = root ]
	start problems "${cron[@]}"
	problems=$pid
	await test -s state/alert/outbox/messages
	# a minute later
	run -0 timeout 5 "${cron[@]}"
	[ "$output" = "" ]
	line --send
	start send "${cron[@]}"
	send=$pid
	await grep -q krishna told.out
	await test ! -e state/alert/outbox/messages
	run -0 timeout 5 "${cron[@]}"
	kill -0 "$problems" "$send"
	for pid in "$problems" "$send"; do
		end "$pid"
		finish "$pid"
	done
	rm problems.err send.err
}

# The users and groups of a host, which this machine may not have.
without_users() {
	mkdir -p bin
	cat >bin/runuser <<-'END'
		#!/bin/sh
		while [ "$1" != -- ]; do
			shift
		done
		shift
		exec "$@"
	END
	cat >bin/install <<-'END'
		#!/bin/sh
		while [ $# -gt 1 ]; do
			shift
		done
		exec mkdir -p "$1"
	END
	chmod +x bin/runuser bin/install
}

@test "the lines for cron start the API, the stream of changes, and pictures" {
	host_without_systemd
	without_users
	mkdir -p run/pictures state/www/thumbnails
	started=()
	for word in lsctl-act web.sock changes.sock 'lsctl-thumbnails fetch' 'lsctl-thumbnails decode'; do
		line "$word"
		[ "$user" = root ]
		start "cron${#started[@]}" "${cron[@]}"
		started+=("$pid")
		# a minute later
		await pgrep -P "$pid" flock
		run -0 timeout 5 "${cron[@]}"
		[ "$output" = "" ]
	done
	await test -S run/act.sock
	await test -S run/web.sock
	await test -S run/changes.sock
	# lsctl-act itself refuses
	body='{"name":"nobody","password":"wrong wrong wrong"}'
	REQUEST_METHOD=POST REQUEST_URI=/api/v1/session CONTENT_TYPE=application/json CONTENT_LENGTH=${#body} REMOTE_ADDR=127.0.0.1 \
	    lsctl-web <<<"$body" >answer
	grep wrong-credentials answer
	kill -0 "${started[@]}"
	for pid in "${started[@]}"; do
		end "$pid"
		finish "$pid"
	done
	rm ./*.err
}

@test "the lines for cron make backups, and rotate the tokens of loops" {
	host_without_systemd
	mkdir backups
	line backup
	[ "$user" = lsctl-backup ]
	"${cron[@]}"
	[ "$(cat logged)" = "$(ls "$PWD"/backups/*.dump)" ]
	pg_restore -l backups/*.dump | grep 'TABLE DATA lsctl migration'
	before=$(lsctl-keys show --json krishna loop)
	line rotate
	[ "$user" = root ]
	"${cron[@]}"
	prints_other_than "$before" lsctl-keys show --json krishna loop
	[ "$(lsctl-keys list --json | jq -s 'map(select(.source == "loop" and .expires != null)) | length')" = 1 ]
	run -0 config crontab
	grep krishna <<<"$output"
	lsctl-channel disable -q krishna
	run -0 config crontab
	refute grep krishna <<<"$output"
}

@test "a shell loop of a few lines reconciles, one pass at a time" {
	host_without_systemd
	[ "$(grep -vc '^#' "$ROOT/scripts/reconcile-loop")" -lt 10 ]
	start loop sh "$ROOT/scripts/reconcile-loop" 0.2
	loop=$pid
	await grep -q 'start forward krishna' calls
	[ -e run/forward/krishna.json ]
	run -0 timeout 5 sh "$ROOT/scripts/reconcile-loop" 0.2
	lsctl-channel set -q krishna delay_ms=3000
	await grep -q '"delay_ms": *3000' run/forward/krishna.json
	[ ! -e held ]
	kill "$loop"
	finish "$loop"
	await flock -n run/reconcile.lock true
	[ "$(stat -c %a run/reconcile.lock)" = 600 ]	# others would keep it
	rm loop.err
}
