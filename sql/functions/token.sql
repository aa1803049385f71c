-- Keys: what lsctl-keys(8) may do, and how every tool finds the master key that is in use.

-- Values sealed anew by a rekey that is not finished. was: SHA-256 of what it was made from, so that
-- what changed meanwhile is seen.
create table lsctl.resealed (
	place		text primary key,
	was		bytea not null check (octet_length(was) = 32),
	sealed		bytea not null,
	key_id		text not null references lsctl.master_key
);

create view lsctl.sealed_value as
	select 1 as kind, t.id, 'token:' || t.id as place, t.sealed, t.key_id,
	    format('%s %s: token of %s', c.name, s.name, to_char(t.created_at at time zone 'UTC',
	    'YYYY-MM-DD')) as what
	from lsctl.token t join lsctl.source s on s.id = t.source_id
	join lsctl.channel c on c.id = s.channel_id
	union all
	select 2, d.id, 'destination:' || d.id, d.sealed, d.key_id,
	    format('%s %s: key of the destination', c.name, d.name)
	from lsctl.destination d join lsctl.channel c on c.id = d.channel_id
	where d.sealed is not null;

-- Whoever seals does so under the current master key, also when a rekey ends at the same moment. Locks are
-- taken in the order of keys_rekey_lock(): the table, then the key.
create function lsctl.sealing_begins() returns trigger language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	perform from master_key where current for share;
	return null;
end $$;

create function lsctl.sealing_is_current() returns trigger language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	if new.sealed is not null and
	    not exists (select from master_key where id = new.key_id and current) then
		raise exception 'the master key was changed meanwhile: try again'
		    using errcode = 'lock_not_available';
	end if;
	return new;
end $$;

create trigger sealing_begins before insert or update of sealed, key_id on lsctl.token
	for each statement execute function lsctl.sealing_begins();
create trigger sealing_is_current before insert or update of sealed, key_id on lsctl.token
	for each row execute function lsctl.sealing_is_current();
create trigger sealing_begins before insert or update of sealed, key_id on lsctl.destination
	for each statement execute function lsctl.sealing_begins();
create trigger sealing_is_current before insert or update of sealed, key_id on lsctl.destination
	for each row execute function lsctl.sealing_is_current();

-- -- the master key --

-- {"current", "probe", "known"}: the one in use, and whether the database ever saw the one asked about.
create function lsctl.keys_master(asked text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object(
	    'current', (select id from master_key where current),
	    'probe', (select encode(probe, 'hex') from master_key where current),
	    'known', exists (select from master_key where id = asked))
$$;

-- Remembers a master key. first: as the current one, unless there is one.
create function lsctl.keys_master_add(new_id text, new_probe text, first boolean) returns void
language plpgsql security definer set search_path = lsctl, pg_temp as $$
begin
	lock table master_key in share row exclusive mode;
	insert into master_key (id, probe, current)
	select new_id, decode(new_probe, 'hex'), first
	where not first or not exists (select from master_key where current)
	on conflict (id) do nothing;
end $$;

-- Is it the current key, and will it be until this transaction ends? What is sealed under another one is
-- not stored: the tool takes the current one and tries again.
create function lsctl.keys_holds(id_of_key text) returns boolean language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	lock table token, destination in row exclusive mode;
	perform from master_key where id = id_of_key and current for share;
	return found;
end $$;

-- -- tokens --

-- The source a token may be for; locked, so that its tokens change one change at a time.
create function lsctl.keys_source(channel_name text, source_name text) returns lsctl.source
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	s source;
begin
	select source.* into s from source join channel c on c.id = channel_id
	where c.name = channel_name and source.name = source_name for update of source;
	if not found then
		if not exists (select from channel where name = channel_name) then
			raise exception 'there is no channel %', channel_name;
		end if;
		raise exception 'channel % has no source %', channel_name, source_name;
	elsif s.kind = 'file' then
		raise exception 'source % of % is a file: nobody publishes it', source_name, channel_name;
	end if;
	return s;
end $$;

-- Where it is, and an id for a token of it: [{"channel", "source", "host", "id"}]. Without a name: every
-- source that wants a token and has none.
create function lsctl.keys_claim(channel_name text, source_name text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	if source_name is not null then
		perform keys_source(channel_name, source_name);
	end if;
	return (select coalesce(jsonb_agg(jsonb_build_object('channel', c.name, 'source', s.name,
	    'host', c.host, 'id', nextval(pg_get_serial_sequence('lsctl.token', 'id')))
	    order by c.name, s.position), '[]')
	from source s join channel c on c.id = s.channel_id
	where case when source_name is null then s.kind <> 'file' and not exists (
	    select from token t where t.source_id = s.id and revoked_at is null and expires_at is null)
	    else c.name = channel_name and s.name = source_name end);
end $$;

create function lsctl.keys_insert(s lsctl.source, new_token jsonb, id_of_key text) returns void language sql
security definer set search_path = lsctl, pg_temp as $$
	insert into token (id, source_id, digest, sealed, key_id) overriding system value
	values ((new_token ->> 'id')::bigint, s.id, decode(new_token ->> 'digest', 'hex'),
	    decode(new_token ->> 'sealed', 'hex'), id_of_key)
$$;

create function lsctl.keys_event(s lsctl.source, what text, reason text, more jsonb) returns void language sql
security definer set search_path = lsctl, pg_temp as $$
	insert into event (host, channel, kind, source, why, detail)
	select host, name, what, s.name, reason, more from channel where id = s.channel_id
$$;

-- tokens: [{"channel", "source", "id", "digest", "sealed"}]. False: see keys_holds().
create function lsctl.keys_new(tokens jsonb, id_of_key text) returns boolean language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	t jsonb;
	s source;
begin
	if not keys_holds(id_of_key) then
		return false;
	end if;
	for t in select jsonb_array_elements(tokens) loop
		s := keys_source(t ->> 'channel', t ->> 'source');
		if exists (select from token where source_id = s.id and revoked_at is null and
		    expires_at is null) then
			raise exception '% % has a token: use rotate', t ->> 'channel', t ->> 'source';
		end if;
		perform keys_insert(s, t, id_of_key);
		perform keys_event(s, 'token-new', null,
		    jsonb_build_object('token', left(t ->> 'digest', 8)));
	end loop;
	return true;
end $$;

-- Revokes what is good; with grace the current token goes on until then, and older ones as they were.
create function lsctl.keys_retire(s lsctl.source, grace_s integer) returns text[] language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	gone text[];
begin
	with t as (
		update token set
		    expires_at = case when grace_s > 0 then now() + grace_s * interval '1 s'
			else expires_at end,
		    revoked_at = case when grace_s > 0 then null else now() end
		where source_id = s.id and revoked_at is null and
		    (expires_at is null or (grace_s = 0 and expires_at > now()))
		returning digest)
	select array_agg(left(encode(digest, 'hex'), 8)) into gone from t;
	return gone;
end $$;

create function lsctl.keys_rotate(new_token jsonb, id_of_key text, grace_s integer, reason text)
returns boolean language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	s source;
	gone text[];
begin
	if not keys_holds(id_of_key) then
		return false;
	end if;
	s := keys_source(new_token ->> 'channel', new_token ->> 'source');
	if not exists (select from token where source_id = s.id and revoked_at is null and
	    expires_at is null) then
		raise exception '% % has no token: use new', new_token ->> 'channel',
		    new_token ->> 'source';
	end if;
	gone := keys_retire(s, grace_s);
	perform keys_insert(s, new_token, id_of_key);
	perform keys_event(s, 'rotated', reason, jsonb_build_object(
	    'token', left(new_token ->> 'digest', 8), 'replaced', gone, 'grace_s', grace_s));
	return true;
end $$;

-- The host of the channel, for whoever goes on to throw the publisher out.
create function lsctl.keys_revoke(channel_name text, source_name text, reason text)
returns jsonb language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	s source := keys_source(channel_name, source_name);
	gone text[] := keys_retire(s, 0);
begin
	if gone is not null then
		perform keys_event(s, 'revoked', reason, jsonb_build_object('revoked', gone));
	end if;
	return jsonb_build_object('revoked', coalesce(cardinality(gone), 0),
	    'host', (select host from channel where id = s.channel_id));
end $$;

-- What a publisher is told: [{"channel", "source", "server", "id", "sealed", "key"}]. Without a source: the
-- channel's encoders.
create function lsctl.keys_show(channel_name text, source_name text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	shown jsonb;
begin
	if not exists (select from channel where name = channel_name) then
		raise exception 'there is no channel %', channel_name;
	elsif source_name is not null then
		perform keys_source(channel_name, source_name);
	end if;
	select jsonb_agg(jsonb_build_object('channel', c.name, 'source', s.name,
	    'server', h.publish_url, 'id', t.id, 'sealed', encode(t.sealed, 'hex'), 'key', t.key_id)
	    order by s.position)
	into shown
	from channel c join host h on h.name = c.host join source s on s.channel_id = c.id
	join token t on t.source_id = s.id and t.revoked_at is null and t.expires_at is null
	where c.name = channel_name and
	    case when source_name is null then s.kind = 'live' else s.name = source_name end;
	if shown is null and source_name is null then
		raise exception 'no live source of % has a token: use new', channel_name;
	elsif shown is null then
		raise exception '% % has no token: use new', channel_name, source_name;
	end if;
	return shown;
end $$;

create function lsctl.keys_time(t timestamptz) returns text language sql stable
set search_path = lsctl, pg_temp as $$
	select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- Everything that is or should be good, without secrets.
create function lsctl.keys_list() returns json language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select coalesce(json_agg(json_build_object('channel', c.name, 'source', s.name,
	    'token', left(encode(t.digest, 'hex'), 8), 'created', keys_time(t.created_at),
	    'expires', keys_time(t.expires_at), 'by', t.created_by)
	    order by c.name, s.position, t.created_at desc, t.id desc), '[]')
	from channel c join source s on s.channel_id = c.id and s.kind <> 'file'
	left join token t on t.source_id = s.id and t.revoked_at is null and
	    (t.expires_at is null or t.expires_at > now())
$$;

-- How to reach the media server of a host.
create function lsctl.keys_host(host_name text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('server', server, 'api_url', api_url) from host where name = host_name
$$;

-- -- destinations --

create function lsctl.keys_dest_find(channel_name text, dest_name text) returns bigint language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	found_id bigint;
begin
	select d.id into found_id from destination d join channel c on c.id = d.channel_id
	where c.name = channel_name and d.name = dest_name;
	if found_id is null then
		if not exists (select from channel where name = channel_name) then
			raise exception 'there is no channel %', channel_name;
		end if;
		raise exception 'channel % has no destination %', channel_name, dest_name;
	end if;
	return found_id;
end $$;

create function lsctl.keys_dest_rotate(dest_id bigint, new_sealed text, id_of_key text, reason text)
returns boolean language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	c channel;
	d destination;
begin
	if not keys_holds(id_of_key) then
		return false;
	end if;
	update destination set sealed = decode(new_sealed, 'hex'), key_id = id_of_key, key_at = now()
	where id = dest_id returning * into d;
	if not found then
		raise exception 'the destination was removed meanwhile';
	end if;
	select * into c from channel where id = d.channel_id;
	insert into event (host, channel, kind, why, detail)
	values (c.host, c.name, 'rotated', reason, jsonb_build_object('destination', d.name));
	return true;
end $$;

-- -- everything that is sealed --

-- The next of them after a place in their order, [{"kind", "id", "place", "sealed", "key", "what"}]; with a new
-- key only those that were not sealed under it yet.
create function lsctl.keys_sealed(after_kind integer, after_id bigint, how_many integer, new_key text)
returns jsonb language sql stable security definer set search_path = lsctl, pg_temp as $$
	select coalesce(jsonb_agg(to_jsonb(v) order by v.kind, v.id), '[]') from (
		select v.kind, v.id, v.place, encode(v.sealed, 'hex') as sealed, v.key_id as key, v.what
		from sealed_value v left join resealed r
		    on r.place = v.place and r.key_id = new_key and r.was = sha256(v.sealed)
		where (v.kind, v.id) > (after_kind, after_id) and v.key_id is distinct from new_key and
		    r.place is null
		order by v.kind, v.id limit how_many) v
$$;

create function lsctl.keys_sealed_count() returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('tokens', (select count(*) from token),
	    'destinations', (select count(*) from destination where sealed is not null))
$$;

-- values: [{"place", "was", "sealed"}], was being what it was made from.
create function lsctl.keys_reseal(resealed_values jsonb, new_key text) returns void language sql
security definer set search_path = lsctl, pg_temp as $$
	insert into resealed (place, was, sealed, key_id)
	select v ->> 'place', sha256(decode(v ->> 'was', 'hex')), decode(v ->> 'sealed', 'hex'), new_key
	from jsonb_array_elements(resealed_values) v
	on conflict (place) do update set was = excluded.was, sealed = excluded.sealed,
	    key_id = excluded.key_id
$$;

-- The end of a rekey, in one transaction with what changed since: from here on nothing else is sealed.
create function lsctl.keys_rekey_lock() returns text language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	lock table token, destination in exclusive mode;
	return (select id from master_key where current for update);
end $$;

create function lsctl.keys_rekey_end(new_key text) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	old_key text;
begin
	update master_key set current = false where current returning id into old_key;
	update master_key set current = true where id = new_key;
	update token t set sealed = r.sealed, key_id = r.key_id from resealed r
	where r.place = 'token:' || t.id and r.key_id = new_key and r.was = sha256(t.sealed);
	update destination d set sealed = r.sealed, key_id = r.key_id from resealed r
	where r.place = 'destination:' || d.id and r.key_id = new_key and r.was = sha256(d.sealed);
	if exists (select from sealed_value where key_id <> new_key) then
		raise exception 'something is not sealed under the new key';
	end if;
	delete from resealed;
	insert into event (host, kind, detail)
	select name, 'rekeyed', jsonb_build_object('from', old_key, 'to', new_key) from host;
end $$;

-- -- who may --

revoke all on function lsctl.sealing_begins, lsctl.sealing_is_current, lsctl.keys_master,
	lsctl.keys_master_add, lsctl.keys_holds, lsctl.keys_source, lsctl.keys_claim, lsctl.keys_insert, lsctl.keys_event,
	lsctl.keys_new, lsctl.keys_retire, lsctl.keys_rotate, lsctl.keys_revoke, lsctl.keys_show,
	lsctl.keys_time, lsctl.keys_list, lsctl.keys_host, lsctl.keys_dest_find, lsctl.keys_dest_rotate,
	lsctl.keys_sealed, lsctl.keys_sealed_count, lsctl.keys_reseal, lsctl.keys_rekey_lock,
	lsctl.keys_rekey_end from public;
grant usage on schema lsctl to lsctl_keys, lsctl_channel, lsctl_switch;
grant execute on function lsctl.keys_master to lsctl_keys, lsctl_channel, lsctl_switch;
grant execute on function lsctl.keys_dest_find, lsctl.keys_dest_rotate to lsctl_channel;
grant execute on function lsctl.keys_master_add, lsctl.keys_claim, lsctl.keys_new, lsctl.keys_rotate,
	lsctl.keys_revoke, lsctl.keys_show, lsctl.keys_list, lsctl.keys_host, lsctl.keys_dest_find,
	lsctl.keys_dest_rotate, lsctl.keys_sealed, lsctl.keys_sealed_count, lsctl.keys_reseal,
	lsctl.keys_rekey_lock, lsctl.keys_rekey_end to lsctl_keys;
grant execute on function lsctl.keys_dest_find, lsctl.keys_dest_rotate to lsctl_channel;
