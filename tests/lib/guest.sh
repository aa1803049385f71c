# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# For tests that boot machines (tests/lib/nspawn) and want nothing of ours on them. What is sourced needs $top.
# Guests are known by their names; what is in $dir/share is theirs at /mnt.

nspawn=$top/tests/lib/nspawn
dir=$(mktemp -d)
mkdir "$dir/share"
guests=()
n=0 failed=0

# shellcheck disable=SC2317	# a trap calls it
guest_finish() {
	local g status=$?
	for g in "${guests[@]}"; do
		"$nspawn" stop "$dir/$g"
	done
	rm -rf "$dir"
	exit $((failed > 0 ? 1 : status))
}
trap guest_finish EXIT
trap 'exit 130' HUP INT TERM

# ok NAME COMMAND...: a check, in TAP. What it says is shown when it failed; lines "measured: ..." always are.
ok() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >"$dir/said" 2>&1; then
		echo "ok $n - $name"
	else
		failed=$((failed + 1))
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/said" | tail -n 60
	fi
	sed -n 's/^measured: /# /p' "$dir/said"
}

# within SECONDS COMMAND...
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || { echo "not in time: $*"; return 1; }
		sleep 0.2
	done
}

# Ends the test as skipped where no machine boots.
guest_can() {
	local why
	if ! why=$("$nspawn" can); then
		echo "1..0 # SKIP $why"
		exit
	fi
}

# guest_start NAME [ARG...]
guest_start() {
	"$nspawn" start "$dir/$1" --private-network --bind-ro="$dir/share:/mnt" "${@:2}" || return
	guests+=("$1")
	guest "$1" ip link set lo up
}

guest() {
	"$nspawn" exec "$dir/$1" "${@:2}"
}

# in_guest NAME SCRIPT [ARG...]
in_guest() {
	guest "$1" bash -euc "$2" test "${@:3}"
}

# The platform that a destination's name leads to: writes what it gets to /root/youtube.log. It has an address of its
# own, because the pages listen on the same port.
guest_platform() {
	in_guest "$1" '
		ip netns add youtube
		ip link add youtube type veth peer name eth0 netns youtube
		ip address add 192.0.2.1/24 dev youtube
		ip link set youtube up
		ip -n youtube address add 192.0.2.2/24 dev eth0
		ip -n youtube link set eth0 up
		echo "192.0.2.2 a.rtmps.youtube.com" >>/etc/hosts
		cp /mnt/server.crt /usr/local/share/ca-certificates/youtube.crt
		update-ca-certificates
		systemd-run --unit=youtube -p NetworkNamespacePath=/run/netns/youtube -p StandardInput=null -p StandardOutput=file:/root/youtube.log \
		    bash -c "sleep infinity |
		    env PYTHONPATH=/mnt/flow python3 -m lib.recorder --address 192.0.2.2 --port 443 --tls /mnt/server.crt /mnt/server.key"'
}

# guest_encoder NAME UNIT KEY: as OBS does, with the stream key that lsctl-keys show prints.
guest_encoder() {
	guest "$1" systemd-run -q --unit="$2" ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=160x90:r=30 \
	    -f lavfi -i sine=sample_rate=48000 -c:v libx264 -preset ultrafast -g 30 -c:a aac -ac 2 \
	    -f flv "rtmp://127.0.0.1/live/$3"
}

# guest_key NAME CHANNEL
guest_key() {
	guest "$1" lsctl-keys show "$2" obs | sed -n 's/^Stream key: //p'
}

# guest_state NAME CHANNEL STATE
guest_state() {
	[[ $(guest "$1" lsctl-health --json "$2" | jq -r .state) == "$3" ]]
}

# The commands of the README for a first channel.
guest_readme() {
	sed -n '/^```sh first-channel$/,/^```$/p' "$top/README.md" | sed '1d;$d'
}

# The tree as a clone of it is; what is built goes with it where it is wanted.
guest_tree() {
	tar -C "$top" --exclude=./.git --exclude='./build*' --exclude=./run --exclude=__pycache__ \
	    -c . >"$dir/share/tree.tar" || (($? == 1))	# 1: a file changed meanwhile
}

# What those two need in $dir/share: a certificate, the recorder, a film of six seconds.
guest_share() {
	cp -r "$top/tests/flow" "$dir/share/flow" &&
	    ffmpeg -nostdin -v error -f lavfi -i testsrc2=size=160x90:rate=30 \
		-f lavfi -i sine=frequency=440:sample_rate=48000 -t 6 -pix_fmt yuv420p -c:v libx264 \
		-preset ultrafast -g 60 -keyint_min 60 -sc_threshold 0 -bf 0 -c:a aac -b:a 64k -ac 2 \
		"$dir/share/film.mp4" &&
	    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
		-subj /CN=a.rtmps.youtube.com -addext subjectAltName=DNS:a.rtmps.youtube.com \
		-keyout "$dir/share/server.key" -out "$dir/share/server.crt" 2>/dev/null
}
