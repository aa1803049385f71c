#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What attackers of the API try, each of them over the real nginx, lsctl-web, lsctl-act and database.
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
	api_start
}

# -- what another site can make a browser do --

@test "another site cannot act with the cookie of a browser" {
	api_account simran admin
	override='{"to": "off"}'
	# without the token, with that of another session, with a wrong one
	for token in '' 0000 "$(printf '%064d' 0)"; do
		[ "$(page -b simran.jar -H "X-CSRF-Token: $token" -H 'Content-Type: application/json' -X PUT -d "$override" \
		    "$base/api/v1/channels/krishna/override")" = 403 ]
		[ "$(jq -r .code body)" = csrf ]
	done
	api_account jas admin
	problem csrf simran -H "X-CSRF-Token: $(cat jas.csrf)" PUT /channels/krishna/override "$override"
	problem csrf simran -H "X-CSRF-Token: $(cat simran.csrf)0" PUT /channels/krishna/override "$override"
	for request in 'POST /channels' 'DELETE /session' 'PUT /me/password' 'POST /accounts' 'DELETE /channels/krishna/sources/obs'; do
		# shellcheck disable=SC2086
		problem csrf simran -H 'X-CSRF-Token: 0' $request
	done
	# forms have no other types than these
	for type in text/plain application/x-www-form-urlencoded multipart/form-data; do
		problem media-type simran -H "Content-Type: $type" POST /session '{"name": "simran", "password": "x"}'
		problem media-type simran -H "Content-Type: $type" POST /link '{"link": "x"}'
	done
	one "select mode from channel where name = 'krishna'" | grep -x auto
	# a cookie goes to no other site, and to no script
	[ "$(sign_in simran)" = 201 ]
	[ "$(grep -ci '^set-cookie: __Host-lsctl[^;]*; Path=/; Max-Age=[0-9]*; HttpOnly; SameSite=Strict; Secure' head)" = 2 ]
	# with a token there is no browser, and no token of this kind
	token=$(lsctl-user token add -q simran t --role operator --json | jq -r .token)
	[[ $(page -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -X PUT -d "$override" \
	    "$base/api/v1/channels/krishna/override") == 20[04] ]]
	# a cookie beside a token that is wrong counts for nothing
	[ "$(page -b simran.jar -H 'Authorization: Bearer x' "$base/api/v1/channels")" = 401 ]
	# nobody else's page reads an answer, or frames a page
	[ "$(api simran -H 'Origin: https://evil.example' GET /channels)" = 200 ]
	refute grep -qi '^access-control' head
	grep -qi "^content-security-policy: default-src 'none'; script-src 'self'; .*frame-ancestors 'none'" head
	grep -qi '^cache-control: no-store' head
}

# -- sessions --

@test "a session of before the sign-in is worth nothing after it" {
	api_account simran admin
	planted=$(printf 'A%.0s' {1..43})
	printf '#HttpOnly_live.example.org\tFALSE\t/\tTRUE\t0\t__Host-lsctl\t%s\n' "$planted" >simran.jar
	[ "$(sign_in simran)" = 201 ]
	refute grep -q "$planted" simran.jar
	[ "$(page -b "__Host-lsctl=$planted" "$base/api/v1/channels")" = 401 ]
	[ "$(page -b simran.jar "$base/api/v1/channels")" = 200 ]
	# each sign-in makes another one; a cookie of plain http is none
	grep __Host-lsctl simran.jar >first
	[ "$(sign_in simran)" = 201 ]
	grep __Host-lsctl simran.jar >second
	refute cmp -s first second
	session=$(awk '$6 == "__Host-lsctl" { print $7 }' simran.jar)
	[ "$(page -b "lsctl=$session" "$base/api/v1/channels")" = 401 ]
	[ "$(page -b "__Host-lsctl=$session" "$base/api/v1/channels")" = 200 ]
}

@test "a stolen cookie is worth nothing after the sign-out, in any worker" {
	api_account simran admin
	status_write
	cp simran.jar stolen.jar
	cp simran.csrf stolen.csrf
	for n in 1 2 3 4 5 6 7 8; do	# each worker knows it
		[ "$(api stolen GET /status)" = 200 ]
	done
	[ "$(api simran DELETE /session)" = 204 ]
	for n in 1 2 3 4 5 6 7 8; do
		problem unauthenticated stolen GET /status
		problem unauthenticated stolen GET /channels
		problem unauthenticated stolen GET '/may?channel=krishna'
		problem unauthenticated stolen PUT /channels/krishna/override '{"to": "off"}'
		problem unauthenticated stolen PUT /me/password '{"old": "correct horse simran", "password": "another horse"}'
	done
	# nor after a new password, or when an admin has ended it
	[ "$(sign_in simran)" = 201 ]
	cp simran.jar stolen.jar
	jq -r .csrf body >stolen.csrf
	[ "$(sign_in simran)" = 201 ]
	signed simran
	[ "$(api simran PUT /me/password '{"old": "correct horse simran", "password": "another horse"}')" = 204 ]
	problem unauthenticated stolen GET /status
	[ "$(api simran GET /status)" = 200 ]
	lsctl-user session rm -q simran --all
	problem unauthenticated simran GET /status
}

@test "a smaller role, other channels, and a disabled account hold at once" {
	api_account simran admin
	api_account jas admin
	status_write
	for n in 1 2 3 4 5 6 7 8; do
		[ "$(api jas GET /status)" = 200 ]
		[ "$(api jas GET /accounts)" = 200 ]
	done
	[ "$(api simran PATCH /accounts/jas '{"role": "operator", "channels": ["krishna"]}')" = 204 ]
	problem forbidden jas GET /accounts
	problem no-such-channel jas GET /channels/rama
	problem no-such-channel jas PUT /channels/rama/override '{"to": "off"}'
	for n in 1 2 3 4 5 6 7 8; do
		[ "$(api jas GET /status)" = 200 ]
		[ "$(jq '.channels | length' body)" = 1 ]
	done
	[ "$(api simran PATCH /accounts/jas '{"role": "viewer"}')" = 204 ]
	problem forbidden jas PUT /channels/krishna/override '{"to": "off"}'
	[ "$(api simran PATCH /accounts/jas '{"enabled": false}')" = 204 ]
	for n in 1 2 3 4 5 6 7 8; do
		problem unauthenticated jas GET /status
	done
	# with the old session, it stays so
	[ "$(api simran PATCH /accounts/jas '{"enabled": true}')" = 204 ]
	problem unauthenticated jas GET /status
	# the last admin, and an account that is removed
	problem conflict simran DELETE /accounts/simran
	problem conflict simran PATCH /accounts/simran '{"role": "viewer"}'
	[ "$(api simran DELETE /accounts/jas)" = 204 ]
	[ "$(api simran GET /accounts)" = 200 ]
}

# A code of TOTP for the secret in $1, of the step $2 from now.
totp() {
	python3 -c "import sys, time; sys.path.insert(0, '$ROOT/tests/lib'); from api_client import totp
print(totp(sys.argv[1], time.time() + 30 * int(sys.argv[2])))" "$1" "${2-0}"
}

@test "a code of the second factor is good once, and a session changes nothing without the password" {
	api_account simran admin
	# a stolen page does not lock its owner out
	problem wrong-credentials simran POST /me/totp '{"password": "wrong"}'
	problem not-valid simran POST /me/totp '{}'
	[ "$(api simran POST /me/totp '{"password": "correct horse simran"}')" = 201 ]
	secret=$(jq -r .secret body)
	jq -e '(.uri | startswith("otpauth://totp/")) and (.qr_svg | startswith("<svg"))' body
	problem wrong-credentials simran POST /me/totp/confirm '{"code": "000000"}'
	# not in force until then
	[ "$(sign_in simran)" = 201 ]
	signed simran
	code=$(totp "$secret" -1)
	[ "$(api simran POST /me/totp/confirm "{\"code\": \"$code\"}")" = 200 ]
	recovery=$(jq -r '.recovery_codes[0]' body)
	[ "$(sign_in simran)" = 401 ]
	[ "$(jq -r .code body)" = code-required ]
	# that one was used
	[ "$(sign_in simran ", \"code\": \"$code\"")" = 401 ]
	code=$(totp "$secret")
	[ "$(sign_in simran ", \"code\": \"$code\"")" = 201 ]
	signed simran
	[ "$(sign_in simran ", \"code\": \"$code\"")" = 401 ]
	[ "$(sign_in simran ", \"code\": \"$recovery\"")" = 201 ]
	signed simran
	[ "$(sign_in simran ", \"code\": \"$recovery\"")" = 401 ]
	problem wrong-credentials simran DELETE /me/totp '{"password": "wrong"}'
	problem not-valid simran DELETE /me/totp '{}'
	problem wrong-credentials simran PUT /me/password '{"old": "wrong", "password": "another horse"}'
	problem not-valid simran PUT /me/password '{"old": "correct horse simran", "password": "x"}'
	[ "$(jq -r .field body)" = password ]
	# a token is no person
	token=$(lsctl-user token add -q simran t --role admin --json | jq -r .token)
	for request in 'PUT /me/password' 'POST /me/totp' 'DELETE /me/totp'; do
		[ "$(page -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -X "${request% *}" -d '{}' \
		    "$base/api/v1${request#* }")" = 403 ]
	done
}

@test "a header of a proxy signs nobody in who is not that proxy" {
	# of a host without such a proxy, from anywhere
	api_account simran admin
	for from in 192.0.2.5 192.0.2.1 192.0.2.10; do
		problem unauthenticated nobody -H 'X-Forwarded-User: simran' GET /session
	done
	api_stop
	export LSCTL_PROXY_HEADER=X-Forwarded-User LSCTL_PROXY_ADDRESS=192.0.2.5,192.0.2.6
	api_start --proxy-header X-Forwarded-User --proxy-address 192.0.2.5,192.0.2.6
	for from in 192.0.2.66 192.0.2.1 192.0.2.50; do
		for also in 'X: y' 'X-Forwarded-For: 192.0.2.5' 'X-Real-IP: 192.0.2.5' 'Peer-Addr: 192.0.2.5' 'Remote-Addr: 192.0.2.5' \
		    'Forwarded: for=192.0.2.5' 'X_Forwarded_User: simran' 'LSCTL-Proxy-User: simran'; do
			problem unauthenticated nobody -H 'X-Forwarded-User: simran' -H "$also" GET /session
		done
	done
	one "select count(*) from credential where via = 'proxy'" | grep -x 0
	# from the proxy
	for from in 192.0.2.5 192.0.2.6; do
		[ "$(page -c proxy.jar -H 'X-Forwarded-User: Simran' "$base/api/v1/session")" = 200 ]
		jq -e '.account == "simran" and .role == "admin" and (.csrf | length) == 64' body
		signed proxy
		[ "$(api proxy GET /me)" = 200 ]
		jq -e 'any(.sessions[]; .via == "proxy") and any(.sessions[]; .via == null)' body
		[[ $(api proxy PUT /channels/krishna/override '{"to": "loop"}') == 20[04] ]]
	done
	# a session that is there goes on; one of another account does not
	[ "$(api proxy -H 'X-Forwarded-User: simran' GET /session)" = 200 ]
	refute grep -qi '^set-cookie' head
	lsctl-user add -q mira --role viewer
	[ "$(page -b proxy.jar -c other.jar -H 'X-Forwarded-User: mira' "$base/api/v1/session")" = 200 ]
	jq -e '.account == "mira" and .role == "viewer"' body
	# the header by itself is no session, and a name that is no account is nobody
	problem unauthenticated nobody -H 'X-Forwarded-User: simran' GET /channels
	problem unauthenticated nobody -H 'X-Forwarded-User: simran' PUT /channels/krishna/override '{"to": "off"}'
	for name in nobody '' "' or true --" 'simran,mira' "$(printf 'a%.0s' {1..5000})"; do
		[ "$(api nobody -H "X-Forwarded-User: $name" GET /session)" = 401 ]
	done
	lsctl-user disable -q mira
	problem wrong-credentials nobody -H 'X-Forwarded-User: mira' GET /session
	one "select who || ' ' || (detail ->> 'by') from event where kind = 'signed-in' and detail ? 'by' order by id limit 1" |
	    grep -x 'simran proxy'
	# lsctl-act needs the setting, too: a taken-over lsctl-web names nobody
	kill "$act"
	finish "$act"
	LSCTL_PROXY_HEADER='' api_act
	problem forbidden nobody -H 'X-Forwarded-User: simran' GET /session
	# wrong settings
	LSCTL_PROXY_ADDRESS=localhost run -78 lsctl-web --listen run/none.sock
	[[ $output == *'LSCTL_PROXY_ADDRESS: must be one to eight IP addresses'* ]]
	rm -f ./*.err
}

@test "guesses of a password end, and do not lock out who has signed in here before" {
	api_account simran admin
	guess='{"name": "simran", "password": "guess"}'
	for n in 1 2 3 4 5 6 7 8 9 10; do
		from=192.0.2.$((50 + n))
		problem wrong-credentials nobody POST /session "$guess"
	done
	from=192.0.2.70
	problem too-many nobody POST /session "$guess"
	wait_s=$(sed -n 's/^retry-after: //Ip' head | tr -d '\r')
	[ "$wait_s" -gt 60 ]
	[ "$wait_s" -le 900 ]
	# the right one as well, from there; but not in the browser of the account
	problem too-many nobody POST /session '{"name": "simran", "password": "correct horse simran"}'
	[ "$(sign_in simran)" = 201 ]
	# of an unknown name there is nothing else to see, and no more of it in the events than that
	problem wrong-credentials nobody POST /session '{"name": "nobody", "password": "guess"}'
	cp body unknown
	from=192.0.2.71
	one "delete from sign_in_failure"
	problem wrong-credentials nobody POST /session "$guess"
	cmp body unknown
	# many names from one address
	from=192.0.2.72
	for n in {1..21}; do
		api nobody POST /session "{\"name\": \"n$n\", \"password\": \"x\"}" >code
	done
	[ "$(cat code)" = 429 ]
	# nginx has a limit of its own
	from=192.0.2.73
	page -Z -w '%{http_code}\n' -X POST -H 'Content-Type: application/json' -d '{}' "$base/api/v1/session/?[1-60]" >codes
	grep -q '^429$' codes
	# as the API describes problems, with when to come again and with the headers of all answers
	await problem too-many nobody POST /session '{}'
	[ "$(sed -n 's/^retry-after: //Ip' head | tr -d '\r')" = 2 ]
	grep -qi '^content-security-policy: default-src' head
	rm -f nginx.err
}

@test "a token has its limit from all addresses together, and another one its own" {
	api_account simran admin
	lsctl-user token add -q simran busy --role viewer --json | jq -r .token >busy
	lsctl-user token add -q simran calm --role viewer --json | jq -r .token >calm
	status_write
	for from in 192.0.2.81 192.0.2.82 192.0.2.83; do	# 100 are what an address may send at once
		(mkdir "$from" && cd "$from" && page -Z -w '%{http_code} %header{retry-after}\n' -H "Authorization: Bearer $(cat ../busy)" \
		    "$base/api/v1/status?[1-100]" >../codes."$from") &
		clients+=($!)
	done
	wait "${clients[@]}"
	cat codes.* >codes
	[ "$(grep -c '^200 $' codes)" -ge 60 ]
	[ "$(grep -c '^429 2$' codes)" -ge 40 ]
	refute grep -vE '^(200 |429 2)$' codes
	from=192.0.2.84
	[ "$(page -H "Authorization: Bearer $(cat calm)" "$base/api/v1/status")" = 200 ]
	[ "$(api simran GET /status)" = 200 ]
	refute grep -F "$(cat busy)" nginx.err access.log
	rm -f nginx.err
}

@test "links are good once, and cannot be guessed" {
	api_account simran admin
	[ "$(api simran POST /accounts '{"name": "jas", "role": "viewer", "channels": null}')" = 201 ]
	link=$(jq -r .link body)
	[[ $link == *'#link='* ]]
	secret=${link#*#link=}
	[ "${#secret}" = 43 ]
	[ "$(api nobody POST /link "{\"link\": \"$secret\"}")" = 200 ]
	jq -e '.account == "jas" and .new' body
	use="{\"link\": \"$secret\", \"password\": \"correct horse jas\"}"
	problem not-valid nobody POST /link/use "{\"link\": \"$secret\", \"password\": \"short\"}"
	[ "$(api nobody POST /link/use "$use")" = 201 ]
	problem no-such-link nobody POST /link/use "$use"
	problem no-such-link nobody POST /link "{\"link\": \"$secret\"}"
	for wrong in '' x "${secret%?}" "${secret}A" "$(printf 'A%.0s' {1..43})" "' or true --"; do
		problem no-such-link nobody POST /link "{\"link\": \"$wrong\"}"
	done
	problem not-valid nobody POST /link '{"link": 5}'
	# one that was replaced
	[ "$(api simran POST /accounts/jas/link '{}')" = 201 ]
	old=$(jq -r '.link | sub(".*#link="; "")' body)
	[ "$(api simran POST /accounts/jas/link '{}')" = 201 ]
	problem no-such-link nobody POST /link "{\"link\": \"$old\"}"
}

# -- what is in a field --

# every text that a database, a shell or a terminal could take for more than a text
hostile() {
	printf '%s\n' "'; drop table lsctl.channel; --" "\$(touch $PWD/pwned)" "\`touch $PWD/pwned\`" "; touch $PWD/pwned" \
	    "| touch $PWD/pwned" "--yes" "-y" "--help" "../../etc/passwd" "/etc/passwd" "%s%n%n" '{}' '$1' "a' or '1'='1" \
	    '-c lsctl.author=simran' "a b" '*' 'krishna,rama' "x=y" '"' "\\\\" '<script>alert(1)</script>' 'ਕ੍ਰਿਸ਼ਨ' "$(printf 'x%.0s' {1..2100})"
}

@test "no text in any field is more than a text: SQL, shell, options, paths" {
	api_account simran admin
	before=$(one "select count(*) || ' ' || (select count(*) from channel) || ' ' || (select count(*) from source) from account")
	hostile | jq -R . >texts
	while read -r text; do
		for request in \
		    "POST /channels {\"name\": $text}" "POST /channels {\"name\": \"x\", \"host\": $text}" \
		    "POST /channels {\"name\": \"x\", \"delay_ms\": $text}" \
		    "PUT /channels/krishna/override {\"to\": $text}" "PUT /channels/krishna/override {\"to\": \"loop\", \"for_s\": $text}" \
		    "POST /channels/krishna/sources {\"name\": $text, \"kind\": \"live\"}" \
		    "POST /channels/krishna/sources {\"name\": \"x\", \"kind\": $text}" \
		    "PUT /channels/krishna/sources/loop/films {\"films\": [$text, \"../../../etc/passwd\"]}" \
		    "POST /channels/krishna/destinations {\"name\": $text, \"url\": \"rtmp://127.0.0.1/x\"}" \
		    "POST /channels/krishna/destinations {\"name\": \"x\", \"url\": $text}" \
		    "POST /accounts {\"name\": $text, \"role\": \"operator\", \"channels\": [\"none\"]}" \
		    "POST /accounts {\"name\": \"x\", \"role\": $text}" "POST /accounts {\"name\": \"x\", \"role\": \"viewer\", \"channels\": [$text]}" \
		    "POST /accounts/simran/tokens {\"name\": \"t\", \"role\": $text}" "POST /session {\"name\": $text, \"password\": $text}"; do
			read -r method path content <<<"$request"
			from=192.0.2.$((20 + (n = (n + 1) % 200)))
			code=$(api simran "$method" "$path" "$content")
			case $code in
			4??) ;;
			*)
				echo "$request: $code $(cat body)"
				false
				;;
			esac
		done
		from=192.0.2.$((20 + n))
		# a reason is free; its text comes back as it is
		[[ $(api simran PUT /channels/krishna/override "{\"to\": \"auto\", \"reason\": $text}") == 20[04] ]] ||
		    jq -e '.field == "reason" or .status == 409' body
		path=$(jq -rn --argjson t "$text" '$t | @uri')
		for p in "/channels/$path" "/events?channel=$path" "/events?kind=$path" "/audit?who=$path" "/channels/$path/timeline"; do
			code=$(api simran GET "$p")	# 404 may be that of nginx: a path can leave the API
			[[ $code == 200 || $code == 404 || $code == 422 ]] || { echo "$p $code $(cat body)"; false; }
		done
		for p in "/channels/krishna/sources/$path" "/channels/krishna/destinations/$path" "/accounts/$path" "/me/sessions/$path" \
		    "/accounts/simran/tokens/$path" "/accounts/simran/sessions/$path"; do
			code=$(api simran DELETE "$p")
			[[ $code == 4?? ]] || { echo "$p $code $(cat body)"; false; }
		done
	done <texts
	[ ! -e pwned ]
	[ "$before" = "$(one "select count(*) || ' ' || (select count(*) from channel) || ' ' || (select count(*) from source)
	    from account")" ]
	# the reasons are in the events, byte for byte
	from=192.0.2.19
	[ "$(api simran GET '/events?kind=switched&limit=500')" = 200 ]
	jq -e 'any(.events[]; .reason == "<script>alert(1)</script>")' body
	one "select count(*) from event where kind = 'switched' and who <> 'simran'" | grep -x 0
	rm -f ./*.err
}

# -- requests --

# raw TEXT: what nginx answers to these bytes, over TLS.
raw() {
	printf '%b' "$1" | "${in[@]}" timeout 20 openssl s_client -quiet -servername live.example.org \
	    -connect 192.0.2.1:8443 >answer 2>/dev/null
}

@test "headers cannot be split, and large or slow requests hold nobody up" {
	api_account simran admin
	# what comes back in a header is ours: nothing of a request is
	for value in 'a%0d%0aX-Evil: 1' 'krishna%0d%0aSet-Cookie: a=b' 'a%0aX-Evil: 1'; do
		api simran GET "/may?channel=${value// /%20}" >/dev/null
		refute grep -qi '^x-evil\|^set-cookie: a=b' head
		api simran GET "/channels/${value// /%20}" >/dev/null
		refute grep -qi '^x-evil\|^set-cookie: a=b' head
	done
	raw 'GET /api/v1/session HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'
	grep ' 421 ' answer
	raw 'POST /api/v1/session HTTP/1.1\r\nHost: live.example.org\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'
	grep ' 400 ' answer
	raw 'GET /api/v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.0\r\nHost: live.example.org\r\n\r\n'
	refute grep -q root: answer
	# too large, each in its way
	[ "$(page -H "Authorization: Bearer $(head -c 9000 /dev/zero | tr '\0' x)" "$base/api/v1/channels")" -ge 400 ]
	[ "$(page -H "Authorization: Bearer $(head -c 4000 /dev/zero | tr '\0' x)" "$base/api/v1/channels")" = 401 ]
	[ "$(page -b "__Host-lsctl=$(head -c 4000 /dev/zero | tr '\0' x)" "$base/api/v1/channels")" = 401 ]
	[ "$(page -b simran.jar "$base/api/v1/channels/$(head -c 4000 /dev/zero | tr '\0' x)")" = 404 ]
	printf '{"name": %s1%s}' "$(head -c 3000 /dev/zero | tr '\0' '[')" "$(head -c 3000 /dev/zero | tr '\0' ']')" >deep
	[ "$(api simran POST /channels @deep)" = 422 ]
	# more slow clients than workers: they hold connections of nginx, and nobody else waits
	start slow "${in[@]}" python3 -c "import sys; sys.path.insert(0, '$ROOT/tests/lib'); from api_client import Connection
slow = [Connection() for n in range(40)]
for c in slow:
    c.connect()
    c.sock.sendall(b'POST /api/v1/channels HTTP/1.1\r\nHost: live.example.org\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{')
print('connected', flush=True)
for c in slow:
    while c.sock.recv(4096):
        pass"
	slow=$pid
	AWAIT_S=60 await grep -q connected slow.out
	from=192.0.2.99
	for n in {1..10}; do
		[ "$(api simran -m 3 GET /channels)" = 200 ]
	done
	# and are sent away
	finish "$slow"
	[ "$status" = 0 ]
	rm -f ./*.err
}

# -- secrets --

@test "no secret is in a log, an error, an argument, an environment, an event, or an answer that did not ask" {
	api_account simran admin
	status_write
	awk '$6 == "__Host-lsctl" || $6 == "__Host-lsctl-device" { print $7 }' simran.jar >wanted
	session=$(head -n 1 wanted)
	[ "$(api simran POST /channels/krishna/destinations '{"name": "youtube", "url": "rtmp://127.0.0.1/x", "key": "destkey-Z9Z9Z9"}')" = 201 ]
	[ "$(api simran PUT /channels/krishna/destinations/youtube/key '{"key": "destkey-Y8Y8Y8"}')" = 204 ]
	[ "$(api simran POST /channels/krishna/sources/obs/key/show)" = 200 ]
	key=$(jq -r '.stream_key | sub(".*token="; "")' body)
	[ "$(api simran POST /accounts '{"name": "jas", "role": "viewer", "channels": null}')" = 201 ]
	link=$(jq -r '.link | sub(".*#link="; "")' body)
	[ "$(api simran POST /accounts/jas/tokens '{"name": "t", "role": "viewer"}')" = 201 ]
	token=$(jq -r .token body)
	[[ $token == lsctl_* ]]
	[ "$(page -H "Authorization: Bearer $token" "$base/api/v1/channels")" = 200 ]
	[ "$(api nobody POST /link/use "{\"link\": \"$link\", \"password\": \"secretpassword-X7\"}")" = 201 ]
	[ "$(api nobody POST /session '{"name": "jas", "password": "secretpassword-W6"}')" = 401 ]
	[ "$(api simran POST /me/totp '{"password": "correct horse simran"}')" = 201 ]
	totp=$(jq -r .secret body)
	printf '%s\n' "$session" "$key" "$link" "$token" "$totp" destkey-Z9Z9Z9 destkey-Y8Y8Y8 secretpassword-X7 secretpassword-W6 \
	    "correct horse simran" >secrets
	for path in /channels /channels/krishna /events /audit /accounts /me /session /status /hosts; do
		[ "$(api simran GET "$path")" = 200 ]
		refute grep -F -f secrets body head
	done
	# what the tools and both parts show while they run
	start watch "$ROOT/tests/lib/secrets_watch" secrets lsctl-
	watch=$pid
	await test -s watch.out
	for n in 1 2 3 4 5; do
		[ "$(api simran PUT /channels/krishna/destinations/youtube/key '{"key": "destkey-Z9Z9Z9"}')" = 204 ]
		[ "$(api simran POST /channels/krishna/sources/obs/key/show)" = 200 ]
		[ "$(api nobody POST /session '{"name": "jas", "password": "secretpassword-W6"}')" = 401 ]
	done
	kill "$watch"
	finish "$watch"
	grep -x 'seen lsctl-keys' watch.out
	grep -x 'seen lsctl-channel' watch.out
	refute grep leaked watch.out
	refute grep -F -f secrets access.log nginx.err act.err act.out lsctl-web.err lsctl-web.out
	refute grep -aF -f secrets "$BATS_FILE_TMPDIR/pg/pg/log"
	one "select row_to_json(e) from event e" >events
	one "select row_to_json(c), row_to_json(a) from credential c join account a on a.id = c.account_id" >>events
	refute grep -F -f secrets events
	rm -f ./*.err
}
