-- All sealed values: lsctl-keys(8) check and rekey. place is the row; what is sealed is also bound to the servers in url
-- and backup_url.

create or replace view lsctl.sealed_value as
	select 1 as kind, t.id, 'token:' || t.id as place, t.sealed, t.key_id,
	    format('%s %s: token of %s', c.name, s.name, to_char(t.created_at at time zone 'UTC',
	    'YYYY-MM-DD')) as what, null::text as url, null::text as backup_url
	from lsctl.token t join lsctl.source s on s.id = t.source_id
	join lsctl.channel c on c.id = s.channel_id
	union all
	select 2, d.id, 'destination:' || d.id, d.sealed, d.key_id,
	    format('%s %s: key of the destination', c.name, d.name), d.url, d.backup_url
	from lsctl.destination d join lsctl.channel c on c.id = d.channel_id
	where d.sealed is not null
	union all
	select 3, t.account_id, 'totp:' || t.account_id, t.sealed, t.key_id,
	    format('%s: second factor', a.name), null, null
	from lsctl.totp t join lsctl.account a on a.id = t.account_id
	union all
	select 4, d.id, 'password:' || d.id, d.password_sealed, d.password_key_id,
	    format('%s %s: password of the destination', c.name, d.name), d.url, d.backup_url
	from lsctl.destination d join lsctl.channel c on c.id = d.channel_id
	where d.password_sealed is not null;

-- The sealed values after one, in the order of kind and id: [{"kind", "id", "place", "sealed", "key", "what",
-- "url", "backup_url"}]. With a new key only those that are not sealed under it yet. An operator gets those of tokens: the
-- others are for admins.
create or replace function lsctl.keys_sealed(after_kind integer, after_id bigint, how_many integer, new_key text)
returns jsonb language sql stable security definer set search_path = lsctl, pg_temp as $$
	select coalesce(jsonb_agg(to_jsonb(v) order by v.kind, v.id), '[]') from (
		select v.kind, v.id, v.place, encode(v.sealed, 'hex') as sealed, v.key_id as key, v.what, v.url, v.backup_url
		from sealed_value v left join resealed r
		    on r.place = v.place and r.key_id = new_key and r.old_digest = sha256(v.sealed)
		where (v.kind, v.id) > (after_kind, after_id) and v.key_id is distinct from new_key and
		    r.place is null and (v.kind = 1 or not is_operator())
		order by v.kind, v.id limit how_many) v
$$;

create or replace function lsctl.keys_sealed_count() returns jsonb language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('tokens', (select count(*) from token),
	    -- of keys and passwords
	    'destinations', (select count(sealed) + count(password_sealed) from destination where not is_operator()),
	    'second_factors', (select count(*) from totp where not is_operator()))
$$;

-- resealed_values: [{"place", "old", "sealed"}]; old is the sealed value that sealed replaces.
create or replace function lsctl.keys_reseal(resealed_values jsonb, new_key text) returns void language sql
security definer set search_path = lsctl, pg_temp as $$
	select admin_only('change the master key');
	insert into resealed (place, old_digest, sealed, key_id)
	select v ->> 'place', sha256(decode(v ->> 'old', 'hex')), decode(v ->> 'sealed', 'hex'), new_key
	from jsonb_array_elements(resealed_values) v
	on conflict (place) do update set old_digest = excluded.old_digest, sealed = excluded.sealed,
	    key_id = excluded.key_id
$$;

-- The end of a rekey, in one transaction with the values that changed since: from here on nobody else seals.
create or replace function lsctl.keys_rekey_lock() returns text language plpgsql
security definer set search_path = lsctl, pg_temp as $$
begin
	perform admin_only('change the master key');
	lock table token, destination, totp in exclusive mode;
	return (select id from master_key where current for update);
end $$;

create or replace function lsctl.keys_rekey_end(new_key text) returns void language plpgsql
security definer set search_path = lsctl, pg_temp as $$
declare
	old_key text;
begin
	perform admin_only('change the master key');
	update master_key set current = false where current returning id into old_key;
	update master_key set current = true where id = new_key;
	update token t set sealed = r.sealed, key_id = r.key_id from resealed r
	where r.place = 'token:' || t.id and r.key_id = new_key and r.old_digest = sha256(t.sealed);
	update destination d set sealed = r.sealed, key_id = r.key_id from resealed r
	where r.place = 'destination:' || d.id and r.key_id = new_key and r.old_digest = sha256(d.sealed);
	update destination d set password_sealed = r.sealed, password_key_id = r.key_id from resealed r
	where r.place = 'password:' || d.id and r.key_id = new_key and r.old_digest = sha256(d.password_sealed);
	update totp t set sealed = r.sealed, key_id = r.key_id from resealed r
	where r.place = 'totp:' || t.account_id and r.key_id = new_key and r.old_digest = sha256(t.sealed);
	if exists (select from sealed_value where key_id <> new_key) then
		raise exception 'a value is not sealed under the new key';
	end if;
	delete from resealed;
	insert into event (host, kind, detail)
	select name, 'rekeyed', jsonb_build_object('from', old_key, 'to', new_key) from host;
end $$;

grant execute on function lsctl.keys_sealed, lsctl.keys_sealed_count, lsctl.keys_reseal, lsctl.keys_rekey_lock,
	lsctl.keys_rekey_end to lsctl_keys;
