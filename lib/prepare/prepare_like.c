/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_like.h"

#include <jansson.h>

/* Of "h264 1920x1080 30"; a rate may be missing. */
static int
video_like(struct prepare_want *w, const char *video)
{
	struct prepare_want like = { .width = 0 };
	char size[24] = "", rate[24] = "", profile[64];

	if (sscanf(video, "%*s %23s %23s", size, rate) < 1)
		return -1;
	snprintf(profile, sizeof(profile), "%s%s%s", size, rate[0] != '\0' ? "@" : "", rate);
	if (prepare_profile(&like, profile) == -1)
		return -1;
	if (w->width == 0) {
		w->width = like.width;
		w->height = like.height;
	}
	if (w->fps.num == 0)
		w->fps = like.fps;
	return 0;
}

/* Of "aac 48000 2". What a film cannot have, such as six channels, stays unset. */
static void
audio_like(struct prepare_want *w, const char *audio)
{
	struct prepare_want like = { .rate = 0 };
	char rate[24] = "", channels[24] = "", both[64];

	if (w->rate != 0 || sscanf(audio, "%*s %23s %23s", rate, channels) != 2)
		return;
	snprintf(both, sizeof(both), "%s/%s", rate, channels);
	if (prepare_audio(&like, both) == -1)
		return;
	w->rate = like.rate;
	w->channels = w->channels != 0 ? w->channels : like.channels;
}

int
prepare_like(struct prepare_want *w, const char *status, struct error *err)
{
	json_t *root = json_loads(status, 0, NULL), *sources = json_object_get(root, "sources"), *first;
	void *at = json_object_iter(sources);
	const char *video, *audio;
	int rc = -1;

	if (at == NULL) {
		error_set(err, "the forwarder's answer has no sources");
		json_decref(root);
		return -1;
	}
	first = json_object_iter_value(at);
	video = json_string_value(json_object_get(first, "video"));
	audio = json_string_value(json_object_get(first, "audio"));
	if (video == NULL || (rc = video_like(w, video)) == -1)
		error_set(err, "source %s has sent no video yet: start its encoder, or use --profile", json_object_iter_key(at));
	else if (audio != NULL)
		audio_like(w, audio);
	json_decref(root);
	return rc;
}
