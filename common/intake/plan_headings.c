#include "intake/plan_marks.h"
#include "locale/text.h"
#include "model/letterhead.h"
#include "model/plan.h"

#include <string.h>

/* A heading is shorter than this; of longer text only the start is folded. */
#define HEADING_BYTES_MAX 320
#define HEADING_WORDS_MAX 24
/* Thừa Thiên Huế has three words, Bà Rịa - Vũng Tàu four. */
#define PLACE_WORDS_MAX 4

/* The start of text, cut between two characters. */
static struct nc_slice start_of(struct nc_slice text, size_t size_max)
{
	if (text.size <= size_max)
		return text;
	while (size_max > 0 && (text.data[size_max] & 0xc0) == 0x80)
		size_max--;
	return nc_slice(text.data, size_max);
}

static bool begins_with(const char *folded, const char *words)
{
	size_t size = strlen(words);

	return strncmp(folded, words, size) == 0 &&
	       (folded[size] == '\0' || folded[size] == ' ');
}

static bool begins_with_any(
	const char *folded, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (begins_with(folded, words[i]))
			return true;
	return false;
}

#define BEGINS_WITH_ANY(folded, list)                                          \
	begins_with_any(folded, list, sizeof(list) / sizeof((list)[0]))

size_t plan_count_words(const char *folded)
{
	size_t count = folded[0] == '\0' ? 0 : 1;

	for (; *folded != '\0'; folded++)
		count += *folded == ' ';
	return count;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The first colon that ends words: not that of a time of day. */
static bool find_colon(struct nc_slice text, size_t *ret_at)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] != ':')
			continue;
		if (i > 0 && i + 1 < text.size && is_digit(text.data[i - 1]) &&
			is_digit(text.data[i + 1]))
			continue;
		*ret_at = i;
		return true;
	}
	return false;
}

/* Whether all words of text from the n-th last on begin with a capital. */
static bool ends_in_capitals(struct nc_slice text, size_t n)
{
	struct nc_slice words[HEADING_WORDS_MAX];
	size_t count = 0;
	bool inside = false;

	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];
		/* E2 80 and C2 begin dashes, quotes and U+00A0 */
		bool gap = c < 0x80 ? !(is_digit(c) || ((c | 32) >= 'a' &&
							       (c | 32) <= 'z'))
				    : (c == 0xe2 || c == 0xc2);

		if ((c & 0xc0) == 0x80)
			continue;
		if (!gap && !inside) {
			if (count == HEADING_WORDS_MAX)
				return false;
			words[count++] = nc_slice(text.data + i, text.size - i);
		}
		inside = !gap;
	}
	if (count < n)
		return false;
	for (size_t i = count - n; i < count; i++)
		if (!plan_begins_capital(words[i]))
			return false;
	return true;
}

/* Whether the words for a union say of what and of which kind of place. */
static bool says_place(const char *folded, const char *place, size_t words)
{
	const char *friendship = strstr(folded, "huu nghi ");

	return words <= 2 && friendship != NULL && friendship < place &&
	       (strncmp(place - 5, "tinh ", 5) == 0 ||
		       strncmp(place - 4, "pho ", 4) == 0);
}

static struct nc_slice without_words(struct nc_slice text, size_t count)
{
	while (count-- > 0) {
		while (text.size > 0 && text.data[text.size - 1] > ' ')
			text.size--;
		text = nc_text_trim(text);
	}
	return text;
}

/* "Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh": the words for a union, and
 * then nothing but a place. The union of the whole country is none of ours,
 * nor is the United Nations' "Liên hiệp quốc". */
static bool is_union(struct nc_slice head, const char *folded, bool *ret_small)
{
	static const char *const not_places[] = {
		"viet", "trung uong", "cum", "dia phuong", "toan quoc"};
	const char *place = nc_plan_place_of_folded(folded);
	size_t prefix = (size_t)(place - folded);
	size_t words = plan_count_words(place);

	if (prefix == 0 || words == 0)
		return false;
	/* "Liên hiệp quốc", "Hội Liên hiệp Phụ nữ" */
	if (prefix >= strlen("lien hiep ") &&
		begins_with(place - strlen("lien hiep "), "lien hiep"))
		return false;
	if (BEGINS_WITH_ANY(place, not_places))
		return false;
	if (nc_plan_without_year(place) < strlen(place)) {
		words -= 2;
		head = without_words(head, 2);
	}
	if (words > PLACE_WORDS_MAX)
		return false;
	*ret_small = says_place(folded, place, words);
	return ends_in_capitals(head, words);
}

/* Text in brackets at the end of a heading is no part of a place's name. */
static struct nc_slice without_brackets(struct nc_slice head)
{
	const uint8_t *open = memchr(head.data, '(', head.size);

	if (open == NULL || head.data[head.size - 1] != ')')
		return head;
	return nc_text_trim(nc_slice(head.data, (size_t)(open - head.data)));
}

/* Words that headings begin with, and tasks do not. */
static const char *const heading_words[] = {
	"cong tac",
	"cac cong tac",
	"hoat dong",
	"cac hoat dong",
	"mot so hoat dong",
	"linh vuc",
	"trong linh vuc",
	"ve",
	"mang",
	"noi dung",
	"nhiem vu",
	"quan he",
	"doi ngoai",
	"viec",
};

static bool names_area(
	struct nc_slice head, const char *folded, const char **ret_area)
{
	size_t at;

	*ret_area = nc_plan_area_of_folded(folded, &at);
	if (strcmp(*ret_area, "general") == 0)
		return false;
	return at == 0 || BEGINS_WITH_ANY(folded, heading_words) ||
	       ends_in_capitals(head, plan_count_words(folded));
}

/* A full stop inside the words, other than an abbreviation's: "TP. Đà". */
static bool has_sentence_end(struct nc_slice words)
{
	size_t letters = 0; /* of the word before, in bytes */

	for (size_t i = 0; i + 1 < words.size; i++) {
		if (words.data[i] == '.' && words.data[i + 1] == ' ' &&
			letters > 2)
			return true;
		letters = words.data[i] == ' ' || words.data[i] == '.'
				  ? 0
				  : letters + 1;
	}
	return false;
}

/* Sets head and rest, and whether head could be a heading by its looks; or,
 * the answer, a union's. */
static bool cut_heading(struct nc_slice text, struct plan_heading *heading,
	struct nc_slice *ret_words)
{
	bool semicolon = false, could_be_union;

	struct nc_slice words = text;
	size_t colon;

	heading->head = text;
	heading->rest = nc_slice(text.data, 0);
	if (find_colon(start_of(text, HEADING_BYTES_MAX), &colon)) {
		words = nc_text_trim(nc_slice(text.data, colon));
		heading->head = nc_slice(text.data, colon + 1);
		heading->rest = nc_text_trim(
			nc_slice(text.data + colon + 1, text.size - colon - 1));
	}
	/* a union's heading may end with a semicolon */
	if (words.size > 0 && words.data[words.size - 1] == ';') {
		semicolon = true;
		words = nc_text_trim(nc_slice(words.data, words.size - 1));
	}
	heading->full_stop =
		words.size > 0 && words.data[words.size - 1] == '.';
	if (heading->full_stop)
		words.size--;
	could_be_union = words.size > 0 && words.size <= HEADING_BYTES_MAX &&
			 memchr(words.data, ';', words.size) == NULL &&
			 memchr(words.data, '\n', words.size) == NULL &&
			 !has_sentence_end(words) &&
			 words.data[words.size - 1] != ',' &&
			 !plan_ends_sentence(words);
	heading->like_heading = could_be_union && !semicolon;
	*ret_words = words;
	return could_be_union;
}

enum nc_status plan_heading_of(
	struct nc_slice text, struct plan_heading *ret_heading)
{
	struct plan_heading heading = {.area = "general"};
	struct nc_slice words, name;
	struct nc_buffer folded;
	enum nc_status status;

	bool could_be_union = cut_heading(text, &heading, &words);

	nc_buffer_init(&folded, 8 * HEADING_BYTES_MAX);
	name = without_brackets(start_of(words, HEADING_BYTES_MAX));
	status = nc_text_fold(&folded, name);
	if (status == NC_OK && could_be_union)
		heading.is_union = is_union(name, nc_buffer_string(&folded),
			&heading.is_small_union);
	if (status == NC_OK && name.size != words.size) {
		nc_buffer_reset(&folded);
		status = nc_text_fold(
			&folded, start_of(words, HEADING_BYTES_MAX));
	}
	if (status == NC_OK) {
		heading.words = plan_count_words(nc_buffer_string(&folded));
		heading.names_area = names_area(
			words, nc_buffer_string(&folded), &heading.area);
		if (heading.words > HEADING_WORDS_MAX)
			heading.like_heading = false;
		*ret_heading = heading;
	}
	nc_buffer_fini(&folded);
	return status;
}

static bool is_page_number(struct nc_slice text, const char *folded)
{
	size_t digits = 0;

	if (text.size > 24)
		return false;
	if (begins_with(folded, "trang") || begins_with(folded, "page"))
		folded += folded[0] == 't' ? 5 : 4;
	for (; *folded != '\0'; folded++) {
		if (is_digit((uint8_t)*folded))
			digits++;
		else if (*folded != ' ')
			return false;
	}
	/* "1." alone is a number that lost its words, not a page's. */
	return digits > 0 && digits <= 7 &&
	       strchr(".)", text.data[text.size - 1]) == NULL;
}

/* A line drawn with characters: three or more of them and nothing else. */
static bool is_rule(struct nc_slice text)
{
	size_t drawn = 0;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == ' ')
			continue;
		if (text.data[i] != text.data[0] ||
			strchr("-*_=~.o", text.data[i]) == NULL)
			return false;
		drawn++;
	}
	return drawn >= 3;
}

static bool is_closing(struct nc_slice text, const char *folded)
{
	static const char *const thanks[] = {"tran trong", "xin tran trong",
		"xin chan thanh cam on", "chan thanh cam on", "kinh trinh",
		"het"};

	if (nc_slice_equal(text, nc_slice_text("./.")) ||
		nc_slice_equal(text, nc_slice_text("/.")))
		return true;
	if (begins_with(folded, "tren day la") && text.size <= 400)
		return true;
	return BEGINS_WITH_ANY(folded, thanks) &&
	       plan_count_words(folded) <= 6 && text.size <= 80;
}

/* text up to the end of its first line or column. */
static struct nc_slice first_cell(struct nc_slice text)
{
	return nc_letterhead_take(&text);
}

enum nc_status plan_noise_of(struct nc_slice text, enum plan_noise *ret_noise)
{
	struct nc_buffer folded;
	enum nc_status status;
	const char *words;

	*ret_noise = PLAN_NOISE_NONE;
	if (text.size == 0 || text.size > 400)
		return NC_OK;
	if (is_rule(text)) {
		*ret_noise = PLAN_NOISE_RULE;
		return NC_OK;
	}
	nc_buffer_init(&folded, 4096);
	status = nc_text_fold(&folded, text);
	words = nc_buffer_string(&folded);
	if (status != NC_OK)
		;
	else if (is_page_number(text, words))
		*ret_noise = PLAN_NOISE_PAGE;
	else if (is_closing(text, words))
		*ret_noise = PLAN_NOISE_CLOSING;
	else if (begins_with(words, "noi nhan") && first_cell(text).size <= 40)
		*ret_noise = PLAN_NOISE_RECIPIENTS;
	nc_buffer_fini(&folded);
	return status;
}

static enum nc_status fold_start(struct nc_buffer *folded, struct nc_slice text)
{
	nc_buffer_init(folded, 8 * HEADING_BYTES_MAX);
	return nc_text_fold(folded, start_of(text, HEADING_BYTES_MAX));
}

enum nc_status plan_is_title(struct nc_slice text, bool *ret_is)
{
	struct nc_buffer folded;
	enum nc_status status = fold_start(&folded, text);
	const char *words = nc_buffer_string(&folded);

	/* "… NĂM 2025" too, but for the day on which it was signed */
	if (status == NC_OK)
		*ret_is = begins_with(words, "ke hoach") ||
			  (nc_plan_without_year(words) < strlen(words) &&
				  strstr(words, "thang ") == NULL);
	nc_buffer_fini(&folded);
	return status;
}

enum nc_status plan_year_of(struct nc_slice text, unsigned *ret_year)
{
	struct nc_buffer folded;
	enum nc_status status = fold_start(&folded, text);
	const char *at;

	if (status == NC_OK) {
		*ret_year = 0;
		at = strstr(nc_buffer_string(&folded), "nam 20");
		if (at != NULL && is_digit((uint8_t)at[6]) &&
			is_digit((uint8_t)at[7]) && !is_digit((uint8_t)at[8]))
			*ret_year = 2000 + (unsigned)(at[6] - '0') * 10 +
				    (unsigned)(at[7] - '0');
	}
	nc_buffer_fini(&folded);
	return status;
}
