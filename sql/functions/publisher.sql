-- Who publishes now, and whether the token that it came with is still valid.

-- A valid token of a source has this mark: the first 8 hex digits of its digest.
create or replace function lsctl.token_mark_valid(source_of bigint, mark text) returns boolean language sql stable
set search_path = lsctl, pg_temp as $$
	select exists (select from token t where t.source_id = source_of and t.revoked_at is null and
	    (t.expires_at is null or t.expires_at > now()) and left(encode(t.digest, 'hex'), 8) = mark)
$$;

-- The permission that the hook gave to a client for a source: the mark of its token, and when. since_s: the client has been
-- publishing for so long, so that an older permission, with a minute of tolerance, was of another client with its id:
-- nginx counts clients anew after a restart. Null: it is not known.
create or replace function lsctl.publisher_allowed(channel_name text, source_name text, client text,
    since_s double precision)
returns table (mark text, at timestamptz) language sql stable set search_path = lsctl, pg_temp as $$
	select e.detail ->> 'token', e.at from event e
	where e.kind = 'publish-allowed' and e.channel = channel_name and e.source = source_name and
	    e.detail ->> 'client' = publisher_allowed.client and
	    (since_s is null or e.at >= now() - (since_s + 60) * interval '1 s')
	order by e.id desc limit 1
$$;

-- publishing: [{"channel", "source", "client", "since_s"}], since_s: how long the client has been publishing at least, or
-- null. Returns the same with "allowed_s", the age of its permission, or null, and "revoked". A client without a recorded
-- permission counts as revoked if a token of the source ended after the client began, a minute of tolerance included:
-- it may have come with that token. Once it is disconnected and let in again, no token has ended since.
create or replace function lsctl.reconcile_publishers(host_name text, publishing jsonb) returns json language sql stable
security definer set search_path = lsctl, pg_temp as $$
	select coalesce(json_agg(json_build_object('channel', p.channel, 'source', p.source, 'client', p.client,
	    'allowed_s', extract(epoch from now() - a.at),
	    'revoked', case when a.at is not null then a.mark is not null and not token_mark_valid(s.id, a.mark)
		else exists (select from token t where t.source_id = s.id and
		    coalesce(t.revoked_at, t.expires_at) between now() - (p.since_s + 60) * interval '1 s' and now())
		end)), '[]')
	from jsonb_to_recordset(publishing) as p (channel text, source text, client text, since_s double precision)
	join channel c on c.name = p.channel and c.host = host_name
	join source s on s.channel_id = c.id and s.name = p.source
	left join lateral publisher_allowed(p.channel, p.source, p.client, p.since_s) a on true
$$;

grant execute on function lsctl.reconcile_publishers to lsctl_switch;
