# SPDX-License-Identifier: ISC
# dump.awk: lets nothing of a dump pass but its data. Its input is what "pg_restore -a" prints, without bytes of zero.
# lsctl-db(8), THE CONTENTS OF A BACKUP, says why.
#
# Without "only" it prints what the dump has, a line each, with tabs between the fields:
#	table		NAME	COLUMNS		COLUMNS as in COPY, or nothing
#	sequence	NAME	VALUE, CALLED
#	migration	NAME	NUMBER
# With only=TABLE it prints the rows of this table, in the text format of COPY. It exits with 65 where the input has
# anything else than a dump has, and prints that line to stderr; and where the input ends too early.

BEGIN {
	FS = OFS = "\t"
	name = "([a-z_][a-z0-9_]*|\"[a-z_][a-z0-9_]*\")"
	copy = "^COPY lsctl\\." name " (\\(" name "(, " name ")*\\))? ?FROM stdin;$"
	set = "^SET [a-z_]+ = [a-z0-9]+;$"
}

function refuse() {
	print substr($0, 1, 100) >"/dev/stderr"
	ended = 65
	exit ended
}

function check(field, pattern) {
	if (!(field in column) || $column[field] !~ pattern || length($column[field]) > 64)
		refuse()
}

# What the server and this tool print of the records of what ran.
function check_record() {
	check("name", "^[a-z0-9_]+$")
	check("digest", "^[0-9a-f]+$")
	if (table == "function_file") {
		check("version", "^[0-9a-z.~+-]+$")
		return
	}
	check("number", "^[0-9]+$")
	if (only == "")
		print "migration", $column["name"], $column["number"]
}

function begin_table(	columns, names, n) {
	table = $0
	sub(/^COPY lsctl\./, "", table)
	sub(/ .*/, "", table)
	gsub(/"/, "", table)
	if (table in seen || (only != "" && table != only))
		refuse()
	seen[table] = inside = 1
	if (match($0, /\(.*\)/))
		columns = substr($0, RSTART, RLENGTH)
	if (only == "")
		print "table", table, columns
	record = table == "migration" || table == "function_file"
	gsub(/[()" ]/, "", columns)
	split("", column)
	for (n = split(columns, names, ","); n > 0; n--)
		column[names[n]] = n
}

inside && $0 == "\\." { inside = 0; next }
inside && substr($0, 1, 2) == "\\." { refuse() }	# psql and the server end a table at other forms of it, too
inside && record { check_record() }
inside { if (only != "") print; next }

/^$/ || /^--/ || /^\\(un)?restrict [0-9A-Za-z]+$/ { next }
$0 == "SET client_encoding = 'UTF8';" || $0 ~ set { next }
$0 == "SELECT pg_catalog.set_config('search_path', '', false);" { next }
$0 ~ copy { begin_table(); next }
/^SELECT pg_catalog\.setval\('lsctl\.[a-z_][a-z0-9_]*', [0-9]+, (true|false)\);$/ {
	if (only != "")
		refuse()
	split($0, part, /'lsctl\.|', |\);/)
	print "sequence", part[2], part[3]
	next
}
{ refuse() }

END { exit ended ? ended : inside ? 65 : 0 }
