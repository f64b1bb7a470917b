/* R20, R21, R22: tone marks, numbering, bullets. */
#include "intake/check_work.h"

#include "locale/text.h"
#include "locale/tone.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
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
	work->bullet = work->list_bullet = 0;
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
	label->letter = check_letter_number(text, size);
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
		status = tell_number(work, line, check_letter(label.letter),
			check_letter(before + 1));
	return status;
}

static const char *mark_text(struct check_work *work, bool letter, int number)
{
	return letter ? check_text(work, "(%s)", check_letter(number))
		      : check_text(work, "(%d)", number);
}

/* "(1) … (2) … (4) …" within a paragraph; a letter in brackets may be a
 * reference, until two have followed each other. */
static enum nc_status check_inline(
	struct check_work *work, const struct check_line *line)
{
	int next[CHECK_MARK_KINDS] = {0};
	struct check_mark mark;

	for (size_t i = 0; i < line->text.size; i++) {
		bool letter;
		int expected;

		if (check_mark_at(line->text, i, &mark) == 0 ||
			(mark.kind & CHECK_MARK_OPEN) == 0)
			continue;
		letter = (mark.kind & CHECK_MARK_LETTER) != 0;
		expected = mark.number == 1 ? 1 : next[mark.kind];
		if (expected == 0 ||
			(letter && expected < 3 && mark.number != expected)) {
			next[mark.kind] = 0;
			continue;
		}
		if (letter ? expected > 2 && !letter_follows(
						     expected - 1, mark.number)
			   : mark.number != expected)
			return tell_number(work, line,
				mark_text(work, letter, mark.number),
				mark_text(work, letter, expected));
		next[mark.kind] = mark.number + 1;
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

static enum nc_status tell_other_bullet(
	struct check_work *work, const struct check_line *line)
{
	work->bullet_told = true;
	return check_tell(work,
		&(struct check_told){"R22", NC_CHECK_WARNING, line->line,
			check_words(line, 0, 6), "", "", NULL,
			_("The list uses another bullet than the line before "
			  "it.")});
}

/* A list begins under a heading; what it begins with. */
static void note_list(
	struct check_work *work, const struct check_line *line, uint32_t bullet)
{
	struct label label;

	if (bullet == 0) {
		if (line->paragraph->heading_level > 0 ||
			read_label(line->paragraph->text, &label))
			work->list_bullet = 0;
		return;
	}
	if (work->list_bullet == 0)
		work->list_bullet = bullet;
}

/* "+" stands below "-", never beside it: "+ a", "- b" under one heading. */
static bool is_beside_plus(const struct check_work *work,
	const struct check_line *line, uint32_t bullet)
{
	const char *before;

	if (line->index == 0 || work->list_bullet != 2 || bullet == 2 ||
		!is_same_level(bullet))
		return false;
	before = work->input->document->paragraphs[line->index - 1].text;
	/* "+ Đoàn vào:" opens a list within its list. */
	return before[0] == '+' && before[strlen(before) - 1] != ':';
}

static enum nc_status check_bullets(
	struct check_work *work, const struct check_line *line)
{
	size_t size = 0;
	uint32_t bullet = bullet_of(line->text, &size);
	uint32_t before = work->bullet;

	note_list(work, line, bullet);
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
	/* "*" may open a note, "+" a telephone's number. */
	if (check_is_letter_at(line->text, size) && bullet != 3)
		return check_tell(work,
			&(struct check_told){"R22", NC_CHECK_WARNING,
				line->line, check_words(line, 0, 3), "", "",
				NULL,
				_("A space is missing after the bullet.")});
	if (!is_same_level(bullet))
		return NC_OK;
	if (is_beside_plus(work, line, bullet)) {
		work->list_bullet = work->bullet = bullet;
		return tell_other_bullet(work, line);
	}
	work->bullet = bullet;
	if (before == 0 || before == bullet || work->bullet_told)
		return NC_OK;
	return tell_other_bullet(work, line);
}

enum nc_status check_form(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_numbering(work, line);

	note_tones(work, line);
	if (status == NC_OK)
		status = check_inline(work, line);
	if (status == NC_OK)
		status = check_bullets(work, line);
	return status;
}
