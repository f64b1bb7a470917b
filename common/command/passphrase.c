#include "command/passphrase.h"
#include "locale/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define SIGNALS_COUNT (sizeof(signals) / sizeof(signals[0]))

static volatile sig_atomic_t caught;

static void catch_signal(int number)
{
	caught = number;
}

/* The terminal as it was, and what signals did. */
struct quiet {
	int tty;
	struct termios shown;
	struct sigaction actions[SIGNALS_COUNT];
	sigset_t mask;
};

/* Signals are held back except while we wait, so that none falls between the
 * look at caught and the waiting. */
static bool quiet_begin(struct quiet *quiet)
{
	struct sigaction action = {.sa_handler = catch_signal};
	struct termios hidden;
	sigset_t held;

	if (tcgetattr(quiet->tty, &quiet->shown) != 0)
		return false;
	caught = 0;
	sigemptyset(&held);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNALS_COUNT; i++)
		sigaddset(&held, signals[i]);
	pthread_sigmask(SIG_BLOCK, &held, &quiet->mask);
	for (size_t i = 0; i < SIGNALS_COUNT; i++) {
		sigaction(signals[i], NULL, &quiet->actions[i]);
		if (quiet->actions[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	hidden = quiet->shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	hidden.c_lflag |= ICANON | ISIG;
	(void)tcsetattr(quiet->tty, TCSAFLUSH, &hidden);
	return true;
}

static void quiet_end(struct quiet *quiet)
{
	(void)tcsetattr(quiet->tty, TCSAFLUSH, &quiet->shown);
	for (size_t i = 0; i < SIGNALS_COUNT; i++)
		sigaction(signals[i], &quiet->actions[i], NULL);
	pthread_sigmask(SIG_SETMASK, &quiet->mask, NULL);
}

static bool wait_for_input(const struct quiet *quiet)
{
	fd_set fds;

	FD_ZERO(&fds);
	FD_SET(quiet->tty, &fds);
	return caught == 0 && pselect(quiet->tty + 1, &fds, NULL, NULL, NULL,
				      &quiet->mask) == 1;
}

/* False when the line did not end; a longer one is cut and its size says so. */
static bool read_line(
	const struct quiet *quiet, struct nc_passphrase *passphrase)
{
	char byte;

	passphrase->size = 0;
	for (;;) {
		if (!wait_for_input(quiet))
			return false;
		if (read(quiet->tty, &byte, 1) != 1)
			return false;
		if (byte == '\n')
			break;
		if (passphrase->size < NC_PASSPHRASE_BYTES_MAX)
			passphrase->text[passphrase->size] = byte;
		passphrase->size++;
		nc_wipe(&byte, 1);
	}
	if (passphrase->size <= NC_PASSPHRASE_BYTES_MAX)
		passphrase->text[passphrase->size] = '\0';
	return true;
}

static void say(int tty, const char *text)
{
	/* A prompt that cannot be written is no reason not to listen. */
	if (write(tty, text, strlen(text)) < 0)
		return;
}

static enum nc_status not_given(struct nc_error *err)
{
	return nc_error_set(err, NC_DENIED,
		_("No passphrase was given, so the key stays closed; run the "
		  "command again."));
}

static enum nc_status ask_on(int tty, const char *prompt,
	struct nc_passphrase *passphrase, struct nc_error *err)
{
	struct quiet quiet = {.tty = tty};
	bool whole;
	int number;

	do {
		if (!quiet_begin(&quiet))
			return not_given(err);
		say(tty, prompt);
		whole = read_line(&quiet, passphrase);
		say(tty, "\n");
		number = caught;
		quiet_end(&quiet);
		/* Now it does what it would have done without us. */
		if (number != 0)
			raise(number);
	} while (number == SIGTSTP);
	if (!whole || number != 0)
		return not_given(err);
	if (passphrase->size > NC_PASSPHRASE_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The passphrase is longer than %d bytes; choose a "
			  "shorter one."),
			NC_PASSPHRASE_BYTES_MAX);
	return NC_OK;
}

static enum nc_status clean(
	struct nc_passphrase *passphrase, struct nc_error *err)
{
	struct nc_buffer text NC_AUTO(nc_wipe_buffer) = {0};
	enum nc_status status;

	nc_buffer_init(&text, NC_PASSPHRASE_BYTES_MAX);
	/* All of it at once: growing would leave copies behind. */
	status = nc_buffer_reserve(&text, NC_PASSPHRASE_BYTES_MAX);
	if (status == NC_OK)
		status = nc_text_clean(
			&text, nc_slice(passphrase->text, passphrase->size));
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("The passphrase is not UTF-8 text; retype it."));
	memcpy(passphrase->text, nc_buffer_string(&text), text.size);
	passphrase->text[text.size] = '\0';
	passphrase->size = text.size;
	return NC_OK;
}

static int open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static enum nc_status no_terminal(const char *key_path, struct nc_error *err)
{
	return nc_error_set(err, NC_DENIED,
		_("The key %s needs its passphrase and there is no terminal to "
		  "ask on; put it in a file of your own (chmod 600) and name "
		  "that file in NHIPCAU_PASSPHRASE_FILE."),
		key_path);
}

/* Whether a file is named; then status is that of reading it. */
static bool from_file(struct nc_passphrase *passphrase,
	enum nc_status *ret_status, struct nc_error *err)
{
	const char *path = getenv("NHIPCAU_PASSPHRASE_FILE");

	if (path == NULL || path[0] == '\0')
		return false;
	*ret_status = nc_passphrase_read(passphrase, path, err);
	/* Not found means to callers that there is no key. */
	if (*ret_status == NC_NOT_FOUND)
		*ret_status = nc_error_set(err, NC_DENIED,
			_("There is no file %s, which NHIPCAU_PASSPHRASE_FILE "
			  "names; correct the name and try again."),
			path);
	return true;
}

static enum nc_status ask(void *unused, const char *path,
	struct nc_passphrase *passphrase, struct nc_error *err)
{
	char prompt[NC_ERROR_TEXT_MAX];
	enum nc_status status;
	int tty;

	(void)unused;
	if (!from_file(passphrase, &status, err)) {
		tty = open_terminal();
		if (tty < 0)
			return no_terminal(path, err);
		snprintf(prompt, sizeof(prompt), _("Passphrase of %s: "), path);
		status = ask_on(tty, prompt, passphrase, err);
		close(tty);
	}
	return status == NC_OK ? clean(passphrase, err) : status;
}

const struct nc_passphrase_source nc_passphrase_asked = {ask, NULL};

static enum nc_status check_length(
	const struct nc_passphrase *passphrase, struct nc_error *err)
{
	size_t count = 0;

	for (size_t i = 0; i < passphrase->size; i++)
		if (((unsigned char)passphrase->text[i] & 0xc0) != 0x80)
			count++;
	if (count >= NC_PASSPHRASE_CHARACTERS_MIN)
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("The passphrase has fewer than %d characters and would soon "
		  "be guessed; choose a longer one, some words for example."),
		NC_PASSPHRASE_CHARACTERS_MIN);
}

static enum nc_status choose_on(
	int tty, struct nc_passphrase *passphrase, struct nc_error *err)
{
	struct nc_passphrase *again NC_AUTO(nc_passphrase_free_at) =
		nc_passphrase_new();
	enum nc_status status;

	if (again == NULL)
		return nc_error_no_memory(err);
	status = ask_on(tty, _("New passphrase: "), passphrase, err);
	if (status == NC_OK)
		status = clean(passphrase, err);
	if (status == NC_OK)
		status = check_length(passphrase, err);
	if (status == NC_OK)
		status = ask_on(tty, _("The same again: "), again, err);
	if (status == NC_OK)
		status = clean(again, err);
	if (status != NC_OK)
		return status;
	if (again->size != passphrase->size ||
		!nc_secret_equal(again->text, passphrase->text, again->size))
		return nc_error_set(err, NC_INVALID,
			_("The two passphrases differ; nothing was changed. "
			  "Run the command again."));
	return NC_OK;
}

enum nc_status nc_passphrase_choose(const char *key_path,
	struct nc_passphrase *passphrase, struct nc_error *err)
{
	enum nc_status status;
	int tty;

	if (from_file(passphrase, &status, err)) {
		if (status == NC_OK)
			status = clean(passphrase, err);
		if (status == NC_OK)
			status = check_length(passphrase, err);
		return status;
	}
	tty = open_terminal();
	if (tty < 0)
		return no_terminal(key_path, err);
	status = choose_on(tty, passphrase, err);
	close(tty);
	return status;
}
