-- Roles belong to the cluster and not to the database: lsctl-db(8) runs this before the migrations, any number of
-- times. All are NOLOGIN: a login becomes a member, and each tool sets its own role after it has connected.

do $$
declare
	r text;
begin
	foreach r in array array[
		'lsctl_owner',			-- owns the schema: migrations only
		'lsctl_backup',			-- reads everything, and changes nothing
		'lsctl_admin', 'lsctl_operator', 'lsctl_viewer',	-- people
		'lsctl_channel', 'lsctl_keys', 'lsctl_hook', 'lsctl_health', 'lsctl_switch', 'lsctl_user',	-- one for each tool
		'lsctl_web', 'lsctl_act'	-- of the API: no person has them
	] loop
		if not exists (select from pg_roles where rolname = r) then
			execute format('create role %I nologin', r);
		end if;
	end loop;
end $$;

-- A login that may use a tool may set its role.
grant lsctl_health to lsctl_viewer;
grant lsctl_viewer, lsctl_switch, lsctl_keys to lsctl_operator;
grant lsctl_operator, lsctl_channel, lsctl_hook, lsctl_user to lsctl_admin;
