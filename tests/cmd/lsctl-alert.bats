#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-alert with a notifier that records its calls; the last test boots a real systemd.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
	export LSCTL_HOST=testhost LSCTL_RUN=$PWD/run LSCTL_STATE=$PWD/state LSCTL_ALERT=$PWD/alert
	unset INVOCATION_ID LSCTL_ALERT_EVERY MONITOR_UNIT
	mkdir run state bin
	: >notified
	cat >alert <<-'END'
		#!/bin/sh
		cd "$(dirname "$0")" || exit
		printf '%s|%s\n' "$1" "$2" >>notified
		cat >>events
	END
	cat >bin/systemctl <<-'END'
		#!/bin/sh
		echo "$*" >>"$SAID"
		[ -z "$REFUSES" ] || exit 1
		printf 'Result=%s\nExecMainCode=1\nExecMainStatus=75\nInvocationID=%032d\n' "${RESULT:-success}" 7
	END
	cat >bin/journalctl <<-'END'
		#!/bin/sh
		entry() {
			printf '{"SYSLOG_IDENTIFIER":"%s","MESSAGE":%s}\n' "$1" "$2"
		}
		for i in 1 2 3; do entry lsctl-backup '"long ago"'; done
		entry lsctl-backup '"unit=x: first"'
		entry lsctl-alert '"unit=x ended"'
		entry lsctl-backup '[108,97,115,116,255]'
	END
	chmod 755 alert bin/*
	export SAID=$PWD/said PATH=$PWD/bin:$PATH
}

teardown() {
	if [ -e booted ]; then
		"$ROOT/tests/lib/nspawn" stop "$PWD/c"
	fi
	teardown_folder
}

# ended RESULT CODE STATUS [ARG...]: an end of krishna's forwarder.
ended() {
	local result=$1 code=$2 exit=$3

	shift 3
	SERVICE_RESULT=$result EXIT_CODE=$code EXIT_STATUS=$exit "$BIN/lsctl-alert" "$@" \
	    --unit-exit forward krishna
}

# spooled JQ: of the events on their way to the database.
spooled() {
	jq -r "$1" state/spool/events
}

lines() {
	[ "$(wc -l <"$1")" -eq "$2" ]
}

@test "the command line is checked" {
	run -64 "$BIN/lsctl-alert"
	run -64 "$BIN/lsctl-alert" a b
	run -64 "$BIN/lsctl-alert" ../x.service
	run -64 "$BIN/lsctl-alert" --unit-exit krishna
	run -64 "$BIN/lsctl-alert" --unit-exit hook krishna
	SERVICE_RESULT=signal run -64 "$BIN/lsctl-alert" --unit-exit forward ../krishna
	run -64 "$BIN/lsctl-alert" --unit-exit forward krishna
	[[ $output = *'SERVICE_RESULT is not set'* ]]
	run -64 "$BIN/lsctl-alert" --unit-exit --test
	run -64 "$BIN/lsctl-alert" --every never --test
	[[ $output = *'--every never: not a duration: write 90s, 10m, 2h or 1d'* ]]
	LSCTL_ALERT_EVERY=0 run -64 "$BIN/lsctl-alert" --test
	[[ $output = *'LSCTL_ALERT_EVERY 0: must be 1s to 1d'* ]]
	run -64 "$BIN/lsctl-alert" --problems x.service
	run -0 "$BIN/lsctl-alert" --version
	run -0 "$BIN/lsctl-alert" --help
	[ ! -s notified ]
}

@test "a unit that fails is logged, recorded as an event, and reported to the notifier" {
	run -0 ended signal killed KILL
	[[ $output = *'unit=lsctl-forward@krishna.service signal KILL: somebody killed it'* ]]
	lines notified 1
	grep '^lsctl-forward@krishna.service|signal KILL: somebody killed it' notified
	jq -e '.kind == "unit-exit" and .channel == "krishna" and .host == "testhost" and
	    .unit == "lsctl-forward@krishna.service" and .result == "signal" and .status == "KILL" and
	    .times == 1 and (.time | length) == 24' events
	[ "$(spooled '[.host, .channel, .kind, .who, .detail.status] | join(" ")')" = \
	    'testhost krishna unit-exit lsctl-alert KILL' ]
	[ "$(spooled .reason)" = "$(cut -d '|' -f 2 notified)" ]
	[ "$(stat -c %a state/spool/events)" = 660 ]
}

@test "success notifies nobody" {
	run -0 ended success exited 0
	[ -z "$output" ]
	[ ! -s notified ]
	[ ! -e state/spool ]
}

@test "a repeated failure is reported once; the next report has the count" {
	ended signal killed SEGV
	ended signal killed SEGV
	run -0 ended signal killed SEGV
	[[ $output = *'reported already, and counted'* ]]
	lines notified 1
	ended exit-code exited 78		# something else
	lines notified 2
	grep 'exit-code 78 CONFIG: ' notified
	lines state/spool/events 2
	await ended_again
	[ "$(spooled 'select(.detail.times > 1) | .detail.times')" -ge 3 ]
}

# passes when the throttle interval, here one second, is over
ended_again() {
	ended signal killed SEGV --every 1s
	grep -q 'SEGV: .* times in 1 minutes)$' notified
}

@test "--problems reports throttled failures when their interval is over" {
	ended signal killed SEGV
	ended signal killed SEGV
	lines notified 1
	await due
	grep 'SEGV: it crashed: a fault of the program$' notified
	lines notified 2
	[ -e run/alert/lsctl-forward@krishna.service ]
	await forgotten
	lines notified 2
}

due() {
	good | "$BIN/lsctl-alert" -q --problems --every 1s
	lines notified 2
}

forgotten() {
	good | "$BIN/lsctl-alert" -q --problems --every 1s
	[ ! -e run/alert/lsctl-forward@krishna.service ]
}

good() {
	echo '{"host":"testhost","database":true,"server":{"up":true},"problems":[]}'
}

@test "a unit's failure is reported as systemd has it, with the unit's last log lines" {
	RESULT=exit-code run -0 "$BIN/lsctl-alert" lsctl-backup
	grep '^lsctl-backup.service|exit-code 75 TEMPFAIL: ' notified
	grep -x 'show -pResult,ExecMainCode,ExecMainStatus,InvocationID lsctl-backup.service' said
	jq -e '.log == ["long ago", "long ago", "long ago", "unit=x: first", "last?"] and .channel == null' events
	[ "$(spooled '.detail.unit')" = lsctl-backup.service ]
	RESULT=exit-code run -0 "$BIN/lsctl-alert" nginx.service
	jq -se '.[1].log == []' events		# the log lines of other programs may hold anything
	run -0 "$BIN/lsctl-alert" lsctl-hook.service
	[[ $output = *'has not failed'* ]]
	REFUSES=1 run -69 "$BIN/lsctl-alert" lsctl-hook.service
	[[ $output = *'systemctl: exit status 1'* ]]
	lines notified 2
}

@test "the environment that systemd sets comes before the answer of systemctl" {
	MONITOR_UNIT=lsctl-hook.service MONITOR_SERVICE_RESULT=watchdog MONITOR_EXIT_CODE=dumped \
	    MONITOR_EXIT_STATUS=ABRT run -0 "$BIN/lsctl-alert" lsctl-hook.service
	grep '^lsctl-hook.service|watchdog: ' notified
	[ ! -e said ]
	MONITOR_UNIT=another.service MONITOR_SERVICE_RESULT=watchdog \
	    RESULT=exit-code run -0 "$BIN/lsctl-alert" lsctl-backup.service
	grep '^lsctl-backup.service|exit-code 75 ' notified
}

@test "when the notifier fails or is not valid, events are recorded all the same" {
	printf '#!/bin/sh\nexit 9\n' >alert
	run -69 ended signal killed KILL
	[[ $output = *"the notifier failed: $PWD/alert: exit status 9"* ]]
	lines state/spool/events 1
	chmod 666 alert
	run -69 ended watchdog killed KILL
	[[ $output = *'not an executable file'* ]]
	chmod 777 alert
	run -69 ended timeout killed KILL
	[[ $output = *'others may change it'* ]]
	lines state/spool/events 3
}

@test "a pending report that cannot be removed from the list is not repeated for ever" {
	mkdir -p run/alert/x.service.new
	echo '{"pending":[{"kind":"unit-exit","reason":"one"},{"kind":"unit-exit","reason":"two"}]}' >run/alert/x.service
	run -69 timeout 10 "$BIN/lsctl-alert" x.service
	[ "$(cat notified)" = 'x.service|one' ]
	rmdir run/alert/x.service.new
	run -0 timeout 10 "$BIN/lsctl-alert" x.service
	[ "$(tail -n 2 notified)" = "$(printf 'x.service|one\nx.service|two')" ]
}

@test "the notifier is called even if no file can be written" {
	rmdir state run
	: >state
	: >run
	run -69 ended signal killed KILL
	[[ $output = *'the event is lost'* ]]
	lines notified 1
}

@test "--test calls the notifier and records an event; without a notifier it fails" {
	run -0 "$BIN/lsctl-alert" --test
	grep '^testhost|a test: ' notified
	[ "$(spooled .kind)" = alert-test ]
	rm alert
	run -69 "$BIN/lsctl-alert" --test
	[[ $output = *'No such file'* ]]
}

# record CODE...: the records of a pass in which krishna's youtube has these problems; their text differs each time.
record() {
	good
	jq -nc '{channel: "krishna", state: "OBS_ACTIVE", on_air: "obs", running: true, problems:
	    ($ARGS.positional | map({code: ., subject: "destination:youtube", text: "it refuses \(now)"}))}' --args "$@"
}

problems() {
	"$BIN/lsctl-alert" -q --problems --after 1s
}

refusal_is_reported() {
	record destination-down | problems
	grep -q '^krishna|destination-down: it refuses' notified
}

refusal_is_over() {
	record | problems
	grep -q '^krishna|destination-down: over after .*: it refuses' notified
}

@test "a problem is reported once when it lasts, and once when it is over" {
	record destination-down | "$BIN/lsctl-alert" --problems
	[ ! -s notified ]				# the problem may be over at once
	await refusal_is_reported
	for _ in 1 2 3 4; do
		record destination-down | problems	# with a different text each time
	done
	lines notified 1
	await refusal_is_over
	record | problems
	lines notified 2
	[ "$(spooled '.kind + " " + .channel')" = "$(printf 'problem krishna\nproblem-over krishna')" ]
	spooled .detail | jq -se 'length == 2 and all(.[]; .code == "destination-down" and .subject == "destination:youtube")'
	jq -se 'length == 2 and all(.[]; .code == "destination-down" and .subject == "destination:youtube" and
	    (.reason | test("it refuses")))' events
	[ ! -e state/alert/problems ]
}

many_are_reported() {
	record no-token no-film no-video no-audio no-media no-keyframe | problems
	[ -s notified ]
}

@test "many problems at once are one report" {
	await many_are_reported
	lines notified 1
	grep '^testhost|6 problems began and 0 are over; the first: krishna: no-token: it refuses' notified
	jq -e '.kind == "problems" and (.list | length) == 6' events
	lines state/spool/events 6
}

@test "without health records it exits with 65; lines that are no records are counted" {
	run -65 "$BIN/lsctl-alert" --problems </dev/null
	[[ $output = *'no health records'* ]]
	run -0 "$BIN/lsctl-alert" --problems < <(good; echo nonsense; printf '{"channel":')
	[[ $output = *'2 lines are no health records'* ]]
}

@test "a second one at the same time says so, and exits with 75" {
	mkdir state/alert
	start holder flock state/alert/.lock sleep 20
	await refute flock -n state/alert/.lock true
	good >pass
	run -75 "$BIN/lsctl-alert" --problems <pass
	kill "$pid"
}

inside() {
	"$ROOT/tests/lib/nspawn" exec "$PWD/c" "$@"
}

inside_has() {
	inside grep -q -e "$1" "$2"
}

counted() {
	[ "$(inside jq '.results["signal SEGV"].more' /run/lsctl/alert/lsctl-forward@krishna.service)" -ge 2 ]
}

# The installed units, with a forwarder that crashes again and again: systemd does not wait for the notifier before it
# starts the forwarder again.
@test "under systemd: the crash of a forwarder is reported, and its restart does not wait for the notifier" {
	"$ROOT/tests/lib/nspawn" can || skip "systemd cannot be booted here"
	mkdir c units
	touch booted
	cp -r "$ROOT/systemd/." units
	"$ROOT/tests/lib/nspawn" start "$PWD/c" --private-network --bind-ro="$BIN:/mnt" \
	    --bind-ro="$PWD/units:/media" systemd.mask=nginx.service systemd.mask=postgresql.service
	inside sh -eu <<-'END'
		cp -L /mnt/lsctl-alert /mnt/lsctl-health /usr/local/bin
		cp -r /media/. /etc/systemd/system/
		install -D -m 644 /media/lsctl.sysusers /etc/sysusers.d/lsctl.conf
		install -D -m 644 /media/lsctl.tmpfiles /etc/tmpfiles.d/lsctl.conf
		mkdir -p /etc/lsctl /etc/systemd/system/lsctl-forward@.service.d
		printf '[Service]\nSystemCallFilter=kill\nExecStart=\nExecStart=/bin/sh -c "echo dying words >&2; kill -SEGV $$$$"\n' \
		    >/etc/systemd/system/lsctl-forward@.service.d/50-crash.conf
		printf '#!/bin/sh\nprintf "%%s|%%s\\n" "$1" "$2" >>/var/lib/lsctl/notified\ncat >>/var/lib/lsctl/events\nsleep 3\n' \
		    >/etc/lsctl/alert
		chmod 755 /etc/lsctl/alert
		systemd-sysusers
		systemd-tmpfiles --create /etc/tmpfiles.d/lsctl.conf
		echo '{}' >/run/lsctl/forward/krishna.json
		chmod 600 /run/lsctl/forward/krishna.json
		systemctl daemon-reload
		systemctl start --no-block lsctl-forward@krishna.service
	END
	await inside_has '^lsctl-forward@krishna.service|signal SEGV: it crashed' /var/lib/lsctl/notified
	await counted				# the forwarder was started again while the notifier slept
	inside systemctl stop lsctl-forward@krishna.service
	[ "$(inside wc -l </dev/null /var/lib/lsctl/notified)" = '1 /var/lib/lsctl/notified' ]
	inside jq -e '.log == ["dying words"]' /var/lib/lsctl/events
	[ "$(inside jq -r .kind /var/lib/lsctl/spool/events)" = unit-exit ]
	[ "$(inside stat -c '%G %a' /var/lib/lsctl/spool/events)" = 'lsctl 660' ]
	# a missing spec, a unit whose program is missing, and problems of channels
	inside sh -eu <<-'END'
		rm /run/lsctl/forward/krishna.json
		systemctl start --no-block lsctl-forward@krishna.service
		systemctl start --no-block lsctl-backup.service
		cd /etc/systemd/system
		sed -i 's/lsctl-alert --problems/lsctl-alert --after 1s --problems/; s/^On\(.*\)=.*/On\1=1s/' \
		    lsctl-problems.*
		systemctl daemon-reload
		systemctl start --no-block lsctl-problems.timer
	END
	await inside_has '^lsctl-forward@krishna.service|exit-code 243 CREDENTIALS: ' /var/lib/lsctl/notified
	await inside_has '^lsctl-backup.service|exit-code 203 EXEC: ' /var/lib/lsctl/notified
	await inside_has '|database-down: database: .*: nothing can be changed' /var/lib/lsctl/notified
	inside systemctl stop lsctl-forward@krishna.service
	[ "$(inside jq -rs 'map(.kind) | unique | join(" ")' /var/lib/lsctl/spool/events)" = 'problem unit-exit' ]
}
