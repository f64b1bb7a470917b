/*
 * Allocation, in one place so that tests can make the n-th one fail.
 * nc_memory_* return NULL when there is no memory; nc_free accepts NULL.
 */
#ifndef NC_BASE_MEMORY_H
#define NC_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *nc_malloc(size_t size) __attribute__((malloc));
/* Zeroed; refuses a product that overflows. */
void *nc_calloc(size_t count, size_t size) __attribute__((malloc));
void *nc_realloc(void *old, size_t size);
void nc_free(void *memory);
char *nc_strdup(const char *text);

/* For cleanup attributes: frees *(void **)pointer. */
void nc_free_at(void *pointer);

/* Tests: the n-th allocation from now fails (1 = the next); 0 = never. */
void nc_memory_fail_at(unsigned long n);
/* How many until the one that fails; 0: it has, or none does. */
unsigned long nc_memory_fail_left(void);

/*
 * An arena: many small allocations with one lifetime, freed together, never
 * more than its limit. The memory is aligned for any object and not zeroed.
 */
struct nc_arena_block;
struct nc_arena {
	struct nc_arena_block *head;
	size_t used;  /* bytes handed out since init or reset */
	size_t limit; /* refuses to hand out more */
	bool starved; /* the system had no memory: not the limit's doing */
};

void nc_arena_init(struct nc_arena *arena, size_t limit);
void nc_arena_fini(struct nc_arena *arena);
/* Forgets all allocations and keeps one block for the next ones. */
void nc_arena_reset(struct nc_arena *arena);
/* NULL when the limit or the memory is reached. */
void *nc_arena_alloc(struct nc_arena *arena, size_t size);
void *nc_arena_array(struct nc_arena *arena, size_t count, size_t size);
void *nc_arena_copy(struct nc_arena *arena, const void *data, size_t size);
/* A NUL-terminated copy of size bytes of text. */
char *nc_arena_text(struct nc_arena *arena, const char *text, size_t size);

#endif
