-- Who does what: the login, or the person for whom lsctl-act(8) does it.

-- Only lsctl-act(8) may name another author, after it has checked what that person's request shows.
create or replace function lsctl.author() returns text language sql stable security definer
set search_path = lsctl, pg_temp as $$
	select case when current_setting('lsctl.author', true) <> '' and pg_has_role(session_user, 'lsctl_act', 'member')
	    then current_setting('lsctl.author') else session_user end
$$;

create or replace function lsctl.event_author() returns trigger language plpgsql security definer
set search_path = lsctl, pg_temp as $$
begin
	if new.who = session_user and author() <> session_user then
		new.who := author();
		new.detail := new.detail || jsonb_strip_nulls(jsonb_build_object('via', 'api', 'by_address',
		    nullif(current_setting('lsctl.author_address', true), '')));
	end if;
	return new;
end $$;

do $$ begin
	if not exists (select from pg_trigger where tgrelid = 'lsctl.event'::regclass and tgname = 'event_author') then
		create trigger event_author before insert on lsctl.event for each row
			when (current_setting('lsctl.author', true) <> '') execute function lsctl.event_author();
	end if;
end $$;
