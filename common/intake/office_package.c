#include "intake/office_package.h"
#include "intake/office_xml.h"

#include <stdio.h>
#include <string.h>
#include <zip.h>

/*
 * Bounds: the entries of the zip's directory, counted before libzip reads it;
 * each part's size, as declared before and as it comes while inflating.
 */

/* Word files with a thousand pictures have some thousand entries. */
#define ENTRIES_MAX 4096
/* Relations of one part: a few kilobytes; links to pages are among them. */
#define RELATIONS_BYTES_MAX (4 * 1024 * 1024)
#define READ_BYTES (64 * 1024)

static enum nc_status damaged(struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("The file is damaged or was not copied to the end; copy it "
		  "again, or open it in Word or Excel and save it anew."));
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

enum nc_status office_package_open(struct office_package *package,
	struct nc_slice bytes, struct nc_error *err)
{
	zip_source_t *source;
	zip_error_t error;
	zip_t *zip;
	int code;

	if (count_entries(bytes) > ENTRIES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The document is a package of more than %d files, "
			  "which none needs; check that this is the right "
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
	package->zip = zip;
	return NC_OK;
}

static enum nc_status too_large(const char *name, struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The document's part %s is too large; check that this is "
		  "the right file."),
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

enum nc_status office_package_read(const struct office_package *package,
	const char *name, struct nc_buffer *out, struct nc_error *err)
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
			  "in Word or Excel, remove the password and save it "
			  "again."));
	file = zip_fopen_index(package->zip, (zip_uint64_t)at, 0);
	if (file == NULL)
		return damaged(err);
	status = inflate(file, name, out, err);
	zip_fclose(file);
	return status;
}

bool office_package_is(struct nc_slice bytes)
{
	return bytes.size >= 4 && (memcmp(bytes.data, "PK\3\4", 4) == 0 ||
					  memcmp(bytes.data, "PK\5\6", 4) == 0);
}

bool office_compound_is(struct nc_slice bytes)
{
	return bytes.size >= 8 &&
	       memcmp(bytes.data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

/* The sealed one names its stream in UTF-16. */
bool office_compound_is_sealed(struct nc_slice bytes)
{
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k";

	return memmem(bytes.data, bytes.size, name, sizeof(name)) != NULL;
}

void office_package_close(struct office_package *package)
{
	if (package->zip != NULL)
		zip_discard(package->zip);
	package->zip = NULL;
}

bool office_package_has(const struct office_package *package, const char *name)
{
	return zip_name_locate(package->zip, name, ZIP_FL_NOCASE) >= 0;
}

/* What a part's relations are read for. */
struct relations {
	char folder[OFFICE_NAME_SIZE]; /* of the part, with its "/" */
	office_relation *visit;
	void *context;
};

static struct nc_slice after_last_slash(struct nc_slice text)
{
	for (size_t i = text.size; i > 0; i--)
		if (text.data[i - 1] == '/')
			return nc_slice(text.data + i, text.size - i);
	return text;
}

/* A target is a part's name from the package's root ("/word/styles.xml") or
 * from the folder of the part that it belongs to. */
static void visit_relation(const struct relations *relations,
	struct nc_slice id, struct nc_slice type, struct nc_slice target)
{
	char name[OFFICE_NAME_SIZE];
	const char *folder = relations->folder;
	size_t size;

	if (target.size > 0 && target.data[0] == '/') {
		target = nc_slice(target.data + 1, target.size - 1);
		folder = "";
	}
	size = strlen(folder);
	if (target.size == 0 || size + target.size >= sizeof(name))
		return;
	memcpy(name, folder, size);
	memcpy(name + size, target.data, target.size);
	name[size + target.size] = '\0';
	relations->visit(relations->context, id, after_last_slash(type), name);
}

static enum nc_status relations_start(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct nc_slice id = {NULL, 0}, type, target;

	(void)err;
	if (!office_element_is(element, OFFICE_RELATIONSHIPS, "Relationship") ||
		!office_attribute(element, "Type", &type) ||
		!office_attribute(element, "Target", &target) ||
		office_attribute_is(element, "TargetMode", "External"))
		return NC_OK;
	(void)office_attribute(element, "Id", &id);
	visit_relation(context, id, type, target);
	return NC_OK;
}

enum nc_status office_package_relations(const struct office_package *package,
	const char *part, office_relation *visit, void *context,
	struct nc_error *err)
{
	struct relations relations = {.visit = visit, .context = context};
	const struct office_xml_handler handler = {
		.start = relations_start, .context = &relations};
	struct nc_buffer xml NC_AUTO(nc_buffer_fini) = {0};
	char name[2 * OFFICE_NAME_SIZE + 16];
	const char *base = strrchr(part, '/');
	enum nc_status status;

	base = base == NULL ? part : base + 1;
	NC_ASSERT(strlen(part) < OFFICE_NAME_SIZE);
	memcpy(relations.folder, part, (size_t)(base - part));
	snprintf(name, sizeof(name), "%s_rels/%s.rels", relations.folder, base);
	nc_buffer_init(&xml, RELATIONS_BYTES_MAX);
	status = office_package_read(package, name, &xml, err);
	if (status == NC_OK && xml.size > 0)
		status = office_xml_read(
			nc_buffer_slice(&xml), name, &handler, err);
	return status;
}
