#include "intake/plan_marks.h"
#include "locale/text.h"

#include <string.h>

#define KEY_NUMBER 0x1000000u
#define KEY_OTHER 0x2000000u
/* Numbers of more parts, or parts of more digits, are dates and amounts. */
#define PARTS_MAX 5

enum shape {
	SHAPE_DECIMAL,
	SHAPE_SMALL_LETTER,
	SHAPE_CAPITAL_LETTER,
	SHAPE_SMALL_ROMAN,
	SHAPE_CAPITAL_ROMAN,
};

/* A code point off the front of text that is known to be UTF-8; 0 at its
 * end. */
static uint32_t take_point(struct nc_slice *text)
{
	static const uint8_t firsts[] = {0x7f, 0x1f, 0x0f, 0x07};
	const uint8_t *at = text->data;
	size_t more;
	uint32_t point;

	if (text->size == 0)
		return 0;
	more = at[0] < 0x80 ? 0 : at[0] < 0xe0 ? 1 : at[0] < 0xf0 ? 2 : 3;
	if (more >= text->size)
		more = text->size - 1;
	point = at[0] & firsts[more];
	for (size_t i = 1; i <= more; i++)
		point = point << 6 | (at[i] & 0x3f);
	text->data += more + 1;
	text->size -= more + 1;
	return point;
}

static uint32_t first_point(struct nc_slice text)
{
	return take_point(&text);
}

static bool is_space(uint32_t point)
{
	return point == ' ' || point == '\t' || point == '\n' ||
	       point == 0xa0 || (point >= 0x2000 && point <= 0x200a) ||
	       point == 0x202f || point == 0x3000;
}

static struct nc_slice skip_spaces(struct nc_slice text)
{
	while (text.size > 0 && is_space(first_point(text)))
		take_point(&text);
	return text;
}

/* Vietnamese's letters are in Latin-1, Latin Extended-A (Ă Đ Ĩ Ũ), B (Ơ Ư)
 * and Additional; in the last and in A capitals are the even ones. */
static bool is_capital(uint32_t point)
{
	if (point < 0x80)
		return point >= 'A' && point <= 'Z';
	if (point >= 0xc0 && point <= 0xde)
		return point != 0xd7;
	if (point >= 0x100 && point <= 0x137)
		return point % 2 == 0;
	return point == 0x1a0 || point == 0x1af || point == 0x189 ||
	       (point >= 0x1e00 && point <= 0x1eff && point % 2 == 0);
}

static bool is_small(uint32_t point)
{
	if (point < 0x80)
		return point >= 'a' && point <= 'z';
	if (point >= 0xdf && point <= 0xff)
		return point != 0xf7;
	if (point >= 0x100 && point <= 0x137)
		return point % 2 == 1;
	return point == 0x1a1 || point == 0x1b0 ||
	       (point >= 0x1e00 && point <= 0x1eff && point % 2 == 1);
}

static bool is_word(uint32_t point)
{
	return is_small(point) || is_capital(point) ||
	       (point >= '0' && point <= '9') || point == '(';
}

bool plan_begins_small(struct nc_slice text)
{
	return is_small(first_point(text));
}

bool plan_begins_capital(struct nc_slice text)
{
	return is_capital(first_point(text));
}

/* One key for all looks of a bullet, for programs change them freely: a
 * hyphen becomes a dash while typing, Symbol's dot a "·" when saved as text.
 * 0 when the point is no bullet. */
static uint32_t bullet_key(uint32_t point)
{
	switch (point) {
	case '-':
	case 0x2212: /* minus */
	case 0x2013: /* en dash */
	case 0x2014: /* em dash */
	case 0x2043: /* hyphen bullet */
	case 0xf02d: /* the same in Symbol */
		return '-';
	case 0xb7:   /* middle dot */
	case 0x2022: /* bullet */
	case 0x2219: /* bullet operator */
	case 0x22c5: /* dot operator */
	case 0x2023: /* triangular bullet */
	case 0xf0b7: /* Symbol's bullet */
		return 0x2022;
	case 0x25cb: /* white circle */
	case 0x25e6: /* white bullet */
	case 0xf06f: /* Courier's o, Wingdings' box */
		return 'o';
	case 0x25aa: /* small black square */
	case 0xf0a7: /* Wingdings' small square */
		return 0x25aa;
	case 0x27a2: /* arrowhead */
	case 0xf0d8: /* Wingdings' arrowhead */
		return 0x27a2;
	case 0x2713: /* check mark */
	case 0x2714:
	case 0xf0fc: /* Wingdings' check mark */
		return 0x2713;
	case 0x2756: /* four diamonds */
	case 0xf076: /* Wingdings' four diamonds */
		return 0x2756;
	case '+':
	case '*':
	case 0x25cf: /* black circle */
	case 0x25a0: /* black square */
	case 0x25a1: /* white square */
	case 0x25ab: /* small white square */
	case 0x25fb: /* medium white square */
	case 0x25c6: /* black diamond */
	case 0x25c7: /* white diamond */
	case 0x25ba: /* black pointers */
	case 0x25b6:
	case 0x25b8:
	case 0x27a4: /* black arrowhead */
	case 0x2794: /* arrows */
	case 0x2192:
	case 0x21d2:
	case 0x2605: /* star */
		return point;
	default:
		/* Any other symbol of a font of bullets. */
		return point >= 0xf020 && point <= 0xf0ff ? point : 0;
	}
}

static bool begins_digit(struct nc_slice text)
{
	return text.size > 0 && text.data[0] >= '0' && text.data[0] <= '9';
}

static bool take_bullet(struct nc_slice text, struct plan_mark *mark)
{
	struct nc_slice rest = text;
	uint32_t point = take_point(&rest);
	uint32_t key = bullet_key(point);
	const struct nc_slice after = rest;

	/* Courier's o and a typed arrow */
	if (point == 'o' && rest.size > 0 && is_space(first_point(rest)))
		key = 'o';
	if ((point == '-' || point == '=') && first_point(rest) == '>') {
		take_point(&rest);
		key = 0x2192;
	}
	if (key == 0)
		return false;
	/* "+) text" */
	if (key < 0x80 && key != 'o' && rest.size > 1 && rest.data[0] == ')' &&
		is_space(rest.data[1]))
		take_point(&rest);
	/* "- - text" and "--text" are slips of one bullet. */
	for (;;) {
		struct nc_slice next = skip_spaces(rest);

		rest = next;
		if (key == 'o' || next.size == 0 ||
			bullet_key(take_point(&next)) != key ||
			begins_digit(next))
			break;
		rest = next;
	}
	mark->kind = PLAN_MARK_BULLET;
	mark->key = key;
	mark->size = (size_t)(rest.data - text.data);
	/* "-5 độ C", "+84 225": the sign belongs to the number. */
	if ((key == '-' || key == '+') && begins_digit(after))
		mark->size = 0;
	return true;
}

/* "1", "1.1", "2.10.3", with at most two digits a part. */
static bool take_decimal(struct nc_slice *text, struct plan_mark *mark)
{
	struct nc_slice at = *text;
	unsigned parts = 0;

	for (;;) {
		struct nc_slice before = at;
		unsigned digits = 0, value = 0;

		while (at.size > 0 && at.data[0] >= '0' && at.data[0] <= '9') {
			value = value * 10 + (at.data[0] - '0');
			digits++;
			take_point(&at);
			if (digits > 2)
				return false;
		}
		if (digits == 0) {
			/* the dot was the closing one */
			at = before;
			if (parts > 0) {
				at.data--;
				at.size++;
			}
			break;
		}
		mark->zero |= digits > 1 && value < 10;
		if (parts == 1)
			mark->first = mark->ordinal;
		mark->ordinal = value;
		if (++parts > PARTS_MAX)
			return false;
		if (at.size == 0 || at.data[0] != '.')
			break;
		take_point(&at);
	}
	if (parts == 0)
		return false;
	mark->label = nc_slice(text->data, (size_t)(at.data - text->data));
	mark->key = SHAPE_DECIMAL << 8 | parts;
	*text = at;
	return true;
}

static unsigned roman_digit(uint8_t c)
{
	switch (c) {
	case 'I':
	case 'i':
		return 1;
	case 'V':
	case 'v':
		return 5;
	case 'X':
	case 'x':
		return 10;
	default:
		return 0;
	}
}

/* Up to XXXIX; "i" alone is the numeral, "v" and "x" alone are letters. */
static bool take_roman(struct nc_slice *text, struct plan_mark *mark)
{
	bool small = text->size > 0 && text->data[0] >= 'a';
	unsigned value = 0;
	size_t size = 0;

	while (size < text->size && size < 7) {
		unsigned digit = roman_digit(text->data[size]);
		unsigned next = size + 1 < text->size
					? roman_digit(text->data[size + 1])
					: 0;

		if (digit == 0 || (text->data[size] >= 'a') != small)
			break;
		value = digit < next ? value - digit : value + digit;
		size++;
	}
	if (size == 0 || value == 0 || value > 39)
		return false;
	if (small && size == 1 && text->data[0] != 'i')
		return false;
	mark->label = nc_slice(text->data, size);
	mark->ordinal = value;
	mark->key = (uint32_t)(small ? SHAPE_SMALL_ROMAN : SHAPE_CAPITAL_ROMAN)
		    << 8;
	mark->roman = true;
	*text = nc_slice(text->data + size, text->size - size);
	return true;
}

/* One letter; đ stands between d and e. */
static bool take_letter(struct nc_slice *text, struct plan_mark *mark)
{
	struct nc_slice at = *text;
	uint32_t point = take_point(&at);
	bool capital = is_capital(point);

	if (point == 0x110 || point == 0x111)
		mark->ordinal = 2 * ('d' - 'a' + 1) + 1;
	else if (point < 0x80 && is_capital(point))
		mark->ordinal = 2 * (point - 'A' + 1);
	else if (point < 0x80 && is_small(point))
		mark->ordinal = 2 * (point - 'a' + 1);
	else
		return false;
	mark->label = nc_slice(text->data, (size_t)(at.data - text->data));
	mark->key =
		(uint32_t)(capital ? SHAPE_CAPITAL_LETTER : SHAPE_SMALL_LETTER)
		<< 8;
	*text = at;
	return true;
}

static bool two_letters(struct nc_slice text)
{
	uint32_t first = take_point(&text), second = take_point(&text);

	return (is_capital(first) || is_small(first)) &&
	       (is_capital(second) || is_small(second));
}

/*
 * What closes a number: ". ) / -", and of a letter a comma that was meant as
 * a dot. Of several parts none is needed before a capital. Words may follow
 * at once ("a.Công"), other things not ("V.I."); a hyphen or comma needs a
 * space and a capital, for "A-Lưới" and "a, b" are words.
 */
static bool take_closer(struct nc_slice *text, struct plan_mark *mark)
{
	struct nc_slice spaced = skip_spaces(*text), at = *text, words;
	bool many = (mark->key & 0xff) > 1;
	uint8_t closer = spaced.size > 0 ? spaced.data[0] : 0;
	bool apart; /* the words must stand apart and begin like words */

	if (closer == '.' || closer == ')' || closer == '-')
		at = spaced;
	closer = at.size > 0 ? at.data[0] : 0;
	if (mark->enclosed && closer != ')')
		return false;
	apart = closer == '-' || closer == ',';
	if (closer != 0 && strchr(".)/-", closer) != NULL)
		at = nc_slice(at.data + 1, at.size - 1);
	else if (closer == ',' && (mark->key & 0xff) == 0)
		at = nc_slice(at.data + 1, at.size - 1);
	else if (many)
		apart = true;
	else
		return false;
	words = skip_spaces(at);
	if (apart && (words.size == at.size || !is_capital(first_point(words))))
		return false;
	if (!apart && at.size > 0 && words.size == at.size && !two_letters(at))
		return false;
	/* With several parts people close some with a dot and some not. */
	if (!many)
		mark->key |= (uint32_t)closer << 16;
	*text = words;
	return true;
}

static bool take_number(struct nc_slice text, struct plan_mark *mark)
{
	struct nc_slice at = text;

	if (at.size > 0 && at.data[0] == '(') {
		mark->enclosed = true;
		at = nc_slice(at.data + 1, at.size - 1);
	}
	if (!take_decimal(&at, mark) && !take_roman(&at, mark) &&
		!take_letter(&at, mark))
		return false;
	if (!take_closer(&at, mark))
		return false;
	mark->kind = PLAN_MARK_NUMBER;
	mark->key |= KEY_NUMBER | (mark->enclosed ? 0x8000u : 0);
	mark->size = (size_t)(at.data - text.data);
	return true;
}

struct plan_mark plan_mark_of(struct nc_slice text)
{
	struct plan_mark mark = {.kind = PLAN_MARK_NONE};

	if (take_bullet(text, &mark))
		return mark;
	if (take_number(text, &mark))
		return mark;
	memset(&mark, 0, sizeof(mark));
	return mark;
}

void plan_mark_as_letter(struct plan_mark *mark, const struct plan_mark *before)
{
	uint32_t key = mark->key & ~0xff00u;
	bool small;

	if (!mark->roman || mark->ordinal != 1 || mark->label.size != 1 ||
		before->kind != PLAN_MARK_NUMBER || before->roman)
		return;
	small = mark->label.data[0] == 'i';
	key |= (uint32_t)(small ? SHAPE_SMALL_LETTER : SHAPE_CAPITAL_LETTER)
	       << 8;
	key |= mark->key & 0x8000u;
	if (key != before->key ||
		(before->ordinal != 2 * ('h' - 'a' + 1) &&
			before->ordinal != 2 * ('g' - 'a' + 1)))
		return;
	mark->key = key;
	mark->roman = false;
	mark->ordinal = 2 * ('i' - 'a' + 1);
}

bool plan_mark_is_date(
	const struct plan_mark *mark, const struct plan_mark *before)
{
	if ((mark->key & 0xffff) != (SHAPE_DECIMAL << 8 | 2))
		return false;
	if (mark->first < 1 || mark->first > 31 || mark->ordinal < 1 ||
		mark->ordinal > 12)
		return false;
	if (mark->zero)
		return true;
	if (mark->ordinal == 1)
		return false;
	return mark->first != before->first ||
	       mark->ordinal <= before->ordinal ||
	       mark->ordinal > before->ordinal + 3;
}

struct plan_mark plan_mark_automatic(const char *marker)
{
	struct nc_slice text = nc_slice_text(marker);
	struct plan_mark mark = plan_mark_of(text);

	if (text.size == 0 ||
		(mark.kind != PLAN_MARK_NONE && mark.size == text.size)) {
		mark.size = 0;
		return mark;
	}
	memset(&mark, 0, sizeof(mark));
	if (strcmp(marker, "o") == 0 || !is_word(first_point(text))) {
		mark.kind = PLAN_MARK_BULLET;
		mark.key = first_point(text);
		return mark;
	}
	/* A number without a dot, "Phần I", "Điều 3:" … */
	mark.kind = PLAN_MARK_NUMBER;
	mark.key = KEY_OTHER;
	mark.label = text;
	take_decimal(&text, &mark);
	mark.key |= KEY_OTHER;
	return mark;
}

bool plan_mark_is_all(struct nc_slice text)
{
	struct plan_mark mark = plan_mark_of(text);

	return mark.kind != PLAN_MARK_NONE && mark.size == text.size;
}

/* Closing quotes and brackets after which a sentence still has ended. */
static struct nc_slice without_quotes(struct nc_slice text)
{
	static const char *const quotes[] = {"\"", "'", "”", "’", "»", ")"};

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		size_t size = strlen(quotes[i]);

		if (text.size > size && memcmp(text.data + text.size - size,
						quotes[i], size) == 0) {
			text.size -= size;
			i = (size_t)-1;
		}
	}
	return text;
}

bool plan_ends_sentence(struct nc_slice text)
{
	text = without_quotes(nc_text_trim(text));
	if (text.size >= 3 && memcmp(text.data + text.size - 3, "…", 3) == 0)
		return true;
	return text.size > 0 &&
	       strchr(".;:!?", text.data[text.size - 1]) != NULL &&
	       text.data[text.size - 1] != 0;
}

/* A short line of capitals. */
bool plan_is_signature(struct nc_slice text)
{
	size_t letters = 0;

	if (text.size == 0 || text.size > 120)
		return false;
	while (text.size > 0) {
		uint32_t point = take_point(&text);

		if (is_small(point) || (point >= '0' && point <= '9'))
			return false;
		letters += is_capital(point);
	}
	return letters > 1;
}
