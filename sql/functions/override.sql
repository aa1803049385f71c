-- The operator's override of a channel: auto, off, or a pin.

-- Sets it, for_s seconds long (0: until the next one). Returns what holds now.
create or replace function lsctl.override_set(channel_name text, new_mode text, for_s bigint, reason text) returns jsonb
language plpgsql security definer set search_path = lsctl, pg_temp as $$
declare
	c channel;
	was text;
begin
	select * into c from channel where name = channel_name for update;
	if not found then
		raise exception 'there is no channel %', channel_name;
	elsif new_mode not in ('auto', 'off') and
	    not exists (select from source where channel_id = c.id and name = new_mode) then
		raise exception 'channel % has no source %: it has %', channel_name, new_mode,
		    coalesce((select string_agg(name, ', ' order by position) from source
		    where channel_id = c.id), 'none');
	end if;
	was := c.mode;
	update channel set mode = new_mode, mode_reason = reason, mode_by = author(), mode_at = now(),
	    mode_until = case when for_s > 0 and new_mode <> 'auto' then now() + for_s * interval '1 s' end
	where id = c.id returning * into c;
	insert into event (host, channel, kind, source, reason, detail)
	values (c.host, c.name, 'switched', case when new_mode not in ('auto', 'off') then new_mode end, reason,
	    jsonb_strip_nulls(jsonb_build_object('to', new_mode, 'was', was, 'until', c.mode_until)));
	return jsonb_build_object('channel', c.name, 'host', c.host, 'enabled', c.enabled, 'mode', c.mode,
	    'left_ms', case when c.mode_until > now() then interval_ms(c.mode_until - now()) end);
end $$;

-- Ends the overrides of a host's channels whose time is over.
create or replace function lsctl.override_expire(host_name text) returns void language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	c channel;
begin
	for c in select * from channel where host = host_name and mode_until <= now() for update loop
		insert into event (host, channel, kind, who, reason, detail)
		values (host_name, c.name, 'switched', coalesce(c.mode_by, session_user), 'the override expired',
		    jsonb_build_object('to', 'auto', 'was', c.mode));
		update channel set mode = 'auto', mode_until = null, mode_reason = null, mode_by = null,
		    mode_at = now() where id = c.id;
	end loop;
end $$;

grant execute on function lsctl.override_set to lsctl_switch;
