/* SPDX-License-Identifier: ISC */
#include "health/health_destinations.h"
#include "forward/rtmp_conn.h"
#include "health_stage.h"

#define DEST(state, fault, said) FORWARD("OBS_ACTIVE", "\"obs\"", "auto", LIVE_SOURCE(""), "{\"state\":\"" state \
	"\",\"fault\":" fault ",\"last_error\":" said "}")

static void
destinations_have_advice(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = DEST("waiting", "\"stalled\"", "\"no acknowledgement for 10 s\"");
	t_problem(&s, "destination-down destination:youtube", "destination youtube: not live: it accepts and does not acknowledge what is sent",
	    "critical");
	t_problem(&s, "destination-down destination:youtube", "(no acknowledgement for 10 s)", "critical");
	t_problem(&s, "no-destination-live channel", "no destination is live: nobody can watch", "critical");
	s.forward = DEST("connecting", "\"refused\"", "null");
	t_problem(&s, "destination-down destination:youtube", "destination youtube: not live: it refuses the stream: is its key right", "critical");
	s.forward = DEST("slow", "null", "null");
	t_problem(&s, "destination-behind destination:youtube", "destination youtube: takes data more slowly than it is sent", "warning");
	s.forward = DEST("waiting-keyframe", "null", "null");
	t_problem(&s, "waiting-keyframe destination:youtube", "destination youtube: is connected, and waits for a keyframe",
	    "critical");
	s.forward = DEST("paused", "null", "\"old\"");
	t_problem(&s, NULL, "", "ok");
	s.forward = DEST("away", "\"refused\"", "\"old\"");
	t_problem(&s, NULL, "", "ok");
	s.forward = DEST("off-schedule", "\"refused\"", "\"old\"");
	t_problem(&s, NULL, "", "ok");
	s.forward = DEST("renewing", "null", "null");
	t_problem(&s, NULL, "", "ok");
	s.forward = DEST("live", "null", "\"long ago\"");
	t_problem(&s, NULL, "", "ok");
	s.forward = DEST("live", "null", "null,\"max_kbps\":6000,\"bitrate_high\":true");
	t_problem(&s, "bitrate-high destination:youtube", "destination youtube: it is sent more than 6000 kbps", "warning");
}

/* It is no destination that people watch: it hides no problem, and is none. */
static void
the_preview_does_not_count(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = FORWARD("OBS_ACTIVE", "\"obs\"", "auto", LIVE_SOURCE(""), "{\"state\":\"waiting\",\"fault\":\"refused\"},"
	    "\"preview\":{\"state\":\"live\",\"fault\":null}");
	t_problem(&s, "no-destination-live channel", "no destination is live: nobody can watch", "critical");
	s.forward = FORWARD("OBS_ACTIVE", "\"obs\"", "auto", LIVE_SOURCE(""), "{\"state\":\"live\",\"fault\":null},"
	    "\"preview\":{\"state\":\"waiting\",\"fault\":\"connect\"}");
	t_problem(&s, NULL, "", "ok");
}

static void
what_the_declaration_lacks_is_told(void)
{
	struct stage s = GOOD_STAGE;

	s.desired = "{\"channels\":[{\"channel\":\"krishna\",\"enabled\":true,\"mode\":\"auto\","
	    "\"sources\":[],\"destinations\":[{\"name\":\"fb\",\"enabled\":true,\"key\":false},"
	    "{\"name\":\"off\",\"enabled\":false,\"key\":false}]}]}";
	t_problem(&s, "no-stream-key destination:fb", "destination fb: has no stream key: 'lsctl-channel dest set krishna fb --key'",
	    "warning");
}

/* Each fault that a forwarder tells. */
static void
each_fault_has_words(void)
{
	enum rtmp_conn_fault f;

	for (f = RTMP_CONN_DNS; f <= RTMP_CONN_LOCAL; f++)
		if (!t_ok(health_fault_words(rtmp_conn_fault_name(f)) != NULL))
			printf("# %s\n", rtmp_conn_fault_name(f));
	t_ok(health_fault_words("none") == NULL && health_fault_words("") == NULL);
}

T_MAIN({ "destinations_have_advice", destinations_have_advice },
    { "the_preview_does_not_count", the_preview_does_not_count },
    { "what_the_declaration_lacks_is_told", what_the_declaration_lacks_is_told },
    { "each_fault_has_words", each_fault_has_words })
