# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Shows the state of the stack: on a terminal one line for each channel, redrawn in place; else a line
# when something changes, and every ten seconds.

declare -A shown_key=() shown_at=()
drawn=0				# lines of the block on the terminal
[[ -t 1 ]] && terminal=yes || terminal=

# say TEXT: prints a message above the block.
say() {
	[[ -n $1 ]] || return 0
	screen_wipe
	printf '%s\n' "$1"
}

screen_wipe() {
	((drawn > 0)) && printf '\e[%dF\e[J' "$drawn"
	drawn=0
}

screen_end() {
	drawn=0
}

screen_greet() {
	[[ -n ${STACK_BACKGROUND-} ]] || keys_show	# its output is a log
	cat <<END

no OBS at hand?
  ffmpeg -re -f lavfi -i testsrc2=s=1280x720:r=30 -f lavfi -i sine=f=330:r=48000 -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 60 -b:v 2500k -c:a aac -ac 2 -f flv 'rtmp://127.0.0.1:$RTMP_PORT/live/STREAM-KEY'

look after it with the tools, in a shell of its own
  . $PWD/env.sh
  lsctl-health; lsctl-channel show; lsctl-switch ${channels[0]} --to loop --for 1m

Ctrl-C, or scripts/dev/stack stop, ends it all; logs are in $PWD/log

END
	[[ -n ${STACK_BACKGROUND-} ]] || account_show
}

# Writes the status of each forwarder to a file, which it replaces as a whole. A person can add channels.
screen_fetch() {
	local c
	for c in units/forward-*; do
		c=${c#units/forward-}
		[[ $c == *.stop || $c == '*' || " ${channels[*]} " == *" $c "* ]] || channels+=("$c")
	done
	for c in "${channels[@]}"; do
		"$bin/lsctl-forward" ctl "forward/$c.sock" status >"tmp/$c.json" 2>/dev/null ||
		    printf '{"channel":"%s","state":"DOWN","on_air":null}\n' "$c" >"tmp/$c.json"
		mv -f "tmp/$c.json" "status/$c.json"
	done
}

# Prints these files as tab-separated fields.
screen_lines() {
	jq -r -f "$lib/lines.jq" status/*.json 2>/dev/null
}

screen_show() {
	local channel state tone key rest text color reset=$'\e[m'
	# A terminal that closes signals its session leader only, which may be a make(1) that waits for this script.
	[[ -z $terminal || -t 1 ]] || stopping=HUP
	[[ -z $stopping ]] || return
	screen_fetch
	log_trim
	[[ -n $terminal ]] && screen_wipe
	while IFS=$'\t' read -r channel state tone key rest; do
		printf -v text '%-14s %-12s %s' "$channel" "$state" "$rest"
		if [[ -z $terminal ]]; then
			[[ ${shown_key[$channel]-} == "$state $key" ]] &&
			    ((SECONDS - shown_at[$channel] < 10)) && continue
			shown_key[$channel]="$state $key"
			shown_at[$channel]=$SECONDS
			printf '%(%H:%M:%S)T %s\n' -1 "$text"
			continue
		fi
		text=${text:0:${COLUMNS:-80}-1}
		case $tone in
		good) color=$'\e[32m' ;;
		fair) color=$'\e[33m' ;;
		*) color=$'\e[31m' ;;
		esac
		[[ -z ${NO_COLOR-} ]] && text=${text/ $state/ $color$state$reset}
		printf '%s\n' "$text"
		drawn=$((drawn + 1))
	done < <(screen_lines)
}

# Truncates large logs to their end; the parts append to them.
log_trim() {
	local f
	((SECONDS % 60 == 0)) || return
	find log -name '*.log' -size +8M | while IFS= read -r f; do
		tail -c 1M "$f" >"$f.old" && : >"$f"
	done
}
