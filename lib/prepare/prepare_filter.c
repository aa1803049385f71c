/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_filter.h"
#include "prepare/prepare_overlay.h"

#define AAC_FRAME	1024	/* samples */

/* Number of video frames of the result, 0: the length of the source is unknown. */
static long long
frames_of(const struct prepare_plan *p)
{
	return (long long)(p->seconds * p->fps.num / p->fps.den + 0.5);
}

/*
 * What is scaled is whatever the film has; what comes out has the matrix and the range of the result. npl: the white of
 * paper in HDR, ITU-R BT.2408; mobius keeps all that is darker than it as it is.
 */
static void
picture_filter(struct buf *b, const struct prepare_plan *p)
{
	char params[160];

	buf_addf(b, "scale=%d:%d:force_original_aspect_ratio=decrease:force_divisible_by=2", p->width, p->height);
	if (p->hdr)
		buf_addf(b, ",%s,zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0,"
		    "zscale=t=bt709:m=bt709:r=tv,sidedata=delete", colours_params(&p->source_colours, params, sizeof(params)));
	else if (p->convert)
		buf_addf(b, ":out_color_matrix=%s:out_range=tv", colours_scale(&p->colours));
	else
		buf_addf(b, ":out_range=tv");
	buf_addf(b, ",format=yuv420p,pad=%d:%d:(ow-iw)/2:(oh-ih)/2,setsar=1", p->width, p->height);
}

void
prepare_filter_video(struct buf *b, const struct prepare_plan *p, int logo)
{
	char params[160];

	if (p->deinterlace)
		buf_addf(b, "yadif,");
	if (p->square)
		buf_addf(b, "scale=iw*sar:ih,setsar=1,");
	/* start_time: if video begins later than the film, its first frame is repeated. */
	if (!p->still)
		buf_addf(b, "fps=%d/%d:start_time=0,", p->fps.num, p->fps.den);
	picture_filter(b, p);
	if (p->still)
		buf_addf(b, ",loop=loop=-1:size=1,settb=%d/%d,setpts=N,fps=%d/%d", p->fps.den, p->fps.num, p->fps.num, p->fps.den);
	overlay_filter(b, p, logo);
	buf_addf(b, ",%s", colours_params(&p->colours, params, sizeof(params)));
	if (frames_of(p) > 0)
		buf_addf(b, ",trim=end_frame=%lld", frames_of(p));
}

/* Samples of the AAC frames that reach at least the end of the video; the encoder adds a frame at the start. */
static long long
samples_of(const struct prepare_plan *p)
{
	double seconds = p->copy_video ? p->seconds :
	    (double)frames_of(p) * p->fps.den / p->fps.num;

	return ((long long)(seconds * p->rate) + AAC_FRAME) / AAC_FRAME * AAC_FRAME;
}

/* async: fills holes, so that all frames are on one grid. */
static void
audio_form(struct buf *b, const struct prepare_plan *p)
{
	buf_addf(b, "aresample=%d:async=1:first_pts=0,aformat=channel_layouts=%s", p->rate,
	    p->channels == 1 ? "mono" : "stereo");
}

void
prepare_filter_audio(struct buf *b, const struct prepare_plan *p)
{
	audio_form(b, p);
	/* One factor for all of it, and a limiter for the peaks: music keeps its quiet and its loud parts. */
	if (p->gain_db > 0.1 || p->gain_db < -0.1)
		buf_addf(b, ",alimiter=level_in=%.1fdB:limit=-2dB:level=disabled", p->gain_db);
	buf_addf(b, ",apad");
	if (p->seconds > 0)
		buf_addf(b, ",atrim=end_sample=%lld", samples_of(p));
}

void
prepare_filter_measure(struct buf *b, const struct prepare_plan *p)
{
	audio_form(b, p);
	/* viewers hear one channel from two loudspeakers */
	buf_addf(b, ",ebur128=framelog=verbose%s", p->channels == 1 ? ":dualmono=true" : "");
}
