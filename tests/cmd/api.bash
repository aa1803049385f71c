# SPDX-License-Identifier: ISC
# For tests of the API, loaded after helpers and database: nginx as lsctl-config prints it, lsctl-web, lsctl-act, and
# clients with addresses of their own, in a network of the test's own.
# shellcheck disable=SC2034,SC2154	# $pid and $status are set by helpers; $act is for the tests

base=https://live.example.org:8443

# The logins that the units have on a host.
api_logins() {
	# shellcheck disable=SC1091
	(. "$BATS_FILE_TMPDIR/env" && psql -Xq -d postgres -v ON_ERROR_STOP=1 \
	    -c 'create role t_web login in role lsctl_web' -c 'create role t_act login in role lsctl_act, lsctl_admin')
}

api_certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=live.example.org \
	    -keyout "$BATS_FILE_TMPDIR/key.pem" -out "$BATS_FILE_TMPDIR/cert.pem" 2>/dev/null
	chmod 644 "$BATS_FILE_TMPDIR/key.pem"
}

# A host with the channels krishna and rama, each with keys.
api_setup() {
	[ "$(id -u)" -eq 0 ] && unshare -n ip link >/dev/null 2>&1 || skip 'only root has a network of its own'
	setup_database
	export LSCTL_HOST=studio PATH=$BIN:$PATH
	mkdir -p run state/spool state/www/rates state/media state/upload conf tmp etc
	from=192.0.2.10
	start net unshare -n sh -c 'ip link set lo up && ip addr add 192.0.2.0/24 dev lo && exec sleep infinity'
	in=(nsenter -t "$pid" -n --)
	await eval '"${in[@]}" ip addr show dev lo 2>/dev/null | grep -q 192.0.2.0'
	lsctl-channel host set -q studio server=nginx publish_url=rtmps://live.example.org/live
	lsctl-channel add -q krishna
	lsctl-channel add -q rama
	lsctl-keys init -q
	lsctl-keys new -q --all >keys
	cp "$BATS_FILE_TMPDIR/walk.flv" state/media
}

api_act() {
	rm -f run/act.sock
	start act "${in[@]}" env PGUSER=t_act LSCTL_SUPERVISOR=/bin/true "$BIN/lsctl-act" --listen run/act.sock
	act=$pid
	await test -S run/act.sock
}

# api_start [OPTION...]: act, web and nginx; the options are those of lsctl-config, --fcgiwrap first.
api_start() {
	api_act
	[ "${1-}" != --fcgiwrap ] || set -- "$@" --socket "$PWD/run/cgi.sock"
	lsctl-config nginx-https -q -o conf/https.conf --cert "$BATS_FILE_TMPDIR/cert.pem" --key "$BATS_FILE_TMPDIR/key.pem" \
	    --https-port 8443 "$@"
	if [ "${1-}" = --fcgiwrap ]; then
		start cgi "${in[@]}" env -i PATH=/usr/sbin:/usr/bin:/bin PGHOST="$PGHOST" PGPORT="$PGPORT" PGDATABASE="$PGDATABASE" \
		    PGUSER=t_web fcgiwrap -c 4 -s "unix:$PWD/run/cgi.sock"
		await test -S run/cgi.sock
	else
		start lsctl-web "${in[@]}" env PGUSER=t_web "$BIN/lsctl-web" --workers 4 --listen run/web.sock
		web=$pid
		await test -S run/web.sock
	fi
	{
		echo "user root; daemon off; master_process off; worker_processes 1; pid $PWD/tmp/pid; error_log stderr warn;"
		printf 'events { worker_connections 512; }\nhttp { access_log %s/access.log;\n' "$PWD"
		for p in client_body proxy fastcgi uwsgi scgi; do
			echo "${p}_temp_path $PWD/tmp/$p;"
		done
		echo 'include /etc/nginx/mime.types; include https.conf; }'
	} >conf/nginx.conf
	start nginx "${in[@]}" nginx -e stderr -c "$PWD/conf/nginx.conf"
	nginx=$pid
	await eval '"${in[@]}" curl -sk -o /dev/null "$base/" --resolve live.example.org:8443:192.0.2.1'
}

# Ends what api_start started.
api_stop() {
	kill "$act" "$web" "$nginx"
	finish "$act"
	finish "$web"
	finish "$nginx"
	rm -f run/*.sock ./*.err
}

# page [OPTION...] URL: the status; content in body, headers in head. From the address $from.
page() {
	: >body	# curl makes none for an answer without content
	"${in[@]}" curl -s -k -o body -D head -w '%{http_code}' --interface "$from" \
	    --resolve live.example.org:8443:192.0.2.1 "$@"
}

# api WHO [OPTION...] METHOD PATH [CONTENT]: the same, with the cookie and the CSRF token of WHO; nobody has none. An option
# is one of curl with a value.
api() {
	local who=$1 options=() jar=()

	shift
	while [[ $1 == -* ]]; do
		options+=("$1" "$2")
		shift 2
	done
	if [ "$who" != nobody ]; then
		jar=(-b "$who.jar")
		[[ "${options[*]}" == *X-CSRF-Token* ]] || jar+=(-H "X-CSRF-Token: $(cat "$who.csrf")")
	fi
	if [ $# -gt 2 ] && [[ "${options[*]}" != *Content-Type* ]]; then
		options+=(-H 'Content-Type: application/json')
	fi
	page "${jar[@]}" "${options[@]}" -X "$1" ${3+--data-binary "$3"} "$base/api/v1$2"
}

# problem CODE WHO ...: as api; the answer is this problem, with the status that openapi.json has for the operation.
problem() {
	local want=$1 got

	shift
	got=$(api "$@")
	if ! jq -e --arg c "$want" --argjson s "$got" '.code == $c and .status == $s and .type == "urn:lsctl:" + $c and
	    (.title | length > 5)' body >/dev/null 2>&1 || ! grep -qi '^content-type: application/problem+json' head; then
		echo "$*: $got $(cat body), and not $want" >&2
		return 1
	fi
}

# signed NAME: keeps the cookie and the CSRF token of the last answer.
signed() {
	jq -r .csrf body >"$1.csrf"
}

# api_account NAME ROLE [CHANNEL]: made by lsctl-user, with a password by its link; signed in.
api_account() {
	local link

	link=$(lsctl-user add -q "$1" --role "$2" ${3+--channel "$3"} --json | jq -r .link)
	[ "$(page -c "$1.jar" -H 'Content-Type: application/json' -X POST \
	    -d "{\"link\": \"${link#*#link=}\", \"password\": \"correct horse $1\"}" "$base/api/v1/link/use")" = 201 ]
	signed "$1"
}

# sign_in NAME [MEMBERS]: by password, from a browser that has signed in before; MEMBERS as , "code": "123456".
sign_in() {
	page -b "$1.jar" -c "$1.jar" -H 'Content-Type: application/json' -X POST \
	    -d "{\"name\": \"$1\", \"password\": \"correct horse $1\"${2-}}" "$base/api/v1/session"
}

# Problems of both channels and of the host, which lsctl-alert has seen.
alerts_write() {
	local problem='"problems":[{"code":"nothing-on-air","subject":"channel","text":"nobody can watch"}]'

	{
		echo '{"host":"studio","database":true,"server":{"up":true},"problems":[{"code":"orphan-stream","subject":"rama_obs","text":"x"}]}'
		for c in krishna rama; do
			echo "{\"channel\":\"$c\",\"state\":\"DOWN\",\"on_air\":null,\"running\":true,\"status\":\"critical\",$problem}"
		done
	} | lsctl-alert -q --after 1s --problems
}

# A state of both channels, and a problem of the host that names a stream of rama.
status_write() {
	cat >state/www/status.new <<'END'
{"time":"2026-11-30T00:00:00Z","version":"0","host":"studio","database":true,"hosts":[{"name":"studio","status":"warning","problems":[{"code":"orphan-stream","subject":"rama_obs"}]}],"channels":[{"channel":"krishna","status":"ok","sources":{},"destinations":{},"problems":[]},{"channel":"rama","status":"ok","sources":{},"destinations":{},"problems":[]}]}
END
	mv state/www/status.new state/www/status.json
	echo 'lsctl_channel_on_air{channel="rama"} 1' >state/www/metrics
}
