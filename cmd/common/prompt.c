/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/prompt.h"
#include "process/private_file.h"
#include "process/secret_read.h"

#include <bsd/readpassphrase.h>
#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

/* Reads a secret without echo. 0, or -1 with errno; ENOTTY: there is no terminal. */
static int
secret_prompt(const char *prompt, char *dst, size_t size)
{
	if (readpassphrase(prompt, dst, size, RPP_REQUIRE_TTY) != NULL)
		return 0;
	if (errno == ENXIO)	/* no controlling terminal */
		errno = ENOTTY;
	explicit_bzero(dst, size);
	return -1;
}

int
prompt_key(const char *what, const char *file, const char *prompt, char *dst, size_t size)
{
	struct error err;
	int rc, error;

	rc = file != NULL ? secret_file(file, dst, size) : secret_prompt(prompt, dst, size);
	if (rc == 0)
		return 0;
	error = errno;
	private_file_reason(file == NULL ? "terminal" : strcmp(file, "-") == 0 ? "standard input" : file, &err);
	log_warnx("%s: %s", what, err.text);
	errno = error;
	return -1;
}

int
prompt_confirm(bool yes, const char *what, const char *question)
{
	char answer[8] = "";

	if (yes)
		return 0;
	if (!isatty(STDIN_FILENO)) {
		log_warnx("%s asks at a terminal, and there is none: use --yes", what);
		return EX_USAGE;
	}
	fprintf(stderr, "%s [y/N] ", question);
	return fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y') ? 0 : 1;
}
