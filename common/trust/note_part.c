#include "trust/note_part.h"

#include <sodium.h>
#include <string.h>

#define BASE64 sodium_base64_VARIANT_ORIGINAL
/* What is decoded at a time where only the form matters: whole groups. */
#define BLOCK_LETTERS 128
#define BLOCK_BYTES (BLOCK_LETTERS / 4 * 3)

bool nc_note_take_line(struct nc_slice *text, struct nc_slice *ret_line)
{
	const uint8_t *end =
		text->size == 0 ? NULL : memchr(text->data, '\n', text->size);

	if (end == NULL)
		return false;
	*ret_line = nc_slice(text->data, (size_t)(end - text->data));
	text->size -= ret_line->size + 1;
	text->data = end + 1;
	return true;
}

bool nc_note_take_prefix(struct nc_slice *line, const char *prefix)
{
	size_t size = strlen(prefix);

	if (line->size < size || memcmp(line->data, prefix, size) != 0)
		return false;
	line->data += size;
	line->size -= size;
	return true;
}

/* How many bytes follow a first byte of UTF-8, the bits of the character that
 * it holds, and the lowest character that needs so many. */
static bool utf8_begin(
	uint8_t first, size_t *ret_more, uint32_t *ret_bits, uint32_t *ret_min)
{
	static const struct {
		uint8_t mask, begin;
		uint32_t min;
	} kinds[] = {
		{0x80, 0x00, 0},
		{0xe0, 0xc0, 0x80},
		{0xf0, 0xe0, 0x800},
		{0xf8, 0xf0, 0x10000},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if ((first & kinds[i].mask) != kinds[i].begin)
			continue;
		*ret_more = i;
		*ret_bits = first & (uint8_t)~kinds[i].mask;
		*ret_min = kinds[i].min;
		return true;
	}
	return false;
}

/* Takes a character off the front of text, which is not empty; false when
 * there is none: a stray or missing byte, a longer form than needed, a
 * surrogate, or past the last character. */
static bool utf8_take(struct nc_slice *text, uint32_t *ret_character)
{
	uint32_t character, min;
	size_t more;

	if (!utf8_begin(text->data[0], &more, &character, &min) ||
		text->size <= more)
		return false;
	for (size_t i = 1; i <= more; i++) {
		if ((text->data[i] & 0xc0) != 0x80)
			return false;
		character = character << 6 | (text->data[i] & 0x3f);
	}
	if (character < min || character > 0x10ffff ||
		(character >= 0xd800 && character <= 0xdfff))
		return false;
	text->data += more + 1;
	text->size -= more + 1;
	*ret_character = character;
	return true;
}

bool nc_note_text_is_clean(struct nc_slice text, size_t *ret_line)
{
	uint32_t character;
	size_t line = 1;

	while (text.size > 0) {
		if (!utf8_take(&text, &character) ||
			(character < 0x20 && character != '\n')) {
			if (ret_line != NULL)
				*ret_line = line;
			return false;
		}
		line += character == '\n';
	}
	return true;
}

/* Unicode's property White_Space (PropList.txt). */
static bool is_space(uint32_t character)
{
	static const uint32_t others[] = {0x20, 0x85, 0xa0, 0x1680, 0x2028,
		0x2029, 0x202f, 0x205f, 0x3000};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (character == others[i])
			return true;
	return (character >= 0x09 && character <= 0x0d) ||
	       (character >= 0x2000 && character <= 0x200a);
}

bool nc_note_name_is_valid(struct nc_slice name)
{
	uint32_t character;

	if (name.size == 0 || name.size > NC_NOTE_NAME_MAX)
		return false;
	while (name.size > 0)
		if (!utf8_take(&name, &character) || character < 0x20 ||
			character == '+' || is_space(character))
			return false;
	return true;
}

enum nc_status nc_note_read_number(
	struct nc_slice text, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;
	bool over = false;

	if (text.size == 0 || (text.data[0] == '0' && text.size > 1))
		return NC_MALFORMED;
	for (size_t i = 0; i < text.size; i++) {
		unsigned digit = text.data[i] - (unsigned)'0';

		if (digit > 9)
			return NC_MALFORMED;
		over = over || digit > max || number > (max - digit) / 10;
		if (!over)
			number = number * 10 + digit;
	}
	if (over)
		return NC_LIMIT;
	*ret_number = number;
	return NC_OK;
}

enum nc_status nc_note_base64_encode(
	struct nc_buffer *out, struct nc_slice bytes)
{
	/* With the NUL, for which a buffer always has room. */
	size_t room = sodium_base64_encoded_len(bytes.size, BASE64);
	enum nc_status status = nc_buffer_reserve(out, room - 1);

	if (status != NC_OK)
		return status;
	sodium_bin2base64((char *)out->data + out->size, room, bytes.data,
		bytes.size, BASE64);
	out->size += room - 1;
	return NC_OK;
}

/* libsodium refuses other ASCII letters, missing or more padding, and bits
 * that are not zero in the last letter; but 1.0.18 takes a byte above ASCII
 * for a letter. */
static bool base64_read(
	uint8_t *out, size_t room, struct nc_slice text, size_t *ret_size)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] >= 0x80)
			return false;
	return sodium_base642bin(out, room, (const char *)text.data, text.size,
		       NULL, ret_size, NULL, BASE64) == 0;
}

enum nc_status nc_note_base64_decode(
	struct nc_buffer *out, struct nc_slice text)
{
	size_t size = text.size / 4 * 3;
	enum nc_status status;

	if (text.size % 4 != 0)
		return NC_MALFORMED;
	for (size_t i = 1; i <= 2 && i <= text.size; i++)
		size -= text.data[text.size - i] == '=';
	status = nc_buffer_reserve(out, size);
	if (status != NC_OK)
		return status;
	if (!base64_read(out->data + out->size, size, text, &size)) {
		out->data[out->size] = 0;
		return NC_MALFORMED;
	}
	out->size += size;
	out->data[out->size] = 0;
	return NC_OK;
}

bool nc_note_read_base64(
	struct nc_slice text, uint8_t *out, size_t room, size_t *ret_size)
{
	uint8_t bytes[BLOCK_BYTES];
	size_t size = 0, got;

	while (text.size > 0) {
		struct nc_slice block = {0};
		size_t letters =
			text.size < BLOCK_LETTERS ? text.size : BLOCK_LETTERS;

		if (!nc_slice_take(&text, letters, &block) ||
			!base64_read(bytes, sizeof(bytes), block, &got) ||
			(text.size > 0 && got != sizeof(bytes)))
			return false;
		if (size < room)
			memcpy(out + size, bytes,
				got < room - size ? got : room - size);
		size += got;
	}
	*ret_size = size;
	return true;
}

void nc_note_cut(struct nc_buffer *buffer, size_t size)
{
	buffer->size = size;
	if (buffer->data != NULL)
		buffer->data[size] = 0;
}

bool nc_note_read_hash(struct nc_slice text, struct nc_tree_hash *ret_hash)
{
	struct nc_tree_hash hash = {0};
	size_t size;

	if (!base64_read(hash.bytes, sizeof(hash.bytes), text, &size) ||
		size != sizeof(hash.bytes))
		return false;
	*ret_hash = hash;
	return true;
}
