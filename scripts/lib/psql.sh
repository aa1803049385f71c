# SPDX-License-Identifier: ISC
# psql.sh: calls PostgreSQL with deadlines; sourced after tool.sh, with $lib as its folder. The messages of the last
# call are in $tmp/err.
# shellcheck shell=sh

# shellcheck source=sqlstate.sh
. "$lib/sqlstate.sh"

# The deadline for a server that does not answer.
: "${PGCONNECT_TIMEOUT:=5}"
export PGCONNECT_TIMEOUT PGAPPNAME="$tool"
if [ -z "${PGDATABASE-}" ] && [ -z "${PGSERVICE-}" ]; then
	export PGDATABASE=lsctl
fi

# sql [ARG...]: runs psql with the script on stdin; prints bare values.
sql() {
	PGOPTIONS="${PGOPTIONS-} -c client_min_messages=warning -c search_path=pg_catalog -c lock_timeout=10s" \
	    psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -f - "$@" 2>"$tmp/err"
}

# The same for short statements: it also detects a server that stopped answering.
sql_soon() {
	PGOPTIONS="${PGOPTIONS-} -c client_min_messages=warning -c search_path=pg_catalog -c statement_timeout=10s" \
	    timeout 15 psql -XqAt -F "$tab" -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -f - "$@" 2>"$tmp/err"
	s=$?
	[ "$s" -ne 124 ] || echo 'FATAL: the server does not answer' >"$tmp/err"
	return "$s"
}

# Removes control characters, which data of others may bring into a message.
printable() {
	tr -d '\000-\010\013-\037\177'
}

# line_of FILE: prints the most important line of psql's messages, without the SQLSTATE and the place in the script.
line_of() {
	printable <"$1" >"$tmp/line"
	grep -m 1 -E 'ERROR:|FATAL:|rror:' "$tmp/line" | sed -e 's/^psql: error: //' -e 's/^psql:<stdin>:[0-9]*: //' \
	    -e 's/^psql:\(.*:[0-9]*\): /\1: /' -e 's/\(ERROR\|FATAL\):  [0-9A-Z]\{5\}: //' -e 's/^error: //' | grep . ||
	    head -n 1 "$tmp/line" | grep . || echo 'failed without a message'
}

# fail [TEXT]: exits with the reason why the last call failed.
fail() {
	[ -z "$verbose" ] || printable <"$tmp/err" >&2
	die "$(sqlstate_exit "$(sqlstate_of "$tmp/err")")" "$(line_of "$tmp/err")${1:+; $1}"
}

# The same for a tool that needs the schema.
fail_reading() {
	[ "$(sqlstate_exit "$(sqlstate_of "$tmp/err")")" = 78 ] || fail
	fail 'lsctl-db status tells whether the schema is there'
}
