/*
 * An Office file as a package of parts (ECMA-376 part 2): a zip file whose
 * parts name one another by relations. What Word's and Excel's files have in
 * common. Internal to this room.
 */
#ifndef NC_INTAKE_OFFICE_PACKAGE_H
#define NC_INTAKE_OFFICE_PACKAGE_H

#include "base/bytes.h"

/* A part's name, its NUL included. */
#define OFFICE_NAME_SIZE 256

struct office_package {
	void *zip;
};

/* Begins as a zip file does. */
bool office_package_is(struct nc_slice bytes);
/* A compound file instead: of an old Office version, or a package that is
 * sealed with a password. */
bool office_compound_is(struct nc_slice bytes);
bool office_compound_is_sealed(struct nc_slice bytes);
/* bytes are borrowed until it is closed. NC_INVALID, NC_LIMIT. */
enum nc_status office_package_open(struct office_package *package,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;
void office_package_close(struct office_package *package);

bool office_package_has(const struct office_package *package, const char *name);
/* Appends a part to out; NC_OK with nothing when it is not there. NC_LIMIT
 * when it has as many bytes as out's limit or more, whatever it declares;
 * NC_INVALID when it is damaged or locked. */
enum nc_status office_package_read(const struct office_package *package,
	const char *name, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

/* One relation of a part to another part of the package. type is the last
 * word of its type's address ("worksheet"), target a part's name. */
typedef void office_relation(void *context, struct nc_slice id,
	struct nc_slice type, const char *target);
/* Of the part, or of the package when part is "". */
enum nc_status office_package_relations(const struct office_package *package,
	const char *part, office_relation *visit, void *context,
	struct nc_error *err) NC_MUST_USE;

#endif
