#include "locale/text.h"

#include <stdlib.h>
#include <utf8proc.h>

/* The code point at the front of text and its size, or 0 when malformed. */
static size_t text_next(struct nc_slice text, utf8proc_int32_t *ret_point)
{
	utf8proc_ssize_t size;

	if (text.size == 0)
		return 0;
	size = utf8proc_iterate(
		text.data, (utf8proc_ssize_t)text.size, ret_point);
	return size <= 0 ? 0 : (size_t)size;
}

bool nc_text_is_utf8(struct nc_slice text)
{
	while (text.size > 0) {
		utf8proc_int32_t point;
		size_t size = text_next(text, &point);

		if (size == 0 || point == 0)
			return false;
		text.data += size;
		text.size -= size;
	}
	return true;
}

/*
 * No run of more than 30 marks: the Stream-Safe Text Format of Unicode (UAX
 * #15, section 13). No language needs more, and putting a long run in order
 * takes time that grows with its square.
 */
static bool text_is_stream_safe(struct nc_slice text)
{
	unsigned run = 0;

	while (text.size > 0) {
		utf8proc_int32_t point;
		size_t size = text_next(text, &point);

		if (size == 0)
			return false;
		run = utf8proc_get_property(point)->combining_class != 0
			      ? run + 1
			      : 0;
		if (run > NC_TEXT_MARKS_MAX)
			return false;
		text.data += size;
		text.size -= size;
	}
	return true;
}

/* Normalises with the given options into a fresh run of code points. */
static enum nc_status text_map(
	struct nc_buffer *out, struct nc_slice text, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t size;
	enum nc_status status;

	if (!nc_text_is_utf8(text) || !text_is_stream_safe(text))
		return NC_MALFORMED;
	if (text.size == 0)
		return NC_OK;
	size = utf8proc_map(
		text.data, (utf8proc_ssize_t)text.size, &mapped, options);
	if (size < 0)
		return size == UTF8PROC_ERROR_NOMEM ? NC_NO_MEMORY
						    : NC_MALFORMED;
	status = nc_buffer_append(out, mapped, (size_t)size);
	free(mapped);
	return status;
}

/*
 * True for text that no normalisation can change, which is nearly all of it:
 * code points below U+0300 (none combines), precomposed Vietnamese letters
 * (U+1EA0 to U+1EF9) and common punctuation (U+2010 to U+2027). Reads bytes,
 * for this is asked of every text that arrives.
 */
static bool text_is_simply_nfc(struct nc_slice text)
{
	const uint8_t *at = text.data, *end;

	if (text.size == 0)
		return true;
	end = at + text.size;
	while (at < end) {
		if (*at < 0x80) {
			if (*at++ == 0)
				return false;
		} else if (*at >= 0xc2 && *at <= 0xcb) {
			if (end - at < 2 || (at[1] & 0xc0) != 0x80)
				return false;
			at += 2;
		} else if (*at == 0xe1 || *at == 0xe2) {
			unsigned point;

			if (end - at < 3 || (at[1] & 0xc0) != 0x80 ||
				(at[2] & 0xc0) != 0x80)
				return false;
			point = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 |
				(at[2] & 63u);
			if (!(point >= 0x1ea0 && point <= 0x1ef9) &&
				!(point >= 0x2010 && point <= 0x2027))
				return false;
			at += 3;
		} else {
			return false;
		}
	}
	return true;
}

bool nc_text_is_clean(struct nc_slice text)
{
	struct nc_buffer mapped;
	bool clean;

	if (text_is_simply_nfc(text))
		return true;
	nc_buffer_init(&mapped, text.size * 4 + 64);
	clean = text_map(&mapped, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE) ==
			NC_OK &&
		nc_slice_equal(nc_buffer_slice(&mapped), text);
	nc_buffer_fini(&mapped);
	return clean;
}

static enum nc_status text_append_point(
	struct nc_buffer *out, utf8proc_int32_t point)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t size = utf8proc_encode_char(point, bytes);

	return nc_buffer_append(out, bytes, (size_t)size);
}

enum nc_status nc_text_clean(struct nc_buffer *out, struct nc_slice text)
{
	struct nc_buffer kept;
	enum nc_status status = NC_OK;

	nc_buffer_init(&kept, text.size + 1);
	while (text.size > 0 && status == NC_OK) {
		utf8proc_int32_t point;
		size_t size = text_next(text, &point);

		if (size == 0 || point == 0) {
			status = NC_MALFORMED;
			break;
		}
		if (point == 0x2010 || point == 0x2011)
			status = nc_buffer_append(&kept, "-", 1);
		else if (point != 0xfeff && point != 0x200b && point != 0xad)
			status = nc_buffer_append(&kept, text.data, size);
		text.data += size;
		text.size -= size;
	}
	if (status == NC_OK)
		status = text_map(out, nc_buffer_slice(&kept),
			UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	nc_buffer_fini(&kept);
	return status;
}

static bool point_is_word(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return false;
	}
}

static bool point_is_mark(utf8proc_int32_t point)
{
	return utf8proc_category(point) == UTF8PROC_CATEGORY_MN;
}

static utf8proc_int32_t point_fold(utf8proc_int32_t point)
{
	switch (point) {
	case 0x110: /* Đ */
	case 0x111: /* đ */
	case 0xd0:  /* Ð, eth, a common mistake for Đ */
	case 0xf0:  /* ð */
	case 0x189: /* Ɖ */
		return 'd';
	default:
		return utf8proc_tolower(point);
	}
}

static enum nc_status text_fold_with(
	struct nc_buffer *out, struct nc_slice text, char gap)
{
	struct nc_buffer plain;
	struct nc_slice rest;
	enum nc_status status;
	bool pending = false, any = false;

	nc_buffer_init(&plain, text.size * 6 + 64);
	status = text_map(&plain, text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
	rest = nc_buffer_slice(&plain);
	while (status == NC_OK && rest.size > 0) {
		utf8proc_int32_t point;
		size_t size = text_next(rest, &point);

		rest.data += size;
		rest.size -= size;
		if (point_is_mark(point))
			continue;
		if (!point_is_word(point)) {
			pending = any;
			continue;
		}
		if (pending)
			status = nc_buffer_append(out, &gap, 1);
		pending = false;
		any = true;
		if (status == NC_OK)
			status = text_append_point(out, point_fold(point));
	}
	nc_buffer_fini(&plain);
	return status;
}

enum nc_status nc_text_fold(struct nc_buffer *out, struct nc_slice text)
{
	return text_fold_with(out, text, ' ');
}

enum nc_status nc_text_slug(struct nc_buffer *out, struct nc_slice text)
{
	return text_fold_with(out, text, '-');
}

static bool point_is_space(utf8proc_int32_t point)
{
	return point == ' ' || (point >= 9 && point <= 13) || point == 0x85 ||
	       utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
}

struct nc_slice nc_text_trim(struct nc_slice text)
{
	size_t at = 0, first = 0, last = 0;
	bool any = false;

	while (at < text.size) {
		utf8proc_int32_t point;
		size_t size = text_next(
			nc_slice(text.data + at, text.size - at), &point);

		if (size == 0) {
			size = 1;
			point = -1;
		}
		if (point < 0 || !point_is_space(point)) {
			if (!any)
				first = at;
			any = true;
			last = at + size;
		}
		at += size;
	}
	if (!any)
		return nc_slice(text.data, 0);
	return nc_slice(text.data + first, last - first);
}

size_t nc_text_width(struct nc_slice text)
{
	size_t width = 0;

	while (text.size > 0) {
		utf8proc_int32_t point;
		size_t size = text_next(text, &point);

		if (size == 0)
			size = 1;
		else
			width += (size_t)utf8proc_charwidth(point);
		text.data += size;
		text.size -= size;
	}
	return width;
}
