/*
 * The names that offices give to columns, as data: folded (lower case, no
 * marks). The model's labels and field names serve beside them, for every
 * entity. Common names stand once; a weak name is taken only when no other
 * column is the field.
 */
#include "intake/tables_work.h"
#include "locale/text.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void tables_fold(char out[TABLES_FOLDED_SIZE], struct nc_slice text)
{
	struct nc_buffer folded NC_AUTO(nc_buffer_fini) = {0};
	size_t size;

	out[0] = '\0';
	nc_buffer_init(&folded, 4 * NC_TEXT_BYTES_MAX);
	if (nc_text_fold(&folded, text) != NC_OK)
		return;
	size = folded.size < TABLES_FOLDED_SIZE - 1 ? folded.size
						    : TABLES_FOLDED_SIZE - 1;
	if (size > 0)
		memcpy(out, folded.data, size);
	out[size] = '\0';
}

bool tables_one_of(const char *list, const char *text)
{
	size_t size = strlen(text);

	while (list != NULL && size > 0) {
		if (strncmp(list, text, size) == 0 &&
			(list[size] == '|' || list[size] == '\0'))
			return true;
		list = strchr(list, '|');
		list = list == NULL ? NULL : list + 1;
	}
	return false;
}

static bool has_words(
	const char *text, const char *words, size_t size, bool start)
{
	for (const char *at = text; *at != '\0'; at++) {
		bool begins = at == text || at[-1] == ' ';

		if (begins && strncmp(at, words, size) == 0 &&
			(at[size] == ' ' || at[size] == '\0'))
			return true;
		if (start)
			return false;
	}
	return false;
}

bool tables_has(const char *list, const char *text, bool start)
{
	while (list != NULL && *list != '\0') {
		size_t size = strcspn(list, "|");

		if (has_words(text, list, size, start))
			return true;
		list += size;
		list += *list == '|';
	}
	return false;
}

/* --- units of money --------------------------------------------------------
 */

static const struct {
	const char *names, *currency;
} currencies[] = {
	{"usd|us|do la|do la my|dola|dola my|do la hoa ky", "USD"},
	{"vnd|dong|d|vn dong|dong viet nam|dong vn", "VND"},
	{"eur|euro", "EUR"},
	{"jpy|yen|yen nhat", "JPY"},
	{"krw|won", "KRW"},
	{"gbp|bang anh", "GBP"},
	{"aud|do la uc", "AUD"},
};

static const struct {
	const char *names;
	unsigned power;
} multiples[] = {
	{"1 000 000 000|ty|ti|tys", 9},
	{"1 000 000|1000000|trieu|tr", 6},
	{"1 000|1000|nghin|ngan|ngh", 3},
};

static bool read_currency(const char *words, char ret_currency[4])
{
	for (size_t i = 0; i < COUNT(currencies); i++)
		if (tables_one_of(currencies[i].names, words)) {
			strcpy(ret_currency, currencies[i].currency);
			return true;
		}
	return false;
}

/* "trieu dong", "1 000d"; after a multiple nothing at all means đồng. */
static bool read_multiple(const char *words, struct tables_unit *unit)
{
	for (size_t i = 0; i < COUNT(multiples); i++)
		for (const char *at = multiples[i].names; *at != '\0';) {
			size_t size = strcspn(at, "|");
			const char *rest = words + size;
			bool is = strncmp(words, at, size) == 0;

			at += size;
			at += *at == '|';
			rest += is && *rest == ' ';
			if (!is || (*rest != '\0' && !read_currency(rest,
							     unit->currency)))
				continue;
			if (*rest == '\0')
				strcpy(unit->currency, "VND");
			unit->power = multiples[i].power;
			/* "1 000" alone says nothing of money. */
			return *rest != '\0' || words[0] > '9';
		}
	return false;
}

static bool contains(struct nc_slice text, const char *sign)
{
	return memmem(text.data, text.size, sign, strlen(sign)) != NULL;
}

bool tables_unit_read(struct nc_slice words, struct tables_unit *ret_unit)
{
	struct tables_unit unit = {0, ""};
	char folded[TABLES_FOLDED_SIZE];
	const char *at = folded;

	if (words.size == 0)
		return false;
	tables_fold(folded, words);
	if (strncmp(at, "don vi tinh ", 12) == 0)
		at += 12;
	else if (strncmp(at, "dvt ", 4) == 0)
		at += 4;
	else if (strncmp(at, "don vi ", 7) == 0)
		at += 7;
	if (*at == '\0' && contains(words, "₫"))
		strcpy(unit.currency, "VND");
	else if (*at == '\0' && contains(words, "$"))
		strcpy(unit.currency, "USD");
	else if (*at == '\0' && contains(words, "€"))
		strcpy(unit.currency, "EUR");
	else if (!read_currency(at, unit.currency) && !read_multiple(at, &unit))
		return false;
	*ret_unit = unit;
	return true;
}

/* --- names of columns -------------------------------------------------------
 */

struct names_row {
	uint32_t entity;   /* 0: every entity that has the field */
	const char *field; /* "": ordinals */
	const char *strong, *weak;
};

/* Within one field's line names stand in no order; weak names are given out
 * in the order of the lines. */
static const struct names_row rows[] = {
	{0, "", "stt|tt|so tt|so thu tu|thu tu|no", ""},

	{NC_ENTITY_DELEGATION, "title",
		"delegation|name of delegation|delegation name|"
		"ten doan|doan|ten doan cong tac|doan cong tac|ten doan ra|"
		"ten doan vao|ten doan di|ten doan den|doan ra|doan vao|"
		"doan khach|ten doan khach|ten chuyen di|chuyen cong tac|"
		"noi dung chuyen di|thanh phan doan",
		"noi dung|noi dung cong viec|noi dung lam viec|ten|muc dich"},
	{NC_ENTITY_DELEGATION, "direction",
		"outgoing incoming|in out|out in|"
		"huong|chieu|loai doan|doan ra vao|ra vao|doan ra hay doan vao",
		""},
	{NC_ENTITY_DELEGATION, "count", "so doan|so luong doan|so luot doan",
		""},
	{NC_ENTITY_DELEGATION, "people",
		"number of people|members|participants|headcount|"
		"so nguoi|so luong nguoi|so thanh vien|so khach|so luong khach|"
		"so luot nguoi|thanh vien doan|so nguoi trong doan|quan so",
		"so luong|nguoi"},
	{NC_ENTITY_DELEGATION, "leader",
		"head of delegation|delegation head|led by|"
		"truong doan|nguoi dan dau|nguoi dan doan|ho ten truong doan",
		""},
	{NC_ENTITY_DELEGATION, "organiser",
		"host|organized by|organised by|hosted by|"
		"don vi chu tri|co quan chu tri|don vi to chuc|co quan to chuc|"
		"don vi don tiep|co quan don tiep|don vi cu doan|co quan cu "
		"doan",
		"don vi|co quan"},
	{NC_ENTITY_DELEGATION, "introduced_by",
		"kenh gioi thieu|don vi gioi thieu|co quan gioi thieu", ""},
	{NC_ENTITY_DELEGATION, "guest_kind", "loai khach|doi tuong khach", ""},
	{NC_ENTITY_DELEGATION, "gift_value", "gia tri qua|qua tang", ""},
	{NC_ENTITY_DELEGATION, "countries",
		"nuoc den|quoc gia den|nuoc di|den tu nuoc|den tu|nuoc khach|"
		"den nuoc|noi den",
		"quoc tich"},

	{NC_ENTITY_ACTIVITY, "title",
		"activity|event|activity name|event name|name of activity|name "
		"of event|"
		"ten hoat dong|hoat dong|ten su kien|su kien|ten chuong trinh|"
		"noi dung hoat dong|ten hoat dong su kien|hoat dong huu nghi",
		"noi dung|noi dung cong viec|chuong trinh|ten|ten goi"},
	{NC_ENTITY_ACTIVITY, "kind",
		"type of activity|activity type|event type|"
		"loai hoat dong|loai hinh|loai su kien|the loai",
		"loai"},
	{NC_ENTITY_ACTIVITY, "mode", "hinh thuc to chuc", "hinh thuc"},
	{NC_ENTITY_ACTIVITY, "count", "so su kien|so hoat dong|so buoi", ""},
	{NC_ENTITY_ACTIVITY, "people",
		"participants|attendance|attendees|number of participants|"
		"so nguoi tham du|so nguoi tham gia|so nguoi du|so dai bieu|"
		"so luong nguoi|so luot nguoi|luot nguoi tham gia|quy mo|"
		"so luong nguoi tham gia|so luong dai bieu|so nguoi",
		"so luong|thanh phan"},
	{NC_ENTITY_ACTIVITY, "partner_words",
		"partners|co organizer|co organiser|"
		"don vi phoi hop|co quan phoi hop|doi tac|phoi hop|"
		"doi tac phoi hop",
		"don vi|co quan"},
	{NC_ENTITY_ACTIVITY, "budget",
		"kinh phi|du toan|kinh phi thuc hien|kinh phi du kien|"
		"tong kinh phi",
		"so tien"},

	{NC_ENTITY_AID, "title",
		"project|project title|project name|name of "
		"project|programme|program|aid project|"
		"ten du an|ten chuong trinh du an|ten khoan vien tro|"
		"ten chuong trinh|khoan vien tro|du an|chuong trinh du an|"
		"ten phi du an|ten du an phi du an|ten chuong trinh du an phi "
		"du an|noi dung vien tro|noi dung tai tro|hoat dong vien tro",
		"noi dung|ten|ten goi|hang muc"},
	{NC_ENTITY_AID, "form",
		"type of aid|form of aid|aid type|"
		"hinh thuc vien tro|loai vien tro|loai hinh vien tro|"
		"loai khoan vien tro|phuong thuc vien tro",
		"hinh thuc|loai|loai hinh"},
	{NC_ENTITY_AID, "sector", "linh vuc vien tro|linh vuc tai tro",
		"linh vuc|nganh"},
	{NC_ENTITY_AID, "donor_words",
		"donor|donors|funding agency|funder|donor name|ngo|sponsor|"
		"nha tai tro|ben tai tro|to chuc tai tro|don vi tai tro|"
		"ten to chuc|to chuc pcpnn|ten to chuc pcpnn|ben vien tro|"
		"to chuc vien tro|to chuc phi chinh phu|co quan tai tro|"
		"ten nha tai tro|ten to chuc tai tro|to chuc pcpnn tai tro",
		"to chuc|doi tac"},
	{NC_ENTITY_AID, "owner_words",
		"recipient|beneficiary|project owner|implementing "
		"agency|implementing partner|local partner|"
		"chu khoan vien tro|chu du an|don vi tiep nhan|co quan tiep "
		"nhan|don vi thu huong|don vi thuc hien|ben tiep nhan|"
		"doi tac dia phuong|doi tac viet nam|don vi huong loi",
		"don vi|co quan"},
	{NC_ENTITY_AID, "managing_body", "co quan chu quan|don vi chu quan",
		""},
	{NC_ENTITY_AID, "approval",
		"approval decision|decision no|"
		"quyet dinh phe duyet|so quyet dinh|quyet dinh|so qd|"
		"van ban phe duyet",
		""},
	{NC_ENTITY_AID, "approved_on", "ngay quyet dinh|ngay phe duyet", ""},
	{NC_ENTITY_AID, "committed",
		"committed|commitment|amount committed|committed amount|total "
		"value|budget|"
		"cam ket|gia tri cam ket|von cam ket|so tien cam ket|"
		"tong gia tri|gia tri vien tro|tong von|gia tri khoan vien tro|"
		"tong kinh phi|kinh phi vien tro|gia tri tai tro|"
		"gia tri du an|tong gia tri vien tro|kinh phi tai tro",
		"gia tri|so tien|kinh phi|von"},
	{NC_ENTITY_AID, "counterpart", "von doi ung|doi ung", ""},
	{NC_ENTITY_AID, "in_kind", "hien vat|bang hien vat", ""},
	{NC_ENTITY_AID, "beneficiaries",
		"number of beneficiaries|"
		"so nguoi huong loi|nguoi huong loi|so nguoi thu huong|"
		"doi tuong huong loi|so luong nguoi huong loi",
		""},
	{NC_ENTITY_AID, "countries",
		"quoc tich to chuc|quoc tich nha tai tro|nuoc tai tro",
		"quoc tich"},
	{NC_ENTITY_AID, "when",
		"thoi gian thuc hien|thoi gian trien khai|thoi han|giai doan",
		""},
	/* What was paid is a record of its own. */
	{NC_ENTITY_AID_PAYMENT, "amount",
		"disbursed|disbursement|amount disbursed|disbursed amount|paid|"
		"giai ngan|da giai ngan|gia tri giai ngan|so tien giai ngan|"
		"von giai ngan|thuc hien giai ngan|luy ke giai ngan|"
		"giai ngan trong nam|so giai ngan|kinh phi giai ngan|"
		"gia tri thuc hien",
		"thuc hien"},

	{NC_ENTITY_TARGET, "title",
		"indicator|target indicator|"
		"chi tieu|ten chi tieu|noi dung chi tieu|chi tieu nhiem vu",
		"noi dung|ten|nhiem vu"},
	{NC_ENTITY_TARGET, "min",
		"planned|plan|target value|"
		"ke hoach|ke hoach nam|chi tieu ke hoach|so luong|gia tri|"
		"muc phan dau|chi tieu giao|ke hoach giao|muc chi tieu",
		"muc"},
	{NC_ENTITY_TARGET, "unit",
		"unit|unit of measure|measurement unit|"
		"don vi tinh|dvt|don vi",
		""},
	{NC_ENTITY_TARGET, "actual",
		"achieved|actual|result achieved|"
		"thuc hien|da thuc hien|dat duoc|so thuc hien",
		"ket qua|ket qua thuc hien|ket qua dat duoc"},
	{NC_ENTITY_TARGET, "when",
		"thoi han|han hoan thanh|thoi han hoan thanh", ""},

	{NC_ENTITY_PARTNER, "name",
		"ten doi tac|ten to chuc|doi tac|nha tai tro|to chuc|"
		"ten to chuc pcpnn|ten nha tai tro|ten co quan",
		"ten"},
	{NC_ENTITY_PARTNER, "country",
		"quoc gia|nuoc|quoc tich|"
		"quoc gia tru so",
		""},
	{NC_ENTITY_PARTNER, "kind", "loai to chuc|loai hinh", "loai"},
	{NC_ENTITY_PARTNER, "registration",
		"so dang ky|giay dang ky|so giay dang ky|giay phep|so giay "
		"phep",
		""},
	{NC_ENTITY_PARTNER, "valid_to",
		"ngay het han|het han|co gia tri den|thoi han giay dang ky",
		""},
	{NC_ENTITY_PARTNER, "sectors", "linh vuc|linh vuc hoat dong", ""},
	{NC_ENTITY_PARTNER, "provinces", "dia ban|dia ban hoat dong", ""},
	{NC_ENTITY_PARTNER, "place", "dia chi|tru so", ""},
	{NC_ENTITY_PARTNER, "contact",
		"nguoi lien he|lien he|dau moi|dien thoai email", ""},

	{NC_ENTITY_MEMBER_ORG, "name",
		"ten hoi|ten to chuc|hoi|hoi thanh vien|to chuc thanh vien|"
		"ten hoi thanh vien|ten don vi|don vi thanh vien",
		"ten"},
	{NC_ENTITY_MEMBER_ORG, "kind", "loai hoi|loai to chuc|loai hinh",
		"loai"},
	{NC_ENTITY_MEMBER_ORG, "founded",
		"nam thanh lap|thanh lap|ngay thanh "
		"lap",
		""},
	{NC_ENTITY_MEMBER_ORG, "members",
		"hoi vien|so luong hoi vien|tong so hoi vien", ""},
	{NC_ENTITY_MEMBER_ORG, "branches", "chi hoi|so luong chi hoi", ""},
	{NC_ENTITY_MEMBER_ORG, "term_from",
		"nhiem ky|nhiem ky hien tai|nhiem ky hien nay|nien khoa|term",
		""},
	{NC_ENTITY_MEMBER_ORG, "contact",
		"nguoi lien he|lien he|dau moi|chu tich|dien thoai", ""},

	/* What most kinds of records have. */
	{0, "year",
		"year|"
		"nam|nam thuc hien|nam ke hoach",
		""},
	{0, "status",
		"status|"
		"tinh trang|trang thai|tien do|tinh hinh thuc hien|"
		"tinh trang thuc hien",
		""},
	{0, "when",
		"date|dates|time|start date|period|from date|"
		"thoi gian|ngay|ngay thang|thoi gian to chuc|thoi gian di|"
		"thoi gian den|thoi gian thuc hien|thoi diem|ngay di|ngay den|"
		"tu ngay|ngay bat dau|bat dau|ngay to chuc|thoi gian du kien|"
		"ngay vao|ngay thuc hien|thoi gian lam viec",
		"tu|thang"},
	{0, "until",
		"end date|to date|"
		"den ngay|ngay ve|ngay ket thuc|ket thuc|ngay roi di",
		"den"},
	{0, "place",
		"place|location|venue|province|"
		"dia diem|noi to chuc|dia diem to chuc|noi thuc hien|dia ban|"
		"dia diem thuc hien|dia ban thuc hien|noi lam viec|"
		"dia diem lam viec|tinh thanh pho",
		""},
	{0, "countries",
		"country|countries|nation|"
		"nuoc|quoc gia|cac nuoc|nuoc vung lanh tho|"
		"quoc gia vung lanh tho|quoc gia doi tac|quoc tich",
		""},
	{0, "result",
		"result|results|outcome|outcomes|"
		"ket qua|ket qua dat duoc|ket qua thuc hien|ket qua chinh",
		""},
	{0, "note",
		"note|notes|remark|remarks|comment|comments|"
		"ghi chu|chu thich|luu y|ghi chu khac",
		""},
	{0, "text",
		"description|details|content|"
		"noi dung chinh|mo ta|dien giai|chi tiet|noi dung chi tiet|"
		"noi dung chuong trinh|muc dich chuyen di|tom tat noi dung|"
		"muc tieu",
		"noi dung|muc dich|noi dung lam viec|noi dung cong viec"},
};

static const struct nc_field *own_title(const struct nc_entity *entity)
{
	const struct nc_field *field = nc_entity_field_named(entity, "title");

	return field != NULL ? field : nc_entity_field_named(entity, "name");
}

bool nc_tables_takes(const struct nc_entity *entity)
{
	return !entity->cluster && own_title(entity) != NULL &&
	       nc_entity_field_named(entity, "note") != NULL;
}

bool nc_tables_fills(
	const struct nc_entity *entity, const struct nc_field *field)
{
	(void)entity;
	switch (field->type) {
	case NC_TYPE_REFERENCE:
	case NC_TYPE_REFERENCES:
	case NC_TYPE_DEVICE:
	case NC_TYPE_BYTES:
	case NC_TYPE_RANK:
	case NC_TYPE_TIME:
	case NC_TYPE_BOOLEAN:
		return false;
	default:
		return field->writer == NC_WRITER_UNION;
	}
}

struct names {
	struct nc_arena *arena;
	struct tables_names out;
	size_t capacity;
};

static bool names_add(struct names *names, const struct tables_name *name)
{
	if (names->out.count == names->capacity) {
		size_t more = names->capacity == 0 ? 256 : 2 * names->capacity;
		struct tables_name *list =
			nc_arena_array(names->arena, more, sizeof(*list));

		if (list == NULL)
			return false;
		if (names->out.count > 0)
			memcpy(list, names->out.list,
				names->out.count * sizeof(*list));
		names->out.list = list;
		names->capacity = more;
	}
	names->out.list[names->out.count++] = *name;
	return true;
}

static bool names_split(
	struct names *names, const char *list, struct tables_name name)
{
	while (*list != '\0') {
		size_t size = strcspn(list, "|");

		name.text = nc_arena_text(names->arena, list, size);
		if (name.text == NULL || !names_add(names, &name))
			return false;
		list += size;
		list += *list == '|';
	}
	return true;
}

static bool names_row(struct names *names, const struct nc_entity *entity,
	const struct names_row *row)
{
	bool payment = entity->number == NC_ENTITY_AID &&
		       row->entity == NC_ENTITY_AID_PAYMENT;
	struct tables_name name = {
		.entity = payment ? nc_model_entity(row->entity) : entity,
		.own = row->entity != 0};

	if (row->entity != 0 && row->entity != entity->number && !payment)
		return true;
	if (name.entity == NULL)
		return true;
	if (row->field[0] != '\0') {
		name.field = nc_entity_field_named(name.entity, row->field);
		if (name.field == NULL)
			return true;
	}
	if (!names_split(names, row->strong, name))
		return false;
	name.weak = true;
	return names_split(names, row->weak, name);
}

static bool names_label(struct names *names, const struct nc_entity *entity,
	const struct nc_field *field, const char *label)
{
	char folded[TABLES_FOLDED_SIZE];
	struct tables_name name = {.entity = entity, .field = field};

	tables_fold(folded, nc_slice_text(label));
	/* A label may mean another field first: "Nội dung" is a title where
	 * there is no other. */
	for (size_t i = 0; i < names->out.count; i++)
		if (names->out.list[i].weak &&
			strcmp(names->out.list[i].text, folded) == 0)
			return true;
	name.text = nc_arena_text(names->arena, folded, strlen(folded));
	return name.text != NULL && names_add(names, &name);
}

enum nc_status tables_names_of(const struct nc_entity *entity,
	struct nc_arena *arena, struct tables_names *ret_names,
	struct nc_error *err)
{
	struct names names = {.arena = arena};
	bool done = true;

	for (size_t i = 0; i < COUNT(rows) && done; i++)
		done = names_row(&names, entity, &rows[i]);
	for (size_t i = 0; i < entity->fields_count && done; i++) {
		const struct nc_field *field = &entity->fields[i];

		if (!nc_tables_fills(entity, field))
			continue;
		done = names_label(&names, entity, field, field->label_vi) &&
		       names_label(&names, entity, field, field->label_en) &&
		       names_label(&names, entity, field, field->name);
	}
	if (!done)
		return nc_error_no_memory(err);
	*ret_names = names.out;
	return NC_OK;
}

const char *tables_words_of(uint32_t entity)
{
	switch (entity) {
	case NC_ENTITY_DELEGATION:
		return "doan ra|doan vao|doan di|doan den|doan khach|cac doan|"
		       "doan cong tac|don doan";
	case NC_ENTITY_ACTIVITY:
		return "hoat dong|su kien|giao luu";
	case NC_ENTITY_AID:
		return "vien tro|tai tro|du an|pcpnn|phi chinh phu";
	case NC_ENTITY_TARGET:
		return "chi tieu";
	case NC_ENTITY_PARTNER:
		return "doi tac|danh sach to chuc pcpnn|danh sach nha tai tro";
	case NC_ENTITY_MEMBER_ORG:
		return "hoi thanh vien|to chuc thanh vien|hoi huu nghi|"
		       "don vi thanh vien";
	default:
		return "";
	}
}

/* --- enumerations
 * -------------------------------------------------------------
 */

static const struct {
	const char *field, *choice, *words;
} choices[] = {
	{"direction", "out", "ra|di|doan di|out"},
	{"direction", "in", "vao|den|doan den|don|in"},
	{"status", "done", "hoan thanh|da hoan thanh|xong|da to chuc|da xong"},
	{"status", "running", "dang trien khai|dang tien hanh|dang lam"},
	{"status", "planned", "chua thuc hien|ke hoach"},
	{"status", "dropped", "huy|huy bo|khong to chuc|da huy"},
	{"status", "postponed", "tam hoan|hoan lai"},
	{"form", "project", "da"},
	{"form", "non-project", "vien tro phi du an|pda"},
	{"kind", "ngo", "phi chinh phu|pcpnn|ngo|ingo"},
};

/* One of a label's parts: "hội thảo, tọa đàm". */
static bool is_part(const char *label, const char *folded)
{
	while (*label != '\0') {
		size_t size = strcspn(label, ",");
		char part[TABLES_FOLDED_SIZE];

		tables_fold(part, nc_slice(label, size));
		if (part[0] != '\0' && strcmp(part, folded) == 0)
			return true;
		label += size;
		label += *label == ',';
	}
	return false;
}

static bool has_choice(const struct nc_field *field, const char *name)
{
	for (const struct nc_choice *at = field->choices; at->name != NULL;
		at++)
		if (strcmp(at->name, name) == 0)
			return true;
	return false;
}

const char *tables_choice(const struct nc_field *field, struct nc_slice words)
{
	const char *named = nc_choice_named(field->choices, words);
	const char *part = NULL;
	char folded[TABLES_FOLDED_SIZE];

	if (named != NULL)
		return named;
	tables_fold(folded, words);
	for (const struct nc_choice *at = field->choices; at->name != NULL;
		at++)
		if (is_part(at->label_vi, folded)) {
			/* Of two it is neither. */
			if (part != NULL)
				return NULL;
			part = at->name;
		}
	if (part != NULL)
		return part;
	for (size_t i = 0; i < COUNT(choices); i++)
		if (strcmp(choices[i].field, field->name) == 0 &&
			tables_one_of(choices[i].words, folded) &&
			has_choice(field, choices[i].choice))
			return choices[i].choice;
	return NULL;
}

/* What titles begin with, beside the choices' own labels; "" is for those
 * that say nothing. */
static const struct {
	uint32_t entity;
	const char *choice, *starts;
} starts[] = {
	{NC_ENTITY_AID, "emergency", "vien tro khan cap|cuu tro khan cap"},
	{NC_ENTITY_AID, "project", ""},
	{NC_ENTITY_MEMBER_ORG, "bilateral", "hoi huu nghi viet nam"},
	{NC_ENTITY_TARGET, "delegations-out", "so doan ra|don vi doan ra"},
	{NC_ENTITY_TARGET, "delegations-in", "so doan vao"},
	{NC_ENTITY_TARGET, "activities", "so hoat dong|so su kien"},
	{NC_ENTITY_TARGET, "articles", "so tin bai|so luong tin bai"},
	{NC_ENTITY_TARGET, "committed",
		"tong gia tri cam ket|gia tri vien tro cam ket"},
	{NC_ENTITY_TARGET, "disbursed",
		"tong gia tri giai ngan|gia tri vien tro giai ngan"},
};

const char *tables_default(const struct nc_entity *entity,
	const struct nc_field *field, const char *title, bool *ret_guess)
{
	char folded[TABLES_FOLDED_SIZE], part[TABLES_FOLDED_SIZE];
	const char *fallback = has_choice(field, "other") ? "other" : NULL;

	tables_fold(folded, nc_slice_text(title));
	*ret_guess = false;
	for (size_t i = 0; i < COUNT(starts); i++) {
		if (starts[i].entity != entity->number ||
			!has_choice(field, starts[i].choice))
			continue;
		if (starts[i].starts[0] == '\0')
			fallback = starts[i].choice;
		else if (tables_has(starts[i].starts, folded, true))
			return starts[i].choice;
	}
	for (const struct nc_choice *at = field->choices; at->name != NULL;
		at++)
		for (const char *label = at->label_vi; *label != '\0';) {
			size_t size = strcspn(label, ",");

			tables_fold(part, nc_slice(label, size));
			if (part[0] != '\0' && tables_has(part, folded, true))
				return at->name;
			label += size;
			label += *label == ',';
		}
	*ret_guess = true;
	return fallback;
}
