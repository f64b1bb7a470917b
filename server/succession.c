/*
 * union merge, union split, union rename, union close, union succession.
 */
#include "succession.h"
#include "command/console.h"
#include "command/json.h"
#include "command/table.h"
#include "command/view.h"

#include <string.h>

#define ACTS_ARENA_MAX (64 * 1024 * 1024)

static void acts_init(struct nc_server_acts *acts)
{
	memset(acts, 0, sizeof(*acts));
	nc_arena_init(&acts->arena, ACTS_ARENA_MAX);
}

static void acts_fini(struct nc_server_acts *acts)
{
	nc_arena_fini(&acts->arena);
}

/* What all three ask for. */
static enum nc_status read_said(const struct nc_call *call,
	struct nc_succession *said, struct nc_error *err)
{
	said->when = nc_call_value(call, "from");
	said->late_until = nc_call_value(call, "late-until");
	said->decision = nc_call_value(call, "decision");
	said->note = nc_call_value(call, "note");
	if (said->when == NULL)
		return nc_error_set(err, NC_USAGE,
			_("From which day? Add --from, as in --from "
			  "2025-07-01."));
	if (nc_call_value(call, "into") == NULL)
		return nc_error_set(err, NC_USAGE,
			_("Into which union? Add --into and its code."));
	return NC_OK;
}

/* The codes of --into, between commas. */
static bool read_into(struct nc_server_acts *acts, struct nc_server_act *act,
	const char *codes)
{
	size_t room = 1;

	for (const char *c = codes; *c != '\0'; c++)
		room += *c == ',';
	act->into = nc_arena_array(&acts->arena, room, sizeof(*act->into));
	for (size_t i = 0; act->into != NULL && i < room; i++) {
		size_t size = strcspn(codes, ",");

		act->into[i] = (struct nc_succession_into){
			.code = nc_arena_text(&acts->arena, codes, size),
			.order = -1};
		if (act->into[i].code == NULL)
			return false;
		codes += size + (codes[size] == ',');
	}
	act->said.into = act->into;
	act->said.into_count = room;
	return act->into != NULL;
}

static enum nc_status read_act(const struct nc_call *call,
	struct nc_server_acts *acts, enum nc_succession_kind kind,
	struct nc_error *err)
{
	struct nc_server_act *act =
		nc_arena_array(&acts->arena, 1, sizeof(*act));
	enum nc_status status;

	if (act == NULL)
		return nc_error_no_memory(err);
	memset(act, 0, sizeof(*act));
	status = read_said(call, &act->said, err);
	if (status != NC_OK)
		return status;
	act->said.kind = kind;
	act->said.from = call->arguments;
	act->said.from_count = call->arguments_count;
	if (!read_into(acts, act, nc_call_value(call, "into")))
		return nc_error_no_memory(err);
	if (act->said.from_count > NC_REFERENCES_MAX ||
		act->said.into_count > NC_REFERENCES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("That names more unions than one act holds (%d)."),
			NC_REFERENCES_MAX);
	acts->acts = act;
	acts->count = 1;
	return NC_OK;
}

/* --name, --province and --order of the one union that it goes over into. */
static enum nc_status read_new(const struct nc_call *call, struct nc_home *home,
	struct nc_server_act *act, struct nc_error *err)
{
	const char *name = nc_call_value(call, "name");
	const char *province = nc_call_value(call, "province");
	enum nc_status status = nc_server_union_order(
		nc_call_value(call, "order"), &act->into[0].order, err);

	if (act->said.into_count != 1)
		return nc_error_set(err, NC_USAGE,
			_("--into names several unions; only a split goes over "
			  "into more than one."));
	if (status == NC_OK && name != NULL)
		status = nc_home_clean_label(
			home, "--name", name, &act->into[0].name, err);
	if (status == NC_OK && province != NULL)
		status = nc_home_clean_label(home, "--province", province,
			&act->into[0].province, err);
	return status;
}

static enum nc_status clean_words(
	struct nc_home *home, struct nc_server_act *act, struct nc_error *err)
{
	struct nc_succession *said = &act->said;
	enum nc_status status = NC_OK;

	if (said->decision != NULL)
		status = nc_home_clean_label(
			home, "decision", said->decision, &said->decision, err);
	if (status == NC_OK && said->note != NULL)
		status = nc_home_clean_label(
			home, "note", said->note, &said->note, err);
	if (status == NC_OK && act->into[0].name != NULL)
		status = nc_home_clean_label(home, "name", act->into[0].name,
			&act->into[0].name, err);
	return status;
}

static enum nc_status write_act(struct nc_home *home,
	const struct nc_author *author, struct nc_server_act *act,
	struct nc_error *err)
{
	enum nc_status status = clean_words(home, act, err);

	if (status == NC_OK)
		status = nc_succession_write(
			home->store, author, &act->said, &act->done, err);
	act->already = status == NC_EXISTS;
	return act->already ? NC_OK : status;
}

/* All or none; with --dry-run none. */
static enum nc_status write_acts(const struct nc_call *call,
	struct nc_home *home, const struct nc_author *author,
	struct nc_server_acts *acts, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	for (size_t i = 0; i < acts->count && status == NC_OK; i++)
		status = write_act(home, author, &acts->acts[i], err);
	if (status == NC_OK && !nc_call_has(call, "dry-run"))
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

/* "quang-binh, quang-tri" */
static const char *list_codes(
	struct nc_arena *arena, const char *const *codes, size_t count)
{
	size_t size = 1;
	char *out;

	for (size_t i = 0; i < count; i++)
		size += strlen(codes[i]) + 2;
	out = nc_arena_alloc(arena, size);
	if (out == NULL)
		return "";
	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			strcat(out, ", ");
		strcat(out, codes[i]);
	}
	return out;
}

static const char *const *into_codes(
	struct nc_server_acts *acts, const struct nc_succession *said)
{
	const char **codes =
		nc_arena_array(&acts->arena, said->into_count, sizeof(*codes));

	for (size_t i = 0; codes != NULL && i < said->into_count; i++)
		codes[i] = said->into[i].code;
	return codes;
}

static void print_act(struct nc_server_acts *acts,
	const struct nc_server_act *act, bool dry_run)
{
	const struct nc_succession *said = &act->said;
	const char *const *into = into_codes(acts, said);
	const char *from =
		list_codes(&acts->arena, said->from, said->from_count);
	const char *to =
		into == NULL ? ""
			     : list_codes(&acts->arena, into, said->into_count);

	if (act->already) {
		nc_console_print(
			_("%s into %s: done already; nothing was written.\n"),
			from, to);
		return;
	}
	nc_console_print(dry_run ? _("%s would go over into %s on %s; late "
				     "words until %s, rights for devices: "
				     "%zu.\n")
				 : _("%s went over into %s on %s; late words "
				     "until %s, rights for devices: %zu.\n"),
		from, to, said->when, act->done.late_until, act->done.grants);
}

static void print_acts(struct nc_server_acts *acts, bool dry_run)
{
	for (size_t i = 0; i < acts->count; i++)
		print_act(acts, &acts->acts[i], dry_run);
	for (size_t i = 0; i < acts->absent_count; i++)
		nc_console_print(_("Passed over: %s, which the cluster has "
				   "not.\n"),
			acts->absent[i]);
	if (acts->untouched > 0)
		nc_console_print(_("Lines of the file about unions of other "
				   "clusters: %zu.\n"),
			acts->untouched);
	if (dry_run)
		nc_console_print(_("Nothing was written: this was a trial "
				   "(--dry-run).\n"));
}

static json_t *json_act(
	struct nc_json *json, const struct nc_server_act *act, bool dry_run)
{
	const struct nc_succession *said = &act->said;
	json_t *object = json_object(), *from = json_array(),
	       *into = json_array();

	for (size_t i = 0; i < said->from_count; i++)
		nc_json_add(json, from, nc_json_text(said->from[i]));
	for (size_t i = 0; i < said->into_count; i++)
		nc_json_add(json, into, nc_json_text(said->into[i].code));
	nc_json_put(json, object, "did",
		json_string(act->already || dry_run ? "nothing" : "written"));
	nc_json_put(json, object, "already", json_boolean(act->already));
	nc_json_put(json, object, "kind",
		json_string(nc_succession_kind_name(said->kind)));
	nc_json_put(json, object, "from", from);
	nc_json_put(json, object, "into", into);
	nc_json_put(json, object, "when", nc_json_text(said->when));
	nc_json_put(json, object, "late_until",
		act->already ? json_null()
			     : nc_json_text(act->done.late_until));
	nc_json_put(json, object, "made", nc_json_number(act->done.made));
	nc_json_put(json, object, "grants", nc_json_number(act->done.grants));
	return object;
}

static enum nc_status print_acts_json(
	const struct nc_server_acts *acts, bool dry_run, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object = json_object(), *list = json_array(),
	       *absent = json_array();

	for (size_t i = 0; i < acts->count; i++)
		nc_json_add(
			&json, list, json_act(&json, &acts->acts[i], dry_run));
	for (size_t i = 0; i < acts->absent_count; i++)
		nc_json_add(&json, absent, nc_json_text(acts->absent[i]));
	nc_json_put(&json, object, "dry_run", json_boolean(dry_run));
	nc_json_put(&json, object, "successions", list);
	nc_json_put(&json, object, "passed_over", absent);
	nc_json_put(&json, object, "others", nc_json_number(acts->untouched));
	return nc_json_print(&json, object, err);
}

/* The acts that a command line asks for: its own, or a file's. */
static enum nc_status gather(const struct nc_call *call, struct nc_home *home,
	enum nc_succession_kind kind, struct nc_server_acts *acts,
	struct nc_error *err)
{
	const char *file = kind == NC_SUCCESSION_MERGED
				   ? nc_call_value(call, "file")
				   : NULL;
	const struct nc_registry *registry;
	enum nc_status status;

	if (file == NULL) {
		status = read_act(call, acts, kind, err);
		if (status == NC_OK && kind != NC_SUCCESSION_SPLIT)
			status = read_new(call, home, &acts->acts[0], err);
		return status;
	}
	if (call->arguments_count > 0 || nc_call_has(call, "into") ||
		nc_call_has(call, "from") || nc_call_has(call, "name"))
		return nc_error_set(err, NC_USAGE,
			_("--file says by itself which unions go over into "
			  "which, and when; leave the rest out."));
	status = nc_store_registry(home->store, &registry, err);
	if (status == NC_OK)
		status = nc_server_read_mergers(acts, registry, file,
			nc_call_value(call, "late-until"), err);
	return status;
}

static enum nc_status run_acts(const struct nc_call *call,
	enum nc_succession_kind kind, struct nc_error *err)
{
	struct nc_server_acts acts NC_AUTO(acts_fini) = {0};
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_author author;
	bool dry_run = nc_call_has(call, "dry-run");
	enum nc_status status;

	acts_init(&acts);
	nc_home_init(&home);
	status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK)
		status = gather(call, &home, kind, &acts, err);
	if (status == NC_OK)
		status = write_acts(call, &home, &author, &acts, err);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_acts_json(&acts, dry_run, err);
	print_acts(&acts, dry_run);
	return NC_OK;
}

static enum nc_status run_merge(struct nc_call *call, struct nc_error *err)
{
	if (!nc_call_has(call, "file") && call->arguments_count < 2)
		return nc_error_set(err, NC_USAGE,
			_("A merger has two unions or more; one alone takes "
			  "another name with union rename."));
	return run_acts(call, NC_SUCCESSION_MERGED, err);
}

static enum nc_status run_split(struct nc_call *call, struct nc_error *err)
{
	const char *into = nc_call_value(call, "into");

	if (into != NULL && strchr(into, ',') == NULL)
		return nc_error_set(err, NC_USAGE,
			_("A split goes over into two unions or more: --into "
			  "CODE,CODE; one alone takes another name with union "
			  "rename."));
	return run_acts(call, NC_SUCCESSION_SPLIT, err);
}

static enum nc_status run_rename(struct nc_call *call, struct nc_error *err)
{
	return run_acts(call, NC_SUCCESSION_RENAMED, err);
}

#define SHARED_OPTIONS                                                         \
	{"from", 0, "DATE",                                                    \
		N_("the new union's first day, as in 2025-07-01")},            \
		{"late-until", 0, "DATE",                                      \
			N_("the last day on which the old devices' words "     \
			   "come in (default: 90 days later)")},               \
		{"decision", 0, "TEXT", N_("by which decision")},              \
		{"note", 0, "TEXT", N_("what else is to be known")},           \
	{                                                                      \
		"dry-run", 0, NULL, N_("only tell what would be written")      \
	}

#define NEW_OPTIONS                                                            \
	{"into", 0, "CODE", N_("the union that they go over into")},           \
		{"name", 0, "NAME", N_("its name, when it is not there yet")}, \
		{"province", 0, "NAME", N_("its province or city")},           \
	{                                                                      \
		"order", 0, "N", N_("its place in printed lists, from 0")      \
	}

static const struct nc_option merge_options[] = {
	NEW_OPTIONS,
	SHARED_OPTIONS,
	{"file", 0, "FILE.csv",
		N_("a table of many mergers; 2025: those of that year")},
	{.name = NULL},
};

static const struct nc_option rename_options[] = {
	NEW_OPTIONS,
	SHARED_OPTIONS,
	{.name = NULL},
};

static const struct nc_option split_options[] = {
	{"into", 0, "CODE,CODE",
		N_("the unions that it goes over into; union add makes them")},
	SHARED_OPTIONS,
	{.name = NULL},
};

const struct nc_command nc_server_union_merge = {
	.name = "union merge",
	.arguments = "CODE CODE …",
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("unions go over into one, from a day on"),
	.notes = N_("Nothing is rewritten: what the old unions wrote stays "
		    "theirs, under their names. The new union's devices may "
		    "read and continue it; the old ones' devices finish their "
		    "own time until --late-until, then serve closes them. A "
		    "second run changes nothing. Of a file the unions that "
		    "the cluster has not are passed over."),
	.examples = "nhipcaud union merge quang-binh quang-tri --into "
		    "quang-tri-2025 --from 2025-07-01 --name \"Liên hiệp các "
		    "tổ chức hữu nghị tỉnh Quảng Trị\"\n"
		    "nhipcaud union merge --file 2025 --dry-run",
	.options = merge_options,
	.run = run_merge,
};

const struct nc_command nc_server_union_split = {
	.name = "union split",
	.arguments = "CODE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("a union goes over into several, from a day on"),
	.notes = N_("The new unions are added first, with union add. All of "
		    "their devices may read and continue what the old one "
		    "wrote; it is printed under the old one's name, for it "
		    "cannot be divided."),
	.examples = "nhipcaud union split ha-tinh --into ha-tinh-a,ha-tinh-b "
		    "--from 2027-01-01",
	.options = split_options,
	.run = run_split,
};

const struct nc_command nc_server_union_rename = {
	.name = "union rename",
	.arguments = "CODE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("a union takes another name, from a day on"),
	.notes = N_("The same people under another name, as when a province "
		    "becomes a city: the old devices go on for the new union "
		    "at once."),
	.examples = "nhipcaud union rename thua-thien-hue --into hue --from "
		    "2025-01-01 --name \"Liên hiệp các tổ chức hữu nghị thành "
		    "phố Huế\"",
	.options = rename_options,
	.run = run_rename,
};

static enum nc_status close_union(struct nc_home *home,
	const struct nc_author *author, const char *code, size_t *ret_devices,
	struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_union *of;
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status = nc_store_registry(home->store, &registry, err);
	if (status == NC_OK)
		status = nc_registry_find_union(registry, code, &of, err);
	if (status == NC_OK)
		status = nc_succession_close(
			home->store, author, &of->id, ret_devices, err);
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

static enum nc_status print_closed(const struct nc_call *call, const char *code,
	size_t devices, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (call->json) {
		object = json_object();
		nc_json_put(&json, object, "union", nc_json_text(code));
		nc_json_put(&json, object, "closed", nc_json_number(devices));
		return nc_json_print(&json, object, err);
	}
	if (devices == 0)
		nc_console_print(_("No device of %s is open; nothing was "
				   "written.\n"),
			code);
	else
		nc_console_print(_("Closed %s: what its devices (%zu) write "
				   "from now on does not count; what they had "
				   "sent stays.\n"),
			code, devices);
	return NC_OK;
}

static enum nc_status run_close(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_author author;
	size_t devices = 0;
	enum nc_status status;

	nc_home_init(&home);
	status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK)
		status = close_union(
			&home, &author, call->arguments[0], &devices, err);
	if (status == NC_OK)
		status = print_closed(call, call->arguments[0], devices, err);
	return status;
}

const struct nc_command nc_server_union_close = {
	.name = "union close",
	.arguments = "CODE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("take nothing more from the devices of a union that has "
		   "gone over into another"),
	.notes = N_("serve does it by itself when the time for late words is "
		    "over. What such a device writes afterwards is kept as "
		    "refusals; it counts once the device has joined the new "
		    "union with an invitation, in the same home."),
	.examples = "nhipcaud union close quang-binh",
	.run = run_close,
};

/* Codes of unions, "?" for one that is not known. */
static const char *names_of(
	struct nc_view *view, const struct nc_id *ids, size_t count)
{
	const char **codes =
		nc_arena_array(&view->arena, count + 1, sizeof(*codes));

	for (size_t i = 0; codes != NULL && i < count; i++) {
		const struct nc_registry_union *of =
			nc_registry_union(view->registry, &ids[i]);

		codes[i] = of == NULL ? "?" : of->code;
	}
	return codes == NULL ? "" : list_codes(&view->arena, codes, count);
}

static const char *kind_words(enum nc_succession_kind kind)
{
	switch (kind) {
	case NC_SUCCESSION_SPLIT:
		return _("split");
	case NC_SUCCESSION_RENAMED:
		return _("renamed");
	default:
		return _("merged");
	}
}

static enum nc_status print_list(struct nc_view *view, struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	struct nc_table table;
	enum nc_status status;

	nc_table_init(&table, 6);
	nc_table_cell(&table, _("From the day"));
	nc_table_cell(&table, _("Kind"));
	nc_table_cell(&table, _("From"));
	nc_table_cell(&table, _("Into"));
	nc_table_cell(&table, _("Late words until"));
	nc_table_cell(&table, _("Decision"));
	for (size_t i = 0; i < registry->successions_count; i++) {
		const struct nc_registry_succession *of =
			&registry->successions[i];

		nc_table_cell(&table, of->when);
		nc_table_cell(&table, kind_words(of->kind));
		nc_table_cell(&table, names_of(view, of->from, of->from_count));
		nc_table_cell(&table, names_of(view, of->into, of->into_count));
		nc_table_cell(&table, of->late_until);
		nc_table_cell(&table, of->decision);
	}
	status = nc_table_print(&table, err);
	nc_table_fini(&table);
	return status;
}

static json_t *json_unions(
	struct nc_view *view, const struct nc_id *ids, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		nc_json_add(&view->json, list,
			nc_json_union(view->registry,
				&view->home.identity.cluster, &ids[i]));
	return list;
}

static enum nc_status print_list_json(
	struct nc_view *view, struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	struct nc_json *json = &view->json;
	json_t *list = json_array();

	for (size_t i = 0; i < registry->successions_count; i++) {
		const struct nc_registry_succession *of =
			&registry->successions[i];
		json_t *object = json_object();

		nc_json_put(json, object, "id", nc_json_id(&of->id));
		nc_json_put(json, object, "kind",
			json_string(nc_succession_kind_name(of->kind)));
		nc_json_put(json, object, "from",
			json_unions(view, of->from, of->from_count));
		nc_json_put(json, object, "into",
			json_unions(view, of->into, of->into_count));
		nc_json_put(json, object, "when", nc_json_text(of->when));
		nc_json_put(json, object, "late_until",
			nc_json_text(of->late_until));
		nc_json_put(
			json, object, "decision", nc_json_text(of->decision));
		nc_json_put(json, object, "note", nc_json_text(of->note));
		nc_json_add(json, list, object);
	}
	return nc_json_print(json, list, err);
}

static enum nc_status run_succession(struct nc_call *call, struct nc_error *err)
{
	if (call->arguments_count > 0 &&
		strcmp(call->arguments[0], "list") != 0)
		return nc_error_set(
			err, NC_USAGE, _("union succession knows list alone."));
	return nc_view_run(call, print_list, print_list_json, err);
}

const struct nc_command nc_server_union_succession = {
	.name = "union succession",
	.arguments = "list",
	.arguments_max = 1,
	.help = N_("which unions went over into which, and when"),
	.run = run_succession,
};
