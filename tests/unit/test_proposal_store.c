/*
 * intake/proposal_store.h: what is open in a store, the checker's mends among
 * it, and what is not any more.
 */
#include "fixture.h"

#include "intake/proposal_store.h"

struct desk {
	struct fixture_world world;
	struct fixture_replica hub, union_desk;
	struct nc_id union_id, item;
	struct nc_arena arena;
};

static void put(
	struct nc_field_change *field, uint32_t number, struct nc_value value)
{
	*field = (struct nc_field_change){.field = number, .value = value};
}

static void save(struct desk *desk, const struct nc_id *id, uint32_t entity,
	struct nc_field_change *fields, size_t count)
{
	struct nc_record_change change = {.record = *id,
		.entity = entity,
		.fields = fields,
		.fields_count = count};
	struct nc_author author = fixture_author(&desk->union_desk);
	struct nc_written written;

	desk->world.now_ms++;
	must(nc_author_save(desk->union_desk.store, &author, &desk->union_id,
		&change, 1, &written, &fixture_error));
}

static int setup(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	struct nc_field_change fields[5];

	assert_non_null(desk);
	desk->world.now_ms = 1000;
	fixture_found(&desk->hub, &desk->world);
	desk->union_id = fixture_union(&desk->hub, "ha-tinh");
	fixture_join(
		&desk->hub, &desk->union_desk, &desk->world, &desk->union_id);
	nc_arena_init(&desk->arena, 1 << 20);
	desk->item = nc_id_new(&desk->union_desk.env);
	put(&fields[0], NC_PLAN_YEAR, nc_value_integer(2024));
	put(&fields[1], NC_PLAN_AREA, nc_value_text("ngo"));
	put(&fields[2], NC_PLAN_RANK, nc_value_text("V"));
	put(&fields[3], NC_PLAN_TEXT, nc_value_text("Thăm Lào quý II/2024"));
	put(&fields[4], NC_PLAN_LEVEL, nc_value_integer(1));
	save(desk, &desk->item, NC_ENTITY_PLAN_ITEM, fields, 5);
	*state = desk;
	return 0;
}

static int teardown(void **state)
{
	struct desk *desk = *state;

	nc_arena_fini(&desk->arena);
	fixture_close(&desk->union_desk);
	fixture_close(&desk->hub);
	free(desk);
	return 0;
}

static void gather(struct desk *desk, const struct nc_proposals_filter *filter,
	const struct nc_proposals *mends, struct nc_proposals *proposals)
{
	nc_proposals_fini(proposals);
	nc_proposals_init(proposals, nc_sha256);
	must(nc_proposals_gather(proposals, desk->union_desk.store,
		&desk->union_id, filter, mends, &fixture_error));
}

static size_t count_kind(
	const struct nc_proposals *proposals, enum nc_propose_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < proposals->count; i++)
		count += proposals->list[i].kind == kind;
	return count;
}

static void decide(struct desk *desk, const struct nc_proposal *proposal,
	bool accepted, const char *reason)
{
	struct nc_field_change fields[NC_DECISION_FIELDS];
	size_t count = nc_proposal_decide(proposal, accepted, reason, fields);

	save(desk, &proposal->decision, NC_ENTITY_PROPOSAL, fields, count);
}

static void test_proposal_store__decided(void **state)
{
	struct desk *desk = *state;
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	const struct nc_proposals_filter all = {.entity = NULL};
	struct nc_field_change open;
	char id[NC_PROPOSAL_ID_SIZE];
	struct nc_id decision;
	const char *said;
	size_t count;

	gather(desk, &all, NULL, &proposals);
	count = proposals.count;
	assert_true(count >= 3);
	memcpy(id, proposals.list[0].id, sizeof(id));
	decision = proposals.list[0].decision;
	must(nc_proposals_decided(desk->union_desk.store, &desk->union_id, id,
		&said, &fixture_error));
	assert_string_equal(said, "");
	decide(desk, &proposals.list[0], false, "Chưa rõ");
	gather(desk, &all, NULL, &proposals);
	assert_int_equal(proposals.count, count - 1);
	must(nc_proposals_decided(desk->union_desk.store, &desk->union_id, id,
		&said, &fixture_error));
	assert_string_equal(said, "rejected");
	/* Set open, it is asked once more. */
	put(&open, NC_PROPOSAL_STATUS, nc_value_text("open"));
	save(desk, &decision, NC_ENTITY_PROPOSAL, &open, 1);
	gather(desk, &all, NULL, &proposals);
	assert_int_equal(proposals.count, count);
}

/* The checker's list goes in, its decided ones stay out. */
static void test_proposal_store__mends(void **state)
{
	struct desk *desk = *state;
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	struct nc_proposals mends NC_AUTO(nc_proposals_fini) = {0};
	const struct nc_proposals_filter all = {.entity = NULL};
	const struct nc_proposals_filter found = {
		.has_kind = true, .kind = NC_PROPOSE_FOUND};
	const struct nc_proposals_filter mend = {
		.has_kind = true, .kind = NC_PROPOSE_MEND, .year = 2024};
	struct nc_proposal draft = {.kind = NC_PROPOSE_MEND,
		.rule = "R17",
		.words = "Thăm",
		.why = "Because."};
	struct nc_record record;

	must(nc_record_get(desk->union_desk.store,
		nc_model_entity(NC_ENTITY_PLAN_ITEM), &desk->union_id,
		&desk->item, &desk->arena, &record, &fixture_error));
	draft.field = nc_entity_field(record.entity, NC_PLAN_TEXT);
	draft.value = nc_value_text("Đi thăm Lào quý II/2024");
	nc_proposals_init(&mends, nc_sha256);
	must(nc_proposals_add(&mends, &record, &draft, &fixture_error));
	gather(desk, &all, &mends, &proposals);
	assert_int_equal(count_kind(&proposals, NC_PROPOSE_MEND), 1);
	assert_true(count_kind(&proposals, NC_PROPOSE_FOUND) > 0);
	gather(desk, &found, &mends, &proposals);
	assert_int_equal(count_kind(&proposals, NC_PROPOSE_MEND), 0);
	gather(desk, &mend, &mends, &proposals);
	assert_int_equal(proposals.count, 1);
	assert_string_equal(proposals.list[0].id, mends.list[0].id);
	decide(desk, &proposals.list[0], false, NULL);
	gather(desk, &all, &mends, &proposals);
	assert_int_equal(count_kind(&proposals, NC_PROPOSE_MEND), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_proposal_store__decided, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_proposal_store__mends, setup, teardown),
	};

	if (nc_trust_start(NULL) != NC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
