#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-channel over a PostgreSQL of its own; a database a test.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

channel() {
	"$BIN/lsctl-channel" "$@" </dev/null
}

# refused STATUS WORDS ARG...: exits so, with one line that has the words in it, and changes nothing.
refused() {
	local want=$1 words=$2 before

	shift 2
	before=$(channel export 2>/dev/null || echo "status $?")
	run --separate-stderr channel "$@"
	echo "$*: status $status: $stderr"
	[ "$status" -eq "$want" ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	grep -q -F -e "$words" <<<"$stderr"
	[ "$(channel export 2>/dev/null || echo "status $?")" = "$before" ]
}

setup() {
	setup_database
}

# master: a key that sealing can be done with.
master() {
	"$BIN/lsctl-keys" init >/dev/null
}

# two channels with all there is to say
festival() {
	channel -q add krishna --delay-ms 1000 --play-from 10.0.0.0/8,::1
	channel -q dest add krishna youtube rtmps://a.rtmps.youtube.com:443/live2 \
	    --backup-url 'rtmps://b.rtmps.youtube.com:443/live2?backup=1'
	channel -q dest add krishna fb rtmps://live-api-s.facebook.com:443/rtmp \
	    --on-backup disconnect --primary-retry-ms 0 --queue-ms 9000 --ca-file /etc/ssl/ca.pem --disabled
	channel -q media krishna loop one.flv two.flv
	channel -q add rama --no-loop --disabled
}

@test "help, version, usage" {
	run -0 channel --help
	[ "${lines[0]}" = 'usage: lsctl-channel COMMAND [OPTION...] [ARGUMENT...]' ]
	grep -E '^  take-over CHANNEL... +take over channels of a host that is off' <<<"$output"
	run -0 channel dest add --help
	[[ ${lines[0]} = 'usage: lsctl-channel dest add [OPTION...] CHANNEL NAME URL'* ]]
	grep -F -e " --on-backup send|disconnect" <<<"$output"
	run -0 channel dest --help
	grep -E '^  dest rm CHANNEL NAME ' <<<"$output"
	refute grep -E '^  add ' <<<"$output"
	run -0 channel --version
	[ "$output" = "lsctl-channel 0.1.0" ]
	for words in '' bogus source 'source bogus x' add 'set krishna' 'show --prune' 'list krishna' \
	    'apply' 'apply --bogus x' 'dest add krishna y' 'add krishna --json' \
	    'dest set krishna y --key --key-file f'; do
		echo "$words"
		# shellcheck disable=SC2086
		run -64 --separate-stderr channel $words
		[ -z "$output" ]
		[[ $stderr = *"usage: lsctl-channel "* ]]
		[[ $stderr = *"Try 'lsctl-channel "*"--help'."* ]]
	done
	run -64 --separate-stderr channel dest bogus x
	[ "${stderr_lines[0]}" = 'lsctl-channel: dest: bogus: must be add, set, rm, enable, disable, test or show' ]
	run -64 --separate-stderr channel dest add krishna youtube
	[ "${stderr_lines[0]}" = 'lsctl-channel: dest add: URL is missing' ]
}

@test "add, show, list, rm" {
	run -0 channel add krishna
	[ "$output" = $'+ krishna\n+ krishna source obs live\n+ krishna source loop loop\n+ krishna source file file' ]
	run -0 channel -q add rama --no-obs --no-file --stall-ms 700 --stable-ms 1 --stable-max-ms 2 --keyframe-wait-ms 0
	[ -z "$output" ]
	run -0 channel list
	[ "${lines[0]}" = 'CHANNEL  HOST      ENABLED  MODE  SOURCES        DESTINATIONS' ]
	[ "${lines[1]}" = 'krishna  testhost  yes      auto  obs,loop,file  -' ]
	[ "${lines[2]}" = 'rama     testhost  yes      auto  loop           -' ]
	[ "$(channel list --json | jq -r .name)" = $'krishna\nrama' ]
	[ "$(channel show --json rama | jq -c '[.stall_ms, .stable_ms, .stable_max_ms, .keyframe_wait_ms, .delay_ms]')" = '[700,1,2,0,2000]' ]
	run -0 channel show krishna
	grep -x '  delay_ms            2000' <<<"$output"
	grep -x '  play_from           127.0.0.0/8,::1/128' <<<"$output"
	refused 64 'use --yes' rm krishna
	run -0 channel rm --yes krishna
	[ "$output" = '- krishna' ]
	refused 65 'there is no channel krishna' show krishna
	refused 65 'there is no channel krishna' rm -y krishna
	[ "$(one "select count(*) from event where channel = 'krishna' and kind = 'declared'")" -eq 2 ]
}

@test "rm asks at a terminal" {
	channel -q add krishna
	script -qec "$BIN/lsctl-channel rm krishna; echo status \$?" -O log <<<n >/dev/null
	has 'Remove channel krishna' log
	has 'status 1' log
	channel show krishna >/dev/null
	script -qec "$BIN/lsctl-channel rm krishna; echo status \$?" -O log <<<y >/dev/null
	has 'status 0' log
	refused 65 'there is no channel' show krishna
}

@test "set, enable, disable" {
	channel -q add krishna
	run -0 channel set krishna delay_ms=0 stall-ms=400 enabled=no
	[ "$output" = $'~ krishna delay_ms 2000 -> 0\n~ krishna enabled yes -> no\n~ krishna stall_ms 1500 -> 400' ]
	run -0 --separate-stderr channel set krishna delay_ms=0
	[ -z "$output" ]
	[ "$stderr" = 'lsctl-channel: nothing to do' ]
	[ "$(channel set krishna delay_ms=)" = '~ krishna delay_ms 0 -> 2000' ]
	[ "$(channel enable krishna)" = '~ krishna enabled no -> yes' ]
	[ "$(channel disable krishna)" = '~ krishna enabled yes -> no' ]
	[ "$(channel host set b)" = '+ host b' ]
	[ "$(channel set krishna host=b)" = '~ krishna host testhost -> b' ]
}

@test "sources: order, kinds, tokens, pins" {
	channel -q add krishna
	[ "$(channel source add krishna cam2 live --position 2)" = '+ krishna source cam2 live' ]
	[ "$(channel source add krishna late live)" = '+ krishna source late live' ]
	[ "$(channel source move krishna late 1)" = \
	    '~ krishna sources obs,cam2,loop,file,late -> late,obs,cam2,loop,file' ]
	one "update channel set mode = 'late', mode_until = now()"
	[ "$(channel source rm krishna late)" = '- krishna source late live' ]
	[ "$(channel source set krishna cam2 tracks=video)" = '~ krishna source cam2 tracks - -> video' ]
	[ "$(channel export krishna | jq -c '.channels[0].sources[] | select(.name == "cam2")')" = \
	    '{"name":"cam2","kind":"live","tracks":"video"}' ]
	channel export krishna >tracks.json
	channel apply -n tracks.json
	run -0 channel show krishna
	[[ $output == *cam2*live*video* ]]
	[ "$(channel source set krishna cam2 tracks=)" = '~ krishna source cam2 tracks video -> -' ]
	[ "$(channel source set krishna cam2 tracks=both)" = '' ]
	refused 65 'tracks: must be both or video' source set krishna cam2 tracks=sound
	refused 65 'source loop: tracks' source set krishna loop tracks=video
	refused 65 'kind: cannot be changed' source set krishna cam2 kind=loop
	[ "$(one 'select mode from channel')" = auto ]
	[ "$(one "select string_agg(name, ',' order by position) from source")" = obs,cam2,loop,file ]
	refused 65 'channel krishna: source cam2 is there already' source add krishna cam2 live
	refused 65 'channel krishna: there is no source x' source rm krishna x
	refused 65 'must not be auto or off' source add krishna off live
	refused 65 'kind: must be live, loop or file' source add krishna y tape
	refused 65 'position: must be a whole number from 1 to 8' source move krishna obs 0
	for s in obs cam2 loop; do
		channel -q source rm krishna $s
	done
	refused 65 'channel krishna: sources: must be 1 to 8' source rm krishna file
}

@test "media: the playlist is printed relative to its folder" {
	channel -q add krishna
	[ "$(channel media krishna loop "$LSCTL_STATE/media/a.flv" 'b c.flv')" = \
	    '~ krishna source loop files - -> a.flv,b c.flv' ]
	[ "$(one "select string_agg(path, '|' order by position) from media")" = 'a.flv|b c.flv' ]
	[ "$(channel media krishna loop z.flv)" = '~ krishna source loop files a.flv,b c.flv -> z.flv' ]
	refused 65 'must not leave the media folder' media krishna loop ../a.flv
	refused 65 'must be relative to the media folder' media krishna loop /a.flv
	refused 65 'is live, and plays no files' media krishna obs a.flv
	refused 65 'there is no source x' media krishna x a.flv
}

@test "destinations: add, set, show, enable, disable, rm" {
	festival
	run -0 channel dest show krishna
	[[ ${lines[0]} = DESTINATION* ]]
	[[ ${lines[1]} = youtube*yes*none*send*8000* ]]
	[[ ${lines[1]} = *backup=1*60000*one* ]]
	[[ ${lines[2]} = fb*no*none*disconnect*9000*\ 0\ *one*/etc/ssl/ca.pem* ]]
	[ "$(channel dest show --json krishna fb | jq -r .url)" = rtmps://live-api-s.facebook.com:443/rtmp ]
	[ "$(channel dest enable krishna fb)" = '~ krishna destination fb enabled no -> yes' ]
	[ "$(channel dest disable krishna fb)" = '~ krishna destination fb enabled yes -> no' ]
	[ "$(channel dest set krishna fb ca_file= queue-ms=5000)" = \
	    $'~ krishna destination fb ca_file /etc/ssl/ca.pem -> -\n~ krishna destination fb queue_ms 9000 -> 5000' ]
	channel -q dest set krishna fb on-change=redial unpublish=never renew-ms=28200000 renew_at=04:00 \
	    'schedule=mon-fri 18:00-22:00; sun,sat 09:00-12:00' max-kbps=6000
	[ "$(channel dest show --json krishna fb | jq -c '[.on_change, .unpublish, .renew_ms, .renew_at, .schedule, .max_kbps]')" = \
	    '["redial","never",28200000,"04:00","mon-fri 18:00-22:00; sun,sat 09:00-12:00",6000]' ]
	[ "$(channel dest set krishna fb schedule= renew_at= unpublish=)" = $'~ krishna destination fb renew_at 04:00 -> -\n~ krishna destination fb schedule mon-fri 18:00-22:00; sun,sat 09:00-12:00 -> -\n~ krishna destination fb unpublish never -> auto' ]
	channel -q dest set krishna youtube bind=192.0.2.1 proxy=socks5://127.0.0.1:1080
	[ "$(channel dest show --json krishna youtube | jq -c '[.bind, .proxy]')" = '["192.0.2.1","socks5://127.0.0.1:1080"]' ]
	refused 65 'proxy: needs rtmps:// addresses' dest set krishna youtube backup_url=rtmp://h/x
	[ "$(channel dest set krishna youtube bind= proxy=)" = $'~ krishna destination youtube bind 192.0.2.1 -> -\n~ krishna destination youtube proxy socks5://127.0.0.1:1080 -> -' ]
	[ "$(channel dest set krishna youtube send-to=both)" = '~ krishna destination youtube send_to one -> both' ]
	refused 65 'destination youtube: send_to: is both, which needs a backup_url' dest set krishna youtube backup_url=
	[ "$(channel dest set krishna fb primary-retry-ms=)" = '~ krishna destination fb primary_retry_ms 0 -> 60000' ]
	[ "$(channel dest set krishna fb url=rtmp://h/x)" = \
	    '~ krishna destination fb url rtmps://live-api-s.facebook.com:443/rtmp -> rtmp://h/x' ]
	[ "$(channel dest rm krishna fb)" = '- krishna destination fb' ]
	refused 65 'there is no destination fb' dest show krishna fb
	refused 65 'there is no destination fb' dest set krishna fb queue_ms=5000
}

@test "an error is one line that names the object and the reason" {
	festival
	channel -q host set idle
	refused 65 'Krishna: must be 1 to 63 of a-z' add Krishna
	refused 65 'channel krishna is there already' add krishna
	refused 65 'there is no host nowhere' add c --host nowhere
	refused 65 'delay_ms: must be a whole number from 0 to 30000' add c --delay-ms 30001
	refused 65 'delay_ms: must be a whole number from 0 to 30000' set krishna delay_ms=2s
	refused 65 'stall_ms: must be a whole number from 200 to 30000' set krishna stall_ms=0
	refused 65 'stable_max_ms: must not be less than stable_ms' set krishna stable_max_ms=1
	refused 65 'keyframe_wait_ms: must be a whole number from 0 to 3600000' set krishna keyframe_wait_ms=10s
	refused 65 'play_from[1]: must be an address or a network' set krishna play_from=::1,x
	refused 65 'has bits to the right of the mask' set krishna play_from=10.1.2.3/8
	refused 65 'speed: unknown field' set krishna speed=1
	refused 65 'backup_url: unknown field' add c backup_url=rtmp://h/x
	refused 65 'name: cannot be changed' set krishna name=x
	refused 65 'there is no channel nobody' set nobody delay_ms=0
	refused 65 'there is no channel nobody' export krishna nobody
	refused 65 "a';--: must be 1 to 63" show "a';--"
	for url in http://h/x rtmp:///x rtmps://h rtmp://h:99999/x 'rtmp://h/a b'; do
		refused 65 'url: must be rtmp:// or rtmps://' dest add krishna new "$url"
	done
	refused 65 'backup_url: must be rtmp:// or rtmps://' dest set krishna fb backup_url=x
	refused 65 'on_backup: must be send or disconnect' dest set krishna fb on_backup=never
	refused 65 'queue_ms: must be a whole number' dest set krishna fb queue_ms=999
	refused 65 'on_change: must be continue or redial' dest set krishna fb on_change=stop
	refused 65 'unpublish: must be auto, always or never' dest set krishna fb unpublish=clean
	refused 65 'renew_ms: must be a whole number from 0 to 604800000' dest set krishna fb renew_ms=8h
	refused 65 'renew_at: must be a time of day like 04:00' dest set krishna fb renew_at=4
	refused 65 'schedule: must be like mon-fri 18:00-22:00' dest set krishna fb 'schedule=mon-fri 9:00-12:00'
	refused 65 'max_kbps: must be a whole number from 0 to 1000000' dest set krishna fb max_kbps=6M
	refused 65 'bind: must be an IP address, or an interface like eth0' dest set krishna fb 'bind=a name'
	refused 65 'proxy: must be socks5:// or http://' dest set krishna fb proxy=https://h:1
	refused 65 'proxy: must have no user and password' dest set krishna fb proxy=socks5://u:p@h:1
	refused 65 'send_to: must be one or both' dest set krishna fb send_to=all
	refused 65 'send_to: is both, which needs a backup_url' dest set krishna fb send_to=both
	refused 65 'primary_retry_ms: must be a whole number from 0 to 86400000' dest set krishna fb primary_retry_ms=60s
	refused 65 'a key does not belong here' dest set krishna fb key=canary
	refused 65 'must be a host name in lower case' host set HOST
	refused 65 'server: must be srs or nginx' host set h server=apache
	refused 65 'host testhost has channels: krishna rama: move them first' host rm testhost
	[ "$(channel host rm idle)" = '- host idle' ]
	refused 66 'No such file' apply none.json
}

@test "dest test: a destination with its key, which is in no argument" {
	"$BIN/lsctl-keys" init -q
	channel -q add krishna
	channel -q dest add krishna youtube rtmp://127.0.0.1:1/live2
	run -65 channel dest test krishna youtube
	[[ $output == *'destination youtube of krishna has no key yet: lsctl-channel dest set krishna youtube --key'* ]]
	echo canary-K9 | private key
	channel -q dest set krishna youtube --key-file key
	run -65 channel dest test krishna none
	[[ $output == *'channel krishna has no destination none'* ]]
	run -1 channel dest test krishna youtube
	[[ $output == *'connect  failed'*'Connection refused'* ]]
	refute grep -F canary <<<"$output"
	run -1 channel dest test --json --outside krishna youtube
	jq -e '.steps[-1] | .step == "connect" and (.ok | not) and (.detail | contains("inside"))' <<<"$output"
	LSCTL_TEST_INSIDE=1 run -1 channel dest test --json --outside krishna youtube
	jq -e '.steps[-1].detail == "Connection refused"' <<<"$output"
	run -65 channel dest test --publish krishna youtube
	[[ $output == *'has no film to publish'* ]]
	# what it runs gets the spec on its standard input, and publishes unasked only where no forwarder does
	mkdir fake
	cp "$BIN/lsctl-channel" fake
	printf '#!/bin/sh\necho "$@" >argv\ncat >spec\n' >fake/lsctl-forward
	chmod 755 fake/lsctl-forward
	channel -q media krishna file a.flv
	fake/lsctl-channel dest test krishna youtube
	[ "$(cat argv)" = 'test -- - youtube' ]
	jq -e --arg film "$LSCTL_STATE/media/a.flv" '.destinations[0].key == "canary-K9" and .sources[0].path == [$film]' spec
	channel -q dest disable krishna youtube
	fake/lsctl-channel dest test --json --outside krishna youtube
	[ "$(cat argv)" = 'test --json --outside --hidden -- - youtube' ]
	fake/lsctl-channel dest test --publish krishna youtube
	[ "$(cat argv)" = 'test --publish -- - youtube' ]
	# under another address it is not sent
	one "update destination set url = 'rtmp://evil.example/live2'"
	run -65 channel dest test krishna youtube
	[[ $output == *'the key of youtube is for another address'* ]]
}

@test "film rm: a film that no list has, of this host, once" {
	channel -q add krishna
	channel -q add rama
	channel -q media krishna loop a.flv b.flv
	channel -q media rama file old/a.flv
	mkdir -p "$LSCTL_STATE/media"
	touch "$LSCTL_STATE"/media/{a,b,b2,c}.flv "$LSCTL_STATE/secret"
	refused 65 'film a.flv is in use: krishna loop, rama file: set other films there first' film rm -y a.flv
	[ -e "$LSCTL_STATE/media/a.flv" ]
	[ "$(channel film rm -y c.flv)" = '- film c.flv' ]
	[ ! -e "$LSCTL_STATE/media/c.flv" ]
	one "select count(*) from event where detail ->> 'film' = 'c.flv' and host = 'testhost'" | grep -x 1
	refused 66 "$LSCTL_STATE/media/c.flv: No such file" film rm -y c.flv
	for name in ../secret "$LSCTL_STATE/secret" .. . ''; do
		refused 65 'must be the name of a file in the media folder' film rm -y "$name"
	done
	[ -e "$LSCTL_STATE/secret" ]
	refused 64 'film rm asks at a terminal' film rm b.flv
	# what could not be printed is not done
	run -74 --separate-stderr bash -c "'$BIN/lsctl-channel' film rm -y b2.flv >/dev/full"
	[ -e "$LSCTL_STATE/media/b2.flv" ]
	# what could not be removed is no event
	one "select count(*) from event where detail ? 'film'" | grep -x 1
}

@test "the first channel declares this host, if it is not declared yet" {
	export LSCTL_HOST=fresh
	run -0 channel add krishna
	[ "${lines[0]}" = '+ host fresh' ]
	[ "$(channel host list --json | jq -r .name)" = $'fresh\ntesthost' ]
	run -0 channel host list
	[[ ${lines[1]} = 'fresh     srs     rtmp://127.0.0.1/live  '* ]]
}

@test "export and apply: what export prints can be applied, again, and to an empty database" {
	festival
	channel export >all.json
	run -0 --separate-stderr channel apply all.json
	[ -z "$output" ]
	[ "$stderr" = 'lsctl-channel: nothing to do' ]
	run -0 channel apply --prune all.json
	events=$(one 'select count(*) from event')
	echo '{"channels": []}' >none.json
	[ "$(channel apply --prune none.json)" = $'- krishna\n- rama' ]
	[ "$(one 'select count(*) from event')" -eq $((events + 2)) ]
	[ "$(channel list | wc -l)" -eq 1 ]
	refused 65 'standard input:1: is not JSON' apply -
	"$BIN/lsctl-channel" -q apply - <all.json
	channel export | cmp - all.json
	channel -q apply all.json
	channel export | cmp - all.json
	jq -c . all.json >dense.json	# no matter how it is written
	prints_nothing channel -q apply dense.json
	[ "$(channel export rama | jq -r '.channels[].name')" = rama ]
}

@test "apply: the differences, and -n stops there" {
	festival
	channel export >all.json
	jq '.channels[0] |= (.delay_ms = 500 | .destinations |= (reverse | .[1].queue_ms = 7000) |
	    .sources |= [.[1], {name: "obs", kind: "live"}] | .sources[0].files = ["two.flv"]) |
	    .channels[1] |= (.name = "sita" | del(.destinations))' all.json >new.json
	run -1 channel apply -n --prune new.json
	cat >want <<'END'
~ krishna delay_ms 1000 -> 500
~ krishna destinations youtube,fb -> fb,youtube
~ krishna sources obs,loop,file -> loop,obs
- krishna source file file
~ krishna source loop files one.flv,two.flv -> two.flv
~ krishna destination youtube queue_ms 8000 -> 7000
- rama
+ sita
+ sita source obs live
+ sita source file file
END
	diff want - <<<"$output"
	channel export | cmp - all.json
	run -0 channel apply --prune new.json
	diff want - <<<"$output"
	[ "$(channel list --json | jq -r .name)" = $'krishna\nsita' ]
	run -0 channel apply -n --prune new.json
}

@test "apply: without --prune nothing is removed" {
	festival
	echo '{"channels": [{"name": "sita"}]}' >new.json
	channel -q apply new.json
	[ "$(channel list --json | jq -r .name)" = $'krishna\nrama\nsita' ]
}

@test "apply: an error changes nothing, and is printed with its line" {
	festival
	cat >bad.json <<'END'
{"channels": [
  {"name": "sita"},
  {"name": "rama", "destinations": [
    {"name": "y", "url": "rtmp://h/x"},
    {"name": "z", "url": "rtmp://h/x",
     "keys": "canary"}]}]}
END
	refused 65 'bad.json:6: channel rama: destinations[1].keys: unknown field' apply bad.json
	sed -i 's/"keys"/"key"/' bad.json
	refused 65 'bad.json:6: channel rama: destinations[1].key: a key does not belong' apply bad.json
	run -65 --separate-stderr channel apply bad.json
	refute grep canary <<<"$stderr"
	echo '{"channels": [{"name": "sita"}, {"name": "late", "host": "nowhere"}]}' >bad.json
	refused 65 'channel late: host: there is no host nowhere' apply bad.json
	printf '{"channels": [\n{"name": "sita",}]}' >bad.json
	refused 65 'bad.json:2: is not JSON near column 17' apply bad.json
}

@test "a change that cannot be printed is not made" {
	channel -q add krishna
	run -74 --separate-stderr bash -c "'$BIN/lsctl-channel' add rama >/dev/full"
	[ "$stderr" = 'lsctl-channel: stdout: No space left on device' ]
	[ "$(channel list --json | jq -r .name)" = krishna ]
}

@test "two changes at the same time are both complete" {
	festival
	channel export >all.json
	for n in 1 2 3 4; do
		jq --arg n "$n" '.channels += [range(50) | {name: "c\(.)-\($n)"}] |
		    .channels[0].delay_ms = ($n | tonumber)' all.json >"$n.json"
		start "apply$n" "$BIN/lsctl-channel" -q apply "$n.json"
		pids="${pids-} $pid"
	done
	for p in $pids; do
		finish "$p"
		[ "$status" -eq 0 ]
	done
	[ "$(channel list --json | wc -l)" -eq 202 ]
	[ "$(one 'select count(*) from source')" -eq $((200 * 3 + 3 + 2)) ]
}

@test "a stream key comes from a file, from standard input, or from the terminal" {
	master
	channel -q add krishna
	echo canary-file | private key
	[ "$(channel dest add krishna youtube rtmps://h/live2 --key-file key)" = \
	    $'+ krishna destination youtube rtmps://h/live2\n~ krishna destination youtube key' ]
	sealed=$(one 'select sealed from destination')
	[ "$(one 'select octet_length(sealed) from destination')" -eq $((29 + 11)) ]
	[ "$(channel dest show --json krishna | jq -r .key)" = true ]
	[ "$(echo canary-stdin | "$BIN/lsctl-channel" dest set krishna youtube --key-stdin)" = \
	    '~ krishna destination youtube key' ]
	prints_other_than "$sealed" one 'select sealed from destination'
	channel -q dest set krishna youtube queue_ms=9000 url=rtmps://h/live3	# keeps the key
	[ "$(one 'select octet_length(sealed) from destination')" -eq $((29 + 12)) ]
	channel export >all.json
	channel -q apply all.json
	[ "$(one 'select octet_length(sealed) from destination')" -eq $((29 + 12)) ]
	"$BIN/lsctl-keys" check
	# a terminal: asked, and nothing of it is shown
	: >log
	{ await has 'Stream key of' log; echo canary-typed; } | script -qefc \
	    "$BIN/lsctl-channel dest add krishna fb rtmps://h/rtmp; echo status \$?" -O log >/dev/null
	has 'Stream key of krishna fb (empty: none): ' log
	has 'status 0' log
	refute grep canary-typed log
	[ "$(one "select octet_length(sealed) from destination where name = 'fb'")" -eq $((29 + 12)) ]
	script -qec "$BIN/lsctl-channel dest add krishna none rtmps://h/rtmp; echo status \$?" -O log \
	    <<<'' >/dev/null
	has 'status 0' log
	[ "$(channel dest show --json krishna none | jq -r .key)" = false ]
	# nowhere in clear
	pg_dump >dump
	has youtube dump
	refute grep -a -e canary dump all.json log
}

@test "a server that asks who publishes: a user, and a password that is sealed" {
	master
	channel -q add krishna
	echo canary-key | private key
	echo 'canary pass word' | private password
	private empty </dev/null
	[ "$(channel dest add krishna adobe rtmps://h/live --key-file key --user me@example.org --password-file password \
	    --answer-ms 30000)" = $'+ krishna destination adobe rtmps://h/live\n~ krishna destination adobe key\n~ krishna destination adobe password' ]
	[ "$(channel dest show --json krishna | jq -c '[.user, .password, .answer_ms]')" = '["me@example.org",true,30000]' ]
	[ "$(one 'select octet_length(password_sealed) from destination')" -eq $((29 + 16)) ]
	channel export >all.json
	[ "$(jq -c '.channels[0].destinations[0] | [.user, .answer_ms, .password]' all.json)" = '["me@example.org",30000,null]' ]
	channel apply all.json
	sed 's/me@example.org/you/; s/30000/9000/' all.json >other.json
	[ "$(channel apply other.json)" = $'~ krishna destination adobe answer_ms 30000 -> 9000\n~ krishna destination adobe user me@example.org -> you' ]
	[ "$(echo canary-next | "$BIN/lsctl-channel" dest set krishna adobe --password-stdin)" = \
	    '~ krishna destination adobe password' ]
	[ "$(one 'select octet_length(password_sealed) from destination')" -eq $((29 + 11)) ]
	run -0 "$BIN/lsctl-keys" check
	[[ $output == *' 2 secrets of destinations'* ]]
	pg_dump >dump
	refute grep -a -e canary dump all.json
	# it is for this server, as the key is
	run -0 --separate-stderr channel dest set krishna adobe url=rtmps://h:444/live
	[[ $stderr == *'adobe: its key was for the former address'*'adobe: its password was for the former address, and is removed: lsctl-channel dest set krishna adobe --password' ]]
	[ "$(channel dest show --json krishna | jq -c '[.user, .key, .password]')" = '["you",false,null]' ]
	[ "$(channel dest set krishna adobe user= answer_ms=)" = $'~ krishna destination adobe answer_ms 9000 -> 20000\n~ krishna destination adobe user you -> -' ]
	refused 65 'user=USER --password' dest add krishna y rtmp://user:password@h/x
	refused 65 'user: must be 1 to 128' dest set krishna adobe 'user=a&b'
	refused 65 'answer_ms: must be a whole number from 1000' dest set krishna adobe answer-ms=999
	refused 65 'password: must be 1 to 256 characters' dest set krishna adobe --password-file empty
	refused 65 'a password does not belong here' dest set krishna adobe password=x
	run -64 channel dest set krishna adobe --key-stdin --password-stdin
}

@test "a stream key that is not valid changes nothing" {
	master
	channel -q add krishna
	private empty </dev/null
	printf 'two\nlines\n' | private lines
	head -c 2000 /dev/zero | tr '\0' k | private long
	echo canary >open
	chmod 640 open
	refused 66 'stream key: open: others can read it: chmod 600 open' dest add krishna y rtmp://h/x --key-file open
	refused 65 'stream key: must be 1 to 1024 visible characters' dest add krishna y rtmp://h/x --key-file empty
	refused 65 'stream key: must be 1 to 1024 visible characters' dest add krishna y rtmp://h/x --key-file lines
	refused 65 'stream key: long: Message too long' dest add krishna y rtmp://h/x --key-file long
	refused 66 'stream key: none: No such file' dest add krishna y rtmp://h/x --key-file none
	refused 65 'channel krishna: there is no destination y' dest set krishna y --key-file etc/master.key
	run -66 setsid -w "$BIN/lsctl-channel" dest add krishna y rtmp://h/x --key </dev/null
}

@test "without a master key: exit 78, and nothing is written" {
	channel -q add krishna
	echo canary | private key
	refused 78 'master.key' dest add krishna y rtmp://h/x --key-file key
	master
	chmod 0440 etc/master.key
	refused 78 'master.key' dest add krishna y rtmp://h/x --key-file key
	rm -f etc/master.key
	(umask 077; printf '%064d\n' 7 >etc/master.key)
	refused 78 'master.key' dest add krishna y rtmp://h/x --key-file key
	[ "$(one 'select count(*) from destination')" -eq 0 ]
}

@test "the stream key is in no argument, environment or core" {
	master
	channel -q add krishna
	mkfifo -m 600 keys
	start add "$BIN/lsctl-channel" dest add krishna y rtmp://h/x --key-file keys
	exec 9>keys
	await has 'dest' "/proc/$pid/cmdline"
	refute grep -a canary "/proc/$pid/cmdline"
	has 'Max core file size *0 *0' "/proc/$pid/limits"
	echo canary >&9
	exec 9>&-
	finish "$pid"
	[ "$status" -eq 0 ]
	refute grep canary add.out add.err
}

@test "roles: a viewer reads, and changes nothing" {
	festival
	export PGUSER=t_viewer
	channel list >/dev/null
	channel export >all.json
	for words in 'add sita' 'set krishna delay_ms=0' 'rm -y krishna' 'apply all.json' \
	    'dest rm krishna fb' 'host set h'; do
		# shellcheck disable=SC2086
		refused 77 'permission denied' $words
	done
	export PGUSER=t_hook
	refused 77 'permission denied' list
	export PGUSER=t_operator
	refused 77 'permission denied' add sita
	export PGUSER=t_admin
	channel add sita
	[ "$(PGUSER=t_super one "select who from event where channel = 'sita'")" = t_admin ]
}

@test "the role of the tool may access no table" {
	for table in channel destination token master_key event; do
		run ! psql -Xq -U t_admin -c 'set role lsctl_channel' -c "select * from lsctl.$table"
	done
}

@test "the database itself refuses declarations that are not valid" {
	while IFS='|' read -r doc why; do
		run ! one "select declare('$doc')"
		echo "$doc: $output"
		grep -q -F -e "$why" <<<"$output"
	done <<'END'
{"channels": [{"name": "A", "host": "testhost"}]}|channel A: name: must be
{"channels": [{"name": "a", "host": "testhost", "delay_ms": 1.5}]}|channel a: delay_ms: must be a whole number from 0 to 30000
{"channels": [{"name": "a", "host": "testhost", "stable_max_ms": 1}]}|channel a: stable_max_ms: must not be less
{"channels": [{"name": "a", "host": "testhost", "speed": 1}]}|channel a: speed: unknown field
{"channels": [{"name": "a", "host": "nowhere"}]}|channel a: host: there is no host nowhere
{"channels": [{"name": "a"}]}|channel a: host: there is no host
{"channels": [{"name": "a", "host": "testhost"}, {"name": "a", "host": "testhost"}]}|channel a: is there twice
{"channels": [{"name": "a", "host": "testhost", "sources": []}]}|channel a: sources: must be 1 to 8
{"channels": [{"name": "a", "host": "testhost", "sources": [{"name": "auto", "kind": "live"}]}]}|channel a: source auto: name
{"channels": [{"name": "a", "host": "testhost", "sources": [{"name": "x", "kind": "y"}]}]}|channel a: source x: kind: must be live or loop or file
{"channels": [{"name": "a", "host": "testhost", "sources": [{"name": "x", "kind": "live", "files": []}]}]}|channel a: source x: files: unknown field
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y"}]}]}|channel a: destination y: url: must be rtmp://
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "backup_url": "z"}]}]}|channel a: destination y: backup_url: must be
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "send_to": "all"}]}]}|channel a: destination y: send_to: must be one or both
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "send_to": "both"}]}]}|channel a: destination y: send_to: is both, which needs a backup_url
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "primary_retry_ms": -1}]}]}|channel a: destination y: primary_retry_ms: must be a whole number from 0 to 86400000
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "sealed": "z"}]}]}|channel a: destination y: sealed: unknown field
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://u:p@h/x"}]}]}|channel a: destination y: url: must be rtmp://
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "user": "a b"}]}]}|channel a: destination y: user: must be 1 to 128
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "answer_ms": 5}]}]}|channel a: destination y: answer_ms: must be a whole number from 1000 to 120000
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "on_change": "x"}]}]}|channel a: destination y: on_change: must be continue or redial
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "unpublish": "x"}]}]}|channel a: destination y: unpublish: must be auto or always or never
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "renew_ms": 604800001}]}]}|channel a: destination y: renew_ms: must be a whole number from 0 to 604800000
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "renew_at": "24:00"}]}]}|channel a: destination y: renew_at: must be a time of day
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "schedule": "mon"}]}]}|channel a: destination y: schedule: must be like
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "max_kbps": -1}]}]}|channel a: destination y: max_kbps: must be a whole number from 0
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmp://h/x", "proxy": "http://h:1"}]}]}|channel a: destination y: proxy: needs rtmps:// addresses
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmps://h/x", "proxy": "http://u:p@h:1"}]}]}|channel a: destination y: proxy: must be socks5://
{"channels": [{"name": "a", "host": "testhost", "destinations": [{"name": "y", "url": "rtmps://h/x", "bind": "a b"}]}]}|channel a: destination y: bind: must be an IP address
{"hosts": [{"name": "H"}]}|host H: name: must be
{"hosts": [{"name": "h", "server": "x"}]}|host h: server: must be srs or nginx
END
	[ "$(one 'select count(*) from channel')" -eq 0 ]
}

@test "exit 75 when another declaration takes too long" {
	channel -q add krishna
	start holder psql -Xq -c 'begin; select lsctl.declaration_lock(); select pg_sleep(30)'
	held() { [ "$(one "select count(*) from pg_locks where relation = 'declaration_turn'::regclass and granted")" = 1 ]; }
	await held
	run -75 --separate-stderr channel set krishna delay_ms=0
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$(channel show --json krishna | jq .delay_ms)" -eq 2000 ]
}

@test "a login without rights holds up no declaration" {
	login=$BATS_TEST_NUMBER-curious
	one "create role \"$login\" login in role lsctl_viewer"
	as() { psql -XqAt -v ON_ERROR_STOP=1 -c "set session authorization \"$login\"" -c "$1"; }
	run -1 as "begin; lock table lsctl.declaration_turn in access share mode"
	[[ "$output" == *'permission denied'* ]]
	run -1 as 'select lsctl.declaration_lock()'
	start holder psql -XqAt -c "set session authorization \"$login\"" \
	    -c "select pg_advisory_lock(hashtext('lsctl declaration'))" -c 'select pg_sleep(30)'
	held() { [ "$(one "select count(*) from pg_locks where locktype = 'advisory' and granted")" = 1 ]; }
	await held
	channel -q add krishna
}

@test "exit 75 when the database is down" {
	export PGHOST=$PWD/nowhere
	refused 75 'nowhere' list
	refused 75 'nowhere' add krishna
	echo '{}' >empty.json
	refused 75 'nowhere' apply empty.json
}

@test "a thousand channels take as many round trips as one" {
	jq -n '{channels: [range(1000) | {name: "c\(.)", sources: [{name: "obs", kind: "live"},
	    {name: "loop", kind: "loop", files: ["a.flv", "b.flv"]}],
	    destinations: [{name: "y", url: "rtmp://h/x"}, {name: "z", url: "rtmp://h/x"}]}]}' >many.json
	channel -q apply many.json
	run -0 channel apply --prune many.json
	echo '{"channels": [{"name": "one"}]}' >one.json
	strace -o probe true 2>/dev/null || skip 'nothing can be traced here'
	for f in many one; do
		[ "$f" = one ] || channel -q apply --prune one.json
		strace -f -e trace=sendto -o "$f.trace" "$BIN/lsctl-channel" -q apply "$f.json" \
		    </dev/null
	done
	many=$(grep -c '^[0-9]* *sendto.*"[PBEQ]' many.trace)
	[ "$many" -le $(($(grep -c '^[0-9]* *sendto.*"[PBEQ]' one.trace) + 1)) ]
}
