/*
 * Plan items in Vietnamese from lists of our own: an action, what for, with
 * whom, on what occasion, and loose syllables among them, so that the text
 * compresses about as plans that people wrote do (those under examples/:
 * 3.5 to 1 by zstd -19 over 31 KB; this: 3.6).
 */
#include "bench.h"

#include "model/rank.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const areas[] = {"delegations", "friendship", "friendship",
	"ngo", "information", "overseas", "organization", "general"};
static const char *const states[] = {
	"planned", "planned", "planned", "running"};
static const char *const edited_states[] = {
	"done", "done", "postponed", "dropped"};

static const char *const actions[] = {"Tổ chức", "Phối hợp tổ chức", "Đón",
	"Chủ trì đón tiếp", "Tham mưu Ủy ban nhân dân tỉnh", "Triển khai",
	"Tham gia", "Cử cán bộ dự", "Vận động", "Tiếp nhận", "Xây dựng",
	"Biên soạn và phát hành", "Duy trì", "Rà soát, bổ sung", "Khảo sát",
	"Hướng dẫn các hội thành viên", "Kiện toàn", "Ký kết", "Gặp mặt",
	"Hỗ trợ", "Theo dõi, đôn đốc", "Sơ kết", "Tổng kết", "Mở",
	"Nghiên cứu, đề xuất", "Trao", "Giới thiệu", "Tiếp tục thực hiện",
	"Chuẩn bị nội dung cho", "Đăng cai"};

static const char *const things[] = {"đoàn công tác", "hội thảo khoa học",
	"lễ kỷ niệm", "chương trình giao lưu văn nghệ", "chuyến thăm",
	"buổi nói chuyện chuyên đề", "dự án nước sạch", "dự án y tế cơ sở",
	"lớp bồi dưỡng nghiệp vụ", "học bổng cho học sinh nghèo vượt khó",
	"triển lãm ảnh", "bản tin đối ngoại", "trang thông tin điện tử",
	"đại hội nhiệm kỳ", "kế hoạch phối hợp", "quy chế hoạt động",
	"diễn đàn thanh niên", "giải bóng đá hữu nghị", "tuần văn hóa",
	"trại hè", "cuộc thi tìm hiểu", "hội nghị cộng tác viên",
	"chương trình khám chữa bệnh nhân đạo", "thỏa thuận hợp tác",
	"khoản viện trợ phi dự án", "ngày hội gia đình hữu nghị",
	"cuộc gặp đầu xuân", "tọa đàm", "chương trình rà phá bom mìn",
	"mô hình sinh kế cho phụ nữ vùng cao", "phóng sự truyền hình",
	"hồ sơ khen thưởng", "chuyến khảo sát thực địa", "lớp tiếng Việt",
	"đề án phát triển hội viên", "lễ trao kỷ niệm chương"};

static const char *const partners[] = {"Hội hữu nghị Việt Nam - Lào",
	"Hội hữu nghị Việt Nam - Nhật Bản", "Hội hữu nghị Việt - Nga",
	"Hội hữu nghị Việt - Pháp", "tỉnh Khăm Muộn", "tỉnh Savannakhet",
	"thành phố Nagasaki", "Tổng lãnh sự quán Hàn Quốc", "tổ chức Plan",
	"tổ chức World Vision", "Hội người Việt Nam tại Đức",
	"Hội Việt kiều yêu nước", "Sở Ngoại vụ", "Tỉnh đoàn",
	"Hội Liên hiệp Phụ nữ tỉnh", "Sở Văn hóa và Thể thao",
	"Đài Phát thanh và Truyền hình tỉnh", "Đại sứ quán Cu-ba",
	"Ủy ban Hòa bình Việt Nam", "Hội đồng hương", "trường Đại học Huế",
	"tổ chức Zhi-Shan Foundation", "Sở Kế hoạch và Đầu tư",
	"Bộ đội Biên phòng tỉnh", "thành phố Tver", "tỉnh Sê Kông",
	"Liên hiệp các tổ chức hữu nghị Việt Nam", "các địa phương kết nghĩa"};

static const char *const occasions[] = {"nhân dịp Tết cổ truyền Bunpimay",
	"nhân Ngày Quốc tế Phụ nữ 8/3", "nhân Quốc khánh nước bạn",
	"chào mừng kỷ niệm 50 năm thiết lập quan hệ ngoại giao",
	"theo chương trình phối hợp đã ký", "theo chỉ đạo của Tỉnh ủy",
	"trong khuôn khổ Ngày hội văn hóa các dân tộc",
	"hưởng ứng Ngày Quốc tế Hòa bình", "nhân dịp Tết Nguyên đán",
	"nhân Ngày Quốc tế Hạnh phúc 20/3", "theo Chỉ thị số 12-CT/TW",
	"nhân 75 năm Ngày thành lập Liên hiệp", "trước mùa mưa bão",
	"theo kế hoạch năm của Ban Thường vụ", "nhân dịp khai giảng",
	"chuẩn bị đại hội các hội thành viên", "sau khi được phê duyệt"};

static const char *const loose[] = {"nghị", "và", "hội", "hữu", "các", "của",
	"tỉnh", "ngoại", "liên", "nước", "tác", "việt", "đối", "hiệp", "với",
	"năm", "chức", "công", "nam", "tổ", "nhân", "về", "thành", "giao",
	"quốc", "viên", "dân", "quan", "cùng", "động", "kết", "đoàn", "tin",
	"học", "dự", "đại", "trong", "làm", "trợ", "hệ", "ngoài", "chính",
	"lào", "tế", "văn", "cho", "sinh", "phố", "pháp", "thông", "việc",
	"giới", "ngày", "bình", "bản", "hợp", "lưu", "người", "gặp", "mở",
	"trung", "phi", "án", "vận", "tình", "mừng", "ban", "phủ", "để", "bạn",
	"hóa", "bộ", "sự", "hoạt", "quảng", "hòa", "hai", "mặt", "phát", "có",
	"đưa", "cơ", "khánh", "tết", "truyền", "vào", "thực", "mới", "kỷ",
	"niệm", "kỳ", "viện", "tại", "hiện", "vụ", "triển", "lập", "ra", "gia",
	"thăm", "tài", "chủ", "con", "giúp", "nghệ", "trình", "dịp", "nhà",
	"trang", "hà", "những", "ta", "nhiệm", "ngành", "ủy", "sở", "theo",
	"đà", "nẵng", "thiệu", "chuyên", "quán", "địa", "đổi", "phương", "đến",
	"báo", "chương", "kiều", "bào", "sang", "từng", "kinh", "năng", "khi",
	"giữa", "cầu", "qua", "định", "gỡ", "tiếng", "tổng", "đồng", "trao",
	"toàn", "nghĩa", "là", "lãnh", "lễ", "tìm", "mời", "góp", "lan", "quý",
	"thêm", "cụm", "xã", "kiện", "nguyện", "lịch", "trường", "họp", "đăng",
	"hoặc", "chung", "cựu", "quân", "chiến", "trì", "nội", "chí", "hướng",
	"thời", "thống", "tập", "trên", "đức", "biên", "bè", "nguồn", "nghiệp",
	"đài", "hình", "lớn", "điện", "đất", "quả", "hành", "đã", "quyết",
	"trị", "tới", "tiếp", "bà", "một", "bị", "hàn", "thứ", "rộng", "thuật",
	"niên", "bài", "khác", "hoàn", "được", "ương", "đi", "lại", "ấn",
	"thụy", "thi", "trực", "chi", "thanh", "thái", "đầu", "kế", "ký", "nối",
	"tử", "dẫn", "tuyên", "biến", "giữ", "tư", "đủ", "đang", "cán", "gọi",
	"huế", "chuẩn", "cổ", "lần", "tây", "nguyên", "cao", "kỹ", "căn", "hỗ",
	"mỹ", "khách", "duy", "sứ", "hồ", "minh", "hằng", "thảo", "điển",
	"cuộc", "mạnh", "lớp", "lạc", "hỏi", "thắng", "chế", "này", "thuận",
	"đề", "gửi", "tộc", "kiến", "đơn", "vị", "phổ", "nhu", "số", "trọng",
	"thế", "tĩnh", "cách", "đường", "sách", "phần", "ứng", "dương", "ngữ",
	"vực", "miền", "quy", "an", "tháng", "bổng", "mỗi", "cấp", "độ", "bảo",
	"tròn", "hiểu", "đời", "thuộc", "biểu", "sát", "hoạch", "anh", "bằng",
	"nhằm", "doanh", "bệnh", "kênh", "hơn", "giải", "biển", "quyền", "lý",
	"phân", "giáo", "nơi", "đắk", "lắk", "sê", "yêu", "chỉ", "thị", "chẵn",
	"chất", "nhiều", "cả", "gắn", "luật", "bền", "sử", "tiềm", "thu",
	"tịch", "chúc", "đó", "quà", "sức", "lối", "đặc", "biệt", "từ", "cần",
	"hương", "thường", "vững", "xây", "thiện", "phí", "thừa", "thiên",
	"hoan", "nhơn", "đẳng", "giáp", "thìn", "khóa", "tỷ", "mà", "gồm",
	"suất", "triệu", "khai", "tất", "khoảng", "đấu", "cũ", "đảm", "vai",
	"trò", "cập", "tuyến", "bang", "buổi", "đẩy", "cai", "hùng", "bàn",
	"du", "tay", "thiếu", "hoa", "tọa", "đàm", "đóng", "phía", "sống",
	"nghề", "diệt", "chủng", "nhi", "diễn", "mối", "lĩnh", "giai", "đoạn",
	"thỏa", "nâng", "lực", "vừa", "phụ", "thiết", "tạp", "phẩm", "điểm",
	"đông", "đảo", "quản", "mốc", "rõ", "luận", "thì", "chấp", "mông",
	"nhớ", "đón", "thư", "nắm", "sỹ", "khảo", "do", "đúng", "ưu", "tiên",
	"họ", "dữ", "liệu", "lượng", "phòng", "tưởng", "chặt", "nhất", "bá",
	"cà", "phê", "hút", "đầy", "thể", "mắt", "tặng", "đội", "trương",
	"huyện", "cứ", "sau", "mạng", "linh", "tạo", "hiệu", "châu", "diện",
	"xứ", "cử", "dâng", "tham", "nữ", "đều", "phú", "yên", "phối", "dục",
	"kịp", "nghèo", "kêu", "giấy", "giàu", "trí", "thức", "tương", "dựng",
	"máy", "bồi", "dưỡng", "hưởng", "trách", "đạo", "nạn", "dùng", "tiến",
	"xúc", "hát", "khu", "ươm", "mầm", "dành", "tuyển", "dõi", "thác",
	"lên", "sớm", "riêng", "nếu", "trở", "viếng", "sơn", "tân", "tiết",
	"lẻ", "còn", "kèm", "tuần", "phim", "nghiên", "cứu", "biện", "phật",
	"nói", "chuyện", "câu", "lãm", "đêm", "nhạc", "trưng", "bày", "đồ",
	"chơi", "thơ", "giảng", "món", "ăn", "đình", "liệt", "sĩ", "thương",
	"binh", "vệ", "đánh", "đổ", "đa", "bám"};

static const char *const places[] = {"thành phố Huế", "Đà Nẵng", "Hội An",
	"thị xã Hương Trà", "huyện Hướng Hóa", "cửa khẩu Lao Bảo",
	"thành phố Hà Tĩnh", "Quy Nhơn", "Pleiku", "Buôn Ma Thuột", "Nha Trang",
	"Tuy Hòa", "Đồng Hới", "Đông Hà", "huyện A Lưới", "Savannakhet, Lào",
	"Viêng Chăn, Lào", "Nagasaki, Nhật Bản", "huyện Đắk Glong", "Tam Kỳ",
	"cửa khẩu Cầu Treo", "Cam Ranh", "Hà Nội", "Thành phố Hồ Chí Minh",
	"hội trường Tỉnh ủy", "trụ sở Liên hiệp", "Nhà văn hóa Lao động",
	"huyện Bố Trạch"};

static size_t pick(struct bench_world *world, size_t count)
{
	uint64_t value;

	world->env.random(world->env.context, &value, sizeof(value));
	return (size_t)(value % count);
}

/* The earlier a word stands in its list, the oftener it comes. */
static size_t pick_early(struct bench_world *world, size_t count)
{
	size_t a = pick(world, count), b = pick(world, count);

	return a < b ? a : b;
}

#define WORD(world, list) (list)[pick_early((world), COUNT(list))]

static const char *keep(struct bench_world *world, const struct nc_buffer *text)
{
	const char *kept = nc_arena_text(
		&world->arena, nc_buffer_string(text), text->size);

	if (kept == NULL)
		bench_die("out of memory");
	return kept;
}

static void add_loose(
	struct bench_world *world, struct nc_buffer *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		must(nc_buffer_printf(
			text, " %s", loose[pick(world, COUNT(loose))]));
}

/* One clause: 40 to 180 bytes. */
static void add_clause(struct bench_world *world, struct nc_buffer *text)
{
	must(nc_buffer_printf(text, "%s", WORD(world, actions)));
	add_loose(world, text, 1 + pick(world, 7));
	if (pick(world, 3) > 0)
		must(nc_buffer_printf(text, " %s", WORD(world, things)));
	add_loose(world, text, 4 + pick(world, 11));
	if (pick(world, 4) == 0)
		must(nc_buffer_printf(text, " với %s", WORD(world, partners)));
	if (pick(world, 5) == 0)
		must(nc_buffer_printf(text, " (%zu đại biểu, %zu ngày)",
			10 + pick(world, 190), 1 + pick(world, 9)));
	if (pick(world, 5) == 0)
		must(nc_buffer_printf(text, ", %s", WORD(world, occasions)));
}

static const char *make_text(struct bench_world *world)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	size_t want = 60 + pick(world, 80);

	nc_buffer_init(&text, 4096);
	add_clause(world, &text);
	while (text.size < want) {
		must(nc_buffer_text(&text, "; "));
		add_clause(world, &text);
	}
	must(nc_buffer_text(&text, "."));
	return keep(world, &text);
}

static const char *make_when(struct bench_world *world, int64_t year)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&text, 64);
	switch (pick(world, 3)) {
	case 0:
		must(nc_buffer_printf(
			&text, "%d-Q%zu", (int)year, 1 + pick(world, 4)));
		break;
	case 1:
		must(nc_buffer_printf(
			&text, "%d-%02zu", (int)year, 1 + pick(world, 12)));
		break;
	default:
		must(nc_buffer_printf(&text, "%d-%02zu-%02zu", (int)year,
			1 + pick(world, 12), 1 + pick(world, 28)));
		break;
	}
	return keep(world, &text);
}

void bench_words_item(struct bench_world *world, struct bench_item *item,
	size_t index, size_t count)
{
	char rank[NC_RANK_MAX + 1];

	/* Somebody types for a minute or so. */
	world->now_ms += 30000 + (int64_t)pick(world, 60000);
	nc_rank_spread(index, count, rank);
	item->id = nc_id_new(&world->env);
	item->year = 2024;
	item->level = 1 + (int64_t)pick_early(world, 3);
	item->area = areas[pick(world, COUNT(areas))];
	item->rank = nc_arena_text(&world->arena, rank, strlen(rank));
	item->text = make_text(world);
	item->when = make_when(world, item->year);
	item->place = WORD(world, places);
	item->status = states[pick(world, COUNT(states))];
	if (item->rank == NULL)
		bench_die("out of memory");
}

/* What became of it: some words more, and another status. */
void bench_words_edit(struct bench_world *world, struct bench_item *edit,
	const struct bench_item *before)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};

	world->now_ms += 15000 + (int64_t)pick(world, 30000);
	*edit = *before;
	nc_buffer_init(&text, 8192);
	must(nc_buffer_append(&text, before->text, strlen(before->text) - 1));
	must(nc_buffer_text(&text, ","));
	add_loose(world, &text, 2 + pick(world, 5));
	must(nc_buffer_text(&text, "."));
	edit->text = keep(world, &text);
	edit->status = edited_states[pick(world, COUNT(edited_states))];
}
