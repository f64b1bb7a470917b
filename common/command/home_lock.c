#include "command/home_lock.h"
#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum lock_byte {
	LOCK_USED = 0,
	LOCK_SERVED = 1,
};

/* NC_BUSY without a sentence: somebody else has it. */
static enum nc_status lock_byte(const struct nc_home_lock *lock, short type,
	enum lock_byte byte, const char *folder, struct nc_error *err)
{
	struct flock range = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = byte,
		.l_len = 1,
	};

	while (fcntl(lock->fd, F_OFD_SETLK, &range) != 0) {
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == EACCES)
			return NC_BUSY;
		return nc_file_error(err, errno, folder);
	}
	return NC_OK;
}

static enum nc_status lock_open(
	struct nc_home_lock *lock, const char *folder, struct nc_error *err)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(folder, "lock");

	if (lock->held)
		return NC_OK;
	if (path == NULL)
		return nc_error_no_memory(err);
	lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock->fd < 0)
		return nc_file_error(err, errno, path);
	lock->held = true;
	return NC_OK;
}

void nc_home_lock_fini(struct nc_home_lock *lock)
{
	if (lock->held)
		close(lock->fd);
	lock->held = false;
}

enum nc_status nc_home_lock_share(
	struct nc_home_lock *lock, const char *folder, struct nc_error *err)
{
	enum nc_status status;

	if (lock->held)
		return NC_OK;
	status = lock_open(lock, folder, NULL);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return NC_OK;
	status = lock_byte(lock, F_RDLCK, LOCK_USED, folder, err);
	if (status == NC_OK)
		return NC_OK;
	nc_home_lock_fini(lock);
	if (status != NC_BUSY)
		return NC_OK;
	return nc_error_set(err, NC_BUSY,
		_("The store in %s is being put in place by another command; "
		  "wait until that has ended and try again."),
		folder);
}

static enum nc_status is_served(const char *folder, struct nc_error *err)
{
	return nc_error_set(err, NC_BUSY,
		_("The hub in %s is being served; end that serve first and try "
		  "again."),
		folder);
}

enum nc_status nc_home_lock_serve(
	struct nc_home_lock *lock, const char *folder, struct nc_error *err)
{
	enum nc_status status = lock_open(lock, folder, err);

	if (status == NC_OK)
		status = lock_byte(lock, F_WRLCK, LOCK_SERVED, folder, err);
	return status == NC_BUSY ? is_served(folder, err) : status;
}

enum nc_status nc_home_lock_alone(
	struct nc_home_lock *lock, const char *folder, struct nc_error *err)
{
	enum nc_status status = lock_open(lock, folder, err);

	if (status != NC_OK)
		return status;
	status = lock_byte(lock, F_WRLCK, LOCK_SERVED, folder, err);
	if (status == NC_BUSY)
		return is_served(folder, err);
	if (status == NC_OK)
		status = lock_byte(lock, F_WRLCK, LOCK_USED, folder, err);
	if (status == NC_BUSY)
		return nc_error_set(err, NC_BUSY,
			_("Another command is at work in %s; wait until it has "
			  "ended, or end it, and try again."),
			folder);
	return status;
}
