#include "model/model.h"
#include "base/limits.h"
#include "locale/text.h"
#include "model/rank.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct nc_choice nc_areas[] = {
	{"delegations", "Đoàn ra, đoàn vào", "Delegations"},
	{"friendship", "Hòa bình, đoàn kết, hữu nghị",
		"Peace, solidarity, friendship"},
	{"ngo", "Phi chính phủ nước ngoài", "Foreign NGOs"},
	{"information", "Thông tin đối ngoại", "External information"},
	{"overseas", "Người Việt Nam ở nước ngoài", "Overseas Vietnamese"},
	{"organization", "Phát triển tổ chức", "Organisation development"},
	{"general", "Nội dung chung", "General"},
	{NULL, NULL, NULL},
};

static const struct nc_choice roles[] = {
	{"member", "thành viên", "member"},
	{"hub", "đầu mối Cụm", "hub"},
	{NULL, NULL, NULL},
};

static const struct nc_choice item_states[] = {
	{"planned", "dự kiến", "planned"},
	{"running", "đang thực hiện", "under way"},
	{"done", "đã thực hiện", "done"},
	{"postponed", "hoãn", "postponed"},
	{"dropped", "không thực hiện", "dropped"},
	{NULL, NULL, NULL},
};

static const struct nc_choice document_kinds[] = {
	{"plan", "kế hoạch năm", "plan"},
	{"half-year", "báo cáo 6 tháng", "half-year report"},
	{"annual", "báo cáo năm", "annual report"},
	{NULL, NULL, NULL},
};

static const struct nc_choice verdicts[] = {
	{"accepted", "đã nhận", "accepted"},
	{"returned", "đề nghị bổ sung", "returned"},
	{NULL, NULL, NULL},
};

static const struct nc_choice hub_reasons[] = {
	{"founded", "thành lập", "founded"},
	{"handed-over", "bàn giao", "handed over"},
	{"restored", "khôi phục", "restored"},
	{NULL, NULL, NULL},
};

#define U NC_WRITER_UNION
#define C NC_WRITER_CLUSTER
#define TEXT NC_TYPE_TEXT
#define SHORT 0, NC_LABEL_BYTES_MAX, NULL
#define LONG 0, 0, NULL
#define ANY INT64_MIN, INT64_MAX, NULL
#define YEARS 1900, 2199, NULL

static const struct nc_field cluster_fields[] = {
	{1, "name", TEXT, C, true, "Tên Cụm", "Name", SHORT},
	{2, "address", TEXT, C, false, "Địa chỉ đầu mối", "Address", SHORT},
	{3, "open_reading", NC_TYPE_BOOLEAN, C, false,
		"Các đơn vị đọc được của nhau", "Unions read each other", 0, 1,
		NULL},
};

static const struct nc_field union_fields[] = {
	{1, "code", TEXT, C, true, "Mã", "Code", 0, 64, NULL},
	{2, "name", TEXT, C, true, "Tên", "Name", SHORT},
	{3, "order", NC_TYPE_INTEGER, C, false, "Thứ tự", "Order", 0, 1000000,
		NULL},
};

static const struct nc_field device_fields[] = {
	{1, "label", TEXT, C, true, "Tên máy", "Label", SHORT},
	{2, "public_key", NC_TYPE_BYTES, C, true, "Khóa công khai",
		"Public key", 32, 32, NULL},
	{3, "role", NC_TYPE_ENUM, C, true, "Vai trò", "Role", 0, 0, roles},
	{4, "revoked_at", NC_TYPE_TIME, C, false, "Thu hồi lúc", "Revoked at",
		ANY},
	{5, "succeeds", NC_TYPE_DEVICE, C, false, "Thay cho máy", "Succeeds", 8,
		8, NULL},
	{6, "voucher", NC_TYPE_BYTES, C, false, "Chữ ký bảo đảm", "Voucher", 64,
		64, NULL},
	{7, "vouched_by", NC_TYPE_DEVICE, C, false, "Bên bảo đảm",
		"Vouched for by", 8, 8, NULL},
};

static const struct nc_field grant_fields[] = {
	{1, "device", NC_TYPE_DEVICE, C, true, "Máy", "Device", 8, 8, NULL},
	{2, "union", NC_TYPE_REFERENCE, C, true, "Đơn vị", "Union", 16, 16,
		NULL},
	{3, "first_sequence", NC_TYPE_INTEGER, C, true, "Từ số",
		"First sequence", 1, INT64_MAX, NULL},
	{4, "last_sequence", NC_TYPE_INTEGER, C, false, "Đến số",
		"Last sequence", 0, INT64_MAX, NULL},
};

static const struct nc_field invitation_fields[] = {
	{1, "secret_hash", NC_TYPE_BYTES, C, true, "Băm mật mã",
		"Hash of the secret", 32, 32, NULL},
	{2, "union", NC_TYPE_REFERENCE, C, true, "Đơn vị", "Union", 16, 16,
		NULL},
	{3, "expires_at", NC_TYPE_TIME, C, true, "Hết hạn lúc", "Expires at",
		ANY},
	{4, "used_by", NC_TYPE_DEVICE, C, false, "Máy đã dùng", "Used by", 8, 8,
		NULL},
};

static const struct nc_field hub_fields[] = {
	{1, "generation", NC_TYPE_INTEGER, C, true, "Đời", "Generation", 1,
		1000000, NULL},
	{2, "device", NC_TYPE_DEVICE, C, true, "Máy", "Device", 8, 8, NULL},
	{3, "address", TEXT, C, false, "Địa chỉ", "Address", SHORT},
	{4, "reason", NC_TYPE_ENUM, C, false, "Lý do", "Reason", 0, 0,
		hub_reasons},
	{5, "since", NC_TYPE_TIME, C, false, "Từ lúc", "Since", ANY},
	{6, "after_size", NC_TYPE_INTEGER, C, false, "Số mục của cây trước",
		"Size of the tree before", 0, INT64_MAX, NULL},
	{7, "after_root", NC_TYPE_BYTES, C, false, "Gốc của cây trước",
		"Root of the tree before", 32, 32, NULL},
};

/* What a plan's item and a lead text have in common: where they stand. */
#define PLAN_PLACE                                                             \
	{1, "year", NC_TYPE_INTEGER, U, true, "Năm", "Year", YEARS},           \
		{2, "area", NC_TYPE_ENUM, U, true, "Lĩnh vực", "Area", 0, 0,   \
			nc_areas},                                             \
		{3, "letter", TEXT, U, false, "Ký hiệu mục", "Section letter", \
			0, 16, NULL},                                          \
		{4, "heading", TEXT, U, false, "Tên mục", "Section heading",   \
			LONG},                                                 \
		{5, "rank", NC_TYPE_RANK, U, true, "Vị trí", "Rank", SHORT},   \
		{6, "text", TEXT, U, true, "Nội dung", "Text", LONG},          \
	{                                                                      \
		7, "imported", NC_TYPE_BYTES, U, false, "Dấu văn bản đã nhập", \
			"Mark of the imported words", 16, 16, NULL             \
	}

static const struct nc_field plan_item_fields[] = {
	PLAN_PLACE,
	{8, "level", NC_TYPE_INTEGER, U, true, "Cấp", "Level", 1, 9, NULL},
	{9, "when", NC_TYPE_DATE, U, false, "Thời gian", "When", 0, 32, NULL},
	{10, "when_words", TEXT, U, false, "Thời gian (nguyên văn)",
		"When, as printed", SHORT},
	{11, "place", TEXT, U, false, "Địa điểm", "Place", LONG},
	{12, "countries", NC_TYPE_LIST, U, false, "Nước", "Countries", LONG},
	{13, "status", NC_TYPE_ENUM, U, false, "Tình trạng", "Status", 0, 0,
		item_states},
	{14, "result", TEXT, U, false, "Kết quả", "Result", LONG},
};

static const struct nc_field plan_lead_fields[] = {
	PLAN_PLACE,
};

static const struct nc_field submission_fields[] = {
	{1, "year", NC_TYPE_INTEGER, U, true, "Năm", "Year", YEARS},
	{2, "kind", NC_TYPE_ENUM, U, true, "Văn bản", "Document", 0, 0,
		document_kinds},
	{3, "submitted_at", NC_TYPE_DATE, U, false, "Ngày gửi", "Submitted at",
		0, 32, NULL},
	{4, "note", TEXT, U, false, "Ghi chú", "Note", LONG},
	{5, "verdict", NC_TYPE_ENUM, C, false, "Ý kiến của Cụm", "Verdict", 0,
		0, verdicts},
	{6, "comment", TEXT, C, false, "Góp ý của Cụm", "Comment", LONG},
};

#define ENTITY(number, name, table, vi, en, cluster, fields)                   \
	{                                                                      \
		number, name, table, vi, en, cluster, fields, COUNT(fields)    \
	}

static const struct nc_entity entities[] = {
	ENTITY(NC_ENTITY_CLUSTER, "cluster", "cluster", "Cụm", "Cluster", true,
		cluster_fields),
	ENTITY(NC_ENTITY_UNION, "union", "union", "Liên hiệp", "Union", true,
		union_fields),
	ENTITY(NC_ENTITY_DEVICE, "device", "device", "Máy", "Device", true,
		device_fields),
	ENTITY(NC_ENTITY_GRANT, "grant", "grant", "Quyền ghi", "Grant", true,
		grant_fields),
	ENTITY(NC_ENTITY_INVITATION, "invitation", "invitation", "Lời mời",
		"Invitation", true, invitation_fields),
	ENTITY(NC_ENTITY_HUB, "hub", "hub", "Đầu mối", "Hub", true, hub_fields),
	ENTITY(NC_ENTITY_PLAN_ITEM, "plan-item", "plan_item",
		"Nội dung kế hoạch", "Plan item", false, plan_item_fields),
	ENTITY(NC_ENTITY_PLAN_LEAD, "plan-lead", "plan_lead",
		"Đoạn dẫn kế hoạch", "Plan lead text", false, plan_lead_fields),
	ENTITY(NC_ENTITY_SUBMISSION, "submission", "submission",
		"Văn bản đã gửi", "Submission", false, submission_fields),
};

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

const char *nc_choice_label_vi(
	const struct nc_choice *choices, const char *name)
{
	for (; choices->name != NULL; choices++)
		if (strcmp(choices->name, name) == 0)
			return choices->label_vi;
	return name;
}

static bool date_number(const char *digits, size_t count, int min, int max)
{
	int value = 0;

	for (size_t i = 0; i < count; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		value = value * 10 + (digits[i] - '0');
	}
	return value >= min && value <= max;
}

static int date_days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

bool nc_date_is_valid(struct nc_slice text)
{
	char t[11] = "";
	int year, month;

	if (text.size < 4 || text.size > 10)
		return false;
	memcpy(t, text.data, text.size);
	if (!date_number(t, 4, 1, 9999))
		return false;
	if (text.size == 4)
		return true;
	if (t[4] != '-')
		return false;
	if (text.size == 7 && t[5] == 'Q')
		return date_number(t + 6, 1, 1, 4);
	if (text.size == 7 && t[5] == 'H')
		return date_number(t + 6, 1, 1, 2);
	if (text.size != 7 && text.size != 10)
		return false;
	if (!date_number(t + 5, 2, 1, 12))
		return false;
	if (text.size == 7)
		return true;
	year = atoi(t);
	month = atoi(t + 5);
	return t[7] == '-' &&
	       date_number(t + 8, 2, 1, date_days_in(year, month));
}

static bool choice_is_known(
	const struct nc_choice *choices, struct nc_slice name)
{
	for (; choices->name != NULL; choices++)
		if (nc_slice_equal(nc_slice_text(choices->name), name))
			return true;
	return false;
}

static bool list_is_valid(struct nc_slice list)
{
	bool empty = true;

	for (size_t i = 0; i < list.size; i++) {
		if (list.data[i] == '\n' && empty)
			return false;
		empty = list.data[i] == '\n';
	}
	return !empty;
}

static enum nc_status field_check_text(const struct nc_field *field,
	struct nc_slice text, struct nc_error *err)
{
	size_t max = field->max > 0 ? (size_t)field->max : NC_TEXT_BYTES_MAX;

	if (text.size > max)
		return nc_error_set(err, NC_INVALID,
			_("%s is %zu bytes long and may have %zu; shorten it."),
			field->name, text.size, max);
	if (field->type == NC_TYPE_ENUM &&
		!choice_is_known(field->choices, text))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is not a value that %s knows; --help lists "
			  "them."),
			(int)text.size, (const char *)text.data, field->name);
	if (field->type == NC_TYPE_DATE && !nc_date_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is not a date for %s; write 2024, 2024-Q2, "
			  "2024-10 or 2024-12-02."),
			(int)text.size, (const char *)text.data, field->name);
	if (field->type == NC_TYPE_RANK && !nc_rank_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is no place in a list; leave %s out, or "
			  "say where with --after or --before."),
			(int)text.size, (const char *)text.data, field->name);
	if (field->type == NC_TYPE_LIST && !list_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("%s has an empty item; take it out."), field->name);
	return NC_OK;
}

static enum nc_value_kind type_kind(enum nc_type type)
{
	switch (type) {
	case NC_TYPE_INTEGER:
	case NC_TYPE_BOOLEAN:
	case NC_TYPE_TIME:
		return NC_VALUE_INTEGER;
	case NC_TYPE_REFERENCE:
	case NC_TYPE_DEVICE:
	case NC_TYPE_BYTES:
		return NC_VALUE_BYTES;
	default:
		return NC_VALUE_TEXT;
	}
}

enum nc_status nc_field_check(const struct nc_field *field,
	const struct nc_value *value, struct nc_error *err)
{
	if (value->kind == NC_VALUE_TEXT && !nc_text_is_clean(value->bytes))
		return nc_error_set(err, NC_INVALID,
			_("%s is not NFC UTF-8 text; retype it."), field->name);
	return nc_field_fits(field, value, err);
}

enum nc_status nc_field_fits(const struct nc_field *field,
	const struct nc_value *value, struct nc_error *err)
{
	if (value->kind == NC_VALUE_ABSENT)
		return NC_OK;
	if (value->kind != type_kind(field->type))
		return nc_error_set(err, NC_INVALID,
			_("%s holds another kind of value; see the field's "
			  "type in --help."),
			field->name);
	if (value->kind == NC_VALUE_TEXT)
		return field_check_text(field, value->bytes, err);
	if (value->kind == NC_VALUE_INTEGER) {
		if (value->integer < field->min || value->integer > field->max)
			return nc_error_set(err, NC_INVALID,
				_("%s is %" PRId64 " and must be from %" PRId64
				  " to %" PRId64 "; correct it."),
				field->name, value->integer, field->min,
				field->max);
		return NC_OK;
	}
	if (value->bytes.size < (size_t)field->min ||
		value->bytes.size > (size_t)field->max)
		return nc_error_set(err, NC_INVALID,
			_("%s has %zu bytes, which is not its size."),
			field->name, value->bytes.size);
	return NC_OK;
}

/* List items: split at ";" and line ends, trimmed, empty ones left out. */
static enum nc_status field_parse_list(
	struct nc_slice word, struct nc_buffer *out)
{
	size_t start = 0, before = out->size;

	for (size_t i = 0; i <= word.size; i++) {
		struct nc_slice item;
		enum nc_status status = NC_OK;

		if (i < word.size && word.data[i] != ';' &&
			word.data[i] != '\n')
			continue;
		item = nc_text_trim(nc_slice(word.data + start, i - start));
		start = i + 1;
		if (item.size == 0)
			continue;
		if (out->size > before)
			status = nc_buffer_append(out, "\n", 1);
		if (status == NC_OK)
			status = nc_text_clean(out, item);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status field_parse_text(const struct nc_field *field,
	const char *word, struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err)
{
	struct nc_buffer clean NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice in = nc_slice_text(word);
	enum nc_status status;
	const void *data;

	nc_buffer_init(&clean, NC_TEXT_BYTES_MAX * 2);
	if (field->type == NC_TYPE_LIST)
		status = field_parse_list(in, &clean);
	else
		status = nc_text_clean(&clean, in);
	if (status == NC_MALFORMED)
		return nc_error_set(err, NC_INVALID,
			_("%s is not UTF-8 text; retype it."), field->name);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("%s is too long; shorten it."), field->name);
	data = nc_arena_copy(arena, clean.data, clean.size);
	if (data == NULL)
		return nc_error_no_memory(err);
	if (nc_text_trim(nc_buffer_slice(&clean)).size == 0)
		*ret_value = nc_value_absent();
	else
		*ret_value = nc_value_slice(nc_slice(data, clean.size));
	return NC_OK;
}

static enum nc_status field_parse_integer(const struct nc_field *field,
	const char *word, struct nc_value *ret_value, struct nc_error *err)
{
	char *end;
	long long integer;

	errno = 0;
	integer = strtoll(word, &end, 10);
	if (errno != 0 || *end != '\0' || end == word)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is not a whole number for %s; write digits "
			  "alone."),
			word, field->name);
	*ret_value = nc_value_integer(integer);
	return NC_OK;
}

static enum nc_status field_parse_bytes(const struct nc_field *field,
	const char *word, struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err)
{
	struct nc_id id;
	size_t size = strlen(word) / 2;
	uint8_t *data = nc_arena_alloc(arena, size + NC_ID_SIZE);

	if (data == NULL)
		return nc_error_no_memory(err);
	if (field->type == NC_TYPE_REFERENCE && nc_id_parse(&id, word)) {
		memcpy(data, id.bytes, NC_ID_SIZE);
		size = NC_ID_SIZE;
	} else if (!nc_hex_decode(data, size, word, strlen(word))) {
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is not hexadecimal, which %s must be."), word,
			field->name);
	}
	*ret_value = nc_value_bytes(data, size);
	return NC_OK;
}

enum nc_status nc_field_parse(const struct nc_field *field, const char *word,
	struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err)
{
	struct nc_value value = nc_value_absent();
	enum nc_status status = NC_OK;

	if (*word != '\0') {
		switch (type_kind(field->type)) {
		case NC_VALUE_INTEGER:
			status = field_parse_integer(field, word, &value, err);
			break;
		case NC_VALUE_BYTES:
			status = field_parse_bytes(
				field, word, arena, &value, err);
			break;
		default:
			status = field_parse_text(
				field, word, arena, &value, err);
			break;
		}
	}
	if (status == NC_OK)
		status = nc_field_check(field, &value, err);
	if (status == NC_OK)
		*ret_value = value;
	return status;
}

static enum nc_status print_hex(
	const struct nc_value *value, struct nc_buffer *out)
{
	enum nc_status status =
		nc_buffer_reserve(out, value->bytes.size * 2 + 1);

	if (status != NC_OK)
		return status;
	nc_hex_encode((char *)out->data + out->size, value->bytes.data,
		value->bytes.size);
	out->size += value->bytes.size * 2;
	return NC_OK;
}

enum nc_status nc_field_print(const struct nc_field *field,
	const struct nc_value *value, struct nc_buffer *out)
{
	char text[NC_ID_TEXT_SIZE];
	struct nc_id id;

	switch (value->kind) {
	case NC_VALUE_ABSENT:
		return NC_OK;
	case NC_VALUE_INTEGER:
		return nc_buffer_printf(out, "%" PRId64, value->integer);
	case NC_VALUE_TEXT:
		return nc_buffer_append(
			out, value->bytes.data, value->bytes.size);
	case NC_VALUE_BYTES:
		break;
	}
	if (field->type != NC_TYPE_REFERENCE || value->bytes.size != NC_ID_SIZE)
		return print_hex(value, out);
	memcpy(id.bytes, value->bytes.data, NC_ID_SIZE);
	nc_id_format(text, &id);
	return nc_buffer_text(out, text);
}
