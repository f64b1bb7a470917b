#include "model/model.h"
#include "base/limits.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define U NC_WRITER_UNION
#define C NC_WRITER_CLUSTER
#define TEXT NC_TYPE_TEXT
#define INTEGER NC_TYPE_INTEGER
#define BOOLEAN NC_TYPE_BOOLEAN
#define TIME NC_TYPE_TIME
#define ENUM NC_TYPE_ENUM
#define DATE NC_TYPE_DATE
#define LIST NC_TYPE_LIST
#define RANK NC_TYPE_RANK
#define LINK NC_TYPE_REFERENCE
#define LINKS NC_TYPE_REFERENCES
#define BYTES NC_TYPE_BYTES
#define COUNTRY NC_TYPE_COUNTRY
#define COUNTRIES NC_TYPE_COUNTRIES
#define MONEY NC_TYPE_MONEY

/* What follows a field's labels: its bounds, choices, and what it points to. */
#define NOTHING                                                                \
	{                                                                      \
		0, 0                                                           \
	}
#define FROM_TO(min, max) min, max, NULL, NOTHING
#define AT_MOST(bytes) FROM_TO(0, bytes)
#define SIZE(bytes) FROM_TO(bytes, bytes)
#define SHORT AT_MOST(NC_LABEL_BYTES_MAX)
#define LONG AT_MOST(0)
#define ANY FROM_TO(INT64_MIN, INT64_MAX)
#define YEARS FROM_TO(1900, 2199)
#define COUNTED FROM_TO(0, 1000000000000)
#define DATED AT_MOST(32)
#define ONE_OF(choices) 0, 0, nc_choices_##choices, NOTHING
#define TO2(a, b)                                                              \
	16, 16, NULL,                                                          \
	{                                                                      \
		NC_ENTITY_##a, NC_ENTITY_##b                                   \
	}
#define TO(a)                                                                  \
	16, 16, NULL,                                                          \
	{                                                                      \
		NC_ENTITY_##a, 0                                               \
	}
#define TO_ANY SIZE(16)
#define TO_SOME2(a, b)                                                         \
	16, 16 * NC_REFERENCES_MAX, NULL,                                      \
	{                                                                      \
		NC_ENTITY_##a, NC_ENTITY_##b                                   \
	}
#define TO_SOME(a)                                                             \
	16, 16 * NC_REFERENCES_MAX, NULL,                                      \
	{                                                                      \
		NC_ENTITY_##a, 0                                               \
	}
#define TO_SOME_ANY FROM_TO(16, 16 * NC_REFERENCES_MAX)

#define FIELDS(name) static const struct nc_field name[]

FIELDS(cluster_fields) = {
	{1, "name", TEXT, C, true, "Tên Cụm", "Name", SHORT},
	{2, "address", TEXT, C, false, "Địa chỉ đầu mối", "Address", SHORT},
	{3, "open_reading", BOOLEAN, C, false, "Các đơn vị đọc được của nhau",
		"Unions read each other", FROM_TO(0, 1)},
};

FIELDS(union_fields) = {
	{1, "code", TEXT, C, true, "Mã", "Code", AT_MOST(64)},
	{2, "name", TEXT, C, true, "Tên", "Name", SHORT},
	{3, "order", INTEGER, C, false, "Thứ tự", "Order", FROM_TO(0, 1000000)},
	{4, "valid_from", DATE, C, false, "Hiệu lực từ", "Valid from", DATED},
	{5, "valid_to", DATE, C, false, "Hiệu lực đến", "Valid to", DATED},
	{6, "short_names", LIST, C, false, "Tên gọi tắt", "Short names", LONG},
	{7, "province", TEXT, C, false, "Tỉnh, thành phố", "Province", SHORT},
	{8, "term_from", INTEGER, C, false, "Nhiệm kỳ từ năm", "Term from",
		YEARS},
	{9, "term_to", INTEGER, C, false, "Nhiệm kỳ đến năm", "Term to", YEARS},
	{10, "letterhead", LIST, C, false, "Tên in đầu văn bản", "Letterhead",
		LONG},
};

FIELDS(device_fields) = {
	{1, "label", TEXT, C, true, "Tên máy", "Label", SHORT},
	{2, "public_key", BYTES, C, true, "Khóa công khai", "Public key",
		SIZE(32)},
	{3, "role", ENUM, C, true, "Vai trò", "Role", ONE_OF(roles)},
	{4, "revoked_at", TIME, C, false, "Thu hồi lúc", "Revoked at", ANY},
	{5, "succeeds", NC_TYPE_DEVICE, C, false, "Thay cho máy", "Succeeds",
		SIZE(8)},
	{6, "voucher", BYTES, C, false, "Chữ ký bảo đảm", "Voucher", SIZE(64)},
	{7, "vouched_by", NC_TYPE_DEVICE, C, false, "Bên bảo đảm",
		"Vouched for by", SIZE(8)},
};

FIELDS(grant_fields) = {
	{1, "device", NC_TYPE_DEVICE, C, true, "Máy", "Device", SIZE(8)},
	{2, "union", LINK, C, true, "Đơn vị", "Union", TO(UNION)},
	{3, "first_sequence", INTEGER, C, true, "Từ số", "First sequence",
		FROM_TO(1, INT64_MAX)},
	{4, "last_sequence", INTEGER, C, false, "Đến số", "Last sequence",
		FROM_TO(0, INT64_MAX)},
};

FIELDS(invitation_fields) = {
	{1, "secret_hash", BYTES, C, true, "Băm mật mã", "Hash of the secret",
		SIZE(32)},
	{2, "union", LINK, C, true, "Đơn vị", "Union", TO(UNION)},
	{3, "expires_at", TIME, C, true, "Hết hạn lúc", "Expires at", ANY},
	{4, "used_by", NC_TYPE_DEVICE, C, false, "Máy đã dùng", "Used by",
		SIZE(8)},
};

FIELDS(hub_fields) = {
	{1, "generation", INTEGER, C, true, "Đời", "Generation",
		FROM_TO(1, 1000000)},
	{2, "device", NC_TYPE_DEVICE, C, true, "Máy", "Device", SIZE(8)},
	{3, "address", TEXT, C, false, "Địa chỉ", "Address", SHORT},
	{4, "reason", ENUM, C, false, "Lý do", "Reason", ONE_OF(hub_reasons)},
	{5, "since", TIME, C, false, "Từ lúc", "Since", ANY},
	{6, "after_size", INTEGER, C, false, "Số mục của cây trước",
		"Size of the tree before", FROM_TO(0, INT64_MAX)},
	{7, "after_root", BYTES, C, false, "Gốc của cây trước",
		"Root of the tree before", SIZE(32)},
};

FIELDS(cluster_role_fields) = {
	{1, "year", INTEGER, C, true, "Năm", "Year", YEARS},
	{2, "union", LINK, C, true, "Liên hiệp", "Union", TO(UNION)},
	{3, "role", ENUM, C, true, "Vai trò trong Cụm", "Role",
		ONE_OF(cluster_roles)},
	{4, "hosted", TEXT, C, false, "Hội nghị đăng cai", "Meeting hosted",
		LONG},
	{5, "note", TEXT, C, false, "Ghi chú", "Note", LONG},
};

/* One event is one record, however many unions it takes and makes. */
FIELDS(succession_fields) = {
	{1, "from_unions", LINKS, C, true, "Đơn vị cũ", "From", TO_SOME(UNION)},
	{2, "into_unions", LINKS, C, true, "Đơn vị kế thừa", "Into",
		TO_SOME(UNION)},
	{3, "kind", ENUM, C, true, "Hình thức", "Kind",
		ONE_OF(succession_kinds)},
	{4, "when", DATE, C, true, "Từ ngày", "From the day", DATED},
	{5, "late_until", DATE, C, false, "Nhận số liệu cũ đến ngày",
		"Late change-sets until", DATED},
	{6, "decision", TEXT, C, false, "Văn bản quyết định", "Decision", LONG},
	{7, "note", TEXT, C, false, "Ghi chú", "Note", LONG},
};

/* A day that comes every year. A lunar one has no place in the solar year, so
 * it is not a date: 30/2 is a lunar day. */
#define DAY(w)                                                                 \
	{1, "title", TEXT, w, true, "Sự kiện", "Event", LONG},                 \
		{2, "kind", ENUM, w, true, "Loại", "Kind", ONE_OF(day_kinds)}, \
		{3, "calendar", ENUM, w, true, "Lịch", "Calendar",             \
			ONE_OF(calendars)},                                    \
		{4, "month", INTEGER, w, false, "Tháng", "Month",              \
			FROM_TO(1, 12)},                                       \
		{5, "day", INTEGER, w, false, "Ngày", "Day", FROM_TO(1, 31)},  \
		{6, "days", INTEGER, w, false, "Số ngày", "Number of days",    \
			FROM_TO(1, 31)},                                       \
		{7, "since", INTEGER, w, false, "Từ năm", "Since the year",    \
			FROM_TO(1, 9999)},                                     \
		{8, "countries", COUNTRIES, w, false, "Nước", "Countries",     \
			LONG},                                                 \
		{9, "other_names", LIST, w, false, "Tên gọi khác",             \
			"Other names", LONG},                                  \
	{                                                                      \
		10, "note", TEXT, w, false, "Ghi chú", "Note", LONG            \
	}

FIELDS(fixed_day_fields) = {
	DAY(C),
};

FIELDS(anniversary_fields) = {
	DAY(U),
};

/* What a plan's item and a lead text have in common: where they stand. */
#define PLAN_PLACE                                                             \
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},                   \
		{2, "area", ENUM, U, true, "Lĩnh vực", "Area", ONE_OF(areas)}, \
		{3, "letter", TEXT, U, false, "Ký hiệu mục", "Section letter", \
			AT_MOST(16)},                                          \
		{4, "heading", TEXT, U, false, "Tên mục", "Section heading",   \
			LONG},                                                 \
		{5, "rank", RANK, U, true, "Vị trí", "Rank", SHORT},           \
		{6, "text", TEXT, U, true, "Nội dung", "Text", LONG},          \
	{                                                                      \
		7, "imported", BYTES, U, false, "Dấu văn bản đã nhập",         \
			"Mark of the imported words", SIZE(16)                 \
	}

FIELDS(plan_item_fields) = {
	PLAN_PLACE,
	{8, "level", INTEGER, U, true, "Cấp", "Level", FROM_TO(1, 9)},
	{9, "when", DATE, U, false, "Thời gian", "When", DATED},
	{10, "when_words", TEXT, U, false, "Thời gian (nguyên văn)",
		"When, as printed", SHORT},
	{11, "place", TEXT, U, false, "Địa điểm", "Place", LONG},
	{12, "country_words", LIST, U, false, "Nước (nguyên văn)",
		"Countries, as printed", LONG},
	{13, "status", ENUM, U, false, "Tình trạng", "Status",
		ONE_OF(item_states)},
	{14, "result", TEXT, U, false, "Kết quả", "Result", LONG},
	/* From model 3. */
	{15, "countries", COUNTRIES, U, false, "Nước", "Countries", LONG},
	{16, "until", DATE, U, false, "Đến ngày", "Until", DATED},
	{17, "kind", ENUM, U, false, "Loại", "Kind", ONE_OF(item_kinds)},
	{18, "condition", TEXT, U, false, "Điều kiện", "Condition", LONG},
	{19, "owner", LINK, U, false, "Đơn vị thực hiện", "Carried out by",
		TO2(UNION, MEMBER_ORG)},
	{20, "carried_from", LINK, U, false, "Chép từ", "Carried from",
		TO(PLAN_ITEM)},
};

FIELDS(plan_lead_fields) = {
	PLAN_PLACE,
	/* From model 3. */
	{8, "carried_from", LINK, U, false, "Chép từ", "Carried from",
		TO(PLAN_LEAD)},
};

FIELDS(submission_fields) = {
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "kind", ENUM, U, true, "Văn bản", "Document",
		ONE_OF(document_kinds)},
	{3, "submitted_at", DATE, U, false, "Ngày gửi", "Submitted at", DATED},
	{4, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
	{5, "verdict", ENUM, C, false, "Ý kiến của Cụm", "Verdict",
		ONE_OF(verdicts)},
	{6, "comment", TEXT, C, false, "Góp ý của Cụm", "Comment", LONG},
	/* From model 3. */
	{7, "document", LINK, U, false, "Văn bản kèm theo", "Document issued",
		TO(DOCUMENT)},
	{8, "cutoff", DATE, U, false, "Chốt số liệu", "Cut-off", DATED},
};

/* What is compared with what was done; the actual follows from the records,
 * and is written here only where none of them count it. */
FIELDS(target_fields) = {
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "title", TEXT, U, true, "Chỉ tiêu", "Target", LONG},
	{3, "plan_item", LINK, U, false, "Nội dung kế hoạch", "Plan item",
		TO(PLAN_ITEM)},
	{4, "indicator", ENUM, U, true, "Chỉ số", "Indicator",
		ONE_OF(indicators)},
	{5, "qualifier", ENUM, U, false, "Mức", "Qualifier",
		ONE_OF(qualifiers)},
	{6, "min", INTEGER, U, false, "Giá trị", "Value", COUNTED},
	{7, "max", INTEGER, U, false, "Giá trị cao nhất", "Highest value",
		COUNTED},
	{8, "unit", TEXT, U, false, "Đơn vị tính", "Unit", SHORT},
	{9, "money_min", MONEY, U, false, "Số tiền", "Sum of money", DATED},
	{10, "money_max", MONEY, U, false, "Số tiền cao nhất",
		"Highest sum of money", DATED},
	{11, "when", DATE, U, false, "Thời hạn", "Due", DATED},
	{12, "when_words", TEXT, U, false, "Thời hạn (nguyên văn)",
		"Due, as printed", SHORT},
	{13, "countries", COUNTRIES, U, false, "Nước", "Countries", LONG},
	{14, "text", TEXT, U, false, "Nguyên văn", "As printed", LONG},
	{15, "actual", INTEGER, U, false, "Kết quả thực hiện", "Actual",
		COUNTED},
	{16, "actual_money", MONEY, U, false, "Số tiền thực hiện",
		"Actual sum of money", DATED},
	{17, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
	{18, "carried_from", LINK, U, false, "Chép từ", "Carried from",
		TO(TARGET)},
};

FIELDS(member_org_fields) = {
	{1, "name", TEXT, U, true, "Tên", "Name", LONG},
	{2, "short_names", LIST, U, false, "Tên gọi tắt", "Short names", LONG},
	{3, "kind", ENUM, U, true, "Loại", "Kind", ONE_OF(member_kinds)},
	{4, "countries", COUNTRIES, U, false, "Nước", "Countries", LONG},
	{5, "founded", DATE, U, false, "Ngày thành lập", "Founded", DATED},
	{6, "members", INTEGER, U, false, "Số hội viên", "Members", COUNTED},
	{7, "branches", INTEGER, U, false, "Số chi hội", "Branches", COUNTED},
	{8, "as_of", DATE, U, false, "Số liệu đến ngày", "Counted on", DATED},
	{9, "term_from", INTEGER, U, false, "Nhiệm kỳ từ năm", "Term from",
		YEARS},
	{10, "term_to", INTEGER, U, false, "Nhiệm kỳ đến năm", "Term to",
		YEARS},
	{11, "status", ENUM, U, false, "Tình trạng", "Status",
		ONE_OF(member_states)},
	{12, "valid_from", DATE, U, false, "Hiệu lực từ", "Valid from", DATED},
	{13, "valid_to", DATE, U, false, "Hiệu lực đến", "Valid to", DATED},
	{14, "predecessors", LINKS, U, false, "Kế thừa từ", "Predecessors",
		TO_SOME(MEMBER_ORG)},
	{15, "contact", TEXT, U, false, "Đầu mối liên hệ", "Contact", LONG},
	{16, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

FIELDS(partner_fields) = {
	{1, "name", TEXT, U, true, "Tên", "Name", LONG},
	{2, "abbreviation", TEXT, U, false, "Viết tắt", "Abbreviation", SHORT},
	{3, "other_names", LIST, U, false, "Tên gọi khác", "Other names", LONG},
	{4, "kind", ENUM, U, true, "Loại", "Kind", ONE_OF(partner_kinds)},
	{5, "country", COUNTRY, U, false, "Quốc tịch", "Country", AT_MOST(2)},
	{6, "registration", TEXT, U, false, "Số giấy đăng ký",
		"Registration number", SHORT},
	{7, "registration_kind", ENUM, U, false, "Hình thức đăng ký",
		"Kind of registration", ONE_OF(registration_kinds)},
	{8, "valid_from", DATE, U, false, "Giấy đăng ký có hiệu lực từ",
		"Registered from", DATED},
	{9, "valid_to", DATE, U, false, "Giấy đăng ký có hiệu lực đến",
		"Registered to", DATED},
	{10, "sectors", LIST, U, false, "Lĩnh vực đăng ký",
		"Registered sectors", LONG},
	{11, "provinces", LIST, U, false, "Địa bàn đăng ký",
		"Registered provinces", LONG},
	{12, "place", TEXT, U, false, "Địa chỉ", "Address", LONG},
	{13, "contact", TEXT, U, false, "Đầu mối liên hệ", "Contact", LONG},
	{14, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

/*
 * What every record of something done says, under the same numbers: whose
 * plan item it carries out, when, where, with which countries. Fields of its
 * own begin at 20.
 */
#define DOING(states)                                                          \
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},                   \
		{2, "title", TEXT, U, true, "Tên", "Title", LONG},             \
		{3, "plan_item", LINK, U, false, "Nội dung kế hoạch",          \
			"Plan item", TO(PLAN_ITEM)},                           \
		{4, "status", ENUM, U, false, "Tình trạng", "Status",          \
			ONE_OF(states)},                                       \
		{5, "when", DATE, U, false, "Thời gian", "When", DATED},       \
		{6, "until", DATE, U, false, "Đến ngày", "Until", DATED},      \
		{7, "when_words", TEXT, U, false, "Thời gian (nguyên văn)",    \
			"When, as printed", SHORT},                            \
		{8, "place", TEXT, U, false, "Địa điểm", "Place", LONG},       \
		{9, "countries", COUNTRIES, U, false, "Nước", "Countries",     \
			LONG},                                                 \
		{10, "text", TEXT, U, false, "Nội dung", "Text", LONG},        \
		{11, "result", TEXT, U, false, "Kết quả", "Result", LONG},     \
		{12, "note", TEXT, U, false, "Ghi chú", "Note", LONG},         \
	{                                                                      \
		13, "carried_from", LINK, U, false, "Chép từ", "Carried from", \
			TO_ANY                                                 \
	}

FIELDS(congress_fields) = {
	DOING(item_states),
	{20, "kind", ENUM, U, true, "Loại", "Kind", ONE_OF(congress_kinds)},
	{21, "owner", LINK, U, false, "Tổ chức", "Organisation",
		TO2(UNION, MEMBER_ORG)},
	{22, "ordinal", INTEGER, U, false, "Lần thứ", "Ordinal",
		FROM_TO(1, 1000)},
	{23, "ordinal_words", TEXT, U, false, "Lần thứ (nguyên văn)",
		"Ordinal, as printed", SHORT},
	{24, "term_from", INTEGER, U, false, "Nhiệm kỳ từ năm", "Term from",
		YEARS},
	{25, "term_to", INTEGER, U, false, "Nhiệm kỳ đến năm", "Term to",
		YEARS},
	{26, "held", DATE, U, false, "Ngày tổ chức", "Held on", DATED},
	{27, "elected", TEXT, U, false, "Kết quả nhân sự", "Elected", LONG},
};

FIELDS(delegation_fields) = {
	DOING(item_states),
	{20, "direction", ENUM, U, true, "Đoàn ra hay đoàn vào", "Direction",
		ONE_OF(directions)},
	{21, "count", INTEGER, U, false, "Số đoàn", "Delegations", COUNTED},
	{22, "people", INTEGER, U, false, "Số người", "People", COUNTED},
	{23, "people_qualifier", ENUM, U, false, "Số người (mức)",
		"People, qualifier", ONE_OF(qualifiers)},
	{24, "leader", TEXT, U, false, "Trưởng đoàn", "Leader", LONG},
	{25, "organiser", TEXT, U, false, "Đơn vị chủ trì", "Organiser", LONG},
	{26, "role", ENUM, U, false, "Vai trò", "Role", ONE_OF(parts_played)},
	{27, "body", ENUM, U, false, "Phạm vi", "Scope", ONE_OF(bodies)},
	{28, "owner", LINK, U, false, "Đơn vị thực hiện", "Carried out by",
		TO2(UNION, MEMBER_ORG)},
	{29, "partners", LINKS, U, false, "Đối tác", "Partners",
		TO_SOME2(PARTNER, MEMBER_ORG)},
	{30, "origin", ENUM, U, false, "Đến từ", "Coming from",
		ONE_OF(origins)},
	{31, "guest_kind", ENUM, U, false, "Loại khách", "Kind of guest",
		ONE_OF(guest_kinds)},
	{32, "introduced_by", TEXT, U, false, "Kênh giới thiệu",
		"Introduced by", LONG},
	{33, "occasion", LINK, U, false, "Nhân dịp", "Occasion",
		TO2(ANNIVERSARY, FIXED_DAY)},
	{34, "gift_value", MONEY, U, false, "Giá trị quà", "Value of gifts",
		DATED},
};

FIELDS(activity_fields) = {
	DOING(item_states),
	{20, "kind", ENUM, U, true, "Loại", "Kind", ONE_OF(activity_kinds)},
	{21, "class", ENUM, U, false, "Nhóm", "Class",
		ONE_OF(activity_classes)},
	{22, "occasion", LINK, U, false, "Nhân dịp", "Occasion",
		TO2(ANNIVERSARY, FIXED_DAY)},
	{23, "role", ENUM, U, false, "Vai trò", "Role", ONE_OF(parts_played)},
	{24, "owner", LINK, U, false, "Đơn vị thực hiện", "Carried out by",
		TO2(UNION, MEMBER_ORG)},
	{25, "partners", LINKS, U, false, "Đơn vị phối hợp", "Partners",
		TO_SOME2(PARTNER, MEMBER_ORG)},
	{26, "partner_words", LIST, U, false, "Đơn vị phối hợp (nguyên văn)",
		"Partners, as printed", LONG},
	{27, "count", INTEGER, U, false, "Số sự kiện", "Events", COUNTED},
	{28, "people", INTEGER, U, false, "Số người dự", "People", COUNTED},
	{29, "people_qualifier", ENUM, U, false, "Số người dự (mức)",
		"People, qualifier", ONE_OF(qualifiers)},
	{30, "budget", MONEY, U, false, "Kinh phí", "Budget", DATED},
	{31, "ordinal", INTEGER, U, false, "Lần thứ", "Ordinal",
		FROM_TO(1, 1000)},
	{32, "ordinal_words", TEXT, U, false, "Lần thứ (nguyên văn)",
		"Ordinal, as printed", SHORT},
	{33, "mode", ENUM, U, false, "Hình thức", "Mode", ONE_OF(modes)},
	{34, "agreement", LINK, U, false, "Theo thỏa thuận",
		"Under the agreement", TO(AGREEMENT)},
};

FIELDS(aid_fields) = {
	DOING(aid_states),
	{20, "form", ENUM, U, true, "Hình thức", "Form", ONE_OF(aid_forms)},
	{21, "sector", ENUM, U, false, "Lĩnh vực", "Sector", ONE_OF(sectors)},
	{22, "donors", LINKS, U, false, "Bên tài trợ", "Donors",
		TO_SOME(PARTNER)},
	{23, "donor_words", LIST, U, false, "Bên tài trợ (nguyên văn)",
		"Donors, as printed", LONG},
	{24, "implementers", LINKS, U, false, "Tổ chức thực hiện",
		"Implemented by", TO_SOME2(PARTNER, MEMBER_ORG)},
	{25, "owner", LINK, U, false, "Chủ khoản viện trợ", "Aid owner",
		TO2(MEMBER_ORG, PARTNER)},
	{26, "owner_words", TEXT, U, false, "Chủ khoản viện trợ (nguyên văn)",
		"Aid owner, as printed", LONG},
	{27, "managing_body", TEXT, U, false, "Cơ quan chủ quản",
		"Managing body", LONG},
	{28, "approval", TEXT, U, false, "Số quyết định phê duyệt",
		"Approval number", SHORT},
	{29, "approved_on", DATE, U, false, "Ngày phê duyệt", "Approved on",
		DATED},
	{30, "approved_by", TEXT, U, false, "Cơ quan phê duyệt", "Approved by",
		LONG},
	{31, "rules", LINK, U, false, "Theo quy định", "Under the rules of",
		TO(LEGAL_REF)},
	{32, "committed", MONEY, U, false, "Cam kết", "Committed", DATED},
	{33, "committed_usd", MONEY, U, false, "Cam kết (USD)",
		"Committed, in USD", DATED},
	{34, "committed_vnd", MONEY, U, false, "Cam kết (đồng)",
		"Committed, in VND", DATED},
	{35, "rate_date", DATE, U, false, "Ngày tính tỷ giá",
		"Date of the exchange rate", DATED},
	{36, "counterpart", MONEY, U, false, "Vốn đối ứng", "Counterpart funds",
		DATED},
	{37, "in_kind", TEXT, U, false, "Hiện vật", "In kind", LONG},
	{38, "in_kind_value", MONEY, U, false, "Giá trị hiện vật",
		"Value in kind", DATED},
	{39, "beneficiaries", INTEGER, U, false, "Người hưởng lợi",
		"Beneficiaries", COUNTED},
	{40, "beneficiaries_qualifier", ENUM, U, false, "Người hưởng lợi (mức)",
		"Beneficiaries, qualifier", ONE_OF(qualifiers)},
	{41, "role", ENUM, U, false, "Vai trò của Liên hiệp",
		"Role of the union", ONE_OF(aid_parts)},
	{42, "same_as", LINK, U, false, "Trùng với khoản", "The same aid as",
		TO(AID)},
};

/* What was paid in a period, up to a day; never what was promised. */
FIELDS(aid_payment_fields) = {
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "aid", LINK, U, true, "Khoản viện trợ", "Aid", TO(AID)},
	{3, "kind", ENUM, U, false, "Hình thức", "Kind", ONE_OF(payment_kinds)},
	{4, "when", DATE, U, false, "Từ ngày", "From", DATED},
	{5, "until", DATE, U, false, "Đến ngày", "Until", DATED},
	{6, "when_words", TEXT, U, false, "Thời gian (nguyên văn)",
		"When, as printed", SHORT},
	{7, "amount", MONEY, U, true, "Giải ngân", "Disbursed", DATED},
	{8, "amount_usd", MONEY, U, false, "Giải ngân (USD)",
		"Disbursed, in USD", DATED},
	{9, "amount_vnd", MONEY, U, false, "Giải ngân (đồng)",
		"Disbursed, in VND", DATED},
	{10, "rate_date", DATE, U, false, "Ngày tính tỷ giá",
		"Date of the exchange rate", DATED},
	{11, "cutoff", DATE, U, false, "Chốt số liệu", "Cut-off", DATED},
	{12, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

FIELDS(aid_output_fields) = {
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "aid", LINK, U, true, "Khoản viện trợ", "Aid", TO(AID)},
	{3, "title", TEXT, U, true, "Kết quả", "Output", LONG},
	{4, "count", INTEGER, U, false, "Số lượng", "Count", COUNTED},
	{5, "count_qualifier", ENUM, U, false, "Số lượng (mức)",
		"Count, qualifier", ONE_OF(qualifiers)},
	{6, "unit", TEXT, U, false, "Đơn vị tính", "Unit", SHORT},
	{7, "unit_value", MONEY, U, false, "Đơn giá", "Unit value", DATED},
	{8, "total", MONEY, U, false, "Thành tiền", "Total", DATED},
	{9, "when", DATE, U, false, "Thời gian", "When", DATED},
	{10, "place", TEXT, U, false, "Địa điểm", "Place", LONG},
	{11, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

/* Of papers that the union answers. */
#define ANSWER                                                                 \
	{20, "asked_by", TEXT, U, false, "Cơ quan đề nghị", "Asked by", LONG}, \
		{21, "answer_number", TEXT, U, false, "Số văn bản trả lời",    \
			"Number of the answer", SHORT},                        \
	{                                                                      \
		22, "answer_date", DATE, U, false, "Ngày trả lời",             \
			"Date of the answer", DATED                            \
	}

FIELDS(aid_opinion_fields) = {
	DOING(item_states),
	ANSWER,
	{23, "kind", ENUM, U, true, "Loại", "Kind", ONE_OF(opinion_kinds)},
	{24, "subject", LINK, U, false, "Đối tượng", "Subject",
		TO2(AID, PARTNER)},
	{25, "opinion", ENUM, U, false, "Ý kiến", "Opinion", ONE_OF(opinions)},
};

FIELDS(document_comment_fields) = {
	DOING(item_states),
	ANSWER,
	{23, "count", INTEGER, U, false, "Số văn bản", "Documents", COUNTED},
};

FIELDS(agreement_fields) = {
	DOING(item_states),
	{20, "kind", ENUM, U, false, "Loại", "Kind", ONE_OF(agreement_kinds)},
	{21, "owner", LINK, U, false, "Bên ký", "Signed by",
		TO2(UNION, MEMBER_ORG)},
	{22, "partners", LINKS, U, false, "Các bên", "Parties",
		TO_SOME2(PARTNER, MEMBER_ORG)},
	{23, "partner_words", LIST, U, false, "Các bên (nguyên văn)",
		"Parties, as printed", LONG},
	{24, "signed_on", DATE, U, false, "Ngày ký", "Signed on", DATED},
	{25, "valid_from", DATE, U, false, "Hiệu lực từ", "Valid from", DATED},
	{26, "valid_to", DATE, U, false, "Hiệu lực đến", "Valid to", DATED},
};

FIELDS(event_attended_fields) = {
	DOING(item_states),
	{20, "level", ENUM, U, false, "Cấp", "Level", ONE_OF(levels)},
	{21, "mode", ENUM, U, false, "Hình thức", "Mode", ONE_OF(modes)},
	{22, "organiser", TEXT, U, false, "Cơ quan tổ chức", "Organiser", LONG},
	{23, "people", INTEGER, U, false, "Số người dự", "People", COUNTED},
};

FIELDS(training_fields) = {
	DOING(item_states),
	{20, "direction", ENUM, U, true, "Vai trò", "Direction",
		ONE_OF(training_parts)},
	{21, "count", INTEGER, U, false, "Số lớp", "Classes", COUNTED},
	{22, "people", INTEGER, U, false, "Số người", "People", COUNTED},
	{23, "people_qualifier", ENUM, U, false, "Số người (mức)",
		"People, qualifier", ONE_OF(qualifiers)},
	{24, "languages", LIST, U, false, "Ngoại ngữ", "Languages", LONG},
	{25, "organiser", TEXT, U, false, "Cơ quan tổ chức", "Organiser", LONG},
};

FIELDS(information_fields) = {
	DOING(item_states),
	{20, "channel", ENUM, U, true, "Kênh", "Channel", ONE_OF(channels)},
	{21, "articles", INTEGER, U, false, "Số tin, bài", "Articles", COUNTED},
	{22, "articles_qualifier", ENUM, U, false, "Số tin, bài (mức)",
		"Articles, qualifier", ONE_OF(qualifiers)},
	{23, "languages", LIST, U, false, "Ngôn ngữ", "Languages", LONG},
	{24, "visits", INTEGER, U, false, "Lượt truy cập", "Visits", COUNTED},
	{25, "visits_qualifier", ENUM, U, false, "Lượt truy cập (mức)",
		"Visits, qualifier", ONE_OF(qualifiers)},
	{26, "cutoff", DATE, U, false, "Tính đến", "Counted up to", DATED},
	{27, "issues", INTEGER, U, false, "Số bản tin", "Issues", COUNTED},
	{28, "issue_numbers", LIST, U, false, "Các số bản tin", "Issue numbers",
		LONG},
	{29, "per_issue_min", INTEGER, U, false, "Bài mỗi số, từ",
		"Articles per issue, from", COUNTED},
	{30, "per_issue_max", INTEGER, U, false, "Bài mỗi số, đến",
		"Articles per issue, to", COUNTED},
	{31, "sessions", INTEGER, U, false, "Số buổi", "Sessions", COUNTED},
	{32, "people", INTEGER, U, false, "Số người dự", "People", COUNTED},
	{33, "people_qualifier", ENUM, U, false, "Số người dự (mức)",
		"People, qualifier", ONE_OF(qualifiers)},
	{34, "partners", LINKS, U, false, "Cơ quan phối hợp", "Partners",
		TO_SOME2(PARTNER, MEMBER_ORG)},
	{35, "partner_words", LIST, U, false, "Cơ quan phối hợp (nguyên văn)",
		"Partners, as printed", LONG},
};

FIELDS(overseas_fields) = {
	DOING(item_states),
	{20, "kind", ENUM, U, true, "Loại", "Kind", ONE_OF(overseas_kinds)},
	{21, "occasion", LINK, U, false, "Nhân dịp", "Occasion",
		TO2(ANNIVERSARY, FIXED_DAY)},
	{22, "people", INTEGER, U, false, "Số người", "People", COUNTED},
	{23, "people_qualifier", ENUM, U, false, "Số người (mức)",
		"People, qualifier", ONE_OF(qualifiers)},
	{24, "cases", INTEGER, U, false, "Số lượt hỗ trợ", "Cases", COUNTED},
	{25, "legal_basis", LINKS, U, false, "Văn bản chỉ đạo", "Legal basis",
		TO_SOME(LEGAL_REF)},
	{26, "partners", LINKS, U, false, "Đơn vị phối hợp", "Partners",
		TO_SOME2(PARTNER, MEMBER_ORG)},
	{27, "partner_words", LIST, U, false, "Đơn vị phối hợp (nguyên văn)",
		"Partners, as printed", LONG},
};

FIELDS(foreign_students_fields) = {
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "title", TEXT, U, true, "Trường", "School", LONG},
	{3, "plan_item", LINK, U, false, "Nội dung kế hoạch", "Plan item",
		TO(PLAN_ITEM)},
	{4, "school", LINK, U, false, "Trường (bản ghi)", "School's record",
		TO2(MEMBER_ORG, PARTNER)},
	{5, "country", COUNTRY, U, true, "Nước", "Country", AT_MOST(2)},
	{6, "people", INTEGER, U, true, "Số người", "People", COUNTED},
	{7, "as_of", DATE, U, false, "Thời điểm", "Counted on", DATED},
	{8, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

FIELDS(greeting_fields) = {
	DOING(item_states),
	{20, "form", ENUM, U, false, "Hình thức", "Form",
		ONE_OF(greeting_forms)},
	{21, "recipient", TEXT, U, true, "Nơi nhận", "Recipient", LONG},
	{22, "partner", LINK, U, false, "Nơi nhận (bản ghi)",
		"Recipient's record", TO(PARTNER)},
	{23, "occasion", LINK, U, false, "Nhân dịp", "Occasion",
		TO2(ANNIVERSARY, FIXED_DAY)},
	{24, "count", INTEGER, U, false, "Số lượng", "Count", COUNTED},
};

/* A paragraph or an item of a report. What it tells of stands once, in the
 * records that it is about. */
FIELDS(report_part_fields) = {
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "kind", ENUM, U, true, "Văn bản", "Document", ONE_OF(paper_kinds)},
	{3, "part", TEXT, U, false, "Số mục", "Section number", AT_MOST(64)},
	{4, "heading", TEXT, U, false, "Tên mục", "Heading", LONG},
	{5, "rank", RANK, U, true, "Vị trí", "Rank", SHORT},
	{6, "text", TEXT, U, false, "Nội dung", "Text", LONG},
	{7, "imported", BYTES, U, false, "Dấu văn bản đã nhập",
		"Mark of the imported words", SIZE(16)},
	/* Of a heading how deep it stands, from 1; of an item its level; 0 of
	 * a paragraph. A record with a heading begins a section, to which those
	 * without belong that follow it; its text, if any, is the first. */
	{8, "level", INTEGER, U, true, "Cấp", "Level", FROM_TO(0, 9)},
	{9, "about", LINKS, U, false, "Nói về", "About", TO_SOME_ANY},
	{10, "section", ENUM, U, false, "Phần", "Section",
		ONE_OF(report_sections)},
	{11, "area", ENUM, U, false, "Lĩnh vực", "Area", ONE_OF(areas)},
	{12, "assessment", ENUM, U, false, "Đánh giá", "Assessment",
		ONE_OF(assessments)},
	{13, "topic", ENUM, U, false, "Chủ đề", "Topic", ONE_OF(topics)},
	{14, "document", LINK, U, false, "Thuộc văn bản", "Of the document",
		TO(DOCUMENT)},
	{15, "carried_from", LINK, U, false, "Chép từ", "Carried from",
		TO(REPORT_PART)},
	{16, "label", TEXT, U, false, "Ký hiệu mục",
		"Section number, as printed", SHORT},
};

FIELDS(document_fields) = {
	{1, "year", INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "kind", ENUM, U, true, "Loại văn bản", "Kind", ONE_OF(paper_kinds)},
	{3, "plan_year", INTEGER, U, false, "Năm kế hoạch", "Plan year", YEARS},
	{4, "title", TEXT, U, true, "Trích yếu", "Subject line", LONG},
	{5, "symbol", TEXT, U, false, "Số, ký hiệu", "Number and symbol",
		SHORT},
	{6, "place", TEXT, U, false, "Địa danh", "Place", SHORT},
	{7, "date", DATE, U, false, "Ngày văn bản", "Date", DATED},
	{8, "period", ENUM, U, false, "Kỳ báo cáo", "Reporting period",
		ONE_OF(periods)},
	{9, "when", DATE, U, false, "Số liệu từ ngày", "Figures from", DATED},
	{10, "until", DATE, U, false, "Số liệu đến ngày", "Figures until",
		DATED},
	{11, "cutoff", DATE, U, false, "Chốt số liệu", "Cut-off", DATED},
	{12, "closing", TEXT, U, false, "Câu kết", "Closing", LONG},
	{13, "recipients", LIST, U, false, "Nơi nhận", "Recipients", LONG},
	{14, "signer", TEXT, U, false, "Người ký", "Signer", SHORT},
	{15, "signer_title", LIST, U, false, "Chức vụ người ký",
		"Signer's title", LONG},
	{16, "status", ENUM, U, true, "Trạng thái", "Status",
		ONE_OF(paper_states)},
	{17, "reopened", TEXT, U, false, "Lý do mở khóa", "Reopened because",
		LONG},
	{18, "legal_basis", LINKS, U, false, "Căn cứ", "Legal basis",
		TO_SOME(LEGAL_REF)},
	{19, "carried_from", LINK, U, false, "Chép từ", "Carried from",
		TO(DOCUMENT)},
	{20, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
	{21, "imported", BYTES, U, false, "Dấu văn bản đã nhập",
		"Mark of the imported words", SIZE(16)},
};

FIELDS(legal_ref_fields) = {
	{1, "symbol", TEXT, U, true, "Số, ký hiệu", "Number and symbol", SHORT},
	{2, "date", DATE, U, false, "Ngày", "Date", DATED},
	{3, "issuer", TEXT, U, false, "Cơ quan ban hành", "Issuer", LONG},
	{4, "title", TEXT, U, false, "Trích yếu", "Subject line", LONG},
	{5, "kind", TEXT, U, false, "Loại văn bản", "Kind", SHORT},
	{6, "valid_from", DATE, U, false, "Hiệu lực từ", "Valid from", DATED},
	{7, "valid_to", DATE, U, false, "Hiệu lực đến", "Valid to", DATED},
	{8, "replaced_by", LINK, U, false, "Được thay bằng", "Replaced by",
		TO(LEGAL_REF)},
	{9, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

/* What a file is; the file itself does not travel. */
FIELDS(attachment_fields) = {
	{1, "of", LINK, U, true, "Kèm theo bản ghi", "Attached to", TO_ANY},
	{2, "name", TEXT, U, true, "Tên tệp", "File name", SHORT},
	{3, "media_type", TEXT, U, false, "Định dạng", "Media type", SHORT},
	{4, "size", INTEGER, U, false, "Dung lượng (byte)", "Size in bytes",
		COUNTED},
	{5, "sha256", BYTES, U, false, "SHA-256", "SHA-256", SIZE(32)},
	{6, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

/* A value that a program would put into a field; a person decides. */
FIELDS(proposal_fields) = {
	{1, "of", LINK, U, true, "Cho bản ghi", "For the record", TO_ANY},
	{2, "field", TEXT, U, true, "Trường", "Field", AT_MOST(64)},
	{3, "value", TEXT, U, false, "Giá trị đề xuất", "Proposed value", LONG},
	{4, "words", TEXT, U, false, "Căn cứ vào câu chữ", "From the words",
		LONG},
	{5, "source", TEXT, U, false, "Nguồn (tệp, dòng)", "Source", LONG},
	{6, "kind", ENUM, U, true, "Loại", "Kind", ONE_OF(proposal_kinds)},
	{7, "status", ENUM, U, true, "Trạng thái", "Status",
		ONE_OF(proposal_states)},
	{8, "rule", TEXT, U, false, "Quy tắc", "Rule", AT_MOST(64)},
	{9, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
};

/* A finding that a person has looked at and lets stand. */
FIELDS(exception_fields) = {
	{1, "rule", TEXT, U, true, "Quy tắc", "Rule", AT_MOST(64)},
	{2, "of", LINK, U, false, "Ở bản ghi", "Of the record", TO_ANY},
	{3, "year", INTEGER, U, false, "Năm", "Year", YEARS},
	{4, "words", TEXT, U, false, "Nguyên văn", "Words", LONG},
	{5, "reason", TEXT, U, true, "Lý do bỏ qua", "Reason", LONG},
};

#define ENTITY(number, name, table, vi, en, cluster, fields, known)            \
	{                                                                      \
		NC_ENTITY_##number, name, table, vi, en, cluster, fields,      \
			known                                                  \
	}
#define OF_CLUSTER(number, name, table, vi, en, fields)                        \
	ENTITY(number, name, table, vi, en, true, fields, COUNT(fields))
#define OF_UNION(number, name, table, vi, en, fields)                          \
	ENTITY(number, name, table, vi, en, false, fields, COUNT(fields))
/* An entity that has grown: version 2 knew its first fields. */
#define GROWN(fields, count_2) (NC_MODEL_AT < 3 ? (count_2) : COUNT(fields))

static const struct nc_entity entities[] = {
	OF_CLUSTER(CLUSTER, "cluster", "cluster", "Cụm", "Cluster",
		cluster_fields),
	ENTITY(UNION, "union", "union", "Liên hiệp", "Union", true,
		union_fields, GROWN(union_fields, 3)),
	OF_CLUSTER(DEVICE, "device", "device", "Máy", "Device", device_fields),
	OF_CLUSTER(GRANT, "grant", "grant", "Quyền ghi", "Grant", grant_fields),
	OF_CLUSTER(INVITATION, "invitation", "invitation", "Lời mời",
		"Invitation", invitation_fields),
	OF_CLUSTER(HUB, "hub", "hub", "Đầu mối", "Hub", hub_fields),
#if NC_MODEL_AT >= 3
	OF_CLUSTER(CLUSTER_ROLE, "cluster-role", "cluster_role",
		"Vai trò trong Cụm", "Role in the cluster",
		cluster_role_fields),
	OF_CLUSTER(SUCCESSION, "succession", "succession",
		"Hợp nhất, chia tách, đổi tên", "Succession",
		succession_fields),
	OF_CLUSTER(FIXED_DAY, "fixed-day", "fixed_day", "Ngày lễ, ngày kỷ niệm",
		"Fixed day", fixed_day_fields),
#endif
	ENTITY(PLAN_ITEM, "plan-item", "plan_item", "Nội dung kế hoạch",
		"Plan item", false, plan_item_fields,
		GROWN(plan_item_fields, 14)),
	ENTITY(PLAN_LEAD, "plan-lead", "plan_lead", "Đoạn dẫn kế hoạch",
		"Plan lead text", false, plan_lead_fields,
		GROWN(plan_lead_fields, 7)),
	ENTITY(SUBMISSION, "submission", "submission", "Văn bản đã gửi",
		"Submission", false, submission_fields,
		GROWN(submission_fields, 6)),
#if NC_MODEL_AT >= 3
	OF_UNION(TARGET, "target", "target", "Chỉ tiêu", "Target",
		target_fields),
	OF_UNION(MEMBER_ORG, "member-org", "member_org", "Tổ chức thành viên",
		"Member organisation", member_org_fields),
	OF_UNION(CONGRESS, "congress", "congress", "Đại hội", "Congress",
		congress_fields),
	OF_UNION(PARTNER, "partner", "partner", "Đối tác, nhà tài trợ",
		"Partner", partner_fields),
	OF_UNION(DELEGATION, "delegation", "delegation", "Đoàn ra, đoàn vào",
		"Delegation", delegation_fields),
	OF_UNION(ACTIVITY, "activity", "activity", "Hoạt động hữu nghị",
		"Activity", activity_fields),
	OF_UNION(ANNIVERSARY, "anniversary", "anniversary", "Ngày kỷ niệm",
		"Anniversary", anniversary_fields),
	OF_UNION(AID, "aid", "aid", "Viện trợ PCPNN", "Aid", aid_fields),
	OF_UNION(AID_PAYMENT, "aid-payment", "aid_payment",
		"Giải ngân viện trợ", "Aid payment", aid_payment_fields),
	OF_UNION(AID_OUTPUT, "aid-output", "aid_output", "Kết quả viện trợ",
		"Aid output", aid_output_fields),
	OF_UNION(AID_OPINION, "aid-opinion", "aid_opinion",
		"Ý kiến về viện trợ, đăng ký", "Opinion on aid",
		aid_opinion_fields),
	OF_UNION(AGREEMENT, "agreement", "agreement", "Bản ghi nhớ, thỏa thuận",
		"Agreement", agreement_fields),
	OF_UNION(DOCUMENT_COMMENT, "document-comment", "document_comment",
		"Góp ý văn bản", "Comment on a document",
		document_comment_fields),
	OF_UNION(EVENT_ATTENDED, "event-attended", "event_attended",
		"Hội nghị, hội thảo đã dự", "Event attended",
		event_attended_fields),
	OF_UNION(TRAINING, "training", "training", "Tập huấn, bồi dưỡng",
		"Training", training_fields),
	OF_UNION(INFORMATION, "information", "information",
		"Thông tin đối ngoại", "External information",
		information_fields),
	OF_UNION(OVERSEAS, "overseas", "overseas",
		"Công tác người Việt Nam ở nước ngoài", "Overseas Vietnamese",
		overseas_fields),
	OF_UNION(FOREIGN_STUDENTS, "foreign-students", "foreign_students",
		"Lưu học sinh", "Foreign students", foreign_students_fields),
	OF_UNION(GREETING, "greeting", "greeting", "Thư, điện, hoa chúc mừng",
		"Greeting", greeting_fields),
	OF_UNION(REPORT_PART, "report-part", "report_part", "Nội dung báo cáo",
		"Part of a report", report_part_fields),
	OF_UNION(DOCUMENT, "document", "document", "Văn bản", "Document",
		document_fields),
	OF_UNION(LEGAL_REF, "legal-ref", "legal_ref", "Văn bản chỉ đạo",
		"Legal reference", legal_ref_fields),
	OF_UNION(ATTACHMENT, "attachment", "attachment", "Tệp đính kèm",
		"Attachment", attachment_fields),
	OF_UNION(PROPOSAL, "proposal", "proposal", "Đề xuất", "Proposal",
		proposal_fields),
	OF_UNION(EXCEPTION, "exception", "exception", "Bỏ qua có lý do",
		"Exception", exception_fields),
#endif
};

uint32_t nc_model_version(void)
{
	return NC_MODEL_AT;
}

const struct nc_entity *nc_model_entities(size_t *ret_count)
{
	*ret_count = COUNT(entities);
	return entities;
}

const struct nc_entity *nc_model_entity(uint32_t number)
{
	for (size_t i = 0; i < COUNT(entities); i++)
		if (entities[i].number == number)
			return &entities[i];
	return NULL;
}

const struct nc_entity *nc_model_entity_named(const char *name)
{
	for (size_t i = 0; i < COUNT(entities); i++)
		if (strcmp(entities[i].name, name) == 0 ||
			strcmp(entities[i].table, name) == 0)
			return &entities[i];
	return NULL;
}

const struct nc_field *nc_entity_field(
	const struct nc_entity *entity, uint32_t number)
{
	/* Numbers mostly run from 1 without gaps. */
	if (number >= 1 && number <= entity->fields_count &&
		entity->fields[number - 1].number == number)
		return &entity->fields[number - 1];
	for (size_t i = 0; i < entity->fields_count; i++)
		if (entity->fields[i].number == number)
			return &entity->fields[i];
	return NULL;
}

const struct nc_field *nc_entity_field_named(
	const struct nc_entity *entity, const char *name)
{
	for (size_t i = 0; i < entity->fields_count; i++)
		if (strcmp(entity->fields[i].name, name) == 0)
			return &entity->fields[i];
	return NULL;
}

size_t nc_entity_field_index(
	const struct nc_entity *entity, const struct nc_field *field)
{
	return (size_t)(field - entity->fields);
}
