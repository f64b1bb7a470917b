/*
 * What the client's commands share.
 */
#ifndef NC_CLIENT_CLIENT_H
#define NC_CLIENT_CLIENT_H

#include "command/command.h"
#include "command/home.h"
#include "command/view.h"
#include "model/plan.h"
#include "sync/client.h"

extern const struct nc_command nc_client_join;
extern const struct nc_command nc_client_add;
extern const struct nc_command nc_client_edit;
extern const struct nc_command nc_client_rm;
extern const struct nc_command nc_client_list;
extern const struct nc_command nc_client_show;
extern const struct nc_command nc_client_read_plan;
extern const struct nc_command nc_client_import_plan;
extern const struct nc_command nc_client_sync;
extern const struct nc_command nc_client_conflict_resolve;

/* words.c: "field=value" words of one entity, as field changes. */
struct nc_words {
	struct nc_arena arena;
	const struct nc_entity *entity;
	struct nc_field_change *fields; /* ascending by field */
	size_t count;
};
void nc_words_init(struct nc_words *words, const struct nc_entity *entity);
void nc_words_fini(struct nc_words *words);
enum nc_status nc_words_read(struct nc_words *words, const char *const *texts,
	size_t count, struct nc_error *err) NC_MUST_USE;
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

/* place.c: gives a new or moved plan record its rank, and, where nothing was
 * said, the section it goes to. after and before are ids or NULL. */
enum nc_status nc_place_record(struct nc_home *home, struct nc_words *words,
	const char *after, const char *before,
	struct nc_error *err) NC_MUST_USE;

/* write.c: a home opened for writing, by an author who may. */
enum nc_status nc_client_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err) NC_MUST_USE;
/* Prints what a save of one record did: "edited 0190… (2 fields)", or JSON.
 * verb is translated, key is JSON's. */
enum nc_status nc_client_print_written(struct nc_home *home,
	const struct nc_call *call, const struct nc_id *id, const char *key,
	const char *verb, const struct nc_written *written,
	struct nc_error *err) NC_MUST_USE;

/* plan_file.c: a file as people have it, read as a plan. */
enum nc_status nc_plan_from_file(struct nc_plan *plan, const char *path,
	struct nc_error *err) NC_MUST_USE;

/* sync.c: one sync, its progress shown, its time and result noted. */
enum nc_status nc_client_sync_once(struct nc_home *home,
	const struct nc_call *call, struct nc_sync_client *ret_session,
	struct nc_error *err) NC_MUST_USE;

#endif
