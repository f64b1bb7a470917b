/*
 * What must hold in the end: every replica's tables say what follows from the
 * hub's log as a set (facts.h), and the rest of it.
 */
#include "facts.h"
#include "store/again.h"
#include "store/receipt.h"
#include "store/tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The tables against the log, and the list of conflicts against the tables. */
static void check_fold(struct sim *sim, const struct history *history,
	const struct facts *fold, struct nc_store *store)
{
	struct facts expected, listed, conflicts = {.sim = sim};

	history_expect(history, &expected);
	check_same_facts(&expected, "the log", fold, "the hub's tables");
	facts_fini(&expected);
	facts_of(sim, store, history->scope, NC_RECORDS_CONFLICTS, &listed);
	for (size_t i = 0, last = 0; i < fold->count; i++) {
		if (fold->list[i].field == 0)
			last = i;
		if ((fold->list[last].flags & FACT_CONFLICTS) != 0)
			*facts_add(&conflicts) = fold->list[i];
	}
	check_same_facts(
		&conflicts, "the tables", &listed, "the list of conflicts");
	sim->counters.conflicts += listed.count;
	facts_fini(&listed);
	facts_fini(&conflicts);
}

/* Whether one of these devices was taken its rights away. */
static bool was_barred(const struct sim *sim, nc_device_id device)
{
	for (int i = 0; i < SIM_CLIENTS; i++) {
		const struct client *client = &sim->clients[i];

		if (client->revoked && client->machine.device == device)
			return true;
		for (size_t f = 0; f < client->former_count; f++)
			if (client->former[f] == device)
				return true;
	}
	return false;
}

/* Under its own name: it lives, or somebody replaced it, or it is refused for
 * the reason foreseen. */
static void check_typed_one(struct sim *sim, const struct history *history,
	const struct facts *fold, const struct typed *typed)
{
	struct fact key = fact_key(&typed->scope, &typed->record, typed->entity,
		typed->field, &typed->dot);
	const struct fact *refused = facts_find(&history->refused, &key);
	const struct fact *write = facts_find(&history->writes, &key);
	const struct fact *live = facts_find(fold, &key);

	/* Brought by a colleague when its author was barred, or when the hub
	 * had forgotten that it was enrolled. */
	if (refused != NULL && refused->flags == NC_REFUSAL_NOT_GRANTED &&
		(sim->hub_lost || was_barred(sim, typed->dot.device)))
		return;
	if ((refused == NULL ? NC_REFUSAL_NONE : refused->flags) !=
		(typed->unknown ? NC_REFUSAL_NONE : typed->refusal))
		sim_fail(sim,
			"field %u of %016" PRIx64 "/%" PRIu64
			" is refused as %d, not as %d",
			typed->field, typed->dot.device, typed->dot.sequence,
			refused == NULL ? 0 : (int)refused->flags,
			(int)typed->refusal);
	if (refused != NULL || typed->unknown)
		return;
	if (write == NULL || write->content != typed->content ||
		((write->flags & FACT_TOMBSTONE) != 0) != typed->tombstone)
		sim_fail(sim,
			"field %u of %016" PRIx64 "/%" PRIu64
			" is not in the hub's log as it was typed",
			typed->field, typed->dot.device, typed->dot.sequence);
	if (live == NULL && facts_find(&history->replaced, &key) == NULL)
		sim_fail(sim, "field %u of %016" PRIx64 "/%" PRIu64 " is lost",
			typed->field, typed->dot.device, typed->dot.sequence);
}

/* What a laptop that was locked out has not sent is on its disk. */
static bool is_locked_in(struct sim *sim, const struct typed *typed)
{
	bool found = false;

	for (int i = 0; i < SIM_CLIENTS && !found; i++) {
		struct client *client = &sim->clients[i];
		struct words words = {0};

		if (!client->revoked || client->machine.store == NULL)
			continue;
		ledger_read(sim, client->machine.store, true, &words, NULL);
		words_sort(&words);
		found = words_have(&words, typed->word);
		words_fini(&words);
	}
	return found;
}

/* Nothing typed is lost: it is in the hub's log, under the name it had or
 * written again; unless no disk had it any more. */
static void check_typed(struct sim *sim, const struct history *history,
	const struct facts *fold, const struct words *words,
	const struct words *sets)
{
	for (size_t i = 0; i < sim->typed_count; i++) {
		const struct typed *typed = &sim->typed[i];

		if (nc_id_compare(&typed->scope, history->scope) != 0)
			continue;
		if (words_have(sets, typed->set))
			check_typed_one(sim, history, fold, typed);
		else if (!words_have(words, typed->word) && !typed->gone &&
			 !is_locked_in(sim, typed))
			sim_fail(sim,
				"field %u of %016" PRIx64 "/%" PRIu64
				" by %d is not in the hub's log under any "
				"name",
				typed->field, typed->dot.device,
				typed->dot.sequence, typed->node);
	}
}

/* Who replaced a value had seen it: what the dot stands for in the hub's log
 * is what it stood for before its author's eyes. */

static int compare_typed(const void *a, const void *b)
{
	const struct typed *const *x = a, *const *y = b;

	return ((*x)->word > (*y)->word) - ((*x)->word < (*y)->word);
}

static bool saw(const struct sim *sim, const struct typed *typed, uint64_t word)
{
	for (size_t i = 0; i < typed->saw_count; i++)
		if (sim->saw[typed->saw + i] == word)
			return true;
	return false;
}

struct seen_check {
	struct sim *sim;
	const struct history *history;
	const struct typed **typed; /* by word */
	struct nc_arena arena;
};

static uint64_t word_of(const struct fact *write)
{
	return ledger_word(&write->scope, &write->record,
		(uint32_t)write->entity, (uint32_t)write->field, write->content,
		(write->flags & FACT_TOMBSTONE) != 0, write->written_at_ms);
}

static void check_seen_field(const struct seen_check *check,
	const struct nc_change_set *set, const struct nc_record_change *record,
	const struct nc_field_change *field)
{
	struct sim *sim = check->sim;
	uint64_t word = ledger_word(&set->union_id, &record->record,
		record->entity, field->field, world_hash_value(&field->value),
		record->deletes, set->written_at_ms);
	size_t low = 0, high = sim->typed_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (check->typed[middle]->word < word)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == sim->typed_count || check->typed[low]->word != word)
		return; /* the cluster's own, by commands */
	for (size_t i = 0; i < field->replaces_count; i++) {
		struct fact key = fact_key(&set->union_id, &record->record,
			record->entity, field->field, &field->replaces[i]);
		const struct fact *write =
			facts_find(&check->history->writes, &key);
		bool seen = write == NULL;

		for (size_t t = low; t < sim->typed_count && !seen &&
				     check->typed[t]->word == word;
			t++)
			seen = saw(sim, check->typed[t], word_of(write));
		if (!seen)
			sim_fail(sim,
				"field %u of %016" PRIx64 "/%" PRIu64
				" replaces %016" PRIx64 "/%" PRIu64
				", whose words its author did not see",
				field->field, set->device, set->sequence,
				field->replaces[i].device,
				field->replaces[i].sequence);
	}
}

static enum nc_status seen_visit(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct seen_check *check = context;
	struct nc_change_set set;
	enum nc_status status;

	if (nc_id_compare(&entry->union_id, check->history->scope) != 0)
		return NC_OK;
	nc_arena_reset(&check->arena);
	status = nc_change_set_decode(
		entry->signed_set.payload, &check->arena, &set, err);
	for (size_t r = 0; r < set.records_count && status == NC_OK; r++)
		for (size_t f = 0; f < set.records[r].fields_count; f++)
			check_seen_field(check, &set, &set.records[r],
				&set.records[r].fields[f]);
	return status;
}

static void check_seen(struct sim *sim, const struct history *history)
{
	struct seen_check check = {.sim = sim, .history = history};

	if (sim->typed_count == 0)
		return;
	check.typed = calloc(sim->typed_count, sizeof(*check.typed));
	if (check.typed == NULL)
		sim_fail(sim, "no memory");
	for (size_t i = 0; i < sim->typed_count; i++)
		check.typed[i] = &sim->typed[i];
	qsort(check.typed, sim->typed_count, sizeof(*check.typed),
		compare_typed);
	nc_arena_init(&check.arena, 16 << 20);
	sim_must(sim,
		nc_log_read(sim->hub->machine.store, 0, seen_visit, &check,
			&sim->err),
		"read the log");
	nc_arena_fini(&check.arena);
	free(check.typed);
}

/* What the client believes the hub to hold, the hub does hold. */
void check_acknowledged(struct sim *sim, struct client *client)
{
	struct nc_store *hub = sim->hub->machine.store;
	const struct nc_id *own = &sim->unions[client->of];
	const struct nc_log_head *heads;
	size_t count;

	bool final = sim->healing && client->ended == NC_OK;

	if (hub == NULL || client->machine.store == NULL ||
		client->state != CLIENT_MEMBER)
		return;
	/* A hub that was put back has less than it said; and after forks the
	 * same numbers stand for different words until all have synced. */
	if ((sim_meets(sim, MEET_FORKS) || sim->hubs_count > 1 ||
		    client_hub(sim, client) != sim->hub) &&
		!final)
		return;
	if (final && (!sim->settled || client->revoked))
		return;
	sim_must(sim,
		nc_log_heads(client->machine.store, &heads, &count, &sim->err),
		"read heads");
	for (size_t i = 0; i < count; i++) {
		struct nc_log_head head;

		if (nc_id_compare(&heads[i].union_id, own) != 0)
			continue;
		sim_must(sim,
			nc_log_head(
				hub, own, heads[i].device, &head, &sim->err),
			"read the hub's head");
		if (heads[i].acknowledged > head.sequence)
			sim_fail(sim,
				"%d was told that %" PRIu64 " of %016" PRIx64
				" are at the hub, which has %" PRIu64,
				client->machine.node, heads[i].acknowledged,
				heads[i].device, head.sequence);
		if (heads[i].device == client->machine.device &&
			heads[i].acknowledged > client->acknowledged)
			client->acknowledged = heads[i].acknowledged;
		if (heads[i].sequence == head.sequence &&
			memcmp(heads[i].hash, head.hash, NC_HASH_SIZE) != 0)
			sim_fail(sim, "%d and the hub hold other streams",
				client->machine.node);
	}
}

static void check_log_has(struct sim *sim, const struct history *history,
	const struct client *client)
{
	for (size_t i = 0; i < history->heads_count; i++)
		if (history->heads[i].device == client->machine.device &&
			history->heads[i].sequence >= client->acknowledged)
			return;
	if (client->acknowledged > 0 && !sim_meets(sim, MEET_FORKS))
		sim_fail(sim, "the hub lost what it had acknowledged to %d",
			client->machine.node);
}

static void check_digests(
	struct sim *sim, struct client *client, const struct nc_id *scope)
{
	struct nc_digest a, b;

	sim_must(sim,
		nc_store_digest(sim->hub->machine.store, scope, &a, &sim->err),
		"digest");
	sim_must(sim,
		nc_store_digest(client->machine.store, scope, &b, &sim->err),
		"digest");
	if (!nc_digest_equal(&a, &b))
		sim_fail(sim, "%d has another digest", client->machine.node);
}

static void check_replica(struct sim *sim, struct client *client,
	const struct history *history, const struct facts *fold)
{
	const struct nc_id *scope = history->scope;
	struct nc_store *store = client->machine.store;
	struct refusals refusals;
	struct facts facts, hub, own;
	char name[32];

	(void)snprintf(name, sizeof(name), "client %d", client->machine.node);
	facts_of(sim, store, scope, NC_RECORDS_ALL, &facts);
	check_same_facts(fold, "the hub", &facts, name);
	facts_fini(&facts);
	refusals_of(sim, store, scope, &refusals);
	check_same_facts(
		&history->refused, "the hub's refusals", &refusals.facts, name);
	facts_fini(&refusals.facts);
	facts_of(sim, sim->hub->machine.store, scope, NC_RECORDS_CONFLICTS,
		&hub);
	facts_of(sim, store, scope, NC_RECORDS_CONFLICTS, &own);
	check_same_facts(&hub, "the hub's conflicts", &own, name);
	facts_fini(&hub);
	facts_fini(&own);
	check_digests(sim, client, scope);
}

static bool reads(const struct sim *sim, const struct client *client,
	const struct nc_id *scope)
{
	return sim->open_reading || nc_id_compare(scope, &sim->cluster) == 0 ||
	       nc_id_compare(scope, &sim->unions[client->of]) == 0 ||
	       (sim->merger != MERGER_NONE && client->of == MERGER_INTO &&
		       nc_id_compare(scope, &sim->unions[MERGER_FROM]) == 0);
}

static void check_scope(struct sim *sim, const struct nc_id *scope,
	const struct words *words, const struct words *sets)
{
	struct nc_store *hub = sim->hub->machine.store;
	struct history history;
	struct facts fold;

	history_read(&history, sim, hub, scope);
	facts_of(sim, hub, scope, NC_RECORDS_ALL, &fold);
	check_fold(sim, &history, &fold, hub);
	check_typed(sim, &history, &fold, words, sets);
	check_seen(sim, &history);
	sim->counters.refusals += history.refused.count;
	for (int i = 0; i < SIM_CLIENTS; i++) {
		struct client *client = &sim->clients[i];

		if (client->state != CLIENT_MEMBER)
			continue;
		if (nc_id_compare(scope, &sim->unions[client->of]) == 0)
			check_log_has(sim, &history, client);
		if (!client->revoked && reads(sim, client, scope))
			check_replica(sim, client, &history, &fold);
	}
	world_trace(&sim->world, "fold of %zu facts %016" PRIx64, fold.count,
		world_hash(WORLD_HASH_EMPTY, fold.list,
			fold.count * sizeof(*fold.list)));
	facts_fini(&fold);
	history_fini(&history);
}

static void check_rebuild(struct sim *sim, struct nc_store *store)
{
	struct nc_digest before, after;

	sim_must(sim, nc_store_fold_hash(store, &before, &sim->err), "hash");
	sim_must(sim, nc_store_rebuild(store, NULL, &sim->err), "rebuild");
	sim_must(sim, nc_store_fold_hash(store, &after, &sim->err), "hash");
	if (!nc_digest_equal(&before, &after))
		sim_fail(sim, "a rebuilt fold is another");
}

/* A store is sound, and a fold made anew is the same. Verifying makes one
 * too, and takes it back. */
static void check_store(struct sim *sim, struct nc_store *store)
{
	sim_must(sim, nc_store_verify(store, NULL, &sim->err), "verify");
	if (world_chance(&sim->world, 350))
		check_rebuild(sim, store);
}

static void check_unsent(struct sim *sim, const struct client *client)
{
	uint64_t unsent;

	sim_must(sim, nc_sync_unsent(client->machine.store, &unsent, &sim->err),
		"count what is unsent");
	if (unsent != 0)
		sim_fail(sim, "%d has %" PRIu64 " unsent change-sets",
			client->machine.node, unsent);
}

/* Its receipts prove each change-set of its union, and its last checkpoint is
 * how the hub's tree begins. */
struct receipts {
	struct sim *sim;
	struct client *client;
};

static enum nc_status receipt_visit(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct receipts *receipts = context;
	struct sim *sim = receipts->sim;
	struct client *client = receipts->client;
	struct nc_store *store = client->machine.store;
	struct nc_kept_checkpoint kept NC_AUTO(nc_kept_checkpoint_fini) = {0};
	struct nc_receipt receipt NC_AUTO(nc_receipt_fini) = {0};
	struct nc_tree_hash leaf;
	enum nc_status status;

	if (nc_id_compare(&entry->union_id, &sim->unions[client->of]) != 0)
		return NC_OK;
	status = nc_receipt_find(store, &entry->union_id, entry->device,
		entry->sequence, &receipt, err);
	if (status == NC_OK)
		status = nc_checkpoint_find(
			store, receipt.generation, receipt.size, &kept, err);
	/* All may read all at times: then what came before it went over was
	 * not its own, and was proven without a receipt. */
	if (status == NC_NOT_FOUND && client->went_over)
		return NC_OK;
	if (status != NC_OK)
		sim_fail(sim, "%d has no receipt of %016" PRIx64 "/%" PRIu64,
			client->machine.node, entry->device, entry->sequence);
	nc_tree_leaf(&leaf, entry->signed_set.payload);
	if (!nc_tree_check_leaf(receipt.leaf, &leaf, kept.size, &kept.root,
		    nc_buffer_slice(&receipt.path)))
		sim_fail(sim,
			"%d's receipt of %016" PRIx64 "/%" PRIu64
			" proves nothing",
			client->machine.node, entry->device, entry->sequence);
	return NC_OK;
}

static void check_receipts(struct sim *sim, struct client *client)
{
	struct receipts receipts = {sim, client};
	struct nc_kept_checkpoint last NC_AUTO(nc_kept_checkpoint_fini) = {0};
	struct nc_tree_reader reader =
		nc_store_tree_reader(sim->hub->machine.store);
	struct nc_tree_hash root;
	uint64_t size;

	sim_must(sim,
		nc_log_read(client->machine.store, 0, receipt_visit, &receipts,
			&sim->err),
		"read a log");
	sim_must(sim,
		nc_checkpoint_last(client->machine.store, &last, &sim->err),
		"read a checkpoint");
	sim_must(sim,
		nc_store_tree_size(sim->hub->machine.store, &size, &sim->err),
		"measure the tree");
	if (last.size > size)
		sim_fail(sim, "%d has seen a larger tree than there is",
			client->machine.node);
	sim_must(sim, nc_tree_root(&reader, last.size, &root, &sim->err),
		"hash the tree");
	if (!nc_tree_hash_equal(&root, &last.root))
		sim_fail(sim, "%d has seen another tree than there is",
			client->machine.node);
}

/* Both branches of a fork are kept by somebody: a change-set that is not in
 * the hub's log is evidence on its author's disk. */
static void check_evidence(struct sim *sim, const struct words *hub_sets)
{
	struct words sets = {0};

	for (int i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].machine.store != NULL)
			ledger_read(sim, sim->clients[i].machine.store, true,
				NULL, &sets);
	words_sort(&sets);
	for (size_t i = 0; i < sim->typed_count; i++) {
		const struct typed *typed = &sim->typed[i];

		if (typed->node < SIM_HUBS || words_have(hub_sets, typed->set))
			continue;
		/* A disk that lied may have lost a set and found others. */
		if (typed->gone)
			continue;
		if (typed->put_back !=
			sim->clients[typed->node - SIM_HUBS].machine.put_back)
			continue;
		if (!words_have(&sets, typed->set))
			sim_fail(sim,
				"%016" PRIx64 "/%" PRIu64
				" was set aside and not kept",
				typed->dot.device, typed->dot.sequence);
	}
	words_fini(&sets);
}

/* Exactly one machine is the cluster's hub, and the records name it. */
static void check_hubs(struct sim *sim)
{
	const struct nc_registry *registry;
	const struct nc_registry_hub *current;

	for (unsigned i = 0; i < SIM_HUBS; i++) {
		struct nc_store *store = sim->hubs[i].machine.store;
		struct nc_identity identity;
		bool is_hub =
			store != NULL &&
			nc_store_identity(store, &identity, NULL) == NC_OK &&
			identity.is_hub && !identity.handed_over;

		if (is_hub != (&sim->hubs[i] == sim->hub))
			sim_fail(sim, "hub %u %s", i,
				is_hub ? "is one more" : "is none");
	}
	sim_must(sim,
		nc_store_registry(
			sim->hub->machine.store, &registry, &sim->err),
		"read the registry");
	current = nc_registry_current_hub(registry);
	if (current->device != nc_key_device(sim->hub->machine.key))
		sim_fail(sim, "the records name another hub");
	sim->open_reading = registry->open_reading;
}

static void check_client(struct sim *sim, struct client *client)
{
	uint64_t waiting;

	if (client->state != CLIENT_MEMBER)
		return;
	if (!client->revoked) {
		check_acknowledged(sim, client);
		check_unsent(sim, client);
		check_receipts(sim, client);
		sim_must(sim,
			nc_again_waiting(
				client->machine.store, &waiting, &sim->err),
			"count what waits");
		if (waiting > 0)
			sim_fail(sim, "%" PRIu64 " wait at %d to be written",
				waiting, client->machine.node);
	}
	if (world_chance(&sim->world, 250))
		check_store(sim, client->machine.store);
}

void check_all(struct sim *sim)
{
	struct nc_store *hub = sim->hub->machine.store;
	struct words words = {0}, sets = {0};
	struct nc_counts counts;

	sim->settled = true;
	check_hubs(sim);
	ledger_read(sim, hub, false, &words, &sets);
	words_sort(&words);
	words_sort(&sets);
	check_scope(sim, &sim->cluster, &words, &sets);
	for (int i = 0; i < SIM_UNIONS; i++)
		check_scope(sim, &sim->unions[i], &words, &sets);
	for (int i = 0; i < SIM_CLIENTS; i++)
		check_client(sim, &sim->clients[i]);
	check_evidence(sim, &sets);
	words_fini(&words);
	words_fini(&sets);
	sim_must(sim, nc_store_counts(hub, &counts, &sim->err), "count");
	if (counts.forks != 0 && !sim_meets(sim, MEET_FORKS))
		sim_fail(sim, "the hub holds forks, and nobody forked");
	check_store(sim, hub);
}
