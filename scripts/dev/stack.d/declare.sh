# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Declares the stack's channels with the tools, as on any host. Changes of the user stay: each start sets only
# addresses and paths, which belong to the stack.

tool() {
	local name=$1
	shift
	"$bin/lsctl-$name" "$@" </dev/null || die "lsctl-$name $1 failed"
}

declare_host() {
	local kind=nginx
	[[ -z ${SRS-} ]] || kind=srs
	tool channel host set -q "$LSCTL_HOST" "server=$kind" "api_url=http://127.0.0.1:$API_PORT" \
	    "play_url=rtmp://127.0.0.1:$RTMP_PORT/live" "publish_url=rtmp://127.0.0.1:$RTMP_PORT/live"
}

# The key of a destination is a secret, so it is passed in a file and not as an argument; here it is the channel's name.
key_file() {
	(umask 077 && printf '%s\n' "$1" >tmp/key)
}

declare_channel() {
	local c=$1
	tool channel add -q "$c"
	key_file "$c"
	tool channel dest add -q "$c" youtube "rtmp://127.0.0.1:$DEST_PORT/youtube" --key-file tmp/key
	rm tmp/key
}

# A key is for one port, and this start may have another.
declare_port() {
	local c=$1 url=rtmp://127.0.0.1:$DEST_PORT/youtube
	[[ $("$bin/lsctl-channel" dest show --json "$c" youtube 2>/dev/null | jq -r .url) != "$url" ]] || return 0
	key_file "$c"
	"$bin/lsctl-channel" dest set -q "$c" youtube "url=$url" --key-file tmp/key 2>/dev/null ||
	    say "channel $c: its destination youtube is left as it is"
	rm tmp/key
}

declare_all() {
	local c known
	declare_host
	known=$("$bin/lsctl-channel" list --json | jq -r .name) || die 'lsctl-channel list failed'
	for c in "${channels[@]}"; do
		if grep -qxF -e "$c" <<<"$known"; then
			tool channel enable -q "$c"
			declare_port "$c"
		else
			declare_channel "$c"
			tool channel media -q "$c" loop "${card#media/}"
			tool channel media -q "$c" file "${card#media/}"
			continue
		fi
		if [[ -n ${LOOP-} ]]; then
			tool channel media -q "$c" loop "${card#media/}"
			tool channel media -q "$c" file "${card#media/}"
		fi
	done
	[[ -z ${CHANNELS-} ]] || while read -r c; do
		[[ -z $c || " ${channels[*]} " == *" $c "* ]] || tool channel disable -q "$c"
	done <<<"$known"
	tool keys new -q --all
}

# Prints what to type into OBS. It is secret, so it is stored nowhere.
keys_show() {
	local c
	for c in "${channels[@]}"; do
		printf '\n%s\n' "$c"
		"$bin/lsctl-keys" show "$c" | sed 's/^/  /'
	done
}
