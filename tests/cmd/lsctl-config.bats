#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-config over a PostgreSQL of its own. What it prints is judged by the programs that it is for, and the ways
# in are tried: real nginx (and SRS, where SRS= tells it) in a network of the test's own.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

setup_file() {
	database_server
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=live.example.org \
	    -keyout "$BATS_FILE_TMPDIR/key.pem" -out "$BATS_FILE_TMPDIR/cert.pem" 2>/dev/null
	printf 'worker_processes 1;\nevents { worker_connections 16384; }\n' >"$BATS_FILE_TMPDIR/main"
}

setup() {
	setup_database
	export LSCTL_HOST=studio LSCTL_SERVER_AUTH_FILE='' PATH=$BIN:$PATH
	cert=$BATS_FILE_TMPDIR/cert.pem key=$BATS_FILE_TMPDIR/key.pem main=$BATS_FILE_TMPDIR/main
	mkdir -p run/forward run/loop state/spool state/www
	declared server=nginx publish_url=rtmp://live.example.org/live
}

declared() {
	lsctl-channel host set -q studio "$@"
}

config() {
	"$BIN/lsctl-config" "$@"
}

needs_srs() {
	[ -x "${SRS-}" ] || skip 'SRS= tells of no SRS'
}

@test "the command line is checked" {
	run -64 config
	run -64 config nonsense
	[[ $output == *"nonsense: no such command"* ]]
	run -64 config nginx-rtmp --nonsense
	run -64 config nginx-rtmp more
	run -64 config nginx-rtmp --fcgiwrap
	[[ $output == *"nginx-rtmp: --fcgiwrap: no such option"* ]]
	run -64 config nginx-rtmp --hook-port 70000
	[[ ${lines[0]} == *"nginx-rtmp: --hook-port 70000: must be 0 to 65535" ]]
	run -64 config nginx-hook --socket 'a b;'
	run -64 config nginx-hook --socket $'/run/a\nb;'
	run -64 config nginx-rtmps --cert only
	run -64 config srs -o
	run -64 config diff nginx-rtmp --check
	run -0 config --help
	[[ $output == "usage: lsctl-config"* ]]
	grep -E '^  nginx-https +pages for people$' <<<"$output"
	run -0 config diff nginx-https --help
	grep -E '^ +--cert FILE ' <<<"$output"
	refute grep -e --check <<<"$output"
	run -0 config --version
	[[ $output =~ ^lsctl-config\ [0-9] ]]
	LSCTL_RUN='/run/"x' run -78 config nginx-hook
	mkdir empty
	LSCTL_CONFIG=$PWD/empty run -78 config nginx-hook
	[[ $output == *"empty/nginx-hook.in: no such template"* ]]
}

@test "list prints every template, with its place" {
	PGPORT=1 run -0 config list
	for t in "$ROOT"/scripts/config/*.in; do
		grep -q "^$(basename "$t" .in)  */etc/" <<<"$output"
	done
	[ "$(wc -l <<<"$output")" -eq "$(($(ls "$ROOT"/scripts/config/*.in | wc -l) + 1))" ]
}

@test "which logins may read it, and what it prints when the database is down" {
	PGUSER=t_viewer run -0 config nginx-rtmp
	PGUSER=t_operator run -0 config nginx-rtmp
	PGUSER=t_hook run -77 config nginx-rtmp
	lsctl-channel add -q krishna
	[ "$(PGUSER=t_viewer psql -XqAtc "set role lsctl_viewer" -c "select lsctl.config('studio')" |
	    jq -c '.channels[0] | [.channel, .enabled, .play_from, (.sources | map(.name))]')" = \
	    '["krishna",true,["127.0.0.0/8","::1/128"],["obs","loop","file"]]' ]
	PGPORT=1 run -75 config nginx-rtmp
	PGDATABASE=nowhere run -78 config nginx-rtmp
	run -65 config nginx-rtmp --host nobody
	[ "$output" = "lsctl-config: the database knows no host nobody: lsctl-channel host set nobody makes it known" ]
	lsctl-channel host set -q other server=srs
	run -78 config nginx-rtmp --host other
	[[ $output == *"the media server of host other is srs"* ]]
	run -0 --separate-stderr config srs --host other
	[[ ${lines[0]} == "# srs of host other, for /etc/lsctl/srs.conf. Made by: lsctl-config srs --host other" ]]
	[[ $stderr == *"the API has no password in this output"* ]]
}

# listens NAME [OPTION...]: the addresses, in a line, without that of previews.
listens() {
	config "$@" | sed -n 's/^[[:space:]]*listen[[:space:]]*\(.*\);.*/\1/p' | grep -v -e '^\[::\]' -e ':1938$' | xargs
}

@test "ports and addresses come from the database" {
	[ "$(listens nginx-rtmp)" = 1935 ]
	[ "$(listens nginx-api)" = 127.0.0.1:1985 ]
	declared play_url=rtmp://127.0.0.1:2935/live publish_url=rtmp://live.example.org:2935/live \
	    api_url=http://localhost:2985/
	[ "$(listens nginx-rtmp)" = 2935 ]
	[ "$(listens nginx-api)" = 127.0.0.1:2985 ]
	[ "$(listens nginx-hook --hook-port 3085)" = '127.0.0.1:3085 backlog=4096' ]
	# the status page is reachable from this host only
	declared publish_url=rtmp://127.0.0.1:2935/live
	[ "$(listens nginx-rtmp)" = 127.0.0.1:2935 ]
	# something else is where encoders come to
	declared publish_url=rtmp://live.example.org/live
	[ "$(listens nginx-rtmp)" = '127.0.0.1:2935 127.0.0.1:1936 proxy_protocol' ]
	declared publish_url=rtmps://live.example.org/live
	[ "$(listens nginx-rtmp --entry-port 4444)" = '127.0.0.1:2935 127.0.0.1:4444 proxy_protocol' ]
	[ "$(listens nginx-rtmps)" = '443 ssl' ]
	declared publish_url=rtmps://live.example.org:1443/live 'play_url=rtmp://[::1]/live'
	[ "$(listens nginx-rtmp)" = '[::1]:1935 127.0.0.1:1936 proxy_protocol' ]
	[ "$(listens nginx-rtmps)" = '1443 ssl' ]
	declared server=srs
	run -78 config srs
	[[ $output == *"must have the address 127.0.0.1, with a proxy in front of SRS"* ]]
}

@test "an address that is not valid is refused, with the command that changes it" {
	declared api_url=http://192.0.2.1:1985
	run -78 config nginx-api
	[ "$output" = "lsctl-config: host studio: api_url http://192.0.2.1:1985: must be a loopback address: its clients can disconnect publishers; change it with: lsctl-channel host set studio api_url=..." ]
	declared api_url=https://127.0.0.1:1985
	run -78 config nginx-api
	declared api_url=http://127.0.0.1:1985 play_url=rtmp://media.example.org/live
	run -0 config nginx-rtmp	# it listens everywhere
	declared publish_url=rtmps://live.example.org/live
	run -78 config nginx-rtmp
	[[ $output == *"play_url rtmp://media.example.org/live: must have a numeric address"* ]]
	declared play_url=rtmp://192.0.2.1/live
	run -78 config nginx-rtmp
	[[ $output == *"must be a loopback address, because encoders come through a proxy"* ]]
	declared play_url=rtmp://127.0.0.1/other
	run -78 config nginx-rtmp
	psql -Xqc "update lsctl.host set play_url = 'rtmp://127.0.0.1:99999/live' where name = 'studio'"
	run -78 config nginx-rtmp
	[[ $output == *"99999 is not a port"* ]]
	declared play_url=rtmp://127.0.0.1/live publish_url=rtmps://192.0.2.1/live
	run -78 config nginx-rtmps
	[[ $output == *"must have a host name"* ]]
	declared publish_url=rtmp://live.example.org/live
	run -78 config nginx-rtmps
	[[ $output == *"must be rtmps:// to have TLS"* ]]
	run -78 config nginx-rtmps --no-tls
	declared publish_url=rtmps://live.example.org/live
	run -78 config nginx-https
	[[ $output == *"encoders publish to port 443: give another --https-port"* ]]
	# one that got past lsctl-channel does not get into a file
	psql -Xqc "update lsctl.host set publish_url = 'rtmp://a;b/live' where name = 'studio'"
	run -78 config nginx-rtmp
}

@test "nginx accepts its files" {
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip "nginx has no RTMP module"
	for url in rtmp://live.example.org/live rtmps://live.example.org:1443/live rtmp://127.0.0.1/live; do
		declared publish_url="$url"
		config nginx-rtmp --check --main "$main"
		config nginx-api --check
		config nginx-hook --check
		config nginx-hook --check --fcgiwrap
	done
	declared publish_url=rtmps://live.example.org:1443/live
	config nginx-https --check --no-tls
	# a CGI program has no environment but these
	config nginx-https -q -o cgi.conf --no-tls --fcgiwrap --proxy-header Remote-User --proxy-address 192.0.2.5,192.0.2.6
	grep -F 'fastcgi_param LSCTL_PROXY_HEADER "Remote-User";' cgi.conf
	grep -F 'fastcgi_param LSCTL_PROXY_ADDRESS "192.0.2.5,192.0.2.6";' cgi.conf
	config nginx-https --check --no-tls --fcgiwrap --proxy-header Remote-User --proxy-address 192.0.2.5
	config nginx-https --check --cert "$cert" --key "$key" --https-port 8443
	run -1 config nginx-https --check --https-port 8443 --cert /nowhere.pem --key "$key"
	[[ $output == *'nginx refuses it: cannot load certificate "/nowhere.pem"'* ]]
}

@test "nginx accepts the file for RTMPS" {
	[ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || skip "nginx has no stream module"
	declared publish_url=rtmps://live.example.org:1443/live
	config nginx-rtmps --check --cert "$cert" --key "$key"
	run -78 config nginx-rtmps --no-tls
	declared server=srs
	config nginx-rtmps --check --cert "$cert" --key "$key"
	config nginx-rtmps --check --no-tls
}

@test "--check refuses a main file that does not fit" {
	printf 'worker_processes 1;\nevents { worker_connections 10000; }\n' >ok
	config nginx-rtmp --check --main ok
	printf '# worker_processes 1;\nworker_processes auto;\nevents { }\n' >many
	run -1 config nginx-rtmp --check --main many
	[[ $output == *"many: worker_processes auto: must be 1, because each worker has only its own streams" ]]
	run -1 config nginx-rtmp --check --main many -o out
	[ ! -e out ]
	jq -n '{channels: [range(100) | {name: "c\(.)"}]}' >hundred.json
	lsctl-channel apply -q hundred.json
	printf 'events {\n\tworker_connections 13999;\n}\n' >few
	run -1 config nginx-rtmp --check --main few
	[[ $output == *"few: worker_connections 13999: must be 14000 or more for 100 channels, so that"* ]]
}

@test "the file for SRS: the limit of connections grows with the channels" {
	declared server=srs
	config srs | grep '^max_connections[[:space:]]*4000;'
	lsctl-channel add -q krishna
	config srs | grep '^max_connections[[:space:]]*4010;'
	run -0 config srs
	refute grep -E '(http|listen).*[a-z]\.[a-z]' <<<"${output#*$'\n'}"	# no name to look up
	[ "$(grep -c '^vhost' <<<"$output")" = 2 ]
	run -0 config srs --preview-port 0
	[ "$(grep -c '^vhost' <<<"$output")" = 1 ]
	refute grep -q security <<<"$output"
	grep -q '^exporter' <<<"$output"
	run -0 config srs --exporter-port 0
	refute grep -q '^exporter' <<<"$output"
	declared publish_url=rtmps://live.example.org/live
	config srs | grep 'deny[[:space:]]*play 127.0.0.2;'
}

@test "SRS itself accepts its file" {
	needs_srs
	declared server=srs
	config srs --check
	declared publish_url=rtmps://live.example.org/live
	(umask 077 && printf 'lsctl:canary"p a;s{s}#\n' >auth)
	LSCTL_SERVER_AUTH_FILE=$PWD/auth config srs --check
	printf 'listen 1935;\nmax_connections 1000;\nnonsense on;\n' >broken.in
	mkdir broken && mv broken.in broken/srs.in
	LSCTL_CONFIG=$PWD/broken run -1 config srs --check
	[[ $output == *"SRS refuses it: "*nonsense* ]]
}

@test "the password of SRS is in its file and nowhere else" {
	declared server=srs
	(umask 077 && printf 'lsctl:canary"p a;s{s}#\n' >auth)
	export LSCTL_SERVER_AUTH_FILE=$PWD/auth
	config srs -o srs.conf
	[ "$(stat -c %a srs.conf)" = 600 ]
	grep -q "password.*'canary\"p a;s{s}#';" srs.conf
	run -0 config diff srs srs.conf
	(umask 077 && printf 'lsctl:other\n' >auth)
	run -1 config diff srs srs.conf
	[ "$output" = "srs: srs.conf: the password differs" ]
	sed -i 's/queue_length.*/queue_length 1;/' srs.conf
	run -1 config diff srs srs.conf
	[[ $output == *"-"*"queue_length 1;"* ]]
	refute grep -e canary -e other <<<"$output"
	for bad in 'lsctl:a:b' "lsctl:a'b\"c"; do
		printf '%s\n' "$bad" >auth
		run -78 config srs
		refute grep -e "a:b" -e "a'b" <<<"$output"
	done
	echo nothing >auth
	run -78 config srs
	[[ $output == *"auth: must be one line, user:password" ]]
	for mode in 640 604 620 644; do
		chmod "$mode" auth
		run -78 config srs
		[[ $output == *"auth: others can read it: chmod 600 "* ]]
	done
	rm auth
	run -66 config srs
}

@test "no process gets the password of SRS by argument or environment" {
	declared server=srs
	(umask 077 && printf 'lsctl:canary-password\n' >auth)
	export LSCTL_SERVER_AUTH_FILE=$PWD/auth
	strace -o probe true 2>/dev/null || skip 'nothing can be traced here'
	export auth=x AUTH_USER=x AUTH_PASSWORD=x SOCKET=x	# what a shell has as exported stays so
	strace -f -qq -v -s 4096 -e trace=execve -o trace "$BIN/lsctl-config" srs -o srs.conf
	grep -q execve trace
	refute grep -q canary-password trace
	grep -q canary-password srs.conf
}

free_port() {
	python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# The media server's interface in $port, in an nginx of the test's own.
interface() {
	port=$(free_port)
	declared "api_url=http://127.0.0.1:$port"
	config nginx-api -q --users "$PWD/users" -o api.conf
	mkdir -p temp
	{
		echo "daemon off; master_process off; worker_processes 1; pid $PWD/pid; error_log stderr crit;"
		echo 'load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;'
		echo 'events { worker_connections 64; }'
		echo "rtmp { server { listen 127.0.0.1:$(free_port); application live { live on; } } }"
		echo 'http { access_log off;'
		for p in client_body proxy fastcgi uwsgi scgi; do
			echo "${p}_temp_path $PWD/temp/$p;"
		done
		echo "include $PWD/api.conf; }"
	} >nginx.conf
	start nginx nginx -e stderr -c "$PWD/nginx.conf"
	await answers 401 stat
}

# answers STATUS PATH [CURL-ARG...]
answers() {
	[ "$(curl -s -o body -w '%{http_code}' "${@:3}" "http://127.0.0.1:$port/$2")" = "$1" ]
}

@test "nginx's API asks for the password, and the tools send it" {
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip "nginx has no RTMP module"
	(umask 077 && echo lsctl:canary-password >auth)
	export LSCTL_SERVER_AUTH_FILE=$PWD/auth
	interface
	for path in stat 'control/drop/publisher?app=live&name=krishna_obs'; do
		answers 401 "$path"
		answers 401 "$path" -u lsctl:wrong
		answers 401 "$path" -u other:canary-password
		answers 200 "$path" -u lsctl:canary-password
	done
	lsctl-health --json | jq -se '.[0].server.up'
	lsctl-channel add -q krishna
	lsctl-keys init -q
	lsctl-keys new -q --all
	lsctl-keys rotate -q krishna obs
	LSCTL_SERVER_AUTH_FILE='' run -1 lsctl-health
	[[ $output == *"it wants credentials"* ]]
	# a new one is asked for at once
	echo lsctl:another >auth
	config nginx-api -q --users "$PWD/users" -o api.conf
	answers 401 stat -u lsctl:canary-password
	answers 200 stat -u lsctl:another
}

@test "no process gets the password of nginx's API by argument or environment" {
	strace -o probe true 2>/dev/null || skip 'nothing can be traced here'
	(umask 077 && printf '%s\n' 'lsctl:canary"p $a:s{s}#' >auth)
	export LSCTL_SERVER_AUTH_FILE=$PWD/auth
	export auth=x hash=x users=x	# what a shell has as exported stays so
	strace -f -qq -v -s 4096 -e trace=execve -o trace "$BIN/lsctl-config" nginx-api --users "$PWD/users" -o api.conf
	grep -q 'openssl.*passwd' trace
	refute grep -q canary trace
}

@test "the file for nginx's API has a hash of the password" {
	for bad in 'ls/ctl:canary' '#lsctl:canary'; do
		(umask 077 && echo "$bad" >auth)
		LSCTL_SERVER_AUTH_FILE=$PWD/auth run -78 config nginx-api
		[[ $output == *"for nginx the user must have letters, digits"* ]]
		[[ $output != *canary* ]]
	done
	(umask 077 && printf '%s\n' 'lsctl:canary"p $a:s{s}#' >auth)
	run -0 --separate-stderr config nginx-api
	[[ $output == *rtmp_control* ]]
	[[ $output != *auth_basic* ]]
	[[ $stderr == *"every user of this machine can disconnect publishers, "* ]]
	export LSCTL_SERVER_AUTH_FILE=$PWD/auth
	config nginx-api | grep -x '	auth_basic_user_file "/etc/lsctl/nginx-api.users";'
	config nginx-api --users "$PWD/users" -o api.conf
	[ "$(stat -c %a api.conf users)" = $'644\n640' ]
	[ "$(id -u)" -ne 0 ] || [ "$(stat -c %U:%G users)" = root:www-data ]
	salt=$(sed -n 's/^lsctl:[$]apr1[$]\(.*\)[$].*/\1/p' users)
	[ "lsctl:$(openssl passwd -apr1 -salt "$salt" 'canary"p $a:s{s}#')" = "$(cat users)" ]
	# the same as long as the password is
	run -0 config nginx-api --users "$PWD/users" -o api.conf
	[ "$output" = "lsctl-config: $PWD/users: is up to date
lsctl-config: api.conf: is up to date" ]
	run -0 config diff nginx-api api.conf
	[ "$output" = "" ]
	chmod 644 users
	config nginx-api -q --users "$PWD/users" -o api.conf
	[ "$(stat -c %a users)" = 640 ]
	echo lsctl:other >auth
	run -1 config diff nginx-api api.conf
	[ "$output" = "nginx-api: $PWD/users: the password differs" ]
	run -73 config nginx-api --users "$PWD/nowhere/users" -o other.conf
	[ ! -e other.conf ]
	run -64 config nginx-api --users users
	run -64 config nginx-rtmp --users "$PWD/users"
}

@test "if only systemd can open the password, nginx-api prints how to call it, and writes nothing" {
	[ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null || skip 'only root has an /etc of its own'
	mkdir over
	cat >inside <<-'END'
		mount -t tmpfs tmpfs over && mkdir over/u over/w || exit 99
		mount -t overlay overlay -o "lowerdir=/etc,upperdir=$PWD/over/u,workdir=$PWD/over/w" /etc || exit 99
		rm -rf /etc/lsctl
		mkdir -p /etc/credstore.encrypted
		: >/etc/credstore.encrypted/lsctl-server-auth
		exec lsctl-config "$1"
	END
	run unshare -m sh inside nginx-api
	[ "$status" -ne 99 ] || skip 'no overlay here'
	[ "$status" -eq 78 ]
	[[ $output == *"/lsctl-server-auth: only systemd can open it; type: systemd-run -qP -p LoadCredentialEncrypted=lsctl-server-auth "* ]]
	run -0 unshare -m sh inside nginx-hook
}

@test "systemd accepts the unit of SRS" {
	declared server=srs
	config srs-unit | grep '^ExecStart=.* /usr/local/srs/objs/srs -c '
	run -64 config srs-unit --srs srs
	run -1 config srs-unit --check --srs /nowhere/srs
	[[ $output == *"/nowhere/srs is no program; "* ]]
	command -v systemd-analyze >/dev/null || skip 'systemd is not installed'
	config srs-unit --check --srs /bin/true
	config srs-unit --srs /bin/true -o srs.service
	systemd-analyze security --offline=yes --threshold=30 "$PWD/srs.service" >/dev/null
}

@test "the whole log of SRS goes to the journal, without tokens and passwords" {
	declared server=srs
	token=$(printf %s x | sha256sum | cut -c 1-43)
	# it is no other process than the one that systemd starts
	cat >srs <<-'END'
		#!/bin/bash
		echo "$$ $*" >ran
		trap 'echo "ends: ?token=$TOKEN"; exit' TERM
		printf 'refused: "tcUrl":"rtmp://a/live?token=%s","param":"?a=b&token=%s&c=d" \377krishna_obs%s\n' \
		    "$TOKEN" "$TOKEN" "_$TOKEN"
		echo '[ERROR][1][a][11] do_auth code=401 : invalid token lsctl:canary'
		echo "as an error: token=$TOKEN" >&2
		while :; do sleep 0.05; done
	END
	chmod +x srs
	config srs-unit --srs "$PWD/srs" -o unit
	# as systemd reads it
	exec_start=$(sed -n 's/^ExecStart=//p' unit | sed 's/[$][$]/$/g; s|%d|/creds|')
	eval "TOKEN=$token start unit $exec_start"
	await has 'as an error' unit.out
	[ "$(cat ran)" = "$pid -c /creds/srs.conf" ]
	mapfile -t children < <(ps -o pid= --ppid "$pid" | tr -d ' ')
	kill "$pid" "${children[@]}"	# all of the unit, as systemd does
	finish "$pid"
	await has '^ends: ' unit.out
	refute grep -a -e "$token" -e canary unit.out unit.err
	grep -aq 'do_auth code=401 : ...$' unit.out
	grep -aq '"tcUrl":"rtmp://a/live?...","param":"?a=b&...&c=d"' unit.out
}

# yaml PYTHON: over what traefik is given, as y.
yaml() {
	config traefik "${@:2}" | python3 -c "import sys, yaml; y = yaml.safe_load(sys.stdin); $1"
}

@test "the file for Traefik has its routers, services and TLS options" {
	config traefik --https-port 8443 --check
	yaml 'assert sorted(y) == ["http", "tls"], y'	# encoders come to the media server itself
	declared publish_url=rtmps://live.example.org/live
	yaml '
tcp = y["tcp"]
r = tcp["routers"]["lsctl"]
assert r == {"entryPoints": ["rtmps"], "rule": "HostSNI(`live.example.org`)", "service": "lsctl",
    "tls": {"options": "lsctl", "certResolver": "letsencrypt"}}, r
b = tcp["services"]["lsctl"]["loadBalancer"]
assert b == {"proxyProtocol": {"version": 1}, "servers": [{"address": "127.0.0.1:1936"}]}, b
h = y["http"]
r = h["routers"]["lsctl"]
assert r["rule"] == "Host(`live.example.org`)" and r["service"] in h["services"], r
assert all(m in h["middlewares"] for m in r["middlewares"]), r
assert h["services"]["lsctl"]["loadBalancer"]["servers"] == [{"url": "http://127.0.0.1:8086"}], h
assert y["tls"]["options"]["lsctl"] == {"minVersion": "VersionTLS12"}, y
rate = h["middlewares"]["lsctl-rate"]["rateLimit"]
assert rate["average"] >= '"$(sed -n 's/.*zone=lsctl-pages:1m rate=\([0-9]*\)r.s;/\1/p' "$ROOT/scripts/config/nginx-https.in")"', rate
assert rate["burst"] >= '"$(sed -n 's/.*zone=lsctl-pages burst=\([0-9]*\) .*/\1/p' "$ROOT/scripts/config/nginx-https.in")"', rate
' --https-port 8443
	# plain, in front of a media server on another port
	declared play_url=rtmp://127.0.0.1:1937/live publish_url=rtmp://live.example.org/live
	yaml '
r = y["tcp"]["routers"]["lsctl"]
assert r == {"entryPoints": ["rtmp"], "rule": "HostSNI(`*`)", "service": "lsctl"}, r
assert y["tls"]["certificates"] == [{"certFile": "/a.pem", "keyFile": "/b.pem"}], y
assert "certResolver" not in y["http"]["routers"]["lsctl"]["tls"], y
' --cert /a.pem --key /b.pem
	config traefik | grep '^#     rtmp: { address: ":1935" }$'
}

@test "a file is replaced as a whole, and only if it differs" {
	run -0 config nginx-rtmp -o rtmp.conf
	[ "$output" = "lsctl-config: rtmp.conf: written; it takes effect after: systemctl restart nginx" ]
	[ "$(stat -c %a rtmp.conf)" = 644 ]
	[ "$(head -n 1 rtmp.conf)" = "# nginx-rtmp of host studio, for /etc/nginx/modules-enabled/90-lsctl.conf. Made by: lsctl-config nginx-rtmp" ]
	config nginx-rtmp | cmp - rtmp.conf
	stat -c '%i %Y' rtmp.conf >before
	run -0 config nginx-rtmp -o rtmp.conf
	[ "$output" = "lsctl-config: rtmp.conf: is up to date" ]
	stat -c '%i %Y' rtmp.conf | cmp - before
	echo kept >kept
	PGPORT=1 run -75 config nginx-rtmp -o kept
	[ "$(cat kept)" = kept ]
	run -73 config nginx-rtmp -o nowhere/file
	mkdir folder
	run -73 config nginx-rtmp -o folder
	prints_nothing find . -name '.lsctl-config*'
}

@test "diff finds changes by hand, and uses the options that the file was made with" {
	config nginx-hook -q -o hook.conf --fcgiwrap --socket /run/other.socket
	run -0 config diff nginx-hook hook.conf
	[ "$output" = "" ]
	run -1 config diff nginx-hook hook.conf --fcgiwrap
	[[ $output == *"+"*"unix:/run/fcgiwrap.socket"* ]]
	sed -i 's/8085/8086/' hook.conf
	run -1 config diff nginx-hook hook.conf
	[[ $output == *$'\n-\tlisten 127.0.0.1:8086'*$'\n+\tlisten 127.0.0.1:8085'* ]]
	run -1 config diff nginx-hook nowhere
	[[ $output == *"nowhere: does not exist" ]]
	config nginx-rtmp -q -o rtmp.conf
	run -0 config diff nginx-rtmp rtmp.conf
	declared publish_url=rtmps://live.example.org/live
	run -1 config diff nginx-rtmp rtmp.conf
	[[ $output == *"proxy_protocol"* ]]
	# what stands in the first line is judged as any option is
	sed -i '1s/lsctl-config nginx-rtmp.*/lsctl-config nginx-rtmp -o planted/' rtmp.conf
	run -64 config diff nginx-rtmp rtmp.conf
	[ ! -e planted ]
}
