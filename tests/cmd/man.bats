#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The manual is true: its pages are well-formed, and its examples work as they are printed, but
# for addresses and folders.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	film "$BATS_FILE_TMPDIR/krishna.mp4"
	ffmpeg -nostdin -v error -y -i "$BATS_FILE_TMPDIR/krishna.mp4" -c copy \
	    "$BATS_FILE_TMPDIR/krishna.flv"
}

setup() {
	setup_folder
	for f in krishna.flv arati.flv; do
		ln -s "$BATS_FILE_TMPDIR/krishna.flv" "$f"
	done
	PATH=$BIN:$PATH
}

teardown() {
	teardown_folder
}

# literals PAGE: the displays of a page, as printed, each ended by a NUL.
literals() {
	sed -e 's/\\e/\\/g; s/\\&//g; s/\\-/-/g' "$1" | awk '
	/^\.Bd -literal/ { on = 1; next }
	/^\.Ed/ { if (on) printf "%c", 0; on = 0 }
	on { print }
	/^\.Dl / { sub(/^\.Dl /, ""); printf "%s\n%c", $0, 0 }'
}

# commands PAGE: the command lines in its displays, without the prompt, each ended by a NUL.
commands() {
	literals "$1" | tr '\0' '\n' | awk '
	/^[$#] / { if (on) printf "%c", 0; on = 1; print substr($0, 3); more = /[\\|]$/; next }
	on && more { print; more = /[\\|]$/; next }
	on { printf "%c", 0; on = 0 }
	END { if (on) printf "%c", 0 }'
}

# example TEXT: the one command of $PAGE that has this in it, which is now tried.
example() {
	local found

	found=$(commands "$PAGE" | grep -zF -e "$1" | tr '\0' '\n')
	if [ -z "$found" ]; then
		echo "no example: $1" >&2
		return 1
	fi
	commands "$PAGE" | grep -zF -e "$1" >>tried
	printf '%s\n' "$found"
}

try() {
	example "$1" >line
	cat line
	bash -eo pipefail line
}

all_tried() {
	commands "$PAGE" | tr '\0' '\n' | sort >all
	tr '\0' '\n' <tried | sort >tried.sorted
	diff all tried.sorted
}

# of_page FILE: the spec that lsctl-spec(5) calls so, as FILE; nobody is dialled for it.
of_page() {
	literals "$ROOT/man/lsctl-spec.5" | tr '\0' '\n' |
	    jq -c "select(.channel == \"krishna\" and has(\"files\") == $2)" |
	    sed 's|rtmps*://[^/"]*/|rtmp://127.0.0.1:1/|g' | spec "$1"
}

on_air() {
	[ "$(lsctl-forward ctl krishna.sock status | jq -r .state)" = "$1" ]
}

some_sent() {
	lsctl-forward ctl krishna.sock dump | jq -e '.splice.frames > 200' >/dev/null
}

@test "pages are well-formed, and refer to pages that exist" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	# from their folder, where it finds those that are not installed; others may not be either
	cp -r "$ROOT/man" .
	printf '.Nonsense\n' >>man/lsctl.7	# seen, or nothing is
	ended=0
	(cd man && mandoc -T lint ./*.[1-8]) >lint 2>&1 || ended=$?
	[ "$ended" -le 4 ]
	sed -e '/outdated mandoc.db/d' -e '/not found: Xr lsctl/p; /referenced manual not found/d' lint >said
	grep 'lsctl\.7:.*unknown macro: \.Nonsense' said
	refute grep -v 'unknown macro: \.Nonsense' said
}

# proofs PAGE: whether each test that a page names is there, and each of its items names one. Prints what is missing.
proofs() {
	awk '
	function check() {
		if (item != "" && !tests)
			print item ": names no test"
	}
	/^\.It / { check(); item = $0; tests = 0; next }
	/^\.(El|Sh|Ss)/ { check(); item = "" }
	/^\.Dl tests\// { tests++ }
	END { check() }' "$1"
	sed -n 's/^\.Dl tests/tests/p' "$1" | while IFS= read -r line; do
		file=${line%%: *} name=${line#*: }
		grep -q -F -e "$name" "$ROOT/$file" 2>/dev/null || echo "$line: there is no such test"
	done
}

@test "lsctl-security(7): each item names a test, and each test is there" {
	proofs "$ROOT/man/lsctl-security.7" >missing
	cat missing
	[ ! -s missing ]
	[ "$(grep -c '^\.Dl tests/' "$ROOT/man/lsctl-security.7")" -gt 30 ]
	# what is not there is seen
	printf '.It nothing\n.It something\n.Dl tests/cmd/links.bats: no such name\n.El\n' >page
	proofs page >missing
	[ "$(cat missing)" = ".It nothing: names no test
tests/cmd/links.bats: no such name: there is no such test" ]
}

# items SECTION...: the codes that these sections of $CODES, lsctl-codes(7), have an item for, one a line, with what makes a
# problem of this code critical, or with the weight of a finding.
items() {
	awk -v sections="$*" '
	/^\.Sh / { on = index(sections, substr($0, 5)) > 0 }
	on && /^\.It Cm / { print $3 (/, No [a-z]+$/ ? " " $NF : "") }' "${CODES:-$ROOT/man/lsctl-codes.7}"
}

# enumerated PREFIX HEADER: the values of an enum as codes: PREFIX_NO_VIDEO is no-video. Its last one is their number.
enumerated() {
	sed -n "s/^\t$1_\([A-Z_]*\),.*/\1/p" "$ROOT/lib/$2" | tr 'A-Z_' 'a-z-'
}

@test "lsctl-codes(7) has each code of a problem and of an answer, in their order, and no other" {
	sed -n 's/^\t\[PROBLEM_[A-Z_]*\] = { "\([a-z-]*\)", true,.*/\1 critical/p
	    s/^\t\[PROBLEM_[A-Z_]*\] = { "\([a-z-]*\)", false,.*/\1/p' "$ROOT/lib/base/problem_code.c" >codes
	sed 's/ critical//' codes | diff <(enumerated PROBLEM base/problem_code.h) -	# the table is read to its end
	items 'PROBLEMS OF A HOST' 'PROBLEMS OF A CHANNEL' 'PROBLEMS OF A SOURCE' 'PROBLEMS OF A DESTINATION' |
	    diff codes -
	sed -n 's/^\t\[CTL_[A-Z_]*\] = "\([a-z-]*\)",$/\1/p' "$ROOT/lib/process/ctl_code.c" >codes
	diff <(enumerated CTL process/ctl_code.h) codes
	items 'ANSWERS OF A CONTROL SOCKET' | diff codes -
	[ "$(wc -l <codes)" -ge 10 ]
}

@test "lsctl-health(8) has each code of a finding, with its weight, and no other" {
	sed -n 's/^\t\[DOCTOR_[A-Z_]*\] = { "\([a-z-]*\)", DOCTOR_\([A-Z]*\) },*$/\1 \2/p' "$ROOT/lib/doctor/doctor_case.c" |
	    tr A-Z a-z >codes
	sed 's/ .*//' codes | diff <(enumerated DOCTOR doctor/doctor_case.h) -
	CODES=$ROOT/man/lsctl-health.8 items DOCTOR | grep ' ' | diff codes -
	[ "$(wc -l <codes)" -ge 30 ]
}

@test "lsctl-health(8) has each metric that --prometheus prints, and no other" {
	sed -n 's/^\t{ "\(lsctl_[a-z_]*\)", "\(gauge\|counter\|histogram\)",.*/\1/p' "$ROOT/cmd/lsctl-health/render_prometheus.c" |
	    sort >metrics
	sed -n 's/^\.It Li \(lsctl_.*\)/\1/p' "$ROOT/man/lsctl-health.8" | sed 's/ , /\n/g' | sort | diff metrics -
	[ "$(wc -l <metrics)" -ge 30 ]
}

@test "every spec in a page or in the README is valid" {
	sed -n '/^```json$/,/^```$/p' "$ROOT/README.md" | sed 's/^```json$//; s/^```$/\x00/' >specs
	for f in "$ROOT"/man/*.[1-8]; do
		literals "$f" >>specs
	done
	n=0
	while IFS= read -r -d '' text; do
		jq -e .channel <<<"$text" >/dev/null 2>&1 || continue
		spec x.json <<<"$text"
		jq -r '.files, .sources[]?.path | .[]? // . // empty' x.json | while read -r film; do
			[ -e "$film" ] || ln -s krishna.flv "$film"
		done
		echo "$text"
		if jq -e 'has("files")' x.json >/dev/null; then
			lsctl-loop run -n x.json
		else
			lsctl-forward -n x.json
		fi
		n=$((n + 1))
	done <specs
	[ "$n" -ge 5 ]
	chmod 640 x.json
	run -78 lsctl-forward -n x.json
}

@test "the examples of lsctl-forward(8)" {
	PAGE=$ROOT/man/lsctl-forward.8
	of_page krishna.json false
	try 'lsctl-forward -n krishna.json'
	example 'lsctl-forward krishna.json' >line
	start one bash -c "exec $(cat line)"
	await on_air FILE_ACTIVE
	[ "$(try 'jq -r .state' | tail -n 1)" = FILE_ACTIVE ]
	try '@tsv' | grep "^youtube$(printf '\t')"
	try '.problems[]' | grep '^destination-down: destination youtube: '
	try 'switch loop --for 10m' | grep '"code":"ok"'
	[ "$(lsctl-forward ctl krishna.sock status | jq -r .mode)" = loop ]
	try 'switch auto' | grep '"code":"ok"'
	try 'select(.name == "archive")'
	try 'mv krishna.json.new'
	try 'ctl krishna.sock reload' | grep '"code":"ok"'
	[ "$(lsctl-forward ctl krishna.sock status | jq -c '.destinations | keys')" = \
	    '["facebook","youtube"]' ]
	kill -TERM "$pid"
	finish "$pid"
	[ "$status" -eq 0 ]

	# a recording ends when the forwarder does
	for record in 'ffmpeg -v error' krishna-all.flv; do
		example "$record" >line
		start record bash -eo pipefail line
		await on_air FILE_ACTIVE
		await some_sent
		kill -TERM "$(pgrep -f 'lsctl-forward -o - krishna.json$' -P "$pid")"
		finish "$pid"
		[ "$status" -eq 0 ]
	done
	for f in krishna-*.mkv krishna-all.flv; do
		run -0 ffmpeg -nostdin -v error -xerror -i "$f" -f null -
		[ -z "$output" ]
	done

	# these need systemd
	for service in systemd-run 'systemctl reload'; do
		example "$service" >line
		bash -n line
	done
	all_tried
}

@test "the examples of lsctl-loop(8)" {
	PAGE=$ROOT/man/lsctl-loop.8
	sed 's|/var/lib/lsctl/media|media|g' "$PAGE" >here.8
	PAGE=$PWD/here.8
	mkdir media bin
	ln -s "$BATS_FILE_TMPDIR/krishna.mp4" krishna.mp4
	out=$(try 'lsctl-loop prepare --profile' | tail -n 1)
	ffmpeg -nostdin -v error -f lavfi -i color=red:s=64x64 -frames:v 1 cover.jpg
	ffmpeg -nostdin -v error -f lavfi -i sine=d=0.3 kirtan.mp3
	cp cover.jpg logo.png
	try 'lsctl-loop prepare --picture'
	try 'lsctl-loop prepare --logo'
	[[ $out =~ ^media/krishna-[0-9a-f]{16}\.flv$ ]]
	printf '#!/bin/sh\nexec ffmpeg -nostdin -v error -xerror -i - -f null -\n' >bin/ffplay
	chmod +x bin/ffplay
	ln -s "$out" krishna-5f0c3a1e9b7d2244.flv
	PATH=$PWD/bin:$PATH try 'ffplay'
	try 'lsctl-loop check'
	of_page krishna_loop.json true
	try 'run -n krishna_loop.json'
	example 'run krishna_loop.json' >line
	start one bash -c "exec $(cat line)"
	await test -S krishna_loop.sock
	try 'jq .destinations' | grep '"server"'
	try '.files = '
	try 'mv krishna_loop.json.new'
	try 'krishna_loop.sock reload' | grep '"code":"ok"'
	kill -TERM "$pid"
	finish "$pid"
	[ "$status" -eq 0 ]
	all_tried
}
