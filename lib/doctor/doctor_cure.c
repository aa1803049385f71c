/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/doctor_cure.h"

#include <stdarg.h>

#define LEVEL_4_PIXELS	(1920 * 1088L)	/* of a picture of level 4.0 to 4.2, H.264 table A-1 */

static void	append(char dst[DOCTOR_CURE], const char *fmt, ...) printf_like(2, 3);

static void
append(char dst[DOCTOR_CURE], const char *fmt, ...)
{
	size_t n = strlen(dst);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(dst + n, DOCTOR_CURE - n, fmt, ap);
	va_end(ap);
}

bool
doctor_can_prepare(enum doctor_code code, const struct doctor_source *like)
{
	long rate = strtol(like->rate, NULL, 10), channels = strtol(like->channels, NULL, 10);

	switch (code) {
	case DOCTOR_SIZE_DIFFERS:
	case DOCTOR_FRAME_RATE_DIFFERS:
	case DOCTOR_KEYFRAMES_DIFFER:
		return true;
	case DOCTOR_BITRATE_DIFFERS:
		return like->kbps > DOCTOR_AUDIO_KBPS + 50;
	case DOCTOR_SAMPLE_RATE_DIFFERS:
		return rate == 44100 || rate == 48000;
	case DOCTOR_CHANNELS_DIFFER:
		return channels == 1 || channels == 2;
	default:
		return false;
	}
}

/* A track that fits is copied as it is: a film that should have another kind of H.264 is encoded first. */
static bool
needs_encoding(enum doctor_code code)
{
	switch (code) {
	case DOCTOR_PROFILE_DIFFERS:
	case DOCTOR_LEVEL_DIFFERS:
	case DOCTOR_LEVEL_TOO_HIGH:
	case DOCTOR_B_FRAMES_DIFFER:
	case DOCTOR_B_FRAMES_NOT_ACCEPTED:
		return true;
	default:
		return false;
	}
}

/* Too large for the level that it should have. */
static bool
is_too_large(enum doctor_code code, const struct doctor_source *s)
{
	const char *x = strchr(s->size, 'x');

	return code == DOCTOR_LEVEL_TOO_HIGH && x != NULL &&
	    strtol(s->size, NULL, 10) * strtol(x + 1, NULL, 10) > LEVEL_4_PIXELS;
}

/* ffmpeg(1) names some profiles of x264 in other words than ffprobe(1). */
static const char *
x264_profile(const char *profile)
{
	return strcmp(profile, "Main") == 0 ? "main" : strstr(profile, "Baseline") != NULL ? "baseline" : "high";
}

static void
encoding_append(char dst[DOCTOR_CURE], enum doctor_code code, const struct doctor_source *s,
    const struct doctor_source *like)
{
	const struct doctor_source *by = like != NULL ? like : s;
	int b_frames = code == DOCTOR_B_FRAMES_NOT_ACCEPTED || by->b_frames == 0 ||
	    strcmp(x264_profile(by->profile), "baseline") == 0 ? 0 : 2;
	const char *level = code == DOCTOR_LEVEL_TOO_HIGH ? "4.2" : code == DOCTOR_LEVEL_DIFFERS ? by->level : "";

	append(dst, "ffmpeg -i FILM -c:v libx264 -crf 16 -profile:v %s%s%s -bf %d -c:a copy NEW.mkv && ",
	    x264_profile(by->profile), level[0] != '\0' ? " -level:v " : "", level, b_frames);
}

char *
doctor_cure_film(char dst[DOCTOR_CURE], const struct doctor *d, enum doctor_code code, const struct doctor_source *s,
    const struct doctor_source *like)
{
	const struct doctor_source *by = like != NULL ? like : s;
	bool large = is_too_large(code, s), again = needs_encoding(code) && !large;

	dst[0] = '\0';
	if (again)
		encoding_append(dst, code, s, like);
	append(dst, "lsctl-channel media %s %s \"$(lsctl-loop prepare -d %s", d->channel, s->name, d->media);
	if (by->size[0] != '\0')
		append(dst, " --profile %s%s%s", large ? "1920x1080" : by->size, by->fps[0] != '\0' ? "@" : "", by->fps);
	if (code == DOCTOR_BITRATE_DIFFERS || code == DOCTOR_BITRATE_TOO_HIGH)
		append(dst, " --bitrate %.0fk", by->kbps - DOCTOR_AUDIO_KBPS);
	if (doctor_can_prepare(DOCTOR_SAMPLE_RATE_DIFFERS, by))
		append(dst, " --audio %s%s%s", by->rate, doctor_can_prepare(DOCTOR_CHANNELS_DIFFER, by) ? "/" : "",
		    doctor_can_prepare(DOCTOR_CHANNELS_DIFFER, by) ? by->channels : "");
	else
		append(dst, " --audio 48000/2");
	append(dst, " %s)\"", again ? "NEW.mkv" : "FILM");
	return dst;
}

/* Of H.264, as the list of OBS has them. */
static const char *
obs_profile(const struct doctor_source *like)
{
	return like == NULL || like->profile[0] == '\0' ? "high" : x264_profile(like->profile);
}

static const char *
obs_codec(const struct doctor_source *like)
{
	return like != NULL && strcmp(like->video, "hevc") == 0 ? "one for HEVC" :
	    like != NULL && strcmp(like->video, "av1") == 0 ? "one for AV1" : "x264, or another one for H.264";
}

static const char *
obs_channels(const struct doctor_source *like)
{
	return like != NULL && strcmp(like->channels, "1") == 0 ? "Mono" : "Stereo";
}

static const char *
obs_rate(const struct doctor_source *like)
{
	return like != NULL && strcmp(like->rate, "44100") == 0 ? "44.1 kHz" : "48 kHz";
}

static void
append_audio(char dst[DOCTOR_CURE], enum doctor_code code, const struct doctor_source *s,
    const struct doctor_source *like)
{
	switch (code) {
	case DOCTOR_AUDIO_MISSING:
	case DOCTOR_AUDIO_DEMANDED:
		append(dst, "Output > Streaming > Audio Track: 1; and in Edit > Advanced Audio Properties, track 1 of a source; "
		    "for a camera without a microphone, lsctl-channel source set CHANNEL %s tracks=video", s->name);
		break;
	case DOCTOR_AUDIO_CODEC_DIFFERS:
	case DOCTOR_AUDIO_CODEC_NOT_ACCEPTED:
	case DOCTOR_AUDIO_PROFILE_DIFFERS:
	case DOCTOR_AUDIO_PROFILE_NOT_ACCEPTED:
		append(dst, "Output > Streaming > Audio Encoder: FFmpeg AAC, which sends AAC-LC");
		break;
	case DOCTOR_SAMPLE_RATE_DIFFERS:
	case DOCTOR_SAMPLE_RATE_NOT_ACCEPTED:
		append(dst, "Audio > General > Sample Rate: %s", obs_rate(like));
		break;
	case DOCTOR_CHANNELS_DIFFER:
	case DOCTOR_CHANNELS_NOT_ACCEPTED:
		append(dst, "Audio > General > Channels: %s", obs_channels(like));
		break;
	default:
		append(dst, "Output");
	}
}

/* OBS Studio 30, with Settings > Output > Output Mode: Advanced. */
char *
doctor_cure_encoder(char dst[DOCTOR_CURE], enum doctor_code code, const struct doctor_source *s,
    const struct doctor_source *like)
{
	snprintf(dst, DOCTOR_CURE, "in the OBS that sends %s: Settings > ", s->name);
	switch (code) {
	case DOCTOR_VIDEO_CODEC_DIFFERS:
	case DOCTOR_VIDEO_CODEC_NOT_ACCEPTED:
		append(dst, "Output > Streaming > Video Encoder: %s", obs_codec(like));
		break;
	case DOCTOR_SIZE_DIFFERS:
		append(dst, "Video > Output (Scaled) Resolution: %s", like->size);
		break;
	case DOCTOR_FRAME_RATE_DIFFERS:
		append(dst, "Video > Common FPS Values: %s", like->fps);
		break;
	case DOCTOR_PROFILE_DIFFERS:
		append(dst, "Output > Streaming > Profile: %s", obs_profile(like));
		break;
	case DOCTOR_LEVEL_TOO_HIGH:
		append(dst, is_too_large(code, s) ? "Video > Output (Scaled) Resolution: 1920x1080" :
		    "Output > Streaming > x264 Options: level=4.2");
		break;
	case DOCTOR_LEVEL_DIFFERS:
		append(dst, "Output > Streaming > x264 Options: level=%s", like->level);
		break;
	case DOCTOR_PIXEL_FORMAT_DIFFERS:
		append(dst, "Advanced > Video > Color Format: %s", strstr(like->pix_fmt, "10") != NULL ?
		    "P010 (10-bit, 4:2:0)" : strstr(like->pix_fmt, "444") != NULL ? "I444 (8-bit, 4:4:4)" :
		    "NV12 (8-bit, 4:2:0)");
		break;
	case DOCTOR_B_FRAMES_DIFFER:
	case DOCTOR_B_FRAMES_NOT_ACCEPTED:
		append(dst, "Output > Streaming > B-Frames: %d; with x264, x264 Options: bframes=%d",
		    like != NULL && like->b_frames == 1 ? 2 : 0, like != NULL && like->b_frames == 1 ? 2 : 0);
		break;
	case DOCTOR_KEYFRAMES_DIFFER:
	case DOCTOR_KEYFRAMES_TOO_FAR_APART:
	case DOCTOR_KEYFRAMES_NOT_RECOMMENDED:
		append(dst, "Output > Streaming > Keyframe Interval: 2 s; 0 lets the encoder choose, which is too long");
		break;
	case DOCTOR_BITRATE_DIFFERS:
	case DOCTOR_BITRATE_TOO_HIGH:
		append(dst, "Output > Streaming > Rate Control: CBR, Bitrate: %.0f Kbps", like->kbps - DOCTOR_AUDIO_KBPS);
		break;
	default:
		append_audio(dst, code, s, like);
	}
	return dst;
}
