-- What lsctl-health(8) compares with what it observes: the desired state of a host, and the previous health records.

-- The parts of the previous record that are compared with the next one.
create or replace function lsctl.health_previous(channel_id bigint) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('state', s.state, 'server', s.record -> 'server', 'sources',
	    (select jsonb_object_agg(key, jsonb_build_object('server', value -> 'server')) from jsonb_each(
		case when jsonb_typeof(s.record -> 'sources') = 'object' then s.record -> 'sources' end)))
	from state s where s.channel_id = health_previous.channel_id
$$;

-- allowed: {client: seconds ago}, the permissions of the hook that count: the last ones, and that of the client that the
-- previous record has. refused: the number of publishers that it refused in the last five minutes, refused_reason one of
-- the reasons.
create or replace function lsctl.health_sources(c lsctl.channel) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', s.name, 'kind', s.kind,
	    'token', exists (select from token t where t.source_id = s.id and t.revoked_at is null and
		(t.expires_at is null or t.expires_at > now())),
	    'files', (select count(*) from media m where m.source_id = s.id),
	    'allowed', a.clients,
	    'refused', coalesce(r.n, 0), 'refused_reason', r.reason)) order by s.position), '[]')
	from source s
	left join state last on last.channel_id = c.id
	cross join lateral (select last.record #>> array['sources', s.name, 'server', 'client'] as client) known
	left join lateral (select jsonb_object_agg(client, round(extract(epoch from now() - at)::numeric, 1)) as clients
	    from ((select e.detail ->> 'client' as client, e.at from event e
		where e.kind = 'publish-allowed' and e.channel = c.name and e.source = s.name and
		e.detail ->> 'client' is not null and e.at <= now() order by e.id desc limit 16)
		union all select known.client, a.at from publisher_allowed(c.name, s.name, known.client, null) a) e
	    ) a on true
	left join (select e.source, sum(event_count(e.detail)) as n, max(e.reason) as reason from event e
	    where e.channel = c.name and e.kind = 'publish-refused' and e.at between now() - interval '5 min' and now()
	    group by e.source) r on r.source = s.name
	where s.channel_id = c.id
$$;

-- reconciled_s: since the end of the last pass of lsctl-switch(8); null: none has ended yet. waiting_for: another host,
-- which still owns the channel.
create or replace function lsctl.health_desired(host_name text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object(
	    'host', (select jsonb_build_object('server', server, 'api_url', api_url,
		'reconciled_s', extract(epoch from now() - reconciled_at))
		from host where name = host_name),
	    'channels', (select coalesce(jsonb_agg(jsonb_build_object('channel', c.name,
		'enabled', c.enabled,
		'mode', case when c.mode_until <= now() then 'auto' else c.mode end,
		'waiting_for', (select l.host from lease l where l.channel = c.name and l.host <> c.host),
		'sources', health_sources(c),
		'destinations', (select coalesce(jsonb_agg(jsonb_build_object('name', d.name,
		    'enabled', d.enabled, 'key', d.sealed is not null) order by d.position, d.id), '[]')
		    from destination d where d.channel_id = c.id),
		'previous', health_previous(c.id)) order by c.name), '[]')
		from channel c where c.host = host_name))
$$;

grant execute on function lsctl.health_desired to lsctl_health;
