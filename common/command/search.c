/*
 * search WORDS: records in which all the words stand, wherever, best first.
 */
#include "command/console.h"
#include "command/shared.h"
#include "base/limits.h"
#include "command/view.h"
#include "store/search.h"

#include <stdlib.h>

#define LIMIT_DEFAULT 20
#define EXCERPT_BYTES 160
/* A hub that serves may append between the index's update and the reading. */
#define TRIES_MAX 4

struct finding {
	struct nc_view view;
	struct nc_search *words;
	struct nc_store_query query;
	struct nc_store_hits hits;
	struct nc_error why; /* the index could not be brought up to date */
	bool stale;
	struct nc_buffer text, excerpt;
};

static void finding_fini(struct finding *finding)
{
	nc_view_fini(&finding->view);
	nc_search_free(finding->words);
	nc_buffer_fini(&finding->text);
	nc_buffer_fini(&finding->excerpt);
}

/* The words, as one query: quotation marks that the shell took are lost. */
static enum nc_status read_words(struct finding *finding,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = NC_OK;

	nc_buffer_init(&words, SIZE_MAX / 2);
	for (size_t i = 0; i < call->arguments_count && status == NC_OK; i++) {
		if (i > 0)
			status = nc_buffer_text(&words, " ");
		if (status == NC_OK)
			status = nc_buffer_text(&words, call->arguments[i]);
	}
	if (status != NC_OK)
		return nc_error_no_memory(err);
	return nc_search_new(nc_buffer_slice(&words), 0, &finding->words, err);
}

static enum nc_status read_limit(
	const struct nc_call *call, size_t *ret_limit, struct nc_error *err)
{
	const char *word = nc_call_value(call, "limit");
	unsigned long limit = LIMIT_DEFAULT;
	char *end = NULL;

	if (word != NULL)
		limit = strtoul(word, &end, 10);
	if (word != NULL && (*word < '0' || *word > '9' || *end != '\0' ||
				    limit == 0 || limit > NC_SEARCH_HITS_MAX))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is not a number of hits; write 1 to %d."),
			word, NC_SEARCH_HITS_MAX);
	*ret_limit = limit;
	return NC_OK;
}

static enum nc_status read_options(struct finding *finding,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_store_query *query = &finding->query;
	const char *entity = nc_call_value(call, "entity");
	enum nc_status status = read_limit(call, &query->limit, err);

	if (status != NC_OK)
		return status;
	query->deleted = nc_call_has(call, "deleted");
	if (entity != NULL) {
		query->entity = nc_model_entity_named(entity);
		if (query->entity == NULL)
			return nc_error_set(err, NC_USAGE,
				_("There is no entity \"%s\"; --help lists "
				  "them."),
				entity);
	}
	if (nc_call_has(call, "year"))
		status = nc_call_year(call, &query->year, err);
	if (status == NC_OK)
		status = read_words(finding, call, err);
	query->words = finding->words;
	return status;
}

/* Up to date, if the home can be written: else the search reads the records
 * one by one. */
static enum nc_status open_view(struct finding *finding, struct nc_error *err)
{
	struct nc_view *view = &finding->view;
	struct nc_bar bar NC_AUTO(nc_bar_fini) = {0};
	struct nc_progress progress = {nc_bar_step, &bar};
	enum nc_status status =
		nc_home_open_to_read(&view->home, view->call, err);
	bool ready = false;

	nc_bar_init(&bar, _("Indexing"));
	for (int i = 0; i < TRIES_MAX && status == NC_OK && !ready; i++) {
		struct nc_store *store = view->home.store;

		if (i > 0)
			nc_store_end_read(store);
		finding->stale = nc_store_index(store, 0, &progress,
					 &finding->why) != NC_OK;
		status = nc_store_begin_read(store, err);
		if (status == NC_OK && !finding->stale)
			status = nc_store_index_is_ready(store, &ready, err);
		ready |= finding->stale;
	}
	return status == NC_OK ? nc_view_begin(view, err) : status;
}

static enum nc_status make_excerpt(struct finding *finding,
	const struct nc_store_hit *hit, struct nc_slice *ret_hit,
	struct nc_error *err)
{
	const struct nc_field *field =
		nc_entity_field(hit->record.entity, hit->live->field);
	enum nc_status status;

	nc_buffer_reset(&finding->text);
	nc_buffer_reset(&finding->excerpt);
	status = nc_field_words(field, &hit->live->value, &finding->text);
	if (status == NC_OK)
		status = nc_search_excerpt(finding->words,
			nc_buffer_slice(&finding->text), EXCERPT_BYTES,
			&finding->excerpt, ret_hit);
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

static bool is_shown(const struct nc_store_hit *hit)
{
	return nc_row_shown(&hit->record.row, hit->live->field) == hit->live;
}

static enum nc_status print_hit(struct finding *finding,
	const struct nc_store_hit *hit, struct nc_error *err)
{
	const struct nc_record *record = &hit->record;
	struct nc_view *view = &finding->view;
	const struct nc_field *year =
		nc_entity_field_named(record->entity, "year");
	const char *of = nc_view_union(view, &record->union_id), *words;
	int64_t of_year =
		year == NULL ? 0 : nc_record_integer(record, year->number, 0);
	char id[NC_ID_TEXT_SIZE];
	struct nc_slice said;
	enum nc_status status = make_excerpt(finding, hit, &said, err);

	if (status == NC_OK)
		status = nc_view_source(
			view, &record->union_id, &hit->live->dot, &words, err);
	if (status != NC_OK)
		return status;
	if (of == NULL)
		return nc_error_no_memory(err);
	nc_id_shorten(id, &record->id, hit->id_digits);
	nc_console_print("%s%s  %s, %s", id, record->conflicts ? " !" : "",
		nc_entity_label(record->entity), of);
	if (of_year != 0)
		nc_console_print(", %d", (int)of_year);
	nc_console_print("%s\n", record->gone ? _(" (deleted)") : "");
	nc_console_print("  %s: %s%s\n",
		nc_field_label(
			nc_entity_field(record->entity, hit->live->field)),
		nc_buffer_string(&finding->excerpt),
		is_shown(hit) ? "" : _(" (in conflict, not shown)"));
	nc_console_print("  %s\n", words);
	return NC_OK;
}

static void say_how(const struct finding *finding)
{
	if (finding->stale)
		nc_console_note(_("The index could not be brought up to date, "
				  "so all records were read. %s"),
			finding->why.text);
	else if (finding->hits.read_all)
		nc_console_note(_("The index could not be used, so all records "
				  "were read; rebuild makes it anew."));
}

static enum nc_status print_words(struct finding *finding, struct nc_error *err)
{
	const struct nc_store_hits *hits = &finding->hits;
	enum nc_status status = NC_OK;

	if (hits->count == 0)
		nc_console_print(_("Nothing was found.\n"));
	for (size_t i = 0; i < hits->count && status == NC_OK; i++) {
		if (i > 0)
			nc_console_print("\n");
		status = print_hit(finding, &hits->hits[i], err);
	}
	if (status == NC_OK && hits->more)
		nc_console_print(_("\nThere are more; another word, --entity "
				   "or --year narrows it down, --limit shows "
				   "more.\n"));
	return status;
}

static const char *rank_name(enum nc_search_rank rank)
{
	static const char *const names[] = {
		"none", "alias", "folded", "marked"};

	return names[rank];
}

static enum nc_status json_hit(struct finding *finding,
	const struct nc_store_hit *hit, json_t *array, struct nc_error *err)
{
	const struct nc_record *record = &hit->record;
	struct nc_view *view = &finding->view;
	struct nc_json *json = &view->json;
	json_t *object = json_object();
	struct nc_slice said;
	enum nc_status status = make_excerpt(finding, hit, &said, err);

	nc_json_put(json, object, "id", nc_json_id(&record->id));
	nc_json_put(json, object, "entity", json_string(record->entity->name));
	nc_json_put(json, object, "union",
		nc_json_union(view->registry, &view->home.identity.cluster,
			&record->union_id));
	nc_json_put(
		json, object, "state", json_string(nc_record_state(record)));
	nc_json_put(json, object, "conflicts", json_boolean(record->conflicts));
	nc_json_put(json, object, "rank", json_string(rank_name(hit->rank)));
	nc_json_put(json, object, "field",
		json_string(nc_entity_field(record->entity, hit->live->field)
				    ->name));
	nc_json_put(json, object, "shown", json_boolean(is_shown(hit)));
	if (status == NC_OK) {
		nc_json_put(json, object, "excerpt",
			nc_json_slice(nc_buffer_slice(&finding->excerpt)));
		nc_json_put(json, object, "hit", nc_json_slice(said));
		status = nc_view_put_source(
			view, object, &record->union_id, &hit->live->dot, err);
	}
	nc_json_add(json, array, object);
	return status;
}

static enum nc_status print_json(struct finding *finding, struct nc_error *err)
{
	const struct nc_store_hits *hits = &finding->hits;
	struct nc_json *json = &finding->view.json;
	json_t *object = json_object(), *array = json_array();
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < hits->count && status == NC_OK; i++)
		status = json_hit(finding, &hits->hits[i], array, err);
	nc_json_put(json, object, "hits", array);
	nc_json_put(json, object, "more", json_boolean(hits->more));
	nc_json_put(json, object, "read_all", json_boolean(hits->read_all));
	if (status == NC_OK)
		return nc_json_print(json, object, err);
	json_decref(object);
	return status;
}

static enum nc_status run_search(struct nc_call *call, struct nc_error *err)
{
	struct finding finding NC_AUTO(finding_fini) = {.words = NULL};
	enum nc_status status;

	nc_view_init(&finding.view, call);
	nc_buffer_init(&finding.text, NC_MESSAGE_BYTES_MAX);
	nc_buffer_init(&finding.excerpt, NC_MESSAGE_BYTES_MAX);
	status = read_options(&finding, call, err);
	if (status == NC_OK)
		status = open_view(&finding, err);
	if (status == NC_OK)
		status =
			nc_store_search(finding.view.home.store, &finding.query,
				&finding.view.arena, &finding.hits, err);
	if (status != NC_OK)
		return status;
	say_how(&finding);
	return call->json ? print_json(&finding, err)
			  : print_words(&finding, err);
}

static void print_entities(void)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

	nc_console_print(_("\nEntities:\n"));
	for (size_t i = 0; i < count; i++)
		nc_console_print("  %-20s %s\n", entities[i].name,
			nc_entity_label(&entities[i]));
}

static const struct nc_option options[] = {
	{"entity", 0, "ENTITY", N_("only records of this kind")},
	{"year", 0, "YEAR", N_("only those of this year")},
	{"limit", 0, "N", N_("how many to show, at most 1000 (default: 20)")},
	{"deleted", 0, NULL, N_("deleted records too")},
	{.name = NULL},
};

const struct nc_command nc_command_search = {
	.name = "search",
	.arguments = "WORDS…",
	.arguments_min = 1,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("find records by their words, in whatever field"),
	.notes =
		N_("All words must be in the record, in any order, as whole "
		   "words; a word that ends in * finds all that begin so. "
		   "Words in quotation marks, or joined as in Việt-Lào, must "
		   "stand together. Capitals do not matter. What you type with "
		   "a mark has that mark: má finds má; ma finds ma, má, mà "
		   "too. Other names are found (Mỹ, Hoa Kỳ; UBND), and the "
		   "same day however it is written (5/1/2024). First what is "
		   "as you typed it, then the latest written."),
	.examples = "nhipcau search viện trợ Lào --year 2024\n"
		    "nhipcau search '\"đoàn đại biểu\" quoc*' --json\n",
	.options = options,
	.more = print_entities,
	.run = run_search,
};
