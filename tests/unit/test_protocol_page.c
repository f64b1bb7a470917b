/*
 * docs/PROTOCOL.md tells the model as it is, and quotes the vectors as they
 * are.
 */
#include "vectors.h"

#include "base/limits.h"
#include "model/model.h"

#include <inttypes.h>

static struct nc_buffer page;

/* ", of `aid` or `partner`" */
static void refers_line(const struct nc_field *field, char *rule, size_t size)
{
	size_t used = strlen(rule);

	if (field->type != NC_TYPE_REFERENCE &&
		field->type != NC_TYPE_REFERENCES)
		return;
	if (field->refers[0] == 0)
		snprintf(rule + used, size - used, ", of any");
	else if (field->refers[1] == 0)
		snprintf(rule + used, size - used, ", of `%s`",
			nc_model_entity(field->refers[0])->name);
	else
		snprintf(rule + used, size - used, ", of `%s` or `%s`",
			nc_model_entity(field->refers[0])->name,
			nc_model_entity(field->refers[1])->name);
}

/* The page's line for a field. */
static void field_line(const struct nc_field *field, char *out, size_t size)
{
	static const char *const types[] = {"text", "integer", "boolean",
		"time", "enum", "date", "list", "rank", "reference", "device",
		"bytes", "references", "country", "countries", "money"};
	char rule[768] = "";

	if (field->type == NC_TYPE_ENUM) {
		for (const struct nc_choice *choice = field->choices;
			choice->name != NULL; choice++) {
			size_t used = strlen(rule);

			snprintf(rule + used, sizeof(rule) - used, "%s`%s`",
				used == 0 ? "" : ", ", choice->name);
		}
	} else if (field->type == NC_TYPE_INTEGER ||
		   field->type == NC_TYPE_BOOLEAN ||
		   field->type == NC_TYPE_TIME) {
		snprintf(rule, sizeof(rule), "%" PRId64 " to %" PRId64,
			field->min, field->max);
	} else if (field->type == NC_TYPE_REFERENCE ||
		   field->type == NC_TYPE_DEVICE ||
		   field->type == NC_TYPE_BYTES) {
		assert_int_equal(field->min, field->max);
		snprintf(rule, sizeof(rule), "%" PRId64 " bytes", field->max);
		refers_line(field, rule, sizeof(rule));
	} else if (field->type == NC_TYPE_REFERENCES) {
		assert_int_equal(field->min, NC_ID_SIZE);
		snprintf(rule, sizeof(rule), "1 to %" PRId64 " ids",
			field->max / NC_ID_SIZE);
		refers_line(field, rule, sizeof(rule));
	} else {
		snprintf(rule, sizeof(rule), "at most %" PRId64 " bytes",
			field->max == 0 ? NC_TEXT_BYTES_MAX : field->max);
	}
	snprintf(out, size, "| %" PRIu32 " | `%s` | %s | %s | %s | %s |\n",
		field->number, field->name, types[field->type],
		field->writer == NC_WRITER_UNION ? "union" : "cluster",
		field->required ? "yes" : "no", rule);
}

static const char *page_find(const char *from, const char *line)
{
	const char *found = strstr(from, line);

	if (found == NULL)
		fail_msg("docs/PROTOCOL.md, section 10, lacks: %s", line);
	return found + strlen(line);
}

static void test_protocol_page__tells_the_model(void **state)
{
	size_t count, rows = 0, fields = 0;
	const struct nc_entity *entities = nc_model_entities(&count);
	const char *at = nc_buffer_string(&page), *end;
	char line[1024];

	(void)state;
	snprintf(line, sizeof(line), "This is model version %d.",
		NC_MODEL_VERSION);
	at = page_find(at, line);
	for (size_t e = 0; e < count; e++) {
		snprintf(line, sizeof(line), "#### %" PRIu32 " `%s` — %s\n",
			entities[e].number, entities[e].name,
			entities[e].cluster ? "cluster" : "union");
		at = page_find(at, line);
		for (size_t f = 0; f < entities[e].fields_count; f++) {
			field_line(&entities[e].fields[f], line, sizeof(line));
			at = page_find(at, line);
			fields++;
		}
	}
	/* And nothing that the model does not have. */
	end = page_find(at, "\n## 11.");
	at = page_find(nc_buffer_string(&page), "\n### 10.2");
	while ((at = strstr(at, "| `")) != NULL && at < end) {
		rows += at[-1] == ' ' && at[-2] >= '0' && at[-2] <= '9';
		at++;
	}
	assert_int_equal(rows, fields);
}

/* Whether the page has these characters, wherever its lines break. */
static bool page_has(const char *text)
{
	for (const char *at = nc_buffer_string(&page); *at != '\0'; at++) {
		const char *a = at, *b = text;

		while (*a != '\0' && *b != '\0') {
			if (*a == ' ' || *a == '\n')
				a++;
			else if (*b == ' ' || *b == '\n')
				b++;
			else if (*a == *b)
				a++, b++;
			else
				break;
		}
		while (*b == ' ' || *b == '\n')
			b++;
		if (*b == '\0')
			return true;
	}
	return false;
}

/* What the page quotes is in the vectors; it is quoted as hexadecimal digits
 * or, where it is text, as it is. */
static void test_protocol_page__quotes_the_vectors(void **state)
{
	static const char *const digits[] = {"a.public", "enrol.signed",
		"enrol.request", "a1.payload", "a1.signature", "a1.hash",
		"b1.payload", "a2.payload", "a2.row", "a2.digest", "b2.row",
		"b2.digest", "exchange.request", "exchange.reply",
		"tree.leaf.0", "tree.leaf.6", "tree.root.4", "tree.root.6",
		"tree.root.7", "tree.consistency.4.7", "tree.shared.2.5",
		"tree.path.2", "tree.path.5", "tree.request", "vouch.signed",
		"restored.payload", "rotate.signed", "rotate.request",
		"bundle.file"};
	static const char *const texts[] = {"invitation.text", "checkpoint.4",
		"checkpoint.7", "cosignature.a", "receipt.text", "receipt.code",
		"history.code", "hub-key.text"};

	(void)state;
	for (size_t i = 0; i < COUNT(digits); i++) {
		struct nc_slice bytes = vector(digits[i]);
		char *hex = nc_arena_alloc(&arena, 2 * bytes.size + 1);

		assert_non_null(hex);
		nc_hex_encode(hex, bytes.data, bytes.size);
		if (!page_has(hex))
			fail_msg("docs/PROTOCOL.md, section 17, lacks %s",
				digits[i]);
	}
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct nc_slice bytes = vector(texts[i]);

		if (!page_has(nc_arena_text(
			    &arena, (const char *)bytes.data, bytes.size)))
			fail_msg("docs/PROTOCOL.md, section 17, lacks %s",
				texts[i]);
	}
}

static int setup(void **state)
{
	nc_buffer_init(&page, FILE_MAX);
	if (nc_file_read(TEST_DATA "/../../docs/PROTOCOL.md", &page,
		    &fixture_error) != NC_OK) {
		print_error("%s\n", fixture_error.text);
		return -1;
	}
	return vectors_setup(state);
}

static int teardown(void **state)
{
	nc_buffer_fini(&page);
	return vectors_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protocol_page__tells_the_model),
		cmocka_unit_test(test_protocol_page__quotes_the_vectors),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
