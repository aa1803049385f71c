/* SPDX-License-Identifier: ISC */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/* Wipes the whole block, then free(3); NULL is allowed. */
void	secret_free(void *);

#endif
