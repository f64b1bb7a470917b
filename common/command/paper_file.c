#include "command/paper_file.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "intake/plan_reader.h"

void nc_paper_note_legacy(const char *legacy)
{
	if (legacy != NULL && legacy[0] != '\0')
		nc_console_note(_("The file has text in old letters (%s), "
				  "which were converted to Unicode; look it "
				  "over."),
			legacy);
}

enum nc_status nc_document_from_bytes(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err)
{
	enum nc_status status = nc_document_read(document, bytes, err);

	if (status == NC_OK)
		nc_paper_note_legacy(document->legacy);
	if (status == NC_OK && document->hidden)
		nc_console_note(_("The file has text that Word hides; it was "
				  "left out, for no page shows it."));
	return status;
}

static enum nc_status read_document(
	struct nc_document *document, const char *path, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, NC_DOCUMENT_BYTES_MAX);
	status = nc_file_read(path, &bytes, err);
	if (status == NC_OK)
		status = nc_document_from_bytes(
			document, nc_buffer_slice(&bytes), err);
	return status;
}

enum nc_status nc_plan_from_file(
	struct nc_plan *plan, const char *path, struct nc_error *err)
{
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	enum nc_status status;

	nc_document_init(&document);
	status = read_document(&document, path, err);
	if (status == NC_OK)
		status = nc_plan_read(&document, plan, err);
	return status;
}

enum nc_status nc_annuals_from_file(
	struct nc_annuals *annuals, const char *path, struct nc_error *err)
{
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	enum nc_status status;

	nc_document_init(&document);
	status = read_document(&document, path, err);
	if (status == NC_OK)
		status = nc_annuals_read(&document, annuals, err);
	return status;
}
