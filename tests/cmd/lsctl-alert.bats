#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-alert with an operator's program that writes down what it is told; at the end, below a real systemd.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
	export LSCTL_HOST=testhost LSCTL_RUN=$PWD/run LSCTL_STATE=$PWD/state LSCTL_ALERT=$PWD/alert
	unset INVOCATION_ID LSCTL_ALERT_EVERY MONITOR_UNIT
	mkdir run state bin
	: >told
	cat >alert <<-'END'
		#!/bin/sh
		cd "$(dirname "$0")" || exit
		printf '%s|%s\n' "$1" "$2" >>told
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
	[ ! -s told ]
}

@test "a part that failed is an event, a line of the log, and told" {
	run -0 ended signal killed KILL
	[[ $output = *'unit=lsctl-forward@krishna.service signal KILL: somebody killed it'* ]]
	lines told 1
	grep '^lsctl-forward@krishna.service|signal KILL: somebody killed it' told
	jq -e '.kind == "unit-exit" and .channel == "krishna" and .host == "testhost" and
	    .unit == "lsctl-forward@krishna.service" and .result == "signal" and .status == "KILL" and
	    .times == 1 and (.time | length) == 24' events
	[ "$(spooled '[.host, .channel, .kind, .who, .detail.status] | join(" ")')" = \
	    'testhost krishna unit-exit lsctl-alert KILL' ]
	[ "$(spooled .reason)" = "$(cut -d '|' -f 2 told)" ]
	[ "$(stat -c %a state/spool/events)" = 660 ]
}

@test "success is told to nobody" {
	run -0 ended success exited 0
	[ -z "$output" ]
	[ ! -s told ]
	[ ! -e state/spool ]
}

@test "the same is told once, then how often it was" {
	ended signal killed SEGV
	ended signal killed SEGV
	run -0 ended signal killed SEGV
	[[ $output = *'reported already, and counted'* ]]
	lines told 1
	ended exit-code exited 78		# something else
	lines told 2
	grep 'exit-code 78 CONFIG: ' told
	lines state/spool/events 2
	await ended_again
	[ "$(spooled 'select(.detail.times > 1) | .detail.times')" -ge 3 ]
}

# once its time is over, of one second
ended_again() {
	ended signal killed SEGV --every 1s
	grep -q 'SEGV: .* times in 1 minutes)$' told
}

@test "what was held back is told by --problems when its time is over" {
	ended signal killed SEGV
	ended signal killed SEGV
	lines told 1
	await due
	grep 'SEGV: it crashed: a fault of the program$' told
	lines told 2
	[ -e run/alert/lsctl-forward@krishna.service ]
	await forgotten
	lines told 2
}

due() {
	good | "$BIN/lsctl-alert" -q --problems --every 1s
	lines told 2
}

forgotten() {
	good | "$BIN/lsctl-alert" -q --problems --every 1s
	[ ! -e run/alert/lsctl-forward@krishna.service ]
}

good() {
	echo '{"host":"testhost","database":true,"server":{"up":true},"problems":[]}'
}

@test "a unit is told of as the service manager has it, with its last words" {
	RESULT=exit-code run -0 "$BIN/lsctl-alert" lsctl-backup
	grep '^lsctl-backup.service|exit-code 75 TEMPFAIL: ' told
	grep -x 'show -pResult,ExecMainCode,ExecMainStatus,InvocationID lsctl-backup.service' said
	jq -e '.log == ["long ago", "long ago", "long ago", "unit=x: first", "last?"] and .channel == null' events
	[ "$(spooled '.detail.unit')" = lsctl-backup.service ]
	RESULT=exit-code run -0 "$BIN/lsctl-alert" nginx.service
	jq -se '.[1].log == []' events		# what others print may be anything
	run -0 "$BIN/lsctl-alert" lsctl-hook.service
	[[ $output = *'has not failed'* ]]
	REFUSES=1 run -69 "$BIN/lsctl-alert" lsctl-hook.service
	[[ $output = *'systemctl: exit status 1'* ]]
	lines told 2
}

@test "systemd's own word is taken first" {
	MONITOR_UNIT=lsctl-hook.service MONITOR_SERVICE_RESULT=watchdog MONITOR_EXIT_CODE=dumped \
	    MONITOR_EXIT_STATUS=ABRT run -0 "$BIN/lsctl-alert" lsctl-hook.service
	grep '^lsctl-hook.service|watchdog: ' told
	[ ! -e said ]
	MONITOR_UNIT=another.service MONITOR_SERVICE_RESULT=watchdog \
	    RESULT=exit-code run -0 "$BIN/lsctl-alert" lsctl-backup.service
	grep '^lsctl-backup.service|exit-code 75 ' told
}

@test "a program that fails, or will not do, changes nothing else" {
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

@test "what is pending and cannot be taken off the list is not told for ever" {
	mkdir -p run/alert/x.service.new
	echo '{"pending":[{"kind":"unit-exit","reason":"one"},{"kind":"unit-exit","reason":"two"}]}' >run/alert/x.service
	run -69 timeout 10 "$BIN/lsctl-alert" x.service
	[ "$(cat told)" = 'x.service|one' ]
	rmdir run/alert/x.service.new
	run -0 timeout 10 "$BIN/lsctl-alert" x.service
	[ "$(tail -n 2 told)" = "$(printf 'x.service|one\nx.service|two')" ]
}

@test "where nothing can be written it is told all the same" {
	rmdir state run
	: >state
	: >run
	run -69 ended signal killed KILL
	[[ $output = *'the event is lost'* ]]
	lines told 1
}

@test "--test goes all the way, and says when nobody would be told" {
	run -0 "$BIN/lsctl-alert" --test
	grep '^testhost|a test: ' told
	[ "$(spooled .kind)" = alert-test ]
	rm alert
	run -69 "$BIN/lsctl-alert" --test
	[[ $output = *'No such file'* ]]
}

# record CODE...: a pass in which krishna's youtube has these problems, with a text that is another one each time.
record() {
	good
	jq -nc '{channel: "krishna", state: "OBS_ACTIVE", on_air: "obs", running: true, problems:
	    ($ARGS.positional | map({code: ., subject: "destination:youtube", text: "it refuses \(now)"}))}' --args "$@"
}

problems() {
	"$BIN/lsctl-alert" -q --problems --after 1s
}

refused_is_told() {
	record destination-down | problems
	grep -q '^krishna|destination-down: it refuses' told
}

refused_is_over() {
	record | problems
	grep -q '^krishna|destination-down: over after .*: it refuses' told
}

@test "a problem is told when it holds, once, and when it is over" {
	record destination-down | "$BIN/lsctl-alert" --problems
	[ ! -s told ]				# it may be over at once
	await refused_is_told
	for _ in 1 2 3 4; do
		record destination-down | problems	# in other words each time
	done
	lines told 1
	await refused_is_over
	record | problems
	lines told 2
	[ "$(spooled '.kind + " " + .channel')" = "$(printf 'problem krishna\nproblem-over krishna')" ]
	spooled .detail | jq -se 'all(.[]; .code == "destination-down" and .subject == "destination:youtube")'
	jq -se 'all(.[]; .code == "destination-down" and .subject == "destination:youtube" and
	    (.reason | test("it refuses")))' events
	[ ! -e state/alert/problems ]
}

many_are_told() {
	record no-token no-film no-video no-audio no-media no-keyframe | problems
	[ -s told ]
}

@test "many problems at once are one message" {
	await many_are_told
	lines told 1
	grep '^testhost|6 problems began and 0 are over; the first: krishna: no-token: it refuses' told
	jq -e '.kind == "problems" and (.list | length) == 6' events
	lines state/spool/events 6
}

@test "no records are no news" {
	run -65 "$BIN/lsctl-alert" --problems </dev/null
	[[ $output = *'no health records'* ]]
	run -0 "$BIN/lsctl-alert" --problems < <(good; echo nonsense; printf '{"channel":')
	[[ $output = *'2 lines are no health records'* ]]
}

@test "two at once: the second says so, and is 75" {
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

# The unit as it is, with a forwarder that crashes: what is told while it is started again and again, and that
# nobody waits for the operator's program meanwhile.
@test "below systemd: a forwarder that crashes is told of, and is not held up" {
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
		printf '#!/bin/sh\nprintf "%%s|%%s\\n" "$1" "$2" >>/var/lib/lsctl/told\ncat >>/var/lib/lsctl/events\nsleep 3\n' \
		    >/etc/lsctl/alert
		chmod 755 /etc/lsctl/alert
		systemd-sysusers
		systemd-tmpfiles --create /etc/tmpfiles.d/lsctl.conf
		echo '{}' >/run/lsctl/forward/krishna.json
		chmod 600 /run/lsctl/forward/krishna.json
		systemctl daemon-reload
		systemctl start --no-block lsctl-forward@krishna.service
	END
	await inside_has '^lsctl-forward@krishna.service|signal SEGV: it crashed' /var/lib/lsctl/told
	await counted				# it was started again while that slept
	inside systemctl stop lsctl-forward@krishna.service
	[ "$(inside wc -l </dev/null /var/lib/lsctl/told)" = '1 /var/lib/lsctl/told' ]
	inside jq -e '.log == ["dying words"]' /var/lib/lsctl/events
	[ "$(inside jq -r .kind /var/lib/lsctl/spool/events)" = unit-exit ]
	[ "$(inside stat -c '%G %a' /var/lib/lsctl/spool/events)" = 'lsctl 660' ]
	# its spec is missing, a unit whose program is not there, and what is wrong of channels
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
	await inside_has '^lsctl-forward@krishna.service|exit-code 243 CREDENTIALS: ' /var/lib/lsctl/told
	await inside_has '^lsctl-backup.service|exit-code 203 EXEC: ' /var/lib/lsctl/told
	await inside_has '|database-down: database: .*: nothing can be changed' /var/lib/lsctl/told
	inside systemctl stop lsctl-forward@krishna.service
	[ "$(inside jq -rs 'map(.kind) | unique | join(" ")' /var/lib/lsctl/spool/events)" = 'problem unit-exit' ]
}
