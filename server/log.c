#include "log.h"
#include "sync/rate.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {"error", "warn", "info", "debug"};

static struct {
	pthread_mutex_t lock;
	enum nc_log_level level;
	bool started;
	struct nc_rate_bucket buckets[NC_LOG_LEVELS];
	uint64_t suppressed[NC_LOG_LEVELS];
} logger = {.lock = PTHREAD_MUTEX_INITIALIZER, .level = NC_LOG_INFO};

bool nc_log_level_parse(const char *text, enum nc_log_level *ret_level)
{
	for (size_t i = 0; i < NC_LOG_LEVELS; i++)
		if (strcmp(text, names[i]) == 0) {
			*ret_level = (enum nc_log_level)i;
			return true;
		}
	return false;
}

void nc_log_set_level(enum nc_log_level level)
{
	logger.level = level;
}

static int64_t steady_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether there is room for one more; *ret_before: lines that had none. */
static bool take_room(enum nc_log_level level, uint64_t *ret_before)
{
	int64_t now_ms = steady_ms();
	bool room;

	pthread_mutex_lock(&logger.lock);
	for (size_t i = 0; !logger.started && i < NC_LOG_LEVELS; i++)
		nc_rate_bucket_fill(&logger.buckets[i], NC_LOG_BURST, now_ms);
	logger.started = true;
	room = nc_rate_bucket_take(&logger.buckets[level], NC_LOG_PER_SECOND,
		       NC_LOG_BURST, now_ms) == 0;
	*ret_before = 0;
	if (room) {
		*ret_before = logger.suppressed[level];
		logger.suppressed[level] = 0;
	} else {
		logger.suppressed[level]++;
	}
	pthread_mutex_unlock(&logger.lock);
	return room;
}

static bool is_bare(const char *value)
{
	size_t size = strspn(value,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-._:/+");

	return size > 0 && value[size] == '\0';
}

/* The length of the well-formed UTF-8 character at `at` that may stand in a
 * log as it is; 0: its first byte must be escaped. */
static size_t plain_size(const unsigned char *at)
{
	size_t size = at[0] < 0x80		      ? 1
		      : at[0] >= 0xc2 && at[0] < 0xe0 ? 2
		      : (at[0] & 0xf0) == 0xe0	      ? 3
		      : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
						      : 0;

	for (size_t i = 1; i < size; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if (size == 1 && (at[0] < 0x20 || at[0] == 0x7f))
		return 0;
	if (size == 2 && at[0] == 0xc2 && at[1] < 0xa0) /* C1 controls */
		return 0;
	if (size == 3 && at[0] == 0xe0 && at[1] < 0xa0) /* overlong */
		return 0;
	if (size == 3 && at[0] == 0xed && at[1] >= 0xa0) /* surrogates */
		return 0;
	/* U+2028 to U+202E, U+2066 to U+2069: lines and directions. */
	if (size == 3 && at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0xa8 &&
		at[2] <= 0xae)
		return 0;
	if (size == 3 && at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 &&
		at[2] <= 0xa9)
		return 0;
	return size;
}

/* One character of the value into piece; its size in the value. */
static size_t quote_piece(char piece[8], const char *value)
{
	const unsigned char *at = (const unsigned char *)value;
	size_t size = plain_size(at);

	if (*at == '"' || *at == '\\') {
		snprintf(piece, 8, "\\%c", *at);
		return 1;
	}
	if (*at == '\n') {
		snprintf(piece, 8, "\\n");
		return 1;
	}
	if (size == 0) {
		snprintf(piece, 8, "\\x%02x", *at);
		return 1;
	}
	memcpy(piece, at, size);
	piece[size] = '\0';
	return size;
}

/* Appends to out (of room bytes, NUL-terminated) and returns false, with out
 * unchanged, when it does not fit. */
static bool quote(char *out, size_t room, const char *value)
{
	size_t at = 0;
	char piece[8];

	if (is_bare(value)) {
		if (strlen(value) >= room)
			return false;
		strcpy(out, value);
		return true;
	}
	if (room < 3)
		return false;
	out[at++] = '"';
	while (*value != '\0') {
		size_t size;

		value += quote_piece(piece, value);
		size = strlen(piece);
		if (at + size + 2 > room) {
			out[0] = '\0';
			return false;
		}
		memcpy(out + at, piece, size);
		at += size;
	}
	out[at++] = '"';
	out[at] = '\0';
	return true;
}

static void line_put(struct nc_log_line *line, const char *text)
{
	size_t size = strlen(text);

	/* Room is kept for the line's end. */
	if (line->size + size + 2 > sizeof(line->text))
		return;
	memcpy(line->text + line->size, text, size + 1);
	line->size += size;
}

void nc_log_text(struct nc_log_line *line, const char *key, const char *value)
{
	size_t before = line->size;
	char *at;

	if (!line->wanted)
		return;
	line_put(line, " ");
	line_put(line, key);
	line_put(line, "=");
	at = line->text + line->size;
	if (quote(at, sizeof(line->text) - line->size - 2, value)) {
		line->size += strlen(at);
	} else {
		line->size = before;
		line->text[before] = '\0';
	}
}

void nc_log_number(struct nc_log_line *line, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	nc_log_text(line, key, text);
}

static void put_time(struct nc_log_line *line)
{
	char day[32], text[48];
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, sizeof(text), "ts=%s.%03dZ", day,
		(int)(now.tv_nsec / 1000000));
	line_put(line, text);
}

void nc_log_begin(
	struct nc_log_line *line, enum nc_log_level level, const char *event)
{
	line->size = 0;
	line->text[0] = '\0';
	line->wanted = level <= logger.level;
	if (!line->wanted)
		return;
	put_time(line);
	nc_log_text(line, "level", names[level]);
	nc_log_text(line, "event", event);
}

void nc_log_begin_peer(
	struct nc_log_line *line, enum nc_log_level level, const char *event)
{
	uint64_t before = 0;

	line->wanted = false;
	if (level > logger.level || !take_room(level, &before))
		return;
	if (before > 0) {
		nc_log_begin(line, level, "suppressed");
		nc_log_number(line, "lines", before);
		nc_log_end(line);
	}
	nc_log_begin(line, level, event);
}

void nc_log_end(struct nc_log_line *line)
{
	if (!line->wanted)
		return;
	line->text[line->size] = '\n';
	/* A log that cannot be written is no reason to stop serving. */
	if (write(STDERR_FILENO, line->text, line->size + 1) < 0)
		return;
}
