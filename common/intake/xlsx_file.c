/*
 * _rels/.rels names a package's main part, nearly always xl/workbook.xml,
 * which lists the sheets; its relations say which part each sheet is, and
 * name the shared strings and the styles beside it. Nothing else is read: no
 * macros, no links to other files, no cached data of those.
 */
#include "intake/xlsx.h"
#include "intake/office_package.h"
#include "intake/office_xml.h"

#include <stdio.h>
#include <string.h>

#define WORKBOOK_XML_MAX (4 * 1024 * 1024)
#define ID_SIZE 64

struct listed_sheet {
	char id[ID_SIZE]; /* of its relation */
	char part[OFFICE_NAME_SIZE];
	const char *name;
	bool hidden;
};

struct xlsx {
	struct workbook_builder *builder;
	struct office_package package;
	char main[OFFICE_NAME_SIZE];
	char strings[OFFICE_NAME_SIZE];
	char styles[OFFICE_NAME_SIZE];
	bool from_1904;
	struct listed_sheet sheets[NC_TABLE_SHEETS_MAX];
	size_t count;
};

static void root_relation(void *context, struct nc_slice id,
	struct nc_slice type, const char *target)
{
	struct xlsx *xlsx = context;

	(void)id;
	if (nc_slice_equal(type, nc_slice_text("officeDocument")))
		snprintf(xlsx->main, sizeof(xlsx->main), "%s", target);
}

static void main_relation(void *context, struct nc_slice id,
	struct nc_slice type, const char *target)
{
	struct xlsx *xlsx = context;

	if (nc_slice_equal(type, nc_slice_text("sharedStrings")))
		snprintf(xlsx->strings, sizeof(xlsx->strings), "%s", target);
	else if (nc_slice_equal(type, nc_slice_text("styles")))
		snprintf(xlsx->styles, sizeof(xlsx->styles), "%s", target);
	if (!nc_slice_equal(type, nc_slice_text("worksheet")))
		return;
	for (size_t i = 0; i < xlsx->count; i++)
		if (nc_slice_equal(id, nc_slice_text(xlsx->sheets[i].id)))
			snprintf(xlsx->sheets[i].part,
				sizeof(xlsx->sheets[i].part), "%s", target);
}

static enum nc_status list_sheet(struct xlsx *xlsx,
	const struct office_element *element, struct nc_error *err)
{
	struct nc_slice name = {NULL, 0}, id = {NULL, 0};
	struct listed_sheet *sheet;

	if (xlsx->count == NC_TABLE_SHEETS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The workbook has more than %d sheets; keep those "
			  "that are to be imported in a file of their own."),
			NC_TABLE_SHEETS_MAX);
	sheet = &xlsx->sheets[xlsx->count++];
	(void)office_attribute(element, "name", &name);
	if (office_attribute(element, "id", &id) && id.size < ID_SIZE)
		memcpy(sheet->id, id.data, id.size);
	sheet->hidden = office_attribute_is(element, "state", "hidden") ||
			office_attribute_is(element, "state", "veryHidden");
	return workbook_text(xlsx->builder, name, &sheet->name, err);
}

static enum nc_status workbook_start(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct xlsx *xlsx = context;

	if (office_element_is(element, XLSX_SPACES, "sheet"))
		return list_sheet(xlsx, element, err);
	if (office_element_is(element, XLSX_SPACES, "workbookPr"))
		xlsx->from_1904 =
			office_attribute_is(element, "date1904", "1") ||
			office_attribute_is(element, "date1904", "true");
	return NC_OK;
}

static enum nc_status read_part(struct xlsx *xlsx, const char *name,
	size_t limit, struct nc_buffer *out, struct nc_error *err)
{
	/* Room for the one byte too many that the package looks for. */
	nc_buffer_init(out, limit + 1);
	if (name[0] == '\0')
		return NC_OK;
	return office_package_read(&xlsx->package, name, out, err);
}

static enum nc_status find_parts(struct xlsx *xlsx, struct nc_error *err)
{
	const struct office_xml_handler handler = {
		.start = workbook_start, .context = xlsx};
	struct nc_buffer xml NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status =
		read_part(xlsx, xlsx->main, WORKBOOK_XML_MAX, &xml, err);

	if (status == NC_OK)
		status = office_xml_read(
			nc_buffer_slice(&xml), xlsx->main, &handler, err);
	if (status == NC_OK)
		status = office_package_relations(
			&xlsx->package, xlsx->main, main_relation, xlsx, err);
	return status;
}

static enum nc_status read_sheet(struct xlsx *xlsx,
	const struct listed_sheet *sheet, const struct xlsx_strings *strings,
	const struct xlsx_styles *styles, struct nc_error *err)
{
	struct nc_buffer xml NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status =
		read_part(xlsx, sheet->part, NC_DOCUMENT_PART_MAX, &xml, err);

	/* Charts have sheets too, and no rows. */
	if (status != NC_OK || xml.size == 0)
		return status;
	status = workbook_add_sheet(
		xlsx->builder, sheet->name, sheet->hidden, err);
	if (status == NC_OK)
		status = xlsx_sheet_read(xlsx->builder, nc_buffer_slice(&xml),
			strings, styles, xlsx->from_1904, err);
	return status;
}

static enum nc_status read_sheets(struct xlsx *xlsx, struct nc_error *err)
{
	struct nc_buffer texts NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer formats NC_AUTO(nc_buffer_fini) = {0};
	struct xlsx_strings strings = {NULL, 0};
	struct xlsx_styles styles = {NULL, 0};
	enum nc_status status = read_part(
		xlsx, xlsx->strings, NC_DOCUMENT_PART_MAX, &texts, err);

	if (status == NC_OK && texts.size > 0)
		status = xlsx_strings_read(
			xlsx->builder, nc_buffer_slice(&texts), &strings, err);
	if (status == NC_OK)
		status = read_part(xlsx, xlsx->styles, NC_DOCUMENT_PART_MAX / 4,
			&formats, err);
	if (status == NC_OK && formats.size > 0)
		status = xlsx_styles_read(
			xlsx->builder, nc_buffer_slice(&formats), &styles, err);
	for (size_t i = 0; i < xlsx->count && status == NC_OK; i++)
		status = read_sheet(
			xlsx, &xlsx->sheets[i], &strings, &styles, err);
	return status;
}

static enum nc_status refuse_package(
	const struct office_package *package, struct nc_error *err)
{
	if (office_package_has(package, "xl/workbook.bin"))
		return nc_error_set(err, NC_INVALID,
			_("This is a binary workbook (.xlsb); open it in Excel "
			  "and save it as .xlsx or CSV."));
	if (office_package_has(package, "word/document.xml"))
		return nc_error_set(err, NC_INVALID,
			_("This is a Word document; copy its table into Excel "
			  "and save it as .xlsx, or paste it into nhipcau "
			  "import table -."));
	if (office_package_has(package, "mimetype"))
		return nc_error_set(err, NC_INVALID,
			_("This is an OpenDocument file (.ods); open it in "
			  "LibreOffice or Excel and save it as .xlsx or CSV."));
	return nc_error_set(err, NC_INVALID,
		_("This is a zip archive and not an Excel workbook; unpack it "
		  "and import the file inside."));
}

static enum nc_status read_package(struct xlsx *xlsx, struct nc_error *err)
{
	enum nc_status status;

	strcpy(xlsx->main, "xl/workbook.xml");
	status = office_package_relations(
		&xlsx->package, "", root_relation, xlsx, err);
	if (status != NC_OK)
		return status;
	if (!office_package_has(&xlsx->package, xlsx->main) ||
		office_package_has(&xlsx->package, "xl/workbook.bin") ||
		office_package_has(&xlsx->package, "word/document.xml"))
		return refuse_package(&xlsx->package, err);
	status = find_parts(xlsx, err);
	if (status == NC_OK)
		status = read_sheets(xlsx, err);
	return status;
}

enum nc_status xlsx_file_read(struct workbook_builder *builder,
	struct nc_slice bytes, struct nc_error *err)
{
	struct xlsx *xlsx = nc_calloc(1, sizeof(*xlsx));
	enum nc_status status;

	if (xlsx == NULL)
		return nc_error_no_memory(err);
	xlsx->builder = builder;
	status = office_package_open(&xlsx->package, bytes, err);
	if (status == NC_OK)
		status = read_package(xlsx, err);
	office_package_close(&xlsx->package);
	nc_free(xlsx);
	return status;
}
