/*
 * This program once more, as another process: exec gives it memory of its
 * own to be measured. It talks in lines; closing its input stops a hub.
 */
#include "bench.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void make_pipe(int ends[2])
{
	if (pipe(ends) != 0)
		bench_die("no pipe");
}

void bench_child_start(struct bench_child *child, char *const *arguments)
{
	int in[2], out[2];

	make_pipe(in);
	make_pipe(out);
	fflush(NULL);
	child->pid = fork();
	if (child->pid < 0)
		bench_die("no process");
	if (child->pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[0]);
		close(in[1]);
		close(out[0]);
		close(out[1]);
		execv("/proc/self/exe", arguments);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	child->to = in[1];
	child->from = fdopen(out[0], "r");
	if (child->from == NULL)
		bench_die("no pipe");
}

void bench_child_line(struct bench_child *child, char *line, int size)
{
	if (fgets(line, size, child->from) == NULL)
		bench_die("a process of the benchmark ended early");
	line[strcspn(line, "\n")] = '\0';
}

void bench_child_end(struct bench_child *child)
{
	int status = 0;

	if (child->to >= 0)
		close(child->to);
	fclose(child->from);
	if (waitpid(child->pid, &status, 0) < 0 || status != 0)
		bench_die("a process of the benchmark failed (%d)", status);
}
