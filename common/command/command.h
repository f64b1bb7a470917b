/*
 * The command line of both programs, as tables: a program has commands, a
 * command has options. Options may stand anywhere after the program's name.
 *
 * Exit codes: 0 done; 1 refused or failed; 2 the command line cannot be
 * understood. Every failure is one sentence on standard error.
 */
#ifndef NC_COMMAND_COMMAND_H
#define NC_COMMAND_COMMAND_H

#include "base/env.h"
#include "base/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define NC_OPTIONS_MAX 16 /* of one command, its NULL included */
#define NC_ARGUMENTS_ANY UINT_MAX

struct nc_call;

struct nc_option {
	const char *name;  /* without dashes; ends the list when NULL */
	char letter;	   /* or 0 */
	const char *value; /* what it takes, "FILE"; NULL for a switch */
	const char *help;  /* N_() */
};

enum nc_command_flag {
	NC_COMMAND_WRITES = 1,	/* takes --author */
	NC_COMMAND_NO_JSON = 2, /* prints nothing that a script would read */
	NC_COMMAND_NO_HOME = 4, /* needs no home folder */
};

struct nc_command {
	const char *name;      /* one or two words: "union add" */
	const char *arguments; /* as the usage shows them: "CODE NAME" */
	unsigned arguments_min, arguments_max;
	const char *help;		 /* N_(), one line */
	const char *notes;		 /* N_(), more of it; or NULL */
	const char *examples;		 /* lines of commands; or NULL */
	const struct nc_option *options; /* or NULL */
	unsigned flags;
	void (*more)(void); /* prints what --help adds; or NULL */
	enum nc_status (*run)(struct nc_call *call, struct nc_error *err);
};

struct nc_program {
	const char *name;
	const char *about; /* N_() */
	bool is_hub;
	const struct nc_command *const *commands; /* ends with NULL */
};

/* One command line, understood. Everything is argv's. */
struct nc_call {
	const struct nc_program *program;
	const struct nc_command *command; /* NULL: only --help or --version */
	const char *const *arguments;
	size_t arguments_count;
	const char *values[NC_OPTIONS_MAX]; /* "" for a switch, NULL: absent */
	const char *home, *author;	    /* NULL: not given */
	const char *topic;		    /* the first word with --help */
	bool json, help, version;
	unsigned file_mask; /* the umask that we were started with */
	struct nc_env env;
};

/*
 * Reads a command line, permuting argv. NC_USAGE with a sentence; the
 * command, where it was understood, is then set for its usage line.
 */
enum nc_status nc_command_parse(const struct nc_program *program, int argc,
	char **argv, struct nc_call *ret_call,
	struct nc_error *err) NC_MUST_USE;

/* The value of one of the command's options; NULL when it was not given. */
const char *nc_call_value(const struct nc_call *call, const char *option);
bool nc_call_has(const struct nc_call *call, const char *option);
/* A year from 1900 to 2199, or this machine's present one. */
enum nc_status nc_call_year(const struct nc_call *call, unsigned *ret_year,
	struct nc_error *err) NC_MUST_USE;

/* "usage: nhipcau add ENTITY field=value … [options]" */
void nc_command_print_usage(const struct nc_call *call, void *file);
void nc_command_print_help(const struct nc_call *call);

/* The whole of main. */
int nc_program_main(const struct nc_program *program, int argc, char **argv);

/* The real clock and the operating system's randomness. */
struct nc_env nc_command_env(void);

#endif
