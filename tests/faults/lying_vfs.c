#include "lying_vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define RULES_MAX 256
/* What of the disk's promises is kept: see the header. */
#define PROMISES                                                               \
	(SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN)

/* A write, or (data NULL) a truncation to offset, that was not synced. */
struct change {
	int64_t offset;
	size_t size;
	uint8_t *data;
};

struct content {
	uint8_t *data;
	size_t size, capacity;
};

/* What a name stands for: an inode. */
struct node {
	unsigned references;
	struct content synced;
	struct change *changes;
	size_t count, capacity;
	int64_t size; /* now */
};

/* A name: what it stands for now, and for certain after a power cut. */
struct name {
	struct name *next;
	char *path;
	struct node *now, *lasting; /* NULL: there is none */
};

struct file {
	sqlite3_file base;
	struct file *next, **link; /* of all that are open */
	struct name *name;
	struct node *node;
	bool dead, syncs_folder;
	sqlite3_file *real; /* its memory follows */
};

struct rule {
	char prefix[PATH_MAX];
	bool lies, limited;
	int64_t room;
};

static struct {
	pthread_mutex_t lock;
	sqlite3_vfs vfs, *real;
	struct name *names;
	struct file *files;
	struct rule rules[RULES_MAX];
	size_t rules_count;
	enum vfs_call fail_call;
	uint64_t fail_in;
	struct vfs_counters counters;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock(void)
{
	pthread_mutex_lock(&disk.lock);
}

static void unlock(void)
{
	pthread_mutex_unlock(&disk.lock);
}

/* A test without memory is no test. */
static void *need(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static uint64_t draw(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Contents. */

static void content_resize(struct content *content, size_t size)
{
	if (size > content->capacity) {
		content->capacity = size < 65536 ? 65536 : size * 2;
		content->data = need(realloc(content->data, content->capacity));
	}
	if (size > content->size)
		memset(content->data + content->size, 0, size - content->size);
	content->size = size;
}

static void content_write(struct content *content, int64_t offset,
	const uint8_t *data, size_t size)
{
	size_t at = (size_t)offset;

	if (at + size > content->size)
		content_resize(content, at + size);
	memcpy(content->data + at, data, size);
}

static void content_change(struct content *content, const struct change *change)
{
	if (change->data == NULL)
		content_resize(content, (size_t)change->offset);
	else
		content_write(
			content, change->offset, change->data, change->size);
}

static void content_copy(struct content *to, const struct content *from)
{
	memset(to, 0, sizeof(*to));
	content_resize(to, from->size);
	if (from->size > 0)
		memcpy(to->data, from->data, from->size);
}

static void content_load(struct content *content, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	size_t done = 0;

	if (fd < 0 || fstat(fd, &status) != 0)
		abort();
	content_resize(content, (size_t)status.st_size);
	while (done < content->size) {
		ssize_t got =
			read(fd, content->data + done, content->size - done);

		if (got <= 0)
			abort();
		done += (size_t)got;
	}
	close(fd);
}

/* As a new inode: connections that are open keep the old one. */
static void content_store(const struct content *content, const char *path)
{
	char beside[PATH_MAX + 8];
	size_t done = 0;
	int fd;

	snprintf(beside, sizeof(beside), "%s~crash", path);
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		abort();
	while (done < content->size) {
		ssize_t put =
			write(fd, content->data + done, content->size - done);

		if (put <= 0)
			abort();
		done += (size_t)put;
	}
	close(fd);
	if (rename(beside, path) != 0)
		abort();
}

/* Nodes. */

static struct node *node_hold(struct node *node)
{
	if (node != NULL)
		node->references++;
	return node;
}

static void node_clear(struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		free(node->changes[i].data);
	node->count = 0;
}

static void node_drop(struct node *node)
{
	if (node == NULL || --node->references > 0)
		return;
	node_clear(node);
	free(node->changes);
	free(node->synced.data);
	free(node);
}

static void node_set(struct node **at, struct node *node)
{
	node_hold(node);
	node_drop(*at);
	*at = node;
}

static void node_change(
	struct node *node, int64_t offset, const void *data, size_t size)
{
	struct change *change;

	if (node->count == node->capacity) {
		node->capacity = node->capacity == 0 ? 64 : node->capacity * 2;
		node->changes = need(realloc(node->changes,
			node->capacity * sizeof(*node->changes)));
	}
	change = &node->changes[node->count++];
	change->offset = offset;
	change->size = size;
	change->data = NULL;
	if (data == NULL) {
		node->size = offset;
		return;
	}
	change->data = need(malloc(size + 1));
	memcpy(change->data, data, size);
	if (offset + (int64_t)size > node->size)
		node->size = offset + (int64_t)size;
}

static void node_sync(struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		content_change(&node->synced, &node->changes[i]);
	node_clear(node);
}

/* Each sector of a write is there or not. */
static void tear(
	struct content *content, const struct change *change, uint64_t *seed)
{
	size_t at = 0;

	while (at < change->size) {
		size_t offset = (size_t)change->offset + at;
		size_t size = SECTOR - offset % SECTOR;

		if (size > change->size - at)
			size = change->size - at;
		if (draw(seed) & 1)
			content_write(content, (int64_t)offset,
				change->data + at, size);
		at += size;
	}
}

static void crash_change(struct content *content, const struct change *change,
	uint64_t bias, uint64_t *seed)
{
	uint64_t choice = draw(seed) % 16;

	/* bias: some cuts lose nearly all, some hardly anything. */
	if (choice < bias) {
		disk.counters.lost++;
	} else if (change->data == NULL || draw(seed) % 4 > 0) {
		disk.counters.kept++;
		content_change(content, change);
	} else {
		disk.counters.torn++;
		tear(content, change, seed);
	}
}

static void node_crash(struct node *node, struct content *ret, uint64_t *seed)
{
	uint64_t bias = draw(seed) % 17;

	content_copy(ret, &node->synced);
	for (size_t i = 0; i < node->count; i++)
		crash_change(ret, &node->changes[i], bias, seed);
}

/* Names. */

static struct name *name_find(const char *path)
{
	for (struct name *name = disk.names; name != NULL; name = name->next)
		if (strcmp(name->path, path) == 0)
			return name;
	return NULL;
}

/* Learns of a file as it is before it is opened or deleted. */
static struct name *name_meet(const char *path)
{
	struct name *name = name_find(path), **end = &disk.names;

	if (name == NULL) {
		name = need(calloc(1, sizeof(*name)));
		name->path = need(strdup(path));
		while (*end != NULL)
			end = &(*end)->next;
		*end = name;
	}
	if (access(path, F_OK) != 0) {
		/* Somebody else may have taken it away. */
		if (name->now != NULL) {
			node_set(&name->now, NULL);
			node_set(&name->lasting, NULL);
		}
	} else if (name->now == NULL) {
		struct node *node = need(calloc(1, sizeof(*node)));

		content_load(&node->synced, path);
		node->size = (int64_t)node->synced.size;
		node_set(&name->now, node);
		node_set(&name->lasting, node);
	}
	return name;
}

static void name_create(struct name *name)
{
	struct node *node = need(calloc(1, sizeof(*node)));

	node_set(&name->now, node);
}

static bool below(const char *path, const char *prefix)
{
	return strncmp(path, prefix, strlen(prefix)) == 0;
}

static void sync_folder(const char *path)
{
	size_t size = (size_t)(strrchr(path, '/') - path) + 1;

	for (struct name *name = disk.names; name != NULL; name = name->next)
		if (strncmp(name->path, path, size) == 0 &&
			strchr(name->path + size, '/') == NULL)
			node_set(&name->lasting, name->now);
}

/* Prefixes as SQLite spells paths: without symbolic links. */
static void full_prefix(char out[PATH_MAX], const char *prefix)
{
	if (prefix[0] == '\0' || realpath(prefix, out) == NULL)
		snprintf(out, PATH_MAX, "%s", prefix);
}

/* Rules. */

static struct rule *rule_for(const char *path, bool limits)
{
	for (size_t i = 0; i < disk.rules_count; i++)
		if (below(path, disk.rules[i].prefix) &&
			(limits ? disk.rules[i].limited : disk.rules[i].lies))
			return &disk.rules[i];
	return NULL;
}

static struct rule *rule_make(const char *prefix)
{
	char full[PATH_MAX];
	struct rule *rule;

	full_prefix(full, prefix);
	for (size_t i = 0; i < disk.rules_count; i++)
		if (strcmp(disk.rules[i].prefix, full) == 0)
			return &disk.rules[i];
	if (disk.rules_count == RULES_MAX)
		abort();
	rule = &disk.rules[disk.rules_count++];
	memset(rule, 0, sizeof(*rule));
	strcpy(rule->prefix, full);
	return rule;
}

static bool call_fails(enum vfs_call call)
{
	disk.counters.calls[call]++;
	if (disk.fail_in == 0 || disk.fail_call != call)
		return false;
	return --disk.fail_in == 0;
}

/* How many of the bytes that a file is to grow by there is room for. */
static int64_t take_room(const char *path, int64_t growth)
{
	struct rule *rule = rule_for(path, true);

	if (rule == NULL)
		return growth;
	if (growth > rule->room) {
		disk.counters.full++;
		growth = rule->room;
	}
	rule->room -= growth;
	if (growth > 0)
		disk.counters.grown += (uint64_t)growth;
	return growth;
}

/* Files. */

static struct file *file_of(sqlite3_file *base)
{
	return (struct file *)base;
}

static void file_unlink(struct file *file)
{
	if (file->link == NULL)
		return;
	*file->link = file->next;
	if (file->next != NULL)
		file->next->link = file->link;
	file->link = NULL;
	node_drop(file->node);
	file->node = NULL;
}

static int file_close(sqlite3_file *base)
{
	struct file *file = file_of(base);

	lock();
	file_unlink(file);
	unlock();
	return file->real->pMethods->xClose(file->real);
}

static int file_read(
	sqlite3_file *base, void *out, int size, sqlite3_int64 offset)
{
	struct file *file = file_of(base);
	bool fails;

	lock();
	fails = call_fails(VFS_READ) || file->dead;
	unlock();
	if (fails)
		return SQLITE_IOERR_READ;
	return file->real->pMethods->xRead(file->real, out, size, offset);
}

/* What fits of a write is written, as a full disk does. */
static int write_some(
	struct file *file, const void *data, int size, sqlite3_int64 offset)
{
	int64_t growth = offset + size - file->node->size, fits;
	int code;

	if (growth < 0)
		growth = 0;
	fits = size - growth + take_room(file->name->path, growth);
	if (fits <= 0)
		return SQLITE_FULL;
	code = file->real->pMethods->xWrite(
		file->real, data, (int)fits, offset);
	if (code != SQLITE_OK)
		return code;
	node_change(file->node, offset, data, (size_t)fits);
	return fits == size ? SQLITE_OK : SQLITE_FULL;
}

static int file_write(
	sqlite3_file *base, const void *data, int size, sqlite3_int64 offset)
{
	struct file *file = file_of(base);
	int code = SQLITE_IOERR_WRITE;

	lock();
	if (!call_fails(VFS_WRITE) && !file->dead)
		code = write_some(file, data, size, offset);
	unlock();
	return code;
}

static int truncate_some(struct file *file, sqlite3_int64 size)
{
	int64_t growth = size - file->node->size;
	int code;

	if (growth > 0 && take_room(file->name->path, growth) < growth)
		return SQLITE_FULL;
	if (growth < 0)
		(void)take_room(file->name->path, growth);
	code = file->real->pMethods->xTruncate(file->real, size);
	if (code == SQLITE_OK)
		node_change(file->node, size, NULL, 0);
	return code;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	struct file *file = file_of(base);
	int code = SQLITE_IOERR_TRUNCATE;

	lock();
	if (!call_fails(VFS_TRUNCATE) && !file->dead)
		code = truncate_some(file, size);
	unlock();
	return code;
}

static void sync_honestly(struct file *file)
{
	node_sync(file->node);
	if (file->syncs_folder)
		sync_folder(file->name->path);
	else if (file->name->now == file->node)
		node_set(&file->name->lasting, file->node);
	file->syncs_folder = false;
}

static int file_sync(sqlite3_file *base, int flags)
{
	struct file *file = file_of(base);
	int code = SQLITE_OK;

	(void)flags;
	lock();
	if (call_fails(VFS_SYNC) || file->dead)
		code = SQLITE_IOERR_FSYNC;
	else if (rule_for(file->name->path, false) != NULL)
		disk.counters.lies++;
	else
		sync_honestly(file);
	unlock();
	return code;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *ret_size)
{
	struct file *file = file_of(base);

	if (file->dead)
		return SQLITE_IOERR_FSTAT;
	return file->real->pMethods->xFileSize(file->real, ret_size);
}

static int file_lock(sqlite3_file *base, int level)
{
	struct file *file = file_of(base);

	if (file->dead)
		return SQLITE_IOERR_LOCK;
	return file->real->pMethods->xLock(file->real, level);
}

static int file_unlock(sqlite3_file *base, int level)
{
	sqlite3_file *real = file_of(base)->real;

	return real->pMethods->xUnlock(real, level);
}

static int file_is_reserved(sqlite3_file *base, int *ret_reserved)
{
	sqlite3_file *real = file_of(base)->real;

	return real->pMethods->xCheckReservedLock(real, ret_reserved);
}

static int file_control(sqlite3_file *base, int operation, void *argument)
{
	sqlite3_file *real = file_of(base)->real;

	/* Neither room in advance nor memory maps go past the books. */
	if (operation == SQLITE_FCNTL_SIZE_HINT ||
		operation == SQLITE_FCNTL_CHUNK_SIZE ||
		operation == SQLITE_FCNTL_MMAP_SIZE)
		return SQLITE_NOTFOUND;
	return real->pMethods->xFileControl(real, operation, argument);
}

static int file_sector_size(sqlite3_file *base)
{
	sqlite3_file *real = file_of(base)->real;

	return real->pMethods->xSectorSize(real);
}

static int file_promises(sqlite3_file *base)
{
	sqlite3_file *real = file_of(base)->real;

	return real->pMethods->xDeviceCharacteristics(real) & PROMISES;
}

static int file_shm_map(sqlite3_file *base, int region, int size, int extend,
	void volatile **ret_memory)
{
	struct file *file = file_of(base);

	if (file->dead)
		return SQLITE_IOERR_SHMMAP;
	return file->real->pMethods->xShmMap(
		file->real, region, size, extend, ret_memory);
}

static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags)
{
	struct file *file = file_of(base);

	if (file->dead && (flags & SQLITE_SHM_LOCK) != 0)
		return SQLITE_IOERR_SHMLOCK;
	return file->real->pMethods->xShmLock(file->real, offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *base)
{
	sqlite3_file *real = file_of(base)->real;

	real->pMethods->xShmBarrier(real);
}

static int file_shm_unmap(sqlite3_file *base, int deletes)
{
	struct file *file = file_of(base);

	/* By now another connection's may stand under that name. */
	return file->real->pMethods->xShmUnmap(
		file->real, file->dead ? 0 : deletes);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, /* no memory maps */
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_is_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_promises,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

/* The VFS. */

static int open_named(
	struct file *file, const char *path, int flags, int *ret_flags)
{
	struct name *name = name_meet(path);
	int code =
		disk.real->xOpen(disk.real, path, file->real, flags, ret_flags);

	if (code != SQLITE_OK)
		return code;
	if (name->now == NULL) {
		name_create(name);
		file->syncs_folder =
			(flags & (SQLITE_OPEN_MAIN_JOURNAL |
					 SQLITE_OPEN_SUPER_JOURNAL |
					 SQLITE_OPEN_WAL)) != 0;
	}
	file->name = name;
	file->node = node_hold(name->now);
	file->next = disk.files;
	file->link = &disk.files;
	if (disk.files != NULL)
		disk.files->link = &file->next;
	disk.files = file;
	file->base.pMethods = &methods;
	return SQLITE_OK;
}

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename path,
	sqlite3_file *base, int flags, int *ret_flags)
{
	struct file *file = file_of(base);
	int code;

	(void)vfs;
	if (path == NULL || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0)
		return disk.real->xOpen(
			disk.real, path, base, flags, ret_flags);
	memset(file, 0, sizeof(*file));
	file->real = (sqlite3_file *)(file + 1);
	lock();
	if (call_fails(VFS_OPEN))
		code = SQLITE_CANTOPEN;
	else
		code = open_named(file, path, flags, ret_flags);
	unlock();
	return code;
}

static int delete_named(const char *path, int sync)
{
	struct name *name = name_meet(path);
	int64_t size = name->now == NULL ? 0 : name->now->size;
	int code = disk.real->xDelete(disk.real, path, 0);

	if (code != SQLITE_OK)
		return code;
	(void)take_room(path, -size);
	node_set(&name->now, NULL);
	if (sync && rule_for(path, false) == NULL)
		sync_folder(path);
	return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	int code = SQLITE_IOERR_DELETE;

	(void)vfs;
	lock();
	if (!call_fails(VFS_DELETE))
		code = delete_named(path, sync);
	unlock();
	return code;
}

static int disk_access(
	sqlite3_vfs *vfs, const char *path, int flags, int *ret_result)
{
	(void)vfs;
	return disk.real->xAccess(disk.real, path, flags, ret_result);
}

static int disk_full_pathname(
	sqlite3_vfs *vfs, const char *path, int size, char *out)
{
	(void)vfs;
	return disk.real->xFullPathname(disk.real, path, size, out);
}

static int disk_last_error(sqlite3_vfs *vfs, int size, char *out)
{
	(void)vfs;
	return disk.real->xGetLastError(disk.real, size, out);
}

bool vfs_install(void)
{
	if (disk.real != NULL)
		return true;
	disk.real = sqlite3_vfs_find(NULL);
	if (disk.real == NULL)
		return false;
	disk.vfs = *disk.real; /* time, randomness, extensions as they were */
	disk.vfs.pNext = NULL;
	disk.vfs.zName = "lying";
	disk.vfs.szOsFile += (int)sizeof(struct file);
	disk.vfs.xOpen = disk_open;
	disk.vfs.xDelete = disk_delete;
	disk.vfs.xAccess = disk_access;
	disk.vfs.xFullPathname = disk_full_pathname;
	disk.vfs.xGetLastError = disk_last_error;
	return sqlite3_vfs_register(&disk.vfs, 1) == SQLITE_OK;
}

/* After a crash what is there is what lasts. */
static void name_restart(struct name *name, struct content *content)
{
	struct node *node = NULL;

	if (content != NULL) {
		node = need(calloc(1, sizeof(*node)));
		node->synced = *content;
		node->size = (int64_t)content->size;
	}
	node_set(&name->now, node);
	node_set(&name->lasting, node);
}

static void name_crash(struct name *name, uint64_t *seed)
{
	struct node *node = name->now;
	struct content content;

	if (node != name->lasting && (draw(seed) & 1)) {
		disk.counters.names++;
		node = name->lasting;
	}
	disk.counters.crashes++;
	if (node == NULL) {
		(void)unlink(name->path);
		name_restart(name, NULL);
		return;
	}
	node_crash(node, &content, seed);
	content_store(&content, name->path);
	name_restart(name, &content);
}

/* The index of a write-ahead log is memory, whatever it looks like. */
static void remove_shm(const char *path)
{
	char shm[PATH_MAX + 8];

	snprintf(shm, sizeof(shm), "%s-shm", path);
	(void)unlink(shm);
}

void vfs_crash(const char *prefix, uint64_t seed)
{
	char full[PATH_MAX];

	full_prefix(full, prefix);
	lock();
	for (struct file *file = disk.files; file != NULL; file = file->next)
		if (below(file->name->path, full))
			file->dead = true;
	for (struct name *name = disk.names; name != NULL; name = name->next) {
		if (!below(name->path, full))
			continue;
		name_crash(name, &seed);
		remove_shm(name->path);
	}
	unlock();
}

void vfs_lie(const char *prefix, bool lie)
{
	lock();
	rule_make(prefix)->lies = lie;
	unlock();
}

void vfs_fill(const char *prefix, uint64_t bytes)
{
	struct rule *rule;

	lock();
	rule = rule_make(prefix);
	rule->limited = true;
	rule->room = bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes;
	unlock();
}

void vfs_room(const char *prefix)
{
	lock();
	rule_make(prefix)->limited = false;
	unlock();
}

void vfs_fail_at(enum vfs_call call, uint64_t n)
{
	lock();
	disk.fail_call = call;
	disk.fail_in = n;
	unlock();
}

uint64_t vfs_fail_left(void)
{
	uint64_t left;

	lock();
	left = disk.fail_in;
	unlock();
	return left;
}

static bool name_is_open(const struct name *name)
{
	for (struct file *file = disk.files; file != NULL; file = file->next)
		if (file->name == name)
			return true;
	return false;
}

static void name_free(struct name *name)
{
	node_drop(name->now);
	node_drop(name->lasting);
	free(name->path);
	free(name);
}

static void forget_names(const char *prefix)
{
	struct name **at = &disk.names, *name;

	while ((name = *at) != NULL) {
		if (!below(name->path, prefix)) {
			at = &name->next;
			continue;
		}
		if (name_is_open(name)) {
			if (name->now != NULL)
				node_sync(name->now);
			node_set(&name->lasting, name->now);
			at = &name->next;
			continue;
		}
		*at = name->next;
		name_free(name);
	}
}

void vfs_forget(const char *prefix)
{
	char full[PATH_MAX];
	size_t kept = 0;

	full_prefix(full, prefix);
	lock();
	forget_names(full);
	for (size_t i = 0; i < disk.rules_count; i++)
		if (!below(disk.rules[i].prefix, full))
			disk.rules[kept++] = disk.rules[i];
	disk.rules_count = kept;
	unlock();
}

struct vfs_counters vfs_counters(void)
{
	struct vfs_counters counters;

	lock();
	counters = disk.counters;
	unlock();
	return counters;
}
