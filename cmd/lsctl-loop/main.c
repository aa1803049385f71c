/* SPDX-License-Identifier: ISC */
/* Makes files that can be looped, checks them, and publishes them for ever. */
#include "base/base.h"
#include "common/exit_options.h"
#include "common/exit_serve.h"
#include "lsctl-loop/call.h"
#include "prepare/prepare_loudness.h"
#include "prepare/prepare_overlay.h"

#define ROUNDS_MAX	1000000
#define PRESETS		"ultrafast|superfast|veryfast|faster|fast|medium|slow|slower|veryslow"

static int
loop_run(void *arg)
{
	const struct call *c = arg;
	const struct serve_options opt = { .kind = SPEC_LOOP, .spec = c->o.argv[0], .socket = c->socket, .check = c->dry };

	return exit_serve(serve(&opt));
}

/* The options whose text is read into struct prepare_want. */
static const struct wanted {
	const char	*option;
	int		(*read)(struct prepare_want *, const char *);
	const char	*reason;
} wanted[] = {
	{ "profile", prepare_profile, "must be a size, and perhaps a rate, such as 1920x1080@30" },
	{ "bitrate", prepare_bitrate, "must be 50k to 200M, such as 6000k" },
	{ "audio", prepare_audio, "must be a rate, and perhaps 1 or 2 channels, such as 48000/2" },
	{ "loudness", prepare_loudness, "must be -70 to -5, or off" },
	{ "logo", prepare_logo, "must be a file, and perhaps a corner, such as logo.png@top-left" },
	{ "title", prepare_title, "must be a line of UTF-8 of 1 to 200 bytes" }
};

static const char *
want_set(void *context, const struct option_row *row, const char *value)
{
	const struct wanted *w = wanted;
	struct call *c = context;

	while (strcmp(w->option, row->name) != 0)
		w++;
	return w->read(&c->want, value) == 0 ? NULL : w->reason;
}

static const struct option_row prepare_rows[] = {
	OPTION_TEXT("output", 'o', "FILE", struct call, output, "name the result"),
	OPTION_TEXT("directory", 'd', "FOLDER", struct call, directory, "put the result there, named by what it is made of"),
	OPTION_TEXT("progress", 0, "FILE", struct call, progress, "keep the state of the work there, as JSON"),
	OPTION_FLAG("force", 'f', struct call, force, "make the result even if it exists, and replace it"),
	OPTION_FLAG("dry-run", 'n', struct call, dry, "print what would be done, and make nothing"),
	OPTION_CALL("profile", 0, "WxH@FPS", want_set, 0, "size and frame rate, 1920x1080@30 (as FILE has)"),
	OPTION_TEXT("like", 0, "CHANNEL", struct call, like, "size, frame rate and audio that the channel's encoder sends"),
	OPTION_CALL("bitrate", 0, "RATE", want_set, 0, "bits a second of video, 6000k (by size and frame rate)"),
	OPTION_CALL("audio", 0, "RATE/CHANNELS", want_set, 0, "samples a second and channels, 48000/2"),
	OPTION_CALL("loudness", 0, "LUFS", want_set, 0, "loudness of the audio, or off (-14 if it is encoded anyway)"),
	OPTION_CALL("logo", 0, "LOGO@CORNER", want_set, 0, "draw this picture into a corner (top-right)"),
	OPTION_CALL("title", 0, "TEXT", want_set, 0, "draw this line of text"),
	OPTION_FLAG("clock", 0, struct call, want.clock, "draw how much of the film is over, and its length"),
	OPTION_TEXT("picture", 0, "PICTURE", struct call, want.picture, "show this in the place of the video (the cover)"),
	OPTION_CHOICE("preset", 0, PRESETS, struct call, want.preset, "how hard x264 tries (medium)"),
	OPTION_END
};

static const struct option_row run_rows[] = {
	OPTION_FLAG("dry-run", 'n', struct call, dry, "check the spec and its films, and connect to nothing"),
	OPTION_TEXT("socket", 's', "PATH", struct call, socket, "the control socket (SPEC with .sock for .json)"),
	OPTION_END
};

static const struct option_row join_rows[] = {
	OPTION_NUMBER("rounds", 'r', struct call, rounds, 1, ROUNDS_MAX, "how often the files are played (2)"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ "prepare", "FILE", 1, 1, "make a file that can be looped out of a film", prepare_rows, call_prepare, NULL,
	    { "lsctl-loop prepare --profile 1920x1080@30 krishna.mp4", "lsctl-loop prepare -d /var/lib/lsctl/media krishna.mp4" } },
	{ "check", "FILE...", 1, OPTIONS_MANY, "print formats, and whether the files loop well", NULL, call_check, NULL,
	    { "lsctl-loop check krishna.flv", NULL } },
	{ "run", "SPEC", 1, 1, "publish the files of a spec for ever", run_rows, loop_run, NULL,
	    { "lsctl-loop run --dry-run krishna_loop.json", "lsctl-loop run krishna_loop.json" } },
	{ "join", "FILE... >FLV", 1, OPTIONS_MANY, "write the stream of a loop", join_rows, call_join, NULL,
	    { "lsctl-loop join krishna.flv | ffplay -", "lsctl-loop join --rounds 10 one.flv two.flv >ten.flv" } },
};

static const struct options_tool tool = {
	"lsctl-loop", "Makes files that can be looped, checks them, and publishes them for ever.", commands, nitems(commands),
	{ "lsctl-loop prepare --profile 1920x1080@30 krishna.mp4", "lsctl-loop run krishna_loop.json" }
};

int
main(int argc, char **argv)
{
	static struct call c = { .want = { .preset = "medium" }, .rounds = 2 };
	enum options_end end;

	if ((end = options_read(&c.o, &tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	return c.o.command->run(&c);
}
