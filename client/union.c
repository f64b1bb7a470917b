/*
 * For which union a record is written, when a device may write for several:
 * its own and those that came before it (store/succession.h).
 */
#include "client.h"
#include "command/console.h"
#include "locale/date.h"
#include "store/roof.h"

#include <stdio.h>
#include <string.h>

/* The unions that this device may write for, in the registry's order, as they
 * are at the moment of one read transaction. */
struct choice {
	struct nc_home *home;
	bool reading;
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	const struct nc_registry_union **open;
	size_t count;
};

static enum nc_status is_open(struct choice *choice,
	const struct nc_id *union_id, bool *ret_open, struct nc_error *err)
{
	nc_device_id device = nc_key_device(choice->home->key);
	struct nc_store *store = choice->home->store;
	enum nc_standing standing;
	struct nc_log_head head;
	enum nc_status status =
		nc_log_head(store, union_id, device, &head, err);

	if (status == NC_OK)
		status = nc_store_standing(store, union_id, device,
			head.sequence + 1, &standing, err);
	if (status == NC_OK)
		*ret_open = standing != NC_STANDING_NONE;
	return status;
}

static enum nc_status read_open(struct choice *choice, struct nc_error *err)
{
	struct nc_home *home = choice->home;
	enum nc_status status =
		nc_store_registry(home->store, &choice->registry, err);

	if (status != NC_OK)
		return status;
	choice->count = 0;
	choice->device =
		nc_registry_device(choice->registry, nc_key_device(home->key));
	choice->open = nc_arena_array(&home->arena,
		choice->registry->unions_count + 1, sizeof(*choice->open));
	if (choice->open == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < choice->registry->unions_count &&
			   status == NC_OK && choice->device != NULL;
		i++) {
		const struct nc_registry_union *of =
			&choice->registry->unions[i];
		bool open = false;

		if (!nc_registry_belongs(choice->device, &of->id))
			continue;
		status = is_open(choice, &of->id, &open, err);
		if (open)
			choice->open[choice->count++] = of;
	}
	return status;
}

static void choice_close(struct choice *choice)
{
	if (choice->reading)
		nc_store_end_read(choice->home->store);
	choice->reading = false;
}

/* None may mean that another command changes the key just now: the second look
 * finds the new one. */
static enum nc_status choice_open(struct choice *choice, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (int looks = 0; looks < 2 && status == NC_OK && choice->count == 0;
		looks++) {
		choice_close(choice);
		status = nc_client_renew_key(choice->home, err);
		if (status == NC_OK)
			status = nc_store_begin_read(choice->home->store, err);
		choice->reading = status == NC_OK;
		if (status == NC_OK)
			status = read_open(choice, err);
	}
	return status;
}

/* "quang-binh, quang-tri" of those that pass. */
static void list_codes(const struct nc_registry_union *const *unions,
	size_t count, char *out, size_t out_size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		snprintf(out + used, out_size - used, "%s%s",
			used == 0 ? "" : ", ", unions[i]->code);
		used = strlen(out);
	}
}

/* Where the union's people write what comes after its end. */
static enum nc_status has_ended(const struct choice *choice,
	const struct nc_registry_union *of, struct nc_error *err)
{
	const struct nc_registry *registry = choice->registry;
	const struct nc_registry_succession *after =
		nc_succession_after(registry, &of->id);
	const struct nc_registry_union *next = NULL;

	if (after != NULL && after->into_count > 0)
		next = nc_registry_union(registry, &after->into[0]);
	if (next == NULL)
		return nc_error_set(err, NC_DENIED,
			_("%s ended on %s; nothing later is written for it."),
			of->code, of->valid_to);
	if (nc_registry_belongs(choice->device, &next->id))
		return nc_error_set(err, NC_DENIED,
			_("%s ended on %s, and what comes later is written for "
			  "%s; add --union %s, or leave it out."),
			of->code, of->valid_to, next->code, next->code);
	return nc_error_set(err, NC_DENIED,
		_("%s ended on %s, and what comes later is written for %s; ask "
		  "the hub's keeper for an invitation to %s and run nhipcau "
		  "join with it in this home."),
		of->code, of->valid_to, next->code, next->code);
}

/* The hub has ended this device's grants; say what to do. */
static enum nc_status is_closed(const struct nc_registry *registry,
	const struct nc_id *union_id, struct nc_error *err)
{
	const struct nc_registry_union *of =
		nc_registry_union(registry, union_id);
	const struct nc_registry_succession *after =
		nc_succession_after(registry, union_id);
	const struct nc_registry_union *next = NULL;

	if (after != NULL && after->into_count > 0)
		next = nc_registry_union(registry, &after->into[0]);
	if (of == NULL || next == NULL)
		return nc_error_set(err, NC_DENIED,
			_("That record is another union's; only its own union "
			  "may change it."));
	return nc_error_set(err, NC_DENIED,
		_("%s went over into %s and the hub has closed it: what is "
		  "written for it here is kept and does not count. Ask the "
		  "hub's keeper for an invitation to %s and run nhipcau join "
		  "with it in this home; then it counts."),
		of->code, next->code, next->code);
}

/* A record of that time is not the union's any more. */
static enum nc_status check_time(const struct choice *choice,
	const struct nc_registry_union *of, unsigned year, const char *when,
	struct nc_error *err)
{
	char day[NC_DATE_TEXT_SIZE] = "";

	if (of->valid_to[0] == '\0')
		return NC_OK;
	if (when != NULL)
		nc_day_format(day, nc_date_stored_first(when));
	else if (year != 0)
		snprintf(day, sizeof(day), "%04u-01-01", year % 10000);
	if (strcmp(day, of->valid_to) > 0)
		return has_ended(choice, of, err);
	return NC_OK;
}

enum fit {
	FIT_AT_END, /* there on the year's last day, or today */
	FIT_WITHIN, /* there on some day of the year */
	FIT_ANY,
};

static bool fits(const struct nc_registry_union *of, enum fit fit,
	unsigned year, const char *day)
{
	switch (fit) {
	case FIT_AT_END:
		return nc_union_is_there(of, day);
	case FIT_WITHIN:
		return year != 0 && nc_union_is_there_in(of, year);
	default:
		return true;
	}
}

/* The one that fits best; NC_USAGE when several fit equally. */
static enum nc_status best_fit(const struct choice *choice,
	const struct nc_call *call, unsigned year,
	const struct nc_registry_union **ret_union, struct nc_error *err)
{
	const struct nc_registry_union *found[8];
	char day[NC_DATE_TEXT_SIZE], codes[256];

	nc_date_of(day, call->env.now_ms(call->env.context));
	if (year != 0)
		nc_date_year_end(day, year);
	for (int fit = FIT_AT_END; fit <= FIT_ANY; fit++) {
		size_t count = 0;

		for (size_t i = 0; i < choice->count && count < 8; i++)
			if (fits(choice->open[i], (enum fit)fit, year, day))
				found[count++] = choice->open[i];
		if (count == 0)
			continue;
		*ret_union = found[0];
		/* A device that writes for one union alone is told by
		 * check_time when its time is over. */
		if (count == 1)
			return NC_OK;
		list_codes(found, count, codes, sizeof(codes));
		if (year == 0)
			return nc_error_set(err, NC_USAGE,
				_("This device writes for more than one union "
				  "(%s); add --union and the one that is "
				  "meant."),
				codes);
		return nc_error_set(err, NC_USAGE,
			_("For %u this device writes for more than one union "
			  "(%s); add --union and the one that is meant."),
			year, codes);
	}
	return is_closed(
		choice->registry, &choice->home->identity.union_id, err);
}

static enum nc_status asked_for(const struct choice *choice, const char *code,
	const struct nc_registry_union **ret_union, struct nc_error *err)
{
	char codes[256];

	for (size_t i = 0; i < choice->count; i++)
		if (strcmp(choice->open[i]->code, code) == 0) {
			*ret_union = choice->open[i];
			return NC_OK;
		}
	list_codes(choice->open, choice->count, codes, sizeof(codes));
	return nc_error_set(err, NC_DENIED,
		_("This device does not write for %s; it writes for: %s."),
		code, codes);
}

enum nc_status nc_client_choose_union(struct nc_home *home,
	const struct nc_call *call, unsigned year, const char *when,
	struct nc_error *err)
{
	struct choice choice = {.home = home};
	const char *code = nc_call_value(call, "union");
	const struct nc_registry_union *of = NULL;
	enum nc_status status = choice_open(&choice, err);

	if (status == NC_OK)
		status = code != NULL ? asked_for(&choice, code, &of, err)
				      : best_fit(&choice, call, year, &of, err);
	if (status == NC_OK)
		status = check_time(&choice, of, year, when, err);
	if (status == NC_OK)
		home->union_id = of->id;
	choice_close(&choice);
	return status;
}

enum nc_status nc_client_union_of_year(struct nc_home *home,
	const struct nc_call *call, unsigned year, struct nc_id *ret_union,
	struct nc_error *err)
{
	struct choice choice = {.home = home};
	const struct nc_registry_union *of = NULL;
	enum nc_status status = choice_open(&choice, err);

	if (status == NC_OK)
		status = best_fit(&choice, call, year, &of, err);
	if (status == NC_OK)
		status = check_time(&choice, of, year, NULL, err);
	if (status == NC_OK)
		*ret_union = of->id;
	choice_close(&choice);
	return status;
}

/* Their ids, in the home's arena. */
static enum nc_status keep_open(const struct choice *choice,
	const struct nc_id **ret_unions, size_t *ret_count,
	struct nc_error *err)
{
	struct nc_id *unions = nc_arena_array(
		&choice->home->arena, choice->count, sizeof(*unions));

	if (unions == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < choice->count; i++)
		unions[i] = choice->open[i]->id;
	*ret_unions = unions;
	*ret_count = choice->count;
	return NC_OK;
}

enum nc_status nc_client_unions(struct nc_home *home,
	const struct nc_call *call, const struct nc_id **ret_unions,
	size_t *ret_count, struct nc_error *err)
{
	struct choice choice = {.home = home};
	const char *code = call == NULL ? NULL : nc_call_value(call, "union");
	enum nc_status status = choice_open(&choice, err);

	if (status == NC_OK && code != NULL) {
		status = asked_for(&choice, code, &choice.open[0], err);
		choice.count = 1;
	} else if (status == NC_OK && choice.count == 0) {
		status = is_closed(
			choice.registry, &home->identity.union_id, err);
	}
	if (status == NC_OK)
		status = keep_open(&choice, ret_unions, ret_count, err);
	choice_close(&choice);
	return status;
}

static enum nc_status write_one(struct nc_home *home, struct nc_author *author,
	const struct nc_id *union_id, struct nc_record_change *changes,
	size_t count, struct nc_written *sum, struct nc_error *err)
{
	struct nc_written written = {0};
	enum nc_status status = nc_author_write(
		home->store, author, union_id, changes, count, &written, err);

	if (status != NC_OK || written.change_sets == 0)
		return status;
	sum->change_sets += written.change_sets;
	sum->fields += written.fields;
	sum->last_sequence = written.last_sequence;
	return NC_OK;
}

enum nc_status nc_client_write_each(struct nc_home *home,
	struct nc_author *author, const struct nc_record_change *changes,
	const struct nc_id *unions, size_t count, struct nc_written *written,
	struct nc_error *err)
{
	struct nc_record_change *own NC_AUTO(nc_free_at) =
		nc_calloc(count + 1, sizeof(*own));
	bool *done NC_AUTO(nc_free_at) = nc_calloc(count + 1, sizeof(*done));
	enum nc_status status = NC_OK;

	if (own == NULL || done == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count && status == NC_OK; i++) {
		size_t taken = 0;

		if (done[i])
			continue;
		for (size_t k = i; k < count; k++) {
			if (nc_id_compare(&unions[k], &unions[i]) != 0)
				continue;
			own[taken++] = changes[k];
			done[k] = true;
		}
		status = write_one(
			home, author, &unions[i], own, taken, written, err);
	}
	return status;
}

static enum nc_status may_write(struct choice *choice,
	const struct nc_id *union_id, struct nc_error *err)
{
	bool open = false;
	enum nc_status status;

	if (choice->device == NULL ||
		!nc_registry_belongs(choice->device, union_id))
		return nc_error_set(err, NC_DENIED,
			_("That record is another union's; only its own union "
			  "may change it."));
	status = is_open(choice, union_id, &open, err);
	if (status == NC_OK && !open)
		status = is_closed(choice->registry, union_id, err);
	return status;
}

enum nc_status nc_client_may_write(struct nc_home *home,
	const struct nc_id *union_id, struct nc_error *err)
{
	struct choice choice = {.home = home};
	enum nc_status status = choice_open(&choice, err);

	if (status == NC_OK)
		status = may_write(&choice, union_id, err);
	choice_close(&choice);
	return status;
}

enum nc_status nc_client_join_union(struct nc_home *home,
	const struct nc_id *union_id, unsigned year, const char *when,
	struct nc_error *err)
{
	struct choice choice = {.home = home};
	const struct nc_registry_union *of = NULL;
	enum nc_status status = choice_open(&choice, err);

	if (status == NC_OK)
		status = may_write(&choice, union_id, err);
	if (status == NC_OK)
		of = nc_registry_union(choice.registry, union_id);
	if (of != NULL)
		status = check_time(&choice, of, year, when, err);
	if (status == NC_OK)
		home->union_id = *union_id;
	choice_close(&choice);
	return status;
}

enum nc_status nc_client_other_unions(struct nc_home *home,
	const struct nc_id *union_id, const struct nc_id **ret_unions,
	size_t *ret_count, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	struct nc_id *unions;
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	*ret_unions = NULL;
	*ret_count = 0;
	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(home->key));
	if (device == NULL)
		return NC_OK;
	unions = nc_arena_array(
		&home->arena, device->unions_count + 1, sizeof(*unions));
	if (unions == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < device->unions_count; i++)
		if (nc_id_compare(&device->unions[i], union_id) != 0)
			unions[(*ret_count)++] = device->unions[i];
	*ret_unions = unions;
	return NC_OK;
}

enum nc_status nc_client_note_closed(struct nc_home *home, struct nc_error *err)
{
	const struct nc_id *own = &home->identity.union_id;
	const struct nc_registry *registry;
	struct nc_error why = {.text = ""};
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status != NC_OK || nc_succession_after(registry, own) == NULL)
		return status;
	status = nc_client_may_write(home, own, &why);
	if (status == NC_DENIED) {
		nc_console_note("%s", why.text);
		return NC_OK;
	}
	return status == NC_OK ? NC_OK
			       : nc_error_set(err, status, "%s", why.text);
}
