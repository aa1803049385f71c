/* SPDX-License-Identifier: ISC */
#include "health_stage.h"

static void
what_runs_and_what_does_not_is_told(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = s.loop = NULL;
	t_problem(&s, "forwarder-down forwarder", "forwarder not running: lsctl-switch(8) starts it", "critical");
	t_problem(&s, "loop-down loop", "loop not running", "critical");
	s.desired = DESIRED("true", "auto\",\"waiting_for\":\"old", DESIRED_SOURCES, "null");
	t_problem(&s, "waits-for-host channel", "waits for host old, which still owns the channel, and releases it when it has "
	    "stopped it: if that host is off and stays off: 'lsctl-channel take-over krishna'", "critical");
	s.desired = GOOD_DESIRED;
	s.error = ETIMEDOUT;
	t_problem(&s, "forwarder-hung forwarder", "forwarder does not answer: it hangs", "critical");
	s.error = EACCES;
	t_problem(&s, "forwarder-denied forwarder", "forwarder: this user may not use its control socket", "warning");
	s = (struct stage)GOOD_STAGE;
	s.desired = DESIRED("false", "auto", DESIRED_SOURCES, "null");
	t_problem(&s, "disabled-but-running channel", "disabled, but its forwarder runs", "warning");
	s.desired = "{\"host\":{},\"channels\":[]}";
	t_problem(&s, "not-of-this-host channel", "runs here, but is no channel of this host", "warning");
	s = (struct stage)GOOD_STAGE;
	s.loop = "{\"code\":\"ok\",\"channel\":\"krishna\",\"destinations\":{\"server\":{\"state\":\"waiting\","
	    "\"last_error\":\"nobody there\"}}}";
	t_problem(&s, "loop-cannot-publish loop", "loop: cannot publish: nobody there", "warning");
}

static void
states_are_told(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = FORWARD("STARTING", "null", "auto", "{}", LIVE_DEST);
	t_problem(&s, "nothing-on-air channel", "nothing is on the air: no source is healthy yet", "critical");
	s.forward = FORWARD("OFF", "null", "off", "{}", "{\"state\":\"paused\"}");
	t_problem(&s, "should-be-on channel", "off, but it should be on: lsctl-switch(8) turns it on", "critical");
	s.desired = DESIRED("true", "off", DESIRED_SOURCES, "null");
	t_problem(&s, NULL, "", "ok");
	s.desired = DESIRED("true", "obs", DESIRED_SOURCES, "null");
	s.forward = FORWARD("LOOP_ACTIVE", "\"loop\"", "obs", "{\"health\":\"absent\",\"healthy\":false,"
	    "\"connected\":true}", LIVE_DEST);
	t_problem(&s, "pin-not-healthy source:obs", "source obs: pinned, but not healthy: viewers see another source: 'lsctl-switch krishna "
	    "--to auto' ends the pin", "warning");
}

/* What is turned off, or disabled, lets nobody down. */
static void
nothing_is_critical_of_what_is_off(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = NULL;
	s.desired = DESIRED("true", "off", DESIRED_SOURCES, "null");
	t_problem(&s, "forwarder-down forwarder", "systemctl status lsctl-forward@krishna", "warning");
	s.desired = DESIRED("true", "auto", DESIRED_SOURCES, "null");
	t_problem(&s, "forwarder-down forwarder", "systemctl status lsctl-forward@krishna", "critical");
}

T_MAIN({ "what_runs_and_what_does_not_is_told", what_runs_and_what_does_not_is_told },
    { "states_are_told", states_are_told },
    { "nothing_is_critical_of_what_is_off", nothing_is_critical_of_what_is_off })
