/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "flv/flv_loop.h"
#include "lsctl-loop/call.h"

#include <sysexits.h>

#define KEYFRAME_MAX_MS	4000	/* what YouTube and Facebook accept at most */

static void
facts_print(const char *path, const struct flv_loop_facts *x)
{
	char video[64], audio[64];

	video_format_print(&x->video, video, sizeof(video));
	audio_format_print(&x->audio, audio, sizeof(audio));
	printf("%s: %lld.%03lld s, %s, %s, %lld kb/s, keyframes every %.2f s", path,
	    (long long)x->ms / 1000, (long long)x->ms % 1000, video, audio,
	    (long long)(x->bytes * 8 / x->ms), (double)x->key_max_ms / 1000);
}

/* Prints what keeps a playable file from looping well. True if there is anything. */
static bool
flaws_print(const struct flv_loop_facts *x)
{
	bool flaw = false;

	if (!x->constant_fps)
		flaw = printf("; its frame rate is not constant") > 0;
	if (x->key_max_ms > KEYFRAME_MAX_MS)
		flaw = printf("; its keyframes are too far apart") > 0;
	if (!x->audio_even)
		flaw = printf("; its audio has holes") > 0;
	if (x->audio_late_ms > PREPARE_GAP_MS)
		flaw = printf("; its audio begins %lld ms after its video",
		    (long long)x->audio_late_ms) > 0;
	if (x->audio_short_ms > 0)
		flaw = printf("; its audio ends %lld ms before its video",
		    (long long)x->audio_short_ms) > 0;
	if (x->bad > 0)		/* nobody hears or sees it: ffmpeg writes one for ADTS */
		printf("; %u empty or broken messages are left out", x->bad);
	return flaw;
}

/* Checks one file. The exit status for it alone. */
static int
check_file(const char *path)
{
	struct flv_fault fault;
	struct flv_loop *l;
	int status;

	if ((l = flv_loop_open(&path, 1, &fault)) == NULL) {
		if (fault.offset >= 0)
			printf("%s: byte %lld: %s\n", path, (long long)fault.offset, fault.reason);
		else
			printf("%s: %s\n", path, fault.reason);
		return EX_DATAERR;
	}
	facts_print(path, flv_loop_facts(l, 0));
	status = flaws_print(flv_loop_facts(l, 0)) ? 1 : 0;
	printf("\n");
	flv_loop_close(l);
	return status;
}

int
call_check(void *arg)
{
	const struct call *c = arg;
	int status = 0, one, i;

	for (i = 0; i < c->o.argc; i++) {
		if ((one = check_file(c->o.argv[i])) > status)
			status = one;
	}
	if (fflush(stdout) == EOF) {
		log_warn("stdout");
		return EX_IOERR;
	}
	return status;
}
