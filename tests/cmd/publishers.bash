# SPDX-License-Identifier: ISC
# For command tests over a database: publishers, as the hook and the media server know them.

# token CHANNEL SOURCE: what it is now.
token() {
	"$BIN/lsctl-keys" show "$1" "$2" | sed -n 's/^Stream key: .*?token=//p'
}

# publish STREAM TOKEN [CLIENT]: does the hook let it in?
publish() {
	local body

	body=$(printf '{"action":"on_publish","client_id":"%s","ip":"127.0.0.1","vhost":"__defaultVhost__","app":"live","stream":"%s","param":"?token=%s"}' "${3:-c1}" "$1" "$2")
	[ "$(printf %s "$body" | REQUEST_METHOD=POST CONTENT_TYPE=application/json \
	    CONTENT_LENGTH=${#body} "$BIN/lsctl-hook" 2>/dev/null | sed '1,/^\r*$/d')" = 0 ]
}

# media_server NAME...: an SRS that NAMEs publish to.
media_server() {
	mkdir -p srs
	jq -n '{code: 0, service: "s", streams: [$ARGS.positional[] | {id: ("s-" + .), name: ., vhost: "v",
	    app: "live", publish: {active: true, cid: ("id-" + gsub("_"; "-"))}}]}' --args "$@" >srs/streams.json
	jq -n '{code: 0, service: "s", clients: [$ARGS.positional[] | {id: ("id-" + gsub("_"; "-")), ip: "127.0.0.1",
	    url: ("/live/" + .), name: ., type: "fmle-publish", publish: true, alive: 60}]}' --args "$@" >srs/clients.json
	start srs python3 "$ROOT/tests/lib/srs" srs
	await test -s srs.out
	one "update host set api_url = 'http://127.0.0.1:$(cat srs.out)'"
}

# declared_channel SERVER: channel krishna on this host, with tokens; a supervisor that runs nothing, and a media server of
# this kind that does not answer.
declared_channel() {
	mkdir -p run state/media
	printf '#!/bin/sh\n' >supervisor
	chmod +x supervisor
	export LSCTL_SUPERVISOR=$PWD/supervisor
	"$BIN/lsctl-channel" -q host set testhost server="$1" api_url=http://127.0.0.1:9
	"$BIN/lsctl-channel" -q add krishna
	"$BIN/lsctl-keys" init 2>/dev/null
	"$BIN/lsctl-keys" new --all >/dev/null
}
