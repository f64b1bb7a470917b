/* R10, R11, R28: products, sums, lengths of lists, and money's currency. */
#include "intake/check_work.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX 40

static bool is_exact(const struct nc_count *count, int64_t *ret_value)
{
	return count->kind == NC_COUNT && count->bound == NC_BOUND_EXACT &&
	       count->has_min && count->has_max &&
	       nc_decimal_compare(count->min, count->max) == 0 &&
	       nc_decimal_scaled(count->min, 0, ret_value);
}

static bool is_exact_money(const struct nc_money *money, int64_t *ret_value)
{
	return money->bound == NC_BOUND_EXACT && money->has_min &&
	       money->has_max &&
	       nc_decimal_compare(money->min, money->max) == 0 &&
	       nc_decimal_scaled(money->min, 2, ret_value);
}

static bool is_comma_money(
	const struct check_line *line, const struct check_fact *fact)
{
	struct nc_slice words = check_fact_words(line, fact);

	return memchr(words.data, ',', words.size) != NULL;
}

/* "x", "×" or "mỗi … trị giá" between a count and its unit's value. */
static bool is_times(const struct check_line *line, const struct check_fact *a,
	const struct check_fact *b)
{
	size_t from = a->at + a->size;
	struct nc_slice between;

	if (from >= b->at || b->at - from > 12)
		return false;
	between = nc_slice(line->text.data + from, b->at - from);
	for (size_t i = 0; i < between.size; i++) {
		if (between.data[i] == 'x' || between.data[i] == '*')
			return true;
		if (between.data[i] == 0xc3 && i + 1 < between.size &&
			between.data[i + 1] == 0x97)
			return true;
	}
	return false;
}

struct product {
	int64_t sum, total;
	size_t parts, totals;
	const struct check_fact *total_fact;
	char currency[NC_CURRENCY_SIZE];
};

/* Adds count × value; false when it cannot be reckoned. */
static bool add_part(const struct check_line *line, size_t i,
	const struct check_fact *money, struct product *product)
{
	int64_t value, count, part;
	size_t k = i;

	if (!is_exact_money(&money->of.money, &value))
		return false;
	while (k > 0 && line->facts[k - 1].kind == NC_FACT_DATE)
		k--;
	if (k == 0 || line->facts[k - 1].kind != NC_FACT_COUNT ||
		!is_exact(&line->facts[k - 1].of.count, &count))
		return false;
	if (money->at - line->facts[k - 1].at > 120 || count < 1 ||
		__builtin_mul_overflow(value, count, &part) ||
		__builtin_add_overflow(product->sum, part, &product->sum))
		return false;
	if (product->parts > 0 &&
		strcmp(product->currency, money->of.money.currency) != 0)
		return false;
	memcpy(product->currency, money->of.money.currency, NC_CURRENCY_SIZE);
	product->parts++;
	return true;
}

/* The power of ten of the last digit that is not zero. */
static int64_t granule(int64_t value)
{
	int64_t size = 1;

	while (value != 0 && value % 10 == 0) {
		value /= 10;
		size *= 10;
	}
	return size;
}

static const char *print_money(
	struct check_work *work, const char *currency, int64_t hundredths)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_decimal value = {hundredths, 2};

	while (value.places > 0 && value.digits % 10 == 0) {
		value.digits /= 10;
		value.places--;
	}
	nc_buffer_init(&out, 128);
	if (nc_money_print(&out, currency, value) != NC_OK)
		return "";
	return check_text(work, "%s", nc_buffer_string(&out));
}

static enum nc_status tell_product(struct check_work *work,
	const struct check_line *line, const struct product *product)
{
	int64_t off = product->total > product->sum
			      ? product->total - product->sum
			      : product->sum - product->total;
	const char *expected;

	if (product->parts == 0 || product->totals != 1 || off == 0 ||
		strcmp(product->currency,
			product->total_fact->of.money.currency) != 0)
		return NC_OK;
	/* 3,42 tỷ is told as 3,4 tỷ. */
	if (is_comma_money(line, product->total_fact) &&
		off < granule(product->total) / 2)
		return NC_OK;
	expected = print_money(work, product->currency, product->sum);
	return check_tell(work,
		&(struct check_told){"R10", NC_CHECK_ERROR, line->line,
			check_fact_words(line, product->total_fact),
			print_money(work, product->currency, product->total),
			expected, expected,
			_("The counts times their unit values do not give "
			  "this total.")});
}

/* One sentence or clause chain: from one total to its parts. */
static enum nc_status check_products(
	struct check_work *work, const struct check_line *line)
{
	struct product product = {0};

	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *fact = &line->facts[i];
		int64_t value;

		if (fact->kind != NC_FACT_MONEY)
			continue;
		if (fact->of.money.per[0] != '\0' ||
			(i > 0 && line->facts[i - 1].kind == NC_FACT_COUNT &&
				is_times(line, &line->facts[i - 1], fact))) {
			if (!add_part(line, i, fact, &product))
				return NC_OK;
			continue;
		}
		if (!is_exact_money(&fact->of.money, &value)) {
			product.totals += 2;
			continue;
		}
		product.total = value;
		product.total_fact = fact;
		product.totals++;
	}
	return tell_product(work, line, &product);
}

/* "trong đó" names some of the parts, unless they are in and out. */
static size_t parts_opener(const struct check_line *line, size_t at)
{
	size_t opener = check_find(line, at, at + 8, "gồm|bao gồm|chia ra");
	size_t end;

	if (opener != CHECK_NONE)
		return opener;
	opener = check_find(line, at, at + 4, "trong đó");
	if (opener == CHECK_NONE || check_phrase(line, opener + 2, "có") > 0)
		return CHECK_NONE;
	end = check_sentence_end(line, opener);
	return check_find(line, opener, end, "đoàn vào") != CHECK_NONE &&
			       check_find(line, opener, end, "đoàn ra") !=
				       CHECK_NONE
		       ? opener
		       : CHECK_NONE;
}

/* "45 đoàn, gồm 20 đoàn … và 24 đoàn …" */
static enum nc_status check_sums(
	struct check_work *work, const struct check_line *line)
{
	for (size_t i = 0; i + 2 < line->facts_count; i++) {
		const struct check_fact *total = &line->facts[i];
		int64_t stated, part, sum = 0;
		size_t parts = 0, at, end, opener;

		if (total->kind != NC_FACT_COUNT ||
			!is_exact(&total->of.count, &stated) || stated < 3)
			continue;
		at = check_word_at(line, total->at + total->size);
		opener = parts_opener(line, at);
		if (opener == CHECK_NONE)
			continue;
		end = opener;
		while (end < line->words_count &&
			(end == opener || line->words[end].gap != NC_GAP_STOP ||
				line->words[end - 1].number ||
				end <= opener + 2))
			end++;
		for (size_t k = i + 1; k < line->facts_count; k++) {
			const struct check_fact *fact = &line->facts[k];
			size_t word = check_word_at(line, fact->at);

			if (word < opener || word >= end)
				continue;
			if (fact->kind != NC_FACT_COUNT ||
				strcmp(fact->of.count.unit,
					total->of.count.unit) != 0 ||
				!is_exact(&fact->of.count, &part)) {
				parts = 0;
				break;
			}
			sum += part;
			parts++;
		}
		if (parts < 2 || sum == stated)
			continue;
		return check_tell(work,
			&(struct check_told){"R10", NC_CHECK_ERROR, line->line,
				check_fact_words(line, total),
				check_text(work, "%lld", (long long)stated),
				check_text(work, "%lld", (long long)sum),
				check_replace(work,
					check_fact_words(line, total),
					check_text(work, "%lld",
						(long long)stated),
					check_text(
						work, "%lld", (long long)sum)),
				_("The parts that follow do not add up to "
				  "this number.")});
	}
	return NC_OK;
}

/* What can be listed by names right behind its number. */
static const char named_units[] =
	"nước|quốc gia|ngôn ngữ|thứ tiếng|huyện|thị xã|xã|tỉnh|thành phố|địa "
	"phương|hội|hội thành viên|câu lạc bộ|trường|sở|quận|phường|tỉnh thành "
	"phố|hội hữu nghị|tỉnh thành|chi hội|đơn vị";

/* A name in a list: words with capitals, the unit's word before it, or hội
 * hữu nghị … Returns the word after it. */
static size_t take_name(const struct check_line *line, size_t i, bool brackets)
{
	size_t from = i;

	while (i < line->words_count) {
		enum nc_gap gap = line->words[i].gap;

		if (i > from && gap != NC_GAP_SPACE && gap != NC_GAP_HYPHEN &&
			gap != NC_GAP_DASH)
			break;
		if (i > from && check_phrase(line, i, "và") > 0)
			break;
		if (line->words[i].number)
			return from;
		if (!brackets && !line->words[i].upper && i - from >= 1 &&
			check_phrase(line, i, "hữu nghị|lạc bộ|phố|xã") == 0 &&
			line->words[i - 1].upper)
			break;
		i++;
	}
	return i;
}

struct list {
	size_t length, end;
	bool open; /* "…", "v.v.", "như" */
};

static bool is_dashed(enum nc_gap gap)
{
	return gap == NC_GAP_DASH || gap == NC_GAP_HYPHEN;
}

static bool text_has(struct nc_slice text, const char *what)
{
	size_t size = strlen(what);

	for (size_t i = 0; i + size <= text.size; i++)
		if (memcmp(text.data + i, what, size) == 0)
			return true;
	return false;
}

/* Names from word i on: A, B và C. */
static void read_list(const struct check_line *line, size_t i, bool brackets,
	struct list *list)
{
	static const char prefix[] =
		"nước|tỉnh|huyện|thị xã|xã|thành phố|tp|hội hữu "
		"nghị|hội|trường|"
		"sở|quận|phường|câu lạc bộ|chi hội|đại học|cao đẳng|tiếng";
	size_t from = i;

	*list = (struct list){0};
	while (i < line->words_count && list->length < LIST_MAX) {
		size_t lead, next;

		if (check_phrase(line, i, "và") > 0)
			i++;
		lead = check_phrase(line, i, prefix);
		if (!check_is_upper_at(line, i + lead) &&
			!check_is_upper_at(line, i))
			break;
		next = take_name(line,
			check_is_upper_at(line, i + lead) ? i + lead : i,
			brackets);
		if (next <= i)
			break;
		list->length++;
		i = next;
		if (i >= line->words_count ||
			(line->words[i].gap != NC_GAP_COMMA &&
				check_phrase(line, i, "và") == 0))
			break;
	}
	list->end = i;
	if (i > from) {
		struct nc_slice words = check_words(line, from, i);
		size_t end =
			(size_t)(words.data - line->text.data) + words.size;
		size_t left = line->text.size - end;

		list->open = text_has(nc_slice(line->text.data + end,
					      left < 8 ? left : 8),
				     "...") ||
			     text_has(nc_slice(line->text.data + end,
					      left < 8 ? left : 8),
				     "…") ||
			     check_phrase(line, i,
				     "v v|vân vân|khác|và các|và một "
				     "số") > 0;
	}
}

/* "nước Việt Nam - Lào": the dash is the comma. */
static bool has_dashes(const struct check_line *line, size_t from, size_t to)
{
	for (size_t i = from + 1; i < to && i < line->words_count; i++)
		if (is_dashed(line->words[i].gap))
			return true;
	return false;
}

static enum nc_status tell_length(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact,
	int64_t stated, size_t length)
{
	struct nc_slice words = check_fact_words(line, fact);
	const char *padded = check_text(work, "%02lld", (long long)stated);
	const char *plain = check_text(work, "%lld", (long long)stated);
	const char *mend = check_replace(
		work, words, padded, check_text(work, "%02zu", length));

	if (mend == NULL)
		mend = check_replace(
			work, words, plain, check_text(work, "%zu", length));
	return check_tell(work,
		&(struct check_told){"R11", NC_CHECK_ERROR, line->line, words,
			plain, check_text(work, "%zu", length), mend,
			check_text(work,
				_("The number says %lld, and the list that "
				  "follows has %zu."),
				(long long)stated, length)});
}

/* The word after the unit of a count: where a list may begin. */
static size_t after_unit(const struct check_line *line,
	const struct check_fact *fact, bool *ret_named)
{
	size_t at = check_word_at(line, fact->at), unit;

	while (at < line->words_count &&
		line->words[at].at < fact->at + fact->size &&
		check_phrase(line, at, named_units) == 0)
		at++;
	unit = check_phrase(line, at, named_units);
	*ret_named = unit > 0 && line->words[at].at < fact->at + fact->size;
	return at + unit;
}

static const char groups[] = "asean|eu|liên minh|tây "
			     "nguyên|miền|nam|bắc|đông|tây|trung|châu|khu vực|"
			     "vùng|đồng bằng|duyên hải|đông nam";

static enum nc_status check_named(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	int64_t stated;
	struct list list;
	size_t at;
	bool named, brackets, announced = false;

	if (!is_exact(&fact->of.count, &stated) || stated < 2 || stated > 30)
		return NC_OK;
	at = after_unit(line, fact, &named);
	if (!named || at >= line->words_count)
		return NC_OK;
	brackets = line->words[at].gap == NC_GAP_OPEN;
	if (!brackets) {
		size_t opener =
			check_phrase(line, at, "gồm|bao gồm|là|gồm có|đó là");
		bool colon = line->words[at].gap == NC_GAP_STOP &&
			     text_has(nc_slice(line->text.data +
						       line->words[at - 1].at +
						       line->words[at - 1].size,
					      line->words[at].at -
						      line->words[at - 1].at -
						      line->words[at - 1].size),
				     ":");

		if (line->words[at].gap == NC_GAP_COMMA && opener == 0)
			return NC_OK;
		if (line->words[at].gap == NC_GAP_STOP && !colon)
			return NC_OK;
		announced = colon || opener > 0;
		at += opener;
	}
	read_list(line, at, brackets, &list);
	/* "10 nước ASEAN, Trung Quốc": the first is a group's name. */
	if (!brackets && !announced &&
		(check_phrase(line, at, groups) > 0 ||
			(int64_t)list.length + 1 + stated / 3 < stated))
		return NC_OK;
	if (list.open || list.length < 2 || (int64_t)list.length == stated)
		return NC_OK;
	if (has_dashes(line, at, list.end) &&
		check_phrase(line, at - 1, "nước|quốc gia") > 0)
		return NC_OK;
	return tell_length(work, line, fact, stated, list.length);
}

static size_t marker_of(const char *text)
{
	if (text[0] == '-' || text[0] == '+' || text[0] == '*')
		return (size_t)text[0];
	if (strspn(text, "0123456789") > 0 && strspn(text, "0123456789") < 3 &&
		(text[strspn(text, "0123456789")] == '.' ||
			text[strspn(text, "0123456789")] == ')'))
		return '1';
	if (text[0] == '(' && text[1] >= '1' && text[1] <= '9')
		return '(';
	if ((uint8_t)text[0] == 0xc2 && (uint8_t)text[1] == 0xb7)
		return 0xb7;
	return 0;
}

/* "05 nhiệm vụ sau:" and the paragraphs that follow. */
static enum nc_status check_following(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_document *document = work->input->document;
	size_t at = check_word_at(line, fact->at), length = 0, marker;
	int64_t stated;

	if (line->text.size == 0 ||
		line->text.data[line->text.size - 1] != ':' ||
		!is_exact(&fact->of.count, &stated) || stated < 2 ||
		stated > 30 || line->words_count - at > 8 ||
		check_find(line, at, at + 5,
			"nội dung|nhiệm vụ|giải pháp|nhóm|mục tiêu|hoạt động|"
			"chương trình|điểm|vấn đề|dự án|kiến nghị") ==
			CHECK_NONE ||
		line->index + 1 >= document->count)
		return NC_OK;
	marker = marker_of(document->paragraphs[line->index + 1].text);
	if (marker == 0 || marker == marker_of(line->paragraph->text))
		return NC_OK;
	for (size_t i = line->index + 1; i < document->count; i++) {
		size_t now = marker_of(document->paragraphs[i].text);

		if (now == 0 || now == marker_of(line->paragraph->text))
			break;
		if (now == '1' && marker == '1' && length > 0 &&
			atoi(document->paragraphs[i].text) == 1)
			break;
		length += now == marker;
	}
	if (length < 2 || (int64_t)length == stated)
		return NC_OK;
	return tell_length(work, line, fact, stated, length);
}

/* "1,234.50": the marks are those of another language. */
static bool is_foreign(struct nc_slice words)
{
	bool comma = false;

	for (size_t i = 1; i + 1 < words.size; i++) {
		uint8_t byte = words.data[i];
		bool inside =
			words.data[i - 1] >= '0' && words.data[i - 1] <= '9' &&
			words.data[i + 1] >= '0' && words.data[i + 1] <= '9';

		if (byte == '.' && inside && comma)
			return true;
		if (byte == ',')
			comma = inside;
		else if (byte < '0' || byte > '9')
			comma = false;
	}
	return false;
}

/* R28: "25 triệu" of what; a number whose marks are amiss is anyone's guess,
 * and money is not guessed. */
static enum nc_status check_money(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_money *money = &fact->of.money;

	if (money->assumed)
		return check_tell(work,
			&(struct check_told){"R28", NC_CHECK_NOTICE, line->line,
				check_fact_words(line, fact), "",
				money->currency, money->printed,
				_("The sum does not say its currency; đồng is "
				  "assumed.")});
	if ((money->warnings & (NC_NUMBER_AMBIGUOUS | NC_NUMBER_MALFORMED)) !=
			0 ||
		is_foreign(check_fact_words(line, fact)))
		return check_tell(work,
			&(struct check_told){"R28", NC_CHECK_NOTICE, line->line,
				check_fact_words(line, fact), "",
				(money->warnings & NC_NUMBER_MALFORMED) != 0
					? ""
					: money->printed,
				NULL,
				_("The number can be read in two ways: "
				  "thousands are parted by dots, decimals by a "
				  "comma.")});
	return NC_OK;
}

static enum nc_status check_count(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_count *count = &fact->of.count;

	if ((count->warnings & NC_NUMBER_AMBIGUOUS) == 0 ||
		count->kind != NC_COUNT)
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R28", NC_CHECK_NOTICE, line->line,
			check_fact_words(line, fact), "", count->printed, NULL,
			_("The number can be read in two ways: thousands are "
			  "parted by dots, decimals by a comma.")});
}

enum nc_status check_arithmetic(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_products(work, line);

	if (status == NC_OK)
		status = check_sums(work, line);
	for (size_t i = 0; i < line->facts_count && status == NC_OK; i++) {
		const struct check_fact *fact = &line->facts[i];

		if (fact->kind == NC_FACT_MONEY)
			status = check_money(work, line, fact);
		if (fact->kind != NC_FACT_COUNT)
			continue;
		status = check_count(work, line, fact);
		if (status == NC_OK)
			status = check_named(work, line, fact);
		if (status == NC_OK)
			status = check_following(work, line, fact);
	}
	return status;
}
