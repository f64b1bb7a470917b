#include "locale/facts.h"

#include "locale/find.h"
#include "locale/unit.h"

#include <string.h>

/* From "tỷ giá" to its number. */
#define RATE_TOKENS_MAX 6

static const char telephone[] =
	"điện thoại|đt|tel|fax|hotline|sđt|zalo|số máy|đường dây nóng|mst|"
	"mã số|mã số thuế|số tài khoản|stk|số hộ chiếu|hộ chiếu số|cccd|cmnd";

/* Suffixes of documents are capitals (QĐ, CT, TTg, Ctr), never a word. */
static bool is_suffix(const struct nc_tokens *tokens, size_t i)
{
	const struct nc_token *token = nc_token_at(tokens, i);

	if (token->kind != NC_TOKEN_WORD || !token->upper)
		return false;
	return token->capitals || nc_token_is(tokens, i + 1, "/|-");
}

static size_t document_at(const struct nc_tokens *tokens, size_t i)
{
	size_t n = 1;

	if (nc_token_is(tokens, i + 1, "/") &&
		nc_token_is_glued(tokens, i + 1) &&
		nc_token_is_number(tokens, i + 2, 4) &&
		nc_token_at(tokens, i + 2)->digits == 4)
		n = 3;
	if (!nc_token_is(tokens, i + n, "/|-") ||
		!is_suffix(tokens, i + n + 1) ||
		(nc_token_at(tokens, i + n)->gap &&
			nc_token_at(tokens, i + n + 1)->gap))
		return 0;
	n += 2;
	while (nc_token_is(tokens, i + n, "/|-") &&
		nc_token_is_glued(tokens, i + n) &&
		nc_token_at(tokens, i + n + 1)->kind == NC_TOKEN_WORD &&
		nc_token_is_glued(tokens, i + n + 1))
		n += 2;
	return n;
}

static size_t telephone_at(const struct nc_tokens *tokens, size_t i)
{
	size_t lead = nc_token_phrase(tokens, i, telephone), n;

	if (lead == 0)
		return 0;
	while (nc_token_is(tokens, i + lead, ":|.|số|("))
		lead++;
	n = lead;
	while (nc_token_at(tokens, i + n)->kind == NC_TOKEN_NUMBER ||
		nc_token_is(tokens, i + n, ".|-|+|(|)|/"))
		n++;
	return n > lead ? n : 0;
}

/* tỷ giá 25.450 đồng/USD, 1 USD = 25.450 VND: what one costs, and no sum. */
static size_t rate_at(const struct nc_tokens *tokens, size_t i)
{
	size_t n = nc_token_phrase(tokens, i, "tỷ giá|tỉ giá");
	enum nc_status status = NC_OK;
	struct nc_money money;
	size_t more;

	if (n == 0 && nc_token_at(tokens, i)->value != 1)
		return 0;
	while (n > 0 && n < RATE_TOKENS_MAX &&
		nc_token_at(tokens, i + n)->kind != NC_TOKEN_NUMBER)
		n++;
	more = nc_money_at(tokens, i + n, &money, &status);
	if (n == 0 && (more == 0 || !money.has_min || money.min.digits != 1 ||
			      !nc_token_is(tokens, i + more, "=")))
		return 0;
	n += more;
	if (more == 0 || !nc_token_is(tokens, i + n, "=|-"))
		return more == 0 ? 0 : n;
	return n + 1 + nc_money_at(tokens, i + n + 1, &money, &status);
}

size_t nc_reference_at(const struct nc_tokens *tokens, size_t i)
{
	size_t n = nc_token_at(tokens, i)->kind == NC_TOKEN_NUMBER
			   ? document_at(tokens, i)
			   : telephone_at(tokens, i);

	return n > 0 || nc_number_is_inside(tokens, i) ? n : rate_at(tokens, i);
}

bool nc_document_before(const struct nc_tokens *tokens, size_t i)
{
	return nc_token_before(tokens, i,
		       "số|điều|khoản|mục|nghị quyết|quyết định|nghị định|"
		       "thông tư|chỉ thị|công văn|tờ trình|luật|pháp lệnh|"
		       "giấy phép") > 0;
}

bool nc_place_before(const struct nc_tokens *tokens, size_t i)
{
	return nc_token_before(tokens, i,
		       "đường|phố|đại lộ|ngõ|ngách|hẻm|kiệt|quảng trường|"
		       "công viên|vườn hoa|tượng đài|sân vận động|nhà thi đấu|"
		       "cung văn hóa|cung văn hoá|nhà văn hóa|nhà văn hoá|"
		       "hội trường|rạp|chợ|cầu|bến|cảng|ga|tổ|khối|khóm|khu|"
		       "khu phố|khu dân cư|khu đô thị|thôn|ấp|xóm|đội|"
		       "bệnh viện|tiểu học|trung học|thcs|thpt|"
		       "mầm non|mẫu giáo|nhà máy|xí nghiệp|nông trường|"
		       "lâm trường|công ty|hợp tác xã|khách sạn|phòng|lô|"
		       "thửa|căn hộ|quốc lộ|tỉnh lộ") > 0;
}

bool nc_reference_before(const struct nc_tokens *tokens, size_t i)
{
	/* mỗi lớp 30 học viên */
	if (i >= 2 && nc_token_is(tokens, i - 2, "mỗi|các|những"))
		return false;
	if (nc_token_before(tokens, i, "số"))
		return !nc_token_before(tokens, i,
			"tổng số|trong số|một số|có số|với số|quân số");
	/* cấp 2 is a school's, cấp 1.000 bộ sách is given */
	if (nc_token_before(tokens, i, "cấp"))
		return nc_token_at(tokens, i)->digits < 2 &&
		       !nc_token_is(tokens, i + 1, ".|,") &&
		       !nc_unit_is_known(tokens, i + 1);
	return nc_token_before(tokens, i,
		       "thứ|lần thứ|lẻ|điều|khoản|khóa|khoá|chương|mục|phụ lục|"
		       "cụm|quốc lộ|tỉnh lộ|đường|phòng|tầng|lớp|hạng|"
		       "mùng|mồng|kỳ|trang|tiểu đoàn|trung đoàn|sư đoàn|"
		       "lữ đoàn|quân khu|quân đoàn|đại đội|mẫu|bảng|biểu|"
		       "hình|công thức|tuần thứ|version|no|khu phố|quận|"
		       "phường|thế kỷ") > 0;
}

bool nc_number_is_inside(const struct nc_tokens *tokens, size_t i)
{
	const struct nc_token *before;

	if (i == 0 || !nc_token_is_glued(tokens, i) ||
		nc_token_at(tokens, i)->kind != NC_TOKEN_NUMBER)
		return false;
	before = nc_token_at(tokens, i - 1);
	if (before->kind != NC_TOKEN_MARK)
		return true;
	/* 05 đoàn/45 lượt khách */
	if (nc_token_is(tokens, i - 1, "/") && i > 2 &&
		nc_token_at(tokens, i - 2)->kind == NC_TOKEN_WORD &&
		!nc_token_at(tokens, i - 2)->upper &&
		nc_token_at(tokens, i - 2)->gap)
		return false;
	return nc_token_is(tokens, i - 1, ".|,|/|-|_|+|@|#|:|=|%|^") &&
	       nc_token_is_glued(tokens, i - 1) &&
	       nc_token_at(tokens, i - 2)->kind != NC_TOKEN_MARK;
}

struct finding {
	struct nc_date date;
	struct nc_money money;
	struct nc_count count;
};

/* phiên chợ 0 đồng, 1 đồng vốn: no coin has less than 100. */
static bool is_no_coin(const struct nc_money *money)
{
	struct nc_decimal value = money->has_max ? money->max : money->min;

	return strcmp(money->currency, "VND") == 0 && value.places == 0 &&
	       value.digits < 100;
}

static size_t fact_at(const struct nc_tokens *tokens, size_t i, int year,
	struct finding *found, struct nc_fact *fact)
{
	enum nc_status status = NC_OK;
	size_t n = nc_date_at(tokens, i, year, &found->date);

	*fact = (struct nc_fact){.kind = NC_FACT_DATE, .date = &found->date};
	if (n > 0 || nc_number_is_inside(tokens, i))
		return n;
	n = nc_money_at(tokens, i, &found->money, &status);
	if (n > 0 && is_no_coin(&found->money))
		return 0;
	*fact = (struct nc_fact){.kind = NC_FACT_MONEY, .money = &found->money};
	if (n > 0)
		return n;
	*fact = (struct nc_fact){.kind = NC_FACT_COUNT, .count = &found->count};
	return nc_count_at(tokens, i, false, &found->count, &status);
}

/* Each of the dates of a list with gaps. */
static enum nc_status visit_list(const struct nc_tokens *tokens, size_t i,
	int year, const struct nc_date *list, nc_fact_visit *visit,
	void *context)
{
	enum nc_status status = NC_OK;

	for (unsigned k = 0; k < list->several && status == NC_OK; k++) {
		struct nc_date date = {0};
		struct nc_fact fact = {.kind = NC_FACT_DATE, .date = &date};

		nc_date_listed(tokens, i, year, list, k, &date);
		fact.words = date.words;
		fact.at = (size_t)(date.words.data - tokens->text.data);
		status = visit(context, &fact);
	}
	return status;
}

enum nc_status nc_facts_find(
	struct nc_slice text, int year, nc_fact_visit *visit, void *context)
{
	NC_AUTO(nc_tokens_fini) struct nc_tokens tokens = {0};
	enum nc_status status = nc_tokens_init(&tokens, text);
	size_t i = 0;

	while (status == NC_OK && i < tokens.count) {
		struct finding found;
		struct nc_fact fact;
		size_t n = nc_reference_at(&tokens, i);

		if (n > 0) {
			i += n;
			continue;
		}
		n = fact_at(&tokens, i, year, &found, &fact);
		if (n > 0 && fact.kind == NC_FACT_DATE &&
			found.date.several > 0) {
			status = visit_list(
				&tokens, i, year, &found.date, visit, context);
		} else if (n > 0) {
			fact.at = tokens.list[i].at;
			fact.words = nc_token_slice(&tokens, i, i + n);
			status = visit(context, &fact);
		}
		i += n > 0 ? n : 1;
	}
	return status;
}
