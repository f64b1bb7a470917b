/* What a copied record should say in its own year. */
#include "intake/carry.h"
#include "intake/proposal.h"

#include <stdio.h>
#include <string.h>

/* The words of records: what carries years. */
static const char *const texts[] = {"title", "heading", "text"};

struct carrying {
	struct nc_proposals *to;
	const struct nc_record *record, *source;
	int from_year, to_year;
	char source_id[NC_ID_TEXT_SIZE];
	struct nc_error *err;
};

static struct nc_slice text_of(
	const struct nc_record *record, const struct nc_field *field)
{
	struct nc_value value = nc_record_value(record, field->number);

	return value.kind == NC_VALUE_TEXT ? value.bytes : nc_slice(NULL, 0);
}

static enum nc_status propose(struct carrying *carrying,
	const struct nc_field *field, struct nc_value value,
	struct nc_slice words, const char *why)
{
	struct nc_proposal draft = {
		.kind = NC_PROPOSE_CARRIED,
		.field = field,
		.value = value,
		.source = carrying->source_id,
		.why = why,
	};

	draft.words = nc_arena_text(&carrying->to->arena,
		words.size == 0 ? "" : (const char *)words.data, words.size);
	if (draft.words == NULL)
		return nc_error_no_memory(carrying->err);
	return nc_proposals_add(
		carrying->to, carrying->record, &draft, carrying->err);
}

/* "Copied from 2023: …" in the arena. */
static const char *why_of(struct carrying *carrying, const char *changes)
{
	const char *format = _("Copied from %d: %s.");
	size_t size = strlen(format) + strlen(changes) + 16;
	char *why = nc_arena_alloc(&carrying->to->arena, size);

	if (why != NULL)
		snprintf(why, size, format, carrying->from_year, changes);
	return why;
}

static enum nc_status propose_text(struct carrying *carrying,
	const struct nc_field *field, struct nc_slice text,
	struct nc_slice source)
{
	struct nc_carried carried;
	const char *why;
	enum nc_status status = nc_carry_text(&carrying->to->arena, text,
		source, carrying->from_year, carrying->to_year, &carried,
		carrying->err);

	if (status != NC_OK || carried.count == 0)
		return status;
	why = why_of(carrying, carried.changes);
	if (why == NULL)
		return nc_error_no_memory(carrying->err);
	return propose(
		carrying, field, nc_value_text(carried.text), source, why);
}

static enum nc_status propose_texts(struct carrying *carrying)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct nc_field *field = nc_entity_field_named(
			carrying->record->entity, texts[i]);
		struct nc_slice text;

		if (field == NULL || status != NC_OK)
			continue;
		text = text_of(carrying->record, field);
		if (text.size > 0)
			status = propose_text(carrying, field, text,
				text_of(carrying->source, field));
	}
	return status;
}

/* What was printed of the time: quý II/2023; where nothing stands yet. */
static enum nc_status propose_when_words(struct carrying *carrying)
{
	const struct nc_field *field =
		nc_entity_field_named(carrying->record->entity, "when_words");
	struct nc_slice source;

	if (field == NULL || text_of(carrying->record, field).size > 0)
		return NC_OK;
	source = text_of(carrying->source, field);
	if (source.size == 0)
		return NC_OK;
	return propose_text(carrying, field, source, source);
}

static struct nc_slice words_of(const struct nc_record *record)
{
	struct nc_slice words = nc_slice(NULL, 0);

	for (size_t i = sizeof(texts) / sizeof(texts[0]);
		i-- > 0 && words.size == 0;) {
		const struct nc_field *field =
			nc_entity_field_named(record->entity, texts[i]);

		if (field != NULL)
			words = text_of(record, field);
	}
	return words;
}

static enum nc_status propose_date(struct carrying *carrying, const char *name)
{
	const struct nc_field *field =
		nc_entity_field_named(carrying->record->entity, name);
	struct nc_slice source;
	char date[NC_CARRY_DATE_SIZE];
	const char *why;

	if (field == NULL || field->type != NC_TYPE_DATE ||
		text_of(carrying->record, field).size > 0)
		return NC_OK;
	source = text_of(carrying->source, field);
	if (nc_carry_festival(words_of(carrying->source), source,
		    carrying->from_year, carrying->to_year, date))
		why = _("The day of the lunar festival in this record's year.");
	else if (nc_carry_date(
			 source, carrying->from_year, carrying->to_year, date))
		why = _("The time of the record that this was copied from, in "
			"this record's year.");
	else
		return NC_OK;
	return propose(carrying, field, nc_value_text(date), source, why);
}

/* The first state of a record's life: nothing was done yet. */
static const char *first_state(const struct nc_field *status)
{
	static const char *const states[] = {"planned", "soliciting"};

	for (const struct nc_choice *choice = status->choices;
		choice->name != NULL; choice++)
		for (size_t i = 0; i < 2; i++)
			if (strcmp(choice->name, states[i]) == 0)
				return choice->name;
	return NULL;
}

/* Until a person says so, a copy is not looked at. */
static enum nc_status propose_review(struct carrying *carrying)
{
	const struct nc_entity *entity = carrying->record->entity;
	const struct nc_field *status = nc_entity_field_named(entity, "status");
	const struct nc_field *from = nc_carried_from_field(entity);
	const char *state = status == NULL ? NULL : first_state(status);

	if (state == NULL)
		return propose(carrying, from,
			nc_record_value(carrying->record, from->number),
			nc_slice(NULL, 0),
			_("Copied and not looked at yet; accept this when it "
			  "is as it should be."));
	if (nc_record_value(carrying->record, status->number).kind !=
		NC_VALUE_ABSENT)
		return NC_OK;
	return propose(carrying, status, nc_value_text(state),
		nc_slice(NULL, 0),
		_("Copied and not looked at yet; accept this when it is as it "
		  "should be."));
}

enum nc_status nc_propose_carried(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_record *source,
	struct nc_error *err)
{
	uint32_t year = nc_year_field(record->entity)->number;
	struct carrying carrying = {
		.to = proposals,
		.record = record,
		.source = source,
		.from_year = (int)nc_record_integer(source, year, 0),
		.to_year = (int)nc_record_integer(record, year, 0),
		.err = err,
	};
	enum nc_status status;

	if (carrying.from_year == 0 || carrying.to_year == 0 ||
		carrying.from_year == carrying.to_year)
		return NC_OK;
	nc_id_format(carrying.source_id, &source->id);
	status = propose_texts(&carrying);
	if (status == NC_OK)
		status = propose_when_words(&carrying);
	if (status == NC_OK)
		status = propose_date(&carrying, "when");
	if (status == NC_OK)
		status = propose_date(&carrying, "until");
	if (status == NC_OK)
		status = propose_review(&carrying);
	return status;
}
