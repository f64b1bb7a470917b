/* R10, R28: products, sums, and money's currency. */
#include "intake/check_work.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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
	bool more; /* "và 01 túi gạo": something without a value */
	const struct check_fact *total_fact;
	char currency[NC_CURRENCY_SIZE];
};

/* "40 máy tính … mỗi máy 11 triệu đồng": what is counted in the unit that the
 * sum is for, though nobody reads it as a count. */
static bool counted_before(const struct check_line *line,
	const struct check_fact *money, int64_t *ret_count)
{
	size_t at = check_word_at(line, money->at);
	size_t from = check_sentence_start(line, at > 0 ? at - 1 : 0);

	for (size_t i = at; i > from + 1; i--) {
		const struct nc_word *number = &line->words[i - 2];

		if (!number->number || number->size > 4 ||
			number->gap == NC_GAP_SLASH ||
			line->words[i - 1].gap != NC_GAP_SPACE ||
			strcmp(line->words[i - 1].key, money->of.money.per) !=
				0)
			continue;
		*ret_count = atoi(number->key);
		return true;
	}
	return false;
}

/* The count that the sum for one goes with. */
static bool count_of(const struct check_line *line, size_t i,
	const struct check_fact *money, int64_t *ret_count)
{
	size_t k = i;

	while (k > 0 && line->facts[k - 1].kind == NC_FACT_DATE)
		k--;
	/* "05 căn nhà trị giá 300 triệu đồng (60 triệu đồng/căn)" */
	if (k > 1 && line->facts[k - 1].kind == NC_FACT_MONEY &&
		line->facts[k - 1].of.money.per[0] == '\0' &&
		line->facts[k - 2].kind == NC_FACT_COUNT)
		k--;
	if (k > 0 && line->facts[k - 1].kind == NC_FACT_COUNT)
		return money->at - line->facts[k - 1].at <= 120 &&
		       check_exact(&line->facts[k - 1].of.count, ret_count);
	return money->of.money.per[0] != '\0' &&
	       counted_before(line, money, ret_count);
}

/* Adds count × value; false when it cannot be reckoned. */
static bool add_part(const struct check_line *line, size_t i,
	const struct check_fact *money, struct product *product)
{
	int64_t value, count, part;

	if (!is_exact_money(&money->of.money, &value) ||
		!count_of(line, i, money, &count) || count < 1 ||
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

	if (product->parts == 0 || product->totals != 1 || off == 0 ||
		strcmp(product->currency,
			product->total_fact->of.money.currency) != 0)
		return NC_OK;
	if (product->more && product->total > product->sum)
		return NC_OK;
	/* 3,42 tỷ is told as 3,4 tỷ. */
	if (is_comma_money(line, product->total_fact) &&
		off < granule(product->total) / 2)
		return NC_OK;
	/* A count, a value or the total is wrong, nobody knows which. */
	return check_tell(work,
		&(struct check_told){"R10", NC_CHECK_ERROR, line->line,
			check_fact_words(line, product->total_fact),
			print_money(work, product->currency, product->total),
			print_money(work, product->currency, product->sum),
			NULL,
			_("The counts times their unit values do not give "
			  "this total.")});
}

/* What was counted last goes on, "và bàn ghế", "và 01 túi gạo", before the
 * total: something without a value. */
static bool is_followed(
	const struct check_line *line, const struct check_fact *last)
{
	size_t at = check_word_at(line, last->at + last->size);
	size_t joint = check_phrase(line, at, "và|cùng|cùng với|kèm|kèm theo");

	return last->kind == NC_FACT_COUNT ||
	       (joint > 0 && check_phrase(line, at + joint, "tổng") == 0);
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
		product.more = product.parts > 0 &&
			       is_followed(line, &line->facts[i - 1]);
	}
	return tell_product(work, line, &product);
}

/* Parts that are all there is when both are named. */
static const char *const halves[][2] = {{"đoàn vào", "đoàn ra"}, {"nam", "nữ"},
	{"phi dự án", "dự án"}, {"trong nước", "ngoài nước"},
	{"trong tỉnh", "ngoài tỉnh"}, {"trực tiếp", "trực tuyến"}};

static bool has_halves(const struct check_line *line, size_t from, size_t to)
{
	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++)
		if (check_find(line, from, to, halves[i][0]) != CHECK_NONE &&
			check_find(line, from, to, halves[i][1]) != CHECK_NONE)
			return true;
	return false;
}

/* Where the parts of a total are: words [from, to). */
struct parts {
	size_t from, to;
};

static bool is_colon(const struct check_line *line, size_t i)
{
	size_t end = line->words[i - 1].at + line->words[i - 1].size;

	return line->words[i].gap == NC_GAP_STOP &&
	       memchr(line->text.data + end, ':', line->words[i].at - end) !=
		       NULL;
}

/* "18 đoàn khách (10 đoàn …, 08 đoàn …)", "4 đoàn: 02 đoàn …": the word that
 * opens the parts right behind the total. */
static size_t find_bracket(const struct check_line *line, size_t at)
{
	for (size_t i = at; i < line->words_count && i < at + 4 && i > 0; i++) {
		if (line->words[i].gap == NC_GAP_OPEN || is_colon(line, i))
			return line->words[i].number ||
					       has_halves(line, i, i + 20)
				       ? i
				       : CHECK_NONE;
		if (line->words[i].gap != NC_GAP_SPACE)
			break;
	}
	return CHECK_NONE;
}

static size_t bracket_end(const struct check_line *line, size_t from)
{
	const uint8_t *data = line->text.data + line->words[from].at;
	const uint8_t *close =
		memchr(data, ')', line->text.size - line->words[from].at);

	return close == NULL
		       ? line->words_count
		       : check_word_at(line, (size_t)(close - line->text.data));
}

static bool is_last(const struct check_line *line, size_t from, size_t i)
{
	return i > from + 2 && line->words[i].gap == NC_GAP_STOP &&
	       !line->words[i - 1].number;
}

/* "trong đó" names some of the parts, unless they are halves. */
static bool find_parts(
	const struct check_line *line, size_t at, struct parts *parts)
{
	size_t from = check_find(line, at, at + 8, "gồm|bao gồm|chia ra");
	bool all = from != CHECK_NONE;

	if (!all && (from = find_bracket(line, at)) != CHECK_NONE) {
		all = true;
		if (line->words[from].gap == NC_GAP_OPEN) {
			*parts = (struct parts){from, bracket_end(line, from)};
			return true;
		}
	}
	if (!all)
		from = check_find(line, at, at + 4, "trong đó");
	if (from == CHECK_NONE)
		return false;
	parts->from = from;
	parts->to = from + 1;
	while (parts->to < line->words_count && !is_last(line, from, parts->to))
		parts->to++;
	return all || (check_phrase(line, from + 2, "có") == 0 &&
			      has_halves(line, from, parts->to));
}

static bool begins_with(const char *text, const char *with)
{
	size_t size = strlen(with);

	return size > 0 && strncmp(text, with, size) == 0 &&
	       (text[size] == '\0' || text[size] == ' ');
}

/* "lượt" is of "lượt người", and men are people. */
static bool is_of_unit(const char *part, const char *total)
{
	static const char people[] =
		" người hội viên đại biểu học sinh sinh viên cán bộ học viên "
		"đoàn viên thành viên em cháu ";

	return begins_with(part, total) || begins_with(total, part) ||
	       ((strcmp(part, "nam") == 0 || strcmp(part, "nữ") == 0) &&
		       strstr(people, total) != NULL);
}

/* Another part that has no number: "và đoàn Đức", "còn lại". */
static bool has_more(const struct check_line *line, const struct parts *parts,
	const char *unit)
{
	if (check_find(line, parts->from, parts->to,
		    "còn lại|số còn lại|v v|khác") != CHECK_NONE)
		return true;
	for (size_t i = parts->from + 1; i < parts->to; i++) {
		bool begins = line->words[i].gap == NC_GAP_COMMA ||
			      line->words[i].gap == NC_GAP_STOP ||
			      check_phrase(line, i - 1, "và") > 0;

		if (begins && begins_with(unit, line->words[i].key))
			return true;
	}
	return false;
}

/* The sum of the counts there; false when they are not all of one kind. */
static bool sum_counts(const struct check_line *line,
	const struct check_fact *total, const struct parts *parts,
	int64_t *ret_sum)
{
	size_t count = 0;

	*ret_sum = 0;
	for (size_t k = 0; k < line->facts_count; k++) {
		const struct check_fact *fact = &line->facts[k];
		size_t word = check_word_at(line, fact->at);
		int64_t part;

		if (word < parts->from || word >= parts->to)
			continue;
		if (fact->kind != NC_FACT_COUNT ||
			!is_of_unit(
				fact->of.count.unit, total->of.count.unit) ||
			!check_exact(&fact->of.count, &part) ||
			__builtin_add_overflow(*ret_sum, part, ret_sum))
			return false;
		count++;
	}
	return count > 1 && !has_more(line, parts, total->of.count.unit);
}

/* "45 đoàn, gồm 20 đoàn … và 24 đoàn …" */
static enum nc_status check_count_sum(struct check_work *work,
	const struct check_line *line, const struct check_fact *total)
{
	struct parts parts;
	int64_t stated, sum;

	if (!check_exact(&total->of.count, &stated) || stated < 3 ||
		!find_parts(line, check_word_at(line, total->at + total->size),
			&parts) ||
		!sum_counts(line, total, &parts, &sum) || sum == stated ||
		(parts.to >= line->words_count &&
			check_is_cut(work, line, parts.from)))
		return NC_OK;
	return check_tell(
		work, &(struct check_told){"R10", NC_CHECK_ERROR, line->line,
			      check_fact_words(line, total),
			      check_text(work, "%" PRId64, stated),
			      check_text(work, "%" PRId64, sum), NULL,
			      _("The parts that follow do not add up to "
				"this number.")});
}

/* The sum of the money there, and how coarsely it is told. */
static bool sum_money(const struct check_line *line,
	const struct check_fact *total, const struct parts *parts,
	int64_t *ret_sum, int64_t *ret_coarse)
{
	size_t count = 0;

	*ret_sum = 0;
	for (size_t k = 0; k < line->facts_count; k++) {
		const struct check_fact *fact = &line->facts[k];
		size_t word = check_word_at(line, fact->at);
		int64_t part;

		if (word < parts->from || word >= parts->to ||
			fact->kind == NC_FACT_DATE)
			continue;
		if (fact->kind != NC_FACT_MONEY ||
			fact->of.money.per[0] != '\0' ||
			strcmp(fact->of.money.currency,
				total->of.money.currency) != 0 ||
			!is_exact_money(&fact->of.money, &part) ||
			__builtin_add_overflow(*ret_sum, part, ret_sum))
			return false;
		if (is_comma_money(line, fact))
			*ret_coarse += granule(part) / 2;
		count++;
	}
	return count > 1 && check_find(line, parts->from, parts->to,
				    "còn lại|số còn lại|khác") == CHECK_NONE;
}

/* "3,2 tỷ đồng, trong đó dự án 2,1 tỷ đồng và phi dự án 1,3 tỷ đồng" */
static enum nc_status check_money_sum(struct check_work *work,
	const struct check_line *line, const struct check_fact *total)
{
	struct parts parts;
	int64_t stated, sum, off, coarse = 0;

	if (total->of.money.per[0] != '\0' ||
		!is_exact_money(&total->of.money, &stated) ||
		!find_parts(line, check_word_at(line, total->at + total->size),
			&parts) ||
		!sum_money(line, total, &parts, &sum, &coarse))
		return NC_OK;
	if (is_comma_money(line, total))
		coarse += granule(stated) / 2;
	off = sum > stated ? sum - stated : stated - sum;
	if (off <= coarse || (parts.to >= line->words_count &&
				     check_is_cut(work, line, parts.from)))
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R10", NC_CHECK_ERROR, line->line,
			check_fact_words(line, total),
			print_money(work, total->of.money.currency, stated),
			print_money(work, total->of.money.currency, sum), NULL,
			_("The parts that follow do not add up to this "
			  "number.")});
}

static enum nc_status check_sums(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i + 2 < line->facts_count && status == NC_OK; i++) {
		if (line->facts[i].kind == NC_FACT_COUNT)
			status = check_count_sum(work, line, &line->facts[i]);
		else if (line->facts[i].kind == NC_FACT_MONEY)
			status = check_money_sum(work, line, &line->facts[i]);
	}
	return status;
}

/* "1,234.50", "1,250,000": the marks are those of another language. */
static bool is_foreign(struct nc_slice words)
{
	bool comma = false;

	for (size_t i = 1; i + 1 < words.size; i++) {
		uint8_t byte = words.data[i];
		bool inside =
			words.data[i - 1] >= '0' && words.data[i - 1] <= '9' &&
			words.data[i + 1] >= '0' && words.data[i + 1] <= '9';

		if ((byte == '.' || byte == ',') && inside && comma)
			return true;
		if (byte == ',')
			comma = inside;
		else if (byte < '0' || byte > '9')
			comma = false;
	}
	return false;
}

/* A fact has the words at byte at. */
static bool is_read(const struct check_line *line, size_t at)
{
	for (size_t i = 0; i < line->facts_count; i++)
		if (at >= line->facts[i].at &&
			at < line->facts[i].at + line->facts[i].size)
			return true;
	return false;
}

/* "2 triệu, 3 triệu và 5 triệu đồng", "giải nhất 3 triệu, giải nhì 2 triệu
 * đồng": the last says it for all. */
#define SAID_LATER_WORDS 4

static bool is_said_later(
	const struct check_line *line, const struct check_fact *fact)
{
	size_t from = fact->at + fact->size;

	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *next = &line->facts[i];
		size_t word, to;

		if (next->at < from)
			continue;
		word = check_word_at(line, from);
		to = check_word_at(line, next->at);
		if (next->kind != NC_FACT_MONEY || to > word + SAID_LATER_WORDS)
			return false;
		while (word <= to && word < line->words_count &&
			line->words[word].gap != NC_GAP_STOP)
			word++;
		if (word <= to)
			return false;
		if (!next->of.money.assumed)
			return true;
		from = next->at + next->size;
	}
	return false;
}

/* R28: "25 triệu" of what; a number whose marks are amiss is anyone's guess,
 * and money is not guessed. */
static enum nc_status check_money(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_money *money = &fact->of.money;

	if (money->assumed && is_said_later(line, fact))
		return NC_OK;
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

/* "150.00.000 đồng": digits in groups that are none, and the reader of sums
 * takes them for no number. */
static enum nc_status check_groups(
	struct check_work *work, const struct check_line *line)
{
	static const char units[] = "đồng|đ|vnđ|vnd|usd|eur|euro|yên|triệu|tỉ|"
				    "nghìn|ngàn";

	for (size_t i = 0; i + 3 < line->words_count; i++) {
		size_t to = i, marks = 0;

		while (to < line->words_count && line->words[to].number &&
			(to == i || line->words[to].at ==
					    line->words[to - 1].at +
						    line->words[to - 1].size +
						    1))
			marks += to++ > i;
		if (marks < 2) {
			i = to > i ? to - 1 : i;
			continue;
		}
		if (check_phrase(line, to, units) > 0 &&
			line->words[to].gap == NC_GAP_SPACE &&
			!is_read(line, line->words[i].at))
			return check_tell(work,
				&(struct check_told){"R28", NC_CHECK_NOTICE,
					line->line,
					check_words(line, i, to + 1), "", "",
					NULL,
					_("This is no number: thousands are "
					  "parted by dots in threes, decimals "
					  "by a comma.")});
		i = to - 1;
	}
	return NC_OK;
}

enum nc_status check_arithmetic(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_products(work, line);

	if (status == NC_OK)
		status = check_sums(work, line);
	if (status == NC_OK)
		status = check_groups(work, line);
	for (size_t i = 0; i < line->facts_count && status == NC_OK; i++) {
		const struct check_fact *fact = &line->facts[i];

		if (fact->kind == NC_FACT_MONEY)
			status = check_money(work, line, fact);
		if (fact->kind != NC_FACT_COUNT)
			continue;
		status = check_count(work, line, fact);
	}
	return status;
}
