/*
 * What some words say: dates, anniversaries, sums of money, countries and
 * counts, each with the words it came from. Pure: `explain` prints it, and the
 * readers of documents propose the same on the records that they make.
 */
#ifndef NC_INTAKE_FACTS_H
#define NC_INTAKE_FACTS_H

#include "locale/countries.h"
#include "locale/facts.h"

enum nc_intake_fact_kind {
	NC_INTAKE_DATE,
	NC_INTAKE_ANNIVERSARY, /* kỷ niệm 55 năm … (1969 - 2024) */
	NC_INTAKE_MONEY,
	NC_INTAKE_COUNTRY,
	NC_INTAKE_COUNT,
	NC_INTAKE_FACTS
};

struct nc_intake_fact {
	enum nc_intake_fact_kind kind;
	size_t at;	       /* where its words begin, bytes in the text */
	struct nc_slice words; /* of the text */
	/* The one of its kind; borrowed while the visitor runs. A date that
	 * is written and does not exist (31/6) has the kind NC_DATE_INVALID. */
	const struct nc_date *date; /* of anniversaries too */
	const struct nc_money *money;
	const struct nc_country *country;
	const struct nc_count *count;
};

/* "date", "anniversary", "money", "country", "count": stable names. */
const char *nc_intake_fact_name(enum nc_intake_fact_kind kind);

/* How many years an anniversary counts: as written, else by its two days. */
int nc_intake_fact_years(const struct nc_date *anniversary);

typedef enum nc_status nc_intake_fact_visit(
	void *context, const struct nc_intake_fact *fact);

/*
 * Visits each fact of text (NFC, at most 1 MiB) in the order in which they
 * begin. Words never belong to two facts, with one exception: an anniversary
 * and a count of people by country enclose the country that they name (kỷ niệm
 * 50 năm quan hệ Việt Nam - Nhật Bản (21/9/1973 - 21/9/2023); 18 Lào), which
 * is visited after them. In any other date a country's name is part of the
 * date's. No fact goes over the end of a line.
 *
 * year is the document's, for dates that name none (8/3, quý II); 0 leaves
 * those without days. Anything but NC_OK from visit ends the search and is
 * returned. NC_NO_MEMORY, NC_LIMIT.
 */
enum nc_status nc_intake_facts_find(struct nc_slice text, int year,
	nc_intake_fact_visit *visit, void *context) NC_MUST_USE;

#endif
