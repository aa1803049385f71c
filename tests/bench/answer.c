/* SPDX-License-Identifier: ISC */
/*
 * What no process a callback can undercut: a CGI that takes its body, says yes, and knows nothing. storm links
 * it as it does lsctl-hook, static.
 */
#include <string.h>
#include <unistd.h>

int
main(void)
{
	static const char yes[] = "Status: 200 OK\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 1\r\n\r\n0";
	char body[4096];

	if (read(STDIN_FILENO, body, sizeof(body)) == -1)
		return 1;
	return write(STDOUT_FILENO, yes, strlen(yes)) == -1;
}
