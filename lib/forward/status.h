/* SPDX-License-Identifier: ISC */
/* The answer to the command status, which lsctl-forward(8) describes. */
#ifndef FORWARD_STATUS_H
#define FORWARD_STATUS_H

#include "forward/forwarder.h"

/* The state as one JSON object in text, to be freed; NULL when out of memory. */
char	*forwarder_status(const struct forwarder *, int64_t now);

#endif
