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

-- How many events one stands for.
create or replace function lsctl.event_count(detail jsonb) returns bigint language sql immutable
set search_path = lsctl, pg_temp as $$
	select case when jsonb_typeof(detail -> 'count') = 'number'
	    then greatest(1, least((detail ->> 'count')::numeric, 4294967295))::bigint else 1 end
$$;

-- The detail of a spooled event, without members of a wrong kind. The spool is a folder of the hook's, which may be taken
-- over: nothing in it may stop those who read events.
create or replace function lsctl.spooled_detail(detail jsonb) returns jsonb language sql immutable
set search_path = lsctl, pg_temp as $$
	select case when jsonb_typeof(detail) is distinct from 'object' or pg_column_size(detail) > 8192 then '{}'
	    else detail - array(select key from jsonb_each(detail) where key = 'client' and jsonb_typeof(value) <> 'string' or
		key = 'count' and jsonb_typeof(value) <> 'number') end
$$;

-- Events as viewers read them: what people did to accounts is in the audit log, for admins. written_by: the transaction.
-- A barrier, so that no function of the reader's sees the other rows.
create or replace view lsctl.event_seen with (security_barrier) as
	select e.xmin as written_by, e.* from lsctl.event e
	where e.kind not in ('account', 'signed-in', 'signed-out', 'sign-in-refused') or
	    pg_has_role(session_user, 'lsctl_user', 'member');
grant select on lsctl.event_seen to lsctl_viewer;
-- Not in a file of tables: where there are no roles, verify runs those as one login, which owns the table.
revoke select on lsctl.event from lsctl_viewer;

-- Inserts spooled events, a JSON array. An event that is there already stays as it is. Returns the number of new ones.
-- Only kinds that tools spool are taken: what reconciliation, keys and declarations do is recorded in their transactions.
-- What an operator's own tool brings names that login, too: the spool says who did it, and nobody else has seen that.
create or replace function lsctl.spool_ingest(events jsonb) returns bigint language sql
security definer set search_path = lsctl, pg_temp as $$
	with new as (
		insert into event (uid, at, host, channel, kind, source, who, reason, detail)
		select e.uid, least(greatest(e.at, now() - interval '30 days'), now() + interval '1 min'),
		    left(e.host, 253), left(e.channel, 63), e.kind, left(e.source, 63), left(e.who, 63), left(e.reason, 1000),
		    spooled_detail(e.detail) ||
			case when is_operator() then jsonb_build_object('told_by', session_user) else '{}' end
		from jsonb_to_recordset(events) as e (uid uuid, at timestamptz, host text,
		    channel text, kind text, source text, who text, reason text, detail jsonb)
		where e.kind in ('publish-allowed', 'publish-refused', 'publish-ended', 'play-allowed', 'play-refused',
		    'play-ended', 'callback-refused', 'callbacks', 'events-dropped', 'switched', 'unit-exit', 'problem',
		    'problem-over', 'problems', 'alert-test', 'acknowledged')
		on conflict (uid) do nothing
		returning 1
	)
	select count(*) from new
$$;

-- Once a minute for a host: deletes at most 1000 events of each kind that are older than event_retention says.
create or replace function lsctl.events_expire(host_name text) returns void language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	r event_retention;
begin
	update host set events_expired_at = now()
	where name = host_name and (events_expired_at is null or events_expired_at < now() - interval '1 min');
	if not found then
		return;
	end if;
	perform set_config('lsctl.events_expire', 'on', true);
	for r in select * from event_retention loop
		delete from event where id in (select e.id from event e
		    where e.at < now() - r.keep and
			(e.kind = r.kind or (r.kind = '*' and e.kind not in (select kind from event_retention)))
		    order by e.at limit 1000);
	end loop;
	perform set_config('lsctl.events_expire', '', true);
end $$;

grant execute on function lsctl.spool_ingest to lsctl_hook, lsctl_switch;
