-- Events: nobody changes one, and a host sends those in its spool.

create or replace function lsctl.event_append_only() returns trigger language plpgsql
set search_path = lsctl, pg_temp as $$
begin
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

grant execute on function lsctl.spool_ingest to lsctl_hook, lsctl_switch;
