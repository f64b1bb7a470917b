#include "base/file.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum nc_status nc_file_error(
	struct nc_error *err, int error_number, const char *path)
{
	switch (error_number) {
	case ENOENT:
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no file %s; check the name and try again."),
			path);
	case ENOSPC:
	case EDQUOT:
		return nc_error_set(err, NC_FULL,
			_("The disk is full, so %s was not written; free some "
			  "space and try again. Nothing was lost."),
			path);
	case EACCES:
	case EPERM:
	case EROFS:
		return nc_error_set(err, NC_READ_ONLY,
			_("%s may not be opened or written (%s); check the "
			  "folder's permissions and try again."),
			path, strerror(error_number));
	default:
		return nc_error_set(err, NC_IO,
			_("%s could not be used: %s; check the disk and try "
			  "again."),
			path, strerror(error_number));
	}
}

static enum nc_status file_read_all(
	int fd, const char *path, struct nc_buffer *out, struct nc_error *err)
{
	uint8_t block[65536];

	for (;;) {
		ssize_t got = read(fd, block, sizeof(block));
		enum nc_status status;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return nc_file_error(err, errno, path);
		if (got == 0)
			return NC_OK;
		status = nc_buffer_append(out, block, (size_t)got);
		if (status == NC_LIMIT)
			return nc_error_set(err, NC_LIMIT,
				_("%s is larger than %zu bytes, the most that "
				  "is read; split it and try again."),
				path, out->limit);
		if (status != NC_OK)
			return nc_error_no_memory(err);
	}
}

enum nc_status nc_file_read(
	const char *path, struct nc_buffer *out, struct nc_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum nc_status status;
	struct stat st;

	if (fd < 0)
		return nc_file_error(err, errno, path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		status = nc_error_set(err, NC_INVALID,
			_("%s is a folder, not a file; name a file."), path);
	else
		status = file_read_all(fd, path, out, err);
	close(fd);
	return status;
}

static int file_write_all(int fd, struct nc_slice bytes)
{
	while (bytes.size > 0) {
		ssize_t put = write(fd, bytes.data, bytes.size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes.data += put;
		bytes.size -= (size_t)put;
	}
	return fsync(fd);
}

void nc_file_sync_folder(const char *path)
{
	char *copy NC_AUTO(nc_free_at) = nc_strdup(path);
	int fd;

	if (copy == NULL)
		return;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

/* Files being written stand beside the one that they become, with this and
 * six letters after its name, and locked: one without a lock is what an
 * interrupted program left. */
#define PART ".part-"
#define PART_LETTERS 6

/* A file of one's own and locked; nc_file_sweep may be first at a name. */
static int open_part(char *part)
{
	char *letters = part + strlen(part) - PART_LETTERS;
	struct stat st;

	for (;;) {
		bool swept;
		int fd;

		memset(letters, 'X', PART_LETTERS);
		fd = mkostemp(part, O_CLOEXEC);
		if (fd < 0)
			return fd;
		/* Where there are no locks, nothing is swept either. */
		if (flock(fd, LOCK_EX | LOCK_NB) != 0)
			swept = errno == EWOULDBLOCK;
		else
			swept = fstat(fd, &st) == 0 && st.st_nlink == 0;
		if (!swept)
			return fd;
		close(fd);
	}
}

static int write_part(int fd, const char *part, const char *path,
	struct nc_slice bytes, unsigned mode)
{
	int error_number;

	if (fchmod(fd, mode) == 0 && file_write_all(fd, bytes) == 0 &&
		rename(part, path) == 0)
		return 0;
	error_number = errno;
	(void)unlink(part);
	return error_number;
}

enum nc_status nc_file_write(const char *path, struct nc_slice bytes,
	unsigned mode, struct nc_error *err)
{
	size_t size = strlen(path) + sizeof(PART) + PART_LETTERS;
	char *part NC_AUTO(nc_free_at) = nc_malloc(size);
	int fd, error_number;

	if (part == NULL)
		return nc_error_no_memory(err);
	snprintf(part, size, "%s" PART "XXXXXX", path);
	fd = open_part(part);
	if (fd < 0)
		return nc_file_error(err, errno, path);
	error_number = write_part(fd, part, path, bytes, mode);
	close(fd);
	if (error_number != 0)
		return nc_file_error(err, error_number, path);
	nc_file_sync_folder(path);
	return NC_OK;
}

/* Whether nc_file_write has that name for a file that ends so. */
static bool is_part(const char *name, const char *ending)
{
	size_t size = strlen(name), after = strlen(PART) + PART_LETTERS;
	const char *part = name + size - after;

	return size > after + strlen(ending) &&
	       strncmp(part, PART, strlen(PART)) == 0 &&
	       strncmp(part - strlen(ending), ending, strlen(ending)) == 0;
}

void nc_file_sweep(const char *folder, const char *ending)
{
	DIR *names = opendir(folder);
	const struct dirent *entry;

	if (names == NULL)
		return;
	while ((entry = readdir(names)) != NULL) {
		int fd;

		if (!is_part(entry->d_name, ending))
			continue;
		fd = openat(dirfd(names), entry->d_name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			(void)unlinkat(dirfd(names), entry->d_name, 0);
		close(fd);
	}
	closedir(names);
}

enum nc_status nc_file_make_folder(const char *path, struct nc_error *err)
{
	char *copy NC_AUTO(nc_free_at) = nc_strdup(path);

	if (copy == NULL)
		return nc_error_no_memory(err);
	for (char *at = copy + 1; *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			return nc_file_error(err, errno, copy);
		*at = '/';
	}
	if (mkdir(copy, 0700) != 0 && errno != EEXIST)
		return nc_file_error(err, errno, copy);
	return NC_OK;
}

char *nc_file_join(const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *path = nc_malloc(size);

	if (path != NULL)
		snprintf(path, size, "%s/%s", folder, name);
	return path;
}
