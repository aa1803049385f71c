-- Stream keys and passwords of destinations, for lsctl-keys(8) and lsctl-channel(8).

-- {"id", "place", "password_place", "url", "backup_url"}: what a key and a password of the destination are sealed for.
create or replace function lsctl.keys_dest_find(channel_name text, dest_name text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	dest jsonb;
begin
	select jsonb_build_object('id', d.id, 'place', 'destination:' || d.id,
	    'password_place', 'password:' || d.id, 'url', d.url, 'backup_url', d.backup_url)
	into dest from destination d join channel c on c.id = d.channel_id
	where c.name = channel_name and d.name = dest_name;
	if dest is null then
		if not exists (select from channel where name = channel_name) then
			raise exception 'there is no channel %', channel_name;
		end if;
		raise exception 'channel % has no destination %', channel_name, dest_name;
	end if;
	return dest;
end $$;

-- url_, backup_url_: what new_sealed was sealed for.
create or replace function lsctl.keys_dest_rotate(dest_id bigint, url_ text, backup_url_ text, new_sealed text,
    id_of_key text, reason text) returns boolean language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	c channel;
	d destination;
begin
	perform admin_only('set the key of a destination');
	if not keys_hold_current(id_of_key) then
		return false;
	end if;
	update destination set sealed = decode(new_sealed, 'hex'), key_id = id_of_key, key_at = now()
	where id = dest_id and url = url_ and backup_url is not distinct from backup_url_ returning * into d;
	if not found then
		raise exception 'the destination was changed or removed meanwhile: try again';
	end if;
	select * into c from channel where id = d.channel_id;
	insert into event (host, channel, kind, reason, detail)
	values (c.host, c.name, 'rotated', reason, jsonb_build_object('destination', d.name));
	return true;
end $$;

-- The same for the password.
create or replace function lsctl.keys_dest_password(dest_id bigint, url_ text, backup_url_ text, new_sealed text,
    id_of_key text, reason text) returns boolean language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	c channel;
	d destination;
begin
	perform admin_only('set the password of a destination');
	if not keys_hold_current(id_of_key) then
		return false;
	end if;
	update destination set password_sealed = decode(new_sealed, 'hex'), password_key_id = id_of_key, password_at = now()
	where id = dest_id and url = url_ and backup_url is not distinct from backup_url_ returning * into d;
	if not found then
		raise exception 'the destination was changed or removed meanwhile: try again';
	end if;
	select * into c from channel where id = d.channel_id;
	insert into event (host, channel, kind, reason, detail)
	values (c.host, c.name, 'rotated', reason, jsonb_build_object('destination', d.name, 'password', true));
	return true;
end $$;

-- What a test of a destination needs: {"channel", "enabled": does a forwarder publish there, "films": of a source of the
-- channel, "destination": {"name", "url", "backup_url", "ca_file", "place", "sealed", "key", "user", "answer_ms", "bind",
-- "proxy", and of the password "password_place", "password_sealed", "password_key"}}.
create or replace function lsctl.destination_test(channel_name text, dest_name text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	place text := keys_dest_find(channel_name, dest_name) ->> 'place';
begin
	perform admin_only('test a destination');
	insert into event (host, channel, kind, detail)
	select c.host, c.name, 'declared', jsonb_build_object('destination', dest_name, 'tested', true)
	from channel c where c.name = channel_name;
	return (select jsonb_build_object('channel', c.name, 'enabled', c.enabled and d.enabled,
	    'films', (select coalesce(jsonb_agg(m.path order by m.position), '[]') from media m where m.source_id = (
		select s.id from source s where s.channel_id = c.id and exists (select from media x where x.source_id = s.id)
		order by s.kind = 'file' desc, s.position limit 1)),
	    'destination', jsonb_build_object('name', d.name, 'url', d.url, 'backup_url', d.backup_url, 'ca_file', d.ca_file,
		'place', place, 'sealed', encode(d.sealed, 'hex'), 'key', d.key_id, 'user', d.user_name, 'answer_ms', d.answer_ms,
		'bind', d.bind, 'proxy', d.proxy, 'password_place', 'password:' || d.id, 'password_sealed', encode(d.password_sealed, 'hex'),
		'password_key', d.password_key_id))
	from destination d join channel c on c.id = d.channel_id where c.name = channel_name and d.name = dest_name);
end $$;

grant execute on function lsctl.keys_dest_find, lsctl.keys_dest_rotate, lsctl.keys_dest_password
	to lsctl_keys, lsctl_channel;
grant execute on function lsctl.destination_test to lsctl_channel;
