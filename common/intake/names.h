/*
 * Where and with whom, in running text: places after "tại" and the names of
 * organisations, with the part that they play. A careful reader: what may be
 * something else (tổ chức as a verb, tại Hội nghị, các hội thành viên) is left
 * out. Pure. Dates, money, countries and counts: intake/facts.h.
 */
#ifndef NC_INTAKE_NAMES_H
#define NC_INTAKE_NAMES_H

#include "base/bytes.h"

#include <stdbool.h>

enum nc_intake_name_kind {
	NC_INTAKE_PLACE, /* tại thành phố Nha Trang: where it is done */
	NC_INTAKE_ORGANISATION, /* Sở Ngoại vụ, Đại sứ quán Lào */
};

enum nc_intake_name_part {
	NC_INTAKE_PART_NONE,
	NC_INTAKE_PART_WITH,  /* phối hợp với … */
	NC_INTAKE_PART_GIVES, /* do … tài trợ */
};

struct nc_intake_name {
	enum nc_intake_name_kind kind;
	enum nc_intake_name_part part; /* of organisations */
	size_t at;		       /* bytes in the text */
	struct nc_slice words;	       /* of the text */
};

typedef enum nc_status nc_intake_name_visit(
	void *context, const struct nc_intake_name *name);

/* Visits the names of text (NFC) in the order in which they begin, none over
 * another. Anything but NC_OK from visit ends the search and is returned.
 * NC_NO_MEMORY. */
enum nc_status nc_intake_names_find(struct nc_slice text,
	nc_intake_name_visit *visit, void *context) NC_MUST_USE;

/* Whether text says name: its words one after the other, marks and all, in
 * any case; an abbreviation (capitals alone) only in capitals. For names of
 * records. *ret_words: where it does. */
bool nc_intake_name_in(
	struct nc_slice text, struct nc_slice name, struct nc_slice *ret_words);

#endif
