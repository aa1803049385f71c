-- Finds the permission of a client that publishes now, however many others knocked after it.

create index event_client on lsctl.event (channel, source, (detail ->> 'client'), id) where kind = 'publish-allowed';
