/*
 * The head and foot of an office's paper, as Decree 30/2020 lays them out and
 * as offices type them: bodies, number, the state's name and motto, place and
 * day, what the paper is and its subject, whom it is for; and in the end who
 * signs. In two columns or below each other, a cell's lines broken by hand or
 * not. Plans and reports alike. Internal to this room.
 */
#ifndef NC_INTAKE_LETTERHEAD_H
#define NC_INTAKE_LETTERHEAD_H

#include "intake/plan_lines.h"

enum letterhead_kind {
	LETTERHEAD_NONE,
	LETTERHEAD_OFFICE, /* a body's name, in capitals or by its words */
	LETTERHEAD_SYMBOL, /* "Số: 15/KH-LHHN", filled in or not */
	LETTERHEAD_STATE, /* "CỘNG HÒA …", "Độc lập - …", "ĐẢNG CỘNG SẢN …" */
	LETTERHEAD_DAY,	  /* "Vinh, ngày 05 tháng 12 năm 2023" */
	LETTERHEAD_DRAFT, /* "DỰ THẢO" */
	LETTERHEAD_TYPE, /* "KẾ HOẠCH", "BÁO CÁO …": the title begins */
	LETTERHEAD_ADDRESS, /* "Kính gửi: …" */
};

/* What words could be that nc_letterhead_take took off, by their looks alone.
 * NC_NO_MEMORY. */
enum nc_status letterhead_kind_of(
	struct nc_slice words, enum letterhead_kind *ret_kind) NC_MUST_USE;

/* Whether a line below a title is a sentence, and so no more of the title:
 * "Căn cứ …", "… như sau:". NC_NO_MEMORY. */
enum nc_status letterhead_is_lead(
	struct nc_slice words, bool *ret_is) NC_MUST_USE;

/* "TM. BAN THƯỜNG TRỰC", "KT. CHỦ TỊCH": in whose name somebody signs. */
bool letterhead_signs(struct nc_slice words);

/* A head: lines [0, title) are the letterhead, [title, count) the title and
 * whom the paper is for. */
struct letterhead {
	size_t count; /* 0: there is none */
	size_t title;
	/* The union whose paper it is, "" unless the bodies name one: on one
	 * line or two, or its place with the body above it. The arena's. */
	struct nc_slice name;
};

/*
 * The head that these lines begin with. It is believed when a title follows
 * ("KẾ HOẠCH"), or when it has a number, a day or the state's name; inside a
 * document (not first) only with a title and one of these. NC_NO_MEMORY.
 */
enum nc_status letterhead_find(const struct plan_line *lines, size_t count,
	bool first, struct nc_arena *arena,
	struct letterhead *ret_head) NC_MUST_USE;

#endif
