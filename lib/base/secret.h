/* SPDX-License-Identifier: ISC */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/* free(3) that leaves nothing of a block behind; NULL is allowed. */
void	secret_free(void *);

#endif
