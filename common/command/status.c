/*
 * status: whose replica this is, what it holds, what is to be done. A client
 * shows its union and what is unsent; a hub shows each union, and which have
 * no plan for the year.
 */
#include "base/limits.h"
#include "command/console.h"
#include "command/events.h"
#include "command/last_sync.h"
#include "command/receipt.h"
#include "command/shared.h"
#include "command/submissions.h"
#include "command/table.h"
#include "command/view.h"
#include "store/again.h"
#include "store/receipt.h"
#include "store/roof.h"
#include "sync/client.h"

#include <inttypes.h>
#include <string.h>

/* What is counted for each union of the registry. */
struct union_counts {
	uint64_t devices, change_sets, plan_items;
	int64_t received_at_ms; /* the latest change-set; 0: none */
	uint64_t bundle;	/* the number of its last bundle; 0: none */
	uint64_t *kinds; /* the year's records, as the model's entities */
};

struct status {
	struct nc_view view;
	unsigned year;
	struct nc_counts counts;
	struct nc_last_sync last_sync;
	uint64_t unsent, waiting;
	struct nc_newest newest;
	struct nc_vouched vouched;
	uint64_t placed, all; /* a client's change-sets with a place */
	struct nc_event events[NC_EVENTS_KEPT];
	size_t events_count;
	const char *union_name, *device_label;
	struct union_counts *unions; /* as the registry's */
	size_t kind;		     /* the entity that is being counted */
	struct nc_submissions submissions; /* the year's */
};

static struct union_counts *counts_of(
	struct status *status, const struct nc_id *union_id)
{
	const struct nc_registry *registry = status->view.registry;

	for (size_t i = 0; i < registry->unions_count; i++)
		if (nc_id_compare(&registry->unions[i].id, union_id) == 0)
			return &status->unions[i];
	return NULL;
}

/* A record of the year, or of a kind that belongs to none. */
static enum nc_status visit_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct status *status = context;
	struct union_counts *counts = counts_of(status, &record->union_id);
	const struct nc_field *year =
		nc_entity_field_named(record->entity, "year");

	(void)err;
	if (counts == NULL ||
		(year != NULL && nc_record_integer(record, year->number, 0) !=
					 status->year))
		return NC_OK;
	counts->kinds[status->kind]++;
	if (record->entity->number == NC_ENTITY_PLAN_ITEM)
		counts->plan_items++;
	return NC_OK;
}

static enum nc_status count_kinds(struct status *status, struct nc_error *err)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);
	enum nc_status result = NC_OK;

	for (size_t i = 0; i < status->view.registry->unions_count; i++) {
		uint64_t *kinds = nc_arena_array(
			&status->view.arena, count, sizeof(*kinds));

		if (kinds == NULL)
			return nc_error_no_memory(err);
		memset(kinds, 0, count * sizeof(*kinds));
		status->unions[i].kinds = kinds;
	}
	for (size_t i = 0; i < count && result == NC_OK; i++) {
		status->kind = i;
		if (!entities[i].cluster)
			result = nc_records_each(status->view.home.store,
				&entities[i], NULL, NC_RECORDS_PRESENT,
				visit_record, status, err);
	}
	return result;
}

/* { "plan-item": 4, "aid": 1 }: those that there are. */
static json_t *kinds_json(
	struct nc_json *json, const struct union_counts *counts)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);
	json_t *object = json_object();

	for (size_t i = 0; counts != NULL && i < count; i++)
		if (counts->kinds[i] > 0)
			nc_json_put(json, object, entities[i].name,
				nc_json_number(counts->kinds[i]));
	return object;
}

static enum nc_status visit_latest(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct union_counts *counts = context;

	(void)err;
	if (entry->received_at_ms > counts->received_at_ms)
		counts->received_at_ms = entry->received_at_ms;
	return NC_OK;
}

static enum nc_status count_streams(struct status *status, struct nc_error *err)
{
	struct nc_store *store = status->view.home.store;
	const struct nc_log_head *heads;
	size_t count;
	enum nc_status result = nc_log_heads(store, &heads, &count, err);

	for (size_t i = 0; i < count && result == NC_OK; i++) {
		struct union_counts *counts =
			counts_of(status, &heads[i].union_id);

		if (counts == NULL || heads[i].sequence == 0)
			continue;
		counts->change_sets += heads[i].sequence;
		result =
			nc_log_entry(store, &heads[i].union_id, heads[i].device,
				heads[i].sequence, visit_latest, counts, err);
	}
	return result;
}

/* The newest bundle of a union's devices. */
static enum nc_status count_bundle(struct status *status,
	const struct nc_registry_device *device, struct union_counts *counts,
	struct nc_error *err)
{
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	uint64_t counter = 0;
	enum nc_status result;

	nc_buffer_init(&request, NC_MESSAGE_DECODED_MAX);
	result = nc_peer_find(status->view.home.store, device->device, &counter,
		&request, err);
	if (result == NC_OK && counter > counts->bundle)
		counts->bundle = counter;
	return result == NC_NOT_FOUND ? NC_OK : result;
}

static enum nc_status count_unions(struct status *status, struct nc_error *err)
{
	struct nc_view *view = &status->view;
	const struct nc_registry *registry = view->registry;
	size_t size = (registry->unions_count + 1) * sizeof(*status->unions);
	enum nc_status result = NC_OK;

	status->unions = nc_arena_alloc(&view->arena, size);
	if (status->unions == NULL)
		return nc_error_no_memory(err);
	memset(status->unions, 0, size);
	for (size_t i = 0; i < registry->devices_count; i++) {
		const struct nc_registry_device *device = &registry->devices[i];
		struct union_counts *counts =
			counts_of(status, &device->union_id);

		if (counts != NULL && !device->revoked && !device->is_hub)
			counts->devices++;
		if (counts != NULL && view->home.identity.is_hub)
			result = count_bundle(status, device, counts, err);
		if (result != NC_OK)
			return result;
	}
	result = count_kinds(status, err);
	if (result == NC_OK)
		result = count_streams(status, err);
	return result;
}

static enum nc_status read_history(struct status *status, struct nc_error *err)
{
	struct nc_view *view = &status->view;
	struct nc_store *store = view->home.store;
	enum nc_status result = nc_newest_history(view, &status->newest, err);

	if (result == NC_OK && status->newest.known)
		result = nc_vouched_for(view, status->newest.generation, 1,
			&status->vouched, err);
	if (result == NC_OK && !view->home.identity.is_hub)
		result = nc_receipt_count(
			store, &status->placed, &status->all, err);
	if (result == NC_OK && !view->home.identity.is_hub)
		result = nc_again_waiting(store, &status->waiting, err);
	if (result == NC_OK)
		result = nc_events_load(&view->home, status->events,
			&status->events_count, err);
	if (status->events_count > NC_EVENTS_SHOWN)
		status->events_count = NC_EVENTS_SHOWN;
	return result;
}

static enum nc_status read_status(struct status *status, struct nc_error *err)
{
	struct nc_home *home = &status->view.home;
	enum nc_status result = nc_view_open(&status->view, err);

	if (result == NC_OK)
		result = nc_store_counts(home->store, &status->counts, err);
	if (result == NC_OK)
		result = nc_last_sync_load(home, &status->last_sync, err);
	if (result == NC_OK)
		result = nc_home_union_name(home, &status->union_name, err);
	if (result == NC_OK)
		result = nc_home_device_label(home, &status->device_label, err);
	if (result == NC_OK && !home->identity.is_hub)
		result = nc_sync_unsent(home->store, &status->unsent, err);
	if (result == NC_OK)
		result = count_unions(status, err);
	if (result == NC_OK)
		result = nc_submissions_read(&status->submissions, home->store,
			status->year, NULL, 0, err);
	if (result == NC_OK)
		result = read_history(status, err);
	return result;
}

/* { "plan": 2 }: the latest version of each paper of the year. */
static json_t *json_submitted(
	struct status *status, const struct nc_id *union_id)
{
	json_t *object = json_object();

	for (size_t i = 0; i < status->submissions.count; i++) {
		const struct nc_submission *one = &status->submissions.list[i];

		if (one->latest &&
			nc_id_compare(&one->record.union_id, union_id) == 0)
			nc_json_put(&status->view.json, object, one->kind,
				nc_json_number(one->version));
	}
	return object;
}

/* "plan, annual report"; "" when nothing was submitted. */
static const char *submitted_words(
	struct status *status, const struct nc_id *union_id)
{
	const struct nc_choice *kinds = nc_paper_kinds();
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&words, 1024);
	for (; kinds->name != NULL; kinds++)
		if (nc_submissions_latest(&status->submissions, union_id,
			    kinds->name) != SIZE_MAX &&
			nc_buffer_printf(&words, "%s%s",
				words.size == 0 ? "" : ", ",
				nc_console_label(kinds->label_vi,
					kinds->label_en)) != NC_OK)
			return NULL;
	return nc_arena_text(
		&status->view.arena, (const char *)words.data, words.size);
}

static void put_counts(
	struct nc_json *json, json_t *object, const struct nc_counts *counts)
{
	nc_json_put(json, object, "change_sets",
		nc_json_number(counts->change_sets));
	nc_json_put(json, object, "records", nc_json_number(counts->records));
	nc_json_put(
		json, object, "conflicts", nc_json_number(counts->conflicts));
	nc_json_put(json, object, "refusals", nc_json_number(counts->refusals));
	nc_json_put(json, object, "forks", nc_json_number(counts->forks));
}

static json_t *json_named(
	struct nc_json *json, const char *key, json_t *id, const char *name)
{
	json_t *object = json_object();

	nc_json_put(json, object, "id", id);
	nc_json_put(json, object, key, nc_json_text(name));
	return object;
}

static json_t *json_unions(struct status *status)
{
	const struct nc_registry *registry = status->view.registry;
	struct nc_json *json = &status->view.json;
	json_t *array = json_array();

	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct union_counts *counts = &status->unions[i];
		json_t *object = json_object();

		nc_json_put(json, object, "code",
			nc_json_text(registry->unions[i].code));
		nc_json_put(json, object, "name",
			nc_json_text(registry->unions[i].name));
		nc_json_put(json, object, "devices",
			nc_json_number(counts->devices));
		nc_json_put(json, object, "change_sets",
			nc_json_number(counts->change_sets));
		nc_json_put(json, object, "plan_items",
			nc_json_number(counts->plan_items));
		nc_json_put(json, object, "kinds", kinds_json(json, counts));
		nc_json_put(json, object, "submitted",
			json_submitted(status, &registry->unions[i].id));
		nc_json_put(json, object, "last_received",
			counts->received_at_ms == 0
				? json_null()
				: nc_json_time(counts->received_at_ms));
		nc_json_put(json, object, "last_bundle",
			counts->bundle == 0 ? json_null()
					    : nc_json_number(counts->bundle));
		nc_json_add(json, array, object);
	}
	return array;
}

static uint64_t own_plan_items(struct status *status)
{
	const struct union_counts *counts =
		counts_of(status, &status->view.home.identity.union_id);

	return counts == NULL ? 0 : counts->plan_items;
}

static void put_own(struct status *status, json_t *root)
{
	struct nc_view *view = &status->view;
	const struct nc_id *own = &view->home.identity.union_id;

	nc_json_put(&view->json, root, "plan_items",
		nc_json_number(own_plan_items(status)));
	nc_json_put(&view->json, root, "kinds",
		kinds_json(&view->json, counts_of(status, own)));
	nc_json_put(
		&view->json, root, "submitted", json_submitted(status, own));
}

static json_t *json_own_union(struct status *status)
{
	struct nc_view *view = &status->view;
	const struct nc_id *id = &view->home.identity.union_id;
	const struct nc_registry_union *own =
		nc_registry_union(view->registry, id);
	json_t *object = json_named(
		&view->json, "name", nc_json_id(id), status->union_name);

	nc_json_put(&view->json, object, "code",
		own == NULL ? json_null() : nc_json_text(own->code));
	return object;
}

static json_t *json_hub(struct status *status)
{
	const struct nc_registry_hub *hub =
		nc_registry_current_hub(status->view.registry);
	struct nc_json *json = &status->view.json;
	json_t *object;

	if (hub == NULL)
		return json_null();
	object = json_object();
	nc_json_put(json, object, "address", nc_json_text(hub->address));
	nc_json_put(json, object, "device", nc_json_device(hub->device));
	nc_json_put(
		json, object, "generation", nc_json_number(hub->generation));
	nc_json_put(json, object, "since", nc_json_time(hub->since_ms));
	nc_json_put(json, object, "hubs",
		nc_json_number(status->view.registry->hubs_count));
	return object;
}

static void put_history(struct status *status, json_t *root)
{
	struct nc_json *json = &status->view.json;
	const struct nc_vouched *vouched = &status->vouched;
	json_t *history = json_null(), *events = json_array();

	if (status->newest.known) {
		history = json_object();
		nc_json_put(json, history, "size",
			nc_json_number(status->newest.size));
		nc_json_put(json, history, "generation",
			nc_json_number(status->newest.generation));
		nc_json_put(json, history, "vouched",
			nc_json_number(vouched->unions));
		nc_json_put(json, history, "vouched_since",
			vouched->unions == 0
				? json_null()
				: nc_json_time(vouched->oldest_ms));
		nc_json_put(json, history, "vouched_until",
			vouched->unions == 0
				? json_null()
				: nc_json_time(vouched->newest_ms));
	}
	nc_json_put(json, root, "hub", json_hub(status));
	nc_json_put(json, root, "handed_over",
		json_boolean(status->view.home.identity.handed_over));
	nc_json_put(json, root, "history", history);
	if (!status->view.home.identity.is_hub) {
		nc_json_put(
			json, root, "placed", nc_json_number(status->placed));
		nc_json_put(json, root, "waiting_again",
			nc_json_number(status->waiting));
	}
	for (size_t i = 0; i < status->events_count; i++)
		nc_json_add(
			json, events, nc_event_json(json, &status->events[i]));
	nc_json_put(json, root, "events", events);
}

static enum nc_status print_json(struct status *status, struct nc_error *err)
{
	struct nc_view *view = &status->view;
	struct nc_identity *identity = &view->home.identity;
	struct nc_json *json = &view->json;
	json_t *root = json_object();

	nc_json_put(
		json, root, "program", nc_json_text(view->call->program->name));
	nc_json_put(json, root, "home", nc_json_text(view->home.folder));
	nc_json_put(json, root, "cluster",
		json_named(json, "name", nc_json_id(&identity->cluster),
			view->registry->cluster_name));
	nc_json_put(json, root, "device",
		json_named(json, "label",
			nc_json_device(nc_key_device(view->home.key)),
			status->device_label));
	nc_json_put(json, root, "address", nc_json_text(identity->address));
	if (!identity->is_hub) {
		nc_json_put(json, root, "union", json_own_union(status));
		nc_json_put(
			json, root, "unsent", nc_json_number(status->unsent));
		nc_json_put(json, root, "last_sync",
			nc_last_sync_json(json, &status->last_sync));
	}
	put_counts(json, root, &status->counts);
	put_history(status, root);
	nc_json_put(json, root, "year", json_integer(status->year));
	/* A client knows little of the others; a nought would mislead. */
	if (identity->is_hub)
		nc_json_put(json, root, "unions", json_unions(status));
	else
		put_own(status, root);
	return nc_json_print(json, root, err);
}

static void print_line(const char *label, const char *text)
{
	nc_console_print("%s: %s\n", label, text);
}

static void print_last_sync(const struct nc_last_sync *last)
{
	char time[NC_TIME_TEXT_SIZE];

	if (!last->known) {
		print_line(_("Last sync"), _("never"));
		return;
	}
	nc_console_time(time, last->at_ms);
	if (last->message[0] == '\0')
		nc_console_print(_("Last sync: %s, done\n"), time);
	else
		nc_console_print(
			_("Last sync: %s, failed: %s\n"), time, last->message);
}

static void print_counts(const struct nc_counts *counts)
{
	nc_console_print(_("Records: %" PRIu64 "; change-sets: %" PRIu64 "\n"),
		counts->records, counts->change_sets);
	if (counts->conflicts > 0)
		nc_console_print(
			_("Conflicts: %" PRIu64 "; conflict list shows them\n"),
			counts->conflicts);
	if (counts->refusals > 0)
		nc_console_print(_("Refused changes: %" PRIu64
				   "; refusal list shows them\n"),
			counts->refusals);
	if (counts->forks > 0)
		nc_console_print(
			_("Change-sets set aside and kept as evidence: %" PRIu64
			  "; after a restored backup or a new key that is as "
			  "it should be, else two machines write with one "
			  "key\n"),
			counts->forks);
}

static void print_missing(const struct status *status)
{
	const struct nc_registry *registry = status->view.registry;
	char day[NC_DATE_TEXT_SIZE];
	bool any = false;

	nc_date_year_end(day, (unsigned)status->year);
	for (size_t i = 0; i < registry->unions_count; i++) {
		if (!nc_union_is_there(&registry->unions[i], day))
			continue;
		if (status->unions[i].plan_items > 0)
			continue;
		if (!any)
			nc_console_print(_("Nothing planned for %u yet: %s"),
				status->year, registry->unions[i].code);
		else
			nc_console_print(", %s", registry->unions[i].code);
		any = true;
	}
	if (any)
		nc_console_print("\n");
}

static enum nc_status print_unions(struct status *status, struct nc_error *err)
{
	struct nc_table table NC_AUTO(nc_table_fini) = {0};
	const struct nc_registry *registry = status->view.registry;
	enum nc_status result;

	nc_table_init(&table, 8);
	nc_table_cell(&table, _("Code"));
	nc_table_cell(&table, _("Devices"));
	nc_table_cell(&table, _("Change-sets"));
	nc_table_format(&table, _("Plan %u"), status->year);
	nc_table_cell(&table, _("Submitted"));
	nc_table_cell(&table, _("Last received"));
	nc_table_cell(&table, _("Bundle"));
	nc_table_cell(&table, _("Name"));
	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct union_counts *counts = &status->unions[i];
		const char *submitted =
			submitted_words(status, &registry->unions[i].id);
		char time[NC_TIME_TEXT_SIZE] = "–";

		if (submitted == NULL)
			return nc_error_no_memory(err);
		if (counts->received_at_ms != 0)
			nc_console_time(time, counts->received_at_ms);
		nc_table_cell(&table, registry->unions[i].code);
		nc_table_format(&table, "%" PRIu64, counts->devices);
		nc_table_format(&table, "%" PRIu64, counts->change_sets);
		nc_table_format(&table, "%" PRIu64, counts->plan_items);
		nc_table_cell(&table, submitted[0] == '\0' ? "–" : submitted);
		nc_table_cell(&table, time);
		if (counts->bundle == 0)
			nc_table_cell(&table, "–");
		else
			nc_table_format(&table, "%" PRIu64, counts->bundle);
		nc_table_cell(&table, registry->unions[i].name);
	}
	printf("\n");
	result = nc_table_print(&table, err);
	if (result == NC_OK)
		print_missing(status);
	return result;
}

static void print_hub(const struct status *status)
{
	const struct nc_registry *registry = status->view.registry;
	const struct nc_registry_hub *hub = nc_registry_current_hub(registry);
	char since[NC_TIME_TEXT_SIZE];

	if (hub == NULL || registry->hubs_count < 2)
		return;
	nc_console_time(since, hub->since_ms);
	if (status->view.home.identity.handed_over)
		nc_console_print(
			_("This hub has handed over and writes nothing more; "
			  "the cluster's hub has been at %s since: %s\n"),
			hub->address, since);
	else if (hub->reason == NC_HUB_RESTORED)
		nc_console_print(
			_("The hub was restored from a backup: %s\n"), since);
	else
		nc_console_print(
			_("The cluster's hub has been at %s since: %s\n"),
			hub->address, since);
}

static void print_history(const struct status *status)
{
	const struct nc_newest *newest = &status->newest;
	const struct nc_vouched *vouched = &status->vouched;
	char oldest[NC_TIME_TEXT_SIZE], latest[NC_TIME_TEXT_SIZE];

	if (!newest->known)
		return;
	nc_console_print(_("The hub's history: %" PRIu64
			   " entries (generation %" PRIu32 ")\n"),
		newest->size, newest->generation);
	nc_console_time(oldest, vouched->oldest_ms);
	nc_console_time(latest, vouched->newest_ms);
	if (vouched->unions > 0)
		nc_console_print(_("Unions that vouch for it: %" PRIu64
				   ", until %s (the longest silent: %s)\n"),
			vouched->unions, latest, oldest);
	if (!status->view.home.identity.is_hub)
		nc_console_print(_("Change-sets shown to be in it: %" PRIu64
				   " of %" PRIu64 "\n"),
			status->placed, status->all);
}

static void print_events(const struct status *status)
{
	for (size_t i = 0; i < status->events_count; i++) {
		struct nc_error sentence = {.text = ""};
		char time[NC_TIME_TEXT_SIZE];

		nc_event_sentence(&status->events[i], &sentence);
		nc_console_time(time, status->events[i].at_ms);
		nc_console_print("%s: %s\n", time, sentence.text);
	}
}

static enum nc_status print_words(struct status *status, struct nc_error *err)
{
	struct nc_view *view = &status->view;
	const char *submitted =
		submitted_words(status, &view->home.identity.union_id);
	char device[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(device, nc_key_device(view->home.key));
	print_line(_("Cluster"), view->registry->cluster_name[0] == '\0'
					 ? _("not known before the first sync")
					 : view->registry->cluster_name);
	if (!view->home.identity.is_hub)
		print_line(_("Union"), status->union_name);
	print_hub(status);
	nc_console_print(_("Device: %s (%s)\n"), status->device_label, device);
	print_line(_("Home folder"), view->home.folder);
	print_line(_("Hub's address"), view->home.identity.address);
	if (!view->home.identity.is_hub) {
		nc_console_print(
			_("To be sent: %" PRIu64 "\n"), status->unsent);
		print_last_sync(&status->last_sync);
	}
	if (!view->home.identity.is_hub && submitted == NULL)
		return nc_error_no_memory(err);
	if (!view->home.identity.is_hub && submitted[0] != '\0')
		nc_console_print(
			_("Submitted for %u: %s\n"), status->year, submitted);
	if (!view->home.identity.is_hub)
		nc_console_print(_("Items planned for %u: %" PRIu64 "\n"),
			status->year, own_plan_items(status));
	print_counts(&status->counts);
	if (status->waiting > 0)
		nc_console_print(_("Change-sets that the next sync writes "
				   "again: %" PRIu64 "\n"),
			status->waiting);
	print_history(status);
	print_events(status);
	if (!view->home.identity.is_hub)
		return NC_OK;
	return print_unions(status, err);
}

static enum nc_status run_status(struct nc_call *call, struct nc_error *err)
{
	struct status status = {.unsent = 0};
	enum nc_status result;

	nc_view_init(&status.view, call);
	nc_submissions_init(&status.submissions);
	result = nc_call_year(call, &status.year, err);
	if (result == NC_OK)
		result = read_status(&status, err);
	if (result == NC_OK)
		result = call->json ? print_json(&status, err)
				    : print_words(&status, err);
	nc_submissions_fini(&status.submissions);
	nc_view_fini(&status.view);
	return result;
}

static const struct nc_option status_options[] = {
	{"year", 0, "YEAR",
		N_("the year whose plan items are counted (default: this "
		   "year)")},
	{.name = NULL},
};

const struct nc_command nc_command_status = {
	.name = "status",
	.arguments = "",
	.help = N_("whose replica this is, what it holds, what is to be done"),
	.options = status_options,
	.run = run_status,
};
