/*
 * The store on a disk that loses power, and on one that lies: what was
 * committed is there, or the store says that it is damaged.
 *
 * usage: test_lying_vfs [FIRST_SEED]
 * A life is a store from its making on, through ten power cuts; its seed is
 * printed when something is wrong, and decides everything.
 */
#include "fixture.h"
#include "lying_vfs.h"

#include "store/db.h"

#include <limits.h>
#include <unistd.h>

#define LIVES 50
#define CUTS 10

static uint64_t first_seed = 1;
static char folder[] = "/tmp/nhipcau-lying-XXXXXX";

/* How a life is lived. */
struct way {
	bool lies, careless;
};

struct life {
	struct way way;
	uint64_t seed;
	struct fixture_world draws; /* its choices' own generator */
	struct fixture_world world;
	struct fixture_replica hub;
	struct nc_id cluster;
	char path[PATH_MAX];
	unsigned said, done; /* commits tried, and those that returned */
};

/* What many lives saw. */
struct seen {
	unsigned cuts, lost, damaged;
};

static uint64_t draw(struct life *life, uint64_t below)
{
	uint64_t number;

	fixture_random(&life->draws, &number, sizeof(number));
	return number % below;
}

#define life_check(life, condition)                                            \
	do {                                                                   \
		if (!(condition))                                              \
			fail_msg("seed %llu: %s: %s",                          \
				(unsigned long long)(life)->seed, #condition,  \
				fixture_error.text);                           \
	} while (0)

static void remove_store(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	char file[PATH_MAX + 16];

	for (size_t i = 0; i < 4; i++) {
		snprintf(file, sizeof(file), "%s%s", path, ends[i]);
		unlink(file);
	}
	vfs_forget(path);
}

static void habits(struct life *life)
{
	must(nc_db_exec(life->hub.store, "PRAGMA wal_autocheckpoint = 12",
		&fixture_error));
	if (life->way.careless)
		must(nc_db_exec(life->hub.store, "PRAGMA synchronous = OFF",
			&fixture_error));
}

static void found(struct life *life)
{
	struct nc_identity identity = {.is_hub = true};
	struct nc_author author;

	life->hub.env.now_ms = fixture_now;
	life->hub.env.random = fixture_random;
	life->hub.env.context = &life->world;
	must(nc_key_generate(&life->hub.env, &life->hub.key, &fixture_error));
	must(nc_store_open(
		life->path, NC_STORE_CREATE, &life->hub.store, &fixture_error));
	author = fixture_author(&life->hub);
	identity.cluster = nc_id_new(&life->hub.env);
	memcpy(identity.hub_key, nc_key_public(life->hub.key), NC_KEY_SIZE);
	strcpy(identity.address, "tcp://127.0.0.1:1");
	must(nc_store_begin(life->hub.store, &fixture_error));
	must(nc_store_set_identity(life->hub.store, &identity, &fixture_error));
	must(nc_cluster_found(life->hub.store, &author,
		nc_slice_text("Cụm thử"), nc_slice_text(identity.address),
		&fixture_error));
	must(nc_store_commit(life->hub.store, &fixture_error));
}

static void life_start(struct life *life, struct way way, uint64_t seed)
{
	memset(life, 0, sizeof(*life));
	life->way = way;
	life->seed = seed;
	life->draws.random = ~seed;
	life->world.now_ms = 1700000000000;
	life->world.random = seed;
	snprintf(life->path, sizeof(life->path), "%s/store.db", folder);
	remove_store(life->path);
	found(life);
	habits(life);
	/* A store is made on a sound disk; then the lies begin. */
	vfs_lie(folder, way.lies);
}

static void life_end(struct life *life)
{
	nc_store_close(life->hub.store);
	life->hub.store = NULL;
	nc_key_free(life->hub.key);
	vfs_lie(folder, false);
	remove_store(life->path);
}

/* Unions are numbered in the order in which they were added. */
static enum nc_status add(struct life *life)
{
	struct nc_author author = fixture_author(&life->hub);
	char code[16], name[201] = "";
	struct nc_id id;
	enum nc_status status;

	snprintf(code, sizeof(code), "u%u", life->said);
	memset(name, 'x', 1 + (size_t)draw(life, 180));
	strcat(name, code);
	status = nc_store_begin(life->hub.store, &fixture_error);
	if (status == NC_OK) {
		life->said++;
		status = nc_cluster_add_union(life->hub.store, &author, code,
			name, -1, &id, &fixture_error);
		if (status == NC_OK)
			status = nc_store_commit(
				life->hub.store, &fixture_error);
		else
			nc_store_rollback(life->hub.store);
	}
	return status;
}

/* Works until the power is cut: between two commits, in the middle of one,
 * or where some write or sync happens to be. */
static void work(struct life *life)
{
	static const enum vfs_call calls[] = {
		VFS_WRITE, VFS_WRITE, VFS_SYNC, VFS_TRUNCATE};
	unsigned commits = 1 + (unsigned)draw(life, 8);
	struct nc_author author = fixture_author(&life->hub);
	struct nc_id id;

	if (draw(life, 2) == 0)
		vfs_fail_at(calls[draw(life, 4)], 1 + draw(life, 60));
	for (unsigned i = 0; i < commits; i++) {
		fixture_error.text[0] = '\0';
		if (add(life) != NC_OK) {
			life_check(life, fixture_error.text[0] != '\0');
			return;
		}
		life->done = life->said;
	}
	if (draw(life, 3) == 0 &&
		nc_db_exec(life->hub.store, "PRAGMA wal_checkpoint(TRUNCATE)",
			&fixture_error) != NC_OK)
		return;
	if (draw(life, 3) != 0)
		return;
	if (nc_store_begin(life->hub.store, &fixture_error) == NC_OK)
		(void)!nc_cluster_add_union(life->hub.store, &author,
			"never-committed", "x", -1, &id, &fixture_error);
}

/* How many unions there are; they must be the first so many. */
static unsigned count(struct life *life)
{
	const struct nc_registry *registry;
	char code[16];

	must(nc_store_registry(life->hub.store, &registry, &fixture_error));
	for (unsigned i = 0; i < registry->unions_count; i++) {
		snprintf(code, sizeof(code), "u%u", i);
		life_check(
			life, nc_registry_union_coded(registry, code) != NULL);
	}
	return (unsigned)registry->unions_count;
}

/* Opens, looks, and writes even to what is damaged: nothing may crash. */
static enum nc_status look(struct life *life)
{
	enum nc_status status = nc_store_open(
		life->path, NC_STORE_OPEN, &life->hub.store, &fixture_error);

	if (status != NC_OK) {
		life->hub.store = NULL;
		return status;
	}
	status = nc_store_verify(life->hub.store, NULL, &fixture_error);
	if (status == NC_OK)
		return NC_OK;
	life_check(life, fixture_error.text[0] != '\0');
	(void)!add(life);
	(void)!nc_store_rebuild(life->hub.store, NULL, NULL);
	fixture_error.text[0] = '?';
	return status;
}

/* False: damaged, and this life is over. */
static bool cut(struct life *life, struct seen *seen)
{
	unsigned there;
	enum nc_status status;

	vfs_crash(folder, draw(life, UINT64_MAX));
	vfs_fail_at(VFS_READ, 0);
	seen->cuts++;
	nc_store_close(life->hub.store);
	fixture_error.text[0] = '\0';
	status = look(life);
	if (status != NC_OK) {
		life_check(life, fixture_error.text[0] != '\0');
		life_check(life, life->way.lies || life->way.careless);
		seen->damaged++;
		return false;
	}
	there = count(life);
	life_check(life, there <= life->said);
	if (there < life->done) {
		life_check(life, life->way.lies || life->way.careless);
		seen->lost++;
	}
	life->said = life->done = there;
	habits(life);
	return true;
}

static struct seen live(struct way way, unsigned lives)
{
	struct seen seen = {0};
	struct life life;

	for (uint64_t seed = first_seed; seed < first_seed + lives; seed++) {
		life_start(&life, way, seed);
		for (unsigned i = 0; i < CUTS; i++) {
			work(&life);
			if (!cut(&life, &seen))
				break;
		}
		life_end(&life);
	}
	print_message("%u power cuts: %u lost commits, %u left a damaged "
		      "store\n",
		seen.cuts, seen.lost, seen.damaged);
	return seen;
}

static void test_honest__no_commit_is_ever_lost(void **state)
{
	struct seen seen = live((struct way){.lies = false}, LIVES);

	(void)state;
	assert_int_equal(seen.cuts, LIVES * CUTS);
	assert_int_equal(seen.lost, 0);
	assert_int_equal(seen.damaged, 0);
}

static void test_lying__sound_or_found_damaged(void **state)
{
	struct seen seen = live((struct way){.lies = true}, LIVES);

	(void)state;
	assert_true(seen.lost > 0);
}

static void test_careless__is_seen_to_lose(void **state)
{
	struct seen seen = live((struct way){.careless = true}, LIVES);

	(void)state;
	assert_true(seen.lost > 0);
}

static void test_two__connections_see_each_other(void **state)
{
	struct life life;
	struct nc_store *other;
	uint64_t n;

	(void)state;
	life_start(&life, (struct way){.lies = false}, 1);
	must(nc_store_open(life.path, NC_STORE_OPEN, &other, &fixture_error));
	must(nc_log_count(other, &n, &fixture_error));
	assert_int_equal(n, 1);
	must(add(&life));
	must(nc_log_count(other, &n, &fixture_error));
	assert_int_equal(n, 2);
	/* A write lock of one keeps the other out. */
	must(nc_db_exec(other, "PRAGMA busy_timeout = 1", &fixture_error));
	must(nc_store_begin(life.hub.store, &fixture_error));
	assert_int_equal(nc_store_begin(other, &fixture_error), NC_BUSY);
	nc_store_rollback(life.hub.store);
	/* Both are dead after a cut, and one that is open anew is not. */
	vfs_crash(folder, 7);
	nc_store_close(life.hub.store);
	must(nc_store_open(
		life.path, NC_STORE_OPEN, &life.hub.store, &fixture_error));
	must(add(&life));
	assert_int_not_equal(nc_store_begin(other, &fixture_error), NC_OK);
	nc_store_close(other);
	must(add(&life));
	must(nc_store_verify(life.hub.store, NULL, &fixture_error));
	assert_int_equal(count(&life), 3);
	life_end(&life);
}

static void test_full__disk_is_told_and_loses_nothing(void **state)
{
	struct life life;
	unsigned full = 0;

	(void)state;
	life_start(&life, (struct way){.lies = false}, 1);
	for (uint64_t room = 0; room < 60000; room += 1111) {
		enum nc_status status;

		vfs_fill(folder, room);
		status = add(&life);
		if (status != NC_OK) {
			assert_int_equal(status, NC_FULL);
			life.said = life.done;
			full++;
		}
		life.done = life.said;
		vfs_room(folder);
		must(nc_store_verify(life.hub.store, NULL, &fixture_error));
		assert_int_equal(count(&life), life.done);
	}
	assert_true(full > 0);
	assert_true(vfs_counters().full > 0);
	life_end(&life);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest__no_commit_is_ever_lost),
		cmocka_unit_test(test_lying__sound_or_found_damaged),
		cmocka_unit_test(test_careless__is_seen_to_lose),
		cmocka_unit_test(test_two__connections_see_each_other),
		cmocka_unit_test(test_full__disk_is_told_and_loses_nothing),
	};
	int failed;

	if (argc > 1)
		first_seed = strtoull(argv[1], NULL, 10);
	if (mkdtemp(folder) == NULL || !vfs_install())
		return 1;
	must(nc_trust_start(&fixture_error));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
