/*
 * A document as paragraphs: what text files and DOCX have in common before
 * anyone knows what it is about. Bounded by base/limits.h.
 */
#ifndef NC_INTAKE_DOCUMENT_H
#define NC_INTAKE_DOCUMENT_H

#include "base/memory.h"
#include "base/bytes.h"

/*
 * One paragraph (a line of a text file). text is clean NFC UTF-8, trimmed;
 * a bullet or number that was typed stays in it. What a word processor
 * numbered by itself is in marker, as it shows on paper ("-", "a.", "1.1.").
 */
struct nc_paragraph {
	const char *text;
	const char *marker; /* "" when none is automatic */
	int list_level;	    /* 0.. of automatic numbering; -1 without */
	int heading_level;  /* 1..9 from a heading style; 0 without */
	int indent;	    /* leading columns of a text line; 0 in DOCX */
	/* DOCX: all of it bold, and neither centred nor in a table: what people
	 * take for a heading without its style. */
	bool stands_out;
	bool in_list; /* DOCX: of a style of bullets, whatever stands there */
	bool blank_before; /* an empty line or paragraph stands before it */
	/* Of a table that is not inside another, from 1; 0 outside. */
	unsigned table, row, cell;
	size_t line;  /* 1-based line (text) or paragraph (DOCX) */
	bool by_font; /* fonts said which letters these are: none is guessed */
};

struct nc_document {
	struct nc_arena arena;
	struct nc_paragraph *paragraphs; /* empty ones left out */
	size_t count;
	size_t capacity;
	bool blank_pending; /* while reading: the last one was empty */
	/* Of which letters some were made Unicode: "TCVN3", "Windows-1258";
	 * "" of none. */
	const char *legacy;
	bool hidden; /* of DOCX: text that Word hides was left out */
};

void nc_document_init(struct nc_document *document);
void nc_document_fini(struct nc_document *document);

/*
 * Reads a whole file's bytes: DOCX when it is a zip package, else plain text
 * (UTF-8, or UTF-16 with a byte-order mark or evident from its zero bytes;
 * TCVN3 or Windows-1258 when its words say so; LF, CRLF or CR). In a DOCX what
 * is in a TCVN3 font (.VnTime …) is converted, in capitals if the font is of
 * capitals (.VnTimeH), and paragraphs whose words say that they are TCVN3.
 * NC_INVALID with a sentence for anything else (an old .doc, a PDF, a
 * spreadsheet, another encoding, DTDs, encrypted packages, no text at all),
 * NC_LIMIT past a limit. What the document held before is gone; after a failure
 * it is empty.
 */
enum nc_status nc_document_read(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;

#endif
