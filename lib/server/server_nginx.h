/* SPDX-License-Identifier: ISC */
#ifndef SERVER_SERVER_NGINX_H
#define SERVER_SERVER_NGINX_H

#include "server/server_driver.h"

extern const struct server_driver server_nginx;

#endif
