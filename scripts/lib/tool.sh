# SPDX-License-Identifier: ISC
# tool.sh: the start of every tool in shell: messages, exit, temporary files. The script that sources it has set $tool,
# its name, and $here, its folder.
# shellcheck shell=sh

version=@VERSION@	# make install fills it in
case $version in
@*) version=$(sed -n 's/^VERSION[[:space:]]*= *//p' "$here/../Makefile") ;;
esac
tab=$(printf '\t') nl='
'
quiet='' verbose='' half=''

# report TEXT...: prints a message, unless -q is given.
report() {
	[ "$quiet" ] || printf '%s: %s\n' "$tool" "$*" >&2
}

# die STATUS TEXT...
die() {
	status=$1
	shift
	printf '%s: %s\n' "$tool" "$*" >&2
	exit "$status"
}

# need PROGRAM...: exits unless they are installed.
need() {
	for p; do
		command -v "$p" >/dev/null || die 69 "$p is not installed"
	done
}

# Makes a temporary folder, $tmp. At any exit it is removed, and so is $half, a file that is being written.
temp_make() {
	tmp=$(mktemp -d) || exit 73
	trap temp_remove EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# shellcheck disable=SC2317	# the trap calls it
temp_remove() {
	rm -rf "$tmp" ${half:+"$half"}
}
