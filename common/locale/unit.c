#include "locale/unit.h"

#include <string.h>

/*
 * The nouns that unions count, as short as they are said: a classifier alone
 * (đoàn, bài, căn) where it names the thing by itself, the whole compound
 * where it does not (sự kiện, dự án, suất học bổng).
 */
static const char units[] =
	/* people */
	"người|lượt người|lượt|lượt khách|lượt truy cập|lượt xem|khách|"
	"du khách|học sinh|sinh viên|học viên|lưu học sinh|thực tập sinh|"
	"giáo viên|giảng viên|cán bộ|công chức|viên chức|nhân viên|"
	"hội viên|đoàn viên|thành viên|chủ tịch|phó chủ tịch|lãnh đạo|"
	"ủy viên|uỷ viên|đại biểu|"
	"tình nguyện viên|chuyên gia|kiều bào|cựu chiến binh|"
	"thiếu nhi|thiếu niên|thanh niên|trẻ em|trẻ|em|cháu|phụ nữ|"
	"bệnh nhân|nạn nhân|hộ gia đình|hộ dân|hộ|gia đình|"
	"đồng chí|ông|bà|bà con|bác sĩ|bác sỹ|y sĩ|vận động viên|nghệ sĩ|nghệ "
	"sỹ|"
	"nghệ nhân|nhà báo|phóng viên|diễn viên|thí sinh|tập thể|cá nhân|"
	"đồng bào|nhân dân|dân|lao động|công nhân|doanh nhân|nhà đầu tư|"
	"nhà tài trợ|nhà khoa học|đối tác|người dân|phu nhân|"
	/* organisations and places */
	"đoàn|hội|chi hội|phân hội|ban|tổ chức|cơ quan|đơn vị|câu lạc bộ|"
	"liên hiệp|hiệp hội|doanh nghiệp|công ty|hợp tác xã|trường|"
	"trường học|bệnh viện|trạm y tế|trung tâm|viện|quỹ|tỉnh|thành phố|"
	"huyện|thị xã|thị trấn|quận|phường|xã|thôn|bản|buôn|làng|xóm|"
	"tổ dân phố|nước|quốc gia|vùng lãnh thổ|địa phương|địa bàn|"
	"khu vực|ngành|sở|sở ngành|cấp|đội|nhóm|câu lạc bộ|lớp|lớp học|"
	"khóa|khoá|khóa học|điểm|điểm trường|cơ sở|đại sứ quán|"
	"lãnh sự quán|tổng lãnh sự quán|"
	/* doings */
	"sự kiện|hoạt động|hội nghị|hội thảo|tọa đàm|toạ đàm|cuộc|"
	"cuộc họp|cuộc thi|cuộc gặp|cuộc gặp gỡ|cuộc tiếp xúc|buổi|"
	"chuyến|"
	"chương trình|kế hoạch|dự án|phi dự án|tiểu dự án|đề án|đề tài|"
	"khoản|khoản viện trợ|chuyến hàng|nhiệm vụ|chỉ tiêu|tiêu chí|nội dung|"
	"vấn đề|lĩnh vực|đại hội|lễ|lễ hội|liên hoan|giải|giải thưởng|"
	"triển lãm|phiên|phiên họp|kỳ|kỳ họp|đợt|lần|vòng|trận|tiết mục|"
	"ca|ca phẫu thuật|ca mổ|khóa tập huấn|lớp tập huấn|"
	/* words and papers */
	"tin|tin bài|bài|số|ấn phẩm|bản tin|tập|cuốn|quyển|trang|tập thơ|"
	"phóng sự|chuyên mục|chuyên đề|ý kiến|lượt ý kiến|văn bản|"
	"công văn|báo cáo|hồ sơ|giấy phép|giấy đăng ký|thỏa thuận|"
	"thoả thuận|bản ghi nhớ|biên bản ghi nhớ|biên bản|hiệp định|"
	"hợp đồng|thư|thư chúc mừng|điện mừng|bức thư|ảnh|bức ảnh|bức|"
	"tác phẩm|tác phẩm dự thi|bài dự thi|bài thi|bài hát|ca khúc|"
	"bộ phim|phim|video|clip|video clip|tờ|tờ rơi|tờ gấp|pa nô|"
	"ngôn ngữ|thứ tiếng|thứ tiếng nước ngoài|câu hỏi|câu chuyện|"
	"bằng khen|giấy khen|kỷ niệm chương|huy chương|huân chương|cờ|"
	"tài khoản|trang thông tin|kênh|cổng thông tin|"
	/* things given */
	"suất|suất học bổng|suất quà|suất ăn|suất cơm|phần|phần quà|"
	"phần thưởng|quà|món quà|học bổng|căn|ngôi nhà|nhà|"
	"nhà tình nghĩa|nhà tình thương|phòng|phòng học|cái|chiếc|bộ|"
	"bộ sách|cuốn sách|sách|máy|máy tính|máy vi tính|xe|xe đạp|"
	"xe lăn|xe cứu thương|giường|giếng|giếng nước|"
	"công trình|cây|cây xanh|cây cầu|cầu|con|con bò|con giống|bò|"
	"thùng|hộp|gói|túi|đôi|cặp|tấm|viên|liều|khẩu trang|áo|chăn|"
	"bồn|bồn nước|nhà vệ sinh|gian|gian hàng|gian trưng bày|"
	"tấn|tạ|kg|ki-lô-gam|gam|lít|mét|m|m²|km|ki-lô-mét|km²|cm|"
	"ha|héc-ta|hecta|mét vuông|km vuông|"
	/* time and shares */
	"năm|tháng|tuần|ngày|giờ|phút|đêm|tuổi|thế hệ|thập kỷ|thế kỷ|"
	"%|phần trăm|điểm phần trăm";

/* What stands after a number without being counted. */
static const char not_units[] =
	"và|của|tại|ở|do|là|trong|với|đến|tới|cho|từ|theo|về|có|được|đã|"
	"sẽ|vào|này|đó|nêu|trên|dưới|cùng|hay|hoặc|như|bằng|để|nhằm|nhân|"
	"dịp|khi|mà|thì|nên|cũng|chưa|không|còn|rất|tổ|lần|giữa|đầu|cuối|"
	"thứ|rồi|nữa|mỗi|một|hai|ba|bốn|sáu|bảy|tám|chín|mười|trăm|nghìn|"
	"ngàn|triệu|tỷ|tỉ|chục|vạn|rưỡi|trở|sau|trước|ngoài|qua|đang|"
	"gồm|bao|tức|thuộc|đối|bởi|vì|nếu|âm|dương|al|dl|x";

static void text_put(char out[NC_NUMBER_UNIT_SIZE], struct nc_slice text)
{
	size_t size = strlen(out);

	if (size + text.size + 1 > NC_NUMBER_UNIT_SIZE)
		return;
	memcpy(out + size, text.data, text.size);
	out[size + text.size] = '\0';
}

/* Lower-case words with one space where there was white space. */
static void unit_put(char out[NC_NUMBER_UNIT_SIZE],
	const struct nc_tokens *tokens, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		if (i > first && nc_token_at(tokens, i)->gap)
			text_put(out, nc_slice_text(" "));
		text_put(out, nc_slice_text(nc_token_at(tokens, i)->text));
	}
}

/* Compounds of which only the classifier is the unit would be endless; those
 * that are units as a whole stand in the list. */
static size_t known_read(const struct nc_tokens *tokens, size_t i)
{
	return nc_token_phrase(tokens, i, units);
}

bool nc_unit_is_known(const struct nc_tokens *tokens, size_t i)
{
	return !nc_token_at(tokens, i)->upper && known_read(tokens, i) > 0;
}

static bool token_is_plain_word(const struct nc_tokens *tokens, size_t i)
{
	const struct nc_token *token = nc_token_at(tokens, i);

	return token->kind == NC_TOKEN_WORD && !token->upper &&
	       token->text[0] != '\0' && !nc_token_is(tokens, i, not_units);
}

/* 18 Lào, 01 Hàn Quốc: the capitalised words. */
static size_t name_read(
	const struct nc_tokens *tokens, size_t i, char out[NC_NUMBER_UNIT_SIZE])
{
	size_t n = 0;

	while (n < 4 && nc_token_at(tokens, i + n)->kind == NC_TOKEN_WORD &&
		nc_token_at(tokens, i + n)->upper &&
		(n == 0 || nc_token_at(tokens, i + n)->gap))
		n++;
	text_put(out, nc_token_slice(tokens, i, i + n));
	return n;
}

/* tin, bài: a second noun of the list after a comma belongs to it. */
static size_t unit_join(const struct nc_tokens *tokens, size_t i, size_t n,
	char out[NC_NUMBER_UNIT_SIZE])
{
	size_t more;

	while (nc_token_is(tokens, i + n, ",") &&
		nc_unit_is_known(tokens, i + n + 1)) {
		more = known_read(tokens, i + n + 1);
		text_put(out, nc_slice_text(", "));
		unit_put(out, tokens, i + n + 1, more);
		n += 1 + more;
	}
	return n;
}

size_t nc_unit_read(const struct nc_tokens *tokens, size_t i,
	char out[NC_NUMBER_UNIT_SIZE], enum nc_unit_kind *ret_kind)
{
	size_t n = known_read(tokens, i);

	out[0] = '\0';
	*ret_kind = NC_UNIT_NONE;
	if (n > 0) {
		*ret_kind = NC_UNIT_KNOWN;
		unit_put(out, tokens, i, n);
		/* m2 and m3 without their raised digits */
		if (nc_token_is(tokens, i, "m|km|cm") &&
			nc_token_is_glued(tokens, i + n) &&
			nc_token_is_number(tokens, i + n, 1)) {
			text_put(out, nc_token_slice(tokens, i + n, i + n + 1));
			n++;
		}
		return unit_join(tokens, i, n, out);
	}
	/* Letters right behind the digits are a time (8h00) or a code (4G). */
	if (nc_token_at(tokens, i)->kind != NC_TOKEN_WORD ||
		nc_token_is_glued(tokens, i) ||
		nc_token_is(tokens, i, not_units))
		return 0;
	if (nc_token_at(tokens, i)->upper) {
		*ret_kind = NC_UNIT_NAME;
		return name_read(tokens, i, out);
	}
	if (!token_is_plain_word(tokens, i))
		return 0;
	*ret_kind = NC_UNIT_OTHER;
	n = token_is_plain_word(tokens, i + 1) &&
			    nc_token_at(tokens, i + 1)->gap
		    ? 2
		    : 1;
	unit_put(out, tokens, i, n);
	return n;
}

static size_t per_word(const struct nc_tokens *tokens, size_t i)
{
	size_t n = known_read(tokens, i);

	if (n == 0 && token_is_plain_word(tokens, i))
		n = 1;
	return n;
}

size_t nc_unit_per(
	const struct nc_tokens *tokens, size_t i, char out[NC_NUMBER_UNIT_SIZE])
{
	size_t n = 0, lead, word;

	out[0] = '\0';
	while (nc_token_is(tokens, i + n, "/")) {
		lead = nc_token_is_number(tokens, i + n + 1,
			       2) && nc_token_at(tokens, i + n + 1)->value == 1
			       ? 2
			       : 1;
		word = per_word(tokens, i + n + lead);
		if (word == 0)
			break;
		if (n > 0)
			text_put(out, nc_slice_text("/"));
		unit_put(out, tokens, i + n + lead, word);
		n += lead + word;
	}
	if (n > 0)
		return n;
	n = nc_token_phrase(tokens, i,
		"mỗi|cho mỗi|trên mỗi|cho một|cho từng|hàng|hằng|một");
	if (n == 0)
		return 0;
	if (nc_token_is(tokens, i, "hàng|hằng") &&
		!nc_token_is(tokens, i + 1, "năm|tháng|tuần|ngày|quý"))
		return 0;
	word = nc_token_is(tokens, i, "hàng|hằng") ? 1
						   : known_read(tokens, i + n);
	if (word == 0)
		return 0;
	unit_put(out, tokens, i + n, word);
	return n + word;
}

void nc_unit_per_before(
	const struct nc_tokens *tokens, size_t i, char out[NC_NUMBER_UNIT_SIZE])
{
	size_t end = i - nc_token_before(tokens, i,
				 "trị giá|có giá trị|giá trị|được|là|nhận|"
				 "được nhận|được hỗ trợ|hỗ trợ|tương đương");

	for (size_t back = 1; back <= 4 && back < end; back++)
		if (nc_token_is(tokens, end - back - 1, "mỗi") &&
			known_read(tokens, end - back) == back) {
			out[0] = '\0';
			unit_put(out, tokens, end - back, back);
			return;
		}
}
