# SPDX-License-Identifier: ISC
# options.sh: reads the command line of a tool in shell by one table, as lib/base/options.c does for the tools in C;
# sourced after tool.sh. The script defines $about, the purpose of the tool in one line, and
#
#	commands	prints a line for each command: its name, its arguments, what it does. A tool without commands
#			has one line, whose name is a hyphen.
#	rows COMMAND	prints a line for each option of a command: its letter, its long name, the name of its value,
#			how the value is checked, what it does.
#	examples	prints lines to type; the help of a command prints those of the command.
#
# Fields are separated by tabs; a hyphen means none. scripts/dev/check-man reads the rows. A value is checked as
#
#	text		not empty
#	choice		one of the words in the name of the value: a|b
#	number:LOW:HIGH
#	time:MAX	a duration of 1 to MAX seconds
#	match%REGEX%WHAT	the regex matches all of it; the error says that it must be WHAT
#
# options_read ARG... sets $command, opt_NAME for each given option (a flag to 1, a time to its seconds), $quiet and
# $verbose, and $rest, the arguments quoted for eval; --help and --version exit. Variables that begin with o_ are for this file only.
# shellcheck shell=sh

# The options that all tools have.
options_common() {
	cat <<'END'
q	quiet	-	-	print warnings and errors only
v	verbose	-	-	print details, too
h	help	-	-	print this help
-	version	-	-	print the version
END
}

options_rows() {
	rows "$1"
	options_common
}

# -- durations --

# duration TEXT MAX: sets $seconds. Or false, and sets $reason.
duration() {
	case $1 in
	*s) seconds=${1%s} o_factor=1 ;;
	*m) seconds=${1%m} o_factor=60 ;;
	*h) seconds=${1%h} o_factor=3600 ;;
	*d) seconds=${1%d} o_factor=86400 ;;
	*) seconds=$1 o_factor=1 ;;
	esac
	case $seconds in
	'' | *[!0-9]*)
		reason='not a duration: write 90s, 10m, 2h or 1d'
		return 1
		;;
	esac
	for o_unit in d:86400 h:3600 m:60 s:1; do
		[ $(($2 % ${o_unit#*:})) -ne 0 ] || break
	done
	reason="must be 1s to $(($2 / ${o_unit#*:}))${o_unit%:*}"
	seconds=${seconds#"${seconds%%[!0]*}"}	# with a leading 0 it would be octal
	[ "${#seconds}" -le 9 ] && [ "${seconds:-0}" -ge 1 ] && [ $((seconds * o_factor)) -le "$2" ] || return
	seconds=$((seconds * o_factor))
}

# -- help --

# options_line LEFT TEXT
options_line() {
	if [ "${#1}" -gt 30 ]; then
		printf '%s\n%30s  %s\n' "$1" '' "$2"
	else
		printf '%-30s  %s\n' "$1" "$2"
	fi
}

options_forms() {
	o_word=usage:
	commands | while IFS=$tab read -r o_name o_args _; do
		[ "$o_name" = "$1" ] || continue
		[ "$o_name" = - ] && o_name='' || o_name=" $o_name"
		[ "$o_args" = - ] && o_args='' || o_args=" $o_args"
		printf '%s %s%s [OPTION...]%s\n' "$o_word" "$tool" "$o_name" "$o_args"
		o_word='      '
	done
}

options_usage() {
	if [ "$1" ]; then
		options_forms "$1"
	else
		echo "usage: $tool COMMAND [OPTION...] [ARGUMENT...]"
	fi
}

# options_help [COMMAND]
options_help() {
	options_usage "$1"
	echo
	case $1 in
	'' | -) echo "$about" ;;
	*) commands | awk -F '\t' -v n="$1" '$1 == n { print toupper(substr($3, 1, 1)) substr($3, 2) "."; exit }' ;;
	esac
	if [ -z "$1" ]; then
		printf '\nCommands:\n'
		commands | while IFS=$tab read -r o_name o_args o_text; do
			[ "$o_args" = - ] && o_args='' || o_args=" $o_args"
			options_line "  $o_name$o_args" "$o_text"
		done
		echo "'$tool COMMAND --help' prints the options of a command."
	fi
	printf '\nOptions:\n'
	if [ "$1" ]; then options_rows "$1"; else options_common; fi | while IFS=$tab read -r o_letter o_name o_value _ o_text; do
		[ "$o_letter" = - ] && o_letter='    ' || o_letter="-$o_letter, "
		[ "$o_value" = - ] && o_value='' || o_value=" $o_value"
		options_line "  $o_letter--$o_name$o_value" "$o_text"
	done
	examples | awk -v t="$tool" -v n="$1" '
	BEGIN	{ begin = n == "" || n == "-" ? "" : t " " n }
	index($0 " ", begin " ") == 1 || begin == "" || index($0, "| " begin) {
		if (shown++ == 0)
			print "\nExamples:"
		if (shown <= 2)
			print "  " $0
	}'
	printf '\nSee also: man %s\n' "$tool"
}

# -- errors --

# wrong TEXT...: reports an error with the usage and what to type next, and exits.
wrong() {
	case $command in
	'' | -) o_name='' ;;
	*) o_name=$command ;;
	esac
	# arguments may have more than one line, and control characters
	printf '%s: %s%s\n' "$tool" "${o_name:+$o_name: }" "$(printf '%s' "$*" | tr '\000-\037\177' '?')" >&2
	options_usage "$command" >&2
	echo "Try '$tool${o_name:+ $o_name} --help'." >&2
	exit 64
}

# must WHAT VALUE REGEX TEXT: exits with "WHAT: TEXT" unless VALUE is one line that the regex matches as a whole.
must() {
	case $2 in
	*"$nl"*) false ;;
	*) printf '%s\n' "$2" | grep -qE "$3" ;;
	esac || wrong "$1 $2: $4"
}

# "a|b|c" as "a, b or c".
options_words() {
	printf '%s\n' "$1" | sed 's/|/, /g; s/\(.*\), /\1 or /'
}

# options_check NAME VALUE: checks a value by the row that was found, and sets $o_checked.
options_check() {
	o_checked=$2
	case $o_row_check in
	text) [ -n "$2" ] || wrong "--$1: $o_row_value must not be empty" ;;
	choice)
		case "|$o_row_value|" in
		*"|$2|"*) ;;
		*) wrong "--$1 $2: must be $(options_words "$o_row_value")" ;;
		esac
		;;
	number:*)
		o_low=${o_row_check#number:} o_high=${o_row_check##*:}
		o_low=${o_low%:*}
		case $2 in
		'' | *[!0-9]* | 0?*) wrong "--$1 $2: not a number" ;;
		esac
		[ "${#2}" -le 9 ] && [ "$2" -ge "$o_low" ] && [ "$2" -le "$o_high" ] ||
		    wrong "--$1 $2: must be $o_low to $o_high"
		;;
	time:*)
		duration "$2" "${o_row_check#time:}" || wrong "--$1 $2: $reason"
		o_checked=$seconds
		;;
	match%*)
		o_row_what=${o_row_check##*%} o_row_check=${o_row_check#match%}
		must "--$1" "$2" "${o_row_check%\%*}" "must be $o_row_what"
		;;
	esac
}

# -- reading --

options_quoted() {
	case $1 in
	*\'*) printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/" ;;
	*) printf "'%s'\n" "$1" ;;
	esac
}

# options_find COMMAND NAME: finds the row of a long name, or of the beginning of one.
options_find() {
	o_found='' o_matches=''
	while IFS=$tab read -r _ o_name o_value o_row_check_of _; do
		case $o_name in
		"$2") o_found=$o_name o_row_value=$o_value o_row_check=$o_row_check_of o_matches=''; return ;;
		"$2"*)
			[ "$o_found" ] && o_matches="$o_found or --$o_name"
			o_found=$o_name o_row_value=$o_value o_row_check=$o_row_check_of
			;;
		esac
	done <<END
$(options_rows "$1")
END
	[ -z "$o_matches" ] || wrong "--$2: is it --$o_matches?"
	[ "$o_found" ] || wrong "--$2: no such option"
}

# options_find_letter COMMAND LETTER
options_find_letter() {
	while IFS=$tab read -r o_letter o_found o_row_value o_row_check _; do
		[ "$o_letter" != "$2" ] || return 0
	done <<END
$(options_rows "$1")
END
	wrong "-$2: no such option"
}

# underscore NAME: the name with an underscore for each dash, in $underscored. Without a process: a tool asks for many.
underscore() {
	underscored=$1
	while [ "$underscored" != "${underscored#*-}" ]; do
		underscored=${underscored%%-*}_${underscored#*-}
	done
}

# options_flag NAME: handles an option without a value.
options_flag() {
	case $1 in
	help) options_help "$command"; exit ;;
	version) echo "$tool $version"; exit ;;
	quiet) quiet=1 verbose='' ;;
	verbose) verbose=1 quiet='' ;;
	*) underscore "$1" && eval "opt_$underscored=1" ;;
	esac
}

# options_value NAME VALUE
options_value() {
	options_check "$1" "$2"
	underscore "$1"
	eval "opt_$underscored=\$o_checked"
}

# options_words_read COMMAND STOP ARG...: reads options; puts arguments into $rest. STOP: stops at the first argument.
options_words_read() {
	o_of=$1 o_stop=$2 rest=''
	shift 2
	while [ $# -gt 0 ]; do
		case $1 in
		--)
			shift
			break
			;;
		--*)
			o_word=${1#--}
			options_find "$o_of" "${o_word%%=*}"
			case $o_row_value,$o_word in
			-,*=*) wrong "--$o_found: takes no value" ;;
			-,*) options_flag "$o_found" ;;
			*=*) options_value "$o_found" "${o_word#*=}" ;;
			*)
				[ $# -gt 1 ] || wrong "--$o_found: $o_row_value is missing"
				options_value "$o_found" "$2"
				shift
				;;
			esac
			;;
		-?*)
			o_word=${1#-}
			options_find_letter "$o_of" "${o_word%"${o_word#?}"}"
			o_word=${o_word#?}
			if [ "$o_row_value" = - ]; then
				options_flag "$o_found"
				[ -z "$o_word" ] || { shift; set -- dropped "-$o_word" "$@"; }
			elif [ "$o_word" ]; then
				options_value "$o_found" "$o_word"
			else
				[ $# -gt 1 ] || wrong "--$o_found: $o_row_value is missing"
				options_value "$o_found" "$2"
				shift
			fi
			;;
		*)
			[ -z "$o_stop" ] || break
			rest="$rest $(options_quoted "$1")"
			;;
		esac
		shift
	done
	for o_word; do
		rest="$rest $(options_quoted "$o_word")"
	done
}

# options_count ARGS ARG...: checks the number of arguments. In ARGS, a word in brackets is optional, and a word with
# dots stands for any number.
options_count() {
	o_line=$1
	shift
	[ "$o_line" != - ] || o_line=''
	for o_word in $o_line; do
		case $o_word in
		\[*...\]) return ;;
		*...) [ $# -gt 0 ] && return ;;
		\[*) [ $# -gt 0 ] || return ;;
		esac
		[ $# -gt 0 ] || wrong "${o_word%...} is missing"
		shift
	done
	[ $# -eq 0 ] || wrong "$1: one argument too many"
}

options_read() {
	if commands | grep -q "^-$tab"; then
		command=-
	else
		command=''
		options_words_read '' stop "$@"
		eval "set -- $rest"
		[ $# -gt 0 ] || wrong 'which command?'
		options_command "$1"
		shift
	fi
	options_words_read "$command" '' "$@"
	eval "set -- $rest"
	options_count "$(commands | awk -F '\t' -v n="$command" '$1 == n { print $2; exit }')" "$@"
}

options_command() {
	commands | cut -f 1 | grep -qxF -e "$1" || wrong "$1: no such command"
	command=$1
}

# shellcheck disable=SC2046	# names
unset $(env | sed -n 's/^\(opt_[a-z_]*\)=.*/\1/p')	# variables of the environment must not look like options
