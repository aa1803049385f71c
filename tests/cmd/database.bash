# SPDX-License-Identifier: ISC
# For command tests over a PostgreSQL of their own, loaded after helpers: a server for a file of tests, and in it a
# database for each. A file that needs more at its start has a setup_file of its own, which begins with
# database_server.

database_server() {
	"$ROOT/tests/lib/pg" start "$BATS_FILE_TMPDIR/pg" >"$BATS_FILE_TMPDIR/env"
}

setup_file() {
	database_server
}

teardown_file() {
	"$ROOT/tests/lib/pg" stop "$BATS_FILE_TMPDIR/pg" immediate
}

# The test's folder and database, and nothing of the environment that the tests run in.
setup_database() {
	setup_folder
	# shellcheck disable=SC1091
	. "$BATS_FILE_TMPDIR/env"
	psql -Xq -d postgres -c "create database t$BATS_TEST_NUMBER template lsctl strategy file_copy"
	export PGDATABASE=t$BATS_TEST_NUMBER LSCTL_HOST=testhost LSCTL_RUN=$PWD/run LSCTL_STATE=$PWD/state
	export LSCTL_MASTER_KEY_FILE=$PWD/etc/master.key
	unset CREDENTIALS_DIRECTORY LSCTL_SERVER_AUTH_FILE LSCTL_CONFIG
}

teardown() {
	teardown_folder
}

# one SQL: a value, of the superuser's.
one() {
	psql -XqAt -v ON_ERROR_STOP=1 -c 'set search_path = lsctl' -c "$1"
}
