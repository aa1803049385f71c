-- The master key in use, for every tool that seals or opens secrets.

-- Every writer of a sealed value seals it under the current master key, also when a rekey ends at the same moment. The
-- locks are taken in the order of keys_rekey_lock(): the table, then the key.
create or replace function lsctl.sealing_locks_key() returns trigger language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	perform from master_key where current for share;
	return null;
end $$;

create or replace function lsctl.sealing_checks_key() returns trigger language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	if new.sealed is not null and
	    not exists (select from master_key where id = new.key_id and current) then
		raise exception 'the master key changed meanwhile: try again'
		    using errcode = 'lock_not_available';
	end if;
	return new;
end $$;

-- Not "create or replace": that locks the tables against writers at every migration.
do $$
declare
	t text;
begin
	foreach t in array array['token', 'destination', 'totp'] loop
		if exists (select from pg_trigger
		    where tgrelid = format('lsctl.%I', t)::regclass and tgname = 'sealing_checks_key') then
			continue;
		end if;
		execute format('create trigger sealing_locks_key before insert or update of sealed, key_id on lsctl.%I
			for each statement execute function lsctl.sealing_locks_key()', t);
		execute format('create trigger sealing_checks_key before insert or update of sealed, key_id on lsctl.%I
			for each row execute function lsctl.sealing_checks_key()', t);
	end loop;
end $$;

-- {"current", "probe", "known"}: the key in use, and whether the database ever had key_id.
create or replace function lsctl.keys_master(key_id text) returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object(
	    'current', (select id from master_key where current),
	    'probe', (select encode(probe, 'hex') from master_key where current),
	    'known', exists (select from master_key where id = key_id))
$$;

-- Adds a master key. first: as the current one, unless there is one.
create or replace function lsctl.keys_master_add(new_id text, new_probe text, first boolean) returns void
language plpgsql security definer set search_path = lsctl, pg_temp as $$
begin
	perform admin_only('change the master key');
	lock table master_key in share row exclusive mode;
	insert into master_key (id, probe, current)
	select new_id, decode(new_probe, 'hex'), first
	where not first or not exists (select from master_key where current)
	on conflict (id) do nothing;
end $$;

-- Locks the current master key until this transaction ends; false if key_id is another one. The caller then stores
-- nothing, and its tool seals again under the current key.
create or replace function lsctl.keys_hold_current(key_id text) returns boolean language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	lock table token, destination in row exclusive mode;
	perform from master_key where id = key_id and current for share;
	return found;
end $$;

grant execute on function lsctl.keys_master to lsctl_keys, lsctl_channel, lsctl_switch, lsctl_act;
grant execute on function lsctl.keys_master_add to lsctl_keys;
