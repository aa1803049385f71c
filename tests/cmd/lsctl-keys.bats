#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-keys over a PostgreSQL of its own; a database a test.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database
load publishers

keys() {
	"$BIN/lsctl-keys" "$@"
}

# Two channels, krishna and buddha; no keys yet.
setup() {
	setup_database
	mkdir run state
	one "insert into host (name) values ('testhost') on conflict do nothing;
	    insert into host (name) values ('other');
	    insert into channel (name, host) values ('krishna', 'testhost'), ('buddha', 'testhost');
	    insert into source (channel_id, name, position, kind)
	    select id, s.* from channel, (values ('obs', 1, 'live'), ('loop', 2, 'loop'), ('file', 3, 'file')) s;
	    insert into destination (channel_id, name, position, url)
	    select id, 'youtube', 1, 'rtmps://a.example/live2' from channel"
}

digest() {
	printf %s "$1" | sha256sum | cut -c 1-64
}

no_media_server() {
	one "update host set api_url = 'http://127.0.0.1:9'"	# nobody listens there
}

@test "help, version, and wrong usage" {
	run -0 keys --help
	grep -E '^  rekey +replace the master key' <<<"$output"
	run -0 keys rotate --help
	[[ $output == 'usage: lsctl-keys rotate [OPTION...] CHANNEL SOURCE | STREAM'* ]]
	run -0 keys --version
	[[ $output == "lsctl-keys "* ]]
	for args in '' bad 'show' 'new krishna' 'new --all krishna' 'list x' 'init --json' 'show --all krishna' \
	    'rotate krishna obs --grace 0' 'rotate krishna obs --grace 31d' 'rotate krishna obs --grace soon' \
	    'rekey --batch 0' 'rotate --dest --grace 1m krishna youtube' 'rotate --key-file x krishna obs' \
	    'check x' 'revoke krishna'; do
		# shellcheck disable=SC2086
		run -64 keys $args
		[[ $output == *$'\nusage: lsctl-keys '* ]]
	done
	run -64 keys rotate krishna obs --grace 31d
	[ "${lines[0]}" = 'lsctl-keys: rotate: --grace 31d: must be 1s to 30d' ]
	run -64 keys show --all krishna
	[ "${lines[0]}" = 'lsctl-keys: show: --all: no such option' ]
	run -64 keys bad
	[ "${lines[0]}" = 'lsctl-keys: bad: no such command' ]
}

@test "init makes a master key once, and replaces nothing" {
	run -0 keys init
	[ "$(stat -c %a etc/master.key)" = 400 ]
	[ "$(wc -c <etc/master.key)" = 65 ]
	before=$(cat etc/master.key)
	[ "$(one 'select id from master_key where current')" = "$(xxd -r -p etc/master.key | sha256sum | cut -c 1-16)" ]
	run -0 keys init
	[[ $output == *"already"* ]]
	[ "$(cat etc/master.key)" = "$before" ]
	[ "$(ls -A etc)" = master.key ]
	[ "$(one 'select count(*) from master_key')" = 1 ]
	# one that is there, for a database that has none yet
	one 'delete from master_key'
	run -0 keys init
	[ "$(cat etc/master.key)" = "$before" ]
	run -0 keys check
}

@test "init makes no master key if the database has another one, or is down" {
	keys init
	mv etc/master.key kept
	run -78 keys init
	[[ $output == *"bring it back"* ]]
	[ "$(ls -A etc)" = "" ]
	LSCTL_MASTER_KEY_FILE=$PWD/new/master.key PGPORT=1 run -75 keys init
	[ ! -e new ]
	[ "$(one 'select count(*) from master_key')" = 1 ]
}

@test "new, show, list" {
	keys init
	run -0 keys new krishna obs
	[[ $output =~ ^krishna\ obs:\ token\ [0-9a-f]{8}$ ]]
	run -0 keys show krishna
	[[ ${lines[0]} == 'Server: rtmp://127.0.0.1/live' ]]
	[[ ${lines[1]} =~ ^Stream\ key:\ krishna_obs\?token=[A-Za-z0-9_-]{43}$ ]]
	[ "${#lines[@]}" = 2 ]
	[ "$(one "select encode(digest, 'hex') from token")" = "$(digest "$(token krishna obs)")" ]
	publish krishna_obs "$(token krishna obs)"
	refute publish krishna_obs wrong
	run -65 keys new krishna obs
	[[ $output == *"krishna obs has a token: use rotate" ]]
	run -65 keys new krishna file
	run -65 keys new krishna nothing
	run -65 keys new nobody obs
	[[ $output == *"there is no channel nobody" ]]
	run -65 keys show krishna loop
	[[ $output == *"use new" ]]
	run -0 keys new --all
	[ "${#lines[@]}" = 3 ]
	run -0 keys new --all
	[ "$output" = "" ]
	run -0 keys show --json krishna loop
	[ "$(jq -r .stream_key <<<"$output")" = "krishna_loop?token=$(token krishna loop)" ]
	run -0 keys list
	[[ ${lines[0]} =~ ^CHANNEL\ +SOURCE\ +TOKEN\ +CREATED\ +EXPIRES\ +BY$ ]]
	[ "${#lines[@]}" = 5 ]
	run -0 keys list --json
	[ "$(jq -r .token <<<"${lines[2]}")" = "$(digest "$(token krishna obs)" | cut -c 1-8)" ]
	refute grep -q -e "$(token krishna obs)" <<<"$output"
	# show prints every encoder of a channel, by name
	one "insert into source (channel_id, name, position, kind) select id, 'second', 4, 'live' from channel where name = 'krishna'"
	keys new krishna second
	run -0 keys show krishna
	[ "$(grep -c '^Source: ' <<<"$output")" = 2 ]
}

@test "rotate: the old token is refused when it returns, the new one is allowed" {
	media_server krishna_obs buddha_obs
	keys init
	keys new --all
	old=$(token krishna obs)
	other=$(token buddha obs)
	start=$(date +%s%N)
	run -0 keys rotate krishna obs --reason 'it leaked'
	[ $((($(date +%s%N) - start) / 1000000)) -lt 2000 ]
	refute publish krishna_obs "$old"
	publish krishna_obs "$(token krishna obs)"
	publish buddha_obs "$other"
	[ "$(sort -u srs/kicked)" = id-krishna-obs ]
	[ "$(one "select reason from event where kind = 'rotated'")" = 'it leaked' ]
	[ "$(one "select count(*) from token where revoked_at is not null")" = 1 ]
	run -65 keys rotate krishna file
	one "update token set revoked_at = now()"
	run -65 keys rotate krishna obs
	[[ $output == *"krishna obs has no token: use new" ]]
}

@test "rotate with grace: both tokens are allowed, and no publisher is disconnected" {
	media_server krishna_obs
	keys init
	keys new --all
	old=$(token krishna obs)
	run -0 keys rotate krishna obs --grace 10m
	publish krishna_obs "$old"
	publish krishna_obs "$(token krishna obs)"
	[ ! -e srs/kicked ]
	[ "$(one "select count(*) from token where expires_at between now() + '9 min' and now() + '10 min'")" = 1 ]
	# what is in its grace stays so, and goes with a rotation that leaves none
	second=$(token krishna obs)
	keys rotate krishna obs --grace 2s
	[ "$(one "select count(*) from token where expires_at > now() + '9 min'")" = 1 ]
	sleep 3.1
	refute publish krishna_obs "$second"
	publish krishna_obs "$old"
	run -0 keys rotate krishna obs --no-kick
	refute publish krishna_obs "$old"
	[ ! -e srs/kicked ]
}

@test "rotate reports what is not done when the acl snapshot or the media server fails" {
	no_media_server
	keys init
	keys new --all
	old=$(token krishna obs)
	run -75 keys rotate krishna obs
	[[ $output == *"rotated, and the old token is refused"*"not disconnected yet: "* ]]
	refute publish krishna_obs "$old"
	before=$(token krishna obs)
	mv state gone
	run -75 keys rotate krishna obs
	[[ $output == *"rotated, but the acl snapshot of host testhost is not updated yet"* ]]
	mv gone state
	prints_other_than "$before" token krishna obs
	one "update channel set host = 'other' where name = 'krishna'"
	run -75 keys rotate krishna obs
	[[ $output == *"the channel is on host other"* ]]
}

@test "revoke: no token is allowed, and a second revoke changes nothing" {
	media_server krishna_obs
	keys init
	keys new --all
	old=$(token krishna obs)
	run -0 keys revoke krishna obs --reason gone
	refute publish krishna_obs "$old"
	grep -q id-krishna-obs srs/kicked
	run -65 keys show krishna obs
	run -0 keys revoke krishna obs
	[[ $output == *"had no token"* ]]
	[ "$(one "select count(*) from event where kind = 'revoked' and reason = 'gone'")" = 1 ]
	[ "$(one "select count(*) from event where kind = 'revoked'")" = 1 ]
	run -0 keys new krishna obs
	publish krishna_obs "$(token krishna obs)"
}

@test "rotate --dest: from a file, standard input, or a terminal; that row only" {
	keys init
	rows() {
		one "select id, sealed, key_at from destination where name <> 'youtube' or channel_id <> (select id from channel where name = 'krishna')"
	}
	before=$(rows)
	echo first-key | private key
	run -0 keys rotate --dest krishna youtube --key-file key --reason monthly
	first=$(one "select encode(sealed, 'hex') from destination where sealed is not null")
	printf second-key | keys rotate --dest krishna youtube
	prints_other_than "$first" one "select encode(sealed, 'hex') from destination where sealed is not null"
	[ "$(rows)" = "$before" ]
	[ "$(one "select count(*) from event where kind = 'rotated' and detail ->> 'destination' = 'youtube'")" = 2 ]
	python3 - "$BIN/lsctl-keys" >pty.out <<-'END'
		import os, pty, sys
		pid, fd = pty.fork()
		if pid == 0:
		    os.execv(sys.argv[1], ['lsctl-keys', 'rotate', '--dest', 'krishna', 'youtube'])
		seen = b''
		while b'youtube: ' not in seen:
		    seen += os.read(fd, 1000)
		os.write(fd, b'typed-key\n')
		try:
		    while True:
		        more = os.read(fd, 1000)
		        if not more:
		            break
		        seen += more
		except OSError:
		    pass
		sys.stdout.write(seen.decode())
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	refute grep -q typed-key pty.out
	grep -q 'has the new key' pty.out
	run -0 keys check
	[[ $output == *"1 secrets of destinations, 0 second factors: 0 do not open"* ]]
	for bad in '' 'two words' $'two\nlines' $'\x01' "$(printf '%01025d' 0)"; do
		printf '%s' "$bad" | private key
		run keys rotate --dest krishna youtube --key-file key
		[[ $status == 65 || $status == 66 ]]
		refute grep -q -e words -e lines -e 00000 <<<"$output"
	done
	run -66 keys rotate --dest krishna youtube --key-file nowhere
	echo k >key
	chmod 644 key
	run -66 keys rotate --dest krishna youtube --key-file key
	[[ $output == *'stream key: key: others can read it: chmod 600 key' ]]
	chmod 600 key
	run -65 keys rotate --dest krishna nothing --key-file key
	[[ $output == *"channel krishna has no destination nothing" ]]
}

@test "a master key that is not valid: exit 78, and nothing is written" {
	keys init
	keys new --all
	echo key | private key
	writes() {
		one "select count(*), max(id) from event; select md5(string_agg(sealed::text, '' order by id)) from token; select * from master_key"
	}
	before=$(writes)
	all_refuse() {
		for c in 'new --all' 'show krishna' 'rotate krishna obs' 'rotate --dest krishna youtube --key-file key' rekey check init; do
			# shellcheck disable=SC2086
			run -78 keys $c
			[[ $output == *"$1"* ]]
			[ "${#lines[@]}" = 1 ]
		done
		[ "$(writes)" = "$before" ]
	}
	mv etc/master.key kept
	all_refuse "$PWD/etc/master.key: there is no master key"
	install -m 440 kept etc/master.key
	all_refuse 'others can read it'
	openssl rand -hex 32 >other
	install -m 400 other etc/master.key
	all_refuse 'is another key'
	head -c 40 kept >short
	install -m 400 short etc/master.key
	all_refuse 'not a master key'
	install -m 400 kept etc/master.key
	one "update master_key set probe = set_byte(probe, 20, get_byte(probe, 20) # 1)"
	before=$(writes)
	all_refuse 'the database is damaged'
	one "update master_key set probe = set_byte(probe, 20, get_byte(probe, 20) # 1)"
	keys check
	# what needs no master key goes on without it
	rm etc/master.key
	run -0 keys list
	no_media_server
	run -0 keys revoke krishna obs --no-kick
}

@test "a sealed value that is copied to another row does not open there" {
	keys init
	keys new --all
	for c in krishna buddha; do
		echo "key-of-$c" | keys rotate --dest "$c" youtube
	done
	run -0 keys check
	one "with s as (select a.id, b.sealed from token a, token b, source x, source y
	    where a.source_id = x.id and b.source_id = y.id and x.name = 'obs' and y.name = 'obs' and a.id <> b.id)
	    update token t set sealed = s.sealed from s where s.id = t.id;
	    update destination d set sealed = (select sealed from destination e where e.id <> d.id)"
	run -1 keys check
	[ "$(grep -c 'does not open$' <<<"$output")" = 4 ]
	[[ $output == *"krishna obs: token of "*": does not open"* ]]
	[[ $output == *"krishna youtube: key of the destination: does not open"* ]]
	run -65 keys show krishna obs
	run -0 keys show krishna loop
	# and a rekey begins with nothing that it cannot end
	run -78 keys rekey
	[[ $output == *"does not open under master key"* ]]
	keys show krishna loop
}

@test "rekey: every value is sealed under the new key, and the key files are in their places" {
	keys init
	keys new --all
	echo the-key | keys rotate --dest krishna youtube
	echo 'the password' | keys rotate --dest --password krishna youtube
	old=$(cat etc/master.key)
	id=$(one 'select id from master_key where current')
	before=$(keys show --json krishna loop)
	run -0 keys rekey --batch 2
	[ "$(cat "etc/master.key.$id")" = "$old" ]
	prints_other_than "$old" cat etc/master.key
	[ "$(stat -c %a etc/master.key)" = 400 ]
	[ ! -e etc/master.key.next ]
	[ "$(keys show --json krishna loop)" = "$before" ]
	[ "$(one "select count(*) from sealed_value where key_id = '$id'")" = 0 ]
	[ "$(one 'select count(*) from resealed')" = 0 ]
	run -0 keys check
	[[ $output == *'2 secrets of destinations, 0 second factors: 0 do not open'* ]]
	[ "$(one "select password_key_id <> '$id' from destination where password_sealed is not null")" = t ]
	# to a file that the operator puts into its place
	run -0 keys rekey --to elsewhere/new.key
	run -78 keys check
	[[ $output == *"is the former key"* ]]
	run -0 keys rekey --to elsewhere/new.key
	LSCTL_MASTER_KEY_FILE=elsewhere/new.key run -0 keys check
	# until it is there, it may stand beside the old one
	cp -p elsewhere/new.key etc/master.key.next
	[ "$(keys show --json krishna loop)" = "$before" ]
	run -0 keys rekey
	[ "$(cat etc/master.key)" = "$(cat elsewhere/new.key)" ]
}

# 200 channels more, with all their tokens.
many() {
	one "insert into channel (name, host) select 'c' || n, 'testhost' from generate_series(1, 200) n;
	    insert into source (channel_id, name, position, kind)
	    select id, 'obs', 1, 'live' from channel where name ~ '^c[0-9]' union all
	    select id, 'loop', 2, 'loop' from channel where name ~ '^c[0-9]'"
	keys init
	keys new --all >/dev/null
}

@test "rekey continues after a kill at any step, and blocks no other tool" {
	many
	before=$(keys show --json c77; keys show --json c200 loop)
	kills=0
	while [ "$kills" -lt 10 ]; do
		"$BIN/lsctl-keys" rekey -q --batch 7 &
		pid=$!
		sleep "0.0$((RANDOM % 9 + 1))"
		kill -9 "$pid" 2>/dev/null || :	# check-bats: it may have ended
		ended=0
		wait "$pid" || ended=$?
		if [ "$ended" = 137 ]; then
			kills=$((kills + 1))
		fi
		run -0 keys check
		keys rotate -q --no-kick "c$((RANDOM % 50 + 1))" obs
		[ "$(keys show --json c77; keys show --json c200 loop)" = "$before" ]
	done
	run -0 keys rekey --batch 50
	run -0 keys check
	[ "$(keys show --json c77; keys show --json c200 loop)" = "$before" ]
	[ ! -e etc/master.key.next ]
	[ "$(one "select count(*) from sealed_value join master_key m on m.id = key_id where not current")" = 0 ]
}

@test "rekey while tokens are rotated: no token is lost" {
	many
	for n in 1 2 3; do
		(
			for i in $(seq 30); do
				keys rotate -q --no-kick "c$n" obs >>"rotated.$n" 2>&1 || echo "failed $?" >>"rotated.$n"
			done
		) &
		jobs[n]=$!
	done
	for i in 1 2 3; do
		run -0 keys rekey -q --batch 20
	done
	wait "${jobs[@]}"
	run -0 keys check
	cat rotated.*
	refute grep -q '^failed' rotated.*
	[ "$(cat rotated.* | wc -l)" = 90 ]
	for n in 1 2 3; do
		publish "c${n}_obs" "$(token "c$n" obs)"
	done
}

@test "100 rotations while publishers connect all the time" {
	keys init
	keys new --all
	keep=$(token buddha obs)
	(
		while [ ! -e stop ]; do
			publish buddha_obs "$keep" && echo in || echo refused
		done >steady
	) &
	steady=$!
	old=$(token krishna obs)
	for i in $(seq 100); do
		keys rotate -q --no-kick krishna obs >/dev/null &
		pid=$!
		publish krishna_obs "$old" && early=1 || early=0	# either is right
		wait "$pid"
		publish krishna_obs "$old" && echo "$i: old let in"
		new=$(token krishna obs)
		publish krishna_obs "$new" || echo "$i: new refused"
		old=$new
		echo "$early" >>early
	done >wrong
	touch stop
	wait "$steady"
	cat wrong
	[ ! -s wrong ]
	refute grep -q refused steady
	[ "$(grep -c in steady)" -gt 50 ]
}

@test "a secret is in no dump, argument, environment, message or core" {
	no_media_server
	keys init
	canary=CANARY-$(openssl rand -hex 8)
	echo "$canary" | private key
	keys rotate -v --dest krishna youtube --key-file key >out 2>&1
	keys new -v --all >>out 2>&1
	one "select pg_sleep(0)" >/dev/null
	t=$(token krishna obs)
	master=$(cat etc/master.key)
	keys rotate -v --dest krishna youtube <key >>out 2>&1
	keys rekey -v >>out 2>&1
	keys check -v >>out 2>&1
	keys rotate -v krishna loop >>out 2>&1 || [ $? -eq 75 ]	# no publisher can be disconnected
	l=$(token krishna loop)
	psql -XqAt -c 'begin' -c 'lock table lsctl.destination' -c 'select pg_sleep(2)' >/dev/null &
	sleep 0.3
	"$BIN/lsctl-keys" rotate --dest krishna youtube --key-file key 2>>out &
	pid=$!
	sleep 0.3
	tr '\0' '\n' <"/proc/$pid/cmdline" >>out
	tr '\0' '\n' <"/proc/$pid/environ" >>out
	kill -ABRT "$pid"
	finish "$pid"
	[ "$status" -eq 134 ]
	refute ls core*
	wait
	pg_dump --inserts >dump
	pg_dump -a --inserts -t 'lsctl.*' >>dump
	psql -XqAt -c 'select * from lsctl.event' >>dump
	cat "$PGHOST/log" state/acl >>dump
	for secret in "$canary" "$t" "$l" "$master" "$(cat etc/master.key)"; do
		for form in "$secret" "$(printf %s "$secret" | xxd -p -c 1000)" "$(printf %s "$secret" | base64 -w 0)"; do
			refute grep -q -e "$form" out dump
		done
	done
}

@test "without the database: exit 75, one line, and no file" {
	keys init
	for c in 'new --all' 'show krishna' list 'rotate krishna obs' 'revoke krishna obs' rekey check init; do
		# shellcheck disable=SC2086
		PGHOST=$PWD/nowhere run -75 keys $c
		[ "${#lines[@]}" = 1 ]
	done
	[ "$(ls -A etc)" = master.key ]
}

@test "the role of the tool has the rights that it needs, and no others" {
	keys init
	keys new --all
	as() {
		psql -XqAt -v ON_ERROR_STOP=1 -c "set role $1" -c 'set search_path = lsctl' -c "$2"
	}
	# for no other reason
	denied() {
		refute as "$@" 2>why
		has 'permission denied' why
	}
	for sql in 'select * from token' 'select * from master_key' 'delete from event' 'select * from sealed_value' \
	    'update channel set enabled = false' "select keys_retire(s, 0) from source s" 'select * from resealed'; do
		denied lsctl_keys "$sql"
	done
	for sql in "select keys_show('krishna', null)" "select keys_sealed(0, 0, 9, null)" 'select keys_list()'; do
		as lsctl_keys "$sql" >/dev/null
		for role in lsctl_hook lsctl_health lsctl_viewer lsctl_switch; do
			denied "$role" "$sql"
		done
	done
	PGUSER=t_operator run -0 keys list
	PGUSER=t_hook run -77 keys list
}

@test "a stream's name is channel and source" {
	keys init
	run -0 keys new krishna_obs
	[[ $output =~ ^krishna\ obs:\ token\ [0-9a-f]{8}$ ]]
	keys new krishna_loop
	[ "$(keys show krishna_obs)" = "$(keys show krishna obs)" ]
	old=$(token krishna loop)
	run -0 keys rotate --grace 1d --reason 'once a month' krishna_loop
	[[ $output =~ ^krishna\ loop:\ token\ [0-9a-f]{8}$ ]]
	prints_other_than "$old" token krishna loop
	publish krishna_loop "$old"
	run -0 keys revoke --no-kick krishna_obs
	run -65 keys show krishna_obs
	for args in 'rotate krishna_nobody' 'rotate krishna_' 'show _obs' 'show krishna_obs_x'; do
		# shellcheck disable=SC2086
		run -65 keys $args
	done
	for args in 'rotate krishna' 'revoke krishna' 'show krishna_obs obs_x y' 'rotate --dest krishna_youtube'; do
		# shellcheck disable=SC2086
		run -64 keys $args
	done
}
