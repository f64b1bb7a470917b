#include "intake/names.h"

#include "base/memory.h"
#include "intake/check_work.h"

#include <string.h>

struct naming {
	struct check_line line;
	nc_intake_name_visit *visit;
	void *context;
	/* Of the last organisation: where it ended, and its part. */
	size_t last_end;
	enum nc_intake_name_part last_part;
};

/* What organisations are called; longer before shorter does not matter. */
static const char heads[] =
	"hội|chi hội|hiệp hội|liên hiệp|liên hiệp hội|quĩ|đại sứ quán|tổng "
	"lãnh "
	"sự quán|lãnh sự quán|văn phòng đại diện|phái đoàn|sở|ban|ban liên "
	"lạc|ủy ban|trung tâm|viện|trường|trường đại học|trường cao đẳng|đại "
	"học|học viện|bệnh viện|công ti|tập đoàn|liên đoàn|câu lạc bộ|nhà "
	"văn hóa|đài|đài phát thanh|báo|tạp chí|tỉnh đoàn|thành đoàn|đoàn "
	"thanh "
	"niên|mặt trận|bộ|cục|tổng cục|vụ|ngân hàng|hội đồng|bộ chỉ huy|công "
	"an|hội liên hiệp|tổ chức phi chính phủ|liên hợp quốc";
/* These begin a name in small letters too. */
static const char small_heads[] = "đại sứ quán|tổng lãnh sự quán|lãnh sự "
				  "quán|quĩ|hội hữu nghị|trường đại "
				  "học|công ti|tập đoàn|tổ chức phi chính phủ";
/* Hội nghị, Báo cáo, Đài Loan: words that only look like one. */
static const char not_heads[] =
	"hội nghị|hội thảo|hội thi|hội chợ|hội đàm|hội trại|hội nhập|hội "
	"viên|hội trường|hội họa|hội diễn|hội ngộ|hội thao|hội xuân|hội thành "
	"viên|báo cáo|báo chí|đài loan|đài bắc|ban hành|ban tặng|bộ sách|bộ "
	"máy|bộ đội|vụ việc|sở hữu|viện trợ|trường sa|trường sơn|trường kì|đại "
	"học sinh|quĩ đất|hội đồng hương";
/* Small words that a name holds when a capital follows. */
static const char links[] =
	"hữu nghị|với người|các tổ chức hữu nghị|các tổ chức|phi chính phủ|phi "
	"chính phủ "
	"nước ngoài|người|doanh nghiệp|sinh viên|lưu học sinh|quốc tế|nhân "
	"đạo|từ thiện|phát triển|hợp tác|bảo trợ|liên lạc|liên lạc với "
	"người|giao lưu|văn hóa|văn hóa và|đoàn kết|cựu|và hợp tác|nhân "
	"dân|tỉnh|"
	"thành phố|huyện|đại học|hỗ trợ|hữu nghị và hợp tác|nước|cộng hòa|các "
	"nước|đại sứ|đoàn kết và hữu nghị|thị xã|quận|trẻ em|hữu nghị và hợp "
	"tác "
	"với các nước|thanh niên|phụ nữ";
/* Words of names whose second syllable is small: Sở Văn hóa và Thể thao. */
static const char compounds[] =
	"vận động|công tác|phụ sản|hoàng gia|câu lạc bộ|cựu chuyên gia|công "
	"tác người nước ngoài|văn hóa|thể thao|nhà báo|nhà văn|giáo dục|cộng "
	"sản|phát thanh|truyền "
	"hình|bộ đội|biên phòng|chữ thập đỏ|người mù|từ thiện|liên hiệp|nhân "
	"dân|"
	"liên lạc|luật gia|phụ nữ|nông dân|cựu chiến binh|khuyến học|đông y|y "
	"tế|ngoại vụ|nội vụ|tài chính|kế hoạch|đầu tư|công thương|du lịch|lao "
	"động|thương binh|xã hội|khoa học|công nghệ|thông tin|truyền thông|tư "
	"pháp|xây dựng|giao thông|vận tải|nông nghiệp|nông thôn|phát triển "
	"nông "
	"thôn|quốc phòng|công an|quân sự|chấp hành|thường trực|bí thư|chính "
	"trị|ngoại giao|thương mại|công nghiệp|đối ngoại|kĩ thuật|nghệ thuật|"
	"mĩ thuật|âm nhạc|sinh viên|thanh niên|thiếu niên|hữu nghị|hòa "
	"bình|đoàn "
	"kết|phát triển|doanh nghiệp|doanh nhân|quốc tế|bảo trợ|nạn nhân|chất "
	"độc|da cam|trẻ em|trẻ em mồ côi|người khuyết tật|người cao tuổi|văn "
	"học|văn học nghệ thuật|điện ảnh|kiến trúc|sân khấu|báo chí|hợp "
	"tác|giao "
	"lưu|nghiên cứu|đào tạo|môi trường|tài nguyên|đa khoa|trung ương|mặt "
	"trận|tổ quốc|đại học|cao đẳng|sư phạm|ngoại ngữ|ngôn ngữ|kinh tế|y "
	"dược|bách khoa|nhân văn|hội nghị|triển lãm|xúc tiến|dân tộc|tôn giáo|"
	"phật giáo|công giáo|chỉ huy|nhân đạo|nhà trường|chuyên gia|quân tình "
	"nguyện|tình nguyện|gặp gỡ|người việt nam|người|phòng|ở nước "
	"ngoài|nước "
	"ngoài|thời đại|kiều bào|khu vực|miền trung|dân chủ|cộng hòa|liên bang|"
	"xúc tiến đầu tư|xúc tiến thương mại|phi chính phủ";
/* These follow và in small letters: Sở Khoa học và công nghệ. */
static const char seconds[] =
	"công nghệ|đầu tư|đào tạo|thể thao|du lịch|truyền thông|môi trường|xã "
	"hội|phát triển nông thôn|nhân văn";
/* Before a name these make it none: các Sở, 02 Hội. */
static const char plurals[] =
	"các|những|một số|nhiều|mỗi|từng|toàn|mọi|hai|ba|bốn|năm|một";

static const char with[] =
	"phối hợp với|phối hợp chặt chẽ với|phối hợp cùng|phối hợp cùng với|"
	"phối hợp|cùng với|cùng|sự phối hợp của|sự tham gia của|hợp tác với|"
	"thỏa thuận với|ghi nhớ với|kí kết với|kết nghĩa với|chủ trì với";
static const char givers[] = "do|của|từ|bởi|nhà tài trợ";
static const char gives[] =
	"tài trợ|viện trợ|hỗ trợ|trao tặng|tặng|cam kết|giúp đỡ|ủng hộ";

static const char holds[] = "tại|ở";
/* What a place in small letters begins with. */
static const char sites[] =
	"thành phố|thị xã|thị "
	"trấn|tỉnh|huyện|xã|phường|quận|thôn|bản|buôn|làng|"
	"đảo|bán đảo|vịnh|khu vực|trụ sở|khách sạn|công viên|trường|trường đại "
	"học|trường cao đẳng|nhà văn hóa|nhà hát|trung tâm|bảo tàng|hội trường|"
	"quảng trường|sân vận động|thư viện|bệnh viện|đền|chùa|nghĩa trang|"
	"tượng đài|khu di tích|khu du lịch|khu công nghiệp|cửa khẩu|sân bay|"
	"bãi biển|nhà thờ|đài tưởng niệm|khu tưởng niệm|mộ|phố đi bộ|đường|"
	"viện|nhà khách|ga|cảng|phòng họp|trung tâm hội nghị";
/* What "tại" is followed by and is no place. */
static const char not_places[] =
	"việt nam|hội nghị|hội thảo|đại hội|lễ|nghị quyết|quyết định|chỉ "
	"thị|kế "
	"hoạch|công văn|thông báo|điều|khoản|luật|nghị định|báo cáo|thông tư|"
	"hội đàm|tọa đàm|phiên|kì|diễn đàn|chương trình|hướng dẫn|công hàm|"
	"câu lạc bộ|tờ trình|mục|phần|biểu|phụ lục|văn bản|hội thi|quốc hội";

static bool is_upper(const struct check_line *line, size_t i)
{
	return i < line->words_count && line->words[i].upper &&
	       !line->words[i].number;
}

/* The word joins the one before it: a space, or the dash of Việt Nam - Lào. */
static bool joins(const struct check_line *line, size_t i)
{
	enum nc_gap gap;

	if (i >= line->words_count)
		return false;
	gap = line->words[i].gap;
	return gap == NC_GAP_SPACE ||
	       ((gap == NC_GAP_DASH || gap == NC_GAP_HYPHEN) &&
		       is_upper(line, i));
}

static bool all_join(const struct check_line *line, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!joins(line, i))
			return false;
	return true;
}

/* An alternative at i whose words stand without a break: how many. */
static size_t phrase(
	const struct check_line *line, size_t i, const char *phrases)
{
	size_t n = check_phrase(line, i, phrases);

	return n > 0 && all_join(line, i + 1, i + n) ? n : 0;
}

static bool is_head(const struct check_line *line, size_t i)
{
	if (phrase(line, i, not_heads) > 0)
		return false;
	return (is_upper(line, i) && phrase(line, i, heads) > 0) ||
	       phrase(line, i, small_heads) > 0;
}

/* A word of a name, or two that are one: how many. */
static size_t piece_at(const struct check_line *line, size_t at)
{
	size_t n;

	if (!joins(line, at) || !is_upper(line, at))
		return 0;
	n = phrase(line, at, compounds);
	return n > 0 ? n : 1;
}

/* Small words that go on to a capital which begins no other name. */
static size_t link_at(const struct check_line *line, size_t at)
{
	size_t n = joins(line, at) ? phrase(line, at, links) : 0, more;

	if (n == 0 || !joins(line, at + n))
		return 0;
	if (is_upper(line, at + n))
		return is_head(line, at + n) ? 0 : n;
	more = link_at(line, at + n);
	return more > 0 ? n + more : 0;
}

/* "và Thể thao", "và công nghệ", "ở nước ngoài": the rest of one. */
static size_t rest_at(const struct check_line *line, size_t at)
{
	size_t and = check_phrase(line, at, "và"), n;

	if (!joins(line, at) || !joins(line, at + and) ||
		(is_upper(line, at + and) && is_head(line, at + and)))
		return 0;
	if (and == 0)
		return phrase(line, at, "ở nước ngoài|nước ngoài");
	n = phrase(
		line, at + and, is_upper(line, at + and) ? compounds : seconds);
	return n > 0 ? and+n : 0;
}

/* "tại Việt Nam" behind a mission, "tại Pháp" behind an association. */
static size_t seat_at(const struct check_line *line, size_t i)
{
	if (!joins(line, i) || check_phrase(line, i, "tại|ở") == 0 ||
		!joins(line, i + 1) || !is_upper(line, i + 1))
		return 0;
	return 1;
}

/* The words of a name that begins with its head at i; 0: it is none. */
static size_t name_length(
	const struct check_line *line, size_t i, size_t head, bool seated)
{
	size_t at = i + head, n;
	bool named = false;

	for (;;) {
		if ((n = piece_at(line, at)) > 0) {
			if (named && is_head(line, at) &&
				phrase(line, at, "đại học|bộ đội") == 0)
				break;
			named = true;
		} else if ((n = link_at(line, at)) == 0 && named) {
			n = rest_at(line, at);
			if (n == 0 && seated)
				n = seat_at(line, at);
		}
		if (n == 0)
			break;
		at += n;
	}
	return named ? at - i : 0;
}

/* "tổ chức" is a verb more often than not. */
static size_t foreign_length(const struct check_line *line, size_t i)
{
	size_t n = check_phrase(line, i, "tổ chức|dự án của tổ chức");
	size_t at = i + n;

	if (n == 0 || !joins(line, at) || !is_upper(line, at) ||
		line->words[at].syllable ||
		check_phrase(line, at, "pcpnn|ngo|ingo|ngos|fngo") > 0)
		return 0;
	while (joins(line, at) && is_upper(line, at))
		at++;
	/* for, to, of between capitals: Room to Read */
	while (joins(line, at) && !line->words[at].upper &&
		phrase(line, at, "to|for|of|the|and|de|des|du|la|sans") > 0 &&
		joins(line, at + 1) && is_upper(line, at + 1)) {
		at++;
		while (joins(line, at) && is_upper(line, at))
			at++;
	}
	return at - i;
}

static bool is_plural(const struct check_line *line, size_t i)
{
	return check_before(line, i, plurals) ||
	       (i > 0 && line->words[i - 1].number &&
		       line->words[i].gap == NC_GAP_SPACE);
}

static size_t organisation_at(const struct check_line *line, size_t i)
{
	bool seated = phrase(line, i,
			      "hội|đại sứ quán|tổng lãnh sự quán|lãnh sự "
			      "quán|văn phòng đại diện|phái đoàn|ủy ban") > 0;
	size_t head, n = foreign_length(line, i);

	if (n > 0)
		return n;
	if (!is_head(line, i) || is_plural(line, i))
		return 0;
	head = is_upper(line, i) ? phrase(line, i, heads) : 0;
	if (phrase(line, i, small_heads) > head)
		head = phrase(line, i, small_heads);
	return name_length(line, i, head, seated);
}

static bool gives_after(const struct check_line *line, size_t end)
{
	size_t stop = check_sentence_end(line, end > 0 ? end - 1 : 0);

	for (size_t i = end; i < stop && i < end + 10; i++)
		if (check_phrase(line, i, gives) > 0)
			return true;
	return false;
}

static enum nc_intake_name_part part_of(
	const struct naming *naming, size_t i, size_t end)
{
	const struct check_line *line = &naming->line;

	if (check_before(line, i, with))
		return NC_INTAKE_PART_WITH;
	if (check_before(line, i,
		    "tài trợ của|viện trợ của|hỗ trợ của|nhà "
		    "tài trợ|tài trợ bởi|tài trợ từ"))
		return NC_INTAKE_PART_GIVES;
	/* One more of a list: a comma, và, or both parts of it. */
	if (naming->last_end > 0 && i >= naming->last_end &&
		i <= naming->last_end + 1 &&
		naming->last_part != NC_INTAKE_PART_NONE &&
		(i == naming->last_end
				? line->words[i].gap == NC_GAP_COMMA
				: check_phrase(line, i - 1, "và|cùng") > 0))
		return naming->last_part;
	if (check_before(line, i, givers) && gives_after(line, end))
		return NC_INTAKE_PART_GIVES;
	return NC_INTAKE_PART_NONE;
}

static bool is_country(const struct check_line *line, size_t from, size_t to)
{
	struct nc_slice words = check_words(line, from, to);

	return nc_country_by_name(words) != NULL;
}

/* Capitals, with what types of places stand between: Cam Lâm, tỉnh Khánh Hòa.
 */
static size_t place_end(const struct check_line *line, size_t at)
{
	for (;;) {
		size_t comma = at < line->words_count &&
			       line->words[at].gap == NC_GAP_COMMA;
		size_t n = comma || joins(line, at)
				   ? check_phrase(line, at, sites)
				   : 0;

		if (piece_at(line, at) > 0) {
			at += piece_at(line, at);
		} else if (n > 0 && joins(line, at + n) &&
			   is_upper(line, at + n)) {
			at += n;
		} else if (comma && check_home_place(line, at) > 0 &&
			   is_upper(line, at)) {
			at += check_home_place(line, at);
		} else {
			return at;
		}
	}
}

/* The words of a place that begins at i; 0. */
static size_t place_at(const struct check_line *line, size_t i)
{
	size_t end, n = check_phrase(line, i, sites);

	if (!joins(line, i) || check_phrase(line, i, not_places) > 0 ||
		is_country(line, i, i + 1) || is_country(line, i, i + 2))
		return 0;
	/* Thành phố tổ chức: no name follows. */
	if (n > 0 && !is_upper(line, i) &&
		!(joins(line, i + n) && is_upper(line, i + n)))
		return 0;
	if (n == 0 && !is_upper(line, i))
		return 0;
	end = place_end(line, i + n);
	/* Công viên A. Yersin: half of it. */
	if (end > i && line->words[end - 1].letters == 1)
		return 0;
	if (end == i || is_country(line, i, end) || (n > 0 && end == i + n))
		return 0;
	return end - i;
}

static enum nc_status tell(struct naming *naming, enum nc_intake_name_kind kind,
	enum nc_intake_name_part part, size_t from, size_t to)
{
	struct nc_slice words = check_words(&naming->line, from, to);
	struct nc_intake_name name = {.kind = kind,
		.part = part,
		.at = naming->line.words[from].at,
		.words = words};

	return naming->visit(naming->context, &name);
}

static enum nc_status find_all(struct naming *naming)
{
	const struct check_line *line = &naming->line;
	enum nc_status status = NC_OK;
	size_t n;

	for (size_t i = 0; i < line->words_count && status == NC_OK;) {
		if (check_phrase(line, i, holds) > 0 &&
			(n = place_at(line, i + 1)) > 0) {
			status = tell(naming, NC_INTAKE_PLACE,
				NC_INTAKE_PART_NONE, i + 1, i + 1 + n);
			i += 1 + n;
		} else if ((n = organisation_at(line, i)) > 0) {
			naming->last_part = part_of(naming, i, i + n);
			naming->last_end = i + n;
			status = tell(naming, NC_INTAKE_ORGANISATION,
				naming->last_part, i, i + n);
			i += n;
		} else {
			i++;
		}
	}
	return status;
}

enum nc_status nc_intake_names_find(
	struct nc_slice text, nc_intake_name_visit *visit, void *context)
{
	struct nc_paragraph paragraph = {.list_level = -1};
	struct naming *naming = nc_calloc(1, sizeof(*naming));
	char *words = nc_malloc(text.size + 1);
	enum nc_status status = NC_NO_MEMORY;

	if (naming != NULL && words != NULL) {
		memcpy(words, text.data, text.size);
		words[text.size] = '\0';
		paragraph.text = words;
		naming->visit = visit;
		naming->context = context;
		status = check_line_read(&naming->line, &paragraph, 0);
		/* What is visited is the caller's text. */
		naming->line.text = text;
		if (status == NC_OK)
			status = find_all(naming);
		check_line_fini(&naming->line);
	}
	nc_free(words);
	nc_free(naming);
	return status;
}

static bool same_words(const struct nc_word *text, const struct nc_word *name,
	size_t count, const uint8_t *bytes, struct nc_slice name_bytes)
{
	for (size_t i = 0; i < count; i++) {
		if (text[i].key[0] == '\0' ||
			strcmp(text[i].key, name[i].key) != 0)
			return false;
		if (i > 0 && text[i].gap != NC_GAP_SPACE &&
			text[i].gap != NC_GAP_DASH &&
			text[i].gap != NC_GAP_HYPHEN)
			return false;
		/* WVI, and not wvi. */
		if (name[i].caps && count == 1 &&
			(text[i].size != name[i].size ||
				memcmp(bytes + text[i].at,
					name_bytes.data + name[i].at,
					name[i].size) != 0))
			return false;
	}
	return true;
}

bool nc_intake_name_in(
	struct nc_slice text, struct nc_slice name, struct nc_slice *ret_words)
{
	struct nc_word *in = NULL, *of = NULL;
	size_t in_count = 0, of_count = 0;
	bool found = false;

	if (nc_words_read(text, &in, &in_count) == NC_OK &&
		nc_words_read(name, &of, &of_count) == NC_OK && of_count > 0 &&
		(of_count > 1 || (of[0].caps && of[0].letters > 1)))
		for (size_t i = 0; !found && i + of_count <= in_count; i++) {
			size_t last = i + of_count - 1;

			found = same_words(
				in + i, of, of_count, text.data, name);
			if (found)
				*ret_words = nc_slice(text.data + in[i].at,
					in[last].at + in[last].size - in[i].at);
		}
	nc_free(in);
	nc_free(of);
	return found;
}
