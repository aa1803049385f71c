#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What is seen of channels, against a private database, a double of SRS that serves what SRS answered, and
# a real nginx with its RTMP module.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

setup_file() {
	database_server
	film "$BATS_FILE_TMPDIR/film.mp4"
	ffmpeg -nostdin -v error -y -i "$BATS_FILE_TMPDIR/film.mp4" -c copy "$BATS_FILE_TMPDIR/film.flv"
}

# A database a test.
setup() {
	setup_database
	mkdir -p run/forward run/loop state srs
	PATH=$BIN:$PATH
	ln -s "$BATS_FILE_TMPDIR/film.flv" film.flv
	echo '{"code":0,"server":"s","service":"id1","pid":"1","streams":[]}' >srs/streams.json
	start srs "$ROOT/tests/lib/srs" "$PWD/srs"
	await test -s srs.out
	sql "insert into lsctl.host (name) values ('testhost') on conflict do nothing;
	    insert into lsctl.master_key values ('0123456789abcdef', 'x', now(), true)"
	host srs "http://127.0.0.1:$(cat srs.out)"
}

sql() {
	psql -qXAt -v ON_ERROR_STOP=1 -c "$1"
}

# host KIND URL
host() {
	sql "update lsctl.host set server = '$1', api_url = '$2' where name = 'testhost'"
}

# channel NAME: as a whole one is declared, with a token for each source and a key.
channel() {
	sql "with c as (insert into lsctl.channel (name, host) values ('$1', 'testhost') returning id),
	s as (insert into lsctl.source (channel_id, name, position, kind) select id, v.* from c,
	    (values ('obs', 1, 'live'), ('loop', 2, 'loop'), ('file', 3, 'file')) v returning *),
	m as (insert into lsctl.media select id, 1, 'film.flv' from s where kind <> 'live'),
	t as (insert into lsctl.token (source_id, digest, sealed, key_id)
	    select id, sha256(('$1' || name)::bytea), 'x', '0123456789abcdef' from s where kind <> 'file')
	insert into lsctl.destination (channel_id, name, position, url, sealed, key_id)
	select id, 'youtube', 1, 'rtmp://127.0.0.1:1/live', 'x', '0123456789abcdef' from c"
}

# publishing STREAM CLIENT: in the double's answer, too.
publishing() {
	jq --arg n "$1" --arg c "$2" '.streams += [{name: $n, app: "live", url: "/live/\($n)", clients: 2,
	    recv_bytes: 1000, frames: 9, kbps: {recv_30s: 100}, publish: {active: true, cid: $c},
	    video: {codec: "H264", width: 160, height: 90}, audio: {codec: "AAC", sample_rate: 48000,
	    channel: 2}}]' srs/streams.json >streams.new
	mv streams.new srs/streams.json
}

# forwarder NAME: plays a file and dials nobody who is there.
forwarder() {
	spec "run/forward/$1.json" <<END
{"channel":"$1","sources":[{"name":"file","path":"$PWD/film.flv"}],
 "destinations":[{"name":"youtube","url":"rtmp://127.0.0.1:1/live","key":"k"}]}
END
	start "forward-$1" lsctl-forward "run/forward/$1.json"
	await on_air "run/forward/$1.sock" FILE_ACTIVE
}

on_air() {
	[ "$(lsctl-forward ctl "$1" status | jq -r .state)" = "$2" ]
}

# record [CHANNEL]: also where there are problems.
record() {
	lsctl-health --json "$@" || [ $? -eq 1 ]
}

# problems CHANNEL: a line each, "CODE SUBJECT: TEXT".
problems() {
	record "$1" | jq -r '.problems[] | .code + " " + .subject + ": " + .text'
}

@test "help, version, and wrong usage" {
	run -0 lsctl-health --help
	[[ $output == usage:* ]]
	run -0 lsctl-health --version
	[[ $output =~ ^lsctl-health\ [0-9] ]]
	run -64 lsctl-health --xml
	run -64 lsctl-health --watch=0
	[[ $output == *'--watch 0: must be 1s to 1h'* ]]
	run -64 lsctl-health --watch=x
	[[ $output == *'--watch x: not a duration'* ]]
	run -3 lsctl-health --nagios --xml
}

@test "no channels: all is well" {
	run -0 lsctl-health --table
	[ "$output" = 'no channels' ]
	run -0 lsctl-health --nagios
	[[ $output == 'LSCTL OK - 0 of 0 channels'* ]]
	record | jq -e '.host == "testhost" and .server.up and .server.id == "id1"'
}

@test "a pipe gets a JSON object a line; more channels need no more requests and statements" {
	for i in 1 2 3 4 5; do
		channel "c$i"
	done
	lsctl-health -v >out 2>err || [ $? -eq 1 ]
	[ "$(jq -r '.channel // .host' out | tr '\n' ' ')" = 'testhost c1 c2 c3 c4 c5 ' ]
	[ "$(cat srs/requests)" = 'GET /api/v1/streams/?count=1000000' ]
	has 'db_trips=3 server_requests=1' err
	sql 'delete from lsctl.channel'
	run -0 --separate-stderr lsctl-health -v
	[[ $stderr == *'db_trips=3 server_requests=1'* ]]
}

@test "a channel that does not run, and one that does" {
	channel krishna
	channel radha
	forwarder radha
	run -1 lsctl-health --table
	[[ ${lines[0]} == CHANNEL*DESTINATIONS ]]
	[[ $output == *'krishna  DOWN '* ]]
	[[ $output == *'radha    FILE_ACTIVE '* ]]
	[[ $output == *'! forwarder-down: forwarder not running'* ]]
	problems radha >out
	refute has '^forwarder-' out
	has '^loop-down loop: ' out
	has '^destination-down destination:youtube: destination youtube: not live: nobody answers there' out
	has '^no-destination-live channel: ' out
	record radha | jq -e '.running and .state == "FILE_ACTIVE" and .on_air == "file" and .sources.file.on_air'
	run -2 lsctl-health --nagios
	[[ $output == 'LSCTL CRITICAL - 1 of 2 channels on the air; krishna: forwarder-down: '* ]]
	[[ ${lines[0]} == *' | channels=2;;;0 '* ]]
	run -1 lsctl-health -q
	[ -z "$output" ]
	sql "update lsctl.channel set enabled = false where name = 'krishna'"
	run -0 lsctl-health -q krishna
	sql "delete from lsctl.channel where name = 'radha'"
	[[ $(problems radha) == 'not-of-this-host channel: '* ]]
}

@test "the name of a channel that does not exist" {
	run -65 lsctl-health nobody
	[[ $output == *'there is no channel nobody on this host'* ]]
	run -3 lsctl-health --nagios nobody
	[[ $output == 'LSCTL UNKNOWN - there is no channel nobody'* ]]
}

@test "what the media server reports: unknown publishers, permissions, refusals" {
	channel krishna
	publishing krishna_obs c1
	publishing radha_obs c2
	lsctl-health --json >out || [ $? -eq 1 ]
	jq -se '.[0].unknown_publishers == [{"stream": "radha_obs", "vhost": "", "client": "c2", "address": ""}]' out
	jq -se '.[1].sources.obs.server | .client == "c1" and .video == "h264 160x90"' out
	sql "insert into lsctl.event (at, host, channel, kind, source, reason, detail) values
	    (now() - interval '1 min', 'testhost', 'krishna', 'publish-allowed', 'obs', null, '{\"client\":\"c1\"}'),
	    (now(), 'testhost', 'krishna', 'publish-refused', 'obs', 'wrong-token', '{}'),
	    (now() - interval '1 hour', 'testhost', 'krishna', 'publish-refused', 'loop', 'wrong-token', '{}')"
	problems krishna >out
	has '^publishers-refused source:obs: source obs: publishers are refused (wrong-token)' out
	refute has '^publishers-refused source:loop' out
	refute has '^publisher-not-allowed ' out
	sql "update lsctl.source set name = 'camera' where name = 'obs'"
	record | jq -se '.[0].unknown_publishers | length == 2'
}

@test "a restart of the media server, by what the database kept" {
	channel krishna
	record krishna | sed "s/'/''/g" >kept
	sql "insert into lsctl.state (channel_id, state, since, record)
	    select id, 'DOWN', now(), '$(cat kept)' from lsctl.channel"
	problems krishna >out
	has '^forwarder-down ' out
	refute has '^server-restarted ' out
	sed -i 's/id1/id2/' srs/streams.json
	problems krishna >out
	has '^server-restarted server: ' out
	[ "$(psql -qXAt -c "set role lsctl_health; select count(*) from lsctl.token" 2>&1 | grep -c denied)" = 1 ]
}

@test "a media server that answers nonsense, hangs, or is of another kind" {
	channel krishna
	for mode in 500 hangup garbage; do
		echo "$mode" >srs/mode
		run -1 lsctl-health --table
		[[ ${lines[0]} == '! server-'*': media server http://127.0.0.1:'* ]]
	done
	echo hang >srs/mode
	began=$EPOCHSECONDS
	run -2 lsctl-health --nagios
	[ $((EPOCHSECONDS - began)) -le 4 ]
	record | jq -se '(.[0].server.up | not) and (.[1].sources.obs | has("server") | not)'
	rm srs/mode
	host nginx "http://127.0.0.1:$(cat srs.out)"
	run -1 lsctl-health --table
	[[ $output == '! server-unrecognized: '*'is not the stat page of nginx'* ]]
}

@test "credentials come from a file, and are not visible anywhere" {
	echo lsctl:canary >srs/auth
	run -1 lsctl-health --table
	[[ $output == '! server-denied: '*'it wants credentials'* ]]
	(umask 077 && echo lsctl:canary >auth)
	export LSCTL_SERVER_AUTH_FILE=$PWD/auth
	run -0 lsctl-health -v --json
	[[ $output != *canary* ]]
	chmod 644 auth
	run -78 lsctl-health
	[[ $output == *'chmod 600'* ]]
	[[ $output != *canary* ]]
	mkdir credentials
	(umask 077 && echo lsctl:canary >credentials/lsctl-server-auth)
	CREDENTIALS_DIRECTORY=$PWD/credentials run -0 lsctl-health
}

@test "without the database it reports the channels that run, and exits with 75" {
	channel krishna
	forwarder krishna
	PGHOST=$PWD/nowhere run -75 --separate-stderr lsctl-health --table
	[[ ${lines[0]} == '! server-unknown: '* ]]
	[[ $output == *'! database-down: database: '*'channels stay as they are'* ]]
	[[ $output == *'krishna  FILE_ACTIVE '* ]]
	[ -z "$stderr" ]
	PGHOST=$PWD/nowhere LSCTL_SERVER=srs LSCTL_API_URL=http://127.0.0.1:$(cat srs.out) \
	    run -75 lsctl-health --json
	jq -se '.[0] | (.database | not) and .server.up' <<<"$output"
	jq -se '.[1] | .desired == null and .running' <<<"$output"
	PGHOST=$PWD/nowhere run -75 lsctl-health --prometheus
	[[ $output == *'lsctl_database_up{host="testhost"} 0'* ]]
	PGHOST=$PWD/nowhere run -2 lsctl-health --nagios
	PGHOST=$PWD/nowhere run -75 lsctl-health nobody
}

@test "a forwarder that hangs is reported after a second" {
	channel krishna
	forwarder krishna
	kill -STOP "$pid"
	began=$EPOCHSECONDS
	problems krishna >out
	kill -CONT "$pid"
	[ $((EPOCHSECONDS - began)) -le 3 ]
	has '^forwarder-hung forwarder: ' out
}

# since CODE: when krishna's problem of this code began.
since() {
	record krishna | jq -r --arg code "$1" '.problems[] | select(.code == $code) | .since'
}

@test "the time at which a problem began is kept from pass to pass, with and without the database" {
	channel krishna
	sql "delete from lsctl.token"
	began=$(since forwarder-down)
	[[ $began =~ ^2[0-9]{3}-.*Z$ ]]
	[ "$(since no-token | sort -u)" = "$began" ]
	for i in 1 2; do
		PGHOST=$PWD/nowhere lsctl-health --json >out || [ $? -eq 75 ]
		jq -se '.[0].problems[] | select(.code == "database-down") | .since' out >"down$i"
		[ "$(since forwarder-down)" = "$began" ]
		[ "$(since no-token | sort -u)" = "$began" ]
	done
	prints_other_than "$began" jq -r . down1
	refute cmp down1 down2			# the database was back in between
	forwarder krishna
	prints_nothing since forwarder-down
	kill "$pid"
	finish "$pid"
	[[ $(since forwarder-down) > "$began" ]]
	# where it cannot be stored, a problem that is new began at no known time
	rm -r run/health
	touch run/health
	[ "$(since forwarder-down)" = null ]
	rm run/health
}

@test "two passes at the same time do not damage that file" {
	channel krishna
	began=$(since loop-down)
	for i in 1 2 3 4 5 6; do
		start "pass$i" lsctl-health --json
	done
	mapfile -t passes < <(tail -n 6 pids)
	[ "${#passes[@]}" -eq 6 ]
	for pid in "${passes[@]}"; do
		finish "$pid"
		[ "$status" -eq 1 ]
	done
	[ "$(since loop-down)" = "$began" ]
	jq -e . run/health/problems >/dev/null
}

@test "--watch continues when the database stops" {
	channel krishna
	start watch lsctl-health --watch 1 --json
	await has '"krishna"' watch.out
	"$ROOT/tests/lib/pg" halt "$BATS_FILE_TMPDIR/pg" immediate
	await has '"database":false' watch.out
	before=$(wc -l <watch.out)
	back() { tail -n +"$((before + 1))" watch.out | grep '"database":true' >/dev/null; }
	"$ROOT/tests/lib/pg" resume "$BATS_FILE_TMPDIR/pg"
	await back
	kill "$pid"
	finish "$pid"
	[ "$(jq -s 'length > 1' watch.out)" = true ]
}

@test "events that have waited in the spool for long are reported" {
	mkdir state/spool
	echo '{}' >state/spool/events
	run -0 lsctl-health --table
	touch -d '2 minutes ago' state/spool/events
	run -1 lsctl-health --table
	[[ ${lines[0]} == '! spool-waits: '* ]]
	mv state/spool/events state/spool/ship.new.refused
	run -1 lsctl-health --table
	[[ ${lines[0]} == '! spool-refused: files of the spool were put aside: look at them in spool/*.refused, then remove them' ]]
	rm state/spool/ship.new.refused
	run -0 lsctl-health --table
}

nginx_conf() {
	cat <<END
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
rtmp { access_log off; server { listen 127.0.0.1:$1; application live { live on; } } }
http {
	access_log off;
	client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
	server {
		listen 127.0.0.1:$2;
		location /stat { rtmp_stat all; }
		location /control { rtmp_control all; }
	}
}
END
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

answers() {
	curl -fs "$1" >/dev/null
}

sees() {
	record krishna | jq -e "$1" >/dev/null
}

@test "a real nginx with a real publisher" {
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip "nginx's RTMP module is not installed"
	rtmp=$(free_port) http=$(free_port)
	nginx_conf "$rtmp" "$http" >nginx.conf
	start nginx nginx -p "$PWD" -c "$PWD/nginx.conf" -e stderr
	await answers "http://127.0.0.1:$http/stat"
	host nginx "http://127.0.0.1:$http"
	channel krishna
	sees '.sources.obs.server == null and .server.id != null'
	start obs ffmpeg -nostdin -v error -re -stream_loop -1 -i film.flv -c copy -f flv \
	    "rtmp://127.0.0.1:$rtmp/live/krishna_obs"
	await sees '.sources.obs.server | .publishing and .video == "h264 160x90 30" and
	    .audio == "aac 48000 2" and .address == "127.0.0.1" and .recv_bytes > 0 and (.client | length > 0)'
	sees '.sources.obs.server.kbps >= 0'
	start other ffmpeg -nostdin -v error -re -i film.flv -c copy -f flv \
	    $'rtmp://127.0.0.1:'"$rtmp"$'/live/na\xffme&x'
	await unknown_publisher
	# a kick names the client, so that it never disconnects the client that has taken its place
	client=$(record krishna | jq -r .sources.obs.server.client)
	drop="http://127.0.0.1:$http/control/drop/publisher?app=live&name=krishna_obs&clientid="
	[ "$(curl -fs "${drop}99999")" = 0 ]
	[ "$(curl -fs "$drop$client")" = 1 ]
	await sees '.sources.obs.server == null'
}

@test "an encoder that freezes blocks its successor, and is reported" {
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip "nginx's RTMP module is not installed"
	rtmp=$(free_port) http=$(free_port)
	nginx_conf "$rtmp" "$http" >nginx.conf
	start nginx nginx -p "$PWD" -c "$PWD/nginx.conf" -e stderr
	await answers "http://127.0.0.1:$http/stat"
	host nginx "http://127.0.0.1:$http"
	channel krishna
	spec run/forward/krishna.json <<END
{"channel":"krishna","delay_ms":0,"stable_ms":500,
 "sources":[{"name":"obs","url":"rtmp://127.0.0.1:$rtmp/live/krishna_obs"},
  {"name":"file","path":"$PWD/film.flv"}],
 "destinations":[{"name":"youtube","url":"rtmp://127.0.0.1:$rtmp/live","key":"out"}]}
END
	start forward lsctl-forward run/forward/krishna.json
	start obs ffmpeg -nostdin -v error -re -stream_loop -1 -i film.flv -c copy -f flv \
	    "rtmp://127.0.0.1:$rtmp/live/krishna_obs"
	obs=$pid
	await sees '.state == "OBS_ACTIVE" and .destinations.youtube.state == "live"'
	sees '.sources.obs.stale == null and .sources.obs.server.publishing'
	kill -STOP "$obs"
	await sees '.sources.obs.stale and any(.problems[]; .code == "publisher-silent" and .subject == "source:obs")'
	kill -CONT "$obs"
	await sees '.sources.obs.stale == null'
}

unknown_publisher() {
	record | jq -se '.[0].unknown_publishers | length == 1' >/dev/null
}

# -- the doctor --

# finds CODE SUBJECT CURE: the doctor of krishna finds it, and its cure has this part.
finds() {
	jq -se --arg code "$1" --arg subject "$2" --arg cure "$3" 'any(.[]; .channel == "krishna" and .code == $code and
	    .subject == $subject and (.cure | contains($cure)))' found >/dev/null || { echo "not found: $*"; cat found; return 1; }
}

@test "--doctor names each mismatch of a channel and each demand of a platform, with its cure" {
	channel krishna
	start forwarder "$ROOT/tests/lib/forwarders" replay "$PWD/run" "$ROOT/tests/data/forward/status-mismatched.json"
	await has ready forwarder.out
	run -1 --separate-stderr lsctl-health --doctor --json krishna
	[ -z "$stderr" ]
	echo "$output" >found
	film="lsctl-channel media krishna loop \"\$(lsctl-loop prepare -d $PWD/state/media --profile 1920x1080@30"
	obs='in the OBS that sends obs: Settings > '
	finds size-differs source:loop "$film"
	finds frame-rate-differs source:loop "$film"
	finds profile-differs source:loop "${obs}Output > Streaming > Profile: high"
	finds level-differs source:loop "${obs}Output > Streaming > x264 Options: level=3.1"
	finds b-frames-differ source:loop "${obs}Output > Streaming > B-Frames: 2"
	finds keyframes-differ source:loop "$film"
	finds bitrate-differs source:loop "$film --bitrate 8992k"
	finds sample-rate-differs source:loop "$film --audio 48000/2"
	finds channels-differ source:loop "$film --audio 48000/2 FILM)\""
	finds keyframes-too-far-apart source:obs "${obs}Output > Streaming > Keyframe Interval: 2 s"
	finds keyframes-not-recommended source:obs "${obs}Output > Streaming > Keyframe Interval: 2 s"
	finds bitrate-too-high source:obs "${obs}Output > Streaming > Rate Control: CBR, Bitrate: 6000 Kbps"
	finds rtmps-demanded destination:facebook 'url=rtmps://live-api-s.facebook.com:443/'
	finds loops-not-allowed destination:facebook 'lsctl-channel dest set --on-backup disconnect krishna facebook'
	finds broadcast-limit destination:twitch 'end and begin the broadcast'
	jq 'select(.code == "keyframes-too-far-apart") | .platform' found | sort -u | diff <(printf '"Facebook"\n"YouTube"\n') -
	# for people, the worst first
	run -1 lsctl-health --doctor --table krishna
	[ "${lines[0]}" = krishna ]
	[[ ${lines[1]} == '    ! '*' source obs: it has a keyframe every 8.3 s, and YouTube accepts 4 s at most' ]]
	[[ ${lines[2]} == "        ${obs}"* ]]
	[[ $output == *'    - broadcast-limit: destination twitch: Twitch ends a broadcast after 48 hours'* ]]
	run -64 lsctl-health --doctor --nagios krishna
	[[ $output == *'--doctor prints --table or --json'* ]]
	run -65 lsctl-health --doctor nobody
}

@test "--doctor reads films from a real forwarder, and finds nothing where they agree" {
	channel krishna
	ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=96x54:rate=25 -f lavfi -i sine=sample_rate=44100 -t 3 \
	    -pix_fmt yuv420p -c:v libx264 -preset veryfast -profile:v high -g 50 -bf 2 -c:a aac -ac 1 other.flv
	spec run/forward/krishna.json <<END
{"channel":"krishna","sources":[{"name":"loop","path":"$PWD/film.flv"},{"name":"file","path":"$PWD/other.flv"}],
 "destinations":[{"name":"youtube","url":"rtmp://127.0.0.1:1/live","key":"k"}]}
END
	start forward lsctl-forward run/forward/krishna.json
	await on_air run/forward/krishna.sock LOOP_ACTIVE
	run -1 lsctl-health --doctor --json krishna
	echo "$output" >found
	finds size-differs source:file 'lsctl-loop prepare -d'
	finds frame-rate-differs source:file ' --profile 160x90@30 '
	finds profile-differs source:file 'ffmpeg -i FILM -c:v libx264 -crf 16 -profile:v baseline'
	finds sample-rate-differs source:file ' --audio 48000/2 '
	finds channels-differ source:file ' --audio 48000/2 '
	spec run/forward/krishna.json <<END
{"channel":"krishna","sources":[{"name":"loop","path":"$PWD/film.flv"},{"name":"file","path":"$PWD/film.flv"}],
 "destinations":[{"name":"youtube","url":"rtmp://127.0.0.1:1/live","key":"k"}]}
END
	lsctl-forward ctl run/forward/krishna.sock reload
	await well
	run -0 lsctl-health --doctor --table krishna
	[[ $output == $'krishna\n    - source-not-observed: source obs: '* ]]
	kill "$pid"
	finish "$pid"
	run -1 lsctl-health --doctor --table krishna
	[[ $output == *'! forwarder-not-observed: the forwarder does not answer'*'lsctl-health krishna'* ]]
}

well() {
	lsctl-health --doctor -q krishna
}
