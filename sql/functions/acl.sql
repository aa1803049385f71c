-- The lines of the ACL snapshot of a host, which lsctl-hook(8) answers from, in the order of their bytes: see
-- lib/control/acl/acl.h. Disabled channels are left out.
create or replace function lsctl.acl(host_name text)
returns table (channel text, source text, rule text, expires text)
language plpgsql stable security definer set search_path = lsctl, pg_temp as $$
begin
	if not exists (select from host h where h.name = host_name) then
		raise exception 'the database knows no host %', host_name;
	end if;
	return query
	select r.* from (
		select c.name collate "C" as name, '-'::text collate "C" as source,
		    'play'::text collate "C" as rule,
		    coalesce(nullif(array_to_string(c.play_from, ','), ''), '-')
		from channel c
		where c.host = host_name and c.enabled
		union all
		select c.name, s.name, coalesce(encode(t.digest, 'hex'), '-'),
		    coalesce(ceil(extract(epoch from t.expires_at))::bigint::text, '-')
		from channel c
		join source s on s.channel_id = c.id and s.kind <> 'file'
		left join token t on t.source_id = s.id and t.revoked_at is null
		    and (t.expires_at is null or t.expires_at > now())
		where c.host = host_name and c.enabled
	) r
	order by r.name, r.source, r.rule;
end $$;

grant execute on function lsctl.acl to lsctl_hook, lsctl_keys, lsctl_switch;
