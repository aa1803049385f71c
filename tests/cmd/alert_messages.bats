#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What lsctl-alert sends to people, to an HTTP server and a sendmail of the test; the last test boots a real systemd.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers

setup() {
	setup_folder
	export LSCTL_HOST=testhost LSCTL_RUN=$PWD/run LSCTL_STATE=$PWD/state LSCTL_ALERT=/bin/true LSCTL_ALERTS=$PWD/alerts
	unset INVOCATION_ID LSCTL_ALERT_EVERY MONITOR_UNIT
	mkdir run state
	: >requests
	: >connections
}

teardown() {
	if [ -e booted ]; then
		"$ROOT/tests/lib/nspawn" stop "$PWD/c"
	fi
	teardown_folder
}

# serve: the server; $url is its address.
serve() {
	start peer "$ROOT/tests/lib/http_peer" "$PWD"
	await test -s port
	url=http://127.0.0.1:$(cat port)
}

# secret NAME TEXT: a file that only its owner can read.
secret() {
	printf '%s\n' "$2" | private "$1"
}

# declare_way NAME JSON [MORE]: anna has this way; MORE are further members of the declaration.
declare_way() {
	cat >alerts <<-END
		{"ways": {"$1": $2},
		 "people": {"anna": {"ways": ["$1"]}}${3:+, $3}}
	END
	chmod 644 alerts
}

good() {
	echo '{"host":"testhost","database":true,"server":{"up":true},"problems":[]}'
}

# record [CODE]: the records of a pass in which krishna has this critical problem, or none.
record() {
	good
	jq -nc '{channel: "krishna", state: "OBS_ACTIVE", on_air: "obs", running: true, status: "critical", problems:
	    ($ARGS.positional | map({code: ., subject: "channel", text: (env.TEXT // "nobody can watch")}))}' --args "$@"
}

pass() {
	record "$@" | "$BIN/lsctl-alert" -q --after 1s --problems
}

send() {
	timeout 100 "$BIN/lsctl-alert" -v --send
}

requests() {
	[ "$(wc -l <requests)" -eq "$1" ]
}

waiting() {
	[ "$(jq '.messages | length' state/alert/outbox/messages)" -eq "$1" ]
}

# asked JQ: of the last request.
asked() {
	tail -n 1 requests | jq -r "$1"
}

# Makes the time of the next try of all that waits pass.
hurry() {
	jq -c '.messages[].next = 0' state/alert/outbox/messages >hurried
	mv hurried state/alert/outbox/messages
}

# signed SECRET: verifies the last request as a receiver does.
signed() {
	tail -n 1 requests | SECRET=$1 /usr/bin/python3 -c '
import base64, hashlib, hmac, json, os, sys, time
r = json.load(sys.stdin)
h = r["headers"]
key = base64.b64decode(os.environ["SECRET"][len("whsec_"):])
text = "%s.%s.%s" % (h["webhook-id"], h["webhook-timestamp"], r["body"])
want = "v1," + base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
assert hmac.compare_digest(want, h["webhook-signature"]), (want, h)
assert abs(time.time() - int(h["webhook-timestamp"])) < 60
'
}

KEY=whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDC3vTTCFVsBQ=

@test "a webhook is signed, and says when a problem begins and is over" {
	serve
	secret key "$KEY"
	declare_way hook "{\"kind\":\"webhook\",\"url\":\"$url/ok\",\"secret_file\":\"key\",\"inside\":true}"
	LSCTL_WEB_URL=https://live.example.org/ pass nothing-on-air
	run -0 send
	[[ $output = *'way=hook person=anna '*'HTTP 200'* ]]
	requests 1
	signed "$KEY"
	[ "$(asked .body | jq -r .link)" = 'https://live.example.org/#/channel/krishna' ]
	[ "$(asked '.method, .path, .headers["content-type"]' | tr '\n' ' ')" = 'POST /ok application/json ' ]
	asked .body | jq -e '.kind == "problem" and .channel == "krishna" and .code == "nothing-on-air" and .host == "testhost"
	    and .critical and .subject == "channel" and .title == "krishna: nothing-on-air"'
	pass nothing-on-air
	[ ! -e state/alert/outbox/messages ]		# once
	await is_over
	run -0 send
	requests 2
	signed "$KEY"
	asked .body | jq -e '.kind == "problem-over" and .title == "krishna: over: nothing-on-air"'
}

is_over() {
	pass
	[ -e state/alert/outbox/messages ]
}

@test "a server that fails is tried again, with the same id; one that refuses is not" {
	serve
	secret key "$KEY"
	declare_way hook "{\"kind\":\"webhook\",\"url\":\"$url/flaky\",\"secret_file\":\"key\",\"inside\":true}"
	pass nothing-on-air
	start sender timeout 100 "$BIN/lsctl-alert" -v --send
	await grep -q 'way=hook person=anna .* is tried again later: HTTP 500' sender.err
	[ "$(jq '.messages[0].tries' state/alert/outbox/messages)" = 1 ]
	hurry						# by rename: the sender notices
	finish "$pid"
	[ "$status" -eq 0 ]
	requests 2
	signed "$KEY"
	[ "$(jq -r '.headers["webhook-id"]' requests | sort -u | wc -l)" = 1 ]
	declare_way hook "{\"kind\":\"webhook\",\"url\":\"$url/refuse\",\"secret_file\":\"key\",\"inside\":true}"
	pass no-destination-live
	run -69 send
	[[ $output = *'is lost: HTTP 400: Cannot POST /refuse'* ]]
	requests 3
	[ ! -e state/alert/outbox/messages ]
}

@test "a server may ask for more time" {
	serve
	secret key "$KEY"
	declare_way hook "{\"kind\":\"webhook\",\"url\":\"$url/busy\",\"secret_file\":\"key\",\"inside\":true}"
	pass nothing-on-air
	before=$(date +%s)
	start sender "$BIN/lsctl-alert" -v --send
	await grep -q 'HTTP 429' sender.err
	[ "$(jq '.messages[0].next' state/alert/outbox/messages)" -ge $((before + 11)) ]
	# meanwhile another one has nothing to do, which is no fault
	run -75 send
	[ "$output" = 'lsctl-alert: another lsctl-alert sends already' ]
	kill "$pid"
}

@test "what hangs or closes is tried again, and does not stop a second message for ever" {
	serve
	secret key "$KEY"
	cat >alerts <<-END
		{"ways": {
		  "hangs": {"kind": "webhook", "url": "$url/hang", "secret_file": "key", "inside": true},
		  "closes": {"kind": "webhook", "url": "$url/close", "secret_file": "key", "inside": true},
		  "works": {"kind": "webhook", "url": "$url/ok", "secret_file": "key", "inside": true}},
		 "people": {"anna": {"ways": ["hangs", "closes", "works"]}}}
	END
	pass nothing-on-air
	start sender "$BIN/lsctl-alert" -v --send
	SECONDS=0
	until grep -q 'way=works .*HTTP 200' sender.err; do
		[ "$SECONDS" -lt 25 ]
		sleep 0.1
	done
	grep 'way=hangs .* is tried again later: no complete answer in time' sender.err
	grep 'way=closes .* is tried again later: ' sender.err
	waiting 2
	kill "$pid"
}

@test "no redirect is followed" {
	serve
	secret key "$KEY"
	declare_way hook "{\"kind\":\"webhook\",\"url\":\"$url/redirect\",\"secret_file\":\"key\",\"inside\":true}"
	pass nothing-on-air
	run -69 send
	[[ $output = *'is lost: HTTP 302, a redirect, which is not followed'* ]]
	requests 1
	refute grep -q '/inside' requests
}

@test "an address inside is not connected to, whatever its name is" {
	serve
	port=$(cat port)
	secret key "$KEY"
	for host in 127.0.0.1 localhost 0x7f000001 2130706433 '[::ffff:127.0.0.1]' 0.0.0.0; do
		declare_way hook "{\"kind\":\"webhook\",\"url\":\"http://$host:$port/ok\",\"secret_file\":\"key\"}"
		run -69 "$BIN/lsctl-alert" --test hook
		[[ $output = *'failed'*'its address is inside'*'"inside": true permits that'* ]]
	done
	[ ! -s connections ]
	# a name that resolves to it: nobody can see that in the declaration
	if [ "$(id -u)" -eq 0 ]; then
		sed 's/^/# /' /etc/hosts >hosts
		echo '127.0.0.1 hook.example.org' >>hosts
		declare_way hook "{\"kind\":\"webhook\",\"url\":\"http://hook.example.org:$port/ok\",\"secret_file\":\"key\"}"
		run -69 unshare -m sh -c 'mount --bind hosts /etc/hosts && exec "$@"' - "$BIN/lsctl-alert" --test hook
		[[ $output = *'its address is inside'* ]]
		[ ! -s connections ]
		declare_way hook "{\"kind\":\"webhook\",\"url\":\"http://hook.example.org:$port/ok\",\"secret_file\":\"key\",
		    \"inside\":true}"
		run -0 unshare -m sh -c 'mount --bind hosts /etc/hosts && exec "$@"' - "$BIN/lsctl-alert" --test hook
		requests 1
	fi
	# the message is lost at once, and not tried for hours
	declare_way hook "{\"kind\":\"webhook\",\"url\":\"http://localhost:$port/ok\",\"secret_file\":\"key\"}"
	pass nothing-on-air
	run -69 send
	[[ $output = *'is lost: its address is inside'* ]]
}

@test "ntfy, Telegram, Discord and Slack get what their API takes" {
	serve
	secret token 123456:ABC-DEF
	secret topic a-secret-topic
	secret ntfy tk_secret
	secret discord "$url/api/webhooks/1/secret-of-discord"
	secret slack "$url/services/T0/B0/secret-of-slack"
	cat >alerts <<-END
		{"ways": {
		  "push": {"kind": "ntfy", "server": "$url", "topic_file": "topic", "token_file": "ntfy", "inside": true},
		  "chat": {"kind": "telegram", "server": "$url", "token_file": "token", "chat": "-100", "inside": true},
		  "guild": {"kind": "discord", "url_file": "discord", "inside": true},
		  "work": {"kind": "slack", "url_file": "slack", "inside": true}},
		 "people": {"anna": {"ways": ["push", "chat", "guild", "work"]}}}
	END
	TEXT='<!everyone> & ```' pass nothing-on-air
	run -0 send
	requests 4
	jq -r .path requests >paths
	printf '%s\n' / /bot123456:ABC-DEF/sendMessage /api/webhooks/1/secret-of-discord /services/T0/B0/secret-of-slack |
	    diff - paths
	[ "$(jq -r 'select(.path == "/") | .headers.authorization' requests)" = 'Bearer tk_secret' ]
	jq -r 'select(.path == "/").body' requests |
	    jq -e '.topic == "a-secret-topic" and .title == "krishna: nothing-on-air" and .priority == 5 and
		(.message | startswith("<!everyone> & ```\nhost testhost, since "))'
	jq -r 'select(.path | startswith("/bot")).body' requests |
	    jq -e '.chat_id == "-100" and (.text | startswith("krishna: nothing-on-air\n<!everyone> & ```\n"))'
	jq -r 'select(.path | startswith("/api")).body' requests |
	    jq -e ".allowed_mentions == {parse: []} and (.content | test(\"^krishna: nothing-on-air\\\\n\`\`\`\\\\n.*'''\"))"
	jq -r 'select(.path | startswith("/services")).body' requests |
	    jq -e '.mrkdwn == false and (.text | test("&lt;!everyone&gt; &amp; "))'
}

@test "mail goes through sendmail, and no text adds a header or a recipient" {
	cat >sendmail <<-'END'
		#!/bin/sh
		cd "$(dirname "$0")" || exit
		echo "$*" >arguments
		cat >mail
	END
	chmod 755 sendmail
	declare_way post "{\"kind\":\"mail\",\"to\":[\"anna@example.org\"],\"from\":\"lsctl@example.org\",\"sendmail\":\"$PWD/sendmail\"}"
	TEXT=$'x\r\nBcc: eve@example.org\r\n\r\n.\r\n' pass nothing-on-air
	run -0 send
	[ "$(cat arguments)" = '-i -f lsctl@example.org -- anna@example.org' ]
	/usr/bin/python3 -c '
import email, email.policy
m = email.message_from_binary_file(open("mail", "rb"), policy=email.policy.default)
assert not m.defects, m.defects
assert sorted(k.lower() for k in m.keys()) == sorted(("from", "to", "subject", "date", "message-id", "auto-submitted",
    "mime-version", "content-type", "content-transfer-encoding")), m.keys()
assert m["to"] == "anna@example.org" and m["subject"] == "[lsctl] krishna: nothing-on-air", m.items()
assert m["date"].datetime is not None
assert m.get_content().startswith("x  Bcc: eve@example.org    .  \nhost testhost"), m.get_content()
'
	# a name in a record cannot either: it is refused or harmless
	{ good; printf '{"channel":"k\\nBcc: eve@example.org","running":true,"status":"critical","problems":[{"code":"nothing-on-air","subject":"channel","text":"t"}]}\n'; } |
	    "$BIN/lsctl-alert" -q --after 1s --problems
	run -0 send
	grep -x 'Subject: \[lsctl\] k Bcc: eve@example.org: nothing-on-air' mail
	refute grep '^Bcc' mail
}

@test "a program gets the report as the notifier does" {
	cat >program <<-'END'
		#!/bin/sh
		cd "$(dirname "$0")" || exit
		printf '%s|%s\n' "$1" "$2" >>notified
		cat >>reports
	END
	chmod 755 program
	declare_way own "{\"kind\":\"program\",\"program\":\"$PWD/program\"}"
	pass nothing-on-air
	run -0 send
	[ "$(cat notified)" = 'krishna|nothing-on-air: nobody can watch' ]
	jq -e '.kind == "problem" and .code == "nothing-on-air" and .rule == "all" and (.escalated | not)' reports
}

@test "--test sends by each way, and prints what came back" {
	serve
	secret key "$KEY"
	secret hc "$url/ping/secret-of-healthchecks"
	cat >alerts <<-END
		{"ways": {
		  "hook": {"kind": "webhook", "url": "$url/ok", "secret_file": "key", "inside": true},
		  "down": {"kind": "webhook", "url": "$url/down", "secret_file": "key", "inside": true},
		  "lost": {"kind": "webhook", "url": "$url/ok", "secret_file": "missing", "inside": true}},
		 "heartbeat": {"url_file": "hc", "every": "1m", "inside": true}}
	END
	run -69 "$BIN/lsctl-alert" --test
	[[ $output = *'hook             sent    HTTP 200: ok'* ]]
	[[ $output = *'down             failed  HTTP 500'* ]]
	[[ $output = *"lost             failed  $PWD/missing: No such file"* ]]
	[[ $output = *'heartbeat        sent    HTTP 200: ok'* ]]
	jq -e -s 'map(select(.path == "/ok")) | length == 1 and (.[0].body | fromjson.kind == "alert-test")' requests
	jq -e -s 'any(.method == "GET" and .path == "/ping/secret-of-healthchecks")' requests
	: >requests
	run -0 "$BIN/lsctl-alert" --test hook
	requests 1
	run -64 "$BIN/lsctl-alert" --test nobody
	[[ $output = *"nobody: not a way of $PWD/alerts"* ]]
	chmod 644 key
	run -69 "$BIN/lsctl-alert" --test hook
	[[ $output = *"$PWD/key: "*'chmod'* ]]
	echo '{"ways": {"x": {"kind": "sms"}}}' >alerts
	run -78 "$BIN/lsctl-alert" --test
	[[ $output = *"$PWD/alerts:1: ways.x.kind: must be mail"* ]]
	rm alerts
	LSCTL_ALERT='' run -69 "$BIN/lsctl-alert" --test
	[[ $output = *'nobody is notified: declare people and ways in '* ]]
}

@test "no secret is in arguments, environment, logs, events or state files" {
	serve
	secret key "$KEY"
	secret hanging "$url/hang/canary-of-url"
	secret token 123456:canary-of-token
	secret refusing "$url/refuse/canary-of-url"
	cat >alerts <<-END
		{"ways": {
		  "hook": {"kind": "webhook", "url_file": "refusing", "secret_file": "key", "inside": true},
		  "chat": {"kind": "telegram", "server": "$url/refuse", "token_file": "token", "chat": "1", "inside": true},
		  "guild": {"kind": "discord", "url_file": "hanging", "inside": true}},
		 "people": {"anna": {"ways": ["hook", "chat", "guild"]}}}
	END
	pass nothing-on-air 2>log
	start sender "$BIN/lsctl-alert" -v --send
	await grep -q /hang/ requests
	tr '\0' '\n' <"/proc/$pid/cmdline" >seen
	tr '\0' '\n' <"/proc/$pid/environ" >>seen
	kill "$pid"
	grep 'way=hook .*is lost: HTTP 400$' sender.err
	grep 'way=chat .*is lost: HTTP 400$' sender.err
	run -69 "$BIN/lsctl-alert" -v --test hook
	cat sender.err log >>seen
	echo "$output" >>seen
	find state run -type f -exec cat {} + >>seen
	refute grep -E 'canary|C2FVsBQIhrscChlQIMV' seen
}

@test "acknowledged by the tool: the second person is not notified, and list says who" {
	serve
	secret key "$KEY"
	cat >alerts <<-END
		{"ways": {"a": {"kind": "webhook", "url": "$url/ok/anna", "secret_file": "key", "inside": true},
		  "b": {"kind": "webhook", "url": "$url/ok/balbir", "secret_file": "key", "inside": true}},
		 "people": {"anna": {"ways": ["a"]}, "balbir": {"ways": ["b"]}},
		 "rules": {"r": {"to": ["anna"], "then": ["balbir"], "then_after": "1s"}}}
	END
	pass nothing-on-air
	run -1 "$BIN/lsctl-alert" ack radha
	[[ $output = *'there is no such problem: lsctl-alert list'* ]]
	run -1 "$BIN/lsctl-alert" ack krishna no-video
	run -64 "$BIN/lsctl-alert" ack ../x
	run -0 "$BIN/lsctl-alert" list
	[[ $output = *'krishna'*'critical'*'nothing-on-air'*'channel'*'notified anna'* ]]
	run -0 "$BIN/lsctl-alert" ack --who carol --for 1h krishna nothing-on-air
	run -0 "$BIN/lsctl-alert" list --json
	jq -e '.channel == "krishna" and .code == "nothing-on-air" and .notified.anna > 0 and .ack.who == "carol" and
	    .ack.until > now + 3500' <<<"$output"
	[ "$(jq -r 'select(.kind == "acknowledged") | [.who, .channel, .detail.code] | join(" ")' state/spool/events)" = \
	    'carol krishna nothing-on-air' ]
	await one_second_later
	pass nothing-on-air
	run -0 send
	[ "$(jq -r .path requests)" = /ok/anna ]
	# another problem, which nobody acknowledges
	pass nothing-on-air no-destination-live
	await escalated
	run -0 send
	tail -n 1 requests | jq -e '.path == "/ok/balbir" and (.body | fromjson | .escalated and .code == "no-destination-live")'
}

one_second_later() {
	[ "$(date +%s)" -gt $(($(stat -c %Y state/alert/problems) + 1)) ]
}

escalated() {
	pass nothing-on-air no-destination-live
	jq -e '[.messages[].person] | index("balbir")' state/alert/outbox/messages
}

@test "a heartbeat goes out in its time, says what is wrong, and stops with the passes" {
	serve
	secret hc "$url/ping/id"
	echo '{"heartbeat": {"url_file": "hc", "every": "1h", "inside": true}}' >alerts
	pass
	run -0 send
	[ "$(asked '.method + .path')" = GET/ping/id ]
	pass
	[ ! -e state/alert/outbox/messages ]
	# the database has not answered for a while
	printf '{"host":"testhost","database":false,"server":{"up":true},"problems":[{"code":"database-down","subject":"database","text":"down","since":"2026-01-01T00:00:00.000Z"}]}\n' |
	    "$BIN/lsctl-alert" -q --problems
	run -0 send
	[ "$(asked '.method + .path')" = POST/ping/id/fail ]
	[ "$(asked .body)" = 'testhost: database-down: down' ]
	# without records there is no pass
	run -65 "$BIN/lsctl-alert" --problems </dev/null
	[ ! -e state/alert/outbox/messages ]
}

@test "a second sender leaves the first one alone; without messages it ends at once" {
	run -0 timeout 5 "$BIN/lsctl-alert" --send
	start holder flock state/alert/outbox/.sender sleep 20
	await refute flock -n state/alert/outbox/.sender true
	run -75 "$BIN/lsctl-alert" --send
	kill "$pid"
}

inside() {
	"$ROOT/tests/lib/nspawn" exec "$PWD/c" "$@"
}

inside_has() {
	inside grep -q -e "$1" "$2"
}

# The installed units: the pass puts a message into the outbox, and the path unit starts the sender in its sandbox.
@test "under systemd: a message is sent by a unit that sees the network and no key of lsctl" {
	"$ROOT/tests/lib/nspawn" can || skip "systemd cannot be booted here"
	mkdir c units
	touch booted
	cp -r "$ROOT/systemd/." units
	cp "$ROOT/tests/lib/http_peer" units/http_peer
	"$ROOT/tests/lib/nspawn" start "$PWD/c" --private-network --bind-ro="$BIN:/mnt" \
	    --bind-ro="$PWD/units:/media" systemd.mask=nginx.service systemd.mask=postgresql.service
	inside sh -eu <<-'END'
		cp -L /mnt/lsctl-alert /mnt/lsctl-health /usr/local/bin
		cp -r /media/. /etc/systemd/system/
		install -D -m 644 /media/lsctl.sysusers /etc/sysusers.d/lsctl.conf
		install -D -m 644 /media/lsctl.tmpfiles /etc/tmpfiles.d/lsctl.conf
		systemd-sysusers
		systemd-tmpfiles --create /etc/tmpfiles.d/lsctl.conf
		mkdir -p /etc/lsctl /srv/peer
		systemd-run -q --unit=peer /media/http_peer /srv/peer
		until [ -s /srv/peer/port ]; do sleep 0.1; done
		umask 077
		echo whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDC3vTTCFVsBQ= >/etc/lsctl/hook.secret
		echo key >/etc/lsctl/master.key
		umask 022
		cat >/etc/lsctl/look <<-'LOOK'
			#!/bin/sh
			cat /etc/lsctl/master.key >/dev/null 2>&1 && echo key
			touch /var/lib/lsctl/spool/x /etc/x /run/lsctl/x 2>/dev/null && echo writes
			exit 0
		LOOK
		chmod 755 /etc/lsctl/look
		cat >/etc/lsctl/alerts <<-ALERTS
			{"ways": {"hook": {"kind": "webhook", "url": "http://127.0.0.1:$(cat /srv/peer/port)/ok",
			    "secret_file": "hook.secret", "inside": true},
			  "look": {"kind": "program", "program": "/etc/lsctl/look"}},
			 "people": {"anna": {"ways": ["look", "hook"]}},
			 "rules": {"r": {"to": ["anna"], "delay": 0}}}
		ALERTS
		sed -i 's/^On\(.*\)=.*/On\1=1s/' /etc/systemd/system/lsctl-problems.timer
		systemctl daemon-reload
		systemctl start lsctl-problems.timer
	END
	await inside_has database-down /srv/peer/requests
	await inside test ! -e /var/lib/lsctl/alert/outbox/messages
	inside journalctl -u lsctl-messages -o cat --no-pager >journal
	refute grep -e '^key' -e '^writes' journal
	inside systemctl is-active lsctl-messages.path
	# one that arrives while the sender is not running is sent, too
	inside sh -c 'rm /srv/peer/requests; systemctl stop lsctl-problems.timer'
	await inside_is_over
}

inside_is_over() {
	good | inside lsctl-alert --after 1s --problems
	inside_has problem-over /srv/peer/requests
}
