/*
 * Dates as Vietnamese offices write them, at the precision they state, read
 * and printed: days, ranges, months and parts of them, quarters in Roman
 * numerals, half-years, years, periods, terms, school years, days of the lunar
 * calendar, Buddhist years, and the pairs of an anniversary. The day always
 * stands before the month.
 * Sources: shared/reference/vn_conventions.md, "Dates", and date_cases.csv;
 * the half-year that ends on 14 June: Decree 09/2019/NĐ-CP, art. 12; round
 * years: Decree 145/2013/NĐ-CP, art. 3(1).
 */
#ifndef NC_LOCALE_DATE_H
#define NC_LOCALE_DATE_H

#include "base/bytes.h"
#include "locale/day.h"

enum nc_date_kind {
	NC_DATE_NONE,		 /* words without a date */
	NC_DATE_INVALID,	 /* written as a date, and no such day: 31/6 */
	NC_DATE_DAY,		 /* 17/11/2023 */
	NC_DATE_RECURRING,	 /* 8/3: a day of any year */
	NC_DATE_RANGE,		 /* 01 - 06/12/2023 */
	NC_DATE_PAIR,		 /* 13/8/1926 - 13/8/2023 */
	NC_DATE_MONTH_PART,	 /* cuối tháng 11/2023 */
	NC_DATE_MONTH,		 /* tháng 7/2023 */
	NC_DATE_MONTHS,		 /* tháng 7 - 9/2024 */
	NC_DATE_QUARTER,	 /* quý IV/2024 */
	NC_DATE_QUARTERS,	 /* quý II, III/2024 */
	NC_DATE_QUARTERS_EITHER, /* quý II hoặc quý III/2024 */
	NC_DATE_HALF,		 /* 6 tháng đầu năm 2024 */
	NC_DATE_YEAR_PART,     /* đầu năm 2024, 9 tháng đầu năm 2024 */
	NC_DATE_YEAR,	       /* năm 2024 */
	NC_DATE_YEAR_PAIR,     /* 2003 - 2023 */
	NC_DATE_PERIOD,	       /* giai đoạn 2018 - 2025 */
	NC_DATE_TERM,	       /* nhiệm kỳ 2024 - 2029 */
	NC_DATE_SCHOOL_YEAR,   /* năm học 2023 - 2024 */
	NC_DATE_DECADE,	       /* thập niên 1990 */
	NC_DATE_CENTURY,       /* thế kỷ XX */
	NC_DATE_LUNAR_DAY,     /* mùng 3 tháng Giêng */
	NC_DATE_LUNAR_YEAR,    /* Tết Nguyên đán Giáp Thìn 2024 */
	NC_DATE_BUDDHIST_YEAR, /* PL 2567 */
	NC_DATE_ANNIVERSARY,   /* kỷ niệm 55 năm … (pair) */
	NC_DATE_KINDS
};

enum nc_date_precision {
	NC_PRECISION_NONE,
	NC_PRECISION_DAY,
	NC_PRECISION_MONTH_PART,
	NC_PRECISION_MONTH,
	NC_PRECISION_QUARTER,
	NC_PRECISION_HALF,
	NC_PRECISION_YEAR_PART,
	NC_PRECISION_YEAR,
	NC_PRECISION_DECADE,
	NC_PRECISION_CENTURY,
	NC_PRECISIONS
};

enum nc_date_warning {
	NC_DATE_MALFORMED = 1,	  /* 22/9.1863, 31/12/2021của */
	NC_DATE_AMBIGUOUS = 2,	  /* another reading is as good */
	NC_DATE_CONTRADICTS = 4,  /* Quý Mão 2024 */
	NC_DATE_YEAR_ASSUMED = 8, /* the year is the document's */
	NC_DATE_BACKWARDS = 16	  /* the end is before the start */
};

/* Decree 145/2013/NĐ-CP. */
enum nc_anniversary_class {
	NC_ANNIVERSARY_ROUND, /* năm tròn: ends in 0 */
	NC_ANNIVERSARY_FIVE,  /* năm lẻ 5 */
	NC_ANNIVERSARY_OTHER  /* năm khác */
};

#define NC_DATE_PRINTED_SIZE 160

struct nc_date {
	struct nc_slice words; /* of the text that was read */
	enum nc_date_kind kind;
	enum nc_date_precision precision;
	bool lunar; /* the words are of the lunar calendar */
	/* First and last day; of a pair the two days. year 0: not known. */
	struct nc_day from, to;
	/* What counts is the years, not their first and last days: terms,
	 * school years, pairs of years. */
	bool by_year;
	/* A day of any year, solar or (lunar) of the lunar calendar. */
	int day, month;
	bool leap_month;
	int years; /* as written (kỷ niệm 55 năm); 0: not written */
	int years_between; /* from the pair; 0: no pair */
	unsigned warnings; /* nc_date_warning */
	/* Inside this room: a list with gaps (quý I và quý III) has several
	 * dates, which are visited one by one; 0: it is one date. */
	unsigned several;
	char printed[NC_DATE_PRINTED_SIZE]; /* the words, as to be printed */
};

/* "range", "anniversary pair", …: stable names. */
const char *nc_date_kind_name(enum nc_date_kind kind);
/* "day", "month part", … */
const char *nc_date_precision_name(enum nc_date_precision precision);
/* The start or end as ISO 8601: a day, or a year for by_year; "" when it is
 * not known. */
void nc_date_from_iso(char out[NC_DAY_TEXT_SIZE], const struct nc_date *date);
void nc_date_to_iso(char out[NC_DAY_TEXT_SIZE], const struct nc_date *date);
/* ISO 8601 at the precision, as records store it: 2024, 2024-H1, 2024-Q2,
 * 2024-10, 2024-12-02; both ends with a slash when they differ; "" without
 * days. */
#define NC_DATE_STORED_SIZE 24
void nc_date_stored(char out[NC_DATE_STORED_SIZE], const struct nc_date *date);
/* The first and the last day of one such value; year 0 when it is none. */
struct nc_day nc_date_stored_first(const char *stored);
struct nc_day nc_date_stored_last(const char *stored);
/* One such value as offices print it: "năm 2024", "6 tháng đầu năm 2024", "quý
 * II/2024", "tháng 10/2024", "02/12/2024"; what is none as it is. */
void nc_date_stored_print(char out[NC_DATE_PRINTED_SIZE], const char *stored);

enum nc_anniversary_class nc_anniversary_class_of(int years);
/* "tròn", "lẻ 5", "khác". */
const char *nc_anniversary_class_name(enum nc_anniversary_class of);

/* "01/3/1943": days below 10 and the months 1 and 2 have two digits. */
void nc_date_print_day(char out[NC_DAY_TEXT_SIZE], struct nc_day day);

typedef enum nc_status nc_date_visit(void *context, const struct nc_date *date);

/* Visits every date in running text, as nc_facts_find (facts.h) does: year is
 * the document's, for dates that name none; 0 for none. */
enum nc_status nc_dates_find(struct nc_slice text, int year,
	nc_date_visit *visit, void *context) NC_MUST_USE;

/*
 * Reads text that is one date. Words without any date give NC_DATE_NONE (khi
 * có thông báo tài trợ). NC_INVALID with a sentence for a day that does not
 * exist, and for text that holds more than one date.
 */
enum nc_status nc_date_parse(struct nc_slice text, int year,
	struct nc_date *ret_date, struct nc_error *err) NC_MUST_USE;

#endif
