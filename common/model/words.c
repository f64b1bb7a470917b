/*
 * What people would look for a value by.
 */
#include "locale/countries.h"
#include "model/model.h"

#include <string.h>

/* Two names of one thing. */
static enum nc_status put_names(
	struct nc_buffer *out, const char *vi, const char *en)
{
	return strcmp(vi, en) == 0 ? nc_buffer_text(out, vi)
				   : nc_buffer_printf(out, "%s; %s", vi, en);
}

static enum nc_status put_choice(const struct nc_choice *choice,
	struct nc_slice name, struct nc_buffer *out)
{
	for (; choice != NULL && choice->name != NULL; choice++)
		if (nc_slice_equal(nc_slice_text(choice->name), name))
			return put_names(
				out, choice->label_vi, choice->label_en);
	return nc_buffer_append(out, name.data, name.size);
}

/* Codes of two letters, one a line; one that we do not know as it is. */
static enum nc_status put_countries(
	struct nc_slice codes, struct nc_buffer *out)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i + 2 <= codes.size && status == NC_OK; i += 3) {
		char code[3] = {(char)codes.data[i], (char)codes.data[i + 1]};
		const struct nc_country *country = nc_country_by_code(code);

		if (i > 0)
			status = nc_buffer_text(out, "; ");
		if (status == NC_OK)
			status = country == NULL
					 ? nc_buffer_text(out, code)
					 : put_names(out, country->name_vi,
						   country->name_en);
	}
	return status;
}

/* A year has a year's bounds. */
static bool is_year(const struct nc_field *field)
{
	return field->min >= 1900 && field->max <= 2199;
}

enum nc_status nc_field_words(const struct nc_field *field,
	const struct nc_value *value, struct nc_buffer *out)
{
	if (value->kind == NC_VALUE_ABSENT)
		return NC_OK;
	switch (field->type) {
	case NC_TYPE_TEXT:
	case NC_TYPE_LIST:
	case NC_TYPE_DATE:
	case NC_TYPE_MONEY:
		return nc_field_print(field, value, out);
	case NC_TYPE_ENUM:
		return put_choice(field->choices, value->bytes, out);
	case NC_TYPE_COUNTRY:
	case NC_TYPE_COUNTRIES:
		return put_countries(value->bytes, out);
	case NC_TYPE_INTEGER:
		return is_year(field) ? nc_field_print(field, value, out)
				      : NC_OK;
	default:
		return NC_OK;
	}
}
