#include "model/choices.h"
#include "base/limits.h"
#include "locale/text.h"
#include "model/model.h"

#define CHOICES(name) const struct nc_choice nc_choices_##name[]
#define END                                                                    \
	{                                                                      \
		NULL, NULL, NULL                                               \
	}

CHOICES(areas) = {
	{"delegations", "Đoàn ra, đoàn vào", "Delegations"},
	{"friendship", "Hòa bình, đoàn kết, hữu nghị",
		"Peace, solidarity, friendship"},
	{"ngo", "Phi chính phủ nước ngoài", "Foreign NGOs"},
	{"information", "Thông tin đối ngoại", "External information"},
	{"overseas", "Người Việt Nam ở nước ngoài", "Overseas Vietnamese"},
	{"organization", "Phát triển tổ chức", "Organisation development"},
	{"general", "Nội dung chung", "General"},
	END,
};

CHOICES(roles) = {
	{"member", "thành viên", "member"},
	{"hub", "đầu mối Cụm", "hub"},
	END,
};

CHOICES(item_states) = {
	{"planned", "dự kiến", "planned"},
	{"running", "đang thực hiện", "under way"},
	{"done", "đã thực hiện", "done"},
	{"postponed", "hoãn", "postponed"},
	{"dropped", "không thực hiện", "dropped"},
#if NC_MODEL_AT >= 3
	{"carried", "chuyển năm sau", "carried into the next year"},
#endif
	END,
};

CHOICES(document_kinds) = {
	{"plan", "kế hoạch năm", "plan"},
	{"half-year", "báo cáo 6 tháng", "half-year report"},
	{"annual", "báo cáo năm", "annual report"},
	END,
};

CHOICES(verdicts) = {
	{"accepted", "đã nhận", "accepted"},
	{"returned", "đề nghị bổ sung", "returned"},
	END,
};

CHOICES(hub_reasons) = {
	{"founded", "thành lập", "founded"},
	{"handed-over", "bàn giao", "handed over"},
	{"restored", "khôi phục", "restored"},
	END,
};

CHOICES(cluster_roles) = {
	{"head", "Cụm trưởng", "head"},
	{"deputy", "Cụm phó", "deputy head"},
	{"member", "thành viên", "member"},
	END,
};

CHOICES(succession_kinds) = {
	{"merged", "hợp nhất", "merged"},
	{"split", "chia tách", "split"},
	{"renamed", "đổi tên", "renamed"},
	END,
};

CHOICES(calendars) = {
	{"solar", "dương lịch", "solar"},
	{"lunar", "âm lịch", "lunar"},
	{"buddhist", "Phật lịch", "Buddhist"},
	END,
};

CHOICES(day_kinds) = {
	{"relations", "quan hệ ngoại giao", "diplomatic relations"},
	{"national-day", "Quốc khánh", "national day"},
	{"birth", "ngày sinh", "birth"},
	{"death", "ngày mất", "death"},
	{"founding", "ngày thành lập", "founding"},
	{"victory", "ngày chiến thắng", "victory"},
	{"tradition", "ngày truyền thống", "tradition day"},
	{"partnership", "quan hệ đối tác", "partnership"},
	{"festival", "lễ, Tết", "festival"},
	{"international", "ngày quốc tế", "international day"},
	{"other", "khác", "other"},
	END,
};

CHOICES(item_kinds) = {
	{"task", "nhiệm vụ thường xuyên", "standing task"},
	{"activity", "hoạt động", "activity"},
	{"delegation", "đoàn ra, đoàn vào", "delegation"},
	{"aid", "viện trợ", "aid"},
	{"congress", "đại hội", "congress"},
	{"information", "thông tin", "information"},
	{"other", "khác", "other"},
	END,
};

CHOICES(qualifiers) = {
	{"exactly", "đúng", "exactly"},
	{"at-least", "ít nhất", "at least"},
	{"more-than", "hơn", "more than"},
	{"about", "khoảng", "about"},
	{"nearly", "gần", "nearly"},
	{"at-most", "tối đa", "at most"},
	{"expected", "dự kiến", "expected"},
	END,
};

CHOICES(indicators) = {
	{"delegations-out", "đoàn ra", "delegations out"},
	{"delegations-in", "đoàn vào", "delegations in"},
	{"activities", "hoạt động, sự kiện", "activities"},
	{"programs", "chương trình viện trợ", "aid programmes"},
	{"projects", "dự án", "aid projects"},
	{"non-projects", "phi dự án", "non-project aid"},
	{"committed", "giá trị cam kết", "aid committed"},
	{"disbursed", "giá trị giải ngân", "aid disbursed"},
	{"opinions", "ý kiến về viện trợ", "opinions on aid"},
	{"articles", "tin, bài", "articles"},
	{"visits", "lượt truy cập", "web visits"},
	{"issues", "số bản tin", "issues of bulletins"},
	{"sessions", "buổi tiếp, làm việc, tuyên truyền", "sessions"},
	{"congresses", "đại hội", "congresses"},
	{"associations", "hội thành viên", "member associations"},
	{"comments", "văn bản góp ý", "documents commented on"},
	{"events", "hội nghị, hội thảo", "conferences"},
	{"trained", "người được tập huấn", "people trained"},
	{"agreements", "bản ghi nhớ, thỏa thuận", "agreements"},
	{"other", "khác", "other"},
	END,
};

CHOICES(member_kinds) = {
	{"bilateral", "hội hữu nghị song phương", "bilateral association"},
	{"multilateral", "hội đa phương", "multilateral association"},
	{"department", "sở, ngành", "department"},
	{"mass-organization", "đoàn thể", "mass organisation"},
	{"school", "trường", "school"},
	{"institute", "viện", "institute"},
	{"hospital", "bệnh viện", "hospital"},
	{"branch", "chi hội", "branch"},
	{"other", "khác", "other"},
	END,
};

CHOICES(member_states) = {
	{"active", "đang hoạt động", "active"},
	{"campaign", "ban vận động", "campaign committee"},
	{"understaffed", "thiếu nhân sự", "short of staff"},
	{"dissolved", "giải thể", "dissolved"},
	{"merged", "hợp nhất", "merged"},
	END,
};

CHOICES(congress_kinds) = {
	{"founding", "thành lập", "founding"},
	{"regular", "nhiệm kỳ", "regular"},
	{"extraordinary", "bất thường", "extraordinary"},
	{"merger", "hợp nhất", "merger"},
	END,
};

CHOICES(partner_kinds) = {
	{"ngo", "tổ chức PCPNN", "foreign NGO"},
	{"government-agency", "cơ quan chính phủ nước ngoài",
		"foreign government agency"},
	{"multilateral", "tổ chức đa phương", "multilateral organisation"},
	{"local-government", "chính quyền địa phương nước ngoài",
		"foreign local authority"},
	{"mission", "cơ quan đại diện nước ngoài", "diplomatic mission"},
	{"friendship", "tổ chức hữu nghị nước ngoài",
		"foreign friendship organisation"},
	{"overseas-association", "hội kiều bào",
		"association of overseas Vietnamese"},
	{"school", "trường, viện", "school or institute"},
	{"company", "doanh nghiệp", "company"},
	{"person", "cá nhân", "person"},
	{"media", "báo, đài, tạp chí", "media"},
	{"domestic", "cơ quan, tổ chức trong nước", "domestic organisation"},
	{"other", "khác", "other"},
	END,
};

CHOICES(registration_kinds) = {
	{"granted", "cấp", "granted"},
	{"extended", "gia hạn", "extended"},
	{"amended", "sửa đổi", "amended"},
	{"supplemented", "bổ sung", "supplemented"},
	END,
};

CHOICES(directions) = {
	{"out", "đoàn ra", "outbound"},
	{"in", "đoàn vào", "inbound"},
	END,
};

CHOICES(parts_played) = {
	{"lead", "chủ trì", "lead"},
	{"joint", "phối hợp", "co-organise"},
	{"join", "tham gia", "join"},
	{"support", "hỗ trợ", "support"},
	{"advise", "tham mưu", "advise"},
	END,
};

CHOICES(bodies) = {
	{"standing-office", "cơ quan thường trực", "standing office"},
	{"member-association", "hội thành viên", "member association"},
	{"member-body", "đơn vị thành viên", "member body"},
	END,
};

CHOICES(origins) = {
	{"abroad", "nước ngoài", "from abroad"},
	{"mission", "cơ quan đại diện tại Việt Nam", "mission in Viet Nam"},
	{"ngo", "tổ chức PCPNN tại Việt Nam", "foreign NGO in Viet Nam"},
	END,
};

CHOICES(guest_kinds) = {
	{"diplomatic", "ngoại giao", "diplomatic"},
	{"friendship", "tổ chức hữu nghị", "friendship organisation"},
	{"ngo", "PCPNN", "NGO"},
	{"scholars", "học giả", "scholars"},
	{"arts", "nghệ thuật", "arts"},
	{"business", "doanh nghiệp", "business"},
	{"naval", "tàu quân sự", "naval ship"},
	{"other", "khác", "other"},
	END,
};

CHOICES(activity_kinds) = {
	{"meeting", "gặp mặt", "meeting"},
	{"exchange", "giao lưu", "exchange"},
	{"seminar", "hội thảo, tọa đàm", "seminar"},
	{"contest", "cuộc thi", "contest"},
	{"exhibition", "triển lãm", "exhibition"},
	{"film", "tuần phim", "film week"},
	{"commemoration", "lễ kỷ niệm, tưởng niệm", "commemoration"},
	{"incense", "dâng hương", "incense offering"},
	{"sports", "thể thao", "sports"},
	{"performance", "biểu diễn", "performance"},
	{"book", "ra mắt sách", "book launch"},
	{"language", "lớp ngoại ngữ", "language class"},
	{"gifts", "thăm, tặng quà", "visit with gifts"},
	{"new-year", "chúc Tết", "New Year call"},
	{"homestay", "homestay", "homestay"},
	{"scholarship", "học bổng", "scholarship"},
	{"medical", "khám chữa bệnh", "medical mission"},
	{"investment", "xúc tiến đầu tư", "investment promotion"},
	{"other", "khác", "other"},
	END,
};

CHOICES(activity_classes) = {
	{"milestone", "năm chẵn, sự kiện nổi bật", "milestone"},
	{"yearly", "thường niên", "yearly"},
	{"multilateral", "đa phương", "multilateral"},
	END,
};

CHOICES(aid_states) = {
	{"soliciting", "vận động", "being solicited"},
	{"surveyed", "đã khảo sát", "surveyed"},
	{"appraised", "thẩm định", "being appraised"},
	{"running", "đang triển khai", "under way"},
	{"done", "kết thúc", "finished"},
	{"postponed", "hoãn", "postponed"},
	{"dropped", "không thực hiện", "dropped"},
	END,
};

CHOICES(aid_forms) = {
	{"program", "chương trình", "programme"},
	{"project", "dự án", "project"},
	{"non-project", "phi dự án", "non-project"},
	{"emergency", "khẩn cấp", "emergency"},
	END,
};

CHOICES(sectors) = {
	{"health", "y tế", "health"},
	{"education", "giáo dục", "education"},
	{"economy", "phát triển kinh tế - xã hội",
		"economic and social development"},
	{"social", "giải quyết các vấn đề xã hội", "social issues"},
	{"environment", "môi trường và khí hậu", "environment and climate"},
	{"emergency", "khẩn cấp", "emergency relief"},
	{"other", "khác", "other"},
	END,
};

CHOICES(aid_parts) = {
	{"solicit", "vận động", "solicit"},
	{"support", "hỗ trợ", "support"},
	{"monitor", "theo dõi", "monitor"},
	{"comment", "góp ý", "comment"},
	END,
};

CHOICES(payment_kinds) = {
	{"money", "bằng tiền", "money"},
	{"in-kind", "bằng hiện vật", "in kind"},
	END,
};

CHOICES(opinion_kinds) = {
	{"aid", "tiếp nhận viện trợ", "accepting aid"},
	{"registration", "cấp giấy đăng ký", "registration"},
	{"extension", "gia hạn giấy đăng ký", "extension of a registration"},
	{"amendment", "sửa đổi, bổ sung giấy đăng ký",
		"amendment of a registration"},
	{"appraisal", "thẩm định", "appraisal"},
	END,
};

CHOICES(opinions) = {
	{"agree", "đồng ý", "agree"},
	{"disagree", "không đồng ý", "disagree"},
	{"conditional", "đồng ý có điều kiện", "conditional"},
	END,
};

CHOICES(agreement_kinds) = {
	{"memorandum", "bản ghi nhớ", "memorandum"},
	{"agreement", "thỏa thuận", "agreement"},
	{"program", "chương trình phối hợp", "programme of cooperation"},
	{"twinning", "kết nghĩa", "twinning"},
	END,
};

CHOICES(levels) = {
	{"international", "quốc tế", "international"},
	{"national", "toàn quốc", "national"},
	{"region", "khu vực", "regional"},
	{"cluster", "cụm", "cluster"},
	{"province", "tỉnh", "provincial"},
	END,
};

CHOICES(modes) = {
	{"in-person", "trực tiếp", "in person"},
	{"online", "trực tuyến", "online"},
	{"both", "trực tiếp và trực tuyến", "both"},
	END,
};

CHOICES(training_parts) = {
	{"sent", "cử đi", "sent"},
	{"own", "tự tổ chức", "self-organised"},
	END,
};

CHOICES(channels) = {
	{"website", "trang thông tin điện tử", "web site"},
	{"social-media", "mạng xã hội", "social media"},
	{"bulletin", "bản tin", "bulletin"},
	{"magazine", "tạp chí", "magazine"},
	{"newspaper", "báo", "newspaper"},
	{"broadcast", "đài phát thanh, truyền hình", "radio and television"},
	{"documentary", "phóng sự", "documentary"},
	{"talk", "hội nghị, buổi tuyên truyền", "information meeting"},
	{"reception", "buổi tiếp, làm việc", "reception"},
	{"book", "sách, ấn phẩm", "book"},
	{"other", "khác", "other"},
	END,
};

CHOICES(overseas_kinds) = {
	{"meeting", "gặp mặt", "meeting"},
	{"visit", "thăm hỏi", "visit"},
	{"incense", "dâng hương", "incense offering"},
	{"procedures", "tư vấn, hỗ trợ thủ tục", "help with procedures"},
	{"information", "tuyên truyền", "information"},
	{"language", "dạy, quảng bá tiếng Việt", "Vietnamese language"},
	{"other", "khác", "other"},
	END,
};

CHOICES(greeting_forms) = {
	{"letter", "thư", "letter"},
	{"telegram", "điện", "telegram"},
	{"flowers", "điện hoa", "flowers by wire"},
	{"basket", "lẵng hoa", "basket of flowers"},
	{"visit", "đến chúc mừng", "visit"},
	END,
};

CHOICES(paper_kinds) = {
	{"plan", "kế hoạch năm", "plan"},
	{"half-year", "báo cáo 6 tháng", "half-year report"},
	{"annual", "báo cáo năm", "annual report"},
	{"cluster-plan", "kế hoạch Cụm", "cluster plan"},
	{"topic", "báo cáo chuyên đề", "report on a topic"},
	{"other", "văn bản khác", "other document"},
	END,
};

CHOICES(periods) = {
	{"calendar", "năm dương lịch", "calendar year"},
	{"decree", "từ 15/12 năm trước đến 14/12",
		"15 December to 14 December"},
	{"custom", "tự chọn", "other dates"},
	END,
};

CHOICES(paper_states) = {
	{"draft", "dự thảo", "draft"},
	{"submitted", "trình duyệt", "submitted for approval"},
	{"approved", "đã duyệt", "approved"},
	{"issued", "phát hành", "issued"},
	{"locked", "khóa kỳ", "locked"},
	END,
};

CHOICES(report_sections) = {
	{"title", "tên văn bản", "title"},
	{"lead", "lời dẫn", "lead"},
	{"context", "tình hình chung", "context"},
	{"results", "kết quả thực hiện", "results"},
	{"assessment", "đánh giá chung", "assessment"},
	{"achievements", "ưu điểm, kết quả đạt được", "achievements"},
	{"difficulties", "khó khăn, hạn chế", "difficulties and limits"},
	{"lessons", "bài học kinh nghiệm", "lessons"},
	{"directions", "phương hướng", "directions"},
	{"proposals", "kiến nghị, đề xuất", "proposals"},
	{"closing", "câu kết", "closing"},
	{"signature", "chữ ký", "signature"},
	{"recipients", "nơi nhận", "recipients"},
	/* of the file, and not printed: page numbers, drawn lines … */
	{"unread", "chưa hiểu", "not understood"},
	{"other", "khác", "other"},
	END,
};

CHOICES(assessments) = {
	{"favourable", "bối cảnh thuận lợi", "favourable context"},
	{"unfavourable", "bối cảnh khó khăn", "unfavourable context"},
	{"result", "kết quả", "result"},
	{"limit", "hạn chế", "limit"},
	{"cause", "nguyên nhân", "cause"},
	{"proposal", "kiến nghị", "proposal"},
	END,
};

CHOICES(topics) = {
	{"funds", "kinh phí", "funds"},
	{"staff", "nhân sự", "staff"},
	{"aid", "viện trợ", "aid"},
	{"congress", "tổ chức đại hội", "congresses"},
	{"rules", "cơ chế", "rules"},
	{"other", "khác", "other"},
	END,
};

CHOICES(proposal_kinds) = {
	{"found", "tìm thấy trong câu chữ", "found in the words"},
	{"mend", "sửa lỗi", "mend"},
	{"carried", "chép từ năm trước", "carried from last year"},
	END,
};

CHOICES(proposal_states) = {
	{"open", "chờ xem lại", "open"},
	{"accepted", "đã nhận", "accepted"},
	{"rejected", "không nhận", "rejected"},
	END,
};

/* Folded texts alike? "doan ra doan vao" is what "Đoàn ra, đoàn vào" means. */
static bool means(const char *label, struct nc_slice words)
{
	struct nc_buffer a NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer b NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&a, NC_TEXT_BYTES_MAX);
	nc_buffer_init(&b, NC_TEXT_BYTES_MAX);
	return nc_text_fold(&a, nc_slice_text(label)) == NC_OK &&
	       nc_text_fold(&b, words) == NC_OK &&
	       nc_slice_equal(nc_buffer_slice(&a), nc_buffer_slice(&b));
}

const char *nc_choice_named(
	const struct nc_choice *choices, struct nc_slice words)
{
	for (; choices != NULL && choices->name != NULL; choices++)
		if (nc_slice_equal(nc_slice_text(choices->name), words) ||
			means(choices->name, words) ||
			means(choices->label_vi, words) ||
			means(choices->label_en, words))
			return choices->name;
	return NULL;
}
