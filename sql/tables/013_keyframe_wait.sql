-- How long a destination waits for a keyframe of the source on the air before the next source takes over; 0: for ever.

alter table lsctl.channel
	add column keyframe_wait_ms integer not null default 10000 check (keyframe_wait_ms between 0 and 3600000);
