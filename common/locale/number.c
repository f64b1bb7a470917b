#include "locale/number.h"

#include "locale/facts.h"
#include "locale/find.h"
#include "locale/quantity.h"
#include "locale/unit.h"

#include <stdio.h>
#include <string.h>

static void number_print(char out[NC_DECIMAL_TEXT_SIZE + 4],
	const struct nc_amount *amount, bool pad)
{
	struct nc_decimal value = amount->value;
	unsigned shown = amount->power >= 9 ? 9 : amount->power >= 6 ? 6 : 0;

	value.places += shown;
	if (value.places > 18 || !nc_decimal_shift(&value, 0)) {
		value = amount->value;
		shown = 0;
	}
	out[0] = '\0';
	if (pad && shown == 0 && value.places == 0 && value.digits < 10)
		strcpy(out, "0");
	nc_decimal_print(out + strlen(out), value);
	strcat(out, shown == 9 ? " tỷ" : shown == 6 ? " triệu" : "");
}

/* unit: as typed. */
static void count_print(struct nc_count *count,
	const struct nc_quantity *quantity, const char *unit, bool glued)
{
	char low[NC_DECIMAL_TEXT_SIZE + 16], high[NC_DECIMAL_TEXT_SIZE + 16];
	bool after = strcmp(count->qualifier, "trở lên") == 0 ||
		     strcmp(count->qualifier, "trở xuống") == 0;
	bool pad = unit[0] != '%';

	number_print(low, &quantity->low, pad);
	number_print(high, &quantity->high, pad);
	snprintf(count->printed, sizeof count->printed, "%s%s%s%s%s%s%s%s%s%s",
		after ? "" : count->qualifier,
		after || count->qualifier[0] == '\0' ? "" : " ",
		quantity->with_from ? "từ " : "", low,
		!quantity->range      ? ""
		: quantity->with_from ? " đến "
				      : " - ",
		quantity->range ? high : "",
		unit[0] == '\0' || glued ? "" : " ", unit, after ? " " : "",
		after ? count->qualifier : "");
}

/* The numbers of an "số 29, 30, 31": tokens from the first number on, and how
 * many issues they are. */
static size_t issue_list(
	const struct nc_tokens *tokens, size_t i, int64_t *ret_count)
{
	int64_t last = nc_token_at(tokens, i)->value, count = 1;
	size_t n = 1;

	while (nc_token_is(tokens, i + n, ",|và|-") &&
		nc_token_is_number(tokens, i + n + 1, 4) &&
		nc_token_at(tokens, i + n + 1)->value > last) {
		int64_t next = nc_token_at(tokens, i + n + 1)->value;

		count += nc_token_is(tokens, i + n, "-") ? next - last : 1;
		last = next;
		n += 2;
	}
	*ret_count = count;
	return n;
}

/* "số 29, 30, 31/2024" printed with a space after each comma. */
static void issues_print(struct nc_count *count, const struct nc_tokens *tokens,
	size_t i, size_t n)
{
	size_t size = 0;

	for (size_t k = i; k < i + n; k++) {
		struct nc_slice word = nc_token_slice(tokens, k, k + 1);
		bool tight = nc_token_is(tokens, k, ",|/") || k == i ||
			     nc_token_is(tokens, k - 1, "/");

		if (size + word.size + 2 > sizeof count->printed)
			break;
		if (!tight)
			count->printed[size++] = ' ';
		memcpy(count->printed + size, word.data, word.size);
		size += word.size;
	}
	count->printed[size] = '\0';
}

static size_t issues_at(
	const struct nc_tokens *tokens, size_t i, struct nc_count *ret_count)
{
	struct nc_count count = {.kind = NC_COUNT_ISSUES,
		.has_min = true,
		.has_max = true,
		.unit = "số"};
	size_t n;

	if (!nc_token_is(tokens, i, "số") ||
		nc_token_before(tokens, i, "tổng|một|trong") ||
		!nc_token_is_number(tokens, i + 1, 4))
		return 0;
	n = 1 + issue_list(tokens, i + 1, &count.min.digits);
	if (n < 4)
		return 0;
	if (nc_token_is(tokens, i + n, "/|năm")) {
		if (!nc_token_is_number(tokens, i + n + 1, 4) ||
			nc_token_at(tokens, i + n + 1)->digits != 4)
			return 0;
		n += 2;
	}
	if (nc_token_is(tokens, i + n, "/|-") &&
		nc_token_is_glued(tokens, i + n))
		return 0;
	count.max = count.min;
	count.words = nc_token_slice(tokens, i, i + n);
	issues_print(&count, tokens, i, n);
	*ret_count = count;
	return n;
}

static bool is_listed(const struct nc_tokens *tokens, size_t i, size_t end)
{
	if (nc_token_is(tokens, end, ",|và|;") &&
		nc_token_at(tokens, end + 1)->kind == NC_TOKEN_NUMBER)
		return true;
	if (i == 0 || !nc_token_is(tokens, i - 1, ",|và|;"))
		return false;
	for (size_t back = 2; back <= 6 && back <= i; back++)
		if (nc_token_at(tokens, i - back)->kind == NC_TOKEN_NUMBER)
			return true;
	return false;
}

static bool is_idiom(const struct nc_tokens *tokens, size_t i)
{
	return nc_token_phrase(tokens, i,
		       "hai nước|hai bên|hai chiều|hai phía|hai miền|hai dân|"
		       "hai ngành|hai tỉnh|hai đảng|hai thứ|ba bên|một số|"
		       "hai địa phương|bốn mùa|năm châu|một lần|một ngày|"
		       "một người|một bước|một năm|một mặt|hai mặt|hai bà") > 0;
}

/* Shares (70%), the houses of a street (60 đường 23/10), and the periods that
 * reports are of (báo cáo quý, 6 tháng) are nothing that is counted. */
static bool is_no_thing(
	const struct nc_tokens *tokens, size_t i, size_t end, size_t unit_end)
{
	const struct nc_token *next = nc_token_at(tokens, end + 1);

	if (nc_token_is(tokens, end, "%") ||
		nc_token_phrase(tokens, end, "phần trăm|điểm phần trăm") > 0)
		return true;
	if (nc_token_is(tokens, end, "đường|phố") &&
		(next->kind == NC_TOKEN_NUMBER || next->upper))
		return true;
	if (nc_token_is(tokens, unit_end - 1, "tháng|tuần|ngày") &&
		nc_token_phrase(
			tokens, unit_end, "đầu|cuối|và cuối|và cả|và một") > 0)
		return true;
	return nc_token_is(tokens, unit_end - 1, "tháng") &&
	       (nc_token_before(tokens, i,
			"quý ,|quý và|tháng ,|tháng và|báo cáo|sơ kết|"
			"định kỳ|đánh giá|kết quả|nhiệm vụ") > 0);
}

/* Whether a number in running text counts what follows it. */
static bool is_count(const struct nc_tokens *tokens, size_t i,
	const struct nc_quantity *quantity, size_t end, size_t unit_end,
	enum nc_unit_kind kind)
{
	const struct nc_token *first = nc_token_at(tokens, quantity->number_at);
	bool digits = first->kind == NC_TOKEN_NUMBER;
	bool bare = digits && first->digits > 3 && !quantity->low.grouped;

	if (kind == NC_UNIT_NONE ||
		nc_reference_before(tokens, quantity->number_at) ||
		is_no_thing(tokens, i, end, unit_end))
		return false;
	if (digits && first->digits > 2 && tokens->text.data[first->at] == '0')
		return false;
	if (!digits && quantity->number_at == i && !quantity->range &&
		(kind != NC_UNIT_KNOWN || is_idiom(tokens, i) ||
			nc_token_is(tokens, i, "một")) &&
		quantity->low.power == 0 && end - i == 1)
		return false;
	if (!digits && kind != NC_UNIT_KNOWN)
		return false;
	if (kind == NC_UNIT_NAME)
		return digits && is_listed(tokens, i, unit_end);
	if (kind == NC_UNIT_OTHER &&
		(bare || nc_token_before(tokens, i,
				 "chỉ thị|nghị quyết|nghị định|kết luận|"
				 "đề án|quyết định|kế hoạch|thông tư|luật|"
				 "công văn|tờ trình|thông báo|ngày|tháng|năm|"
				 "quý|giờ|phút|lúc")))
		return false;
	if (nc_token_before(tokens, i, "ngày|tháng|năm|lúc|giờ") &&
		!nc_token_before(tokens, i,
			"mỗi ngày|mỗi tháng|mỗi năm|hàng năm|"
			"trong ngày|trong tháng|trong năm|"
			"hằng năm|cả năm"))
		return false;
	/* The time of day: 08 giờ 30 ngày 17, từ 8 giờ. */
	if (nc_token_is(tokens, end, "giờ") &&
		nc_token_before(
			tokens, quantity->number_at, "từ|đến|lúc|trước"))
		return false;
	return !nc_token_is(tokens, end, "giờ|phút") ||
	       (nc_token_at(tokens, unit_end)->kind != NC_TOKEN_NUMBER &&
		       !nc_token_is(tokens, unit_end,
			       "ngày|phút|sáng|chiều|tối|trưa|,"));
}

static void bounds_set(
	struct nc_count *count, const struct nc_quantity *quantity)
{
	count->bound = quantity->bound;
	strcpy(count->qualifier, quantity->qualifier);
	count->has_min = quantity->range || count->bound != NC_BOUND_UPPER;
	count->has_max = quantity->range || count->bound != NC_BOUND_LOWER;
	if (count->has_min)
		count->min = quantity->low.value;
	if (count->has_max)
		count->max = quantity->high.value;
}

/* 1,500 người cannot be one and a half; 3.4 is a heading's number, unless it
 * is a share or has a scale word. */
static bool amounts_settle(const struct nc_tokens *tokens, size_t end,
	bool alone, struct nc_quantity *quantity, struct nc_count *count)
{
	struct nc_amount *amounts[] = {&quantity->low, &quantity->high};

	for (size_t a = 0; a < 2; a++) {
		if (amounts[a]->comma) {
			count->warnings |= NC_NUMBER_AMBIGUOUS;
			nc_amount_take_thousands(amounts[a]);
		}
		if (!amounts[a]->dotted)
			continue;
		count->warnings |= NC_NUMBER_MALFORMED;
		if (!alone && amounts[a]->power == 0 &&
			!nc_token_is(tokens, end, "%|kg|km|ha|tấn|m|lít"))
			return false;
	}
	/* 1,204 - 500 người: no reading puts the ends in order. */
	return !quantity->range || nc_decimal_compare(quantity->low.value,
					   quantity->high.value) <= 0;
}

static size_t count_finish(const struct nc_tokens *tokens, size_t i, size_t end,
	size_t unit, bool named, struct nc_quantity *quantity,
	struct nc_count *count)
{
	size_t per = nc_unit_per(tokens, end + unit, count->per);
	size_t n;
	char words[NC_NUMBER_UNIT_SIZE * 2];

	/* 01 đoàn/01 người are two counts, 01 bài/01 tháng is one. */
	if (nc_token_is_number(tokens, end + unit + 1, 2) &&
		!nc_token_is(tokens, end + unit + 2, "năm|tháng|tuần|ngày|quý"))
		per = 0;
	if (per == 0)
		count->per[0] = '\0';
	n = end - i + unit + per;
	nc_token_join(tokens, end, end + unit + per, words, sizeof words);
	if (per == 0)
		nc_unit_per_before(tokens, i, count->per);
	if (count->per[0] != '\0')
		count->kind = NC_COUNT_RATE;
	count->listed = named && is_listed(tokens, i, i + n);
	n += nc_quantity_after(tokens, i + n, quantity);
	bounds_set(count, quantity);
	count->words = nc_token_slice(tokens, i, i + n);
	count_print(count, quantity, words, nc_token_is(tokens, end, "%"));
	return n;
}

size_t nc_count_at(const struct nc_tokens *tokens, size_t i, bool alone,
	struct nc_count *ret_count, enum nc_status *ret_status)
{
	struct nc_count count = {0};
	struct nc_quantity quantity;
	enum nc_unit_kind kind;
	size_t n = issues_at(tokens, i, ret_count), unit;

	if (n > 0)
		return n;
	n = nc_quantity_read(tokens, i, &quantity);
	if (n == 0 || quantity.currency[0] != '\0')
		return 0;
	if (nc_token_is(tokens, i + n, "/") &&
		nc_token_at(tokens, i + n + 1)->kind == NC_TOKEN_NUMBER)
		return 0;
	unit = nc_unit_read(tokens, i + n, count.unit, &kind);
	if (!alone &&
		!is_count(tokens, i, &quantity, i + n, i + n + unit, kind))
		return 0;
	if (quantity.low.overflow || quantity.high.overflow) {
		*ret_status = NC_LIMIT;
		return 0;
	}
	if (!amounts_settle(tokens, i + n, alone, &quantity, &count))
		return 0;
	n = count_finish(tokens, i, i + n, unit, kind == NC_UNIT_NAME,
		&quantity, &count);
	*ret_count = count;
	return n;
}

/* Words may follow a unit, numbers may not. */
static bool rest_is_words(const struct nc_tokens *tokens, size_t i)
{
	for (; i < tokens->count; i++)
		if (nc_token_at(tokens, i)->kind == NC_TOKEN_NUMBER ||
			nc_token_is(tokens, i, "/|-|%"))
			return false;
	return true;
}

enum nc_status nc_count_parse(
	struct nc_slice text, struct nc_count *ret_count, struct nc_error *err)
{
	NC_AUTO(nc_tokens_fini) struct nc_tokens tokens = {0};
	struct nc_count count;
	enum nc_status status = nc_tokens_init(&tokens, text);
	size_t n = 0;

	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status == NC_OK && nc_reference_at(&tokens, 0) == 0)
		n = nc_count_at(&tokens, 0, true, &count, &status);
	if (status == NC_LIMIT)
		return nc_error_set(err, NC_LIMIT,
			_("The number is too large; write it with fewer "
			  "digits."));
	if (n == 0 || !rest_is_words(&tokens, n) ||
		(count.unit[0] == '\0' && n < tokens.count))
		return nc_error_set(err, NC_INVALID,
			_("This is not a number; write it like 40 đoàn or "
			  "05 - 07 đoàn."));
	*ret_count = count;
	return NC_OK;
}

struct count_visit {
	nc_count_visit *visit;
	void *context;
};

static enum nc_status count_pass(void *context, const struct nc_fact *fact)
{
	const struct count_visit *pass = context;

	if (fact->kind != NC_FACT_COUNT)
		return NC_OK;
	return pass->visit(pass->context, fact->count);
}

enum nc_status nc_numbers_find(
	struct nc_slice text, nc_count_visit *visit, void *context)
{
	struct count_visit pass = {visit, context};

	return nc_facts_find(text, 0, count_pass, &pass);
}
