-- Leases: which host carries a channel. Its new host starts a channel that moved when the old one has stopped it
-- and has said so: at no moment two hosts have a forwarder for one stream key. A lease does not run out, because
-- a host that does not reach the database keeps its channels on the air: it is given back by its host, or taken
-- away by a person, lsctl-channel seize.

create table lsctl.lease (
	channel		text primary key,	-- a name: what runs outlives the declaration
	host		text not null references lsctl.host (name) on update cascade,
	since		timestamptz not null default now(),
	leaving		boolean not null default false	-- of an lsctl-switch that knows no leases: switch_begin()
);
create index lease_host on lsctl.lease (host);

-- What hosts carry already.
insert into lsctl.lease (channel, host)
select c.name, c.host from lsctl.channel c join lsctl.host h on h.name = c.host
where c.enabled and h.seen_at is not null;

-- A host takes the leases of its channels that nobody carries.
create function lsctl.lease_take(host_name text) returns void language sql
set search_path = lsctl, pg_temp as $$
	insert into lease (channel, host)
	select c.name, host_name from channel c
	where c.host = host_name and c.enabled and not exists (select from lease l where l.channel = c.name)
	order by c.name
	on conflict (channel) do nothing
$$;

-- Those that it is to give back.
create function lsctl.lease_leaving(host_name text) returns setof lsctl.lease language sql stable
set search_path = lsctl, pg_temp as $$
	select l.* from lease l
	where l.host = host_name and not exists (
	    select from channel c where c.name = l.channel and c.host = host_name and c.enabled)
$$;

create function lsctl.lease_give(host_name text, names text[]) returns void language sql
set search_path = lsctl, pg_temp as $$
	with given as (
		delete from lease l using lease_leaving(host_name) g
		where l.channel = g.channel and l.host = host_name and l.channel = any (names)
		returning l.channel
	)
	insert into event (host, channel, kind) select host_name, channel, 'given-back' from given order by channel
$$;

-- A host that carries something stays declared: who would know otherwise that it does?
create function lsctl.lease_keeps_host() returns trigger language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	list text;
begin
	select string_agg(channel, ' ' order by channel) into list from (
	    select channel from lease where host = old.name order by channel limit 5) l;
	if list is not null then
		raise exception 'host % still carries %, which it gives back with its next passes; if it is off for '
		    'good: lsctl-channel seize %', old.name, list, list;
	end if;
	return old;
end $$;
create trigger lease_keeps_host before delete on lsctl.host
	for each row execute function lsctl.lease_keeps_host();

-- -- reconciliation --

-- As in 006_switch.sql. taken: only what the host has the lease of is its own, otherwise also what nobody has.
-- What another host carries still is elsewhere, for an lsctl-switch that knows no leases too; in waits it is with
-- the name of that host. leaving: what this host carries and is not to.
create function lsctl.switch_wanted(host_name text, taken boolean) returns json language sql stable
set search_path = lsctl, pg_temp as $$
	with own as materialized (
		select c.*, h.play_url, h.play_url || '/' || c.name || '_' as prefix, l.host as carrier,
		    not c.enabled or l.host = host_name or (l.host is null and not taken) as mine
		from channel c join host h on h.name = c.host left join lease l on l.channel = c.name
		where c.host = host_name
	), c as materialized (
		select * from own where mine
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
	    'elsewhere', (select coalesce(json_agg(name), '[]') from (
		select name from channel where host <> host_name
		union all select name from own where not mine) e),
	    'waits', (select coalesce(json_agg(json_build_object('channel', own.name, 'host', carrier,
		'seen', switch_rfc3339(h.seen_at)) order by own.name), '[]')
		from own join host h on h.name = carrier where not mine),
	    'leaving', (select coalesce(json_agg(channel order by channel), '[]')
		from lease_leaving(host_name)))
$$;

create or replace function lsctl.switch_wanted(host_name text) returns json language sql stable
set search_path = lsctl, pg_temp as $$
	select switch_wanted(host_name, false)
$$;

-- One pass of a host at a time; false: another one is at work. Ends the pins that are over, takes what is free.
create function lsctl.switch_open(host_name text) returns boolean language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	c channel;
begin
	if not pg_try_advisory_lock(hashtext('lsctl-switch'), hashtext(host_name)) then
		return false;
	end if;
	for c in select * from channel where host = host_name and mode_until <= now() for update loop
		insert into event (host, channel, kind, who, why, detail)
		values (host_name, c.name, 'switched', coalesce(c.mode_by, session_user), 'its time is over',
		    jsonb_build_object('to', 'auto', 'was', c.mode));
		update channel set mode = 'auto', mode_until = null, mode_why = null, mode_by = null,
		    mode_at = now() where id = c.id;
	end loop;
	perform lease_take(host_name);
	return true;
end $$;

-- A reconciliation begins: null when another one of this host is at work. What is no longer this host's stays
-- under its lease until switch_done() gives it back.
create function lsctl.switch_pass(host_name text) returns json language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	if not switch_open(host_name) then
		return null;
	end if;
	return switch_wanted(host_name, true);
end $$;

-- The same for an lsctl-switch from before leases, which gives nothing back. It stops what is elsewhere in the pass
-- that hears so; in the next one that is done.
create or replace function lsctl.switch_begin(host_name text) returns json language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	if not switch_open(host_name) then
		return null;
	end if;
	perform lease_give(host_name, array(select channel from lease_leaving(host_name) where leaving));
	update lease set leaving = not leaving where host = host_name and
	    leaving <> (channel in (select channel from lease_leaving(host_name)));
	return switch_wanted(host_name, true);
end $$;

-- The end of a pass. given: the channels of which this host runs nothing any more.
create function lsctl.switch_done(host_name text, records jsonb, acts jsonb, given text[]) returns void
language plpgsql security definer set search_path = lsctl, pg_temp as $$
begin
	perform switch_report(host_name, records, acts);
	perform lease_give(host_name, given);
end $$;

-- -- for people --

-- Who carries the channels named: [{"name", "host", "carried_by", "carried_seen"}], also of those that are
-- declared no more.
create function lsctl.leases(names text[]) returns jsonb language plpgsql stable
security definer set search_path = lsctl, pg_temp as $$
declare
	missing text;
begin
	select n into missing from unnest(names) n
	where not exists (select from channel c where c.name = n) and
	    not exists (select from lease l where l.channel = n) limit 1;
	if missing is not null then
		raise exception 'there is no channel %', missing;
	end if;
	return (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', n, 'host', c.host,
	    'carried_by', l.host, 'carried_seen', switch_rfc3339(h.seen_at))) order by n)
	from (select distinct n from unnest(names) n) x left join channel c on c.name = n
	left join lease l on l.channel = n left join host h on h.name = l.host);
end $$;

-- Takes leases away from hosts that are off. Returns the steps, as a declaration does.
create function lsctl.channel_seize(names text[], reason text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	one jsonb;
	steps jsonb := '[]';
begin
	perform declaration_lock();
	for one in select jsonb_array_elements(leases(names)) loop
		continue when not one ? 'carried_by';
		if one ->> 'host' = one ->> 'carried_by' then
			raise exception 'channel % is where it belongs, on host %: move it first, with lsctl-channel '
			    'set % host=OTHER', one ->> 'name', one ->> 'host', one ->> 'name';
		end if;
		delete from lease where channel = one ->> 'name' and host = one ->> 'carried_by';
		insert into event (host, channel, kind, why, detail)
		values (coalesce(one ->> 'host', one ->> 'carried_by'), one ->> 'name', 'seized', reason,
		    jsonb_strip_nulls(jsonb_build_object('from', one -> 'carried_by', 'seen', one -> 'carried_seen')));
		steps := steps || jsonb_build_array(jsonb_build_object('op', '~', 'channel', one -> 'name',
		    'thing', 'channel', 'item', one -> 'name', 'field', 'carried_by', 'old', one -> 'carried_by'));
	end loop;
	return steps;
end $$;

-- As in 002_channel.sql, with who carries it.
create or replace function lsctl.channels(names text[] default null) returns jsonb
language plpgsql stable security definer set search_path = lsctl, pg_temp as $$
declare
	declared jsonb := declaration(names) -> 'channels';	-- refuses, also where there is nothing to join
begin
	return (select coalesce(jsonb_agg(k || jsonb_strip_nulls(jsonb_build_object('mode', c.mode,
	    'mode_until', c.mode_until, 'mode_why', c.mode_why, 'mode_by', c.mode_by, 'carried_by', l.host,
	    'carried_seen', case when l.host <> c.host then switch_rfc3339(h.seen_at) end))
	    || jsonb_build_object('sources', (
		select coalesce(jsonb_agg(x || case when x ->> 'kind' = 'file' then '{}' else
		    jsonb_build_object('token', exists (select from source s join token t on t.source_id = s.id
		    where s.channel_id = c.id and s.name = x ->> 'name' and t.revoked_at is null and
		    t.expires_at is null)) end order by o), '[]')
		from jsonb_array_elements(k -> 'sources') with ordinality l (x, o)),
	    'destinations', (
		select coalesce(jsonb_agg(x || jsonb_strip_nulls(jsonb_build_object('key', d.sealed is not null,
		    'key_at', to_char(d.key_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
		    order by o), '[]')
		from jsonb_array_elements(k -> 'destinations') with ordinality l (x, o)
		join destination d on d.channel_id = c.id and d.name = x ->> 'name'))
	    order by c.name), '[]')
	from jsonb_array_elements(declared) k join channel c on c.name = k ->> 'name'
	left join lease l on l.channel = c.name left join host h on h.name = l.host);
end $$;

-- As in 005_health.sql; waits: the host that carries it still.
create or replace function lsctl.health_wanted(host_name text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object(
	    'host', (select jsonb_build_object('server', server, 'api_url', api_url)
		from host where name = host_name),
	    'channels', (select coalesce(jsonb_agg(jsonb_build_object('channel', c.name,
		'enabled', c.enabled,
		'mode', case when c.mode_until <= now() then 'auto' else c.mode end,
		'waits', (select l.host from lease l where l.channel = c.name and l.host <> c.host),
		'sources', health_sources(c),
		'destinations', (select coalesce(jsonb_agg(jsonb_build_object('name', d.name,
		    'enabled', d.enabled, 'key', d.sealed is not null) order by d.position, d.id), '[]')
		    from destination d where d.channel_id = c.id),
		'last', health_last(c.id)) order by c.name), '[]')
		from channel c where c.host = host_name))
$$;

revoke all on function lsctl.lease_take, lsctl.lease_leaving, lsctl.lease_give, lsctl.lease_keeps_host,
	lsctl.switch_wanted(text, boolean), lsctl.switch_open, lsctl.switch_pass, lsctl.switch_done, lsctl.leases,
	lsctl.channel_seize from public;
grant execute on function lsctl.switch_pass, lsctl.switch_done to lsctl_switch;
grant execute on function lsctl.leases to lsctl_channel, lsctl_viewer;
grant execute on function lsctl.channel_seize to lsctl_channel;
