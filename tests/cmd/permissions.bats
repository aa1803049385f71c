#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Who may do what: each action of the pages for each kind of account, and the same actions by psql for each login of a
# person. What a role may not do on a page, it may not do with psql.
# shellcheck disable=SC2154	# $status and $output are set by run

bats_require_minimum_version 1.5.0
load helpers
load database

# An account of each kind, NAME with a session of digest NAME; those that end in 1 have only the channel krishna.
setup() {
	setup_database
	mkdir etc
	one "insert into host (name) values ('testhost') on conflict do nothing;
	    insert into channel (name, host) values ('krishna', 'testhost'), ('buddha', 'testhost');
	    insert into source (channel_id, name, position, kind)
	    select id, s.* from channel, (values ('obs', 1, 'live'), ('loop', 2, 'loop')) s;
	    insert into destination (channel_id, name, position, url)
	    select id, 'youtube', 1, 'rtmps://a.example/live2' from channel;
	    insert into account (name, role, channels, disabled_at) values
	    ('viewer', 'viewer', null, null), ('operator', 'operator', null, null), ('admin', 'admin', null, null),
	    ('viewer1', 'viewer', '{krishna}', null), ('operator1', 'operator', '{krishna}', null),
	    ('admin1', 'admin', '{krishna}', null), ('disabled', 'admin', null, now()),
	    ('nothing', 'admin', '{}', null);
	    insert into credential (digest, kind, account_id, expires_at)
	    select sha256(name::bytea), 'session', id, now() + interval '1 h' from account"
}

# may ACTION CHANNEL WHO...: a letter each: k ok, f forbidden, n no such channel, u unauthenticated.
may() {
	local action=$1 channel=$2 who

	shift 2
	for who; do
		printf "select left(permit(encode(sha256('%s'), 'hex'), '%s', nullif('%s', '')) ->> 'code', 1);\n" \
		    "$who" "$action" "$channel"
	done | psql -XqAt -v ON_ERROR_STOP=1 -c 'set search_path = lsctl' -f - | tr -d '\n' | tr o k
}

@test "what an account may do in a channel" {
	# krishna: nobody and a disabled one; of all channels, by role; of krishna only, by role. buddha: of krishna only. A
	# channel that there is not, and none: of all channels, and of krishna only.
	cat >want <<'MATRIX'
state               uu kkk kkk nnn nnn nnn kkk kkk
events              uu kkk kkk nnn nnn nnn kkk kkk
preview             uu kkk kkk nnn nnn nnn kkk kkk
switch              uu fkk fkk nnn fnn nnn fnn fnn
key-show            uu fkk fkk nnn fnn nnn fnn fnn
key-rotate          uu fkk fkk nnn fnn nnn fnn fnn
key-revoke          uu fkk fkk nnn fnn nnn fnn fnn
film-use            uu fkk fkk nnn fnn nnn fnn fnn
destination-enable  uu fkk fkk nnn fnn nnn fnn fnn
acknowledge         uu fkk fkk nnn fnn nnn fnn fnn
channel-set         uu ffk ffk nnn ffn nnn ffn ffn
channel-remove      uu ffk ffk nnn ffn nnn ffn ffn
channel-take-over   uu ffk ffk nnn ffn nnn ffn ffn
source-declare      uu ffk ffk nnn ffn nnn ffn ffn
destination-declare uu ffk ffk nnn ffn nnn ffn ffn
destination-key     uu ffk ffk nnn ffn nnn ffn ffn
destination-test    uu ffk ffk nnn ffn nnn ffn ffn
key-new             uu ffk ffk nnn ffn nnn ffn ffn
MATRIX
	while read -r action _; do
		printf '%-19s %s %s %s %s %s %s %s %s\n' "$action" "$(may "$action" krishna nobody disabled)" \
		    "$(may "$action" krishna viewer operator admin)" "$(may "$action" krishna viewer1 operator1 admin1)" \
		    "$(may "$action" buddha viewer1 operator1 admin1)" "$(may "$action" gone viewer operator admin)" \
		    "$(may "$action" gone viewer1 operator1 admin1)" "$(may "$action" '' viewer operator admin)" \
		    "$(may "$action" '' viewer1 operator1 admin1)"
	done <want >got
	diff want got
	# each of the table
	sed 's/ .*//' want | sort >tried
	one 'select action from permissions() where in_channel' | sort | diff tried -
}

@test "what an account may do outside of channels" {
	# nobody and a disabled one; of all channels, by role; of krishna only, by role; an admin of no channel
	cat >want <<'MATRIX'
own-account         uu kkk kkk k
hosts               uu kkk kkk k
metrics             uu kkk fff f
film-list           uu fkk fkk k
key-list            uu fkk fkk k
film-upload         uu fkk fkk k
film-prepare        uu fkk fkk k
acknowledge-host    uu fkk fff f
channel-add         uu ffk fff f
film-remove         uu ffk fff f
host-declare        uu ffk fff f
declaration-apply   uu ffk fff f
master-key          uu ffk fff f
accounts            uu ffk fff f
audit               uu ffk fff f
MATRIX
	while read -r action _; do
		printf '%-19s %s %s %s %s\n' "$action" "$(may "$action" '' nobody disabled)" \
		    "$(may "$action" '' viewer operator admin)" "$(may "$action" '' viewer1 operator1 admin1)" \
		    "$(may "$action" '' nothing)"
	done <want >got
	diff want got
	sed 's/ .*//' want | sort >tried
	one 'select action from permissions() where not in_channel' | sort | diff tried -
	run -3 may no-such-action '' admin
}

@test "a session or token that is over, revoked or unused proves nothing" {
	[ "$(may state krishna admin)" = k ]
	for end in "expires_at = now()" "revoked_at = now()" "seen_at = now() - interval '8 days'"; do
		one "begin; update credential set $end;
		    select left(permit(encode(sha256('admin'), 'hex'), 'state', 'krishna') ->> 'code', 1); rollback" >code
		[ "$(cat code)" = u ]
	done
	# a token may rest for longer
	one "update credential set kind = 'token', name = 'a', role = 'viewer', seen_at = now() - interval '8 days'
	    where digest = sha256('admin')"
	[ "$(may state krishna admin)" = k ]
	[ "$(may switch krishna admin)" = f ]
	# and is never more than its account
	one "update credential set role = 'admin' where digest = sha256('admin'); update account set role = 'viewer' where name = 'admin'"
	[ "$(may switch krishna admin)" = f ]
}

# The actions by psql: action, role of the tool, what it calls.
actions() {
	cat <<'END'
state;lsctl_viewer;select channels(null)
events;lsctl_viewer;select count(*) from event_seen
hosts;lsctl_viewer;select declaration(null)
switch;lsctl_switch;select override_set('krishna', 'off', 0, null)
key-show;lsctl_keys;select keys_show('krishna', 'obs')
key-rotate;lsctl_keys;select keys_rotate(jsonb_build_object('channel', 'krishna', 'source', 'obs', 'id', 100, 'digest', repeat('cd', 32), 'sealed', '00'), 'aaaaaaaaaaaaaaaa', 0, null)
key-revoke;lsctl_keys;select keys_revoke('krishna', 'obs', null)
key-list;lsctl_keys;select keys_list()
key-new;lsctl_keys;select keys_new(jsonb_build_array(jsonb_build_object('channel', 'krishna', 'source', 'loop', 'id', 101, 'digest', repeat('ef', 32), 'sealed', '00')), 'aaaaaaaaaaaaaaaa')
destination-key;lsctl_keys;select keys_dest_rotate((select (keys_dest_find('krishna', 'youtube') ->> 'id')::bigint), 'rtmps://a.example/live2', null, '00', 'aaaaaaaaaaaaaaaa', null)
destination-key;lsctl_keys;select keys_dest_password((select (keys_dest_find('krishna', 'youtube') ->> 'id')::bigint), 'rtmps://a.example/live2', null, '00', 'aaaaaaaaaaaaaaaa', null)
master-key;lsctl_keys;select keys_master_add('bbbbbbbbbbbbbbbb', '00', false)
master-key;lsctl_keys;select keys_reseal('[]', 'aaaaaaaaaaaaaaaa')
master-key;lsctl_keys;select keys_rekey_end('aaaaaaaaaaaaaaaa')
channel-add;lsctl_channel;select declare_one('add', 'channel', 'sita', null, '{}', 'testhost')
channel-set;lsctl_channel;select declare_one('set', 'channel', 'krishna', null, '{"delay_ms": 0}', 'testhost')
channel-remove;lsctl_channel;select channel_remove('buddha')
channel-take-over;lsctl_channel;select channel_take_over('{krishna}', null)
declaration-apply;lsctl_channel;select "declare"('{"channels": []}', false, false, 'testhost')
source-declare;lsctl_channel;select declare_one('add', 'source', 'krishna', 'cam2', '{"kind": "live"}', 'testhost')
film-use;lsctl_channel;select declare_one('set', 'source', 'krishna', 'loop', '{"files": ["a.flv"]}', 'testhost')
destination-test;lsctl_channel;select destination_test('krishna', 'youtube')
film-remove;lsctl_channel;select film_remove('b.flv', 'testhost')
destination-declare;lsctl_channel;select declare_one('rm', 'destination', 'krishna', 'youtube', '{}', 'testhost')
destination-enable;lsctl_channel;select declare_one('set', 'destination', 'krishna', 'youtube', '{"enabled": false}', 'testhost')
host-declare;lsctl_admin;select host_remove('empty')
host-declare;lsctl_admin;select host_set('testhost', '{"server": "nginx"}')
accounts;lsctl_user;select accounts(null)
accounts;lsctl_user;select account_add('x', 'admin', null, repeat('aa', 32), 60)
accounts;lsctl_user;select account_set('viewer', '{"role": "admin"}')
accounts;lsctl_user;select account_reset('admin', repeat('ab', 32), 60, true)
accounts;lsctl_user;select account_remove('viewer')
accounts;lsctl_user;select api_token_new('admin', 'x', repeat('ac', 32), 'admin', null, 60)
accounts;lsctl_user;select credential_revoke('admin', 'session', null)
audit;lsctl_user;select accounts('admin')
act;lsctl_act;select link_use(repeat('aa', 32), 'hash')
act;lsctl_act;select password_set(1, 'hash', null)
act;lsctl_act;select session_new(3, repeat('aa', 32), repeat('ab', 32), '', '')
act;lsctl_act;select sign_in_begin('admin', '', null)
act;lsctl_act;select totp_remove(1)
web;lsctl_web;select api_read(repeat('aa', 32), 'accounts', '{}')
tables;lsctl_viewer;select * from account
tables;lsctl_viewer;select * from credential
tables;lsctl_viewer;select * from event
tables;lsctl_viewer;select * from totp
tables;lsctl_keys;select * from account_link
tables;lsctl_user;select password from account
tables;lsctl_user;update account set role = 'admin'
tables;lsctl_act;select * from recovery_code
tables;lsctl_web;select * from credential
END
}

# attempt LOGIN ROLE SQL: "may", "may not" if the server denies it, or what else went wrong. Changes nothing.
attempt() {
	if PGUSER=$1 psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -c 'begin' -c "set local role $2" \
	    -c 'set local search_path = lsctl' -c "$3" -c 'rollback' >/dev/null 2>why; then
		echo may
	elif grep -q ' 42501: ' why; then
		echo may not
	else
		cat why
	fi
}

@test "what a login may do with psql" {
	one "insert into host (name) values ('empty');
	    insert into master_key values ('aaaaaaaaaaaaaaaa', '', now(), true);
	    insert into token (id, source_id, digest, sealed, key_id) overriding system value
	    select 99, s.id, decode(repeat('ab', 32), 'hex'), '', 'aaaaaaaaaaaaaaaa' from source s join channel c
	    on c.id = channel_id where c.name = 'krishna' and s.name = 'obs'"
	actions >list
	while IFS=';' read -r action role sql; do
		case $action in
		act | web | tables) least=nobody ;;
		film-use | destination-enable) least="admin" ;;	# a login is for all channels: it may do less than a page
		*) least=$(one "select role from permissions() where action = '$action'") ;;
		esac
		[ -n "$least" ]
		for login in viewer operator admin; do
			case $least,$login in
			viewer,* | operator,operator | operator,admin | admin,admin) want=may ;;
			*) want='may not' ;;
			esac
			got=$(attempt "t_$login" "$role" "$sql")
			[ "$got" = "$want" ] || printf '%s: %s: %s: %s\n' "$login" "$action" "$sql" "$got"
		done
	done <list >wrong
	cat wrong
	[ ! -s wrong ]
	# each action that the database has a part in
	one "select action from permissions() where action not in ('preview', 'own-account', 'metrics', 'film-list', 'film-upload',
	    'film-prepare', 'film-remove', 'destination-test', 'acknowledge', 'acknowledge-host')" >known
	while read -r action; do
		grep "^$action;" list
	done <known
}

@test "sealed secrets of others are for admins, and an operator who brings an event is named in it" {
	sealed() {
		PGUSER=$1 psql -XqAt -v ON_ERROR_STOP=1 -c 'set role lsctl_keys' \
		    -c "select string_agg(distinct v ->> 'kind', ',' order by v ->> 'kind')
		    from jsonb_array_elements(lsctl.keys_sealed(0, 0, 500, null)) v" \
		    -c "select lsctl.keys_sealed_count() - 'tokens' = '{\"destinations\": 2, \"second_factors\": 1}'" | paste -s -d ' '
	}
	one "insert into master_key values ('aaaaaaaaaaaaaaaa', '', now(), true);
	    insert into token (source_id, digest, sealed, key_id) select s.id, sha256('x'), '', 'aaaaaaaaaaaaaaaa' from source s limit 1;
	    update destination set sealed = '', key_id = 'aaaaaaaaaaaaaaaa' where name = 'youtube';
	    insert into totp (account_id, sealed, key_id) select id, '', 'aaaaaaaaaaaaaaaa' from account where name = 'viewer'"
	[ "$(sealed t_operator)" = '1 f' ]
	[ "$(sealed t_admin)" = '1,2,3 t' ]

	for login in t_operator t_admin; do
		PGUSER=$login psql -XqAt -v ON_ERROR_STOP=1 -c 'set role lsctl_switch' -c "select lsctl.spool_ingest(jsonb_build_array(
		    jsonb_build_object('uid', gen_random_uuid(), 'at', now(), 'host', 'testhost', 'kind', 'switched', 'who', 'simran')))"
	done
	[ "$(one "select string_agg(coalesce(detail ->> 'told_by', '-'), ' ' order by id) from event
	    where kind = 'switched' and who = 'simran'")" = 't_operator -' ]
}

@test "events of accounts are for admins, also to who looks behind the view" {
	one "insert into event (host, kind, who, detail) values ('', 'signed-in', 'x', '{\"secretly\": 1}');
	    insert into event (host, channel, kind) values ('testhost', 'krishna', 'state')"
	seen() { PGUSER=$1 psql -XqAt -v ON_ERROR_STOP=1 -c 'set role lsctl_viewer' -c 'set search_path = lsctl' -c "$2"; }
	for login in t_viewer t_operator; do
		[ "$(seen "$login" "select count(*) from event_seen where kind = 'signed-in'")" = 0 ]
		[ "$(seen "$login" "select count(*) from event_seen where kind = 'state'")" = 1 ]
	done
	[ "$(seen t_admin "select count(*) from event_seen where kind = 'signed-in'")" = 1 ]
	# a cheap function of the reader's would run before the view's own condition, were the view no barrier
	PGUSER=t_viewer psql -XqAt -v ON_ERROR_STOP=1 -c 'set role lsctl_viewer' \
	    -c "create function pg_temp.spy(jsonb) returns boolean language plpgsql cost 0.0000001 as
	    'begin raise notice \$\$%\$\$, \$1; return true; end'" \
	    -c 'select count(*) from lsctl.event_seen where pg_temp.spy(detail)' >spied 2>&1
	grep -x 1 spied
	refute grep secretly spied
}
