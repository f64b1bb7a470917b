#include "locale/order.h"

#include "locale/letter.h"
#include "locale/text.h"

/*
 * A dictionary key: for each syllable its letters (KEY_LETTER + rank),
 * KEY_TONES, its tones; KEY_END; then KEY_SMALL or KEY_CAPITAL for each
 * letter. What ends a thing is less than what may go on, so that a prefix
 * comes first.
 */
enum {
	KEY_END = 0x01,
	KEY_TONES = 0x02,
	KEY_TONE = 0x03,    /* + enum nc_tone */
	KEY_FOREIGN = 0x09, /* a mark that is no tone of Vietnamese */
	KEY_SMALL = 0x02,
	KEY_CAPITAL = 0x03,
	KEY_SPACE = 0x04,
	KEY_SIGN = 0x05,
	KEY_NUMBER = 0x10, /* + digit in CLDR's order */
	KEY_LETTER = 0x20, /* + rank */
	KEY_OTHER = 0x60,  /* letters of other scripts, then their number */
	KEY_COMMON = 0x20  /* CLDR's second level: no tone */
};

#define NUMBER_DIGITS_MAX 200

static enum nc_status put(struct nc_buffer *out, unsigned byte)
{
	uint8_t one = (uint8_t)byte;

	return nc_buffer_append(out, &one, 1);
}

/* Four bytes of six bits, none of which is 0. */
static enum nc_status put_point(struct nc_buffer *out, int32_t point)
{
	uint8_t bytes[4];

	for (size_t i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(0x20 + (point >> (18 - 6 * i) & 63));
	return nc_buffer_append(out, bytes, sizeof(bytes));
}

/* The letter's place; *tone becomes its tone's byte, or 0. */
static enum nc_status put_letter(
	struct nc_buffer *out, const struct nc_letter *letter, unsigned *tone)
{
	unsigned rank = nc_letter_rank(letter->point);
	enum nc_status status;

	*tone = letter->tone != 0 ? (unsigned)KEY_TONE + letter->tone : 0;
	if (rank == 0) {
		rank = nc_letter_rank(nc_letter_base(letter->point));
		if (rank != 0)
			*tone = KEY_FOREIGN;
	}
	if (rank != 0)
		return put(out, KEY_LETTER + rank);
	status = put(out, KEY_OTHER);
	return status == NC_OK ? put_point(out, letter->point) : status;
}

/* What a key is made of while its text is read. */
struct key {
	struct nc_buffer *first; /* letters and tones */
	struct nc_buffer cases;
	struct nc_buffer tones; /* of the syllable being read */
	bool in_syllable;
};

static enum nc_status key_end_syllable(struct key *key)
{
	enum nc_status status;

	if (!key->in_syllable)
		return NC_OK;
	key->in_syllable = false;
	status = put(key->first, KEY_TONES);
	if (status == NC_OK && key->tones.size == 0)
		status = put(key->first, KEY_TONE);
	if (status == NC_OK)
		status = nc_buffer_append(
			key->first, key->tones.data, key->tones.size);
	nc_buffer_reset(&key->tones);
	return status;
}

static enum nc_status key_letter(
	struct key *key, const struct nc_letter *letter)
{
	unsigned tone;
	enum nc_status status = put_letter(key->first, letter, &tone);

	if (status == NC_OK && tone != 0)
		status = put(&key->tones, tone);
	if (status == NC_OK)
		status = put(
			&key->cases, letter->upper ? KEY_CAPITAL : KEY_SMALL);
	key->in_syllable = true;
	return status;
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* A number: how many digits it has without leading zeros, then they. */
static enum nc_status key_number(struct key *key, struct nc_slice *rest)
{
	size_t size = 0;
	enum nc_status status = key_end_syllable(key);

	while (rest->size > 0 && rest->data[0] == '0') {
		rest->data++;
		rest->size--;
	}
	while (size < rest->size && size < NUMBER_DIGITS_MAX &&
		is_digit(rest->data[size]))
		size++;
	if (status == NC_OK)
		status = put(key->first, KEY_NUMBER);
	if (status == NC_OK)
		status = put(key->first, 1 + (unsigned)size);
	if (status == NC_OK)
		status = nc_buffer_append(key->first, rest->data, size);
	rest->data += size;
	rest->size -= size;
	key->in_syllable = true;
	return status == NC_OK ? key_end_syllable(key) : status;
}

static enum nc_status key_syllables(struct key *key, struct nc_slice text)
{
	enum nc_status status = NC_OK;

	while (status == NC_OK && text.size > 0) {
		struct nc_letter letter;
		int32_t point;

		if (is_digit(text.data[0])) {
			status = key_number(key, &text);
			continue;
		}
		nc_letter_take(&text, &point);
		if (nc_letter_read(point, &letter))
			status = key_letter(key, &letter);
		else
			status = key_end_syllable(key);
	}
	return status == NC_OK ? key_end_syllable(key) : status;
}

/* Takes the word up to the next space off the front. */
static struct nc_slice take_name(struct nc_slice *text)
{
	struct nc_slice name;

	*text = nc_text_trim(*text);
	name = *text;
	while (text->size > 0) {
		struct nc_slice before = *text;
		int32_t point;

		nc_letter_take(text, &point);
		if (point == ' ' || point == 0xa0 || point == '\t') {
			name.size = (size_t)(before.data - name.data);
			break;
		}
	}
	return name;
}

static enum nc_status key_people(struct key *key, struct nc_slice text)
{
	struct nc_slice rest = text, family, given;
	enum nc_status status;

	given = family = take_name(&rest);
	for (struct nc_slice at = rest; at.size > 0;) {
		struct nc_slice name = take_name(&at);

		if (name.size > 0)
			given = name;
	}
	status = key_syllables(key, given);
	if (status == NC_OK && given.data != family.data)
		status = key_syllables(key, family);
	while (status == NC_OK && rest.size > 0) {
		struct nc_slice name = take_name(&rest);

		if (name.size > 0 && name.data != given.data)
			status = key_syllables(key, name);
	}
	return status;
}

static enum nc_status key_by_syllable(
	struct nc_buffer *out, struct nc_slice text, bool people)
{
	struct key key = {.first = out};
	enum nc_status status;

	nc_buffer_init(&key.cases, text.size + 1);
	nc_buffer_init(&key.tones, text.size + 1);
	status = people ? key_people(&key, text) : key_syllables(&key, text);
	if (status == NC_OK)
		status = put(out, KEY_END);
	if (status == NC_OK)
		status = nc_buffer_append(out, key.cases.data, key.cases.size);
	nc_buffer_fini(&key.cases);
	nc_buffer_fini(&key.tones);
	return status;
}

/* CLDR's first level of what is no letter. */
static enum nc_status put_sign(struct nc_buffer *out, int32_t point)
{
	enum nc_status status;

	if (point == ' ' || point == 0xa0 || (point >= 9 && point <= 13))
		return put(out, KEY_SPACE);
	if (point >= '0' && point <= '9')
		return put(out, KEY_NUMBER + (unsigned)(point - '0'));
	status = put(out, KEY_SIGN);
	return status == NC_OK ? put_point(out, point) : status;
}

static enum nc_status key_by_level(struct nc_buffer *out, struct nc_slice text)
{
	struct nc_buffer tones, cases;
	enum nc_status status = NC_OK;
	int32_t point;

	nc_buffer_init(&tones, 2 * text.size + 2);
	nc_buffer_init(&cases, text.size + 1);
	while (status == NC_OK && nc_letter_take(&text, &point)) {
		struct nc_letter letter = {0};
		unsigned tone = 0;

		status = nc_letter_read(point, &letter)
				 ? put_letter(out, &letter, &tone)
				 : put_sign(out, point);
		if (status == NC_OK)
			status = put(&tones, KEY_COMMON);
		if (status == NC_OK && tone != 0)
			status = put(&tones, KEY_COMMON + tone);
		if (status == NC_OK)
			status = put(
				&cases, letter.upper ? KEY_CAPITAL : KEY_SMALL);
	}
	if (status == NC_OK)
		status = put(out, KEY_END);
	if (status == NC_OK)
		status = nc_buffer_append(out, tones.data, tones.size);
	if (status == NC_OK)
		status = put(out, KEY_END);
	if (status == NC_OK)
		status = nc_buffer_append(out, cases.data, cases.size);
	nc_buffer_fini(&tones);
	nc_buffer_fini(&cases);
	return status;
}

enum nc_status nc_order_key(
	struct nc_buffer *out, struct nc_slice text, enum nc_order order)
{
	struct nc_buffer clean;
	enum nc_status status;

	nc_buffer_init(&clean, 4 * text.size + 64);
	status = nc_text_clean(&clean, text);
	if (status == NC_OK) {
		text = nc_buffer_slice(&clean);
		status = order == NC_ORDER_CLDR
				 ? key_by_level(out, text)
				 : key_by_syllable(
					   out, text, order == NC_ORDER_PEOPLE);
	}
	nc_buffer_fini(&clean);
	return status;
}

enum nc_status nc_order_compare(struct nc_slice a, struct nc_slice b,
	enum nc_order order, int *ret_order)
{
	struct nc_buffer of_a, of_b;
	enum nc_status status;

	nc_buffer_init(&of_a, (a.size + 64) * 4 * NC_ORDER_KEY_FACTOR);
	nc_buffer_init(&of_b, (b.size + 64) * 4 * NC_ORDER_KEY_FACTOR);
	status = nc_order_key(&of_a, a, order);
	if (status == NC_OK)
		status = nc_order_key(&of_b, b, order);
	if (status == NC_OK)
		*ret_order = nc_slice_compare(
			nc_buffer_slice(&of_a), nc_buffer_slice(&of_b));
	nc_buffer_fini(&of_a);
	nc_buffer_fini(&of_b);
	return status;
}
