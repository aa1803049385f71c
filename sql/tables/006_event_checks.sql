-- What no reader of events could cope with.

alter table lsctl.event add constraint event_at_finite check (isfinite(at)),
	add constraint event_detail_object check (jsonb_typeof(detail) = 'object');
