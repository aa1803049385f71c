-- Of a destination with two addresses: how long the forwarder stays on backup_url before it tries url again; 0: until it fails.

alter table lsctl.destination add column primary_retry_ms integer not null default 60000
	check (primary_retry_ms between 0 and 86400000);
