/* SPDX-License-Identifier: ISC */
#ifndef LSCTL_ACT_TOOL_CODE_H
#define LSCTL_ACT_TOOL_CODE_H

/* What the exit status of a tool of lsctl means to a client: act_code of control/act/act.h. */
const char	*tool_code(int status);

#endif
