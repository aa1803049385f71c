-- Who writes backups reads everything, what later migrations make too, and changes nothing.

grant usage on schema lsctl to lsctl_backup;
grant select on all tables in schema lsctl to lsctl_backup;
grant select on all sequences in schema lsctl to lsctl_backup;
-- Tables of ours are the owner's, who runs this.
alter default privileges in schema lsctl grant select on tables to lsctl_backup;
alter default privileges in schema lsctl grant select on sequences to lsctl_backup;
