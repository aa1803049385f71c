# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# What may follow, for bash: read out of the tools' own --help, so that there is nothing to keep in step. Names come
# from the database, if it answers within a second.

# _lsctl_names WORD: what may stand for a word of a usage; $tool, $cmd and $channel are what was typed before it.
_lsctl_names() {
	local show=(env PGCONNECT_TIMEOUT=1 timeout 2 lsctl-channel)
	case $1 in
	CHANNEL) "${show[@]}" list --json | jq -r .name ;;
	SOURCE) "${show[@]}" list --json | jq -r --arg c "$channel" 'select(.name == $c).sources[].name' ;;
	NAME)
		case $tool$cmd in
		lsctl-config*) lsctl-config list | sed 1d | cut -d ' ' -f 1 ;;
		lsctl-useradd) ;;
		lsctl-user*) env PGCONNECT_TIMEOUT=1 timeout 2 lsctl-user list --json | jq -r .name ;;
		*source*) cmd='' _lsctl_names SOURCE ;;
		*) "${show[@]}" dest show --json "$channel" | jq -r .name ;;
		esac
		;;
	HOST) "${show[@]}" host list --json | jq -r .name ;;
	CODE) lsctl-alert list --json | jq -r --arg c "$channel" 'select(.channel // "-" == $c).code' ;;
	WAY) jq -r '.ways | keys[]' "${LSCTL_ALERTS:-/etc/lsctl/alerts}" ;;
	[a-z]*) echo "$1" ;;
	esac 2>/dev/null
}

# The commands of a tool, a line each: its words, of which there are one or two, without its arguments.
_lsctl_commands() {
	"$tool" --help 2>/dev/null | sed -n '/^Commands:/,/^[^ C]/s/^  \([a-z]\)/\1/p' |
	    sed -E 's/^([a-z-]+( [a-z-]+)?)( .*)?$/\1/'
}

# The options of a command, a line each, with what its value is called.
_lsctl_options() {
	"$tool" "$@" --help 2>/dev/null | sed -nE '/^Options:/,/^$/s/^  (-., |    )(--[a-z-]+)(\[=|[ ]?)([^] ]*).*/\2 \4/p' |
	    sed -E 's/ $//'
}

# The forms of a command, a line each: its arguments without brackets.
_lsctl_forms() {
	"$tool" "$@" --help 2>/dev/null | sed -n '1,/^$/s/.*\[OPTION\.\.\.\]//p' |
	    sed -E 's/ \| /\n/g' | sed -E 's/ [<>][A-Z]+//g; s/[][]//g'
}

# _lsctl_value OPTION: what its value is called; nothing when it has none.
_lsctl_value() {
	printf '%s\n' "${options[@]}" | sed -n "s/^$1 //p"
}

# What may stand in a place: words, and names.
_lsctl_offer() {
	local one
	for one in ${1//|/ }; do
		mapfile -t -O "${#offer[@]}" offer < <(_lsctl_names "${one%...}")
	done
}

# _lsctl_argument WORD...: the place in a form that comes after what was typed. An option of it is none.
_lsctl_argument() {
	local t form=()
	while [[ ${1-} ]]; do
		if [[ $1 != --* ]]; then
			form+=("$1")
		elif [[ $(_lsctl_value "$1") ]]; then
			shift
		fi
		shift
	done
	set -- "${form[@]}"
	for t in "${typed[@]}"; do
		[[ ${1-} ]] || return 0
		[[ $1 != CHANNEL* ]] || channel=$t
		[[ $1 == *[A-Z]* || "|$1|" == *"|$t|"* ]] || return 0
		[[ $1 == *... ]] || shift
	done
	_lsctl_offer "${1-}"
}

_lsctl() {
	local tool=${1##*/} word=$2 before=${COMP_WORDS[COMP_CWORD - 1]} cmd='' channel='' value='' skip='' line w
	local typed=() offer=() words=() commands=() options=()
	for w in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $w == -* ]] || typed+=("$w")
	done
	mapfile -t commands < <(_lsctl_commands)
	for line in "${commands[@]}"; do
		[[ "${typed[*]} " != "$line "* ]] || cmd=$line
	done
	read -ra words <<<"$cmd"
	mapfile -t options < <(_lsctl_options "${words[@]}")
	typed=()
	for w in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		if [[ $w == -* ]]; then
			skip=$(_lsctl_value "$w")
		elif [[ $skip ]]; then
			skip=
		else
			typed+=("$w")
		fi
	done
	typed=("${typed[@]:${#words[@]}}")
	value=$(_lsctl_value "$before")
	if [[ $value ]]; then
		channel=${typed[0]-}
		_lsctl_offer "$value"
	elif [[ $word == -* ]]; then
		offer=("${options[@]%% *}")
	elif [[ ! $cmd && ${#commands[@]} -gt 0 ]]; then
		for line in "${commands[@]}"; do
			if [[ ! ${typed[0]-} ]]; then
				offer+=("${line%% *}")
			elif [[ $line == "${typed[0]} "* ]]; then
				offer+=("${line#* }")
			fi
		done
	fi
	if [[ ! $value && $word != -* ]]; then
		while read -ra words; do
			_lsctl_argument "${words[@]}"
		done < <(_lsctl_forms "${words[@]}")
	fi
	mapfile -t COMPREPLY < <(compgen -W "${offer[*]}" -- "$word" | sort -u)
}

complete -o default -F _lsctl lsctl-act lsctl-alert lsctl-channel lsctl-config lsctl-db lsctl-events lsctl-forward \
    lsctl-health lsctl-keys lsctl-loop lsctl-switch lsctl-top lsctl-user lsctl-web
