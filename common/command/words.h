/*
 * What a person types of a record, "field=value", as the changes of a save, and
 * what is told of the save.
 */
#ifndef NC_COMMAND_WORDS_H
#define NC_COMMAND_WORDS_H

#include "command/command.h"
#include "command/home.h"
#include "store/author.h"
#include "store/records.h"

/*
 * "field=value" words of one entity, as field changes. Values are read
 * as an office writes them (intake/entry.h); fields go by their names or
 * labels.
 */
struct nc_words {
	struct nc_arena arena;
	const struct nc_entity *entity;
	/* Before nc_words_parse: where the ids of other records are looked up;
	 * NULL: they must be whole. */
	struct nc_store *store;
	/* Of the record, for dates without one; a year= among the words goes
	 * first. 0: not known. */
	unsigned year;
	/* To compare with: words as printed (when_words) are left out. */
	bool filter;
	struct nc_field_change *fields; /* ascending by field */
	size_t count;
	/* Fields that the words say something of, in their order. */
	const struct nc_field **said;
	size_t said_count;
};
void nc_words_init(struct nc_words *words, const struct nc_entity *entity);
void nc_words_fini(struct nc_words *words);
enum nc_status nc_words_parse(struct nc_words *words, const char *const *texts,
	size_t count, struct nc_error *err) NC_MUST_USE;
/* Refuses an end before its beginning: either may stand in the record (NULL:
 * a new one) already. */
enum nc_status nc_words_check(struct nc_words *words,
	const struct nc_record *record, struct nc_error *err) NC_MUST_USE;
/* How the words were understood, a line for each field that is not plain text;
 * and a note of what the record keeps beside them that was said with the value
 * before: an end, words as printed, a qualifier. */
enum nc_status nc_words_print(const struct nc_words *words,
	const struct nc_record *record, const struct nc_call *call,
	struct nc_error *err) NC_MUST_USE;
/* The field's change, or NULL when no word gave it. */
const struct nc_field_change *nc_words_find(
	const struct nc_words *words, uint32_t field);
/* Adds a value that no word gave; the bytes of text are copied. */
enum nc_status nc_words_set_text(struct nc_words *words, uint32_t field,
	const char *text, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_words_set_integer(struct nc_words *words, uint32_t field,
	int64_t integer, struct nc_error *err) NC_MUST_USE;
/* The given text, or "". Borrowed. */
struct nc_slice nc_words_text(const struct nc_words *words, uint32_t field);
/* The entity of that name; refuses the cluster's unless they are asked for.
 */
enum nc_status nc_words_entity(const char *name, bool cluster_too,
	const struct nc_entity **ret_entity, struct nc_error *err) NC_MUST_USE;
/* For --help: the entities, their fields and choices. */
void nc_words_print_entities(void);
void nc_words_print_all_entities(void);

/* Prints what a save of one record did: "edited 0190… (2 fields)", or JSON.
 * verb is translated, key is JSON's. */
enum nc_status nc_written_print(struct nc_home *home,
	const struct nc_call *call, const struct nc_id *id, const char *key,
	const char *verb, const struct nc_written *written,
	struct nc_error *err) NC_MUST_USE;

#endif
