/* R10, R28: products, sums, and money's currency. */
#include "intake/check_work.h"

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
		!check_exact(&line->facts[k - 1].of.count, &count))
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
			!check_exact(&total->of.count, &stated) || stated < 3)
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
				!check_exact(&fact->of.count, &part)) {
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

/* "2 triệu, 3 triệu và 5 triệu đồng": the last says it for all. */
static bool is_said_later(
	const struct check_line *line, const struct check_fact *fact)
{
	size_t from = fact->at + fact->size;

	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *next = &line->facts[i];
		size_t word;

		if (next->at < from)
			continue;
		word = check_word_at(line, from);
		word += check_phrase(line, word, "và|hoặc|hay|đến|tới");
		if (next->kind != NC_FACT_MONEY ||
			check_word_at(line, next->at) != word)
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
					line->line, check_words(line, i, to + 1),
					"", "", NULL,
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
