/*
 * A plan's text file: read, outlined and found again, and nothing of it lost
 * on the way: every line lands in the plan or among what was left out.
 */
#include "intake/parts.h"
#include "intake/plan_reader.h"
#include "locale/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	NC_ASSERT(text != NULL);
	NC_ASSERT(nc_text_is_clean(nc_slice_text(text)));
}

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

static size_t count_document(const struct nc_document *document)
{
	size_t count = 0;

	for (size_t i = 0; i < document->count; i++)
		count += count_letters(document->paragraphs[i].text);
	return count;
}

static size_t check_leads(const struct nc_plan_lead *leads, size_t count)
{
	size_t letters = 0;

	for (size_t i = 0; i < count; i++) {
		check_text(leads[i].text);
		NC_ASSERT(leads[i].text[0] != '\0');
		letters += count_letters(leads[i].text);
	}
	return letters;
}

static size_t check_section(const struct nc_plan_section *section)
{
	size_t letters = check_leads(section->leads, section->leads_count);
	unsigned level = 0;

	check_text(section->letter);
	check_text(section->heading);
	NC_ASSERT(strlen(section->letter) <= 16);
	letters += count_letters(section->heading);
	for (size_t i = 0; i < section->items_count; i++) {
		const struct nc_plan_item *item = &section->items[i];

		check_text(item->text);
		NC_ASSERT(item->text[0] != '\0');
		NC_ASSERT(item->level >= 1 && item->level <= 9);
		NC_ASSERT(item->level <= level + 1);
		NC_ASSERT(item->line > 0);
		level = item->level;
		letters += count_letters(item->text);
	}
	return letters;
}

/* Whether a union's name is put together from its letterhead, whose lines are
 * left out. */
static bool is_of_letterhead(
	const struct nc_plan *plan, const struct nc_plan_union *of_union)
{
	for (size_t i = 0; i < plan->left_out_count; i++)
		if (plan->left_out[i].line == of_union->line &&
			(strcmp(plan->left_out[i].why, "letterhead") == 0 ||
				strcmp(plan->left_out[i].why, "title") == 0))
			return true;
	return false;
}

/* Counts the letters of all that is in the plan. */
static size_t check_plan(const struct nc_plan *plan)
{
	size_t letters = 0;

	for (size_t i = 0; i < plan->unions_count; i++) {
		const struct nc_plan_union *of_union = &plan->unions[i];

		check_text(of_union->code);
		check_text(of_union->name);
		if (!is_of_letterhead(plan, of_union))
			letters += count_letters(of_union->name);
		letters += check_leads(of_union->leads, of_union->leads_count);
		for (size_t k = 0; k < of_union->sections_count; k++)
			letters += check_section(&of_union->sections[k]);
	}
	for (size_t i = 0; i < plan->left_out_count; i++) {
		check_text(plan->left_out[i].text);
		NC_ASSERT(plan->left_out[i].why != NULL);
		letters += count_letters(plan->left_out[i].text);
	}
	return letters;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_document document;
	struct nc_plan plan;
	struct nc_error err;

	nc_document_init(&document);
	nc_plan_init(&plan);
	/* zip files are fuzz_docx's */
	if ((size < 2 || data[0] != 'P' || data[1] != 'K') &&
		nc_document_read(&document, nc_slice(data, size), &err) ==
			NC_OK &&
		nc_plan_read(&document, &plan, &err) == NC_OK) {
		size_t found;

		NC_ASSERT(check_plan(&plan) == count_document(&document));
		if (plan.unions_count > 0)
			NC_ASSERT(nc_parts_find(
					  (const char *const[]){
						  plan.unions[0].name},
					  1, plan.unions[0].name, &found,
					  &err) == NC_OK);
	}
	nc_plan_fini(&plan);
	nc_document_fini(&document);
	return 0;
}
