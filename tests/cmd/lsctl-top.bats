#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-top in a real terminal, that of tmux: over tools that say what a test wants, and once over the real ones.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

# A program runs the tools that are beside it.
setup() {
	command -v tmux >/dev/null || skip "tmux is not installed"
	setup_database
	mkdir -p run/forward run/loop state tools
	cp "$BIN/lsctl-top" tools
	tool lsctl-health 'sed "s/@NOW@/$(date -u +%FT%T).000Z/" records; exit 1'
	tool lsctl-switch 'echo "$*" >>switched; cat answer'
	tool lsctl-events 'echo "$*" >>asked; cat events'
	echo 'krishna LOOP_ACTIVE, mode loop for 600 s' >answer
	printf '%s\n' '2026-01-01T00:00:00.000Z krishna          state             obs    OBS_ACTIVE -> LOOP_ACTIVE' >events
	records
}

teardown() {
	tm kill-server 2>/dev/null || [ $? -eq 1 ]
	teardown_folder
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
	psql -Xq -d postgres -c "drop database if exists t$BATS_TEST_NUMBER with (force)"
}

# tool NAME SCRIPT: in the test's folder.
tool() {
	printf '#!/bin/sh\ncd "%s" || exit\n%s\n' "$PWD" "$2" >"tools/$1"
	chmod +x "tools/$1"
}

# records [STATUS]: of three channels; krishna has this status.
records() {
	jq -nc --arg status "${1:-critical}" '
	def channel($name; $state; $status; $code): {channel: $name, state: $state, since: "2026-01-01T00:00:00.000Z",
	    on_air: "loop", mode: "auto", status: $status,
	    sources: {obs: {health: "absent", kbps: 0}, loop: {health: "healthy", kbps: 4400}},
	    destinations: {youtube: {state: "live", kbps: 4400, lag_ms: 0, queue_ms: 0, reconnects: 0}},
	    problems: (if $code == null then [] else [{code: $code, text: "what is wrong with \($name)"}] end)};
	{host: "testhost", time: "@NOW@", status: "ok", problems: []},
	channel("arjun"; "OBS_ACTIVE"; "ok"; null),
	channel("krishna"; "LOOP_ACTIVE"; $status; "destination-down"),
	channel("radha"; "OBS_ACTIVE"; "ok"; null)' >records.new
	mv records.new records
}

tm() {
	tmux -u -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null "$@"
}

# terminal WIDTH HEIGHT [WORD...]: lsctl-top there, behind these words; its exit status is in the file "ended".
terminal() {
	local size=(-x "$1" -y "$2")

	shift 2
	tm new-session -d "${size[@]}" "$* tools/lsctl-top ${options-} 2>err; echo \$? >ended; sleep 1000" \; set -g escape-time 10
}

screen() {
	tm capture-pane -p
}

# shows TEXT: somewhere on the screen; hides TEXT: nowhere.
shows() {
	screen >now
	grep -q -F -e "$1" now
}

hides() {
	screen >now
	[ "$(grep -c -F -e "$1" now)" -eq 0 ]
}

press() {
	tm send-keys "$@"
}

no_server() {
	! tm list-sessions 2>/dev/null
}

# Ends the terminal; the next one has a server of its own.
unplug() {
	tm kill-server
	await no_server
}

line_of() {
	screen | grep -n -F -e "$1" | sed -n '1s/:.*//p'
}

@test "without a terminal: one line that says so, and the status of a wrong usage" {
	run -64 --separate-stderr "$BIN/lsctl-top" </dev/null
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *'must be a terminal; for programs: lsctl-health --json' ]]
	run -64 "$BIN/lsctl-top" krishna
	terminal 80 24 TERM=nonsense
	await test -s ended
	[ "$(cat ended)" = 64 ]
	has 'TERM=nonsense: no such type of terminal' err
	[ "$(wc -l <err)" -eq 1 ]
}

@test "the wall: what is wrong stands first, and is marked without colour" {
	terminal 100 24
	await shows 'what is wrong with krishna'
	shows '3 channels, 1 critical'
	shows '>!! krishna  LOOP_ACTIVE'
	[ "$(line_of krishna)" -lt "$(line_of arjun)" ]
	[ "$(line_of arjun)" -lt "$(line_of radha)" ]
	shows 'Enter details  p pin  a auto  o off  / filter  ? help  q quit'
	press q
	await test -s ended
	[ "$(cat ended)" = 0 ]
}

@test "a new pass appears by itself" {
	terminal 100 24
	await shows '1 critical'
	records ok
	await shows 'all well'
	shows '>   krishna'	# it is still selected
	records critical
	await shows '>!! krishna'
	[ "$(line_of krishna)" -eq 2 ]
}

@test "40 columns, and a terminal that changes its size" {
	terminal 40 20
	await shows 'what is wrong with'
	shows 'LOOP_ACTIVE, on the air: loop'
	shows 'Enter p a o /  ? help  q quit'
	press Enter
	await shows 'state obs OBS_ACTIVE -> LOOP_ACTIVE'
	press q
	await shows '>!! krishna'
	tm resize-window -x 100 -y 30
	await shows '>!! krishna  LOOP_ACTIVE'
	tm resize-window -x 30 -y 6
	await shows 'Enter p a o'
	shows '>!! krishna'
	press Down Down
	await shows '>   radha'
	tm resize-window -x 4 -y 2
	tm resize-window -x 80 -y 24
	await shows '>   radha'
}

@test "keys select; the details of a channel have its events" {
	terminal 100 24
	await shows '>!! krishna'
	press j
	await shows '>   arjun'
	press Down
	await shows '>   radha'
	press j
	shows '>   radha'
	press k
	await shows '>   arjun'
	press Enter
	await shows 'OBS_ACTIVE -> LOOP_ACTIVE'
	[ "$(sed -n 1p asked)" = '--limit 20 arjun' ]
	shows '* loop: healthy, 4400 kb/s'
	shows '- obs: absent'
	shows '+ youtube: live'
	press '?'
	await shows 'this help'
	press Escape
	await shows 'Destinations'
	press Escape
	await shows '3 channels'
}

@test "events that cannot be read are said so" {
	tool lsctl-events 'echo "lsctl-events: nobody answers" >&2; exit 75'
	terminal 100 24
	await shows '>!! krishna'
	press Enter
	await shows 'nobody answers'
}

@test "a pin: a source, then a time; and lsctl-switch is what does it" {
	terminal 100 24
	await shows '>!! krishna'
	press p
	await shows 'Pin krishna to'
	shows '> 1  obs'
	press Down
	await shows '> 2  loop'
	press Enter
	await shows 'Pin krishna to loop for'
	press 3
	await shows 'krishna LOOP_ACTIVE, mode loop for 600 s'
	[ "$(cat switched)" = 'krishna --to loop --for 30m' ]
	press p
	await shows 'Pin krishna to'
	press 1
	await shows 'Pin krishna to obs for'
	press Escape
	await shows '> 1  obs'
	press Escape
	await hides 'Pin krishna'
	press p 1 7
	await has 'krishna --to obs$' switched
	[ "$(wc -l <switched)" -eq 2 ]
}

@test "auto at once; off after its name was typed, and only then" {
	terminal 100 24
	await shows '>!! krishna'
	press a
	await has '^krishna --to auto$' switched
	press o
	await shows 'Type krishna to take it off the air:'
	press krishn Enter
	await shows 'krishna stays as it is'
	press o
	await shows 'Type krishna to take it off the air:'
	press Escape
	await shows 'krishna stays as it is'
	[ "$(wc -l <switched)" -eq 1 ]
	press o
	await shows 'Type krishna to take it off the air:'
	press krishnaX BSpace Enter
	await has '^krishna --to off$' switched
	[ "$(wc -l <switched)" -eq 2 ]
}

@test "a failure of lsctl-switch is shown, also that it was killed" {
	tool lsctl-switch 'echo "lsctl-switch: the database is down: nothing was changed" >&2; exit 75'
	terminal 100 24
	await shows '>!! krishna'
	press a
	await shows 'failed: lsctl-switch: the database is down: nothing was changed'
	tool lsctl-switch 'kill -SEGV $$'
	press a
	await shows 'failed: ended by signal 11'
	rm tools/lsctl-switch
	press a
	await shows 'lsctl-switch: No such file or directory'
}

@test "a filter" {
	terminal 100 24
	await shows '>!! krishna'
	press /
	press rad
	await hides krishna
	shows '/rad'
	press Enter
	await shows 'filter: rad'
	shows '>   radha'
	press Escape
	await shows krishna
	press / zzz
	await shows 'no channel matches the filter'
	press Escape
	await shows krishna
}

@test "a tool that crashes, hangs or prints nonsense: what was there stays, and it is said" {
	terminal 100 24
	await shows '>!! krishna'
	tool lsctl-health 'kill -SEGV $$'
	await shows 'lsctl-health: ended by signal 11'
	shows '>!! krishna'
	tool lsctl-health 'echo nonsense'
	await shows 'lsctl-health: not a health record'
	tool lsctl-health 'sed "s/@NOW@/2026-01-01T00:00:00.000Z/" records'
	await shows 'nothing new for'
	tool lsctl-health 'echo $$ >hangs; exec sleep 1000'
	await test -s hangs
	press j
	await shows '>   arjun'
	press q
	await test -s ended
	[ "$(cat ended)" = 0 ]
	await gone "$(cat hangs)"
}

@test "strings from outside control no terminal, and without UTF-8 there is none" {
	jq -nc '{host: "h", time: "@NOW@", problems: [{code: "x", text: "\u001b[31mred\u0007 \u202ereversed ਵਾਹਿਗੁਰੂ"}]},
	    {channel: "krishna", state: "\u001b]0;title\u0007", status: "ok", sources: {}, destinations: {}, problems: []}' >records
	terminal 100 24 LC_ALL=C.UTF-8
	await shows '?[31mred? ?reversed ਵਾਹਿਗੁਰੂ'
	shows '?]0;title?'
	prints_other_than title tm display-message -p '#{pane_title}'
	unplug
	terminal 100 24 LC_ALL=C
	await shows '?[31mred? ?reversed ????'
}

@test "without colours" {
	terminal 100 24 TERM=vt100
	await shows '>!! krishna'
	press p
	await shows '> 1  obs'
	tm capture-pane -p -e >raw
	refute grep "$(printf '\033\[[0-9;]*3[0-7]m')" raw
	unplug
	terminal 100 24 TERM=screen-256color
	await shows '>!! krishna'
	tm capture-pane -p -e >raw
	grep "$(printf '\033\[[0-9;]*3[0-7]')" raw
}

@test "a signal leaves the terminal as it was, and ends the program by it" {
	for signal in TERM INT HUP; do
		rm -f before after ended
		tm new-session -d -x 80 -y 24 "echo first line; stty -g >before; tools/lsctl-top; echo \$? >ended; stty -g >after; \
		    echo last line; sleep 1000"
		await shows '>!! krishna'
		kill "-$signal" "$(pgrep -f '^tools/lsctl-top' -P "$(tm list-panes -F '#{pane_pid}')")"
		await shows 'last line'
		shows 'first line'
		hides krishna
		cmp before after
		[ "$(cat ended)" = "$((128 + $(kill -l "$signal")))" ]
		unplug
	done
	# as it is typed
	tm new-session -d -x 80 -y 24 "trap : INT; stty -g >before; tools/lsctl-top; stty -g >after; echo last line; sleep 1000"
	await shows '>!! krishna'
	press C-c
	await shows 'last line'
	cmp before after
}

@test "the last pass, when there is one, without a pass of its own" {
	tool lsctl-health 'echo ran >>ran; exit 1'
	options=--last-pass
	terminal 100 24 LSCTL_STATE="$PWD/state"
	await shows 'www/status.json: No such file or directory'
	mkdir state/www
	jq -nc --arg now "$(date -u +%FT%T).000Z" '{time: $now, host: "h", hosts: [{name: "h", time: $now, status: "ok", problems: []}],
	    channels: [{channel: "krishna", host: "h", state: "LOOP_ACTIVE", since: $now, on_air: "loop", mode: "loop",
	    status: "warning", sources: {obs: "absent", loop: "healthy"}, destinations: {youtube: "live"},
	    problems: [{code: "no-video", subject: "source:obs", text: "no pictures", since: $now}]}]}' >status
	mv status state/www/status.json
	await shows '>!  krishna  LOOP_ACTIVE'
	shows 'loop, pinned'
	shows 'no-video: no pictures'
	[ ! -e ran ]
	press p
	await shows '> 1  obs'
}

@test "over the real tools: a channel on the air is switched off and back to auto" {
	rm tools/lsctl-health tools/lsctl-switch tools/lsctl-events
	PATH=$BIN:$PATH
	ln -s "$ROOT/tests/data/clip-ntsc.flv" film.flv
	one "insert into host (name) values ('testhost') on conflict do nothing;
	    with c as (insert into channel (name, host) values ('krishna', 'testhost') returning id),
	    s as (insert into source (channel_id, name, position, kind) select id, 'file', 1, 'file' from c returning id)
	    insert into media select id, 1, 'film.flv' from s"
	spec run/forward/krishna.json <<<"{\"channel\":\"krishna\",\"sources\":[{\"name\":\"file\",\"path\":\"$PWD/film.flv\"}],
	    \"destinations\":[{\"name\":\"youtube\",\"url\":\"rtmp://127.0.0.1:1/live\",\"key\":\"k\"}]}"
	start forward lsctl-forward run/forward/krishna.json
	for t in health switch; do
		ln -s "$BIN/lsctl-$t" "tools/lsctl-$t"
	done
	tool lsctl-events "exec '$ROOT/scripts/lsctl-events' \"\$@\""
	terminal 100 24
	await shows 'FILE_ACTIVE'
	shows 'destination-down: destination youtube: not live'
	press o
	await shows 'Type krishna'
	press krishna Enter
	await shows 'krishna OFF, mode off'
	[ "$(one "select mode from channel where name = 'krishna'")" = off ]
	press Enter
	await shows 'switched'
	press a
	await shows ', mode auto'
	[ "$(one "select count(*) from event where kind = 'switched'")" -eq 2 ]
	press p
	await shows '> 1  file'
	press 1 1
	await shows 'mode file for'
}
