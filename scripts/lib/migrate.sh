# SPDX-License-Identifier: ISC
# migrate.sh: brings the schema in the database up to date with the files in $sql; a part of lsctl-db. MIGRATIONS in
# lsctl-db(8) says what a developer may change, and how.
# shellcheck shell=sh

# -- the files --

# Writes one line for each file to $tmp/files: kind, number, name, digest; in the order in which they run. Sets $last to
# the last number of tables.
list_files() {
	[ -r "$sql/roles.sql" ] || die 78 "$sql: has no migrations; set LSCTL_SQL to their folder"
	open=$(find -H "$sql" ! -type l -perm -002 | head -n 1)
	[ -z "$open" ] || die 78 "$open: everybody can change what runs in the database: chmod -R o-w $sql"
	set --
	last=0
	for f in "$sql"/tables/*.sql; do
		name=${f##*/}
		case $name in
		*[!a-z0-9_]*.sql) false ;;
		[0-9][0-9][0-9]_*) ;;
		*) false ;;
		esac || die 78 "$f: must be named as 001_what.sql"
		number=${name%%_*} number=${number#0} number=${number#0}
		[ "$number" -ne "$last" ] || die 78 "$f: its number is used twice"
		last=$number
		echo "tables $number ${name%.sql}" >&3
		set -- "$@" "$f"
	done 3>"$tmp/names"
	for f in "$sql"/functions/*.sql; do
		name=${f##*/}
		case $name in
		*[!a-z0-9_]*.sql) die 78 "$f: must be named as what.sql" ;;
		esac
		echo "functions - ${name%.sql}" >&3
		set -- "$@" "$f"
	done 3>>"$tmp/names"
	# All files run in one transaction, together with the record that they ran.
	bad=$(grep -liE '^[[:space:]]*(begin|commit|rollback|start[[:space:]]+transaction)[[:space:]]*;' "$@" | head -n 1)
	[ -z "$bad" ] || die 78 "$bad: must not begin or end a transaction"
	sha256sum "$@" >"$tmp/digests" || exit 74
	sed 's/^\\//; s/ .*//' "$tmp/digests" | paste -d ' ' "$tmp/names" - >"$tmp/files" || exit 74
}

# values KIND: prints a part of the list as SQL: (number, name, digest) of tables, (name, digest) of functions.
values() {
	awk -v kind="$1" '$1 == kind {
		printf "%s(%s\047%s\047, \047%s\047)", comma, kind == "tables" ? $2 ", " : "", $3, $4
		comma = ", "
	}' "$tmp/files"
}

# -- the database --

numbers() {
	echo "string_to_array(btrim(regexp_replace($1, '[^0-9]+', '.', 'g'), '.'), '.')::bigint[]"
}

# newer TEXT: prints SQL that tests whether a version is newer than this lsctl-db.
newer() {
	echo "$(numbers "$1") > $(numbers "'$version'")"
}

# Prints a statement that compares the files with the record of what ran.
consistent() {
	cat <<END
do \$check\$
declare
	r record;
begin
	for r in
		select m.name, f.name as here, m.number > $last as newer, f.digest = m.digest as same
		from lsctl.migration m left join (values $(values tables)) f (number, name, digest) using (number)
		order by m.number desc
	loop
		if r.newer then
			raise exception 'the database is newer than this lsctl-db: tables/% ran there, the newest here is tables/%',
				r.name, '$(sed -n "s/^tables $last \(.*\) .*/\1/p" "$tmp/files")' using errcode = 'LSCFG';
		elsif r.here is null then
			raise exception 'tables/% ran in the database, and its file is missing here', r.name
				using errcode = 'LSCFG';
		elsif not r.same or r.here <> r.name then
			raise exception 'tables/% was changed after it ran: undo that, and put the change into a new file',
				r.name using errcode = 'LSCFG';
		end if;
	end loop;
	select f.name, (select max(number) from lsctl.migration) as newest into r
		from (values $(values tables)) f (number, name, digest)
		where f.number < (select max(number) from lsctl.migration)
		and f.number not in (select number from lsctl.migration);
	if found then
		raise exception 'tables/% comes too late: number % ran already', r.name, r.newest
			using errcode = 'LSCFG';
	end if;
	select f.version into r from lsctl.function_file f where $(newer f.version) limit 1;
	if found then
		raise exception 'the database is newer than this lsctl-db: its functions are of version %, this is %',
			r.version, '$version' using errcode = 'LSCFG';
	end if;
end \$check\$;
END
}

# Prints the statements that make the schema, and the two tables that record what ran.
record_script() {
	cat <<END
create schema if not exists lsctl;
grant usage on schema lsctl to $roles;
select format('grant connect, temporary on database %I to $roles', datname) from pg_database
	where datname = current_database() and pg_has_role(datdba, 'member')
\gexec
create table if not exists lsctl.migration (
	number		integer primary key,
	name		text not null,
	digest		text not null,		-- SHA-256 of the file that ran
	applied_at	timestamptz not null default now(),
	applied_by	text not null default session_user
);
create table if not exists lsctl.function_file (
	name		text primary key,
	digest		text not null,
	version		text not null,		-- of the lsctl-db that applied it
	applied_at	timestamptz not null default now(),
	applied_by	text not null default session_user
);
grant select on lsctl.migration, lsctl.function_file to $roles;
END
}

# tables_script CHANGED: prints the statements that run the files of tables that did not run yet.
tables_script() {
	printf '%s\n' "\\set changed $1"
	sed -n 's/^tables //p' "$tmp/files" | while read -r number name digest; do
		cat <<END
select not exists (select from lsctl.migration where number = $number) as todo \gset
\if :todo
\echo lsctl-db: tables/$name
set local search_path = lsctl, pg_catalog;
\i :dir/tables/$name.sql
insert into lsctl.migration (number, name, digest) values ($number, '$name', '$digest');
\set changed true
\endif
END
	done
}

# Prints a \i for each file of functions, in the order of their names.
functions_each() {
	sed -n 's/^functions - \(.*\) .*/\\i :dir\/functions\/\1.sql/p' "$tmp/files"
}

# If CHANGED, or a file of functions or a table changed, all files of functions run, so that a change that breaks another
# function fails. They run twice, so that they may use each other in any order: the first time bodies are not checked,
# the second time they are. In between all rights are revoked; the second run grants them again, so they are what the
# files say.
functions_script() {
	cat <<END
select 'lsctl-db: functions/' || f.name
	from (values $(values functions)) f (name, digest) left join lsctl.function_file a using (name)
	where f.digest is distinct from a.digest order by f.name;
select :changed or exists (
	select from (values $(values functions)) f (name, digest) full join lsctl.function_file a using (name)
	where f.digest is distinct from a.digest) as changed \gset
\if :changed
set local search_path = lsctl, pg_catalog;
set local check_function_bodies = off;
$(functions_each)
revoke all on all functions in schema lsctl from public, $roles;
set local check_function_bodies = on;
$(functions_each)
delete from lsctl.function_file a
	where not exists (select from (values $(values functions)) f (name, digest) where f.name = a.name);
insert into lsctl.function_file (name, digest, version)
	select name, digest, '$version' from (values $(values functions)) f (name, digest)
	on conflict (name) do update set digest = excluded.digest, version = excluded.version,
		applied_at = excluded.applied_at, applied_by = excluded.applied_by
	where function_file.digest <> excluded.digest;
\endif
END
}

# migrated_script CHANGED: prints what brings a recorded schema up to date.
migrated_script() {
	tables_script "$1"
	functions_script
}

migration_script() {
	cat <<END
$lock
begin;
set local role lsctl_owner;
$(record_script)
$(consistent)
$(migrated_script false)
commit;
END
}

# Copies stdin to stderr, unless -q is given.
progress() {
	if [ "$quiet" ]; then cat >/dev/null; else cat >&2; fi
}

# Compares the files with the database; prints a line for each: name, state, time. Needs no right to write.
compare() {
	sql_soon >"$tmp/applied" <<END || return
select to_regclass('lsctl.function_file') is not null as there \gset
\if :there
select 'tables', number, name, digest, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
	from lsctl.migration order by number;
select 'functions', '-', name, digest, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	$(newer version) from lsctl.function_file;
\endif
END
	awk -F '[ \t]' -v last="$last" '
	FILENAME == ARGV[1] {
		key = $1 == "tables" ? $2 : $3
		name[$1, key] = $3; digest[$1, key] = $4; at[$1, key] = $5; newer[$1, key] = $6 == "t"
		if ($1 == "tables" && $2 > top)
			top = $2 + 0
		next
	}
	{
		key = $1 == "tables" ? $2 : $3
		here[$1, key] = 1
		known = ($1, key) in name
		same = known && name[$1, key] == $3 && digest[$1, key] == $4
	}
	!known			{ print $1 "/" $3, ($1 == "tables" && $2 + 0 < top ? "late" : "pending"), "-"; next }
	$1 == "tables"		{ print $1 "/" $3, (same ? "applied" : "changed"), at[$1, key]; next }
				{ print $1 "/" $3, (newer[$1, key] ? "newer" : same ? "applied" : "pending"), at[$1, key] }
	END {
		for (n = 1; n <= top; n++)
			if (("tables", n) in name && !(("tables", n) in here))
				print "tables/" name["tables", n], (n > last ? "newer" : "missing"), at["tables", n]
	}' "$tmp/applied" "$tmp/files"
}

# Makes roles that a later version added. A login that may not create roles needs all of them to exist.
make_roles() {
	names=$(grep -o "'lsctl_[a-z]*'" "$sql/roles.sql" | tr -d "'" | sort -u | tr '\n' ' ')
	sql -v names="${names% }" -v file="$sql/roles.sql" >"$tmp/missing" <<END || fail
$lock
select rolsuper or rolcreaterole as may from pg_roles where rolname = current_user \gset
\if :may
\i :file
\endif
select r from unnest(string_to_array(:'names', ' ')) r where r not in (select rolname from pg_roles);
END
	grep '^lsctl-db: ' "$tmp/missing" | progress
	missing=$(grep -m 1 '^lsctl_' "$tmp/missing") || return 0
	die 77 "the server has no role $missing: run lsctl-db init as a login that may create roles"
}

# -- the commands --

migrate() {
	list_files
	if [ "$dry" ]; then
		compare >"$tmp/compared" || fail
		! grep -qE ' (changed|missing|newer|late) ' "$tmp/compared" ||
		    die 78 "$(sed -n -E 's/^(.*) (changed|missing|newer|late) .*/\1 is \2; see lsctl-db status/p' \
			"$tmp/compared" | head -n 1)"
		sed -n 's/^\(.*\) pending .*/\1/p' "$tmp/compared"
		return
	fi
	make_roles
	migration_script >"$tmp/script"
	{ sql -v dir="$sql" <"$tmp/script" || echo $? >"$tmp/failed"; } | progress
	[ ! -e "$tmp/failed" ] || fail 'the schema is as it was'
}

status() {
	list_files
	if ! compare >"$tmp/compared"; then
		# a database that does not exist yet is an answer, and no failure
		[ "$(sqlstate_of "$tmp/err")" = 3D000 ] && [ -n "${PGDATABASE-}" ] || fail
		report "there is no database $PGDATABASE: make it with lsctl-db init"
		sed 's|^\([a-z]*\) [^ ]* \([^ ]*\) .*|\1/\2 pending -|' "$tmp/files" >"$tmp/compared"
	fi
	if [ "$json" ]; then
		sed -e 's/^\(.*\) \(.*\) \(.*\)/{"file":"\1","state":"\2","at":"\3"}/' -e 's/"at":"-"/"at":null/' \
		    "$tmp/compared"
	else
		awk 'BEGIN { printf "%-32s %-8s %s\n", "FILE", "STATE", "APPLIED" }
		{ printf "%-32s %-8s %s\n", $1, $2, $3 }' "$tmp/compared"
	fi
	! grep -qE ' (changed|missing|newer|late) ' "$tmp/compared" || exit 78
	! grep -q ' pending ' "$tmp/compared" || exit 1
}
