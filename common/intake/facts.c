#include "intake/facts.h"

#include "base/memory.h"

#include <string.h>

/* The most countries that are found in one go; then once more with twice. */
#define HITS_FIRST 32

struct finding {
	nc_intake_fact_visit *visit;
	void *context;
	struct nc_slice line;
	size_t line_at; /* bytes of the text before the line */
	struct nc_country_hit *hits;
	size_t hits_count, hits_capacity;
	size_t next;  /* of hits: the first not visited yet */
	size_t taken; /* bytes of the line that other facts have had */
};

const char *nc_intake_fact_name(enum nc_intake_fact_kind kind)
{
	static const char *const names[NC_INTAKE_FACTS] = {
		"date", "anniversary", "money", "country", "count"};

	return names[kind];
}

int nc_intake_fact_years(const struct nc_date *anniversary)
{
	return anniversary->years != 0 ? anniversary->years
				       : anniversary->years_between;
}

static enum nc_status find_countries(struct finding *finding)
{
	for (;;) {
		size_t more = finding->hits_capacity == 0
				      ? HITS_FIRST
				      : finding->hits_capacity * 2;
		struct nc_country_hit *hits;
		enum nc_status status;

		if (finding->hits_capacity > 0) {
			status = nc_countries_find(finding->line, finding->hits,
				finding->hits_capacity, &finding->hits_count);
			if (status != NC_OK ||
				finding->hits_count < finding->hits_capacity)
				return status;
		}
		hits = nc_realloc(finding->hits, more * sizeof(*hits));
		if (hits == NULL)
			return NC_NO_MEMORY;
		finding->hits = hits;
		finding->hits_capacity = more;
	}
}

/* Visits the countries that begin before a place in the line. */
static enum nc_status visit_countries(struct finding *finding, size_t before)
{
	enum nc_status status = NC_OK;

	while (status == NC_OK && finding->next < finding->hits_count) {
		const struct nc_country_hit *hit =
			&finding->hits[finding->next];
		struct nc_intake_fact fact = {
			.kind = NC_INTAKE_COUNTRY,
			.at = finding->line_at + hit->at,
			.words = nc_slice(
				finding->line.data + hit->at, hit->size),
			.country = hit->country,
		};

		if (hit->at >= before)
			break;
		finding->next++;
		if (hit->at >= finding->taken)
			status = finding->visit(finding->context, &fact);
	}
	return status;
}

static bool encloses_countries(const struct nc_intake_fact *fact)
{
	return fact->kind == NC_INTAKE_ANNIVERSARY ||
	       (fact->kind == NC_INTAKE_COUNT && fact->count->listed);
}

static enum nc_status visit_fact(void *context, const struct nc_fact *found)
{
	static const enum nc_intake_fact_kind kinds[] = {
		[NC_FACT_DATE] = NC_INTAKE_DATE,
		[NC_FACT_MONEY] = NC_INTAKE_MONEY,
		[NC_FACT_COUNT] = NC_INTAKE_COUNT,
	};
	struct finding *finding = context;
	enum nc_status status = visit_countries(finding, found->at);
	struct nc_intake_fact fact = {
		.kind = kinds[found->kind],
		.at = finding->line_at + found->at,
		.words = found->words,
	};

	if (found->kind == NC_FACT_DATE) {
		fact.date = found->date;
		if (fact.date->kind == NC_DATE_NONE)
			return status;
		if (fact.date->kind == NC_DATE_ANNIVERSARY)
			fact.kind = NC_INTAKE_ANNIVERSARY;
	}
	fact.money = found->kind == NC_FACT_MONEY ? found->money : NULL;
	fact.count = found->kind == NC_FACT_COUNT ? found->count : NULL;
	if (status == NC_OK)
		status = finding->visit(finding->context, &fact);
	if (!encloses_countries(&fact))
		finding->taken = found->at + found->words.size;
	return status;
}

static enum nc_status find_in_line(struct finding *finding, int year)
{
	enum nc_status status;

	finding->next = finding->hits_count = finding->taken = 0;
	status = find_countries(finding);
	if (status == NC_OK)
		status =
			nc_facts_find(finding->line, year, visit_fact, finding);
	if (status == NC_OK)
		status = visit_countries(finding, SIZE_MAX);
	return status;
}

enum nc_status nc_intake_facts_find(struct nc_slice text, int year,
	nc_intake_fact_visit *visit, void *context)
{
	struct finding finding = {.visit = visit, .context = context};
	enum nc_status status = NC_OK;
	size_t at = 0;

	while (status == NC_OK && at < text.size) {
		const uint8_t *line = text.data + at;
		const uint8_t *end = memchr(line, '\n', text.size - at);
		size_t size =
			end == NULL ? text.size - at : (size_t)(end - line);

		finding.line = nc_slice(line, size);
		finding.line_at = at;
		if (size > 0)
			status = find_in_line(&finding, year);
		at += size + 1;
	}
	nc_free(finding.hits);
	return status;
}
