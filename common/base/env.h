/*
 * The outside that pure code may not touch, handed in as an argument: the
 * time and the randomness. The programs pass the real ones, the simulation a
 * virtual clock and a seeded generator.
 */
#ifndef NC_BASE_ENV_H
#define NC_BASE_ENV_H

#include <stddef.h>
#include <stdint.h>

struct nc_env {
	/* Milliseconds since 1970-01-01 UTC, as this machine believes. */
	int64_t (*now_ms)(void *context);
	/* Fills size bytes; cannot fail. */
	void (*random)(void *context, void *out, size_t size);
	void *context;
};

#define NC_ID_SIZE 16
#define NC_ID_TEXT_SIZE 37 /* 36 characters and a NUL */

/* A record's or union's identifier: a UUID version 7 (RFC 9562). */
struct nc_id {
	uint8_t bytes[NC_ID_SIZE];
};

struct nc_id nc_id_new(const struct nc_env *env);
/* A UUIDv7 whose time and random bits are given: for ids that two machines
 * must derive alike. Version and variant bits are set over entropy's. */
struct nc_id nc_id_make(int64_t time_ms, const uint8_t entropy[10]);
/* The milliseconds since 1970-01-01 UTC that an id begins with. */
int64_t nc_id_time_ms(const struct nc_id *id);
int nc_id_compare(const struct nc_id *a, const struct nc_id *b);
int nc_id_is_zero(const struct nc_id *id);
/* 8-4-4-4-12 lower-case hexadecimal digits. */
void nc_id_format(char out[NC_ID_TEXT_SIZE], const struct nc_id *id);
/* Reads 32 digits with hyphens anywhere; 0 when text is not that. */
int nc_id_parse(struct nc_id *ret_id, const char *text);

#endif
