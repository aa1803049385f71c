-- Times and durations as JSON has them.

-- RFC 3339 in UTC with milliseconds: texts that compare byte by byte in the order of time.
create or replace function lsctl.rfc3339(t timestamptz) returns text language sql stable
set search_path = lsctl, pg_temp as $$
	select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') collate "C"
$$;

-- The time in a text from outside the database; NULL if it has none.
create or replace function lsctl.time_or_null(t text) returns timestamptz language plpgsql stable
set search_path = lsctl, pg_temp as $$
begin
	return case when isfinite(t::timestamptz) then t::timestamptz end;
exception when others then
	return null;
end $$;

create or replace function lsctl.interval_ms(t interval) returns bigint language sql immutable
set search_path = lsctl, pg_temp as $$
	select ceil(extract(epoch from t) * 1000)::bigint
$$;
