#include "intake/docx_xml.h"

#include <stdlib.h>
#include <string.h>

/* Word's own namespace, as Office 2007 and as ISO 29500 Strict name it. */
static const char *const word_namespaces[2] = {
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
	"http://purl.oclc.org/ooxml/wordprocessingml/main",
};
static const char compatibility_namespace[] =
	"http://schemas.openxmlformats.org/markup-compatibility/2006";
/* Formulas: their text is read as it stands. */
static const char *const math_namespaces[2] = {
	"http://schemas.openxmlformats.org/officeDocument/2006/math",
	"http://purl.oclc.org/ooxml/officeDocument/math",
};

/* Alternatives within alternatives: a text box within a text box. */
#define ALTERNATIVES_MAX 32

struct tag_name {
	const char *name;
	enum docx_tag tag;
};

/* By strcmp order. */
static const struct tag_name word_names[] = {
	{"abstractNum", DOCX_ABSTRACT_NUM},
	{"abstractNumId", DOCX_ABSTRACT_NUM_ID},
	{"altChunk", DOCX_ALT_CHUNK},
	{"b", DOCX_B},
	{"basedOn", DOCX_BASED_ON},
	{"body", DOCX_BODY},
	{"br", DOCX_BR},
	{"cellDel", DOCX_CELL_DEL},
	{"cr", DOCX_CR},
	{"del", DOCX_DEL},
	{"fldChar", DOCX_FLD_CHAR},
	{"ilvl", DOCX_ILVL},
	{"isLgl", DOCX_IS_LGL},
	{"jc", DOCX_JC},
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
	{"tblCaption", DOCX_TBL_CAPTION},
	{"tblDescription", DOCX_TBL_DESCRIPTION},
	{"tc", DOCX_TC},
	{"tcPr", DOCX_TC_PR},
	{"tr", DOCX_TR},
	{"trPr", DOCX_TR_PR},
	{"vanish", DOCX_VANISH},
};

struct reading {
	const struct docx_handler *handler;
	bool in_text;	  /* inside a w:t or m:t */
	unsigned skipped; /* open elements of what is left out, from 1 */
	/* Of each open mc:AlternateContent, whether one branch was taken. */
	bool taken[ALTERNATIVES_MAX];
	unsigned alternatives;
};

static int compare_name(const void *key, const void *element)
{
	return strcmp(key, ((const struct tag_name *)element)->name);
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

static enum docx_tag tag_of(const struct office_element *element)
{
	const char *name = element->name;

	if (office_element_of(element, word_namespaces))
		return word_tag(name);
	if (office_element_of(element, math_namespaces))
		return strcmp(name, "t") == 0 ? DOCX_T : DOCX_OTHER;
	if (strcmp(element->space, compatibility_namespace) == 0) {
		if (strcmp(name, "AlternateContent") == 0)
			return DOCX_ALTERNATE_CONTENT;
		if (strcmp(name, "Choice") == 0)
			return DOCX_CHOICE;
		if (strcmp(name, "Fallback") == 0)
			return DOCX_FALLBACK;
	}
	return DOCX_OTHER;
}

bool docx_attribute_on(const struct office_element *element)
{
	return !office_attribute_is(element, "val", "0") &&
	       !office_attribute_is(element, "val", "false") &&
	       !office_attribute_is(element, "val", "off");
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

static enum nc_status on_start(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct reading *reading = context;
	enum docx_tag tag = tag_of(element);

	if (reading->skipped > 0 || is_left_out(reading, tag)) {
		reading->skipped++;
		return NC_OK;
	}
	reading->in_text = tag == DOCX_T;
	return reading->handler->start(
		reading->handler->context, tag, element, err);
}

static enum nc_status on_end(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct reading *reading = context;
	enum docx_tag tag = tag_of(element);

	reading->in_text = false;
	if (reading->skipped > 0) {
		reading->skipped--;
		return NC_OK;
	}
	if (tag == DOCX_ALTERNATE_CONTENT)
		reading->alternatives--;
	return reading->handler->end(reading->handler->context, tag, err);
}

static enum nc_status on_text(
	void *context, struct nc_slice text, struct nc_error *err)
{
	struct reading *reading = context;

	if (!reading->in_text || reading->handler->text == NULL)
		return NC_OK;
	return reading->handler->text(reading->handler->context, text, err);
}

enum nc_status docx_xml_read(struct nc_slice xml, const char *part,
	const struct docx_handler *handler, struct nc_error *err)
{
	struct reading reading = {.handler = handler};
	const struct office_xml_handler office = {
		on_start, on_end, on_text, &reading};

	return office_xml_read(xml, part, &office, err);
}
