-- Signing in: limits to guesses, and the sessions that result. lsctl-act(8) compares the password and the code.

-- Counts an attempt, of which ten fail within 15 minutes (20 of an address) before the next has to wait. Returns the
-- seconds to wait, or 0.
create or replace function lsctl.sign_in_count(counted text, most integer) returns integer language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	f sign_in_failure;
begin
	insert into sign_in_failure as s (subject, count, first_at, last_at) values (left(counted, 200), 1, now(), now())
	on conflict (subject) do update set
	    count = case when s.first_at < now() - interval '15 min' then 1 else least(s.count + 1, 1000000) end,
	    first_at = case when s.first_at < now() - interval '15 min' then now() else s.first_at end,
	    last_at = now()
	returning * into f;
	return case when f.count > most then greatest(1, 900 - extract(epoch from now() - f.first_at)::integer) else 0 end;
end $$;

-- What attempts are counted by. An address counts for itself; then a browser that has signed in to this account before
-- (device, a digest as hex) has a count of its own, so that guesses from elsewhere do not lock its user out. network: an
-- address, of IPv6 its /64.
create or replace function lsctl.sign_in_subjects(login text, network text, device text) returns text[] language sql stable
set search_path = lsctl, pg_temp as $$
	select case when exists (select from lsctl.device d join account a on a.id = d.account_id
	    where d.digest = decode(device, 'hex') and a.name = login)
	    then array['device:' || device || ':' || login]
	    else array['address:' || network, 'account:' || login] end
$$;

-- Counts an attempt, and answers what is compared: {"wait_s"}, and if that is 0 {"id", "password", "totp", "device"}; id,
-- password and totp are null for an unknown name, and totp without a second factor; device: this server made it.
create or replace function lsctl.sign_in_begin(login text, network text, device text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	a account;
	subject text;
	wait integer := 0;
begin
	delete from sign_in_failure where last_at < now() - interval '1 day';
	login := left(lower(login), 63);
	foreach subject in array sign_in_subjects(login, network, device) loop
		-- who has to wait for the address adds nothing to the count of the account
		wait := sign_in_count(subject, case when subject like 'address:%' then 20 else 10 end);
		exit when wait > 0;
	end loop;
	if wait > 0 then
		return jsonb_build_object('wait_s', wait);
	end if;
	select * into a from account where name = login and disabled_at is null;
	return jsonb_build_object('wait_s', 0, 'id', a.id, 'password', a.password,
	    'totp', (select encode(t.sealed, 'hex') from totp t where t.account_id = a.id and t.confirmed_at is not null),
	    'device', exists (select from lsctl.device d where d.digest = decode(device, 'hex')));
end $$;

-- An attempt did not fail: takes it back from the counts.
create or replace function lsctl.sign_in_passed(login text, network text, device text) returns void language sql
security definer set search_path = lsctl, pg_temp as $$
	update sign_in_failure set count = count - 1
	where subject = any (sign_in_subjects(left(lower(login), 63), network, device)) and count > 0
$$;

-- An attempt failed. One event a minute for an account, and 20 in all: guesses must not fill the table. A name that is
-- no account is not recorded: people type their password there.
create or replace function lsctl.sign_in_refused(login text, network text, reason text) returns void language sql
security definer set search_path = lsctl, pg_temp as $$
	insert into event (host, kind, who, reason, detail)
	select '', 'sign-in-refused', w.who, sign_in_refused.reason, jsonb_build_object('address', network)
	from (select coalesce((select name from account where name = lower(login)), 'unknown') as who) w
	where not exists (select from event e where e.kind = 'sign-in-refused' and e.who = w.who and
	    e.at > now() - interval '1 min')
	and (select count(*) from event where kind = 'sign-in-refused' and at > now() - interval '1 min') < 20
$$;

-- Uses up a code of TOTP, by its time step, or a recovery code, by its digest. False: it was used before, or is none.
create or replace function lsctl.sign_in_code(account_of bigint, step bigint, recovery text) returns boolean
language plpgsql security definer set search_path = lsctl, pg_temp as $$
begin
	if step is not null then
		update totp t set step = sign_in_code.step
		where t.account_id = account_of and (t.step is null or t.step < sign_in_code.step);
	else
		update recovery_code set used_at = now()
		where account_id = account_of and digest = decode(recovery, 'hex') and used_at is null;
	end if;
	return found;
end $$;

-- Makes a session of 30 days. Its digest and that of the device are of the caller.
create or replace function lsctl.session_new(account_of bigint, digest text, device text, address text, agent text)
returns jsonb language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a lsctl.account;
begin
	select * into a from lsctl.account where id = account_of and disabled_at is null for share;
	if not found then
		return null;
	end if;
	insert into credential (digest, kind, account_id, expires_at, address, agent)
	values (decode(session_new.digest, 'hex'), 'session', a.id, now() + interval '30 days', left(address, 64), left(agent, 200));
	insert into lsctl.device (digest, account_id) values (decode(device, 'hex'), a.id)
	on conflict on constraint device_pkey do update set seen_at = now();
	delete from lsctl.device d where d.account_id = a.id and d.digest not in (
	    select x.digest from lsctl.device x where x.account_id = a.id order by x.seen_at desc limit 20);
	delete from sign_in_failure where subject in ('account:' || a.name, 'device:' || device || ':' || a.name);
	delete from credential c where c.kind = 'session' and (c.expires_at < now() - interval '30 days' or
	    c.revoked_at < now() - interval '30 days');
	insert into event (host, kind, who, detail)
	values ('', 'signed-in', a.name, jsonb_build_object('address', address));
	return caller(session_new.digest);
end $$;

-- A proxy that signs people in names one: a session of a day, because the proxy ends its own. Null: no such account, or it
-- is disabled.
create or replace function lsctl.session_by_proxy(login text, digest text, address text, agent text) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	a lsctl.account;
begin
	select * into a from lsctl.account where name = login and disabled_at is null for share;
	if not found then
		perform sign_in_refused(login, address, 'proxy');
		return null;
	end if;
	insert into credential (digest, kind, account_id, via, expires_at, address, agent)
	values (decode(session_by_proxy.digest, 'hex'), 'session', a.id, 'proxy', now() + interval '1 day', left(address, 64),
	    left(agent, 200));
	insert into event (host, kind, who, detail)
	values ('', 'signed-in', a.name, jsonb_build_object('address', address, 'by', 'proxy'));
	return caller(session_by_proxy.digest);
end $$;

create or replace function lsctl.session_end(digest text) returns void language sql
security definer set search_path = lsctl, pg_temp as $$
	with ended as (
		update credential c set revoked_at = now()
		where c.digest = decode(session_end.digest, 'hex') and c.kind = 'session' and c.revoked_at is null
		returning account_id, address
	)
	insert into event (host, kind, who, detail)
	select '', 'signed-out', a.name, jsonb_build_object('address', e.address) from ended e join account a on a.id = e.account_id
$$;

-- Tells each lsctl-web(8) to forget what it knows of credentials.
create or replace function lsctl.credentials_changed() returns trigger language plpgsql
set search_path = lsctl, pg_temp as $$
begin
	perform pg_notify('lsctl_credentials', '');
	return null;
end $$;

do $$ begin
	if not exists (select from pg_trigger where tgrelid = 'lsctl.account'::regclass and tgname = 'credentials_changed') then
		create trigger credentials_changed after delete or update of role, channels, disabled_at on lsctl.account
			for each statement execute function lsctl.credentials_changed();
		create trigger credentials_changed after delete or update of role, channels, revoked_at, expires_at
			on lsctl.credential for each statement execute function lsctl.credentials_changed();
	end if;
end $$;

grant execute on function lsctl.sign_in_begin, lsctl.sign_in_passed, lsctl.sign_in_refused, lsctl.sign_in_code, lsctl.session_new,
	lsctl.session_by_proxy, lsctl.session_end to lsctl_act;
