#include "report/xml.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void xml_check(struct nc_xml *xml, int result)
{
	if (result < 0)
		xml->failed = true;
}

static const xmlChar *xml_string(const char *text)
{
	return (const xmlChar *)text;
}

static void xml_open(struct nc_xml *xml)
{
	memset(xml, 0, sizeof(*xml));
	xml->buffer = xmlBufferCreate();
	if (xml->buffer != NULL) {
		xmlBufferSetAllocationScheme(
			xml->buffer, XML_BUFFER_ALLOC_DOUBLEIT);
		xml->writer = xmlNewTextWriterMemory(xml->buffer, 0);
	}
	xml->failed = xml->writer == NULL;
}

void nc_xml_init(struct nc_xml *xml)
{
	xml_open(xml);
	if (!xml->failed)
		xml_check(xml, xmlTextWriterStartDocument(
				       xml->writer, "1.0", "UTF-8", "yes"));
}

void nc_xml_init_page(struct nc_xml *xml)
{
	xml_open(xml);
	if (!xml->failed)
		xml_check(xml, xmlTextWriterWriteRaw(xml->writer,
				       xml_string("<!DOCTYPE html>\n")));
}

void nc_xml_fini(struct nc_xml *xml)
{
	if (xml->writer != NULL)
		xmlFreeTextWriter(xml->writer);
	if (xml->buffer != NULL)
		xmlBufferFree(xml->buffer);
	memset(xml, 0, sizeof(*xml));
}

void nc_xml_start(struct nc_xml *xml, const char *name)
{
	if (!xml->failed)
		xml_check(xml, xmlTextWriterStartElement(
				       xml->writer, xml_string(name)));
}

/*
 * Into the element or the attribute that is open. Not xmlTextWriterWriteString:
 * that goes on without the text when there is no memory to escape it in, and
 * in attributes writes every letter with a mark as a number.
 */
static void xml_put(struct nc_xml *xml, const char *text)
{
	xmlChar *escaped;

	if (xml->failed)
		return;
	escaped = xmlEncodeSpecialChars(NULL, xml_string(text));
	if (escaped == NULL)
		xml->failed = true;
	else
		xml_check(xml, xmlTextWriterWriteRaw(xml->writer, escaped));
	xmlFree(escaped);
}

void nc_xml_attribute(struct nc_xml *xml, const char *name, const char *value)
{
	if (!xml->failed)
		xml_check(xml, xmlTextWriterStartAttribute(
				       xml->writer, xml_string(name)));
	xml_put(xml, value);
	if (!xml->failed)
		xml_check(xml, xmlTextWriterEndAttribute(xml->writer));
}

void nc_xml_format(
	struct nc_xml *xml, const char *name, const char *format, ...)
{
	va_list args;
	int size;
	char *text = NULL;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (size >= 0)
		text = nc_malloc((size_t)size + 1);
	if (text == NULL) {
		xml->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(text, (size_t)size + 1, format, args);
	va_end(args);
	nc_xml_attribute(xml, name, text);
	nc_free(text);
}

void nc_xml_number(struct nc_xml *xml, const char *name, long value)
{
	nc_xml_format(xml, name, "%ld", value);
}

void nc_xml_text(struct nc_xml *xml, const char *text)
{
	if (text[0] != '\0')
		xml_put(xml, text);
}

void nc_xml_text_part(struct nc_xml *xml, const char *text, size_t size)
{
	char *part;

	if (xml->failed || size == 0)
		return;
	part = nc_malloc(size + 1);
	if (part == NULL) {
		xml->failed = true;
		return;
	}
	memcpy(part, text, size);
	part[size] = '\0';
	xml_put(xml, part);
	nc_free(part);
}

void nc_xml_end(struct nc_xml *xml)
{
	if (!xml->failed)
		xml_check(xml, xmlTextWriterEndElement(xml->writer));
}

void nc_xml_end_tag(struct nc_xml *xml)
{
	if (!xml->failed)
		xml_check(xml, xmlTextWriterFullEndElement(xml->writer));
}

void nc_xml_leaf(struct nc_xml *xml, const char *name, const char *attribute,
	const char *value)
{
	nc_xml_start(xml, name);
	if (attribute != NULL)
		nc_xml_attribute(xml, attribute, value);
	nc_xml_end(xml);
}

void nc_xml_leaf_number(
	struct nc_xml *xml, const char *name, const char *attribute, long value)
{
	nc_xml_start(xml, name);
	nc_xml_number(xml, attribute, value);
	nc_xml_end(xml);
}

void nc_xml_element(struct nc_xml *xml, const char *name, const char *text)
{
	nc_xml_start(xml, name);
	nc_xml_text(xml, text);
	nc_xml_end_tag(xml);
}

enum nc_status nc_xml_finish(struct nc_xml *xml, struct nc_slice *ret_bytes)
{
	if (!xml->failed)
		xml_check(xml, xmlTextWriterEndDocument(xml->writer));
	if (!xml->failed)
		xml_check(xml, xmlTextWriterFlush(xml->writer));
	if (xml->failed)
		return NC_NO_MEMORY;
	*ret_bytes = nc_slice(xmlBufferContent(xml->buffer),
		(size_t)xmlBufferLength(xml->buffer));
	return NC_OK;
}
