#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What make install puts where, and that nothing stays; the package is what is installed, and Debian's own
# checker has nothing to say about it.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
	make --no-print-directory -s -C "$ROOT" O="${O:-build}" install DESTDIR="$BATS_FILE_TMPDIR/usr" PREFIX=/usr
}

setup() {
	setup_folder
	dest=$PWD/dest
}

teardown() {
	teardown_folder
}

installed_to() {
	make --no-print-directory -s -C "$ROOT" O="${O:-build}" DESTDIR="$dest" PREFIX="$1" "${2:-install}"
}

# By the tree and the file system's standard, and not by the make file.
expected() {
	(
		cd "$ROOT" || exit
		for f in cmd/lsctl-*/main.c scripts/lsctl-*; do
			f=${f%/main.c} f=${f##*/}
			echo "755 $1/bin/$f"
			[ "$f" = lsctl-hook ] || echo "644 $1/share/bash-completion/completions/$f"
		done
		for f in man/*.[1-8]; do
			echo "644 $1/share/man/man${f##*.}/${f#man/}"
		done
		{ find sql -name '*.sql' && find scripts/config scripts/lib scripts/monitoring -type f; } |
		    sed -e 's,^scripts/,,' -e "s,^,644 $1/share/lsctl/,"
		echo "644 $1/share/lsctl/lib/sqlstate.def"
		echo "644 $1/share/lsctl/openapi.json"
		find cmd/lsctl-web/pages -type f | sed "s,^cmd/lsctl-web,644 $1/share/lsctl,"
		find -L systemd -mindepth 1 -type f -name '*.*' | while read -r f; do
			case $f in
			*.sysusers) echo "644 $1/lib/sysusers.d/lsctl.conf" ;;
			*.tmpfiles) echo "644 $1/lib/tmpfiles.d/lsctl.conf" ;;
			*.environment) echo "644 $1/share/doc/lsctl/examples/lsctl.environment" ;;
			*) echo "644 $1/lib/systemd/system/${f#systemd/}" ;;
			esac
		done
		echo "644 $1/share/doc/lsctl/LICENSE"
		echo "644 $1/share/doc/lsctl/README.md"
		echo "644 $1/share/doc/lsctl/examples/reconcile-loop"
	) | LC_ALL=C sort
}

found() {
	find "$1" ! -type d -printf '%m /%P\n' | LC_ALL=C sort
}

# commands FOLDER: the programs of ours that its units start, one a line.
commands() {
	grep -rh '^Exec' "$1" | grep -oE "[^ '=+-]*lsctl-[a-z]+( |'|\$)" | tr -d "' "
}

# deb FILE VERSION: of what is built already.
deb() {
	mkdir out
	O=$ROOT/${O:-build} "$ROOT/scripts/dev/deb" "$2" out
	mv "out/lsctl_$2_$(dpkg --print-architecture).deb" "$1"
	rmdir out
}

@test "an install has every file of the tree that it should have, and no other" {
	for prefix in /usr /usr/local /opt/lsctl; do
		rm -rf "$dest"
		installed_to "$prefix"
		expected "$prefix" >expected
		found "$dest" >found
		diff expected found
		prints_nothing find "$dest" -type d ! -perm 755
	done
}

@test "uninstall removes every installed file, and no other" {
	mkdir -p "$dest/usr/local/share/doc/other" "$dest/usr/local/lib/systemd/system/nginx.service.d"
	touch "$dest/usr/local/bin.txt" "$dest/usr/local/lib/systemd/system/nginx.service.d/own.conf"
	installed_to /usr/local
	[ "$(found "$dest" | wc -l)" -gt 40 ]
	installed_to /usr/local uninstall
	found "$dest" >found
	cat found
	[ "$(wc -l <found)" -eq 2 ]
	prints_nothing find "$dest" -name '*lsctl*'
	[ -d "$dest/usr/local/share/doc/other" ]
}

@test "units run the tools of their own installation, under any prefix" {
	for prefix in /usr /usr/local /opt/lsctl; do
		rm -rf "$dest"
		installed_to "$prefix"
		commands "$dest$prefix/lib/systemd/system" >commands
		[ "$(wc -l <commands)" -ge 10 ]
		while read -r c; do
			echo "$c"
			[ "${c%/*}" = "$prefix/bin" ]
			[ -x "$dest$c" ]
		done <commands
	done
}

@test "systemd accepts each unit" {
	command -v systemd-analyze >/dev/null || skip "systemd is not installed"
	tree=$BATS_FILE_TMPDIR/usr
	mkdir planted
	printf '[Service]\nExecStart=/bin/true\nNonsense=yes\n' >planted/lsctl-planted.service
	for f in "$tree"/usr/lib/systemd/system/lsctl*.* planted/*; do
		[ -f "$f" ] || continue
		unit=${f##*/}
		echo "${unit/@./@x.}"
	done >units
	[ "$(wc -l <units)" -gt 10 ]
	# 1: it also looks for the programs, which are elsewhere
	# shellcheck disable=SC2046
	SYSTEMD_LOG_LEVEL=warning SYSTEMD_UNIT_PATH=$PWD/planted:$tree/usr/lib/systemd/system:/usr/lib/systemd/system \
	    systemd-analyze verify --man=no $(cat units) >said 2>&1 || [ $? -eq 1 ]
	sed -n '/lsctl/{ /is not executable/d; /Transaction/d; p; }' said >complaints
	cat complaints
	grep 'lsctl-planted.service.*Nonsense' complaints	# a fault is seen
	refute grep -v lsctl-planted complaints
}

# filters UNIT: the assignments to its filter of system calls, in the order in which systemd reads them.
filters() {
	local units=$BATS_FILE_TMPDIR/usr/usr/lib/systemd/system

	cat "$units/$1" "$units"/lsctl-.service.d/*.conf "$units/$1".d/*.conf 2>/dev/null | sed -n 's/^SystemCallFilter=//p'
}

@test "no unit may take a port, and those that unknown clients reach may bind nothing" {
	grep -x 'SocketBindDeny=any' "$BATS_FILE_TMPDIR"/usr/usr/lib/systemd/system/lsctl-.service.d/10-sandbox.conf
	refute grep -r '^SocketBindAllow=' "$BATS_FILE_TMPDIR"/usr/usr/lib/systemd/system
	for unit in lsctl-forward@.service lsctl-loop@.service lsctl-hook.service; do
		filters "$unit" >said
		[ "$(head -n 1 said)" = @system-service ]	# the first one decides: everything else is refused
		grep -x '~bind listen' said
	done
}

@test "installed tools print the version of the build, and find their files" {
	version=$(sed -n 's/^VERSION[[:space:]]*= *//p' "$ROOT/Makefile")
	for f in "$BATS_FILE_TMPDIR"/usr/usr/bin/*; do
		[ "$("$f" --version)" = "${f##*/} $version" ]
	done
	(. "$BATS_FILE_TMPDIR/usr/usr/share/doc/lsctl/examples/lsctl.environment")
}

@test "the package: the same bytes twice, the installed files, and lintian has nothing to say" {
	command -v dpkg-deb >/dev/null || skip "dpkg-deb is not installed"
	version=$(sed -n 's/^VERSION[[:space:]]*= *//p' "$ROOT/Makefile")
	deb one.deb "$version"
	deb two.deb "$version"
	cmp one.deb two.deb
	dpkg-deb -x one.deb "$dest"
	{
		expected /usr | sed -e '/\/examples\/lsctl.environment$/d; /\/doc\/lsctl\/LICENSE$/d' \
		    -e 's/\(\/man\/.*\)/\1.gz/'
		echo '644 /etc/lsctl/environment'
		echo '644 /usr/share/lintian/overrides/lsctl'
		for f in README.Debian changelog.gz copyright; do
			echo "644 /usr/share/doc/lsctl/$f"
		done
	} | LC_ALL=C sort >expected
	found "$dest" | diff expected -
	[ "$(dpkg-deb -f one.deb Version)" = "$version" ]
	[ "$(dpkg-deb --ctrl-tarfile one.deb | tar -xO ./conffiles)" = /etc/lsctl/environment ]
	dpkg-deb -c one.deb | refute grep -v ' root/root '
	for f in "$ROOT"/cmd/lsctl-*; do
		readelf -SW "$dest/usr/bin/${f##*/}" >sections
		grep -F ' .text ' sections
		refute grep -F .debug_info sections
	done
	command -v lintian >/dev/null || skip "lintian is not installed"
	run -0 --separate-stderr lintian --allow-root --pedantic -I one.deb
	[ -z "$output" ]
}

@test "a package of the next version has that version everywhere, and an entry in its changelog" {
	command -v dpkg-deb >/dev/null || skip "dpkg-deb is not installed"
	mkdir next
	(cd "$BIN/.." && cp -a bin lib cmd ./*.a version "$BATS_TEST_TMPDIR/next")
	O=$(realpath --relative-to="$ROOT" next)
	deb next.deb 9.8.7
	dpkg-deb -x next.deb "$dest"
	for f in "$dest"/usr/bin/*; do
		[ "$("$f" --version)" = "${f##*/} 9.8.7" ]
	done
	zcat "$dest/usr/share/doc/lsctl/changelog.gz" | sed -n 1p | grep -F '(9.8.7)'
	[ "$(dpkg-deb -f next.deb Version)" = 9.8.7 ]
}

@test "a version that Debian does not accept is refused" {
	run -64 --separate-stderr "$ROOT/scripts/dev/deb" v1
	[[ $stderr == *'a version begins with a digit'* ]]
}
