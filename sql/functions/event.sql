-- Events: nobody changes one, a host sends those in its spool, and those that are old are deleted.

create or replace function lsctl.event_append_only() returns trigger language plpgsql
set search_path = lsctl, pg_temp as $$
begin
	if tg_op = 'DELETE' and current_setting('lsctl.events_expire', true) = 'on' then
		return null;
	end if;
	raise exception 'events are append-only';
end $$;

-- Not "create or replace": that locks the table against writers at every migration.
do $$ begin
	if not exists (select from pg_trigger
	    where tgrelid = 'lsctl.event'::regclass and tgname = 'event_append_only') then
		create trigger event_append_only before update or delete or truncate on lsctl.event
			for each statement execute function lsctl.event_append_only();
	end if;
end $$;

-- Inserts spooled events, a JSON array. An event that is there already stays as it is. Returns the number of new ones.
create or replace function lsctl.spool_ingest(events jsonb) returns bigint language sql
security definer set search_path = lsctl, pg_temp as $$
	with new as (
		insert into event (uid, at, host, channel, kind, source, who, reason, detail)
		select e.uid, e.at, e.host, e.channel, e.kind, e.source, e.who, e.reason,
		    coalesce(e.detail, '{}')
		from jsonb_to_recordset(events) as e (uid uuid, at timestamptz, host text,
		    channel text, kind text, source text, who text, reason text, detail jsonb)
		on conflict (uid) do nothing
		returning 1
	)
	select count(*) from new
$$;

-- Deletes at most this many events of each kind that are older than event_retention says. Returns how many.
create or replace function lsctl.events_expire(at_most integer) returns bigint language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	r event_retention;
	n bigint;
	deleted bigint := 0;
begin
	perform set_config('lsctl.events_expire', 'on', true);
	for r in select * from event_retention loop
		delete from event where id in (select e.id from event e
		    where e.at < now() - r.keep and
			(e.kind = r.kind or (r.kind = '*' and e.kind not in (select kind from event_retention)))
		    order by e.at limit at_most);
		get diagnostics n = row_count;
		deleted := deleted + n;
	end loop;
	perform set_config('lsctl.events_expire', '', true);
	return deleted;
end $$;

-- The same, for a host once a minute.
create or replace function lsctl.events_expire_of(host_name text) returns void language plpgsql
set search_path = lsctl, pg_temp as $$
begin
	update host set events_expired_at = now()
	where name = host_name and (events_expired_at is null or events_expired_at < now() - interval '1 min');
	if found then
		perform events_expire(1000);
	end if;
end $$;

grant execute on function lsctl.spool_ingest to lsctl_hook, lsctl_switch;
