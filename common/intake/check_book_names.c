/* R16: names as their records have them; one name for a country. */
#include "intake/check_book_work.h"

#include <stdlib.h>
#include <string.h>

/* A name that is not the one to use. */
struct alias {
	const struct nc_check_record *record;
	size_t union_number;
	const char *phrase; /* the alias */
	const char *proper; /* the name's phrase */
	const char *name;
	bool is_short; /* right once the whole name has stood somewhere */
	bool proper_seen;
	/* Where a short name stood first. */
	size_t line, at, size;
};

/* How often a union writes a country by its name, and first by another. */
struct country_use {
	const struct nc_country *country;
	size_t union_number, proper;
	size_t others, line, at, size;
};
#define COUNTRY_USES_MAX 4000
#define ALIASES_MAX 4000

struct naming {
	struct book_work *b;
	struct alias *aliases;
	size_t aliases_count;
	struct country_use *uses;
	size_t uses_count;
};

static void add_alias(struct naming *naming,
	const struct nc_check_record *record, struct nc_slice alias,
	const char *name, bool is_short)
{
	struct book_work *b = naming->b;
	struct alias *made = &naming->aliases[naming->aliases_count];

	if (alias.size == 0 || naming->aliases_count == ALIASES_MAX)
		return;
	*made = (struct alias){.record = record,
		.union_number = record->union_number,
		.phrase = book_phrase(b, check_slice(b->work, alias)),
		.proper = book_phrase(b, name),
		.name = name,
		.is_short = is_short,
		.line = CHECK_NONE};
	if (made->phrase[0] != '\0' && strcmp(made->phrase, made->proper) != 0)
		naming->aliases_count++;
}

static void read_aliases(struct naming *naming)
{
	const struct nc_check_book *book = naming->b->book;

	for (size_t i = 0; i < book->count; i++) {
		const struct nc_check_record *record = &book->records[i];
		struct nc_slice item;

		if (record->entity->number == NC_ENTITY_PARTNER) {
			const char *name = book_text(record, NC_PARTNER_NAME);

			for (size_t k = 0; book_item(
				     book_slice(record, NC_PARTNER_OTHER_NAMES),
				     k, &item);
				k++)
				add_alias(naming, record, item, name, false);
			add_alias(naming, record,
				book_slice(record, NC_PARTNER_ABBREVIATION),
				name, true);
		}
		if (record->entity->number != NC_ENTITY_MEMBER_ORG)
			continue;
		for (size_t k = 0;
			book_item(book_slice(record, NC_MEMBER_ORG_SHORT_NAMES),
				k, &item);
			k++)
			add_alias(naming, record, item,
				book_text(record, NC_MEMBER_ORG_NAME), true);
	}
}

/* The alias at word i, unless it is a part of the whole name there. */
static bool stands_alone(const struct check_line *line, size_t i, size_t taken,
	const char *proper)
{
	for (size_t from = i > 16 ? i - 16 : 0; from <= i; from++) {
		size_t size = check_phrase(line, from, proper);

		if (size > 0 && from + size >= i + taken)
			return false;
	}
	return true;
}

static enum nc_status tell_alias(struct naming *naming, size_t index,
	const struct alias *alias, size_t at, size_t size)
{
	struct book_work *b = naming->b;
	const struct book_line *from = &b->lines[index];
	const struct nc_check_record *record = &b->book->records[from->record];
	struct nc_slice text = book_slice(record, from->field);

	if (at < from->prefix)
		return NC_OK;
	return book_tell(b, record, from->field,
		&(struct check_told){"R16", NC_CHECK_NOTICE, 0,
			nc_slice(text.data + from->from + at - from->prefix,
				size),
			"", alias->name, alias->is_short ? NULL : alias->name,
			alias->is_short
				? _("The short name stands here, and the whole "
				    "name nowhere in the year's texts.")
				: _("The record of this organisation has "
				    "another name.")});
}

static enum nc_status read_line_aliases(
	struct naming *naming, size_t index, const struct check_line *line)
{
	enum nc_status status = NC_OK;

	for (size_t a = 0; a < naming->aliases_count; a++) {
		struct alias *alias = &naming->aliases[a];

		if (alias->union_number != line->union_number)
			continue;
		alias->proper_seen = alias->proper_seen ||
				     check_find(line, 0, line->words_count,
					     alias->proper) != CHECK_NONE;
		for (size_t i = 0; i < line->words_count && status == NC_OK;
			i++) {
			size_t taken = check_phrase(line, i, alias->phrase);
			struct nc_slice words;

			if (taken == 0 || !check_is_upper_at(line, i) ||
				!stands_alone(line, i, taken, alias->proper))
				continue;
			words = check_words(line, i, i + taken);
			if (!alias->is_short)
				status = tell_alias(naming, index, alias,
					line->words[i].at, words.size);
			else if (alias->line == CHECK_NONE) {
				alias->line = index;
				alias->at = line->words[i].at;
				alias->size = words.size;
			}
		}
	}
	return status;
}

static bool is_proper(struct book_work *b, const struct nc_country *country,
	struct nc_slice words)
{
	const char *phrase = book_phrase(b, check_slice(b->work, words));
	struct nc_slice name;

	/* Vietnamese, in full, English; more than that (CHDCND Lào), or its
	 * last words (Nga of Liên bang Nga). */
	for (size_t i = 0; i < 3 && nc_country_name(country, i, &name); i++) {
		const char *whole = book_phrase(b, check_slice(b->work, name));
		size_t size = strlen(phrase), all = strlen(whole);

		if (strstr(phrase, whole) != NULL ||
			(all > size && whole[all - size - 1] == ' ' &&
				strcmp(whole + all - size, phrase) == 0))
			return true;
	}
	return false;
}

/* "Hội hữu nghị Việt - Mỹ", "Đại sứ quán Mỹ" are names. */
static bool is_in_name(const struct check_line *line, size_t i)
{
	return i > 0 && (line->words[i].gap == NC_GAP_HYPHEN ||
				line->words[i].gap == NC_GAP_DASH ||
				line->words[i].gap == NC_GAP_SLASH ||
				line->words[i].gap == NC_GAP_OPEN ||
				check_before(line, i,
					"việt|người|tiếng|sứ quán|lãnh sự "
					"quán|hội|quỹ|tổ "
					"chức|kháng "
					"chiến chống|chống|đại học|viện"));
}

static void note_country(struct naming *naming, size_t index,
	const struct check_line *line, const struct nc_country_hit *hit)
{
	struct nc_slice words = nc_slice(line->text.data + hit->at, hit->size);
	struct country_use *use = NULL;

	for (size_t i = 0; i < naming->uses_count && use == NULL; i++)
		if (naming->uses[i].country == hit->country &&
			naming->uses[i].union_number == line->union_number)
			use = &naming->uses[i];
	if (use == NULL && naming->uses_count < COUNTRY_USES_MAX) {
		use = &naming->uses[naming->uses_count++];
		*use = (struct country_use){.country = hit->country,
			.union_number = line->union_number};
	}
	if (use == NULL || is_in_name(line, check_word_at(line, hit->at)))
		return;
	if (is_proper(naming->b, hit->country, words)) {
		use->proper++;
		return;
	}
	if (use->others++ > 0)
		return;
	use->line = index;
	use->at = hit->at;
	use->size = hit->size;
}

static enum nc_status read_texts(struct naming *naming)
{
	struct book_work *b = naming->b;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < b->lines_count && status == NC_OK; i++) {
		struct check_line line NC_AUTO(check_line_fini) = {0};

		status = check_line_words(
			&line, &b->document->paragraphs[i], b->book->year);
		line.union_number =
			b->book->records[b->lines[i].record].union_number;
		if (status == NC_OK)
			status = read_line_aliases(naming, i, &line);
		for (size_t k = 0; k < line.hits_count && status == NC_OK; k++)
			note_country(naming, i, &line, &line.hits[k]);
	}
	return status;
}

static enum nc_status tell_country(
	struct naming *naming, const struct country_use *use)
{
	struct book_work *b = naming->b;
	const struct book_line *from = &b->lines[use->line];
	const struct nc_check_record *record = &b->book->records[from->record];
	struct nc_slice text = book_slice(record, from->field);

	if (use->at < from->prefix)
		return NC_OK;
	return book_tell(b, record, from->field,
		&(struct check_told){"R16", NC_CHECK_NOTICE, 0,
			nc_slice(
				text.data + from->from + use->at - from->prefix,
				use->size),
			check_text(b->work, "%zu", use->others),
			use->country->name_vi, use->country->name_vi,
			check_text(b->work,
				_("The country is called %s in %zu other "
				  "places of the year's texts."),
				use->country->name_vi, use->proper)});
}

static enum nc_status tell_names(struct naming *naming)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < naming->aliases_count && status == NC_OK; i++) {
		const struct alias *alias = &naming->aliases[i];

		if (alias->is_short && alias->line != CHECK_NONE &&
			!alias->proper_seen)
			status = tell_alias(naming, alias->line, alias,
				alias->at, alias->size);
	}
	for (size_t i = 0; i < naming->uses_count && status == NC_OK; i++)
		if (naming->uses[i].others > 0 &&
			naming->uses[i].proper > naming->uses[i].others)
			status = tell_country(naming, &naming->uses[i]);
	return status;
}

enum nc_status book_check_names(struct book_work *b)
{
	struct naming naming = {.b = b};
	enum nc_status status;

	naming.aliases = nc_arena_array(
		&b->work->arena, ALIASES_MAX + 1, sizeof(*naming.aliases));
	naming.uses = nc_arena_array(
		&b->work->arena, COUNTRY_USES_MAX, sizeof(*naming.uses));
	if (naming.aliases == NULL || naming.uses == NULL)
		return NC_NO_MEMORY;
	read_aliases(&naming);
	status = read_texts(&naming);
	return status == NC_OK ? tell_names(&naming) : status;
}
