-- How long events are kept. Nobody needs each refusal for long; what people did is kept for years.

create table lsctl.event_retention (
	kind	text primary key check (kind ~ '^([a-z-]+|\*)$'),	-- *: all others
	keep	interval not null check (keep >= interval '1 day')
);
insert into lsctl.event_retention (kind, keep) values
	('*', '400 days'),
	('publish-refused', '14 days'), ('play-refused', '14 days'), ('callback-refused', '14 days'), ('callbacks', '14 days'),
	('publish-allowed', '90 days'), ('publish-ended', '90 days'), ('play-allowed', '14 days'), ('play-ended', '14 days'),
	('declared', '3650 days'), ('taken-over', '3650 days'), ('token-new', '3650 days'), ('rotated', '3650 days'),
	('revoked', '3650 days'), ('rekeyed', '3650 days');
grant select on lsctl.event_retention to lsctl_viewer;

alter table lsctl.host add events_expired_at timestamptz;	-- see events_expire()
create index event_kind on lsctl.event (kind, at);
