/* SPDX-License-Identifier: ISC */
/* Another spec for a channel that is on the air. */
#include "forward/reload.h"
#include "media/source_health.h"
#include "stage.h"

#define OBS	"{\"name\":\"obs\",\"url\":\"$obs\"}"
#define FILM	"{\"name\":\"film\",\"path\":\"$film\"}"
#define YOUTUBE	"{\"name\":\"youtube\",\"url\":\"$youtube\"}"
#define FACEBOOK "{\"name\":\"facebook\",\"url\":\"$facebook\"}"
#define SPEC(sources, dests, more) \
	"{\"channel\":\"c\",\"sources\":[" sources "],\"destinations\":[" dests "]" more "}"

static struct spec_fault fault;

static int
reload(const char *text)
{
	memset(&fault, 0, sizeof(fault));
	return forwarder_reload(fw, spec_of(text, SPEC_FORWARD), now, &fault);
}

static void
begin_on_film(const char *dests)
{
	char text[512];

	snprintf(text, sizeof(text), SPEC(OBS "," FILM, "%s", ""), dests);
	begin(text);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	pass(1000);
}

static void
destinations_come_and_go_without_touching_those_that_stay(void)
{
	begin_on_film(YOUTUBE);
	t_int(youtube.calls, 1);
	t_int(reload(SPEC(OBS "," FILM, FACEBOOK "," YOUTUBE, "")), 0);
	t_int(fw->egresses, 2);
	t_str(fw->egress[0]->name, "facebook");		/* in the new one's order */
	WITHIN(2000, (peer_heard(&facebook), facebook.video > 0));
	t_int(reload(SPEC(OBS "," FILM, YOUTUBE, "")), 0);
	WITHIN(2000, facebook.fd == -1);
	peer_heard(&facebook);
	t_ok(strstr(facebook.commands, "FCUnpublish") != NULL);	/* its broadcast is over */
	pass(1000);
	t_int(youtube.calls, 1);
	t_int(fw->egress[0]->rtmp_conn.connects, 1);
	t_ok(fw->egress[0]->spec == &fw->spec->dest[0]);	/* it has let go of the old spec */
	end();
}

/* What a connection is made with is another connection; what it is not, is not. */
static void
a_destination_that_changes_is_another_one(void)
{
	begin_on_film(YOUTUBE);
	t_int(reload(SPEC(OBS "," FILM, "{\"name\":\"youtube\",\"url\":\"$youtube\",\"queue_ms\":2000}", "")), 0);
	pass(1000);
	t_int(youtube.calls, 1);
	t_int(fw->egress[0]->queue_ms, 2000);
	t_int(reload(SPEC(OBS "," FILM, "{\"name\":\"youtube\",\"url\":\"$facebook\"}", "")), 0);
	WITHIN(2000, facebook.calls == 1 && youtube.fd == -1);
	end();
}

static void
thresholds_and_the_mode_change(void)
{
	begin_on_film(YOUTUBE);
	t_int(reload(SPEC(OBS "," FILM, YOUTUBE, ",\"stall_ms\":900,\"stable_ms\":1234,\"keyframe_wait_ms\":7,\"mode\":\"off\"")), 0);
	t_int(fw->channel->source[0].src.lim.stall_ms, 900);
	t_int(fw->channel->failover.policy.stable_ms, 1234);
	t_int(fw->channel->keyframe_wait_ms, 7);
	pass(100);
	t_str(state(), "OFF");
	channel_switch(fw->channel, "film", 0, now);	/* the operator's later word */
	t_int(reload(SPEC(OBS "," FILM, YOUTUBE, ",\"stall_ms\":800,\"mode\":\"off\"")), 0);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);	/* an unchanged mode does not undo it */
	end();
}

/* A camera without a microphone gets silence as soon as it is declared, on the same connections. */
static void
a_source_is_declared_to_have_no_sound(void)
{
	begin_on_film(YOUTUBE);
	obs_mute = encoding = true;
	pass(8000);
	t_str(state(), "FILM_ACTIVE");
	t_int(fw->channel->source[0].src.health, SOURCE_NO_AUDIO);
	t_int(reload(SPEC("{\"name\":\"obs\",\"url\":\"$obs\",\"tracks\":\"video\"}," FILM, YOUTUBE, "")), 0);
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	t_int(obs.calls, 1);
	t_int(youtube.calls, 1);
	encoding = false;
	/* the header of its sound was dropped: only a new connection brings it */
	t_int(reload(SPEC(OBS "," FILM, YOUTUBE, "")), 0);
	WITHIN(4000, strcmp(state(), "FILM_ACTIVE") == 0);
	WITHIN(4000, obs.calls == 2);
	end();
}

static void
a_source_at_another_address_is_played_from_there(void)
{
	begin_on_film(YOUTUBE);
	encoding = true;
	WITHIN(20000, strcmp(state(), "OBS_ACTIVE") == 0);
	t_int(obs.calls, 1);
	encoding = false;
	t_int(reload(SPEC("{\"name\":\"obs\",\"url\":\"$facebook\"}," FILM, YOUTUBE, "")), 0);
	t_int(source_check(&fw->channel->source[0].src, now), SOURCE_ENDED);
	WITHIN(4000, strcmp(state(), "FILM_ACTIVE") == 0);
	WITHIN(2000, facebook.calls == 1 && obs.fd == -1);
	t_int(youtube.calls, 1);
	end();
}

static void
another_film_plays_from_the_next_boundary(void)
{
	struct made m = one;
	char text[512];
	const struct flv_loop *old;

	begin_on_film(YOUTUBE);
	old = fw->channel->source[1].file;
	m.video = 100;
	m.audio = 190;
	snprintf(text, sizeof(text), SPEC(OBS ",{\"name\":\"film\",\"path\":\"%s\"}", YOUTUBE, ""),
	    file_of("other.flv", &m));
	t_int(reload(text), 0);
	t_ok(fw->channel->source[1].file == old);
	t_ok(flv_loop_facts(fw->channel->source[1].file, 0)->ms != 4000);
	t_int(flv_loop_facts_next(fw->channel->source[1].file)->ms, 4000);
	pass(6000);
	t_int(flv_loop_facts(fw->channel->source[1].file, 0)->ms, 4000);
	t_str(state(), "FILM_ACTIVE");
	t_int(youtube.calls, 1);
	end();
}

/* All of it is tried before any of it is put in place. */
static void
what_cannot_be_had_changes_nothing(void)
{
	static const struct {
		const char	*spec, *field;
	} rows[] = {
		{ "{\"channel\":\"d\",\"sources\":[" OBS "," FILM "],\"destinations\":[" FACEBOOK "]}", "channel" },
		{ SPEC(FILM "," OBS, FACEBOOK, ""), "sources" },
		{ SPEC(OBS, FACEBOOK, ""), "sources" },
		{ SPEC(OBS "," FILM, FACEBOOK, ",\"delay_ms\":3000"), "sources" },
		{ SPEC(OBS ",{\"name\":\"film\",\"url\":\"$obs\"}", FACEBOOK, ""), "sources" },
		{ SPEC(OBS "," FILM, FACEBOOK ",{\"name\":\"x\",\"url\":\"rtmp://h/a\"}", ""), "destinations[1].url" },
		{ SPEC("{\"name\":\"obs\",\"url\":\"rtmp://h/a\"}," FILM, FACEBOOK, ""), "sources[0].url" },
		{ SPEC(OBS ",{\"name\":\"film\",\"path\":\"/nonexistent.flv\"}", FACEBOOK, ""), "sources[1].path" },
	};
	const struct egress *eg;
	const struct spec *spec;
	size_t i;

	begin_on_film(YOUTUBE);
	eg = fw->egress[0];
	spec = fw->spec;
	for (i = 0; i < nitems(rows); i++) {
		if (!t_int(reload(rows[i].spec), -1) || !t_str(fault.field, rows[i].field))
			printf("# row %zu\n", i);
		t_ok(fault.reason[0] != '\0');
		t_ok(fw->spec == spec && fw->egresses == 1 && fw->egress[0] == eg);
	}
	pass(3000);
	t_str(state(), "FILM_ACTIVE");
	t_int(youtube.calls, 1);
	t_int(facebook.calls, 0);
	t_int(obs.calls, 1);
	end();
}

T_MAIN(
	{ "destinations_come_and_go_without_touching_those_that_stay",
	    destinations_come_and_go_without_touching_those_that_stay },
	{ "a_destination_that_changes_is_another_one", a_destination_that_changes_is_another_one },
	{ "thresholds_and_the_mode_change", thresholds_and_the_mode_change },
	{ "a_source_is_declared_to_have_no_sound", a_source_is_declared_to_have_no_sound },
	{ "a_source_at_another_address_is_played_from_there", a_source_at_another_address_is_played_from_there },
	{ "another_film_plays_from_the_next_boundary", another_film_plays_from_the_next_boundary },
	{ "what_cannot_be_had_changes_nothing", what_cannot_be_had_changes_nothing },
	{ "clean_up", clean_up },
)
