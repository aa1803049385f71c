#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# scripts/dev/check-bats reports each kind of assertion that cannot fail, at its line, and nothing else; and what it
# builds on in helpers.bash.
# shellcheck disable=SC2154	# $output is set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
}

# check: stdin, lines of a test of its own, the first of which is line 3.
check() {
	{
		printf 'load helpers\n@test "x" {\n'
		cat
		echo '}'
	} >x.bats
	"$ROOT/scripts/dev/check-bats" "$@" x.bats
}

# reported LINE WORDS: of the test on stdin this line alone is reported, with these words.
reported() {
	run -1 check
	echo "$output"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == "check-bats: x.bats:$1: "*"$2"* ]]
}

@test "a status that nothing reads" {
	reported 3 'the status is read nowhere' <<-'END'
		run tool
		run -0 tool
		[ "$status" -eq 0 ]
	END
	reported 4 'the status is read nowhere' <<-'END'
		run -0 tool
		PGHOST=x run --separate-stderr tool
		[ -z "$output" ]
	END
	# in a function that leaves it to who calls it
	printf '%s\n' 'load helpers' 'tries() {' '	run tool' '}' '@test "x" {' '	tries' '	tries' '	[ "$status" -eq 1 ]' '}' >tries.bats
	run -1 "$ROOT/scripts/dev/check-bats" tries.bats
	[ "$output" = 'check-bats: tries.bats:6: the status is read nowhere: run -0, or another number' ]
}

@test "a negation that bash -e passes over, and one of a pipeline" {
	reported 3 "'!' does not fail a test here" <<-'END'
		! grep x y
		true
	END
	reported 3 "'! a | b' holds when a fails" <<-'END'
		! tool | grep x
	END
	reported 4 "'! a | b' holds when a fails" <<-'END'
		true
		one && ! tool | grep x
	END
}

@test "the status of a test, used as the status of the command before it" {
	reported 3 "\$? is the status of '['" <<-'END'
		tool || [ $? -eq 1 ] || [ $? -eq 75 ]
	END
	reported 4 '$? is always 0 here' <<-'END'
		tool
		[ $? -eq 0 ]
	END
	reported 4 '$? is always 0 here' <<-'END'
		tool
		status=$?
	END
}

@test "an assertion that passes for any status" {
	reported 3 "'|| true' passes for any status" <<-'END'
		tool >out || true
	END
	reported 3 "'|| true' passes for any status" <<-'END'
		tool |
		    other || :
	END
	reported 3 "'|| true' passes for any status" <<-'END'
		[ "$(tool || true)" = x ]
	END
}

@test "a status that is lost" {
	reported 3 'refute passes on nothing' <<-'END'
		refute grep x <(tool)
	END
	reported 3 'refute passes on nothing' <<-'END'
		refute grep x <<<"$(tool)"
	END
	reported 3 "of 'a && b' only b" <<-'END'
		[ -s one ] && [ -s two ]
		true
	END
	reported 3 "of 'a && b' only b" <<-'END'
		[[ $output == x && $output != y ]]
		true
	END
	reported 3 'prints_nothing, or prints_other_than' <<-'END'
		[ -z "$(tool)" ]
	END
	reported 3 'prints_nothing, or prints_other_than' <<-'END'
		[ "$(tool "$x")" != "$y" ]
	END
	reported 3 'prints_nothing, or prints_other_than' <<-'END'
		[[ $x != "$(tool)" ]]
	END
	printf '@test "x" {\n\ttool | grep x\n}\n' >bare.bats
	run -1 "$ROOT/scripts/dev/check-bats" bare.bats
	[ "$output" = 'check-bats: bare.bats:1: no pipefail: load helpers' ]
}

@test "a pipeline whose end does not wait for its beginning" {
	reported 3 'by SIGPIPE' <<-'END'
		tool | grep -q x
	END
	reported 3 'by SIGPIPE' <<-'END'
		first=$(tool | head -n 1)
	END
}

@test "a loop over a list that may be empty" {
	reported 3 'a loop over $()' <<-'END'
		for f in $(find . -name x); do
			[ -s "$f" ]
		done
	END
	reported 5 'a loop over <()' <<-'END'
		while read -r f; do
			[ -s "$f" ]
		done < <(find . -name x)
	END
}

@test "a test that skips without a message" {
	reported 3 'passed over in silence' <<-'END'
		command -v tool || return 0
	END
	reported 3 'passed over in silence' <<-'END'
		if command -v tool >/dev/null; then
			tool
		fi
	END
}

@test "a pattern that every output has" {
	reported 3 'the name of the tool' <<-'END'
		[[ $output = *another* ]] || [[ $output = *lsctl-switch* ]]
	END
	reported 3 'the name of the tool' <<-'END'
		[[ "$output" == *"lsctl-switch:"* ]]
	END
	reported 3 'an empty pattern' <<-'END'
		grep -q '' file
	END
	reported 3 'an empty pattern' <<-'END'
		has "" file
	END
}

@test "an assertion that can fail is not reported, nor one with a reason, nor one that cleans up" {
	run -0 check <<-'END'
		run -0 --separate-stderr tool
		run ! tool
		run "-$expected" tool
		run tool "! x" 'a || true'
		[ "$status" -eq 1 ]	# ! a | b
		status=0
		tool || status=$?
		tool || [ $? -eq 69 ]
		cat >script <<-'IN'
			! a | b
			a || true
		IN
		for n in $(seq 3); do tool "$n"; done
		for word in "$(tool)" x; do tool "$word"; done
		while read -r f; do tool "$f"; done <list
		if [ -s a ] && [ -s b ]; then tool; fi
		[ -s a ] && [ -s b ] || skip 'nothing there'
		command -v tool >/dev/null || skip 'tool is not installed'
		path=$(command -v tool)
		[[ $output == *"lsctl-db migrate"* ]]
		[ "$x" != y ] || y=$(tool)
		[ "$(tool)" = "$x" ]
		tool | grep x
		tool | refute grep -q x
		kill "$pid" || true	# check-bats: it may have ended
		tool 'several
		lines || true'
		[ -s a ] && [ -s b ]
	END
	[ -z "$output" ]
	printf 'load helpers\nteardown() {\n\tkill "$pid" || true\n}\ngone() {\n\t! kill -0 "$1"\n}\n' >tidy.bats
	run -0 "$ROOT/scripts/dev/check-bats" tidy.bats
}

@test "refute must have a command that exists, and has must have a pattern" {
	refute false
	refute grep x /dev/null
	run -1 refute true
	run -1 refute no-such-command
	[[ $output == *'could not be tried, status 127: no-such-command'* ]]
	run -1 refute grep x nowhere
	[[ $output == *'could not be tried, status 2: grep x nowhere'* ]]
	run -1 refute cmp nowhere nowhere
	echo x >file
	has x file
	refute has y file
	run -1 refute has x nowhere
	run -1 refute has '' file	# check-bats: it is what is tried
}

@test "what prints nothing, or something else, must have succeeded, and nothing is no process that is gone" {
	prints_nothing true
	run -1 prints_nothing echo x
	[ "$output" = 'echo x prints: x' ]
	run -3 prints_nothing sh -c 'exit 3'
	prints_other_than x echo y
	run -1 prints_other_than x echo x
	run -1 prints_other_than x true
	run -3 prints_other_than x sh -c 'echo y; exit 3'
	gone 99999999
	run -1 gone ''
	run -1 gone $$
}

@test "a pipeline fails with its left side" {
	run -1 eval 'false | true'
}
