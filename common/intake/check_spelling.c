/*
 * R17: common slips, words that are written twice, a first letter that is, two
 * words written as one, and what can be no syllable.
 */
#include "intake/check_work.h"

#include "locale/letter.h"
#include "locale/tone.h"

#include <string.h>

/* Whole slips that people make, whatever stands around. */
static const struct {
	const char *wrong, *right;
} slips[] = {
	/* Of hỏi and ngã one makes a word; the other is none. */
	{"giửa", "giữa"},
	{"cũa", "của"},
	{"nhửng", "những"},
	{"giử", "giữ"},
	{"xữ", "xử"},
	{"dử", "dữ"},
	{"nử", "nữ"},
	{"hửu", "hữu"},
	{"chử", "chữ"},
	{"trử", "trữ"},
	{"vửng", "vững"},
	{"mổi", "mỗi"},
	{"nghỉa", "nghĩa"},
	{"rỏ ràng", "rõ ràng"},
	{"nổ lực", "nỗ lực"},
	{"củng như", "cũng như"},
	{"bổ xung", "bổ sung"},
	{"xúc tích", "súc tích"},
	{"xử dụng", "sử dụng"},
	{"sát nhập", "sáp nhập"},
	{"chia sẽ", "chia sẻ"},
	{"sơ xuất", "sơ suất"},
	{"xuất sắt", "xuất sắc"},
	{"sắp sếp", "sắp xếp"},
	{"năng xuất", "năng suất"},
	{"tựu chung", "tựu trung"},
	{"vô hình chung", "vô hình trung"},
	{"cọ sát", "cọ xát"},
	{"thăm quan", "tham quan"},
	{"đăng kí viên trợ", "đăng ký viện trợ"},
	{"giúp đở", "giúp đỡ"},
	{"gìn dữ", "gìn giữ"},
	{"phát chiển", "phát triển"},
	{"chiển khai", "triển khai"},
	{"kiễm tra", "kiểm tra"},
	{"ủng hổ", "ủng hộ"},
	{"dành giải", "giành giải"},
	{"khắc phụ", "khắc phục"},
	{"belerusia", "Belarus"},
	{"belarusia", "Belarus"},
	{"guiness", "Guinness"},
	{"philipin", "Philippines"},
	{"phillipines", "Philippines"},
	{"indonexia", "Indonesia"},
	{"malayxia", "Malaysia"},
	{"cămpuchia", "Campuchia"},
	{"tamilnadu", "Tamil Nadu"},
	{"dacam", "da cam"},
	{"puduchery", "Puducherry"},
};

/* Words that stand twice in a row by mistake only. */
static const char doubles[] =
	" của và các trong với cho tại là được để về do những từ đã có này đến"
	" theo trên vào bằng nhằm sẽ ";

static enum nc_status check_slips(
	struct check_work *work, const struct check_line *line, size_t i)
{
	for (size_t k = 0; k < sizeof(slips) / sizeof(slips[0]); k++) {
		size_t taken = check_phrase(line, i, slips[k].wrong);
		struct nc_slice words;
		const char *right;

		if (taken == 0)
			continue;
		words = check_words(line, i, i + taken);
		right = check_with_capital(work, line, i, slips[k].right);
		return check_tell(work,
			&(struct check_told){"R17", NC_CHECK_ERROR, line->line,
				words, check_slice(work, words), right, right,
				_("This is a common slip of spelling.")});
	}
	return NC_OK;
}

/* ttriển, PCPNNN: a letter twice that is right when it stands once. */
static enum nc_status check_doubled_letter(
	struct check_work *work, const struct check_line *line, size_t i)
{
	const struct nc_word *word = &line->words[i];
	const char *text = (const char *)line->text.data + word->at;
	struct nc_slice rest = nc_slice(text + 1, word->size - 1);
	struct nc_slice words = nc_slice(text, word->size);
	struct nc_syllable syllable;
	const char *mend = NULL;

	if (word->number || word->size < 4)
		return NC_OK;
	if (!word->caps && !word->syllable && text[0] == text[1] &&
		(uint8_t)text[0] < 0x80 && nc_syllable_parse(rest, &syllable))
		mend = check_slice(work, rest);
	if (word->caps && word->size == 6 && memcmp(text, "PCPNNN", 6) == 0)
		mend = "PCPNN";
	if (mend == NULL)
		return NC_OK;
	return check_tell(
		work, &(struct check_told){"R17", NC_CHECK_ERROR, line->line,
			      words, check_slice(work, words), mend, mend,
			      _("A letter stands here once too often.")});
}

static bool same_word(const struct check_line *line, size_t a, size_t b)
{
	return b < line->words_count && line->words[a].key[0] != '\0' &&
	       !line->words[a].number &&
	       line->words[a].upper == line->words[b].upper &&
	       strcmp(line->words[a].key, line->words[b].key) == 0;
}

/* "về một số về một số": the same two to six words twice in a row. */
static enum nc_status check_twice(struct check_work *work,
	const struct check_line *line, size_t i, size_t *ret_skip)
{
	struct nc_slice words;

	*ret_skip = 0;
	for (size_t size = 6; size >= 1; size--) {
		size_t k = 0;

		if (i + 2 * size > line->words_count)
			continue;
		while (k < size && same_word(line, i + k, i + size + k) &&
			(i + size + k == i ||
				line->words[i + size + k].gap == NC_GAP_SPACE))
			k++;
		if (k < size ||
			(size == 1 && !nc_word_in(doubles, line->words[i].key)))
			continue;
		/* Words of one syllable twice: xa xa, từ từ, are others. */
		if (size == 1 && check_phrase(line, i, "từ|đã|này") > 0)
			continue;
		if (size == 2 &&
			strcmp(line->words[i].key, line->words[i + 1].key) == 0)
			continue;
		words = check_words(line, i, i + 2 * size);
		*ret_skip = size;
		return check_tell(work,
			&(struct check_told){"R17", NC_CHECK_ERROR, line->line,
				words, check_slice(work, words),
				check_slice(
					work, check_words(line, i, i + size)),
				check_slice(
					work, check_words(line, i, i + size)),
				_("The same words stand here twice.")});
	}
	return NC_OK;
}

enum nc_status check_spelling(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = NC_OK;
	size_t told = 0; /* words before it are told of as terms */

	for (size_t i = 0; i < line->words_count && status == NC_OK; i++) {
		size_t skip, before = work->check->count;

		status = check_twice(work, line, i, &skip);
		if (status == NC_OK && skip > 0) {
			i += skip - 1;
			continue;
		}
		if (status == NC_OK)
			status = check_slips(work, line, i);
		if (status == NC_OK && work->check->count == before)
			status = check_doubled_letter(work, line, i);
		if (status == NC_OK && work->check->count == before)
			status = check_terms(work, line, i);
		if (work->check->count > before)
			told = i + 2;
		else if (status == NC_OK && i >= told)
			status = check_syllable(work, line, i);
	}
	return status;
}
