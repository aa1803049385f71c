-- What each role may do. Pages, API and lsctl-act(8) decide by this table, and by nothing else.

-- The least role that may do it. In a channel: only if the account has this channel.
create or replace function lsctl.permissions() returns table (action text, role text, in_channel boolean)
language sql immutable set search_path = lsctl, pg_temp as $$
	values ('state', 'viewer', true), ('events', 'viewer', true), ('preview', 'viewer', true),
	    ('own-account', 'viewer', false), ('hosts', 'viewer', false), ('metrics', 'viewer', false),
	    ('switch', 'operator', true), ('key-show', 'operator', true), ('key-rotate', 'operator', true),
	    ('film-list', 'operator', false), ('film-upload', 'operator', false), ('film-prepare', 'operator', false),
	    ('film-use', 'operator', true), ('destination-enable', 'operator', true), ('acknowledge', 'operator', true),
	    ('acknowledge-host', 'operator', false),
	    ('channel-add', 'admin', false), ('channel-set', 'admin', true), ('channel-remove', 'admin', true),
	    ('source-declare', 'admin', true), ('destination-declare', 'admin', true), ('destination-key', 'admin', true),
	    ('destination-test', 'admin', true), ('key-new', 'admin', true), ('film-remove', 'admin', false),
	    ('channel-take-over', 'admin', true), ('key-revoke', 'operator', true), ('key-list', 'operator', false),
	    ('host-declare', 'admin', false), ('declaration-apply', 'admin', false), ('master-key', 'admin', false),
	    ('accounts', 'admin', false), ('audit', 'admin', false)
$$;

-- Is this the login of a person with role operator? A login that has only the role of a tool, for a service, is not.
create or replace function lsctl.is_operator() returns boolean language sql stable
set search_path = lsctl, pg_temp as $$
	select pg_has_role(session_user, 'lsctl_operator', 'member') and not pg_has_role(session_user, 'lsctl_admin', 'member')
$$;

-- What only an admin may do on the pages is refused on the command line to an operator, too. what: "make a token".
create or replace function lsctl.admin_only(what text) returns void language plpgsql stable
set search_path = lsctl, pg_temp as $$
begin
	if is_operator() then
		raise exception 'only an admin may %: lsctl-db grant % admin', what, session_user
		    using errcode = 'insufficient_privilege';
	end if;
end $$;

create or replace function lsctl.role_rank(role text) returns integer language sql immutable
set search_path = lsctl, pg_temp as $$
	select array_position(array['viewer', 'operator', 'admin'], role)
$$;

create or replace function lsctl.channels_both(a text[], b text[]) returns text[] language sql immutable
set search_path = lsctl, pg_temp as $$
	select case when a is null then b when b is null then a
	    else array(select unnest(a) intersect select unnest(b)) end
$$;

-- Who shows a credential: {"account", "id", "credential", "kind", "role", "channels", "expires_at"}. Null: nobody.
-- digest: SHA-256 of the secret, as hex. A session that nobody used for a week is over.
create or replace function lsctl.caller(digest text) returns jsonb language sql stable
set search_path = lsctl, pg_temp as $$
	select jsonb_build_object('account', a.name, 'id', a.id, 'credential', c.id, 'kind', c.kind, 'name', c.name,
	    'role', case when role_rank(c.role) < role_rank(a.role) then c.role else a.role end,
	    'channels', channels_both(a.channels, c.channels), 'expires_at', rfc3339(c.expires_at))
	from credential c join account a on a.id = c.account_id
	where c.digest = decode(caller.digest, 'hex') and c.revoked_at is null and c.expires_at > now() and
	    a.disabled_at is null and (c.kind = 'token' or c.seen_at > now() - interval '7 days')
$$;

-- May who shows this do it? {"code": "ok", ...the caller}; else the code is unauthenticated, forbidden or
-- no-such-channel. A channel that the account does not have is answered as one that does not exist. channel null: for
-- what is not in a channel, and to read what is in any channel of the account.
create or replace function lsctl.permit(digest text, action text, channel text) returns jsonb language plpgsql stable
set search_path = lsctl, pg_temp as $$
declare
	who jsonb := caller(digest);
	needs text;
	within boolean;
begin
	if who is null then
		return jsonb_build_object('code', 'unauthenticated');
	end if;
	select p.role, p.in_channel into needs, within from permissions() p where p.action = permit.action;
	if needs is null then
		raise exception '%: no such action', action using errcode = 'internal_error';
	elsif channel is not null and who -> 'channels' <> 'null' and not (who -> 'channels') ? channel then
		return who || jsonb_build_object('code', 'no-such-channel');
	elsif role_rank(who ->> 'role') < role_rank(needs) then
		return who || jsonb_build_object('code', 'forbidden', 'needs', needs);
	elsif not within and who -> 'channels' <> 'null' and
	    (needs = 'admin' or action in ('acknowledge-host', 'metrics')) then
		-- An admin of some channels declares nothing outside of them. Problems of hosts are shown to nobody else, and the
		-- metrics are of all channels.
		return who || jsonb_build_object('code', 'forbidden', 'needs', needs);
	elsif channel is null and within and needs <> 'viewer' then
		return who || jsonb_build_object('code', 'no-such-channel');
	elsif channel is not null and not exists (select from lsctl.channel c where c.name = permit.channel) then
		return who || jsonb_build_object('code', 'no-such-channel');
	end if;
	return who || jsonb_build_object('code', 'ok');
end $$;
