/*
 * The ledger: every word that was typed, whatever name its change-set has by
 * now, and on which disks it is. What no disk has any more is gone, and only
 * then may it be missing in the end.
 */
#include "simulation.h"
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

uint64_t ledger_word(const struct nc_id *scope, const struct nc_id *record,
	uint32_t entity, uint32_t field, uint64_t content, bool tombstone,
	int64_t written_at_ms)
{
	uint64_t numbers[] = {
		entity, field, content, tombstone, (uint64_t)written_at_ms};
	uint64_t hash = world_hash(WORLD_HASH_EMPTY, scope, sizeof(*scope));

	hash = world_hash(hash, record, sizeof(*record));
	return world_hash(hash, numbers, sizeof(numbers));
}

void words_add(struct sim *sim, struct words *words, uint64_t word)
{
	if (words->count == words->capacity) {
		words->capacity = words->capacity * 2 + 1024;
		words->list = realloc(
			words->list, words->capacity * sizeof(*words->list));
		if (words->list == NULL)
			sim_fail(sim, "no memory");
	}
	words->list[words->count++] = word;
}

static int compare_words(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void words_sort(struct words *words)
{
	if (words->count > 0)
		qsort(words->list, words->count, sizeof(*words->list),
			compare_words);
}

bool words_have(const struct words *words, uint64_t word)
{
	return words->count > 0 && bsearch(&word, words->list, words->count,
					   sizeof(word), compare_words) != NULL;
}

void words_fini(struct words *words)
{
	free(words->list);
}

static uint64_t set_of(const uint8_t hash[NC_HASH_SIZE])
{
	uint64_t set;

	memcpy(&set, hash, sizeof(set));
	return set;
}

struct reading {
	struct sim *sim;
	struct words *words, *sets;
	struct nc_arena arena;
};

static void read_payload(struct reading *reading, struct nc_slice payload)
{
	struct nc_change_set set;

	nc_arena_reset(&reading->arena);
	if (nc_change_set_decode(payload, &reading->arena, &set, NULL) != NC_OK)
		sim_fail(reading->sim, "what was kept cannot be read");
	for (size_t r = 0; r < set.records_count; r++)
		for (size_t f = 0; f < set.records[r].fields_count; f++) {
			const struct nc_record_change *record = &set.records[r];
			const struct nc_field_change *field =
				&record->fields[f];

			words_add(reading->sim, reading->words,
				ledger_word(&set.union_id, &record->record,
					record->entity, field->field,
					world_hash_value(&field->value),
					record->deletes, set.written_at_ms));
		}
}

static enum nc_status read_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct reading *reading = context;

	(void)err;
	if (reading->words != NULL)
		read_payload(reading, entry->signed_set.payload);
	if (reading->sets != NULL)
		words_add(reading->sim, reading->sets, set_of(entry->hash));
	return NC_OK;
}

/* What was set aside: all of it as evidence, and of the words those that are
 * still to be written again. */
static void read_forks(struct reading *reading, struct nc_store *store)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(store->db,
		    "SELECT hash, payload, again FROM fork", -1, &statement,
		    NULL) != SQLITE_OK)
		sim_fail(reading->sim, "cannot read what was set aside");
	while (sqlite3_step(statement) == SQLITE_ROW) {
		int again = sqlite3_column_int(statement, 2);

		if (reading->words != NULL && (again == 1 || again == 3))
			read_payload(reading, nc_db_column_blob(statement, 1));
		if (reading->sets != NULL)
			words_add(reading->sim, reading->sets,
				set_of(nc_db_column_blob(statement, 0).data));
	}
	sqlite3_finalize(statement);
}

void ledger_read(struct sim *sim, struct nc_store *store, bool waiting,
	struct words *words, struct words *sets)
{
	struct reading reading = {sim, words, sets, {0}};

	nc_arena_init(&reading.arena, 64 << 20);
	sim_must(sim, nc_log_read(store, 0, read_entry, &reading, &sim->err),
		"read a log");
	if (waiting)
		read_forks(&reading, store);
	nc_arena_fini(&reading.arena);
}

static void read_machine(
	struct sim *sim, struct machine *machine, struct words *words)
{
	struct nc_store *store = machine_peek(sim, machine);

	if (store != NULL)
		ledger_read(sim, store, true, words, NULL);
	machine_unpeek(machine, store);
}

static void read_all(struct sim *sim, struct words *words)
{
	memset(words, 0, sizeof(*words));
	for (int i = 0; i < SIM_HUBS; i++)
		read_machine(sim, &sim->hubs[i].machine, words);
	for (int i = 0; i < SIM_CLIENTS; i++)
		read_machine(sim, &sim->clients[i].machine, words);
	words_sort(words);
}

void ledger_before(struct sim *sim)
{
	struct words words;

	read_all(sim, &words);
	for (size_t i = 0; i < sim->typed_count; i++) {
		const struct typed *typed = &sim->typed[i];

		if (!typed->gone && !words_have(&words, typed->word))
			sim_fail(sim,
				"field %u of %016llx/%llu is on no disk, and "
				"no disk has lost it",
				typed->field,
				(unsigned long long)typed->dot.device,
				(unsigned long long)typed->dot.sequence);
	}
	words_fini(&words);
}

void ledger_after(struct sim *sim)
{
	struct words words;

	read_all(sim, &words);
	for (size_t i = 0; i < sim->typed_count; i++) {
		struct typed *typed = &sim->typed[i];

		if (typed->gone || words_have(&words, typed->word))
			continue;
		typed->gone = true;
		sim->counters.gone++;
	}
	words_fini(&words);
}
