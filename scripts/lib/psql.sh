# SPDX-License-Identifier: ISC
# psql.sh: PostgreSQL under deadlines, from shell; sourced after tool.sh. Messages of the last call are in $tmp/err.
# shellcheck shell=sh

# Without a server that answers nothing here waits for longer than this.
: "${PGCONNECT_TIMEOUT:=5}"
export PGCONNECT_TIMEOUT PGAPPNAME="$tool"
if [ -z "${PGDATABASE-}" ] && [ -z "${PGSERVICE-}" ]; then
	export PGDATABASE=lsctl
fi

# sql [ARG...]: psql over a script on stdin, bare values on stdout.
sql() {
	PGOPTIONS="${PGOPTIONS-} -c client_min_messages=warning -c lock_timeout=10s" \
	    psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -f - "$@" 2>"$tmp/err"
}

# The same for what takes no time: also a server that stopped answering is noticed.
sql_soon() {
	PGOPTIONS="${PGOPTIONS-} -c client_min_messages=warning -c statement_timeout=10s" \
	    timeout 15 psql -XqAt -F "$tab" -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -f - "$@" 2>"$tmp/err"
	s=$?
	[ "$s" -ne 124 ] || echo 'FATAL: the server does not answer' >"$tmp/err"
	return "$s"
}

# The sysexits status for what psql's messages in $1 say happened.
status_of() {
	state=$(sed -n 's/.*[A-Z]:  \([0-9A-Z]\{5\}\): .*/\1/p' "$1" | head -n 1)
	case $state in
	42501 | 28*) echo 77 ;;
	08* | 53* | 57* | 55P03 | 40*) echo 75 ;;
	22* | 23* | P0001) echo 65 ;;
	'')
		if grep -qE 'authentication failed|pg_hba\.conf|role ".*" does not|permission denied' "$1"
		then echo 77
		elif grep -qE 'database ".*" does not exist' "$1"
		then echo 78
		else echo 75
		fi
		;;
	*) echo 78 ;;
	esac
}

# One line of psql's several, without its SQLSTATE and where in a script of ours it was.
line_of() {
	grep -m 1 -E 'ERROR:|FATAL:|rror:' "$1" | sed -e 's/^psql: error: //' -e 's/^psql:<stdin>:[0-9]*: //' \
	    -e 's/^psql:\(.*:[0-9]*\): /\1: /' -e 's/\(ERROR\|FATAL\):  [0-9A-Z]\{5\}: //' -e 's/^error: //' | grep . ||
	    head -n 1 "$1" | grep . || echo 'failed and did not say why'
}

# The last call failed.
fail() {
	[ -z "$verbose" ] || cat "$tmp/err" >&2
	die "$(status_of "$tmp/err")" "$(line_of "$tmp/err")"
}

# The same where the schema must be there.
fail_reading() {
	[ -z "$verbose" ] || cat "$tmp/err" >&2
	status=$(status_of "$tmp/err")
	[ "$status" -ne 78 ] || die 78 "$(line_of "$tmp/err"): lsctl-db status tells whether the schema is there"
	die "$status" "$(line_of "$tmp/err")"
}
