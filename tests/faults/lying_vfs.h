/*
 * A disk that loses power, fills up, fails, and lies: an SQLite VFS over the
 * usual one, as SQLite's own crash tests have it. It becomes the default one,
 * so whoever opens a database by its path goes through it.
 *
 * Of each file it keeps what has reached the disk for certain, and every
 * write and truncation since the last honest xSync. vfs_crash() puts the
 * files into a state that a power cut could have left:
 *
 * - all that was synced is there;
 * - each write since then is kept, lost, or torn at sectors of 512 bytes; each
 *   truncation is kept or lost;
 * - a file that was made or deleted since its folder was synced is there or
 *   not. As on Linux, the first sync of a new journal or write-ahead log syncs
 *   the folder (SQLite asks for it), a sync of any file makes its own name
 *   last, and a deletion lasts at once where SQLite asks for that.
 *
 * As the real disk does (SQLITE_IOCAP_POWERSAFE_OVERWRITE), bytes beside a
 * torn write stay what they were.
 *
 * What another hand than SQLite's changes below a prefix is seen only after
 * vfs_forget(). A prefix is a folder or the beginning of a file's path, and ""
 * is every file. The same calls with the same seeds give the same faults.
 * Nothing is ever really synced: tests are fast, and a real power cut ends them
 * anyway. Shared memory and locks are the usual VFS's. Temporary files without
 * a name are passed through.
 */
#ifndef TESTS_FAULTS_LYING_VFS_H
#define TESTS_FAULTS_LYING_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum vfs_call {
	VFS_READ,
	VFS_WRITE,
	VFS_SYNC,
	VFS_TRUNCATE,
	VFS_OPEN,
	VFS_DELETE,
	VFS_CALLS
};

struct vfs_counters {
	uint64_t calls[VFS_CALLS];
	uint64_t lies;	  /* syncs that did nothing */
	uint64_t full;	  /* refused for want of room */
	uint64_t grown;	  /* bytes by which files grew, under a limit */
	uint64_t crashes; /* files that were crashed */
	/* By those, of what had not been synced: */
	uint64_t kept, lost, torn;
	uint64_t names; /* creations and deletions undone */
};

/* Once, before the first database is opened. False: SQLite refused. */
bool vfs_install(void);

/*
 * Cuts the power of all files below prefix. Connections that are open to them
 * are dead from then on: each read and write fails, closing them does no more
 * harm. Close them before or after; open anew afterwards.
 */
void vfs_crash(const char *prefix, uint64_t seed);

/* From now on xSync says OK below prefix and does nothing, or (false) again
 * what it says; what was lied about lasts with the next honest sync. */
void vfs_lie(const char *prefix, bool lie);
/* Files below prefix may grow by so many bytes more, together; then the disk
 * is full, until vfs_room(). What is truncated or deleted gives back. */
void vfs_fill(const char *prefix, uint64_t bytes);
void vfs_room(const char *prefix);
/* The n-th call of this kind from now fails once with an I/O error (1 = the
 * next), 0: none does. On any file. */
void vfs_fail_at(enum vfs_call call, uint64_t n);
/* How many calls until the one that fails; 0: it has, or none does. */
uint64_t vfs_fail_left(void);

/* Takes all below prefix as it is as synced, and drops lies and limits there:
 * for a folder that is done with. Open files go on being looked after. */
void vfs_forget(const char *prefix);

struct vfs_counters vfs_counters(void);

#endif
