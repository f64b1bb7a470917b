/* R25: directives, resolutions and other papers as they are cited. */
#include "intake/check_work.h"

#include <string.h>

enum { MISSING_SUFFIX = 1, MISSING_DATE = 2, MISSING_ISSUER = 4 };

static const char papers[] =
	"chỉ thị|nghị quyết|nghị định|quyết định|kết luận|thông tư|hướng "
	"dẫn|công văn|kế hoạch số|thông báo số|thông tri|quy định số|đề án "
	"số|tờ trình số|báo cáo số|công điện số|chương trình hành động số";
/* Cited when a number with its suffix follows: Kế hoạch 05/KH-UBND. */
static const char suffixed[] =
	"kế hoạch|thông báo|quy định|đề án|tờ trình|báo cáo|công điện|chương "
	"trình|chương trình hành động|chương trình công tác|quy chế";
static const char issuers[] =
	"bộ chính trị|ban bí thư|chính phủ|thủ tướng|ban chấp hành|quốc hội|ủy "
	"ban|ubnd|tỉnh ủy|thành ủy|bộ|hội đồng nhân dân|hđnd|trung ương|ban "
	"thường vụ|liên hiệp|chủ tịch|đảng|sở|bch|đoàn chủ tịch|ban tuyên giáo";

/* Suffixes that name who issued: NĐ-CP, QĐ-TTg, QĐ-UBND, CTr/TU. */
static bool suffix_names(struct nc_slice suffix)
{
	static const char *const own[] = {"CP", "TTg", "UBND", "TU", "QH",
		"HĐND", "BNG", "LHHN", "BTC", "BKH", "BGT", "BCA", "MTTW",
		"VPCP", "BTGTW"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		size_t size = strlen(own[i]);

		for (size_t k = 0; k + size <= suffix.size; k++)
			if (memcmp(suffix.data + k, own[i], size) == 0)
				return true;
	}
	return false;
}

/* The suffix behind the number's bytes: "-NQ/TW", "/2020/NĐ-CP". */
static struct nc_slice take_suffix(const struct check_line *line, size_t at)
{
	size_t end = at, size = line->text.size;
	const uint8_t *data = line->text.data;
	bool letter = false;

	while (end < size) {
		uint8_t byte = data[end];

		if (byte == ' ' && end > at && data[end - 1] == '-')
			end++;
		else if (byte == '/' || byte == '-' ||
			 (byte >= '0' && byte <= '9'))
			end++;
		else if ((byte >= 'A' && byte <= 'Z') || byte >= 0x80 ||
			 (byte >= 'a' && byte <= 'z' && letter)) {
			letter = true;
			end++;
		} else {
			break;
		}
	}
	/* "31/12/2021của" is no suffix, nor is an en dash. */
	if (!letter || (data[at] != '/' && data[at] != '-'))
		return nc_slice(NULL, 0);
	return nc_slice(data + at, end - at);
}

static size_t name_end(const struct check_line *line, size_t i)
{
	size_t end = i;

	while (end < line->words_count && end < i + 60 &&
		(end == i || line->words[end].gap != NC_GAP_STOP ||
			line->words[end].number))
		end++;
	return end;
}

static unsigned missing_of(
	const struct check_line *line, size_t number, struct nc_slice suffix)
{
	size_t end = name_end(line, number);
	size_t near = number + 24 < end ? number + 24 : end;
	size_t next = check_find(line, number, near, papers);
	unsigned missing = 0;
	bool dated = false;

	/* The day of the next paper is not this one's. */
	if (next != CHECK_NONE)
		near = next;
	if (suffix.size == 0)
		missing |= MISSING_SUFFIX;
	for (size_t i = 0; i < line->facts_count; i++) {
		size_t word = check_word_at(line, line->facts[i].at);

		dated = dated || (line->facts[i].kind == NC_FACT_DATE &&
					 word > number && word < near &&
					 line->facts[i].of.date.from.year > 0 &&
					 line->facts[i].of.date.precision ==
						 NC_PRECISION_DAY);
	}
	if (!dated)
		missing |= MISSING_DATE;
	if (check_find(line, number, end, issuers) == CHECK_NONE &&
		!suffix_names(suffix))
		missing |= MISSING_ISSUER;
	return missing;
}

static void remember(struct check_work *work, const struct check_line *line,
	size_t paper, size_t number)
{
	const struct nc_word *word = &line->words[number];
	struct nc_slice suffix = take_suffix(line, word->at + word->size);
	struct nc_slice words = check_words(line, paper, number + 1);
	struct check_reference *made;
	const char *key;

	key = check_text(work, "%s %s %s", line->words[paper].key,
		line->words[paper + 1].key, word->key);
	words.size += suffix.size;
	for (size_t i = 0; i < work->references_count; i++) {
		made = &work->references[i];
		if (strcmp(made->key, key) != 0)
			continue;
		made->missing &= missing_of(line, number, suffix);
		return;
	}
	if (work->references_count == CHECK_REFERENCES_MAX)
		return;
	made = &work->references[work->references_count++];
	*made = (struct check_reference){.key = key,
		.words = words,
		.line = line->line,
		.missing = missing_of(line, number, suffix)};
}

enum nc_status check_references(
	struct check_work *work, const struct check_line *line)
{
	for (size_t i = 0; i + 1 < line->words_count; i++) {
		size_t taken = check_phrase(line, i, papers), number;
		size_t other = check_phrase(line, i, suffixed);

		if ((taken < 2 && other == 0) || !line->words[i].upper)
			continue;
		number = i + (taken < 2 ? other : taken);
		number += check_phrase(line, number, "số");
		if (number >= line->words_count ||
			!line->words[number].number ||
			line->words[number].size > 4 ||
			line->words[number].gap != NC_GAP_SPACE ||
			(taken < 2 && take_suffix(line,
					      line->words[number].at +
						      line->words[number].size)
						      .size == 0))
			continue;
		remember(work, line, i, number);
	}
	return NC_OK;
}

static const char *missing_names(struct check_work *work, unsigned missing)
{
	return check_text(work, "%s%s%s%s%s",
		(missing & MISSING_SUFFIX) != 0 ? _("suffix") : "",
		(missing & MISSING_SUFFIX) != 0 && missing > MISSING_SUFFIX
			? ", "
			: "",
		(missing & MISSING_DATE) != 0 ? _("date") : "",
		(missing & MISSING_DATE) != 0 && (missing & MISSING_ISSUER) != 0
			? ", "
			: "",
		(missing & MISSING_ISSUER) != 0 ? _("issuer") : "");
}

enum nc_status check_references_end(struct check_work *work)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < work->references_count && status == NC_OK; i++) {
		const struct check_reference *one = &work->references[i];

		if (one->missing == 0)
			continue;
		status = check_tell(work,
			&(struct check_told){"R25", NC_CHECK_WARNING, one->line,
				one->words, "",
				missing_names(work, one->missing), NULL,
				check_text(work,
					_("The document is cited without: %s."),
					missing_names(work, one->missing))});
	}
	work->references_count = 0;
	return status;
}
