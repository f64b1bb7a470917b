/*
 * The plan reader: paragraphs → a plan of all unions that the document holds.
 */
#ifndef NC_INTAKE_PLAN_READER_H
#define NC_INTAKE_PLAN_READER_H

#include "intake/document.h"
#include "model/plan.h"

/*
 * Fills plan from document. A document without union headings is one union
 * with an empty name and code. Every paragraph lands in a union (lead,
 * heading, item) or in plan->left_out.
 */
enum nc_status nc_plan_read(const struct nc_document *document,
	struct nc_plan *plan, struct nc_error *err) NC_MUST_USE;

#endif
