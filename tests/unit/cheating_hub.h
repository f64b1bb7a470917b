/*
 * A hub that rewrites its history: an honest hub's reply, changed on its way
 * to the client in the best way that somebody can who has the hub's key, a
 * tree of any leaves and no way to break SHA-256.
 */
#ifndef TESTS_UNIT_CHEATING_HUB_H
#define TESTS_UNIT_CHEATING_HUB_H

#include "stores.h"

#include "base/limits.h"
#include "store/receipt.h"
#include "sync/history.h"

enum cheat {
	CHEAT_NONE,
	/* Another tree: */
	CHEAT_DROP,	 /* a change-set that it had is not in it */
	CHEAT_ALTER,	 /* … is another one */
	CHEAT_SWAP,	 /* two stand in each other's place */
	CHEAT_SAME_SIZE, /* the size that was seen, another root */
	CHEAT_OLDER,	 /* a size that was seen before that */
	/* The same tree, badly proven: */
	CHEAT_BAD_CONSISTENCY,
	CHEAT_BAD_PLACE,   /* a leaf that is another change-set's */
	CHEAT_PLACE_TWICE, /* at another leaf than before, well proven */
	/* The same tree, signed in a wrong way: */
	CHEAT_OTHER_KEY,
	CHEAT_UNKNOWN_GENERATION,
	CHEAT_EXTENSION,
	/* Silence: */
	CHEAT_OMIT_CHECKPOINT,
	CHEAT_OMIT_PLACED,
	/* An earlier reply in place of this one. */
	CHEAT_REPLAY,
	/* Lies without a tree: */
	CHEAT_MOVED_FOR_EVER,
	CHEAT_FORK_FOR_EVER,
	CHEAT_MORE_FOR_EVER,
	CHEATS
};

static const char *const cheat_names[CHEATS] = {"none", "drop", "alter", "swap",
	"same size", "older", "bad consistency", "bad place", "place twice",
	"other key", "unknown generation", "extension", "omit checkpoint",
	"omit placed", "replay", "moved for ever", "fork for ever",
	"more for ever"};

/* A tree of any leaves. */
struct cheat_tree {
	struct nc_tree_hash *leaves;
	uint64_t count;
};

static inline enum nc_status cheat_read(void *context, unsigned level,
	uint64_t number, struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	struct cheat_tree *tree = context;
	struct nc_tree_hash left, right;

	if (level == 0) {
		assert_true(number < tree->count);
		*ret_hash = tree->leaves[number];
		return NC_OK;
	}
	if (cheat_read(tree, level - 1, 2 * number, &left, err) != NC_OK ||
		cheat_read(tree, level - 1, 2 * number + 1, &right, err) !=
			NC_OK)
		return NC_IO;
	nc_tree_node(ret_hash, &left, &right);
	return NC_OK;
}

static inline struct nc_tree_reader cheat_reader(struct cheat_tree *tree)
{
	struct nc_tree_reader reader = {cheat_read, tree};

	return reader;
}

static inline enum nc_status cheat_leaf(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct cheat_tree *tree = context;

	(void)err;
	nc_tree_leaf(&tree->leaves[tree->count++], entry->signed_set.payload);
	return NC_OK;
}

/* The leaves of a hub's log; room for one more. */
static inline void cheat_tree_of(
	struct cheat_tree *tree, struct fixture_replica *hub)
{
	uint64_t count;

	must(nc_log_count(hub->store, &count, &fixture_error));
	tree->leaves = calloc(count + 2, sizeof(*tree->leaves));
	assert_non_null(tree->leaves);
	tree->count = 0;
	must(nc_log_read(hub->store, 0, cheat_leaf, tree, &fixture_error));
	assert_int_equal(tree->count, count);
}

/* What the cheater works on. */
struct cheat_work {
	enum cheat cheat;
	struct fixture_replica *hub;
	uint64_t pick; /* which leaf, …: the same for a whole session */
	struct nc_exchange_request *request;
	struct nc_exchange_reply *reply;
	struct nc_arena arena;
	struct cheat_tree tree;
	uint64_t gone;	     /* a leaf that was taken out, or UINT64_MAX */
	uint64_t swapped[2]; /* or twice the same */
	uint64_t seen;	     /* the size that the client has seen */
	uint32_t generation;
	const struct nc_key *key; /* that signs */
	const char *extension;
	bool applied; /* it came to something */
};

static inline void cheat_sign(struct cheat_work *work)
{
	struct nc_tree_reader reader = cheat_reader(&work->tree);
	char origin[NC_ORIGIN_TEXT_SIZE];
	struct nc_tree_hash root;
	struct nc_buffer note;

	nc_buffer_init(&note, NC_CHECKPOINT_BYTES_MAX);
	nc_hubs_origin(
		origin, &work->hub->store->identity.cluster, work->generation);
	must(nc_tree_root(&reader, work->tree.count, &root, &fixture_error));
	must(nc_checkpoint_print(work->key, origin, work->tree.count, &root,
		work->extension, &note, &fixture_error));
	work->reply->checkpoint = nc_slice(
		nc_arena_copy(&work->arena, note.data, note.size), note.size);
	nc_buffer_fini(&note);
}

static inline struct nc_slice cheat_keep(
	struct cheat_work *work, struct nc_buffer *proof)
{
	struct nc_slice kept = nc_slice(NULL, 0);

	if (proof->size > 0)
		kept = nc_slice(
			nc_arena_copy(&work->arena, proof->data, proof->size),
			proof->size);
	nc_buffer_fini(proof);
	return kept;
}

static inline void cheat_consistency(struct cheat_work *work)
{
	struct nc_tree_reader reader = cheat_reader(&work->tree);
	struct nc_buffer proof;

	nc_buffer_init(&proof, 1 << 20);
	if (work->seen <= work->tree.count)
		must(nc_tree_prove_consistency(&reader, work->seen,
			work->tree.count, &proof, &fixture_error));
	work->reply->consistency = cheat_keep(work, &proof);
	/* One that nobody looks at beside an equal tree would not decode. */
}

static inline int cheat_compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static inline uint64_t cheat_moved(const struct cheat_work *work, uint64_t leaf)
{
	if (leaf == work->swapped[0])
		return work->swapped[1];
	if (leaf == work->swapped[1])
		return work->swapped[0];
	return leaf > work->gone ? leaf - 1 : leaf;
}

/* The placed change-sets where they stand in the rewritten tree; those that
 * the reply's form has no words for are left out. */
static inline void cheat_place(struct cheat_work *work)
{
	struct nc_exchange_reply *reply = work->reply;
	struct nc_tree_reader reader = cheat_reader(&work->tree);
	struct nc_buffer proof;
	uint64_t *all;
	size_t total = 0, kept = 0;

	for (size_t i = 0; i < reply->placed_count; i++)
		total += reply->placed[i].count;
	all = nc_arena_array(&work->arena, total + 1, sizeof(*all));
	total = 0;
	for (size_t i = 0; i < reply->placed_count; i++) {
		struct nc_placed *placed = &reply->placed[i];
		uint64_t *leaves = nc_arena_array(
			&work->arena, placed->count, sizeof(*leaves));
		bool fine = true;

		for (size_t j = 0; j < placed->count; j++) {
			leaves[j] = cheat_moved(work, placed->leaves[j]);
			fine &= placed->leaves[j] != work->gone &&
				leaves[j] < work->tree.count &&
				(j == 0 || leaves[j] > leaves[j - 1]);
		}
		if (!fine)
			continue;
		memcpy(all + total, leaves, placed->count * sizeof(*leaves));
		total += placed->count;
		placed->leaves = leaves;
		reply->placed[kept++] = *placed;
	}
	reply->placed_count = kept;
	qsort(all, total, sizeof(*all), cheat_compare);
	nc_buffer_init(&proof, 1 << 20);
	if (total > 0)
		must(nc_tree_prove_leaves(&reader, all, total, work->tree.count,
			&proof, &fixture_error));
	reply->proof = cheat_keep(work, &proof);
}

/* Signs and proves anew what the tree has become. */
static inline void cheat_publish(struct cheat_work *work)
{
	cheat_sign(work);
	cheat_consistency(work);
	cheat_place(work);
	work->reply->witnesses_count = 0;
	work->applied = true;
}

static inline void cheat_truncate(struct cheat_work *work, uint64_t size)
{
	work->tree.count = size;
	work->reply->placed_count = 0;
	cheat_publish(work);
}

static inline void cheat_with_tree(struct cheat_work *work)
{
	struct cheat_tree *tree = &work->tree;
	uint64_t at = work->pick % work->seen;

	switch (work->cheat) {
	case CHEAT_DROP:
		work->gone = at;
		memmove(&tree->leaves[at], &tree->leaves[at + 1],
			(tree->count - at - 1) * sizeof(*tree->leaves));
		tree->count--;
		cheat_publish(work);
		break;
	case CHEAT_ALTER:
		tree->leaves[at].bytes[7] ^= 1;
		cheat_publish(work);
		break;
	case CHEAT_SWAP: {
		uint64_t other = (at + 1) % tree->count;
		struct nc_tree_hash leaf = tree->leaves[at];

		tree->leaves[at] = tree->leaves[other];
		tree->leaves[other] = leaf;
		work->swapped[0] = at;
		work->swapped[1] = other;
		cheat_publish(work);
		break;
	}
	case CHEAT_SAME_SIZE:
		tree->leaves[at].bytes[0] ^= 0x80;
		cheat_truncate(work, work->seen);
		break;
	case CHEAT_OLDER:
		cheat_truncate(work, at);
		break;
	default:
		break;
	}
}

static inline void cheat_flip(struct cheat_work *work, struct nc_slice *bytes)
{
	uint8_t *copy;

	if (bytes->size == 0)
		return;
	copy = nc_arena_copy(&work->arena, bytes->data, bytes->size);
	copy[work->pick % bytes->size] ^= 1;
	*bytes = nc_slice(copy, bytes->size);
	work->applied = true;
}

/* One placed change-set, its leaf a neighbour's. */
static inline void cheat_bad_place(struct cheat_work *work)
{
	struct nc_exchange_reply *reply = work->reply;
	struct nc_placed *placed;
	uint64_t *leaf;

	if (reply->placed_count == 0)
		return;
	placed = &reply->placed[work->pick % reply->placed_count];
	leaf = nc_arena_array(&work->arena, 1, sizeof(*leaf));
	*leaf = placed->leaves[0] == 0 ? 1 : placed->leaves[0] - 1;
	placed->leaves = leaf;
	placed->count = 1;
	reply->placed = placed;
	reply->placed_count = 1;
	cheat_place(work);
	work->applied = true;
}

/* A change-set that is placed already: appended once more, placed there. */
static inline void cheat_place_twice(struct cheat_work *work)
{
	struct nc_exchange_reply *reply = work->reply;
	struct cheat_tree *tree = &work->tree;

	for (size_t i = 0; i < work->request->have_count; i++) {
		const struct nc_head *have = &work->request->have[i];
		struct nc_placed *placed;
		uint64_t *leaf, before;

		if (have->proven == 0 ||
			nc_store_tree_indexes(work->hub->store, &have->union_id,
				have->device, have->proven, 1, &before,
				&fixture_error) != NC_OK)
			continue;
		placed = nc_arena_array(&work->arena, 1, sizeof(*placed));
		leaf = nc_arena_array(&work->arena, 1, sizeof(*leaf));
		tree->leaves[tree->count] = tree->leaves[before];
		*leaf = tree->count++;
		*placed = (struct nc_placed){.union_id = have->union_id,
			.device = have->device,
			.first = have->proven,
			.leaves = leaf,
			.count = 1};
		reply->placed = placed;
		reply->placed_count = 1;
		cheat_publish(work);
		return;
	}
}

static inline void cheat_fork(struct cheat_work *work)
{
	struct nc_exchange_reply *reply = work->reply;
	struct nc_verdict *verdict =
		nc_arena_array(&work->arena, 1, sizeof(*verdict));

	for (size_t i = 0; i < work->request->have_count; i++) {
		const struct nc_head *have = &work->request->have[i];

		if (have->device != work->request->device)
			continue;
		*verdict = (struct nc_verdict){.union_id = have->union_id,
			.device = have->device,
			.sequence = 0,
			.status = NC_FORK};
		reply->verdicts = verdict;
		reply->verdicts_count = 1;
		work->applied = true;
	}
}

static inline void cheat_without_tree(
	struct cheat_work *work, struct nc_reply *reply)
{
	struct nc_exchange_reply *exchange = work->reply;

	switch (work->cheat) {
	case CHEAT_BAD_CONSISTENCY:
		cheat_flip(work, &exchange->consistency);
		break;
	case CHEAT_BAD_PLACE:
		cheat_bad_place(work);
		break;
	case CHEAT_PLACE_TWICE:
		cheat_place_twice(work);
		break;
	case CHEAT_OTHER_KEY:
	case CHEAT_EXTENSION:
		cheat_publish(work);
		break;
	case CHEAT_UNKNOWN_GENERATION:
		work->generation++;
		cheat_publish(work);
		break;
	case CHEAT_OMIT_CHECKPOINT:
		work->applied |= exchange->placed_count > 0;
		exchange->checkpoint = nc_slice(NULL, 0);
		exchange->consistency = nc_slice(NULL, 0);
		exchange->placed_count = exchange->witnesses_count = 0;
		exchange->proof = nc_slice(NULL, 0);
		break;
	case CHEAT_OMIT_PLACED:
		work->applied |= exchange->placed_count > 0;
		exchange->placed_count = 0;
		exchange->proof = nc_slice(NULL, 0);
		break;
	case CHEAT_MOVED_FOR_EVER:
		reply->status = NC_MOVED;
		exchange->more = work->applied = true;
		break;
	case CHEAT_MORE_FOR_EVER:
		exchange->more = work->applied = true;
		break;
	case CHEAT_FORK_FOR_EVER:
		cheat_fork(work);
		break;
	default:
		break;
	}
}

static inline void cheat_open(struct nc_slice envelope, struct nc_buffer *bytes)
{
	nc_buffer_init(bytes, NC_MESSAGE_DECODED_MAX);
	must(nc_envelope_open(envelope, bytes, &fixture_error));
}

static inline void cheat_seal(
	const struct nc_reply *reply, struct nc_buffer *envelope)
{
	struct nc_buffer bytes;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	must(nc_reply_encode(reply, &bytes, &fixture_error));
	nc_buffer_reset(envelope);
	must(nc_envelope_seal(
		nc_buffer_slice(&bytes), 1, envelope, &fixture_error));
	nc_buffer_fini(&bytes);
}

/* Rewrites the envelope in reply; whether anything was there to rewrite. */
static inline bool cheat_rewrite(enum cheat cheat, struct fixture_replica *hub,
	const struct nc_key *other, uint64_t pick, struct nc_slice request,
	struct nc_buffer *envelope)
{
	struct cheat_work work = {.cheat = cheat,
		.hub = hub,
		.pick = pick,
		.gone = UINT64_MAX,
		.key = cheat == CHEAT_OTHER_KEY ? other : hub->key};
	struct nc_request asked = {0};
	struct nc_reply reply = {0};
	struct nc_buffer bytes[2];
	struct nc_checkpoint seen;
	const struct nc_registry *registry;
	const struct nc_registry_hub *current;
	char extension[NC_EXTENSION_TEXT_SIZE];

	nc_arena_init(&work.arena, 64 << 20);
	cheat_open(request, &bytes[0]);
	cheat_open(nc_buffer_slice(envelope), &bytes[1]);
	must(nc_request_decode(nc_buffer_slice(&bytes[0]), &work.arena, &asked,
		&fixture_error));
	must(nc_reply_decode(nc_buffer_slice(&bytes[1]), &work.arena, &reply,
		&fixture_error));
	work.request = &asked.exchange;
	work.reply = &reply.exchange;
	work.swapped[0] = work.swapped[1] = UINT64_MAX;
	must(nc_store_registry(hub->store, &registry, &fixture_error));
	current = nc_registry_current_hub(registry);
	work.generation = current->generation;
	nc_hubs_extension(extension, &hub->store->identity.cluster, current);
	work.extension =
		cheat == CHEAT_EXTENSION ? "after nothing 1 AAAA\n" : extension;
	cheat_tree_of(&work.tree, hub);
	if (reply.status == NC_OK && asked.exchange.checkpoint.size > 0 &&
		nc_checkpoint_parse(asked.exchange.checkpoint, &seen,
			&fixture_error) == NC_OK) {
		work.seen = seen.size;
		if (cheat <= CHEAT_OLDER)
			cheat_with_tree(&work);
		else
			cheat_without_tree(&work, &reply);
	}
	if (work.applied)
		cheat_seal(&reply, envelope);
	free(work.tree.leaves);
	nc_buffer_fini(&bytes[0]);
	nc_buffer_fini(&bytes[1]);
	nc_arena_fini(&work.arena);
	return work.applied;
}

#endif
