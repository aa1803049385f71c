/* SPDX-License-Identifier: ISC */
/*
 * What nobody can undercut: reads a socket, writes to N sockets, and does nothing else.
 *
 *	floor [-l MS [-n INPUTS]] FROM-PORT TO-PORT NAME...
 *
 * As the bytes arrive, or with -l in batches: all bytes of MS at once. Of several inputs one is written, and the others
 * are read half as often: as a forwarder does it whose delay lines must have what they may need.
 */
#include "rtmp.h"

#include <errno.h>
#include <stdbool.h>

#define OUTPUTS	64
#define INPUTS	8

static uint8_t batch[4 << 20];

static void
sleep_until(int64_t us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/* Reads what there is, and waits for it if there is no batch to fill; its size. */
static size_t
receive(int in, bool wait)
{
	size_t have = 0;
	ssize_t got;

	do {
		got = recv(in, batch + have, sizeof(batch) - have, wait ? 0 : MSG_DONTWAIT);
		if (got == 0 || (got == -1 && errno != EAGAIN))
			err(1, "recv");
		have += got > 0 ? (size_t)got : 0;
	} while (!wait && got > 0 && have < sizeof(batch));
	return have;
}

int
main(int argc, char **argv)
{
	int64_t every = 0, next;
	int in[INPUTS], inputs = 1, out[OUTPUTS], n = 0, size = 1 << 20, c, i;
	unsigned int turn = 0;
	size_t have;

	while ((c = getopt(argc, argv, "l:n:")) != -1)
		if (c == 'l')
			every = atoll(optarg) * 1000;
		else if (c == 'n')
			inputs = atoi(optarg);
	if (argc - optind < 3 || argc - optind - 2 > OUTPUTS || inputs < 1 || inputs > INPUTS)
		errx(1, "usage: floor [-l MS [-n INPUTS]] FROM-PORT TO-PORT NAME...");
	for (i = optind + 2; i < argc; i++) {
		out[n] = tcp_connect(atoi(argv[optind + 1]));
		write_all(out[n], argv[i], strlen(argv[i]));
		write_all(out[n++], "\n", 1);
	}
	for (i = 0; i < inputs; i++) {
		in[i] = tcp_connect(atoi(argv[optind]));
		if (every > 0)
			setsockopt(in[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	}
	for (next = now_us();; next += every) {
		if (every > 0)
			sleep_until(next);
		for (i = 1, turn++; i < inputs && turn % 2 == 0; i++)
			receive(in[i], false);
		have = receive(in[0], every == 0);
		for (i = 0; i < n && have > 0; i++)
			write_all(out[i], batch, have);
	}
}
