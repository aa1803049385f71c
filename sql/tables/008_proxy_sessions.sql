-- How a session was made: by the name that a trusted proxy gave, or as before by the person's own proof.
alter table lsctl.credential add column via text check (via in ('proxy'));
