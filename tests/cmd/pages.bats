#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The pages for people, as files: strings, policy, colours. What a browser does with them is in tests/flow/pages. Each rule
# is tried on a copy with a fault, too.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
	cp -R "$ROOT/cmd/lsctl-web/pages" pages
}

teardown() {
	teardown_folder
}

good() {
	run -0 "$ROOT/tests/lib/pages_check" "$1" pages
}

# bad RULE FILE SED TEXT: with this change of the file, the rule reports the text.
bad() {
	cp "pages/$2" kept
	sed -i -e "$3" "pages/$2"
	refute cmp -s kept "pages/$2"
	run -1 "$ROOT/tests/lib/pages_check" "$1" pages
	[[ $output == *"$4"* ]]
	cp kept "pages/$2"
}

@test "all languages have the same strings with the same placeholders" {
	good strings
	bad strings strings/pa.json '/"cancel"/d' 'cancel: not in all languages'
	bad strings strings/hi.json '/"why.pinned"/s/{source}/obs/g' 'why.pinned: other placeholders'
	bad strings strings/hi.json 's/^"done": .*/"done": " ",/' 'done: empty'
	bad strings strings/en.json 's/^"done": .*/&\n"done": "x",/' 'done: twice'
	bad strings base/i18n.js 's/LANGUAGES = {/& fr: "français",/' "'fr'"
}

@test "the code uses the strings that there are, and no others" {
	good keys
	bad keys view/wall.js 's/t("wall.filter")/t("wall.other")/' 'wall.other: used, but no string'
	bad keys strings/en.json 's/^"wall.filter"/"wall.unused": "x",\n&/' 'wall.unused: a string that nothing uses'
	bad keys platforms.js 's/"keyframe-4"/"keyframe-5"/' 'demand.keyframe-5'
	bad keys platforms.js 's/id: "kick"/id: "kock"/' 'platform.kock.key'
}

@test "each problem that lsctl reports is said in words for people" {
	good problems
	bad problems strings/en.json '/"problem.no-film"/d' 'problem.no-film'
	bad problems strings/en.json '/"api.offset"/d' 'api.offset'
}

@test "the pages know the same permissions as the database" {
	good roles
	bad roles base/session.js 's/"switch": "operator"/"switch": "viewer"/' 'switch: viewer here, operator in the database'
	bad roles base/session.js 's/"film-list": "operator",//' 'film-list'
	bad roles base/session.js 's/"master-key", "accounts", "audit"\];/"accounts", "audit"];/' 'EVERYWHERE'
	bad roles base/session.js 's/\["acknowledge-host", /[/' 'EVERYWHERE'
}

@test "nothing on the pages needs what the Content-Security-Policy forbids" {
	good policy
	bad policy index.html 's/<main /<main onclick="x()" /' 'onclick'
	bad policy index.html 's/<main /<main style="top:0" /' 'style'
	bad policy index.html 's,</head>,<script>x()</script>&,' '<script>'
	bad policy base/dom.js 's/e.textContent = text/e.innerHTML = text/' 'innerHTML'
	bad policy base/dom.js '$s/$/\neval("1");/' 'eval'
	bad policy icon.svg 's/<path/<script\/><path/' '<script'
}

@test "the pages load nothing from elsewhere, and every file that they name is there" {
	good outside
	bad outside index.html 's/icon.svg/https:\/\/cdn.example.com\/icon.svg/' 'cdn.example.com'
	bad outside app.js 's,view/hosts.js,view/host.js,' 'view/host.js is not there'
	bad outside style/base.css '$s,$,\np { background: url("x.png"); },' 'x.png is not there'
}

@test "colours that meet have enough contrast, in light and dark" {
	good contrast
	bad contrast style/colours.css 's/--soft: #536070/--soft: #8a95a3/' 'light: --soft on --back'
	bad contrast style/colours.css 's/--critical: #ff9c9c/--critical: #b01c1c/' 'dark: --critical on --card'
	bad contrast style/colours.css 's/--focus: #8ab8ff; *$//' '--focus is not in both'
	bad contrast style/wall.css '$s,$,\n.x { color: #777777; },' 'no colour of colours.css'
}

@test "the page is valid HTML" {
	command -v tidy >/dev/null || skip "tidy is not installed"
	tidy -q -e --show-filename yes pages/index.html
	sed -i 's,</main>,,' pages/index.html
	run -1 tidy -q -e pages/index.html
}
