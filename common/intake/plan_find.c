#include "intake/plan_reader.h"
#include "base/limits.h"

#include <string.h>

static enum nc_status not_named(
	const struct nc_plan *plan, const char *name, struct nc_error *err)
{
	struct nc_buffer names;

	nc_buffer_init(&names, NC_ERROR_TEXT_MAX / 2);
	/* A list that is too long for a sentence stops where it is full. */
	for (size_t i = 0; i < plan->unions_count; i++)
		if (nc_buffer_printf(&names, "%s%s", i == 0 ? "" : "; ",
			    plan->unions[i].name) != NC_OK)
			break;
	if (plan->unions_count == 0)
		nc_error_set(err, NC_NOT_FOUND,
			_("The document names no union; check that this is "
			  "the right file."));
	else
		nc_error_set(err, NC_NOT_FOUND,
			_("The document has no part of \"%s\"; it names: %s. "
			  "Check that this is the right file."),
			name, nc_buffer_string(&names));
	nc_buffer_fini(&names);
	return NC_NOT_FOUND;
}

static enum nc_status find_place(const struct nc_plan *plan,
	struct nc_slice wanted, const struct nc_plan_union **ret_union)
{
	enum nc_status status = NC_OK;
	bool found = false;

	for (size_t i = 0; status == NC_OK && !found && i < plan->unions_count;
		i++) {
		struct nc_buffer place;

		nc_buffer_init(&place, NC_TEXT_BYTES_MAX);
		status = nc_plan_place(&place, plan->unions[i].name);
		found = status == NC_OK &&
			nc_slice_equal(nc_buffer_slice(&place), wanted);
		if (found)
			*ret_union = &plan->unions[i];
		nc_buffer_fini(&place);
	}
	if (status != NC_OK)
		return status;
	return found ? NC_OK : NC_NOT_FOUND;
}

enum nc_status nc_plan_find_union(const struct nc_plan *plan, const char *name,
	const struct nc_plan_union **ret_union, struct nc_error *err)
{
	struct nc_buffer wanted;
	enum nc_status status;

	if (plan->unions_count == 1 && plan->unions[0].name[0] == '\0') {
		*ret_union = &plan->unions[0];
		return NC_OK;
	}
	nc_buffer_init(&wanted, NC_TEXT_BYTES_MAX);
	status = nc_plan_place(&wanted, name);
	if (status == NC_OK)
		status = find_place(plan, nc_buffer_slice(&wanted), ret_union);
	nc_buffer_fini(&wanted);
	if (status == NC_NOT_FOUND)
		return not_named(plan, name, err);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is no union's name; check the union's "
			  "name in the cluster's list."),
			name);
	return NC_OK;
}
