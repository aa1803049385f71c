-- Roles are the cluster's, not the database's: lsctl-db(8) runs this before the migrations, as often
-- as it likes. All are NOLOGIN: a login is made a member, and each tool sets the one role that is
-- its own after it connected.

do $$
declare
	r text;
begin
	foreach r in array array[
		'lsctl_owner',			-- owns the schema: migrations only
		'lsctl_backup',			-- reads all of it, and changes nothing
		'lsctl_admin', 'lsctl_operator', 'lsctl_viewer',	-- people
		'lsctl_channel', 'lsctl_keys', 'lsctl_hook', 'lsctl_health', 'lsctl_switch'	-- a tool each
	] loop
		if not exists (select from pg_roles where rolname = r) then
			execute format('create role %I nologin', r);
		end if;
	end loop;
end $$;

-- Whoever may use a tool may take its role.
grant lsctl_health to lsctl_viewer;
grant lsctl_viewer, lsctl_switch, lsctl_keys to lsctl_operator;
grant lsctl_operator, lsctl_channel, lsctl_hook to lsctl_admin;
