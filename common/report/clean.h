/*
 * Text as every writer can print it: what XML 1.0, HTML and a terminal all
 * hold. See nc_report_document_print in document.h.
 */
#ifndef NC_REPORT_CLEAN_H
#define NC_REPORT_CLEAN_H

#include "base/memory.h"

#include <stdbool.h>

bool nc_report_is_clean(const char *text);
/* A clean copy; NULL when the arena gives no more. */
const char *nc_report_clean(struct nc_arena *arena, const char *text);

#endif
