#include "client.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum nc_status nc_client_read_input(struct nc_buffer *out, struct nc_error *err)
{
	uint8_t bytes[65536];
	ssize_t size;

	while ((size = read(STDIN_FILENO, bytes, sizeof(bytes))) != 0) {
		enum nc_status status;

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return nc_error_set(err, NC_IO,
				_("Standard input cannot be read (%s); try "
				  "again, or give a file or words instead."),
				strerror(errno));
		status = nc_buffer_append(out, bytes, (size_t)size);
		if (status == NC_NO_MEMORY)
			return nc_error_no_memory(err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}
