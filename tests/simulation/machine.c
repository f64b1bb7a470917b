/*
 * The machines: they start from their file, run out of memory, and crash
 * between any two steps and inside any transaction. A crash throws away
 * everything but the file, and of a transaction under way everything. Some
 * have a real disk (faults/lying_vfs.h), which loses what was not synced, and
 * also what was while it lied.
 */
#include "simulation.h"
#include "lying_vfs.h"
#include "store/backup.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char filled[256]; /* whose disk is full for a moment */

/* Files that are opened from now on are on a real disk, or on a perfect one. */
static void use_disk(bool real)
{
	static sqlite3_vfs *perfect, *lying;

	if (perfect == NULL) {
		perfect = sqlite3_vfs_find(NULL);
		if (perfect == NULL || !vfs_install())
			abort();
		lying = sqlite3_vfs_find("lying");
	}
	(void)sqlite3_vfs_register(real ? lying : perfect, 1);
}

static bool disk_starve(struct sim *sim, const struct machine *machine)
{
	static const enum vfs_call calls[] = {VFS_READ, VFS_WRITE, VFS_WRITE,
		VFS_WRITE, VFS_SYNC, VFS_SYNC, VFS_TRUNCATE, VFS_OPEN};

	if (!world_chance(&sim->world, 60))
		return false;
	sim->counters.disk_faults++;
	if (machine->full && world_chance(&sim->world, 500)) {
		vfs_fill(machine->path, world_below(&sim->world, 40000));
		(void)snprintf(filled, sizeof(filled), "%s", machine->path);
		return true;
	}
	vfs_fail_at(calls[world_below(&sim->world, 8)],
		1 + world_below(&sim->world,
			    (size_t)1 << world_below(&sim->world, 6)));
	return true;
}

bool sim_starve(struct sim *sim, struct machine *machine)
{
	if (sim->healing)
		return false;
	if (machine->disk && disk_starve(sim, machine))
		return true;
	if (!sim->hungry || !world_chance(&sim->world, 50))
		return false;
	sim->counters.starved++;
	nc_memory_fail_at(
		1 + world_below(&sim->world,
			    (size_t)1 << world_below(&sim->world, 11)));
	return true;
}

void sim_feed(void)
{
	nc_memory_fail_at(0);
	vfs_fail_at(VFS_READ, 0);
	if (filled[0] != '\0')
		vfs_room(filled);
	filled[0] = '\0';
}

bool sim_starved(enum nc_status status)
{
	return status == NC_NO_MEMORY || status == NC_IO || status == NC_FULL ||
	       status == NC_READ_ONLY;
}

void machine_key(struct machine *machine, struct nc_key *key)
{
	uint8_t secret[NC_KEY_SIZE];

	nc_key_free(machine->key);
	machine->key = key;
	machine->device = nc_key_device(key);
	nc_key_transport(key, machine->transport, secret);
	nc_wipe(secret, sizeof(secret));
}

void machine_init(struct sim *sim, struct machine *machine, int node)
{
	struct nc_key *key;
	const char *folder = getenv("TMPDIR");

	machine_env(machine, &sim->world, node);
	if (folder == NULL)
		folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	(void)snprintf(machine->path, sizeof(machine->path),
		"%s/nhipcau-simulation-%ld-%d.db", folder, (long)getpid(),
		node);
	machine->disk =
		sim_meets(sim, MEET_DISKS) && world_chance(&sim->world, 350);
	machine->full = world_chance(&sim->world, 500);
	machine_wipe(machine);
	sim_must(sim, nc_key_generate(&machine->env, &key, &sim->err),
		"make a key");
	machine_key(machine, key);
}

static enum nc_status open_once(
	struct sim *sim, struct machine *machine, struct nc_store **ret_store)
{
	enum nc_store_mode mode = NC_STORE_EPHEMERAL;

	use_disk(machine->disk);
	if (machine->disk)
		mode = access(machine->path, F_OK) == 0 ? NC_STORE_OPEN
							: NC_STORE_CREATE;
	return nc_store_open(machine->path, mode, ret_store, &sim->err);
}

static enum nc_status open_store(
	struct sim *sim, struct machine *machine, struct nc_store **ret_store)
{
	bool starved = sim_starve(sim, machine);
	enum nc_status status = open_once(sim, machine, ret_store);

	sim_feed();
	/* A first opening that failed halfway has left half a store. */
	if (starved && status != NC_OK && !machine->made)
		machine_wipe(machine);
	if (starved && status != NC_OK)
		status = open_once(sim, machine, ret_store);
	machine->made |= status == NC_OK;
	return status;
}

bool machine_start(struct sim *sim, struct machine *machine)
{
	enum nc_status status;

	if (machine->damaged)
		return false;
	status = open_store(sim, machine, &machine->store);
	if (status == NC_OK && machine->lied)
		status = nc_store_verify(machine->store, NULL, &sim->err);
	if (status != NC_OK && machine->lied) {
		machine_stop(machine);
		machine->damaged = true;
		return false;
	}
	sim_must(sim, status, "open a store");
	machine->lied = machine->lies;
	if (world_chance(&sim->world, 150))
		sim_must(sim, open_store(sim, machine, &machine->other),
			"open a store twice");
	return true;
}

void machine_stop(struct machine *machine)
{
	nc_store_close(machine->other);
	nc_store_close(machine->store);
	machine->other = NULL;
	machine->store = NULL;
}

static uint64_t log_size(struct sim *sim, struct machine *machine)
{
	struct nc_store *store = machine_peek(sim, machine);
	uint64_t count = 0;

	if (store != NULL)
		sim_must(sim, nc_log_count(store, &count, &sim->err), "count");
	machine_unpeek(machine, store);
	return count;
}

/* The power goes, after syncs that did nothing. */
static void crash_liar(struct sim *sim, struct machine *machine)
{
	uint64_t before = log_size(sim, machine), after;

	ledger_before(sim);
	sim->counters.liars++;
	vfs_lie(machine->path, false);
	vfs_crash(machine->path, world_random(&sim->world));
	machine_stop(machine);
	machine->lies = false;
	after = log_size(sim, machine);
	if (machine->damaged)
		sim->counters.damaged++;
	world_trace(&sim->world, "%d loses power after lies: %llu of %llu%s",
		machine->node, (unsigned long long)after,
		(unsigned long long)before,
		machine->damaged ? ", damaged" : "");
	if (after < before) {
		machine->put_back++;
		if (machine->node < SIM_HUBS) {
			struct hub *hub = &sim->hubs[machine->node];

			hub->blind = true;
			hub->begun_before = 0;
			sim->hub_lost = true;
		}
	}
	ledger_after(sim);
}

void machine_crash(struct sim *sim, struct machine *machine)
{
	if (machine->disk && machine->lied && machine->store != NULL) {
		crash_liar(sim, machine);
		return;
	}
	if (machine->disk && machine->store != NULL) {
		sim->counters.power_cuts++;
		vfs_crash(machine->path, world_random(&sim->world));
	}
	machine_stop(machine);
}

struct nc_store *machine_peek(struct sim *sim, struct machine *machine)
{
	struct nc_store *store = NULL;
	enum nc_status status;

	if (machine->store != NULL)
		return machine->store;
	if (machine->damaged || machine->path[0] == '\0' ||
		access(machine->path, F_OK) != 0)
		return NULL;
	status = open_once(sim, machine, &store);
	if (status == NC_OK && machine->lied)
		status = nc_store_verify(store, NULL, &sim->err);
	if (status == NC_OK)
		return store;
	nc_store_close(store);
	if (!machine->lied)
		sim_must(sim, status, "look into a store");
	machine->damaged = true;
	return NULL;
}

void machine_unpeek(struct machine *machine, struct nc_store *store)
{
	if (store != machine->store)
		nc_store_close(store);
}

static const char *const tails[] = {"", "-wal", "-shm", "-journal"};

static void remove_store(const char *path)
{
	char name[300];

	for (size_t i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		(void)unlink(name);
	}
	vfs_forget(path);
}

void machine_wipe(struct machine *machine)
{
	remove_store(machine->path);
	machine->lies = machine->lied = machine->damaged = false;
	machine->made = false;
}

static void backup_path(
	char out[300], const struct machine *machine, unsigned backup)
{
	(void)snprintf(out, 300, "%s.%u", machine->path, backup);
}

void machine_fini(struct machine *machine)
{
	char path[300];

	machine_stop(machine);
	nc_key_free(machine->key);
	nc_key_free(machine->writes);
	if (machine->path[0] == '\0')
		return;
	remove_store(machine->path);
	for (unsigned i = 0; i < SIM_BACKUPS; i++) {
		backup_path(path, machine, i);
		remove_store(path);
	}
}

struct nc_store *machine_store(struct sim *sim, struct machine *machine)
{
	if (machine->other != NULL && world_chance(&sim->world, 500))
		return machine->other;
	return machine->store;
}

static bool copy_file(const char *from, const char *to)
{
	uint8_t bytes[65536];
	FILE *in = fopen(from, "rb"), *out;
	size_t size;
	bool good = true;

	if (in == NULL)
		return false;
	out = fopen(to, "wb");
	while (out != NULL && good &&
		(size = fread(bytes, 1, sizeof(bytes), in)) > 0)
		good = fwrite(bytes, 1, size, out) == size;
	good &= out != NULL && fclose(out) == 0;
	(void)fclose(in);
	return good;
}

/* Over a place that is empty. */
static void copy_store(struct sim *sim, struct nc_store *store, const char *to)
{
	FILE *file;

	remove_store(to);
	file = fopen(to, "wb");
	if (file == NULL || fclose(file) != 0)
		sim_fail(sim, "cannot make %s", to);
	use_disk(false);
	sim_must(
		sim, nc_store_copy(store, to, NULL, &sim->err), "copy a store");
}

void machine_backup(struct sim *sim, struct machine *machine)
{
	char path[300], older[300];

	if (machine->backups_count == SIM_BACKUPS) {
		backup_path(older, machine, 0);
		backup_path(path, machine, 1);
		remove_store(older);
		if (rename(path, older) != 0)
			sim_fail(sim, "cannot rename %s", path);
		machine->backups_count--;
	}
	backup_path(path, machine, machine->backups_count++);
	copy_store(sim, machine->store, path);
	world_trace(&sim->world, "%d is backed up", machine->node);
}

void machine_put_back(struct sim *sim, struct machine *machine, unsigned backup)
{
	char path[300];

	NC_ASSERT(machine->store == NULL && backup < machine->backups_count);
	machine_wipe(machine);
	backup_path(path, machine, backup);
	if (!copy_file(path, machine->path))
		sim_fail(sim, "cannot copy %s", path);
	vfs_forget(machine->path);
	machine->made = true;
	machine->put_back++;
}

void machine_copy(struct sim *sim, struct machine *from, struct machine *to)
{
	machine_stop(to);
	machine_wipe(to);
	copy_store(sim, from->store, to->path);
	vfs_forget(to->path);
	to->made = true;
	to->put_back = from->put_back;
}
