/*
 * An annual report's text file: nothing of it is lost on the way into records,
 * and every list is what its contract says.
 */
#include "intake/annual.h"
#include "intake/revise.h"
#include "base/limits.h"
#include "locale/text.h"
#include "trust/trust.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The letters of Vietnamese that have a vowel's and a tone's mark (U+1EA0 to
 * U+1EFF, two lead bytes in UTF-8): no bullet or number has one. */
static size_t count_letters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += (uint8_t)text[0] == 0xe1 &&
			 ((uint8_t)text[1] == 0xba || (uint8_t)text[1] == 0xbb);
	return count;
}

static size_t check_text(const char *text)
{
	NC_ASSERT(text != NULL);
	NC_ASSERT(nc_text_is_clean(nc_slice_text(text)));
	return count_letters(text);
}

static size_t check_list(const struct nc_annual_list *list, bool items)
{
	size_t letters = 0, count = 0;
	unsigned level = 0;

	for (const struct nc_annual_text *at = list->first; at != NULL;
		at = at->next) {
		letters += check_text(at->text);
		NC_ASSERT(at->text[0] != '\0');
		NC_ASSERT(at->line > 0);
		NC_ASSERT(at->why != NULL);
		NC_ASSERT(items || at->label[0] == '\0');
		NC_ASSERT(check_text(at->label) == 0);
		NC_ASSERT(items ? at->level >= 1 && at->level <= 9 &&
					  at->level <= level + 1
				: at->level == 0);
		level = at->level;
		count++;
		NC_ASSERT(at->next != NULL || at == list->last);
	}
	NC_ASSERT(count == list->count);
	return letters;
}

static size_t check_sections(
	const struct nc_annual_sections *sections, unsigned depth)
{
	size_t letters = 0, count = 0;

	NC_ASSERT(depth <= NC_ANNUAL_DEPTH_MAX);
	for (const struct nc_annual_section *at = sections->first; at != NULL;
		at = at->next) {
		check_text(at->number);
		check_text(at->label);
		check_text(at->printed);
		NC_ASSERT(at->line > 0);
		NC_ASSERT(at->area[0] != '\0' && at->part != NULL);
		letters += check_text(at->heading);
		letters += check_list(&at->paragraphs, false);
		letters += check_list(&at->items, true);
		letters += check_sections(&at->sections, depth + 1);
		count++;
	}
	NC_ASSERT(count == sections->count);
	return letters;
}

static size_t check_annual(const struct nc_annual *annual)
{
	size_t letters = check_sections(&annual->sections, 0);

	letters += check_list(&annual->title, false);
	letters += check_list(&annual->lead, false);
	letters += check_list(&annual->closing, false);
	letters += check_list(&annual->signature, false);
	letters += check_text(annual->recipients_heading);
	letters += check_list(&annual->recipients, false);
	letters += check_list(&annual->unread, false);
	return letters;
}

static size_t count_document(const struct nc_document *document)
{
	size_t count = 0;

	for (size_t i = 0; i < document->count; i++)
		count += count_letters(document->paragraphs[i].text);
	return count;
}

static size_t check_line(const struct nc_revise_line *line)
{
	const struct nc_revise_shape *shape =
		&nc_revise_annual_shapes[line->shape];

	NC_ASSERT(line->level <= 9);
	NC_ASSERT(line->line > 0);
	for (size_t i = 0; i < NC_REVISE_PLACES_MAX && shape->places[i] != 0;
		i++)
		check_text(line->places[i]);
	/* The paper tells again what the parts say. */
	return shape->single ? 0 : check_text(line->text);
}

/* As many letters as lines as there are in the document, and each line makes
 * a record of its own. */
static void check_import(const struct nc_annual *annual, size_t letters)
{
	static const struct nc_id union_id = {{1}};
	struct nc_revise_input input = {.union_id = &union_id,
		.year = 2024,
		.kind = "annual",
		.shapes = nc_revise_annual_shapes};
	struct nc_revise revise;
	struct nc_arena arena;
	struct nc_error err;
	size_t found = 0;

	nc_arena_init(&arena, 1UL << 30);
	nc_revise_init(&revise);
	if (nc_revise_annual_lines(annual, 2024, &arena, &input.lines,
		    &input.lines_count, &err) == NC_OK) {
		for (size_t i = 0; i < input.lines_count; i++)
			found += check_line(&input.lines[i]);
		NC_ASSERT(found == letters);
		if (nc_revise(&revise, &input, nc_sha256, &err) == NC_OK)
			NC_ASSERT(revise.count == input.lines_count);
	}
	nc_revise_fini(&revise);
	nc_arena_fini(&arena);
}

/* No letter is in two parts; of one part all of them are in it. */
static void check_parts(const struct nc_document *document, size_t letters)
{
	struct nc_annuals file;
	struct nc_error err;
	size_t found = 0;

	nc_annuals_init(&file);
	if (nc_annuals_read(document, &file, &err) == NC_OK) {
		NC_ASSERT(file.count > 0);
		found = check_annual(&file.frame);
		for (size_t i = 0; i < file.count; i++)
			found += check_annual(&file.parts[i].annual);
		NC_ASSERT(file.count > 1 ? found <= letters : found == letters);
	}
	nc_annuals_fini(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_document document;
	struct nc_annual annual;
	struct nc_error err;

	nc_document_init(&document);
	nc_annual_init(&annual);
	/* zip files are fuzz_docx's */
	if ((size < 2 || data[0] != 'P' || data[1] != 'K') &&
		nc_document_read(&document, nc_slice(data, size), &err) ==
			NC_OK &&
		nc_annual_read(&document, &annual, &err) == NC_OK) {
		size_t letters = count_document(&document);

		NC_ASSERT(check_annual(&annual) == letters);
		check_import(&annual, letters);
		check_parts(&document, letters);
	}
	nc_annual_fini(&annual);
	nc_document_fini(&document);
	return 0;
}
