#include "report/package.h"

#include <zip.h>

/* Best; a report is small and is sent over bad lines. */
#define DEFLATE_LEVEL 9
/* 1980-01-01 00:00 as MS-DOS writes it: no time zone has a say in it. */
#define DOS_TIME 0
#define DOS_DATE 0x21

static bool package_add(zip_t *zip, const struct nc_package_part *part)
{
	zip_source_t *source =
		zip_source_buffer(zip, part->bytes.data, part->bytes.size, 0);
	zip_int64_t index;

	if (source == NULL)
		return false;
	index = zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(source);
		return false;
	}
	if (zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_DEFLATE,
		    DEFLATE_LEVEL) < 0)
		return false;
	return zip_file_set_dostime(
		       zip, (zip_uint64_t)index, DOS_TIME, DOS_DATE, 0) == 0;
}

/* Writes the archive into source, which must have been kept by the caller. */
static bool package_fill(
	zip_source_t *source, const struct nc_package_part *parts, size_t count)
{
	zip_t *zip =
		zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, NULL);

	if (zip == NULL)
		return false;
	/* The archive frees one reference when it closes. */
	zip_source_keep(source);
	for (size_t i = 0; i < count; i++) {
		if (!package_add(zip, &parts[i])) {
			zip_discard(zip);
			return false;
		}
	}
	if (zip_close(zip) == 0)
		return true;
	zip_discard(zip);
	return false;
}

static enum nc_status package_read(zip_source_t *source, struct nc_buffer *out)
{
	zip_stat_t stat;
	zip_int64_t size;
	enum nc_status status;

	if (zip_source_stat(source, &stat) < 0 ||
		(stat.valid & ZIP_STAT_SIZE) == 0)
		return NC_NO_MEMORY;
	status = nc_buffer_reserve(out, stat.size);
	if (status != NC_OK)
		return status;
	if (zip_source_open(source) < 0)
		return NC_NO_MEMORY;
	size = zip_source_read(source, out->data + out->size, stat.size);
	zip_source_close(source);
	if (size < 0 || (zip_uint64_t)size != stat.size)
		return NC_NO_MEMORY;
	out->size += stat.size;
	out->data[out->size] = 0;
	return NC_OK;
}

enum nc_status nc_package_write(const struct nc_package_part *parts,
	size_t count, struct nc_buffer *out)
{
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	enum nc_status status = NC_NO_MEMORY;

	if (source == NULL)
		return NC_NO_MEMORY;
	if (package_fill(source, parts, count))
		status = package_read(source, out);
	zip_source_free(source);
	return status;
}
