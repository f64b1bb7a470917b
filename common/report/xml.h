/*
 * XML being written: libxml2's xmlTextWriter over memory, with one sticky
 * failure. Escaping is the library's; texts must be clean (document.h). The
 * only failures are of memory.
 */
#ifndef NC_REPORT_XML_H
#define NC_REPORT_XML_H

#include "base/bytes.h"

#include <libxml/xmlwriter.h>

struct nc_xml {
	xmlBufferPtr buffer;
	xmlTextWriterPtr writer;
	bool failed;
};

/* An XML document with its declaration. */
void nc_xml_init(struct nc_xml *xml);
/* An HTML page: a doctype, and no declaration. */
void nc_xml_init_page(struct nc_xml *xml);
void nc_xml_fini(struct nc_xml *xml);

void nc_xml_start(struct nc_xml *xml, const char *name);
void nc_xml_attribute(struct nc_xml *xml, const char *name, const char *value);
void nc_xml_format(struct nc_xml *xml, const char *name, const char *format,
	...) NC_PRINTF(3, 4);
void nc_xml_number(struct nc_xml *xml, const char *name, long value);
void nc_xml_text(struct nc_xml *xml, const char *text);
void nc_xml_text_part(struct nc_xml *xml, const char *text, size_t size);
/* Closes the element, as <name/> when nothing stands in it. */
void nc_xml_end(struct nc_xml *xml);
/* Closes it with an end tag whatever it holds, as HTML wants. */
void nc_xml_end_tag(struct nc_xml *xml);
/* <name attribute="value"/>; without attribute when that is NULL. */
void nc_xml_leaf(struct nc_xml *xml, const char *name, const char *attribute,
	const char *value);
void nc_xml_leaf_number(struct nc_xml *xml, const char *name,
	const char *attribute, long value);
/* <name>text</name> */
void nc_xml_element(struct nc_xml *xml, const char *name, const char *text);

/* Ends the document; *ret_bytes live until fini. NC_NO_MEMORY. */
enum nc_status nc_xml_finish(
	struct nc_xml *xml, struct nc_slice *ret_bytes) NC_MUST_USE;

#endif
