#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The ways in through a proxy, by what lsctl-config prints: TLS ends in nginx, or in something else that speaks the
# PROXY protocol, as Traefik does. Who may publish does; nobody may play for the proxy's being of this machine. A
# network of the test's own, with an address that is no loopback one.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

setup_file() {
	database_server
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=live.example.org \
	    -keyout "$BATS_FILE_TMPDIR/key.pem" -out "$BATS_FILE_TMPDIR/cert.pem" 2>/dev/null
	chmod 644 "$BATS_FILE_TMPDIR/key.pem"
}

setup() {
	[ "$(id -u)" -eq 0 ] && unshare -n ip link >/dev/null 2>&1 || skip 'only root has a network of its own'
	for m in rtmp stream; do
		[ -e "/usr/lib/nginx/modules/ngx_${m}_module.so" ] || skip "nginx has no $m module"
	done
	setup_database
	export LSCTL_HOST=studio PATH=$BIN:$PATH
	cert=(--cert "$BATS_FILE_TMPDIR/cert.pem" --key "$BATS_FILE_TMPDIR/key.pem")
	mkdir -p run state/spool state/www conf tmp
	start net unshare -n sh -c 'ip link set lo up && ip addr add 192.0.2.1/32 dev lo && exec sleep infinity'
	in=(nsenter -t "$pid" -n --)
	await eval '"${in[@]}" ip addr show dev lo 2>/dev/null | grep -q 192.0.2.1'
}

# host SERVER PUBLISH-URL [PLAY-URL]: with a channel, its token in $token, and the hook.
host() {
	lsctl-channel host set -q studio "server=$1" "publish_url=$2" "play_url=${3:-rtmp://127.0.0.1/live}"
	lsctl-channel add -q krishna
	lsctl-keys init -q
	lsctl-keys new -q --all
	token=$(lsctl-keys show --json krishna obs | jq -r .stream_key)
	lsctl-config nginx-hook -q -o conf/hook.conf
	start hook "${in[@]}" "$BIN/lsctl-hook" -l run/hook.sock
	await test -S run/hook.sock
}

# nginx MAIN HTTP: with what goes into it and into its http, besides conf/hook.conf.
web() {
	{
		echo "user root; daemon off; master_process off; worker_processes 1; pid $PWD/tmp/pid; error_log stderr warn;"
		echo 'load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;'
		echo 'load_module /usr/lib/nginx/modules/ngx_stream_module.so;'
		printf 'events { worker_connections 256; }\n%s\nhttp { access_log off;\n' "$1"
		for p in client_body proxy fastcgi uwsgi scgi; do
			echo "${p}_temp_path $PWD/tmp/$p;"
		done
		printf 'include hook.conf;\n%s }\n' "$2"
	} >conf/nginx.conf
	start web "${in[@]}" nginx -e stderr -c "$PWD/conf/nginx.conf"
	await eval '"${in[@]}" curl -s -o /dev/null http://127.0.0.1:8085/'
}

# encoder NAME URL
encoder() {
	start "$1" "${in[@]}" ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=160x90:r=30 -f lavfi -i sine \
	    -c:v libx264 -preset ultrafast -g 30 -c:a aac -ac 2 -f flv "$2"
}

# plays URL: a second of it.
plays() {
	# ffmpeg 7 exits with an errno, 251 for an error of input
	"${in[@]}" timeout 8 ffmpeg -nostdin -v error -i "$1" -t 1 -f null - </dev/null >played 2>&1 || return 1
	[ ! -s played ]
}

# event KIND WHY ADDRESS
event() {
	jq -en --arg k "$1" --arg w "$2" --arg a "$3" \
	    'any(inputs; .kind == $k and (.reason // "") == $w and .detail.address == $a)' state/spool/events >/dev/null
}

# ways URL PLAY-URL ADDRESS: what must hold, where encoders come to URL, and the server sees ADDRESS.
ways() {
	encoder refused "$1/krishna_obs?token=wrong"
	finish "$pid"
	[ "$status" -ne 0 ]
	rm refused.err
	await event publish-refused wrong-token "$3"
	encoder encoder "$1/$token"
	encoder=$pid
	await event publish-allowed '' "$3"
	await plays "$2/krishna_obs"
	refute plays "$1/krishna_obs"
	kill -0 "$encoder"
	plays "$2/krishna_obs"
}

@test "nginx, TLS by nginx: the hook gets the address of the client, and a network that may play can play" {
	host nginx rtmps://live.example.org/live
	lsctl-config nginx-rtmp -q -o conf/rtmp.conf
	lsctl-config nginx-rtmps -q -o conf/rtmps.conf "${cert[@]}"
	lsctl-config nginx-api -q -o conf/api.conf
	web 'include rtmp.conf; include rtmps.conf;' 'include api.conf;'
	ways rtmps://192.0.2.1/live rtmp://127.0.0.1/live 192.0.2.1
	await event play-refused wrong-place 192.0.2.1
	refute plays rtmp://192.0.2.1/live/krishna_obs		# nothing else listens to the outside
	refute plays rtmp://127.0.0.1:1936/live/krishna_obs	# nor lets anybody in who does not say who
	lsctl-channel set -q krishna play_from=192.0.2.0/24
	stat -c '%i %Y' state/acl >before
	run -69 lsctl-switch -q </dev/null	# nothing can be started here; the access list is written
	refute grep -x "$(stat -c '%i %Y' state/acl)" before
	plays rtmps://192.0.2.1/live/krishna_obs
	"${in[@]}" curl -s http://127.0.0.1:1985/stat | grep '<publishing/>'
}

@test "nginx, behind a proxy that ends TLS" {
	host nginx rtmp://live.example.org/live rtmp://127.0.0.1:1937/live
	lsctl-config nginx-rtmp -q -o conf/rtmp.conf
	web 'include rtmp.conf;
	    stream { server { listen 1935; proxy_protocol on; proxy_pass 127.0.0.1:1936; } }' ''
	ways rtmp://192.0.2.1/live rtmp://127.0.0.1:1937/live 192.0.2.1
	await event play-refused wrong-place 192.0.2.1
}

srs() {
	[ -x "${SRS-}" ] || skip 'SRS= tells of no SRS'
	host srs "$@"
	lsctl-config srs -q -o conf/srs.conf
	start srs "${in[@]}" "$SRS" -c conf/srs.conf
	await eval '"${in[@]}" curl -sf http://127.0.0.1:1985/api/v1/versions >/dev/null'
}

@test "SRS, TLS by nginx: nobody can play from the address of the proxy" {
	srs rtmps://live.example.org/live
	lsctl-config nginx-rtmps -q -o conf/rtmps.conf "${cert[@]}"
	web 'include rtmps.conf;' ''
	ways rtmps://192.0.2.1/live rtmp://127.0.0.1/live 127.0.0.2
}

@test "SRS, behind a proxy that ends TLS" {
	srs rtmps://live.example.org/live
	lsctl-config nginx-rtmps -q -o conf/rtmps.conf --no-tls
	sed -i '$d' conf/rtmps.conf	# the proxy's own part goes into the same stream
	cat >>conf/rtmps.conf <<-END
		server { listen 443 ssl; ssl_certificate ${cert[1]}; ssl_certificate_key ${cert[3]};
		    proxy_protocol on; proxy_pass 127.0.0.1:1936; }
		}
	END
	web 'include rtmps.conf;' ''
	ways rtmps://192.0.2.1/live rtmp://127.0.0.1/live 127.0.0.2
}

# previews URL: what this machine publishes there becomes files of the channel; nobody plays it. elsewhere URL: another
# address cannot publish there.
previews() {
	encoder preview "$1"
	AWAIT_S=60 await eval 'grep -qs "\.ts$" state/www/hls/krishna/index.m3u8'
	[ "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 state/www/hls/krishna/index.m3u8 | grep . |
	    sort -u | paste -sd ' ')" = 'aac h264' ]
	refute plays "$1"
}

elsewhere() {
	encoder elsewhere "$1"
	finish "$pid"
	[ "$status" -ne 0 ]
	rm elsewhere.err
	[ ! -e state/www/hls/rama ]
}

@test "nginx: a preview becomes files for the pages, which only this machine makes" {
	host nginx rtmp://live.example.org/live
	lsctl-config nginx-rtmp -q -o conf/rtmp.conf
	web 'include rtmp.conf;' ''
	previews rtmp://127.0.0.1:1938/preview/krishna
	elsewhere rtmp://192.0.2.1:1938/preview/rama
	lsctl-config nginx-rtmp -q --preview-port 0 >none
	refute grep preview/ none
	run -78 lsctl-config nginx-rtmp --preview-port 1935
}

@test "SRS: a preview becomes files for the pages, which only this machine makes" {
	srs rtmp://live.example.org/live
	web '' ''
	previews 'rtmp://127.0.0.1/preview?vhost=preview/krishna'
	elsewhere 'rtmp://192.0.2.1/preview?vhost=preview/rama'
}

# page [OPTION...] PATH: the status of the answer.
page() {
	"${in[@]}" curl -s -k -o body -D head -w '%{http_code}' --resolve live.example.org:8443:192.0.2.1 \
	    --resolve live.example.org:80:192.0.2.1 "${@:1:$# - 1}" "${base-https://live.example.org:8443}${*: -1}"
}

# The API without a database, which says who it is: 401.
api() {
	start api env -u PGHOST "$BIN/lsctl-web" --workers 2 --listen run/web.sock
	api=$pid
	await test -S run/web.sock
}

pages_hold() {
	[ "$(page /api/v1/session)" = 401 ]
	[ "$(jq -r .code body)" = unauthenticated ]
	grep -qi '^strict-transport-security: max-age=31536000' head
	grep -qi "^content-security-policy: default-src 'none'" head
	refute grep -i '^server: nginx/' head
	[ "$(page /api/v1/openapi.json)" = 200 ]
	[ "$(page -X POST /api/v1/openapi.json)" = 403 ]
	# what was put there for accounts is for nobody else
	mkdir -p state/www/hls/krishna state/www/thumbnails/krishna
	touch state/www/status.json state/www/hls/krishna/x.ts
	[ "$(page /hls/krishna/x.ts)" = 401 ]
	[ "$(page /hls/krishna/none.ts)" = 401 ]
	[ "$(page /thumbnails/krishna/obs.jpg)" = 401 ]
	for path in /status.json /hls/status.json /hls/ /may /may?channel=krishna /stat /control/drop/publisher /cgi/lsctl-web \
	    /api/ /api/v2/status /openapi.json /pages/ /none; do
		[ "$(page "$path")" = 404 ] || { echo "$path"; false; }
	done
	[ "$(page --path-as-is /hls/krishna/../../../acl)" -ge 400 ]
	[ "$(page --path-as-is /hls/krishna/../../status.json)" -ge 400 ]
	[ "$(page --path-as-is /api/v1/../../etc/passwd)" -ge 400 ]
	[ "$(page -X POST /)" = 403 ]
	[ "$(page -H 'Host: other.example.org' /api/v1/session)" = 421 ]
}

@test "pages: only public paths are served, only over TLS, and with a rate limit" {
	host nginx rtmps://live.example.org/live
	api
	lsctl-config nginx-https -q -o conf/https.conf "${cert[@]}" --https-port 8443
	web '' 'include https.conf;'
	pages_hold
	refute page --tls-max 1.1 /api/v1/session
	base=http://live.example.org
	[ "$(page /api/v1/session)" = 301 ]
	grep -qi '^location: https://live.example.org:8443/api/v1/session' head
	[ "$(page /.well-known/acme-challenge/none)" = 404 ]
	unset base
	# a wall asks for the pictures of all channels at once, and waits for all of them
	pkill -STOP -P "$api"
	page -Z --parallel-max 60 -w '%{http_code}\n' '/thumbnails/krishna/[1-60].jpg' >codes &
	asks=$!
	sleep 2
	pkill -CONT -P "$api"
	wait "$asks"
	[ "$(grep -c '^401$' codes)" = 60 ]
	# at once: one after the other may be slower than the limit
	page -Z -w '%{http_code}\n' '/api/v1/status?[1-200]' >codes
	[ "$(grep -c '^401$' codes)" -ge 40 ]
	grep -q '^429$' codes
	rm -f web.err	# says so too
}

@test "pages, behind a proxy that ends TLS" {
	host nginx rtmps://live.example.org/live
	api
	lsctl-config nginx-https -q -o conf/https.conf --no-tls
	web '' "include https.conf;
	    server { listen 192.0.2.1:8443 ssl; server_tokens off; ssl_certificate ${cert[1]}; ssl_certificate_key ${cert[3]};
		location / { proxy_pass http://127.0.0.1:8086; proxy_set_header Host \$host; } }"
	pages_hold
	refute page --connect-to live.example.org:8443:192.0.2.1:8086 /api/v1/session
	rm -f web.err	# says what nobody may have
}
