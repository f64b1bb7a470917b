#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const status_names[NC_STATUS_COUNT] = {
	[NC_OK] = "ok",
	[NC_NO_MEMORY] = "no-memory",
	[NC_INVALID] = "invalid",
	[NC_NOT_FOUND] = "not-found",
	[NC_EXISTS] = "exists",
	[NC_LIMIT] = "too-large",
	[NC_MALFORMED] = "malformed",
	[NC_BAD_SIGNATURE] = "bad-signature",
	[NC_UNKNOWN_DEVICE] = "unknown-device",
	[NC_REVOKED_DEVICE] = "revoked-device",
	[NC_GAP] = "gap",
	[NC_FORK] = "fork",
	[NC_DENIED] = "denied",
	[NC_EXPIRED] = "expired",
	[NC_USED] = "used",
	[NC_PROTOCOL] = "unknown-protocol",
	[NC_UNREACHABLE] = "unreachable",
	[NC_WRONG_HUB] = "wrong-hub",
	[NC_BUSY] = "busy",
	[NC_IO] = "io",
	[NC_READ_ONLY] = "read-only",
	[NC_FULL] = "disk-full",
	[NC_NEWER] = "newer",
	[NC_CORRUPT] = "corrupt",
	[NC_DIVERGED] = "diverged",
	[NC_HISTORY] = "history",
	[NC_MOVED] = "moved",
	[NC_USAGE] = "usage",
};

enum nc_status nc_error_set(
	struct nc_error *err, enum nc_status status, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return status;
	err->status = status;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return status;
}

const char *nc_status_name(enum nc_status status)
{
	if ((unsigned)status >= NC_STATUS_COUNT)
		return "unknown";
	return status_names[status];
}

enum nc_status nc_error_no_memory(struct nc_error *err)
{
	return nc_error_set(err, NC_NO_MEMORY,
		_("There is not enough memory for this; close other programs "
		  "and try again. Nothing was lost."));
}

_Noreturn void nc_assert_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: programming error: %s\n", file, line, what);
	abort();
}
