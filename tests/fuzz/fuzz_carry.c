/*
 * Records' words, whatever they are: carried into another year, and read for
 * places and organisations. What comes out is text where text went in; names
 * lie in the text, in order, not overlapping.
 */
#include "intake/carry.h"
#include "intake/names.h"

#include "locale/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	struct nc_slice text;
	size_t end;
};

static enum nc_status check(void *context, const struct nc_intake_name *name)
{
	struct walk *walk = context;

	NC_ASSERT(name->at >= walk->end);
	NC_ASSERT(name->words.size > 0);
	NC_ASSERT(name->words.data == walk->text.data + name->at);
	NC_ASSERT(name->words.size <= walk->text.size - name->at);
	walk->end = name->at + name->words.size;
	return NC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct walk walk = {.text = nc_slice(data, size)};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_slice half = nc_slice(data, size / 2);
	char date[NC_CARRY_DATE_SIZE];
	struct nc_carried carried;
	struct nc_error err;

	/* As long as a record's text may be. */
	if (size > 64 * 1024)
		return 0;
	nc_arena_init(&arena, 16 * 1024 * 1024);
	if (nc_carry_text(&arena, walk.text, half, 2024, 2025, &carried,
		    &err) == NC_OK) {
		NC_ASSERT(!nc_text_is_utf8(walk.text) ||
			  nc_text_is_utf8(nc_slice_text(carried.text)));
		NC_ASSERT((carried.count > 0) == (carried.changes[0] != '\0'));
	}
	if (nc_carry_date(walk.text, 2024, 2025, date))
		NC_ASSERT(strlen(date) == size);
	(void)nc_carry_festival(half, walk.text, 2024, 2025, date);
	NC_ASSERT(nc_intake_names_find(walk.text, check, &walk) == NC_OK);
	(void)nc_intake_name_in(walk.text, half, &walk.text);
	return 0;
}
