#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# What unknown clients without a token can take from a media server that runs by what lsctl-config prints: connections and
# memory. A network of the test's own.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

setup_file() {
	database_server
}

setup() {
	[ "$(id -u)" -eq 0 ] && unshare -n ip link >/dev/null 2>&1 || skip 'only root has a network of its own'
	[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || skip 'nginx has no RTMP module'
	ulimit -n "$(ulimit -H -n)"
	[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 20000 ] || skip 'too few descriptors'
	setup_database
	export LSCTL_HOST=studio PATH=$BIN:$PATH
	mkdir -p run state/spool state/www conf tmp
	start net unshare -n sh -c 'ip link set lo up && exec sleep infinity'
	in=(nsenter -t "$pid" -n --)
	await eval '"${in[@]}" ip addr show dev lo 2>/dev/null | grep -q 127.0.0.1'
}

main() {
	echo "user root; daemon off; master_process off; worker_processes 1; pid $PWD/tmp/pid; error_log stderr crit;"
	echo 'load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;'
	printf 'events { worker_connections %s; }\ninclude rtmp.conf;\nhttp { access_log off;\n' "$1"
	for p in client_body proxy fastcgi uwsgi scgi; do
		echo "${p}_temp_path $PWD/tmp/$p;"
	done
	echo 'include hook.conf; include api.conf; }'
}

# least: the fewest connections that lsctl-config lets the main file of nginx have.
least() {
	local n=1 told

	while main "$n" >conf/nginx.conf; ! told=$(lsctl-config nginx-rtmp --check --main conf/nginx.conf 2>&1); do
		n=$(sed -n 's/.* must be \([0-9]*\) or more.*/\1/p' <<<"$told")
		[ -n "$n" ] || return
	done
	echo "$n"
}

# A channel, the hook, and nginx with as few connections and as much memory as it may have; $nginx is its process.
media_server() {
	lsctl-channel host set -q studio server=nginx publish_url=rtmp://127.0.0.1/live
	lsctl-channel add -q krishna
	lsctl-keys init -q
	lsctl-keys new -q --all
	token=$(lsctl-keys show --json krishna obs | jq -r .stream_key)
	for part in rtmp hook api; do
		LSCTL_SERVER_AUTH_FILE='' lsctl-config "nginx-$part" -q -o "conf/$part.conf"
	done
	main "$(least)" >conf/nginx.conf
	start hook "${in[@]}" "$BIN/lsctl-hook" -l run/hook.sock
	await test -S run/hook.sock
	data=$(sed -n 's/^LimitDATA=//p' "$ROOT/systemd/nginx.service.d/90-lsctl.conf" | numfmt --from=iec)
	start nginx "${in[@]}" prlimit --data="${data:-unlimited}" nginx -e stderr -c "$PWD/conf/nginx.conf"
	nginx=$pid
	await eval '"${in[@]}" curl -s -o /dev/null http://127.0.0.1:8085/'
}

unknown_client() {
	start "$1" "${in[@]}" "$ROOT/tests/lib/unknown_client" "$@"
	unknown_client=$pid
}

encoder() {
	start encoder "${in[@]}" ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=160x90:r=30 -f lavfi -i sine \
	    -c:v libx264 -preset ultrafast -g 30 -c:a aac -ac 2 -f flv "rtmp://127.0.0.1/live/$token"
	encoder=$pid
}

publishes() {
	"${in[@]}" curl -s -m 2 http://127.0.0.1:1985/stat >stat
	grep -q '<publishing/>' stat
}

# ended WHAT: waits until a client prints what became of it. $most: megabytes that nginx had meanwhile.
ended() {
	local deadline=$((SECONDS + 90)) now

	most=0
	until [ -s "$1.out" ]; do
		[ "$SECONDS" -lt "$deadline" ] || return
		now=$(megabytes)
		[ "$now" -le "$most" ] || most=$now
		sleep 0.2
	done
}

megabytes() {
	awk '$1 == "VmRSS:" { print int($2 / 1024) }' "/proc/$nginx/status"
}

@test "1100 unknown clients that only connect keep no encoder, no callback and no request out" {
	media_server
	unknown_client idle 127.0.0.1 1935 1100
	await test -s idle.out
	[ "$(cat idle.out)" -ge 1000 ]
	encoder
	await publishes
	jq -en 'any(inputs; .kind == "publish-allowed" and .channel == "krishna")' state/spool/events
	kill -0 "$encoder"
	# those who say nothing are gone, and it stays
	gone_half() { [ "$("${in[@]}" ss -Htn state established sport = :1935 | wc -l)" -lt 700 ]; }
	AWAIT_S=25 await gone_half
	publishes
}

@test "an unknown client's large messages take 64 MB at most" {
	media_server
	before=$(megabytes)
	unknown_client big 127.0.0.1 1935 15
	ended big
	[ "$(cat big.out)" = closed ]	# too large
	[ $((most - before)) -le 64 ]
	rm big.out
	unknown_client big 127.0.0.1 1935 4
	ended big
	[ "$(cat big.out)" = open ]
	held=$(($(megabytes) - before))
	echo "held: $held MB"
	[ "$held" -ge 20 ]	# it is stored, and so it is counted here
	[ "$held" -le 64 ]
	kill "$unknown_client"
	back() { [ "$(megabytes)" -lt $((before + 10)) ]; }
	await back
}

# nginx reads a connection until nothing is left to read: meanwhile the others wait, and the encoder may have to connect
# once more.
@test "an unknown client that takes all memory in tiny chunks is disconnected, and nginx goes on" {
	media_server
	encoder
	await publishes
	unknown_client tiny 127.0.0.1 1935 64
	started=$SECONDS
	ended tiny
	echo "closed after $((SECONDS - started)) s, with $most MB at most"
	[ "$(cat tiny.out)" = closed ]
	[ "$most" -gt 100 ]
	[ "$most" -le 540 ]
	kill -0 "$nginx"
	kill -0 "$encoder" 2>/dev/null || encoder
	await publishes
	[ "$(megabytes)" -lt 100 ]
}

@test "nftables holds each address to its connections, and no other one" {
	command -v nft >/dev/null || skip 'nftables is not installed'
	lsctl-channel host set -q studio server=nginx publish_url=rtmp://live.example.org/live
	lsctl-config nftables --check
	lsctl-config nftables -o conf/nftables
	"${in[@]}" nft -f conf/nftables || skip 'this kernel has no nftables'
	"${in[@]}" nft -f conf/nftables		# once more is no error, and no second set of rules
	[ "$("${in[@]}" nft list tables)" = 'table inet lsctl' ]
	start outside unshare -n sleep infinity
	outside=(nsenter -t "$pid" -n --)
	await eval '[ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/self/ns/net)" ]'
	"${in[@]}" ip link add in type veth peer name out netns "$pid"
	"${in[@]}" ip addr add 192.0.2.1/24 dev in
	"${in[@]}" ip -6 addr add 2001:db8::1/32 dev in nodad
	"${in[@]}" ip link set in up
	for a in 192.0.2.2/24 192.0.2.3/24; do
		"${outside[@]}" ip addr add "$a" dev out
	done
	for a in 2001:db8:1::2/32 2001:db8:1::3/32 2001:db8:2::2/32; do
		"${outside[@]}" ip -6 addr add "$a" dev out nodad
	done
	"${outside[@]}" ip link set out up
	start server "${in[@]}" python3 -c '
import socket, time
s = [socket.create_server(("::", p), family=socket.AF_INET6, dualstack_ipv6=True, backlog=4096) for p in (1935, 443)]
time.sleep(1000)'
	from() { "${outside[@]}" "$ROOT/tests/lib/unknown_client" open "$@"; }
	reached() { [ "$(from 192.0.2.1 443 1 192.0.2.3)" = 1 ]; }
	await reached
	[ "$(from 192.0.2.1 1935 40 192.0.2.2)" = 32 ]
	[ "$(from 192.0.2.1 1935 10 192.0.2.3)" = 10 ]
	from 192.0.2.1 443 80 192.0.2.2 >had
	cat had
	[ "$(cat had)" = 64 ]
	[ "$("${in[@]}" "$ROOT/tests/lib/unknown_client" open 192.0.2.1 1935 50)" = 50 ]	# what runs here has no limit
	# of IPv6, addresses of one network are one
	[ "$(from 2001:db8::1 1935 40 2001:db8:1::2)" = 32 ]
	[ "$(from 2001:db8::1 1935 10 2001:db8:2::2)" = 10 ]
	# and of one address no more new ones than its rate
	for _ in 1 2 3 4; do
		from 192.0.2.1 1935 20 192.0.2.3
	done >rates
	[ "$(awk '{ n += $1 } END { print n }' rates)" -lt 80 ]
}
