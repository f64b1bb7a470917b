#include "store/again.h"
#include "base/limits.h"
#include "store/db.h"
#include "store/hubs.h"

#include <string.h>

/*
 * The column fork.again. What was set aside keeps its place in the log, for it
 * may come back: then it must stand before what was written on top of it.
 */
enum {
	AGAIN_FORK = 0,	   /* evidence alone */
	AGAIN_WAITS = 1,   /* to be written again */
	AGAIN_DONE = 2,	   /* written again, or in the log again */
	AGAIN_THEIRS = 3,  /* in the hub's tree, or a hub's: it will be sent;
			    * only its own author writes it again */
	AGAIN_DAMAGED = 4, /* not what its author signed */
	AGAIN_OURS = 5,	   /* a former key's, shown to be in the hub's tree, or
			    * another's that stood on a branch: the hub will
			    * send it, or has lost it */
	AGAIN_REFUSED = 6, /* a former key's, in the log, past the end of its
			    * grant: it counts there for nothing */
};
#define AGAIN_ALL_THAT_WAITS "1, 3, 5, 6"

#define NOTE_FORMERS "former-devices" /* device ids, 8 bytes each */
#define FORMERS_BYTES_MAX (8 * NC_FORMERS_MAX)
#define AGAIN_ARENA_MAX (64 * 1024 * 1024)

/* What of a stream is to be set aside, moved in three statements. anew: also
 * what has stood there before, whatever became of it. */
static enum nc_status copy_to_fork(struct nc_store *store,
	const struct nc_db_stream *stream, uint64_t after, int unplaced,
	int placed, bool anew, uint64_t *ret_count, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO fork(union_id, device, sequence, hash, payload,"
		" signature, received_at, again, place) SELECT ?3, ?4,"
		" sequence, hash, payload, signature, received_at,"
		" CASE WHEN leaf IS NULL THEN ?5 ELSE ?6 END, position"
		" FROM log WHERE stream = ?1 AND sequence > ?2"
		" ON CONFLICT(union_id, device, sequence, hash) DO UPDATE SET"
		" again = excluded.again, place = excluded.place,"
		" payload = excluded.payload, signature = excluded.signature"
		" WHERE ?7",
		err);
	enum nc_status status;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)after);
	nc_db_bind_id(statement, 3, &stream->head.union_id);
	nc_db_bind_device(statement, 4, stream->head.device);
	sqlite3_bind_int(statement, 5, unplaced);
	sqlite3_bind_int(statement, 6, placed);
	sqlite3_bind_int(statement, 7, anew);
	status = nc_db_run(store, statement, err);
	if (status == NC_OK)
		*ret_count = (uint64_t)sqlite3_changes64(store->db);
	return status;
}

static enum nc_status drop_from_log(struct nc_store *store,
	const struct nc_db_stream *stream, uint64_t after, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"DELETE FROM log WHERE stream = ? AND sequence > ?", err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)after);
	return nc_db_run(store, statement, err);
}

/* The stream ends at its last entry that is left. */
static enum nc_status correct_head(struct nc_store *store,
	struct nc_db_stream *stream, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT sequence, hash FROM log WHERE stream = ?"
		" ORDER BY sequence DESC LIMIT 1",
		err);
	struct nc_log_head *head = &stream->head;
	struct nc_slice hash;
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, stream->number);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	head->sequence = 0;
	memset(head->hash, 0, NC_HASH_SIZE);
	if (row) {
		hash = nc_db_column_blob(statement, 1);
		if (hash.size != NC_HASH_SIZE)
			return nc_db_corrupt(err, "log");
		head->sequence = (uint64_t)sqlite3_column_int64(statement, 0);
		memcpy(head->hash, hash.data, NC_HASH_SIZE);
	}
	if (head->acknowledged > head->sequence)
		head->acknowledged = head->sequence;
	if (head->proven > head->sequence)
		head->proven = head->sequence;
	stream->dirty = true;
	return NC_OK;
}

/* placed: what becomes of those shown to be in the hub's tree; unplaced: of
 * others, but for a hub's. */
static enum nc_status take_out(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	int unplaced, int placed, uint64_t *ret_count, struct nc_error *err)
{
	struct nc_db_stream *stream;
	const struct nc_registry *registry;
	uint64_t count = 0;
	enum nc_status status = nc_store_registry(store, &registry, err);

	NC_ASSERT(store->in_write && !store->identity.is_hub);
	if (status != NC_OK)
		return status;
	*ret_count = 0;
	stream = nc_log_find(store, union_id, device);
	if (stream == NULL || stream->head.sequence <= after)
		return NC_OK;
	if (nc_registry_is_hub_key(store, device))
		unplaced = AGAIN_THEIRS;
	status = copy_to_fork(
		store, stream, after, unplaced, placed, true, &count, err);
	if (status == NC_OK)
		status = drop_from_log(store, stream, after, err);
	if (status == NC_OK)
		status = correct_head(store, stream, err);
	if (status == NC_OK)
		status = nc_log_flush(store, err);
	if (status == NC_OK)
		*ret_count = count;
	return status;
}

enum nc_status nc_again_take_out(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	uint64_t *ret_count, struct nc_error *err)
{
	return take_out(store, union_id, device, after, AGAIN_WAITS,
		AGAIN_THEIRS, ret_count, err);
}

enum nc_status nc_again_set_aside(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	uint64_t *ret_count, struct nc_error *err)
{
	uint64_t count = 0;
	enum nc_status status =
		nc_again_take_out(store, union_id, device, after, &count, err);

	if (status == NC_OK && count > 0)
		status = nc_fold_remake(store, NULL, err);
	if (status == NC_OK)
		*ret_count = count;
	return status;
}

static enum nc_status take_out_unsent(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t *count,
	struct nc_error *err)
{
	struct nc_log_head head;
	uint64_t out = 0;
	enum nc_status status =
		nc_log_head(store, union_id, device, &head, err);

	if (status == NC_OK)
		status = take_out(store, union_id, device, head.acknowledged,
			AGAIN_WAITS, AGAIN_OURS, &out, err);
	*count += out;
	return status;
}

static enum nc_status load_formers(
	struct nc_store *store, struct nc_buffer *out, struct nc_error *err)
{
	enum nc_status status = nc_store_note(store, NOTE_FORMERS, out, err);

	return status == NC_NOT_FOUND ? NC_OK : status;
}

enum nc_status nc_again_formers(struct nc_store *store,
	nc_device_id ret_devices[NC_FORMERS_MAX], size_t *ret_count,
	struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, FORMERS_BYTES_MAX);
	*ret_count = 0;
	status = load_formers(store, &bytes, err);
	for (size_t i = 0; i + 8 <= bytes.size && status == NC_OK; i += 8)
		ret_devices[(*ret_count)++] = nc_bytes_get_u64(bytes.data + i);
	return status;
}

enum nc_status nc_again_add_former(
	struct nc_store *store, nc_device_id device, struct nc_error *err)
{
	struct nc_buffer formers NC_AUTO(nc_buffer_fini) = {0};
	uint8_t bytes[8];
	enum nc_status status;

	nc_buffer_init(&formers, FORMERS_BYTES_MAX);
	status = load_formers(store, &formers, err);
	for (size_t i = 0; i + 8 <= formers.size && status == NC_OK; i += 8)
		if (nc_bytes_get_u64(formers.data + i) == device)
			return NC_OK;
	if (status != NC_OK)
		return status;
	nc_bytes_put_u64(bytes, device);
	if (nc_buffer_append(&formers, bytes, sizeof(bytes)) != NC_OK)
		return nc_error_set(err, NC_LIMIT,
			_("This home has had too many keys; join anew in a "
			  "new home folder."));
	return nc_store_set_note(
		store, NOTE_FORMERS, nc_buffer_slice(&formers), err);
}

/* Whether what a device wrote under a number counts for nothing. */
static enum nc_status is_refused(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	bool *ret_refused, struct nc_error *err)
{
	enum nc_standing standing = NC_STANDING_NONE;
	enum nc_status status = nc_store_standing(
		store, union_id, device, sequence, &standing, err);

	*ret_refused = status == NC_OK && standing == NC_STANDING_NONE;
	return status;
}

/* The hub had lost the word that the key was revoked, took what it wrote, and
 * got that word back: from the end of the grant on nothing of it counts. It
 * stays in the log, and its words are written again. */
static enum nc_status find_refused(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id former, struct nc_error *err)
{
	const struct nc_db_stream *stream =
		nc_log_find(store, union_id, former);
	uint64_t head = stream == NULL ? 0 : stream->head.sequence, after;
	uint64_t count;
	bool refused = true;
	enum nc_status status = NC_OK;

	for (after = head; after > 0; after--) {
		status = is_refused(
			store, union_id, former, after, &refused, err);
		if (status != NC_OK || !refused)
			break;
	}
	if (status != NC_OK || after == head)
		return status;
	return copy_to_fork(store, stream, after, AGAIN_REFUSED, AGAIN_REFUSED,
		false, &count, err);
}

static enum nc_status leave_one(struct nc_store *store, nc_device_id former,
	nc_device_id present, uint64_t *count, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < store->streams_count && status == NC_OK; i++) {
		struct nc_id union_id = store->streams[i].head.union_id;
		uint64_t before = *count;

		if (store->streams[i].head.device != former)
			continue;
		status = take_out_unsent(store, &union_id, former, count, err);
		if (status == NC_OK && *count > before)
			status = take_out_unsent(
				store, &union_id, present, count, err);
		if (status == NC_OK)
			status = find_refused(store, &union_id, former, err);
	}
	return status;
}

enum nc_status nc_again_leave(struct nc_store *store, nc_device_id present,
	uint64_t *ret_count, struct nc_error *err)
{
	nc_device_id formers[NC_FORMERS_MAX];
	size_t formers_count;
	uint64_t count = 0;
	enum nc_status status =
		nc_again_formers(store, formers, &formers_count, err);

	for (size_t i = 0; status == NC_OK && i < formers_count; i++)
		if (formers[i] != present)
			status = leave_one(
				store, formers[i], present, &count, err);
	if (status == NC_OK && count > 0)
		status = nc_fold_remake(store, NULL, err);
	if (status == NC_OK)
		*ret_count = count;
	return status;
}

enum nc_status nc_again_leave_hanging(struct nc_store *store,
	const struct nc_log_want *parts, size_t count, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < count && status == NC_OK; i++) {
		uint64_t out = 0;

		status = take_out(store, &parts[i].union_id, parts[i].device,
			parts[i].after, AGAIN_OURS, AGAIN_THEIRS, &out, err);
	}
	if (status == NC_OK && count > 0)
		status = nc_fold_remake(store, NULL, err);
	return status;
}

enum nc_status nc_again_waiting(
	struct nc_store *store, uint64_t *ret_count, struct nc_error *err)
{
	return nc_db_number(store,
		"SELECT count(*) FROM fork WHERE again IN "
		"(" AGAIN_ALL_THAT_WAITS ")",
		ret_count, err);
}

/* One that was set aside. The payload is the arena's. */
struct aside {
	struct nc_id union_id;
	nc_device_id device;
	uint64_t sequence;
	uint8_t hash[NC_HASH_SIZE];
	int64_t place;
	int state;
	struct nc_slice payload;
};

/* Which change-set says now what one that was set aside said of the records
 * from first to last. */
struct written_for {
	struct nc_id union_id;
	struct nc_dot old, now;
	struct nc_id first, last;
};

struct again {
	struct nc_store *store;
	const struct nc_author *author;
	struct nc_arena arena; /* of one change-set */
	struct nc_arena kept;  /* of the whole */
	struct aside *asides;
	size_t count;
	bool all_is_here;
	struct written_for *written;
	size_t written_count, written_room;
	uint64_t done;
};

static enum nc_status mark(struct nc_store *store, const struct aside *aside,
	int state, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"UPDATE fork SET again = ?5 WHERE union_id = ?1 AND device = ?2"
		" AND sequence = ?3 AND hash = ?4",
		err);

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, &aside->union_id);
	nc_db_bind_device(statement, 2, aside->device);
	sqlite3_bind_int64(statement, 3, (int64_t)aside->sequence);
	nc_db_bind_blob(statement, 4, aside->hash, NC_HASH_SIZE);
	sqlite3_bind_int(statement, 5, state);
	return nc_db_run(store, statement, err);
}

static enum nc_status aside_read(
	sqlite3_stmt *statement, struct aside *aside, struct nc_error *err)
{
	struct nc_slice hash = nc_db_column_blob(statement, 3);

	if (!nc_db_column_id(statement, 0, &aside->union_id) ||
		!nc_db_column_device(statement, 1, &aside->device) ||
		hash.size != NC_HASH_SIZE)
		return nc_db_corrupt(err, "fork");
	aside->sequence = (uint64_t)sqlite3_column_int64(statement, 2);
	memcpy(aside->hash, hash.data, NC_HASH_SIZE);
	aside->place = sqlite3_column_int64(statement, 4);
	aside->state = sqlite3_column_int(statement, 5);
	return NC_OK;
}

/* The names of all that wait, in the order in which they stood; or of all that
 * came back, also of what had been written again by then, and do not stand
 * where they stood. */
static const char all_waiting[] =
	"SELECT union_id, device, sequence, hash, place, again"
	" FROM fork WHERE again IN (" AGAIN_ALL_THAT_WAITS
	") ORDER BY place, sequence";
static const char all_back[] =
	"SELECT fork.union_id, fork.device, fork.sequence, fork.hash, place,"
	" again FROM fork JOIN stream ON stream.union_id = fork.union_id"
	" AND stream.device = fork.device JOIN log ON log.stream = number"
	" AND log.sequence = fork.sequence AND log.hash = fork.hash"
	" WHERE again IN (" AGAIN_ALL_THAT_WAITS
	") OR (again = 2 AND log.position > place)"
	" ORDER BY place, fork.sequence";

static enum nc_status asides_read(
	struct again *again, const char *sql, struct nc_error *err)
{
	struct nc_store *store = again->store;
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(store, sql, err);
	size_t room = 0;
	enum nc_status status;
	bool row;

	again->count = 0;
	if (statement == NULL)
		return store->last;
	for (;;) {
		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		if (again->count == room) {
			struct aside *more;

			room = room == 0 ? 32 : room * 2;
			more = nc_arena_array(
				&again->kept, room, sizeof(*more));
			if (more == NULL)
				return nc_error_no_memory(err);
			if (again->count > 0)
				memcpy(more, again->asides,
					again->count * sizeof(*more));
			again->asides = more;
		}
		memset(&again->asides[again->count], 0, sizeof(struct aside));
		status = aside_read(
			statement, &again->asides[again->count], err);
		if (status != NC_OK)
			return status;
		again->count++;
	}
}

/* For whether the log holds one again. The payload is the arena's. */
struct held {
	const uint8_t *hash;
	struct nc_arena *arena;
	bool same;
	int64_t position;
	struct nc_slice payload;
};

static enum nc_status visit_held(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct held *held = context;
	struct nc_slice payload = entry->signed_set.payload;

	held->same = memcmp(entry->hash, held->hash, NC_HASH_SIZE) == 0;
	held->position = entry->position;
	held->payload =
		nc_slice(nc_arena_copy(held->arena, payload.data, payload.size),
			payload.size);
	if (held->payload.data == NULL)
		return nc_error_no_memory(err);
	return NC_OK;
}

static enum nc_status move_entry(struct nc_store *store, const char *sql,
	int64_t from, int64_t to, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(store, sql, err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, from);
	sqlite3_bind_int64(statement, 2, to);
	return nc_db_run(store, statement, err);
}

/* Free, and not before what comes before it in its stream: that found its own
 * place taken then. */
static enum nc_status place_is_free(struct nc_store *store, int64_t position,
	int64_t place, bool *ret_free, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT 1 FROM log AS other, log AS back"
		" WHERE back.position = ?2 AND (other.position = ?1"
		" OR (other.stream = back.stream"
		" AND other.sequence < back.sequence"
		" AND other.position > ?1)) LIMIT 1",
		err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, place);
	sqlite3_bind_int64(statement, 2, position);
	status = nc_db_step(store, statement, &row, err);
	if (status == NC_OK)
		*ret_free = !row;
	return status;
}

/* Its place is before something that it replaces when that came another way,
 * or came back itself, and stands at the log's end now. */
static enum nc_status place_is_right(struct again *again,
	const struct aside *aside, const struct held *held, bool *ret_right,
	struct nc_error *err)
{
	struct nc_change_set change_set;
	enum nc_status status = place_is_free(
		again->store, held->position, aside->place, ret_right, err);

	if (status != NC_OK || !*ret_right)
		return status;
	status = nc_change_set_decode(
		held->payload, &again->arena, &change_set, err);
	if (status == NC_OK)
		status = nc_again_follows(again->store, &change_set,
			aside->place, ret_right, err);
	return status;
}

/* Puts a change-set that came back where it stood: others may have written on
 * top of it. A place that is taken was the log's end when it was set aside, and
 * nothing has been written on top of it. */
static enum nc_status put_back(struct again *again, const struct aside *aside,
	const struct held *held, struct nc_error *err)
{
	struct nc_store *store = again->store;
	bool is_right = false;
	enum nc_status status =
		place_is_right(again, aside, held, &is_right, err);

	if (status != NC_OK || !is_right)
		return status;
	/* The entry and its receipt move together. */
	status = nc_db_exec(store, "PRAGMA defer_foreign_keys = ON", err);
	if (status == NC_OK)
		status = move_entry(store,
			"UPDATE log SET position = ?2 WHERE position = ?1",
			held->position, aside->place, err);
	if (status == NC_OK)
		status = move_entry(store,
			"UPDATE receipt SET position = ?2 WHERE position = ?1",
			held->position, aside->place, err);
	if (status == NC_OK)
		store->refold_needed = true;
	return status;
}

/* Of what was not written under the present key: whether a former key of this
 * store wrote it, and whether it counts for nothing under its number. */
static enum nc_status look_at_author(struct again *again,
	const struct aside *aside, bool *ret_former, bool *ret_refused,
	struct nc_error *err)
{
	nc_device_id formers[NC_FORMERS_MAX];
	size_t count;
	enum nc_status status =
		nc_again_formers(again->store, formers, &count, err);

	*ret_former = *ret_refused = false;
	if (aside->device == nc_key_device(again->author->key))
		return status;
	for (size_t i = 0; status == NC_OK && i < count; i++)
		*ret_former |= formers[i] == aside->device;
	if (status == NC_OK)
		status = is_refused(again->store, &aside->union_id,
			aside->device, aside->sequence, ret_refused, err);
	return status;
}

/* What the hub had all along, and has sent: nothing of it is to be written,
 * unless it counts there for nothing. */
static enum nc_status settle(struct again *again, struct nc_error *err)
{
	enum nc_status status = asides_read(again, all_back, err);
	bool former, refused;

	for (size_t i = 0; i < again->count && status == NC_OK; i++) {
		const struct aside *aside = &again->asides[i];
		struct held held = {
			.hash = aside->hash, .arena = &again->arena};

		nc_arena_reset(&again->arena);
		status = nc_log_entry(again->store, &aside->union_id,
			aside->device, aside->sequence, visit_held, &held, err);
		if (status == NC_NOT_FOUND)
			status = NC_OK;
		if (status != NC_OK || !held.same ||
			aside->state == AGAIN_REFUSED)
			continue;
		status = put_back(again, aside, &held, err);
		if (status == NC_OK)
			status = look_at_author(
				again, aside, &former, &refused, err);
		refused = refused && former && aside->state != AGAIN_THEIRS &&
			  aside->state != AGAIN_DONE;
		if (status == NC_OK)
			status = mark(again->store, aside,
				refused ? AGAIN_REFUSED : AGAIN_DONE, err);
	}
	return status;
}

/* The payload, and whether it is what its author signed. */
static enum nc_status load_payload(struct again *again, struct aside *aside,
	struct nc_change_set *change_set, bool *ret_sound, struct nc_error *err)
{
	struct nc_store *store = again->store;
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT payload FROM fork WHERE union_id = ? AND device = ?"
		" AND sequence = ? AND hash = ?",
		err);
	struct nc_slice payload;
	uint8_t hash[NC_HASH_SIZE];
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, &aside->union_id);
	nc_db_bind_device(statement, 2, aside->device);
	sqlite3_bind_int64(statement, 3, (int64_t)aside->sequence);
	nc_db_bind_blob(statement, 4, aside->hash, NC_HASH_SIZE);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	if (!row)
		return nc_db_corrupt(err, "fork");
	payload = nc_db_column_blob(statement, 0);
	nc_sha256(hash, payload);
	*ret_sound = false;
	if (memcmp(hash, aside->hash, NC_HASH_SIZE) != 0)
		return NC_OK;
	aside->payload = nc_slice(
		nc_arena_copy(&again->arena, payload.data, payload.size),
		payload.size);
	if (aside->payload.data == NULL)
		return nc_error_no_memory(err);
	/* It was in the log: a fault here is not its author's. */
	status = nc_change_set_decode(
		aside->payload, &again->arena, change_set, err);
	*ret_sound = status == NC_OK;
	return status;
}

/* The change-set that stands now for a dot of a record. */
static const struct nc_dot *dot_now(const struct again *again,
	const struct nc_id *union_id, const struct nc_id *record,
	const struct nc_dot *dot)
{
	/* The latest: the same number may have been set aside twice. */
	for (size_t i = again->written_count; i > 0; i--) {
		const struct written_for *written = &again->written[i - 1];

		if (nc_dot_equal(&written->old, dot) &&
			nc_id_compare(&written->union_id, union_id) == 0 &&
			nc_id_compare(&written->first, record) <= 0 &&
			nc_id_compare(&written->last, record) >= 0)
			return &written->now;
	}
	return dot;
}

/* Maps what a field's write replaces. A dot that this log does not hold is
 * dropped: its value is unknown here, so the write replaces less, and what it
 * would have replaced stays beside it as a conflict. */
static bool map_field(struct again *again, const struct nc_id *union_id,
	const struct nc_id *record, struct nc_field_change *field)
{
	struct nc_dot *dots = nc_arena_array(
		&again->arena, field->replaces_count + 1, sizeof(*dots));
	size_t count = 0;

	if (dots == NULL)
		return false;
	for (size_t i = 0; i < field->replaces_count; i++) {
		const struct nc_dot *dot =
			dot_now(again, union_id, record, &field->replaces[i]);
		const struct nc_db_stream *stream =
			nc_log_find(again->store, union_id, dot->device);
		bool twice = false;

		for (size_t j = 0; j < count; j++)
			twice |= nc_dot_equal(&dots[j], dot);
		if (!twice && stream != NULL &&
			dot->sequence <= stream->head.sequence)
			dots[count++] = *dot;
	}
	field->replaces = dots;
	field->replaces_count = count;
	return true;
}

static enum nc_status remember(struct again *again, const struct aside *aside,
	const struct nc_change_set *change_set, struct nc_error *err)
{
	struct written_for *written;

	if (again->written_count == again->written_room) {
		size_t room =
			again->written_room == 0 ? 32 : again->written_room * 2;
		struct written_for *more =
			nc_arena_array(&again->kept, room, sizeof(*more));

		if (more == NULL)
			return nc_error_no_memory(err);
		if (again->written_count > 0)
			memcpy(more, again->written,
				again->written_count * sizeof(*more));
		again->written = more;
		again->written_room = room;
	}
	written = &again->written[again->written_count++];
	written->union_id = aside->union_id;
	written->old = (struct nc_dot){aside->device, aside->sequence};
	written->now =
		(struct nc_dot){change_set->device, change_set->sequence};
	memset(&written->first, 0, NC_ID_SIZE);
	memset(&written->last, 0xff, NC_ID_SIZE);
	if (change_set->records_count > 0) {
		written->first = change_set->records[0].record;
		written->last =
			change_set->records[change_set->records_count - 1]
				.record;
	}
	return NC_OK;
}

/* Appends records [from, from + count) as one change-set; what has become too
 * large (the new device's name takes room beside the old one's) in halves. */
static enum nc_status append_part(struct again *again,
	const struct aside *aside, const struct nc_change_set *change_set,
	size_t from, size_t count, struct nc_error *err)
{
	const struct nc_env *env = again->author->env;
	struct nc_change_set part = *change_set;
	enum nc_status status;

	part.records += from;
	part.records_count = count;
	status = nc_author_append(again->store, again->author->key, &part,
		env->now_ms(env->context), err);
	if (status == NC_LIMIT && count > 1) {
		status = append_part(
			again, aside, change_set, from, count / 2, err);
		if (status == NC_OK)
			status = append_part(again, aside, change_set,
				from + count / 2, count - count / 2, err);
		return status;
	}
	return status == NC_OK ? remember(again, aside, &part, err) : status;
}

static enum nc_status write_aside(
	struct again *again, struct aside *aside, struct nc_error *err)
{
	struct nc_store *store = again->store;
	struct nc_change_set change_set;
	enum nc_standing standing = NC_STANDING_NONE;
	struct nc_log_head head;
	nc_device_id device = nc_key_device(again->author->key);
	bool former, refused, sound = false;
	enum nc_status status =
		nc_log_head(store, &aside->union_id, device, &head, err);

	if (status == NC_OK)
		status = nc_store_standing(store, &aside->union_id, device,
			head.sequence + 1, &standing, err);
	if (status != NC_OK || standing == NC_STANDING_NONE)
		return status; /* it waits until somebody may write it */
	if (aside->state == AGAIN_THEIRS && aside->device != device)
		return NC_OK; /* … or until the hub sends it */
	if (aside->state == AGAIN_OURS && !again->all_is_here)
		return NC_OK; /* … or is known to have lost it */
	status = look_at_author(again, aside, &former, &refused, err);
	if (status != NC_OK)
		return status;
	/* What others may not say any more is not ours to say. */
	if (refused && !former && aside->state == AGAIN_OURS)
		return mark(store, aside, AGAIN_FORK, err);
	nc_arena_reset(&again->arena);
	status = load_payload(again, aside, &change_set, &sound, err);
	if (status != NC_OK)
		return status;
	if (!sound)
		return mark(store, aside, AGAIN_DAMAGED, err);
	for (size_t r = 0; r < change_set.records_count; r++) {
		struct nc_record_change *record = &change_set.records[r];

		for (size_t f = 0; f < record->fields_count; f++)
			if (!map_field(again, &aside->union_id, &record->record,
				    &record->fields[f]))
				return nc_error_no_memory(err);
	}
	status = append_part(
		again, aside, &change_set, 0, change_set.records_count, err);
	if (status == NC_OK)
		status = mark(store, aside, AGAIN_DONE, err);
	if (status == NC_OK)
		again->done++;
	return status;
}

enum nc_status nc_again_write(struct nc_store *store,
	const struct nc_author *author, bool all_is_here, uint64_t *ret_count,
	struct nc_error *err)
{
	struct again again = {
		.store = store, .author = author, .all_is_here = all_is_here};
	enum nc_status status;

	NC_ASSERT(store->in_write);
	nc_arena_init(&again.arena, AGAIN_ARENA_MAX);
	nc_arena_init(&again.kept, AGAIN_ARENA_MAX);
	status = settle(&again, err);
	if (status == NC_OK)
		status = asides_read(&again, all_waiting, err);
	for (size_t i = 0; i < again.count && status == NC_OK; i++)
		status = write_aside(&again, &again.asides[i], err);
	if (status == NC_OK)
		*ret_count = again.done;
	nc_arena_fini(&again.arena);
	nc_arena_fini(&again.kept);
	return status;
}
