-- Tokens of publishers, for lsctl-keys(8).

-- A source that may have tokens. It is locked, so that its tokens change one change at a time.
create or replace function lsctl.keys_source(channel_name text, source_name text) returns lsctl.source
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
		raise exception 'source % of % is a file, which nobody publishes', source_name, channel_name;
	end if;
	return s;
end $$;

-- Reserves an id for the new token of a source: [{"channel", "source", "host", "id"}]. Without a name: for every
-- source that needs a token and has none.
create or replace function lsctl.keys_claim(channel_name text, source_name text) returns jsonb language plpgsql
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

create or replace function lsctl.keys_insert(s lsctl.source, new_token jsonb, id_of_key text)
returns void language sql security definer set search_path = lsctl, pg_temp as $$
	insert into token (id, source_id, digest, sealed, key_id, created_by) overriding system value
	values ((new_token ->> 'id')::bigint, s.id, decode(new_token ->> 'digest', 'hex'),
	    decode(new_token ->> 'sealed', 'hex'), id_of_key, author())
$$;

create or replace function lsctl.keys_event(s lsctl.source, event_kind text, reason text, detail jsonb)
returns void language sql security definer set search_path = lsctl, pg_temp as $$
	insert into event (host, channel, kind, source, reason, detail)
	select host, name, event_kind, s.name, reason, detail from channel where id = s.channel_id
$$;

-- tokens: [{"channel", "source", "id", "digest", "sealed"}]. False: see keys_hold_current().
create or replace function lsctl.keys_new(tokens jsonb, id_of_key text) returns boolean language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	t jsonb;
	s source;
begin
	perform admin_only('make a token');
	if not keys_hold_current(id_of_key) then
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

-- Revokes the valid tokens; with a grace the current token stays valid for that long, and older ones stay as they are.
create or replace function lsctl.keys_retire(s lsctl.source, grace_s integer) returns text[] language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	retired text[];
begin
	with t as (
		update token set
		    expires_at = case when grace_s > 0 then now() + grace_s * interval '1 s'
			else expires_at end,
		    revoked_at = case when grace_s > 0 then null else now() end
		where source_id = s.id and revoked_at is null and
		    (expires_at is null or (grace_s = 0 and expires_at > now()))
		returning digest)
	select array_agg(left(encode(digest, 'hex'), 8)) into retired from t;
	return retired;
end $$;

create or replace function lsctl.keys_rotate(new_token jsonb, id_of_key text, grace_s integer, reason text)
returns boolean language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	s source;
	retired text[];
begin
	if not keys_hold_current(id_of_key) then
		return false;
	end if;
	s := keys_source(new_token ->> 'channel', new_token ->> 'source');
	if not exists (select from token where source_id = s.id and revoked_at is null and
	    expires_at is null) then
		raise exception '% % has no token: use new', new_token ->> 'channel',
		    new_token ->> 'source';
	end if;
	retired := keys_retire(s, grace_s);
	perform keys_insert(s, new_token, id_of_key);
	perform keys_event(s, 'rotated', reason, jsonb_build_object(
	    'token', left(new_token ->> 'digest', 8), 'replaced', retired, 'grace_s', grace_s));
	return true;
end $$;

-- Revokes the tokens of a source: {"revoked": how many, "host": of the channel, where the caller evicts the publisher}.
create or replace function lsctl.keys_revoke(channel_name text, source_name text, reason text)
returns jsonb language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	s source := keys_source(channel_name, source_name);
	retired text[] := keys_retire(s, 0);
begin
	if retired is not null then
		perform keys_event(s, 'revoked', reason, jsonb_build_object('revoked', retired));
	end if;
	return jsonb_build_object('revoked', coalesce(cardinality(retired), 0),
	    'host', (select host from channel where id = s.channel_id));
end $$;

-- What an encoder needs to publish: [{"channel", "source", "server", "id", "sealed", "key"}]. Without a source: of
-- every live source of the channel.
create or replace function lsctl.keys_show(channel_name text, source_name text) returns jsonb language plpgsql
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

-- The valid tokens, and the sources that lack one; without secrets.
create or replace function lsctl.keys_list() returns json language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select coalesce(json_agg(json_build_object('channel', c.name, 'source', s.name,
	    'token', left(encode(t.digest, 'hex'), 8), 'created', rfc3339(t.created_at),
	    'expires', rfc3339(t.expires_at), 'by', t.created_by)
	    order by c.name, s.position, t.created_at desc, t.id desc), '[]')
	from channel c join source s on s.channel_id = c.id and s.kind <> 'file'
	left join token t on t.source_id = s.id and t.revoked_at is null and
	    (t.expires_at is null or t.expires_at > now())
$$;

-- Where the media server of a host is, which evicts publishers.
create or replace function lsctl.keys_host(host_name text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('server', server, 'api_url', api_url) from host where name = host_name
$$;

grant execute on function lsctl.keys_claim, lsctl.keys_new, lsctl.keys_rotate, lsctl.keys_revoke, lsctl.keys_show,
	lsctl.keys_list, lsctl.keys_host to lsctl_keys;
