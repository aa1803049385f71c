/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "lsctl-channel/prompt.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

int
prompt_print(const struct buf *out)
{
	if (fwrite(out->data + out->head, 1, buf_len(out), stdout) == buf_len(out) &&
	    fflush(stdout) == 0)
		return 0;
	log_warn("stdout");
	return EX_IOERR;
}

int
prompt_confirm(bool yes, const char *what, const char *question)
{
	char answer[8] = "";

	if (yes)
		return 0;
	if (!isatty(STDIN_FILENO)) {
		log_warnx("%s asks at a terminal: use --yes", what);
		return EX_USAGE;
	}
	fprintf(stderr, "%s [y/N] ", question);
	return fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y') ? 0 : 1;
}
