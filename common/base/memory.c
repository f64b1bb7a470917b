#include "base/memory.h"
#include "base/error.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK_MIN (16 * 1024)

struct nc_arena_block {
	struct nc_arena_block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

static _Atomic unsigned long fail_in;

static int memory_fails_now(void)
{
	unsigned long left = atomic_load(&fail_in);

	if (left == 0)
		return 0;
	return atomic_fetch_sub(&fail_in, 1) == 1;
}

void nc_memory_fail_at(unsigned long n)
{
	atomic_store(&fail_in, n);
}

unsigned long nc_memory_fail_left(void)
{
	return atomic_load(&fail_in);
}

void *nc_malloc(size_t size)
{
	if (memory_fails_now())
		return NULL;
	return malloc(size == 0 ? 1 : size);
}

void *nc_calloc(size_t count, size_t size)
{
	if (memory_fails_now())
		return NULL;
	return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *nc_realloc(void *old, size_t size)
{
	if (memory_fails_now())
		return NULL;
	return realloc(old, size == 0 ? 1 : size);
}

void nc_free(void *memory)
{
	free(memory);
}

void nc_free_at(void *pointer)
{
	free(*(void **)pointer);
}

char *nc_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = nc_malloc(size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

void nc_arena_init(struct nc_arena *arena, size_t limit)
{
	arena->head = NULL;
	arena->used = 0;
	arena->limit = limit;
	arena->starved = false;
}

static void arena_free_list(struct nc_arena_block *block)
{
	while (block != NULL) {
		struct nc_arena_block *next = block->next;

		nc_free(block);
		block = next;
	}
}

void nc_arena_fini(struct nc_arena *arena)
{
	arena_free_list(arena->head);
	arena->head = NULL;
	arena->used = 0;
	arena->starved = false;
}

void nc_arena_reset(struct nc_arena *arena)
{
	if (arena->head != NULL) {
		arena_free_list(arena->head->next);
		arena->head->next = NULL;
		arena->head->used = 0;
	}
	arena->used = 0;
	arena->starved = false;
}

static struct nc_arena_block *arena_grow(struct nc_arena *arena, size_t size)
{
	size_t want = arena->head != NULL ? arena->head->size * 2 : 0;
	struct nc_arena_block *block;

	if (want < ARENA_BLOCK_MIN)
		want = ARENA_BLOCK_MIN;
	if (want > 1024 * 1024)
		want = 1024 * 1024;
	if (want < size)
		want = size;
	block = nc_malloc(sizeof(*block) + want);
	if (block == NULL)
		return NULL;
	block->next = arena->head;
	block->size = want;
	block->used = 0;
	arena->head = block;
	return block;
}

void *nc_arena_alloc(struct nc_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct nc_arena_block *block = arena->head;
	void *memory;

	if (size > SIZE_MAX - align)
		return NULL;
	size = (size + align - 1) / align * align;
	if (size > arena->limit || arena->used > arena->limit - size)
		return NULL;
	if (block == NULL || size > block->size - block->used)
		block = arena_grow(arena, size);
	if (block == NULL) {
		arena->starved = true;
		return NULL;
	}
	memory = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return memory;
}

void *nc_arena_array(struct nc_arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	return nc_arena_alloc(arena, count * size);
}

void *nc_arena_copy(struct nc_arena *arena, const void *data, size_t size)
{
	void *copy = nc_arena_alloc(arena, size);

	if (copy != NULL && size > 0)
		memcpy(copy, data, size);
	return copy;
}

char *nc_arena_text(struct nc_arena *arena, const char *text, size_t size)
{
	char *copy;

	if (size == SIZE_MAX)
		return NULL;
	copy = nc_arena_alloc(arena, size + 1);
	if (copy == NULL)
		return NULL;
	if (size > 0)
		memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}
