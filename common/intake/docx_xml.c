#include "intake/docx_xml.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

/* Word's own namespace, as Office 2007 and as ISO 29500 Strict name it. */
static const char *const word_namespaces[] = {
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
	"http://purl.oclc.org/ooxml/wordprocessingml/main",
};
static const char compatibility_namespace[] =
	"http://schemas.openxmlformats.org/markup-compatibility/2006";
static const char relationships_namespace[] =
	"http://schemas.openxmlformats.org/package/2006/relationships";
/* Formulas: their text is read as it stands. */
static const char *const math_namespaces[] = {
	"http://schemas.openxmlformats.org/officeDocument/2006/math",
	"http://purl.oclc.org/ooxml/officeDocument/math",
};

/* Alternatives within alternatives: a text box within a text box. */
#define ALTERNATIVES_MAX 32
#define CHUNK_BYTES (256 * 1024)
/* Elements within elements. A table in a table in a table takes twelve. */
#define DEPTH_MAX 256

struct tag_name {
	const char *name;
	enum docx_tag tag;
};

/* By strcmp order. */
static const struct tag_name word_names[] = {
	{"abstractNum", DOCX_ABSTRACT_NUM},
	{"abstractNumId", DOCX_ABSTRACT_NUM_ID},
	{"altChunk", DOCX_ALT_CHUNK},
	{"basedOn", DOCX_BASED_ON},
	{"body", DOCX_BODY},
	{"br", DOCX_BR},
	{"cellDel", DOCX_CELL_DEL},
	{"cr", DOCX_CR},
	{"del", DOCX_DEL},
	{"fldChar", DOCX_FLD_CHAR},
	{"ilvl", DOCX_ILVL},
	{"isLgl", DOCX_IS_LGL},
	{"lvl", DOCX_LVL},
	{"lvlOverride", DOCX_LVL_OVERRIDE},
	{"lvlRestart", DOCX_LVL_RESTART},
	{"lvlText", DOCX_LVL_TEXT},
	{"moveFrom", DOCX_MOVE_FROM},
	{"name", DOCX_NAME},
	{"noBreakHyphen", DOCX_NO_BREAK_HYPHEN},
	{"num", DOCX_NUM},
	{"numFmt", DOCX_NUM_FMT},
	{"numId", DOCX_NUM_ID},
	{"numPr", DOCX_NUM_PR},
	{"numStyleLink", DOCX_NUM_STYLE_LINK},
	{"outlineLvl", DOCX_OUTLINE_LVL},
	{"p", DOCX_P},
	{"pPr", DOCX_P_PR},
	{"pStyle", DOCX_P_STYLE},
	{"ptab", DOCX_PTAB},
	{"r", DOCX_R},
	{"rFonts", DOCX_R_FONTS},
	{"rPr", DOCX_R_PR},
	{"rStyle", DOCX_R_STYLE},
	{"rt", DOCX_RT},
	{"sdtPr", DOCX_SDT_PR},
	{"start", DOCX_START},
	{"startOverride", DOCX_START_OVERRIDE},
	{"style", DOCX_STYLE},
	{"sym", DOCX_SYM},
	{"t", DOCX_T},
	{"tab", DOCX_TAB},
	{"tbl", DOCX_TBL},
	{"tc", DOCX_TC},
	{"tcPr", DOCX_TC_PR},
	{"tr", DOCX_TR},
	{"trPr", DOCX_TR_PR},
};

struct reading {
	const struct docx_handler *handler;
	xmlParserCtxtPtr parser;
	enum nc_status status; /* the first failure of a handler */
	bool refused;	       /* a document type declaration */
	unsigned depth;	       /* open elements */
	bool in_text;	       /* inside a w:t or m:t */
	unsigned skipped;      /* open elements of what is left out, from 1 */
	/* Of each open mc:AlternateContent, whether one branch was taken. */
	bool taken[ALTERNATIVES_MAX];
	unsigned alternatives;
	struct nc_error *err;
};

static int compare_name(const void *key, const void *element)
{
	return strcmp(key, ((const struct tag_name *)element)->name);
}

static bool is_one_of(const xmlChar *text, const char *const names[2])
{
	return strcmp((const char *)text, names[0]) == 0 ||
	       strcmp((const char *)text, names[1]) == 0;
}

static enum docx_tag word_tag(const char *name)
{
	const struct tag_name *found = bsearch(name, word_names,
		sizeof(word_names) / sizeof(word_names[0]),
		sizeof(word_names[0]), compare_name);
	size_t size = strlen(name);

	if (found != NULL)
		return found->tag;
	if (size > 6 && strcmp(name + size - 6, "Change") == 0)
		return DOCX_CHANGE;
	return DOCX_OTHER;
}

static enum docx_tag tag_of(const xmlChar *local, const xmlChar *space)
{
	const char *name = (const char *)local;

	if (space == NULL)
		return DOCX_OTHER;
	if (is_one_of(space, word_namespaces))
		return word_tag(name);
	if (is_one_of(space, math_namespaces))
		return strcmp(name, "t") == 0 ? DOCX_T : DOCX_OTHER;
	if (strcmp((const char *)space, compatibility_namespace) == 0) {
		if (strcmp(name, "AlternateContent") == 0)
			return DOCX_ALTERNATE_CONTENT;
		if (strcmp(name, "Choice") == 0)
			return DOCX_CHOICE;
		if (strcmp(name, "Fallback") == 0)
			return DOCX_FALLBACK;
	}
	if (strcmp((const char *)space, relationships_namespace) == 0 &&
		strcmp(name, "Relationship") == 0)
		return DOCX_RELATIONSHIP;
	return DOCX_OTHER;
}

bool docx_attribute(const struct docx_attributes *attributes, const char *name,
	struct nc_slice *ret_value)
{
	/* libxml2: local name, prefix, namespace, value, end of value */
	for (int i = 0; i < attributes->count; i++) {
		const unsigned char **at = attributes->values + 5 * i;

		if (strcmp((const char *)at[0], name) != 0)
			continue;
		*ret_value = nc_slice(at[3], (size_t)(at[4] - at[3]));
		return true;
	}
	return false;
}

bool docx_attribute_number(const struct docx_attributes *attributes,
	const char *name, long *ret_value)
{
	struct nc_slice value;
	bool negative;
	long number = 0;

	if (!docx_attribute(attributes, name, &value))
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

bool docx_attribute_is(const struct docx_attributes *attributes,
	const char *name, const char *value)
{
	struct nc_slice found;

	return docx_attribute(attributes, name, &found) &&
	       nc_slice_equal(found, nc_slice_text(value));
}

bool docx_attribute_on(const struct docx_attributes *attributes)
{
	return !docx_attribute_is(attributes, "val", "0") &&
	       !docx_attribute_is(attributes, "val", "false") &&
	       !docx_attribute_is(attributes, "val", "off");
}

static void note_status(struct reading *reading, enum nc_status status)
{
	if (status == NC_OK || reading->status != NC_OK)
		return;
	reading->status = status;
	xmlStopParser(reading->parser);
}

/* Whether an element, and all in it, is left out: what the properties were
 * before a tracked change, a content control's settings, the small letters of
 * a phonetic guide, and all branches of an alternative but the first. */
static bool is_left_out(struct reading *reading, enum docx_tag tag)
{
	bool taken;

	switch (tag) {
	case DOCX_CHANGE:
	case DOCX_SDT_PR:
	case DOCX_RT:
		return true;
	case DOCX_ALTERNATE_CONTENT:
		if (reading->alternatives == ALTERNATIVES_MAX)
			return true;
		reading->taken[reading->alternatives++] = false;
		return false;
	case DOCX_CHOICE:
	case DOCX_FALLBACK:
		if (reading->alternatives == 0)
			return true;
		taken = reading->taken[reading->alternatives - 1];
		reading->taken[reading->alternatives - 1] = true;
		return taken;
	default:
		return false;
	}
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *space, int spaces_count, const xmlChar **spaces,
	int count, int defaulted, const xmlChar **values)
{
	struct reading *reading = context;
	const struct docx_attributes attributes = {values, count};
	enum docx_tag tag = tag_of(name, space);

	(void)prefix, (void)spaces_count, (void)spaces, (void)defaulted;
	if (reading->status != NC_OK || reading->refused)
		return;
	/* libxml2 has such a limit too, but not when it is fed by chunks. */
	if (++reading->depth > DEPTH_MAX) {
		note_status(reading,
			nc_error_set(reading->err, NC_INVALID,
				_("The document's parts are nested more than "
				  "%d deep; copy its text into a new Word "
				  "file and try again."),
				DEPTH_MAX));
		return;
	}
	if (reading->skipped > 0 || is_left_out(reading, tag)) {
		reading->skipped++;
		return;
	}
	reading->in_text = tag == DOCX_T;
	note_status(reading, reading->handler->start(reading->handler->context,
				     tag, &attributes, reading->err));
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *space)
{
	struct reading *reading = context;
	enum docx_tag tag = tag_of(name, space);

	(void)prefix;
	if (reading->status != NC_OK || reading->refused)
		return;
	reading->in_text = false;
	reading->depth--;
	if (reading->skipped > 0) {
		reading->skipped--;
		return;
	}
	if (tag == DOCX_ALTERNATE_CONTENT)
		reading->alternatives--;
	note_status(reading, reading->handler->end(reading->handler->context,
				     tag, reading->err));
}

static void on_text(void *context, const xmlChar *text, int size)
{
	struct reading *reading = context;

	if (reading->status != NC_OK || reading->refused)
		return;
	if (!reading->in_text || reading->handler->text == NULL)
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
			  "which no Word file does and which can do harm; "
			  "get the file again from whom it came."),
			part);
	if (result == 0 && reading->parser->wellFormed)
		return NC_OK;
	if (reading->parser->errNo == XML_ERR_NO_MEMORY)
		return nc_error_no_memory(err);
	return nc_error_set(err, NC_INVALID,
		_("The document's part %s is damaged or nested too deeply; "
		  "open the file in Word or LibreOffice, save it anew and try "
		  "again."),
		part);
}

enum nc_status docx_xml_read(struct nc_slice xml, const char *part,
	const struct docx_handler *handler, struct nc_error *err)
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
