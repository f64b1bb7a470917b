/*
 * What an import weighs: the file's lines on one side, the store's records on
 * the other, and which belongs to which. Internal to this room.
 */
#ifndef NC_INTAKE_REVISE_WORK_H
#define NC_INTAKE_REVISE_WORK_H

#include "intake/revise.h"

#define REVISE_MARK 16
#define REVISE_NONE SIZE_MAX

/* A line of the file. */
struct revise_line {
	const struct nc_revise_line *said;
	const char *words; /* its text, as it is compared */
	uint8_t mark[REVISE_MARK];
	struct nc_id id;  /* the record that it would make */
	size_t old;	  /* the record that it is, or REVISE_NONE */
	const char *rank; /* "" until known */
	bool floats;	  /* keeps its record's rank, wherever that is */
};

/* A record of the store, in the order of their ranks. */
struct revise_old {
	const struct nc_revise_row *row;
	uint8_t mark[REVISE_MARK]; /* of what it says now */
	bool taken;
	const char *rank; /* new, of what was typed behind a line that moved;
			     "" for none */
};

struct revise_work {
	struct nc_arena *arena;
	const struct nc_revise_input *input;
	struct revise_line *lines;
	size_t lines_count;
	struct revise_old *olds;
	size_t olds_count;
	nc_revise_hash hash;
	struct nc_error *err;
};

static inline const struct nc_revise_shape *revise_shape(
	const struct revise_work *work, unsigned shape)
{
	return &work->input->shapes[shape];
}

unsigned revise_places(const struct nc_revise_shape *shape);

/* A mark's halves: of the words, and of where they stand. */
bool revise_same_words(
	const uint8_t a[REVISE_MARK], const uint8_t b[REVISE_MARK]);
bool revise_same_place(
	const uint8_t a[REVISE_MARK], const uint8_t b[REVISE_MARK]);

/* Gives the lines their marks and ids, and the records theirs. */
enum nc_status revise_mark_all(struct revise_work *work) NC_MUST_USE;
/* Finds the lines' records. */
enum nc_status revise_match(struct revise_work *work) NC_MUST_USE;
/* Pairs what changed in its words but is alike, in order, among those of one
 * first place. */
enum nc_status revise_align(struct revise_work *work) NC_MUST_USE;
/* Gives a rank to each line that has none. */
enum nc_status revise_rank(struct revise_work *work) NC_MUST_USE;

#endif
