/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/metadata.h"
#include "rtmp/amf0.h"
#include "rtmp/rtmp_response.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct amf0_value v, m;
	struct metadata_claims claims;
	struct rtmp_response h;
	struct amf0 in;
	char text[64];

	amf0_init(&in, p, n);
	while (amf0_next(&in, &v) == 1) {
		if (in.p > p + n || v.len > n)
			abort();
		if (amf0_member(&v, "code", &m) == 1 && m.len > v.len)
			abort();
		rtmp_response_string(text, sizeof(text), &m);
	}
	(void)amf0_starts(p, n, "onMetaData");
	metadata_claims_read(&claims, p, n);
	(void)rtmp_response_data(&h, p, n);
	if (rtmp_response_command(&h, p, n) == 0)
		rtmp_response_text(text, sizeof(text), &h);
	return 0;
}
