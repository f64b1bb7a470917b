/*
 * The rules of the date reader: each looks at one token and says how many it
 * takes, 0 for none. Inside this room only.
 */
#ifndef NC_LOCALE_DATE_RULE_H
#define NC_LOCALE_DATE_RULE_H

#include "locale/date.h"
#include "locale/token.h"

/* year: of the document, or 0. *ret_date is written only when tokens are
 * taken; words are left to the caller. */
typedef size_t nc_date_rule(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date);

nc_date_rule nc_date_rule_days;	    /* 01 - 06/12/2023 */
nc_date_rule nc_date_rule_months;   /* cuối tháng 11/2023 */
nc_date_rule nc_date_rule_quarters; /* quý II, III/2024 */
nc_date_rule nc_date_rule_half;	    /* 6 tháng đầu năm */
nc_date_rule nc_date_rule_years;    /* năm 2024, 2003 - 2023 */
nc_date_rule nc_date_rule_ages;	    /* thập niên 90, thế kỷ XX */
nc_date_rule nc_date_rule_feast;    /* Tết Nguyên đán Giáp Thìn */
nc_date_rule nc_date_rule_moon;	    /* rằm tháng Bảy, năm Giáp Thìn */
nc_date_rule nc_date_rule_buddhist; /* PL 2567 */
nc_date_rule nc_date_rule_anniversary; /* kỷ niệm 55 năm … (pair) */

/* The index-th date of the list with gaps that such a rule found at i. */
typedef void nc_date_of_list(const struct nc_tokens *tokens, size_t i, int year,
	unsigned index, struct nc_date *ret_date);

nc_date_of_list nc_date_of_days;     /* 2/9 và 22/12/2025 */
nc_date_of_list nc_date_of_months;   /* tháng 3 và tháng 9/2025 */
nc_date_of_list nc_date_of_quarters; /* quý I, IV/2025 */
nc_date_of_list nc_date_of_years;    /* các năm 2020 và 2025 */

/* Appends to what is printed; what does not fit is left out. */
void nc_date_put(struct nc_date *date, const char *format, ...) NC_PRINTF(2, 3);
/* Tokens first to last - 1 as typed, with single spaces. */
void nc_date_put_tokens(struct nc_date *date, const struct nc_tokens *tokens,
	size_t first, size_t last);

/* A year of four digits from first to last that is not part of a number. */
bool nc_date_year_at(const struct nc_tokens *tokens, size_t i, int first,
	int last, int *ret_year);
/* "/2024", "năm 2024", ", năm 2024", "- 2024": tokens taken. */
size_t nc_date_year_after(
	const struct nc_tokens *tokens, size_t i, int *ret_year);
/* 1 to 12 in digits or words; *ret_lunar for Giêng and Chạp: tokens taken. */
size_t nc_date_month_at(const struct nc_tokens *tokens, size_t i,
	int *ret_month, bool *ret_lunar);
/* I to XXXIX: 0 when it is none. */
int nc_date_roman(const struct nc_tokens *tokens, size_t i);
/* "Giáp Thìn": tokens taken (2), and its place in the cycle of 60. */
size_t nc_date_can_chi(
	const struct nc_tokens *tokens, size_t i, int *ret_place);
/* The lunar year of a place in the cycle nearest to year; without a year that
 * of 1984 to 2043. */
int nc_date_can_chi_year(int place, int year);
int nc_date_can_chi_place(int year);
/* Sets both ends to a day of the lunar calendar; false when there is none. */
bool nc_date_set_lunar(
	struct nc_date *date, int year, int month, bool leap, int day);

#endif
