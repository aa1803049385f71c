/* SPDX-License-Identifier: ISC */
/* QR codes (ISO/IEC 18004), error correction level M. Only qr.c includes qrencode.h. */
#ifndef CONTROL_ACCOUNT_QR_H
#define CONTROL_ACCOUNT_QR_H

/*
 * Each to be released by secret_free() (base/secret.h): what is in the code can be a secret. NULL: no memory, or text is
 * empty or too long (2331 bytes).
 */

/* An <svg> element, with a white margin of four modules; black on white also on a dark page. */
char	*qr_svg(const char *text);

/* Lines for a terminal: two modules in a character by the half blocks of Unicode, dark on light by colour (ECMA-48). */
char	*qr_terminal(const char *text);

#endif
