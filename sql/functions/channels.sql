-- The declared channels for people, lsctl-channel(8) list and show: with the override, the owner, and which secrets
-- exist.
create or replace function lsctl.channels(names text[] default null) returns jsonb
language plpgsql stable security definer set search_path = lsctl, pg_temp as $$
declare
	declared jsonb := declaration(names) -> 'channels';	-- raises for an unknown name, which a join would drop
begin
	return (select coalesce(jsonb_agg(k || jsonb_strip_nulls(jsonb_build_object('mode', c.mode,
	    'mode_until', c.mode_until, 'mode_reason', c.mode_reason, 'mode_by', c.mode_by, 'owner', l.host,
	    'owner_reconciled_at', case when l.host <> c.host then rfc3339(h.reconciled_at) end))
	    || jsonb_build_object('sources', (
		select coalesce(jsonb_agg(x || case when x ->> 'kind' = 'file' then '{}' else
		    jsonb_build_object('token', exists (select from source s join token t on t.source_id = s.id
		    where s.channel_id = c.id and s.name = x ->> 'name' and t.revoked_at is null and
		    t.expires_at is null)) end order by o), '[]')
		from jsonb_array_elements(k -> 'sources') with ordinality l (x, o)),
	    'destinations', (
		select coalesce(jsonb_agg(x || jsonb_strip_nulls(jsonb_build_object('key', d.sealed is not null,
		    'key_at', rfc3339(d.key_at), 'password', case when d.password_sealed is not null then true end,
		    'password_at', rfc3339(d.password_at)))
		    order by o), '[]')
		from jsonb_array_elements(k -> 'destinations') with ordinality l (x, o)
		join destination d on d.channel_id = c.id and d.name = x ->> 'name'))
	    order by c.name), '[]')
	from jsonb_array_elements(declared) k join channel c on c.name = k ->> 'name'
	left join lease l on l.channel = c.name left join host h on h.name = l.host);
end $$;

grant execute on function lsctl.channels to lsctl_channel, lsctl_viewer;
