#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# lsctl-user over a PostgreSQL of its own; a database a test. That its links and tokens open something is in
# tests/unit/control/account/account_database.c.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

user() {
	"$BIN/lsctl-user" "$@"
}

# Two channels, and no account.
setup() {
	setup_database
	unset LSCTL_WEB_URL
	one "insert into host (name) values ('testhost') on conflict do nothing;
	    insert into channel (name, host) values ('krishna', 'testhost'), ('buddha', 'testhost')"
}

# digest SECRET: as the database has it.
digest() {
	printf %s "$1" | sha256sum | cut -c 1-64
}

# secret LINE: what follows #link= in it.
secret() {
	printf %s "${1##*#link=}"
}

# act SQL: as lsctl-act(8) asks.
act() {
	psql -XqAt -v ON_ERROR_STOP=1 -c 'set role lsctl_act' -c 'set search_path = lsctl' -c "$1"
}

# enter NAME: makes a session by the link of NAME; prints its digest.
enter() {
	local link id session

	session=$(digest "$1 session $RANDOM")
	link=$(one "select encode(l.digest, 'hex') from account_link l join account a on a.id = account_id where name = '$1'")
	id=$(act "select link_use('$link', 'hash')")
	act "select session_new($id, '$session', '$(digest device)', '192.0.2.1', 'a browser')" >/dev/null
	echo "$session"
}

@test "help, version, and wrong usage" {
	run -0 user --help
	grep -E '^  add NAME +make an account, and print the link' <<<"$output"
	run -0 user token add --help
	[[ $output == 'usage: lsctl-user token add [OPTION...] NAME TOKEN'* ]]
	run -0 user --version
	[[ $output == "lsctl-user "* ]]
	for args in '' bad 'add jas' 'add --role root jas' 'add --role viewer' 'add --role viewer jas x' \
	    'add --role viewer --expires 31d jas' 'add --role viewer --json --qr jas' 'reset --json --qr jas' 'set jas' \
	    'set --channel krishna --all-channels jas' 'list x' 'show' 'token add jas x' 'token add --role viewer jas' \
	    'token add --role viewer --days 0 jas x' 'token rm jas' 'session rm jas' 'session rm jas 1 --all' 'session list'; do
		# shellcheck disable=SC2086
		run -64 user $args
		[[ $output == *$'\nusage: lsctl-user '* ]]
	done
	run -64 user add jas
	[ "${lines[0]}" = 'lsctl-user: add: --role is required: admin, operator or viewer' ]
	run -64 user session rm jas
	[ "${lines[0]}" = 'lsctl-user: session rm: a session must follow, or --all' ]
	[ "$(one 'select count(*) from account')" = 0 ]
}

@test "add prints a link once, and keeps its digest" {
	run -0 --separate-stderr user add simran --role admin
	[[ $output =~ ^/#link=[A-Za-z0-9_-]{43}$ ]]
	[[ $stderr == *'LSCTL_WEB_URL'* ]]
	[[ $stderr == *'the first person who opens the link sets the password'* ]]
	refute grep -e "$(secret "$output")" <<<"$stderr"
	[ "$(one "select encode(digest, 'hex') from account_link")" = "$(digest "$(secret "$output")")" ]
	[ "$(one "select role || ' ' || (channels is null) || ' ' || (password is null) from account")" = 'admin true true' ]
	[ "$(one "select round(extract(epoch from expires_at - created_at)) from account_link")" = 259200 ]
	LSCTL_WEB_URL=https://studio.example.org/ run -0 --separate-stderr user add jas --role operator \
	    --channel krishna --channel buddha --expires 1h
	[[ $output =~ ^https://studio.example.org/#link=[A-Za-z0-9_-]{43}$ ]]
	refute grep -e LSCTL_WEB_URL <<<"$stderr"
	[ "$(one "select channels from account where name = 'jas'")" = '{buddha,krishna}' ]
	[ "$(one "select round(extract(epoch from l.expires_at - l.created_at)) from account_link l join account a on a.id = account_id
	    where name = 'jas'")" = 3600 ]
	user -q add some --role viewer --channels=krishna,buddha >/dev/null
	user -q add all --role viewer --channels= >/dev/null
	[ "$(one "select string_agg(name || coalesce(channels::text, '-'), ' ' order by name) from account where name in ('all', 'some')")" = \
	    'all- some{buddha,krishna}' ]
	run -0 --separate-stderr user add --url http://127.0.0.1:8080 --json --role viewer guest@example.org
	[ "$(jq -r '.account + " " + (.expires_s | tostring)' <<<"$output")" = 'guest@example.org 259200' ]
	[[ $(jq -r .link <<<"$output") == http://127.0.0.1:8080/#link=* ]]
	run -0 --separate-stderr user add --qr --role viewer qr
	[ "${#lines[@]}" -gt 20 ]
	[[ ${lines[0]} == /#link=* ]]
	[[ $output == *█* ]]
	run -0 one "select who || ' ' || detail::text from event where kind = 'account' order by id"
	[ "${lines[0]}" = 't_super {"role": "admin", "change": "added", "account": "simran"}' ]
}

@test "what the database refuses is said, with the status of its cause" {
	user -q add simran --role admin
	run -65 user add simran --role viewer
	[ "$output" = 'lsctl-user: there is an account simran already' ]
	for name in '' 'Simran' 'a b' '-' '.a' "a'b" "$(printf 'a%.0s' {1..64})"; do
		run -65 user add --role viewer -- "$name"
		[[ $output == *'an account name has a-z, 0-9'* ]]
	done
	run -65 user add jas --role viewer --channel nobody
	[ "$output" = 'lsctl-user: there is no channel nobody' ]
	for args in 'set nobody --role viewer' 'rm -y nobody' 'enable nobody' 'disable nobody' 'reset nobody' 'show nobody' \
	    'session list nobody' 'session rm nobody --all' 'token add nobody x --role viewer' 'token rm nobody x'; do
		# shellcheck disable=SC2086
		run -65 user $args
		[ "$output" = 'lsctl-user: there is no account nobody' ]
	done
	for args in 'set simran --role operator' 'set simran --channel krishna' 'disable simran'; do
		# shellcheck disable=SC2086
		run -65 user $args
		[[ $output == *'the last account with role admin'* ]]
	done
	run -65 user session rm simran 17
	[ "$output" = 'lsctl-user: account simran has no session 17' ]
	run -65 user token rm simran x
	run -65 user token add simran 7 --role viewer
	[[ $output == *'begins with a letter'* ]]
	for url in example.org ftp://a.example https://a.example/pages 'https://a.example?x' https://; do
		run -64 user add --url "$url" --role viewer jas
		[[ $output == *'must be as https://example.org'* ]]
		LSCTL_WEB_URL=$url run -78 user add --role viewer jas
	done
	PGPORT=1 run -75 user list
	for who in viewer operator hook; do
		PGUSER=t_$who run -77 user list
		PGUSER=t_$who run -77 user add --role admin "$who"
	done
	[ "$(one 'select count(*) from account')" = 1 ]
	PGUSER=t_admin run -0 user -q add --role viewer jas
	run -64 user rm jas </dev/null
	[[ $output == *'--yes'* ]]
}

@test "set, disable, enable, rm" {
	user -q add simran --role admin
	user -q add jas --role operator --channel krishna
	jas=$(enter jas)
	can() { act "select act_begin('$jas', '$1', '$2', null, null, null) ->> 'code'"; }
	[ "$(can switch krishna)" = ok ]
	[ "$(can switch buddha)" = no-such-channel ]
	run -0 user set jas --channel buddha
	[ "$(can switch krishna)" = no-such-channel ]
	[ "$(can switch buddha)" = ok ]
	# a smaller role holds at once, without a new sign-in
	run -0 user set jas --role viewer --all-channels
	[ "$(can switch krishna)" = forbidden ]
	[ "$(can state krishna)" = ok ]
	run -0 user disable jas
	[ "$(can state krishna)" = unauthenticated ]
	run -0 user list
	grep -E '^jas +viewer +all +disabled +no ' <<<"$output"
	run -65 user reset jas
	[[ $output == *'account jas is disabled'* ]]
	run -0 user enable jas
	[ "$(can state krishna)" = unauthenticated ]
	run -0 user rm -y jas
	[ "$(one "select string_agg(name, ' ') from account")" = simran ]
	[ "$(one 'select count(*) from credential')" = 0 ]
	run -0 user rm -y simran
	run -0 one "select detail ->> 'account' || ' ' || (detail ->> 'change') from event where kind = 'account' order by id"
	[ "${lines[*]}" = 'simran added jas added jas password jas changed jas changed jas changed jas changed jas removed simran removed' ]
}

@test "reset makes a new link, and ends the one before" {
	user -q add simran --role admin >first
	run -0 --separate-stderr user reset simran --expires 10m
	[ "$(one 'select count(*) from account_link')" = 1 ]
	[ "$(act "select link_show('$(digest "$(secret "$(cat first)")")') is null")" = t ]
	[ "$(act "select link_show('$(digest "$(secret "$output")")') ->> 'account'")" = simran ]
	one "update account_link set expires_at = now()"
	[ "$(act "select link_show('$(digest "$(secret "$output")")') is null")" = t ]
	one "insert into master_key values ('0123456789abcdef', '', now(), true);
	    insert into totp select id, '', '0123456789abcdef', now(), 5 from account;
	    insert into recovery_code select id, sha256('a') from account"
	user -q reset simran >/dev/null
	[ "$(one 'select (select count(*) from totp) + (select count(*) from recovery_code)')" = 2 ]
	user -q reset simran --forget-totp >/dev/null
	[ "$(one 'select (select count(*) from totp) + (select count(*) from recovery_code)')" = 0 ]
}

@test "tokens: shown once, and never more than the account" {
	user -q add jas --role operator --channel krishna
	run -0 --separate-stderr user token add jas prometheus --role viewer --days 10
	token=$output
	[[ $token =~ ^lsctl_[A-Za-z0-9_-]{43}$ ]]
	[[ $stderr == *'is not shown again'* ]]
	[ "$(one "select encode(digest, 'hex') || ' ' || round(extract(epoch from expires_at - created_at)) from credential")" = \
	    "$(digest "$token") 864000" ]
	can() { act "select act_begin('$(digest "$1")', '$2', '$3', null, null, null) ->> 'code'"; }
	[ "$(can "$token" state krishna)" = ok ]
	[ "$(can "$token" state buddha)" = no-such-channel ]
	[ "$(can "$token" switch krishna)" = forbidden ]
	run -65 user token add jas prometheus --role viewer
	[ "$output" = 'lsctl-user: jas has a token prometheus already: remove it, or take another name' ]
	run -65 user token add jas all --role admin
	[ "$output" = 'lsctl-user: a token of jas has at most its role, operator' ]
	# channels that the account does not have are not the token's either
	run -0 user token add jas wide --role operator --channel buddha --channel krishna --json
	wide=$(jq -r .token <<<"${lines[0]}")
	[ "$(can "$wide" switch krishna)" = ok ]
	[ "$(can "$wide" switch buddha)" = no-such-channel ]
	# it shrinks with its account
	run -0 user set jas --role viewer
	[ "$(can "$wide" switch krishna)" = forbidden ]
	run -0 user token rm jas wide
	[ "$(can "$wide" state krishna)" = unauthenticated ]
	run -0 user token rm jas "$(one "select id from credential where name = 'prometheus'")"
	[ "$(can "$token" state krishna)" = unauthenticated ]
	run -0 user token add jas prometheus --role viewer
	one "select * from event; select * from credential" >rows
	refute grep -e "${token#lsctl_}" -e "${wide#lsctl_}" rows
}

@test "sessions are listed and ended" {
	user -q add jas --role operator
	jas=$(enter jas)
	act "select session_new(1, '$(digest two)', '$(digest device)', '2001:db8::1', E'Mozilla\\x1b[2J')" >/dev/null
	run -0 user session list jas
	[[ ${lines[0]} =~ ^SESSION\ +SIGNED\ IN\ +SEEN\ +ADDRESS\ +BROWSER$ ]]
	[[ ${lines[1]} =~ ^[0-9]+\ +.*192.0.2.1\ +a\ browser$ ]]
	[[ ${lines[2]} == *'2001:db8::1  Mozilla?[2J' ]]
	run -0 user session list --json jas
	first=$(jq -r .id <<<"${lines[0]}")
	[ "$(jq -r .agent <<<"${lines[1]}")" = $'Mozilla\e[2J' ]
	run -0 user session rm jas "$first"
	[ "$(act "select act_begin('$jas', 'state', null, null, null, null) ->> 'code'")" = unauthenticated ]
	[ "$(act "select act_begin('$(digest two)', 'state', null, null, null, null) ->> 'code'")" = ok ]
	run -65 user session rm jas "$first"
	run -0 user session rm jas --all
	[[ $output == *'1 session ended'* ]]
	run -0 user session list jas
	[ "${#lines[@]}" = 1 ]
}

@test "list and show" {
	run -0 user list
	[[ $output =~ ^NAME\ +ROLE\ +CHANNELS\ +STATE\ +SECOND\ FACTOR\ +SEEN$ ]]
	user -q add simran --role admin
	user -q add jas --role operator --channel krishna --channel buddha
	enter jas
	user -q token add jas prometheus --role viewer
	run -0 user list
	[[ ${lines[1]} =~ ^jas\ +operator\ +buddha,krishna\ +active\ +no\ +20 ]]
	[[ ${lines[2]} =~ ^simran\ +admin\ +all\ +invited\ +no\ +-$ ]]
	one "update account_link set expires_at = now()"
	run -0 user list
	[[ ${lines[2]} == *' no link '* ]]
	run -0 user list --json
	[ "$(jq -r '.name + " " + .role' <<<"${lines[0]}")" = 'jas operator' ]
	[ "$(jq -c '[.channels, .enabled, .password, .totp]' <<<"${lines[1]}")" = '[null,true,false,false]' ]
	run -0 user show jas
	grep -x 'Channels:       buddha,krishna' <<<"$output"
	grep -E '^SESSION +SIGNED IN' <<<"$output"
	grep -E '^TOKEN +ROLE' <<<"$output"
	grep -E '^prometheus +viewer +- ' <<<"$output"
	run -0 user show --json jas
	[ "$(jq -c '[(.sessions | length), .tokens[0].name]' <<<"$output")" = '[1,"prometheus"]' ]
	# nothing that proves anything
	refute grep -E 'hash|[0-9a-f]{64}' <<<"$output"
}

@test "who did it, when lsctl-act does it for somebody" {
	one "create role t_act login in role lsctl_act, lsctl_admin"
	export PGOPTIONS='-c lsctl.author=simran -c lsctl.author_address=192.0.2.7'
	PGUSER=t_act user -q add one --role viewer
	# and nobody else may
	PGUSER=t_admin user -q add two --role viewer
	unset PGOPTIONS
	run -0 one "select who || ' ' || coalesce(detail ->> 'by_address', '-') || ' ' || (detail ->> 'account') from event
	    where kind = 'account' order by id"
	echo "$output"
	[ "${lines[*]}" = 'simran 192.0.2.7 one t_admin - two' ]
	one 'drop role t_act'
}
