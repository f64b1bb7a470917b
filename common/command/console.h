/*
 * The screen: which language, how times and tables look, and that nothing
 * which somebody else typed can steer the terminal.
 */
#ifndef NC_COMMAND_CONSOLE_H
#define NC_COMMAND_CONSOLE_H

#include "base/bytes.h"

#include <stdint.h>
#include <stdio.h>

/* Once, first: the locale, the messages, and the name before sentences. */
void nc_console_start(const char *program);
/* Whether messages come in Vietnamese. */
bool nc_console_is_vietnamese(void);
/* The one of two labels that fits the messages' language. */
const char *nc_console_label(const char *vi, const char *en);

/* Prints text; control characters other than line ends become U+FFFD. */
void nc_console_put(FILE *file, const char *text);
/* The same, formatted, to standard output. */
void nc_console_print(const char *format, ...) NC_PRINTF(1, 2);
/* A sentence beside the result, to standard error: "nhipcau: …". */
void nc_console_note(const char *format, ...) NC_PRINTF(1, 2);
/* The sentence of a failure, to standard error. */
void nc_console_fail(enum nc_status status, const struct nc_error *err);

/* Local time, "02/12/2024 08:30"; the number itself when it is no time. */
#define NC_TIME_TEXT_SIZE 32
void nc_console_time(char out[NC_TIME_TEXT_SIZE], int64_t time_ms);

/* Columns of the terminal that standard output is; 0 when it is none. */
size_t nc_console_columns(void);

/* A progress line on standard error, drawn only on a terminal. */
struct nc_bar {
	const char *what; /* translated; borrowed */
	bool drawn;
};
void nc_bar_init(struct nc_bar *bar, const char *what);
/* As nc_progress.step, with the bar as context. total 0: only the count. */
void nc_bar_step(void *bar, uint64_t done, uint64_t total);
void nc_bar_fini(struct nc_bar *bar);

/* The path of a file that came with the program, under its folder share:
 * "nhipcau/mergers/2025.csv". False when it cannot be told. */
bool nc_console_share(char *out, size_t out_size, const char *name);

#endif
