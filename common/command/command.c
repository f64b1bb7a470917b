#include "command/command.h"
#include "command/console.h"
#include "command/home.h"
#include "model/model.h"
#include "store/store.h"
#include "wire/exchange.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* As in the project line of CMakeLists.txt. */
#ifndef NC_VERSION
#define NC_VERSION "0.1.0"
#endif

/* The options of all commands together, as getopt_long wants them: it sees
 * them before it is known which command is meant. */
#define ALL_OPTIONS_MAX 64
#define GIVEN_MAX 64

enum common_option {
	OPTION_HOME = 256,
	OPTION_JSON,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_AUTHOR,
	OPTION_FIRST, /* the commands' own, from here */
};

struct all_options {
	struct option longs[ALL_OPTIONS_MAX + 1];
	size_t count;
	char letters[2 * ALL_OPTIONS_MAX + 8];
	const struct nc_option *options[ALL_OPTIONS_MAX]; /* by longs' index */
};

struct given {
	const char *name;
	const char *value;
};

struct reading {
	struct all_options all;
	struct given given[GIVEN_MAX];
	size_t given_count;
	struct nc_call call;
};

static void all_add(struct all_options *all, const char *name, bool value,
	int code, const struct nc_option *option)
{
	struct option *to = &all->longs[all->count];

	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->longs[i].name, name) == 0) {
			NC_ASSERT(all->longs[i].has_arg == value);
			return;
		}
	NC_ASSERT(all->count < ALL_OPTIONS_MAX);
	to->name = name;
	to->has_arg = value ? required_argument : no_argument;
	to->val = code;
	all->options[all->count++] = option;
}

static void all_letter(struct all_options *all, char letter, bool value)
{
	size_t size = strlen(all->letters);

	if (letter == '\0' || strchr(all->letters, letter) != NULL)
		return;
	all->letters[size++] = letter;
	if (value)
		all->letters[size++] = ':';
	all->letters[size] = '\0';
}

static void all_collect(
	struct all_options *all, const struct nc_program *program)
{
	/* ':' first: a missing value is told apart from an unknown option. */
	strcpy(all->letters, ":h");
	all_add(all, "home", true, OPTION_HOME, NULL);
	all_add(all, "json", false, OPTION_JSON, NULL);
	all_add(all, "help", false, OPTION_HELP, NULL);
	all_add(all, "version", false, OPTION_VERSION, NULL);
	all_add(all, "author", true, OPTION_AUTHOR, NULL);
	for (size_t c = 0; program->commands[c] != NULL; c++) {
		const struct nc_option *option = program->commands[c]->options;

		for (; option != NULL && option->name != NULL; option++) {
			all_add(all, option->name, option->value != NULL,
				OPTION_FIRST + (int)all->count, option);
			all_letter(all, option->letter, option->value != NULL);
		}
	}
}

static const struct nc_option *all_find(const struct all_options *all, int code)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct nc_option *option = all->options[i];

		if (option != NULL && (all->longs[i].val == code ||
					      (option->letter != '\0' &&
						      option->letter == code)))
			return option;
	}
	return NULL;
}

static enum nc_status read_option(
	struct reading *reading, int code, struct nc_error *err)
{
	const struct nc_option *option;
	struct nc_call *call = &reading->call;

	switch (code) {
	case OPTION_HOME:
		call->home = optarg;
		return NC_OK;
	case OPTION_AUTHOR:
		call->author = optarg;
		return NC_OK;
	case OPTION_JSON:
		call->json = true;
		return NC_OK;
	case 'h':
	case OPTION_HELP:
		call->help = true;
		return NC_OK;
	case OPTION_VERSION:
		call->version = true;
		return NC_OK;
	default:
		break;
	}
	option = all_find(&reading->all, code);
	NC_ASSERT(option != NULL);
	if (reading->given_count == GIVEN_MAX)
		return nc_error_set(
			err, NC_USAGE, _("There are too many options."));
	reading->given[reading->given_count].name = option->name;
	reading->given[reading->given_count++].value =
		optarg == NULL ? "" : optarg;
	return NC_OK;
}

/* The word in which getopt met what it does not know. Of letters in one word
 * the last alone lets optind go on. */
static const char *unknown_option(int argc, char **argv)
{
	const char *word = optind < argc ? argv[optind] : "";

	if (optopt > 0 && optopt < OPTION_FIRST && word[0] == '-' &&
		word[1] != '-' && strchr(word, optopt) != NULL)
		return word;
	return argv[optind - 1];
}

static enum nc_status read_options(
	struct reading *reading, int argc, char **argv, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	int code;

	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while (status == NC_OK) {
		code = getopt_long(argc, argv, reading->all.letters,
			reading->all.longs, NULL);
		if (code == -1)
			return NC_OK;
		if (code == ':')
			return nc_error_set(err, NC_USAGE,
				_("The option %s needs a value after it."),
				argv[optind - 1]);
		if (code == '?')
			return nc_error_set(err, NC_USAGE,
				_("There is no option %s; what is no option "
				  "and begins with a dash goes behind --."),
				unknown_option(argc, argv));
		status = read_option(reading, code, err);
	}
	return status;
}

/* How many words of a command's name the arguments begin with; 0: not it. */
static size_t command_matches(
	const struct nc_command *command, char *const *words, size_t count)
{
	const char *space = strchr(command->name, ' ');
	size_t first = space == NULL ? strlen(command->name)
				     : (size_t)(space - command->name);

	if (count == 0 || strlen(words[0]) != first ||
		strncmp(words[0], command->name, first) != 0)
		return 0;
	if (space == NULL)
		return 1;
	return count > 1 && strcmp(words[1], space + 1) == 0 ? 2 : 0;
}

/* The names of the commands that begin with a word, or none. */
static bool command_family(const struct nc_program *program, const char *word,
	char *out, size_t out_size)
{
	size_t size = strlen(word);

	out[0] = '\0';
	for (size_t i = 0; program->commands[i] != NULL; i++) {
		const char *name = program->commands[i]->name;
		size_t used = strlen(out);

		if (strncmp(name, word, size) == 0 && name[size] == ' ')
			snprintf(out + used, out_size - used, "%s%s",
				used == 0 ? "" : ", ", name);
	}
	return out[0] != '\0';
}

static enum nc_status find_command(struct reading *reading, char *const *words,
	size_t count, struct nc_error *err)
{
	struct nc_call *call = &reading->call;
	const struct nc_program *program = call->program;
	char family[256];
	size_t used = 0;

	for (size_t i = 0; program->commands[i] != NULL; i++) {
		size_t matched =
			command_matches(program->commands[i], words, count);

		if (matched <= used)
			continue;
		used = matched;
		call->command = program->commands[i];
	}
	call->arguments = (const char *const *)words + used;
	call->arguments_count = count - used;
	call->topic = count > 0 ? words[0] : NULL;
	if (call->help || call->version || used > 0)
		return NC_OK;
	if (count == 0)
		return nc_error_set(err, NC_USAGE,
			_("No command was given; %s --help lists them."),
			program->name);
	if (command_family(program, words[0], family, sizeof(family)))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" needs a second word: %s."), words[0], family);
	return nc_error_set(err, NC_USAGE,
		_("There is no command \"%s\"; %s --help lists them."),
		words[0], program->name);
}

/* Hands the options given to the command that was found. */
static enum nc_status give_options(
	struct reading *reading, struct nc_error *err)
{
	struct nc_call *call = &reading->call;
	const struct nc_command *command = call->command;

	for (size_t g = 0; g < reading->given_count; g++) {
		const struct nc_option *options = command->options;
		bool known = false;

		for (size_t at = 0; options != NULL && at < NC_OPTIONS_MAX &&
				    options[at].name != NULL;
			at++) {
			if (strcmp(options[at].name, reading->given[g].name) !=
				0)
				continue;
			call->values[at] = reading->given[g].value;
			known = true;
		}
		if (!known)
			return nc_error_set(err, NC_USAGE,
				_("%s has no option --%s."), command->name,
				reading->given[g].name);
	}
	if (call->json && (command->flags & NC_COMMAND_NO_JSON) != 0)
		return nc_error_set(err, NC_USAGE, _("%s has no option --%s."),
			command->name, "json");
	if (call->author != NULL && (command->flags & NC_COMMAND_WRITES) == 0)
		return nc_error_set(err, NC_USAGE, _("%s has no option --%s."),
			command->name, "author");
	return NC_OK;
}

static enum nc_status check_arguments(
	const struct nc_call *call, struct nc_error *err)
{
	const struct nc_command *command = call->command;

	if (call->arguments_count < command->arguments_min)
		return nc_error_set(err, NC_USAGE,
			_("Something is missing: %s needs %s."), command->name,
			command->arguments);
	if (call->arguments_count > command->arguments_max)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is one word too many for %s; put words that "
			  "belong together in quotes."),
			call->arguments[command->arguments_max], command->name);
	return NC_OK;
}

/* For the usage line, where an option was wrong: the command that the first
 * words name, if they do. */
static void guess_command(struct reading *reading, int argc, char **argv)
{
	char *words[2];
	size_t count = 0;

	for (int i = 1; i < argc && count < 2; i++)
		if (argv[i][0] != '-')
			words[count++] = argv[i];
	if (find_command(reading, words, count, NULL) != NC_OK)
		reading->call.command = NULL;
	/* These words do not outlive us. */
	reading->call.arguments = NULL;
	reading->call.arguments_count = 0;
}

enum nc_status nc_command_parse(const struct nc_program *program, int argc,
	char **argv, struct nc_call *ret_call, struct nc_error *err)
{
	struct reading reading = {.given_count = 0};
	enum nc_status status;

	reading.call.program = program;
	all_collect(&reading.all, program);
	status = read_options(&reading, argc, argv, err);
	if (status == NC_OK)
		status = find_command(
			&reading, argv + optind, (size_t)(argc - optind), err);
	if (status == NC_OK && reading.call.command != NULL &&
		!reading.call.help && !reading.call.version) {
		status = give_options(&reading, err);
		if (status == NC_OK)
			status = check_arguments(&reading.call, err);
	}
	if (status != NC_OK && reading.call.command == NULL)
		guess_command(&reading, argc, argv);
	*ret_call = reading.call;
	return status;
}

const char *nc_call_value(const struct nc_call *call, const char *option)
{
	const struct nc_option *known = call->command->options;

	for (size_t i = 0; known != NULL && known[i].name != NULL; i++)
		if (strcmp(known[i].name, option) == 0)
			return call->values[i];
	NC_ASSERT(false); /* the command has no such option */
	return NULL;
}

bool nc_call_has(const struct nc_call *call, const char *option)
{
	return nc_call_value(call, option) != NULL;
}

enum nc_status nc_call_year(
	const struct nc_call *call, unsigned *ret_year, struct nc_error *err)
{
	const char *word = nc_call_value(call, "year");
	char *end;
	long year;

	if (word == NULL) {
		time_t now =
			(time_t)(call->env.now_ms(call->env.context) / 1000);
		struct tm tm = {0};

		localtime_r(&now, &tm);
		*ret_year = (unsigned)(tm.tm_year + 1900);
		return NC_OK;
	}
	year = strtol(word, &end, 10);
	if (*end == '\0' && strlen(word) == 4 && (year < 1900 || year > 2199))
		return nc_error_set(err, NC_USAGE,
			_("The year %s is out of range; take one from 1900 "
			  "to 2199."),
			word);
	if (*end != '\0' || end == word || year < 1900 || year > 2199)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is not a year; write four digits, as in "
			  "2024."),
			word);
	*ret_year = (unsigned)year;
	return NC_OK;
}

static int64_t real_now_ms(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct nc_env nc_command_env(void)
{
	struct nc_env env = {real_now_ms, nc_trust_random, NULL};

	return env;
}

static enum nc_status run_call(struct nc_call *call, struct nc_error *err)
{
	enum nc_status status;

	if (call->help) {
		nc_command_print_help(call);
		return NC_OK;
	}
	if (call->version) {
		nc_console_print(_("%s %s (protocol %d, model %d, store %d)\n"),
			call->program->name, NC_VERSION, NC_PROTOCOL_VERSION,
			(int)nc_model_version(), NC_STORE_VERSION);
		return NC_OK;
	}
	status = nc_trust_start(err);
	if (status == NC_OK)
		status = call->command->run(call, err);
	return status;
}

/* What was printed must have arrived: a full disk or a closed pipe is told. */
static enum nc_status flush_output(struct nc_error *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return NC_OK;
	return nc_error_set(err, NC_IO,
		_("What was asked was done, but its output could not be "
		  "written (%s); do not ask again, look with list or status."),
		strerror(errno));
}

int nc_program_main(const struct nc_program *program, int argc, char **argv)
{
	struct nc_error err = {.text = ""};
	struct nc_call call;
	/* What we make is the owner's alone: names and plans are personal. */
	unsigned mask = umask(077);
	enum nc_status status;

	nc_console_start(program->name);
	status = nc_command_parse(program, argc, argv, &call, &err);
	call.env = nc_command_env();
	call.file_mask = mask;
	if (status == NC_OK)
		status = run_call(&call, &err);
	if (status == NC_OK)
		status = flush_output(&err);
	else
		(void)fflush(stdout);
	if (status == NC_OK)
		return 0;
	nc_console_fail(status, &err);
	if (status != NC_USAGE)
		return 1;
	nc_command_print_usage(&call, stderr);
	return 2;
}
