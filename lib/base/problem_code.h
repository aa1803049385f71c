/* SPDX-License-Identifier: ISC */
/*
 * Every problem that lsctl reports has a code and a subject, which identify it for programs, and a text for people.
 * This is the only list of codes; lsctl-codes(7) describes them for operators.
 *
 * The subject of a problem is "channel", "host", "database", "server", "spool", "forwarder", "loop", "source:NAME",
 * "destination:NAME" or "stream:NAME".
 */
#ifndef BASE_PROBLEM_CODE_H
#define BASE_PROBLEM_CODE_H

#include <stdbool.h>
#include <stddef.h>

#define PROBLEM_KEYFRAMES_MS	4100	/* between keyframes, and no more: YouTube and Facebook accept 4 s */

enum problem {
	/* of a host */
	PROBLEM_SERVER_DOWN,
	PROBLEM_SERVER_DENIED,
	PROBLEM_SERVER_UNRECOGNIZED,
	PROBLEM_SERVER_UNKNOWN,
	PROBLEM_DATABASE_DOWN,
	PROBLEM_DATABASE_DENIED,
	PROBLEM_DATABASE_SCHEMA,
	PROBLEM_HOST_UNDECLARED,
	PROBLEM_RECONCILE_LATE,
	PROBLEM_UNKNOWN_PUBLISHER,
	PROBLEM_UNKNOWN_PUBLISHERS,
	PROBLEM_PUBLISHER_PAST_HOOK,
	PROBLEM_ORPHAN_STREAMS,
	PROBLEM_SPOOL_WAITS,
	PROBLEM_SPOOL_REFUSED,
	PROBLEM_ALERTS_NOT_VALID,
	/* of a channel */
	PROBLEM_NOT_OF_THIS_HOST,
	PROBLEM_DISABLED_BUT_RUNNING,
	PROBLEM_WAITS_FOR_HOST,
	PROBLEM_FORWARDER_DOWN,
	PROBLEM_FORWARDER_HUNG,
	PROBLEM_FORWARDER_DENIED,
	PROBLEM_LOOP_DOWN,
	PROBLEM_LOOP_HUNG,
	PROBLEM_LOOP_DENIED,
	PROBLEM_LOOP_CANNOT_PUBLISH,
	PROBLEM_NOTHING_ON_AIR,
	PROBLEM_SHOULD_BE_ON,
	PROBLEM_BACKUP_ON_AIR,
	PROBLEM_SERVER_RESTARTED,
	/* of a source */
	PROBLEM_PIN_NOT_HEALTHY,
	PROBLEM_SOURCE_ABSENT,
	PROBLEM_SOURCE_ENDED,
	PROBLEM_SOURCE_SILENT,
	PROBLEM_NO_VIDEO,
	PROBLEM_NO_AUDIO,
	PROBLEM_NO_KEYFRAME,
	PROBLEM_NO_IDR,
	PROBLEM_ANNEX_B,
	PROBLEM_OTHER_TRACK,
	PROBLEM_SLOW_ENCODER,
	PROBLEM_VIDEO_STALLED,
	PROBLEM_AUDIO_STALLED,
	PROBLEM_FILE_UNREADABLE,
	PROBLEM_NO_MEDIA,
	PROBLEM_KEYFRAMES_FAR_APART,
	PROBLEM_BITRATE_LOW,
	PROBLEM_FRAME_RATE_LOW,
	PROBLEM_B_FRAMES,
	PROBLEM_ENCODER_MISSING,
	PROBLEM_FORMATS_DIFFER,
	PROBLEM_PUBLISHER_SILENT,
	PROBLEM_PUBLISHER_NOT_ALLOWED,
	PROBLEM_PUBLISHERS_REFUSED,
	PROBLEM_ORPHAN_STREAM,
	PROBLEM_NO_TOKEN,
	PROBLEM_NO_FILM,
	/* of a destination */
	PROBLEM_DESTINATION_DOWN,
	PROBLEM_DESTINATION_BEHIND,
	PROBLEM_BITRATE_HIGH,
	PROBLEM_WAITING_KEYFRAME,
	PROBLEM_NO_DESTINATION_LIVE,
	PROBLEM_NO_STREAM_KEY,
	PROBLEMS		/* none of them */
};

/* What must have been observed before lsctl can know that a problem is over. */
enum problem_seen_by {
	OBSERVED_BY_ALL,	/* database, media server, and the channel's forwarder */
	OBSERVED_BY_DATABASE,
	OBSERVED_BY_SERVER,
	OBSERVED_BY_US		/* files of this machine only */
};

struct problem_code {
	const char		*name;		/* "no-video" */
	bool			 critical;	/* else a warning */
	enum problem_seen_by	 seen_by;
	const char		*meaning;	/* one line; see problem_text() */
	const char		*advice;	/* what to do or to type next; NULL: the meaning says it */
};

const struct problem_code *problem_code(enum problem);

/* PROBLEMS: there is no problem of this name. */
enum problem	 problem_find(const char *name);

/*
 * "source obs: MEANING: ADVICE" for the subject "source:obs", "MEANING: ADVICE" for a subject without a name. In both,
 * %c becomes the channel, %n the name of the subject, and %d the detail, which is for people only.
 * Returns dst, truncated to fit.
 */
char		*problem_text(char *dst, size_t size, enum problem, const char *channel,
		    const char *subject, const char *detail);

#endif
