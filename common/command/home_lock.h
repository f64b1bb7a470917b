/*
 * Who is at work in a home: HOME/lock, an empty file of which two bytes are
 * locked (fcntl(2), open file description locks; the system lets go of them
 * when the process ends, however it ends).
 *
 *     byte 0   every command shares it; who replaces the store has it alone
 *     byte 1   serve has it alone, from its start to its end
 */
#ifndef NC_COMMAND_HOME_LOCK_H
#define NC_COMMAND_HOME_LOCK_H

#include "base/error.h"

#include <stdbool.h>

struct nc_home_lock {
	bool held;
	int fd;
};

/* All three refuse at once with NC_BUSY and a sentence. */

/* For any command. Where the file cannot be made (a full disk) nothing is
 * held, and that is no fault. What is held already is held on. */
enum nc_status nc_home_lock_share(struct nc_home_lock *lock, const char *folder,
	struct nc_error *err) NC_MUST_USE;
/* For serve, after sharing. */
enum nc_status nc_home_lock_serve(struct nc_home_lock *lock, const char *folder,
	struct nc_error *err) NC_MUST_USE;
/* For replacing the store, instead of sharing. */
enum nc_status nc_home_lock_alone(struct nc_home_lock *lock, const char *folder,
	struct nc_error *err) NC_MUST_USE;
void nc_home_lock_fini(struct nc_home_lock *lock);

#endif
