#include "intake/parts.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "model/plan.h"

#include <string.h>

static enum nc_status not_named(const char *const *names, size_t count,
	const char *name, struct nc_error *err)
{
	struct nc_buffer list;

	nc_buffer_init(&list, NC_ERROR_TEXT_MAX / 2);
	/* A list that is too long for a sentence stops where it is full. */
	for (size_t i = 0; i < count; i++)
		if (nc_buffer_printf(&list, "%s%s", i == 0 ? "" : "; ",
			    names[i]) != NC_OK)
			break;
	if (count == 0)
		nc_error_set(err, NC_NOT_FOUND,
			_("The document names no union; check that this is "
			  "the right file."));
	else
		nc_error_set(err, NC_NOT_FOUND,
			_("The document has no part of \"%s\"; it names: %s. "
			  "Check that this is the right file."),
			name, nc_buffer_string(&list));
	nc_buffer_fini(&list);
	return NC_NOT_FOUND;
}

static enum nc_status find_place(const char *const *names, size_t count,
	struct nc_slice wanted, size_t *ret_index)
{
	enum nc_status status = NC_OK;
	bool found = false;

	for (size_t i = 0; status == NC_OK && !found && i < count; i++) {
		struct nc_buffer place;

		nc_buffer_init(&place, NC_TEXT_BYTES_MAX);
		status = nc_plan_place(&place, names[i]);
		found = status == NC_OK &&
			nc_slice_equal(nc_buffer_slice(&place), wanted);
		if (found)
			*ret_index = i;
		nc_buffer_fini(&place);
	}
	if (status != NC_OK)
		return status;
	return found ? NC_OK : NC_NOT_FOUND;
}

enum nc_status nc_parts_find(const char *const *names, size_t count,
	const char *name, size_t *ret_index, struct nc_error *err)
{
	struct nc_buffer wanted;
	enum nc_status status;

	if (count == 1 && names[0][0] == '\0') {
		*ret_index = 0;
		return NC_OK;
	}
	nc_buffer_init(&wanted, NC_TEXT_BYTES_MAX);
	status = nc_plan_place(&wanted, name);
	if (status == NC_OK)
		status = find_place(
			names, count, nc_buffer_slice(&wanted), ret_index);
	nc_buffer_fini(&wanted);
	if (status == NC_NOT_FOUND)
		return not_named(names, count, name, err);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is no union's name; check the union's "
			  "name in the cluster's list."),
			name);
	return NC_OK;
}
