/*
 * Styles and automatic numbering of a DOCX: what a paragraph's properties
 * mean on paper. Formats: ECMA-376 part 1, 17.7 (styles) and 17.9
 * (numbering).
 */
#ifndef NC_INTAKE_DOCX_NUMBERING_H
#define NC_INTAKE_DOCX_NUMBERING_H

#include "base/memory.h"
#include "intake/docx_xml.h"

#define DOCX_LEVELS 9

/* What letters a font shows. Fonts of TCVN3 begin with ".Vn"; those that end
 * in H show small letters as capitals. */
enum docx_font {
	DOCX_FONT_UNSAID,
	DOCX_FONT_UNICODE,
	DOCX_FONT_TCVN3,
	DOCX_FONT_TCVN3_CAPITALS,
};
/* Of a w:rFonts element. */
enum docx_font docx_font_of(const struct office_element *element);

/* A paragraph, character or numbering style, with what it inherits once
 * resolved. */
struct docx_style {
	const char *id;
	const char *name;
	const char *based_on;
	bool is_default;
	long outline;	       /* 0..8 a heading, 9 body text; -1 unsaid */
	long num_id;	       /* 0 none; -1 unsaid */
	long ilvl;	       /* -1 unsaid */
	const char *num_style; /* the style of the chain that said num_id */
	int heading_level;     /* 1..9; 0 for no heading */
	enum docx_font font;
	int bold; /* 1 or 0; -1 unsaid */
};

struct docx_styles {
	struct nc_arena *arena;
	struct docx_style *styles; /* sorted by id once read */
	size_t count;
	size_t capacity;
	enum docx_font font; /* where no style says one */
};

void docx_styles_init(struct docx_styles *styles, struct nc_arena *arena);
void docx_styles_fini(struct docx_styles *styles);
enum nc_status docx_styles_read(struct docx_styles *styles, struct nc_slice xml,
	struct nc_error *err) NC_MUST_USE;
/* NULL when there is none such. */
const struct docx_style *docx_styles_find(
	const struct docx_styles *styles, const char *id);
/* What paragraphs without a style have; NULL when the file does not say. */
const struct docx_style *docx_styles_default(const struct docx_styles *styles);
/* 1..9 for the id of a built-in heading style ("Heading1", Vietnamese Word's
 * "u1"), for files without styles; else 0. */
int docx_heading_of_id(const char *id);

enum docx_format {
	DOCX_FORMAT_DECIMAL,
	DOCX_FORMAT_DECIMAL_ZERO,
	DOCX_FORMAT_LOWER_LETTER,
	DOCX_FORMAT_UPPER_LETTER,
	DOCX_FORMAT_LOWER_ROMAN,
	DOCX_FORMAT_UPPER_ROMAN,
	DOCX_FORMAT_BULLET,
	DOCX_FORMAT_NONE,
};

struct docx_level {
	bool defined;
	enum docx_format format;
	const char *text;  /* "%1.%2.", or the bullet; never NULL if defined */
	const char *style; /* w:pStyle; NULL when none */
	long start;
	long restart; /* after which level, from 1; 0 never; -1 any before */
	bool legal;   /* shows all levels in decimal */
};

struct docx_abstract {
	long id;
	const char *style_link; /* w:numStyleLink: defined by that style */
	struct docx_level levels[DOCX_LEVELS];
	/* How far the list has counted in the document so far. */
	bool started[DOCX_LEVELS];
	long counters[DOCX_LEVELS];
};

struct docx_num {
	long id;
	long abstract_id;
	struct docx_abstract *abstract; /* NULL when it names none */
	struct docx_level *levels;	/* w:lvlOverride's, or NULL */
	bool starts[DOCX_LEVELS];	/* has a w:startOverride */
	bool restarted[DOCX_LEVELS];	/* and it was obeyed already */
	long start[DOCX_LEVELS];
};

struct docx_numbering {
	struct nc_arena *arena;
	struct docx_abstract *abstracts; /* sorted by id once read */
	size_t abstracts_count;
	size_t abstracts_capacity;
	struct docx_num *nums; /* sorted by id once read */
	size_t nums_count;
	size_t nums_capacity;
};

void docx_numbering_init(
	struct docx_numbering *numbering, struct nc_arena *arena);
void docx_numbering_fini(struct docx_numbering *numbering);
/* styles are read before: numStyleLink refers to them. */
enum nc_status docx_numbering_read(struct docx_numbering *numbering,
	struct nc_slice xml, const struct docx_styles *styles,
	struct nc_error *err) NC_MUST_USE;

/* The list that a paragraph of this style and of these own properties (-1
 * unsaid) belongs to; false when none. */
bool docx_numbering_place(const struct docx_numbering *numbering,
	const struct docx_style *style, long num_id, long ilvl,
	struct docx_num **ret_num, unsigned *ret_level);

/* Counts the next paragraph of a list and appends what stands before it on
 * paper, e.g. "2.1." or "-"; nothing when the list shows nothing. */
enum nc_status docx_numbering_next(struct docx_num *num, unsigned level,
	struct nc_buffer *marker) NC_MUST_USE;

#endif
