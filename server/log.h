/*
 * The hub's log: one line of logfmt per event, on standard error.
 *
 *     ts=2026-11-21T08:00:00.000Z level=info event=exchange device=… ms=3
 *
 * A value is bare when it is letters, digits and -._:/+ alone, else in double
 * quotes with \" \\ \n and \xHH for control bytes, for bytes that are not
 * UTF-8, and for the characters that turn the direction of writing: a line
 * stays a line, and a terminal is told nothing. No payload and no secret has
 * a place here.
 *
 * What peers cause is limited per level (NC_LOG_PER_SECOND sustained,
 * NC_LOG_BURST at once): a flood must not fill the disk. The next line that is
 * let through is preceded by event=suppressed with the number of those that
 * were not. Any thread.
 */
#ifndef NC_SERVER_LOG_H
#define NC_SERVER_LOG_H

#include "base/env.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* A line is some 200 bytes: 35 MB a day at worst. */
#define NC_LOG_PER_SECOND 2
#define NC_LOG_BURST 500
#define NC_LOG_LINE_MAX 4096

enum nc_log_level {
	NC_LOG_ERROR,
	NC_LOG_WARN,
	NC_LOG_INFO,
	NC_LOG_DEBUG,
	NC_LOG_LEVELS
};

/* One line while it is made. What does not fit is cut at a field. */
struct nc_log_line {
	char text[NC_LOG_LINE_MAX];
	size_t size;
	bool wanted;
};

bool nc_log_level_parse(const char *text, enum nc_log_level *ret_level);
/* Before any thread; the level is NC_LOG_INFO else. */
void nc_log_set_level(enum nc_log_level level);

/* Begins a line; the hub's own events are never suppressed, those that peers
 * cause may be. */
void nc_log_begin(
	struct nc_log_line *line, enum nc_log_level level, const char *event);
void nc_log_begin_peer(
	struct nc_log_line *line, enum nc_log_level level, const char *event);
void nc_log_text(struct nc_log_line *line, const char *key, const char *value);
void nc_log_number(struct nc_log_line *line, const char *key, uint64_t value);
/* Writes it, in one write(2). */
void nc_log_end(struct nc_log_line *line);

#endif
