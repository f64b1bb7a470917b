/* R18: spaces, and the marks that they stand by: commas, dashes, brackets. */
#include "intake/check_work.h"

#include "locale/letter.h"

#include <ctype.h>
#include <string.h>

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool letter_at(struct nc_slice text, size_t i, struct nc_letter *letter)
{
	struct nc_slice rest;
	int32_t point;

	if (i >= text.size || (text.data[i] & 0xc0) == 0x80)
		return false;
	rest = nc_slice(text.data + i, text.size - i);
	return nc_letter_take(&rest, &point) && nc_letter_read(point, letter);
}

bool check_is_letter_at(struct nc_slice text, size_t i)
{
	struct nc_letter letter;

	return letter_at(text, i, &letter);
}

bool check_is_lower_at(struct nc_slice text, size_t i)
{
	struct nc_letter letter;

	return letter_at(text, i, &letter) && !letter.upper;
}

/* The letter whose last byte is before i. */
static bool is_letter_before(struct nc_slice text, size_t i)
{
	while (i > 0 && (text.data[i - 1] & 0xc0) == 0x80)
		i--;
	return i > 0 && check_is_letter_at(text, i - 1);
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
	       check_is_letter_at(text, i) &&
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
				check_is_letter_at(text, i + 1)
		      : is_letter_before(text, i) &&
				(check_is_letter_at(text, i + 2));
}

static bool has(struct nc_slice text, size_t i, const char *what)
{
	size_t size = strlen(what);

	return i + size <= text.size && memcmp(text.data + i, what, size) == 0;
}

/* "www.example.vn/a,b", "a@example.vn": the marks in it are its own. */
static bool is_address(struct nc_slice text, size_t i)
{
	size_t from = i, to = i;

	while (from > 0 && text.data[from - 1] != ' ')
		from--;
	while (to < text.size && text.data[to] != ' ')
		to++;
	for (size_t k = from; k < to; k++)
		if (text.data[k] == '@' || has(text, k, "://") ||
			has(text, k, "www."))
			return true;
	return false;
}

/* "định kỳ.Tiếp tục": a sentence ends, and no abbreviation does. */
static bool is_glued_sentence(const struct check_line *line, size_t i)
{
	size_t word = check_word_at(line, i + 1);
	const struct nc_word *before, *after;

	if (line->text.data[i] != '.' || word == 0 || word >= line->words_count)
		return false;
	before = &line->words[word - 1];
	after = &line->words[word];
	return before->at + before->size == i && after->at == i + 1 &&
	       before->syllable && !before->upper && before->letters > 1 &&
	       after->syllable && after->upper && !after->caps &&
	       after->letters > 1;
}

/* "đúng hạn..": a mark twice; three points and "v.v.." are others. */
static bool is_twice(struct nc_slice text, size_t i)
{
	uint8_t byte = text.data[i];

	return (byte == '.' || byte == ',' || byte == ';') &&
	       i + 1 < text.size && text.data[i + 1] == byte &&
	       (i + 2 == text.size || text.data[i + 2] == ' ') &&
	       is_letter_before(text, i) &&
	       !(i >= 3 && has(text, i - 3, "v.v"));
}

/* A mark with a word on either side and no space. */
static enum nc_status check_after_mark(
	struct check_work *work, const struct check_line *line, size_t i)
{
	struct nc_slice text = line->text;
	uint8_t byte = text.data[i];
	bool between = i + 1 < text.size && check_is_letter_at(text, i + 1) &&
		       is_letter_before(text, i);

	if (is_twice(text, i))
		return tell_space(work, line, i + 1, 1, "",
			_("The mark stands here twice."));
	if ((((byte == ',' || byte == ';' || byte == ':') && between) ||
		    is_glued_sentence(line, i)) &&
		!is_address(text, i))
		return tell_space(work, line, i + 1, 0, " ",
			_("A space is missing after the mark."));
	return NC_OK;
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
		if (byte < 0x80 && ispunct(byte))
			status = check_after_mark(work, line, i);
		if (status != NC_OK)
			return status;
		if (is_glued(text, i))
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

/* What opens and what closes. */
struct pair {
	const char *open, *close;
};
static const struct pair pairs[] = {{"(", ")"}, {"[", "]"}, {"“", "”"}};

/* Of one paragraph: what was closed before it was opened, and opened and not
 * closed; CHECK_NONE. */
struct balance {
	size_t unopened, unclosed;
};

/* In "(giai đoạn 2)" no point of a list begins. */
static bool is_point(struct nc_slice text, size_t i, size_t depth,
	const struct check_mark *mark)
{
	return depth == 0 || (mark->kind & CHECK_MARK_OPEN) != 0 ||
	       (i > 1 && strchr(";:,(", text.data[i - 2]) != NULL);
}

/* "+) Gặp mặt": what stands before the words. */
#define BULLET_MAX 3

static void read_balance(
	struct nc_slice text, const struct pair *pair, struct balance *balance)
{
	size_t depth = 0, size;
	struct check_mark mark;

	*balance = (struct balance){CHECK_NONE, CHECK_NONE};
	for (size_t i = 0; i < text.size; i += size) {
		size = check_mark_at(text, i, &mark);
		if (size > 0 && is_point(text, i, depth, &mark))
			continue;
		size = 1;
		if (has(text, i, pair->open)) {
			if (depth++ == 0)
				balance->unclosed = i;
		} else if (has(text, i, pair->close)) {
			if (depth > 0)
				depth--;
			else if (balance->unopened == CHECK_NONE &&
				 i > BULLET_MAX)
				balance->unopened = i;
		}
	}
	if (depth == 0)
		balance->unclosed = CHECK_NONE;
}

/* Paragraphs that one pair of brackets may span. */
#define SPAN_MAX 4

/* The other half stands in a paragraph nearby. */
static bool is_elsewhere(const struct check_work *work,
	const struct check_line *line, const struct pair *pair, bool unclosed)
{
	const struct nc_document *document = work->input->document;

	for (size_t k = 1; k <= SPAN_MAX; k++) {
		struct balance other;
		size_t index = unclosed ? line->index + k : line->index - k;

		if (index >= document->count)
			return false;
		read_balance(nc_slice_text(document->paragraphs[index].text),
			pair, &other);
		if ((unclosed ? other.unopened : other.unclosed) != CHECK_NONE)
			return true;
	}
	return false;
}

static enum nc_status tell_half(struct check_work *work,
	const struct check_line *line, const struct pair *pair, size_t at,
	bool unclosed)
{
	if (at == CHECK_NONE || is_elsewhere(work, line, pair, unclosed))
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R18", NC_CHECK_NOTICE, line->line,
			around(line->text, at, at + 1), "", "", NULL,
			unclosed ? _("The bracket or quotation mark is not "
				     "closed.")
				 : _("The bracket or quotation mark was not "
				     "opened.")});
}

/* "( với Sở )": spaces belong outside. */
static enum nc_status check_inside(struct check_work *work,
	const struct check_line *line, const struct pair *pair)
{
	const char *why = _("No space stands on the inner side of a bracket "
			    "or quotation mark.");
	struct nc_slice text = line->text;
	size_t open = strlen(pair->open);
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < text.size && status == NC_OK; i++) {
		size_t spaces;

		if (has(text, i, pair->open)) {
			spaces = run_of_spaces(text, i + open);
			/* A blank to fill in. */
			if (spaces > 0 && i + open + spaces < text.size &&
				!has(text, i + open + spaces, pair->close))
				status = tell_space(
					work, line, i + open, spaces, "", why);
		} else if (i > 1 && has(text, i, pair->close) &&
			   text.data[i - 1] == ' ' &&
			   is_letter_before(text, i - 1)) {
			status = tell_space(work, line, i - 1, 1, "", why);
		}
	}
	return status;
}

static enum nc_status check_pairs(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct balance balance;

		status = check_inside(work, line, &pairs[i]);
		if (status != NC_OK)
			break;
		/* A “ may be closed with a straight mark. */
		if (strlen(pairs[i].open) > 1 &&
			memchr(line->text.data, '"', line->text.size) != NULL)
			continue;
		read_balance(line->text, &pairs[i], &balance);
		status = tell_half(
			work, line, &pairs[i], balance.unclosed, true);
		if (status == NC_OK)
			status = tell_half(
				work, line, &pairs[i], balance.unopened, false);
		if (status != NC_OK)
			break;
	}
	return status;
}

enum nc_status check_marks(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_spaces(work, line);

	return status == NC_OK ? check_pairs(work, line) : status;
}
