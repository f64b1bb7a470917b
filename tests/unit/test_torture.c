/*
 * Torture: of a save, a sync, an enrolment, an import, a rebuild, a verify and
 * an opening, each SQLite call, each allocation and each call on a file fails
 * once in turn, and the disk is full after each kilobyte. After each:
 *
 * - the call said so in a sentence, or did its work all the same;
 * - the stores are whole, nothing that was acknowledged is lost;
 * - the same operation, tried again, gives what it gives without a fault.
 *
 * Every other time it is tried again with the stores that saw the fault, else
 * they are opened anew first. A fault of a file is two times in three followed
 * by a power cut.
 *
 * usage: test_torture [--all] [--seed N]
 * Without --all not every call is tried, but every so-many-th, from one on
 * that the seed chooses.
 */
#include "fixture.h"
#include "lying_vfs.h"

#include "base/file.h"
#include "intake/parts.h"
#include "intake/plan_reader.h"
#include "command/import_rows.h"
#include "store/db.h"
#include "store/succession.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#define TRIES 40 /* of one kind of fault in one operation, without --all */
#define YEAR 2024

static bool all;
static uint64_t seed = 1;
static char folder[] = "/tmp/nhipcau-torture-XXXXXX";

enum kind {
	DATABASE,
	MEMORY,
	FILE_READ,
	FILE_WRITE,
	FILE_SYNC,
	FILE_TRUNCATE,
	FILE_OPEN,
	FILE_DELETE,
	DISK_FULL, /* until the operation ends */
	KINDS
};

static const char *const kind_names[KINDS] = {
	[DATABASE] = "SQLite call",
	[MEMORY] = "allocation",
	[FILE_READ] = "read",
	[FILE_WRITE] = "write",
	[FILE_SYNC] = "sync",
	[FILE_TRUNCATE] = "truncation",
	[FILE_OPEN] = "opening",
	[FILE_DELETE] = "deletion",
	[DISK_FULL] = "kilobyte",
};

struct saved {
	struct nc_buffer hub, client; /* the files */
	struct fixture_world world;
};

struct bench {
	struct fixture_world world;
	struct fixture_replica hub, client;
	char hub_path[PATH_MAX], client_path[PATH_MAX];
	struct saved before;
	struct nc_id fresh;   /* of the item that is saved */
	struct nc_key *guest; /* who enrols */
	struct nc_arena arena;
	struct nc_invitation invitation;
	struct nc_error err;
};

/* Everything that an operation can change, in both stores. */
struct print {
	struct nc_digest hub_fold, client_fold;
	uint8_t hub_log[NC_HASH_SIZE], client_log[NC_HASH_SIZE];
	uint64_t hub_count, client_count;
};

struct operation {
	const char *name;
	enum nc_status (*run)(struct bench *bench);
};

/* What is under way, for whoever looks at a crash. */
static char now[128];

static void on_crash(int number)
{
	(void)!write(2, now, strlen(now));
	signal(number, SIG_DFL);
	raise(number);
}

#define check(condition)                                                       \
	do {                                                                   \
		if (!(condition))                                              \
			fail_msg("%s: %s: %s", now, #condition,                \
				fixture_error.text);                           \
	} while (0)

/* Faults. */

static const enum vfs_call file_calls[KINDS] = {
	[FILE_READ] = VFS_READ,
	[FILE_WRITE] = VFS_WRITE,
	[FILE_SYNC] = VFS_SYNC,
	[FILE_TRUNCATE] = VFS_TRUNCATE,
	[FILE_OPEN] = VFS_OPEN,
	[FILE_DELETE] = VFS_DELETE,
};

static void fault_set(enum kind kind, uint64_t n)
{
	if (kind == DISK_FULL && n == 0)
		vfs_room(folder);
	else if (kind == DISK_FULL)
		vfs_fill(folder, (n - 1) * 1000);
	else if (kind == DATABASE)
		nc_db_fail_at(n);
	else if (kind == MEMORY)
		nc_memory_fail_at(n);
	else
		vfs_fail_at(file_calls[kind], n);
}

/* As if each kilobyte were a call. */
static uint64_t full_left(uint64_t n)
{
	static struct vfs_counters last;
	struct vfs_counters before = last;

	last = vfs_counters();
	if (n == 0 || last.full > before.full)
		return 0;
	return n - (last.grown - before.grown + 999) / 1000;
}

/* How many calls are left until the fault. */
static uint64_t fault_take(enum kind kind, uint64_t n)
{
	uint64_t left = kind == DISK_FULL  ? full_left(n)
			: kind == DATABASE ? nc_db_fail_left()
			: kind == MEMORY   ? nc_memory_fail_left()
					   : vfs_fail_left();

	fault_set(kind, 0);
	return left;
}

/* The bench. */

static void put_file(const char *path, const struct nc_buffer *bytes)
{
	static const char *const ends[] = {"-wal", "-shm", "-journal"};
	char beside[PATH_MAX + 16];
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(
		fwrite(bytes->data, 1, bytes->size, file), bytes->size);
	assert_int_equal(fclose(file), 0);
	for (size_t i = 0; i < 3; i++) {
		snprintf(beside, sizeof(beside), "%s%s", path, ends[i]);
		unlink(beside);
	}
}

static void close_stores(struct bench *bench)
{
	nc_store_close(bench->hub.store);
	nc_store_close(bench->client.store);
	bench->hub.store = bench->client.store = NULL;
}

static void open_stores(struct bench *bench)
{
	must(nc_store_open(bench->hub_path, NC_STORE_OPEN, &bench->hub.store,
		&fixture_error));
	must(nc_store_open(bench->client_path, NC_STORE_OPEN,
		&bench->client.store, &fixture_error));
}

static void restart(struct bench *bench)
{
	bench->world = bench->before.world;
	vfs_forget(folder);
	put_file(bench->hub_path, &bench->before.hub);
	put_file(bench->client_path, &bench->before.client);
	open_stores(bench);
}

static void save_to(struct nc_store *store, const char *path)
{
	char sql[PATH_MAX + 32];
	struct nc_store *opened;

	unlink(path);
	snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", path);
	must(nc_db_exec(store, sql, &fixture_error));
	/* It gets its write-ahead log by being opened. */
	must(nc_store_open(path, NC_STORE_OPEN, &opened, &fixture_error));
	nc_store_close(opened);
}

static void keep_file(struct nc_buffer *buffer, const char *path)
{
	nc_buffer_init(buffer, SIZE_MAX / 2);
	must(nc_file_read(path, buffer, &fixture_error));
}

static enum nc_status save_item(struct fixture_replica *replica,
	const struct nc_id *id, const char *text, struct nc_error *err)
{
	struct nc_author author = fixture_author(replica);
	struct nc_field_change fields[] = {
		{NC_PLAN_YEAR, nc_value_integer(YEAR), NULL, 0},
		{NC_PLAN_AREA, nc_value_text("friendship"), NULL, 0},
		{NC_PLAN_RANK, nc_value_text("V"), NULL, 0},
		{NC_PLAN_TEXT, nc_value_text(text), NULL, 0},
		{NC_PLAN_LEVEL, nc_value_integer(1), NULL, 0},
	};
	struct nc_record_change change = {.record = *id,
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = fields,
		.fields_count = 5};
	struct nc_written written;

	return nc_author_save(replica->store, &author, &replica->union_id,
		&change, 1, &written, err);
}

static void save_some(
	struct fixture_replica *replica, const char *text, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct nc_id id = nc_id_new(&replica->env);

		must(save_item(replica, &id, text, &fixture_error));
	}
}

/* The operations. */

static enum nc_status run_save(struct bench *bench)
{
	return save_item(
		&bench->client, &bench->fresh, "Đón đoàn Lào", &bench->err);
}

/* A save whose commit moves the write-ahead log into the file. */
static enum nc_status run_flush(struct bench *bench)
{
	enum nc_status status = nc_db_exec(bench->client.store,
		"PRAGMA wal_autocheckpoint = 1", &bench->err);

	return status == NC_OK ? run_save(bench) : status;
}

static enum nc_status carry(struct bench *bench, const struct nc_key *from,
	struct nc_slice bytes, struct nc_buffer *reply)
{
	struct nc_hub half;
	struct nc_hub_request request;
	uint8_t secret[NC_KEY_SIZE];
	enum nc_status status = nc_hub_start(&half, bench->hub.store,
		bench->hub.key, &bench->hub.env, &bench->err);

	if (status != NC_OK)
		return status;
	nc_hub_request_init(&request);
	nc_key_transport(from, request.transport, secret);
	status = nc_buffer_append(&request.envelope, bytes.data, bytes.size);
	if (status == NC_OK) {
		nc_hub_serve(&half, &request);
		status = nc_buffer_append(
			reply, request.reply.data, request.reply.size);
	}
	if (status != NC_OK)
		status = nc_error_no_memory(&bench->err);
	nc_hub_request_fini(&request);
	nc_hub_fini(&half);
	return status;
}

static enum nc_status exchange(
	struct bench *bench, struct nc_sync_client *session)
{
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer reply NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&request, SIZE_MAX / 2);
	nc_buffer_init(&reply, SIZE_MAX / 2);
	status = nc_sync_client_request(session, &request, &bench->err);
	if (status == NC_OK)
		status = carry(bench, bench->client.key,
			nc_buffer_slice(&request), &reply);
	if (status == NC_OK)
		status = nc_sync_client_reply(
			session, nc_buffer_slice(&reply), &bench->err);
	return status;
}

static enum nc_status run_sync(struct bench *bench)
{
	struct nc_sync_client session;
	enum nc_status status =
		nc_sync_client_start(&session, bench->client.store,
			bench->client.key, &bench->client.env, &bench->err);

	while (status == NC_OK && !session.done)
		status = exchange(bench, &session);
	return status;
}

static enum nc_status run_enrol(struct bench *bench)
{
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer reply NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&request, SIZE_MAX / 2);
	nc_buffer_init(&reply, SIZE_MAX / 2);
	status = nc_enrol_request(bench->guest, &bench->invitation,
		nc_slice_text("máy mới"), &request, &bench->err);
	if (status == NC_OK)
		status = carry(
			bench, bench->guest, nc_buffer_slice(&request), &reply);
	if (status == NC_OK)
		status = nc_enrol_reply(bench->guest, &bench->invitation,
			nc_buffer_slice(&reply), &bench->err);
	return status;
}

/* The client's union goes over into the other and is closed. */
static enum nc_status merge_and_close(struct bench *bench)
{
	static const char *const from[] = {"ha-tinh"};
	static const struct nc_succession_into into = {
		"gia-lai", NULL, NULL, -1};
	static const struct nc_succession merger = {
		.from = from,
		.from_count = 1,
		.into = &into,
		.into_count = 1,
		.when = "2023-01-01",
	};
	struct nc_store *store = bench->hub.store;
	struct nc_author author = fixture_author(&bench->hub);
	struct nc_succession_done done;
	size_t devices;
	enum nc_status status = nc_succession_write(
		store, &author, &merger, &done, &bench->err);

	if (status == NC_OK || status == NC_EXISTS)
		status = nc_succession_close(store, &author,
			&bench->client.union_id, &devices, &bench->err);
	return status;
}

static enum nc_status run_merge(struct bench *bench)
{
	enum nc_status status = nc_store_begin(bench->hub.store, &bench->err);

	if (status != NC_OK)
		return status;
	status = merge_and_close(bench);
	if (status == NC_OK)
		return nc_store_commit(bench->hub.store, &bench->err);
	nc_store_rollback(bench->hub.store);
	return status;
}

static enum nc_status save_steps(struct bench *bench,
	struct nc_import_rows *rows, const struct nc_revise *revise,
	struct nc_error *err)
{
	struct nc_author author = fixture_author(&bench->client);
	struct nc_record_change *changes;
	struct nc_written written;
	size_t count;
	enum nc_status status =
		nc_import_changes(rows, revise, &changes, &count, err);

	if (status != NC_OK || count == 0)
		return status;
	return nc_author_save(bench->client.store, &author,
		&bench->client.union_id, changes, count, &written, err);
}

static enum nc_status find_own(const struct nc_plan *plan,
	const struct nc_plan_union **ret_own, struct nc_error *err)
{
	const char *names[8];
	size_t index = 0;
	enum nc_status status;

	NC_ASSERT(plan->unions_count <= 8);
	for (size_t i = 0; i < plan->unions_count; i++)
		names[i] = plan->unions[i].name;
	status = nc_parts_find(
		names, plan->unions_count, "Hà Tĩnh", &index, err);
	if (status == NC_OK)
		*ret_own = &plan->unions[index];
	return status;
}

static enum nc_status import_plan(struct bench *bench, const char *text)
{
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct nc_plan plan NC_AUTO(nc_plan_fini) = {0};
	struct nc_revise revise NC_AUTO(nc_revise_fini) = {0};
	struct nc_import_rows rows NC_AUTO(nc_import_rows_fini) = {0};
	struct nc_revise_input input = {.union_id = &bench->client.union_id,
		.year = YEAR,
		.kind = "",
		.shapes = nc_revise_plan_shapes};
	const struct nc_plan_union *own;
	struct nc_error *err = &bench->err;
	enum nc_status status;

	nc_document_init(&document);
	nc_plan_init(&plan);
	nc_revise_init(&revise);
	nc_import_rows_init(&rows);
	status = nc_document_read(&document, nc_slice_text(text), err);
	if (status == NC_OK)
		status = nc_plan_read(&document, &plan, err);
	if (status == NC_OK)
		status = find_own(&plan, &own, err);
	if (status == NC_OK)
		status = nc_import_rows_read(&rows, bench->client.store, &input,
			NC_REVISE_PLAN_SHAPES, err);
	if (status == NC_OK)
		status = nc_revise_plan_lines(own, &rows.arena, &input.lines,
			&input.lines_count, err);
	if (status == NC_OK)
		status = nc_revise(&revise, &input, nc_sha256, err);
	if (status == NC_OK)
		status = save_steps(bench, &rows, &revise, err);
	return status;
}

static const char *const plan_before =
	"KẾ HOẠCH HOẠT ĐỘNG NĂM 2024\n"
	"1. Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh:\n"
	"a. Công tác hòa bình, đoàn kết, hữu nghị nhân dân\n"
	"- Tổ chức đoàn đi thăm, làm việc tại Lào;\n"
	"- Tổ chức gặp mặt hữu nghị;\n"
	"b. Công tác phi chính phủ nước ngoài\n"
	"- Vận động viện trợ phi chính phủ nước ngoài;\n"
	"2. Liên hiệp các tổ chức hữu nghị tỉnh Gia Lai:\n"
	"- Việc của tỉnh khác.\n";
static const char *const plan_after =
	"KẾ HOẠCH HOẠT ĐỘNG NĂM 2024\n"
	"1. Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh:\n"
	"a. Công tác hòa bình, đoàn kết, hữu nghị nhân dân\n"
	"- Tổ chức đoàn đi thăm, làm việc tại Lào và Thái Lan;\n"
	"b. Công tác phi chính phủ nước ngoài\n"
	"- Vận động viện trợ phi chính phủ nước ngoài;\n"
	"+ Dự án nước sạch;\n"
	"c. Công tác thông tin đối ngoại\n"
	"- Đăng tin, bài trên trang thông tin điện tử;\n"
	"2. Liên hiệp các tổ chức hữu nghị tỉnh Gia Lai:\n"
	"- Việc của tỉnh khác.\n";

static enum nc_status run_import(struct bench *bench)
{
	return import_plan(bench, plan_after);
}

static enum nc_status run_rebuild(struct bench *bench)
{
	enum nc_status status =
		nc_store_rebuild(bench->client.store, NULL, &bench->err);

	if (status != NC_OK)
		return status;
	return nc_store_rebuild(bench->hub.store, NULL, &bench->err);
}

static enum nc_status run_verify(struct bench *bench)
{
	enum nc_status status =
		nc_store_verify(bench->client.store, NULL, &bench->err);

	if (status != NC_OK)
		return status;
	return nc_store_verify(bench->hub.store, NULL, &bench->err);
}

static enum nc_status run_open(struct bench *bench)
{
	nc_store_close(bench->client.store);
	bench->client.store = NULL;
	return nc_store_open(bench->client_path, NC_STORE_OPEN,
		&bench->client.store, &bench->err);
}

/* Looking. */

static enum nc_status add_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	uint8_t *hash = context, both[2 * NC_HASH_SIZE];

	(void)err;
	memcpy(both, hash, NC_HASH_SIZE);
	memcpy(both + NC_HASH_SIZE, entry->hash, NC_HASH_SIZE);
	nc_sha256(hash, nc_slice(both, sizeof(both)));
	return NC_OK;
}

static void print_log(
	struct nc_store *store, uint8_t hash[NC_HASH_SIZE], uint64_t *ret_count)
{
	const struct nc_log_head *heads;
	size_t count;

	must(nc_log_read(store, 0, add_entry, hash, &fixture_error));
	must(nc_log_count(store, ret_count, &fixture_error));
	must(nc_log_heads(store, &heads, &count, &fixture_error));
	for (size_t i = 0; i < count; i++) {
		uint8_t both[NC_HASH_SIZE + 24];

		memcpy(both, hash, NC_HASH_SIZE);
		nc_bytes_put_u64(both + NC_HASH_SIZE, heads[i].sequence);
		nc_bytes_put_u64(
			both + NC_HASH_SIZE + 8, heads[i].acknowledged);
		nc_bytes_put_u64(both + NC_HASH_SIZE + 16, heads[i].proven);
		nc_sha256(hash, nc_slice(both, sizeof(both)));
	}
}

static struct print print_of(struct bench *bench)
{
	struct print print;

	memset(&print, 0, sizeof(print));
	must(nc_store_fold_hash(
		bench->hub.store, &print.hub_fold, &fixture_error));
	must(nc_store_fold_hash(
		bench->client.store, &print.client_fold, &fixture_error));
	print_log(bench->hub.store, print.hub_log, &print.hub_count);
	print_log(bench->client.store, print.client_log, &print.client_count);
	return print;
}

/* What the client believes that the hub holds, it does hold. */
static void check_acknowledged(struct bench *bench)
{
	const struct nc_log_head *heads;
	size_t count;

	must(nc_log_heads(bench->client.store, &heads, &count, &fixture_error));
	for (size_t i = 0; i < count; i++) {
		struct nc_log_head at_hub;

		must(nc_log_head(bench->hub.store, &heads[i].union_id,
			heads[i].device, &at_hub, &fixture_error));
		check(heads[i].acknowledged <= at_hub.sequence);
	}
}

static void check_whole(struct bench *bench, const struct print *least)
{
	uint64_t count;

	must(nc_store_verify(bench->hub.store, NULL, &fixture_error));
	must(nc_store_verify(bench->client.store, NULL, &fixture_error));
	must(nc_log_count(bench->hub.store, &count, &fixture_error));
	check(count >= least->hub_count);
	must(nc_log_count(bench->client.store, &count, &fixture_error));
	check(count >= least->client_count);
	check_acknowledged(bench);
}

/* One fault. Returns whether it was reached. */
static bool torture_once(struct bench *bench, const struct operation *operation,
	enum kind kind, uint64_t n, const struct print *before,
	const struct print *after)
{
	bool anew = n % 2 == 0, cut = kind >= FILE_READ && n % 3 > 0, reached;
	struct print print;
	enum nc_status status;

	snprintf(now, sizeof(now), "%s, %s %llu\n", operation->name,
		kind_names[kind], (unsigned long long)n);
	restart(bench);
	bench->err.text[0] = '\0';
	(void)full_left(0);
	fault_set(kind, n);
	status = operation->run(bench);
	reached = fault_take(kind, n) == 0;
	strcpy(fixture_error.text, bench->err.text);
	check(reached || status == NC_OK);
	check(status == NC_OK || bench->err.text[0] != '\0');
	bench->world = bench->before.world;
	if (cut)
		vfs_crash(n % 8 < 2   ? folder
			  : n % 8 < 4 ? bench->client_path
				      : bench->hub_path,
			seed ^ n);
	if (cut || anew || bench->client.store == NULL) {
		close_stores(bench);
		open_stores(bench);
		check_whole(bench, status == NC_OK ? after : before);
	}
	check_acknowledged(bench);
	if (status == NC_OK) {
		print = print_of(bench);
		check(memcmp(&print, after, sizeof(print)) == 0);
	}
	fixture_error.text[0] = '\0';
	status = operation->run(bench);
	strcpy(fixture_error.text, bench->err.text);
	check(status == NC_OK);
	close_stores(bench);
	open_stores(bench);
	check_whole(bench, after);
	print = print_of(bench);
	check(memcmp(&print, after, sizeof(print)) == 0);
	close_stores(bench);
	return reached;
}

/* How many calls of a kind the operation makes without a fault. */
static uint64_t measure(struct bench *bench, const struct operation *operation,
	enum kind kind, struct print *ret_after)
{
	const uint64_t far = UINT32_MAX;
	uint64_t calls;

	restart(bench);
	(void)full_left(0);
	fault_set(kind, far);
	bench->err.text[0] = '\0';
	strcpy(fixture_error.text, "");
	must(operation->run(bench));
	calls = far - fault_take(kind, far);
	close_stores(bench);
	open_stores(bench);
	*ret_after = print_of(bench);
	close_stores(bench);
	return calls;
}

static void torture_kind(struct bench *bench, const struct operation *operation,
	enum kind kind, const struct print *before)
{
	struct print after;
	uint64_t calls = measure(bench, operation, kind, &after);
	uint64_t stride = all ? 1 : (calls + TRIES - 1) / TRIES, n, tried = 0;

	if (stride == 0)
		stride = 1;
	for (n = 1 + seed % stride;
		torture_once(bench, operation, kind, n, before, &after);
		n += stride)
		tried++;
	/* After the last one there is none. */
	check(n > calls);
	check(calls == 0 || tried > 0);
	print_message("%s: %llu %ss, %llu failed in turn (every %llu)\n",
		operation->name, (unsigned long long)calls, kind_names[kind],
		(unsigned long long)tried, (unsigned long long)stride);
}

static void torture(void **state, const struct operation *operation)
{
	struct bench *bench = *state;
	struct print before;

	restart(bench);
	before = print_of(bench);
	close_stores(bench);
	for (int kind = 0; kind < KINDS; kind++)
		torture_kind(bench, operation, (enum kind)kind, &before);
}

#define TORTURE(what)                                                          \
	static void test_torture__##what(void **state)                         \
	{                                                                      \
		const struct operation operation = {#what, run_##what};        \
                                                                               \
		torture(state, &operation);                                    \
	}

TORTURE(save)
TORTURE(flush)
TORTURE(sync)
TORTURE(enrol)
TORTURE(merge)
TORTURE(import)
TORTURE(rebuild)
TORTURE(verify)
TORTURE(open)

static void invite(struct bench *bench, const struct nc_id *union_id)
{
	struct nc_author author = fixture_author(&bench->hub);

	nc_arena_init(&bench->arena, 1 << 20);
	must(nc_key_generate(&bench->hub.env, &bench->guest, &fixture_error));
	must(nc_store_begin(bench->hub.store, &fixture_error));
	must(nc_cluster_invite(bench->hub.store, &author, union_id, 1000000,
		&bench->arena, &bench->invitation, &fixture_error));
	must(nc_store_commit(bench->hub.store, &fixture_error));
}

/* A hub, a client that has imported, written and not yet sent, and what a
 * colleague wrote meanwhile. */
static int bench_open(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct fixture_replica other;
	struct nc_id own;

	assert_non_null(bench);
	bench->world.now_ms = 1700000000000;
	snprintf(bench->hub_path, PATH_MAX, "%s/hub.db", folder);
	snprintf(bench->client_path, PATH_MAX, "%s/client.db", folder);
	fixture_found(&bench->hub, &bench->world);
	own = fixture_union(&bench->hub, "ha-tinh");
	(void)fixture_union(&bench->hub, "gia-lai");
	fixture_join(&bench->hub, &bench->client, &bench->world, &own);
	fixture_join(&bench->hub, &other, &bench->world, &own);
	save_some(&bench->client, "Một việc", 2);
	must(import_plan(bench, plan_before));
	must(fixture_sync(&bench->hub, &bench->client));
	must(fixture_sync(&bench->hub, &other));
	bench->world.now_ms += 1000;
	save_some(&other, "Việc của đồng nghiệp", 3);
	must(fixture_sync(&bench->hub, &other));
	save_some(&bench->client, "Chưa gửi", 3);
	bench->fresh = nc_id_new(&bench->client.env);
	invite(bench, &own);
	save_to(bench->hub.store, bench->hub_path);
	save_to(bench->client.store, bench->client_path);
	keep_file(&bench->before.hub, bench->hub_path);
	keep_file(&bench->before.client, bench->client_path);
	bench->before.world = bench->world;
	close_stores(bench);
	fixture_close(&other);
	*state = bench;
	return 0;
}

static int bench_close(void **state)
{
	struct bench *bench = *state;

	vfs_forget(folder);
	unlink(bench->hub_path);
	unlink(bench->client_path);
	nc_key_free(bench->hub.key);
	nc_key_free(bench->client.key);
	nc_key_free(bench->guest);
	nc_arena_fini(&bench->arena);
	nc_buffer_fini(&bench->before.hub);
	nc_buffer_fini(&bench->before.client);
	free(bench);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torture__save),
		cmocka_unit_test(test_torture__flush),
		cmocka_unit_test(test_torture__sync),
		cmocka_unit_test(test_torture__enrol),
		cmocka_unit_test(test_torture__merge),
		cmocka_unit_test(test_torture__import),
		cmocka_unit_test(test_torture__rebuild),
		cmocka_unit_test(test_torture__verify),
		cmocka_unit_test(test_torture__open),
	};
	int failed;

	for (int i = 1; i < argc; i++) {
		all |= strcmp(argv[i], "--all") == 0;
		if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
			seed = strtoull(argv[i + 1], NULL, 10);
	}
	print_message("seed %llu\n", (unsigned long long)seed);
	if (mkdtemp(folder) == NULL || !vfs_install())
		return 1;
	signal(SIGABRT, on_crash);
	must(nc_trust_start(&fixture_error));
	failed = cmocka_run_group_tests(tests, bench_open, bench_close);
	rmdir(folder);
	return failed;
}
