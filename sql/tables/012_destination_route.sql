-- The way to a destination: an address or interface of its host to send from, and a proxy. The key of a destination is for
-- its server alone, so a proxy carries only TLS.

alter table lsctl.destination
	add column bind		text check (bind ~ '^[A-Za-z0-9:._@-]{1,45}$'),
	add column proxy	text check (proxy ~ '^(socks5|http)://[^@/]+:[0-9]+/?$' and length(proxy) <= 280),
	add check (proxy is null or (url ~* '^rtmps:' and coalesce(backup_url ~* '^rtmps:', true)));
