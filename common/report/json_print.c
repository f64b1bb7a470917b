#include "report/json_print.h"
#include "locale/text.h"
#include "report/clean.h"
#include "report/pen.h"

void json_print_init(struct json_print *print)
{
	print->failed = false;
	nc_arena_init(&print->arena, NC_REPORT_TREE_BYTES_MAX);
}

void json_print_put(struct json_print *print, json_t *object, const char *key,
	json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		print->failed = true;
}

void json_print_put_in(struct json_print *print, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		print->failed = true;
}

json_t *json_print_text_of(struct json_print *print, const char *text)
{
	if (!nc_text_is_utf8(nc_slice_text(text)))
		text = nc_report_clean(&print->arena, text);
	return text == NULL ? NULL : json_string(text);
}

json_t *json_print_number_of(uint64_t number)
{
	return json_integer((json_int_t)number);
}

json_t *json_print_id_of(const struct nc_id *id)
{
	char text[NC_ID_TEXT_SIZE];

	nc_id_format(text, id);
	return json_string(text);
}

static int dump_to_pen(const char *bytes, size_t size, void *pen)
{
	nc_pen_bytes(pen, bytes, size);
	return ((struct nc_pen *)pen)->status == NC_OK ? 0 : -1;
}

enum nc_status json_print_end(struct json_print *print, json_t *root,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_pen pen = nc_pen(out);

	if (print->failed || root == NULL)
		pen.status = NC_NO_MEMORY;
	else if (json_dump_callback(root, dump_to_pen, &pen, JSON_INDENT(2)) <
			 0 &&
		 pen.status == NC_OK)
		pen.status = NC_NO_MEMORY;
	nc_pen_text(&pen, "\n");
	json_decref(root);
	nc_arena_fini(&print->arena);
	return nc_pen_end(&pen, err);
}
