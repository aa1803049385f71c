-- Accounts, for lsctl-user(8) and for what people do with their own account. Each change is an event, kind account.

create or replace function lsctl.account_event(account_name text, what text, detail jsonb default '{}') returns void
language sql set search_path = lsctl, pg_temp as $$
	insert into event (host, kind, who, reason, detail)
	values ('', 'account', author(), null, jsonb_build_object('account', account_name, 'change', what) || detail)
$$;

create or replace function lsctl.account_find(account_name text) returns lsctl.account language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	a account;
begin
	select * into a from account where name = account_name for update;
	if not found then
		raise exception 'there is no account %', account_name;
	end if;
	return a;
end $$;

-- An installation whose last admin is gone can be entered on the command line only; that must be on purpose.
create or replace function lsctl.account_keep_admin() returns void language plpgsql
set search_path = lsctl, pg_temp as $$
begin
	if not exists (select from account where role = 'admin' and channels is null and disabled_at is null) and
	    exists (select from account) then
		raise exception 'this is the last account with role admin for all channels: make another one first';
	end if;
end $$;

create or replace function lsctl.account_channels_check(names text[]) returns void language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	missing text;
begin
	select n into missing from unnest(names) n where not exists (select from channel where name = n) limit 1;
	if missing is not null then
		raise exception 'there is no channel %', missing;
	end if;
end $$;

-- Makes a link that expires, and ends the earlier ones. digest: of its secret, as hex.
create or replace function lsctl.account_link_new(a lsctl.account, digest text, valid_s bigint) returns void language sql
set search_path = lsctl, pg_temp as $$
	delete from account_link where account_id = a.id;
	insert into account_link (digest, account_id, created_by, expires_at)
	values (decode(account_link_new.digest, 'hex'), a.id, author(), now() + valid_s * interval '1 s')
$$;

-- channels: null for all. digest, valid_s: of the invitation.
create or replace function lsctl.account_add(account_name text, account_role text, names text[], digest text,
    valid_s bigint) returns void language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a account;
begin
	perform account_channels_check(names);
	if exists (select from account where name = account_name) then
		raise exception 'there is an account % already', account_name;
	end if;
	insert into account (name, role, channels) values (account_name, account_role, names) returning * into a;
	perform account_link_new(a, digest, valid_s);
	perform account_event(a.name, 'added', jsonb_strip_nulls(jsonb_build_object('role', a.role, 'channels', a.channels)));
end $$;

-- change: {"role", "channels" (null: all), "enabled"}, those that are there. A smaller role ends no session: it holds at once.
create or replace function lsctl.account_set(account_name text, change jsonb) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
	names text[];
begin
	if jsonb_typeof(change -> 'channels') = 'array' then
		names := array(select jsonb_array_elements_text(change -> 'channels'));
		perform account_channels_check(names);
	end if;
	update account set role = coalesce(change ->> 'role', role),
	    channels = case when change ? 'channels' then names else channels end,
	    disabled_at = case when change ->> 'enabled' = 'false' then coalesce(disabled_at, now())
		when change ->> 'enabled' = 'true' then null else disabled_at end
	where id = a.id;
	if change ->> 'enabled' = 'false' then
		update credential set revoked_at = now() where account_id = a.id and revoked_at is null;
		delete from account_link where account_id = a.id;
	end if;
	perform account_keep_admin();
	perform account_event(a.name, 'changed', change);
end $$;

create or replace function lsctl.account_remove(account_name text) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
begin
	delete from account where id = a.id;
	perform account_keep_admin();
	perform account_event(a.name, 'removed');
end $$;

-- A link to set a new password. The old one holds until then. With forget_totp, the second factor is taken off as well.
create or replace function lsctl.account_reset(account_name text, digest text, valid_s bigint, forget_totp boolean)
returns void language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
begin
	if a.disabled_at is not null then
		raise exception 'account % is disabled: enable it first', account_name;
	end if;
	perform account_link_new(a, digest, valid_s);
	if forget_totp then
		delete from totp where account_id = a.id;
		delete from recovery_code where account_id = a.id;
	end if;
	perform account_event(a.name, 'reset', jsonb_build_object('totp', not forget_totp));
end $$;

-- What a link is for: {"account", "new", "expires_at"}, or null.
create or replace function lsctl.link_show(digest text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('account', a.name, 'new', a.password is null, 'expires_at', rfc3339(l.expires_at))
	from account_link l join account a on a.id = l.account_id
	where l.digest = decode(link_show.digest, 'hex') and l.used_at is null and l.expires_at > now() and a.disabled_at is null
$$;

-- Sets a password, as its hash, by a link; ends all sessions of the account. The id of the account; null: the link is not
-- good any more.
create or replace function lsctl.link_use(digest text, hash text) returns bigint language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	id_of bigint;
begin
	update account_link l set used_at = now() from account a
	where a.id = l.account_id and l.digest = decode(link_use.digest, 'hex') and l.used_at is null and
	    l.expires_at > now() and a.disabled_at is null
	returning a.id into id_of;
	if id_of is not null then
		perform password_set(id_of, hash, null);
	end if;
	return id_of;
end $$;

-- keep: the digest of a session that goes on.
create or replace function lsctl.password_set(account_of bigint, hash text, keep text) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	changed text;
begin
	update lsctl.account set password = hash, password_at = now() where id = account_of returning name into changed;
	update credential set revoked_at = now() where account_id = account_of and kind = 'session' and revoked_at is null and
	    digest is distinct from decode(keep, 'hex');
	insert into event (host, kind, who, detail)
	values ('', 'account', changed, jsonb_build_object('account', changed, 'change', 'password'));
end $$;

-- A second factor: sealed is the secret, in force from its first code on. recovery: digests as hex.
create or replace function lsctl.totp_new(account_of bigint, sealed text, id_of_key text) returns boolean language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	if not keys_hold_current(id_of_key) then
		return false;
	end if;
	insert into totp as t (account_id, sealed, key_id) values (account_of, decode(totp_new.sealed, 'hex'), id_of_key)
	on conflict (account_id) do update set sealed = excluded.sealed, key_id = excluded.key_id
	where t.confirmed_at is null;
	if not found then
		raise exception 'there is a second factor already: remove it first';
	end if;
	return true;
end $$;

create or replace function lsctl.totp_confirm(account_of bigint, step bigint, recovery text[]) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	changed text;
begin
	update totp t set confirmed_at = now(), step = totp_confirm.step from lsctl.account a
	where a.id = account_of and t.account_id = account_of and t.confirmed_at is null returning a.name into changed;
	if not found then
		raise exception 'there is no second factor to confirm: begin again';
	end if;
	delete from recovery_code where account_id = account_of;
	insert into recovery_code (account_id, digest) select account_of, decode(r, 'hex') from unnest(recovery) r;
	perform account_event(changed, 'totp-on');
end $$;

create or replace function lsctl.totp_remove(account_of bigint) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	changed text;
begin
	delete from totp where account_id = account_of;
	delete from recovery_code where account_id = account_of;
	select name into changed from lsctl.account where id = account_of;
	perform account_event(changed, 'totp-off');
end $$;

-- A token of a program. valid_s: how long. The role may not be more than that of the account.
create or replace function lsctl.api_token_new(account_name text, token_name text, digest text, token_role text,
    names text[], valid_s bigint) returns void language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
begin
	perform account_channels_check(names);
	if role_rank(token_role) > role_rank(a.role) then
		raise exception 'a token of % has at most its role, %', a.name, a.role;
	elsif exists (select from credential where account_id = a.id and kind = 'token' and name = token_name and
	    revoked_at is null) then
		raise exception '% has a token % already: revoke it, or take another name', a.name, token_name;
	end if;
	insert into credential (digest, kind, account_id, name, role, channels, expires_at)
	values (decode(api_token_new.digest, 'hex'), 'token', a.id, token_name, token_role, names,
	    now() + valid_s * interval '1 s');
	perform account_event(a.name, 'token-added', jsonb_build_object('token', token_name, 'role', token_role));
end $$;

-- Ends a session, or revokes a token, of an account. Returns how many; id null: all of this kind.
create or replace function lsctl.credential_revoke(account_name text, kind_of text, id_of bigint) returns bigint
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
	n bigint;
begin
	update credential set revoked_at = now() where account_id = a.id and kind = kind_of and revoked_at is null and
	    (id_of is null or id = id_of);
	get diagnostics n = row_count;
	if n > 0 then
		perform account_event(a.name, kind_of || '-revoked', jsonb_build_object('number', n));
	elsif id_of is not null then
		raise exception 'account % has no % % in force', account_name, kind_of, id_of;
	end if;
	return n;
end $$;

-- For people: accounts, and with one name its sessions and tokens.
create or replace function lsctl.accounts(account_name text default null) returns jsonb language plpgsql stable
security definer set search_path = lsctl, pg_temp as $$
begin
	if account_name is not null and not exists (select from account where name = account_name) then
		raise exception 'there is no account %', account_name;
	end if;
	return (select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'role', a.role, 'channels', a.channels,
	    'enabled', a.disabled_at is null, 'password', a.password is not null, 'totp', exists (select from totp t
		where t.account_id = a.id and t.confirmed_at is not null),
	    'created_at', rfc3339(a.created_at), 'password_at', rfc3339(a.password_at),
	    'recovery_codes', (select count(*) from recovery_code r where r.account_id = a.id and r.used_at is null),
	    'link_expires_at', (select rfc3339(l.expires_at) from account_link l where l.account_id = a.id and
		l.used_at is null and l.expires_at > now()),
	    'sessions', credentials_of(a, 'session'), 'tokens', credentials_of(a, 'token')) order by a.name), '[]')
	from account a where account_name is null or a.name = account_name);
end $$;

create or replace function lsctl.credentials_of(a lsctl.account, kind_of text) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', c.id, 'name', c.name,
	    'role', c.role, 'channels', c.channels, 'created_at', rfc3339(c.created_at), 'seen_at', rfc3339(c.seen_at),
	    'expires_at', rfc3339(c.expires_at), 'address', c.address, 'agent', c.agent)) order by c.id), '[]')
	from credential c where c.account_id = a.id and c.kind = kind_of and c.revoked_at is null and c.expires_at > now()
	    and (c.kind = 'token' or c.seen_at > now() - interval '7 days')
$$;

grant execute on function lsctl.account_add, lsctl.account_set, lsctl.account_remove, lsctl.account_reset,
	lsctl.api_token_new, lsctl.credential_revoke, lsctl.accounts to lsctl_user;
grant execute on function lsctl.link_show, lsctl.link_use, lsctl.password_set, lsctl.totp_new, lsctl.totp_confirm,
	lsctl.totp_remove, lsctl.credential_revoke to lsctl_act;
