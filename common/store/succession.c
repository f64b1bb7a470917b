#include "store/succession.h"
#include "base/limits.h"
#include "locale/day.h"
#include "store/cluster.h"
#include "store/db.h"
#include "store/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One succession while it is checked and written. */
struct act {
	const struct nc_succession *said;
	struct nc_store *store;
	const struct nc_registry *registry;
	struct nc_cluster_draft draft;
	struct nc_id *from, *into;
	bool *marks; /* of registry's unions: the predecessors, all of them */
	char day_before[NC_DATE_TEXT_SIZE];
	struct nc_succession_done done;
};

static enum nc_status day_later(const char *day, int64_t count,
	char out[NC_DATE_TEXT_SIZE], struct nc_error *err)
{
	struct nc_day parsed, moved;

	if (!nc_day_parse(&parsed, day))
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is not a day; write it as in 2025-07-01."),
			day);
	moved = nc_day_add(parsed, count);
	if (moved.year == 0)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is too far away; check the year."), day);
	nc_day_format(out, moved);
	return NC_OK;
}

static enum nc_status check_days(struct act *act, struct nc_error *err)
{
	const struct nc_succession *said = act->said;
	const struct nc_env *env = act->draft.author->env;
	char checked[NC_DATE_TEXT_SIZE], today[NC_DATE_TEXT_SIZE];
	enum nc_status status = day_later(said->when, -1, act->day_before, err);

	nc_date_of(today, env->now_ms(env->context));
	if (status == NC_OK && said->late_until == NULL)
		return day_later(
			strcmp(said->when, today) > 0 ? said->when : today,
			NC_SUCCESSION_LATE_DAYS, act->done.late_until, err);
	if (status == NC_OK)
		status = day_later(said->late_until, 0, checked, err);
	if (status != NC_OK)
		return status;
	if (strcmp(said->late_until, said->when) < 0)
		return nc_error_set(err, NC_INVALID,
			_("Late words cannot end on %s, before the new union "
			  "begins on %s; give a later day."),
			said->late_until, said->when);
	snprintf(act->done.late_until, sizeof(act->done.late_until), "%s",
		said->late_until);
	return NC_OK;
}

static enum nc_status check_from(struct act *act,
	const struct nc_registry_union *of, struct nc_error *err)
{
	const struct nc_registry_succession *after =
		nc_succession_after(act->registry, &of->id);
	const struct nc_registry_union *next = NULL;

	if (after != NULL && after->into_count > 0)
		next = nc_registry_union(act->registry, &after->into[0]);
	if (next != NULL)
		return nc_error_set(err, NC_INVALID,
			_("%s went over into %s on %s and is no more; name "
			  "%s instead."),
			of->code, next->code, after->when, next->code);
	if (of->valid_to[0] != '\0')
		return nc_error_set(err, NC_INVALID,
			_("%s ended on %s; name one that goes on."), of->code,
			of->valid_to);
	if (of->valid_from[0] != '\0' &&
		strcmp(act->said->when, of->valid_from) <= 0)
		return nc_error_set(err, NC_INVALID,
			_("%s began on %s, so it cannot go over into another "
			  "on %s; give a later day."),
			of->code, of->valid_from, act->said->when);
	return NC_OK;
}

static enum nc_status read_from(struct act *act, struct nc_error *err)
{
	const struct nc_registry_union *of;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < act->said->from_count && status == NC_OK; i++) {
		status = nc_registry_find_union(
			act->registry, act->said->from[i], &of, err);
		if (status != NC_OK)
			return status;
		if (nc_succession_names(act->from, i, &of->id))
			return nc_error_set(err, NC_INVALID,
				_("%s is named twice; name each union once."),
				of->code);
		act->from[i] = of->id;
	}
	return status;
}

/* Into a union that is there already; or into a new one. */
static enum nc_status read_into(
	struct act *act, size_t at, struct nc_error *err)
{
	const struct nc_succession_into *into = &act->said->into[at];
	const struct nc_registry_union *of =
		nc_registry_union_coded(act->registry, into->code);

	if (of == NULL && act->said->kind == NC_SUCCESSION_SPLIT)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no union %s yet; add it first with union "
			  "add."),
			into->code);
	if (of == NULL && into->name == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no union %s yet; give its name with "
			  "--name, or add it first with union add."),
			into->code);
	if (of == NULL) {
		act->into[at] = nc_cluster_union_id(
			&act->store->identity.cluster, into->code);
		return NC_OK;
	}
	act->into[at] = of->id;
	if (nc_succession_names(act->into, at, &of->id))
		return nc_error_set(err, NC_INVALID,
			_("%s is named twice; name each union once."),
			of->code);
	if (nc_succession_names(act->from, act->said->from_count, &of->id))
		return nc_error_set(err, NC_INVALID,
			_("%s cannot go over into itself; give the new union a "
			  "code of its own, as in %s-2025."),
			of->code, of->code);
	return NC_OK;
}

static enum nc_status check_into(const struct act *act,
	const struct nc_registry_union *of, struct nc_error *err)
{
	if (of->valid_to[0] != '\0')
		return nc_error_set(err, NC_INVALID,
			_("%s ended on %s, so nothing can go over into it; "
			  "give the new union a code of its own."),
			of->code, of->valid_to);
	if (of->valid_from[0] != '\0' &&
		strcmp(act->said->when, of->valid_from) < 0)
		return nc_error_set(err, NC_INVALID,
			_("%s begins on %s, so nothing can go over into it on "
			  "%s; correct the day."),
			of->code, of->valid_from, act->said->when);
	return NC_OK;
}

static bool same_set(const struct nc_id *a, size_t a_count,
	const struct nc_id *b, size_t b_count)
{
	bool same = a_count == b_count;

	for (size_t i = 0; i < a_count && same; i++)
		same = nc_succession_names(b, b_count, &a[i]);
	return same;
}

/* The same act again? */
static enum nc_status check_done(const struct act *act, struct nc_error *err)
{
	const struct nc_succession *said = act->said;

	for (size_t i = 0; i < act->registry->successions_count; i++) {
		const struct nc_registry_succession *known =
			&act->registry->successions[i];

		if (!same_set(known->from, known->from_count, act->from,
			    said->from_count) ||
			!same_set(known->into, known->into_count, act->into,
				said->into_count))
			continue;
		if (known->kind == said->kind &&
			strcmp(known->when, said->when) == 0)
			return nc_error_set(err, NC_EXISTS,
				_("That is done already; union succession list "
				  "shows it."));
		return nc_error_set(err, NC_INVALID,
			_("%s went over into %s on %s already, and that is not "
			  "rewritten; union succession list shows it."),
			said->from[0], said->into[0].code, known->when);
	}
	return NC_OK;
}

static enum nc_status check(struct act *act, struct nc_error *err)
{
	const struct nc_succession *said = act->said;
	enum nc_status status = check_days(act, err);

	if (status == NC_OK)
		status = read_from(act, err);
	for (size_t i = 0; i < said->into_count && status == NC_OK; i++)
		status = read_into(act, i, err);
	if (status == NC_OK)
		status = check_done(act, err);
	for (size_t i = 0; i < said->from_count && status == NC_OK; i++)
		status = check_from(act,
			nc_registry_union(act->registry, &act->from[i]), err);
	for (size_t i = 0; i < said->into_count && status == NC_OK; i++) {
		const struct nc_registry_union *of =
			nc_registry_union(act->registry, &act->into[i]);

		if (of != NULL)
			status = check_into(act, of, err);
	}
	return status;
}

/* The place of the first of those that went over into it; INT64_MAX: none. */
static int64_t order_of(const struct act *act, size_t at)
{
	int64_t order = INT64_MAX;

	if (act->said->into[at].order >= 0)
		return act->said->into[at].order;
	for (size_t i = 0; i < act->said->from_count; i++) {
		const struct nc_registry_union *of =
			nc_registry_union(act->registry, &act->from[i]);

		if (of->order < order)
			order = of->order;
	}
	return order;
}

static enum nc_status draft_new(
	struct act *act, size_t at, struct nc_error *err)
{
	const struct nc_succession_into *into = &act->said->into[at];
	int64_t order = order_of(act, at);
	enum nc_status status = nc_cluster_check_union(act->registry,
		into->code, into->name, act->from, act->said->from_count, err);

	/* Its name is taken; that it is done already would be another thing. */
	if (status == NC_EXISTS)
		return NC_INVALID;
	if (status != NC_OK)
		return status;
	nc_cluster_draft_record(&act->draft, &act->into[at], NC_ENTITY_UNION);
	nc_cluster_draft_put(
		&act->draft, NC_UNION_CODE, nc_value_text(into->code));
	nc_cluster_draft_put(
		&act->draft, NC_UNION_NAME, nc_value_text(into->name));
	if (order != INT64_MAX)
		nc_cluster_draft_put(
			&act->draft, NC_UNION_ORDER, nc_value_integer(order));
	nc_cluster_draft_put(&act->draft, NC_UNION_VALID_FROM,
		nc_value_text(act->said->when));
	if (into->province != NULL)
		nc_cluster_draft_put(&act->draft, NC_UNION_PROVINCE,
			nc_value_text(into->province));
	act->done.made++;
	return NC_OK;
}

static enum nc_status draft_unions(struct act *act, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < act->said->from_count; i++) {
		nc_cluster_draft_record(
			&act->draft, &act->from[i], NC_ENTITY_UNION);
		nc_cluster_draft_put(&act->draft, NC_UNION_VALID_TO,
			nc_value_text(act->day_before));
	}
	for (size_t i = 0; i < act->said->into_count && status == NC_OK; i++) {
		const struct nc_registry_union *of =
			nc_registry_union(act->registry, &act->into[i]);

		if (of == NULL) {
			status = draft_new(act, i, err);
		} else if (of->valid_from[0] == '\0') {
			nc_cluster_draft_record(
				&act->draft, &of->id, NC_ENTITY_UNION);
			nc_cluster_draft_put(&act->draft, NC_UNION_VALID_FROM,
				nc_value_text(act->said->when));
		}
	}
	return status;
}

static int compare_ids(const void *a, const void *b)
{
	return nc_id_compare(a, b);
}

/* In an order that is not who said it. */
static bool append_ids(struct nc_buffer *bytes, struct nc_arena *arena,
	const struct nc_id *ids, size_t count)
{
	struct nc_id *sorted =
		nc_arena_copy(arena, ids, count * sizeof(*sorted));

	if (sorted == NULL)
		return false;
	qsort(sorted, count, sizeof(*sorted), compare_ids);
	return nc_buffer_append(bytes, sorted, count * sizeof(*sorted)) ==
	       NC_OK;
}

/* Follows from who goes over into whom, like a new union's id from its code:
 * said again by a hub that was put back, it is the same record. */
static bool succession_id(struct act *act, struct nc_id *ret_id)
{
	const struct nc_succession *said = act->said;
	const struct nc_id *cluster = &act->store->identity.cluster;
	struct nc_arena *arena = &act->draft.arena;
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	uint8_t hash[NC_SHA256_SIZE];

	nc_buffer_init(&bytes, NC_TEXT_BYTES_MAX);
	if (nc_buffer_text(&bytes, "nhipcau/1 succession\n") != NC_OK ||
		!append_ids(&bytes, arena, act->from, said->from_count) ||
		!append_ids(&bytes, arena, act->into, said->into_count))
		return false;
	nc_sha256(hash, nc_buffer_slice(&bytes));
	*ret_id = nc_id_make(nc_id_time_ms(cluster), hash);
	return true;
}

static void draft_record(struct act *act)
{
	struct nc_id id;
	const struct nc_succession *said = act->said;
	struct nc_cluster_draft *draft = &act->draft;

	if (!succession_id(act, &id)) {
		draft->failed = true;
		return;
	}
	nc_cluster_draft_record(draft, &id, NC_ENTITY_SUCCESSION);
	act->done.id = id;
	nc_cluster_draft_put(draft, NC_SUCCESSION_FROM_UNIONS,
		nc_value_bytes(act->from, said->from_count * NC_ID_SIZE));
	nc_cluster_draft_put(draft, NC_SUCCESSION_INTO_UNIONS,
		nc_value_bytes(act->into, said->into_count * NC_ID_SIZE));
	nc_cluster_draft_put(draft, NC_SUCCESSION_KIND,
		nc_value_text(nc_succession_kind_name(said->kind)));
	nc_cluster_draft_put(
		draft, NC_SUCCESSION_WHEN, nc_value_text(said->when));
	nc_cluster_draft_put(draft, NC_SUCCESSION_LATE_UNTIL,
		nc_value_text(act->done.late_until));
	if (said->decision != NULL)
		nc_cluster_draft_put(draft, NC_SUCCESSION_DECISION,
			nc_value_text(said->decision));
	if (said->note != NULL)
		nc_cluster_draft_put(
			draft, NC_SUCCESSION_NOTE, nc_value_text(said->note));
}

/* Grants for one device: the old unions' scopes, and of a rename the new. */
static void draft_grants(
	struct act *act, const struct nc_registry_device *device)
{
	const struct nc_succession *said = act->said;
	bool new = nc_succession_names(
		act->into, said->into_count, &device->union_id);
	bool renamed = said->kind == NC_SUCCESSION_RENAMED &&
		       nc_succession_names(
			       act->from, said->from_count, &device->union_id);

	if (device->revoked || device->is_hub || (!new && !renamed))
		return;
	if (renamed)
		act->done.grants += nc_cluster_draft_grant(
			&act->draft, device->device, &act->into[0]);
	for (size_t i = 0; i < act->registry->unions_count; i++)
		if (act->marks[i])
			act->done.grants += nc_cluster_draft_grant(&act->draft,
				device->device, &act->registry->unions[i].id);
}

static bool act_prepare(struct act *act)
{
	const struct nc_succession *said = act->said;
	struct nc_arena *arena = &act->draft.arena;
	size_t unions = act->registry->unions_count + 1;

	act->from = nc_arena_array(arena, said->from_count, NC_ID_SIZE);
	act->into = nc_arena_array(arena, said->into_count, NC_ID_SIZE);
	act->marks = nc_arena_array(arena, unions, sizeof(*act->marks));
	if (act->from == NULL || act->into == NULL || act->marks == NULL)
		return false;
	memset(act->marks, 0, unions * sizeof(*act->marks));
	return true;
}

static void mark_all(struct act *act)
{
	const struct nc_registry *registry = act->registry;

	for (size_t i = 0; i < act->said->from_count; i++)
		nc_union_predecessors(registry, &act->from[i], act->marks);
	for (size_t i = 0; i < act->said->into_count; i++)
		nc_union_predecessors(registry, &act->into[i], act->marks);
	for (size_t i = 0; i < registry->unions_count; i++)
		act->marks[i] |= nc_succession_names(act->from,
			act->said->from_count, &registry->unions[i].id);
}

static enum nc_status act_write(struct act *act, struct nc_error *err)
{
	enum nc_status status;

	if (!act_prepare(act))
		return nc_error_no_memory(err);
	status = check(act, err);
	if (status == NC_OK)
		status = draft_unions(act, err);
	if (status != NC_OK)
		return status;
	draft_record(act);
	mark_all(act);
	for (size_t i = 0; i < act->registry->devices_count; i++)
		draft_grants(act, &act->registry->devices[i]);
	return nc_cluster_draft_write(&act->draft, err);
}

enum nc_status nc_succession_write(struct nc_store *store,
	const struct nc_author *author, const struct nc_succession *succession,
	struct nc_succession_done *ret_done, struct nc_error *err)
{
	struct act act = {.said = succession, .store = store};
	enum nc_status status = nc_store_registry(store, &act.registry, err);

	NC_ASSERT(succession->from_count > 0 && succession->into_count > 0);
	NC_ASSERT(succession->from_count <= NC_REFERENCES_MAX &&
		  succession->into_count <= NC_REFERENCES_MAX);
	if (status != NC_OK)
		return status;
	nc_cluster_draft_init(&act.draft, store, author);
	status = act_write(&act, err);
	if (status == NC_OK)
		*ret_done = act.done;
	nc_cluster_draft_fini(&act.draft);
	return status;
}

static bool has_open_grant(const struct nc_store *store,
	const struct nc_registry_device *device, const struct nc_id *union_id)
{
	for (size_t i = 0; i < store->grants_count; i++)
		if (store->grants[i].device == device->device &&
			store->grants[i].last >= (uint64_t)INT64_MAX &&
			nc_id_compare(&store->grants[i].union_id, union_id) ==
				0)
			return true;
	return false;
}

/* Whether the device is the union's own and may still write for it. */
static bool is_open(const struct nc_store *store,
	const struct nc_registry_device *device, const struct nc_id *union_id)
{
	if (device->is_hub || device->revoked ||
		nc_id_compare(&device->union_id, union_id) != 0)
		return false;
	return has_open_grant(store, device, union_id);
}

enum nc_status nc_succession_close(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	size_t *ret_devices, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_union *of;
	struct nc_cluster_draft draft;
	size_t devices = 0, ended;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	of = nc_registry_union(registry, union_id);
	if (of == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no such union; union list shows which "
			  "there are."));
	if (nc_succession_after(registry, union_id) == NULL)
		return nc_error_set(err, NC_INVALID,
			_("%s has not gone over into another union; device "
			  "revoke shuts out a single device."),
			of->code);
	nc_cluster_draft_init(&draft, store, author);
	for (size_t i = 0; i < registry->devices_count && status == NC_OK;
		i++) {
		if (!is_open(store, &registry->devices[i], union_id))
			continue;
		status = nc_cluster_draft_end_grants(
			&draft, registry->devices[i].device, NULL, &ended, err);
		devices++;
	}
	if (status == NC_OK)
		status = nc_cluster_draft_write(&draft, err);
	if (status == NC_OK)
		*ret_devices = devices;
	nc_cluster_draft_fini(&draft);
	return status;
}

enum nc_status nc_succession_due(struct nc_store *store, const char *today,
	const struct nc_registry_union **ret_union, struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(store, &registry, err);

	*ret_union = NULL;
	for (size_t d = 0; status == NC_OK && d < registry->devices_count;
		d++) {
		const struct nc_registry_device *device = &registry->devices[d];
		const struct nc_registry_succession *after =
			nc_succession_after(registry, &device->union_id);

		if (after == NULL || after->late_until[0] == '\0' ||
			strcmp(today, after->late_until) <= 0 ||
			!is_open(store, device, &device->union_id))
			continue;
		*ret_union = nc_registry_union(registry, &device->union_id);
		return NC_OK;
	}
	return status;
}

/* Whether one of what its union has come out of, or has been renamed to, is
 * shut to a device that may write for it. marks: room for all unions. */
static bool lacks_grants(const struct nc_store *store,
	const struct nc_registry *registry,
	const struct nc_registry_device *device, bool *marks)
{
	const struct nc_registry_succession *after =
		nc_succession_after(registry, &device->union_id);

	if (!is_open(store, device, &device->union_id))
		return false;
	if (after != NULL && after->kind == NC_SUCCESSION_RENAMED &&
		after->into_count > 0 &&
		!has_open_grant(store, device, &after->into[0]))
		return true;
	memset(marks, 0, registry->unions_count * sizeof(*marks));
	nc_union_predecessors(registry, &device->union_id, marks);
	for (size_t i = 0; i < registry->unions_count; i++)
		if (marks[i] &&
			!has_open_grant(store, device, &registry->unions[i].id))
			return true;
	return false;
}

enum nc_status nc_succession_lacking(
	struct nc_store *store, bool *ret_lacking, struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(store, &registry, err);
	bool *marks;

	*ret_lacking = false;
	if (status != NC_OK || registry->successions_count == 0)
		return status;
	marks = nc_calloc(registry->unions_count + 1, sizeof(*marks));
	if (marks == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < registry->devices_count && !*ret_lacking; i++)
		*ret_lacking = lacks_grants(
			store, registry, &registry->devices[i], marks);
	nc_free(marks);
	return NC_OK;
}

enum nc_status nc_succession_complete(struct nc_store *store,
	const struct nc_author *author, struct nc_error *err)
{
	const struct nc_registry *registry;
	struct nc_cluster_draft draft;
	enum nc_status status = nc_store_registry(store, &registry, err);
	bool *marks;

	if (status != NC_OK)
		return status;
	marks = nc_calloc(registry->unions_count + 1, sizeof(*marks));
	if (marks == NULL)
		return nc_error_no_memory(err);
	nc_cluster_draft_init(&draft, store, author);
	for (size_t i = 0; i < registry->devices_count; i++)
		if (lacks_grants(store, registry, &registry->devices[i], marks))
			nc_cluster_draft_grants(&draft, registry,
				registry->devices[i].device,
				&registry->devices[i].union_id);
	status = nc_cluster_draft_write(&draft, err);
	nc_cluster_draft_fini(&draft);
	nc_free(marks);
	return status;
}
