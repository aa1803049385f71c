-- lsctl-channel(8): the declaration of all channels as one document, taken out and put in.
--
-- A document is {"hosts": [...], "channels": [...]}; a channel has its sources and destinations in
-- order. What a document leaves out has its default, so one that was taken out and put in again
-- changes nothing. No secret is in it, and none is touched by it.

create function lsctl.channel_defaults() returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select '{"enabled": true, "delay_ms": 2000, "stall_ms": 1500, "stable_ms": 5000,
	    "play_from": ["127.0.0.0/8", "::1/128"], "destinations": [],
	    "sources": [{"name": "obs", "kind": "live"}, {"name": "loop", "kind": "loop"},
	    {"name": "file", "kind": "file"}]}'::jsonb
$$;

create function lsctl.destination_defaults() returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select '{"enabled": true, "on_backup": "send", "queue_ms": 8000}'::jsonb
$$;

create function lsctl.host_defaults() returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select '{"server": "srs", "play_url": "rtmp://127.0.0.1/live",
	    "publish_url": "rtmp://127.0.0.1/live", "api_url": "http://127.0.0.1:1985"}'::jsonb
$$;

-- What is declared of the channels named, with their hosts; of all channels and hosts for NULL.
create function lsctl.declaration(names text[] default null) returns jsonb
language plpgsql stable security definer set search_path = lsctl, pg_temp as $$
declare
	missing text;
begin
	select n into missing from unnest(names) n
	where not exists (select from channel c where c.name = n) limit 1;
	if missing is not null then
		raise exception 'there is no channel %', missing;
	end if;
	return jsonb_build_object('hosts', (
		select coalesce(jsonb_agg(jsonb_build_object('name', h.name, 'server', h.server,
		    'play_url', h.play_url, 'publish_url', h.publish_url, 'api_url', h.api_url)
		    order by h.name), '[]')
		from host h
		where names is null or h.name in (select c.host from channel c where c.name = any (names))
	), 'channels', (
		with files as (
			select m.source_id, jsonb_agg(m.path order by m.position) as list
			from media m group by m.source_id
		), sources as (
			select s.channel_id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			    'name', s.name, 'kind', s.kind, 'files',
			    case when s.kind <> 'live' then coalesce(f.list, '[]') end))
			    order by s.position) as list
			from source s left join files f on f.source_id = s.id group by s.channel_id
		), destinations as (
			select d.channel_id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			    'name', d.name, 'enabled', d.enabled, 'url', d.url,
			    'backup_url', d.backup_url, 'on_backup', d.on_backup,
			    'queue_ms', d.queue_ms, 'ca_file', d.ca_file))
			    order by d.position, d.id) as list
			from destination d group by d.channel_id
		)
		select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'host', c.host,
		    'enabled', c.enabled, 'delay_ms', c.delay_ms, 'stall_ms', c.stall_ms,
		    'stable_ms', c.stable_ms, 'stable_max_ms', c.stable_max_ms,
		    'play_from', to_jsonb(c.play_from), 'sources', coalesce(s.list, '[]'),
		    'destinations', coalesce(d.list, '[]')) order by c.name), '[]')
		from channel c
		left join sources s on s.channel_id = c.id
		left join destinations d on d.channel_id = c.id
		where names is null or c.name = any (names)));
end $$;

-- The document with every default in its place. own: the host of new channels that name none.
create function lsctl.declaration_full(doc jsonb, own text) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	with channels as (
		select t.ord, lsctl.channel_defaults() || jsonb_strip_nulls(t.v) as v
		from jsonb_array_elements(coalesce(doc -> 'channels', '[]')) with ordinality t (v, ord)
	), whole as (
		select k.ord, k.v || jsonb_build_object(
		    'host', coalesce(k.v ->> 'host', (select c.host from channel c
			where c.name = k.v ->> 'name'), own),
		    'stable_max_ms', coalesce(k.v -> 'stable_max_ms',
			to_jsonb(greatest(60000, (k.v ->> 'stable_ms')::numeric))),
		    'play_from', (select coalesce(jsonb_agg(p::cidr order by o), '[]')
			from jsonb_array_elements_text(k.v -> 'play_from') with ordinality f (p, o)),
		    'sources', (select coalesce(jsonb_agg(case when s ->> 'kind' = 'live' then s
			else '{"files": []}' || s end order by o), '[]')
			from jsonb_array_elements(k.v -> 'sources') with ordinality f (s, o)),
		    'destinations', (select coalesce(jsonb_agg(lsctl.destination_defaults() || d
			order by o), '[]')
			from jsonb_array_elements(k.v -> 'destinations') with ordinality f (d, o))) as v
		from channels k
	), hosts as (
		select lsctl.host_defaults() || jsonb_strip_nulls(h) as v
		from jsonb_array_elements(coalesce(doc -> 'hosts', '[]')) h
	), all_hosts as (
		select v from hosts
		union all
		select lsctl.host_defaults() || jsonb_build_object('name', own)
		where exists (select from whole where v ->> 'host' = own) and
		    not exists (select from hosts where v ->> 'name' = own) and
		    not exists (select from host where name = own)
	)
	select jsonb_build_object(
	    'hosts', (select coalesce(jsonb_agg(v), '[]') from all_hosts),
	    'channels', (select coalesce(jsonb_agg(v order by ord), '[]') from whole))
$$;

-- What is wrong with a full document, or NULL. lsctl-channel finds most of it before, with a line;
-- this is the gate for whoever else calls.
create function lsctl.declaration_fault(doc jsonb) returns text language sql stable
set search_path = lsctl, pg_temp as $$
	with host_ as (
		select h, h ->> 'name' as name from jsonb_array_elements(doc -> 'hosts') h
	), channel_ as (
		select c, c ->> 'name' as name from jsonb_array_elements(doc -> 'channels') c
	), source_ as (
		select k.name as channel, s, s ->> 'name' as name, s ->> 'kind' as kind
		from channel_ k, jsonb_array_elements(k.c -> 'sources') s
	), destination_ as (
		select k.name as channel, d, d ->> 'name' as name
		from channel_ k, jsonb_array_elements(k.c -> 'destinations') d
	), thing as (		-- where it is, itself, what it may have
		select format('host %s', name) as at, name, h as v,
		    name ~ '^[a-z0-9][a-z0-9.-]{0,252}$' as named,
		    array['name', 'server', 'play_url', 'publish_url', 'api_url'] as known
		from host_
		union all
		select format('channel %s', name), name, c, name ~ '^[a-z0-9][a-z0-9-]{0,62}$',
		    array['name', 'host', 'enabled', 'delay_ms', 'stall_ms', 'stable_ms', 'stable_max_ms',
		    'play_from', 'sources', 'destinations']
		from channel_
		union all
		select format('channel %s: source %s', channel, name), name, s,
		    name ~ '^[a-z0-9][a-z0-9-]{0,62}$' and name not in ('auto', 'off'),
		    case kind when 'live' then array['name', 'kind'] else array['name', 'kind', 'files'] end
		from source_
		union all
		select format('channel %s: destination %s', channel, name), name, d,
		    name ~ '^[a-z0-9][a-z0-9-]{0,62}$',
		    array['name', 'enabled', 'url', 'backup_url', 'on_backup', 'queue_ms', 'ca_file']
		from destination_
	), bound (field, low, high) as (values
		('delay_ms', 0, 30000), ('stall_ms', 200, 30000), ('stable_ms', 0, 3600000),
		('stable_max_ms', 0, 86400000), ('queue_ms', 1000, 60000)
	), choice (field, words) as (values
		('server', array['srs', 'nginx']), ('kind', array['live', 'loop', 'file']),
		('on_backup', array['send', 'disconnect'])
	), form (field, pattern, what) as (values
		('url', '^rtmps?://[^/]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('backup_url', '^rtmps?://[^/]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('play_url', '^rtmps?://[^/]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('publish_url', '^rtmps?://[^/]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('api_url', '^https?://[^/]+', 'http:// or https://, and a host')
	)
	select fault from (
		select at || ': name: must be of a-z, 0-9 and -, not beginning with -' as fault
		from thing where named is not true
		union all
		select format('%s: %s: unknown field', at, k) from thing, jsonb_object_keys(v) k
		where k <> all (known)
		union all
		select format('%s: is there twice', at) from thing group by at having count(*) > 1
		union all
		select format('%s: %s: must be a whole number from %s to %s', at, field, low, high)
		from thing join bound on v ? field
		where (v ->> field)::numeric not between low and high or (v ->> field)::numeric % 1 <> 0
		union all
		select format('%s: stable_max_ms: must not be less than stable_ms', at)
		from thing where (v ->> 'stable_max_ms')::numeric < (v ->> 'stable_ms')::numeric
		union all
		select format('%s: %s: must be %s', at, field, array_to_string(words, ' or '))
		from thing join choice on field = any (known)
		where coalesce(v ->> field, '') <> all (words)
		union all
		select format('%s: %s: must be %s', at, field, what)
		from thing join form on field = any (known) and (v ? field or field <> 'backup_url')
		where coalesce(v ->> field, '') !~ pattern
		union all
		select format('channel %s: host: there is no host %s: lsctl-channel host set %2$s', k.name,
		    k.c ->> 'host')
		from channel_ k
		where not exists (select from host h where h.name = k.c ->> 'host') and
		    not exists (select from host_ h where h.name = k.c ->> 'host')
		union all
		select format('channel %s: sources: must be 1 to 8', name) from channel_
		where jsonb_array_length(c -> 'sources') not between 1 and 8
		union all
		select format('channel %s: destinations: must be at most 32', name) from channel_
		where jsonb_array_length(c -> 'destinations') > 32
		union all
		select format('channel %s: source %s: files: must be at most 64', channel, name) from source_
		where jsonb_array_length(s -> 'files') > 64
	) f order by fault limit 1
$$;

-- A full document as rows: what there is (field ''), and what each has.
create function lsctl.declaration_rows(doc jsonb)
returns table (channel text, thing text, item text, field text, value jsonb, place bigint)
language sql stable set search_path = lsctl, pg_temp as $$
	with c as (
		select x ->> 'name' as name, x as v from jsonb_array_elements(doc -> 'channels') x
	), thing as (
		select '' as channel, 'host' as thing, h ->> 'name' as item, h as v, h -> 'server' as what,
		    0::bigint as place
		from jsonb_array_elements(doc -> 'hosts') h
		union all
		select name, 'channel', '', v, v -> 'host', 0 from c
		union all
		-- another kind is another source: its token and files do not fit
		select name, 'source', (s ->> 'name') || ' ' || (s ->> 'kind'), s, null, o
		from c, jsonb_array_elements(v -> 'sources') with ordinality l (s, o)
		union all
		select name, 'destination', d ->> 'name', d, d -> 'url', o
		from c, jsonb_array_elements(v -> 'destinations') with ordinality l (d, o)
	)
	select channel, thing, item, '', coalesce(what, 'null'), place from thing
	union all
	select t.channel, t.thing, t.item, e.key, case
	    when e.key in ('sources', 'destinations') then
		(select jsonb_agg(x -> 'name') from jsonb_array_elements(e.value) x)
	    else e.value end, t.place
	from thing t, jsonb_each(t.v) e where e.key not in ('name', 'kind')
$$;

-- The steps from one full document to another, in order.
create function lsctl.declaration_diff(old jsonb, new jsonb) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	with step as (
		select channel, thing, item, field, o.value as old, n.value as new,
		    coalesce(n.place, o.place) as place,
		    case when field <> '' then '~' when o.value is null then '+' else '-' end as op
		from lsctl.declaration_rows(old) o
		full join lsctl.declaration_rows(new) n using (channel, thing, item, field)
		where o.value is distinct from n.value and
		    (field <> '' or o.value is null or n.value is null)
	), whole as (
		select channel, thing, item, op from step where field = ''
	)
	select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('op', s.op,
	    'channel', nullif(s.channel, ''), 'thing', s.thing, 'item', nullif(case
		when s.field = '' then s.item else split_part(s.item, ' ', 1) end, ''),
	    'field', nullif(s.field, ''), 'old', s.old, 'new', s.new))
	    order by s.channel, array_position(array['host', 'channel', 'source', 'destination'],
		s.thing), position(s.op in '-+~'), s.place, s.item, s.field), '[]')
	from step s
	where not (s.field <> '' and (s.channel, s.thing, s.item) in
		(select w.channel, w.thing, w.item from whole w))
	    and not (s.op = '-' and s.thing in ('source', 'destination') and s.channel in
		(select w.channel from whole w where w.thing = 'channel' and w.op = '-'))
	-- of lists, the order of what is on both sides
	    and case when s.field in ('sources', 'destinations') then
		(select jsonb_agg(x order by i) from jsonb_array_elements(s.old) with ordinality a (x, i)
		    where s.new @> x) is distinct from
		(select jsonb_agg(x order by i) from jsonb_array_elements(s.new) with ordinality a (x, i)
		    where s.old @> x)
		else true end
$$;

-- Makes the channels and hosts of a full document what it says.
create function lsctl.declaration_store(doc jsonb) returns void language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	names text[] := array(select c ->> 'name' from jsonb_array_elements(doc -> 'channels') c);
begin
	insert into host (name, server, play_url, publish_url, api_url)
	select x.* from jsonb_to_recordset(doc -> 'hosts') as
	    x (name text, server text, play_url text, publish_url text, api_url text)
	on conflict (name) do update set server = excluded.server, play_url = excluded.play_url,
	    publish_url = excluded.publish_url, api_url = excluded.api_url;

	insert into channel (name, host, enabled, delay_ms, stall_ms, stable_ms, stable_max_ms, play_from)
	select x.* from jsonb_to_recordset(doc -> 'channels') as
	    x (name text, host text, enabled boolean, delay_ms integer, stall_ms integer,
	    stable_ms integer, stable_max_ms integer, play_from cidr[])
	on conflict (name) do update set host = excluded.host, enabled = excluded.enabled,
	    delay_ms = excluded.delay_ms, stall_ms = excluded.stall_ms, stable_ms = excluded.stable_ms,
	    stable_max_ms = excluded.stable_max_ms, play_from = excluded.play_from;

	delete from source s using channel c
	where s.channel_id = c.id and c.name = any (names) and (c.name, s.name, s.kind) not in (
	    select k ->> 'name', x ->> 'name', x ->> 'kind'
	    from jsonb_array_elements(doc -> 'channels') k, jsonb_array_elements(k -> 'sources') x);
	insert into source (channel_id, name, position, kind)
	select c.id, x.s ->> 'name', x.position, x.s ->> 'kind'
	from jsonb_array_elements(doc -> 'channels') k join channel c on c.name = k ->> 'name',
	    jsonb_array_elements(k -> 'sources') with ordinality x (s, position)
	on conflict (channel_id, name) do update set position = excluded.position;
	delete from media m using source s, channel c
	where m.source_id = s.id and s.channel_id = c.id and c.name = any (names);
	insert into media (source_id, position, path)
	select s.id, f.position, f.path
	from jsonb_array_elements(doc -> 'channels') k join channel c on c.name = k ->> 'name',
	    jsonb_array_elements(k -> 'sources') x join source s on s.name = x ->> 'name',
	    jsonb_array_elements_text(x -> 'files') with ordinality f (path, position)
	where s.channel_id = c.id;

	delete from destination d using channel c
	where d.channel_id = c.id and c.name = any (names) and (c.name, d.name) not in (
	    select k ->> 'name', x ->> 'name'
	    from jsonb_array_elements(doc -> 'channels') k, jsonb_array_elements(k -> 'destinations') x);
	insert into destination (channel_id, position, name, enabled, url, backup_url, on_backup,
	    queue_ms, ca_file)
	select c.id, x.position, x.d ->> 'name', (x.d ->> 'enabled')::boolean, x.d ->> 'url',
	    x.d ->> 'backup_url', x.d ->> 'on_backup', (x.d ->> 'queue_ms')::integer, x.d ->> 'ca_file'
	from jsonb_array_elements(doc -> 'channels') k join channel c on c.name = k ->> 'name',
	    jsonb_array_elements(k -> 'destinations') with ordinality x (d, position)
	on conflict (channel_id, name) do update set position = excluded.position,
	    enabled = excluded.enabled, url = excluded.url, backup_url = excluded.backup_url,
	    on_backup = excluded.on_backup, queue_ms = excluded.queue_ms, ca_file = excluded.ca_file;

	update channel c set mode = 'auto', mode_until = null, mode_why = c.mode || ' is no source any more',
	    mode_by = session_user, mode_at = now()
	where c.name = any (names) and c.mode not in ('auto', 'off') and
	    not exists (select from source s where s.channel_id = c.id and s.name = c.mode);
end $$;

-- One declaration at a time, read and write.
create function lsctl.declaration_lock() returns void language sql
set search_path = lsctl, pg_temp as $$
	select pg_advisory_xact_lock(hashtext('lsctl declaration'))
$$;

-- Makes the world what the document says of the channels and hosts in it; prune: and of none besides
-- (hosts: only when the document has a list of them). Returns the steps; dry: takes none.
create function lsctl.declare(doc jsonb, prune boolean default false, dry boolean default false,
    own text default null) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	want jsonb;
	have jsonb;
	steps jsonb;
	fault text;
	changed text[];
begin
	perform declaration_lock();
	want := declaration_full(doc, own);
	fault := declaration_fault(want);
	if fault is not null then
		raise exception '%', fault;
	end if;
	have := declaration(null);
	if prune then
		if not doc ? 'hosts' then
			want := jsonb_set(want, '{hosts}', (want -> 'hosts') || (have -> 'hosts'));
		end if;
	else
		have := jsonb_build_object('hosts', (select coalesce(jsonb_agg(h), '[]')
		    from jsonb_array_elements(have -> 'hosts') h where h ->> 'name' in
			(select x ->> 'name' from jsonb_array_elements(want -> 'hosts') x)),
		    'channels', (select coalesce(jsonb_agg(c), '[]')
		    from jsonb_array_elements(have -> 'channels') c where c ->> 'name' in
			(select x ->> 'name' from jsonb_array_elements(want -> 'channels') x)));
	end if;
	steps := declaration_diff(have, want);
	if dry or steps = '[]' then
		return steps;
	end if;
	insert into event (host, channel, kind, detail)
	select coalesce(c.host, max(w ->> 'host'), max(s ->> 'item'), ''), s ->> 'channel', 'declared',
	    jsonb_build_object('steps', jsonb_agg(s - 'channel'))
	from jsonb_array_elements(steps) s
	left join channel c on c.name = s ->> 'channel'
	left join jsonb_array_elements(want -> 'channels') w on w ->> 'name' = s ->> 'channel'
	group by c.host, s ->> 'channel';
	changed := array(select distinct s ->> 'channel' from jsonb_array_elements(steps) s
	    where s ? 'channel');
	delete from channel where name in (select s ->> 'channel' from jsonb_array_elements(steps) s
	    where s ->> 'thing' = 'channel' and s ->> 'op' = '-');
	perform declaration_store(jsonb_set(want, '{channels}', (select coalesce(jsonb_agg(c), '[]')
	    from jsonb_array_elements(want -> 'channels') c where c ->> 'name' = any (changed))));
	delete from host where name in (select s ->> 'item' from jsonb_array_elements(steps) s
	    where s ->> 'thing' = 'host' and s ->> 'op' = '-');
	return steps;
end $$;

-- One change of one thing. verb: add, set, rm, move. thing: channel, source, destination; patch: its
-- fields, null for the default; "position" of a source, from 1; "without": names of the sources that a
-- new channel does not get. Returns the steps.
create function lsctl.declare_one(verb text, thing text, channel text, item text, patch jsonb,
    own text default null) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	c jsonb;
	list jsonb;
	one jsonb;
	at integer;	-- from 0
begin
	perform declaration_lock();
	if thing = 'channel' and verb = 'add' then
		if exists (select from channel k where k.name = declare_one.channel) then
			raise exception 'channel % is there already', channel;
		end if;
		return declare(jsonb_build_object('channels', jsonb_build_array(
		    (patch - 'without') || jsonb_build_object('name', channel, 'sources',
			(select coalesce(jsonb_agg(s order by o), '[]')
			from jsonb_array_elements(channel_defaults() -> 'sources') with ordinality l (s, o)
			where not coalesce(patch -> 'without' ? (s ->> 'name'), false))))),
		    false, false, own);
	end if;
	c := declaration(array[channel]) -> 'channels' -> 0;
	if thing = 'channel' then
		c := c || patch;
	else
		list := c -> (thing || 's');
		select o - 1, x into at, one from jsonb_array_elements(list) with ordinality l (x, o)
		where x ->> 'name' = item;
		if verb = 'add' and one is not null then
			raise exception 'channel %: % % is there already', channel, thing, item;
		elsif verb <> 'add' and one is null then
			raise exception 'channel %: there is no % %', channel, thing, item;
		elsif verb = 'set' and one ->> 'kind' = 'live' and patch ? 'files' then
			raise exception 'channel %: source %: is live, and plays no files', channel, item;
		end if;
		one := coalesce(one, jsonb_build_object('name', item)) || (patch - 'position');
		if verb = 'set' then
			list := jsonb_set(list, array[at::text], one);
		else
			list := list - coalesce(at, 99);
			if verb <> 'rm' then
				at := least((patch ->> 'position')::integer - 1, jsonb_array_length(list));
				list := jsonb_insert(list, array[coalesce(at, jsonb_array_length(list))::text], one);
			end if;
		end if;
		c := jsonb_set(c, array[thing || 's'], list);
	end if;
	return declare(jsonb_build_object('channels', jsonb_build_array(c)), false, false, own);
end $$;

create function lsctl.channel_remove(channel text) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	steps jsonb;
begin
	perform declaration_lock();
	steps := declaration_diff(declaration(array[channel]) - 'hosts', '{}');
	insert into event (host, channel, kind, detail)
	select c.host, c.name, 'declared', jsonb_build_object('steps', steps)
	from channel c where c.name = channel_remove.channel;
	delete from channel c where c.name = channel_remove.channel;
	return steps;
end $$;

create function lsctl.host_set(host text, patch jsonb) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	h jsonb;
begin
	perform declaration_lock();
	select x into h from jsonb_array_elements(declaration(null) -> 'hosts') x
	where x ->> 'name' = host_set.host;
	return declare(jsonb_build_object('hosts', jsonb_build_array(
	    coalesce(h, '{}') || jsonb_build_object('name', host_set.host) || patch)));
end $$;

create function lsctl.host_remove(host text) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	n integer;
begin
	perform declaration_lock();
	select count(*) into n from channel c where c.host = host_remove.host;
	if n > 0 then
		raise exception 'host % has % channels: move them first', host, n;
	end if;
	delete from host h where h.name = host_remove.host;
	if not found then
		raise exception 'there is no host %', host;
	end if;
	insert into event (host, kind, detail) values (host, 'declared', '{"removed": true}');
	return jsonb_build_array(jsonb_build_object('op', '-', 'thing', 'host', 'item', host));
end $$;

-- For eyes: what is declared, what the operator wants of it, and which secrets are there.
create function lsctl.channels(names text[] default null) returns jsonb
language plpgsql stable security definer set search_path = lsctl, pg_temp as $$
declare
	declared jsonb := declaration(names) -> 'channels';	-- refuses, also where there is nothing to join
begin
	return (select coalesce(jsonb_agg(k || jsonb_strip_nulls(jsonb_build_object('mode', c.mode,
	    'mode_until', c.mode_until, 'mode_why', c.mode_why, 'mode_by', c.mode_by))
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
	from jsonb_array_elements(declared) k join channel c on c.name = k ->> 'name');
end $$;

revoke execute on function lsctl.channel_defaults(), lsctl.destination_defaults(), lsctl.host_defaults(),
    lsctl.declaration(text[]), lsctl.declaration_full(jsonb, text), lsctl.declaration_fault(jsonb),
    lsctl.declaration_rows(jsonb), lsctl.declaration_diff(jsonb, jsonb), lsctl.declaration_store(jsonb),
    lsctl.declaration_lock(), lsctl.declare(jsonb, boolean, boolean, text),
    lsctl.declare_one(text, text, text, text, jsonb, text), lsctl.channel_remove(text),
    lsctl.host_set(text, jsonb), lsctl.host_remove(text), lsctl.channels(text[])
from public;
grant usage on schema lsctl to lsctl_channel, lsctl_viewer;
grant execute on function lsctl.declaration(text[]), lsctl.channels(text[])
to lsctl_channel, lsctl_viewer;
grant execute on function lsctl.declare(jsonb, boolean, boolean, text),
    lsctl.declare_one(text, text, text, text, jsonb, text), lsctl.channel_remove(text),
    lsctl.host_set(text, jsonb), lsctl.host_remove(text)
to lsctl_channel;
