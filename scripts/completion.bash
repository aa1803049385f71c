# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# What may follow, for bash: read out of the tools' own --help, so that there is nothing to keep in step. Names come
# from the database, if it answers within a second.

# _lsctl_names WORD [CHANNEL]: what may stand for a word of a usage.
_lsctl_names() {
	local show=(env PGCONNECT_TIMEOUT=1 timeout 2 lsctl-channel)
	case $1 in
	CHANNEL*) "${show[@]}" list --json | jq -r .name ;;
	SOURCE) "${show[@]}" list --json | jq -r --arg c "$2" 'select(.name == $c).sources[].name' ;;
	NAME)
		case $tool in
		lsctl-config) lsctl-config list | cut -d ' ' -f 1 ;;
		*) "${show[@]}" dest show --json "$2" | jq -r .name ;;
		esac
		;;
	HOST) "${show[@]}" host list --json | jq -r .name ;;
	[a-z]*) echo "$1" ;;
	esac 2>/dev/null
}

# Each form of a usage on one line, an option and its value as one word: --grace=TIME.
_lsctl_forms() {
	"$1" --help 2>/dev/null | awk -v tool="$1" '
	{ sub(/^usage: */, " ") }
	index($0, "| " tool) { sub(/.*\| /, " ") }
	$1 == tool { if (form != "") print form; form = "" }
	{ form = form " " $0 }
	END { print form }' | sed -E 's/\[=[A-Z]+\]//g; s/([ []--?[a-z-]+) ([A-Z][^] ]*)/\1=\2/g; s/ > .*//; s/[][]/ /g; s/ \| / /g'
}

_lsctl() {
	local tool=${1##*/} word=$2 before=${COMP_WORDS[COMP_CWORD - 1]} w at i channel skip=''
	local typed=() offer=() words=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		w=${COMP_WORDS[i]}
		if [[ $w == -* ]]; then
			skip=
			_lsctl_forms "$tool" | grep -qe " $w=" && skip=1
		elif [[ $skip ]]; then
			skip=
		else
			typed+=("$w")
		fi
	done
	while read -ra words; do
		at=0 channel=
		for w in "${words[@]:1}"; do
			if [[ $w == "$before="* ]]; then	# the value of the option that was typed
				IFS='|' read -ra words <<<"${w#*=}"
				offer=()
				for i in "${words[@]}"; do
					mapfile -t -O "${#offer[@]}" offer < <(_lsctl_names "$i" "${channel:-${typed[0]}}")
				done
				break 2
			elif [[ $w == -* ]]; then
				[[ $w == --* ]] && offer+=("${w%%=*}")
			elif ((at < ${#typed[@]})); then
				[[ $w == CHANNEL* ]] && channel=${typed[at]}
				[[ $w != [a-z]* || "|$w|" == *"|${typed[at]}|"* ]] || continue 2
				((++at))
			else
				for i in ${w//|/ }; do
					mapfile -t -O "${#offer[@]}" offer < <(_lsctl_names "$i" "$channel")
				done
				[[ $w == *... ]] || at=1000
				((at < 1000)) || break
			fi
		done
	done < <(_lsctl_forms "$tool")
	mapfile -t COMPREPLY < <(compgen -W "${offer[*]}" -- "$word" | sort -u)
}

complete -o default -F _lsctl lsctl-alert lsctl-channel lsctl-config lsctl-db lsctl-events lsctl-forward lsctl-health \
    lsctl-keys lsctl-loop lsctl-switch
