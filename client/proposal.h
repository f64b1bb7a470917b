/*
 * proposal.c: a proposal on the screen and as JSON, for other commands too.
 */
#ifndef NC_CLIENT_PROPOSAL_H
#define NC_CLIENT_PROPOSAL_H

#include "command/view.h"
#include "intake/proposal.h"

json_t *nc_proposal_json(
	struct nc_json *json, const struct nc_proposal *proposal);
enum nc_status nc_proposal_print(struct nc_view *view,
	const struct nc_proposal *proposal, struct nc_error *err) NC_MUST_USE;

#endif
