#include "bench.h"

#include "base/file.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COPY_MAX (1024 * 1024 * 1024)

_Thread_local struct nc_error bench_error;

void bench_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

double bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int64_t bench_clock_ms(void *unused)
{
	struct timespec now;

	(void)unused;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The process's peak. Not getrusage: that counts what was before exec. */
uint64_t bench_memory_kb(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	uint64_t kb = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "VmHWM:", 6) == 0)
			kb = strtoull(line + 6, NULL, 10);
	if (file != NULL)
		fclose(file);
	return kb;
}

void bench_path(
	char out[512], const struct bench_options *options, const char *name)
{
	if (snprintf(out, 512, "%s/%s", options->folder, name) >= 512)
		bench_die("the folder's name is too long");
}

void bench_remove_store(const char *path)
{
	static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
	char name[600];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		(void)unlink(name);
	}
}

void bench_copy(const char *from, const char *to)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&bytes, COPY_MAX);
	bench_remove_store(to);
	must(nc_file_read(from, &bytes, &bench_error));
	must(nc_file_write(to, nc_buffer_slice(&bytes), 0600, &bench_error));
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(const double *values, size_t count)
{
	double sorted[BENCH_REPEAT_MAX];

	memcpy(sorted, values, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_doubles);
	if (count % 2 == 1)
		return sorted[count / 2];
	return (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}
