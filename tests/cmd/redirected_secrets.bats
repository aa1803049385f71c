#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# A login that may declare channels, and no more, points addresses at a server of its own: no secret goes there. With a
# PostgreSQL of its own, and lsctl-switch as root runs it.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

setup_file() {
	database_server
	# shellcheck disable=SC1091
	(. "$BATS_FILE_TMPDIR/env" && psql -Xq -d postgres -c 'create role t_channel login in role lsctl_channel')
}

# krishna has a loop, and a key for each of its destinations.
setup() {
	setup_database
	mkdir -p run state/media etc
	printf '#!/bin/sh\n' >supervisor
	chmod +x supervisor
	export LSCTL_SUPERVISOR=$PWD/supervisor
	channel -q host set testhost server=srs api_url=http://127.0.0.1:9
	channel -q add krishna
	channel -q media krishna loop film.flv
	"$BIN/lsctl-keys" init 2>/dev/null
	"$BIN/lsctl-keys" new --all >/dev/null
	echo canary-youtube | channel -q dest add krishna youtube rtmps://a.example/live2 --key-stdin \
	    --backup-url rtmps://b.example/live2
	echo canary-fb | channel -q dest add krishna fb rtmps://fb.example:443/rtmp --key-stdin
	pass
	[ "$(keys)" = 'youtube=canary-youtube fb=canary-fb' ]
}

channel() {
	"$BIN/lsctl-channel" "$@"
}

# thief [ARG...]: lsctl-channel as a login that may declare channels.
thief() {
	PGUSER=t_channel channel "$@" </dev/null
}

# sql_thief STATEMENT: the same login, with the functions themselves.
sql_thief() {
	PGUSER=t_channel psql -XqAt -v ON_ERROR_STOP=1 -c 'set role lsctl_channel; set search_path = lsctl' -c "$1"
}

pass() {
	{ "$BIN/lsctl-health" --json 2>/dev/null || [ $? -eq 1 ]; } | "$BIN/lsctl-switch" -q
}

# The destinations of the spec, with their keys.
keys() {
	jq -r '[.destinations[] | .name + "=" + .key] | join(" ")' run/forward/krishna.json
}

@test "the key of a destination does not follow its address" {
	for change in url=rtmps://evil.example/live2 url=rtmp://a.example:443/live2 url=rtmps://a.example:444/live2 \
	    backup_url=rtmps://evil.example/live2 backup_url=; do
		echo canary-youtube | channel -q dest set krishna youtube url=rtmps://a.example/live2 \
		    backup_url=rtmps://b.example/live2 --key-stdin
		pass
		[ "$(keys)" = 'youtube=canary-youtube fb=canary-fb' ]
		run -0 --separate-stderr thief dest set krishna youtube "$change"
		pass
		[ "$(keys)" = fb=canary-fb ]
		[[ $output == *$'\n~ krishna destination youtube key set -> -' ]]
		[ "$stderr" = "lsctl-channel: krishna youtube: its key was for the former address, and is removed: lsctl-channel dest set krishna youtube --key" ]
		[ "$(channel dest show --json krishna youtube | jq .key)" = false ]
		"$BIN/lsctl-keys" check
	done
	"$BIN/lsctl-health" --json >records || [ $? -eq 1 ]
	jq -se 'any(.[] | .problems[]?; .code == "no-stream-key" and .subject == "destination:youtube")' records || { cat records; false; }
	[ "$(one "select count(*) from event where kind = 'declared' and detail -> 'steps' @> '[{\"field\": \"key\"}]'")" = 5 ]
}

@test "the same with a document, with the functions, and when it looks like the old address" {
	channel export | sed 's|//fb.example:443|//evil.example|' >all.json
	run -0 --separate-stderr thief apply all.json
	pass
	[ "$(keys)" = youtube=canary-youtube ]
	[[ $stderr == *'krishna fb: its key was for the former address'* ]]
	# readers of URLs differ on these: what is stored, if it is, has no key
	for url in 'rtmps://a.example:443@evil.example/live2' 'rtmps://a.example\@evil.example/live2' \
	    'rtmps://evil.example?@a.example/live2' 'rtmps://a.example /live2'; do
		echo canary-youtube | channel -q dest set krishna youtube url=rtmps://a.example/live2 --key-stdin
		sql_thief "select declare_one('set', 'destination', 'krishna', 'youtube', jsonb_build_object('url', '$url'))" || [ $? -eq 1 ]
		pass || [ $? -eq 78 ]
		if has evil run/forward/krishna.json; then
			refute has canary-youtube run/forward/krishna.json
		fi
		channel -q dest set krishna youtube url=rtmps://a.example/live2
	done
}

@test "a new address and its key go together; a path and other fields keep the key" {
	echo canary-new | channel dest set krishna youtube url=rtmps://evil.example/live2 --key-stdin >out 2>err
	[ ! -s err ]
	pass
	[ "$(keys)" = 'youtube=canary-new fb=canary-fb' ]
	before=$(one "select string_agg(md5(sealed), ' ' order by id) from destination")
	thief -q dest set krishna youtube url=RTMPS://evil.example/other queue_ms=9000 2>err || \
	    thief -q dest set krishna youtube url=rtmps://EVIL.example:443/other queue_ms=9000 2>err
	channel export >all.json
	thief apply all.json 2>>err
	sed -i 's|/other|/again|' all.json
	thief -q apply all.json 2>>err
	refute grep -F 'former address' err
	[ "$(one "select string_agg(md5(sealed), ' ' order by id) from destination")" = "$before" ]
	pass
	[ "$(keys)" = 'youtube=canary-new fb=canary-fb' ]
	# a rekey keeps the addresses
	"$BIN/lsctl-keys" rekey -q
	"$BIN/lsctl-keys" check
	pass
	[ "$(keys)" = 'youtube=canary-new fb=canary-fb' ]
}

@test "an address that was changed in the table opens nothing, and stops no other destination" {
	one "update destination set url = 'rtmps://evil.example/live2' where name = 'youtube'"
	run pass
	[ "$(keys)" = fb=canary-fb ]
	[ "$status" -eq 78 ]
	[[ $output == *'channel=krishna destination youtube is left out: its key is for another address, or is damaged: lsctl-channel dest set krishna youtube --key'* ]]
	run -1 "$BIN/lsctl-keys" check
	[[ $output == *'krishna youtube: key of the destination: does not open'* ]]
	echo canary-again | "$BIN/lsctl-keys" rotate -q --dest krishna youtube
	pass
	[ "$(keys)" = 'youtube=canary-again fb=canary-fb' ]
}

@test "a key that was sealed while the address changed is not stored" {
	id=$(one "select id from destination where name = 'youtube'")
	key=$(one 'select id from master_key where current')
	run ! sql_thief "select keys_dest_rotate($id, 'rtmps://former.example/live2', null, '00', '$key', null)"
	[[ $output == *'the destination was changed or removed meanwhile: try again'* ]]
}

@test "hosts are for admins: where the loop's token and the server's password go" {
	pass
	thief -q host set testhost play_url=rtmp://evil.example/live || [ $? -eq 77 ]
	pass
	[ "$(jq -r .destination.url run/loop/krishna.json)" = rtmp://127.0.0.1/live ]
	for field in play_url=rtmp://evil.example/live api_url=http://evil.example publish_url=rtmp://evil.example/live server=nginx; do
		run -77 thief host set testhost "$field"
		[[ $output == *'only admins change hosts'* ]]
	done
	run -77 thief host rm testhost
	for f in "host_set('testhost', '{\"play_url\": \"rtmp://evil.example/live\"}')" "host_remove('testhost')" \
	    "declare('{\"hosts\": [{\"name\": \"testhost\", \"api_url\": \"http://evil.example\"}]}')" \
	    "declare('{\"hosts\": [{\"name\": \"evil\", \"play_url\": \"rtmp://evil.example/live\"}]}', false, false, 'evil')" \
	    "declare('{\"hosts\": []}', true)"; do
		run ! sql_thief "select $f"
		[[ $output == *'permission denied'* || $output == *'only an admin may change hosts: lsctl-db grant t_channel admin'* ]]
	done
	channel export | jq '.hosts[0].play_url = "rtmp://evil.example/live"' >all.json
	run -77 thief apply all.json
	[[ $output == *'host testhost: only an admin may change hosts: lsctl-db grant t_channel admin'* ]]
	channel export >all.json
	thief -q apply all.json
	channel export >after.json
	cmp all.json after.json
	pass
	[ "$(jq -r .destination.url run/loop/krishna.json)" = rtmp://127.0.0.1/live ]
	# who may declare channels may still declare one on a new host, which has the default addresses
	LSCTL_HOST=new thief -q add sita
	PGUSER=t_admin channel -q host set testhost publish_url=rtmps://studio.example/live
	PGUSER=t_admin channel -q host rm other || [ $? -eq 65 ]
}

@test "a certificate authority is a file of root's" {
	for file in "$PWD/evil.pem" /etc/ssl/../../tmp/evil.pem /etc/lsctl/../evil.pem evil.pem /etc/sslevil.pem; do
		run -65 thief dest set krishna fb "ca_file=$file"
		[[ $output == *'ca_file: must be a file below /etc/lsctl or /etc/ssl'* ]]
		run ! sql_thief "select declare_one('set', 'destination', 'krishna', 'fb', '{\"ca_file\": \"$file\"}')"
		[[ $output == *'ca_file: must be a file below /etc/lsctl or /etc/ssl'* ]]
	done
	thief -q dest set krishna fb ca_file=/etc/ssl/certs/own.pem
	thief -q dest set krishna fb ca_file=/etc/lsctl/own..ca.pem
}

@test "the password of the media server goes to this machine, or where its file says" {
	cat >listen.py <<-'END'
		import http.server
		class Asked(http.server.BaseHTTPRequestHandler):
		    def do_GET(self):
		        with open("asked", "a") as f:
		            f.write(f"{self.headers.get('Host')} {self.headers.get('Authorization')}\n")
		        self.send_error(500)
		    def log_message(self, *_):
		        pass
		server = http.server.HTTPServer(("127.0.0.1", 0), Asked)
		with open("port", "w") as f:
		    f.write(f"{server.server_port}\n")
		server.serve_forever()
	END
	start listen python3 listen.py
	await test -s port
	port=$(cat port)
	(umask 077 && echo lsctl:canary >auth)
	export LSCTL_SERVER_AUTH_FILE=$PWD/auth
	# an address of this machine that does not look like one: it stands for another machine
	one "update host set api_url = 'http://127.1:$port' where name = 'testhost'"
	run -1 "$BIN/lsctl-health" --table
	[ ! -e asked ]
	[[ $output == *"media server http://127.1:$port: the password in $PWD/auth is not for this address: if it is, make http://127.1:$port the second line of that file"* ]]
	run "$BIN/lsctl-keys" rotate krishna obs
	[ "$status" -ne 0 ]
	[ ! -e asked ]
	[[ $output == *'is not for this address'* ]]
	echo "http://127.1:$port" >>auth
	run -1 "$BIN/lsctl-health" --table
	grep -q "Basic $(printf lsctl:canary | base64)" asked
	rm asked
	printf 'lsctl:canary\n' >auth
	one "update host set api_url = 'http://127.0.0.1:$port' where name = 'testhost'"
	run -1 "$BIN/lsctl-health" --table
	grep -q "Basic $(printf lsctl:canary | base64)" asked
}
