/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/problem_code.h"

static const struct problem_code codes[PROBLEMS] = {
	[PROBLEM_SERVER_DOWN] = { "server-down", true, OBSERVED_BY_SERVER,
	    "%d: no encoder or loop can publish; channels play their files meanwhile",
	    "restart it: 'nginx -t && systemctl restart nginx', or 'systemctl restart srs'" },
	[PROBLEM_SERVER_DENIED] = { "server-denied", true, OBSERVED_BY_SERVER,
	    "%d: lsctl cannot see who publishes", "write its user:password into /etc/lsctl/server.auth" },
	[PROBLEM_SERVER_UNRECOGNIZED] = { "server-unrecognized", true, OBSERVED_BY_SERVER,
	    "%d: lsctl cannot see who publishes",
	    "correct its kind and address with 'lsctl-channel host set'" },
	[PROBLEM_SERVER_UNKNOWN] = { "server-unknown", true, OBSERVED_BY_SERVER,
	    "the database did not give the address of the media server",
	    "start the database and declare the host, or set LSCTL_SERVER and LSCTL_API_URL" },
	[PROBLEM_DATABASE_DOWN] = { "database-down", false, OBSERVED_BY_DATABASE,
	    "database: %d: nothing can be changed; channels stay as they are",
	    "'systemctl restart postgresql && lsctl-db wait'" },
	[PROBLEM_DATABASE_DENIED] = { "database-denied", false, OBSERVED_BY_DATABASE,
	    "database: %d: this login may not read the channels",
	    "'runuser -u postgres -- lsctl-db grant LOGIN viewer'" },
	[PROBLEM_DATABASE_SCHEMA] = { "database-schema", false, OBSERVED_BY_DATABASE,
	    "database: %d: its schema does not match this version of lsctl",
	    "'lsctl-db status', then 'runuser -u postgres -- lsctl-db migrate'" },
	[PROBLEM_HOST_UNDECLARED] = { "host-undeclared", false, OBSERVED_BY_ALL,
	    "host %d is not declared",
	    "'lsctl-channel host set %d' declares it; if its name is wrong, set LSCTL_HOST" },
	[PROBLEM_RECONCILE_LATE] = { "reconcile-late", false, OBSERVED_BY_DATABASE,
	    "lsctl-switch(8) has finished no pass for %d: nothing is started, switched or disconnected",
	    "'systemctl status lsctl-reconcile.timer lsctl-reconcile' says why" },
	[PROBLEM_UNKNOWN_PUBLISHER] = { "unknown-publisher", false, OBSERVED_BY_ALL,
	    "a client publishes it, but it belongs to no channel: the hook should have refused it",
	    "lsctl-switch(8) disconnects the client; 'lsctl-config diff' shows whether the server calls the hook" },
	[PROBLEM_UNKNOWN_PUBLISHERS] = { "unknown-publishers", false, OBSERVED_BY_ALL,
	    "%d more streams that clients publish belong to no channel",
	    "lsctl-switch(8) disconnects the clients; 'lsctl-config diff' shows whether the server calls the hook" },
	[PROBLEM_PUBLISHER_PAST_HOOK] = { "publisher-past-hook", false, OBSERVED_BY_ALL,
	    "a client publishes it in another vhost, where the server does not call the hook",
	    "remove that vhost from the configuration of the media server" },
	[PROBLEM_ORPHAN_STREAMS] = { "orphan-streams", false, OBSERVED_BY_ALL,
	    "the media server lists %d that nobody publishes and that belong to no channel",
	    "players wait for a wrong name, or the server left the entry behind; a restart of the server "
	    "removes it" },
	[PROBLEM_SPOOL_WAITS] = { "spool-waits", false, OBSERVED_BY_US,
	    "events wait in the spool and do not reach the database",
	    "'lsctl-db status' says whether the database answers, 'systemctl status lsctl-reconcile' whether "
	    "lsctl-switch(8) runs" },
	[PROBLEM_SPOOL_REFUSED] = { "spool-refused", false, OBSERVED_BY_US,
	    "files of the spool were put aside", "look at them in spool/*.refused, then remove them" },
	[PROBLEM_ALERTS_NOT_VALID] = { "alerts-not-valid", false, OBSERVED_BY_US,
	    "nobody is notified of problems: %d", "correct the file, then 'lsctl-alert --test'" },

	[PROBLEM_NOT_OF_THIS_HOST] = { "not-of-this-host", false, OBSERVED_BY_ALL,
	    "runs here, but is no channel of this host", "lsctl-switch(8) stops it" },
	[PROBLEM_DISABLED_BUT_RUNNING] = { "disabled-but-running", false, OBSERVED_BY_ALL,
	    "disabled, but its %d runs", "lsctl-switch(8) stops it" },
	[PROBLEM_WAITS_FOR_HOST] = { "waits-for-host", true, OBSERVED_BY_ALL,
	    "waits for host %d, which still owns the channel, and releases it when it has stopped it",
	    "if that host is off and stays off: 'lsctl-channel take-over %c'" },
	[PROBLEM_FORWARDER_DOWN] = { "forwarder-down", true, OBSERVED_BY_ALL,
	    "forwarder not running",
	    "lsctl-switch(8) starts it; 'systemctl status lsctl-forward@%c' says why it stopped" },
	[PROBLEM_FORWARDER_HUNG] = { "forwarder-hung", true, OBSERVED_BY_ALL,
	    "forwarder does not answer: it hangs, or the machine is overloaded",
	    "systemd(1) restarts it; 'systemd-cgtop' shows what loads the machine" },
	[PROBLEM_FORWARDER_DENIED] = { "forwarder-denied", false, OBSERVED_BY_ALL,
	    "forwarder: this user may not use its control socket", "type the command as root" },
	[PROBLEM_LOOP_DOWN] = { "loop-down", false, OBSERVED_BY_ALL,
	    "loop not running",
	    "lsctl-switch(8) starts it; 'systemctl status lsctl-loop@%c' says why it stopped" },
	[PROBLEM_LOOP_HUNG] = { "loop-hung", false, OBSERVED_BY_ALL,
	    "loop does not answer: it hangs, or the machine is overloaded",
	    "systemd(1) restarts it; 'systemd-cgtop' shows what loads the machine" },
	[PROBLEM_LOOP_DENIED] = { "loop-denied", false, OBSERVED_BY_ALL,
	    "loop: this user may not use its control socket", "type the command as root" },
	[PROBLEM_LOOP_CANNOT_PUBLISH] = { "loop-cannot-publish", false, OBSERVED_BY_ALL,
	    "loop: cannot publish: %d",
	    "'lsctl-events --kind publish-refused %c' shows whether the hook refused it" },
	[PROBLEM_NOTHING_ON_AIR] = { "nothing-on-air", true, OBSERVED_BY_ALL,
	    "nothing is on the air: no source is healthy yet",
	    "start the encoder, or give the channel a film: 'lsctl-channel media %c file FILE'" },
	[PROBLEM_SHOULD_BE_ON] = { "should-be-on", true, OBSERVED_BY_ALL,
	    "off, but it should be on", "lsctl-switch(8) turns it on" },
	[PROBLEM_BACKUP_ON_AIR] = { "backup-on-air", false, OBSERVED_BY_ALL,
	    "a backup has been on the air for more than %d minutes",
	    "start the encoder; 'lsctl-events --kind state %c' shows when it left the air" },
	[PROBLEM_SERVER_RESTARTED] = { "server-restarted", false, OBSERVED_BY_ALL,
	    "the media server was restarted less than 5 minutes ago: encoders had to reconnect", NULL },

	[PROBLEM_PIN_NOT_HEALTHY] = { "pin-not-healthy", false, OBSERVED_BY_ALL,
	    "pinned, but not healthy: viewers see another source", "'lsctl-switch %c --to auto' ends the pin" },
	[PROBLEM_SOURCE_ABSENT] = { "source-absent", false, OBSERVED_BY_ALL,
	    "not connected, or no media has arrived yet",
	    "check that it is published, and that the media server runs" },
	[PROBLEM_SOURCE_ENDED] = { "source-ended", false, OBSERVED_BY_ALL,
	    "the media server reported its end", "start its encoder or loop again" },
	[PROBLEM_SOURCE_SILENT] = { "source-silent", false, OBSERVED_BY_ALL,
	    "it stopped sending", "check the encoder and its network" },
	[PROBLEM_NO_VIDEO] = { "no-video", false, OBSERVED_BY_ALL,
	    "sound comes, but no pictures", "switch video on in the encoder, as H.264: SRS 5 drops HEVC and AV1" },
	[PROBLEM_NO_AUDIO] = { "no-audio", false, OBSERVED_BY_ALL,
	    "pictures come, but no sound",
	    "switch an audio track on in the encoder; if it has none: 'lsctl-channel source set %c %n tracks=video'" },
	[PROBLEM_NO_KEYFRAME] = { "no-keyframe", false, OBSERVED_BY_ALL,
	    "no keyframe has arrived yet", "set the encoder's keyframe interval to 2 s" },
	[PROBLEM_NO_IDR] = { "no-idr", false, OBSERVED_BY_ALL,
	    "its keyframes are no IDR pictures: no viewer can begin with them",
	    "switch open GOP and intra refresh off in the encoder; with x264: open-gop=0:intra-refresh=0" },
	[PROBLEM_ANNEX_B] = { "annex-b", false, OBSERVED_BY_ALL,
	    "its video is an Annex B byte stream, which RTMP does not carry",
	    "update the encoder, or send through 'ffmpeg -i URL -c copy -f flv'" },
	[PROBLEM_OTHER_TRACK] = { "other-track", false, OBSERVED_BY_ALL,
	    "it sends only tracks with numbers of their own, and destinations take the first track",
	    "switch multitrack off in the encoder" },
	[PROBLEM_SLOW_ENCODER] = { "slow-encoder", false, OBSERVED_BY_ALL,
	    "its media comes slower than it plays: it would leave the air again within a minute",
	    "lower the resolution, the preset or the bit rate of the encoder, or use a faster network" },
	[PROBLEM_VIDEO_STALLED] = { "video-stalled", false, OBSERVED_BY_ALL,
	    "the picture stands still while sound goes on", "restart the encoder's video" },
	[PROBLEM_AUDIO_STALLED] = { "audio-stalled", false, OBSERVED_BY_ALL,
	    "the sound stopped while pictures go on", "restart the encoder's audio" },
	[PROBLEM_FILE_UNREADABLE] = { "file-unreadable", false, OBSERVED_BY_ALL,
	    "its file could not be read: did a program write to it?",
	    "'lsctl-loop check FILE' checks it; 'lsctl-loop prepare' makes it again" },
	[PROBLEM_NO_MEDIA] = { "no-media", false, OBSERVED_BY_ALL,
	    "publishes, but no media comes", "restart the encoder; SRS 5 takes only H.264 and AAC" },
	[PROBLEM_KEYFRAMES_FAR_APART] = { "keyframes-far-apart", false, OBSERVED_BY_ALL,
	    "more than 4 s between keyframes", "set the encoder's keyframe interval to 2 s" },
	[PROBLEM_BITRATE_LOW] = { "bitrate-low", false, OBSERVED_BY_ALL,
	    "under %d kbps", "check the bit rate of the encoder and its network" },
	[PROBLEM_FRAME_RATE_LOW] = { "frame-rate-low", false, OBSERVED_BY_ALL,
	    "under %d frames a second",
	    "check the frame rate of the encoder, and whether its machine is overloaded: lower its resolution or preset" },
	[PROBLEM_B_FRAMES] = { "b-frames", false, OBSERVED_BY_ALL,
	    "has B-frames, which the declaration of alerts excludes",
	    "set the B-frames of the encoder to 0, or prepare the film again without them" },
	[PROBLEM_ENCODER_MISSING] = { "encoder-missing", false, OBSERVED_BY_ALL,
	    "is expected at this hour, and is not healthy",
	    "start the encoder; 'lsctl-events --kind publish-refused %c' shows whether it was refused" },
	[PROBLEM_FORMATS_DIFFER] = { "formats-differ", false, OBSERVED_BY_ALL,
	    "differs from %d: a platform may end the broadcast at a change",
	    "set the encoder to the same, or prepare the film again: 'lsctl-loop prepare --like %c FILM'" },
	[PROBLEM_PUBLISHER_SILENT] = { "publisher-silent", false, OBSERVED_BY_ALL,
	    "a publisher holds the stream and sends nothing, so that the encoder cannot come back",
	    "lsctl-switch(8) disconnects it" },
	[PROBLEM_PUBLISHER_NOT_ALLOWED] = { "publisher-not-allowed", false, OBSERVED_BY_ALL,
	    "publishes, but the hook recorded no permission",
	    "'lsctl-config diff' shows whether the server calls the hook; check that events reach the database" },
	[PROBLEM_PUBLISHERS_REFUSED] = { "publishers-refused", false, OBSERVED_BY_ALL,
	    "publishers are refused (%d)",
	    "compare the stream key in the encoder with 'lsctl-keys show %c %n'" },
	[PROBLEM_ORPHAN_STREAM] = { "orphan-stream", false, OBSERVED_BY_ALL,
	    "the media server lists the stream, but nobody publishes it and the forwarder does not play it",
	    "another player waits, or the server left the entry behind; a restart of the server removes it" },
	[PROBLEM_NO_TOKEN] = { "no-token", false, OBSERVED_BY_ALL,
	    "has no token: nobody can publish it", "'lsctl-keys new %c %n'" },
	[PROBLEM_NO_FILM] = { "no-film", false, OBSERVED_BY_ALL,
	    "has no file to play", "'lsctl-channel media %c %n FILE'" },

	[PROBLEM_DESTINATION_DOWN] = { "destination-down", false, OBSERVED_BY_ALL,
	    "not live: %d", NULL },
	[PROBLEM_DESTINATION_BEHIND] = { "destination-behind", false, OBSERVED_BY_ALL,
	    "takes data more slowly than it is sent", "lower the bit rate of the encoder, or check the network" },
	[PROBLEM_BITRATE_HIGH] = { "bitrate-high", false, OBSERVED_BY_ALL,
	    "it is sent more than %d kbps, which is declared as its limit",
	    "lower the bit rate of the encoder, or prepare the film again with a lower one" },
	[PROBLEM_WAITING_KEYFRAME] = { "waiting-keyframe", false, OBSERVED_BY_ALL,
	    "is connected, and waits for a keyframe of the source on the air",
	    "set the keyframe interval of the encoder to 2 s" },
	[PROBLEM_NO_DESTINATION_LIVE] = { "no-destination-live", true, OBSERVED_BY_ALL,
	    "no destination is live: nobody can watch", "see the problem of each destination" },
	[PROBLEM_NO_STREAM_KEY] = { "no-stream-key", false, OBSERVED_BY_ALL,
	    "has no stream key", "'lsctl-channel dest set %c %n --key'" },
};

const struct problem_code *
problem_code(enum problem p)
{
	return &codes[p];
}

enum problem
problem_find(const char *name)
{
	enum problem p;

	for (p = 0; p < PROBLEMS && strcmp(codes[p].name, name) != 0; p++)
		continue;
	return p;
}

static bool
is_hole(const char *p)
{
	return p[0] == '%' && (p[1] == 'c' || p[1] == 'n' || p[1] == 'd');
}

/* Appends what fits. */
static void
text_fill(char *dst, size_t size, const char *text, const char *channel, const char *name, const char *detail)
{
	size_t n = strlen(dst);

	for (; *text != '\0' && n + 1 < size; text++) {
		if (!is_hole(text)) {
			dst[n++] = *text;
			dst[n] = '\0';
			continue;
		}
		text++;
		strlcat(dst, *text == 'c' ? channel : *text == 'n' ? name : detail, size);
		n = strlen(dst);
	}
}

char *
problem_text(char *dst, size_t size, enum problem p, const char *channel, const char *subject,
    const char *detail)
{
	const char *colon = strchr(subject, ':'), *name = colon != NULL ? colon + 1 : "";

	dst[0] = '\0';
	if (colon != NULL)
		snprintf(dst, size, "%.*s %s: ", (int)(colon - subject), subject, name);
	text_fill(dst, size, codes[p].meaning, channel, name, detail);
	if (codes[p].advice != NULL) {
		strlcat(dst, ": ", size);
		text_fill(dst, size, codes[p].advice, channel, name, detail);
	}
	return dst;
}
