/*
 * Any bytes as text for the readers of Vietnamese: order, search, tones,
 * TCVN3 and countries. What they accept keeps its promises.
 */
#include "locale/countries.h"
#include "locale/order.h"
#include "locale/search.h"
#include "locale/tcvn3.h"
#include "locale/text.h"
#include "locale/tone.h"

#include <string.h>

#define HITS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each hit is inside the text, after the one before, and is whole UTF-8. */
static void check_countries(struct nc_slice text)
{
	struct nc_country_hit hits[HITS_MAX];
	size_t count = 0, end = 0;

	NC_ASSERT(nc_countries_find(text, hits, HITS_MAX, &count) == NC_OK);
	NC_ASSERT(count <= HITS_MAX);
	for (size_t i = 0; i < count; i++) {
		NC_ASSERT(hits[i].at >= end);
		end = hits[i].at + hits[i].size;
		NC_ASSERT(hits[i].size > 0 && end <= text.size);
		NC_ASSERT(nc_text_is_utf8(
			nc_slice(text.data + hits[i].at, hits[i].size)));
	}
	(void)nc_country_by_name(text);
}

static void check_order(struct nc_slice text)
{
	for (int order = NC_ORDER_DICTIONARY; order <= NC_ORDER_PEOPLE;
		order++) {
		int result = 1;

		NC_ASSERT(nc_order_compare(text, text, (enum nc_order)order,
				  &result) == NC_OK);
		NC_ASSERT(result == 0);
	}
}

/* Newer, older and newer again are the same, and equal to what was given. */
static void check_tones(struct nc_slice text)
{
	struct nc_buffer newer, older, again;

	nc_buffer_init(&newer, 4 * text.size + 64);
	nc_buffer_init(&older, 4 * text.size + 64);
	nc_buffer_init(&again, 4 * text.size + 64);
	NC_ASSERT(nc_tone_restyle(&newer, text, NC_TONE_NEWER) == NC_OK);
	NC_ASSERT(nc_tone_restyle(&older, nc_buffer_slice(&newer),
			  NC_TONE_OLDER) == NC_OK);
	NC_ASSERT(nc_tone_restyle(&again, nc_buffer_slice(&older),
			  NC_TONE_NEWER) == NC_OK);
	NC_ASSERT(nc_slice_equal(
		nc_buffer_slice(&newer), nc_buffer_slice(&again)));
	NC_ASSERT(nc_tone_equal(text, nc_buffer_slice(&older)));
	nc_buffer_fini(&newer);
	nc_buffer_fini(&older);
	nc_buffer_fini(&again);
}

/* A text is found by itself; the hit is a part of the excerpt. */
static void check_search(struct nc_slice text)
{
	struct nc_search *search = NULL;
	enum nc_search_rank rank = NC_SEARCH_NONE;
	struct nc_buffer folded, excerpt, fts;
	struct nc_slice hit;
	struct nc_error err;

	/* A word of 40 letters stands in the index once for each mark. */
	nc_buffer_init(&folded, 100 * text.size + 64);
	nc_buffer_init(&excerpt, 8 * text.size + 64);
	nc_buffer_init(&fts, 1 << 20);
	NC_ASSERT(nc_search_fold(&folded, text) == NC_OK);
	if (text.size <= 64 && nc_search_new(text, 0, &search, &err) == NC_OK) {
		NC_ASSERT(nc_search_match(search, text, &rank) == NC_OK);
		NC_ASSERT(rank != NC_SEARCH_NONE);
		NC_ASSERT(nc_search_fts(&fts, search) == NC_OK);
		NC_ASSERT(nc_search_excerpt(search, text, 16, &excerpt, &hit) ==
			  NC_OK);
		NC_ASSERT(hit.size > 0 && hit.data >= excerpt.data &&
			  hit.data + hit.size <= excerpt.data + excerpt.size);
		nc_search_free(search);
	}
	nc_buffer_fini(&folded);
	nc_buffer_fini(&excerpt);
	nc_buffer_fini(&fts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_slice bytes = nc_slice(data, size);
	struct nc_buffer text;

	if (size > 4096)
		return 0;
	(void)nc_tcvn3_is(bytes);
	nc_buffer_init(&text, 4 * size + 64);
	NC_ASSERT(nc_tcvn3_convert(&text, bytes) == NC_OK);
	nc_buffer_fini(&text);
	nc_buffer_init(&text, 4 * size + 64);
	check_countries(bytes);
	if (nc_text_clean(&text, bytes) == NC_OK) {
		check_countries(nc_buffer_slice(&text));
		check_order(nc_buffer_slice(&text));
		check_tones(nc_buffer_slice(&text));
		check_search(nc_buffer_slice(&text));
	}
	nc_buffer_fini(&text);
	return 0;
}
