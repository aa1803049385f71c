/* SPDX-License-Identifier: ISC */
#include "render_stage.h"

static void
all_well(void)
{
	t_text(rendered(render_table, render_good()),
	    "CHANNEL  STATE       SINCE  MODE  SOURCES           KBPS  DESTINATIONS\n"
	    "krishna  OBS_ACTIVE  9s     auto  obs* loop+ file+  5980  1/1 live\n");
}

static void
troubles(void)
{
	t_text(rendered(render_table, render_bad()),
	    "! database-down: database: no server there: nothing can be changed; channels stay as they are: "
	    "'systemctl restart postgresql && lsctl-db wait'\n"
	    "CHANNEL  STATE        SINCE  MODE  SOURCES           KBPS  DESTINATIONS\n"
	    "krishna  LOOP_ACTIVE  9s     obs   obs- loop+ file+  -     0/1 live youtube:waiting\n"
	    "    ! pin-not-healthy: source obs: pinned, but not healthy: viewers see another source: "
	    "'lsctl-switch krishna --to auto' ends the pin\n"
	    "    ! no-video: source obs: sound comes, but no pictures: switch video on in the encoder, as H.264: "
	    "SRS 5 drops HEVC and AV1\n"
	    "    ! destination-down: destination youtube: not live: it refuses the stream: is its key right, "
	    "and in use by nobody else? (say | \"no\"?[2J)\n"
	    "    ! no-destination-live: no destination is live: nobody can watch: see the problem of each "
	    "destination\n");
}

static void
since(void)
{
	static const struct {
		const char	*since, *shown;
	} all[] = {
		{ "2026-01-01T00:00:00.000Z", " 9s " }, { "2025-12-31T23:50:00.000Z", " 10m09s " },
		{ "2025-12-31T12:00:00.000Z", " 12h00m " }, { "2025-12-01T00:00:00.000Z", " 31d00h " },
		{ "2027-01-01T00:00:00.000Z", " 0s " }, { "yesterday", " - " }
	};
	struct health *h;
	size_t i;

	for (i = 0; i < nitems(all); i++) {
		h = render_good();
		json_object_set_new(json_array_get(h->channels, 0), "since",
		    json_string(all[i].since));
		if (!t_ok(strstr(rendered(render_table, h), all[i].shown) != NULL))
			printf("# %s\n", all[i].since);
	}
}

static void
no_channels(void)
{
	struct health *h = render_good();

	json_array_clear(h->channels);
	t_text(rendered(render_table, h), "no channels\n");
}

static void
no_room(void)
{
	render_full(render_table);
}

T_MAIN({ "all_well", all_well }, { "troubles", troubles }, { "since", since }, { "no_channels", no_channels },
    { "no_room", no_room })
