/*
 * The tree's tiles. The last, unfinished tile of each level (the edge) is in
 * memory with its inner nodes, each worked out once, when its right child
 * comes; a tile that becomes full is written at once, the edge at commit.
 * Full tiles never change, so that those that proofs read are kept a while.
 *
 * A tile's blob is its hashes, left to right, 32 bytes each; the edge's has
 * as many as there are, and an empty one has no row.
 */
#include "store/tree.h"
#include "store/db.h"

#include <string.h>

#define TILE_WIDTH ((size_t)256)
#define TILE_HEIGHT 8
/* Levels of tiles: as many as the largest tree has. */
#define TILE_LEVELS 7
/* Full tiles that are kept for proofs, 16 KB each. */
#define TILES_KEPT 64

/* nodes: 256 leaves' hashes, then the 128 above them, ... then the root. */
struct tile {
	uint64_t number;
	size_t count;
	struct nc_tree_hash nodes[2 * TILE_WIDTH - 1];
};

/* One more tile of a level is full. */
typedef enum nc_status (*tile_full)(void *context, unsigned level,
	const struct tile *tile, struct nc_error *err);

/* The right edge of a tree. */
struct edge {
	uint64_t size;
	struct tile tiles[TILE_LEVELS];
};

struct kept_tile {
	unsigned level;
	uint64_t used; /* when last, by the tree's own count */
	struct tile tile;
};

struct nc_db_tree {
	bool fresh;
	struct edge edge;
	bool dirty[TILE_LEVELS];
	uint64_t reads;
	size_t kept_count;
	struct kept_tile *kept[TILES_KEPT];
};

/* Where the nodes that are height levels above a tile's hashes begin. */
static size_t nodes_at(unsigned height)
{
	return 2 * TILE_WIDTH - ((2 * TILE_WIDTH) >> height);
}

static void tile_push(struct tile *tile, const struct nc_tree_hash *hash)
{
	size_t at = tile->count++;

	NC_ASSERT(at < TILE_WIDTH);
	tile->nodes[at] = *hash;
	for (unsigned height = 0; at % 2 == 1; height++) {
		const struct nc_tree_hash *right =
			&tile->nodes[nodes_at(height) + at];

		at /= 2;
		nc_tree_node(&tile->nodes[nodes_at(height + 1) + at], right - 1,
			right);
	}
}

static const struct nc_tree_hash *tile_root(const struct tile *tile)
{
	return &tile->nodes[nodes_at(TILE_HEIGHT)];
}

static enum nc_status edge_push(struct edge *edge,
	const struct nc_tree_hash *leaf, tile_full full, void *context,
	struct nc_error *err)
{
	struct nc_tree_hash hash = *leaf;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		struct tile *tile = &edge->tiles[level];
		enum nc_status status;

		tile_push(tile, &hash);
		if (tile->count < TILE_WIDTH)
			break;
		status = full(context, level, tile, err);
		if (status != NC_OK)
			return status;
		hash = *tile_root(tile);
		tile->number++;
		tile->count = 0;
	}
	edge->size++;
	return NC_OK;
}

static enum nc_status tile_write(struct nc_store *store, unsigned level,
	const struct tile *tile, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO tile(level, number, hashes) VALUES(?, ?, ?)"
		" ON CONFLICT(level, number) DO UPDATE"
		" SET hashes = excluded.hashes",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, level);
	sqlite3_bind_int64(statement, 2, (int64_t)tile->number);
	nc_db_bind_blob(
		statement, 3, tile->nodes, tile->count * sizeof(*tile->nodes));
	return nc_db_run(store, statement, err);
}

/* Gives the stored tile's bytes; none when it is not there. The statement is
 * the caller's to reset. */
static enum nc_status tile_find(struct nc_store *store, unsigned level,
	uint64_t number, sqlite3_stmt **ret_statement,
	struct nc_slice *ret_hashes, struct nc_error *err)
{
	enum nc_status status;
	bool row;

	*ret_statement = nc_db_statement(store,
		"SELECT hashes FROM tile WHERE level = ? AND number = ?", err);
	if (*ret_statement == NULL)
		return store->last;
	sqlite3_bind_int64(*ret_statement, 1, level);
	sqlite3_bind_int64(*ret_statement, 2, (int64_t)number);
	status = nc_db_step(store, *ret_statement, &row, err);
	if (status != NC_OK)
		return status;
	*ret_hashes =
		row ? nc_db_column_blob(*ret_statement, 0) : nc_slice(NULL, 0);
	return NC_OK;
}

/* Reads a tile that has count hashes. */
static enum nc_status tile_read(struct nc_store *store, unsigned level,
	uint64_t number, size_t count, struct tile *tile, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	struct nc_slice hashes;
	enum nc_status status =
		tile_find(store, level, number, &statement, &hashes, err);

	if (status != NC_OK)
		return status;
	if (hashes.size != count * NC_TREE_HASH_SIZE)
		return nc_db_corrupt(err, "tree");
	tile->number = number;
	tile->count = 0;
	for (size_t i = 0; i < count; i++) {
		struct nc_tree_hash hash;

		memcpy(hash.bytes, hashes.data + i * NC_TREE_HASH_SIZE,
			NC_TREE_HASH_SIZE);
		tile_push(tile, &hash);
	}
	return NC_OK;
}

static void tree_forget_kept(struct nc_db_tree *tree)
{
	for (size_t i = 0; i < tree->kept_count; i++)
		nc_free(tree->kept[i]);
	tree->kept_count = 0;
}

static void edge_clear(struct edge *edge)
{
	edge->size = 0;
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		edge->tiles[level].number = 0;
		edge->tiles[level].count = 0;
	}
}

static enum nc_status tree_make(struct nc_store *store, struct nc_error *err)
{
	if (store->tree != NULL)
		return NC_OK;
	store->tree = nc_calloc(1, sizeof(*store->tree));
	return store->tree == NULL ? nc_error_no_memory(err) : NC_OK;
}

/* The edge as the tables have it. */
static enum nc_status tree_load(struct nc_store *store, struct nc_error *err)
{
	struct nc_db_tree *tree = store->tree;
	uint64_t size;
	enum nc_status status = nc_db_number(
		store, "SELECT max(position) FROM log", &size, err);

	if (status != NC_OK)
		return status;
	if (size > NC_TREE_SIZE_MAX)
		return nc_db_corrupt(err, "tree");
	for (unsigned level = 0; level < TILE_LEVELS && status == NC_OK;
		level++) {
		uint64_t hashes = size >> (TILE_HEIGHT * level);

		tree->dirty[level] = false;
		status = tile_read(store, level, hashes / TILE_WIDTH,
			(size_t)(hashes % TILE_WIDTH), &tree->edge.tiles[level],
			err);
	}
	if (status != NC_OK)
		return status;
	tree->edge.size = size;
	tree->fresh = true;
	return NC_OK;
}

static enum nc_status ready_at_once(
	struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = tree_make(store, err);

	if (status != NC_OK || store->tree->fresh)
		return status;
	tree_forget_kept(store->tree);
	return tree_load(store, err);
}

/* The edge's tiles are of one moment, and of that of the log's end. */
static enum nc_status tree_ready(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_store_begin_read(store, err);

	if (status != NC_OK)
		return status;
	status = ready_at_once(store, err);
	nc_store_end_read(store);
	return status;
}

void nc_store_tree_forget(struct nc_store *store)
{
	if (store->tree != NULL)
		store->tree->fresh = false;
}

void nc_store_tree_free(struct nc_store *store)
{
	if (store->tree == NULL)
		return;
	tree_forget_kept(store->tree);
	nc_free(store->tree);
	store->tree = NULL;
}

static enum nc_status full_write(void *context, unsigned level,
	const struct tile *tile, struct nc_error *err)
{
	return tile_write(context, level, tile, err);
}

static enum nc_status tree_push(struct nc_store *store,
	const struct nc_tree_hash *leaf, struct nc_error *err)
{
	struct nc_db_tree *tree = store->tree;
	enum nc_status status =
		edge_push(&tree->edge, leaf, full_write, store, err);

	/* Level n has another hash whenever 256^n leaves more are there. */
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t below = UINT64_C(1) << (TILE_HEIGHT * level);

		if (tree->edge.size % below != 0)
			break;
		tree->dirty[level] = true;
	}
	return status;
}

static enum nc_status not_dense(int64_t position, struct nc_error *err)
{
	return nc_error_set(err, NC_CORRUPT,
		_("The hub's log has a gap before position %lld, so its tree "
		  "cannot be made; keep this store aside and put a backup in "
		  "its place."),
		(long long)position);
}

enum nc_status nc_store_tree_append(struct nc_store *store, int64_t position,
	const struct nc_tree_hash *leaf, struct nc_error *err)
{
	struct nc_db_tree *tree = store->tree;

	NC_ASSERT(store->in_write);
	NC_ASSERT(tree->fresh);
	if ((uint64_t)position != tree->edge.size + 1)
		return not_dense(position, err);
	return tree_push(store, leaf, err);
}

enum nc_status nc_store_tree_ready(struct nc_store *store, struct nc_error *err)
{
	return tree_ready(store, err);
}

enum nc_status nc_store_tree_flush(struct nc_store *store, struct nc_error *err)
{
	struct nc_db_tree *tree = store->tree;
	enum nc_status status = NC_OK;

	if (tree == NULL || !tree->fresh)
		return NC_OK;
	for (unsigned level = 0; level < TILE_LEVELS && status == NC_OK;
		level++) {
		if (!tree->dirty[level])
			continue;
		if (tree->edge.tiles[level].count > 0)
			status = tile_write(
				store, level, &tree->edge.tiles[level], err);
		tree->dirty[level] = false;
	}
	return status;
}

/* A walk over the log that makes the tree anew. */
static enum nc_status visit_remake(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct nc_store *store = context;
	struct nc_tree_hash leaf;

	nc_tree_leaf(&leaf, entry->signed_set.payload);
	return nc_store_tree_append(store, entry->position, &leaf, err);
}

enum nc_status nc_store_tree_remake(
	struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_schema_reset_tree(store, err);

	NC_ASSERT(store->in_write);
	if (status != NC_OK || !store->identity.is_hub)
		return status;
	status = tree_make(store, err);
	if (status != NC_OK)
		return status;
	tree_forget_kept(store->tree);
	edge_clear(&store->tree->edge);
	memset(store->tree->dirty, 0, sizeof(store->tree->dirty));
	store->tree->fresh = true;
	return nc_log_read(store, 0, visit_remake, store, err);
}

enum nc_status nc_store_tree_size(
	struct nc_store *store, uint64_t *ret_size, struct nc_error *err)
{
	enum nc_status status;

	if (!store->identity.is_hub) {
		*ret_size = 0;
		return NC_OK;
	}
	status = tree_ready(store, err);
	if (status == NC_OK)
		*ret_size = store->tree->edge.size;
	return status;
}

/* The place for one more kept tile: a new one, or the longest unused. */
static struct kept_tile *kept_place(struct nc_db_tree *tree)
{
	struct kept_tile *oldest = tree->kept[0];

	if (tree->kept_count < TILES_KEPT) {
		struct kept_tile *kept = nc_malloc(sizeof(*kept));

		if (kept != NULL)
			tree->kept[tree->kept_count++] = kept;
		return kept;
	}
	for (size_t i = 1; i < tree->kept_count; i++)
		if (tree->kept[i]->used < oldest->used)
			oldest = tree->kept[i];
	return oldest;
}

static enum nc_status kept_find(struct nc_store *store, unsigned level,
	uint64_t number, const struct tile **ret_tile, struct nc_error *err)
{
	struct nc_db_tree *tree = store->tree;
	struct kept_tile *kept;
	enum nc_status status;

	tree->reads++;
	for (size_t i = 0; i < tree->kept_count; i++) {
		kept = tree->kept[i];
		if (kept->level != level || kept->tile.number != number ||
			kept->tile.count != TILE_WIDTH)
			continue;
		kept->used = tree->reads;
		*ret_tile = &kept->tile;
		return NC_OK;
	}
	kept = kept_place(tree);
	if (kept == NULL)
		return nc_error_no_memory(err);
	kept->level = level;
	kept->used = tree->reads;
	kept->tile.count = 0; /* nobody's, should the reading fail */
	status = tile_read(store, level, number, TILE_WIDTH, &kept->tile, err);
	if (status == NC_OK)
		*ret_tile = &kept->tile;
	return status;
}

static enum nc_status reader_read(void *context, unsigned level,
	uint64_t number, struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	struct nc_store *store = context;
	unsigned height = level % TILE_HEIGHT;
	unsigned tile_level = level / TILE_HEIGHT;
	/* Of the tile's hashes: the first below, and how many tiles before. */
	uint64_t at = (number << height) % TILE_WIDTH;
	uint64_t tile_number = number >> (TILE_HEIGHT - height);
	const struct tile *tile;
	enum nc_status status = tree_ready(store, err);

	if (status != NC_OK)
		return status;
	if (tile_level >= TILE_LEVELS)
		return nc_db_corrupt(err, "tree");
	tile = &store->tree->edge.tiles[tile_level];
	if (tile_number < tile->number)
		status = kept_find(store, tile_level, tile_number, &tile, err);
	if (status != NC_OK)
		return status;
	if (tile_number != tile->number ||
		at + (UINT64_C(1) << height) > tile->count)
		return nc_db_corrupt(err, "tree");
	*ret_hash = tile->nodes[nodes_at(height) + (at >> height)];
	return NC_OK;
}

struct nc_tree_reader nc_store_tree_reader(struct nc_store *store)
{
	struct nc_tree_reader reader = {reader_read, store};

	return reader;
}

enum nc_status nc_store_tree_indexes(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t first,
	size_t count, uint64_t *ret_indexes, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT position FROM log WHERE stream = ? AND sequence >= ?"
		" ORDER BY sequence LIMIT ?",
		err);
	struct nc_db_stream *stream;
	enum nc_status status = nc_db_refresh(store, err);

	if (statement == NULL)
		return store->last;
	if (status != NC_OK)
		return status;
	stream = nc_log_find(store, union_id, device);
	if (count == 0)
		return NC_OK;
	if (!store->identity.is_hub || stream == NULL || first == 0 ||
		first > stream->head.sequence ||
		count - 1 > stream->head.sequence - first)
		return NC_NOT_FOUND;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)first);
	sqlite3_bind_int64(statement, 3, (int64_t)count);
	for (size_t i = 0; i < count; i++) {
		bool row;

		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK)
			return status;
		if (!row)
			return nc_db_corrupt(err, "gap in the log");
		ret_indexes[i] =
			(uint64_t)sqlite3_column_int64(statement, 0) - 1;
	}
	return NC_OK;
}

/*
 * Verify: the tiles made anew beside the stored ones, and the root by itself,
 * without tiles, from the subtrees that the size's binary digits name.
 */
struct nc_tree_audit {
	struct nc_store *store;
	struct edge edge;
	uint64_t tiles; /* how many there must be */
	struct nc_tree_hash subtrees[64];
};

enum nc_status nc_tree_audit_new(struct nc_store *store,
	struct nc_tree_audit **ret_audit, struct nc_error *err)
{
	struct nc_tree_audit *audit = nc_calloc(1, sizeof(*audit));

	if (audit == NULL)
		return nc_error_no_memory(err);
	audit->store = store;
	*ret_audit = audit;
	return NC_OK;
}

void nc_tree_audit_free(struct nc_tree_audit *audit)
{
	nc_free(audit);
}

static enum nc_status audit_fault(
	unsigned level, uint64_t number, struct nc_error *err)
{
	return nc_error_set(err, NC_CORRUPT,
		_("The tree over the log is not what the log says (tile %llu "
		  "of level %u); run rebuild. Nothing is lost: the log is "
		  "sound."),
		(unsigned long long)number, level);
}

static enum nc_status audit_tile(void *context, unsigned level,
	const struct tile *tile, struct nc_error *err)
{
	struct nc_tree_audit *audit = context;
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	struct nc_slice hashes;
	enum nc_status status = tile_find(
		audit->store, level, tile->number, &statement, &hashes, err);

	if (status != NC_OK)
		return status;
	audit->tiles++;
	if (!nc_slice_equal(hashes,
		    nc_slice(tile->nodes, tile->count * NC_TREE_HASH_SIZE)))
		return audit_fault(level, tile->number, err);
	return NC_OK;
}

enum nc_status nc_tree_audit_leaf(struct nc_tree_audit *audit, int64_t position,
	struct nc_slice payload, struct nc_error *err)
{
	struct nc_tree_hash leaf, sum;
	uint64_t size = audit->edge.size;
	unsigned level = 0;

	if ((uint64_t)position != size + 1)
		return not_dense(position, err);
	nc_tree_leaf(&leaf, payload);
	sum = leaf;
	for (; size % 2 == 1; size /= 2, level++)
		nc_tree_node(&sum, &audit->subtrees[level], &sum);
	audit->subtrees[level] = sum;
	return edge_push(&audit->edge, &leaf, audit_tile, audit, err);
}

static enum nc_status audit_count(
	struct nc_tree_audit *audit, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(audit->store, "SELECT count(*) FROM tile", err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return audit->store->last;
	status = nc_db_step(audit->store, statement, &row, err);
	if (status == NC_OK &&
		(uint64_t)sqlite3_column_int64(statement, 0) != audit->tiles)
		return nc_error_set(err, NC_CORRUPT,
			_("The tree over the log has tiles that the log does "
			  "not; run rebuild. Nothing is lost: the log is "
			  "sound."));
	return status;
}

static enum nc_status audit_root(
	struct nc_tree_audit *audit, struct nc_error *err)
{
	struct nc_tree_reader reader = nc_store_tree_reader(audit->store);
	struct nc_tree_hash sum, root;
	uint64_t size = audit->edge.size;
	bool any = false;
	enum nc_status status = nc_tree_root(&reader, size, &root, err);

	if (status != NC_OK)
		return status;
	for (unsigned level = 0; level < 64; level++) {
		if ((size >> level) % 2 == 0)
			continue;
		if (any)
			nc_tree_node(&sum, &audit->subtrees[level], &sum);
		else
			sum = audit->subtrees[level];
		any = true;
	}
	if (any && !nc_tree_hash_equal(&sum, &root))
		return nc_error_set(err, NC_CORRUPT,
			_("The root of the tree over the log is not what the "
			  "log says; run rebuild. Nothing is lost: the log is "
			  "sound."));
	return NC_OK;
}

enum nc_status nc_tree_audit_end(
	struct nc_tree_audit *audit, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (unsigned level = 0; level < TILE_LEVELS && status == NC_OK;
		level++)
		if (audit->edge.tiles[level].count > 0)
			status = audit_tile(
				audit, level, &audit->edge.tiles[level], err);
	if (status == NC_OK)
		status = audit_count(audit, err);
	if (status == NC_OK)
		status = audit_root(audit, err);
	return status;
}
