-- Leases: which host owns a channel, see the table lsctl.lease.

-- A host acquires the leases of its enabled channels that no host owns.
create or replace function lsctl.lease_acquire(host_name text) returns void language sql
set search_path = lsctl, pg_temp as $$
	insert into lease (channel, host)
	select c.name, host_name from channel c
	where c.host = host_name and c.enabled and not exists (select from lease l where l.channel = c.name)
	order by c.name
	on conflict (channel) do nothing
$$;

-- The leases that a host must release: it owns these channels, and is not to run them.
create or replace function lsctl.lease_surplus(host_name text) returns setof lsctl.lease language sql stable
set search_path = lsctl, pg_temp as $$
	select l.* from lease l
	where l.host = host_name and not exists (
	    select from channel c where c.name = l.channel and c.host = host_name and c.enabled)
$$;

create or replace function lsctl.lease_release(host_name text, names text[]) returns void language sql
set search_path = lsctl, pg_temp as $$
	with released as (
		delete from lease l using lease_surplus(host_name) s
		where l.channel = s.channel and l.host = host_name and l.channel = any (names)
		returning l.channel
	)
	insert into event (host, channel, kind) select host_name, channel, 'released' from released order by channel
$$;

-- A host that owns channels stays declared: without it nobody could tell that it does.
create or replace function lsctl.lease_protects_host() returns trigger language plpgsql
set search_path = lsctl, pg_temp as $$
declare
	list text;
begin
	select string_agg(channel, ' ' order by channel) into list from (
	    select channel from lease where host = old.name order by channel limit 5) l;
	if list is not null then
		raise exception 'host % still owns %, and releases that with its next passes; if the host is off for '
		    'good: lsctl-channel take-over %', old.name, list, list;
	end if;
	return old;
end $$;

-- Not "create or replace": that locks the table against writers at every migration.
do $$ begin
	if not exists (select from pg_trigger
	    where tgrelid = 'lsctl.host'::regclass and tgname = 'lease_protects_host') then
		create trigger lease_protects_host before delete on lsctl.host
			for each row execute function lsctl.lease_protects_host();
	end if;
end $$;

-- Who owns the named channels, also those that are declared no more: [{"name", "host", "owner",
-- "owner_reconciled_at"}], host being the one that is declared.
create or replace function lsctl.leases(names text[]) returns jsonb language plpgsql stable
security definer set search_path = lsctl, pg_temp as $$
declare
	missing text;
begin
	select n into missing from unnest(names) n
	where not exists (select from channel c where c.name = n) and
	    not exists (select from lease l where l.channel = n) limit 1;
	if missing is not null then
		raise exception 'there is no channel %', missing;
	end if;
	return (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', n, 'host', c.host,
	    'owner', l.host, 'owner_reconciled_at', rfc3339(h.reconciled_at))) order by n)
	from (select distinct n from unnest(names) n) x left join channel c on c.name = n
	left join lease l on l.channel = n left join host h on h.name = l.host);
end $$;

-- Takes channels over from hosts that are off. Returns the steps, as a declaration does.
create or replace function lsctl.channel_take_over(names text[], reason text) returns jsonb language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	one jsonb;
	steps jsonb := '[]';
begin
	perform declaration_lock();
	for one in select jsonb_array_elements(leases(names)) loop
		continue when not one ? 'owner';
		if one ->> 'host' = one ->> 'owner' then
			raise exception 'channel % belongs to host %, which owns it: move it first, with lsctl-channel '
			    'set % host=OTHER', one ->> 'name', one ->> 'host', one ->> 'name';
		end if;
		delete from lease where channel = one ->> 'name' and host = one ->> 'owner';
		insert into event (host, channel, kind, reason, detail)
		values (coalesce(one ->> 'host', one ->> 'owner'), one ->> 'name', 'taken-over', reason,
		    jsonb_strip_nulls(jsonb_build_object('from', one -> 'owner',
		    'reconciled_at', one -> 'owner_reconciled_at')));
		steps := steps || jsonb_build_array(jsonb_build_object('op', '~', 'channel', one -> 'name',
		    'object', 'channel', 'item', one -> 'name', 'field', 'owner', 'old', one -> 'owner'));
	end loop;
	return steps;
end $$;

grant execute on function lsctl.leases to lsctl_channel, lsctl_viewer;
grant execute on function lsctl.channel_take_over to lsctl_channel;
