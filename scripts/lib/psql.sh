# SPDX-License-Identifier: ISC
# psql.sh: PostgreSQL under deadlines, from shell; sourced after tool.sh, with $lib as its folder. Messages of the last
# call are in $tmp/err.
# shellcheck shell=sh

# shellcheck source=sqlstate.sh
. "$lib/sqlstate.sh"

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

# One line of psql's several, without its SQLSTATE and where in a script of ours it was.
line_of() {
	grep -m 1 -E 'ERROR:|FATAL:|rror:' "$1" | sed -e 's/^psql: error: //' -e 's/^psql:<stdin>:[0-9]*: //' \
	    -e 's/^psql:\(.*:[0-9]*\): /\1: /' -e 's/\(ERROR\|FATAL\):  [0-9A-Z]\{5\}: //' -e 's/^error: //' | grep . ||
	    head -n 1 "$1" | grep . || echo 'failed and did not say why'
}

# fail [TEXT]: the last call failed.
fail() {
	[ -z "$verbose" ] || cat "$tmp/err" >&2
	die "$(sqlstate_exit "$(sqlstate_of "$tmp/err")")" "$(line_of "$tmp/err")${1:+; $1}"
}

# The same of a tool that needs the schema to be there.
fail_reading() {
	[ "$(sqlstate_exit "$(sqlstate_of "$tmp/err")")" = 78 ] || fail
	fail 'lsctl-db status tells whether the schema is there'
}
