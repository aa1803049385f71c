-- Changes of the declaration, for lsctl-channel(8).

-- Changes the channels and hosts of a complete document to what the document says.
create or replace function lsctl.declaration_store(doc jsonb) returns void language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	names text[] := array(select c ->> 'name' from jsonb_array_elements(doc -> 'channels') c);
begin
	insert into host (name, server, play_url, publish_url, api_url)
	select x.* from jsonb_to_recordset(doc -> 'hosts') as
	    x (name text, server text, play_url text, publish_url text, api_url text)
	on conflict (name) do update set server = excluded.server, play_url = excluded.play_url,
	    publish_url = excluded.publish_url, api_url = excluded.api_url;

	insert into channel (name, host, enabled, delay_ms, stall_ms, stable_ms, stable_max_ms, keyframe_wait_ms,
	    play_from)
	select x.* from jsonb_to_recordset(doc -> 'channels') as
	    x (name text, host text, enabled boolean, delay_ms integer, stall_ms integer,
	    stable_ms integer, stable_max_ms integer, keyframe_wait_ms integer, play_from cidr[])
	on conflict (name) do update set host = excluded.host, enabled = excluded.enabled,
	    delay_ms = excluded.delay_ms, stall_ms = excluded.stall_ms, stable_ms = excluded.stable_ms,
	    stable_max_ms = excluded.stable_max_ms, keyframe_wait_ms = excluded.keyframe_wait_ms,
	    play_from = excluded.play_from;

	delete from source s using channel c
	where s.channel_id = c.id and c.name = any (names) and (c.name, s.name, s.kind) not in (
	    select k ->> 'name', x ->> 'name', x ->> 'kind'
	    from jsonb_array_elements(doc -> 'channels') k, jsonb_array_elements(k -> 'sources') x);
	insert into source (channel_id, name, position, kind, tracks)
	select c.id, x.s ->> 'name', x.position, x.s ->> 'kind', coalesce(x.s ->> 'tracks', 'both')
	from jsonb_array_elements(doc -> 'channels') k join channel c on c.name = k ->> 'name',
	    jsonb_array_elements(k -> 'sources') with ordinality x (s, position)
	on conflict (channel_id, name) do update set position = excluded.position, tracks = excluded.tracks;
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
	update destination d set sealed = null, key_id = null, key_at = null
	from declaration_keys_lost(doc) l where d.id = l.id and l.field = 'key';
	update destination d set password_sealed = null, password_key_id = null, password_at = null
	from declaration_keys_lost(doc) l where d.id = l.id and l.field = 'password';
	insert into destination (channel_id, position, name, enabled, url, backup_url, primary_retry_ms, send_to,
	    on_backup, queue_ms, ca_file, user_name, answer_ms, on_change, unpublish, renew_ms, renew_at, schedule, max_kbps,
	    bind, proxy)
	select c.id, x.position, x.d ->> 'name', (x.d ->> 'enabled')::boolean, x.d ->> 'url',
	    x.d ->> 'backup_url', (x.d ->> 'primary_retry_ms')::integer, x.d ->> 'send_to',
	    x.d ->> 'on_backup', (x.d ->> 'queue_ms')::integer, x.d ->> 'ca_file',
	    x.d ->> 'user', (x.d ->> 'answer_ms')::integer, x.d ->> 'on_change', x.d ->> 'unpublish',
	    (x.d ->> 'renew_ms')::integer, x.d ->> 'renew_at', x.d ->> 'schedule', (x.d ->> 'max_kbps')::integer,
	    x.d ->> 'bind', x.d ->> 'proxy'
	from jsonb_array_elements(doc -> 'channels') k join channel c on c.name = k ->> 'name',
	    jsonb_array_elements(k -> 'destinations') with ordinality x (d, position)
	on conflict (channel_id, name) do update set position = excluded.position,
	    enabled = excluded.enabled, url = excluded.url, backup_url = excluded.backup_url,
	    primary_retry_ms = excluded.primary_retry_ms, send_to = excluded.send_to,
	    on_backup = excluded.on_backup, queue_ms = excluded.queue_ms, ca_file = excluded.ca_file,
	    user_name = excluded.user_name, answer_ms = excluded.answer_ms,
	    on_change = excluded.on_change, unpublish = excluded.unpublish, renew_ms = excluded.renew_ms,
	    renew_at = excluded.renew_at, schedule = excluded.schedule, max_kbps = excluded.max_kbps,
	    bind = excluded.bind, proxy = excluded.proxy;

	update channel c set mode = 'auto', mode_until = null, mode_reason = 'source ' || c.mode || ' was removed',
	    mode_by = author(), mode_at = now()
	where c.name = any (names) and c.mode not in ('auto', 'off') and
	    not exists (select from source s where s.channel_id = c.id and s.name = c.mode);
end $$;

-- Declarations run one at a time, from reading to writing. The setting lsctl.expect, CHANNEL:VERSION, refuses those of
-- somebody who has seen another version of the channel: see channel_version().
create or replace function lsctl.declaration_lock() returns void language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	expect text := nullif(current_setting('lsctl.expect', true), '');
begin
	lock table declaration_turn in exclusive mode;
	if expect is not null and channel_version(split_part(expect, ':', 1)) is distinct from split_part(expect, ':', 2) then
		raise exception 'channel % has changed meanwhile: read it again', split_part(expect, ':', 1);
	end if;
end $$;

-- Refuses steps that change hosts, unless the caller is an admin. free: a host that anybody may add.
create or replace function lsctl.declaration_hosts_check(steps jsonb, free text) returns void language plpgsql stable
set search_path = lsctl, pg_temp as $$
declare
	changed text;
begin
	select s ->> 'item' into changed from jsonb_array_elements(steps) s
	where s ->> 'object' = 'host' and not (s ->> 'op' = '+' and s ->> 'item' is not distinct from free) limit 1;
	if changed is not null and not pg_has_role(session_user, 'lsctl_admin', 'member') then
		raise exception 'host %: only an admin may change hosts: lsctl-db grant % admin', changed, session_user
		    using errcode = 'insufficient_privilege';
	end if;
end $$;

-- Changes the hosts and channels of a document to what it says. prune: also removes those that it does not declared
-- (hosts only if the document lists hosts). Returns the steps; dry: makes none of them. A destination whose servers
-- change loses its key and its password, each with a step of its own. Only an admin changes hosts: tokens and the
-- password of the media server go to their addresses. The host that default_host adds has the default addresses, which are of this machine.
create or replace function lsctl.declare(doc jsonb, prune boolean default false, dry boolean default false,
    default_host text default null) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	desired jsonb;
	declared jsonb;
	steps jsonb;
	fault text;
	changed text[];
begin
	perform declaration_lock();
	desired := declaration_complete(doc, default_host);
	fault := declaration_fault(desired);
	if fault is not null then
		raise exception '%', fault;
	end if;
	declared := declaration(null);
	if prune then
		if not doc ? 'hosts' then
			desired := jsonb_set(desired, '{hosts}', (desired -> 'hosts') || (declared -> 'hosts'));
		end if;
	else
		declared := jsonb_build_object('hosts', (select coalesce(jsonb_agg(h), '[]')
		    from jsonb_array_elements(declared -> 'hosts') h where h ->> 'name' in
			(select x ->> 'name' from jsonb_array_elements(desired -> 'hosts') x)),
		    'channels', (select coalesce(jsonb_agg(c), '[]')
		    from jsonb_array_elements(declared -> 'channels') c where c ->> 'name' in
			(select x ->> 'name' from jsonb_array_elements(desired -> 'channels') x)));
	end if;
	steps := declaration_diff(declared, desired);
	perform declaration_hosts_check(steps, case when not exists (
	    select from jsonb_array_elements(doc -> 'hosts') h where h ->> 'name' = default_host) then default_host end);
	steps := steps || (select coalesce(jsonb_agg(jsonb_build_object('op', '~', 'channel', l.channel, 'object',
	    'destination', 'item', l.name, 'field', l.field, 'old', 'set')), '[]') from declaration_keys_lost(desired) l);
	if dry or steps = '[]' then
		return steps;
	end if;
	insert into event (host, channel, kind, detail)
	select coalesce(c.host, max(w ->> 'host'), max(s ->> 'item'), ''), s ->> 'channel', 'declared',
	    jsonb_build_object('steps', jsonb_agg(s - 'channel'))
	from jsonb_array_elements(steps) s
	left join channel c on c.name = s ->> 'channel'
	left join jsonb_array_elements(desired -> 'channels') w on w ->> 'name' = s ->> 'channel'
	group by c.host, s ->> 'channel';
	changed := array(select distinct s ->> 'channel' from jsonb_array_elements(steps) s
	    where s ? 'channel');
	delete from channel where name in (select s ->> 'channel' from jsonb_array_elements(steps) s
	    where s ->> 'object' = 'channel' and s ->> 'op' = '-');
	perform declaration_store(jsonb_set(desired, '{channels}', (select coalesce(jsonb_agg(c), '[]')
	    from jsonb_array_elements(desired -> 'channels') c where c ->> 'name' = any (changed))));
	delete from host where name in (select s ->> 'item' from jsonb_array_elements(steps) s
	    where s ->> 'object' = 'host' and s ->> 'op' = '-');
	return steps;
end $$;

-- One change of one object. verb: add, set, rm, move. object: channel, source, destination; item: the name of a
-- source or destination; patch: fields, null for the default; "position" of a source, from 1; "without": names of
-- the default sources that a new channel does not get. Returns the steps.
create or replace function lsctl.declare_one(verb text, object text, channel text, item text, patch jsonb,
    default_host text default null) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	c jsonb;
	list jsonb;
	one jsonb;
	at integer;	-- from 0
begin
	perform declaration_lock();
	if object = 'channel' and verb = 'add' then
		if exists (select from channel k where k.name = declare_one.channel) then
			raise exception 'channel % is there already', channel;
		end if;
		return declare(jsonb_build_object('channels', jsonb_build_array(
		    (patch - 'without') || jsonb_build_object('name', channel, 'sources',
			(select coalesce(jsonb_agg(s order by o), '[]')
			from jsonb_array_elements(channel_defaults() -> 'sources') with ordinality l (s, o)
			where not coalesce(patch -> 'without' ? (s ->> 'name'), false))))),
		    false, false, default_host);
	end if;
	c := declaration(array[channel]) -> 'channels' -> 0;
	if object = 'channel' then
		c := c || patch;
	else
		list := c -> (object || 's');
		select o - 1, x into at, one from jsonb_array_elements(list) with ordinality l (x, o)
		where x ->> 'name' = item;
		if verb = 'add' and one is not null then
			raise exception 'channel %: % % is there already', channel, object, item;
		elsif verb <> 'add' and one is null then
			raise exception 'channel %: there is no % %', channel, object, item;
		elsif verb = 'set' and one ->> 'kind' = 'live' and patch ? 'files' then
			raise exception 'channel %: source %: is live, and plays no files', channel, item;
		elsif verb = 'set' and patch ? 'kind' then
			raise exception 'channel %: source %: kind: cannot be changed', channel, item;
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
		c := jsonb_set(c, array[object || 's'], list);
	end if;
	return declare(jsonb_build_object('channels', jsonb_build_array(c)), false, false, default_host);
end $$;

create or replace function lsctl.channel_remove(channel text) returns jsonb
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

create or replace function lsctl.host_set(host text, patch jsonb) returns jsonb
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

create or replace function lsctl.host_remove(host text) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	channels text;
begin
	perform declaration_lock();
	select string_agg(name, ' ' order by name) into channels from (
	    select name from channel c where c.host = host_remove.host order by name limit 5) c;
	if channels is not null then
		raise exception 'host % has channels: %: move them first, with lsctl-channel set CHANNEL host=OTHER',
		    host, channels;
	end if;
	delete from host h where h.name = host_remove.host;
	if not found then
		raise exception 'there is no host %', host;
	end if;
	insert into event (host, kind, detail) values (host, 'declared', '{"removed": true}');
	return jsonb_build_array(jsonb_build_object('op', '-', 'object', 'host', 'item', host));
end $$;

-- A film of a host is to be removed from its disk: refused while a list has it, of any host, under this name in any
-- folder. Lists do not change until the transaction ends. film: the name of the file.
create or replace function lsctl.film_remove(film text, host text) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	users text;
begin
	perform admin_only('remove a film');
	perform declaration_lock();
	select string_agg(distinct c.name || ' ' || s.name, ', ' order by c.name || ' ' || s.name) into users
	from media m join source s on s.id = m.source_id join channel c on c.id = s.channel_id
	where regexp_replace(m.path, '^.*/', '') = film_remove.film;
	if users is not null then
		raise exception 'film % is in use: %: set other films there first, with lsctl-channel media', film, users;
	end if;
	insert into event (host, kind, detail) values (host, 'declared', jsonb_build_object('film', film, 'removed', true));
	return jsonb_build_array(jsonb_build_object('op', '-', 'object', 'film', 'item', film));
end $$;

grant execute on function lsctl.declare, lsctl.declare_one, lsctl.channel_remove, lsctl.film_remove to lsctl_channel;
grant execute on function lsctl.host_set, lsctl.host_remove to lsctl_admin;
