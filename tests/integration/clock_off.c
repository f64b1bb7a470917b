/*
 * Preloaded into a program under test: its clock is CLOCK_OFF seconds ahead,
 * or with a negative number behind.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *out)
{
	const char *off = getenv("CLOCK_OFF");
	long result = syscall(SYS_clock_gettime, clock, out);

	if (result == 0 && clock == CLOCK_REALTIME && off != NULL)
		out->tv_sec += atoll(off);
	return (int)result;
}

time_t time(time_t *out)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}
