/* SPDX-License-Identifier: ISC */
/* The values of a declaration. Each function returns NULL if the value is valid, else what is valid. */
#ifndef CONTROL_DECLARE_DECLARED_VALUE_H
#define CONTROL_DECLARE_DECLARED_VALUE_H

const char	*declared_name(const char *);		/* of a channel or destination */
const char	*declared_source_name(const char *);	/* neither auto nor off */
const char	*declared_host_name(const char *);
const char	*declared_rtmp_url(const char *);	/* has host and path, no login, no blanks */
const char	*declared_http_url(const char *);
const char	*declared_network(const char *);	/* "10.0.0.0/8", "::1" */
const char	*declared_file(const char *);		/* stays inside the folder that it is relative to */
const char	*declared_ca_file(const char *);	/* below /etc/lsctl or /etc/ssl: nobody else's certificates */
const char	*declared_tracks(const char *);		/* of a live source */
const char	*declared_key(const char *);		/* a stream key */
const char	*declared_user(const char *);		/* who publishes, for a server that asks */
const char	*declared_password(const char *);

const char	*declared_server(const char *);		/* the media server of a host */
const char	*declared_source_kind(const char *);
const char	*declared_send_to(const char *);
const char	*declared_on_backup(const char *);
const char	*declared_on_change(const char *);
const char	*declared_unpublish(const char *);
const char	*declared_time_of_day(const char *);
const char	*declared_schedule(const char *);
const char	*declared_bind(const char *);
const char	*declared_proxy(const char *);

#endif
