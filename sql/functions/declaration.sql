-- Declarations as documents, for lsctl-channel(8): export, defaults, validation, and the steps between two.
--
-- A document is {"hosts": [...], "channels": [...]}; a channel has its sources and destinations in order. A field
-- that a document leaves out has its default, so a document that is exported and applied again changes nothing. A
-- document has no secrets, and applying one touches none.

create or replace function lsctl.channel_defaults() returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select '{"enabled": true, "delay_ms": 2000, "stall_ms": 1500, "stable_ms": 5000,
	    "keyframe_wait_ms": 10000, "play_from": ["127.0.0.0/8", "::1/128"], "destinations": [],
	    "sources": [{"name": "obs", "kind": "live"}, {"name": "loop", "kind": "loop"},
	    {"name": "file", "kind": "file"}]}'::jsonb
$$;

create or replace function lsctl.destination_defaults() returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select '{"enabled": true, "primary_retry_ms": 60000, "send_to": "one", "on_backup": "send", "queue_ms": 8000,
	    "answer_ms": 20000, "on_change": "continue", "unpublish": "auto", "renew_ms": 0, "max_kbps": 0}'::jsonb
$$;

create or replace function lsctl.host_defaults() returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select '{"server": "srs", "play_url": "rtmp://127.0.0.1/live",
	    "publish_url": "rtmp://127.0.0.1/live", "api_url": "http://127.0.0.1:1985"}'::jsonb
$$;

-- The declaration of the named channels, with their hosts; NULL: of all channels and hosts.
create or replace function lsctl.declaration(names text[] default null) returns jsonb
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
			    'name', s.name, 'kind', s.kind, 'tracks', nullif(s.tracks, 'both'), 'files',
			    case when s.kind <> 'live' then coalesce(f.list, '[]') end))
			    order by s.position) as list
			from source s left join files f on f.source_id = s.id group by s.channel_id
		), destinations as (
			select d.channel_id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
			    'name', d.name, 'enabled', d.enabled, 'url', d.url,
			    'backup_url', d.backup_url, 'primary_retry_ms', d.primary_retry_ms,
			    'send_to', d.send_to, 'on_backup', d.on_backup, 'queue_ms', d.queue_ms, 'ca_file', d.ca_file,
			    'user', d.user_name, 'answer_ms', d.answer_ms, 'on_change', d.on_change, 'unpublish', d.unpublish,
			    'renew_ms', d.renew_ms, 'renew_at', d.renew_at, 'schedule', d.schedule, 'max_kbps', d.max_kbps,
			    'bind', d.bind, 'proxy', d.proxy))
			    order by d.position, d.id) as list
			from destination d group by d.channel_id
		)
		select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'host', c.host,
		    'enabled', c.enabled, 'delay_ms', c.delay_ms, 'stall_ms', c.stall_ms,
		    'stable_ms', c.stable_ms, 'stable_max_ms', c.stable_max_ms,
		    'keyframe_wait_ms', c.keyframe_wait_ms,
		    'play_from', to_jsonb(c.play_from), 'sources', coalesce(s.list, '[]'),
		    'destinations', coalesce(d.list, '[]')) order by c.name), '[]')
		from channel c
		left join sources s on s.channel_id = c.id
		left join destinations d on d.channel_id = c.id
		where names is null or c.name = any (names)));
end $$;

-- The document with every default filled in. default_host: the host of new channels that name none.
create or replace function lsctl.declaration_complete(doc jsonb, default_host text) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	with channels as (
		select t.ord, lsctl.channel_defaults() || jsonb_strip_nulls(t.v) as v
		from jsonb_array_elements(coalesce(doc -> 'channels', '[]')) with ordinality t (v, ord)
	), complete as (
		select k.ord, k.v || jsonb_build_object(
		    'host', coalesce(k.v ->> 'host', (select c.host from channel c
			where c.name = k.v ->> 'name'), default_host),
		    'stable_max_ms', coalesce(k.v -> 'stable_max_ms',
			to_jsonb(greatest(60000, (k.v ->> 'stable_ms')::numeric))),
		    'play_from', (select coalesce(jsonb_agg(p::cidr order by o), '[]')
			from jsonb_array_elements_text(k.v -> 'play_from') with ordinality f (p, o)),
		    'sources', (select coalesce(jsonb_agg(case when s ->> 'kind' = 'live' and s ->> 'tracks' = 'both' then s - 'tracks'
			when s ->> 'kind' = 'live' then s else '{"files": []}' || s end order by o), '[]')
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
		select lsctl.host_defaults() || jsonb_build_object('name', default_host)
		where exists (select from complete where v ->> 'host' = default_host) and
		    not exists (select from hosts where v ->> 'name' = default_host) and
		    not exists (select from host where name = default_host)
	)
	select jsonb_build_object(
	    'hosts', (select coalesce(jsonb_agg(v), '[]') from all_hosts),
	    'channels', (select coalesce(jsonb_agg(v order by ord), '[]') from complete))
$$;

-- The first error of a complete document, or NULL. lsctl-channel(8) reports most errors itself, with their lines;
-- this checks the documents of every other caller.
create or replace function lsctl.declaration_fault(doc jsonb) returns text language sql stable
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
	), object as (		-- where it is, itself, its fields
		select format('host %s', name) as at, name, h as v,
		    name ~ '^[a-z0-9][a-z0-9.-]{0,252}$' as named,
		    array['name', 'server', 'play_url', 'publish_url', 'api_url'] as known
		from host_
		union all
		select format('channel %s', name), name, c, name ~ '^[a-z0-9][a-z0-9-]{0,62}$',
		    array['name', 'host', 'enabled', 'delay_ms', 'stall_ms', 'stable_ms', 'stable_max_ms',
		    'keyframe_wait_ms', 'play_from', 'sources', 'destinations']
		from channel_
		union all
		select format('channel %s: source %s', channel, name), name, s,
		    name ~ '^[a-z0-9][a-z0-9-]{0,62}$' and name not in ('auto', 'off'),
		    case kind when 'live' then array['name', 'kind', 'tracks'] else array['name', 'kind', 'files'] end
		from source_
		union all
		select format('channel %s: destination %s', channel, name), name, d,
		    name ~ '^[a-z0-9][a-z0-9-]{0,62}$',
		    array['name', 'enabled', 'url', 'backup_url', 'primary_retry_ms', 'send_to', 'on_backup', 'queue_ms',
		    'ca_file', 'user', 'answer_ms', 'on_change', 'unpublish', 'renew_ms', 'renew_at', 'schedule', 'max_kbps',
		    'bind', 'proxy']
		from destination_
	), bound (field, low, high) as (values
		('delay_ms', 0, 30000), ('stall_ms', 200, 30000), ('stable_ms', 0, 3600000),
		('stable_max_ms', 0, 86400000), ('keyframe_wait_ms', 0, 3600000),
		('queue_ms', 1000, 60000), ('primary_retry_ms', 0, 86400000),
		('answer_ms', 1000, 120000), ('renew_ms', 0, 604800000), ('max_kbps', 0, 1000000)
	), choice (field, options) as (values
		('server', array['srs', 'nginx']), ('kind', array['live', 'loop', 'file']), ('tracks', array['both', 'video']),
		('on_backup', array['send', 'disconnect']), ('send_to', array['one', 'both']),
		('on_change', array['continue', 'redial']), ('unpublish', array['auto', 'always', 'never'])
	), form (field, pattern, what) as (values
		('url', '^rtmps?://[^/@]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('backup_url', '^rtmps?://[^/@]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('play_url', '^rtmps?://[^/]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('publish_url', '^rtmps?://[^/]+/', 'rtmp:// or rtmps://, a host, and a path'),
		('api_url', '^https?://[^/]+', 'http:// or https://, and a host'),
		('user', '^[A-Za-z0-9._@+~-]{1,128}$', '1 to 128 letters, digits and -._@+~'),
		('bind', '^[A-Za-z0-9:._@-]{1,45}$', 'an IP address, or an interface like eth0'),
		('proxy', '^(socks5|http)://[^@/]+:[0-9]+/?$', 'socks5:// or http://, a host, and a port'),
		('renew_at', '^([01][0-9]|2[0-3]):[0-5][0-9]$', 'a time of day like 04:00'),
		('schedule', '^((^|; *)((sun|mon|tue|wed|thu|fri|sat)(-(sun|mon|tue|wed|thu|fri|sat))?(,(sun|mon|tue|wed|thu|fri|sat)(-(sun|mon|tue|wed|thu|fri|sat))?)* )?(([01][0-9]|2[0-3]):[0-5][0-9])-(([01][0-9]|2[0-3]):[0-5][0-9]))+$', 'like mon-fri 18:00-22:00; sun 09:00-12:00'),
		('ca_file', '^/etc/(lsctl|ssl)/(?!(.*/)?[.][.](/|$))', 'a file below /etc/lsctl or /etc/ssl')
	)
	select fault from (
		select at || ': name: must be of a-z, 0-9 and -, not beginning with -' as fault
		from object where named is not true
		union all
		select format('%s: %s: unknown field', at, k) from object, jsonb_object_keys(v) k
		where k <> all (known)
		union all
		select format('%s: is there twice', at) from object group by at having count(*) > 1
		union all
		select format('%s: %s: must be a whole number from %s to %s', at, field, low, high)
		from object join bound on v ? field
		where (v ->> field)::numeric not between low and high or (v ->> field)::numeric % 1 <> 0
		union all
		select format('%s: stable_max_ms: must not be less than stable_ms', at)
		from object where (v ->> 'stable_max_ms')::numeric < (v ->> 'stable_ms')::numeric
		union all
		select format('%s: send_to: is both, which needs a backup_url', at)
		from object where v ->> 'send_to' = 'both' and not v ? 'backup_url'
		union all
		select format('%s: proxy: needs rtmps:// addresses: else the proxy can read the key', at)
		from object where v ? 'proxy' and (v ->> 'url' !~* '^rtmps:' or v ->> 'backup_url' !~* '^rtmps:')
		union all
		select format('%s: %s: must be %s', at, field, array_to_string(options, ' or '))
		from object join choice on field = any (known) and (v ? field or field <> 'tracks')
		where coalesce(v ->> field, '') <> all (options)
		union all
		select format('%s: %s: must be %s', at, field, what)
		from object join form on field = any (known) and
		    (v ? field or field not in ('backup_url', 'ca_file', 'user', 'renew_at', 'schedule', 'bind', 'proxy'))
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

-- Scheme, host and port of a URL, as base/address.h writes them. The tools bind the key of a destination to what that
-- file reads; where the two differ, the key does not open.
create or replace function lsctl.url_address(url text) returns text language sql immutable
set search_path = lsctl, pg_temp as $$
	select coalesce((select lower(m[1] || '://' || m[2]) || ':' || coalesce(ltrim(m[3], '0'),
	    case lower(m[1]) when 'rtmps' then '443' else '1935' end)
	    from regexp_match(url, '^(rtmps?)://(\[[^]/?#]*\]|[^:/?#]*)(?::([0-9]+))?(?:[/?#]|$)', 'i') m), url)
$$;

-- The secrets that destinations lose if a complete document is declared, key or password: they are sealed for other
-- servers.
create or replace function lsctl.declaration_keys_lost(doc jsonb)
returns table (channel text, name text, id bigint, field text) language sql stable set search_path = lsctl, pg_temp as $$
	select c.name, d.name, d.id, s.field
	from jsonb_array_elements(doc -> 'channels') k join channel c on c.name = k ->> 'name',
	    jsonb_array_elements(k -> 'destinations') x
	join destination d on d.name = x ->> 'name'
	cross join lateral (values ('key', d.sealed), ('password', d.password_sealed)) s (field, sealed)
	where d.channel_id = c.id and s.sealed is not null and
	    (url_address(d.url), url_address(d.backup_url)) is distinct from
	    (url_address(x ->> 'url'), url_address(x ->> 'backup_url'))
	order by 1, 2, 4
$$;

-- A complete document as rows: one for each object (field ''), and one for each of its fields.
create or replace function lsctl.declaration_rows(doc jsonb)
returns table (channel text, object text, item text, field text, value jsonb, place bigint)
language sql stable set search_path = lsctl, pg_temp as $$
	with c as (
		select x ->> 'name' as name, x as v from jsonb_array_elements(doc -> 'channels') x
	), object as (
		select '' as channel, 'host' as object, h ->> 'name' as item, h as v, h -> 'server' as what,
		    0::bigint as place
		from jsonb_array_elements(doc -> 'hosts') h
		union all
		select name, 'channel', '', v, v -> 'host', 0 from c
		union all
		-- a source of another kind is another source: the token and the files of the old one do not fit
		select name, 'source', (s ->> 'name') || ' ' || (s ->> 'kind'), s, null, o
		from c, jsonb_array_elements(v -> 'sources') with ordinality l (s, o)
		union all
		select name, 'destination', d ->> 'name', d, d -> 'url', o
		from c, jsonb_array_elements(v -> 'destinations') with ordinality l (d, o)
	)
	select channel, object, item, '', coalesce(what, 'null'), place from object
	union all
	select t.channel, t.object, t.item, e.key, case
	    when e.key in ('sources', 'destinations') then
		(select jsonb_agg(x -> 'name') from jsonb_array_elements(e.value) x)
	    else e.value end, t.place
	from object t, jsonb_each(t.v) e where e.key not in ('name', 'kind')
$$;

-- The steps from one complete document to another, in order.
create or replace function lsctl.declaration_diff(old jsonb, new jsonb) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	with step as (
		select channel, object, item, field, o.value as old, n.value as new,
		    coalesce(n.place, o.place) as place,
		    case when field <> '' then '~' when o.value is null then '+' else '-' end as op
		from lsctl.declaration_rows(old) o
		full join lsctl.declaration_rows(new) n using (channel, object, item, field)
		where o.value is distinct from n.value and
		    (field <> '' or o.value is null or n.value is null)
	), whole_objects as (
		select channel, object, item, op from step where field = ''
	)
	select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('op', s.op,
	    'channel', nullif(s.channel, ''), 'object', s.object, 'item', nullif(case
		when s.field = '' then s.item else split_part(s.item, ' ', 1) end, ''),
	    'field', nullif(s.field, ''), 'old', s.old, 'new', s.new))
	    order by s.channel, array_position(array['host', 'channel', 'source', 'destination'],
		s.object), position(s.op in '-+~'), s.place, s.item, s.field), '[]')
	from step s
	where not (s.field <> '' and (s.channel, s.object, s.item) in
		(select w.channel, w.object, w.item from whole_objects w))
	    and not (s.op = '-' and s.object in ('source', 'destination') and s.channel in
		(select w.channel from whole_objects w where w.object = 'channel' and w.op = '-'))
	-- of a list, only the order of the members that both sides have
	    and case when s.field in ('sources', 'destinations') then
		(select jsonb_agg(x order by i) from jsonb_array_elements(s.old) with ordinality a (x, i)
		    where s.new @> x) is distinct from
		(select jsonb_agg(x order by i) from jsonb_array_elements(s.new) with ordinality a (x, i)
		    where s.old @> x)
		else true end
$$;

grant execute on function lsctl.declaration to lsctl_channel, lsctl_viewer;
