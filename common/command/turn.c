#include "command/turn.h"
#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define TURN_TRIES 100
#define TURN_WAIT_NS (100 * 1000 * 1000)

static enum nc_status wait_for(
	int fd, const char *folder, const char *path, struct nc_error *err)
{
	const struct timespec a_little = {.tv_nsec = TURN_WAIT_NS};

	for (int i = 0; i < TURN_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return NC_OK;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return nc_file_error(err, errno, path);
		(void)nanosleep(&a_little, NULL);
	}
	return nc_error_set(err, NC_BUSY,
		_("Another command is syncing %s or changing its key; wait "
		  "until it has ended and try again."),
		folder);
}

enum nc_status nc_turn_take(
	struct nc_turn *turn, const char *folder, struct nc_error *err)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(folder, "sync.lock");
	enum nc_status status;
	int fd;

	NC_ASSERT(!turn->taken);
	if (path == NULL)
		return nc_error_no_memory(err);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return nc_file_error(err, errno, path);
	status = wait_for(fd, folder, path, err);
	turn->taken = status == NC_OK;
	turn->fd = fd;
	if (status != NC_OK)
		(void)close(fd);
	return status;
}

void nc_turn_end(struct nc_turn *turn)
{
	if (turn->taken)
		(void)close(turn->fd);
	turn->taken = false;
}
