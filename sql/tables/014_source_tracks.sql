-- Which tracks a live source has. Where it has no sound by nature, the forwarder adds silence.

alter table lsctl.source
	add column tracks text not null default 'both' check (tracks in ('both', 'video')),
	add check (tracks = 'both' or kind = 'live');
