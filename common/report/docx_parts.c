/*
 * The package around a Word document: one table of its parts, from which the
 * content types and the relationships follow. No part holds a clock's time, a
 * user's name or a machine's.
 */
#include "report/docx.h"
#include "report/package.h"

#define PACKAGE_NS "http://schemas.openxmlformats.org/package/2006/"
#define OFFICE_REL NC_DOCX_R "/"
#define OFFICE_TYPE "application/vnd.openxmlformats-officedocument."
#define WORD_TYPE OFFICE_TYPE "wordprocessingml."
#define PROGRAM "Nhịp Cầu"

static nc_docx_part write_types, write_package_relations,
	write_document_relations, write_core, write_app, write_settings,
	write_header;

enum part_owner {
	OWNER_NONE,	/* found by its name */
	OWNER_PACKAGE,	/* a relation of _rels/.rels */
	OWNER_DOCUMENT, /* a relation of word/_rels/document.xml.rels */
};

static const struct part {
	const char *name;
	const char *type; /* NULL: the default for its extension */
	const char *relation;
	enum part_owner owner;
	nc_docx_part *write;
} parts[] = {
	{"[Content_Types].xml", NULL, NULL, OWNER_NONE, write_types},
	{"_rels/.rels", NULL, NULL, OWNER_NONE, write_package_relations},
	{"docProps/core.xml",
		"application/vnd.openxmlformats-package.core-properties+xml",
		PACKAGE_NS "relationships/metadata/core-properties",
		OWNER_PACKAGE, write_core},
	{"docProps/app.xml", OFFICE_TYPE "extended-properties+xml",
		OFFICE_REL "extended-properties", OWNER_PACKAGE, write_app},
	{"word/document.xml", WORD_TYPE "document.main+xml",
		OFFICE_REL "officeDocument", OWNER_PACKAGE,
		nc_docx_write_document},
	{"word/_rels/document.xml.rels", NULL, NULL, OWNER_NONE,
		write_document_relations},
	{"word/styles.xml", WORD_TYPE "styles+xml", OFFICE_REL "styles",
		OWNER_DOCUMENT, nc_docx_write_styles},
	{"word/numbering.xml", WORD_TYPE "numbering+xml",
		OFFICE_REL "numbering", OWNER_DOCUMENT,
		nc_docx_write_numbering},
	{"word/settings.xml", WORD_TYPE "settings+xml", OFFICE_REL "settings",
		OWNER_DOCUMENT, write_settings},
	{"word/fontTable.xml", WORD_TYPE "fontTable+xml",
		OFFICE_REL "fontTable", OWNER_DOCUMENT, nc_docx_write_fonts},
	{"word/header1.xml", WORD_TYPE "header+xml", OFFICE_REL "header",
		OWNER_DOCUMENT, write_header},
};

#define PARTS_COUNT (sizeof(parts) / sizeof(parts[0]))

static void write_types(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	nc_xml_start(xml, "Types");
	nc_xml_attribute(xml, "xmlns", PACKAGE_NS "content-types");
	nc_xml_start(xml, "Default");
	nc_xml_attribute(xml, "Extension", "rels");
	nc_xml_attribute(xml, "ContentType",
		"application/vnd.openxmlformats-package.relationships+xml");
	nc_xml_end(xml);
	nc_xml_start(xml, "Default");
	nc_xml_attribute(xml, "Extension", "xml");
	nc_xml_attribute(xml, "ContentType", "application/xml");
	nc_xml_end(xml);
	for (size_t i = 0; i < PARTS_COUNT; i++) {
		if (parts[i].type == NULL)
			continue;
		nc_xml_start(xml, "Override");
		nc_xml_format(xml, "PartName", "/%s", parts[i].name);
		nc_xml_attribute(xml, "ContentType", parts[i].type);
		nc_xml_end(xml);
	}
	nc_xml_end(xml);
}

/* A relation's id is "rId" and its part's place in the table, so that the
 * header can be named from the document. */
static void write_relations(
	struct nc_xml *xml, enum part_owner owner, size_t folder_size)
{
	nc_xml_start(xml, "Relationships");
	nc_xml_attribute(xml, "xmlns", PACKAGE_NS "relationships");
	for (size_t i = 0; i < PARTS_COUNT; i++) {
		if (parts[i].owner != owner)
			continue;
		nc_xml_start(xml, "Relationship");
		if (parts[i].write == write_header)
			nc_xml_attribute(xml, "Id", NC_DOCX_HEADER_ID);
		else
			nc_xml_format(xml, "Id", "rId%zu", i + 1);
		nc_xml_attribute(xml, "Type", parts[i].relation);
		nc_xml_attribute(xml, "Target", parts[i].name + folder_size);
		nc_xml_end(xml);
	}
	nc_xml_end(xml);
}

static void write_package_relations(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	write_relations(xml, OWNER_PACKAGE, 0);
}

static void write_document_relations(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	write_relations(xml, OWNER_DOCUMENT, sizeof("word/") - 1);
}

static void write_core(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	nc_xml_start(xml, "cp:coreProperties");
	nc_xml_attribute(
		xml, "xmlns:cp", PACKAGE_NS "metadata/core-properties");
	nc_xml_attribute(xml, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
	nc_xml_start(xml, "dc:title");
	nc_xml_text(xml, document->type);
	nc_xml_text(xml, ": ");
	nc_xml_text(xml, document->subject);
	nc_xml_end(xml);
	nc_xml_element(xml, "dc:creator", PROGRAM);
	nc_xml_element(xml, "dc:language", "vi-VN");
	nc_xml_end(xml);
}

static void write_app(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	nc_xml_start(xml, "Properties");
	nc_xml_attribute(xml, "xmlns",
		"http://schemas.openxmlformats.org/officeDocument/2006/"
		"extended-properties");
	nc_xml_element(xml, "Application", PROGRAM);
	nc_xml_end(xml);
}

static void write_settings(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	nc_docx_root(xml, "w:settings");
	nc_xml_leaf(xml, "w:zoom", "w:percent", "100");
	nc_docx_val_number(xml, "w:defaultTabStop", nc_docx_layout.first_line);
	nc_docx_val(xml, "w:characterSpacingControl", "doNotCompress");
	nc_xml_start(xml, "w:compat");
	/* A line that a person ended is not stretched to the margin. */
	nc_xml_leaf(xml, "w:doNotExpandShiftReturn", NULL, NULL);
	nc_xml_start(xml, "w:compatSetting");
	nc_xml_attribute(xml, "w:name", "compatibilityMode");
	nc_xml_attribute(
		xml, "w:uri", "http://schemas.microsoft.com/office/word");
	nc_xml_attribute(xml, "w:val", "15");
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_docx_val(xml, "w:themeFontLang", "vi-VN");
	nc_docx_val(xml, "w:decimalSymbol", ",");
	nc_docx_val(xml, "w:listSeparator", ";");
	nc_xml_end(xml);
}

/* One paragraph with the page's number. */
static void write_header(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	nc_docx_root(xml, "w:hdr");
	nc_xml_start(xml, "w:p");
	nc_xml_start(xml, "w:pPr");
	nc_docx_val(xml, "w:pStyle", "Header");
	nc_xml_end(xml);
	nc_xml_start(xml, "w:fldSimple");
	nc_xml_attribute(xml, "w:instr", " PAGE ");
	nc_xml_start(xml, "w:r");
	nc_xml_element(xml, "w:t", "2");
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
}

void nc_docx_root(struct nc_xml *xml, const char *name)
{
	nc_xml_start(xml, name);
	nc_xml_attribute(xml, "xmlns:w", NC_DOCX_W);
	nc_xml_attribute(xml, "xmlns:r", NC_DOCX_R);
}

void nc_docx_val(struct nc_xml *xml, const char *name, const char *value)
{
	nc_xml_leaf(xml, name, "w:val", value);
}

void nc_docx_val_number(struct nc_xml *xml, const char *name, long value)
{
	nc_xml_leaf_number(xml, name, "w:val", value);
}

enum nc_status nc_docx_package(
	const struct nc_report_document *document, struct nc_buffer *out)
{
	struct nc_xml xml[PARTS_COUNT];
	struct nc_package_part files[PARTS_COUNT];
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < PARTS_COUNT; i++) {
		nc_xml_init(&xml[i]);
		parts[i].write(&xml[i], document);
		files[i].name = parts[i].name;
		if (status == NC_OK)
			status = nc_xml_finish(&xml[i], &files[i].bytes);
	}
	if (status == NC_OK)
		status = nc_package_write(files, PARTS_COUNT, out);
	for (size_t i = 0; i < PARTS_COUNT; i++)
		nc_xml_fini(&xml[i]);
	return status;
}
