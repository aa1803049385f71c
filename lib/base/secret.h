/* SPDX-License-Identifier: ISC */
/* A process that holds secrets. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/* No core file, and no other process of the user may look into this one's memory. */
void	secret_guard(void);

/* free(3) that leaves nothing of a block behind; NULL is allowed. Fit for jansson's allocator. */
void	secret_free(void *);

#endif
