-- Reconciliation: what is wanted of a host, what became of it, and the operator's word; for lsctl-switch(8).

create index event_publisher on lsctl.event (channel, source, id) where kind in ('publish-allowed', 'kicked');

create function lsctl.switch_ms(t interval) returns bigint language sql immutable
set search_path = lsctl, pg_temp as $$
	select ceil(extract(epoch from t) * 1000)::bigint
$$;

-- All that is wanted of a host, at a cost that grows with its channels alone: sets, and no function a row.
-- server and api_url are null for a host that nobody declared; elsewhere are channels that another host
-- carries. publisher: who was let in last, good being false once that token is not.
create function lsctl.switch_wanted(host_name text) returns json language sql stable
set search_path = lsctl, pg_temp as $$
	with c as materialized (
		select c.*, h.play_url, h.play_url || '/' || c.name || '_' as prefix
		from channel c join host h on h.name = c.host where c.host = host_name
	), film as (
		select m.source_id, json_agg(m.path order by m.position) as files
		from c join source s on s.channel_id = c.id join media m on m.source_id = s.id
		group by m.source_id
	), src as (
		select c.id, json_agg(json_build_object('name', s.name, 'kind', s.kind,
		    'url', case when s.kind <> 'file' then c.prefix || s.name end,
		    'files', coalesce(film.files, '[]'),
		    'place', 'token:' || t.id, 'sealed', encode(t.sealed, 'hex'),
		    'publisher', case when e.client is not null then json_build_object(
			'client', e.client, 'age_s', e.age_s, 'good', e.good, 'kicked_s', k.age_s) end)
		    order by s.position) as list
		from c join source s on s.channel_id = c.id
		left join film on film.source_id = s.id
		left join token t on s.kind = 'loop' and t.source_id = s.id and t.revoked_at is null and
		    t.expires_at is null
		left join lateral (
			select e.detail ->> 'client' as client, extract(epoch from now() - e.at) as age_s,
			    e.detail ->> 'token' is null or exists (
				select from token g where g.source_id = s.id and g.revoked_at is null and
				    (g.expires_at is null or g.expires_at > now()) and
				    left(encode(g.digest, 'hex'), 8) = e.detail ->> 'token') as good
			from event e
			where e.kind = 'publish-allowed' and e.channel = c.name and e.source = s.name
			order by e.id desc limit 1) e on s.kind <> 'file'
		left join lateral (
			select extract(epoch from now() - e.at) as age_s from event e
			where e.kind = 'kicked' and e.channel = c.name and e.source = s.name
			order by e.id desc limit 1) k on s.kind <> 'file'
		group by c.id
	), dest as (
		select c.id, json_agg(json_build_object('name', d.name, 'url', d.url,
		    'backup_url', d.backup_url, 'on_backup', d.on_backup, 'queue_ms', d.queue_ms,
		    'ca_file', d.ca_file, 'place', 'destination:' || d.id,
		    'sealed', encode(d.sealed, 'hex')) order by d.position, d.id) as list
		from c join destination d on d.channel_id = c.id and d.enabled
		group by c.id
	)
	select json_build_object('host', host_name,
	    'server', (select server from host where name = host_name),
	    'api_url', (select api_url from host where name = host_name),
	    'master_key', (select id from master_key where current),
	    'channels', (select coalesce(json_agg(json_build_object('channel', c.name, 'enabled', c.enabled,
		'delay_ms', c.delay_ms, 'stall_ms', c.stall_ms, 'stable_ms', c.stable_ms,
		'stable_max_ms', c.stable_max_ms,
		'mode', case when c.mode_until <= now() then 'auto' else c.mode end,
		'mode_left_ms', case when c.mode_until > now() then switch_ms(c.mode_until - now()) end,
		'play_url', c.play_url, 'sources', coalesce(src.list, '[]'),
		'destinations', coalesce(dest.list, '[]')) order by c.name), '[]')
		from c left join src using (id) left join dest using (id)),
	    'elsewhere', (select coalesce(json_agg(name), '[]') from channel where host <> host_name))
$$;

-- A reconciliation begins: null when another one of this host is at work. Ends the pins that are over.
create function lsctl.switch_begin(host_name text) returns json language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	c channel;
begin
	if not pg_try_advisory_lock(hashtext('lsctl-switch'), hashtext(host_name)) then
		return null;
	end if;
	for c in select * from channel where host = host_name and mode_until <= now() for update loop
		insert into event (host, channel, kind, who, why, detail)
		values (host_name, c.name, 'switched', coalesce(c.mode_by, session_user), 'its time is over',
		    jsonb_build_object('to', 'auto', 'was', c.mode));
		update channel set mode = 'auto', mode_until = null, mode_why = null, mode_by = null,
		    mode_at = now() where id = c.id;
	end loop;
	return switch_wanted(host_name);
end $$;

-- The same without a trace: what would be done.
create function lsctl.switch_look(host_name text) returns json language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select switch_wanted(host_name)
$$;

-- What a record says that is worth a write at once; all the rest is written every ten seconds.
create function lsctl.switch_gist(r jsonb) returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select jsonb_build_array(r -> 'state', r -> 'mode', r -> 'problems',
	    (select jsonb_object_agg(key, jsonb_build_array(value -> 'healthy', value -> 'stale',
		value #> '{server,client}')) from jsonb_each(
		case when jsonb_typeof(r -> 'sources') = 'object' then r -> 'sources' else '{}' end)),
	    (select jsonb_object_agg(key, value -> 'state') from jsonb_each(
		case when jsonb_typeof(r -> 'destinations') = 'object' then r -> 'destinations' else '{}' end)))
$$;

-- A time that came from outside, or null.
create function lsctl.switch_time(t text) returns timestamptz language plpgsql stable
set search_path = lsctl, pg_temp as $$
begin
	return t::timestamptz;
exception when others then
	return null;
end $$;

-- RFC 3339 as records have it: in the order of time when compared byte by byte.
create function lsctl.switch_rfc3339(t timestamptz) returns text language sql stable
set search_path = lsctl, pg_temp as $$
	select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') collate "C"
$$;

-- records: health records of this host's channels. acts: [{"channel", "kind", "source", "why", "detail"}], what
-- was done. A forwarder tells its last changes of state, so that those are not missed that nobody was there to
-- record; its wall clock gives their times, which may differ a little when told again.
create function lsctl.switch_report(host_name text, records jsonb, acts jsonb) returns void
language plpgsql security definer set search_path = lsctl, pg_temp as $$
begin
	with seen as materialized (
		select distinct on (c.id) c.id, c.name, r, r ->> 'state' as state, s.state as old,
		    s.since as old_since, s.seen_at, s.record as old_record,
		    switch_time(r ->> 'since') as since
		from jsonb_array_elements(records) r
		join channel c on c.name = r ->> 'channel' and c.host = host_name
		left join state s on s.channel_id = c.id
		where r ->> 'state' is not null
	), change as materialized (
		select name, r, x, switch_time(x ->> 'at') as at
		from seen, jsonb_array_elements(
		    case when jsonb_typeof(r -> 'changes') = 'array' then r -> 'changes' else '[]' end) x
		where old_since is null or
		    x ->> 'at' collate "C" > switch_rfc3339(old_since - interval '3 s')
	), changed as (
		insert into event (at, host, channel, kind, why, detail)
		select at, host_name, name, 'state', x ->> 'reason', x - 'at' - 'reason' || case
		    when x = r -> 'changes' -> -1 then jsonb_build_object('record', r - 'changes')
		    else '{}' end
		from change where at is not null and not exists (
		    select from event e where e.channel = name and e.kind = 'state' and
			e.at between change.at - interval '3 s' and change.at + interval '3 s' and
			e.detail -> 'n' = x -> 'n' and e.detail -> 'to' = x -> 'to')
		order by at
	), moved as (
		insert into event (host, channel, kind, why, detail)
		select host_name, name, 'state', 'seen', jsonb_build_object('from', old, 'to', state,
		    'record', r - 'changes')
		from seen where state is distinct from old and not exists (
		    select from change where change.name = seen.name and x ->> 'to' = seen.state)
	)
	insert into state as st (channel_id, state, since, record, seen_at)
	select id, state, coalesce(since, case when state = old then old_since end, now()), r, now()
	from seen where old is null or seen_at < now() - interval '10 s' or since > old_since + interval '1 s' or
	    switch_gist(r) is distinct from switch_gist(old_record)
	on conflict (channel_id) do update set state = excluded.state, since = excluded.since,
	    record = excluded.record, seen_at = excluded.seen_at;

	-- What is done again and again, and in vain, is told once a minute.
	insert into event (host, channel, kind, source, why, detail)
	select host_name, a ->> 'channel', a ->> 'kind', a ->> 'source', a ->> 'why',
	    coalesce(a -> 'detail', '{}')
	from jsonb_array_elements(acts) a
	where a ->> 'kind' in ('kicked', 'carried') or not exists (
	    select from event e where e.channel = a ->> 'channel' and e.kind = a ->> 'kind' and
		e.why = a ->> 'why' and e.detail = a -> 'detail' and e.at > now() - interval '1 min');
	update host set seen_at = now() where name = host_name and
	    (seen_at is null or seen_at < now() - interval '10 s');
end $$;

-- The operator's word. Returns what holds now.
create function lsctl.switch_wish(channel_name text, wish text, for_s bigint, reason text) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	c channel;
	was text;
begin
	select * into c from channel where name = channel_name for update;
	if not found then
		raise exception 'there is no channel %', channel_name;
	elsif wish not in ('auto', 'off') and
	    not exists (select from source where channel_id = c.id and name = wish) then
		raise exception 'channel % has no source %: it has %', channel_name, wish,
		    coalesce((select string_agg(name, ', ' order by position) from source
		    where channel_id = c.id), 'none');
	end if;
	was := c.mode;
	update channel set mode = wish, mode_why = reason, mode_by = session_user, mode_at = now(),
	    mode_until = case when for_s > 0 and wish <> 'auto' then now() + for_s * interval '1 s' end
	where id = c.id returning * into c;
	insert into event (host, channel, kind, source, why, detail)
	values (c.host, c.name, 'switched', case when wish not in ('auto', 'off') then wish end, reason,
	    jsonb_strip_nulls(jsonb_build_object('to', wish, 'was', was, 'until', c.mode_until)));
	return jsonb_build_object('channel', c.name, 'host', c.host, 'enabled', c.enabled, 'mode', c.mode,
	    'left_ms', case when c.mode_until > now() then switch_ms(c.mode_until - now()) end);
end $$;

revoke all on function lsctl.switch_ms, lsctl.switch_wanted, lsctl.switch_begin, lsctl.switch_look,
	lsctl.switch_gist, lsctl.switch_time, lsctl.switch_rfc3339, lsctl.switch_report, lsctl.switch_wish from public;
grant usage on schema lsctl to lsctl_switch;
grant execute on function lsctl.switch_begin, lsctl.switch_look, lsctl.switch_report, lsctl.switch_wish
	to lsctl_switch;
