# SPDX-License-Identifier: ISC
# restore.sh: makes the schema from the files in $sql, and loads the data of a dump into it; a part of lsctl-db. No code
# of a dump is ever run: dump.awk lets only data pass, and psql reads them from programs of their own, apart from the
# script. WHAT A BACKUP CAN DO in lsctl-db(8) says what that means.
# shellcheck shell=sh

# -- the file --

# folder_private FILE: exits if everybody can replace files in the folder of FILE.
folder_private() {
	folder=$(dirname -- "$1")
	[ -z "$(find -L "$folder" -maxdepth 0 -perm -002 ! -perm -1000)" ] ||
	    die 78 "$folder: everybody can replace files in it: chmod o-w $folder"
}

# file_private FILE: exits if others than its owner may have written FILE, and warns if they can read it.
file_private() {
	folder_private "$1"
	[ -z "$(find -L "$1" -maxdepth 0 -perm /022)" ] ||
	    die 78 "$1: others can change it: check where it comes from, then chmod 600 $1"
	[ -z "$(find -L "$folder" -maxdepth 0 -perm -002)" ] ||
	    [ -z "$(find -L "$1" -maxdepth 0 ! -uid 0 ! -uid "$(id -u)")" ] ||
	    die 78 "$1: is another user's, in a folder of all users: check where it comes from, and copy it to one of yours"
	[ -z "$(find -L "$1" -maxdepth 0 -perm /044)" ] ||
	    printf '%s: %s: others can read it: chmod 600 %s\n' "$tool" "$1" "$1" >&2
}

# Prints what dump.awk lets pass of a dump, or of its table $only. psql runs it, too, so its arguments are variables.
# shellcheck disable=SC2016,SC2089,SC2090	# eval reads it
dump_data='pg_restore -Fc -a ${only:+-t "$only"} -f - "$dump" 2>"$dump_errors" | tr -d "\000" |
	awk -v only="$only" -f "$dump_filter"'

# read_dump FILE: exits unless FILE is a backup. Writes what it has to $tmp/contents, and sets $newest to the number of
# the newest migration that ran there.
read_dump() {
	case $1 in
	/*) dump=$1 ;;
	*) dump=./$1 ;;
	esac
	[ -r "$dump" ] && [ -f "$dump" ] || die 66 "$1: cannot be read"
	file_private "$dump"
	dump_filter=$lib/dump.awk dump_errors=$tmp/broken
	# shellcheck disable=SC2090
	export dump dump_data dump_filter dump_errors
	only='' complete=1
	eval "$dump_data" >"$tmp/contents" 2>"$tmp/refused" || complete=''
	[ ! -s "$tmp/refused" ] ||
	    die 65 "$1: has what no backup has, and nothing of it ran: $(head -n 1 "$tmp/refused" | printable)"
	[ ! -s "$tmp/broken" ] || die 65 "$1: $(line_of "$tmp/broken"); nothing was changed"
	[ "$complete" ] || die 65 "$1: is not complete; nothing was changed"
	# pg_restore passes over a table whose entry is damaged when it is asked for this table alone
	[ "$(pg_restore -l "$dump" 2>/dev/null | grep -c ' TABLE DATA lsctl ')" = "$(grep -c "^table$tab" "$tmp/contents")" ] ||
	    die 65 "$1: a table in it is damaged; nothing was changed"
	grep -q "^table${tab}migration$tab" "$tmp/contents" || die 65 "$1: is not a backup of lsctl's"
	newest=$(sed -n "s/^migration$tab.*$tab//p" "$tmp/contents" | sort -n | tail -n 1)
	newest=${newest:-0}
}

# -- the script --

# load GREP-ARG...: prints the commands that load the tables whose lines in $tmp/contents grep finds. psql reads the
# rows from a program: they end where the program ends, whatever they hold, and psql fails where the program fails.
load() {
	grep "^table$tab" "$tmp/contents" | grep "$@" | while IFS=$tab read -r _ table columns; do
		printf "\\\\copy lsctl.%s %s from program 'only=%s; eval \"\$dump_data\"'\n" "$table" "$columns" "$table"
	done
}

# Prints the statements that run the files of tables that ran in the dump.
tables_of_dump() {
	sed -n 's/^tables //p' "$tmp/files" | while read -r number name _; do
		[ "$number" -gt "$newest" ] || printf '\\i :dir/tables/%s.sql\n' "$name"
	done
}

# Prints the statements that load the dump into the schema that its migrations made. Rows that migrations insert are in
# the dump, as they became. A foreign key does not hold until all tables are loaded, so it is made again at the end.
data_script() {
	cat <<END
set local search_path = pg_catalog;
select 'truncate ' || string_agg(oid::regclass::text, ', ') from pg_class
	where relnamespace = 'lsctl'::regnamespace and relkind = 'r' and relname not in ('migration', 'function_file')
\gexec
select string_agg(format('alter table %s drop constraint %I;', conrelid::regclass, conname), ' ') as drop_keys,
	string_agg(format('alter table %s add constraint %I %s;', conrelid::regclass, conname,
		pg_get_constraintdef(oid)), ' ') as add_keys
	from pg_constraint where contype = 'f' and connamespace = 'lsctl'::regnamespace
\gset
:drop_keys
$(load -v -E "$records")
$(sed -n "s/^sequence$tab\(.*\)$tab\(.*\)/select setval('lsctl.\1', \2) as ignored \\\\gset/p" "$tmp/contents")
set constraints all immediate;
:add_keys
do \$check\$
declare
	missing name;
begin
	select relname into missing from pg_class where relnamespace = 'lsctl'::regnamespace and relkind in ('r', 'S')
		and relname not in ($(sed -n -E "s/^(table|sequence)$tab([a-z0-9_]*)$tab.*/'\2',/p" "$tmp/contents") '');
	if found then
		raise exception 'has no data of %', missing;
	end if;
end \$check\$;
END
}

# Prints the statements that end what may have ended since the dump: sessions and links come back with it.
signed_out_script() {
	echo "update lsctl.credential set revoked_at = now() where kind = 'session' and revoked_at is null;"
	echo 'delete from lsctl.account_link;'
}

# restore_script OWNER: prints one transaction that makes the schema as OWNER, and loads the dump. Without its last
# line, the server rolls back.
restore_script() {
	records="^table$tab(migration|function_file)$tab"
	cat <<END
$lock
select to_regnamespace('lsctl') is not null as there \gset
\if :there
\if :force
\else
\echo refused
\q
\endif
\endif
begin;
set client_encoding = 'UTF8';
set local role $1;
drop schema if exists lsctl cascade;
$(record_script)
$(load -E "$records")
$(consistent)
select coalesce((select name from lsctl.migration order by number desc limit 1), '-') as newest \gset
set local search_path = lsctl, pg_catalog;
$(tables_of_dump)
$(data_script)
END
	# the record of the functions came with the dump, and they did not
	[ "$1" != lsctl_owner ] || {
		migrated_script true
		signed_out_script
	}
	printf '%s\n' 'commit;' '\echo restored'
}

# -- the commands --

# replay FILE SQL-ARG...: runs $tmp/script; the server's answer is in $tmp/out.
replay() {
	file=$1
	shift
	if ! sql "$@" <"$tmp/script" >"$tmp/out"; then
		state=$(sqlstate_of "$tmp/err")
		case $state,$(sqlstate_exit "$state") in
		LSCFG,* | *,75 | *,77) fail ;;
		esac
		die 65 "$file: $(line_of "$tmp/err"); nothing was changed"
	fi
}

restore() {
	list_files
	read_dump "$1"
	make_database
	restore_script lsctl_owner >"$tmp/script"
	replay "$1" -v force="$force" -v dir="$sql"
	case $(tail -n 1 "$tmp/out") in
	refused) die 73 "database $PGDATABASE has lsctl's data already; --force replaces it" ;;
	restored) ;;
	*) die 65 "$1: is not complete; nothing was changed" ;;
	esac
	grep '^lsctl-db: ' "$tmp/out" | progress
	report "database $PGDATABASE was restored from $1"
}
