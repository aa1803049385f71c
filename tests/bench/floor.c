/* SPDX-License-Identifier: ISC */
/*
 * What nobody can undercut: reads a socket, writes to N sockets, and does nothing else.
 *
 *	floor [-l MS] FROM-PORT TO-PORT NAME...
 *
 * As the bytes arrive, or with -l in batches: all bytes of MS at once.
 */
#include "rtmp.h"

#include <errno.h>

#define OUTPUTS	64

static uint8_t batch[4 << 20];

static void
sleep_until(int64_t us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

int
main(int argc, char **argv)
{
	int64_t every = 0, next;
	int in, out[OUTPUTS], n = 0, size = 1 << 20, c, i;
	ssize_t got;
	size_t have;

	while ((c = getopt(argc, argv, "l:")) != -1)
		if (c == 'l')
			every = atoll(optarg) * 1000;
	if (argc - optind < 3 || argc - optind - 2 > OUTPUTS)
		errx(1, "usage: floor [-l MS] FROM-PORT TO-PORT NAME...");
	for (i = optind + 2; i < argc; i++) {
		out[n] = tcp_connect(atoi(argv[optind + 1]));
		write_all(out[n], argv[i], strlen(argv[i]));
		write_all(out[n++], "\n", 1);
	}
	in = tcp_connect(atoi(argv[optind]));
	if (every > 0)
		setsockopt(in, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	for (next = now_us();; next += every) {
		if (every > 0)
			sleep_until(next);
		have = 0;
		do {
			got = recv(in, batch + have, sizeof(batch) - have,
			    every > 0 ? MSG_DONTWAIT : 0);
			if (got == 0 || (got == -1 && errno != EAGAIN))
				err(1, "recv");
			have += got > 0 ? (size_t)got : 0;
		} while (every > 0 && got > 0 && have < sizeof(batch));
		for (i = 0; i < n && have > 0; i++)
			write_all(out[i], batch, have);
	}
}
