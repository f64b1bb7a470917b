/*
 * The domain as ONE table: entities and their fields. The SQLite tables, the
 * checks, JSON, the forms, the commands' add and list, import and export all
 * follow from it. Adding a field is one line in model.c and nothing elsewhere.
 *
 * Numbers are what the wire carries: never changed, never used again.
 * Source of the fields: the inventory of the cluster's documents; see
 * docs/ARCHITECTURE.md, "The model".
 */
#ifndef NC_MODEL_MODEL_H
#define NC_MODEL_MODEL_H

#include "base/memory.h"
#include "model/change.h"
#include "model/choices.h"
#include "model/numbers.h"

/* Raised whenever the table changes. */
#define NC_MODEL_VERSION 3

/* A test builds the table once more as an older version had it, to see that
 * old and new programs understand each other. */
#ifndef NC_MODEL_AT
#define NC_MODEL_AT NC_MODEL_VERSION
#endif

/* What the table that this program was built with is at. NC_MODEL_VERSION,
 * save in a test's programs, which know an older one. */
uint32_t nc_model_version(void);

enum nc_writer {
	NC_WRITER_UNION,   /* a device that the union's grant names */
	NC_WRITER_CLUSTER, /* the hub's device */
};

enum nc_type {
	NC_TYPE_TEXT,	   /* text */
	NC_TYPE_INTEGER,   /* integer, within the field's bounds */
	NC_TYPE_BOOLEAN,   /* integer 0 or 1 */
	NC_TYPE_TIME,	   /* integer, milliseconds since 1970 UTC */
	NC_TYPE_ENUM,	   /* text, one of the field's choices */
	NC_TYPE_DATE,	   /* text, ISO 8601 at the precision known */
	NC_TYPE_LIST,	   /* text, one item a line, no empty items */
	NC_TYPE_RANK,	   /* text, a place in a list (model/rank.h) */
	NC_TYPE_REFERENCE, /* bytes, the id of a record */
	NC_TYPE_DEVICE,	   /* bytes, a device id */
	NC_TYPE_BYTES,	   /* bytes */
	/* bytes, ids of records one after the other, no two alike */
	NC_TYPE_REFERENCES,
	/* text, two capital letters: ISO 3166-1 alpha-2 (locale/countries.h) */
	NC_TYPE_COUNTRY,
	/* text, countries' codes, one a line, no two alike */
	NC_TYPE_COUNTRIES,
	/* text, "14981400 USD": a whole number of the currency's ISO 4217 minor
	 * unit, a space, its code. One value, for fields are merged one by one
	 * and half a sum of money must not come from another hand. */
	NC_TYPE_MONEY,
};

/* Ids in a value of NC_TYPE_REFERENCES. */
#define NC_REFERENCES_MAX 256

struct nc_field {
	uint32_t number;
	const char *name; /* stable: the column, the JSON key, field=value */
	enum nc_type type;
	enum nc_writer writer;
	bool required;
	const char *label_vi;
	const char *label_en;
	int64_t min, max; /* integers: bounds; text: max bytes, 0 = the limit */
	const struct nc_choice *choices; /* NC_TYPE_ENUM */
	/* References: entities that they may point to, for forms and checks; 0,
	 * 0: any. The fold does not ask: a record may come later, or be in
	 * another union's stream. */
	uint32_t refers[2];
};

struct nc_entity {
	uint32_t number;
	const char *name;  /* stable: "plan-item", as in commands and JSON */
	const char *table; /* the same with underscores */
	const char *label_vi;
	const char *label_en;
	bool cluster;		       /* lives in the cluster's own stream */
	const struct nc_field *fields; /* ascending by number */
	size_t fields_count;
};

enum nc_entity_number {
	NC_ENTITY_CLUSTER = 1,
	NC_ENTITY_UNION = 2,
	NC_ENTITY_DEVICE = 3,
	NC_ENTITY_GRANT = 4,
	NC_ENTITY_INVITATION = 5,
	NC_ENTITY_HUB = 6,
	NC_ENTITY_CLUSTER_ROLE = 7,
	NC_ENTITY_SUCCESSION = 8,
	NC_ENTITY_FIXED_DAY = 9,
	NC_ENTITY_PLAN_ITEM = 10,
	NC_ENTITY_PLAN_LEAD = 11,
	NC_ENTITY_SUBMISSION = 12,
	NC_ENTITY_TARGET = 13,
	NC_ENTITY_MEMBER_ORG = 15,
	NC_ENTITY_CONGRESS = 16,
	NC_ENTITY_PARTNER = 17,
	NC_ENTITY_DELEGATION = 18,
	NC_ENTITY_ACTIVITY = 19,
	NC_ENTITY_ANNIVERSARY = 20,
	NC_ENTITY_AID = 21,
	NC_ENTITY_AID_PAYMENT = 22,
	NC_ENTITY_AID_OUTPUT = 23,
	NC_ENTITY_AID_OPINION = 24,
	NC_ENTITY_AGREEMENT = 25,
	NC_ENTITY_DOCUMENT_COMMENT = 26,
	NC_ENTITY_EVENT_ATTENDED = 27,
	NC_ENTITY_TRAINING = 28,
	NC_ENTITY_INFORMATION = 29,
	NC_ENTITY_OVERSEAS = 30,
	NC_ENTITY_FOREIGN_STUDENTS = 31,
	NC_ENTITY_GREETING = 32,
	NC_ENTITY_REPORT_PART = 33,
	NC_ENTITY_DOCUMENT = 34,
	NC_ENTITY_LEGAL_REF = 35,
	NC_ENTITY_ATTACHMENT = 36,
	NC_ENTITY_PROPOSAL = 37,
	NC_ENTITY_EXCEPTION = 38,
};

/* Field numbers that the core itself reads; those of model 3 are in
 * model/numbers.h. */
enum {
	NC_CLUSTER_NAME = 1,
	NC_CLUSTER_ADDRESS = 2,
	NC_CLUSTER_OPEN_READING = 3,
	NC_UNION_CODE = 1,
	NC_UNION_NAME = 2,
	NC_UNION_ORDER = 3,
	NC_DEVICE_LABEL = 1,
	NC_DEVICE_PUBLIC_KEY = 2,
	NC_DEVICE_ROLE = 3,
	NC_DEVICE_REVOKED_AT = 4,
	NC_DEVICE_SUCCEEDS = 5,
	NC_DEVICE_VOUCHER = 6,
	NC_DEVICE_VOUCHED_BY = 7,
	NC_GRANT_DEVICE = 1,
	NC_GRANT_UNION = 2,
	NC_GRANT_FIRST = 3,
	NC_GRANT_LAST = 4,
	NC_INVITATION_SECRET_HASH = 1,
	NC_INVITATION_UNION = 2,
	NC_INVITATION_EXPIRES_AT = 3,
	NC_INVITATION_USED_BY = 4,
	NC_HUB_GENERATION = 1,
	NC_HUB_DEVICE = 2,
	NC_HUB_ADDRESS = 3,
	NC_HUB_REASON = 4,
	NC_HUB_SINCE = 5,
	NC_HUB_AFTER_SIZE = 6,
	NC_HUB_AFTER_ROOT = 7,
	NC_PLAN_YEAR = 1,
	NC_PLAN_AREA = 2,
	NC_PLAN_LETTER = 3,
	NC_PLAN_HEADING = 4,
	NC_PLAN_RANK = 5,
	NC_PLAN_TEXT = 6,
	NC_PLAN_IMPORTED = 7,
	NC_PLAN_LEVEL = 8, /* items only, from here */
	NC_PLAN_WHEN = 9,
	NC_PLAN_WHEN_WORDS = 10,
	NC_PLAN_PLACE = 11,
	NC_PLAN_COUNTRY_WORDS = 12,
	NC_PLAN_STATUS = 13,
	NC_PLAN_RESULT = 14,
};

/* All entities, ascending by number. */
const struct nc_entity *nc_model_entities(size_t *ret_count);
/* NULL when the model has none such. */
const struct nc_entity *nc_model_entity(uint32_t number);
const struct nc_entity *nc_model_entity_named(const char *name);
const struct nc_field *nc_entity_field(
	const struct nc_entity *entity, uint32_t number);
const struct nc_field *nc_entity_field_named(
	const struct nc_entity *entity, const char *name);
/* The position of a field in entity->fields. */
size_t nc_entity_field_index(
	const struct nc_entity *entity, const struct nc_field *field);

/* Whether a value fits its field: kind, length, bounds, choices, form. An
 * absent value fits every field: it clears it. It does not ask whether a
 * country or currency is one that we know: those lists grow without the
 * model. NC_INVALID with a sentence. */
enum nc_status nc_field_fits(const struct nc_field *field,
	const struct nc_value *value, struct nc_error *err) NC_MUST_USE;
/* The same, and that text is clean and countries and currencies are known; for
 * values that were not read from a change-set. */
enum nc_status nc_field_check(const struct nc_field *field,
	const struct nc_value *value, struct nc_error *err) NC_MUST_USE;

/* A word typed at a desk or in a script, as a value of the field. Text is
 * made NFC; list items are separated by ";" or a line end; a word of nothing
 * but white space is an absent value. A country is given by its code or any
 * of its names, money as people write it ("13,8 tỉ đồng", "149.814 USD").
 * The value's bytes are the arena's. */
enum nc_status nc_field_parse(const struct nc_field *field, const char *word,
	struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err) NC_MUST_USE;

/* A value as words, the inverse of parse; appends to out. */
enum nc_status nc_field_print(const struct nc_field *field,
	const struct nc_value *value, struct nc_buffer *out) NC_MUST_USE;

/* What people would look for a value by; appends to out: text, dates and money
 * as printed, the names of an enumeration's value and of countries in both
 * languages, a year. Nothing for other numbers, marks, references and keys. */
enum nc_status nc_field_words(const struct nc_field *field,
	const struct nc_value *value, struct nc_buffer *out) NC_MUST_USE;

/* The parts of a value of NC_TYPE_MONEY; false when it is none. */
bool nc_money_split(struct nc_slice text, int64_t *ret_minor,
	char ret_currency[4]) NC_MUST_USE;
/* The index-th id of a value of NC_TYPE_REFERENCES (or the one of
 * NC_TYPE_REFERENCE); false past the last, and for an absent value. */
bool nc_references_at(const struct nc_value *value, size_t index,
	struct nc_id *ret_id) NC_MUST_USE;
/* Whether a reference of this field may point to that entity. */
bool nc_field_refers_to(const struct nc_field *field, uint32_t entity);

/* ISO 8601 at a precision: 2024, 2024-Q2, 2024-H1, 2024-10, 2024-12-02. */
bool nc_date_is_valid(struct nc_slice text);

#endif
