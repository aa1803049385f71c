#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# The API as clients see it: lsctl-web behind nginx with the configuration that lsctl-config prints, lsctl-act with the
# real tools, and a PostgreSQL of the test's own. A network of the test's own, so that each client has an address.
# shellcheck disable=SC2034,SC2154	# $status and $output are set by run; $from is for api()

bats_require_minimum_version 1.5.0
load helpers
load database
load api

setup_file() {
	database_server
	api_logins
	api_certificate
	film "$BATS_FILE_TMPDIR/walk.flv"
}

setup() {
	api_setup
}

# -- the description --

@test "openapi.json says what the code does, and a wrong one is found" {
	"$ROOT/scripts/dev/check-api"
	description=$ROOT/cmd/lsctl-web/openapi.json
	wrong() { jq "$1" "$description" >wrong.json && run -1 "$ROOT/scripts/dev/check-api" "$PWD/wrong.json"; }
	wrong 'del(.paths["/hosts"])'
	[[ $output == *'GET /hosts is not described'* ]]
	wrong '.paths["/hosts"].put = .paths["/hosts"].get'
	[[ $output == *'PUT /hosts is not in the code'* ]]
	wrong '.paths["/channels"].post["x-permission"] = "switch"'
	[[ $output == *'POST /channels needs channel-add and not switch'* ]]
	wrong 'del(.components.schemas.Problem.properties.code.enum[0])'
	[[ $output == *'problem unauthenticated is not described'* ]]
	wrong 'del(.components.schemas.Host)'
	[[ $output == *'#/components/schemas/Host which is not there'* ]]
	wrong '.components.schemas.Host.type = "thing"'
	[[ $output == *'schema Host'* ]]
	wrong '.paths["/channels/{channel}"].get.parameters = []'
	[[ $output == *'GET /channels/{channel} declares the names set()'* ]]
}

@test "it is served beside the API, and what it does not have is not there" {
	api_start
	[ "$(page "$base/api/v1/openapi.json")" = 200 ]
	cmp body "$ROOT/cmd/lsctl-web/openapi.json"
	grep -qi '^content-type: application/json' head
	# pages of an earlier version are not shown, and have the headers of all others
	[ "$(page "$base/index.html")" = 200 ]
	grep -qi '^cache-control: no-cache' head
	grep -qi '^content-security-policy: default-src' head
	api_account simran admin
	problem not-found simran GET /none
	problem not-found simran GET /channels/krishna/none
	problem method simran POST /hosts '{}'
	grep -qi '^allow: GET, HEAD' head
	problem method simran PUT /channels/krishna '{}'
	grep -qi '^allow: GET, HEAD, PATCH, DELETE' head
	[ "$(page -I -b simran.jar "$base/api/v1/hosts")" = 200 ]
}

@test "every operation, by every role, by cookie and by token" {
	api_start
	status_write
	alerts_write
	"${in[@]}" "$ROOT/tests/lib/api_walk"
}

# -- problems --

@test "every problem can be provoked, and is as RFC 9457 says" {
	api_start
	api_account simran admin
	api_account jas operator krishna
	api_account mira viewer
	problem unauthenticated nobody GET /channels
	grep -qi '^www-authenticate: bearer' head
	problem unauthenticated nobody PUT /channels/krishna/override '{"to": "auto"}'
	problem wrong-credentials nobody POST /session '{"name": "simran", "password": "wrong"}'
	problem forbidden mira PUT /channels/krishna/override '{"to": "auto"}'
	problem csrf simran -H 'X-CSRF-Token: 0' PUT /channels/krishna/override '{"to": "auto"}'
	problem no-such-channel simran GET /channels/none
	problem no-such-channel jas GET /channels/rama
	problem no-such-link nobody POST /link '{"link": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'
	problem not-found simran GET /channels/%ff
	problem method simran GET /link
	problem conflict simran POST /channels '{"name": "krishna"}'
	problem conflict simran DELETE /channels/krishna/sources/none
	problem media-type simran -H 'Content-Type: text/plain' POST /channels '{"name": "x"}'
	problem media-type simran -H 'Content-Type: application/json-patch+json' POST /channels '{"name": "x"}'
	problem not-valid simran POST /channels '{"delay_ms": 5}'
	[ "$(jq -r .field body)" = name ]
	problem not-valid simran POST /channels '{"name": "x", "name": "y"}'
	problem not-valid simran POST /channels '[]'
	problem not-valid simran POST /channels '{"name": "x", "rm": true}'
	[ "$(jq -r .field body)" = rm ]
	problem not-valid simran POST /channels/krishna/sources '{"channel": "rama", "name": "x", "kind": "live"}'
	[ "$(jq -r .field body)" = channel ]
	problem not-valid simran GET '/events?limit=many'
	problem not-valid simran GET '/events?after=9999999999999999999'
	problem not-valid simran GET '/events?kind=%ff'
	problem not-valid simran GET '/events?after=0&wait=26'
	problem not-valid simran GET '/events?after=0&wait=x'
	problem not-valid simran GET '/events?wait=1'
	[ "$(jq -r .field body)" = after ]
	problem version-required simran DELETE /channels/krishna
	problem changed simran -H 'If-Match: "0123456789abcdef"' DELETE /channels/krishna
	for tag in '*' 'W/"0123456789abcdef"' '"a", "b"' 0123456789abcdef; do
		problem not-valid simran -H "If-Match: $tag" DELETE /channels/krishna
	done
	one "select 1 from channel where name = 'krishna'" | grep -x 1
	head -c 66000 /dev/zero | tr '\0' ' ' >large
	problem too-large simran POST /channels @large
}

# -- state --

@test "the state of the channels: what an account has, a tag, and nothing of others" {
	api_start
	api_account simran admin
	api_account jas operator krishna
	status_write
	[ "$(api simran GET /status)" = 200 ]
	[ "$(jq -c '[.channels[].channel]' body)" = '["krishna","rama"]' ]
	jq -e '.hosts[0].problems[0].subject == "rama_obs"' body
	tag=$(sed -n 's/^etag: //Ip' head | tr -d '\r')
	[ "$(api simran -H "If-None-Match: $tag" GET /status)" = 304 ]
	[ ! -s body ]
	[ "$(api jas -H "If-None-Match: $tag" GET /status)" = 200 ]
	[ "$(jq -c '[.channels[].channel]' body)" = '["krishna"]' ]
	refute grep rama body
	tag=$(sed -n 's/^etag: //Ip' head | tr -d '\r')
	[ "$(api jas -H "If-None-Match: $tag" GET /status)" = 304 ]
	# another channel, with the same file
	lsctl-user set -q jas --channel rama
	await eval '[ "$(api jas -H "If-None-Match: $tag" GET /status)" = 200 ]'
	[ "$(jq -c '[.channels[].channel]' body)" = '["rama"]' ]
	# as for pictures
	[ "$(api jas GET '/may?channel=rama')" = 204 ]
	problem forbidden jas GET '/may?channel=krishna'
	[ "$(api jas GET '/may?channel=')" = 204 ]
	problem forbidden jas GET /may
	mkdir -p state/www/thumbnails/rama state/www/thumbnails/krishna
	echo picture >state/www/thumbnails/rama/obs.jpg
	cp state/www/thumbnails/rama/obs.jpg state/www/thumbnails/krishna
	[ "$(page -b jas.jar "$base/thumbnails/rama/obs.jpg")" = 200 ]
	[ "$(page -b jas.jar "$base/thumbnails/krishna/obs.jpg")" = 403 ]
	[ "$(page "$base/thumbnails/rama/obs.jpg")" = 401 ]
	[ "$(page -b jas.jar --path-as-is "$base/thumbnails/rama/../krishna/obs.jpg")" = 403 ]
	[ "$(page -b jas.jar --path-as-is "$base/thumbnails/rama/%2e%2e/krishna/obs.jpg")" = 403 ]
	[ "$(page -b jas.jar --path-as-is "$base/thumbnails/rama/../../status.json")" = 404 ]
	[ "$(page -b jas.jar -X POST "$base/thumbnails/rama/obs.jpg")" = 403 ]
	[ "$(api simran GET /metrics)" = 200 ]
	has '^lsctl_channel_on_air{channel="rama"} 1$' body
	grep -qi '^content-type: text/plain; version=0.0.4' head
	problem forbidden jas GET /metrics
}

@test "while the database is down the state is shown to those who were seen, and everything else is 503" {
	api_start
	api_account simran admin
	api_account late viewer
	status_write
	[ "$(api simran GET /status)" = 200 ]
	"$ROOT/tests/lib/pg" halt "$BATS_FILE_TMPDIR/pg" immediate
	code=0
	for n in 1 2 3 4 5 6 7 8; do	# each worker
		[ "$(api simran GET /status)" = 200 ] || code=$n
	done
	problem database-down late GET /status || code=late
	[ "$(api simran GET /metrics)" = 200 ] || code=metrics
	[ "$(api simran GET /session)" = 200 ] || code=session
	problem database-down simran GET /channels || code=channels
	problem database-down simran GET /events || code=events
	problem database-down simran GET /films || code=films
	problem database-down simran PUT /channels/krishna/override '{"to": "off"}' || code=override
	problem database-down simran POST /channels '{"name": "x"}' || code=add
	problem database-down nobody POST /session '{"name": "simran", "password": "x"}' || code=sign-in
	refute jq -e .detail body || code=told	# not where the database is, nor as whom
	problem database-down nobody POST /link '{"link": "x"}' || code=by-link
	refute jq -e .detail body || code=told
	"$ROOT/tests/lib/pg" resume "$BATS_FILE_TMPDIR/pg"
	[ "$code" = 0 ]
	await eval '[ "$(api simran GET /channels)" = 200 ]'
	# a worker that has just found it down asks again after a second
	await eval '[ "$(api late GET /status)" = 200 ]'
	# nothing was done late
	one "select mode from channel where name = 'krishna'" | grep -x auto
	rm -f ./*.err
}

@test "the rates of the last hour: of the own channels, also while the database is down" {
	api_start
	api_account simran admin
	api_account jas viewer krishna
	[ "$(api jas GET /channels/krishna/rates)" = 200 ]
	[ "$(jq -c . body)" = '{"each_s":30,"samples":[]}' ]
	now=$(date +%s)
	record='{"channel":"krishna","sources":{"obs":{"kbps":6000,"fps":29.97}},"destinations":{"youtube":{"kbps":5990}}}'
	for kbps in 6000 7000; do	# the second one is too early; there is no service manager to ask
		sed "s/6000/$kbps/" <<<"$record" >record
		run -69 lsctl-switch -q <record
	done
	{
		echo '{"at":'$((now - 4000))',"sources":{},"destinations":{}}'	# more than an hour ago
		echo '{"at":'$((now - 60))',"sources":{"obs":{"kbps":5000}},"destin'	# cut off
		cat state/www/rates/krishna
	} >rates
	mv rates state/www/rates/krishna
	"$ROOT/tests/lib/pg" halt "$BATS_FILE_TMPDIR/pg" immediate
	code=$(api jas GET /channels/krishna/rates)
	"$ROOT/tests/lib/pg" resume "$BATS_FILE_TMPDIR/pg"
	[ "$code" = 200 ]
	jq -e --argjson now "$now" '.samples | length == 1 and (.[0] | .at >= $now and .sources.obs == {"kbps": 6000, "fps": 29.97} and
	    .destinations.youtube.kbps == 5990)' body
	grep -F '"fps":29.97' body
	problem no-such-channel jas GET /channels/rama/rates
	problem no-such-channel simran GET /channels/..%2fstatus.json/rates
	problem no-such-channel simran GET /channels/.sampled/rates
	problem unauthenticated nobody GET /channels/krishna/rates
	rm -f ./*.err
}

# -- films --

@test "a film comes in parts that nginx lets through, and goes on where it ended" {
	api_start
	api_account jas operator krishna
	api_account mira operator krishna
	[ "$(api jas POST /uploads '{"name": "new.flv", "bytes": 200000}')" = 201 ]
	id=$(jq -r .upload body)
	head -c 100000 /dev/zero >part
	send() { api jas -H 'Content-Type: application/offset+octet-stream' -H "Upload-Offset: $1" PATCH "/uploads/$id" @part; }
	[ "$(send 0)" = 204 ]
	grep -qi '^upload-offset: 100000' head
	[ "$(send 0)" = 409 ]
	[ "$(jq -r .code body)" = offset ]
	grep -qi '^upload-offset: 100000' head
	[ "$(page -I -b jas.jar "$base/api/v1/uploads/$id")" = 200 ]
	grep -qi '^upload-offset: 100000' head
	# of nobody else
	problem not-found mira GET "/uploads/$id"
	problem not-found mira DELETE "/uploads/$id"
	[ "$(api jas GET /uploads/..%2f..%2fetc)" = 404 ]
	[ "$(send 100000)" = 204 ]
	[ "$(send 200000)" = 413 ]
	[ "$(jq -r .code body)" = too-large ]
	[ "$(api jas DELETE "/uploads/$id")" = 204 ]
	problem not-found jas GET "/uploads/$id"
	problem not-valid jas POST /uploads '{"name": "../x.flv", "bytes": 5}'
	# who had it prepared is an event
	[ "$(api jas POST /uploads '{"name": "kirtan.flv", "bytes": 200000}')" = 201 ]
	id=$(jq -r .upload body)
	problem conflict jas POST "/uploads/$id/prepare"
	head -c 200000 /dev/zero >part
	[ "$(send 0)" = 204 ]
	[ "$(api jas POST "/uploads/$id/prepare")" = 202 ]
	one "select host || who || (detail ->> 'film') || (detail ->> 'by_address') from event where detail ? 'prepared'" |
	    grep -x 'jaskirtan.flv192.0.2.10'
	problem no-space jas POST /uploads '{"name": "x.flv", "bytes": 1125899906842624}'
	rm -f nginx.err	# it says that it keeps a part in a file
}

@test "a film is removed when nobody plays it" {
	api_start
	api_account simran admin
	api_account jas operator
	cp state/media/walk.flv state/media/old.flv
	[ "$(api simran PUT /channels/krishna/sources/loop/films '{"films": ["old.flv"]}')" = 204 ]
	problem conflict simran DELETE /films/old.flv
	[[ $(jq -r .detail body) == 'film old.flv is in use: krishna loop:'* ]]
	problem forbidden jas DELETE /films/walk.flv
	problem not-found simran DELETE /films/none.flv
	for name in ..%2fstatus.json %2fetc%2fpasswd .hidden; do
		problem conflict simran DELETE "/films/$name"
	done
	[ "$(api simran PUT /channels/krishna/sources/loop/films '{"films": ["walk.flv"]}')" = 204 ]
	[ "$(api simran DELETE /films/old.flv)" = 204 ]
	[ ! -e state/media/old.flv ]
	[ "$(api simran GET /films)" = 200 ]
	[ "$(jq -c '[.films[].name]' body)" = '["walk.flv"]' ]
	[ "$(api simran GET '/audit?kind=declared')" = 200 ]
	jq -e '.events[-1] | .who == "simran" and .detail.film == "old.flv" and .detail.removed' body
}

# -- the test of a destination --

@test "a destination is tried, and what is inside is not" {
	api_start
	api_account simran admin
	api_account jas operator
	[ "$(api simran POST /channels/krishna/destinations '{"name": "youtube", "url": "rtmp://127.0.0.1:8443/live2", "key": "canary-Q4"}')" = 201 ]
	test=/channels/krishna/destinations/youtube/test
	problem forbidden jas POST "$test" '{}'
	problem not-valid simran POST "$test" '{"publish": 1}'
	problem conflict simran POST /channels/krishna/destinations/none/test '{}'
	for url in rtmp://127.0.0.1:8443/live2 rtmp://192.0.2.1:8443/live2 rtmp://10.0.0.1/x rtmp://169.254.169.254/latest \
	    rtmp://localhost:8443/x 'rtmp://[::1]:8443/x' 'rtmps://[::ffff:127.0.0.1]:8443/x' rtmp://2130706433:8443/x rtmp://0:8443/x; do
		[ "$(api simran PATCH /channels/krishna/destinations/youtube "{\"url\": \"$url\", \"key\": \"canary-Q4\"}")" = 204 ]
		[ "$(api simran POST "$test")" = 200 ]
		jq -e '(.steps | length) <= 2 and (.steps[-1] | (.ok | not) and (.step == "connect" and (.detail | contains("inside")) or
		    .step == "dns"))' body
	done
	refute grep -F canary body
	# a host whose destinations are inside
	kill "$act"
	finish "$act"
	LSCTL_TEST_INSIDE=1 api_act
	[ "$(api simran PATCH /channels/krishna/destinations/youtube '{"url": "rtmp://127.0.0.1:1/live2", "key": "canary-Q4"}')" = 204 ]
	[ "$(api simran POST "$test")" = 200 ] || { cat body; false; }
	jq -e '[.steps[] | [.step, .ok]] == [["dns", true], ["connect", false]]' body
	rm -f ./*.err
}

# -- alerts --

@test "alerts: each sees those of the own channels, and acknowledges them in the own name" {
	api_start
	api_account simran admin
	api_account jas operator krishna
	api_account mira viewer
	[ "$(api simran GET /alerts)" = 200 ]
	[ "$(jq -c .alerts body)" = '[]' ]
	problem not-found simran POST /alerts/ack '{"channel": "krishna"}'
	alerts_write
	[ "$(api simran GET /alerts)" = 200 ]
	[ "$(jq -c '[.alerts[].channel] | sort' body)" = '[null,"krishna","rama"]' ]
	jq -e '.alerts | all(.ack == null and (.since | type) == "number")' body
	[ "$(api jas GET /alerts)" = 200 ]
	[ "$(jq -c '[.alerts[].channel]' body)" = '["krishna"]' ]
	refute grep rama body
	[ "$(api mira GET /alerts)" = 200 ]
	[ "$(jq '.alerts | length' body)" = 3 ]
	problem forbidden mira POST /alerts/ack '{"channel": "krishna"}'
	problem no-such-channel jas POST /alerts/ack '{"channel": "rama"}'
	problem no-such-channel jas POST /alerts/ack '{"channel": "-"}'
	problem forbidden jas POST /alerts/ack '{"channel": null}'
	problem not-found jas POST /alerts/ack '{"channel": "krishna", "code": "no-video"}'
	problem not-valid jas POST /alerts/ack '{"channel": "krishna", "for_s": 604801}'
	problem not-valid jas POST /alerts/ack '{"channel": "krishna", "who": "simran"}'
	problem not-valid jas POST /alerts/ack '{"code": "nothing-on-air"}'
	problem not-valid jas POST /alerts/ack
	[ "$(api simran GET /alerts)" = 200 ]
	jq -e '.alerts | all(.ack == null)' body
	[ "$(api jas POST /alerts/ack '{"channel": "krishna", "code": "nothing-on-air", "for_s": 3600}')" = 204 ]
	[ "$(api simran POST /alerts/ack '{"channel": null}')" = 204 ]
	[ "$(api simran GET /alerts)" = 200 ]
	jq -e '[.alerts[] | [.channel, .ack.who]] | sort == [[null, "simran"], ["krishna", "jas"], ["rama", null]]' body
	jq -e '.alerts[] | select(.channel == "krishna") | .ack.until > now + 3500' body
	[ "$(jq -r 'select(.kind == "acknowledged" and .channel == "krishna") | .who' state/spool/events)" = jas ]
	[ "$(api jas GET /alerts)" = 200 ]
	[ "$(jq -c '[.alerts[].ack.who]' body)" = '["jas"]' ]
}

# -- events as they happen --

@test "events that are awaited: one that was there, one that comes, none, and no more waiters than places" {
	api_start	# 4 workers, 2 of which may wait
	api_account simran admin
	api_account jas operator krishna
	newest() { one 'select coalesce(max(id), 0) from event'; }
	waiter() { # NAME QUERY: in a folder of its own; its status is in code.NAME
		mkdir "$1" && cp ./*.jar ./*.csrf "$1"
		(cd "$1" && api simran GET "/events?$2" >"../new.$1" && mv "../new.$1" "../code.$1") &
		waiters+=($!)
	}
	# how many workers ask the database again each second
	asking() { one "select count(*) from pg_stat_activity where usename = 't_web' and query like '%api_read%' and
	    state_change > now() - interval '1.5 s'"; }
	[[ $(api simran PUT /channels/krishna/override '{"to": "loop"}') == 20[04] ]]
	last=$(newest)
	# at once
	[ "$(api simran -m 10 GET "/events?after=$((last - 1))&wait=25")" = 200 ]
	jq -e --argjson n "$last" '.events | length == 1 and .[0].id == $n' body
	# when it comes; a third one finds no place, and a request that does not wait is answered
	waiter a "after=$last&wait=25"
	waiter b "after=$last&wait=25&channel=krishna"
	await eval '[ "$(asking)" -ge 2 ]'
	await eval '[ "$(api simran -m 10 GET "/events?after=$last&wait=2")" = 503 ]'
	[ "$(jq -r .code body)" = unavailable ]
	grep -qi '^retry-after: 5' head
	for n in 1 2 3 4 5; do
		[ "$(api simran -m 10 GET /channels)" = 200 ]
	done
	[ ! -e code.a ]
	[[ $(api jas PUT /channels/krishna/override '{"to": "auto"}') == 20[04] ]]
	wait "${waiters[@]}"
	[ "$(cat code.a code.b)" = 200200 ]
	for n in a b; do
		jq -e '.events | length > 0 and .[0].kind == "switched" and .[0].who == "jas"' "$n/body"
	done
	# nothing of a channel that the account does not have, for all of the time
	last=$(newest)
	[[ $(api simran PUT /channels/rama/override '{"to": "loop"}') == 20[04] ]]
	[ "$(api jas GET "/events?after=$last&wait=2")" = 200 ]
	[ "$(jq '.events | length' body)" = 0 ]
	# a client that goes away leaves its place
	last=$(newest)
	for n in 1 2 3; do
		[ "$(api simran -m 1 GET "/events?after=$last&wait=25")" = 000 ]
	done
	await eval '[ "$(api simran -m 10 GET "/events?after=$last&wait=1")" = 200 ]'
	# a session that ends meanwhile
	waiters=()
	waiter c "after=$last&wait=25"
	await eval '[ "$(asking)" -ge 1 ]'
	lsctl-user session rm -q simran --all
	wait "${waiters[@]}"
	[ "$(cat code.c)" = 401 ]
	# and when lsctl-web ends, a request that waits is answered
	sign_in simran
	signed simran
	last=$(newest)
	await eval '[ "$(asking)" = 0 ]'
	waiters=()
	waiter d "after=$last&wait=25"
	await eval '[ "$(asking)" -ge 1 ]'
	kill "$web"
	finish "$web"
	wait "${waiters[@]}"
	[ "$(cat code.d)" = 200 ]
	rm -f ./*.err
}

# -- what is of more than one channel --

@test "hosts are declared, changed and removed, and a channel is taken over from one that is off" {
	api_start
	api_account simran admin
	api_account jas admin krishna
	[ "$(api simran PUT /hosts/spare '{"server": "nginx", "play_url": "rtmp://10.0.0.2/live"}')" = 204 ]
	[ "$(api simran PUT /hosts/spare '{"publish_url": "rtmp://spare.example.org/live"}')" = 204 ]
	[ "$(api simran GET /hosts)" = 200 ]
	jq -e '.hosts[] | select(.name == "spare") | .server == "nginx" and .play_url == "rtmp://10.0.0.2/live" and
	    .publish_url == "rtmp://spare.example.org/live" and .channels == 0' body
	[ "$(api jas GET /hosts)" = 200 ]
	jq -e '.hosts | length == 3 and all(has("play_url") or has("api_url") | not)' body
	[ "$(api simran PUT /hosts/spare '{"server": null}')" = 204 ]
	one "select server from host where name = 'spare'" | grep -x srs
	problem conflict simran PUT /hosts/spare '{"server": "apache"}'
	problem not-valid simran PUT /hosts/spare '{"host": "other"}'
	problem not-valid simran PUT /hosts/spare '{"name": "other"}'
	problem conflict simran DELETE /hosts/studio
	problem conflict simran DELETE /hosts/none
	problem conflict simran PUT /hosts/%20 '{}'
	# studio owns the channel, and is off
	one "insert into lease (channel, host) values ('krishna', 'studio')"
	problem conflict simran POST /channels/krishna/take-over '{}'
	[[ $(jq -r .detail body) == *'move it first'* ]]
	[ "$(api simran GET /channels/krishna)" = 200 ]
	tag=$(sed -n 's/^etag: //Ip' head | tr -d '\r')
	[ "$(api simran -H "If-Match: $tag" PATCH /channels/krishna '{"host": "spare"}')" = 204 ]
	problem changed simran -H "If-Match: $tag" POST /channels/krishna/take-over '{}'
	problem no-such-channel jas POST /channels/rama/take-over '{}'
	[ "$(api jas POST /channels/krishna/take-over '{"reason": "its disk burnt"}')" = 204 ]
	one "select count(*) from lease" | grep -x 0
	one "select who || ' ' || reason || ' ' || (detail ->> 'from') from event where kind = 'taken-over'" |
	    grep -x 'jas its disk burnt studio'
	[ "$(api simran POST /channels/krishna/take-over)" = 204 ]	# nobody owns it
}

@test "the declaration is read, tried and applied as one" {
	api_start
	api_account simran admin
	api_account jas operator krishna
	[ "$(api jas GET /declaration)" = 200 ]
	jq -e '(has("hosts") | not) and [.channels[].name] == ["krishna"]' body
	problem no-such-channel jas GET '/declaration?channel=rama'
	[ "$(api simran GET '/declaration?channel=rama')" = 200 ]
	[ "$(jq -c '[.channels[].name, .hosts[].name]' body)" = '["rama","studio"]' ]
	[ "$(api simran GET /declaration)" = 200 ]
	lsctl-channel export | jq -S . >declared
	jq -S . body | diff - declared
	# nothing differs
	jq -c '{declaration: ., dry_run: true, prune: true}' declared >apply
	[ "$(api simran POST /declaration/apply @apply)" = 200 ]
	[ "$(jq -c . body)" = '{"changes":[]}' ]
	# something does, and is tried
	jq -c '.channels |= map(select(.name == "krishna") | .delay_ms = 1234) | {declaration: ., dry_run: true, prune: true}' \
	    declared >apply
	[ "$(api simran POST /declaration/apply @apply)" = 200 ]
	jq -e '.changes | map(select(.field == "delay_ms")) == [{"op": "~", "channel": "krishna", "object": "channel",
	    "field": "delay_ms", "old": 2000, "new": 1234}] and any(.op == "-" and .channel == "rama")' body
	one "select count(*) from channel where delay_ms = 1234 or name = 'rama'" | grep -x 1
	problem forbidden jas POST /declaration/apply @apply
	jq -c 'del(.dry_run)' apply >real
	[ "$(api simran POST /declaration/apply @real)" = 200 ]
	jq -e '.changes | length > 1' body
	[ "$(one 'select name, delay_ms from channel')" = 'krishna|1234' ]
	one "select distinct who from event where kind = 'declared' and channel = 'rama' and detail::text like '%\"-\"%'" |
	    grep -x simran
	# what is not valid changes nothing, and the answer says where it is
	problem conflict simran POST /declaration/apply '{"declaration": {"channels": [{"name": "krishna", "delay_ms": -1}]}}'
	[[ $(jq -r .detail body) == *'channel krishna: delay_ms:'* ]]
	problem conflict simran POST /declaration/apply '{"declaration": {"channels": [{"name": "krishna", "dalay_ms": 1}]}}'
	problem not-valid simran POST /declaration/apply '{"declaration": []}'
	problem not-valid simran POST /declaration/apply
	problem unauthenticated nobody POST /declaration/apply @apply
	one 'select delay_ms from channel' | grep -x 1234
}

@test "a declaration of hundreds of channels is taken, from an admin of all channels only" {
	api_start
	api_account simran admin
	api_account jas admin krishna
	jq -n '{declaration: {channels: [range(300) | {name: "c\(.)", sources: [{name: "obs", kind: "live"},
	    {name: "loop", kind: "loop", files: ["film-with-a-long-name-\(.).flv"]}], destinations: [range(2) |
	    {name: "d\(.)", url: "rtmps://a.rtmps.youtube.com:443/live2", backup_url: "rtmps://b.rtmps.youtube.com:443/live2"}]}]}}' >apply
	[ "$(stat -c %s apply)" -gt 90000 ]
	problem forbidden jas POST /declaration/apply @apply
	[ "$(api simran POST /declaration/apply @apply)" = 200 ]
	[ "$(jq '.changes | map(select(.op == "+" and .object == "channel")) | length' body)" = 300 ]
	[ "$(api simran GET /declaration)" = 200 ]
	[ "$(jq '.channels | length' body)" = 302 ]
	head -c 2097153 /dev/zero | tr '\0' ' ' >large
	problem too-large simran POST /declaration/apply @large
	rm -f nginx.err	# it says that it keeps a content in a file
}

@test "stream keys are listed without secrets and revoked; a source is moved; a new master key" {
	api_start
	api_account simran admin
	api_account jas operator krishna
	[ "$(api jas GET /keys)" = 200 ]
	[ "$(jq -c '[.keys[] | [.channel, .source]]' body)" = '[["krishna","obs"],["krishna","loop"]]' ]
	jq -e '.keys | all(.token | length == 8)' body
	[ "$(api simran GET /keys)" = 200 ]
	[ "$(jq '.keys | length' body)" = 4 ]
	problem no-such-channel jas POST /channels/rama/sources/obs/key/revoke
	problem conflict jas POST /channels/krishna/sources/none/key/revoke
	[ "$(api jas POST /channels/krishna/sources/obs/key/revoke '{"no_kick": true, "reason": "left"}')" = 204 ]
	one "select who || ' ' || reason from event where kind = 'revoked'" | grep -x 'jas left'
	[ "$(api jas GET /keys)" = 200 ]
	[ "$(jq -c '.keys[0] | [.source, .token]' body)" = '["obs",null]' ]
	problem conflict jas POST /channels/krishna/sources/obs/key/show
	problem forbidden jas PUT /channels/krishna/sources/loop/position '{"position": 1}'
	[ "$(api simran PUT /channels/krishna/sources/loop/position '{"position": 1}')" = 204 ]
	[ "$(one "select string_agg(s.name, ' ' order by position) from source s join channel c on c.id = channel_id
	    where c.name = 'krishna'")" = 'loop obs file' ]
	problem not-valid simran PUT /channels/krishna/sources/loop/position '{}'
	problem conflict simran PUT /channels/krishna/sources/loop/position '{"position": 9}'
	# every secret opens under the new key; another host would not have it
	cp "$LSCTL_MASTER_KEY_FILE" before
	problem forbidden jas POST /master-key/rekey
	problem conflict simran POST /master-key/rekey
	[[ $(jq -r .detail body) == *'other hosts'* ]]
	lsctl-channel host rm -q testhost
	[ "$(api simran POST /master-key/rekey)" = 204 ]
	refute cmp -s before "$LSCTL_MASTER_KEY_FILE"
	lsctl-keys check -q
	[ "$(api simran GET '/audit?kind=declared')" = 200 ]
	jq -e 'any(.events[]; .detail.master_key == "rekey" and .who == "simran")' body
}

# -- versions, and requests that come twice --

@test "of two who change what they have seen, the second one gets a problem" {
	api_start
	api_account simran admin
	[ "$(api simran GET /channels/krishna)" = 200 ]
	tag=$(sed -n 's/^etag: //Ip' head | tr -d '\r')
	[ "$tag" = "\"$(jq -r .version body)\"" ]
	[ "$(api simran -H "If-Match: $tag" PATCH /channels/krishna '{"delay_ms": 1900}')" = 204 ]
	problem changed simran -H "If-Match: $tag" PATCH /channels/krishna '{"delay_ms": 1800}'
	problem changed simran -H "If-Match: $tag" PUT /channels/krishna/override '{"to": "off"}'
	[ "$(one "select delay_ms || ' ' || mode from channel where name = 'krishna'")" = '1900 auto' ]
	# an override is a change, too
	[ "$(api simran GET /channels/krishna)" = 200 ]
	tag=$(sed -n 's/^etag: //Ip' head | tr -d '\r')
	[[ $(api simran PUT /channels/krishna/override '{"to": "loop"}') == 20[04] ]]
	problem changed simran -H "If-Match: $tag" PATCH /channels/krishna '{"delay_ms": 1800}'
	# at the same time: each has seen the same version, and the database takes one
	[ "$(api simran GET /channels/krishna)" = 200 ]
	tag=$(sed -n 's/^etag: //Ip' head | tr -d '\r')
	for n in 1 2 3 4 5 6; do
		(mkdir "at$n" && cp simran.* "at$n" && cd "at$n" &&
		    api simran -H "If-Match: $tag" PATCH /channels/krishna "{\"delay_ms\": 160$n}" >../code.$n) &
		racers+=($!)
	done
	wait "${racers[@]}"
	[ "$(grep -lx 204 code.? | wc -l)" = 1 ]
	[ "$(grep -lxE '412|409' code.? | wc -l)" = 5 ]
}

@test "a request with a key acts once, also when it comes twice at the same time" {
	api_start
	api_account simran admin
	api_account jas admin
	key='Idempotency-Key: one'
	[ "$(api simran -H "$key" POST /channels '{"name": "once"}')" = 201 ]
	[ "$(api simran -H "$key" POST /channels '{"name": "once"}')" = 201 ]
	[ ! -s body ]
	problem key-conflict simran -H "$key" POST /channels '{"name": "other"}'
	problem key-conflict simran -H "$key" PUT /channels/rama/override '{"to": "off"}'
	# while the first one runs; one that died is over after a minute
	one "update idempotency set done = false, at = now() - interval '50 s'"
	problem conflict simran -H "$key" POST /channels '{"name": "once"}'
	[[ $(jq -r .detail body) == *'still runs'* ]]
	one "update idempotency set at = now() - interval '61 s'"
	problem conflict simran -H "$key" POST /channels '{"name": "once"}'
	[[ $(jq -r .detail body) == *'once'*'already'* ]]
	[ "$(api simran -H "$key" POST /channels '{"name": "twice"}')" = 201 ]
	# it is of this account
	problem conflict jas -H "$key" POST /channels '{"name": "once"}'
	# what failed may be tried again
	problem conflict simran -H 'Idempotency-Key: two' POST /channels/once/sources '{"name": "obs", "kind": "live"}'
	problem conflict simran -H 'Idempotency-Key: two' POST /channels/once/sources '{"name": "obs", "kind": "live"}'
	[ "$(api simran -H 'Idempotency-Key: two' POST /channels/once/sources '{"name": "cam2", "kind": "live"}')" = 201 ]
	for n in 1 2 3 4 5 6; do
		(mkdir "at$n" && cp simran.* "at$n" && cd "at$n" &&
		    api simran -H 'Idempotency-Key: three' POST /accounts '{"name": "new", "role": "viewer"}' >../code.$n) &
		racers+=($!)
	done
	wait "${racers[@]}"
	[ "$(grep -l '"link"' at?/body | wc -l)" = 1 ]
	refute grep -vE '^(201|409)$' code.?
	one "select count(*) from event where kind = 'account' and detail @> '{\"account\": \"new\", \"change\": \"added\"}'" | grep -x 1
	# of the own account it means nothing
	[ "$(api simran -H 'Idempotency-Key: four' POST /me/totp '{"password": "correct horse simran"}')" = 201 ]
	[ "$(api simran -H 'Idempotency-Key: four' POST /me/totp '{"password": "correct horse simran"}')" = 201 ]
	jq -e .secret body
}

# -- who did it --

@test "an event has the account and the address, and says of a key that it was shown" {
	api_start
	api_account simran admin
	from=192.0.2.77
	[[ $(api simran PUT /channels/krishna/override '{"to": "loop", "reason": "camera"}') == 20[04] ]]
	[ "$(api simran POST /channels '{"name": "sita"}')" = 201 ]
	[ "$(api simran POST /channels/krishna/sources/obs/key/show)" = 200 ]
	key=$(jq -r .stream_key body)
	[ "${#key}" -gt 40 ]
	[ "$(api simran GET '/audit?who=simran')" = 200 ]
	for kind in switched declared key-shown; do
		jq -e --arg k "$kind" 'any(.events[]; .kind == $k and .who == "simran" and .detail.via == "api" and
		    .detail.by_address == "192.0.2.77")' body
	done
	jq -e '.events[] | select(.kind == "switched") | .reason == "camera" and .channel == "krishna"' body
	refute grep -F -e "${key#*token=}" body
	# pages by cursor: the newest ones, then those before
	[ "$(api simran GET '/audit?limit=2')" = 200 ]
	last=$(jq '.events[0].id' body)
	[ "$(jq '.events | length' body)" = 2 ]
	[ "$(api simran GET "/audit?before=$last&limit=500")" = 200 ]
	jq -e --argjson n "$last" '.events | length > 0 and all(.id < $n)' body
	[ "$(api simran GET "/audit?after=$last")" = 200 ]
	jq -e --argjson n "$last" '.events | length == 1 and .[0].id > $n' body
	# nobody names another author, nor another address
	[ "$(api simran -H 'X-Forwarded-For: 198.51.100.1' -H 'X-Real-IP: 198.51.100.1' POST /channels '{"name": "gita"}')" = 201 ]
	one "select detail from event" >details
	refute grep -F 198.51.100.1 details
	PGUSER=t_admin PGOPTIONS='-c lsctl.author=simran' lsctl-channel add -q vani
	one "select who from event where kind = 'declared' order by id desc limit 1" | grep -x t_admin
}
