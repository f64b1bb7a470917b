/*
 * receipt: where what was written stands in the hub's history, and who
 * vouches for it. Of a record, or without one of the history itself.
 */
#include "command/receipt.h"
#include "command/console.h"
#include "command/shared.h"
#include "store/hubs.h"
#include "store/receipt.h"
#include "store/tree.h"
#include "trust/note.h"
#include "wire/signed_set.h"

#include <inttypes.h>
#include <string.h>

/* A change-set that wrote live values of the record, and where it stands. */
struct stand {
	struct nc_dot dot;
	int64_t written_at_ms;
	struct nc_tree_hash leaf_hash;
	bool placed;
	struct nc_receipt receipt; /* when placed */
	struct nc_vouched vouched;
};

struct receipts {
	struct nc_view view;
	struct nc_record record;
	struct stand *stands;
	size_t count;
};

static enum nc_status hash_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct stand *stand = context;

	(void)err;
	nc_tree_leaf(&stand->leaf_hash, entry->signed_set.payload);
	stand->written_at_ms = entry->written_at_ms;
	return NC_OK;
}

/* What a client keeps a hub works out. */
static enum nc_status hub_receipt(struct receipts *receipts,
	struct nc_receipt *receipt, const struct nc_dot *dot,
	struct nc_error *err)
{
	struct nc_store *store = receipts->view.home.store;
	struct nc_tree_reader reader = nc_store_tree_reader(store);
	struct nc_newest newest;
	enum nc_status status =
		nc_store_tree_indexes(store, &receipts->record.union_id,
			dot->device, dot->sequence, 1, &receipt->leaf, err);

	nc_buffer_init(
		&receipt->path, NC_TLOG_PROOF_PATH_MAX * NC_TREE_HASH_SIZE);
	if (status == NC_OK)
		status = nc_newest_history(&receipts->view, &newest, err);
	if (status != NC_OK)
		return status;
	receipt->generation = newest.generation;
	receipt->size = newest.size;
	return nc_tree_prove_leaf(
		&reader, receipt->leaf, receipt->size, &receipt->path, err);
}

static enum nc_status find_receipt(
	struct receipts *receipts, struct stand *stand, struct nc_error *err)
{
	struct nc_view *view = &receipts->view;
	const struct nc_id *union_id = &receipts->record.union_id;
	bool is_hub = view->home.identity.is_hub;
	enum nc_status status = nc_log_entry(view->home.store, union_id,
		stand->dot.device, stand->dot.sequence, hash_entry, stand, err);

	/* A value that stayed while its change-set was set aside. */
	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status == NC_OK && is_hub)
		status = hub_receipt(
			receipts, &stand->receipt, &stand->dot, err);
	else if (status == NC_OK)
		status = nc_receipt_find(view->home.store, union_id,
			stand->dot.device, stand->dot.sequence, &stand->receipt,
			err);
	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status != NC_OK)
		return status;
	stand->placed = true;
	return nc_vouched_for(view, stand->receipt.generation,
		stand->receipt.leaf + 1, &stand->vouched, err);
}

static bool has_stand(const struct receipts *receipts, const struct nc_dot *dot)
{
	for (size_t i = 0; i < receipts->count; i++)
		if (nc_dot_equal(&receipts->stands[i].dot, dot))
			return true;
	return false;
}

static enum nc_status find_stands(
	struct receipts *receipts, struct nc_error *err)
{
	const struct nc_row *row = &receipts->record.row;
	enum nc_status status = NC_OK;

	receipts->stands = nc_calloc(row->count + 1, sizeof(*receipts->stands));
	if (receipts->stands == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < row->count && status == NC_OK; i++) {
		struct stand *stand = &receipts->stands[receipts->count];

		if (has_stand(receipts, &row->live[i].dot))
			continue;
		stand->dot = row->live[i].dot;
		receipts->count++;
		status = find_receipt(receipts, stand, err);
	}
	return status;
}

static void receipts_fini(struct receipts *receipts)
{
	for (size_t i = 0; i < receipts->count; i++)
		nc_receipt_fini(&receipts->stands[i].receipt);
	nc_free(receipts->stands);
	nc_view_fini(&receipts->view);
}

static void put_vouched(
	struct nc_json *json, json_t *object, const struct nc_vouched *vouched)
{
	nc_json_put(json, object, "vouched", nc_json_number(vouched->unions));
	nc_json_put(json, object, "vouched_since",
		vouched->unions == 0 ? json_null()
				     : nc_json_time(vouched->oldest_ms));
	nc_json_put(json, object, "vouched_until",
		vouched->unions == 0 ? json_null()
				     : nc_json_time(vouched->newest_ms));
}

static void print_vouched(const struct nc_vouched *vouched)
{
	char oldest[NC_TIME_TEXT_SIZE], newest[NC_TIME_TEXT_SIZE];

	if (vouched->unions == 0) {
		nc_console_print(_("  No union has vouched for it yet.\n"));
		return;
	}
	nc_console_time(oldest, vouched->oldest_ms);
	nc_console_time(newest, vouched->newest_ms);
	nc_console_print(_("  Unions that vouch for it: %" PRIu64
			   " (the last of each between %s and %s)\n"),
		vouched->unions, oldest, newest);
}

static json_t *json_stand(struct receipts *receipts, const struct stand *stand,
	struct nc_error *err)
{
	struct nc_view *view = &receipts->view;
	struct nc_json *json = &view->json;
	const struct nc_receipt *receipt = &stand->receipt;
	char code[NC_RECEIPT_CODE_SIZE];
	json_t *object = json_object();

	if (nc_view_put_source(view, object, &receipts->record.union_id,
		    &stand->dot, err) != NC_OK)
		json->failed = true;
	nc_json_put(json, object, "union",
		nc_json_union(view->registry, &view->home.identity.cluster,
			&receipts->record.union_id));
	nc_json_put(json, object, "placed", json_boolean(stand->placed));
	if (!stand->placed)
		return object;
	nc_receipt_code(code, &stand->leaf_hash, receipt->leaf);
	nc_json_put(json, object, "leaf", nc_json_number(receipt->leaf));
	nc_json_put(json, object, "size", nc_json_number(receipt->size));
	nc_json_put(json, object, "generation",
		nc_json_number(receipt->generation));
	nc_json_put(json, object, "code", json_string(code));
	put_vouched(json, object, &stand->vouched);
	return object;
}

static enum nc_status print_json(
	struct receipts *receipts, struct nc_error *err)
{
	json_t *array = json_array();

	for (size_t i = 0; i < receipts->count; i++)
		nc_json_add(&receipts->view.json, array,
			json_stand(receipts, &receipts->stands[i], err));
	return nc_json_print(&receipts->view.json, array, err);
}

static void print_unplaced(const struct receipts *receipts)
{
	const struct nc_home *home = &receipts->view.home;
	const struct nc_registry_device *device = nc_registry_device(
		receipts->view.registry, nc_key_device(home->key));

	if (device != NULL &&
		nc_registry_belongs(device, &receipts->record.union_id))
		nc_console_print(_("  No receipt yet; run nhipcau sync "
				   "first.\n"));
	else
		nc_console_print(_("  Receipts are kept of your own union's "
				   "change-sets; ask the hub's keeper for this "
				   "one.\n"));
}

static enum nc_status print_stand(struct receipts *receipts,
	const struct stand *stand, struct nc_error *err)
{
	struct nc_view *view = &receipts->view;
	const struct nc_receipt *receipt = &stand->receipt;
	const char *of = nc_view_union(view, &receipts->record.union_id);
	char code[NC_RECEIPT_CODE_SIZE];
	const char *source;
	enum nc_status status = nc_view_source(
		view, &receipts->record.union_id, &stand->dot, &source, err);

	if (status != NC_OK)
		return status;
	if (of == NULL)
		return nc_error_no_memory(err);
	nc_console_print("%s: %s\n", of, source);
	if (!stand->placed) {
		print_unplaced(receipts);
		return NC_OK;
	}
	nc_receipt_code(code, &stand->leaf_hash, receipt->leaf);
	nc_console_print(_("  Entry %" PRIu64 " of the hub's history, shown "
			   "among %" PRIu64 " (generation %" PRIu32 ")\n"),
		receipt->leaf, receipt->size, receipt->generation);
	print_vouched(&stand->vouched);
	nc_console_print(_("  Code: %s\n"), code);
	return NC_OK;
}

/* The latest of the record's change-sets: of one stream the highest number,
 * of several the one written last. */
static const struct stand *latest(const struct receipts *receipts)
{
	const struct stand *found = NULL;

	for (size_t i = 0; i < receipts->count; i++) {
		const struct stand *stand = &receipts->stands[i];
		bool same =
			found != NULL && found->dot.device == stand->dot.device;

		if (found == NULL ||
			(same && stand->dot.sequence > found->dot.sequence) ||
			(!same && stand->written_at_ms > found->written_at_ms))
			found = stand;
	}
	return found;
}

static enum nc_status encode_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	return nc_signed_set_encode(&entry->signed_set, context, err);
}

struct gathering {
	const struct nc_newest *of;
	struct nc_buffer *note;
};

/* The lines of those who signed exactly this checkpoint. */
static enum nc_status gather_line(
	void *context, const struct nc_witness *witness, struct nc_error *err)
{
	struct gathering *gathering = context;
	struct nc_slice line = witness->line;
	struct nc_buffer *note = gathering->note;

	if (witness->size != gathering->of->size ||
		!nc_tree_hash_equal(&witness->root, &gathering->of->root) ||
		line.size == 0)
		return NC_OK;
	/* One line too many leaves the rest a good proof. */
	if (note->size + line.size + 1 > NC_NOTE_BYTES_MAX)
		return NC_OK;
	if (nc_buffer_append(note, line.data, line.size) != NC_OK ||
		(line.data[line.size - 1] != '\n' &&
			nc_buffer_text(note, "\n") != NC_OK))
		return nc_error_no_memory(err);
	return NC_OK;
}

static enum nc_status sign_note(struct nc_view *view,
	const struct nc_newest *newest, struct nc_buffer *note,
	struct nc_error *err)
{
	char origin[NC_ORIGIN_TEXT_SIZE], extension[NC_EXTENSION_TEXT_SIZE];
	const struct nc_registry_hub *hub =
		nc_registry_hub(view->registry, newest->generation);

	if (view->home.identity.handed_over || hub == NULL)
		return nc_error_set(err, NC_MOVED,
			_("This hub has handed over and signs nothing any "
			  "more; ask the cluster's present hub."));
	nc_hubs_origin(origin, &view->home.identity.cluster, hub->generation);
	nc_hubs_extension(extension, &view->home.identity.cluster, hub);
	return nc_checkpoint_print(view->home.key, origin, newest->size,
		&newest->root, extension, note, err);
}

static enum nc_status kept_note(struct nc_view *view,
	const struct nc_receipt *receipt, struct nc_newest *ret_of,
	struct nc_buffer *note, struct nc_error *err)
{
	struct nc_kept_checkpoint kept = {0};
	enum nc_status status;

	if (view->home.identity.is_hub) {
		status = nc_newest_history(view, ret_of, err);
		return status == NC_OK ? sign_note(view, ret_of, note, err)
				       : status;
	}
	status = nc_checkpoint_find(view->home.store, receipt->generation,
		receipt->size, &kept, err);
	if (status == NC_NOT_FOUND)
		status = nc_error_set(err, NC_CORRUPT,
			_("The checkpoint of this receipt is missing; run "
			  "nhipcau verify."));
	if (status == NC_OK) {
		ret_of->generation = kept.generation;
		ret_of->size = kept.size;
		ret_of->root = kept.root;
		if (nc_buffer_append(note, kept.note.data, kept.note.size) !=
			NC_OK)
			status = nc_error_no_memory(err);
	}
	nc_kept_checkpoint_fini(&kept);
	return status;
}

static enum nc_status make_proof(struct receipts *receipts,
	const struct stand *stand, struct nc_buffer *out, struct nc_error *err)
{
	struct nc_view *view = &receipts->view;
	struct nc_store *store = view->home.store;
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer extra NC_AUTO(nc_buffer_fini) = {0};
	struct nc_newest of = {.known = true};
	struct gathering gathering = {&of, &note};
	struct nc_tlog_proof proof = {.index = stand->receipt.leaf,
		.path = nc_buffer_slice(&stand->receipt.path)};
	enum nc_status status;

	nc_buffer_init(&note, NC_NOTE_BYTES_MAX);
	nc_buffer_init(&extra, NC_TLOG_PROOF_EXTRA_MAX);
	status = kept_note(view, &stand->receipt, &of, &note, err);
	if (status == NC_OK)
		status = nc_witness_each(
			store, of.generation, 0, gather_line, &gathering, err);
	if (status == NC_OK)
		status = nc_log_entry(store, &receipts->record.union_id,
			stand->dot.device, stand->dot.sequence, encode_entry,
			&extra, err);
	if (status != NC_OK)
		return status;
	proof.extra = nc_buffer_slice(&extra);
	proof.checkpoint = nc_buffer_slice(&note);
	return nc_tlog_proof_print(&proof, out, err);
}

static enum nc_status print_proof(struct receipts *receipts,
	const struct nc_call *call, struct nc_error *err)
{
	const struct stand *stand = latest(receipts);
	const char *path = nc_call_value(call, "output");
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&out, NC_TLOG_PROOF_BYTES_MAX);
	if (stand == NULL || !stand->placed)
		return nc_error_set(err, NC_NOT_FOUND,
			_("The latest change of this record has no receipt "
			  "here yet; run nhipcau sync first."));
	status = make_proof(receipts, stand, &out, err);
	if (status != NC_OK)
		return status;
	if (path != NULL && strcmp(path, "-") != 0)
		return nc_home_write_file(
			call, path, nc_buffer_slice(&out), err);
	(void)fwrite(out.data, 1, out.size, stdout);
	return NC_OK;
}

static enum nc_status of_record(struct receipts *receipts,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_view *view = &receipts->view;
	enum nc_status status = nc_record_find(view->home.store,
		call->arguments[0], &view->arena, &receipts->record, err);

	if (status == NC_OK)
		status = find_stands(receipts, err);
	if (status != NC_OK)
		return status;
	if (nc_call_has(call, "proof") || nc_call_has(call, "output"))
		return print_proof(receipts, call, err);
	if (call->json)
		return print_json(receipts, err);
	for (size_t i = 0; i < receipts->count && status == NC_OK; i++)
		status = print_stand(receipts, &receipts->stands[i], err);
	return status;
}

static enum nc_status of_history(struct nc_view *view, struct nc_error *err)
{
	struct nc_vouched vouched = {.unions = 0};
	char code[NC_RECEIPT_CODE_SIZE];
	struct nc_newest newest;
	json_t *object;
	enum nc_status status = nc_newest_history(view, &newest, err);

	if (status == NC_OK && !newest.known)
		return nc_error_set(err, NC_NOT_FOUND,
			_("Nothing of the hub's history is known here yet; run "
			  "nhipcau sync first."));
	if (status == NC_OK)
		status = nc_vouched_for(
			view, newest.generation, 1, &vouched, err);
	if (status != NC_OK)
		return status;
	nc_history_code(code, &newest.root, newest.size);
	if (!view->call->json) {
		nc_console_print(_("The hub's history: %" PRIu64
				   " entries (generation %" PRIu32 ")\n"),
			newest.size, newest.generation);
		print_vouched(&vouched);
		nc_console_print(_("  Code: %s\n"), code);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&view->json, object, "size", nc_json_number(newest.size));
	nc_json_put(&view->json, object, "generation",
		nc_json_number(newest.generation));
	nc_json_put(&view->json, object, "code", json_string(code));
	put_vouched(&view->json, object, &vouched);
	return nc_json_print(&view->json, object, err);
}

static enum nc_status print_key(struct nc_view *view, struct nc_error *err)
{
	const struct nc_registry_hub *hub =
		nc_registry_current_hub(view->registry);
	struct nc_buffer vkey NC_AUTO(nc_buffer_fini) = {0};
	char origin[NC_ORIGIN_TEXT_SIZE];
	json_t *object;

	nc_buffer_init(&vkey, NC_NOTE_NAME_MAX + 128);
	if (hub == NULL || hub->public_key == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("The cluster's hub is not known here yet; run "
			  "nhipcau sync first."));
	nc_hubs_origin(origin, &view->home.identity.cluster, hub->generation);
	if (nc_vkey_print(origin, NC_NOTE_TYPE_LOG, hub->public_key, &vkey) !=
		NC_OK)
		return nc_error_no_memory(err);
	if (!view->call->json) {
		nc_console_print("%s\n", nc_buffer_string(&vkey));
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&view->json, object, "key",
		nc_json_text(nc_buffer_string(&vkey)));
	return nc_json_print(&view->json, object, err);
}

static enum nc_status check_call(
	const struct nc_call *call, struct nc_error *err)
{
	bool proof = nc_call_has(call, "proof") || nc_call_has(call, "output");
	bool key = nc_call_has(call, "key");

	if (key && (proof || call->arguments_count > 0))
		return nc_error_set(err, NC_USAGE,
			_("--key stands alone: it prints the hub's key."));
	if (proof && call->arguments_count == 0)
		return nc_error_set(err, NC_USAGE,
			_("--proof and -o are of a record: name it by its "
			  "id."));
	return NC_OK;
}

static enum nc_status run_receipt(struct nc_call *call, struct nc_error *err)
{
	struct receipts receipts NC_AUTO(receipts_fini) = {.count = 0};
	enum nc_status status;

	nc_view_init(&receipts.view, call);
	status = check_call(call, err);
	if (status == NC_OK)
		status = nc_view_open(&receipts.view, err);
	if (status != NC_OK)
		return status;
	if (nc_call_has(call, "key"))
		return print_key(&receipts.view, err);
	if (call->arguments_count == 0)
		return of_history(&receipts.view, err);
	return of_record(&receipts, call, err);
}

static const struct nc_option receipt_options[] = {
	{"proof", 0, NULL,
		N_("print the proof of the record's latest change, for "
		   "verify --receipt on any machine")},
	{"output", 'o', "FILE", N_("write the proof to a file")},
	{"key", 0, NULL, N_("print the hub's key, for verify --hub")},
	{.name = NULL},
};

const struct nc_command nc_command_receipt = {
	.name = "receipt",
	.arguments = "[ID]",
	.arguments_max = 1,
	.help = N_("where a record's words stand in the hub's history, and who "
		   "vouches for it"),
	.notes = N_("The code is the same at the hub and at the union for the "
		    "same words at the same place: compare it by telephone. "
		    "Without ID: the history itself."),
	.examples = "nhipcau receipt 0190a1b2\n"
		    "nhipcau receipt 0190a1b2 -o bien-nhan.txt\n",
	.options = receipt_options,
	.run = run_receipt,
};
