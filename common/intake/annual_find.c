#include "intake/annual.h"
#include "intake/annual_marks.h"
#include "base/limits.h"
#include "model/plan.h"

#include <string.h>

/* The unions that a report's headings name. */
struct named {
	struct nc_buffer place; /* the first one's */
	const char *first, *other;
};

/* "Liên hiệp … hữu nghị …": a heading that begins with "Tình" looks like a
 * place's too. */
static enum nc_status is_name(const char *text, bool *ret_is)
{
	struct plan_heading heading = {.area = "general"};
	struct nc_buffer folded;
	enum nc_status status = annual_fold(&folded, nc_slice_text(text));

	*ret_is = status == NC_OK &&
		  annual_begins(nc_buffer_string(&folded), "lien hiep") &&
		  strstr(nc_buffer_string(&folded), " huu nghi ") != NULL;
	nc_buffer_fini(&folded);
	if (status == NC_OK && *ret_is)
		status = plan_heading_of(nc_slice_text(text), &heading);
	*ret_is = *ret_is && heading.is_union;
	return status;
}

/* Whether it names the whole country, or its place stands on another line. */
static bool is_no_place(const char *place)
{
	return place[0] == '\0' || strcmp(place, "viet nam") == 0 ||
	       strcmp(place, "tinh") == 0 || strcmp(place, "thanh pho") == 0;
}

/* Remembers text when it is a union's name. */
static enum nc_status look_at(struct named *named, const char *text)
{
	struct nc_buffer place NC_AUTO(nc_buffer_fini) = {0};
	bool is = false;
	enum nc_status status = is_name(text, &is);

	if (status != NC_OK || !is)
		return status;
	nc_buffer_init(&place, NC_TEXT_BYTES_MAX);
	status = nc_plan_place(&place, text);
	if (status == NC_NO_MEMORY)
		return status;
	if (status != NC_OK || is_no_place(nc_buffer_string(&place)))
		return NC_OK;
	if (named->first != NULL) {
		if (!nc_slice_equal(nc_buffer_slice(&place),
			    nc_buffer_slice(&named->place)))
			named->other = text;
		return NC_OK;
	}
	named->first = text;
	return nc_buffer_text(&named->place, nc_buffer_string(&place));
}

static enum nc_status look_at_sections(
	struct named *named, const struct nc_annual_sections *sections)
{
	enum nc_status status = NC_OK;

	for (const struct nc_annual_section *at = sections->first;
		status == NC_OK && at != NULL && named->other == NULL;
		at = at->next) {
		status = look_at(named, at->heading);
		if (status == NC_OK && named->other == NULL)
			status = look_at_sections(named, &at->sections);
	}
	return status;
}

enum nc_status nc_annual_check_unions(
	const struct nc_annual *annual, struct nc_error *err)
{
	struct named named = {.first = NULL};
	enum nc_status status = NC_OK;

	nc_buffer_init(&named.place, NC_TEXT_BYTES_MAX);
	for (const struct nc_annual_text *at = annual->title.first;
		status == NC_OK && at != NULL && named.first == NULL;
		at = at->next)
		status = look_at(&named, at->text);
	if (status == NC_OK)
		status = look_at_sections(&named, &annual->sections);
	nc_buffer_fini(&named.place);
	if (status != NC_OK)
		return nc_error_no_memory(err);
	if (named.other == NULL)
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("The file holds the reports of several unions (\"%s\", "
		  "\"%s\"); save your own union's part as a file of its "
		  "own and import that."),
		named.first, named.other);
}
