-- Accounts of the pages and the API: who they are, how they sign in, and what proves it. Of each secret there is only a
-- digest (SHA-256 of random bits, or yescrypt of a password), or it is sealed under the master key.

alter table lsctl.operator rename to account;
alter table lsctl.account rename constraint operator_pkey to account_pkey;
alter table lsctl.account rename constraint operator_role_check to account_role_check;
alter table lsctl.account
	add column id		bigint generated always as identity unique,
	add column channels	text[] check (array_position(channels, null) is null),	-- null: all
	add column password_at	timestamptz,
	add check (name ~ '^[a-z0-9][a-z0-9._@+-]{0,62}$') not valid;

-- The second factor, TOTP (RFC 6238): its secret, sealed; the last time step of which a code was used, because a code is
-- good once (section 5.2).
create table lsctl.totp (
	account_id	bigint primary key references lsctl.account (id) on delete cascade,
	sealed		bytea not null,
	key_id		text not null references lsctl.master_key,
	confirmed_at	timestamptz,		-- when its first code was entered; null: not in force yet
	step		bigint
);

-- A link that sets a password once: the invitation of a new account, or a reset.
create table lsctl.account_link (
	digest		bytea primary key check (octet_length(digest) = 32),
	account_id	bigint not null references lsctl.account (id) on delete cascade,
	created_at	timestamptz not null default now(),
	created_by	text not null,
	expires_at	timestamptz not null,
	used_at		timestamptz
);

-- Each is good for one sign-in, in place of a code of TOTP.
create table lsctl.recovery_code (
	account_id	bigint not null references lsctl.account (id) on delete cascade,
	digest		bytea not null check (octet_length(digest) = 32),
	used_at		timestamptz,
	primary key (account_id, digest)
);

-- What a request shows: the cookie of a session, or the token of a program. A token has a name, and may do less than its
-- account: a role, and channels.
create table lsctl.credential (
	id		bigint generated always as identity primary key,
	digest		bytea not null unique check (octet_length(digest) = 32),
	kind		text not null check (kind in ('session', 'token')),
	account_id	bigint not null references lsctl.account (id) on delete cascade,
	name		text check ((kind = 'token') = (name is not null) and name ~ '^[a-z][a-z0-9._-]{0,62}$'),
	role		text check (role in ('admin', 'operator', 'viewer')),	-- null: that of the account
	channels	text[] check (array_position(channels, null) is null),	-- null: those of the account
	created_at	timestamptz not null default now(),
	seen_at		timestamptz not null default now(),
	expires_at	timestamptz not null,
	revoked_at	timestamptz,
	address		text,
	agent		text check (length(agent) <= 200)
);
create index credential_account on lsctl.credential (account_id);
create unique index token_name on lsctl.credential (account_id, name) where kind = 'token' and revoked_at is null;

-- A browser in which an account has signed in before; others may use it, too. Guesses from elsewhere cannot lock it out.
create table lsctl.device (
	digest		bytea not null check (octet_length(digest) = 32),
	account_id	bigint not null references lsctl.account (id) on delete cascade,
	seen_at		timestamptz not null default now(),
	primary key (digest, account_id)
);

-- Failed attempts to sign in: of an address, of an account from unknown browsers, of an account in a known browser.
create table lsctl.sign_in_failure (
	subject		text primary key,	-- address:..., account:NAME, device:DIGEST:NAME
	count		integer not null,
	first_at	timestamptz not null,
	last_at		timestamptz not null
);

-- Requests that named an Idempotency-Key, for a day: each acts once. Answers are not kept, because they have secrets.
create table lsctl.idempotency (
	account_id	bigint not null references lsctl.account (id) on delete cascade,
	key		text not null check (length(key) between 1 and 128),
	request		bytea not null check (octet_length(request) = 32),	-- SHA-256 of method, path and body
	done		boolean not null default false,	-- false: it still runs
	at		timestamptz not null default now(),
	primary key (account_id, key)
);

insert into lsctl.event_retention (kind, keep) values
	('signed-in', '400 days'), ('signed-out', '400 days'), ('sign-in-refused', '90 days'), ('account', '3650 days'),
	('key-shown', '3650 days')
	on conflict do nothing;

-- The audit log asks for what somebody did.
create index event_who on lsctl.event (who, id) where kind in ('switched', 'declared', 'rotated', 'account', 'key-shown');
