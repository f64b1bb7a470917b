/*
 * Dates, money and counts in running text, in one pass: never overlapping, a
 * date before a sum before a count, the longest of each.
 */
#ifndef NC_LOCALE_FACTS_H
#define NC_LOCALE_FACTS_H

#include "locale/date.h"
#include "locale/money.h"
#include "locale/number.h"

enum nc_fact_kind { NC_FACT_DATE, NC_FACT_MONEY, NC_FACT_COUNT };

struct nc_fact {
	enum nc_fact_kind kind;
	size_t at; /* where its words begin, in bytes of the text */
	struct nc_slice words;
	/* The one of its kind; borrowed while the visitor runs. */
	const struct nc_date *date;
	const struct nc_money *money;
	const struct nc_count *count;
};

typedef enum nc_status nc_fact_visit(void *context, const struct nc_fact *fact);

/*
 * year is the document's, for dates that name none (8/3, quý II, tháng 10);
 * 0 leaves those without days. Anything but NC_OK from visit ends the search
 * and is returned. NC_NO_MEMORY; NC_LIMIT for more than 1 MiB of text.
 */
enum nc_status nc_facts_find(struct nc_slice text, int year,
	nc_fact_visit *visit, void *context) NC_MUST_USE;

#endif
