#include "intake/check_book.h"

#include "intake/check_book_work.h"

#include <stdlib.h>
#include <string.h>

/* Of a field whose every record is looked at for the year and its
 * neighbours. */
#define BOOK_BYTES_MAX (512u * 1024 * 1024)

void nc_check_book_init(struct nc_check_book *book)
{
	*book = (struct nc_check_book){0};
	nc_arena_init(&book->arena, BOOK_BYTES_MAX);
}

void nc_check_book_fini(struct nc_check_book *book)
{
	nc_free(book->records);
	nc_arena_fini(&book->arena);
	*book = (struct nc_check_book){0};
}

static bool copy_value(struct nc_arena *arena, struct nc_value *value)
{
	uint8_t *bytes;

	if (value->kind != NC_VALUE_TEXT && value->kind != NC_VALUE_BYTES)
		return true;
	bytes = nc_arena_alloc(arena, value->bytes.size + 1);
	if (bytes == NULL)
		return false;
	if (value->bytes.size > 0)
		memcpy(bytes, value->bytes.data, value->bytes.size);
	bytes[value->bytes.size] = '\0';
	value->bytes.data = bytes;
	return true;
}

enum nc_status nc_check_book_add(struct nc_check_book *book,
	const struct nc_check_record *record, struct nc_error *err)
{
	size_t fields = record->entity->fields_count;
	size_t more = book->capacity == 0 ? 256 : book->capacity * 2;
	struct nc_check_record *grown;
	struct nc_value *values;

	if (book->count == book->capacity) {
		grown = nc_realloc(book->records, more * sizeof(*grown));
		if (grown == NULL)
			return nc_error_no_memory(err);
		book->records = grown;
		book->capacity = more;
	}
	values = nc_arena_array(&book->arena, fields, sizeof(*values));
	if (values == NULL)
		return nc_error_no_memory(err);
	memcpy(values, record->values, fields * sizeof(*values));
	for (size_t i = 0; i < fields; i++)
		if (!copy_value(&book->arena, &values[i]))
			return nc_error_no_memory(err);
	book->records[book->count] = *record;
	book->records[book->count++].values = values;
	return NC_OK;
}

struct sorting {
	const struct nc_check_book *book;
	const struct nc_id *id;
	size_t index;
};

static int compare_ids(const void *left, const void *right)
{
	const struct sorting *a = left, *b = right;
	int order = nc_id_compare(a->id, b->id);

	return order != 0 ? order : (a->index < b->index ? -1 : 1);
}

/* Room in the work's arena; zeroed. */
static void *zeroed(struct book_work *b, size_t count, size_t size)
{
	void *array = nc_arena_array(&b->work->arena, count + 1, size);

	if (array != NULL)
		memset(array, 0, (count + 1) * size);
	return array;
}

static enum nc_status index_records(struct book_work *b)
{
	const struct nc_check_book *book = b->book;
	struct sorting *sorting = zeroed(b, book->count, sizeof(*sorting));

	b->by_id = zeroed(b, book->count, sizeof(*b->by_id));
	b->notes = zeroed(b, book->count, sizeof(*b->notes));
	b->reports =
		zeroed(b, 2 * (book->unions_count + 1), sizeof(*b->reports));
	if (sorting == NULL || b->by_id == NULL || b->notes == NULL ||
		b->reports == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < book->count; i++)
		sorting[i] = (struct sorting){book, &book->records[i].id, i};
	if (book->count > 1)
		qsort(sorting, book->count, sizeof(*sorting), compare_ids);
	for (size_t i = 0; i < book->count; i++)
		b->by_id[i] = sorting[i].index;
	return NC_OK;
}

static void note_report(
	struct book_work *b, const struct nc_check_record *record)
{
	int year = book_year(record);

	if ((year == b->book->year || year == b->book->year - 1) &&
		(record->entity->number == NC_ENTITY_REPORT_PART ||
			(book_is_doing(record) && !book_is_open(record))))
		b->reports[2 * record->union_number + (year == b->book->year)] =
			true;
}

/* What is done or reported names what it carries out and tells of. */
static void note_links(struct book_work *b)
{
	const struct nc_check_book *book = b->book;

	for (size_t i = 0; i < book->count; i++) {
		const struct nc_check_record *record = &book->records[i];
		const struct nc_field *field =
			nc_entity_field_named(record->entity, "carried_from");
		const struct nc_check_record *link;

		link = field == NULL ? NULL
				     : book_link(b, record, field->number, 0);
		if (link != NULL)
			b->notes[book_index(b, link)].carried_on = true;
		note_report(b, record);
		if (book_is_doing(record)) {
			link = book_link(b, record, NC_DOING_PLAN_ITEM, 0);
			if (link != NULL)
				b->notes[book_index(b, link)].told = true;
		}
		if (record->entity->number != NC_ENTITY_REPORT_PART)
			continue;
		for (size_t k = 0; k < NC_REFERENCES_MAX; k++) {
			link = book_link(b, record, NC_REPORT_PART_ABOUT, k);
			if (link != NULL)
				b->notes[book_index(b, link)].told = true;
		}
	}
}

/* The layout: paragraphs with where each comes from. */
static bool grow(void **array, size_t *capacity, size_t count, size_t size)
{
	size_t more = *capacity == 0 ? 256 : *capacity * 2;
	void *grown;

	if (count < *capacity)
		return true;
	grown = nc_realloc(*array, more * size);
	if (grown == NULL)
		return false;
	*array = grown;
	*capacity = more;
	return true;
}

static enum nc_status open_part(
	struct book_work *b, enum nc_check_kind kind, size_t union_number)
{
	struct nc_check_part *last =
		b->parts_count == 0 ? NULL : &b->parts[b->parts_count - 1];

	/* Nothing stands in the last one. */
	if (last != NULL && last->from == b->lines_count)
		b->parts_count--;
	if (!grow((void **)&b->parts, &b->parts_capacity, b->parts_count,
		    sizeof(*b->parts)))
		return NC_NO_MEMORY;
	b->parts[b->parts_count++] =
		(struct nc_check_part){b->lines_count, kind, union_number};
	return NC_OK;
}

static enum nc_status put_paragraph(struct book_work *b,
	const struct nc_check_record *record, uint32_t field, size_t from,
	const char *prefix, struct nc_slice text, bool heading)
{
	struct nc_document *document = b->document;
	size_t before = strlen(prefix);
	char *copy;

	if (text.size == 0)
		return NC_OK;
	if (!grow((void **)&document->paragraphs, &document->capacity,
		    document->count, sizeof(*document->paragraphs)) ||
		!grow((void **)&b->lines, &b->lines_capacity, b->lines_count,
			sizeof(*b->lines)))
		return NC_NO_MEMORY;
	copy = nc_arena_alloc(&b->work->arena, before + text.size + 1);
	if (copy == NULL)
		return b->work->arena.starved ? NC_NO_MEMORY : NC_LIMIT;
	memcpy(copy, prefix, before);
	memcpy(copy + before, text.data, text.size);
	copy[before + text.size] = '\0';
	b->lines[b->lines_count++] =
		(struct book_line){book_index(b, record), field, from, before};
	document->paragraphs[document->count++] =
		(struct nc_paragraph){.text = copy,
			.marker = "",
			.list_level = -1,
			.heading_level = heading,
			.line = b->lines_count};
	if (b->notes[book_index(b, record)].order == 0)
		b->notes[book_index(b, record)].order = b->lines_count;
	return NC_OK;
}

/* A field, its lines one by one. */
static enum nc_status put_field(struct book_work *b,
	const struct nc_check_record *record, uint32_t field,
	const char *prefix)
{
	struct nc_slice text = book_slice(record, field), line;
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && book_item(text, i, &line); i++)
		status = put_paragraph(b, record, field,
			(size_t)(line.data - text.data), i == 0 ? prefix : "",
			line, false);
	return status;
}

static const char *bullet(int64_t level)
{
	return level < 1 ? "" : level % 2 == 1 ? "- " : "+ ";
}

static enum nc_status put_heading(struct book_work *b,
	const struct nc_check_record *record, uint32_t field, const char *label)
{
	const char *prefix = label;
	size_t size = strlen(label);

	if (size > 0)
		prefix = check_text(b->work, "%s%s ", label,
			label[size - 1] == '.' || label[size - 1] == ')' ? ""
									 : ".");
	return put_paragraph(
		b, record, field, 0, prefix, book_slice(record, field), true);
}

/* The book's record of a plan's row. */
static const struct nc_check_record *planned(
	const struct book_work *b, size_t union_number, const struct nc_id *id)
{
	const struct nc_check_book *book = b->book;

	for (size_t at = book_place(b, id); at < book->count; at++) {
		const struct nc_check_record *one =
			&book->records[b->by_id[at]];

		if (nc_id_compare(&one->id, id) != 0)
			break;
		if (one->union_number == union_number && !one->gone)
			return one;
	}
	return NULL;
}

static enum nc_status put_leads(struct book_work *b, size_t union_number,
	const struct nc_plan_lead *leads, size_t count)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < count && status == NC_OK; i++) {
		const struct nc_check_record *record =
			planned(b, union_number, &leads[i].id);

		if (record != NULL)
			status = put_field(b, record, NC_PLAN_TEXT, "");
	}
	return status;
}

static enum nc_status put_section(struct book_work *b, size_t union_number,
	const struct nc_plan_section *section)
{
	const struct nc_check_record *first = NULL;
	enum nc_status status = NC_OK;

	if (section->leads_count > 0)
		first = planned(b, union_number, &section->leads[0].id);
	else if (section->items_count > 0)
		first = planned(b, union_number, &section->items[0].id);
	if (first != NULL)
		status =
			put_heading(b, first, NC_PLAN_HEADING, section->letter);
	if (status == NC_OK)
		status = put_leads(
			b, union_number, section->leads, section->leads_count);
	for (size_t i = 0; i < section->items_count && status == NC_OK; i++) {
		const struct nc_plan_item *item = &section->items[i];
		const struct nc_check_record *record =
			planned(b, union_number, &item->id);

		if (record != NULL)
			status = put_field(b, record, NC_PLAN_TEXT,
				bullet((int64_t)item->level));
	}
	return status;
}

static enum nc_status put_plan(struct book_work *b, size_t union_number)
{
	const struct nc_plan *plan = b->book->plan;
	const struct nc_id *id = &b->book->unions[union_number - 1].id;
	enum nc_status status = NC_OK;

	if (plan == NULL)
		return NC_OK;
	for (size_t i = 0; i < plan->unions_count && status == NC_OK; i++) {
		const struct nc_plan_union *one = &plan->unions[i];

		if (nc_id_compare(&one->id, id) != 0)
			continue;
		status = open_part(b, NC_CHECK_PLAN, union_number);
		if (status == NC_OK)
			status = put_leads(
				b, union_number, one->leads, one->leads_count);
		for (size_t k = 0; k < one->sections_count && status == NC_OK;
			k++)
			status =
				put_section(b, union_number, &one->sections[k]);
	}
	return status;
}

static int compare_parts(const void *left, const void *right)
{
	const struct nc_check_record *a =
		*(const struct nc_check_record *const *)left;
	const struct nc_check_record *b =
		*(const struct nc_check_record *const *)right;
	int order = strcmp(book_text(a, NC_REPORT_PART_KIND),
		book_text(b, NC_REPORT_PART_KIND));

	if (order == 0)
		order = strcmp(book_text(a, NC_REPORT_PART_RANK),
			book_text(b, NC_REPORT_PART_RANK));
	return order != 0 ? order : nc_id_compare(&a->id, &b->id);
}

static bool is_same(const struct nc_check_record *a,
	const struct nc_check_record *b, uint32_t field)
{
	return strcmp(book_text(a, field), book_text(b, field)) == 0;
}

static enum nc_status put_report_part(struct book_work *b,
	const struct nc_check_record *record,
	const struct nc_check_record *before)
{
	enum nc_status status = NC_OK;

	if (before == NULL || !is_same(record, before, NC_REPORT_PART_KIND))
		status = open_part(b,
			book_is(record, NC_REPORT_PART_KIND, "plan") ||
					book_is(record, NC_REPORT_PART_KIND,
						"cluster-plan")
				? NC_CHECK_PLAN
				: NC_CHECK_REPORT,
			record->union_number);
	if (status == NC_OK &&
		(before == NULL ||
			!is_same(record, before, NC_REPORT_PART_PART) ||
			!is_same(record, before, NC_REPORT_PART_HEADING)))
		status = put_heading(b, record, NC_REPORT_PART_HEADING,
			book_text(record, NC_REPORT_PART_LABEL));
	if (status == NC_OK)
		status = put_field(b, record, NC_REPORT_PART_TEXT,
			bullet(book_integer(record, NC_REPORT_PART_LEVEL, 0)));
	return status;
}

static enum nc_status put_reports(struct book_work *b, size_t union_number)
{
	const struct nc_check_book *book = b->book;
	const struct nc_check_record **rows =
		zeroed(b, book->count, sizeof(const struct nc_check_record *));
	enum nc_status status = NC_OK;
	size_t count = 0;

	if (rows == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < book->count; i++) {
		const struct nc_check_record *record = &book->records[i];

		if (record->union_number == union_number &&
			record->entity->number == NC_ENTITY_REPORT_PART &&
			book_year(record) == book->year)
			rows[count++] = record;
	}
	if (count > 1)
		qsort(rows, count, sizeof(*rows), compare_parts);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status =
			put_report_part(b, rows[i], i > 0 ? rows[i - 1] : NULL);
	return status;
}

/* Title, words and result; of a plan item, which stands in the plan, what it
 * came to. */
static enum nc_status put_doing(
	struct book_work *b, const struct nc_check_record *record)
{
	static const uint32_t fields[] = {
		NC_DOING_TITLE, NC_DOING_TEXT, NC_DOING_RESULT};
	enum nc_status status = NC_OK;

	if (record->entity->number == NC_ENTITY_PLAN_ITEM && !record->gone)
		return put_field(b, record, NC_PLAN_RESULT, "");
	for (size_t k = 0; k < 3 && book_is_doing(record) && status == NC_OK;
		k++)
		status = put_field(b, record, fields[k], "");
	return status;
}

static enum nc_status put_doings(struct book_work *b, size_t union_number)
{
	const struct nc_check_book *book = b->book;
	enum nc_status status = open_part(b, NC_CHECK_REPORT, union_number);

	for (size_t i = 0; i < book->count && status == NC_OK; i++) {
		const struct nc_check_record *record = &book->records[i];

		if (record->union_number == union_number &&
			book_year(record) == book->year)
			status = put_doing(b, record);
	}
	return status;
}

static enum nc_status lay_out(struct book_work *b)
{
	const struct nc_check_book *book = b->book;
	enum nc_status status = NC_OK;

	for (size_t u = 1; u <= book->unions_count && status == NC_OK; u++) {
		status = put_plan(b, u);
		if (status == NC_OK)
			status = put_reports(b, u);
		if (status == NC_OK)
			status = put_doings(b, u);
	}
	for (size_t i = 0; i < book->count; i++)
		if (b->notes[i].order == 0)
			b->notes[i].order = b->lines_count + 1 + i;
	return status;
}

/* "Đà Nẵng: «Tổ chức …»" */
static enum nc_status name_places(
	struct book_work *b, const struct nc_check_place **ret_places)
{
	struct nc_check_place *places =
		zeroed(b, b->lines_count, sizeof(*places));

	if (places == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < b->lines_count; i++) {
		const struct nc_check_record *record =
			&b->book->records[b->lines[i].record];
		const char *text = b->document->paragraphs[i].text;
		size_t size = strlen(text), cut = size < 60 ? size : 60;
		char id[NC_ID_TEXT_SIZE];

		while (cut < size && cut > 0 &&
			((uint8_t)text[cut] & 0xc0) == 0x80)
			cut--;
		nc_id_format(id, &record->id);
		places[i].key = check_text(b->work, "%s", id);
		places[i].name = check_text(b->work, "%s «%.*s%s»",
			b->book->unions[record->union_number - 1].code,
			(int)(cut - b->lines[i].prefix),
			text + b->lines[i].prefix, cut < size ? "…" : "");
	}
	*ret_places = places;
	return NC_OK;
}

/* Leads what was found in the layout back to records. */
static void map_findings(struct book_work *b)
{
	struct nc_check *check = b->work->check;

	for (size_t i = 0; i < check->count; i++) {
		struct nc_finding *finding = &check->findings[i];
		const struct book_line *line = &b->lines[finding->line - 1];

		finding->record = &b->book->records[line->record];
		finding->union_number = finding->record->union_number;
		finding->field =
			nc_entity_field(finding->record->entity, line->field);
		finding->line = 0;
		if (finding->at == NC_CHECK_NOWHERE ||
			finding->at < line->prefix)
			finding->at = NC_CHECK_NOWHERE;
		else
			finding->at += line->from - line->prefix;
	}
}

/* A heading stands in every record of its section: one alone is not mended. */
static bool is_heading(const struct nc_finding *finding)
{
	return strcmp(finding->field->name, "heading") == 0;
}

/* The field as it would be with the mend in it; "" when that is not sure. */
static enum nc_status make_value(
	struct book_work *b, struct nc_finding *finding)
{
	struct nc_slice text, words = nc_slice_text(finding->words);
	char *value;

	finding->value = "";
	if (finding->field == NULL || finding->mend[0] == '\0' ||
		is_heading(finding))
		return NC_OK;
	if (finding->field->type != NC_TYPE_TEXT &&
		finding->field->type != NC_TYPE_LIST) {
		finding->value = finding->mend;
		return NC_OK;
	}
	text = book_slice(finding->record, finding->field->number);
	if (finding->at == NC_CHECK_NOWHERE ||
		finding->at + words.size > text.size ||
		memcmp(text.data + finding->at, words.data, words.size) != 0)
		return NC_OK;
	value = nc_arena_alloc(&b->work->check->arena,
		text.size - words.size + strlen(finding->mend) + 1);
	if (value == NULL)
		return NC_NO_MEMORY;
	memcpy(value, text.data, finding->at);
	strcpy(value + finding->at, finding->mend);
	memcpy(value + finding->at + strlen(finding->mend),
		text.data + finding->at + words.size,
		text.size - finding->at - words.size);
	value[text.size - words.size + strlen(finding->mend)] = '\0';
	finding->value = value;
	return NC_OK;
}

struct ranked {
	struct nc_finding finding;
	size_t union_number, order, at;
};

static int compare_ranked(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;
	int order;

	if (a->union_number != b->union_number)
		return a->union_number < b->union_number ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->finding.rule != b->finding.rule)
		return a->finding.rule < b->finding.rule ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	order = strcmp(a->finding.words, b->finding.words);
	return order != 0 ? order : strcmp(a->finding.why, b->finding.why);
}

static enum nc_status sort_findings(struct book_work *b)
{
	struct nc_check *check = b->work->check;
	struct ranked *ranked = nc_calloc(check->count + 1, sizeof(*ranked));

	if (ranked == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < check->count; i++) {
		const struct nc_finding *finding = &check->findings[i];

		ranked[i].finding = *finding;
		/* The cluster's own come last. */
		ranked[i].union_number = finding->union_number - 1;
		ranked[i].order =
			b->notes[book_index(b, finding->record)].order;
		ranked[i].at = finding->at;
	}
	qsort(ranked, check->count, sizeof(*ranked), compare_ranked);
	for (size_t i = 0; i < check->count; i++)
		check->findings[i] = ranked[i].finding;
	nc_free(ranked);
	return NC_OK;
}

static enum nc_status check_words_of(struct book_work *b, struct nc_error *err)
{
	struct nc_check_input input = {.document = b->document,
		.year = b->book->year,
		.parts = b->parts,
		.parts_count = b->parts_count};
	enum nc_status status = name_places(b, &input.places);

	if (status == NC_OK)
		status = book_days(b, &input.days, &input.days_count);
	if (status != NC_OK || b->lines_count == 0)
		return status;
	/* A part in which nothing stands ends where the document does. */
	while (input.parts_count > 0 &&
		b->parts[input.parts_count - 1].from >= b->lines_count)
		input.parts_count--;
	status = nc_check_document(b->work->check, &input, err);
	if (status == NC_OK)
		map_findings(b);
	return status;
}

typedef enum nc_status book_family(struct book_work *b);

static enum nc_status check_book(struct book_work *b, struct nc_error *err)
{
	static book_family *const families[] = {book_check_plans,
		book_check_doings, book_check_counters, book_check_names,
		book_check_papers, book_check_days};
	struct nc_check *check = b->work->check;
	enum nc_status status = index_records(b);

	if (status == NC_OK) {
		note_links(b);
		status = lay_out(b);
	}
	if (status == NC_OK)
		status = check_words_of(b, err);
	for (size_t i = 0;
		i < sizeof(families) / sizeof(families[0]) && status == NC_OK;
		i++)
		status = families[i](b);
	for (size_t i = 0; i < check->count && status == NC_OK; i++)
		status = make_value(b, &check->findings[i]);
	return status == NC_OK ? sort_findings(b) : status;
}

static void book_work_fini(struct book_work *b)
{
	nc_free(b->lines);
	nc_free(b->parts);
}

enum nc_status nc_check_records(struct nc_check *check,
	const struct nc_check_book *book, struct nc_error *err)
{
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct check_work work NC_AUTO(check_work_fini) = {0};
	struct book_work b NC_AUTO(book_work_fini) = {
		.book = book, .work = &work, .document = &document};
	struct nc_check_input input = {
		.document = &document, .year = book->year};
	enum nc_status status = NC_NO_MEMORY;

	nc_document_init(&document);
	if (check_work_init(&work, check, &input))
		status = check_book(&b, err);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status == NC_LIMIT)
		return nc_error_set(err, status,
			_("There are more words than the checker takes at "
			  "once; check one union at a time."));
	return status;
}

const struct nc_check_record *nc_check_exception(
	const struct nc_check_book *book, const struct nc_finding *finding)
{
	for (size_t i = 0; i < book->count; i++) {
		const struct nc_check_record *record = &book->records[i];
		const struct nc_value *of;
		struct nc_id id;

		if (record->entity->number != NC_ENTITY_EXCEPTION ||
			record->union_number != finding->union_number ||
			!book_is(
				record, NC_EXCEPTION_RULE, finding->rule->id) ||
			!book_is(record, NC_EXCEPTION_WORDS, finding->words))
			continue;
		if (book_integer(record, NC_EXCEPTION_YEAR, book->year) !=
			book->year)
			continue;
		of = &record->values[nc_entity_field_index(record->entity,
			nc_entity_field(record->entity, NC_EXCEPTION_OF))];
		if (nc_references_at(of, 0, &id) &&
			nc_id_compare(&id, &finding->record->id) == 0)
			return record;
	}
	return NULL;
}
