#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Every tool alike: what --help prints, which options all take, and how a mistake is reported.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	PATH=$BIN:$PATH
	mapfile -t tools < <(cd "$ROOT" && ls -d cmd/lsctl-* scripts/lsctl-*)
	tools=("${tools[@]##*/}")
	version=$(sed -n 's/^VERSION[[:space:]]*= *//p' "$ROOT/Makefile")
	[ "${#tools[@]}" -ge 11 ]
}

# commands TOOL: one a line, by its help; nothing for a tool without.
commands() {
	"$1" --help | sed -n '/^Commands:/,/^[^ C]/s/^  \([a-z][a-z-]*\( [a-z-]*\)\{0,1\}\).*/\1/p' | sed 's/ *$//'
}

# each FUNCTION: for every tool, and for every command of it.
each() {
	local tool command n=0

	for tool in "${tools[@]}"; do
		"$1" "$tool"
		commands "$tool" >"$BATS_TEST_TMPDIR/commands"
		while read -r command; do
			# shellcheck disable=SC2086	# its words
			"$1" "$tool" $command
			n=$((n + 1))
		done <"$BATS_TEST_TMPDIR/commands"
	done
	[ "$n" -ge 30 ]
}

# has_line LINE: one of $output.
has_line() {
	[[ $'\n'$output$'\n' == *$'\n'"$1"$'\n'* ]]
}

# A usage, what it is for, a line for each option, and examples. Without processes: it is tried for some seventy.
is_help() {
	local line part='' options=0 examples=0

	echo "$*"
	run -0 --separate-stderr "$@" --help
	[ -z "$stderr" ]
	[[ ${lines[0]} == "usage: $1 "* ]]
	[ "${lines[-1]}" = "See also: man $1" ]
	for line in "${lines[@]}"; do
		[ "${#line}" -le 100 ]
		case $line in
		[A-Z]*:) part=$line ;;
		esac
		case $part$line in
		Options:'  -'[a-zA-Z]', --'[a-z]* | Options:'      --'[a-z]*) options=$((options + 1)) ;;
		Examples:'  '*"$1"*) examples=$((examples + 1)) ;;
		esac
	done
	[ "$options" -ge 4 ]
	[ "$examples" -ge 1 ]
	has_line '  -q, --quiet                   print warnings and errors only'
	has_line '  -v, --verbose                 print details, too'
	has_line '  -h, --help                    print this help'
	[ "$("$@" -h)" = "$output" ]
	[ "$("$@" --version)" = "$1 $version" ]
}

@test "--help prints a line for each option, for each tool and each of its commands" {
	each is_help
}

@test "a tool shows two examples" {
	for tool in "${tools[@]}"; do
		echo "$tool"
		[ "$("$tool" --help | sed -n '/^Examples:/,/^$/p' | grep -c '^  ')" -eq 2 ]
	done
}

# A name that is none, the same everywhere: the reason, the usage, and what to type next.
refuses() {
	local tool=$1 name=${*:2} wrong

	echo "$*"
	for wrong in --no-such-option -Z; do
		run -64 --separate-stderr "$@" "$wrong"
		[ -z "$output" ]
		[ "${stderr_lines[0]}" = "$tool: ${name:+$name: }$wrong: no such option" ]
		[[ ${stderr_lines[1]} == "usage: $tool "* ]]
		[ "${stderr_lines[-1]}" = "Try '$* --help'." ]
	done
	run -64 --separate-stderr "$@" --quiet=yes
	[ "${stderr_lines[0]}" = "$tool: ${name:+$name: }--quiet: takes no value" ]
	run -64 --separate-stderr "$@" --ver
	[ "${stderr_lines[0]}" = "$tool: ${name:+$name: }--ver: is it --verbose or --version?" ]
}

@test "a bad option is reported alike" {
	each refuses
}

# options TOOL [COMMAND]: those with a value, as --help calls it.
options() {
	"$@" --help | sed -nE '/^Options:/,/^$/s/^  (-., |    )(--[a-z-]+) ([^ ]+).*/\2 \3/p'
}

refuses_values() {
	local option value reason

	echo "$*"
	options "$@" >"$BATS_TEST_TMPDIR/options"
	cat "$BATS_TEST_TMPDIR/options" >>"$BATS_TEST_TMPDIR/options.tried"
	while read -r option value; do
		run -64 --separate-stderr "$@" "$option"
		[[ ${stderr_lines[0]} == *": $option: $value is missing" ]]
		case $value in
		TIME) reason='not a duration: write 90s, 10m, 2h or 1d' ;;
		N | PORT) reason='not a number' ;;
		*) continue ;;
		esac
		case "$* $option" in
		lsctl-channel*) continue ;;	# fields of a declaration, which are judged as such
		'lsctl-events --since') continue ;;	# or a date
		esac
		run -64 --separate-stderr "$@" "$option" 5x
		[[ ${stderr_lines[0]} == *"$option 5x: $reason" ]]
	done <"$BATS_TEST_TMPDIR/options"
}

@test "a value that is missing, not a number or not a duration is reported alike" {
	each refuses_values
	[ "$(wc -l <"$BATS_TEST_TMPDIR/options.tried")" -ge 50 ]
}

@test "-n is a dry run, and nothing else" {
	for tool in "${tools[@]}"; do
		"$tool" --help
		commands "$tool" | while read -r command; do
			# shellcheck disable=SC2086	# its words
			"$tool" $command --help
		done
	done | grep -E '^  -n,' >"$BATS_TEST_TMPDIR/n"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/n")" -ge 5 ]
	refute grep -v -e '^  -n, --dry-run ' "$BATS_TEST_TMPDIR/n"
}

# What a message or a page tells one to type must be there.
@test "every command that a message, a script or a page names exists" {
	for tool in lsctl-channel lsctl-keys lsctl-user lsctl-db lsctl-config; do
		commands "$tool" | cut -d ' ' -f 1 | sort -u >"$BATS_TEST_TMPDIR/known"
		(cd "$ROOT" && grep -rhoE "(['\`\"#]|^[#\$] |: )$tool( -[qvn])? [a-z][a-z-]*" \
		    lib cmd sql scripts man README.md systemd) |
		    sed "s/.*$tool\( -[qvn]\)\{0,1\} //" | sort -u >"$BATS_TEST_TMPDIR/named"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -ge 3 ]
		echo "$tool: not a command:"
		comm -13 "$BATS_TEST_TMPDIR/known" "$BATS_TEST_TMPDIR/named" |
		    refute grep -vxE 'is|tells|prints|that|understands|takes'
	done
}
