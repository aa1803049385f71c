-- The tables: what is declared, what operators want, who may publish, what is observed, and what happened.
-- lsctl-db(8) runs this file once, as lsctl_owner, in the transaction that also applies sql/functions/. Do not edit
-- a file of this folder after it ran anywhere: add the next one.

create table lsctl.host (
	name		text primary key check (name ~ '^[a-z0-9][a-z0-9.-]{0,252}$'),
	server		text not null default 'srs' check (server in ('srs', 'nginx')),
	play_url	text not null default 'rtmp://127.0.0.1/live',	-- forwarders and loops reach it there
	publish_url	text not null default 'rtmp://127.0.0.1/live',	-- encoders publish to it
	api_url		text not null default 'http://127.0.0.1:1985',	-- SRS: API; nginx: stat and control
	reconciled_at	timestamptz		-- the last pass of lsctl-switch(8) on it
);

create table lsctl.channel (
	id		bigint generated always as identity primary key,
	name		text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
	host		text not null references lsctl.host (name) on update cascade,
	enabled		boolean not null default true,
	delay_ms	integer not null default 2000 check (delay_ms between 0 and 30000),
	stall_ms	integer not null default 1500 check (stall_ms between 200 and 30000),
	stable_ms	integer not null default 5000 check (stable_ms between 0 and 3600000),
	stable_max_ms	integer not null default 60000 check (stable_max_ms >= stable_ms),
	play_from	cidr[] not null default '{127.0.0.0/8,::1/128}',	-- who may play its streams
	-- the operator's override: auto, off, or a source; a pin may expire
	mode		text not null default 'auto',
	mode_until	timestamptz,
	mode_reason	text,
	mode_by		text,
	mode_at		timestamptz,
	created_at	timestamptz not null default now()
);

-- In order of preference. The publisher of a source publishes stream CHANNEL_SOURCE in application live.
create table lsctl.source (
	id		bigint generated always as identity primary key,
	channel_id	bigint not null references lsctl.channel on delete cascade,
	name		text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$' and name not in ('auto', 'off')),
	position	integer not null,
	kind		text not null check (kind in ('live', 'loop', 'file')),
	unique (channel_id, name),
	unique (channel_id, position) deferrable initially deferred
);

-- Prepared files of a loop or file source, in order; relative to the media folder.
create table lsctl.media (
	source_id	bigint not null references lsctl.source on delete cascade,
	position	integer not null,
	path		text not null check (path <> '' and path !~ '[[:cntrl:]]'),
	primary key (source_id, position)
);

-- The identity of a master key, never the key itself. probe is a known text sealed under it: a tool opens it to
-- detect a wrong key before it writes anything.
create table lsctl.master_key (
	id		text primary key check (id ~ '^[0-9a-f]{16}$'),	-- first 8 bytes of SHA-256 of the key
	probe		bytea not null,
	created_at	timestamptz not null default now(),
	current		boolean not null default false
);
create unique index master_key_current on lsctl.master_key (current) where current;

-- A publisher's token: its SHA-256, which the hook compares, and the token itself, sealed (AES-256-GCM), so that
-- lsctl-keys(8) can show it again.
create table lsctl.token (
	id		bigint generated always as identity primary key,
	source_id	bigint not null references lsctl.source on delete cascade,
	digest		bytea not null unique check (octet_length(digest) = 32),
	sealed		bytea not null,
	key_id		text not null references lsctl.master_key,
	created_at	timestamptz not null default now(),
	created_by	text not null default session_user,
	expires_at	timestamptz,		-- set when a token replaced it with grace
	revoked_at	timestamptz
);
create index token_source on lsctl.token (source_id);
-- A source has at most one token without an end; a replaced token in its grace has expires_at.
create unique index token_current on lsctl.token (source_id)
	where revoked_at is null and expires_at is null;

create table lsctl.destination (
	id		bigint generated always as identity primary key,
	channel_id	bigint not null references lsctl.channel on delete cascade,
	name		text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
	position	integer not null,
	enabled		boolean not null default true,
	url		text not null check (url ~ '^rtmps?://'),
	backup_url	text check (backup_url ~ '^rtmps?://'),
	on_backup	text not null default 'send' check (on_backup in ('send', 'disconnect')),
	queue_ms	integer not null default 8000 check (queue_ms between 1000 and 60000),
	ca_file		text,
	sealed		bytea,			-- the stream key; NULL: none yet
	key_id		text references lsctl.master_key,
	key_at		timestamptz,
	unique (channel_id, name),
	check ((sealed is null) = (key_id is null))
);

-- Values that a rekey in progress has sealed anew. old_digest: SHA-256 of the sealed value that the new one replaces;
-- it detects that the value changed meanwhile.
create table lsctl.resealed (
	place		text primary key,
	old_digest	bytea not null check (octet_length(old_digest) = 32),
	sealed		bytea not null,
	key_id		text not null references lsctl.master_key
);

-- Which host owns a channel. When a channel moves, its new host starts it only after the old one has stopped it and
-- released it: at no moment do two hosts run a forwarder for one stream key. A lease has no end, because a host that
-- does not reach the database keeps its channels on the air: its host releases it, or a person takes the channel
-- over.
create table lsctl.lease (
	channel		text primary key,	-- a name: what runs outlives the declaration
	host		text not null references lsctl.host (name) on update cascade,
	since		timestamptz not null default now()
);
create index lease_host on lsctl.lease (host);

-- The last observed health record of a channel.
create table lsctl.state (
	channel_id	bigint primary key references lsctl.channel on delete cascade,
	state		text not null,
	since		timestamptz not null,
	record		jsonb not null,
	observed_at	timestamptz not null default now()
);

-- Append-only. uid makes it harmless to write an event twice: a spooled event is sent until the database has it.
create table lsctl.event (
	id		bigint generated always as identity primary key,
	uid		uuid not null unique default gen_random_uuid(),
	at		timestamptz not null default now(),
	host		text not null,
	channel		text,			-- a name: it outlives the channel
	kind		text not null,		-- publish-allowed, publish-refused, state, rotated, switched, ...
	source		text,
	who		text not null default session_user,
	reason		text,
	detail		jsonb not null default '{}'
);
create index event_channel on lsctl.event (channel, at);
create index event_at on lsctl.event (at);
create index event_publisher on lsctl.event (channel, source, id) where kind in ('publish-allowed', 'kicked');
grant select on lsctl.event to lsctl_viewer;

-- Users of the admin pages. An admin may do everything, an operator may switch and rotate, a viewer may look.
create table lsctl.operator (
	name		text primary key,
	role		text not null check (role in ('admin', 'operator', 'viewer')),
	password	text,			-- a salted hash, never the password
	created_at	timestamptz not null default now(),
	disabled_at	timestamptz
);

-- lsctl_backup reads every table, those of later files too, and changes nothing.
grant select on all tables in schema lsctl to lsctl_backup;
grant select on all sequences in schema lsctl to lsctl_backup;
alter default privileges in schema lsctl grant select on tables to lsctl_backup;
alter default privileges in schema lsctl grant select on sequences to lsctl_backup;
