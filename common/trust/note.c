/*
 * A signed note (C2SP signed-note): a text that ends in a newline, a blank
 * line, and signature lines, where each is
 *
 *     "— " name " " base64(key id (4 bytes) || signature) "\n"
 *
 * The last blank line of the note is the one that parts them.
 */
#include "trust/note_part.h"

#include <string.h>

#define LINE_BEGIN "\xe2\x80\x94 " /* U+2014, a space */

void nc_note_key_id(uint8_t ret_id[NC_NOTE_KEY_ID_SIZE], struct nc_slice name,
	uint8_t type, const uint8_t public_key[NC_KEY_SIZE])
{
	uint8_t bytes[NC_NOTE_NAME_MAX + 2 + NC_KEY_SIZE];
	uint8_t hash[NC_SHA256_SIZE];

	NC_ASSERT(name.size > 0 && name.size <= NC_NOTE_NAME_MAX);
	memcpy(bytes, name.data, name.size);
	bytes[name.size] = '\n';
	bytes[name.size + 1] = type;
	memcpy(bytes + name.size + 2, public_key, NC_KEY_SIZE);
	nc_sha256(hash, nc_slice(bytes, name.size + 2 + NC_KEY_SIZE));
	memcpy(ret_id, hash, NC_NOTE_KEY_ID_SIZE);
}

bool nc_note_read_signature(
	struct nc_slice line, struct nc_note_signature *ret_signature)
{
	struct nc_note_signature signature = {0};
	const uint8_t *space;

	if (!nc_note_take_prefix(&line, LINE_BEGIN))
		return false;
	space = line.size == 0 ? NULL : memchr(line.data, ' ', line.size);
	if (space == NULL)
		return false;
	signature.name = nc_slice(line.data, (size_t)(space - line.data));
	line.size -= signature.name.size + 1;
	line.data = space + 1;
	if (!nc_note_name_is_valid(signature.name) ||
		!nc_note_read_base64(line, signature.bytes,
			sizeof(signature.bytes), &signature.size) ||
		signature.size <= NC_NOTE_KEY_ID_SIZE)
		return false;
	*ret_signature = signature;
	return true;
}

enum nc_status nc_note_put_signature(struct nc_buffer *out,
	struct nc_slice name, const uint8_t id[NC_NOTE_KEY_ID_SIZE],
	struct nc_slice bytes)
{
	uint8_t joined[NC_NOTE_SIGNATURE_KEPT];
	const size_t before = out->size;
	enum nc_status status;

	NC_ASSERT(bytes.size <= sizeof(joined) - NC_NOTE_KEY_ID_SIZE);
	memcpy(joined, id, NC_NOTE_KEY_ID_SIZE);
	memcpy(joined + NC_NOTE_KEY_ID_SIZE, bytes.data, bytes.size);
	status = nc_buffer_text(out, LINE_BEGIN);
	if (status == NC_OK)
		status = nc_buffer_append(out, name.data, name.size);
	if (status == NC_OK)
		status = nc_buffer_text(out, " ");
	if (status == NC_OK)
		status = nc_note_base64_encode(out,
			nc_slice(joined, NC_NOTE_KEY_ID_SIZE + bytes.size));
	if (status == NC_OK)
		status = nc_buffer_text(out, "\n");
	if (status != NC_OK)
		nc_note_cut(out, before);
	return status;
}

/* Where the last blank line of text begins: at its newline that ends the
 * body; NULL when there is none. */
static const uint8_t *last_blank(struct nc_slice text)
{
	for (size_t i = text.size; i >= 2; i--)
		if (text.data[i - 2] == '\n' && text.data[i - 1] == '\n')
			return text.data + i - 2;
	return NULL;
}

static size_t count_lines(struct nc_slice text)
{
	struct nc_slice line;
	size_t count = 0;

	while (nc_note_take_line(&text, &line))
		count++;
	return count;
}

/* first: the number of the first signature line. */
static enum nc_status check_signatures(
	struct nc_slice signatures, size_t first, size_t *ret_line)
{
	struct nc_note_signature signature;
	struct nc_slice line;
	size_t count = 0;

	*ret_line = first;
	if (signatures.size == 0)
		return NC_MALFORMED;
	while (signatures.size > 0) {
		*ret_line = first + count;
		if (count == NC_NOTE_SIGNATURES_MAX)
			return NC_LIMIT;
		if (!nc_note_take_line(&signatures, &line) ||
			!nc_note_read_signature(line, &signature))
			return NC_MALFORMED;
		count++;
	}
	return NC_OK;
}

enum nc_status nc_note_split(
	struct nc_slice text, struct nc_note *ret_note, size_t *ret_line)
{
	struct nc_note note;
	const uint8_t *blank;
	enum nc_status status;

	*ret_line = 0;
	if (text.size > NC_NOTE_BYTES_MAX)
		return NC_LIMIT;
	if (!nc_note_text_is_clean(text, ret_line))
		return NC_MALFORMED;
	blank = last_blank(text);
	if (blank == NULL)
		return NC_MALFORMED;
	note.body = nc_slice(text.data, (size_t)(blank - text.data) + 1);
	note.signatures = nc_slice(blank + 2, text.size - note.body.size - 1);
	status = check_signatures(
		note.signatures, count_lines(note.body) + 2, ret_line);
	if (status == NC_OK)
		*ret_note = note;
	return status;
}

bool nc_note_is_signed(struct nc_slice body, struct nc_slice signatures,
	struct nc_slice name, const uint8_t public_key[NC_KEY_SIZE])
{
	uint8_t id[NC_NOTE_KEY_ID_SIZE];
	struct nc_note_signature signature;
	struct nc_slice line;
	bool found = false;

	if (!nc_note_name_is_valid(name))
		return false;
	nc_note_key_id(id, name, NC_NOTE_TYPE_LOG, public_key);
	while (nc_note_take_line(&signatures, &line)) {
		if (!nc_note_read_signature(line, &signature))
			return false;
		if (!nc_slice_equal(signature.name, name) ||
			memcmp(signature.bytes, id, sizeof(id)) != 0)
			continue;
		if (signature.size != sizeof(id) + NC_SIGNATURE_SIZE ||
			!nc_verify(public_key, "", body,
				signature.bytes + sizeof(id)))
			return false;
		found = true;
	}
	return found;
}

enum nc_status nc_vkey_print(const char *name, uint8_t type,
	const uint8_t public_key[NC_KEY_SIZE], struct nc_buffer *out)
{
	const size_t before = out->size;
	uint8_t id[NC_NOTE_KEY_ID_SIZE], typed[1 + NC_KEY_SIZE];
	char digits[2 * sizeof(id) + 1];
	enum nc_status status;

	if (!nc_note_name_is_valid(nc_slice_text(name)) ||
		(type != NC_NOTE_TYPE_LOG && type != NC_NOTE_TYPE_WITNESS))
		return NC_INVALID;
	nc_note_key_id(id, nc_slice_text(name), type, public_key);
	nc_hex_encode(digits, id, sizeof(id));
	typed[0] = type;
	memcpy(typed + 1, public_key, NC_KEY_SIZE);
	status = nc_buffer_printf(out, "%s+%s+", name, digits);
	if (status == NC_OK)
		status = nc_note_base64_encode(
			out, nc_slice(typed, sizeof(typed)));
	if (status != NC_OK)
		nc_note_cut(out, before);
	return status;
}

/* Off the front of text, up to a plus sign, which goes too. */
static bool take_part(struct nc_slice *text, struct nc_slice *ret_part)
{
	const uint8_t *plus =
		text->size == 0 ? NULL : memchr(text->data, '+', text->size);

	if (plus == NULL)
		return false;
	*ret_part = nc_slice(text->data, (size_t)(plus - text->data));
	text->size -= ret_part->size + 1;
	text->data = plus + 1;
	return true;
}

static struct nc_slice trim(const char *text)
{
	static const char space[] = " \t\r\n";
	struct nc_slice out = nc_slice_text(text);

	while (out.size > 0 && strchr(space, out.data[0]) != NULL)
		out = nc_slice(out.data + 1, out.size - 1);
	while (out.size > 0 && strchr(space, out.data[out.size - 1]) != NULL)
		out.size--;
	return out;
}

static enum nc_status check_vkey(const struct nc_vkey *vkey,
	struct nc_slice digits, struct nc_error *err)
{
	uint8_t id[NC_NOTE_KEY_ID_SIZE], transport[NC_KEY_SIZE];
	char own[2 * sizeof(id) + 1];

	if (vkey->type != NC_NOTE_TYPE_LOG &&
		vkey->type != NC_NOTE_TYPE_WITNESS)
		return nc_error_set(err, NC_MALFORMED,
			_("The key is of kind %u, which this program does not "
			  "know; update it."),
			vkey->type);
	nc_note_key_id(id, vkey->name, vkey->type, vkey->public_key);
	nc_hex_encode(own, id, sizeof(id));
	if (!nc_slice_equal(digits, nc_slice_text(own)))
		return nc_error_set(err, NC_MALFORMED,
			_("The key's checksum is wrong: a letter of it was "
			  "changed; copy the whole line once more."));
	if (!nc_public_transport(vkey->public_key, transport))
		return nc_error_set(err, NC_MALFORMED,
			_("The key's bytes are no Ed25519 key; copy the whole "
			  "line once more."));
	return NC_OK;
}

enum nc_status nc_vkey_parse(
	const char *text, struct nc_vkey *ret_vkey, struct nc_error *err)
{
	struct nc_slice rest = trim(text), digits;
	uint8_t typed[1 + NC_KEY_SIZE];
	struct nc_vkey vkey;
	size_t size = 0;
	enum nc_status status;

	if (!take_part(&rest, &vkey.name) || !take_part(&rest, &digits))
		return nc_error_set(err, NC_MALFORMED,
			_("A key is a name, eight digits and the key, with a "
			  "plus sign between them; copy the whole line that "
			  "receipt --key prints."));
	if (!nc_note_name_is_valid(vkey.name))
		return nc_error_set(err, NC_MALFORMED,
			_("The key's name is empty, too long or has spaces; "
			  "copy the whole line that receipt --key prints."));
	if (!nc_note_read_base64(rest, typed, sizeof(typed), &size) ||
		size != sizeof(typed))
		return nc_error_set(err, NC_MALFORMED,
			_("The key's last part is cut off or altered; copy the "
			  "whole line that receipt --key prints."));
	vkey.type = typed[0];
	memcpy(vkey.public_key, typed + 1, NC_KEY_SIZE);
	status = check_vkey(&vkey, digits, err);
	if (status == NC_OK)
		*ret_vkey = vkey;
	return status;
}
