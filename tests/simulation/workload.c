/*
 * What people do: they add, edit, delete, resolve, submit; the cluster's
 * keeper judges and comments. Of every save it is checked at once that the
 * signed change-set says what was typed and replaces only what its author had
 * before its eyes; and everything typed goes into a list that invariants.c
 * calls in.
 */
#include "simulation.h"
#include "store/again.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 6, FIELDS_MAX = 24 };

/* One save being prepared. */
struct save {
	struct sim *sim;
	struct machine *machine;
	struct nc_store *store;
	struct nc_id scope;
	struct nc_arena arena;
	struct nc_record_change changes[CHANGES_MAX];
	struct nc_field_change fields[CHANGES_MAX][FIELDS_MAX];
	size_t count;
	bool form; /* the sights are those of an hour ago */
};

static void save_init(struct save *save, struct sim *sim,
	struct machine *machine, const struct nc_id *scope)
{
	memset(save, 0, sizeof(*save));
	save->sim = sim;
	save->machine = machine;
	save->store = machine_store(sim, machine);
	save->scope = *scope;
	nc_arena_init(&save->arena, 32 << 20);
	sim->sights_count = 0;
}

/* A hub may write with another key than it signs its tree with. */
static const struct nc_key *save_key(const struct save *save)
{
	return save->machine->writes != NULL ? save->machine->writes
					     : save->machine->key;
}

static void save_fini(struct save *save)
{
	nc_arena_fini(&save->arena);
}

static struct nc_record_change *save_record(
	struct save *save, struct nc_id id, uint32_t entity)
{
	struct nc_record_change *change = &save->changes[save->count];

	change->record = id;
	change->entity = entity;
	change->fields = save->fields[save->count++];
	return change;
}

static void save_field(
	struct nc_record_change *change, uint32_t field, struct nc_value value)
{
	struct nc_field_change *added = &change->fields[change->fields_count++];

	memset(added, 0, sizeof(*added));
	added->field = field;
	added->value = value;
}

/* Words. */

static struct nc_value random_text(struct save *save, size_t max)
{
	static const char *const words[] = {"", "Đón đoàn Lào",
		"Gặp mặt hữu nghị", "Ký kết", "dự án nước sạch"};
	struct world *world = &save->sim->world;
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice slice;

	nc_buffer_init(&text, 1 << 20);
	if (max < 64)
		return nc_value_text(world_chance(world, 500) ? "đ" : "b");
	if (world_chance(world, 250))
		return nc_value_text(words[world_below(world, 5)]);
	sim_must(save->sim,
		nc_buffer_printf(&text, "%s %zu",
			words[1 + world_below(world, 4)],
			world_below(world, 100000)),
		"make words");
	if (save->sim->bulky && max > 60000)
		while (text.size < 60000)
			sim_must(save->sim,
				nc_buffer_printf(&text, " %016" PRIx64,
					world_random(world)),
				"make many words");
	slice = nc_buffer_slice(&text);
	return nc_value_slice(
		nc_slice(nc_arena_copy(&save->arena, slice.data, slice.size),
			slice.size));
}

static struct nc_value random_bytes(struct save *save, size_t size)
{
	uint8_t *bytes = nc_arena_alloc(&save->arena, size);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)world_random(&save->sim->world);
	return nc_value_bytes(bytes, size);
}

static struct nc_value random_choice(
	struct world *world, const struct nc_choice *choices)
{
	size_t count = 0;

	while (choices[count].name != NULL)
		count++;
	return nc_value_text(choices[world_below(world, count)].name);
}

static struct nc_value random_value(
	struct save *save, const struct nc_field *field)
{
	static const char *const dates[] = {
		"2024", "2024-Q2", "2024-H1", "2024-10", "2024-12-02"};
	static const char *const ranks[] = {"V", "Vz", "b5", "0001"};
	struct world *world = &save->sim->world;

	if (!field->required && world_chance(world, 100))
		return nc_value_absent();
	switch (field->type) {
	case NC_TYPE_INTEGER:
	case NC_TYPE_BOOLEAN:
	case NC_TYPE_TIME:
		return nc_value_integer(
			field->min + (int64_t)world_below(world, 3) *
					     ((field->max - field->min) / 2));
	case NC_TYPE_ENUM:
		return random_choice(world, field->choices);
	case NC_TYPE_DATE:
		return nc_value_text(dates[world_below(world, 5)]);
	case NC_TYPE_LIST:
		return nc_value_text(
			world_chance(world, 500) ? "Lào" : "Lào\nCampuchia");
	case NC_TYPE_COUNTRIES:
		return nc_value_text(
			world_chance(world, 500) ? "LA" : "KH\nLA");
	case NC_TYPE_RANK:
		return nc_value_text(ranks[world_below(world, 4)]);
	case NC_TYPE_TEXT:
		return random_text(save, field->max == 0 ? NC_TEXT_BYTES_MAX
							 : (size_t)field->max);
	default:
		return random_bytes(save, (size_t)field->max);
	}
}

/* What the author sees. */

static void see(struct save *save, const struct nc_record *record)
{
	struct sim *sim = save->sim;

	for (size_t i = 0; i < record->row.count; i++) {
		const struct nc_live *live = &record->row.live[i];
		struct sight *sight = &sim->sights[sim->sights_count];

		if (sim->sights_count == SIM_SIGHTS_MAX)
			sim_fail(sim, "too much to see");
		sight->record = record->id;
		sight->entity = record->entity->number;
		sight->field = live->field;
		sight->dot = live->dot;
		sight->content = world_hash_value(&live->value);
		sight->tombstone = live->tombstone;
		sight->word = ledger_word(&save->scope, &record->id,
			record->entity->number, live->field, sight->content,
			live->tombstone, live->written_at_ms);
		sim->sights_count++;
	}
}

/* One of the records: any, picked fairly while they pass by, or the oldest,
 * which everybody works on. */
struct pick {
	struct save *save;
	bool oldest;
	size_t seen;
	bool found;
	struct nc_id id;
};

static enum nc_status pick_visit(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct pick *pick = context;
	bool better;

	(void)err;
	pick->seen++;
	if (pick->oldest)
		better = !pick->found ||
			 nc_id_compare(&record->id, &pick->id) < 0;
	else
		better = world_below(&pick->save->sim->world, pick->seen) == 0;
	if (better) {
		pick->found = true;
		pick->id = record->id;
	}
	return NC_OK;
}

/* A record that is there, read and seen; false when there is none. */
static bool pick_record(struct save *save, uint32_t entity,
	enum nc_records_filter filter, struct nc_record *ret_record)
{
	struct sim *sim = save->sim;
	struct pick pick = {
		.save = save, .oldest = world_chance(&sim->world, 500)};

	sim_must(sim,
		nc_records_each(save->store, nc_model_entity(entity),
			&save->scope, filter, pick_visit, &pick, &sim->err),
		"list records");
	if (!pick.found)
		return false;
	sim_must(sim,
		nc_record_get(save->store, nc_model_entity(entity),
			&save->scope, &pick.id, &save->arena, ret_record,
			&sim->err),
		"read a record");
	see(save, ret_record);
	return true;
}

/* What was saved. */

static struct typed *typed_add(struct sim *sim)
{
	if (sim->typed_count == sim->typed_capacity) {
		sim->typed_capacity = sim->typed_capacity * 2 + 512;
		sim->typed = realloc(
			sim->typed, sim->typed_capacity * sizeof(*sim->typed));
		if (sim->typed == NULL)
			sim_fail(sim, "no memory");
	}
	memset(&sim->typed[sim->typed_count], 0, sizeof(*sim->typed));
	return &sim->typed[sim->typed_count++];
}

static bool is_seen(const struct sim *sim, const struct nc_id *record,
	uint32_t entity, uint32_t field, const struct nc_dot *dot)
{
	for (size_t i = 0; i < sim->sights_count; i++) {
		const struct sight *sight = &sim->sights[i];

		if (sight->field == field && sight->entity == entity &&
			nc_dot_equal(&sight->dot, dot) &&
			nc_id_compare(&sight->record, record) == 0)
			return true;
	}
	return false;
}

/* All that the author saw in a field is replaced, and nothing else. */
static void check_replaces(struct save *save,
	const struct nc_record_change *record,
	const struct nc_field_change *field)
{
	struct sim *sim = save->sim;
	size_t seen = 0;

	for (size_t i = 0; i < field->replaces_count; i++)
		if (!is_seen(sim, &record->record, record->entity, field->field,
			    &field->replaces[i]))
			sim_fail(sim,
				"field %u replaces %016" PRIx64 "/%" PRIu64
				", which its author did not see",
				field->field, field->replaces[i].device,
				field->replaces[i].sequence);
	for (size_t i = 0; i < sim->sights_count; i++)
		seen += sim->sights[i].field == field->field &&
			sim->sights[i].entity == record->entity &&
			nc_id_compare(
				&sim->sights[i].record, &record->record) == 0;
	if (seen != field->replaces_count)
		sim_fail(sim, "field %u replaces %zu of %zu values seen",
			field->field, field->replaces_count, seen);
}

/* Which words it replaces: what the dots stood for when they were seen. */
static void note_saw(struct sim *sim, struct typed *typed,
	const struct nc_record_change *record,
	const struct nc_field_change *field)
{
	typed->saw = sim->saw_count;
	for (size_t i = 0; i < sim->sights_count; i++) {
		const struct sight *sight = &sim->sights[i];

		if (sight->field != field->field ||
			sight->entity != record->entity ||
			nc_id_compare(&sight->record, &record->record) != 0)
			continue;
		if (sim->saw_count == sim->saw_capacity) {
			sim->saw_capacity = sim->saw_capacity * 2 + 1024;
			sim->saw = realloc(sim->saw,
				sim->saw_capacity * sizeof(*sim->saw));
			if (sim->saw == NULL)
				sim_fail(sim, "no memory");
		}
		sim->saw[sim->saw_count++] = sight->word;
		typed->saw_count++;
	}
}

struct note {
	struct save *save;
	const enum nc_refusal *refusals; /* by field, or NULL: none */
	size_t fields;
};

static enum nc_status note_visit(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct note *note = context;
	struct save *save = note->save;
	struct nc_change_set change_set;
	enum nc_status status = nc_change_set_decode(
		entry->signed_set.payload, &save->arena, &change_set, err);

	for (size_t r = 0; r < change_set.records_count && status == NC_OK;
		r++) {
		const struct nc_record_change *record = &change_set.records[r];

		for (size_t f = 0; f < record->fields_count; f++) {
			const struct nc_field_change *field =
				&record->fields[f];
			struct typed *typed = typed_add(save->sim);
			const struct nc_entity *entity =
				nc_model_entity(record->entity);

			typed->scope = change_set.union_id;
			typed->record = record->record;
			typed->entity = record->entity;
			typed->field = field->field;
			typed->dot.device = change_set.device;
			typed->dot.sequence = change_set.sequence;
			typed->content = world_hash_value(&field->value);
			typed->tombstone = record->deletes;
			typed->node = save->machine->node;
			typed->put_back = save->machine->put_back;
			typed->word = ledger_word(&typed->scope, &typed->record,
				typed->entity, typed->field, typed->content,
				typed->tombstone, change_set.written_at_ms);
			memcpy(&typed->set, entry->hash, sizeof(typed->set));
			note_saw(save->sim, typed, record, field);
			typed->unknown =
				entity == NULL ||
				nc_entity_field(entity, field->field) == NULL;
			if (note->refusals != NULL)
				typed->refusal = note->refusals[note->fields];
			check_replaces(save, record, field);
			note->fields++;
		}
	}
	return status;
}

static void note_change_set(
	struct save *save, uint64_t sequence, const enum nc_refusal *refusals)
{
	struct note note = {save, refusals, 0};
	struct sim *sim = save->sim;

	sim_must(sim,
		nc_log_entry(save->store, &save->scope, save->machine->device,
			sequence, note_visit, &note, &sim->err),
		"read back what was saved");
	sim->counters.change_sets++;
}

/* Whether the last change-set says this, under its own name. */
static bool was_written(const struct sim *sim, size_t from,
	const struct nc_record_change *change, uint32_t field, uint64_t content,
	bool tombstone)
{
	for (size_t i = from; i < sim->typed_count; i++) {
		const struct typed *typed = &sim->typed[i];

		if (typed->field == field && typed->entity == change->entity &&
			typed->content == content &&
			typed->tombstone == tombstone &&
			nc_id_compare(&typed->record, &change->record) == 0)
			return true;
	}
	return false;
}

/* Whether it said so before, alone and plainly. */
static bool said_so(const struct sim *sim,
	const struct nc_record_change *change,
	const struct nc_field_change *field)
{
	size_t lives = 0, same = 0;

	for (size_t i = 0; i < sim->sights_count; i++) {
		const struct sight *sight = &sim->sights[i];

		if (sight->field != field->field ||
			sight->entity != change->entity ||
			nc_id_compare(&sight->record, &change->record) != 0)
			continue;
		lives++;
		same += !sight->tombstone &&
			sight->content == world_hash_value(&field->value);
	}
	if (lives == 0)
		return field->value.kind == NC_VALUE_ABSENT;
	return lives == 1 && same == 1;
}

/* Whether a field held this, in the author's eyes. */
static bool saw_content(
	const struct sim *sim, const struct sight *of, uint64_t content)
{
	for (size_t i = 0; i < sim->sights_count; i++) {
		const struct sight *sight = &sim->sights[i];

		if (sight->field == of->field && sight->entity == of->entity &&
			sight->content == content &&
			nc_id_compare(&sight->record, &of->record) == 0)
			return true;
	}
	return false;
}

/* A deletion buries every field that was seen, and its words with it. */
static bool is_buried(const struct sim *sim, size_t from,
	const struct nc_record_change *change)
{
	for (size_t i = 0; i < sim->sights_count; i++) {
		const struct sight *sight = &sim->sights[i];
		bool found = false;

		for (size_t t = from; t < sim->typed_count; t++)
			found |= sim->typed[t].tombstone &&
				 sim->typed[t].field == sight->field &&
				 nc_id_compare(&sim->typed[t].record,
					 &sight->record) == 0 &&
				 saw_content(sim, sight, sim->typed[t].content);
		if (!found && sight->entity == change->entity &&
			nc_id_compare(&sight->record, &change->record) == 0)
			return false;
	}
	return true;
}

/* Everything typed is in what was signed, unless it stood there already. */
static void check_written(struct save *save, size_t from)
{
	struct sim *sim = save->sim;

	for (size_t r = 0; r < save->count; r++) {
		const struct nc_record_change *change = &save->changes[r];

		if (change->deletes && !is_buried(sim, from, change))
			sim_fail(sim, "a deletion left a field out");
		for (size_t f = 0; f < change->fields_count; f++) {
			const struct nc_field_change *field =
				&change->fields[f];

			if (!was_written(sim, from, change, field->field,
				    world_hash_value(&field->value),
				    change->deletes) &&
				(save->form || !said_so(sim, change, field)))
				sim_fail(sim, "field %u was not written",
					field->field);
		}
	}
}

static bool may_fail(enum nc_status status, bool starved)
{
	return starved && sim_starved(status);
}

/* Someone trips over the cable before the save is done. */
static bool save_is_interrupted(
	struct save *save, const struct nc_author *author)
{
	struct sim *sim = save->sim;
	struct nc_written written;

	if (save->machine->node < SIM_HUBS || !world_chance(&sim->world, 10))
		return false;
	sim_must(sim, nc_store_begin(save->store, &sim->err), "begin");
	(void)!nc_author_write(save->store, author, &save->scope, save->changes,
		save->count, &written, &sim->err);
	client_crash(sim, &sim->clients[save->machine->node - SIM_HUBS]);
	return true;
}

static bool save_commit(struct save *save)
{
	struct sim *sim = save->sim;
	struct nc_author author = {.key = save_key(save),
		.env = &save->machine->env,
		.name = nc_slice_text("văn thư")};
	struct nc_written written;
	size_t from = sim->typed_count;
	enum nc_status status;
	bool starved;

	if (save_is_interrupted(save, &author))
		return false;
	starved = sim_starve(sim, save->machine);
	status = nc_author_save(save->store, &author, &save->scope,
		save->changes, save->count, &written, &sim->err);
	sim_feed();
	world_trace(&sim->world, "%d saves %zu: %s", save->machine->node,
		save->count, nc_status_name(status));
	if (status != NC_OK && may_fail(status, starved))
		return false;
	sim_must(sim, status, "save");
	sim->counters.writes++;
	for (uint64_t i = written.change_sets; i > 0; i--)
		note_change_set(save, written.last_sequence - i + 1, NULL);
	check_written(save, from);
	return true;
}

/* What a client's people do. */

static void count_items(struct save *save, size_t count)
{
	for (int i = 0; i < SIM_UNIONS; i++)
		if (nc_id_compare(&save->scope, &save->sim->unions[i]) == 0)
			save->sim->items[i] += (unsigned)count;
}

static void add_item(struct save *save)
{
	const struct nc_entity *entity = nc_model_entity(NC_ENTITY_PLAN_ITEM);
	size_t records = 1;

	if (world_chance(&save->sim->world, 150))
		records += world_below(&save->sim->world, CHANGES_MAX);
	for (size_t r = 0; r < records; r++) {
		struct nc_record_change *change = save_record(
			save, nc_id_new(&save->machine->env), entity->number);

		for (size_t f = 0; f < entity->fields_count; f++)
			if (entity->fields[f].required ||
				world_chance(&save->sim->world, 200))
				save_field(change, entity->fields[f].number,
					random_value(save, &entity->fields[f]));
	}
	if (save_commit(save))
		count_items(save, records);
}

static void add_submission(struct save *save)
{
	const struct nc_entity *entity = nc_model_entity(NC_ENTITY_SUBMISSION);
	struct nc_record_change *change = save_record(
		save, nc_id_new(&save->machine->env), entity->number);

	for (size_t f = 0; f < entity->fields_count; f++)
		if (entity->fields[f].writer == NC_WRITER_UNION)
			save_field(change, entity->fields[f].number,
				random_value(save, &entity->fields[f]));
	(void)save_commit(save);
}

static uint32_t random_entity(struct sim *sim)
{
	return world_chance(&sim->world, 250) ? NC_ENTITY_SUBMISSION
					      : NC_ENTITY_PLAN_ITEM;
}

/* How many fields of this writer come after a field. */
static size_t fields_after(
	const struct nc_entity *entity, size_t at, enum nc_writer writer)
{
	size_t count = 0;

	while (++at < entity->fields_count)
		count += entity->fields[at].writer == writer;
	return count;
}

/* Some of the fields that this writer may write; or only its last two, which
 * everybody has something to say to. */
static void edit_record(
	struct save *save, uint32_t entity_number, enum nc_writer writer)
{
	struct world *world = &save->sim->world;
	bool last = world_chance(world, 500);
	struct nc_record record;
	struct nc_record_change *change;
	const struct nc_entity *entity;

	if (!pick_record(save, entity_number, NC_RECORDS_PRESENT, &record))
		return;
	entity = record.entity;
	change = save_record(save, record.id, entity->number);
	for (size_t f = 0; f < entity->fields_count; f++)
		if (entity->fields[f].writer == writer &&
			(!last || fields_after(entity, f, writer) < 2) &&
			world_chance(world, last ? 600 : 250))
			save_field(change, entity->fields[f].number,
				random_value(save, &entity->fields[f]));
	if (change->fields_count > 0)
		(void)save_commit(save);
}

static void delete_record(struct save *save)
{
	struct nc_record record;

	if (!pick_record(save, random_entity(save->sim), NC_RECORDS_PRESENT,
		    &record))
		return;
	save_record(save, record.id, record.entity->number)->deletes = true;
	if (save_commit(save))
		save->sim->counters.deletions++;
}

static void resolve(struct save *save)
{
	struct sim *sim = save->sim;
	struct nc_author author = {.key = save_key(save),
		.env = &save->machine->env,
		.name = nc_slice_text("chánh văn phòng")};
	const struct nc_dot *keep = NULL;
	struct nc_record record;
	struct nc_written written;
	enum nc_status status;
	bool hub = save->machine->node < SIM_HUBS;
	bool delete_it = !hub && world_chance(&sim->world, 150);
	bool starved;

	if (!pick_record(
		    save, NC_ENTITY_PLAN_ITEM, NC_RECORDS_CONFLICTS, &record) &&
		!pick_record(save, NC_ENTITY_SUBMISSION, NC_RECORDS_CONFLICTS,
			&record))
		return;
	if (world_chance(&sim->world, 600))
		keep = &record.row
				.live[world_below(
					&sim->world, record.row.count)]
				.dot;
	starved = sim_starve(sim, save->machine);
	status = nc_author_resolve(save->store, &author, &record, keep,
		delete_it, &written, &sim->err);
	sim_feed();
	world_trace(&sim->world, "%d resolves: %s", save->machine->node,
		nc_status_name(status));
	/* The disputed fields may be the other side's to write. */
	if (status == NC_DENIED || may_fail(status, starved))
		return;
	sim_must(sim, status, "resolve");
	note_change_set(save, written.last_sequence, NULL);
	sim->counters.resolved++;
}

static void form_open(struct save *save, struct form *form)
{
	struct nc_record record;
	const struct nc_field *field;

	form->saw_count = 0;
	if (!pick_record(
		    save, NC_ENTITY_PLAN_ITEM, NC_RECORDS_PRESENT, &record))
		return;
	do
		field = &record.entity->fields[world_below(
			&save->sim->world, record.entity->fields_count)];
	while (field->writer != NC_WRITER_UNION);
	form->open = true;
	form->scope = save->scope;
	form->record = record.id;
	form->entity = record.entity->number;
	form->field = field->number;
	for (size_t i = 0;
		i < record.row.count && form->saw_count < NC_FIELD_REPLACES_MAX;
		i++)
		if (record.row.live[i].field == field->number) {
			form->words[form->saw_count] =
				save->sim->sights[i].word;
			form->saw[form->saw_count++] = record.row.live[i].dot;
		}
}

/* An hour later: others have written meanwhile, and the form knows nothing
 * of it. */
static void form_save(struct save *save, struct form *form)
{
	struct sim *sim = save->sim;
	const struct nc_entity *entity = nc_model_entity(form->entity);
	struct nc_record_change *change;
	struct nc_record record;
	enum nc_status status;
	uint64_t waiting = 0;

	form->open = false;
	status = nc_record_get(save->store, entity, &save->scope, &form->record,
		&save->arena, &record, &sim->err);
	/* Its change-sets were set aside meanwhile: the next sync writes them
	 * again, and until then there is nothing to edit. Or its device lost
	 * its right before the hub had them; a colleague did. */
	if (status == NC_NOT_FOUND) {
		sim_must(sim,
			nc_again_waiting(save->store, &waiting, &sim->err),
			"ask what waits");
		if (waiting > 0 || sim->merger >= MERGER_CLOSED ||
			sim->counters.revoked > 0)
			return;
	}
	sim_must(sim, status, "read a form's record");
	if (record.gone)
		return;
	change = save_record(save, form->record, form->entity);
	save_field(change, form->field,
		random_value(save, nc_entity_field(entity, form->field)));
	change->fields[0].replaces = form->saw;
	change->fields[0].replaces_count = form->saw_count;
	for (size_t i = 0; i < form->saw_count; i++) {
		struct sight *sight = &sim->sights[sim->sights_count++];

		memset(sight, 0, sizeof(*sight));
		sight->record = form->record;
		sight->entity = form->entity;
		sight->field = form->field;
		sight->dot = form->saw[i];
		sight->word = form->words[i];
	}
	save->form = true;
	(void)save_commit(save);
}

/* A program of another make, or a newer one: it signs what this one would
 * refuse to write. The log takes it; the fold refuses or leaves it. */
static void rogue_fields(struct save *save, struct nc_record_change *change,
	enum nc_refusal *refusals)
{
	struct world *world = &save->sim->world;
	static const struct {
		uint32_t field;
		struct nc_value value;
		enum nc_refusal refusal;
	} all[] = {
		{1, {NC_VALUE_INTEGER, 2025, {NULL, 0}}, NC_REFUSAL_NONE},
		{2, {NC_VALUE_INTEGER, 7, {NULL, 0}}, NC_REFUSAL_BAD_VALUE},
		{4, {NC_VALUE_TEXT, 0, {(const uint8_t *)"new", 3}},
			NC_REFUSAL_NONE},
		{5, {NC_VALUE_TEXT, 0, {(const uint8_t *)"accepted", 8}},
			NC_REFUSAL_CLUSTER_FIELD},
		{6, {NC_VALUE_TEXT, 0, {(const uint8_t *)"good", 4}},
			NC_REFUSAL_CLUSTER_FIELD},
		{77, {NC_VALUE_TEXT, 0, {(const uint8_t *)"tomorrow", 8}},
			NC_REFUSAL_NONE},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (world_chance(world, 500)) {
			refusals[change->fields_count] = all[i].refusal;
			save_field(change, all[i].field, all[i].value);
		}
}

static void rogue_sign(struct save *save, struct nc_change_set *change_set,
	struct nc_buffer *payload, struct nc_signed_change_set *signed_set)
{
	struct sim *sim = save->sim;
	struct nc_log_head head;

	sim_must(sim,
		nc_log_head(save->store, &save->scope, save->machine->device,
			&head, &sim->err),
		"read a head");
	change_set->sequence = head.sequence + 1;
	memcpy(change_set->previous, head.hash, NC_HASH_SIZE);
	sim_must(sim, nc_change_set_encode(change_set, payload, &sim->err),
		"encode");
	signed_set->payload = nc_buffer_slice(payload);
	sim_must(sim,
		nc_sign(save->machine->key, NC_DOMAIN_CHANGE_SET,
			signed_set->payload, signed_set->signature, &sim->err),
		"sign");
}

static void rogue(struct save *save)
{
	struct sim *sim = save->sim;
	struct nc_buffer payload NC_AUTO(nc_buffer_fini) = {0};
	enum nc_refusal refusals[FIELDS_MAX] = {NC_REFUSAL_NONE};
	struct nc_record_change *change;
	struct nc_change_set change_set = {.union_id = save->scope,
		.device = save->machine->device,
		.written_at_ms =
			save->machine->env.now_ms(save->machine->env.context),
		.model_version = NC_MODEL_VERSION + 1,
		.author = nc_slice_text("lạ"),
		.records_count = 1};
	struct nc_signed_change_set signed_set = {.payload = {NULL, 0}};
	struct nc_dot need;

	nc_buffer_init(&payload, NC_CHANGE_SET_BYTES_MAX);
	change = save_record(save, nc_id_new(&save->machine->env),
		world_chance(&sim->world, 100) ? 4000 : NC_ENTITY_SUBMISSION);
	rogue_fields(save, change, refusals);
	if (change->fields_count == 0)
		return;
	if (change->entity != NC_ENTITY_SUBMISSION)
		memset(refusals, 0, sizeof(refusals));
	change_set.records = change;
	sim_must(sim, nc_store_begin(save->store, &sim->err), "begin");
	rogue_sign(save, &change_set, &payload, &signed_set);
	sim_must(sim,
		nc_store_take(save->store, &signed_set, &change_set,
			change_set.written_at_ms, &need, &sim->err),
		"take a rogue's change-set");
	sim_must(sim, nc_store_commit(save->store, &sim->err), "commit");
	note_change_set(save, change_set.sequence, refusals);
	world_trace(&sim->world, "%d writes as a rogue", save->machine->node);
	sim->counters.rogue++;
}

/* Whether it has learnt that it may write. */
static bool has_standing(struct sim *sim, struct save *save)
{
	enum nc_standing standing;
	uint64_t sequence;
	struct nc_log_head head;

	sim_must(sim,
		nc_log_head(save->store, &save->scope, save->machine->device,
			&head, &sim->err),
		"read a head");
	sequence = head.sequence + 1;
	sim_must(sim,
		nc_store_standing(save->store, &save->scope,
			save->machine->device, sequence, &standing, &sim->err),
		"read the standing");
	return standing != NC_STANDING_NONE;
}

/* The own union, or the one that went over into it, once that is known. */
static const struct nc_id *scope_of(
	struct sim *sim, const struct client *client, size_t what)
{
	if (what >= 88 && what < 97 && client->form.open)
		return &client->form.scope;
	if (sim->merger == MERGER_NONE || client->of != MERGER_INTO ||
		world_chance(&sim->world, 600))
		return &sim->unions[client->of];
	return &sim->unions[MERGER_FROM];
}

void client_work(struct sim *sim, struct client *client)
{
	struct save save;
	size_t what = world_below(&sim->world, 100);

	if (client->machine.store == NULL || client->state != CLIENT_MEMBER)
		return;
	save_init(&save, sim, &client->machine, scope_of(sim, client, what));
	if (!client->ready || client->revoked || sim->meets != 0)
		client->ready = has_standing(sim, &save);
	if (!client->ready) {
		save_fini(&save);
		return;
	}
	/* A few records that everybody edits, not many that nobody shares. */
	if (what < 28 && sim->items[client->of] >= 5 &&
		world_chance(&sim->world, 800))
		what = 40;
	if (what < 28)
		add_item(&save);
	else if (what < 36)
		add_submission(&save);
	else if (what < 68)
		edit_record(&save, random_entity(sim), NC_WRITER_UNION);
	else if (what < 76)
		delete_record(&save);
	else if (what < 88)
		resolve(&save);
	else if (what < 97 && client->form.open)
		form_save(&save, &client->form);
	else if (what < 97)
		form_open(&save, &client->form);
	else
		rogue(&save);
	save_fini(&save);
}

/* What the cluster's keeper does. */

static void set_one(
	struct save *save, uint32_t entity, uint32_t field, int64_t value)
{
	struct nc_record record;

	if (!pick_record(save, entity, NC_RECORDS_PRESENT, &record))
		return;
	save_field(save_record(save, record.id, entity), field,
		nc_value_integer(value));
	(void)save_commit(save);
}

void hub_work(struct sim *sim)
{
	struct save save;
	size_t what = world_below(&sim->world, 100);
	const struct nc_id *scope =
		&sim->unions[world_below(&sim->world, SIM_UNIONS)];

	if (!hub_is_up(sim))
		return;
	if (what < 2) {
		hub_revoke(sim);
		return;
	}
	(void)hub_author(sim, sim->hub);
	save_init(&save, sim, &sim->hub->machine,
		what < 20 ? &sim->cluster : scope);
	if (what < 16)
		set_one(&save, NC_ENTITY_UNION, NC_UNION_ORDER,
			(int64_t)world_below(&sim->world, 12));
	else if (what < 20)
		set_one(&save, NC_ENTITY_CLUSTER, NC_CLUSTER_OPEN_READING,
			world_chance(&sim->world, 500));
	else if (what < 80)
		edit_record(&save, NC_ENTITY_SUBMISSION, NC_WRITER_CLUSTER);
	else
		resolve(&save);
	save_fini(&save);
}
