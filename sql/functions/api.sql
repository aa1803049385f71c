-- What lsctl-web(8) reads for the caller of a request, and how lsctl-act(8) asks whether the caller may act.

-- The version of a declared channel, for ETag and If-Match: a change between reading and writing is noticed.
create or replace function lsctl.channel_version(channel_name text) returns text language sql stable
set search_path = lsctl, pg_temp as $$
	select left(encode(sha256(convert_to(((declaration(array[channel_name]) -> 'channels' -> 0) ||
	    jsonb_build_object('mode', c.mode, 'mode_until', c.mode_until))::text, 'UTF8')), 'hex'), 16)
	from channel c where c.name = channel_name
$$;

-- Events after the place "after", the oldest first; or the newest ones before the place "before". A place is the number of
-- an event. filter: {"channel", "kind", "who", "after", "before", "limit"}.
create or replace function lsctl.api_events(channels text[], filter jsonb) returns jsonb language plpgsql stable
set search_path = lsctl, pg_temp as $$
declare
	most integer := least(greatest(coalesce((filter ->> 'limit')::integer, 50), 1), 500);
	after_id bigint := (filter ->> 'after')::bigint;
	before_id bigint := (filter ->> 'before')::bigint;
begin
	return (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', id, 'time', rfc3339(at), 'host', host,
	    'channel', e.channel, 'source', source, 'kind', kind, 'who', who, 'reason', reason,
	    'detail', nullif(detail - 'record', '{}'))) order by id), '[]') from (
		select * from event x
		where (channels is null or x.channel = any (channels)) and
		    (filter ->> 'channel' is null or x.channel = filter ->> 'channel') and
		    (filter ->> 'kind' is null or x.kind = filter ->> 'kind') and
		    (filter ->> 'who' is null or x.who = filter ->> 'who') and
		    (after_id is null or x.id > after_id) and (before_id is null or x.id < before_id) and
		    -- what people did to accounts is in the audit log only
		    (filter ? 'audit' or x.kind not in ('account', 'signed-in', 'signed-out', 'sign-in-refused')) and
		    (not filter ? 'audit' or x.kind in ('account', 'signed-in', 'signed-out', 'sign-in-refused', 'switched',
			'declared', 'rotated', 'revoked', 'token-new', 'key-shown', 'taken-over', 'rekeyed'))
		order by case when after_id is null then -x.id else x.id end limit most) e);
end $$;

-- Which source was on the air in the last hours: the states since then, and the one before.
create or replace function lsctl.api_timeline(channel_name text, hours integer) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	with since as (select now() - least(greatest(coalesce(hours, 24), 1), 168) * interval '1 h' as t)
	select jsonb_build_object('from', rfc3339((select t from since)), 'to', rfc3339(now()), 'best', (
	    select s.name from source s join channel c on c.id = s.channel_id where c.name = channel_name
	    order by s.position limit 1), 'states',
	    coalesce(jsonb_agg(jsonb_build_object('at', rfc3339(at), 'state', to_state, 'reason', reason) order by at), '[]'))
	from (
		(select at, detail ->> 'to' as to_state, reason from event
		where kind = 'state' and channel = channel_name and at >= (select t from since) order by at desc limit 2000)
		union all
		(select at, detail ->> 'to', reason from event
		where kind = 'state' and channel = channel_name and at < (select t from since) order by at desc limit 1)
	) e
$$;

-- The channels of a caller: declared, with the override, the last record and its time.
create or replace function lsctl.api_channels(names text[]) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	select coalesce(jsonb_agg(k || jsonb_build_object('version', channel_version(k ->> 'name'), 'record', s.record,
	    'observed_at', rfc3339(s.observed_at)) order by k ->> 'name'), '[]')
	from jsonb_array_elements(channels(names)) k
	join channel c on c.name = k ->> 'name' left join state s on s.channel_id = c.id
$$;

-- What to type into an encoder, and what suits the platforms and the loop of the channel.
create or replace function lsctl.api_encoder(channel_name text) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('server', h.publish_url, 'sources', (
		select coalesce(jsonb_agg(s.name order by s.position), '[]') from source s
		where s.channel_id = c.id and s.kind = 'live'),
	    -- keyframes at most 4 s apart are what platforms ask for; the loop has one every 2 s
	    'keyframe_s', 2, 'rate_control', 'CBR', 'video', 'H.264', 'audio', 'AAC 48000 Hz',
	    'loop_video', (select r.value ->> 'video' from jsonb_each(
		case when jsonb_typeof(st.record -> 'sources') = 'object' then st.record -> 'sources' end) r
		join source s on s.channel_id = c.id and s.name = r.key and s.kind = 'loop' limit 1))
	from channel c join host h on h.name = c.host left join state st on st.channel_id = c.id
	where c.name = channel_name
$$;

-- in_full: where the streams and the password of the media server go, too.
drop function if exists lsctl.api_hosts();
create or replace function lsctl.api_hosts(in_full boolean) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('name', h.name, 'server', h.server, 'publish_url', h.publish_url,
	    'reconciled_at', rfc3339(h.reconciled_at),
	    'channels', (select count(*) from channel c where c.host = h.name)) || case when in_full then
		jsonb_build_object('play_url', h.play_url, 'api_url', h.api_url) else '{}' end order by h.name), '[]')
	from host h
$$;

-- What somebody may read, by the credential of the request: {"code": "ok", "caller", "body"}, or the code of permit().
-- resource: session, channels, channel, encoder, events, audit, timeline, hosts, declaration, accounts, account.
create or replace function lsctl.api_read(digest text, resource text, argument jsonb) returns jsonb language plpgsql
stable security definer set search_path = lsctl, pg_temp as $$
declare
	action text := case resource when 'session' then 'own-account' when 'channels' then 'state' when 'channel' then 'state'
	    when 'events' then 'events' when 'audit' then 'audit' when 'timeline' then 'events' when 'hosts' then 'hosts'
	    when 'accounts' then 'accounts' when 'account' then 'own-account' when 'films' then 'film-list'
	    when 'encoder' then 'state' when 'declaration' then 'state' when 'metrics' then 'metrics' end;
	who jsonb := permit(digest, action, argument ->> 'channel');
	names text[];
	body jsonb;
begin
	if who ->> 'code' <> 'ok' then
		return jsonb_build_object('code', who ->> 'code', 'caller', who - 'code');
	elsif jsonb_typeof(who -> 'channels') = 'array' then
		-- a channel that was removed stays in the list of an account
		names := array(select c.name from channel c where (who -> 'channels') ? c.name);
	end if;
	body := case resource
	    when 'session' then '{}'::jsonb
	    when 'channels' then api_channels(names)
	    when 'channel' then api_channels(array[argument ->> 'channel']) -> 0
	    when 'events' then api_events(names, argument - 'audit' - 'who')
	    when 'audit' then api_events(names, argument || '{"audit": true}')
	    when 'timeline' then api_timeline(argument ->> 'channel', (argument ->> 'hours')::integer)
	    when 'encoder' then api_encoder(argument ->> 'channel')
	    when 'hosts' then api_hosts(names is null)
	    when 'declaration' then declaration(case when argument ? 'channel' then array[argument ->> 'channel'] else names end) -
		case when names is null then '{}'::text[] else '{hosts}' end
	    when 'accounts' then accounts(null)
	    when 'account' then accounts(who ->> 'account') -> 0
	    else '{}'::jsonb end;
	return jsonb_build_object('code', 'ok', 'caller', who - 'code', 'body', body);
end $$;

-- May who shows this do it? The answer of permit().
create or replace function lsctl.api_may(digest text, action text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select permit(digest, action, null)
$$;

-- The films in use, by their paths: {"code": "ok", "used": {PATH: ["CHANNEL SOURCE", ...]}}.
create or replace function lsctl.api_films(digest text) returns jsonb language plpgsql stable
security definer set search_path = lsctl, pg_temp as $$
declare
	who jsonb := permit(digest, 'film-list', null);
begin
	if who ->> 'code' <> 'ok' then
		return who;
	end if;
	return jsonb_build_object('code', 'ok', 'used', (select coalesce(jsonb_object_agg(path, users), '{}') from (
		select m.path, jsonb_agg(c.name || ' ' || s.name order by c.name, s.position) as users
		from media m join source s on s.id = m.source_id join channel c on c.id = s.channel_id
		where jsonb_typeof(who -> 'channels') <> 'array' or (who -> 'channels') ? c.name
		group by m.path) f));
end $$;

-- The caller of a request, for static files; remembers that the session was used.
create or replace function lsctl.api_caller(digest text, address text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	update credential c set seen_at = now(), address = left(api_caller.address, 64)
	where c.digest = decode(api_caller.digest, 'hex') and c.seen_at < now() - interval '5 min' and
	    caller(api_caller.digest) is not null;
	return caller(api_caller.digest);
end $$;

-- Begins what acts: the answer of permit(); what a person does with the own account, no program may do with a token. With a
-- version, the channel must have it: else "changed". With an idempotency
-- key, "again" if this request was here before, with whether it is done, or "key-conflict" if the key was used for
-- another request. request: its digest.
create or replace function lsctl.act_begin(digest text, action text, channel text, key text, request text, version text)
returns jsonb language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	who jsonb := permit(digest, action, channel);
	i idempotency;
begin
	if who ->> 'code' <> 'ok' then
		return who;
	elsif action = 'own-account' and who ->> 'kind' <> 'session' then
		return who || jsonb_build_object('code', 'forbidden');
	elsif version is not null and version is distinct from channel_version(channel) then
		return who || jsonb_build_object('code', 'changed');
	elsif key is null then
		return who;
	end if;
	-- lsctl-act(8) runs nothing for a minute: a request that did not end by then has died
	delete from idempotency where at < now() - interval '1 day' or not done and at < now() - interval '1 min';
	insert into idempotency (account_id, key, request)
	values ((who ->> 'id')::bigint, left(act_begin.key, 128), decode(act_begin.request, 'hex')) on conflict do nothing;
	if found then
		return who;
	end if;
	select * into i from idempotency x where x.account_id = (who ->> 'id')::bigint and x.key = left(act_begin.key, 128);
	if i.request is distinct from decode(act_begin.request, 'hex') then
		return who || jsonb_build_object('code', 'key-conflict');
	end if;
	return who || jsonb_build_object('code', 'again', 'done', i.done);
end $$;

-- Ends a request with a key. Not acted: it may be tried again.
create or replace function lsctl.act_end(account_of bigint, idempotency_key text, acted boolean)
returns void language plpgsql security definer set search_path = lsctl, pg_temp as $$
begin
	if not acted then
		delete from idempotency where account_id = account_of and key = left(idempotency_key, 128);
	else
		update idempotency set done = true where account_id = account_of and key = left(idempotency_key, 128);
	end if;
end $$;

-- A stream key was shown to a person: lsctl-act(8) records it before it answers.
create or replace function lsctl.key_shown(channel_name text, source_name text, account_name text, address text) returns void
language sql security definer set search_path = lsctl, pg_temp as $$
	insert into event (host, channel, kind, source, who, detail)
	select host, name, 'key-shown', source_name, account_name, jsonb_build_object('via', 'api', 'by_address', address)
	from channel where name = channel_name
$$;

-- A person has a film prepared that was uploaded under this name.
create or replace function lsctl.film_prepared(film text, account_name text, address text) returns void
language sql security definer set search_path = lsctl, pg_temp as $$
	insert into event (host, kind, who, detail) values ('', 'declared', account_name,
	    jsonb_build_object('film', left(film, 255), 'prepared', true, 'via', 'api', 'by_address', address))
$$;

-- An admin has everything sealed under a new master key. Other hosts would not have it: there it is done by hand.
create or replace function lsctl.rekey_begun(account_name text, address text) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	if (select count(*) from host) > 1 then
		raise exception 'other hosts need the new master key, too: lsctl-keys rekey on a host, and copy it to the others';
	end if;
	insert into event (host, kind, who, detail) values ('', 'declared', account_name,
	    jsonb_build_object('master_key', 'rekey', 'via', 'api', 'by_address', address));
end $$;

grant execute on function lsctl.api_read, lsctl.api_caller, lsctl.api_may, lsctl.api_films to lsctl_web;
grant execute on function lsctl.act_begin, lsctl.act_end, lsctl.key_shown, lsctl.film_prepared,
    lsctl.rekey_begun to lsctl_act;
