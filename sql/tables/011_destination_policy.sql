-- When and how the forwarder leaves a destination that works; see lsctl-spec(5). Hours are those of the host.

alter table lsctl.destination
	add column on_change	text not null default 'continue' check (on_change in ('continue', 'redial')),
	add column unpublish	text not null default 'auto' check (unpublish in ('auto', 'always', 'never')),
	add column renew_ms	integer not null default 0 check (renew_ms = 0 or renew_ms between 60000 and 604800000),
	add column renew_at	text check (renew_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
	add column schedule	text check (schedule ~ '^[a-z0-9:;, -]+$' and length(schedule) <= 1024),
	add column max_kbps	integer not null default 0 check (max_kbps between 0 and 1000000);
