/*
 * member list --same-country, member join ID ID: two predecessors'
 * associations for one country become one of the successor's.
 *
 * The old records stay where they are, with their histories; the new one names
 * them as predecessors. Three streams are touched, so three change-sets at
 * most: all are written here, or none. Each then goes to the hub by itself; a
 * second run writes what is missing, for the new record's id follows from the
 * two.
 */
#include "client.h"
#include "command/console.h"
#include "command/table.h"
#include "locale/day.h"

#include <string.h>

#define MEMBERS_ARENA_MAX (64 * 1024 * 1024)

struct member {
	struct nc_id id, union_id;
	const char *name, *kind, *countries; /* codes, one a line */
	bool merged;
};

struct members {
	struct nc_home home;
	struct nc_author author;
	struct nc_arena arena;
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	struct member *list; /* malloc's: it grows */
	size_t count, capacity;
};

static void members_init(struct members *members)
{
	memset(members, 0, sizeof(*members));
	nc_home_init(&members->home);
	nc_arena_init(&members->arena, MEMBERS_ARENA_MAX);
}

static void members_fini(struct members *members)
{
	nc_free(members->list);
	nc_arena_fini(&members->arena);
	nc_home_fini(&members->home);
}

static bool read_member(struct members *members, const struct nc_record *record,
	struct member *member)
{
	struct nc_arena *arena = &members->arena;
	const char *status =
		nc_record_text(record, NC_MEMBER_ORG_STATUS, arena);

	member->id = record->id;
	member->union_id = record->union_id;
	member->name = nc_record_text(record, NC_MEMBER_ORG_NAME, arena);
	member->kind = nc_record_text(record, NC_MEMBER_ORG_KIND, arena);
	member->countries =
		nc_record_text(record, NC_MEMBER_ORG_COUNTRIES, arena);
	member->merged = status != NULL && strcmp(status, "merged") == 0;
	return status != NULL && member->name != NULL && member->kind != NULL &&
	       member->countries != NULL;
}

/* Those of this device's unions that have not been joined yet. */
static enum nc_status visit_member(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct members *members = context;
	size_t more = members->capacity == 0 ? 64 : members->capacity * 2;
	struct member *list;

	if (members->device == NULL ||
		!nc_registry_belongs(members->device, &record->union_id))
		return NC_OK;
	if (members->count == members->capacity) {
		list = nc_realloc(members->list, more * sizeof(*list));
		if (list == NULL)
			return nc_error_no_memory(err);
		members->list = list;
		members->capacity = more;
	}
	if (!read_member(members, record, &members->list[members->count]))
		return nc_error_no_memory(err);
	members->count += !members->list[members->count].merged;
	return NC_OK;
}

static enum nc_status read_registry(
	struct members *members, struct nc_error *err)
{
	enum nc_status status =
		nc_store_registry(members->home.store, &members->registry, err);

	if (status == NC_OK)
		members->device = nc_registry_device(
			members->registry, nc_key_device(members->home.key));
	return status;
}

/* The first country that both are for; NULL. codes: one a line. */
static const char *same_country(
	struct nc_arena *arena, const struct member *a, const struct member *b)
{
	for (const char *at = a->countries; strlen(at) >= 2; at += 2) {
		at += *at == '\n';
		for (const char *other = b->countries; strlen(other) >= 2;
			other += 2) {
			other += *other == '\n';
			if (strncmp(at, other, 2) == 0)
				return nc_arena_text(arena, at, 2);
		}
	}
	return NULL;
}

static bool is_pair(
	struct members *members, size_t i, size_t j, const char **ret_country)
{
	const struct member *a = &members->list[i], *b = &members->list[j];

	if (nc_id_compare(&a->union_id, &b->union_id) == 0)
		return false;
	*ret_country = same_country(&members->arena, a, b);
	return *ret_country != NULL;
}

static void put_member(struct members *members, struct nc_json *json,
	json_t *pair, const char *key, const struct member *member)
{
	json_t *object = json_object();

	nc_json_put(json, object, "id", nc_json_id(&member->id));
	nc_json_put(json, object, "union",
		nc_json_union(members->registry,
			&members->home.identity.cluster, &member->union_id));
	nc_json_put(json, object, "name", nc_json_text(member->name));
	nc_json_put(json, pair, key, object);
}

static enum nc_status print_pairs_json(
	struct members *members, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *list = json_array();
	const char *country;

	for (size_t i = 0; i < members->count; i++)
		for (size_t j = i + 1; j < members->count; j++) {
			json_t *pair;

			if (!is_pair(members, i, j, &country))
				continue;
			pair = json_object();
			nc_json_put(
				&json, pair, "country", nc_json_text(country));
			put_member(members, &json, pair, "first",
				&members->list[i]);
			put_member(members, &json, pair, "second",
				&members->list[j]);
			nc_json_add(&json, list, pair);
		}
	return nc_json_print(&json, list, err);
}

static void cell_member(struct members *members, struct nc_short_ids *ids,
	struct nc_table *table, const struct member *member)
{
	const struct nc_registry_union *of =
		nc_registry_union(members->registry, &member->union_id);
	char id[NC_ID_TEXT_SIZE];

	nc_short_ids_format(ids, &member->id, id);
	nc_table_format(table, "%s  %s (%s)", id, member->name,
		of == NULL ? "?" : of->code);
}

static enum nc_status print_pairs(struct members *members, struct nc_error *err)
{
	struct nc_short_ids ids NC_AUTO(nc_short_ids_fini) = {.count = 0};
	struct nc_table table;
	const char *country;
	enum nc_status status =
		nc_short_ids_read(&ids, members->home.store, err);

	if (status != NC_OK)
		return status;
	nc_table_init(&table, 3);
	nc_table_cell(&table, _("Country"));
	nc_table_cell(&table, _("Association"));
	nc_table_cell(&table, _("Association"));
	for (size_t i = 0; i < members->count; i++)
		for (size_t j = i + 1; j < members->count; j++) {
			if (!is_pair(members, i, j, &country))
				continue;
			nc_table_cell(&table, country);
			cell_member(members, &ids, &table, &members->list[i]);
			cell_member(members, &ids, &table, &members->list[j]);
		}
	if (nc_table_rows(&table) == 0)
		nc_console_note(_("No two unions of yours have associations "
				  "for the same country."));
	status = nc_table_print(&table, err);
	nc_table_fini(&table);
	return status;
}

static enum nc_status run_list(struct nc_call *call, struct nc_error *err)
{
	struct members members NC_AUTO(members_fini) = {0};
	enum nc_status status;

	if (!nc_call_has(call, "same-country"))
		return nc_error_set(err, NC_USAGE,
			_("Add --same-country; list member-org shows all "
			  "associations."));
	members_init(&members);
	status = nc_home_open(&members.home, call, err);
	if (status == NC_OK)
		status = nc_store_begin_read(members.home.store, err);
	if (status == NC_OK)
		status = read_registry(&members, err);
	if (status == NC_OK)
		status = nc_records_each(members.home.store,
			nc_model_entity(NC_ENTITY_MEMBER_ORG), NULL,
			NC_RECORDS_PRESENT, visit_member, &members, err);
	if (status == NC_OK)
		status = call->json ? print_pairs_json(&members, err)
				    : print_pairs(&members, err);
	return status;
}

static const struct nc_option list_options[] = {
	{"same-country", 0, NULL,
		N_("pairs of two unions that went over into yours")},
	{.name = NULL},
};

const struct nc_command nc_client_member_list = {
	.name = "member list",
	.arguments = "",
	.help = N_("associations that a merger has brought together"),
	.examples = "nhipcau member list --same-country\n",
	.options = list_options,
	.run = run_list,
};

static enum nc_status find_member(struct members *members, const char *digits,
	struct member *member, struct nc_error *err)
{
	struct nc_record record;
	enum nc_status status = nc_record_find(
		members->home.store, digits, &members->arena, &record, err);

	if (status != NC_OK)
		return status;
	if (record.entity->number != NC_ENTITY_MEMBER_ORG)
		return nc_error_set(err, NC_INVALID,
			_("%s is no member association but %s; member list "
			  "--same-country shows which there are."),
			digits, record.entity->name);
	if (record.gone)
		return nc_error_set(err, NC_NOT_FOUND,
			_("That %s is deleted already; history shows by "
			  "whom."),
			record.entity->name);
	status = nc_client_may_write(&members->home, &record.union_id, err);
	if (status == NC_OK && !read_member(members, &record, member))
		return nc_error_no_memory(err);
	return status;
}

/* The same for the same two, whoever joins them. */
static struct nc_id joined_id(const struct member *a, const struct member *b)
{
	static const char domain[] = "nhipcau/1 member join\n";
	uint8_t bytes[sizeof(domain) - 1 + 2 * NC_ID_SIZE];
	uint8_t hash[NC_SHA256_SIZE];

	memcpy(bytes, domain, sizeof(domain) - 1);
	memcpy(bytes + sizeof(domain) - 1, a->id.bytes, NC_ID_SIZE);
	memcpy(bytes + sizeof(domain) - 1 + NC_ID_SIZE, b->id.bytes,
		NC_ID_SIZE);
	nc_sha256(hash, nc_slice(bytes, sizeof(bytes)));
	return nc_id_make(0, hash);
}

/* The codes of both, each once, ascending as the value wants no order. */
static const char *all_countries(
	struct nc_arena *arena, const struct member *a, const struct member *b)
{
	size_t size = strlen(a->countries) + strlen(b->countries) + 2;
	char *out = nc_arena_alloc(arena, size);

	if (out == NULL)
		return NULL;
	strcpy(out, a->countries);
	for (const char *at = b->countries; strlen(at) >= 2; at += 2) {
		char code[3] = "";

		at += *at == '\n';
		memcpy(code, at, 2);
		if (strstr(out, code) != NULL)
			continue;
		if (out[0] != '\0')
			strcat(out, "\n");
		strcat(out, code);
	}
	return out;
}

static struct nc_field_change set(uint32_t field, struct nc_value value)
{
	struct nc_field_change change = {.field = field, .value = value};

	return change;
}

static enum nc_status write_new(struct members *members, const struct member *a,
	const struct member *b, const char *name, const struct nc_id *id,
	struct nc_written *written, struct nc_error *err)
{
	const struct nc_registry_union *of =
		nc_registry_union(members->registry, &members->home.union_id);
	const char *countries = all_countries(&members->arena, a, b);
	uint8_t ids[2 * NC_ID_SIZE];
	struct nc_field_change fields[6];
	struct nc_record_change change = {.record = *id,
		.entity = NC_ENTITY_MEMBER_ORG,
		.fields = fields};
	size_t count = 0;

	if (countries == NULL)
		return nc_error_no_memory(err);
	memcpy(ids, a->id.bytes, NC_ID_SIZE);
	memcpy(ids + NC_ID_SIZE, b->id.bytes, NC_ID_SIZE);
	fields[count++] = set(NC_MEMBER_ORG_NAME, nc_value_text(name));
	fields[count++] = set(NC_MEMBER_ORG_KIND, nc_value_text(a->kind));
	if (countries[0] != '\0')
		fields[count++] =
			set(NC_MEMBER_ORG_COUNTRIES, nc_value_text(countries));
	fields[count++] = set(NC_MEMBER_ORG_STATUS, nc_value_text("active"));
	if (of != NULL && of->valid_from[0] != '\0')
		fields[count++] = set(NC_MEMBER_ORG_VALID_FROM,
			nc_value_text(of->valid_from));
	fields[count++] = set(
		NC_MEMBER_ORG_PREDECESSORS, nc_value_bytes(ids, sizeof(ids)));
	change.fields_count = count;
	return nc_author_write(members->home.store, &members->author,
		&members->home.union_id, &change, 1, written, err);
}

static enum nc_status write_merged(struct members *members,
	const struct member *member, struct nc_written *written,
	struct nc_error *err)
{
	const struct nc_registry_union *of =
		nc_registry_union(members->registry, &member->union_id);
	struct nc_field_change fields[2];
	struct nc_record_change change = {.record = member->id,
		.entity = NC_ENTITY_MEMBER_ORG,
		.fields = fields,
		.fields_count = 1};

	fields[0] = set(NC_MEMBER_ORG_STATUS, nc_value_text("merged"));
	if (of != NULL && of->valid_to[0] != '\0')
		fields[change.fields_count++] = set(
			NC_MEMBER_ORG_VALID_TO, nc_value_text(of->valid_to));
	return nc_author_write(members->home.store, &members->author,
		&member->union_id, &change, 1, written, err);
}

/* All of it or nothing. */
static enum nc_status write_join(struct members *members,
	const struct member *a, const struct member *b, const char *name,
	const struct nc_id *id, struct nc_written *ret_sum,
	struct nc_error *err)
{
	struct nc_written written[3] = {{0}, {0}, {0}};
	enum nc_status status = nc_store_begin(members->home.store, err);

	if (status != NC_OK)
		return status;
	status = read_registry(members, err);
	if (status == NC_OK)
		status = write_new(members, a, b, name, id, &written[0], err);
	if (status == NC_OK)
		status = read_registry(members, err);
	if (status == NC_OK)
		status = write_merged(members, a, &written[1], err);
	if (status == NC_OK)
		status = read_registry(members, err);
	if (status == NC_OK)
		status = write_merged(members, b, &written[2], err);
	if (status == NC_OK)
		status = nc_store_commit(members->home.store, err);
	else
		nc_store_rollback(members->home.store);
	*ret_sum = written[0];
	for (int i = 1; i < 3; i++) {
		ret_sum->change_sets += written[i].change_sets;
		ret_sum->fields += written[i].fields;
		if (written[0].change_sets == 0)
			ret_sum->last_sequence = written[i].last_sequence;
	}
	return status;
}

static enum nc_status join(struct members *members, const struct nc_call *call,
	struct nc_error *err)
{
	const char *name = nc_call_value(call, "name");
	struct nc_written written = {0};
	struct member a, b;
	struct nc_id id;
	enum nc_status status =
		find_member(members, call->arguments[0], &a, err);

	if (status == NC_OK)
		status = find_member(members, call->arguments[1], &b, err);
	if (status == NC_OK && nc_id_compare(&a.id, &b.id) == 0)
		return nc_error_set(err, NC_INVALID,
			_("Both are the same association; name two."));
	if (status == NC_OK && name != NULL)
		status = nc_home_clean_label(
			&members->home, "--name", name, &name, err);
	if (status == NC_OK)
		status = nc_client_choose_union(
			&members->home, call, 0, NULL, err);
	if (status != NC_OK)
		return status;
	/* The elder first, whoever joins them, so that two desks agree. */
	if (nc_id_compare(&a.id, &b.id) > 0) {
		struct member elder = b;

		b = a;
		a = elder;
	}
	id = joined_id(&a, &b);
	status = write_join(members, &a, &b, name == NULL ? a.name : name, &id,
		&written, err);
	if (status != NC_OK)
		return status;
	return nc_written_print(&members->home, call, &id, "joined",
		_("joined out of the two; each keeps its history"), &written,
		err);
}

static enum nc_status run_join(struct nc_call *call, struct nc_error *err)
{
	struct members members NC_AUTO(members_fini) = {0};
	enum nc_status status;

	members_init(&members);
	status = nc_client_open(&members.home, call, &members.author, err);
	if (status == NC_OK)
		status = join(&members, call, err);
	return status;
}

static const struct nc_option join_options[] = {
	{"name", 0, "NAME", N_("the new one's name (default: the elder's)")},
	NC_CLIENT_UNION_OPTION,
	{.name = NULL},
};

const struct nc_command nc_client_member_join = {
	.name = "member join",
	.arguments = "ID ID",
	.arguments_min = 2,
	.arguments_max = 2,
	.help = N_("make one association of two that a merger brought "
		   "together"),
	.notes = N_("The two stay where they are, marked as merged, and the "
		    "new one names them: show and history tell theirs, too. "
		    "All of it is written, or nothing; a second run, here or "
		    "on another machine, makes no second one."),
	.examples = "nhipcau member join 0190ab12 0190cd34 --name \"Hội hữu "
		    "nghị Việt - Lào tỉnh Quảng Trị\"\n",
	.options = join_options,
	.flags = NC_COMMAND_WRITES,
	.run = run_join,
};
