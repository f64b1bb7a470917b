/*
 * A zip package made in memory: parts in the order given, deflated, dated
 * 1980-01-01 so that the same parts give the same bytes.
 */
#ifndef NC_REPORT_PACKAGE_H
#define NC_REPORT_PACKAGE_H

#include "base/bytes.h"

struct nc_package_part {
	const char *name; /* ASCII, without a leading slash */
	struct nc_slice bytes;
};

/* Appends the package to out. NC_NO_MEMORY, NC_LIMIT. */
enum nc_status nc_package_write(const struct nc_package_part *parts,
	size_t count, struct nc_buffer *out) NC_MUST_USE;

#endif
