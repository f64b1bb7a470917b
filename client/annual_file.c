#include "client.h"
#include "base/file.h"
#include "base/limits.h"

enum nc_status nc_annual_from_file(
	struct nc_annual *annual, const char *path, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, NC_DOCUMENT_BYTES_MAX);
	nc_document_init(&document);
	status = nc_file_read(path, &bytes, err);
	if (status == NC_OK)
		status = nc_document_read(
			&document, nc_buffer_slice(&bytes), err);
	if (status == NC_OK)
		status = nc_annual_read(&document, annual, err);
	return status;
}
