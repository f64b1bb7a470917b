/*
 * One expression at a token: what the scanners are made of. Each returns how
 * many tokens it takes from i on, 0 for none. Inside this room only.
 */
#ifndef NC_LOCALE_FIND_H
#define NC_LOCALE_FIND_H

#include "locale/date.h"
#include "locale/money.h"
#include "locale/token.h"

/* alone: the text is nothing else, so that what stands around it in running
 * text (a unit, no "số" before it) is not asked for. NC_LIMIT in *ret_status
 * when the number is too large. */
size_t nc_count_at(const struct nc_tokens *tokens, size_t i, bool alone,
	struct nc_count *ret_count, enum nc_status *ret_status);
size_t nc_money_at(const struct nc_tokens *tokens, size_t i,
	struct nc_money *ret_money, enum nc_status *ret_status);
/* year: of the document, 0 for none. */
size_t nc_date_at(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date);
/* The index-th of the several dates of a list that was found at i. */
void nc_date_listed(const struct nc_tokens *tokens, size_t i, int year,
	const struct nc_date *list, unsigned index, struct nc_date *ret_date);
/* Numbers that count nothing: 157/QĐ-UBND, telephones. */
size_t nc_reference_at(const struct nc_tokens *tokens, size_t i);
/* A number that is one of a series, not a count, begins at i: số 5. */
bool nc_reference_before(const struct nc_tokens *tokens, size_t i);
/* A number that is a document's, or one of its parts', begins at i: số 12/3,
 * Nghị định 12/2023. */
bool nc_document_before(const struct nc_tokens *tokens, size_t i);
/* What bears a day's name stands before i: đường 2/4, Quảng trường 2/4. */
bool nc_place_before(const struct nc_tokens *tokens, size_t i);
/* The digits at i go on from what stands before them: F315, 0258.38. */
bool nc_number_is_inside(const struct nc_tokens *tokens, size_t i);

#endif
