/*
 * Preloaded into a program under test: before the n-th call that puts
 * something on disk or changes a folder, the process is killed, as by a power
 * cut. KILL_AT=n; a number past the last call changes nothing.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void step(void)
{
	static long left = -1;

	if (left < 0) {
		const char *n = getenv("KILL_AT");

		left = n == NULL ? 0 : atol(n);
	}
	if (left > 0 && --left == 0)
		(void)kill(getpid(), SIGKILL);
}

/* The C library's own; a function's address cannot be cast from void *. */
static void find(const char *name, void *ret_function)
{
	*(void **)ret_function = dlsym(RTLD_NEXT, name);
}

#define STEP(name, arguments, ...)                                             \
	int name arguments;                                                    \
	int name arguments                                                     \
	{                                                                      \
		static int(*real) arguments;                                   \
                                                                               \
		if (real == NULL)                                              \
			find(#name, &real);                                    \
		step();                                                        \
		return real(__VA_ARGS__);                                      \
	}

STEP(fsync, (int fd), fd)
STEP(fdatasync, (int fd), fd)
STEP(rename, (const char *from, const char *to), from, to)
STEP(link, (const char *from, const char *to), from, to)
STEP(unlink, (const char *path), path)
STEP(ftruncate, (int fd, off_t size), fd, size)
STEP(ftruncate64, (int fd, off64_t size), fd, size)
