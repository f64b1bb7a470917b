/* R18, R20, R21, R22: spaces, tone marks, numbering, bullets. */
#include "intake/check_work.h"

#include "locale/letter.h"
#include "locale/text.h"
#include "locale/tone.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter_at(struct nc_slice text, size_t i)
{
	struct nc_slice rest;
	struct nc_letter letter;
	int32_t point;

	if (i >= text.size || (text.data[i] & 0xc0) == 0x80)
		return false;
	rest = nc_slice(text.data + i, text.size - i);
	return nc_letter_take(&rest, &point) && nc_letter_read(point, &letter);
}

/* The letter whose last byte is before i. */
static bool is_letter_before(struct nc_slice text, size_t i)
{
	while (i > 0 && (text.data[i - 1] & 0xc0) == 0x80)
		i--;
	return i > 0 && is_letter_at(text, i - 1);
}

/* The words around a slip: whole words on either side. */
static struct nc_slice around(struct nc_slice text, size_t from, size_t to)
{
	while (from > 0 && text.data[from - 1] != ' ')
		from--;
	while (to < text.size && text.data[to] != ' ')
		to++;
	return nc_slice(text.data + from, to - from);
}

/* The words with bytes [cut, cut + size) of the text made into put. */
static const char *mended(struct check_work *work, struct nc_slice text,
	struct nc_slice words, size_t cut, size_t size, const char *put)
{
	size_t at = cut - (size_t)(words.data - text.data);

	return check_text(work, "%.*s%s%.*s", (int)at, (const char *)words.data,
		put, (int)(words.size - at - size),
		(const char *)words.data + at + size);
}

static enum nc_status tell_space(struct check_work *work,
	const struct check_line *line, size_t at, size_t size, const char *put,
	const char *why)
{
	struct nc_slice words;
	size_t from = at, to = at + size;

	if (from > 0)
		from--;
	while (from > 0 && line->text.data[from] == ' ')
		from--;
	while (to < line->text.size && line->text.data[to] == ' ')
		to++;
	words = around(line->text, from, to);
	return check_tell(work,
		&(struct check_told){"R18", NC_CHECK_NOTICE, line->line, words,
			"", "", mended(work, line->text, words, at, size, put),
			why});
}

static size_t run_of_spaces(struct nc_slice text, size_t i)
{
	size_t from = i;

	while (i < text.size && text.data[i] == ' ')
		i++;
	return i - from;
}

/* "31/12/2021của": a word glued to a year. */
static bool is_glued(struct nc_slice text, size_t i)
{
	return i >= 5 && is_digit(text.data[i - 1]) &&
	       is_digit(text.data[i - 2]) && is_digit(text.data[i - 3]) &&
	       is_digit(text.data[i - 4]) &&
	       (text.data[i - 5] == '/' || text.data[i - 5] == ' ') &&
	       is_letter_at(text, i) &&
	       !(text.data[i] >= 'A' && text.data[i] <= 'Z');
}

static bool is_lone_dash(struct nc_slice text, size_t i)
{
	bool before, after;

	if (text.data[i] != '-' || i < 2 || i + 2 > text.size)
		return false;
	before = text.data[i - 1] == ' ';
	after = text.data[i + 1] == ' ';
	if (before == after)
		return false;
	return before ? is_letter_before(text, i - 1) &&
				is_letter_at(text, i + 1)
		      : is_letter_before(text, i) &&
				(is_letter_at(text, i + 2));
}

static enum nc_status check_spaces(
	struct check_work *work, const struct check_line *line)
{
	struct nc_slice text = line->text;
	enum nc_status status = NC_OK;

	for (size_t i = 1; i < text.size && status == NC_OK; i++) {
		uint8_t byte = text.data[i];
		size_t spaces = byte == ' ' ? run_of_spaces(text, i) : 0;

		if (spaces > 0 && i + spaces < text.size) {
			uint8_t next = text.data[i + spaces];

			if ((next == ',' || next == ';' ||
				    (next == '.' &&
					    (i + spaces + 1 == text.size ||
						    text.data[i + spaces + 1] ==
							    ' '))) &&
				is_letter_before(text, i))
				status = tell_space(work, line, i, spaces, "",
					_("No space stands before a comma, "
					  "semicolon or full stop."));
			else if (spaces > 1 && i > 2)
				status = tell_space(work, line, i, spaces, " ",
					_("There is more than one space."));
			i += spaces - 1;
			continue;
		}
		if ((byte == ',' || byte == ';') && i + 1 < text.size &&
			is_letter_at(text, i + 1) && is_letter_before(text, i))
			status = tell_space(work, line, i + 1, 0, " ",
				_("A space is missing after the mark."));
		else if (is_glued(text, i))
			status = tell_space(work, line, i, 0, " ",
				_("A space is missing between a number and a "
				  "word."));
		else if (is_lone_dash(text, i))
			status = text.data[i - 1] == ' '
					 ? tell_space(work, line, i + 1, 0, " ",
						   _("The dash has a space on "
						     "one side "
						     "only."))
					 : tell_space(work, line, i, 0, " ",
						   _("The dash has a space on "
						     "one side "
						     "only."));
	}
	return status;
}

/* R20: counts now, tells at the end, when it is known which is rarer. */
static void note_tones(struct check_work *work, const struct check_line *line)
{
	for (size_t i = 0; i < line->words_count; i++) {
		const struct nc_word *word = &line->words[i];
		struct nc_slice text =
			nc_slice(line->text.data + word->at, word->size);
		struct nc_buffer other NC_AUTO(nc_buffer_fini) = {0};
		struct nc_syllable syllable;
		bool newer;

		if (!word->syllable || !nc_syllable_parse(text, &syllable) ||
			syllable.tone == NC_TONE_NGANG ||
			syllable.older == syllable.newer)
			continue;
		nc_buffer_init(&other, 64);
		if (nc_syllable_write(&other, &syllable, NC_TONE_NEWER) !=
			NC_OK)
			continue;
		newer = nc_slice_equal(text, nc_buffer_slice(&other));
		*(newer ? &work->newer : &work->older) += 1;
		if (work->tones_count < CHECK_EVENTS_MAX)
			work->tones[work->tones_count++] =
				(struct check_tone_word){
					text, line->line, newer};
	}
}

static enum nc_status tell_tones(struct check_work *work)
{
	bool rare_newer = work->newer <= work->older;
	enum nc_status status = NC_OK;

	if (work->newer == 0 || work->older == 0)
		return NC_OK;
	for (size_t i = 0; i < work->tones_count && status == NC_OK; i++) {
		const struct check_tone_word *word = &work->tones[i];
		struct nc_buffer other NC_AUTO(nc_buffer_fini) = {0};
		const char *mend;

		if (word->newer != rare_newer)
			continue;
		nc_buffer_init(&other, 256);
		if (nc_tone_restyle(&other, word->words,
			    rare_newer ? NC_TONE_OLDER : NC_TONE_NEWER) !=
			NC_OK)
			continue;
		mend = check_text(work, "%s", nc_buffer_string(&other));
		status = check_tell(work,
			&(struct check_told){"R20", NC_CHECK_NOTICE, word->line,
				word->words, check_slice(work, word->words),
				mend, mend,
				check_text(work,
					_("The tone mark stands here as in "
					  "%zu words, and as in the suggestion "
					  "in %zu words of the document."),
					rare_newer ? work->newer : work->older,
					rare_newer ? work->older
						   : work->newer)});
	}
	return status;
}

enum nc_status check_form_end(struct check_work *work)
{
	enum nc_status status = tell_tones(work);

	work->tones_count = work->newer = work->older = 0;
	work->numbers = (struct check_numbers){0};
	work->bullet = 0;
	work->bullet_told = false;
	return status;
}

/*
 * R21. What a numbering says: "II." roman, "3." and "3.1." a path, "b." or
 * "b)" a letter.
 */
struct label {
	int roman, letter;
	int path[CHECK_NUMBER_DEPTH];
	size_t depth, size;
};

static const char *const letters[] = {
	"a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m", "n"};

static int letter_of(const char *text, size_t size)
{
	for (int i = 0; i < (int)(sizeof(letters) / sizeof(letters[0])); i++)
		if (strlen(letters[i]) == size &&
			memcmp(letters[i], text, size) == 0)
			return i + 1;
	return 0;
}

static bool read_path(const char *text, struct label *label)
{
	size_t at = 0;

	while (label->depth < CHECK_NUMBER_DEPTH) {
		size_t digits = strspn(text + at, "0123456789");

		if (digits == 0 || digits > 2)
			break;
		label->path[label->depth++] = atoi(text + at);
		at += digits;
		if (text[at] != '.')
			break;
		at++;
	}
	label->size = at;
	/* 1.5 tỷ đồng is an amount. */
	if (at > 0 && text[at - 1] != '.' && text[at] == ' ' &&
		text[at + 1] >= 'a' && text[at + 1] <= 'z')
		return false;
	return label->depth > 0 && at > 0 &&
	       (text[at - 1] == '.' || label->depth > 1) &&
	       (text[at] == ' ' || text[at] >= 'A' || text[at] < 0);
}

static bool read_label(const char *text, struct label *label)
{
	size_t size = strcspn(text, ".) ");

	*label = (struct label){0};
	if (is_digit((uint8_t)text[0]))
		return read_path(text, label);
	if (size == 0 || size > 8 || text[size] == ' ' || text[size] == '\0' ||
		text[size + 1] != ' ')
		return false;
	label->size = size + 1;
	label->letter = letter_of(text, size);
	if (label->letter == 0 && text[size] == '.')
		label->roman = check_roman(nc_slice(text, size));
	return label->letter > 0 || label->roman > 0;
}

static enum nc_status tell_number(struct check_work *work,
	const struct check_line *line, const char *found, const char *expected)
{
	return check_tell(
		work, &(struct check_told){"R21", NC_CHECK_WARNING, line->line,
			      check_words(line, 0, 8), found, expected, NULL,
			      check_text(work,
				      _("After the numbering so far, %s was to "
					"follow, not %s."),
				      expected, found)});
}

/* d may be followed by đ or by e. */
static bool letter_follows(int last, int now)
{
	return now == 1 || now == last + 1 || (last == 4 && now == 6);
}

/* "1." opens a list within a list; a number that fits one further out closes
 * those within. */
static bool goes_on(struct check_numbers *numbers, int now)
{
	while (numbers->open_count > 0)
		if (numbers->open[--numbers->open_count] + 1 == now)
			return true;
	return false;
}

static void interrupt(struct check_numbers *numbers, int before)
{
	if (before > 0 && numbers->open_count < CHECK_NUMBERS_OPEN)
		numbers->open[numbers->open_count++] = before;
}

static bool is_union_heading(
	const struct check_work *work, const struct check_line *line)
{
	const struct nc_plan *plan = work->input->plan;

	return plan != NULL && line->union_number > 0 &&
	       plan->unions[line->union_number - 1].line == line->line &&
	       plan->unions[line->union_number - 1].name[0] != '\0';
}

static enum nc_status check_path(struct check_work *work,
	const struct check_line *line, const struct label *label)
{
	struct check_numbers *numbers = &work->numbers;
	size_t last = label->depth - 1;
	int before = numbers->path[last], now = label->path[last];
	bool same = true;

	for (size_t i = 0; i < last; i++)
		same = same && numbers->path[i] == label->path[i];
	memcpy(numbers->path, label->path, sizeof(numbers->path));
	numbers->letter = 0;
	if (!same)
		before = 0;
	if (last == 0 && now == 1)
		interrupt(numbers, before);
	if (last == 0 && now != before + 1 && goes_on(numbers, now))
		return NC_OK;
	if (now == 1 || now == before + 1 || before == 0)
		return NC_OK;
	return tell_number(work, line, check_text(work, "%d", now),
		check_text(work, "%d", before + 1));
}

static enum nc_status check_numbering(
	struct check_work *work, const struct check_line *line)
{
	struct check_numbers *numbers = &work->numbers;
	const char *text = line->paragraph->text;
	struct label label;
	enum nc_status status = NC_OK;
	int before;

	if (line->paragraph->marker[0] != '\0' || line->paragraph->table != 0 ||
		!read_label(text, &label))
		return NC_OK;
	if (label.depth == 1 && is_union_heading(work, line)) {
		before = numbers->union_number;
		*numbers = (struct check_numbers){
			.union_number = label.path[0], .roman = numbers->roman};
		if (before == 0 || label.path[0] == before + 1 ||
			label.path[0] == 1)
			return NC_OK;
		return tell_number(work, line,
			check_text(work, "%d", label.path[0]),
			check_text(work, "%d", before + 1));
	}
	if (label.depth > 0) {
		/* "6. 1." for "6.1." */
		size_t digits = strspn(text + label.size + 1, "0123456789");

		if (label.depth == 1 && digits > 0 && digits < 3 &&
			text[label.size] == ' ' &&
			text[label.size + 1 + digits] == '.')
			return check_tell(work,
				&(struct check_told){"R21", NC_CHECK_WARNING,
					line->line,
					nc_slice(text, label.size + digits + 2),
					"", "",
					check_text(work, "%.*s%.*s",
						(int)label.size, text,
						(int)digits + 1,
						text + label.size + 1),
					_("A space parts the number of the "
					  "heading.")});
		return check_path(work, line, &label);
	}
	if (label.roman > 0 && label.letter == 0) {
		before = numbers->roman;
		*numbers = (struct check_numbers){.roman = label.roman,
			.union_number = numbers->union_number};
		if (before != 0 && label.roman != 1 &&
			label.roman != before + 1)
			status = tell_number(work, line,
				check_text(work, "%d", label.roman),
				check_text(work, "%d", before + 1));
		return status;
	}
	before = numbers->letter;
	numbers->letter = label.letter;
	if (before != 0 && !letter_follows(before, label.letter))
		status = tell_number(work, line, letters[label.letter - 1],
			before < 13 ? letters[before] : "");
	return status;
}

/* "(1) … (2) … (4) …" within a paragraph. */
static enum nc_status check_inline(
	struct check_work *work, const struct check_line *line)
{
	int expected = 0;

	for (size_t i = 0; i + 2 < line->text.size; i++) {
		const char *at = (const char *)line->text.data + i;
		int number;

		if (at[0] != '(' || !is_digit((uint8_t)at[1]) ||
			(at[2] != ')' && !(is_digit((uint8_t)at[2]) &&
						 i + 3 < line->text.size &&
						 at[3] == ')')))
			continue;
		number = atoi(at + 1);
		if (expected == 0 && number != 1)
			return NC_OK;
		if (number == 1)
			expected = 1;
		if (number != expected)
			return tell_number(work, line,
				check_text(work, "(%d)", number),
				check_text(work, "(%d)", expected));
		expected++;
	}
	return NC_OK;
}

/* R22 */
static uint32_t bullet_of(struct nc_slice text, size_t *ret_size)
{
	static const char *const known[] = {"-", "+", "*", "·", "•", "–", "—",
		"▪", "●", "○", "►", "➢", "❖"};

	for (uint32_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t size = strlen(known[i]);

		if (text.size >= size &&
			memcmp(text.data, known[i], size) == 0) {
			*ret_size = size;
			return i + 1;
		}
	}
	return 0;
}

/* "+" and "*" are other levels; the rest all mean what "-" means. */
static bool is_same_level(uint32_t bullet)
{
	return bullet != 2 && bullet != 3;
}

static enum nc_status check_bullets(
	struct check_work *work, const struct check_line *line)
{
	size_t size = 0;
	uint32_t bullet = bullet_of(line->text, &size);
	uint32_t before = work->bullet;

	if (bullet == 0) {
		work->bullet = 0;
		work->bullet_told = false;
		return NC_OK;
	}
	if (line->text.size == size)
		return check_tell(work,
			&(struct check_told){"R22", NC_CHECK_WARNING,
				line->line, line->text, "", "", NULL,
				_("The bullet stands alone; its words are on "
				  "another line.")});
	if (is_letter_at(line->text, size) && bullet == 1)
		return check_tell(work,
			&(struct check_told){"R22", NC_CHECK_WARNING,
				line->line, check_words(line, 0, 3), "", "",
				NULL,
				_("A space is missing after the bullet.")});
	if (!is_same_level(bullet))
		return NC_OK;
	work->bullet = bullet;
	if (before == 0 || before == bullet || work->bullet_told)
		return NC_OK;
	work->bullet_told = true;
	return check_tell(work,
		&(struct check_told){"R22", NC_CHECK_WARNING, line->line,
			check_words(line, 0, 6), "", "", NULL,
			_("The list uses another bullet than the line before "
			  "it.")});
}

enum nc_status check_form(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_spaces(work, line);

	note_tones(work, line);
	if (status == NC_OK)
		status = check_numbering(work, line);
	if (status == NC_OK)
		status = check_inline(work, line);
	if (status == NC_OK)
		status = check_bullets(work, line);
	return status;
}
