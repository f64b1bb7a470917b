#include "server.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "store/hubs.h"

#include <fcntl.h>
#include <unistd.h>

/* The newest checkpoint that was given out. */
#define CHECKPOINT "checkpoint"

void nc_server_keep_checkpoint(
	const struct nc_home *home, const struct nc_hub *hub)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(home->folder, CHECKPOINT);
	size_t size = hub->checkpoint.size;
	int fd;

	if (path == NULL || size == 0)
		return;
	fd = open(path,
		O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	/* What is cut short is no checkpoint. */
	if (pwrite(fd, hub->checkpoint.data, size, 0) != (ssize_t)size ||
		ftruncate(fd, (off_t)size) != 0)
		(void)unlink(path);
	close(fd);
}

/* What is not there, or cannot be read, shows nothing. */
static enum nc_status look_back(struct nc_home *home,
	const struct nc_call *call, bool *ret_put_back, struct nc_error *err)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(home->folder, CHECKPOINT);
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_hub hub;
	enum nc_status status;

	*ret_put_back = false;
	if (path == NULL)
		return nc_error_no_memory(err);
	nc_buffer_init(&bytes, NC_CHECKPOINT_BYTES_MAX);
	status = nc_file_read(path, &bytes, NULL);
	if (status != NC_OK)
		return status == NC_NO_MEMORY ? nc_error_no_memory(err) : NC_OK;
	status = nc_hub_start(&hub, home->store, home->key, &call->env, err);
	if (status != NC_OK)
		return status;
	status = nc_hub_look_back(&hub, nc_buffer_slice(&bytes), err);
	*ret_put_back = hub.begun_again > 0;
	nc_hub_fini(&hub);
	return status;
}

enum nc_status nc_server_open_to_serve(struct nc_home *home,
	const struct nc_call *call, bool *ret_put_back, struct nc_error *err)
{
	enum nc_status status = nc_home_open(home, call, err);

	if (status == NC_OK && !home->identity.is_hub)
		return nc_error_set(err, NC_INVALID,
			_("%s is a client's home, not a hub's; name the hub's "
			  "with --home."),
			home->folder);
	if (status == NC_OK)
		status = look_back(home, call, ret_put_back, err);
	return status;
}

enum nc_status nc_server_open_home(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	bool put_back = false;
	enum nc_status status =
		nc_server_open_to_serve(home, call, &put_back, err);

	if (status == NC_OK && put_back)
		nc_console_note(
			_("The hub's store is older than what this hub has "
			  "given out: it was put back. A new generation of its "
			  "history begins, and the unions' laptops give back "
			  "what they have; nothing else need be done."));
	return status;
}

/* serve may have begun a new generation since, and writes with another key: a
 * number that the one before has given must not be given again. */
static enum nc_status renew(
	void *context, const struct nc_key **ret_key, struct nc_error *err)
{
	struct nc_home *home = context;
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status =
		nc_hubs_author(home->store, home->key, &key, err);

	if (status != NC_OK)
		return status;
	if (home->author_key == NULL ||
		nc_key_device(key) != nc_key_device(home->author_key)) {
		/* An author may name the one that it had first. */
		if (home->left_key == NULL)
			home->left_key = home->author_key;
		else
			nc_key_free(home->author_key);
		home->author_key = key;
		key = NULL;
	}
	*ret_key = home->author_key;
	return NC_OK;
}

enum nc_status nc_server_author(struct nc_home *home,
	const struct nc_call *call, struct nc_author *ret_author,
	struct nc_error *err)
{
	enum nc_status status = nc_home_author(home, call, ret_author, err);

	if (status == NC_OK)
		status = renew(home, &ret_author->key, err);
	ret_author->renew = renew;
	ret_author->context = home;
	return status;
}

static enum nc_status check_present(struct nc_home *home, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	enum nc_status status;

	if (!home->identity.handed_over)
		return NC_OK;
	status = nc_store_registry(home->store, &registry, err);
	if (status != NC_OK)
		return status;
	hub = nc_registry_current_hub(registry);
	return nc_error_set(err, NC_MOVED,
		_("This hub has handed over and writes nothing more; the "
		  "cluster's hub is at %s now: do it there."),
		hub == NULL ? home->identity.address : hub->address);
}

enum nc_status nc_server_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err)
{
	enum nc_status status = nc_server_open_home(home, call, err);

	if (status == NC_OK)
		status = check_present(home, err);
	if (status == NC_OK)
		status = nc_server_author(home, call, ret_author, err);
	return status;
}
