#include "command/command.h"
#include "command/console.h"
#include "locale/text.h"

#include <stdio.h>
#include <string.h>

void nc_command_print_usage(const struct nc_call *call, void *file)
{
	const struct nc_command *command = call->command;

	if (command == NULL) {
		fprintf(file, _("usage: %s COMMAND … [--home DIR] [--help]\n"),
			call->program->name);
		return;
	}
	fprintf(file, _("usage: %s %s"), call->program->name, command->name);
	if (command->arguments[0] != '\0')
		fprintf(file, " %s", command->arguments);
	for (const struct nc_option *option = command->options;
		option != NULL && option->name != NULL; option++) {
		if (option->value == NULL)
			fprintf(file, " [--%s]", option->name);
		else
			fprintf(file, " [--%s %s]", option->name,
				option->value);
	}
	fputs("\n", file);
}

static void print_option(
	const char *name, char letter, const char *value, const char *help)
{
	char text[64];
	int size;

	size = snprintf(text, sizeof(text), "--%s%s%s", name,
		value == NULL ? "" : " ", value == NULL ? "" : value);
	if (letter != '\0' && size < (int)sizeof(text) - 4)
		snprintf(text + size, sizeof(text) - (size_t)size, ", -%c",
			letter);
	printf("  %-24s %s\n", text, help);
}

static void print_common_options(const struct nc_command *command)
{
	unsigned flags = command == NULL ? 0 : command->flags;

	if ((flags & NC_COMMAND_NO_HOME) == 0)
		print_option("home", '\0', "DIR",
			_("the home folder (default: $NHIPCAU_HOME, else the "
			  "user's data folder)"));
	if (command != NULL && (flags & NC_COMMAND_WRITES) != 0)
		print_option("author", '\0', "NAME",
			_("who is writing (default: $NHIPCAU_AUTHOR, else the "
			  "device's label)"));
	if ((flags & NC_COMMAND_NO_JSON) == 0)
		print_option("json", '\0', NULL, _("print JSON for scripts"));
	print_option("help", 'h', NULL, _("this help"));
	if (command == NULL)
		print_option("version", '\0', NULL,
			_("the version, and of what it speaks"));
}

static void print_examples(const char *lines)
{
	printf("\n%s\n", _("Examples:"));
	while (*lines != '\0') {
		size_t size;

		lines += strspn(lines, " \n");
		size = strcspn(lines, "\n");
		if (size > 0)
			printf("  %.*s\n", (int)size, lines);
		lines += size;
	}
}

static void print_command_help(const struct nc_call *call)
{
	const struct nc_command *command = call->command;

	nc_command_print_usage(call, stdout);
	printf("\n%s\n", _(command->help));
	if (command->notes != NULL)
		printf("\n%s\n", _(command->notes));
	printf("\n%s\n", _("Options:"));
	for (const struct nc_option *option = command->options;
		option != NULL && option->name != NULL; option++)
		print_option(option->name, option->letter, option->value,
			_(option->help));
	print_common_options(command);
	if (command->more != NULL)
		command->more();
	if (command->examples != NULL)
		print_examples(command->examples);
}

static bool command_in_topic(
	const struct nc_command *command, const char *topic)
{
	size_t size;

	if (topic == NULL)
		return true;
	size = strlen(topic);
	return strncmp(command->name, topic, size) == 0 &&
	       (command->name[size] == ' ' || command->name[size] == '\0');
}

/* A command's name and arguments, padded to the width of a column. */
static void print_command_line(const struct nc_command *command)
{
	char text[128];
	size_t width;

	snprintf(text, sizeof(text), "%s%s%s", command->name,
		command->arguments[0] == '\0' ? "" : " ", command->arguments);
	width = nc_text_width(nc_slice_text(text));
	printf("  %s%*s %s\n", text, width < 34 ? (int)(34 - width) : 0, "",
		_(command->help));
}

static void print_program_help(
	const struct nc_program *program, const char *topic)
{
	printf(_("usage: %s COMMAND … [--home DIR] [--help]\n"), program->name);
	printf("\n%s\n\n%s\n", _(program->about), _("Commands:"));
	for (size_t i = 0; program->commands[i] != NULL; i++)
		if (command_in_topic(program->commands[i], topic))
			print_command_line(program->commands[i]);
	printf("\n%s\n", _("Options:"));
	print_common_options(NULL);
	printf(_("\n%s COMMAND --help tells more of a command.\n"),
		program->name);
}

void nc_command_print_help(const struct nc_call *call)
{
	const char *topic = NULL;

	if (call->command != NULL) {
		print_command_help(call);
		return;
	}
	for (size_t i = 0; call->program->commands[i] != NULL; i++)
		if (call->topic != NULL &&
			command_in_topic(
				call->program->commands[i], call->topic))
			topic = call->topic;
	print_program_help(call->program, topic);
}
