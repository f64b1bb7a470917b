/*
 * The lines of a letterhead, and their places in it: Decree 30/2020, appendix
 * I, slots 1 to 4. What is read and what is printed go by the same.
 */
#ifndef NC_MODEL_LETTERHEAD_H
#define NC_MODEL_LETTERHEAD_H

#include "base/bytes.h"

/* In the order in which a letterhead is printed: the left column, then the
 * right one. */
enum nc_letterhead_slot {
	NC_LETTERHEAD_BODY,   /* bodies' names, and all else */
	NC_LETTERHEAD_NUMBER, /* "Số: 15/KH-LHHN", filled in or not */
	NC_LETTERHEAD_NATION, /* "CỘNG HÒA …"; "ĐẢNG CỘNG SẢN VIỆT NAM" */
	NC_LETTERHEAD_MOTTO, /* "Độc lập - Tự do - Hạnh phúc" */
	NC_LETTERHEAD_DAY,   /* "Vinh, ngày 05 tháng 12 năm 2023" */
	NC_LETTERHEAD_SLOTS
};

/* Takes what one line was typed as off the front of *rest, which is trimmed:
 * up to a line end, or to a gap of a tab or four spaces that a capital
 * follows. Empty when nothing is left. */
struct nc_slice nc_letterhead_take(struct nc_slice *rest);

/* The place of one of them. folded: the same words, folded. */
enum nc_letterhead_slot nc_letterhead_slot_of(
	struct nc_slice words, const char *folded);

#endif
