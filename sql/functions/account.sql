-- Accounts, for lsctl-user(8) and for what people do with their own account. Each change is an event, kind account.

-- who: the login, or the person for whom it acts, as event_author() records; or the account itself.
create or replace function lsctl.account_event(account_name text, what text, detail jsonb default '{}',
    who text default session_user) returns void
language sql set search_path = lsctl, pg_temp as $$
	insert into event (host, kind, who, detail)
	values ('', 'account', account_event.who, jsonb_build_object('account', account_name, 'change', what) || detail)
$$;

-- One change at a time: account_keep_admin() must see the other one.
create or replace function lsctl.account_find(account_name text) returns lsctl.account language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	a account;
begin
	lock table account in share row exclusive mode;
	select * into a from account where name = account_name;
	if not found then
		raise exception 'there is no account %', account_name;
	end if;
	return a;
end $$;

create or replace function lsctl.account_has_admin() returns boolean language sql stable
set search_path = lsctl, pg_temp as $$
	select exists (select from account where role = 'admin' and channels is null and disabled_at is null)
$$;

-- An installation whose last admin is gone can be entered on the command line only; that must be on purpose. had: what
-- account_has_admin() was before the change.
create or replace function lsctl.account_keep_admin(had boolean) returns void language plpgsql
set search_path = lsctl, pg_temp as $$
begin
	if had and not account_has_admin() and exists (select from account) then
		raise exception 'this is the last account with role admin for all channels: make another one first';
	end if;
end $$;

-- The names in a JSON array, each of a channel; null: all channels.
create or replace function lsctl.account_channels(list jsonb) returns text[] language plpgsql stable
set search_path = lsctl, pg_temp as $$
declare
	missing text;
begin
	if list is null or list = 'null' then
		return null;
	end if;
	select n into missing from jsonb_array_elements_text(list) n where not exists (select from channel where name = n) limit 1;
	if missing is not null then
		raise exception 'there is no channel %', missing;
	end if;
	return array(select distinct n from jsonb_array_elements_text(list) n order by n);
end $$;

-- Makes a link that expires, and ends the earlier ones. digest: of its secret, as hex.
create or replace function lsctl.account_link_new(a lsctl.account, digest text, valid_s bigint) returns void language sql
set search_path = lsctl, pg_temp as $$
	delete from account_link where account_id = a.id;
	insert into account_link (digest, account_id, created_by, expires_at)
	values (decode(account_link_new.digest, 'hex'), a.id, author(), now() + valid_s * interval '1 s')
$$;

-- list: of account_channels(). digest, valid_s: of the invitation.
create or replace function lsctl.account_add(account_name text, account_role text, list jsonb, digest text,
    valid_s bigint) returns void language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a account;
	names text[] := account_channels(list);
begin
	lock table account in share row exclusive mode;
	if account_name !~ '^[a-z0-9][a-z0-9._@+-]{0,62}$' then
		raise exception 'an account name has a-z, 0-9 and ._@+-, begins with a letter or digit, and has at most 63 characters';
	elsif exists (select from account where name = account_name) then
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
	names text[] := account_channels(change -> 'channels');
	had boolean := account_has_admin();
begin
	update account set role = coalesce(change ->> 'role', role),
	    channels = case when change ? 'channels' then names else channels end,
	    disabled_at = case when change ->> 'enabled' = 'false' then coalesce(disabled_at, now())
		when change ->> 'enabled' = 'true' then null else disabled_at end
	where id = a.id;
	if change ->> 'enabled' = 'false' then
		update credential set revoked_at = now() where account_id = a.id and revoked_at is null;
		delete from account_link where account_id = a.id;
	end if;
	perform account_keep_admin(had);
	perform account_event(a.name, 'changed', change);
end $$;

create or replace function lsctl.account_remove(account_name text) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
	had boolean := account_has_admin();
begin
	delete from account where id = a.id;
	perform account_keep_admin(had);
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

-- What a link is for: {"account", "new", "totp", "expires_at"}, or null.
create or replace function lsctl.link_show(digest text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('account', a.name, 'new', a.password is null, 'expires_at', rfc3339(l.expires_at),
	    'totp', exists (select from totp t where t.account_id = a.id and t.confirmed_at is not null))
	from account_link l join account a on a.id = l.account_id
	where l.digest = decode(link_show.digest, 'hex') and l.used_at is null and l.expires_at > now() and a.disabled_at is null
$$;

-- Counts a code that is shown with a link, as sign_in_begin() does, and answers what it is compared with: {"wait_s"}, and if
-- that is 0 {"id", "totp"}.
create or replace function lsctl.link_begin(digest text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	wait integer := sign_in_count('link:' || digest, 10);
begin
	return case when wait > 0 then jsonb_build_object('wait_s', wait) else (
	    select jsonb_build_object('wait_s', 0, 'id', l.account_id, 'totp', encode(t.sealed, 'hex'))
	    from account_link l join totp t on t.account_id = l.account_id
	    where l.digest = decode(link_begin.digest, 'hex') and t.confirmed_at is not null) end;
end $$;

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
	perform account_event(changed, 'password', '{}', changed);
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

-- The secret that is not in force yet, as hex; null: there is none.
create or replace function lsctl.totp_pending(account_of bigint) returns text language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select encode(sealed, 'hex') from totp where account_id = account_of and confirmed_at is null
$$;

create or replace function lsctl.totp_confirm(account_of bigint, step bigint, recovery jsonb) returns void language plpgsql
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
	insert into recovery_code (account_id, digest)
	select account_of, decode(r, 'hex') from jsonb_array_elements_text(recovery) r;
	perform account_event(changed, 'totp-on', '{}', changed);
end $$;

create or replace function lsctl.totp_remove(account_of bigint) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	changed text;
begin
	delete from totp where account_id = account_of;
	delete from recovery_code where account_id = account_of;
	select name into changed from lsctl.account where id = account_of;
	perform account_event(changed, 'totp-off', '{}', changed);
end $$;

-- A token of a program. valid_s: how long. The role may not be more than that of the account.
create or replace function lsctl.api_token_new(account_name text, token_name text, digest text, token_role text,
    list jsonb, valid_s bigint) returns void language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
	names text[] := account_channels(list);
begin
	if token_name !~ '^[a-z][a-z0-9._-]{0,62}$' then
		raise exception 'a token name has a-z, 0-9 and ._-, begins with a letter, and has at most 63 characters';
	elsif role_rank(token_role) > role_rank(a.role) then
		raise exception 'a token of % has at most its role, %', a.name, a.role;
	elsif exists (select from credential where account_id = a.id and kind = 'token' and name = token_name and
	    revoked_at is null) then
		raise exception '% has a token % already: remove it, or take another name', a.name, token_name;
	end if;
	insert into credential (digest, kind, account_id, name, role, channels, expires_at)
	values (decode(api_token_new.digest, 'hex'), 'token', a.id, token_name, token_role, names,
	    now() + valid_s * interval '1 s');
	perform account_event(a.name, 'token-added', jsonb_build_object('token', token_name, 'role', token_role));
end $$;

-- Ends a session, or revokes a token, of an account: by its number, a token by its name, too; null: all of this kind.
-- Returns how many.
create or replace function lsctl.credential_revoke(account_name text, kind_of text, which text) returns bigint
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a account := account_find(account_name);
	n bigint;
begin
	update credential set revoked_at = now() where account_id = a.id and kind = kind_of and revoked_at is null and
	    expires_at > now() and (which is null or which in (id::text, name));
	get diagnostics n = row_count;
	if n > 0 then
		perform account_event(a.name, kind_of || '-revoked', jsonb_strip_nulls(jsonb_build_object('number', n, kind_of, which)));
	elsif which is not null then
		raise exception 'account % has no % %', account_name, kind_of, which;
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
	select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', c.id, 'name', c.name, 'via', c.via,
	    'role', c.role, 'channels', c.channels, 'created_at', rfc3339(c.created_at), 'seen_at', rfc3339(c.seen_at),
	    'expires_at', rfc3339(c.expires_at), 'address', c.address, 'agent', c.agent)) order by c.id), '[]')
	from credential c where c.account_id = a.id and c.kind = kind_of and c.revoked_at is null and c.expires_at > now()
	    and (c.kind = 'token' or c.seen_at > now() - interval '7 days')
$$;

grant execute on function lsctl.account_add, lsctl.account_set, lsctl.account_remove, lsctl.account_reset,
	lsctl.api_token_new, lsctl.credential_revoke, lsctl.accounts to lsctl_user;
grant execute on function lsctl.link_show, lsctl.link_begin, lsctl.link_use, lsctl.password_set, lsctl.totp_new, lsctl.totp_pending,
	lsctl.totp_confirm, lsctl.totp_remove, lsctl.credential_revoke to lsctl_act;
