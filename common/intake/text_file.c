/*
 * Plain text files, as Notepad, Word ("plain text") and mail programs write
 * them. UTF-8, with or without U+FEFF in front; UTF-16 in either byte order,
 * told by U+FEFF or by the zero bytes that every ASCII letter leaves. A line
 * ends with LF, CR, CRLF, vertical tab (Word's soft break), form feed (a
 * page), U+0085, U+2028 or U+2029. Each line that is not blank is a paragraph.
 * Files in TCVN3, the bytes themselves or what became of them in UTF-8, and in
 * Windows-1258 are converted first.
 */
#include "intake/document_build.h"
#include "base/limits.h"
#include "locale/tcvn3.h"
#include "locale/text.h"
#include "locale/windows1258.h"

#include <string.h>

#define TAB_COLUMNS 8
/* How much of a file is looked at to tell its encoding. */
#define SAMPLE_BYTES 4096

enum encoding {
	ENCODING_UTF_8,
	ENCODING_UTF_16_LE,
	ENCODING_UTF_16_BE,
	ENCODING_UNKNOWN,
};

/* Without a mark, zero bytes tell UTF-16: those of ASCII letters and spaces
 * are all at odd places in little-endian order, at even ones in big-endian. */
static enum encoding guess_encoding(struct nc_slice bytes)
{
	size_t zeros[2] = {0, 0};
	size_t size = bytes.size < SAMPLE_BYTES ? bytes.size : SAMPLE_BYTES;

	for (size_t i = 0; i < size; i++)
		if (bytes.data[i] == 0)
			zeros[i % 2]++;
	if (zeros[0] + zeros[1] == 0)
		return ENCODING_UTF_8;
	if (bytes.size % 2 != 0 || zeros[0] + zeros[1] < size / 16)
		return ENCODING_UNKNOWN;
	if (zeros[1] > 8 * zeros[0])
		return ENCODING_UTF_16_LE;
	if (zeros[0] > 8 * zeros[1])
		return ENCODING_UTF_16_BE;
	return ENCODING_UNKNOWN;
}

static enum encoding take_mark(struct nc_slice *bytes)
{
	static const struct {
		const char *mark;
		size_t size;
		enum encoding encoding;
	} marks[] = {
		{"\xef\xbb\xbf", 3, ENCODING_UTF_8},
		{"\xff\xfe", 2, ENCODING_UTF_16_LE},
		{"\xfe\xff", 2, ENCODING_UTF_16_BE},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t size = marks[i].size;

		if (bytes->size < size ||
			memcmp(bytes->data, marks[i].mark, size) != 0)
			continue;
		bytes->data += size;
		bytes->size -= size;
		return marks[i].encoding;
	}
	return guess_encoding(*bytes);
}

static enum nc_status append_point(struct nc_buffer *out, uint32_t point)
{
	uint8_t bytes[4];
	size_t size = 0;

	if (point < 0x80) {
		bytes[size++] = (uint8_t)point;
	} else if (point < 0x800) {
		bytes[size++] = (uint8_t)(0xc0 | point >> 6);
	} else if (point < 0x10000) {
		bytes[size++] = (uint8_t)(0xe0 | point >> 12);
		bytes[size++] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
	} else {
		bytes[size++] = (uint8_t)(0xf0 | point >> 18);
		bytes[size++] = (uint8_t)(0x80 | (point >> 12 & 0x3f));
		bytes[size++] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
	}
	if (point >= 0x80)
		bytes[size++] = (uint8_t)(0x80 | (point & 0x3f));
	return nc_buffer_append(out, bytes, size);
}

/* NC_MALFORMED for half a surrogate pair, half a unit or a NUL. */
static enum nc_status decode_utf_16(
	struct nc_buffer *out, struct nc_slice bytes, bool big)
{
	uint32_t high = 0; /* the first half of a pair */

	if (bytes.size % 2 != 0)
		return NC_MALFORMED;
	for (size_t i = 0; i < bytes.size; i += 2) {
		uint32_t unit =
			big ? (uint32_t)bytes.data[i] << 8 | bytes.data[i + 1]
			    : (uint32_t)bytes.data[i + 1] << 8 | bytes.data[i];
		bool is_high = unit >= 0xd800 && unit < 0xdc00;
		bool is_low = unit >= 0xdc00 && unit < 0xe000;
		enum nc_status status;

		if (unit == 0 || is_low != (high != 0))
			return NC_MALFORMED;
		if (is_high) {
			high = unit;
			continue;
		}
		if (is_low)
			unit = 0x10000 + ((high - 0xd800) << 10) +
			       (unit - 0xdc00);
		high = 0;
		status = append_point(out, unit);
		if (status != NC_OK)
			return status;
	}
	return high != 0 ? NC_MALFORMED : NC_OK;
}

/* The size of the line end at the front of text, 0 when there is none. */
static size_t line_end(struct nc_slice text)
{
	const uint8_t *at = text.data;

	if (at[0] == '\r')
		return text.size > 1 && at[1] == '\n' ? 2 : 1;
	if (at[0] == '\n' || at[0] == '\v' || at[0] == '\f')
		return 1;
	if (at[0] == 0xc2 && text.size > 1 && at[1] == 0x85)
		return 2;
	if (at[0] == 0xe2 && text.size > 2 && at[1] == 0x80 &&
		(at[2] == 0xa8 || at[2] == 0xa9))
		return 3;
	return 0;
}

/* Columns of white space in front; tabs stop at every eighth. */
static int leading_columns(struct nc_slice line)
{
	size_t columns = 0;

	for (size_t i = 0; i < line.size; i++) {
		if (line.data[i] == '\t') {
			columns += TAB_COLUMNS - columns % TAB_COLUMNS;
		} else if (line.data[i] == ' ') {
			columns++;
		} else if (line.data[i] == 0xc2 && i + 1 < line.size &&
			   line.data[i + 1] == 0xa0) {
			columns++;
			i++;
		} else {
			break;
		}
		if (columns >= 1000)
			break;
	}
	return (int)columns;
}

static enum nc_status read_lines(struct nc_document *document,
	struct nc_slice text, struct nc_error *err)
{
	struct nc_paragraph like = {.marker = "", .list_level = -1, .line = 1};
	size_t from = 0, at = 0;
	enum nc_status status = NC_OK;

	while (status == NC_OK && from < text.size) {
		struct nc_slice line;
		size_t end = 0;

		while (at < text.size) {
			end = line_end(
				nc_slice(text.data + at, text.size - at));
			if (end > 0)
				break;
			at++;
		}
		line = nc_slice(text.data + from, at - from);
		like.indent = leading_columns(line);
		status = nc_document_add(document, &like, line, err);
		at += end;
		from = at;
		like.line++;
	}
	return status;
}

static enum nc_status refuse_encoding(struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("This is neither a Word document nor Unicode text, perhaps "
		  "text in TCVN3 or VNI letters; open it in Word, convert it "
		  "to Unicode and save it as .docx or as UTF-8 text."));
}

/* The whole of it when it is TCVN3 or Windows-1258: one short line may be too
 * little to tell. *bytes is then what converted holds. */
static enum nc_status convert_old(struct nc_slice *bytes,
	struct nc_buffer *converted, const char **legacy)
{
	enum nc_status status;

	if (nc_tcvn3_is(*bytes)) {
		*legacy = "TCVN3";
		status = nc_tcvn3_convert(converted, *bytes);
	} else if (nc_windows1258_is(*bytes)) {
		*legacy = "Windows-1258";
		status = nc_windows1258_convert(converted, *bytes);
	} else {
		return NC_OK;
	}
	if (status == NC_OK)
		*bytes = nc_buffer_slice(converted);
	return status;
}

enum nc_status nc_text_file_decode(struct nc_slice *bytes,
	struct nc_buffer *decoded, const char **legacy, struct nc_error *err)
{
	struct nc_buffer wide NC_AUTO(nc_buffer_fini) = {0};
	enum encoding encoding = take_mark(bytes);
	struct nc_slice text = *bytes;
	enum nc_status status = NC_OK;

	/* Two bytes of UTF-16 are at most three of UTF-8. */
	nc_buffer_init(&wide, bytes->size / 2 * 3);
	nc_buffer_init(decoded, 4 * bytes->size + 64);
	if (encoding == ENCODING_UTF_16_LE || encoding == ENCODING_UTF_16_BE) {
		status = decode_utf_16(
			&wide, text, encoding == ENCODING_UTF_16_BE);
		text = nc_buffer_slice(&wide);
	}
	if (status == NC_OK && encoding != ENCODING_UNKNOWN)
		status = convert_old(&text, decoded, legacy);
	if (status == NC_OK && text.data == wide.data && wide.size > 0) {
		*decoded = wide;
		memset(&wide, 0, sizeof(wide));
	}
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK || encoding == ENCODING_UNKNOWN ||
		!nc_text_is_utf8(text))
		return refuse_encoding(err);
	*bytes = text;
	return NC_OK;
}

enum nc_status nc_text_file_read(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err)
{
	struct nc_buffer decoded NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status =
		nc_text_file_decode(&bytes, &decoded, &document->legacy, err);

	if (status == NC_OK)
		status = read_lines(document, bytes, err);
	return status;
}
