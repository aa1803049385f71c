# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# The stack's own database: a cluster in the state folder that listens on a Unix socket only, which no other user
# can reach. The server refuses to run as root, so root runs it as another user.

database_user=			# the user that runs it, if this script is root
database_home=			# folder of the data, by a path that this user can enter

# Prints the folder of the programs: of the cluster's version if there is a cluster, else of the newest one.
database_programs() {
	local dir
	for dir in "/usr/lib/postgresql/$(cat pg/data/PG_VERSION 2>/dev/null)/bin" \
	    $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t / -k 5 -n -r); do
		[[ -x $dir/initdb && -x $dir/postgres ]] && printf '%s' "$dir" && return
	done
	dir=$(command -v initdb) && printf '%s' "${dir%/initdb}"
}

# Replaces this (sub)shell with a program that runs as that user.
database_become() {
	cd "$database_home" || exit 73
	if [[ -n $database_user ]]; then
		exec 9>&- setsid setpriv --reuid "$database_user" --regid "$(id -g "$database_user")" \
		    --clear-groups --pdeathsig TERM -- "$@"
	fi
	become "$@"
}

# If the user cannot enter the folder of root, the cluster is elsewhere, and pg is a link to it.
database_place() {
	local far
	[[ -e pg ]] || rm -f pg		# a dangling link
	mkdir -p pg
	if [[ -n $database_user ]]; then
		chmod 711 .
		chown "$database_user" pg || exit 73
		database_home=/
		if ! (database_become test -w "$PWD/pg"); then
			far=/var/lib/lsctl-stack/$(printf '%s' "$PWD" | sha256sum | cut -c1-16)
			say "user $database_user may not go to $PWD: the database is in $far"
			mkdir -p "$far" && chmod 711 /var/lib/lsctl-stack && chown "$database_user" "$far" || exit 73
			rm -d pg 2>/dev/null || rm -f pg
			ln -sfn "$far" pg
		fi
	fi
	database_home=$(realpath pg)
	# A short path that both users can enter: the path of a socket has at most 107 bytes.
	[[ -z $(cat pgsocket 2>/dev/null) ]] || rm -rf "$(cat pgsocket)"
	PGHOST=$(mktemp -d /tmp/lsctl-pg.XXXXXX) || exit 73
	printf '%s' "$PGHOST" >pgsocket
	[[ -z $database_user ]] || chown "$database_user" "$PGHOST"
}

database_settings() {
	unset PGSERVICE PGSERVICEFILE PGHOSTADDR PGPASSWORD PGPASSFILE PGOPTIONS PGSSLMODE
	export PGHOST PGPORT=5432 PGUSER=lsctl PGDATABASE=lsctl
}

database_make() {
	[[ -s pg/data/PG_VERSION ]] && return
	say 'making the database (once)'
	(database_become "$database_bin/initdb" -D "$database_home/data" -U lsctl -A trust -E UTF8 --locale=C.UTF-8 \
	    --no-instructions) >log/initdb.log 2>&1 </dev/null ||
	    die "the database cannot be made, see $PWD/log/initdb.log"
}

# Runs the part "database".
database_exec() {
	database_become "$database_bin/postgres" -D "$database_home/data" -c listen_addresses= \
	    -c unix_socket_directories="$PGHOST" -c unix_socket_permissions=0700 \
	    -c shared_buffers=32MB -c max_connections=40 -c log_min_messages=warning
}

# Starts the database, waits for it, and migrates its schema.
database_up() {
	if ((EUID == 0)); then
		database_user=$(id -un postgres 2>/dev/null || echo nobody)
	fi
	database_bin=$(database_programs)
	[[ -n $database_bin ]] || die 'no PostgreSQL server is installed: run make deps'
	database_place
	database_settings
	database_make
	part_add database
	"$bin/lsctl-db" wait -q 30 || die "the database does not start, see $PWD/log/database.log"
	[[ -z $stopping ]] || exit 0
	LSCTL_SQL=$top/sql "$bin/lsctl-db" init -q || die 'the database cannot be brought up to date'
}

database_end() {
	[[ -z ${PGHOST-} || $PGHOST != /tmp/lsctl-pg.* ]] || rm -rf "$PGHOST" pgsocket
}
