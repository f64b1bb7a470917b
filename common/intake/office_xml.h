/*
 * One XML part of an Office file as a stream of elements. Hides libxml2, and
 * with it what we refuse of XML: document type declarations (and so every
 * entity of one's own), deep nesting, the network. Internal to this room.
 */
#ifndef NC_INTAKE_OFFICE_XML_H
#define NC_INTAKE_OFFICE_XML_H

#include "base/bytes.h"

/* An element, borrowed for the time of the call. */
struct office_element {
	const char *name;	      /* its local name */
	const char *space;	      /* its namespace; "" for none */
	const unsigned char **values; /* attributes: libxml2's five each */
	int count;
};

/* Namespaces: each part of the standard has one or two. */
#define OFFICE_RELATIONSHIPS                                                   \
	((const char *const[2]){"http://schemas.openxmlformats.org/package/"   \
				"2006/relationships",                          \
		NULL})

bool office_element_of(
	const struct office_element *element, const char *const spaces[2]);
bool office_element_is(const struct office_element *element,
	const char *const spaces[2], const char *name);

/* The attribute's value by its local name; false when it is absent. */
bool office_attribute(const struct office_element *element, const char *name,
	struct nc_slice *ret_value);
/* An attribute that is a whole number, within ±a billion. */
bool office_attribute_number(const struct office_element *element,
	const char *name, long *ret_value);
/* Whether the attribute is there and reads value. */
bool office_attribute_is(const struct office_element *element, const char *name,
	const char *value);

/* A status other than NC_OK ends the reading and is returned, with the
 * sentence that the handler wrote. end and text may be NULL. */
struct office_xml_handler {
	enum nc_status (*start)(void *context,
		const struct office_element *element, struct nc_error *err);
	enum nc_status (*end)(void *context,
		const struct office_element *element, struct nc_error *err);
	enum nc_status (*text)(
		void *context, struct nc_slice text, struct nc_error *err);
	void *context;
};

/* part names the part in sentences. NC_INVALID for XML that is not well
 * formed or that we refuse, else the handler's status. */
enum nc_status office_xml_read(struct nc_slice xml, const char *part,
	const struct office_xml_handler *handler,
	struct nc_error *err) NC_MUST_USE;

#endif
