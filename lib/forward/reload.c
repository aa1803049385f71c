/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/reload.h"

struct plan {
	struct egress	*egress[SPEC_LEGS];	/* new ones */
	struct ingest	*ingest[SPEC_SOURCES];	/* for another address */
	struct flv_loop	*file[SPEC_SOURCES];	/* another list */
};

/* The index of the running destination that is the same as d, or -1. */
static int
serving(const struct forwarder *fw, const struct spec_dest *d)
{
	int i;

	for (i = 0; i < fw->egresses; i++)
		if (fw->egress[i] != NULL && spec_dest_same(fw->egress[i]->spec, d))
			return i;
	return -1;
}

static int
plan_source(struct forwarder *fw, const struct spec *spec, int i,
    struct plan *p, struct spec_fault *fault)
{
	const struct spec_source *s = &spec->source[i], *old = &fw->spec->source[i];
	struct flv_fault bad = { 0 };

	if (s->url != NULL) {
		/* only a new connection brings the header of the sound that was dropped */
		if (strcmp(s->url, old->url) == 0 && (s->tracks == old->tracks || old->tracks == TRACKS_BOTH))
			return 0;
		p->ingest[i] = forwarder_ingest(fw, spec, i, fault);
		return p->ingest[i] != NULL ? 0 : -1;
	}
	if (spec_files_same(s, old))
		return 0;
	p->file[i] = flv_loop_open((const char *const *)s->file,
	    (size_t)s->files, &bad);
	if (p->file[i] != NULL)
		return 0;
	forwarder_file_fault(fault, spec, i, &bad);
	return -1;
}

static int
plan(struct forwarder *fw, const struct spec *spec, struct plan *p,
    struct spec_fault *fault)
{
	int i;

	if (strcmp(spec->channel, fw->spec->channel) != 0) {
		forwarder_fault(fault, SPEC_OTHER_CHANNEL, "channel", "names another channel: start "
		    "another forwarder for it");
		return -1;
	}
	if (!channel_can_reload(fw->channel, spec)) {
		forwarder_fault(fault, SPEC_NEEDS_RESTART, "sources", "the names, kinds or number of "
		    "sources, or delay_ms, differ: restart the forwarder to change them");
		return -1;
	}
	for (i = 0; i < spec->dests; i++)
		if (serving(fw, &spec->dest[i]) == -1 && (p->egress[i] =
		    forwarder_egress(fw, spec, i, fault)) == NULL)
			return -1;
	for (i = 0; i < spec->sources; i++)
		if (plan_source(fw, spec, i, p, fault) == -1)
			return -1;
	return 0;
}

static void
plan_drop(struct plan *p)
{
	int i;

	for (i = 0; i < SPEC_LEGS; i++)
		egress_free(p->egress[i]);
	for (i = 0; i < SPEC_SOURCES; i++) {
		ingest_free(p->ingest[i]);
		flv_loop_close(p->file[i]);
	}
}

/* Destinations that stay keep their connection; those that are gone get an unpublish. */
static void
put_egresses(struct forwarder *fw, const struct spec *spec, struct plan *p,
    int64_t now)
{
	int i, old;

	for (i = 0; i < spec->dests; i++)
		if (p->egress[i] == NULL) {
			old = serving(fw, &spec->dest[i]);
			p->egress[i] = fw->egress[old];
			fw->egress[old] = NULL;
			egress_spec(p->egress[i], &spec->dest[i]);
		}
	for (i = 0; i < fw->egresses; i++)
		if (fw->egress[i] != NULL) {
			egress_set_mode(fw->egress[i], EGRESS_OFF, now);
			egress_free(fw->egress[i]);
		}
	memcpy(fw->egress, p->egress, sizeof(p->egress));
	fw->egresses = spec->dests;
}

static void
put_sources(struct forwarder *fw, struct plan *p)
{
	int i;

	for (i = 0; i < fw->channel->sources; i++) {
		if (p->file[i] != NULL)
			channel_files(fw->channel, i, p->file[i]);
		if (p->ingest[i] == NULL)
			continue;
		ingest_free(fw->ingest[i]);
		source_ended(&fw->channel->source[i].src);
		fw->ingest[i] = p->ingest[i];
	}
}

int
forwarder_reload(struct forwarder *fw, struct spec *spec, int64_t now,
    struct spec_fault *fault)
{
	struct plan p = { 0 };

	if (plan(fw, spec, &p, fault) == -1) {
		plan_drop(&p);
		spec_free(spec);
		return -1;
	}
	channel_reload(fw->channel, fw->spec, spec, now);
	put_egresses(fw, spec, &p, now);
	put_sources(fw, &p);
	spec_free(fw->spec);
	fw->spec = spec;
	return 0;
}
