/*
 * Preloaded into a program under test: before the program begins its first
 * transaction that writes, another program is run to its end. What was read
 * before is then of another moment than what is written. BESIDE=a command for
 * the shell; its exit code is not looked at.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run_beside(void)
{
	const char *said = getenv("BESIDE");
	char *command = said == NULL ? NULL : strdup(said);
	pid_t child;

	if (command == NULL)
		return;
	unsetenv("BESIDE");
	unsetenv("LD_PRELOAD");
	child = fork();
	if (child == 0) {
		/* Who reads the program's output reads that alone. */
		(void)dup2(STDERR_FILENO, STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	free(command);
}

typedef int (*exec_function)(void *db, const char *sql, void *callback,
	void *context, char **ret_message);

/* As sqlite3.h has it, with other names for what is only passed on. */
int sqlite3_exec(void *db, const char *sql, void *callback, void *context,
	char **ret_message);
int sqlite3_exec(void *db, const char *sql, void *callback, void *context,
	char **ret_message)
{
	static exec_function real;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_exec");
	if (sql != NULL && strcmp(sql, "BEGIN IMMEDIATE") == 0)
		run_beside();
	return real(db, sql, callback, context, ret_message);
}
