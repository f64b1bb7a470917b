#include "finding.h"

#include "command/console.h"

#include <string.h>

#define DECISION_ARENA_MAX (64u * 1024 * 1024)

void nc_decision_init(struct nc_decision *decision, const struct nc_call *call)
{
	*decision = (struct nc_decision){.call = call};
	nc_home_init(&decision->home);
	nc_checked_init(&decision->checked);
	nc_arena_init(&decision->arena, DECISION_ARENA_MAX);
}

/* Closing the store ends a transaction that was not committed. */
void nc_decision_fini(struct nc_decision *decision)
{
	nc_checked_fini(&decision->checked);
	nc_home_fini(&decision->home);
	nc_arena_fini(&decision->arena);
}

static bool is_chosen(const struct nc_decision *decision, size_t index)
{
	for (size_t i = 0; i < decision->chosen_count; i++)
		if (decision->chosen[i] == index)
			return true;
	return false;
}

static enum nc_status choose(
	struct nc_decision *decision, bool ignored, struct nc_error *err)
{
	const struct nc_call *call = decision->call;
	enum nc_status status = NC_OK;
	size_t index;

	decision->chosen = nc_arena_array(&decision->arena,
		call->arguments_count, sizeof(*decision->chosen));
	/* A finding's own record, and the decision's. */
	decision->changes = nc_arena_array(&decision->arena,
		2 * call->arguments_count, sizeof(*decision->changes));
	if (decision->chosen == NULL || decision->changes == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < call->arguments_count && status == NC_OK; i++) {
		status = nc_checked_find(&decision->checked, call->arguments[i],
			ignored, &index, err);
		if (status == NC_OK && !is_chosen(decision, index))
			decision->chosen[decision->chosen_count++] = index;
	}
	return status;
}

enum nc_status nc_decision_open(
	struct nc_decision *decision, bool ignored, struct nc_error *err)
{
	struct nc_home *home = &decision->home;
	unsigned year;
	enum nc_status status = nc_call_year(decision->call, &year, err);

	if (status == NC_OK)
		status = nc_client_open(
			home, decision->call, &decision->author, err);
	if (status == NC_OK)
		status = nc_store_begin(home->store, err);
	if (status == NC_OK)
		status = nc_checked_read(&decision->checked, home->store,
			decision->call, year, &home->identity.union_id, err);
	return status == NC_OK ? choose(decision, ignored, err) : status;
}

enum nc_status nc_decision_change(struct nc_decision *decision,
	const struct nc_id *record, uint32_t entity, size_t fields,
	struct nc_record_change **ret_change, struct nc_error *err)
{
	struct nc_record_change *change =
		&decision->changes[decision->changes_count];
	struct nc_field_change *array =
		nc_arena_array(&decision->arena, fields + 1, sizeof(*array));

	if (array == NULL)
		return nc_error_no_memory(err);
	memset(array, 0, (fields + 1) * sizeof(*array));
	*change = (struct nc_record_change){
		.record = *record, .entity = entity, .fields = array};
	decision->changes_count++;
	*ret_change = change;
	return NC_OK;
}

/* The time in a record's id. */
static int64_t id_time_ms(const struct nc_id *id)
{
	int64_t time_ms = 0;

	for (size_t i = 0; i < 6; i++)
		time_ms = time_ms * 256 + id->bytes[i];
	return time_ms;
}

enum nc_status nc_decision_id(struct nc_decision *decision, uint32_t entity,
	const struct nc_id *of, const uint8_t entropy[10], struct nc_id *ret_id,
	struct nc_error *err)
{
	uint8_t next[10];

	memcpy(next, entropy, sizeof(next));
	for (;;) {
		struct nc_record record;
		enum nc_status status;

		*ret_id = nc_id_make(id_time_ms(of), next);
		status = nc_record_get(decision->home.store,
			nc_model_entity(entity),
			&decision->home.identity.union_id, ret_id,
			&decision->arena, &record, err);
		if (status == NC_NOT_FOUND)
			return NC_OK;
		if (status != NC_OK || !record.gone)
			return status;
		for (size_t i = sizeof(next); i-- > 0 && ++next[i] == 0;)
			;
	}
}

static enum nc_status print_decided(struct nc_decision *decision,
	const struct nc_written *written, const char *key, const char *verb,
	struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object, *list;

	for (size_t i = 0; i < decision->chosen_count && !decision->call->json;
		i++)
		nc_console_print("%s: %s\n",
			decision->checked.findings[decision->chosen[i]].id,
			verb);
	if (!decision->call->json)
		return NC_OK;
	object = json_object();
	list = json_array();
	for (size_t i = 0; i < decision->chosen_count; i++)
		nc_json_add(&json, list,
			nc_json_text(
				decision->checked.findings[decision->chosen[i]]
					.id));
	nc_json_put(&json, object, "did", json_string(key));
	nc_json_put(&json, object, "findings", list);
	nc_json_put(&json, object, "fields", nc_json_number(written->fields));
	nc_json_put(&json, object, "sequence",
		nc_json_number(written->last_sequence));
	return nc_json_print(&json, object, err);
}

enum nc_status nc_decision_save(struct nc_decision *decision, const char *key,
	const char *verb, struct nc_error *err)
{
	struct nc_home *home = &decision->home;
	struct nc_written written;
	enum nc_status status = nc_author_write(home->store, &decision->author,
		&home->identity.union_id, decision->changes,
		decision->changes_count, &written, err);

	if (status == NC_OK)
		status = nc_store_commit(home->store, err);
	if (status != NC_OK)
		return status;
	return print_decided(decision, &written, key, verb, err);
}
