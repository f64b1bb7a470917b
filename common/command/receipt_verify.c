/*
 * verify --receipt FILE: whether a proof holds, offline, on any machine. The
 * file is a C2SP tlog-proof whose extra is a SignedChangeSet
 * (proto/changeset.proto) and whose leaf is that change-set's payload.
 */
#include "command/receipt.h"
#include "base/file.h"
#include "command/console.h"
#include "sync/history.h"
#include "trust/note.h"
#include "wire/signed_set.h"

#include <inttypes.h>
#include <string.h>

#define VERIFY_ARENA_MAX (64 * 1024 * 1024)

struct verifying {
	struct nc_view view;
	bool has_home; /* a home of the cluster that the proof is about */
	struct nc_arena arena;
	struct nc_buffer text, bytes;
	struct nc_tlog_proof proof;
	struct nc_checkpoint checkpoint;
	struct nc_signed_change_set signed_set;
	struct nc_change_set change_set;
	struct nc_tree_hash leaf;
	uint8_t hub_key[NC_KEY_SIZE];
	const struct nc_registry_device *author; /* NULL: not known here */
	uint64_t vouchers;
};

static void verifying_init(
	struct verifying *verifying, const struct nc_call *call)
{
	nc_view_init(&verifying->view, call);
	nc_arena_init(&verifying->arena, VERIFY_ARENA_MAX);
	nc_buffer_init(&verifying->text, NC_TLOG_PROOF_BYTES_MAX);
	nc_buffer_init(&verifying->bytes, NC_TLOG_PROOF_DECODED_MAX);
}

static void verifying_fini(struct verifying *verifying)
{
	nc_view_fini(&verifying->view);
	nc_arena_fini(&verifying->arena);
	nc_buffer_fini(&verifying->text);
	nc_buffer_fini(&verifying->bytes);
}

static enum nc_status read_proof(
	struct verifying *verifying, const char *path, struct nc_error *err)
{
	struct nc_tlog_proof *proof = &verifying->proof;
	enum nc_status status = nc_file_read(path, &verifying->text, err);

	if (status == NC_OK)
		status = nc_tlog_proof_parse(nc_buffer_slice(&verifying->text),
			&verifying->bytes, proof, err);
	if (status == NC_OK)
		status = nc_checkpoint_parse(
			proof->checkpoint, &verifying->checkpoint, err);
	if (status == NC_OK && proof->extra.size == 0)
		return nc_error_set(err, NC_MALFORMED,
			_("%s is a proof without the change-set that it is "
			  "about; ask for the file that receipt -o writes."),
			path);
	if (status == NC_OK)
		status = nc_signed_set_decode(proof->extra, &verifying->arena,
			&verifying->signed_set, err);
	if (status == NC_OK)
		status = nc_change_set_decode(verifying->signed_set.payload,
			&verifying->arena, &verifying->change_set, err);
	return status;
}

/* Opens the home that is there; that there is none is no fault. */
static enum nc_status open_home(
	struct verifying *verifying, struct nc_error *err)
{
	struct nc_view *view = &verifying->view;
	struct nc_error why = {.text = ""};
	uint32_t generation;
	enum nc_status status = nc_view_open(view, &why);

	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status != NC_OK)
		return nc_error_set(err, status, "%s", why.text);
	verifying->has_home =
		nc_history_generation(verifying->checkpoint.origin,
			&view->home.identity.cluster, &generation);
	return NC_OK;
}

static enum nc_status key_given(
	struct verifying *verifying, const char *text, struct nc_error *err)
{
	struct nc_vkey vkey;
	enum nc_status status = nc_vkey_parse(text, &vkey, err);

	if (status != NC_OK)
		return status;
	if (vkey.type != NC_NOTE_TYPE_LOG)
		return nc_error_set(err, NC_INVALID,
			_("This key is a witness's, not a hub's; ask for the "
			  "line that receipt --key prints."));
	if (!nc_slice_equal(vkey.name, verifying->checkpoint.origin))
		return nc_error_set(err, NC_WRONG_HUB,
			_("The proof is about the history %.*s and the key is "
			  "of %.*s; ask for the key of that hub."),
			(int)verifying->checkpoint.origin.size,
			(const char *)verifying->checkpoint.origin.data,
			(int)vkey.name.size, (const char *)vkey.name.data);
	memcpy(verifying->hub_key, vkey.public_key, NC_KEY_SIZE);
	return NC_OK;
}

static enum nc_status key_known(
	struct verifying *verifying, struct nc_error *err)
{
	const struct nc_registry_hub *hub = NULL;
	uint32_t generation = 0;

	if (!verifying->has_home)
		return nc_error_set(err, NC_NOT_FOUND,
			_("The proof is about the history %.*s, which no home "
			  "here is part of; name its hub's key with --hub."),
			(int)verifying->checkpoint.origin.size,
			(const char *)verifying->checkpoint.origin.data);
	if (nc_history_generation(verifying->checkpoint.origin,
		    &verifying->view.home.identity.cluster, &generation))
		hub = nc_registry_hub(verifying->view.registry, generation);
	if (hub == NULL || hub->public_key == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("The cluster's records name no hub of generation "
			  "%" PRIu32 "; sync, or name its key with --hub."),
			generation);
	memcpy(verifying->hub_key, hub->public_key, NC_KEY_SIZE);
	return NC_OK;
}

static enum nc_status check_history(
	struct verifying *verifying, struct nc_error *err)
{
	const struct nc_checkpoint *checkpoint = &verifying->checkpoint;
	const struct nc_tlog_proof *proof = &verifying->proof;

	if (!nc_checkpoint_is_signed(checkpoint, verifying->hub_key))
		return nc_error_set(err, NC_BAD_SIGNATURE,
			_("The hub's signature under this history is wrong: "
			  "it was altered, or another hub made it."));
	if (proof->index >= checkpoint->size)
		return nc_error_set(err, NC_CORRUPT,
			_("The proof speaks of entry %" PRIu64
			  " of a history of %" PRIu64 "; it was altered."),
			proof->index, checkpoint->size);
	nc_tree_leaf(&verifying->leaf, verifying->signed_set.payload);
	if (!nc_tree_check_leaf(proof->index, &verifying->leaf,
		    checkpoint->size, &checkpoint->root, proof->path))
		return nc_error_set(err, NC_CORRUPT,
			_("The change-set is not at that place of the hub's "
			  "history: it, its place or the proof was altered."));
	return NC_OK;
}

static enum nc_status check_author(
	struct verifying *verifying, struct nc_error *err)
{
	const struct nc_registry_device *device;

	if (!verifying->has_home)
		return NC_OK;
	device = nc_registry_device(
		verifying->view.registry, verifying->change_set.device);
	if (device == NULL)
		return NC_OK;
	if (!nc_verify(device->public_key, NC_DOMAIN_CHANGE_SET,
		    verifying->signed_set.payload,
		    verifying->signed_set.signature))
		return nc_error_set(err, NC_BAD_SIGNATURE,
			_("The author's signature is wrong: it is not what "
			  "that device signed."));
	verifying->author = device;
	return NC_OK;
}

/* Whose cosignatures under the checkpoint are those of known devices. */
static void count_vouchers(struct verifying *verifying)
{
	const struct nc_registry *registry = verifying->view.registry;
	struct nc_slice rest = verifying->checkpoint.signatures;
	char name[NC_WITNESS_NAME_SIZE];
	int64_t time_s;

	while (verifying->has_home && rest.size > 0) {
		const uint8_t *end = memchr(rest.data, '\n', rest.size);
		struct nc_slice line = nc_slice(rest.data,
			end == NULL ? rest.size : (size_t)(end - rest.data));

		for (size_t i = 0; i < registry->devices_count; i++) {
			nc_history_witness_name(name,
				&verifying->view.home.identity.cluster,
				registry->devices[i].device);
			if (nc_cosignature_check(line, name,
				    registry->devices[i].public_key,
				    &verifying->checkpoint, &time_s))
				verifying->vouchers++;
		}
		if (end == NULL)
			return;
		rest = nc_slice(end + 1, rest.size - line.size - 1);
	}
}

static json_t *json_record(
	struct verifying *verifying, const struct nc_record_change *change)
{
	struct nc_json *json = &verifying->view.json;
	const struct nc_entity *entity = nc_model_entity(change->entity);
	json_t *object = json_object(), *fields = json_object();

	nc_json_put(json, object, "id", nc_json_id(&change->record));
	nc_json_put(json, object, "entity",
		entity == NULL ? json_integer(change->entity)
			       : json_string(entity->name));
	nc_json_put(json, object, "deletes", json_boolean(change->deletes));
	for (size_t i = 0; entity != NULL && i < change->fields_count; i++) {
		const struct nc_field *field =
			nc_entity_field(entity, change->fields[i].field);

		if (field != NULL)
			nc_json_put(json, fields, field->name,
				nc_json_value(field, &change->fields[i].value));
	}
	nc_json_put(json, object, "fields", fields);
	return object;
}

static enum nc_status print_json(
	struct verifying *verifying, const char *code, struct nc_error *err)
{
	const struct nc_change_set *set = &verifying->change_set;
	struct nc_json *json = &verifying->view.json;
	json_t *object = json_object(), *records = json_array();

	nc_json_put(json, object, "holds", json_true());
	nc_json_put(json, object, "author_checked",
		json_boolean(verifying->author != NULL));
	nc_json_put(json, object, "origin",
		nc_json_slice(verifying->checkpoint.origin));
	nc_json_put(
		json, object, "leaf", nc_json_number(verifying->proof.index));
	nc_json_put(json, object, "size",
		nc_json_number(verifying->checkpoint.size));
	nc_json_put(json, object, "code", json_string(code));
	nc_json_put(json, object, "cosignatures",
		nc_json_number(verifying->vouchers));
	nc_json_put(json, object, "union_id", nc_json_id(&set->union_id));
	nc_json_put(json, object, "device", nc_json_device(set->device));
	nc_json_put(json, object, "sequence", nc_json_number(set->sequence));
	nc_json_put(json, object, "author", nc_json_slice(set->author));
	nc_json_put(
		json, object, "written_at", nc_json_time(set->written_at_ms));
	for (size_t i = 0; i < set->records_count; i++)
		nc_json_add(json, records,
			json_record(verifying, &set->records[i]));
	nc_json_put(json, object, "records", records);
	return nc_json_print(json, object, err);
}

static enum nc_status print_record(struct verifying *verifying,
	const struct nc_record_change *change, struct nc_error *err)
{
	const struct nc_entity *entity = nc_model_entity(change->entity);
	char id[NC_ID_TEXT_SIZE];

	nc_id_format(id, &change->record);
	nc_console_print("%s  %s%s\n", id,
		entity == NULL ? "?" : nc_entity_label(entity),
		change->deletes ? _(", deleted") : "");
	for (size_t i = 0; entity != NULL && i < change->fields_count; i++) {
		const struct nc_field *field =
			nc_entity_field(entity, change->fields[i].field);
		const char *words;

		if (field == NULL || field->type == NC_TYPE_BYTES)
			continue;
		words = nc_view_value(
			&verifying->view, field, &change->fields[i].value);
		if (words == NULL)
			return nc_error_no_memory(err);
		nc_console_print("    %s: %s\n", nc_field_label(field), words);
	}
	return NC_OK;
}

static enum nc_status print_words(
	struct verifying *verifying, const char *code, struct nc_error *err)
{
	const struct nc_change_set *set = &verifying->change_set;
	char device[NC_DEVICE_ID_TEXT_SIZE], time[NC_TIME_TEXT_SIZE];
	enum nc_status status = NC_OK;

	nc_device_id_format(device, set->device);
	nc_console_time(time, set->written_at_ms);
	nc_console_print(_("The proof holds: device %s wrote as its "
			   "change-set %" PRIu64 ", by %.*s, %s:\n"),
		device, set->sequence, (int)set->author.size,
		(const char *)set->author.data, time);
	for (size_t i = 0; i < set->records_count && status == NC_OK; i++)
		status = print_record(verifying, &set->records[i], err);
	if (status != NC_OK)
		return status;
	nc_console_print(_("It is entry %" PRIu64 " of the history %.*s of "
			   "%" PRIu64 " entries, which its hub has signed.\n"),
		verifying->proof.index, (int)verifying->checkpoint.origin.size,
		(const char *)verifying->checkpoint.origin.data,
		verifying->checkpoint.size);
	nc_console_print("%s\n",
		verifying->author != NULL
			? _("The author's signature was checked.")
			: _("The author's signature was not checked: no home "
			    "here knows that device."));
	if (verifying->vouchers > 0)
		nc_console_print(_("Devices of unions that signed this very "
				   "history: %" PRIu64 ".\n"),
			verifying->vouchers);
	nc_console_print(_("Code: %s\n"), code);
	return NC_OK;
}

enum nc_status nc_receipt_verify(const struct nc_call *call, const char *path,
	const char *vkey, struct nc_error *err)
{
	struct verifying verifying NC_AUTO(verifying_fini) = {
		.has_home = false};
	char code[NC_RECEIPT_CODE_SIZE];
	enum nc_status status;

	verifying_init(&verifying, call);
	status = read_proof(&verifying, path, err);
	if (status == NC_OK)
		status = open_home(&verifying, err);
	if (status == NC_OK)
		status = vkey != NULL ? key_given(&verifying, vkey, err)
				      : key_known(&verifying, err);
	if (status == NC_OK)
		status = check_history(&verifying, err);
	if (status == NC_OK)
		status = check_author(&verifying, err);
	if (status != NC_OK)
		return status;
	count_vouchers(&verifying);
	nc_receipt_code(code, &verifying.leaf, verifying.proof.index);
	return call->json ? print_json(&verifying, code, err)
			  : print_words(&verifying, code, err);
}
