/*
 * The values that an enumeration may have, and their names for people. A line
 * more is a new version of the model (model/model.h).
 */
#ifndef NC_MODEL_CHOICES_H
#define NC_MODEL_CHOICES_H

#include "base/bytes.h"

/* One of an enumeration's values; the list ends with a NULL name. */
struct nc_choice {
	const char *name; /* stable, in the data */
	const char *label_vi;
	const char *label_en;
};

extern const struct nc_choice nc_choices_areas[], nc_choices_roles[],
	nc_choices_item_states[], nc_choices_document_kinds[],
	nc_choices_verdicts[], nc_choices_hub_reasons[],
	nc_choices_cluster_roles[], nc_choices_succession_kinds[],
	nc_choices_calendars[], nc_choices_day_kinds[], nc_choices_item_kinds[],
	nc_choices_qualifiers[], nc_choices_indicators[],
	nc_choices_member_kinds[], nc_choices_member_states[],
	nc_choices_congress_kinds[], nc_choices_partner_kinds[],
	nc_choices_registration_kinds[], nc_choices_directions[],
	nc_choices_parts_played[], nc_choices_bodies[], nc_choices_origins[],
	nc_choices_guest_kinds[], nc_choices_activity_kinds[],
	nc_choices_activity_classes[], nc_choices_aid_states[],
	nc_choices_aid_forms[], nc_choices_sectors[], nc_choices_aid_parts[],
	nc_choices_payment_kinds[], nc_choices_opinion_kinds[],
	nc_choices_opinions[], nc_choices_agreement_kinds[],
	nc_choices_levels[], nc_choices_modes[], nc_choices_training_parts[],
	nc_choices_channels[], nc_choices_overseas_kinds[],
	nc_choices_greeting_forms[], nc_choices_paper_kinds[],
	nc_choices_periods[], nc_choices_paper_states[],
	nc_choices_report_sections[], nc_choices_assessments[],
	nc_choices_topics[], nc_choices_proposal_kinds[],
	nc_choices_proposal_states[];

/* The name of the choice whose name or label, in either language, words are,
 * whatever the capitals and marks; NULL when none is. */
const char *nc_choice_named(
	const struct nc_choice *choices, struct nc_slice words);

#endif
