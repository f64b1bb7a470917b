/*
 * The parts of a Word document (ECMA-376, transitional), and the one table of
 * its sizes. Lengths are twips (1/1440 inch), font sizes half points, as the
 * format counts them.
 */
#ifndef NC_REPORT_DOCX_H
#define NC_REPORT_DOCX_H

#include "report/document.h"
#include "report/xml.h"

#define NC_DOCX_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define NC_DOCX_R                                                              \
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

struct nc_docx_layout {
	int page_width, page_height;
	int margin_top, margin_bottom, margin_left, margin_right;
	int header; /* from the paper's edge to the page number */
	int first_line;
	int paragraph_gap;	   /* after a paragraph */
	int line;		   /* line spacing, 240 = single */
	int head_left, head_right; /* the head's two columns */
	int foot_left, foot_right;
	int rule_issuer, rule_motto, rule_subject; /* lengths of lines */
	int signature_height;
	int text_size, page_number_size;
	int nation_size, motto_size, issuer_size, number_size, place_size;
	int title_size, recipients_title_size, recipients_size;
	const char *font;
};

/* In docx_styles.c, with the source of each. */
extern const struct nc_docx_layout nc_docx_layout;

/* Bulleted levels; deeper items stay on the last. */
#define NC_DOCX_LEVELS 9
/* Heading styles; deeper headings use the last. */
#define NC_DOCX_HEADINGS 6
/* The list styles that Word knows; deeper levels use the last. */
#define NC_DOCX_LIST_STYLES 5
/* The relation from the document to its header. */
#define NC_DOCX_HEADER_ID "rIdHeader"
/* The w:num that all items use. */
#define NC_DOCX_NUM 1

/* Starts the part's root element with its namespaces; nc_xml_end closes. */
void nc_docx_root(struct nc_xml *xml, const char *name);
/* <name w:val="value"/> */
void nc_docx_val(struct nc_xml *xml, const char *name, const char *value);
void nc_docx_val_number(struct nc_xml *xml, const char *name, long value);

/* Each writes one part; those that need no document ignore it. */
typedef void nc_docx_part(
	struct nc_xml *xml, const struct nc_report_document *document);
nc_docx_part nc_docx_write_document;
nc_docx_part nc_docx_write_styles;
nc_docx_part nc_docx_write_numbering;
nc_docx_part nc_docx_write_fonts;

/* Writes every part into a package, appended to out. */
enum nc_status nc_docx_package(const struct nc_report_document *document,
	struct nc_buffer *out) NC_MUST_USE;

#endif
