/*
 * Reports as JSON: jansson, with one sticky failure. Internal to this room.
 */
#ifndef NC_REPORT_JSON_PRINT_H
#define NC_REPORT_JSON_PRINT_H

#include "report/document.h"

#include <jansson.h>

/* jansson keeps its own memory; a put of NULL fails and is remembered. What
 * is put is gone when that fails, so things are filled before they are put. */
struct json_print {
	bool failed;
	struct nc_arena arena; /* texts that had to be mended */
};

void json_print_init(struct json_print *print);
/* Appends root, which is taken, and ends the printing. */
enum nc_status json_print_end(struct json_print *print, json_t *root,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

void json_print_put(struct json_print *print, json_t *object, const char *key,
	json_t *value);
void json_print_put_in(struct json_print *print, json_t *array, json_t *value);
/* Texts are printed to the letter; only bytes that are not UTF-8, which no
 * JSON can hold, are replaced. */
json_t *json_print_text_of(struct json_print *print, const char *text);
json_t *json_print_number_of(uint64_t number);
json_t *json_print_id_of(const struct nc_id *id);

#endif
