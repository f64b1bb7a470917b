/*
 * One XML part of a DOCX package as a stream of known elements.
 */
#ifndef NC_INTAKE_DOCX_XML_H
#define NC_INTAKE_DOCX_XML_H

#include "intake/office_xml.h"

/* The elements that some reader asks about; all others are DOCX_OTHER.
 * WordprocessingML unless the comment says otherwise. */
enum docx_tag {
	DOCX_OTHER = 0,
	DOCX_ALTERNATE_CONTENT, /* mc: */
	DOCX_CHOICE,		/* mc: */
	DOCX_FALLBACK,		/* mc: */
	DOCX_ABSTRACT_NUM,
	DOCX_ABSTRACT_NUM_ID,
	DOCX_ALT_CHUNK,
	DOCX_B,
	DOCX_BASED_ON,
	DOCX_BODY,
	DOCX_BR,
	DOCX_CELL_DEL,
	DOCX_CR,
	DOCX_DEL,
	DOCX_FLD_CHAR,
	DOCX_ILVL,
	DOCX_IS_LGL,
	DOCX_JC,
	DOCX_LVL,
	DOCX_LVL_OVERRIDE,
	DOCX_LVL_RESTART,
	DOCX_LVL_TEXT,
	DOCX_MOVE_FROM,
	DOCX_NAME,
	DOCX_NO_BREAK_HYPHEN,
	DOCX_NUM,
	DOCX_NUM_FMT,
	DOCX_NUM_ID,
	DOCX_NUM_PR,
	DOCX_NUM_STYLE_LINK,
	DOCX_OUTLINE_LVL,
	DOCX_P,
	DOCX_P_PR,
	DOCX_P_STYLE,
	DOCX_PTAB,
	DOCX_R,
	DOCX_R_FONTS,
	DOCX_R_PR,
	DOCX_R_STYLE,
	DOCX_RT,
	DOCX_SDT_PR,
	DOCX_START,
	DOCX_START_OVERRIDE,
	DOCX_STYLE,
	DOCX_SYM,
	DOCX_T,
	DOCX_TAB,
	DOCX_TBL,
	DOCX_TBL_CAPTION,
	DOCX_TBL_DESCRIPTION,
	DOCX_TC,
	DOCX_TC_PR,
	DOCX_TR,
	DOCX_TR_PR,
	DOCX_VANISH,
	DOCX_CHANGE, /* any w:…Change: what the properties were before */
};

/* No handler sees w:…Change, w:sdtPr, w:rt or the branches of an
 * mc:AlternateContent after its first, nor anything inside them. */

/* An on/off property such as w:isLgl: on unless val says false, 0 or off. */
bool docx_attribute_on(const struct office_element *element);

/* A status other than NC_OK ends the reading and is returned, with the
 * sentence that the handler wrote. */
struct docx_handler {
	enum nc_status (*start)(void *context, enum docx_tag tag,
		const struct office_element *element, struct nc_error *err);
	enum nc_status (*end)(
		void *context, enum docx_tag tag, struct nc_error *err);
	/* The text of w:t and m:t elements; NULL when there is no interest. */
	enum nc_status (*text)(
		void *context, struct nc_slice text, struct nc_error *err);
	void *context;
};

/* part names the part in sentences. NC_INVALID for XML that is not well
 * formed or that we refuse, else the handler's status. */
enum nc_status docx_xml_read(struct nc_slice xml, const char *part,
	const struct docx_handler *handler, struct nc_error *err) NC_MUST_USE;

#endif
