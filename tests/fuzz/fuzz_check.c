/*
 * A document through the checker: whatever it holds, each finding has its
 * words, which are UTF-8, and stands in a line of the document, in order.
 */
#include "intake/check.h"
#include "intake/plan_reader.h"
#include "locale/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	NC_ASSERT(text != NULL);
	NC_ASSERT(nc_text_is_utf8(nc_slice_text(text)));
}

static void check_findings(const struct nc_check *check)
{
	size_t line = 1;

	NC_ASSERT(check->count <= NC_CHECK_FINDINGS_MAX);
	for (size_t i = 0; i < check->count; i++) {
		const struct nc_finding *finding = &check->findings[i];

		NC_ASSERT(finding->rule != NULL);
		NC_ASSERT(finding->line >= line);
		NC_ASSERT(finding->why[0] != '\0');
		check_text(finding->words);
		check_text(finding->found);
		check_text(finding->expected);
		check_text(finding->mend);
		line = finding->line;
	}
}

static void run(const struct nc_document *document, const struct nc_plan *plan,
	struct nc_slice bytes, int year, enum nc_check_kind kind)
{
	struct nc_check check;
	struct nc_error err;

	nc_check_init(&check);
	NC_ASSERT(nc_check_document(&check,
			  &(struct nc_check_input){.document = document,
				  .plan = plan,
				  .bytes = bytes,
				  .year = year,
				  .kind = kind},
			  &err) == NC_OK);
	check_findings(&check);
	nc_check_fini(&check);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_slice bytes = nc_slice(data, size);
	struct nc_document document;
	struct nc_plan plan;
	struct nc_error err;

	nc_document_init(&document);
	nc_plan_init(&plan);
	/* zip files are fuzz_docx's */
	if ((size < 2 || data[0] != 'P' || data[1] != 'K') &&
		nc_document_read(&document, bytes, &err) == NC_OK) {
		run(&document, NULL, bytes, nc_check_year_of(&document),
			NC_CHECK_REPORT);
		if (nc_plan_read(&document, &plan, &err) == NC_OK)
			run(&document, &plan, bytes, 2024, NC_CHECK_PLAN);
	}
	nc_plan_fini(&plan);
	nc_document_fini(&document);
	return 0;
}
