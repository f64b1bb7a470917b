#include "locale/facts.h"

#include "locale/find.h"

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

size_t nc_reference_at(const struct nc_tokens *tokens, size_t i)
{
	if (nc_token_at(tokens, i)->kind == NC_TOKEN_NUMBER)
		return document_at(tokens, i);
	return telephone_at(tokens, i);
}

bool nc_reference_before(const struct nc_tokens *tokens, size_t i)
{
	/* mỗi lớp 30 học viên */
	if (i >= 2 && nc_token_is(tokens, i - 2, "mỗi|các|những"))
		return false;
	if (nc_token_before(tokens, i, "số"))
		return !nc_token_before(tokens, i,
			"tổng số|trong số|một số|có số|với số|quân số");
	return nc_token_before(tokens, i,
		       "thứ|lần thứ|lẻ|điều|khoản|khóa|khoá|chương|mục|phụ lục|"
		       "cụm|quốc lộ|tỉnh lộ|đường|phòng|tầng|lớp|hạng|cấp|"
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
	return nc_token_is(tokens, i - 1, ".|,|/|-|_|+|@|#|:|=|%") &&
	       nc_token_is_glued(tokens, i - 1) &&
	       nc_token_at(tokens, i - 2)->kind != NC_TOKEN_MARK;
}

struct finding {
	struct nc_date date;
	struct nc_money money;
	struct nc_count count;
};

static size_t fact_at(const struct nc_tokens *tokens, size_t i, int year,
	struct finding *found, struct nc_fact *fact)
{
	enum nc_status status = NC_OK;
	size_t n = nc_date_at(tokens, i, year, &found->date);

	*fact = (struct nc_fact){.kind = NC_FACT_DATE, .date = &found->date};
	if (n > 0 || nc_number_is_inside(tokens, i))
		return n;
	n = nc_money_at(tokens, i, &found->money, &status);
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
