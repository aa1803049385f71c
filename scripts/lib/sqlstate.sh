# SPDX-License-Identifier: ISC
# sqlstate.sh: finds the cause of a failure of psql. The script that sources it has set $lib, the folder of this file.
# shellcheck shell=sh

# sqlstate_exit STATE: prints the exit status for an SQLSTATE, by the table that the C tools use, too.
sqlstate_exit() {
	table=$lib/sqlstate.def
	[ -r "$table" ] || table=$lib/../../lib/control/sqlstate.def	# the source tree
	sed -n 's/^SQLSTATE("\([0-9A-Z]*\)", \([0-9]*\)).*/\2 \1/p' "$table" | while read -r status class; do
		case $1 in
		"$class"*)
			echo "$status"
			break
			;;
		esac
	done
}

# sqlstate_of FILE: prints the SQLSTATE in psql's messages, which it prints where VERBOSITY is verbose.
sqlstate_of() {
	state=$(sed -n 's/.*[A-Z]:  \([0-9A-Z]\{5\}\): .*/\1/p' "$1" | head -n 1)
	[ -n "$state" ] || state=$(sqlstate_of_connection)
	echo "$state"
}

# psql does not print the SQLSTATE of a connection that failed, and the text is in the server's language. So this asks
# the server: does it accept connections; may this login connect to another database; does this database exist? If the
# server has no connection left for any database, the result is that of a login that it refuses.
sqlstate_of_connection() {
	pg_isready -q && ready=0 || ready=$?
	case $ready in
	0)
		timeout 15 psql -XqAt -d postgres -v db="${PGDATABASE-}" -f - 2>/dev/null <<'END' || echo 28000
select case when d.oid is null then '3D000'
	when not has_database_privilege(d.oid, 'connect') then '42501'
	else '53300' end
	from (select) s left join pg_database d on d.datname = :'db';
END
		;;
	3) echo F0000 ;;	# pg_isready could not try: an error in the service file or in a variable
	*) echo 08006 ;;
	esac
}
