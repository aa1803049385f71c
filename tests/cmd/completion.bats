#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What bash offers: words of the tools' usages, and names of the database.
# shellcheck disable=SC2154	# $output is set by run

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	"$ROOT/tests/lib/pg" start "$BATS_FILE_TMPDIR/pg" >"$BATS_FILE_TMPDIR/env"
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
	export LSCTL_HOST=testhost
	"$BIN/lsctl-channel" add -q krishna
	"$BIN/lsctl-channel" add -q radha
	"$BIN/lsctl-user" add -q simran --role admin >/dev/null
	"$BIN/lsctl-channel" dest add -q krishna youtube rtmp://127.0.0.1/live2
}

teardown_file() {
	"$ROOT/tests/lib/pg" stop "$BATS_FILE_TMPDIR/pg" immediate
}

setup() {
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
	PATH=$BIN:$PATH
	# shellcheck source=/dev/null
	. "$ROOT/scripts/completion.bash"
}

# offered LINE WORDS: what comes after the line, the last word of which has been begun.
offered() {
	local COMPREPLY=() COMP_CWORD COMP_WORDS
	IFS=' ' read -ra COMP_WORDS <<<"$1"
	[[ $1 != *' ' ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_lsctl "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}"
	[ "${COMPREPLY[*]}" = "$2" ] || { echo "$1: ${COMPREPLY[*]}"; return 1; }
}

@test "commands, options and their values" {
	offered 'lsctl-channel e' 'enable export'
	offered 'lsctl-channel dest ' 'add disable enable rm set show test'
	offered 'lsctl-channel -q ta' 'take-over'
	offered 'lsctl-keys rotate --' \
	    '--dest --grace --help --key-file --no-kick --password --quiet --reason --verbose --version'
	offered 'lsctl-user session ' 'list rm'
	offered 'lsctl-user add jas --role ' 'admin operator viewer'
	offered 'lsctl-switch krishna --to ' 'auto file loop obs off'
	offered 'lsctl-channel dest add krishna x rtmp://y/z --on-backup d' 'disconnect'
	offered 'lsctl-channel source add krishna cam2 ' 'file live loop'
	offered 'lsctl-db re' 'restore retention'
	offered 'lsctl-db init --server ' 'nginx srs'
	offered 'lsctl-config srs' 'srs srs-unit'
	offered 'lsctl-config diff nginx-rtmp' 'nginx-rtmp nginx-rtmps'
	offered 'lsctl-loop ' 'check join prepare run'
	offered 'lsctl-health --w' '--watch'
	offered 'lsctl-forward c' 'ctl'
	offered 'lsctl-forward ctl krishna.sock s' 'status switch'
	offered 'lsctl-forward ctl krishna.sock switch o' 'off'
	offered 'lsctl-alert --unit-exit f' 'forward'
	offered 'lsctl-alert a' 'ack'
	offered 'lsctl-alert ack --f' '--for'
}

@test "names come from the database, for the channel on the command line" {
	offered 'lsctl-switch k' 'krishna'
	offered 'lsctl-alert ack k' 'krishna'
	offered 'lsctl-health krishna r' 'radha'
	offered 'lsctl-keys rotate --reason text r' 'radha'
	offered 'lsctl-keys new krishna o' 'obs'
	offered 'lsctl-channel source rm krishna l' 'loop'
	offered 'lsctl-channel dest enable krishna ' 'youtube'
	offered 'lsctl-channel dest enable radha ' ''
	offered 'lsctl-channel add --host t' 'testhost'
	offered 'lsctl-user disable s' 'simran'
	offered 'lsctl-user token rm s' 'simran'
	offered 'lsctl-user add ' ''
	offered 'lsctl-user set simran --channel k' 'krishna'
}

@test "without a database it completes commands and options, without delay" {
	export PGHOST=$BATS_TEST_TMPDIR
	offered 'lsctl-channel ena' 'enable'
	offered 'lsctl-switch -' '--dry-run --for --help --json --local --quiet --reason --to --verbose --version --watch'
	offered 'lsctl-switch ' ''
}
