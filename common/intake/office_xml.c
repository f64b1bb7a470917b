#include "intake/office_xml.h"

#include <libxml/parser.h>
#include <string.h>

#define CHUNK_BYTES (256 * 1024)
/* Elements within elements. A table in a table in a table takes twelve. */
#define DEPTH_MAX 256

struct reading {
	const struct office_xml_handler *handler;
	xmlParserCtxtPtr parser;
	enum nc_status status; /* the first failure of a handler */
	bool refused;	       /* a document type declaration */
	unsigned depth;	       /* open elements */
	struct nc_error *err;
};

bool office_element_is(const struct office_element *element,
	const char *const spaces[2], const char *name)
{
	return office_element_of(element, spaces) &&
	       strcmp(element->name, name) == 0;
}

bool office_element_of(
	const struct office_element *element, const char *const spaces[2])
{
	for (int i = 0; i < 2; i++)
		if (spaces[i] != NULL && strcmp(element->space, spaces[i]) == 0)
			return true;
	return false;
}

bool office_attribute(const struct office_element *element, const char *name,
	struct nc_slice *ret_value)
{
	/* libxml2: local name, prefix, namespace, value, end of value */
	for (int i = 0; i < element->count; i++) {
		const unsigned char **at = element->values + 5 * i;

		if (strcmp((const char *)at[0], name) != 0)
			continue;
		*ret_value = nc_slice(at[3], (size_t)(at[4] - at[3]));
		return true;
	}
	return false;
}

bool office_attribute_number(
	const struct office_element *element, const char *name, long *ret_value)
{
	struct nc_slice value;
	bool negative;
	long number = 0;

	if (!office_attribute(element, name, &value))
		return false;
	negative = value.size > 0 && value.data[0] == '-';
	if (negative)
		value = nc_slice(value.data + 1, value.size - 1);
	if (value.size == 0 || value.size > 9)
		return false;
	for (size_t i = 0; i < value.size; i++) {
		if (value.data[i] < '0' || value.data[i] > '9')
			return false;
		number = number * 10 + (value.data[i] - '0');
	}
	*ret_value = negative ? -number : number;
	return true;
}

bool office_attribute_is(const struct office_element *element, const char *name,
	const char *value)
{
	struct nc_slice found;

	return office_attribute(element, name, &found) &&
	       nc_slice_equal(found, nc_slice_text(value));
}

static void note_status(struct reading *reading, enum nc_status status)
{
	if (status == NC_OK || reading->status != NC_OK)
		return;
	reading->status = status;
	xmlStopParser(reading->parser);
}

static struct office_element element_of(const xmlChar *name,
	const xmlChar *space, const xmlChar **values, int count)
{
	return (struct office_element){(const char *)name,
		space == NULL ? "" : (const char *)space, values, count};
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *space, int spaces_count, const xmlChar **spaces,
	int count, int defaulted, const xmlChar **values)
{
	struct reading *reading = context;
	const struct office_element element =
		element_of(name, space, values, count);

	(void)prefix, (void)spaces_count, (void)spaces, (void)defaulted;
	if (reading->status != NC_OK || reading->refused)
		return;
	/* libxml2 has such a limit too, but not when it is fed by chunks. */
	if (++reading->depth > DEPTH_MAX) {
		note_status(reading,
			nc_error_set(reading->err, NC_INVALID,
				_("The document's parts are nested more than "
				  "%d deep; copy its text into a new file and "
				  "try again."),
				DEPTH_MAX));
		return;
	}
	note_status(reading, reading->handler->start(reading->handler->context,
				     &element, reading->err));
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *space)
{
	struct reading *reading = context;
	const struct office_element element = element_of(name, space, NULL, 0);

	(void)prefix;
	if (reading->status != NC_OK || reading->refused)
		return;
	reading->depth--;
	if (reading->handler->end != NULL)
		note_status(reading,
			reading->handler->end(reading->handler->context,
				&element, reading->err));
}

static void on_text(void *context, const xmlChar *text, int size)
{
	struct reading *reading = context;

	if (reading->status != NC_OK || reading->refused ||
		reading->handler->text == NULL)
		return;
	note_status(
		reading, reading->handler->text(reading->handler->context,
				 nc_slice(text, (size_t)size), reading->err));
}

/* Called at the declaration's first words, before any entity is read. */
static void on_doctype(void *context, const xmlChar *name, const xmlChar *id,
	const xmlChar *address)
{
	struct reading *reading = context;

	(void)name, (void)id, (void)address;
	reading->refused = true;
	xmlStopParser(reading->parser);
}

/* libxml2 prints complaints unless somebody else takes them. */
static void on_complaint(void *context, xmlErrorPtr error)
{
	(void)context, (void)error;
}

static enum nc_status sentence_of(const struct reading *reading, int result,
	const char *part, struct nc_error *err)
{
	if (reading->status != NC_OK)
		return reading->status;
	if (reading->refused)
		return nc_error_set(err, NC_INVALID,
			_("The document's part %s declares a document type, "
			  "which no Office file does and which can do harm; "
			  "get the file again from whom it came."),
			part);
	if (result == 0 && reading->parser->wellFormed)
		return NC_OK;
	if (reading->parser->errNo == XML_ERR_NO_MEMORY)
		return nc_error_no_memory(err);
	return nc_error_set(err, NC_INVALID,
		_("The document's part %s is damaged or nested too deeply; "
		  "open the file in Word or Excel, save it anew and try "
		  "again."),
		part);
}

enum nc_status office_xml_read(struct nc_slice xml, const char *part,
	const struct office_xml_handler *handler, struct nc_error *err)
{
	struct reading reading = {.handler = handler, .err = err};
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.serror = on_complaint,
	};
	enum nc_status status;
	int result = 0;

	if (xml.size == 0)
		return nc_error_set(err, NC_INVALID,
			_("The document's part %s is empty; save the file "
			  "anew and try again."),
			part);
	xmlInitParser();
	/* The first four bytes tell the encoding. */
	reading.parser = xmlCreatePushParserCtxt(&sax, &reading,
		(const char *)xml.data, xml.size < 4 ? (int)xml.size : 4, NULL);
	if (reading.parser == NULL)
		return nc_error_no_memory(err);
	xml = nc_slice(xml.data + (xml.size < 4 ? xml.size : 4),
		xml.size < 4 ? 0 : xml.size - 4);
	/* Not XML_PARSE_HUGE: its limits on names and texts are ours. */
	xmlCtxtUseOptions(reading.parser, XML_PARSE_NONET | XML_PARSE_NOCDATA |
						  XML_PARSE_NOERROR |
						  XML_PARSE_NOWARNING);
	do {
		size_t size = xml.size < CHUNK_BYTES ? xml.size : CHUNK_BYTES;

		xml.size -= size;
		result = xmlParseChunk(reading.parser, (const char *)xml.data,
			(int)size, xml.size == 0);
		xml.data += size;
	} while (result == 0 && xml.size > 0);
	status = sentence_of(&reading, result, part, err);
	xmlFreeParserCtxt(reading.parser);
	return status;
}
