/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/prompt.h"
#include "process/private_file.h"
#include "process/secret_read.h"

#include <bsd/readpassphrase.h>
#include <errno.h>

int
prompt_secret(const char *prompt, char *dst, size_t size)
{
	if (readpassphrase(prompt, dst, size, RPP_REQUIRE_TTY) != NULL)
		return 0;
	if (errno == ENXIO)	/* no controlling terminal */
		errno = ENOTTY;
	explicit_bzero(dst, size);
	return -1;
}

int
prompt_key(const char *file, const char *prompt, char *dst, size_t size)
{
	char reason[512];
	int rc, error;

	rc = file != NULL ? secret_file(file, dst, size) : prompt_secret(prompt, dst, size);
	if (rc == 0)
		return 0;
	error = errno;
	private_file_reason(file == NULL ? "terminal" : strcmp(file, "-") == 0 ? "standard input" : file, reason,
	    sizeof(reason));
	log_warnx("stream key: %s", reason);
	errno = error;
	return -1;
}
