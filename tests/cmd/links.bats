#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A tool's link set is a row in the Makefile, and the row is a promise.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

is_static() {
	grep -q "^$1_LD[[:space:]]*=.*-static-pie" "$ROOT/Makefile"
}

# promised TOOL: what its row may need, a library a line; nothing when it is in it already.
promised() {
	if is_static "$1"; then
		return
	fi
	sed -n "s/^$1_LD[[:space:]]*=//p" "$ROOT/Makefile" | tr -s ' \t' '\n' |
	    sed -n 's/^-l//p'
	echo c
}

# needed TOOL: what it needs, by the linker's names.
needed() {
	readelf -d "$BIN/$1" | sed -n 's/.*(NEEDED).*\[lib\(.*\)\.so.*\].*/\1/p'
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	read -r -a tools < <(make -s -C "$ROOT" --eval='tools:;@echo $(TOOLS)' tools)
	[ "${#tools[@]}" -ge 11 ]
}

@test "each tool needs the libraries that its row names" {
	for tool in "${tools[@]}"; do
		promised "$tool" | sort >promised
		needed "$tool" | sort >needed
		echo "$tool: promised but not needed, and needed but not promised:"
		diff promised needed
	done
}

@test "the media plane links nothing of the control plane" {
	for tool in lsctl-forward lsctl-loop; do
		echo "$tool"
		grep -q 'libforward\.a(serve\.o)' "$ROOT/${O:-build}/$tool.map"
		refute grep -E 'lib(control|server|health|alert)\.a' "$ROOT/${O:-build}/$tool.map"
	done
}

@test "each tool links the folders of lib/ that its row names" {
	for tool in "${tools[@]}"; do
		echo "$tool"
		{
			sed -n "s/^${tool}_LIBS[[:space:]]*=//p; s/^BASE[[:space:]]*=//p" "$ROOT/Makefile"
			if grep -q "^${tool}_LIBS.*MEDIA" "$ROOT/Makefile"; then
				sed -n 's/^MEDIA[[:space:]]*=//p' "$ROOT/Makefile"
			fi
		} | tr -s ' \t' '\n' | grep -v -e '^$' -e MEDIA | sort -u >promised
		grep -o '/lib[a-z]*\.a([a-z0-9_]*\.o)' "$ROOT/${O:-build}/$tool.map" | sed 's,^/lib,,; s/\.a.*//' | grep -xf <(ls "$ROOT/lib") | sort -u >linked
		comm -13 promised linked | refute grep .
	done
}

@test "the media plane reaches neither a database nor HTTP" {
	for tool in lsctl-forward lsctl-loop; do
		echo "$tool"
		needed "$tool" >needed
		refute grep -x -e pq -e 'curl.*' needed
	done
}

@test "the hook reaches no database, no HTTP and no master key" {
	nm "$BIN/lsctl-hook" >symbols
	grep -q ' FCGX_Accept_r$' symbols
	refute grep -E ' (PQ|curl_|EVP_|master_key_|seal)' symbols
}

@test "what answers the API reaches no master key, and runs no program" {
	nm "$BIN/lsctl-web" >symbols
	grep -q ' FCGX_Accept_r$' symbols
	refute grep -E ' (EVP_|master_key_|seal|crypt|exec[vl]|posix_spawn|system@|popen)' symbols
}

@test "each tool is hardened" {
	for tool in "${tools[@]}"; do
		echo "$tool"
		readelf -h "$BIN/$tool" | grep 'Type: *DYN'
		readelf -lW "$BIN/$tool" | grep GNU_RELRO
		readelf -dW "$BIN/$tool" | grep -e BIND_NOW -e 'Flags:.*NOW'
		readelf -lW "$BIN/$tool" | grep 'GNU_STACK' | grep 'RW '
		readelf -sW "$BIN/$tool" | grep ' __stack_chk_fail'
		readelf -sW "$BIN/$tool" | grep -E ' __[a-z]+_chk(@|$| )'
	done
}

@test "each object is compiled with what the compiler has against overflows and wild jumps" {
	flags=$(make -s -C "$ROOT" --eval 'print:; @echo $(HARDEN)' print)
	# shellcheck disable=SC2086	# flags
	[ "$(echo _FORTIFY_SOURCE | ${CC:-cc} $flags -O2 -E -P -x c - | tail -n 1)" = 3 ]
	for flag in -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero; do
		if echo | ${CC:-cc} -Werror "$flag" -x c -c -o probe.o - 2>/dev/null; then
			grep -q -F -e "$flag" <<<"$flags"
		fi
	done
	if [ "$(uname -m)" = x86_64 ]; then
		find "$ROOT/${O:-build}/lib" "$ROOT/${O:-build}/cmd" -name '*.o' >objects
		[ "$(wc -l <objects)" -gt 100 ]
		while read -r object; do
			readelf -n "$object" >notes
			grep -q 'x86 feature: IBT, SHSTK' notes
		done <objects
	fi
}

@test "the same source gives the same bytes, wherever it is built" {
	for folder in here some/where/else; do
		mkdir -p "$folder"
		cp -R "$ROOT/Makefile" "$ROOT/cmd" "$ROOT/lib" "$folder"
		mkdir "$folder/scripts"
		make -s -j2 -C "$folder" O=build build/bin/lsctl-alert
	done
	cmp here/build/bin/lsctl-alert some/where/else/build/bin/lsctl-alert
	refute grep -q -a -F -e "$PWD" here/build/bin/lsctl-alert
}
