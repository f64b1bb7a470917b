/*
 * What is counted: the noun after a number. Inside this room only.
 */
#ifndef NC_LOCALE_UNIT_H
#define NC_LOCALE_UNIT_H

#include "locale/number.h"
#include "locale/token.h"

enum nc_unit_kind {
	NC_UNIT_NONE,
	NC_UNIT_KNOWN, /* of our list */
	NC_UNIT_OTHER, /* some noun in lower case: one or two syllables */
	NC_UNIT_NAME   /* a name: 18 Lào */
};

/* Tokens that the unit takes from i on, its text and kind; 0: none. */
size_t nc_unit_read(const struct nc_tokens *tokens, size_t i,
	char out[NC_NUMBER_UNIT_SIZE], enum nc_unit_kind *ret_kind);
/* A unit of our list begins at i, in lower case. */
bool nc_unit_is_known(const struct nc_tokens *tokens, size_t i);
/* "/người", "/hộ/năm", "mỗi hộ", "một suất": tokens taken, and per. */
size_t nc_unit_per(const struct nc_tokens *tokens, size_t i,
	char out[NC_NUMBER_UNIT_SIZE]);
/* The tokens before i end in "mỗi hộ (được, trị giá)". */
void nc_unit_per_before(const struct nc_tokens *tokens, size_t i,
	char out[NC_NUMBER_UNIT_SIZE]);

#endif
