-- A destination whose server asks who publishes: a user, and a password that is sealed like the key; and how long the
-- server may take to accept the stream. declaration_keys_lost() returns the password, too, since then.

alter table lsctl.destination
	add column user_name		text check (user_name ~ '^[A-Za-z0-9._@+~-]{1,128}$'),
	add column password_sealed	bytea,
	add column password_key_id	text references lsctl.master_key,
	add column password_at		timestamptz,
	add column answer_ms		integer not null default 20000 check (answer_ms between 1000 and 120000),
	add check ((password_sealed is null) = (password_key_id is null));
drop function if exists lsctl.declaration_keys_lost(jsonb);
