/*
 * A DOCX is a zip file (ECMA-376 part 2). _rels/.rels names its main part,
 * nearly always word/document.xml; word/_rels/document.xml.rels names the
 * styles and the numbering beside it. Nothing else is read.
 *
 * Bounds: the entries of the zip's directory, counted before libzip reads it;
 * each part's size, as declared before and as it comes while inflating.
 */
#include "intake/docx_file.h"
#include "intake/docx_xml.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

/* Word files with a thousand pictures have some thousand entries. */
#define ENTRIES_MAX 4096
/* Relations of one part: a few kilobytes; links to pages are among them. */
#define RELATIONS_BYTES_MAX (4 * 1024 * 1024)
#define NAME_MAX_BYTES 256
#define READ_BYTES (64 * 1024)

struct package {
	zip_t *zip;
	char main[NAME_MAX_BYTES];
	char styles[NAME_MAX_BYTES];
	char numbering[NAME_MAX_BYTES];
};

/* What a part's relations are looked through for. */
struct relations {
	const char *folder; /* of the part that they belong to, with its "/" */
	char *main;	    /* NULL: not looked for */
	char *styles;
	char *numbering;
};

static enum nc_status damaged(struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("The Word document is damaged or was not copied to the end; "
		  "copy it again, or open it in Word and save it anew."));
}

static size_t count_entries(struct nc_slice bytes)
{
	static const char entry[] = "PK\1\2";
	size_t count = 0;

	while (bytes.size > 0 && count <= ENTRIES_MAX) {
		const uint8_t *found = memmem(bytes.data, bytes.size, entry, 4);

		if (found == NULL)
			break;
		count++;
		bytes.size -= (size_t)(found + 4 - bytes.data);
		bytes.data = found + 4;
	}
	return count;
}

static enum nc_status open_zip(
	struct nc_slice bytes, zip_t **ret_zip, struct nc_error *err)
{
	zip_source_t *source;
	zip_error_t error;
	zip_t *zip;
	int code;

	if (count_entries(bytes) > ENTRIES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The document is a package of more than %d files, "
			  "which no plan needs; check that this is the right "
			  "file."),
			ENTRIES_MAX);
	zip_error_init(&error);
	source = zip_source_buffer_create(bytes.data, bytes.size, 0, &error);
	zip = source == NULL ? NULL
			     : zip_open_from_source(source, ZIP_RDONLY, &error);
	code = zip_error_code_zip(&error);
	zip_error_fini(&error);
	if (zip == NULL) {
		zip_source_free(source);
		return code == ZIP_ER_MEMORY ? nc_error_no_memory(err)
					     : damaged(err);
	}
	*ret_zip = zip;
	return NC_OK;
}

static enum nc_status too_large(const char *name, struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The document's part %s is too large to be a plan; check "
		  "that this is the right file."),
		name);
}

static enum nc_status inflate(zip_file_t *file, const char *name,
	struct nc_buffer *out, struct nc_error *err)
{
	for (;;) {
		enum nc_status status = nc_buffer_reserve(out, READ_BYTES);
		size_t room = READ_BYTES;
		zip_int64_t got;

		if (status == NC_LIMIT) {
			/* One byte more than may be tells that there is one. */
			room = out->limit - out->size;
			status = nc_buffer_reserve(out, room);
		}
		if (status == NC_NO_MEMORY)
			return nc_error_no_memory(err);
		if (room == 0)
			return too_large(name, err);
		got = zip_fread(file, out->data + out->size, room);
		if (got < 0)
			return damaged(err);
		if (got == 0)
			return NC_OK;
		out->size += (size_t)got;
		out->data[out->size] = 0;
	}
}

/* Unpacks a part into out; NC_OK with nothing when it is not there. */
static enum nc_status unpack(struct package *package, const char *name,
	struct nc_buffer *out, struct nc_error *err)
{
	zip_int64_t at = zip_name_locate(package->zip, name, ZIP_FL_NOCASE);
	enum nc_status status;
	zip_file_t *file;
	zip_stat_t stat;

	if (at < 0)
		return NC_OK;
	zip_stat_init(&stat);
	if (zip_stat_index(package->zip, (zip_uint64_t)at, 0, &stat) != 0)
		return damaged(err);
	if ((stat.valid & ZIP_STAT_SIZE) != 0 && stat.size >= out->limit)
		return too_large(name, err);
	if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
		stat.encryption_method != ZIP_EM_NONE)
		return nc_error_set(err, NC_INVALID,
			_("This document is locked with a password; open it "
			  "in Word, remove the password and save it again."));
	file = zip_fopen_index(package->zip, (zip_uint64_t)at, 0);
	if (file == NULL)
		return damaged(err);
	status = inflate(file, name, out, err);
	zip_fclose(file);
	return status;
}

static bool ends_with(struct nc_slice text, const char *end)
{
	size_t size = strlen(end);

	return text.size >= size &&
	       memcmp(text.data + text.size - size, end, size) == 0;
}

/* A target is a part's name from the package's root ("/word/styles.xml") or
 * from the folder of the part that it belongs to. */
static void keep_target(char *out, const char *folder, struct nc_slice target)
{
	if (out == NULL || target.size == 0)
		return;
	if (target.data[0] == '/') {
		target.data++;
		target.size--;
		folder = "";
	}
	if (strlen(folder) + target.size < NAME_MAX_BYTES)
		snprintf(out, NAME_MAX_BYTES, "%s%.*s", folder,
			(int)target.size, (const char *)target.data);
}

static enum nc_status relations_start(void *context, enum docx_tag tag,
	const struct docx_attributes *attributes, struct nc_error *err)
{
	struct relations *relations = context;
	struct nc_slice type, target;

	(void)err;
	if (tag != DOCX_RELATIONSHIP ||
		!docx_attribute(attributes, "Type", &type) ||
		!docx_attribute(attributes, "Target", &target) ||
		docx_attribute_is(attributes, "TargetMode", "External"))
		return NC_OK;
	if (ends_with(type, "/officeDocument"))
		keep_target(relations->main, relations->folder, target);
	else if (ends_with(type, "/styles"))
		keep_target(relations->styles, relations->folder, target);
	else if (ends_with(type, "/numbering"))
		keep_target(relations->numbering, relations->folder, target);
	return NC_OK;
}

static enum nc_status relations_end(
	void *context, enum docx_tag tag, struct nc_error *err)
{
	(void)context, (void)tag, (void)err;
	return NC_OK;
}

static enum nc_status read_relations(struct package *package, const char *name,
	struct relations *relations, struct nc_error *err)
{
	const struct docx_handler handler = {
		relations_start, relations_end, NULL, relations};
	struct nc_buffer xml;
	enum nc_status status;

	nc_buffer_init(&xml, RELATIONS_BYTES_MAX);
	status = unpack(package, name, &xml, err);
	if (status == NC_OK && xml.size > 0)
		status = docx_xml_read(
			nc_buffer_slice(&xml), name, &handler, err);
	nc_buffer_fini(&xml);
	return status;
}

/* Finds the names of the three parts. */
static enum nc_status find_parts(struct package *package, struct nc_error *err)
{
	struct relations root = {.folder = "", .main = package->main};
	struct relations beside = {
		.styles = package->styles, .numbering = package->numbering};
	char folder[NAME_MAX_BYTES] = "";
	char name[2 * NAME_MAX_BYTES + 16];
	const char *base;
	enum nc_status status;

	strcpy(package->main, "word/document.xml");
	status = read_relations(package, "_rels/.rels", &root, err);
	if (status != NC_OK)
		return status;
	base = strrchr(package->main, '/');
	base = base == NULL ? package->main : base + 1;
	memcpy(folder, package->main, (size_t)(base - package->main));
	beside.folder = folder;
	snprintf(package->styles, NAME_MAX_BYTES, "%.200sstyles.xml", folder);
	snprintf(package->numbering, NAME_MAX_BYTES, "%.200snumbering.xml",
		folder);
	snprintf(name, sizeof(name), "%s_rels/%s.rels", folder, base);
	return read_relations(package, name, &beside, err);
}

static bool has_part(struct package *package, const char *name)
{
	return zip_name_locate(package->zip, name, ZIP_FL_NOCASE) >= 0;
}

static bool is_word(struct package *package)
{
	return has_part(package, package->main) &&
	       strncmp(package->main, "xl/", 3) != 0 &&
	       strncmp(package->main, "ppt/", 4) != 0;
}

static enum nc_status refuse_package(
	struct package *package, struct nc_error *err)
{
	if (has_part(package, "xl/workbook.xml") ||
		has_part(package, "xl/workbook.bin"))
		return nc_error_set(err, NC_INVALID,
			_("This is an Excel workbook; copy its text into a "
			  "Word document and save it as .docx."));
	if (has_part(package, "ppt/presentation.xml"))
		return nc_error_set(err, NC_INVALID,
			_("This is a PowerPoint file; copy its text into a "
			  "Word document and save it as .docx."));
	if (has_part(package, "mimetype"))
		return nc_error_set(err, NC_INVALID,
			_("This is an OpenDocument file (.odt or .ods); open "
			  "it in LibreOffice or Word and save it as .docx."));
	return nc_error_set(err, NC_INVALID,
		_("This is a zip archive and not a Word document; unpack it "
		  "and import the document inside."));
}

static enum nc_status read_package(struct nc_document *document,
	struct package *package, struct nc_error *err)
{
	struct nc_buffer main, styles, numbering;
	enum nc_status status = find_parts(package, err);

	/* Each with room for the one byte too many that inflate looks for. */
	nc_buffer_init(&main, NC_DOCUMENT_PART_MAX + 1);
	nc_buffer_init(&styles, NC_DOCUMENT_PART_MAX / 4 + 1);
	nc_buffer_init(&numbering, NC_DOCUMENT_PART_MAX / 4 + 1);
	if (status == NC_OK && !is_word(package))
		status = refuse_package(package, err);
	if (status == NC_OK)
		status = unpack(package, package->main, &main, err);
	if (status == NC_OK)
		status = unpack(package, package->styles, &styles, err);
	if (status == NC_OK)
		status = unpack(package, package->numbering, &numbering, err);
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
	struct package package = {.zip = NULL};
	enum nc_status status = open_zip(bytes, &package.zip, err);

	if (status != NC_OK)
		return status;
	status = read_package(document, &package, err);
	zip_discard(package.zip);
	return status;
}
