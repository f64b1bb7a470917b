/*
 * R17: words of administration a letter away from what they should be. No
 * dictionary of the whole language: what is not in the lists here is left
 * alone.
 */
#include "intake/check_work.h"

#include "locale/letter.h"

#include <string.h>

/* Two words that go together in these documents. In the form of keys. */
static const char *const terms[] = {"trung ương", "kế hoạch", "phối hợp",
	"tổ chức", "triển khai", "hữu nghị", "đối ngoại", "nhân dân",
	"liên hiệp", "hoạt động", "thành viên", "thành lập", "kỉ niệm",
	"ngoại giao", "quan hệ", "hợp tác", "đoàn kết", "viện trợ", "tài trợ",
	"vận động", "chương trình", "dự án", "báo cáo", "lãnh đạo",
	"tuyên truyền", "thông tin", "giao lưu", "văn hóa", "giáo dục",
	"phát triển", "kinh tế", "xã hội", "địa phương", "nhiệm vụ", "nhiệm kì",
	"đại biểu", "hội nghị", "hội thảo", "tọa đàm", "quốc tế", "quốc khánh",
	"chính phủ", "phi chính", "nước ngoài", "sinh viên", "học sinh",
	"thanh niên", "phụ nữ", "chính quyền", "cơ quan", "đơn vị", "tham gia",
	"tham dự", "tham mưu", "tăng cường", "nâng cao", "chất lượng",
	"hiệu quả", "nghiệp vụ", "bồi dưỡng", "đào tạo", "cán bộ", "công chức",
	"viên chức", "chỉ đạo", "thực hiện", "tiếp tục", "củng cố", "kiện toàn",
	"tinh gọn", "bộ máy", "nhân sự", "kinh phí", "giải ngân", "trang thiết",
	"thiết bị", "thiết lập", "khảo sát", "truyền thống", "gặp mặt",
	"chúc mừng", "đại sứ", "lãnh sự", "tổng lãnh", "chủ tịch", "mặt trận",
	"tổ quốc", "ban hành", "nghị quyết", "chỉ thị", "quyết định",
	"phương hướng", "đánh giá", "kết quả", "hạn chế", "khó khăn",
	"thuận lợi", "nguyên nhân", "kiến nghị", "đề xuất", "giới thiệu",
	"quảng bá", "bổ sung", "sâu sắc", "xúc tiến", "đầu tư", "năng lượng",
	"môi trường", "biến đổi", "khí hậu", "bền vững", "từ thiện", "nhân đạo",
	"sức khỏe", "bệnh viện", "trường học", "biên giới", "biển đảo",
	"chủ quyền", "doanh nghiệp", "chuyên trách", "chuyên nghiệp",
	"kiều bào", "đồng bào", "công tác", "đường lối", "chính sách",
	"pháp luật", "chủ trương", "tổng kết", "sơ kết", "khen thưởng",
	"thi đua", "phong trào", "đối tác", "hình thức", "nội dung",
	"kinh nghiệm", "chia sẻ", "tình hình", "đại hội", "chấp hành",
	"thường trực", "phóng sự", "nghiên cứu", "khoa học", "công nghệ",
	"kĩ thuật", "du lịch", "hỗ trợ", "xử lí", "dữ liệu", "mở rộng",
	"chủ động", "hội viên", "đóng góp", "bảo vệ", "bảo đảm", "đảm bảo",
	"giải pháp", "giảm nghèo", "sẵn sàng", "gắn kết", "giữ gìn", "giữ vững",
	"quản lí", "hướng dẫn", "kiểm tra", "giám sát", "tích cực", "ổn định",
	"qui định", "qui chế", "điều lệ", "đăng kí", "kí kết", "thỏa thuận",
	"ghi nhớ", "xây dựng", "đẩy mạnh", "phát huy", "vai trò", "thế mạnh",
	"lợi ích", "nguồn lực", "tiếp nhận", "tiếp đón", "đón tiếp", "thăm hỏi",
	"học bổng", "trao tặng", "khuyến khích", "điều kiện", "thường xuyên",
	"kịp thời", "chặt chẽ", "thống nhất", "hòa bình", "ủng hộ", "bạn bè",
	"láng giềng", "chiến lược", "toàn diện", "hội nhập", "kết nối",
	"sử dụng", "tập huấn", "phê duyệt", "rà soát", "tổng hợp", "thẩm định",
	"thủ tục", "hồ sơ", "thiết thực", "đa dạng", "phong phú", "lan tỏa",
	"nhiệt tình", "trách nhiệm", "quyền lợi", "nghĩa vụ", "khắc phục",
	"hậu quả", "thiên tai", "cứu trợ", "quyên góp", "gia đình", "hoàn cảnh",
	"chuẩn bị", "hoàn thành", "thành tích", "xuất sắc", "danh hiệu",
	"biểu dương", "khai mạc", "bế mạc", "triển lãm", "biểu diễn",
	"nghệ thuật", "thể thao", "văn nghệ", "báo chí", "xuất bản",
	"phóng viên", "lịch sử", "di tích", "bảo tàng", "thư viện", "đại học",
	"cao đẳng", "giáo viên", "giảng viên", "chuyên gia", "kĩ năng",
	"ngôn ngữ", "phiên dịch", "hợp đồng", "ngân sách", "tài chính",
	"thanh toán", "quyết toán", "đầu mối", "định kì", "thường kì",
	"thời gian", "địa điểm", "thành phần", "tham luận", "phát biểu",
	"thảo luận", "tiếp thu", "quán triệt", "nghiêm túc"};

/* Right as they stand, and a letter away from a term or beside one. */
static const char *const fine[] = {"tình nguyện", "tự nguyện", "nguyện vọng",
	"đại diện", "trực tiếp", "liên lạc", "liên kết", "liên bang",
	"liên hoan", "chuyên gia", "tiêu biểu", "phát biểu", "truyền thông",
	"hội thao", "quan họ", "thành niên", "khóa học", "mỗi trường", "đại sự",
	"cộng tác", "mĩ thuật", "danh giá", "hội thi", "địa phận", "thông tri",
	"ban hàng", "tỉnh đoàn", "bộ phận", "hội đồng", "nhân sư", "tổ trưởng",
	"đại học", "tổng lãnh", "quản lí", "tham quan", "hội chợ", "đồng bảo",
	"nhân danh", "đề án", "kết nghĩa", "công tắc", "thi đấu", "thành đoàn",
	"quốc tịch", "hội quán", "nhân đà", "chính phụ", "chủ trường",
	"tái trợ", "biện giới", "hình thúc", "nội dụng", "giao thông",
	"ngoại tệ", "ngoại thương", "ngoại thành", "ngoại hình", "ngoại khóa",
	"ngoại ngữ", "trợ giúp", "dân tộc", "dân chủ", "dân số", "dân vận",
	"dân cư", "dân sự", "dân quân", "dân gian", "dân tình", "dân ca",
	"định hướng", "kết thúc", "kết luận", "kết hợp", "học kì", "chu kì",
	"thời kì", "mạnh mẽ", "tập thể", "cụ thể", "đoàn thể", "có thể",
	"cơ thể", "toàn thể", "giao tiếp", "gián tiếp", "hệ thống", "phổ thông",
	"thông báo", "thông qua", "an toàn", "góp vốn", "thiên tài",
	"hoàng thành", "thánh tích", "sản xuất", "lịch sự", "đồng chí",
	"đồng bằng", "đồng thời", "đồng ý", "đồng tình", "cuộc họp", "thư kí",
	"chuyển giao", "tiến trình", "quá trình", "lộ trình", "hành trình",
	"qui trình", "công trình", "giáo trình", "sinh hoạt", "cộng đồng",
	"ý nghĩ", "nhân tạo", "hình thành", "văn phòng", "diện tích",
	"công thức", "văn bản", "cơ bản", "chi hội", "ban đầu", "lần đầu",
	"bước đầu", "thành phố", "thành công", "thanh tra", "thanh tịnh",
	"đơn xin", "khai mở", "bảo quản", "bảo tồn", "báo tin", "giải phóng",
	"giải quyết", "giải thưởng", "hướng tới", "xã giao", "chủ đề",
	"chủ nhật", "chủ nhà", "chủ yếu", "hội hè", "hội họa", "kí hiệu",
	"kí túc", "kí tự", "kì nghỉ", "kì thi", "điều hành", "điều tra",
	"hủ tục", "dự liệu", "thông tín", "đại hồi", "tiếp thụ", "thủ túc",
	"truyền tải", "truyền dẫn", "truyền hình", "khả năng", "chức năng",
	"tính năng", "tiềm năng", "công năng", "tài năng", "năng suất",
	"năng động", "thiên nhiên", "thế giới", "thiếu niên", "thiểu số",
	"điều chỉnh", "bắt đầu", "tự động", "tự chủ", "tự do", "thực tế",
	"thực tiễn", "thực phẩm", "thực trạng", "mô hình", "thi hành",
	"hiệu trưởng", "bộ trưởng", "thứ trưởng", "trưởng đoàn", "học viện",
	"học tập", "học hỏi", "học viên", "học phí", "cơ sở", "thay đổi",
	"trao đổi", "đổi mới", "tác phong", "tác động", "tác giả", "tác phẩm",
	"cam kết", "lệ phí", "chi phí", "hội phí", "chính thức", "nhân viên",
	"trợ lí", "trợ giảng", "trợ cấp", "đón nhận", "ghi nhận", "xác nhận",
	"công nhận", "nhận được", "hành chính", "cá nhân", "công nhân",
	"dẫn đầu", "dẫn đến", "góp ý", "góp phần", "góp sức", "cố gắng",
	"cố tình", "cố ý", "cố định", "cố vấn", "thi tuyển", "thi công",
	"giai đoạn", "trở thành"};

/* Common words that are nobody's half of a term. */
static const char common_words[] =
	" các và với của cho có cả từ tại là được để về do những đã này đến"
	" theo trên vào bằng nhằm sẽ hai ba bốn năm sáu bảy tám chín mười như"
	" khi khá ra đi qua sau lại ở thì mà bị hay hoặc nên cùng nhân phía"
	" người nước tỉnh hội đoàn ngày nhà sang toàn đặc chung chúng riêng"
	" tổ đối một nhiều mỗi năm tháng số đều vẫn còn rất cao tốt mới vì bởi"
	" nếu song vừa lên xuống thêm hơn gì ai kia ấy vậy thế nhau dù đang"
	" chưa không rồi ngay luôn mãi đó đây ta họ tôi ông bà anh chị em cuộc"
	" việc nói nhận bên trước giữa ngoài dưới gần xa mọi từng vài thật quá "
	"chỉ"
	" buổi sáng trưa chiều tối đêm hôm nay mai ";

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

/* o for ô: a mark left out; s for x, i for y, at the end c for t. */
static bool is_confused(int32_t a, int32_t b, bool last)
{
	if (nc_letter_base(a) == nc_letter_base(b))
		return true;
	if (a > b) {
		int32_t other = a;

		a = b;
		b = other;
	}
	return (a == 's' && b == 'x') || (a == 'i' && b == 'y') ||
	       (last && a == 'c' && b == 't');
}

/* How far two words are apart: letters put in, left out or changed, and the
 * tone; 2 stands for "more than one". Where a is a possible syllable, a letter
 * in another's place is one that hands or ears confuse with it: of nhân tạo
 * nobody makes nhân đạo by a slip. */
static int distance(
	const struct spelled *a, const struct spelled *b, bool possible)
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
	if (left_a == 1 && left_b == 1 && possible &&
		!is_confused(a->letters[head].point, b->letters[head].point,
			tail == 0))
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

bool check_is_term(const char *first, const char *second)
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
	return (joins(line, i) && check_is_term(line->words[i - 1].key,
					  line->words[i].key)) ||
	       (joins(line, i + 1) && check_is_term(line->words[i].key,
					      line->words[i + 1].key));
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
	return distance(&wrong, right, word->syllable) < 2 ||
	       is_other_initial(&wrong, right);
}

static size_t letter_size(const char *text)
{
	size_t size = 1;

	while (((uint8_t)text[size] & 0xc0) == 0x80)
		size++;
	return size;
}

/* What is right with the capital that the words begin with. */
const char *check_with_capital(struct check_work *work,
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

/* As these documents print what the key has with i. */
static const char *printed(const char *key)
{
	static const struct {
		const char *key, *word;
	} with_y[] = {{"kí", "ký"}, {"kì", "kỳ"}, {"kỉ", "kỷ"}, {"kĩ", "kỹ"},
		{"lí", "lý"}, {"qui", "quy"}, {"mĩ", "mỹ"}};

	for (size_t i = 0; i < sizeof(with_y) / sizeof(with_y[0]); i++)
		if (strcmp(with_y[i].key, key) == 0)
			return with_y[i].word;
	return key;
}

/* Which word of a pair is the slip, and what it is to be. */
struct slip {
	size_t word; /* 0: neither */
	const char *right;
};

/* What a term makes of words i and i + 1: word 1 or 2. */
static bool read_slip(const struct check_line *line, size_t i, const char *term,
	struct slip *slip)
{
	const char *space = strchr(term, ' ');
	size_t first = (size_t)(space - term);
	const struct nc_word *one = &line->words[i];
	const struct nc_word *two = &line->words[i + 1];
	struct spelled right;

	if (strncmp(one->key, term, first) == 0 && one->key[first] == '\0') {
		spell(space + 1, strlen(space + 1), &right);
		*slip = (struct slip){2, space + 1};
		return !two->upper && is_slip(two, &right);
	}
	if (strcmp(two->key, space + 1) != 0)
		return false;
	spell(term, first, &right);
	*slip = (struct slip){1, term};
	return (!one->upper || i == 0) && is_slip(one, &right);
}

/* Of two terms that it may be nobody knows which. */
static bool is_sure(
	const struct check_line *line, size_t i, const char *const term)
{
	struct slip slip;

	for (size_t k = 0; k < sizeof(terms) / sizeof(terms[0]); k++)
		if (terms[k] != term && read_slip(line, i, terms[k], &slip))
			return false;
	for (size_t k = 0; k < sizeof(fine) / sizeof(fine[0]); k++)
		if (read_slip(line, i, fine[k], &slip))
			return false;
	return true;
}

static enum nc_status tell_term(struct check_work *work,
	const struct check_line *line, size_t i, const struct slip *slip,
	bool sure)
{
	struct nc_slice words = check_words(line, i, i + 2);
	const char *right = check_text(
		work, "%.*s", (int)strcspn(slip->right, " "), slip->right);
	size_t other = slip->word == 1 ? i + 1 : i;

	right = check_with_capital(
		work, line, i + slip->word - 1, printed(right));
	right = slip->word == 1
			? check_text(work, "%s %s", right,
				  check_slice(work,
					  check_words(line, other, other + 1)))
			: check_text(work, "%s %s",
				  check_slice(work,
					  check_words(line, other, other + 1)),
				  right);
	return check_tell(work,
		&(struct check_told){"R17", NC_CHECK_ERROR, line->line, words,
			check_slice(work, words), right, sure ? right : NULL,
			_("The words look like a slip of the hand for a term "
			  "of these documents.")});
}

enum nc_status check_terms(
	struct check_work *work, const struct check_line *line, size_t i)
{
	struct slip slip;

	/* A word that is right with its other neighbour is no slip. */
	if (!joins(line, i + 1) ||
		check_is_term(line->words[i].key, line->words[i + 1].key) ||
		is_at_home(line, i) || is_at_home(line, i + 1))
		return NC_OK;
	for (size_t k = 0; k < sizeof(terms) / sizeof(terms[0]); k++)
		if (read_slip(line, i, terms[k], &slip))
			return tell_term(work, line, i, &slip,
				is_sure(line, i, terms[k]));
	return NC_OK;
}
