# SPDX-License-Identifier: ISC
# What the command tests share. A test runs in its own folder, ends what it started by process
# id, and waits for conditions, never for time.
# shellcheck disable=SC2034	# what is set here is for the tests

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BIN=$ROOT/${O:-build}/bin

# A pipeline in which anything fails has failed.
set -o pipefail

# await CONDITION...: until the command succeeds; fails after AWAIT_S seconds, ten.
await() {
	local deadline=$((SECONDS + ${AWAIT_S:-10}))

	until "$@"; do
		if [ "$SECONDS" -ge "$deadline" ]; then
			echo "not within ${AWAIT_S:-10} s: $*" >&2
			return 1
		fi
		sleep 0.05
	done
}

# refute COMMAND...: it fails, and not because it cannot run; of what searches or compares, with 1, where an error, such
# as a file that is not there, is 2 or more. Not "!": bats 1.8 does not see it fail.
refute() {
	local ended=0

	"$@" || ended=$?
	if [ "$ended" -eq 0 ]; then
		echo "should have failed: $*" >&2
		return 1
	elif [ "$ended" -ge 126 ] || { [[ $1 =~ ^(grep|has|cmp|diff|jq)$ ]] && [ "$ended" -ne 1 ]; }; then
		echo "could not be tried, status $ended: $*" >&2
		return 1
	fi
}

# prints_nothing COMMAND...: it succeeds, and says nothing. [ -z "$(COMMAND)" ] is true of one that fails, too.
prints_nothing() {
	local printed

	printed=$("$@") || return
	[ -z "$printed" ] || {
		echo "$* prints: $printed" >&2
		return 1
	}
}

# prints_other_than TEXT COMMAND...: it succeeds, and says something else.
prints_other_than() {
	local printed

	printed=$("${@:2}") || return
	[ -n "$printed" ] && [ "$printed" != "$1" ]
}

# film PATH: six seconds that can be looped.
film() {
	ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=160x90:rate=30 \
	    -f lavfi -i sine=frequency=440:sample_rate=48000 -t 6 -pix_fmt yuv420p \
	    -c:v libx264 -preset ultrafast -g 60 -keyint_min 60 -sc_threshold 0 -bf 0 \
	    -c:a aac -b:a 64k -ac 2 "$1"
}

# spec FILE: stdin by rename, as the control plane does.
spec() {
	(umask 077 && cat >"$1.new") && mv "$1.new" "$1"
}

# start NAME PROGRAM...: in the background, messages in NAME.err; $pid is its process.
start() {
	local name=$1

	shift
	"$@" >"$name.out" 2>"$name.err" 3>&- </dev/null &
	pid=$!
	echo "$pid" >>pids
}

# finish PID: its exit status in $status.
finish() {
	status=0
	wait "$1" || status=$?
	sed -i "/^$1\$/d" pids
}

# private FILE: stdin, in a file that nobody else can read.
private() {
	(umask 077 && cat >"$1") && chmod 600 "$1"
}

# gone PID. Nothing is no process that has ended.
gone() {
	[ -n "$1" ] && ! kill -0 "$1" 2>/dev/null
}

# has PATTERN FILE. An empty pattern would be in every file.
has() {
	[ -n "$1" ] || return 2
	grep -q -e "$1" "$2"
}

larger() {
	[ "$(stat -c %s "$1")" -gt "$2" ]
}

setup_folder() {
	cd "$BATS_TEST_TMPDIR" || return 1
	: >pids
}

teardown_folder() {
	local p

	while read -r p; do
		# with whom it started: nginx's workers would stay
		# shellcheck disable=SC2046
		kill -9 "$p" $(pgrep -P "$p") 2>/dev/null || true
		wait "$p" 2>/dev/null || true
	done <"$BATS_TEST_TMPDIR/pids"
	# what a failed test leaves to read
	for p in "$BATS_TEST_TMPDIR"/*.err; do
		if [ -s "$p" ]; then
			echo "${p##*/}:"
			cat "$p"
		fi
	done
}
