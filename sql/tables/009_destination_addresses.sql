-- Of a destination with two addresses: whether both get the stream at the same time; if not, how long the forwarder stays on
-- backup_url before it tries url again, 0: until it fails.

alter table lsctl.destination
	add column send_to text not null default 'one' check (send_to in ('one', 'both')),
	add column primary_retry_ms integer not null default 60000 check (primary_retry_ms between 0 and 86400000),
	add check (send_to = 'one' or backup_url is not null);
