#include "command/roof_note.h"

#include <string.h>

/* "2025-07-01" → "01/7/2025"; other forms as they are. */
static enum nc_status put_day(struct nc_buffer *out, const char *day)
{
	if (strlen(day) != 10)
		return nc_buffer_printf(out, "%s", day);
	return nc_buffer_printf(out, "%.2s/%.*s/%.4s", day + 8,
		day[5] == '0' ? 1 : 2, day + (day[5] == '0' ? 6 : 5), day);
}

/* The names of those that stand under the roof for one reason. */
static enum nc_status put_names(struct nc_buffer *out,
	const struct nc_registry *registry, const struct nc_registry_union *of,
	const bool *has, const char *day, enum nc_roof_why why,
	const char *before)
{
	size_t count = 0;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < registry->unions_count && status == NC_OK; i++) {
		const struct nc_registry_union *member = &registry->unions[i];
		struct nc_roof roof = nc_roof_of(registry, member, day);

		if (!has[i] || roof.of != of || roof.why != why)
			continue;
		status = nc_buffer_printf(out, "%s%s",
			count++ == 0 ? before : "; ", member->name);
		if (status == NC_OK && why == NC_ROOF_SUCCESSOR) {
			status = nc_buffer_printf(out, " (đến ngày ");
			if (status == NC_OK)
				status = put_day(out, member->valid_to);
			if (status == NC_OK)
				status = nc_buffer_printf(out, ")");
		}
	}
	if (status == NC_OK && count > 0)
		status = nc_buffer_printf(out, ". ");
	return status;
}

/* A union that is not there on that day, and whose records stay its own. */
static enum nc_status put_itself(struct nc_buffer *out,
	const struct nc_registry_union *of, enum nc_roof_why why)
{
	bool later = why == NC_ROOF_LATER;
	enum nc_status status = nc_buffer_printf(
		out, later ? "Đơn vị này có từ ngày "
			   : "Đơn vị này kết thúc hoạt động ngày ");

	if (status == NC_OK)
		status = put_day(out, later ? of->valid_from : of->valid_to);
	if (status == NC_OK)
		status = nc_buffer_printf(out,
			later ? "; nội dung của đơn vị không tách được về các "
				"đơn vị trước đó. "
			      : "; nội dung của đơn vị không chia được cho các "
				"đơn vị sau đó. ");
	return status;
}

enum nc_status nc_roof_note(struct nc_buffer *out,
	const struct nc_registry *registry, const struct nc_registry_union *of,
	const bool *has, const char *day)
{
	size_t before = out->size;
	struct nc_roof own = nc_roof_of(registry, of, day);
	enum nc_status status = NC_OK;

	if (own.of == of && own.why != NC_ROOF_OWN)
		status = put_itself(out, of, own.why);
	if (status == NC_OK)
		status = put_names(out, registry, of, has, day,
			NC_ROOF_SUCCESSOR, "Gồm cả nội dung của: ");
	if (status == NC_OK)
		status = put_names(out, registry, of, has, day, NC_ROOF_EARLIER,
			"Gồm cả nội dung ghi sau khi đổi tên thành: ");
	/* Without the space at its end. */
	if (status == NC_OK && out->size > before) {
		out->size--;
		out->data[out->size] = 0;
	}
	return status;
}
