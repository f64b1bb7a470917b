/*
 * A document as a tree that every writer can print: a title, then blocks in
 * order (headings by level, paragraphs, list items by level, notes), between
 * the head and the foot that a state office expects around them. A builder
 * makes it, a writer prints it; neither knows the other.
 *
 * All strings are the document's: UTF-8 without NUL, and only characters that
 * XML 1.0, HTML and a terminal can hold (document.c sees to it).
 * A line end inside one is '\n'. None is NULL.
 */
#ifndef NC_REPORT_DOCUMENT_H
#define NC_REPORT_DOCUMENT_H

#include "base/bytes.h"
#include "base/env.h"
#include "base/memory.h"
#include "model/change.h"

/* The largest tree: many times eleven unions that write all year. */
#define NC_REPORT_TREE_BYTES_MAX ((size_t)512 * 1024 * 1024)

enum nc_report_block_kind {
	NC_BLOCK_HEADING,   /* level 1.. */
	NC_BLOCK_PARAGRAPH, /* what somebody wrote */
	NC_BLOCK_ITEM,	    /* level 1.. */
	NC_BLOCK_NOTE,	    /* what the program says, in nobody's name */
};

/* Who said it. sequence 0: not from a store; line 0: not from a file. */
struct nc_report_origin {
	struct nc_id id;
	const char *union_code;
	nc_device_id device;
	uint64_t sequence;
	const char *author;
	size_t line;
};

struct nc_report_block {
	enum nc_report_block_kind kind;
	unsigned level; /* headings and items, from 1 */
	unsigned depth; /* items: 1 + the items that it stands under */
	/* As printed before a heading, "1.", "a."; of an item, what stands
	 * there instead of a bullet; or "". */
	const char *number;
	const char *text;
	struct nc_report_origin origin;
	bool in_foot; /* the foot says it too: for writers that print none */
};

/* The head of a document in the state's form (Decree 30/2020, slots 1-4). */
struct nc_report_head {
	const char *nation;
	const char *motto;
	const char *issuer; /* one a line, printed in capitals; "" leaves it to
			       fill in */
	const char *number;
	const char *place_date;
};

/* Its foot (slots 7 and 9b): recipients at the left, a signature right. */
struct nc_report_foot {
	const char *recipients_title;
	const char *recipients; /* one a line */
	const char *authority;	/* one a line */
};

/* Both with blanks to fill in; no issuer and no number. */
extern const struct nc_report_head nc_report_blank_head;
extern const struct nc_report_foot nc_report_blank_foot;
/* "Số:        /KH-…", of plans and of reports. */
extern const char nc_report_blank_number_plan[];
extern const char nc_report_blank_number_report[];

struct nc_report_document {
	struct nc_arena arena;
	struct nc_report_head head;
	struct nc_report_foot foot;
	const char *type;    /* "KẾ HOẠCH" */
	const char *subject; /* the lines under it */
	/* The lines above it, for writers that print no head; "" for none. */
	const char *letterhead;
	unsigned contents_level; /* headings down to here make the contents */
	struct nc_report_block *blocks;
	size_t blocks_count;
	size_t blocks_capacity;
};

void nc_report_document_init(struct nc_report_document *document);
void nc_report_document_fini(struct nc_report_document *document);

/*
 * A new text from a format, made clean: every way to end a line becomes '\n';
 * bytes that are not UTF-8, control characters and noncharacters become U+FFFD
 * each, so that a person sees that something stood there.
 */
enum nc_status nc_report_document_print(struct nc_report_document *document,
	const char **ret_text, struct nc_error *err, const char *format,
	...) NC_MUST_USE NC_PRINTF(4, 5);

/* Adds a copy of block at the end; its texts are cleaned, its depth found. */
enum nc_status nc_report_document_add(struct nc_report_document *document,
	const struct nc_report_block *block, struct nc_error *err) NC_MUST_USE;

/* Whether somebody's record or a file's line stands behind a block. */
bool nc_report_origin_is_known(const struct nc_report_origin *origin);

/*
 * The writers; each appends to out. The same document gives the same bytes.
 * NC_LIMIT when out is too small, NC_NO_MEMORY.
 */
enum nc_status nc_report_write_text(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_report_write_markdown(
	const struct nc_report_document *document, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;
enum nc_status nc_report_write_html(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_report_write_docx(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

#endif
