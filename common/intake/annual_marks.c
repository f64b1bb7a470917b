#include "intake/annual_marks.h"
#include "locale/text.h"
#include "model/plan.h"

#include <string.h>

/* A heading is shorter than this; of longer text only the start is looked at.
 */
#define START_BYTES_MAX 400
#define CAPITALS_WORDS_MAX 40
/* A sentence that a report ends with. */
#define CLOSING_WORDS_MAX 60
#define PARTS_MAX 5

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct nc_slice start_of(struct nc_slice text)
{
	size_t size = START_BYTES_MAX;

	if (text.size <= size)
		return text;
	while (size > 0 && (text.data[size] & 0xc0) == 0x80)
		size--;
	return nc_slice(text.data, size);
}

enum nc_status annual_fold(struct nc_buffer *out, struct nc_slice text)
{
	nc_buffer_init(out, 8 * START_BYTES_MAX);
	return nc_text_fold(out, start_of(text));
}

bool annual_begins(const char *folded, const char *words)
{
	size_t size = strlen(words);

	return strncmp(folded, words, size) == 0 &&
	       (folded[size] == '\0' || folded[size] == ' ');
}

bool annual_begins_any(
	const char *folded, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (annual_begins(folded, words[i]))
			return true;
	return false;
}

static struct nc_slice skip(struct nc_slice text, size_t size)
{
	return nc_slice(text.data + size, text.size - size);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_gap(struct nc_slice text)
{
	return text.size > 0 &&
	       (text.data[0] == ' ' || text.data[0] == '\t' ||
		       (text.size > 1 && text.data[0] == 0xc2 &&
			       text.data[1] == 0xa0));
}

static struct nc_slice skip_gaps(struct nc_slice text)
{
	while (is_gap(text))
		text = skip(text, text.data[0] == 0xc2 ? 2 : 1);
	return text;
}

static void add_part(struct annual_mark *mark, struct nc_slice part)
{
	size_t size = strlen(mark->number);

	if (size + part.size + 2 > sizeof(mark->number))
		return;
	if (size > 0)
		mark->number[size++] = '.';
	memcpy(mark->number + size, part.data, part.size);
	mark->number[size + part.size] = '\0';
	mark->parts++;
}

/* Digits, at most two. */
static size_t digits_of(struct nc_slice text, unsigned *ret_value)
{
	size_t size = 0;

	*ret_value = 0;
	while (size < text.size && is_digit(text.data[size])) {
		*ret_value = *ret_value * 10 + (text.data[size] - '0');
		if (++size > 2)
			return 0;
	}
	return size;
}

/* "1" of the words after "6. ": the number goes on, "6. 1. Các hội". */
static void take_spaced_part(struct annual_mark *mark, struct nc_slice words)
{
	unsigned value;
	size_t size = digits_of(words, &value);
	struct nc_slice rest = skip(words, size);

	if (size == 0 || rest.size < 2 || !strchr(".)", rest.data[0]) ||
		!is_gap(skip(rest, 1)))
		return;
	add_part(mark, nc_slice(words.data, size));
	mark->ordinal = value;
	mark->closer = 0;
	rest = skip_gaps(skip(rest, 1));
	mark->size = words.size - rest.size;
}

static enum annual_kind kind_of(const struct plan_mark *mark)
{
	const uint8_t *at = mark->label.data;

	if (mark->label.size == 0)
		return ANNUAL_OTHER;
	if (mark->roman)
		return at[0] >= 'a' ? ANNUAL_SMALL_ROMAN : ANNUAL_ROMAN;
	if (is_digit(at[0]))
		return ANNUAL_DECIMAL;
	if (mark->label.size > 2)
		return ANNUAL_OTHER;
	return plan_begins_small(mark->label) ? ANNUAL_SMALL : ANNUAL_CAPITAL;
}

static void of_number(const struct plan_line *line, struct annual_mark *mark)
{
	mark->kind = kind_of(&line->mark);
	mark->ordinal = line->mark.ordinal;
	mark->closer = (uint8_t)(line->mark.key >> 16);
	mark->label = line->mark.label;
	if (mark->kind == ANNUAL_OTHER) {
		add_part(mark, mark->label);
		return;
	}
	for (size_t from = 0, at = 0; at <= mark->label.size; at++) {
		if (at < mark->label.size && mark->label.data[at] != '.')
			continue;
		add_part(mark, nc_slice(mark->label.data + from, at - from));
		from = at + 1;
	}
	if (mark->kind != ANNUAL_SMALL && mark->parts == 1 &&
		mark->closer == '.' && line->list_level < 0)
		take_spaced_part(mark, line->words);
}

/* One part of a number at the front of text: its size, 0 for none. */
static size_t part_size(struct nc_slice text, bool first, unsigned *ret_value)
{
	size_t size = digits_of(text, ret_value);
	uint8_t c = text.size > 0 ? text.data[0] : 0;

	if (size > 0)
		return size;
	if (first) {
		while (size < text.size && size < 7 &&
			strchr("IVX", text.data[size]) && text.data[size] != 0)
			size++;
		if (size == 0 && c >= 'A' && c <= 'Z')
			size = 1;
	} else if (c >= 'a' && c <= 'z') {
		*ret_value = 2 * (unsigned)(c - 'a' + 1);
		size = 1;
	}
	return size;
}

/* "II.1. Đoàn ra", "A.1 …", "6.2. …", which look like other things to those
 * who do not see what stands before. */
static void of_parts(struct nc_slice words, struct annual_mark *mark)
{
	struct nc_slice at = words;
	bool dot = false;

	for (;;) {
		unsigned value;
		size_t size = part_size(at, mark->parts == 0, &value);

		if (size == 0 || mark->parts == PARTS_MAX)
			break;
		add_part(mark, nc_slice(at.data, size));
		mark->ordinal = value;
		at = skip(at, size);
		dot = at.size > 0 && at.data[0] == '.';
		if (!dot)
			break;
		at = skip(at, 1);
	}
	mark->label = nc_slice(words.data, (size_t)(at.data - words.data));
	if (dot)
		mark->label.size--;
	else if (at.size > 0 && strchr(")/:", at.data[0]) != NULL)
		at = skip(at, 1);
	if (mark->parts < 2 || !is_gap(at) ||
		!plan_begins_capital(skip_gaps(at)))
		return;
	mark->kind = ANNUAL_DECIMAL;
	mark->doubtful = true;
	mark->size = words.size - skip_gaps(at).size;
}

static const char *const roman[] = {
	"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"};

/* "thứ nhất", "thứ 2", "II", "3", "A" behind the word "phần". */
static unsigned part_ordinal(const char *folded, const char **ret_number)
{
	static const char *const ordinals[] = {"", "nhat", "hai", "ba", "tu",
		"nam", "sau", "bay", "tam", "chin", "muoi"};
	char lower[8];
	bool nth = annual_begins(folded, "thu");

	if (nth)
		folded += strcspn(folded, " ");
	folded += *folded == ' ';
	for (unsigned i = 1; i < COUNT(ordinals); i++) {
		size_t size = strlen(roman[i]);

		for (size_t k = 0; k <= size; k++)
			lower[k] = (char)(roman[i][k] | (k < size ? 32 : 0));
		*ret_number = roman[i];
		if (nth && annual_begins(folded, ordinals[i]))
			return i;
		if (!nth && annual_begins(folded, lower))
			return i;
		if (i < 10 && folded[0] == (char)('0' + i) &&
			(folded[1] == ' ' || folded[1] == '\0'))
			return i;
	}
	*ret_number = "IV";
	return nth && annual_begins(folded, "bon") ? 4 : 0;
}

/* The words "Phần thứ nhất" stay in the heading; the number is Roman. */
static enum nc_status of_part(struct nc_slice words, struct annual_mark *mark)
{
	struct nc_buffer folded;
	const char *number = "";
	const char *at;
	enum nc_status status;

	/* "Phần", "Phụ lục", "Chương": for most lines this is the answer. */
	if (words.size < 4 || (words.data[0] != 'P' && words.data[0] != 'C'))
		return NC_OK;
	status = annual_fold(&folded, words);
	at = nc_buffer_string(&folded);
	if (status == NC_OK &&
		(annual_begins(at, "phan") || annual_begins(at, "chuong"))) {
		at += strcspn(at, " ");
		mark->ordinal = part_ordinal(at + (*at == ' '), &number);
		if (mark->ordinal > 0) {
			mark->kind = ANNUAL_PART;
			add_part(mark, nc_slice_text(number));
			mark->label = nc_slice(words.data, 0);
		}
	}
	if (status == NC_OK && annual_begins(at, "phu luc") &&
		plan_count_words(at) <= CAPITALS_WORDS_MAX)
		mark->kind = ANNUAL_APPENDIX;
	nc_buffer_fini(&folded);
	return status;
}

enum nc_status annual_mark_of(
	const struct plan_line *line, struct annual_mark *ret_mark)
{
	struct annual_mark mark = {.kind = ANNUAL_NONE};
	enum nc_status status = NC_OK;

	if (line->noise == PLAN_NOISE_NONE &&
		line->mark.kind == PLAN_MARK_NUMBER && !line->mark.enclosed) {
		of_number(line, &mark);
	} else if (line->noise == PLAN_NOISE_NONE &&
		   line->mark.kind == PLAN_MARK_NONE) {
		of_parts(line->words, &mark);
		if (mark.kind == ANNUAL_NONE) {
			mark = (struct annual_mark){.kind = ANNUAL_NONE};
			status = of_part(line->words, &mark);
		}
	}
	*ret_mark = mark;
	return status;
}

/* The last count parts of a number; NULL when it has fewer. */
static const char *last_parts(const char *number, size_t count)
{
	const char *at = number + strlen(number);

	if (*number == '\0')
		return count == 0 ? number : NULL;
	while (at > number) {
		if (at[-1] == '.' && --count == 0)
			return at;
		at--;
	}
	return count == 1 ? number : NULL;
}

static size_t parts_of(const char *number)
{
	size_t count = number[0] == '\0' ? 0 : 1;

	for (; *number != '\0'; number++)
		count += *number == '.';
	return count;
}

bool annual_ends_with(const char *path, const char *number, unsigned drop)
{
	size_t parts = parts_of(number), size = strlen(number);
	const char *end;

	if (parts <= drop)
		return false;
	for (unsigned i = 0; i < drop; i++)
		while (number[--size] != '.')
			;
	end = last_parts(path, parts - drop);
	return end != NULL && strlen(end) == size &&
	       strncmp(end, number, size) == 0;
}

void annual_path(
	char out[ANNUAL_NUMBER_MAX], const char *path, const char *number)
{
	size_t parts = parts_of(number), size, more;
	const char *own = number;

	/* The longest start of the number that the path ends with. */
	for (unsigned drop = 1; drop < parts; drop++) {
		if (!annual_ends_with(path, number, drop))
			continue;
		own = last_parts(number, drop);
		break;
	}
	size = strlen(path);
	more = strlen(own);
	if (size == 0 || more == 0 || size + more + 2 > ANNUAL_NUMBER_MAX) {
		memmove(out, more == 0 ? path : own,
			strlen(more == 0 ? path : own) + 1);
		return;
	}
	memmove(out, path, size);
	out[size] = '.';
	memcpy(out + size + 1, own, more + 1);
}

bool annual_is_capitals(struct nc_slice words)
{
	size_t letters = 0, count = 0;
	bool inside = false;

	for (size_t i = 0; i < words.size; i++) {
		uint8_t c = words.data[i];
		struct nc_slice at = skip(words, i);

		if ((c & 0xc0) == 0x80)
			continue;
		if (plan_begins_small(at))
			return false;
		letters += plan_begins_capital(at);
		count += c != ' ' && !inside;
		inside = c != ' ';
		if (count > CAPITALS_WORDS_MAX)
			return false;
	}
	return letters > 3 && count > 1;
}

struct meaning {
	const char *words;
	const char *name;
};

/* The longer come before those that they begin with. */
static const struct meaning parts[] = {
	{"tinh hinh va ket qua", "results"},
	{"tinh hinh ket qua", "results"},
	{"tinh hinh thuc hien", "results"},
	{"tinh hinh hoat dong", "results"},
	{"tinh hinh trien khai", "results"},
	{"tinh hinh chung", "context"},
	{"tinh hinh the gioi", "context"},
	{"tinh hinh quoc te", "context"},
	{"boi canh", "context"},
	{"dac diem", "context"},
	{"khai quat", "context"},
	{"danh gia", "assessment"},
	{"nhan xet", "assessment"},
	{"ket qua dat duoc", "achievements"},
	{"mat dat duoc", "achievements"},
	{"uu diem", "achievements"},
	{"thanh tich", "achievements"},
	{"ket qua", "results"},
	{"kho khan", "difficulties"},
	{"han che", "difficulties"},
	{"ton tai", "difficulties"},
	{"vuong mac", "difficulties"},
	{"nguyen nhan", "difficulties"},
	{"bai hoc", "lessons"},
	{"phuong huong", "directions"},
	{"dinh huong", "directions"},
	{"ke hoach nam", "directions"},
	{"ke hoach cong tac", "directions"},
	{"ke hoach hoat dong", "directions"},
	{"chuong trinh cong tac nam", "directions"},
	{"thuc hien nhiem vu", "results"},
	{"nhiem vu", "directions"},
	{"kien nghi", "proposals"},
	{"de xuat", "proposals"},
};

/* Where whole words stand in folded text, or NULL. */
static const char *find_words(const char *text, const char *words)
{
	for (const char *at = text; at != NULL; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (annual_begins(at, words))
			return at;
	}
	return NULL;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Whether a section may say something else than what is around it: an
 * assessment of what went well and what did not; results, of hindrances; and
 * anything, directions or proposals that its heading begins with. */
static bool may_differ(const char *around, const char *part, size_t at)
{
	if (same(around, ""))
		return true;
	if (same(around, "assessment"))
		return !same(part, "results") && !same(part, "context");
	if (same(part, "difficulties") || same(part, "lessons"))
		return same(around, "results") && at <= strlen("mot so ");
	return at == 0 && (same(part, "directions") || same(part, "proposals"));
}

const char *annual_part_of(const char *folded, const char *around)
{
	const char *first = NULL, *part = around;

	for (size_t i = 0; i < COUNT(parts); i++) {
		const char *at = find_words(folded, parts[i].words);

		if (at == NULL || (first != NULL && at >= first))
			continue;
		first = at;
		part = parts[i].name;
	}
	if (first == NULL)
		return around;
	if (same(part, "achievements") && !same(around, "assessment"))
		part = "results";
	return may_differ(around, part, (size_t)(first - folded)) ? part
								  : around;
}

/* "hữu nghị" in a union's name says nothing of friendship. */
static bool is_name(const char *folded, const char *at)
{
	static const char *const names[] = {
		"to chuc ", "lien hiep ", "cac hoi ", "lh "};

	for (size_t i = 0; i < COUNT(names); i++) {
		size_t size = strlen(names[i]);

		if ((size_t)(at - folded) >= size &&
			strncmp(at - size, names[i], size) == 0)
			return !same(names[i], "cac hoi ") ||
			       strstr(folded, "lien hiep cac hoi") != NULL;
	}
	return false;
}

const char *annual_area_of(const char *folded, const char *around)
{
	for (;;) {
		size_t at;
		const char *area = nc_plan_area_of_folded(folded, &at);

		if (same(area, "general"))
			return around;
		if (!same(area, "friendship") || !is_name(folded, folded + at))
			return area;
		folded += at;
		folded += strcspn(folded, " ");
		folded += *folded == ' ';
	}
}

enum nc_status annual_names_role(struct nc_slice words, bool *ret_is)
{
	static const char *const roles[] = {"chu tich", "pho chu tich",
		"tong thu ky", "chanh van phong", "nguoi lap bao cao",
		"nguoi bao cao", "thu truong don vi", "da ky", "ky ten",
		"ky ghi ro ho ten", "ky va ghi ro ho ten"};
	struct nc_buffer folded;
	enum nc_status status;
	const char *at;

	*ret_is = false;
	if (words.size > 120)
		return NC_OK;
	status = annual_fold(&folded, words);
	at = nc_buffer_string(&folded);
	if (status == NC_OK)
		*ret_is = plan_count_words(at) <= 8 &&
			  !plan_ends_sentence(words) &&
			  annual_begins_any(at, roles, COUNT(roles));
	nc_buffer_fini(&folded);
	return status;
}

enum nc_status annual_is_signature(struct nc_slice words, bool *ret_is)
{
	*ret_is = plan_is_signature(words);
	return *ret_is ? NC_OK : annual_names_role(words, ret_is);
}

enum nc_status annual_is_closing(struct nc_slice words, bool *ret_is)
{
	static const char *const says[] = {
		"bao cao", "tran trong", "tren day", "kinh trinh"};
	struct nc_buffer folded;
	enum nc_status status;
	const char *at;

	*ret_is = false;
	if (words.size < 3 || words.size > 1000 ||
		memcmp(words.data + words.size - 3, "./.", 3) != 0)
		return NC_OK;
	nc_buffer_init(&folded, 8 * 1024);
	status = nc_text_fold(&folded, words);
	at = nc_buffer_string(&folded);
	for (size_t i = 0; status == NC_OK && i < COUNT(says); i++)
		*ret_is |= plan_count_words(at) <= CLOSING_WORDS_MAX &&
			   find_words(at, says[i]) != NULL;
	nc_buffer_fini(&folded);
	return status;
}

enum nc_status annual_is_recipients(struct nc_slice words, bool *ret_is)
{
	struct nc_buffer folded;
	enum nc_status status;

	*ret_is = false;
	if (words.size > 240)
		return NC_OK;
	status = annual_fold(&folded, words);
	if (status == NC_OK)
		*ret_is = annual_begins(nc_buffer_string(&folded), "noi nhan");
	nc_buffer_fini(&folded);
	return status;
}

/* The words that a report's sentences begin with after a heading that nobody
 * closed. */
static size_t sentence_at(struct nc_slice words)
{
	static const char *const begins[] = {" Trong năm ", " Trong thời gian ",
		" Trong kỳ ", " Năm 20", " Liên hiệp đã ", " Nhìn chung",
		" Tiếp tục "};
	size_t first = words.size;

	for (size_t i = 0; i < COUNT(begins); i++) {
		const uint8_t *at = memmem(
			words.data, words.size, begins[i], strlen(begins[i]));

		if (at != NULL && (size_t)(at - words.data) < first)
			first = (size_t)(at - words.data);
	}
	return first;
}

/* The first full stop that ends a sentence, not an abbreviation: "TP. Đà". */
static size_t stop_at(struct nc_slice words)
{
	size_t letters = 0;

	for (size_t i = 0; i + 1 < words.size; i++) {
		if (words.data[i] == '.' && words.data[i + 1] == ' ' &&
			letters > 2)
			return i + 1;
		letters = words.data[i] == ' ' || words.data[i] == '.'
				  ? 0
				  : letters + 1;
	}
	return words.size;
}

size_t annual_heading_size(
	const struct plan_heading *heading, struct nc_slice words)
{
	/* Shorter is no heading, longer nobody prints as one. */
	const size_t shortest = 8, longest = 160;
	size_t stop = stop_at(words), sentence = sentence_at(words);

	if (heading->like_heading && heading->rest.size > 0 &&
		heading->head.size < stop)
		return heading->head.size;
	if (stop >= shortest && stop <= longest && stop < words.size)
		return stop;
	if (sentence >= shortest && sentence <= longest &&
		words.size - sentence > 80)
		return sentence;
	return words.size;
}

size_t annual_columns(struct nc_slice words)
{
	size_t spaces = 0;

	for (size_t i = 0; i < words.size; i++) {
		if (words.data[i] == '\t')
			return i - spaces;
		spaces = words.data[i] == ' ' ? spaces + 1 : 0;
		if (spaces == 4)
			return i + 1 - spaces;
	}
	return words.size;
}
