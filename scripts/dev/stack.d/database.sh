# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# The stack's own database: a cluster in the state folder that listens on a Unix socket alone, and that
# nobody else may use. The server refuses to be root, so root has another user run it.

database_user=			# who runs it, when that is not us
database_home=			# where data is, by a path that it can go

# The folder of the programs: of the cluster's version when there is a cluster, else the newest.
database_programs() {
	local dir
	for dir in "/usr/lib/postgresql/$(cat pg/data/PG_VERSION 2>/dev/null)/bin" \
	    $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t / -k 5 -n -r); do
		[[ -x $dir/initdb && -x $dir/postgres ]] && printf '%s' "$dir" && return
	done
	dir=$(command -v initdb) && printf '%s' "${dir%/initdb}"
}

# Runs in place of this (sub)shell, as the user that may.
database_become() {
	cd "$database_home" || exit 73
	if [[ -n $database_user ]]; then
		exec 9>&- setsid setpriv --reuid "$database_user" --regid "$(id -g "$database_user")" \
		    --clear-groups --pdeathsig TERM -- "$@"
	fi
	become "$@"
}

# Where root's folder lets nobody else in, the cluster is elsewhere, and pg leads there.
database_place() {
	local far
	[[ -e pg ]] || rm -f pg		# a link to what is gone
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
	# Short, and where both users can go: a socket's path has 107 bytes at most.
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

# What the part "database" is.
database_exec() {
	database_become "$database_bin/postgres" -D "$database_home/data" -c listen_addresses= \
	    -c unix_socket_directories="$PGHOST" -c unix_socket_permissions=0700 \
	    -c shared_buffers=32MB -c max_connections=40 -c log_min_messages=warning
}

# Starts it, waits for it, brings its schema up to date.
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
