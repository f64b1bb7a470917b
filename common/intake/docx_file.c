/*
 * _rels/.rels names a package's main part, nearly always word/document.xml;
 * word/_rels/document.xml.rels names the styles and the numbering beside it.
 * Nothing else is read.
 */
#include "intake/docx_file.h"
#include "intake/office_package.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

struct names {
	char main[OFFICE_NAME_SIZE];
	char styles[OFFICE_NAME_SIZE];
	char numbering[OFFICE_NAME_SIZE];
};

static void root_relation(void *context, struct nc_slice id,
	struct nc_slice type, const char *target)
{
	struct names *names = context;

	(void)id;
	if (nc_slice_equal(type, nc_slice_text("officeDocument")))
		snprintf(names->main, sizeof(names->main), "%s", target);
}

static void main_relation(void *context, struct nc_slice id,
	struct nc_slice type, const char *target)
{
	struct names *names = context;

	(void)id;
	if (nc_slice_equal(type, nc_slice_text("styles")))
		snprintf(names->styles, sizeof(names->styles), "%s", target);
	else if (nc_slice_equal(type, nc_slice_text("numbering")))
		snprintf(names->numbering, sizeof(names->numbering), "%s",
			target);
}

/* Finds the names of the three parts. */
static enum nc_status find_parts(const struct office_package *package,
	struct names *names, struct nc_error *err)
{
	const char *base;
	int folder;
	enum nc_status status;

	strcpy(names->main, "word/document.xml");
	status = office_package_relations(
		package, "", root_relation, names, err);
	if (status != NC_OK)
		return status;
	base = strrchr(names->main, '/');
	folder = base == NULL ? 0 : (int)(base + 1 - names->main);
	if (folder > 200)
		folder = 200;
	snprintf(names->styles, sizeof(names->styles), "%.*sstyles.xml", folder,
		names->main);
	snprintf(names->numbering, sizeof(names->numbering),
		"%.*snumbering.xml", folder, names->main);
	return office_package_relations(
		package, names->main, main_relation, names, err);
}

static bool is_word(
	const struct office_package *package, const struct names *names)
{
	return office_package_has(package, names->main) &&
	       strncmp(names->main, "xl/", 3) != 0 &&
	       strncmp(names->main, "ppt/", 4) != 0;
}

static enum nc_status refuse_package(
	const struct office_package *package, struct nc_error *err)
{
	if (office_package_has(package, "xl/workbook.xml") ||
		office_package_has(package, "xl/workbook.bin"))
		return nc_error_set(err, NC_INVALID,
			_("This is an Excel workbook; nhipcau import "
			  "table reads it; a plan or report is read from a "
			  "Word document (.docx)."));
	if (office_package_has(package, "ppt/presentation.xml"))
		return nc_error_set(err, NC_INVALID,
			_("This is a PowerPoint file; copy its text into a "
			  "Word document and save it as .docx."));
	if (office_package_has(package, "mimetype"))
		return nc_error_set(err, NC_INVALID,
			_("This is an OpenDocument file (.odt or .ods); open "
			  "it in LibreOffice or Word and save it as .docx."));
	return nc_error_set(err, NC_INVALID,
		_("This is a zip archive and not a Word document; unpack it "
		  "and import the document inside."));
}

static enum nc_status read_package(struct nc_document *document,
	const struct office_package *package, struct nc_error *err)
{
	struct nc_buffer main, styles, numbering;
	struct names names = {.main = ""};
	enum nc_status status = find_parts(package, &names, err);

	/* Each with room for the one byte too many that inflate looks for. */
	nc_buffer_init(&main, NC_DOCUMENT_PART_MAX + 1);
	nc_buffer_init(&styles, NC_DOCUMENT_PART_MAX / 4 + 1);
	nc_buffer_init(&numbering, NC_DOCUMENT_PART_MAX / 4 + 1);
	if (status == NC_OK && !is_word(package, &names))
		status = refuse_package(package, err);
	if (status == NC_OK)
		status = office_package_read(package, names.main, &main, err);
	if (status == NC_OK)
		status = office_package_read(
			package, names.styles, &styles, err);
	if (status == NC_OK)
		status = office_package_read(
			package, names.numbering, &numbering, err);
	if (status == NC_OK) {
		const struct nc_docx_parts parts = {nc_buffer_slice(&main),
			nc_buffer_slice(&numbering), nc_buffer_slice(&styles)};

		status = nc_docx_parts_read(document, &parts, err);
	}
	nc_buffer_fini(&main);
	nc_buffer_fini(&styles);
	nc_buffer_fini(&numbering);
	return status;
}

enum nc_status nc_docx_file_read(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err)
{
	struct office_package package = {.zip = NULL};
	enum nc_status status = office_package_open(&package, bytes, err);

	if (status != NC_OK)
		return status;
	status = read_package(document, &package, err);
	office_package_close(&package);
	return status;
}
