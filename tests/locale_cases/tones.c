/*
 * tones: each style from the other, letters and tone of both, and equality.
 */
#include "cases.h"

#include "locale/tone.h"

static void check_style(struct case_row *row, const char *column,
	const char *from, enum nc_tone_style style)
{
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 1 << 16};

	if (nc_tone_restyle(
		    &out, nc_slice_text(case_field(row, from)), style) != NC_OK)
		case_fail(row, column, "a text", "an error");
	else
		case_expect(row, column, nc_buffer_string(&out));
}

static void check_parts(struct case_row *row, const char *column)
{
	NC_AUTO(nc_buffer_fini) struct nc_buffer letters = {.limit = 1 << 16};
	struct nc_syllable syllable;

	if (!nc_syllable_parse(
		    nc_slice_text(case_field(row, column)), &syllable)) {
		case_fail(row, column, "a syllable", "none");
		return;
	}
	for (size_t i = 0; i < syllable.size; i++)
		if (nc_letter_append(&letters,
			    nc_letter_write(&syllable.letters[i])) != NC_OK)
			return;
	case_expect(row, "syllable_letters", nc_buffer_string(&letters));
	case_expect(row, "tone", nc_tone_name(syllable.tone));
}

void cases_tones(struct case_row *row)
{
	static const char *const styles[] = {"older_style", "newer_style"};

	for (size_t from = 0; from < 2; from++) {
		check_style(row, "older_style", styles[from], NC_TONE_OLDER);
		check_style(row, "newer_style", styles[from], NC_TONE_NEWER);
		check_parts(row, styles[from]);
	}
	if (!nc_tone_equal(nc_slice_text(case_field(row, "older_style")),
		    nc_slice_text(case_field(row, "newer_style"))))
		case_fail(row, "newer_style", "equal", "different");
}
