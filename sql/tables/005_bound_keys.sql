-- The key of a destination is sealed for the addresses of its servers. The functions that find and store one have other
-- signatures since then; what an older tool would store with the old ones does not open.

drop function if exists lsctl.keys_dest_find(text, text);
drop function if exists lsctl.keys_dest_rotate(bigint, text, text, text);
