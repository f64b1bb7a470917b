#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

enum nc_status nc_file_write(const char *path, struct nc_slice bytes,
	unsigned mode, struct nc_error *err)
{
	size_t size = strlen(path) + 8;
	char *temporary NC_AUTO(nc_free_at) = nc_malloc(size);
	int fd;

	if (temporary == NULL)
		return nc_error_no_memory(err);
	snprintf(temporary, size, "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return nc_file_error(err, errno, path);
	if (fchmod(fd, mode) != 0 || file_write_all(fd, bytes) != 0) {
		int error_number = errno;

		close(fd);
		unlink(temporary);
		return nc_file_error(err, error_number, path);
	}
	close(fd);
	if (rename(temporary, path) != 0) {
		int error_number = errno;

		unlink(temporary);
		return nc_file_error(err, error_number, path);
	}
	nc_file_sync_folder(path);
	return NC_OK;
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
