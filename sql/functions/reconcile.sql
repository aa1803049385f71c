-- Reconciliation, lsctl-switch(8): the desired state of a host, and what a pass observed and did.

-- All that is desired of a host, at a cost that grows with its channels alone: sets, and no function a row.
--
-- server and api_url are null for a host that is not declared. owned_only: a channel is in "channels" only if this
-- host owns it or it is disabled; otherwise also if no host owns it. "elsewhere": the channels of other hosts, and those
-- that another host still owns, which are also in "waiting" with that owner. "surplus": see lease_surplus(). kicked_s: the
-- age of the last kick of a publisher of the source.
create or replace function lsctl.reconcile_desired(host_name text, owned_only boolean) returns json language sql stable
set search_path = lsctl, pg_temp as $$
	with declared as materialized (
		select c.*, h.play_url, h.play_url || '/' || c.name || '_' as prefix, l.host as owner,
		    not c.enabled or l.host = host_name or (l.host is null and not owned_only) as mine
		from channel c join host h on h.name = c.host left join lease l on l.channel = c.name
		where c.host = host_name
	), c as materialized (
		select * from declared where mine
	), film as (
		select m.source_id, json_agg(m.path order by m.position) as files
		from c join source s on s.channel_id = c.id join media m on m.source_id = s.id
		group by m.source_id
	), src as (
		select c.id, json_agg(json_build_object('name', s.name, 'kind', s.kind, 'tracks', nullif(s.tracks, 'both'),
		    'url', case when s.kind <> 'file' then c.prefix || s.name end,
		    'files', coalesce(film.files, '[]'),
		    'place', 'token:' || t.id, 'sealed', encode(t.sealed, 'hex'),
		    'kicked_s', k.age_s)
		    order by s.position) as list
		from c join source s on s.channel_id = c.id
		left join film on film.source_id = s.id
		left join token t on s.kind = 'loop' and t.source_id = s.id and t.revoked_at is null and
		    t.expires_at is null
		left join lateral (
			select extract(epoch from now() - e.at) as age_s from event e
			where e.kind = 'kicked' and e.channel = c.name and e.source = s.name
			order by e.id desc limit 1) k on s.kind <> 'file'
		group by c.id
	), dest as (
		select c.id, json_agg(json_build_object('name', d.name, 'url', d.url,
		    'backup_url', d.backup_url, 'primary_retry_ms', d.primary_retry_ms, 'send_to', d.send_to, 'on_backup', d.on_backup, 'queue_ms', d.queue_ms,
		    'ca_file', d.ca_file, 'place', 'destination:' || d.id,
		    'sealed', encode(d.sealed, 'hex'), 'key', d.key_id, 'user', d.user_name, 'answer_ms', d.answer_ms,
		    'on_change', d.on_change, 'unpublish', d.unpublish, 'renew_ms', d.renew_ms, 'renew_at', d.renew_at,
		    'schedule', d.schedule, 'max_kbps', d.max_kbps, 'bind', d.bind, 'proxy', d.proxy,
		    'password_place', 'password:' || d.id, 'password_sealed', encode(d.password_sealed, 'hex'),
		    'password_key', d.password_key_id) order by d.position, d.id) as list
		from c join destination d on d.channel_id = c.id and d.enabled
		group by c.id
	)
	select json_build_object('host', host_name,
	    'server', (select server from host where name = host_name),
	    'api_url', (select api_url from host where name = host_name),
	    'master_key', (select id from master_key where current),
	    'channels', (select coalesce(json_agg(json_build_object('channel', c.name, 'enabled', c.enabled,
		'delay_ms', c.delay_ms, 'stall_ms', c.stall_ms, 'stable_ms', c.stable_ms,
		'stable_max_ms', c.stable_max_ms, 'keyframe_wait_ms', c.keyframe_wait_ms,
		'mode', case when c.mode_until <= now() then 'auto' else c.mode end,
		'mode_left_ms', case when c.mode_until > now() then interval_ms(c.mode_until - now()) end,
		'play_url', c.play_url, 'sources', coalesce(src.list, '[]'),
		'destinations', coalesce(dest.list, '[]')) order by c.name), '[]')
		from c left join src using (id) left join dest using (id)),
	    'elsewhere', (select coalesce(json_agg(name), '[]') from (
		select name from channel where host <> host_name
		union all select name from declared where not mine) e),
	    'waiting', (select coalesce(json_agg(json_build_object('channel', d.name, 'owner', d.owner)
		order by d.name), '[]') from declared d where not mine and d.owner is not null),
	    'surplus', (select coalesce(json_agg(channel order by channel), '[]')
		from lease_surplus(host_name)))
$$;

-- Begins a pass: ends the pins whose time is over, and acquires the leases that are free. lsctl-switch(8) locks a file, so
-- that passes of a host do not overlap; an advisory lock would be open to every login.
create or replace function lsctl.reconcile_begin(host_name text) returns json language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	perform override_expire(host_name);
	perform lease_acquire(host_name);
	return reconcile_desired(host_name, true);
end $$;

-- What a pass would begin with; changes nothing.
create or replace function lsctl.reconcile_peek(host_name text) returns json language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select reconcile_desired(host_name, false)
$$;

-- The part of a record whose change is written at once. The rest is written every ten seconds.
create or replace function lsctl.reconcile_summary(r jsonb) returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select jsonb_build_array(r -> 'state', r -> 'mode', r -> 'problems',
	    (select jsonb_object_agg(key, jsonb_build_array(value -> 'healthy', value -> 'stale',
		value #> '{server,client}')) from jsonb_each(
		case when jsonb_typeof(r -> 'sources') = 'object' then r -> 'sources' else '{}' end)),
	    (select jsonb_object_agg(key, value -> 'state') from jsonb_each(
		case when jsonb_typeof(r -> 'destinations') = 'object' then r -> 'destinations' else '{}' end)))
$$;

-- The part of a record that an event keeps. What a forwarder answers is in it, and may be made to be long.
create or replace function lsctl.record_kept(r jsonb) returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select case when pg_column_size(r - 'changes') > 32768 then '{}' else r - 'changes' end
$$;

-- records: health records of this host's channels. actions: [{"channel", "kind", "source", "reason", "detail"}], what the
-- pass did. A record has the forwarder's last changes of state, so that changes between two passes are recorded too;
-- their times are of the forwarder's wall clock, and may differ a little in the next record.
create or replace function lsctl.reconcile_record(host_name text, records jsonb, actions jsonb) returns void
language plpgsql set search_path = lsctl, pg_temp as $$
begin
	with observed as materialized (
		select distinct on (c.id) c.id, c.name, r, r ->> 'state' as state, s.state as old,
		    s.since as old_since, s.observed_at, s.record as old_record,
		    time_or_null(r ->> 'since') as since
		from jsonb_array_elements(records) r
		join channel c on c.name = r ->> 'channel' and c.host = host_name
		left join state s on s.channel_id = c.id
		where r ->> 'state' is not null
	), change as materialized (
		select name, r, x, time_or_null(x ->> 'at') as at, ord = jsonb_array_length(r -> 'changes') as newest
		from observed, lateral (
		    select x, max(ord) as ord from jsonb_array_elements(
			case when jsonb_typeof(r -> 'changes') = 'array' then r -> 'changes' else '[]' end)
			with ordinality e (x, ord)
		    where jsonb_typeof(x) = 'object' and pg_column_size(x) < 4096
		    group by x order by 2 desc limit 16) e
		where old_since is null or
		    x ->> 'at' collate "C" > rfc3339(old_since - interval '3 s')
	), changed as (
		insert into event (at, host, channel, kind, reason, detail)
		select at, host_name, name, 'state', x ->> 'reason', x - 'at' - 'reason' || case
		    when newest then jsonb_build_object('record', record_kept(r)) else '{}' end
		from change where at is not null and not exists (
		    select from event e where e.channel = name and e.kind = 'state' and
			e.at between change.at - interval '3 s' and change.at + interval '3 s' and
			e.detail -> 'n' = x -> 'n' and e.detail -> 'to' = x -> 'to')
		order by at
	), moved as (
		insert into event (host, channel, kind, reason, detail)
		select host_name, name, 'state', 'observed', jsonb_build_object('from', old, 'to', state,
		    'record', record_kept(r))
		from observed where state is distinct from old and not exists (
		    select from change where change.name = observed.name and x ->> 'to' = observed.state)
	)
	insert into state as st (channel_id, state, since, record, observed_at)
	select id, state, coalesce(since, case when state = old then old_since end, now()), r, now()
	from observed where old is null or observed_at < now() - interval '10 s' or since > old_since + interval '1 s' or
	    reconcile_summary(r) is distinct from reconcile_summary(old_record)
	on conflict (channel_id) do update set state = excluded.state, since = excluded.since,
	    record = excluded.record, observed_at = excluded.observed_at;

	-- An action that is repeated without effect gets one event a minute.
	insert into event (host, channel, kind, source, reason, detail)
	select host_name, a ->> 'channel', a ->> 'kind', a ->> 'source', a ->> 'reason',
	    coalesce(a -> 'detail', '{}')
	from jsonb_array_elements(actions) a
	where a ->> 'kind' in ('kicked', 'applied') or not exists (
	    select from event e where e.channel = a ->> 'channel' and e.kind = a ->> 'kind' and
		e.reason = a ->> 'reason' and e.detail = a -> 'detail' and e.at > now() - interval '1 min');
	update host set reconciled_at = now() where name = host_name and
	    (reconciled_at is null or reconciled_at < now() - interval '3 s');
end $$;

-- Ends a pass. released: the owned channels of which this host runs nothing any more.
create or replace function lsctl.reconcile_end(host_name text, records jsonb, actions jsonb, released text[])
returns void language plpgsql security definer set search_path = lsctl, pg_temp as $$
begin
	perform reconcile_record(host_name, records, actions);
	perform lease_release(host_name, released);
	perform events_expire(host_name);
end $$;

-- The channels of other hosts as the status file has those of its own, from the record of each one's last pass; with a record
-- of more than half a minute ago nothing is known of a channel.
create or replace function lsctl.status_elsewhere(host_name text) returns json language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select coalesce(json_agg(case when r is null then json_build_object('channel', name, 'host', host, 'status', 'unknown',
	    'sources', json_build_object(), 'destinations', json_build_object(), 'problems', json_build_array())
	    else json_build_object('channel', name, 'host', host, 'state', r -> 'state', 'since', r -> 'since',
	    'on_air', r -> 'on_air', 'mode', r #> '{desired,mode}', 'status', r -> 'status',
	    'sources', (select coalesce(json_object_agg(s.name, r #> array['sources', s.name, 'health'] order by s.position), '{}')
		from source s where s.channel_id = c.id and r -> 'sources' ? s.name),
	    'destinations', (select coalesce(json_object_agg(d.key, d.value -> 'state' order by d.key), '{}')
		from jsonb_each(case when jsonb_typeof(r -> 'destinations') = 'object' then r -> 'destinations' end) d),
	    'problems', coalesce(r -> 'problems', '[]')) end order by name), '[]')
	from (select c.id, c.name, c.host, case when t.observed_at > now() - interval '30 s' then t.record end as r
	    from channel c left join state t on t.channel_id = c.id where c.host <> host_name) c
$$;

grant execute on function lsctl.reconcile_begin, lsctl.reconcile_peek, lsctl.reconcile_end, lsctl.status_elsewhere
	to lsctl_switch;
