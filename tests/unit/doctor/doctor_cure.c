/* SPDX-License-Identifier: ISC */
/* Each code of a source has a cure of its own, whatever the source has. */
#include "base/base.h"
#include "doctor/doctor_cure.h"
#include "t.h"

static struct doctor d = { .channel = "krishna", .media = "/media" };

static void
each_code_names_a_setting_of_the_encoder(void)
{
	struct doctor_source s = { .name = "obs", .kind = DOCTOR_ENCODER };
	char cure[DOCTOR_CURE];
	enum doctor_code code;

	for (code = DOCTOR_VIDEO_CODEC_DIFFERS; code < DOCTOR_RTMPS_DEMANDED; code++) {
		doctor_cure_encoder(cure, code, &s, &s);
		t_ok(strncmp(cure, "in the OBS that sends obs: Settings > ", 38) == 0);
		t_ok(strchr(cure + 38, '>') != NULL);
	}
	doctor_cure_encoder(cure, DOCTOR_AUDIO_DEMANDED, &s, NULL);
	t_ok(strstr(cure, "lsctl-channel source set CHANNEL obs tracks=video") != NULL);
}

static void
what_is_not_known_is_left_out(void)
{
	struct doctor_source s = { .name = "loop", .kind = DOCTOR_FILM }, like = { .name = "obs" };
	char cure[DOCTOR_CURE];

	t_str(doctor_cure_film(cure, &d, DOCTOR_SIZE_DIFFERS, &s, &like),
	    "lsctl-channel media krishna loop \"$(lsctl-loop prepare -d /media --audio 48000/2 FILM)\"");
	strlcpy(like.size, "1280x720", sizeof(like.size));
	strlcpy(like.rate, "44100", sizeof(like.rate));
	t_str(doctor_cure_film(cure, &d, DOCTOR_SIZE_DIFFERS, &s, &like),
	    "lsctl-channel media krishna loop \"$(lsctl-loop prepare -d /media --profile 1280x720 --audio 44100 FILM)\"");
}

static void
profiles_have_the_words_of_x264(void)
{
	static const char *const names[][2] = {
		{ "High", "high" }, { "Main", "main" }, { "Constrained Baseline", "baseline" }, { "High 10", "high" }, { "", "high" }
	};
	struct doctor_source s = { .name = "obs" };
	char cure[DOCTOR_CURE], want[64];
	size_t i;

	for (i = 0; i < nitems(names); i++) {
		strlcpy(s.profile, names[i][0], sizeof(s.profile));
		snprintf(want, sizeof(want), "> Profile: %s", names[i][1]);
		t_ok(strstr(doctor_cure_encoder(cure, DOCTOR_PROFILE_DIFFERS, &s, &s), want) != NULL);
		snprintf(want, sizeof(want), "-profile:v %s -bf %d", names[i][1], strcmp(names[i][1], "baseline") == 0 ? 0 : 2);
		s.b_frames = 1;
		t_ok(strstr(doctor_cure_film(cure, &d, DOCTOR_PROFILE_DIFFERS, &s, &s), want) != NULL);
	}
}

static void
long_words_are_cut(void)
{
	struct doctor_source s = { .name = "loop", .kind = DOCTOR_FILM };
	struct doctor long_one = d;
	char media[2000], cure[DOCTOR_CURE];

	memset(media, 'm', sizeof(media) - 1);
	media[sizeof(media) - 1] = '\0';
	long_one.media = media;
	t_int(strlen(doctor_cure_film(cure, &long_one, DOCTOR_PROFILE_DIFFERS, &s, NULL)), DOCTOR_CURE - 1);
}

T_MAIN(
	{ "each_code_names_a_setting_of_the_encoder", each_code_names_a_setting_of_the_encoder },
	{ "what_is_not_known_is_left_out", what_is_not_known_is_left_out },
	{ "profiles_have_the_words_of_x264", profiles_have_the_words_of_x264 },
	{ "long_words_are_cut", long_words_are_cut },
)
