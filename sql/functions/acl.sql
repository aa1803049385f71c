-- lsctl-hook(8): the snapshot that it answers from, and the events that it spooled.

-- The lines of a snapshot of one host, in the order of their bytes: see control/acl.h. A disabled channel
-- is not in it.
create function lsctl.gate(of_host text)
returns table (channel text, source text, what text, until text)
language plpgsql stable security definer set search_path = lsctl, pg_temp as $$
begin
	if not exists (select from host h where h.name = of_host) then
		raise exception 'the database knows no host %', of_host;
	end if;
	return query
	select r.* from (
		select c.name collate "C" as name, '-'::text collate "C" as source,
		    'play'::text collate "C" as what,
		    coalesce(nullif(array_to_string(c.play_from, ','), ''), '-')
		from channel c
		where c.host = of_host and c.enabled
		union all
		select c.name, s.name, coalesce(encode(t.digest, 'hex'), '-'),
		    coalesce(ceil(extract(epoch from t.expires_at))::bigint::text, '-')
		from channel c
		join source s on s.channel_id = c.id and s.kind <> 'file'
		left join token t on t.source_id = s.id and t.revoked_at is null
		    and (t.expires_at is null or t.expires_at > now())
		where c.host = of_host and c.enabled
	) r
	order by r.name, r.source, r.what;
end $$;

-- Puts in what was spooled, a JSON array of events; what is there already stays as it is. Returns how many
-- were new.
create function lsctl.spool_in(events jsonb) returns bigint
language sql volatile security definer set search_path = lsctl, pg_temp as $$
	with new as (
		insert into event (uid, at, host, channel, kind, source, who, why, detail)
		select e.uid, e.at, e.host, e.channel, e.kind, e.source, e.who, e.why,
		    coalesce(e.detail, '{}')
		from jsonb_to_recordset(events) as e (uid uuid, at timestamptz, host text,
		    channel text, kind text, source text, who text, why text, detail jsonb)
		on conflict (uid) do nothing
		returning 1
	)
	select count(*) from new
$$;

revoke execute on function lsctl.gate(text), lsctl.spool_in(jsonb) from public;
grant usage on schema lsctl to lsctl_hook, lsctl_keys, lsctl_switch;
grant execute on function lsctl.gate(text) to lsctl_hook, lsctl_keys, lsctl_switch;
grant execute on function lsctl.spool_in(jsonb) to lsctl_hook, lsctl_switch;
