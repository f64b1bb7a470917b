/*
 * R17: words of administration a letter away from what they should be, words
 * that are written twice, a first letter that is. No dictionary of the whole
 * language: what is not in the lists here is left alone.
 */
#include "intake/check_work.h"

#include "locale/letter.h"
#include "locale/tone.h"

#include <string.h>

/* Two words that go together in these documents. In the form of keys. */
static const char *const terms[] = {"trung ương", "kế hoạch", "phối hợp",
	"tổ chức", "triển khai", "hữu nghị", "đối ngoại", "nhân dân",
	"liên hiệp", "hoạt động", "thành viên", "thành lập", "kỉ niệm",
	"ngoại giao", "quan hệ", "hợp tác", "đoàn kết", "viện trợ", "tài trợ",
	"vận động", "chương trình", "dự án", "báo cáo", "lãnh đạo",
	"tuyên "
	"truyền",
	"thông tin", "giao lưu", "văn hóa", "giáo dục", "phát triển", "kinh tế",
	"xã hội", "địa phương", "nhiệm vụ", "nhiệm kì", "đại biểu", "hội nghị",
	"hội thảo", "tọa đàm", "quốc tế", "quốc khánh",
	"chính "
	"phủ",
	"phi chính", "nước ngoài", "sinh viên", "học sinh",
	"thanh "
	"niên",
	"phụ nữ", "chính quyền", "cơ quan", "đơn vị", "tham gia", "tham dự",
	"tham mưu", "tăng cường", "nâng cao", "chất lượng",
	"hiệu "
	"quả",
	"nghiệp vụ", "bồi dưỡng", "đào tạo", "cán bộ", "công chức", "viên chức",
	"chỉ đạo", "thực hiện", "tiếp tục", "củng cố",
	"kiện "
	"toàn",
	"tinh gọn", "bộ máy", "nhân sự", "kinh phí", "giải ngân", "trang thiết",
	"thiết bị", "thiết lập", "khảo sát", "truyền thống", "gặp mặt",
	"chúc mừng", "đại sứ", "lãnh sự", "tổng lãnh", "chủ tịch", "mặt trận",
	"tổ quốc", "ban hành", "nghị quyết", "chỉ thị",
	"quyết "
	"định",
	"phương hướng", "đánh giá", "kết quả", "hạn chế", "khó khăn",
	"thuận lợi", "nguyên nhân", "kiến nghị", "đề xuất", "giới thiệu",
	"quảng bá", "bổ sung", "sâu sắc", "xúc tiến", "đầu tư", "năng lượng",
	"môi trường", "biến đổi", "khí hậu", "bền vững", "từ thiện",
	"nhân "
	"đạo",
	"sức khỏe", "bệnh viện", "trường học", "biên giới", "biển đảo",
	"chủ quyền", "doanh nghiệp", "chuyên trách", "chuyên nghiệp",
	"kiều "
	"bào",
	"đồng bào", "công tác", "đường lối", "chính sách", "pháp luật",
	"chủ trương", "tổng kết", "sơ kết", "khen thưởng", "thi đua",
	"phong "
	"trào",
	"đối tác", "hình thức", "nội dung", "kinh nghiệm", "chia sẻ",
	"tình hình", "đại hội", "chấp hành", "thường trực", "phóng sự",
	"nghiên cứu", "khoa học", "công nghệ", "kĩ thuật", "du lịch"};

/* Whole slips that people make, whatever stands around. */
static const struct {
	const char *wrong, *right;
} slips[] = {
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

/* Right as they stand, and a letter away from a term. */
static const char *const fine[] = {"tình nguyện", "tự nguyện", "nguyện vọng",
	"đại diện", "trực tiếp", "liên lạc", "liên kết", "liên bang",
	"liên hoan", "chuyên gia", "tiêu biểu", "phát biểu", "truyền thông",
	"hội thao", "quan họ", "thành niên", "khóa học", "mỗi trường", "đại sự",
	"cộng tác", "mĩ thuật", "danh giá", "hội thi", "địa phận", "thông tri",
	"ban hàng", "tỉnh đoàn", "bộ phận", "hội đồng", "nhân sư", "tổ trưởng",
	"đại học", "tổng lãnh", "quản lí", "tham quan", "hội chợ", "đồng bảo",
	"nhân danh", "đề án", "kết nghĩa", "công tắc", "thi đấu", "thành đoàn",
	"quốc tịch", "hội quán", "nhân đà", "chính phụ", "chủ trường",
	"tái trợ", "biện giới", "hình thúc", "nội dụng", "giao thông"};

/* Common words that are nobody's half of a term. */
static const char common_words[] =
	" các và với của cho có cả từ tại là được để về do những đã này đến"
	" theo trên vào bằng nhằm sẽ hai ba bốn năm sáu bảy tám chín mười như"
	" khi khá ra đi qua sau lại ở thì mà bị hay hoặc nên cùng nhân phía"
	" người nước tỉnh hội đoàn ngày nhà sang toàn đặc chung chúng riêng"
	" tổ đối một nhiều mỗi năm tháng số đều vẫn còn rất cao tốt mới ";

struct spelled {
	struct nc_letter letters[NC_WORD_KEY_MAX];
	size_t count;
};

static void spell(const char *key, size_t size, struct spelled *spelled)
{
	struct nc_slice text = nc_slice(key, size);
	int32_t point;

	spelled->count = 0;
	while (spelled->count < NC_WORD_KEY_MAX &&
		nc_letter_take(&text, &point)) {
		struct nc_letter *letter = &spelled->letters[spelled->count++];

		if (!nc_letter_read(point, letter))
			*letter = (struct nc_letter){point, 0, false};
	}
}

/* Letters without tones, and the word's one tone, whatever letter has it. */
static int tone_of(const struct spelled *word)
{
	for (size_t i = 0; i < word->count; i++)
		if (word->letters[i].tone != 0)
			return word->letters[i].tone;
	return 0;
}

/* How far two words are apart: letters put in, left out or changed, and the
 * tone; 2 stands for "more than one". */
static int distance(const struct spelled *a, const struct spelled *b)
{
	size_t head = 0, tail = 0, left_a, left_b;
	int tone = tone_of(a) != tone_of(b);

	while (head < a->count && head < b->count &&
		a->letters[head].point == b->letters[head].point)
		head++;
	while (tail < a->count - head && tail < b->count - head &&
		a->letters[a->count - 1 - tail].point ==
			b->letters[b->count - 1 - tail].point)
		tail++;
	left_a = a->count - head - tail;
	left_b = b->count - head - tail;
	if (left_a > 1 || left_b > 1)
		return 2;
	return tone + (left_a + left_b > 0);
}

static bool is_in(const char *const *list, size_t count, const char *first,
	const char *second)
{
	size_t size = strlen(first);

	for (size_t i = 0; i < count; i++)
		if (strncmp(list[i], first, size) == 0 &&
			list[i][size] == ' ' &&
			strcmp(list[i] + size + 1, second) == 0)
			return true;
	return false;
}

static bool is_term(const char *first, const char *second)
{
	return is_in(terms, sizeof(terms) / sizeof(terms[0]), first, second) ||
	       is_in(fine, sizeof(fine) / sizeof(fine[0]), first, second);
}

static bool joins(const struct check_line *line, size_t i)
{
	return i > 0 && i < line->words_count &&
	       line->words[i].gap == NC_GAP_SPACE && !line->words[i].number &&
	       !line->words[i - 1].number;
}

/* A word that is right with its other neighbour is no slip. */
static bool is_at_home(const struct check_line *line, size_t i)
{
	return (joins(line, i) &&
		       is_term(line->words[i - 1].key, line->words[i].key)) ||
	       (joins(line, i + 1) &&
		       is_term(line->words[i].key, line->words[i + 1].key));
}

/* tr for ch, and the other way: many say them alike. */
static bool is_other_initial(const struct spelled *a, const struct spelled *b)
{
	if (a->count != b->count || a->count < 3 || tone_of(a) != tone_of(b))
		return false;
	for (size_t i = 2; i < a->count; i++)
		if (a->letters[i].point != b->letters[i].point)
			return false;
	return (a->letters[0].point == 't' && a->letters[1].point == 'r' &&
		       b->letters[0].point == 'c' &&
		       b->letters[1].point == 'h') ||
	       (a->letters[0].point == 'c' && a->letters[1].point == 'h' &&
		       b->letters[0].point == 't' &&
		       b->letters[1].point == 'r');
}

/* Whether wrong could be what a hand makes of right: one is no syllable, or
 * the two look alike and the word is not one of everyday. */
static bool is_slip(const struct nc_word *word, const struct spelled *right)
{
	struct spelled wrong;

	if (word->caps || nc_word_in(common_words, word->key) ||
		word->letters < 2)
		return false;
	spell(word->key, strlen(word->key), &wrong);
	return distance(&wrong, right) < 2 || is_other_initial(&wrong, right);
}

static size_t letter_size(const char *text)
{
	size_t size = 1;

	while (((uint8_t)text[size] & 0xc0) == 0x80)
		size++;
	return size;
}

/* What is right with the capital that the words begin with. */
static const char *with_capital(struct check_work *work,
	const struct check_line *line, size_t i, const char *right)
{
	const struct nc_word *word = &line->words[i];
	const char *text = (const char *)line->text.data + word->at;
	size_t size = letter_size(right);

	if (!word->upper || word->caps)
		return right;
	if (size == letter_size(word->key) &&
		memcmp(right, word->key, size) == 0)
		return check_text(work, "%.*s%s", (int)letter_size(text), text,
			right + size);
	if (right[0] < 'a' || right[0] > 'z')
		return right;
	return check_text(work, "%c%s", right[0] - 'a' + 'A', right + 1);
}

static enum nc_status tell_term(struct check_work *work,
	const struct check_line *line, size_t i, const char *right)
{
	struct nc_slice words = check_words(line, i, i + 2);

	right = with_capital(work, line, i, right);
	return check_tell(work,
		&(struct check_told){"R17", NC_CHECK_ERROR, line->line, words,
			check_slice(work, words), right, right,
			_("The words look like a slip of the hand for a term "
			  "of these documents.")});
}

static enum nc_status check_term(struct check_work *work,
	const struct check_line *line, size_t i, const char *term)
{
	const char *space = strchr(term, ' ');
	size_t first = (size_t)(space - term);
	const struct nc_word *one = &line->words[i];
	const struct nc_word *two = &line->words[i + 1];
	struct spelled right;

	if (strlen(one->key) == first && memcmp(one->key, term, first) == 0) {
		spell(space + 1, strlen(space + 1), &right);
		/* A valid word that differs by its tone may be another. */
		if (is_slip(two, &right) && !is_at_home(line, i) &&
			!is_at_home(line, i + 1) && !two->upper)
			return tell_term(work, line, i, term);
	} else if (strcmp(two->key, space + 1) == 0) {
		spell(term, first, &right);
		if (is_slip(one, &right) && !is_at_home(line, i) &&
			!is_at_home(line, i + 1) && (!one->upper || i == 0))
			return tell_term(work, line, i, term);
	}
	return NC_OK;
}

static enum nc_status check_terms(
	struct check_work *work, const struct check_line *line, size_t i)
{
	enum nc_status status = NC_OK;

	if (!joins(line, i + 1) ||
		is_term(line->words[i].key, line->words[i + 1].key))
		return NC_OK;
	for (size_t k = 0;
		k < sizeof(terms) / sizeof(terms[0]) && status == NC_OK; k++) {
		size_t before = work->check->count;

		status = check_term(work, line, i, terms[k]);
		if (work->check->count > before)
			break;
	}
	return status;
}

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
		right = with_capital(work, line, i, slips[k].right);
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
	}
	return status;
}
