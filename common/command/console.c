#include "command/console.h"

#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define DOMAIN "nhipcau"

static const char *program_name = DOMAIN;

/* The user asks for Vietnamese in the environment's usual way. */
static bool wants_vietnamese(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return strncmp(value, "vi", 2) == 0;
	}
	return false;
}

/* An office laptop may want Vietnamese and lack the system's locale for it;
 * the messages need only UTF-8. */
static void start_locale(void)
{
	const char *set = setlocale(LC_ALL, "");
	const char *messages =
		set == NULL ? NULL : setlocale(LC_MESSAGES, NULL);

	if (messages != NULL && strcmp(messages, "C") != 0 &&
		strcmp(messages, "POSIX") != 0)
		return;
	if (!wants_vietnamese() || setlocale(LC_ALL, "C.UTF-8") == NULL)
		return;
	/* Who names languages in LANGUAGE has said it more exactly. */
	if (getenv("LANGUAGE") == NULL || getenv("LANGUAGE")[0] == '\0')
		(void)setenv("LANGUAGE", "vi", 1);
}

/* build/bin/nhipcau → build/share/…; as installed: /usr/share/…. */
bool nc_console_share(char *out, size_t out_size, const char *name)
{
	char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (size <= 0)
		return false;
	path[size] = '\0';
	return snprintf(out, out_size, "%s/../share/%s", dirname(path), name) <
	       (int)out_size;
}

static void start_messages(void)
{
	char folder[PATH_MAX + 32];

	if (!nc_console_share(folder, sizeof(folder), "locale"))
		return;
	bindtextdomain(DOMAIN, folder);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}

void nc_console_start(const char *program)
{
	program_name = program;
	start_locale();
	start_messages();
	/* Numbers that we print are data; they follow no locale. */
	setlocale(LC_NUMERIC, "C");
}

bool nc_console_is_vietnamese(void)
{
	/* Translators: the ISO 639 code of your language. */
	return strcmp(_("en"), "vi") == 0;
}

const char *nc_console_label(const char *vi, const char *en)
{
	return nc_console_is_vietnamese() ? vi : en;
}

/* The bytes of a control character at text, or 0: C0 but '\n', DEL, C1. */
static size_t control_size(const unsigned char *text)
{
	if ((text[0] < 0x20 && text[0] != '\n') || text[0] == 0x7f)
		return 1;
	return text[0] == 0xc2 && text[1] >= 0x80 && text[1] <= 0x9f ? 2 : 0;
}

void nc_console_put(FILE *file, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *from = at;

	while (*at != '\0') {
		size_t control = control_size(at);

		if (control == 0) {
			at++;
			continue;
		}
		fwrite(from, 1, (size_t)(at - from), file);
		if (*at == '\t')
			fputc(' ', file);
		else
			fputs("\xef\xbf\xbd", file);
		at += control;
		from = at;
	}
	fwrite(from, 1, (size_t)(at - from), file);
}

static void put_formatted(FILE *file, const char *format, va_list args)
	NC_PRINTF(2, 0);

static void put_formatted(FILE *file, const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		return;
	nc_console_put(file, text);
	free(text);
}

void nc_console_print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_formatted(stdout, format, args);
	va_end(args);
}

void nc_console_note(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program_name);
	va_start(args, format);
	put_formatted(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void nc_console_fail(enum nc_status status, const struct nc_error *err)
{
	const char *text = err->text;

	if (text[0] == '\0')
		nc_console_note(_("This did not work (%s); try again."),
			nc_status_name(status));
	else
		nc_console_note("%s", text);
}

void nc_console_time(char out[NC_TIME_TEXT_SIZE], int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm tm;

	if (localtime_r(&seconds, &tm) == NULL ||
		strftime(out, NC_TIME_TEXT_SIZE, "%d/%m/%Y %H:%M", &tm) == 0)
		snprintf(out, NC_TIME_TEXT_SIZE, "%" PRId64, time_ms);
}

size_t nc_console_columns(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

void nc_bar_init(struct nc_bar *bar, const char *what)
{
	bar->what = what;
	bar->drawn = false;
}

void nc_bar_step(void *context, uint64_t done, uint64_t total)
{
	struct nc_bar *bar = context;

	if (!isatty(STDERR_FILENO))
		return;
	if (total > 0)
		fprintf(stderr, "\r\033[K%s %" PRIu64 "/%" PRIu64, bar->what,
			done, total);
	else
		fprintf(stderr, "\r\033[K%s %" PRIu64, bar->what, done);
	fflush(stderr);
	bar->drawn = true;
}

void nc_bar_fini(struct nc_bar *bar)
{
	if (bar->drawn)
		fputs("\r\033[K", stderr);
	bar->drawn = false;
}
