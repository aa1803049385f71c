#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The hook through real parts: nginx's RTMP module asks nginx, which asks fcgiwrap or the FastCGI responder.
# shellcheck disable=SC2154	# $status and $output are set by run
# shellcheck disable=SC2030,SC2031,SC2094

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
	mkdir run state tmp
	HTTP=$(free_port) RTMP_CGI=$(free_port) RTMP_FCGI=$(free_port)
	export LSCTL_RUN=$PWD/run LSCTL_STATE=$PWD/state LSCTL_HOST=testhost
}

teardown() {
	local p

	# fcgiwrap leaves its workers behind
	while read -r p; do
		ps -o pid= --ppid "$p" >>pids || true
	done < <(cat pids)
	teardown_folder
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# token WORD: as long as a real one.
token() {
	printf %s "$1" | sha256sum | cut -c 1-43
}

digest() {
	printf %s "$1" | sha256sum | cut -c 1-64
}

# write_snapshot: an acl snapshot of the lines on stdin.
write_snapshot() {
	{
		echo "lsctl-acl 1 testhost 2026-01-01T00:00:00.000Z"
		LC_ALL=C sort
	} >acl.new
	echo "end $(stat -c %s acl.new)" >>acl.new
	mv acl.new state/acl
}

# Three channels; each source has a token, and an old one whose grace is over.
three_channels() {
	local c s

	for c in a a-b waheguru; do
		echo "$c - play 127.0.0.0/8,::1/128"
		for s in obs loop; do
			echo "$c $s $(digest "$(token "$c-$s")") -"
			echo "$c $s $(digest "$(token "$c-$s-old")") 1000000000"
		done
	done | write_snapshot
}

rtmp_server() {
	cat <<-END
		server {
			listen 127.0.0.1:$1;
			notify_method post;
			on_connect http://127.0.0.1:$HTTP/$2;
			application live {
				live on;
				on_publish http://127.0.0.1:$HTTP/$2;
				on_play http://127.0.0.1:$HTTP/$2;
				on_publish_done http://127.0.0.1:$HTTP/$2;
				on_done http://127.0.0.1:$HTTP/$2;
			}
			application other {
				live on;
				on_publish http://127.0.0.1:$HTTP/$2;
			}
		}
	END
}

nginx_conf() {
	[ "$(id -u)" -ne 0 ] || echo "user $(id -un) $(id -gn);"
	cat <<-END
		load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
		daemon off;
		pid tmp/nginx.pid;
		worker_processes 1;
		error_log nginx.log info;
		events { worker_connections 1024; }
		rtmp {
			access_log off;
			$(rtmp_server "$RTMP_CGI" cgi)
			$(rtmp_server "$RTMP_FCGI" fcgi)
		}
		http {
			access_log off;
			client_body_temp_path tmp/body;
			fastcgi_temp_path tmp/fastcgi;
			proxy_temp_path tmp/proxy;
			scgi_temp_path tmp/scgi;
			uwsgi_temp_path tmp/uwsgi;
			large_client_header_buffers 4 32k;
			server {
				listen 127.0.0.1:$HTTP;
				fastcgi_param REQUEST_METHOD \$request_method;
				fastcgi_param CONTENT_TYPE \$content_type;
				fastcgi_param CONTENT_LENGTH \$content_length;
				fastcgi_param SCRIPT_FILENAME $BIN/lsctl-hook;
				fastcgi_param LSCTL_RUN $LSCTL_RUN;
				fastcgi_param LSCTL_STATE $LSCTL_STATE;
				fastcgi_param LSCTL_HOST $LSCTL_HOST;
				location = /cgi { fastcgi_pass unix:$PWD/cgi.sock; }
				location = /fcgi { fastcgi_pass unix:$PWD/fcgi.sock; }
			}
		}
	END
}

responder() {
	start fcgi "$BIN/lsctl-hook" -l "$PWD/fcgi.sock"
	responder=$pid
	await test -S fcgi.sock
}

start_servers() {
	local fcgiwrap

	fcgiwrap=$(PATH=$PATH:/usr/sbin command -v fcgiwrap)
	nginx_conf >nginx.conf
	start cgi "$ROOT/tests/lib/socket_activate" "$PWD/cgi.sock" env -i PATH=/usr/bin:/bin "$fcgiwrap" -c 2
	responder
	start nginx nginx -p "$PWD" -c nginx.conf -e nginx.log
	await test -S cgi.sock
	await curl -s -o /dev/null "http://127.0.0.1:$HTTP/none"
}

# srs ACTION STREAM PARAM [IP]: a body as SRS sends it; bytes as they are.
srs() {
	printf '{"server_id":"lab-srs","service_id":"3p7k4153","action":"%s","client_id":"8133lkac",' "$1"
	printf '"ip":"%s","vhost":"__defaultVhost__","app":"live","tcUrl":"rtmp://127.0.0.1/live",' "${4:-127.0.0.1}"
	printf '"stream":"%s","param":"%s","stream_url":"/live/%s","stream_id":"vid-1"}' "$2" "$3" "$2"
}

# ask WAY [TYPE]: posts stdin; "STATUS BODY" comes back.
ask() {
	curl -s -m 5 -w ' %{http_code}' -H "Content-Type: ${2:-application/json}" --data-binary @- \
	    "http://127.0.0.1:$HTTP/$1"
}

# total CONDITION: the events, written or only counted, that jq selects by kind and reason.
total() {
	{ jq -c '. + {n: 1}' state/spool/events; counts; } | jq -s "map(select($1).n) | add"
}

# The slots of the counts: a line of JSON each.
counts() {
	python3 - <<-'END'
		import json, struct
		slot = struct.Struct("24s64s64s32s48s8sqII")
		with open("state/spool/counts", "rb") as f:
		    for one in slot.iter_unpack(f.read()):
		        kind, channel, source, reason = [t.split(b"\0")[0].decode() for t in one[:4]]
		        print(json.dumps({"kind": kind, "reason": reason, "n": one[8]}))
	END
}

# The matrix: for each stream, what a publisher may try; "PARAM,STREAM,yes|no" a line.
matrix() {
	local c s right other neighbour long yes

	long=$(head -c 8192 /dev/zero | tr '\0' x)
	for c in a a-b waheguru; do
		for s in obs loop unknown; do
			case $s in
			obs) other=loop ;;
			*) other=obs ;;
			esac
			case $c in
			a) neighbour=a-b ;;
			*) neighbour=a ;;
			esac
			right=$(token "$c-$s")
			yes=yes
			[ "$s" != unknown ] || yes=no
			echo "?token=$right,${c}_$s,$yes"
			echo "?token=$(token "$c-$other"),${c}_$s,no"
			echo "?token=$(token "$neighbour-$s"),${c}_$s,no"
			echo "?token=$(token "$c-$s-old"),${c}_$s,no"
			echo "?token=,${c}_$s,no"
			echo ",${c}_$s,no"
			echo "?token=$right&token=$(token wrong),${c}_$s,$yes"
			echo "?token=$(token wrong)&token=$right,${c}_$s,no"
			echo "?token=&token=$right,${c}_$s,no"
			echo "?token=$long,${c}_$s,no"
			echo "?token=${right}é,${c}_$s,no"
			echo "?token=${right}x,${c}_$s,no"
		done
	done
}

# rtmp_matrix PORT: tries all of it there.
rtmp_matrix() {
	local param stream want

	matrix | while IFS=, read -r param stream want; do
		echo "$want rtmp://127.0.0.1:$1/live/$stream$param"
	done >tries
	cut -d ' ' -f 2 tries | "$ROOT/tests/lib/publish_probe" >got
	cut -d ' ' -f 1 tries | diff - got
	[ "$(grep -c yes got)" -eq 12 ]
}

@test "only the valid token publishes, through nginx-rtmp and a CGI" {
	three_channels
	start_servers
	rtmp_matrix "$RTMP_CGI"
}

@test "only the valid token publishes, through nginx-rtmp and FastCGI" {
	three_channels
	start_servers
	rtmp_matrix "$RTMP_FCGI"
}

@test "only the valid token publishes, with the callbacks of SRS" {
	three_channels
	start_servers
	matrix >matrix
	while IFS=, read -r param stream want; do
		for way in cgi fcgi; do
			got=$(srs on_publish "$stream" "$param" | ask "$way")
			case $want in
			yes) [ "$got" = "0 200" ] ;;
			no) [ "$got" = "1 403" ] ;;
			esac || { echo "$way $stream $param: $got"; return 1; }
		done
	done <matrix
	# each is an event
	[ "$(total true)" -eq "$(($(wc -l <matrix) * 2))" ]
}

@test "ffmpeg publishes with the right token, and is refused with another" {
	three_channels
	start_servers
	url=rtmp://127.0.0.1:$RTMP_FCGI/live/waheguru_obs
	ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=size=160x90:rate=10 -t 0.5 -c:v libx264 \
	    -preset ultrafast -f flv "$url?token=$(token waheguru-obs)"
	await has publish-ended state/spool/events
	run ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=size=160x90:rate=10 -t 0.5 -c:v libx264 \
	    -preset ultrafast -f flv "$url?token=$(token x)"
	[ "$status" -ne 0 ]
	await has publish-refused state/spool/events
}

@test "the answer to SRS is one byte" {
	three_channels
	start_servers
	for way in cgi fcgi; do
		srs on_publish a_obs "?token=$(token a-obs)" | curl -s -i --data-binary @- \
		    -H 'Content-Type: application/json' "http://127.0.0.1:$HTTP/$way" >answer
		grep -q '^Content-Length: 1' answer
		[ "$(tail -c 3 answer | od -An -tx1)" = " 0d 0a 30" ]
	done
}

@test "clients play from the addresses that the policy allows" {
	three_channels
	start_servers
	for way in cgi fcgi; do
		[ "$(srs on_play a_obs "" | ask $way)" = "0 200" ]
		[ "$(srs on_play a_obs "" ::1 | ask $way)" = "0 200" ]
		[ "$(srs on_play a_obs "?token=$(token a-obs)" 192.0.2.1 | ask $way)" = "1 403" ]
		[ "$(srs on_play nobody_obs "" | ask $way)" = "1 403" ]
	done
}

@test "only the application live of the default vhost is allowed" {
	three_channels
	start_servers
	t=$(token a-obs)
	for way in cgi fcgi; do
		for swap in 's/"live"/"live2"/' 's/"live"/"live\/sub"/' 's/__defaultVhost__/other/'; do
			[ "$(srs on_publish a_obs "?token=$t" | sed "$swap" | ask $way)" = "1 403" ]
		done
	done
	echo "rtmp://127.0.0.1:$RTMP_CGI/other/a_obs?token=$t" | "$ROOT/tests/lib/publish_probe" | grep -x no
	# what a client adds cannot take nginx's own words away
	echo "rtmp://127.0.0.1:$RTMP_CGI/other/a_obs?token=$t&app=live&call=done" |
	    "$ROOT/tests/lib/publish_probe" | grep -x no
	echo "rtmp://127.0.0.1:$RTMP_CGI/live/x_obs?token=$t&name=a_obs&call=connect" |
	    "$ROOT/tests/lib/publish_probe" | grep -x no
	echo "rtmp://127.0.0.1:$RTMP_CGI/other&app=live/a_obs?token=$t" | "$ROOT/tests/lib/publish_probe" |
	    grep -x no
}

@test "without a snapshot nobody may publish, and unpublish is still allowed" {
	start_servers
	for broken in none empty short; do
		case $broken in
		empty) : >state/acl ;;
		short) three_channels && truncate -s -1 state/acl ;;
		esac
		for way in cgi fcgi; do
			[ "$(srs on_publish a_obs "?token=$(token a-obs)" | ask $way)" = "1 403" ]
			[ "$(srs on_play a_obs "" | ask $way)" = "1 403" ]
			[ "$(srs on_unpublish a_obs "?token=$(token a-obs)" | ask $way)" = "0 200" ]
			[ "$(srs on_stop a_obs "" | ask $way)" = "0 200" ]
		done
	done
	grep -q 'nobody gets in: .*/state/acl: No such file' fcgi.err
	grep -q 'nobody gets in: .*/state/acl: damaged or truncated' fcgi.err
	grep -q 'nobody gets in' cgi.err
	[ "$(total '.reason == "no-snapshot"')" -eq 12 ]
}

@test "a new snapshot takes effect with the next callback" {
	three_channels
	start_servers
	for n in 1 2 3 4 5 6 7 8 9 10; do
		{
			echo "a - play 127.0.0.0/8"
			echo "a obs $(digest "$(token "new$n")") -"
		} | write_snapshot
		for way in fcgi cgi fcgi; do
			[ "$(srs on_publish a_obs "?token=$(token "new$n")" | ask $way)" = "0 200" ]
			[ "$(srs on_publish a_obs "?token=$(token "new$((n - 1))")" | ask $way)" = "1 403" ]
		done
	done
}

# a_lock_of_others FILE: a user without rights holds it; a relative path, for that user may not enter the folders above.
a_lock_of_others() {
	chmod 755 . run state
	start locker setpriv --reuid 65534 --regid 65534 --clear-groups \
	    bash -c 'exec 9<"$1" && flock -x 9 && exec sleep 60' bash "$1"
	locker=$pid
	await refute flock -n "$1" true
}

@test "a user without rights who locks the snapshot keeps nobody out" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can become another user'
	three_channels
	chmod 644 state/acl
	start_servers
	a_lock_of_others state/acl
	for way in fcgi cgi; do
		[ "$(srs on_publish a_obs "?token=$(token a-obs)" | ask $way)" = "0 200" ]
	done
	kill "$locker"
	finish "$locker"
	for way in fcgi cgi; do
		[ "$(srs on_publish a_obs "?token=$(token a-obs)" | ask $way)" = "0 200" ]
	done
	refute grep 'nobody gets in' fcgi.err
}

# publish_by_hand: calls the hook with a body, as a web server does. It stops for a second after its decision.
publish_by_hand() {
	srs on_publish a_obs "?token=$(token a-obs)" >body
	REQUEST_METHOD=POST CONTENT_TYPE=application/json CONTENT_LENGTH=$(stat -c %s body) \
	    strace -f -qq -o calls -P "$PWD/state/acl" -e inject=newfstatat,stat,lstat,statx:delay_enter=1000000 \
	    "$BIN/lsctl-hook" <body
}

@test "a token that is revoked while its answer is made is refused" {
	three_channels
	publish_by_hand >answer 2>log
	grep '^Status: 200' answer
	start revoked publish_by_hand
	await test -s calls
	await grep -q mmap calls
	echo "a - play -" | write_snapshot
	finish "$pid"
	[ "$status" -eq 0 ]
	grep '^Status: 403' revoked.out
	[ "$(jq -rs '[.[].kind] | join(" ")' state/spool/events)" = "publish-allowed publish-refused" ]
}

@test "a request that is no callback is refused" {
	three_channels
	start_servers
	for way in cgi fcgi; do
		[ "$(echo '{' | ask $way)" = "1 403" ]
		[ "$(echo 'x' | ask $way text/plain)" = "1 403" ]
		[ "$(head -c 70000 /dev/zero | ask $way)" = "1 403" ]
		[ "$(printf '' | ask $way)" = "1 403" ]
		[ "$(curl -s -w ' %{http_code}' "http://127.0.0.1:$HTTP/$way?token=x")" = "1 403" ]
	done
	[ "$(total '.kind == "callback-refused"')" -eq 10 ]
}

@test "no token is in a log, event or core" {
	three_channels
	start_servers
	canary=CANARYcanary0123456789
	for way in cgi fcgi; do
		srs on_publish a_obs "?token=$canary" | ask $way
		srs on_publish "a_obs&token=$canary" "" | ask $way
		srs on_publish "$canary" "" | ask $way
		srs on_unpublish "$canary" "?token=$canary" | ask $way
		echo "{\"action\":\"$canary\"" | ask $way
		echo "call=publish&app=live&addr=$canary&clientid=$canary&name=$canary&token=$canary%" |
		    ask $way application/x-www-form-urlencoded
	done
	refute grep -r -e "$canary" state run fcgi.err fcgi.out cgi.err cgi.out nginx.log
	srs on_publish a_obs "?token=$(token a-obs)" | ask fcgi
	refute grep -r -e "$(token a-obs)" state run fcgi.err nginx.log
	workers=$(ps -o pid= --ppid "$responder")
	[ -n "$workers" ]
	for p in $workers; do
		grep -q 'Max core file size *0 ' "/proc/$p/limits"
	done
}

@test "when the spool cannot be written, it still answers, and logs that" {
	three_channels
	echo file >state/spool
	start_servers
	for way in cgi fcgi; do
		[ "$(srs on_publish a_obs "?token=$(token a-obs)" | ask $way)" = "0 200" ]
		[ "$(srs on_publish a_obs "?token=x" | ask $way)" = "1 403" ]
	done
	grep -q 'an event is lost: publish-allowed: .*/spool: Not a directory' fcgi.err
}

@test "the responder replaces a worker that died, and stops cleanly" {
	three_channels
	start_servers
	first=$(ps -o pid= --ppid "$responder" | sed -n 1p)
	kill -9 "$first"
	await has 'a worker ended (signal 9)' fcgi.err
	workers() { [ "$(ps -o pid= --ppid "$responder" | wc -l)" -eq 4 ]; }
	await workers
	[ "$(srs on_publish a_obs "?token=$(token a-obs)" | ask fcgi)" = "0 200" ]
	kill "$responder"
	finish "$responder"
	[ "$status" -eq 0 ]
}

@test "with a socket as standard input it is a responder" {
	three_channels
	start_servers
	kill "$responder"
	finish "$responder"
	start fcgi2 "$ROOT/tests/lib/socket_activate" "$PWD/fcgi.sock" "$BIN/lsctl-hook" -w 1
	await has answering fcgi2.err
	[ "$(srs on_publish a_obs "?token=$(token a-obs)" | ask fcgi)" = "0 200" ]
}

@test "wrong usage, help and version" {
	run -64 "$BIN/lsctl-hook" </dev/null
	[[ $output == *usage:* ]]
	run -64 "$BIN/lsctl-hook" -w 0
	[[ $output == *'--workers 0: must be 1 to 64'* ]]
	run -64 "$BIN/lsctl-hook" -x
	run -64 "$BIN/lsctl-hook" argument
	run -73 "$BIN/lsctl-hook" -l /nonexistent/socket
	run -0 "$BIN/lsctl-hook" --help
	run -0 "$BIN/lsctl-hook" --version
	[[ $output == "lsctl-hook "* ]]
}

@test "its role reads digests and appends events, and nothing else" {
	LSCTL_HOST=testhost "$ROOT/tests/lib/pg" start "$PWD/pg" >pg.env
	eval "$(cat pg.env)"
	q() { psql -qXAt -v ON_ERROR_STOP=1 "$@"; }
	run -0 q -c "insert into lsctl.channel (name, host) values ('a', 'testhost'), ('b', 'testhost')" \
	    -c "update lsctl.channel set enabled = false where name = 'b'" \
	    -c "insert into lsctl.source (channel_id, name, position, kind) select id, n, p, k from
		lsctl.channel, (values ('obs', 1, 'live'), ('loop', 2, 'loop'), ('file', 3, 'file')) v (n, p, k)"
	run -0 q -c "set role lsctl_hook" -c "select * from lsctl.acl('testhost')"
	[ "$output" = "a|-|play|127.0.0.0/8,::1/128
a|loop|-|-
a|obs|-|-" ]
	uid=6f0d9d4e-0000-4000-8000-000000000001
	event="[{\"uid\":\"$uid\",\"at\":\"2026-01-01T00:00:00.000Z\",\"host\":\"h\",\"kind\":\"switched\",\"who\":\"w\"}]"
	for n in 1 0; do
		run -0 q -c "set role lsctl_hook" -c "select lsctl.spool_ingest('$event')"
		[ "$output" = "$n" ]
	done
	for t in channel source token destination event account credential master_key state media host; do
		run -1 q -c "set role lsctl_hook" -c "table lsctl.$t"
		[[ $output == *"permission denied"* ]]
	done
	run -1 q -c "set role lsctl_hook" -c "select * from lsctl.acl('elsewhere')"
	[[ $output == *"knows no host elsewhere"* ]]
	"$ROOT/tests/lib/pg" stop "$PWD/pg" immediate
}
