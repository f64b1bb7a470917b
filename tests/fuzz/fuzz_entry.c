/*
 * Any words typed into any field: what is taken fits its field, and so do the
 * values beside it; what is refused has a sentence. The first bytes choose
 * entity, field and year.
 */
#include "intake/entry.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_entry_value values[NC_ENTRY_VALUES_MAX];
	struct nc_entry entry = {.arena = &arena};
	struct nc_error err = {.text = ""};
	const struct nc_field *field;
	size_t entities, count = 0;

	if (size < 3)
		return 0;
	nc_arena_init(&arena, 1 << 24);
	entry.entity = nc_model_entities(&entities);
	entry.entity += data[0] % entities;
	entry.field =
		&entry.entity->fields[data[1] % entry.entity->fields_count];
	entry.year = data[2] == 0 ? 0 : 1900 + data[2];
	entry.words = nc_arena_text(&arena, (const char *)data + 3, size - 3);
	if (entry.words == NULL)
		return 0;
	if (nc_entry_read(&entry, values, &count, &err) == NC_OK) {
		NC_ASSERT(count >= 1 && count <= NC_ENTRY_VALUES_MAX);
		NC_ASSERT(values[0].field == entry.field);
		for (size_t i = 0; i < count; i++)
			NC_ASSERT(nc_field_check(values[i].field,
					  &values[i].value, &err) == NC_OK);
	} else {
		NC_ASSERT(err.text[0] != '\0');
	}
	if (nc_entry_field(entry.entity, entry.words, &field, &err) == NC_OK)
		NC_ASSERT(field >= entry.entity->fields &&
			  field < entry.entity->fields +
					  entry.entity->fields_count);
	return 0;
}
