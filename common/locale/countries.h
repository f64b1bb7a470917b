/*
 * Countries (and two that the offices list with them: the European Union, and
 * Đài Loan as a territory): names, codes, national days, diplomatic relations
 * with Viet Nam; and where a text names one.
 */
#ifndef NC_LOCALE_COUNTRIES_H
#define NC_LOCALE_COUNTRIES_H

#include "base/bytes.h"
#include "locale/day.h"

enum nc_country_group {
	NC_COUNTRY_ASEAN,
	NC_COUNTRY_NEIGHBOUR,
	NC_COUNTRY_TRADITIONAL,
	NC_COUNTRY_PARTNER,
	NC_COUNTRY_OTHER,
	NC_COUNTRY_ORGANISATION,
	NC_COUNTRY_TERRITORY /* no diplomatic relations */
};

struct nc_country {
	const char *iso2; /* ISO 3166; "EU" is only reserved there */
	const char *iso3; /* "" for the European Union */
	const char *name_vi, *name_en, *full_name_vi;
	const char *aliases; /* other names and spellings, between '|' */
	enum nc_country_group group;
	int national_day, national_month; /* 0: none that is fixed */
	int national_since;		  /* year it counts from; 0 unknown */
	char national_confidence;	  /* H, M, L; '-' nothing stated */
	struct nc_day relations;	  /* year 0: not stated */
	char relations_confidence;
};

extern const struct nc_country nc_countries[];
extern const size_t nc_countries_count;

/* By ISO code of two or three capitals; NULL when there is none. */
const struct nc_country *nc_country_by_code(const char *code);
/* The index-th name: Vietnamese, full, English, then the aliases; false past
 * the last. Borrowed. */
bool nc_country_name(const struct nc_country *country, size_t index,
	struct nc_slice *ret_name);
/* By any of its names, in any case, however its tones are placed, i for y,
 * nothing else in the text; NULL when there is none. For a field that holds a
 * country: no rule of nc_countries_find applies. */
const struct nc_country *nc_country_by_name(struct nc_slice name);

struct nc_country_hit {
	const struct nc_country *country;
	size_t at, size; /* the words, bytes in the text */
};

/*
 * Finds the countries that a running text (NFC) names, in order, at most max
 * of them; NC_NO_MEMORY is the only failure. Viet Nam is not reported: it is in
 * every line. What looks like a country and is none is left out by rules that
 * country_find.c gives one by one: longer proper names (Lào Cai, Vạn Đức),
 * persons (ông Đức), languages (tiếng Anh, Pháp ngữ), common words (ý kiến, mỹ
 * thuật), goods and winds (thịt bò Úc, gió Lào).
 */
enum nc_status nc_countries_find(struct nc_slice text,
	struct nc_country_hit *hits, size_t max, size_t *ret_count) NC_MUST_USE;

#endif
