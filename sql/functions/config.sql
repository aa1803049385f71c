-- What lsctl-config(8) fills its templates with for a host. It has no secrets.

create or replace function lsctl.config(host_name text) returns jsonb language plpgsql stable
security definer set search_path = lsctl, pg_temp as $$
declare
	found_host jsonb;
begin
	select jsonb_build_object('host', h.name, 'server', h.server, 'play_url', h.play_url,
	    'publish_url', h.publish_url, 'api_url', h.api_url,
	    'channels', (select coalesce(jsonb_agg(jsonb_build_object('channel', c.name,
		'enabled', c.enabled, 'play_from', to_jsonb(c.play_from),
		'sources', (select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'kind', s.kind)
		    order by s.position), '[]') from source s where s.channel_id = c.id))
		order by c.name), '[]')
		from channel c where c.host = h.name)) into found_host
	from host h where h.name = host_name;
	if found_host is null then
		raise exception 'the database knows no host %: lsctl-channel host set % makes it known',
		    host_name, host_name;
	end if;
	return found_host;
end $$;

grant execute on function lsctl.config to lsctl_viewer;
