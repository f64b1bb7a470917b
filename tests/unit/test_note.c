/*
 * Checkpoints, cosignatures and tlog-proofs. tests/data/note_vectors.txt was
 * written by a second implementation (tests/integration/note_vectors.py): the
 * C sources must make the same bytes, accept what it accepts and refuse what
 * it refuses; "over" is what passes a limit.
 */
#include "must.h"

#include "base/file.h"
#include "base/memory.h"
#include "trust/note_part.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX (4 * 1024 * 1024)
#define TIME 1733097600

static struct nc_buffer vectors;
static struct nc_arena arena;

/* Takes the next vector off rest; its bytes are the arena's. */
static bool next_vector(
	struct nc_slice *rest, struct nc_slice *ret_name, struct nc_slice *ret)
{
	struct nc_slice line;
	const uint8_t *space;
	uint8_t *bytes;

	do {
		if (!nc_note_take_line(rest, &line))
			return false;
	} while (line.size > 0 && line.data[0] == '#');
	space = memchr(line.data, ' ', line.size);
	assert_non_null(space);
	*ret_name = nc_slice(line.data, (size_t)(space - line.data));
	line.size -= ret_name->size + 1;
	bytes = nc_arena_alloc(&arena, line.size / 2 + 1);
	assert_non_null(bytes);
	assert_true(nc_hex_decode(
		bytes, line.size / 2, (const char *)space + 1, line.size));
	bytes[line.size / 2] = 0;
	*ret = nc_slice(bytes, line.size / 2);
	return true;
}

static struct nc_slice vector(const char *name)
{
	struct nc_slice rest = nc_buffer_slice(&vectors), found, bytes;

	while (next_vector(&rest, &found, &bytes))
		if (nc_slice_equal(found, nc_slice_text(name)))
			return bytes;
	fail_msg("there is no vector %s", name);
	return nc_slice(NULL, 0);
}

static const char *words(const char *name)
{
	return (const char *)vector(name).data;
}

static void same(struct nc_slice got, struct nc_slice wanted, const char *what)
{
	if (!nc_slice_equal(got, wanted))
		fail_msg("%s differs: %.*s instead of %.*s", what,
			(int)got.size, (const char *)got.data, (int)wanted.size,
			(const char *)wanted.data);
}

static void seed_random(void *context, void *out, size_t size)
{
	const struct nc_slice *seed = context;

	assert_int_equal(size, seed->size);
	memcpy(out, seed->data, size);
}

static struct nc_key *key_of(const char *name)
{
	struct nc_slice seed = vector(name);
	struct nc_env env = {.random = seed_random, .context = &seed};
	struct nc_key *key;

	must(nc_key_generate(&env, &key, &fixture_error));
	return key;
}

static struct nc_tree_hash root_of(const char *name)
{
	struct nc_slice bytes = vector(name);
	struct nc_tree_hash root;

	assert_int_equal(bytes.size, sizeof(root.bytes));
	memcpy(root.bytes, bytes.data, sizeof(root.bytes));
	return root;
}

static struct nc_checkpoint parsed(struct nc_slice note)
{
	struct nc_checkpoint checkpoint;

	must(nc_checkpoint_parse(note, &checkpoint, &fixture_error));
	return checkpoint;
}

/* A copy of bytes in which the byte at is another. */
static struct nc_slice altered(struct nc_slice bytes, size_t at)
{
	uint8_t *copy = nc_arena_copy(&arena, bytes.data, bytes.size);

	assert_non_null(copy);
	assert_true(at < bytes.size);
	copy[at] ^= 1;
	return nc_slice(copy, bytes.size);
}

static struct nc_slice joined(struct nc_slice a, struct nc_slice b)
{
	uint8_t *copy = nc_arena_alloc(&arena, a.size + b.size);

	assert_non_null(copy);
	memcpy(copy, a.data, a.size);
	if (b.size > 0)
		memcpy(copy + a.size, b.data, b.size);
	return nc_slice(copy, a.size + b.size);
}

/* C2SP's own example: its verifier key is made again, and verifies its note. */
static void test_note__c2sp_example(void **state)
{
	struct nc_slice name = nc_slice_text("example.com/foo"), key;
	struct nc_buffer typed NC_AUTO(nc_buffer_fini) = {.limit = 64};
	struct nc_buffer vkey NC_AUTO(nc_buffer_fini) = {.limit = 256};
	struct nc_slice text = vector("c2sp.vkey");
	uint8_t id[NC_NOTE_KEY_ID_SIZE];
	struct nc_note note;
	size_t line;

	(void)state;
	key = nc_slice(text.data + text.size - 44, 44);
	must(nc_note_base64_decode(&typed, key));
	assert_int_equal(typed.size, 1 + NC_KEY_SIZE);
	assert_int_equal(typed.data[0], NC_NOTE_TYPE_LOG);
	nc_note_key_id(id, name, NC_NOTE_TYPE_LOG, typed.data + 1);
	assert_memory_equal(id, "\x53\x0d\x90\x3a", 4);
	must(nc_vkey_print("example.com/foo", 1, typed.data + 1, &vkey));
	same(nc_buffer_slice(&vkey), text, "C2SP's verifier key");

	must(nc_note_split(vector("c2sp.note"), &note, &line));
	assert_true(nc_note_is_signed(
		note.body, note.signatures, name, typed.data + 1));
	for (size_t i = 0; i < note.body.size; i++)
		assert_false(nc_note_is_signed(altered(note.body, i),
			note.signatures, name, typed.data + 1));
	assert_false(nc_note_is_signed(note.body, note.signatures,
		nc_slice_text("example.com/fop"), typed.data + 1));
}

/* Its text is a note, and no checkpoint. */
static void test_note__is_not_a_checkpoint(void **state)
{
	struct nc_checkpoint checkpoint;

	(void)state;
	assert_int_equal(nc_checkpoint_parse(vector("c2sp.note"), &checkpoint,
				 &fixture_error),
		NC_MALFORMED);
}

static void test_note__empty_lines_in_the_text(void **state)
{
	struct nc_note note;
	size_t line;

	(void)state;
	must(nc_note_split(nc_slice_text("a\n\n\nb\n\n\xe2\x80\x94 n "
					 "MTIzNDU=\n"),
		&note, &line));
	same(note.body, nc_slice_text("a\n\n\nb\n"), "body");
	same(note.signatures, nc_slice_text("\xe2\x80\x94 n MTIzNDU=\n"),
		"signatures");
}

static void test_vectors__vkeys(void **state)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 1024};

	(void)state;
	must(nc_vkey_print(words("origin"), NC_NOTE_TYPE_LOG,
		vector("hub.public").data, &out));
	same(nc_buffer_slice(&out), vector("hub.vkey"), "hub.vkey");
	nc_buffer_reset(&out);
	must(nc_vkey_print(words("witness.name"), NC_NOTE_TYPE_WITNESS,
		vector("witness.public").data, &out));
	same(nc_buffer_slice(&out), vector("witness.vkey"), "witness.vkey");
}

static void check_made(const char *name, uint64_t size,
	const struct nc_tree_hash *root, const char *extension)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
		.limit = NC_NOTE_BYTES_MAX};
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("hub.seed");
	struct nc_checkpoint checkpoint;

	must(nc_checkpoint_print(key, words("origin"), size, root, extension,
		&out, &fixture_error));
	same(nc_buffer_slice(&out), vector(name), name);
	checkpoint = parsed(nc_buffer_slice(&out));
	same(checkpoint.origin, vector("origin"), "origin");
	assert_true(checkpoint.size == size);
	assert_memory_equal(&checkpoint.root, root, sizeof(*root));
	same(checkpoint.extension, nc_slice_text(extension), "extension");
	assert_true(nc_checkpoint_is_signed(&checkpoint, nc_key_public(key)));
	assert_false(nc_checkpoint_is_signed(
		&checkpoint, vector("witness.public").data));
}

static void test_vectors__checkpoints(void **state)
{
	const struct nc_tree_hash root = root_of("root");
	struct nc_tree_hash empty;

	(void)state;
	nc_sha256(empty.bytes, nc_slice(NULL, 0));
	check_made("made.checkpoint", 9, &root, "");
	check_made("made.checkpoint", 9, &root, NULL);
	check_made("made.checkpoint-empty", 0, &empty, "");
	check_made("made.checkpoint-extended", NC_TREE_SIZE_MAX, &root,
		words("extension"));
}

static void test_vectors__cosignatures(void **state)
{
	static const struct {
		const char *name;
		int64_t time_s;
	} cases[] = {
		{"made.cosignature", TIME},
		{"made.cosignature-first", 0},
		{"made.cosignature-last", INT64_MAX},
	};
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("witness.seed");
	const struct nc_checkpoint checkpoint =
		parsed(vector("made.checkpoint"));
	const char *name = words("witness.name");
	int64_t time_s;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 1024};
		struct nc_slice line;

		must(nc_cosignature_print(key, name, &checkpoint,
			cases[i].time_s, &out, &fixture_error));
		line = nc_buffer_slice(&out);
		same(line, vector(cases[i].name), cases[i].name);
		time_s = -1;
		assert_true(nc_cosignature_check(
			line, name, nc_key_public(key), &checkpoint, &time_s));
		assert_true(time_s == cases[i].time_s);
		line.size--;
		assert_true(nc_cosignature_check(
			line, name, nc_key_public(key), &checkpoint, &time_s));
	}
	assert_false(
		nc_cosignature_check(vector("made.cosignature-past-the-last"),
			name, nc_key_public(key), &checkpoint, &time_s));
}

static struct nc_tlog_proof whole_proof(void)
{
	struct nc_tlog_proof proof = {
		.index = 5,
		.extra = vector("extra"),
		.path = vector("path"),
		.checkpoint = joined(
			vector("made.checkpoint"), vector("made.cosignature")),
	};

	return proof;
}

static void test_vectors__proof(void **state)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
		.limit = NC_TLOG_PROOF_BYTES_MAX};
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {
		.limit = NC_TLOG_PROOF_DECODED_MAX};
	const struct nc_tlog_proof proof = whole_proof();
	struct nc_tlog_proof back;

	(void)state;
	must(nc_tlog_proof_print(&proof, &out, &fixture_error));
	same(nc_buffer_slice(&out), vector("made.proof"), "made.proof");
	must(nc_tlog_proof_parse(
		nc_buffer_slice(&out), &bytes, &back, &fixture_error));
	assert_true(back.index == proof.index);
	same(back.extra, proof.extra, "extra");
	same(back.path, proof.path, "path");
	same(back.checkpoint, proof.checkpoint, "checkpoint");
}

/* A proof is read with and without extra and path, into bytes used before. */
static void test_vectors__proofs_again(void **state)
{
	static const char *const names[] = {"made.proof", "proof.accepted.bare",
		"proof.accepted.path-max", "proof.accepted.index-max",
		"proof.accepted.extra-one-byte"};
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {
		.limit = NC_TLOG_PROOF_DECODED_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
			.limit = NC_TLOG_PROOF_BYTES_MAX};
		struct nc_tlog_proof proof;

		must(nc_tlog_proof_parse(
			vector(names[i]), &bytes, &proof, &fixture_error));
		must(nc_tlog_proof_print(&proof, &out, &fixture_error));
		same(nc_buffer_slice(&out), vector(names[i]), names[i]);
	}
}

static enum nc_status read_as(bool proof, struct nc_slice text)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {
		.limit = NC_TLOG_PROOF_DECODED_MAX};
	struct nc_tlog_proof ret_proof;
	struct nc_checkpoint checkpoint;

	fixture_error.text[0] = '\0';
	if (proof)
		return nc_tlog_proof_parse(
			text, &bytes, &ret_proof, &fixture_error);
	return nc_checkpoint_parse(text, &checkpoint, &fixture_error);
}

static bool begins(struct nc_slice name, const char *with)
{
	return nc_note_take_prefix(&name, with);
}

static void test_vectors__hostile(void **state)
{
	static const struct {
		const char *group;
		bool proof;
		enum nc_status wanted;
		size_t count_min;
	} groups[] = {
		{"checkpoint.refused.", false, NC_MALFORMED, 60},
		{"checkpoint.accepted.", false, NC_OK, 14},
		{"checkpoint.over.", false, NC_LIMIT, 4},
		{"proof.refused.", true, NC_MALFORMED, 30},
		{"proof.accepted.", true, NC_OK, 4},
		{"proof.over.", true, NC_LIMIT, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(groups); i++) {
		struct nc_slice rest = nc_buffer_slice(&vectors), name, bytes;
		size_t count = 0;

		while (next_vector(&rest, &name, &bytes)) {
			enum nc_status status;

			if (!begins(name, groups[i].group))
				continue;
			status = read_as(groups[i].proof, bytes);
			if (status != groups[i].wanted)
				fail_msg("%.*s: %s, not %s", (int)name.size,
					(const char *)name.data,
					nc_status_name(status),
					nc_status_name(groups[i].wanted));
			assert_true((status == NC_OK) ==
				    (fixture_error.text[0] == 0));
			count++;
		}
		assert_true(count >= groups[i].count_min);
	}
}

/* Cut anywhere, nothing is taken; but a whole line less is a whole note. */
static void test_vectors__cut(void **state)
{
	struct nc_slice proof = vector("made.proof");
	size_t whole = 0;

	(void)state;
	for (size_t size = 0; size < proof.size; size++)
		whole += read_as(true, nc_slice(proof.data, size)) == NC_OK;
	assert_int_equal(whole, 1);
}

static void test_checkpoint__altered(void **state)
{
	const struct nc_slice note = vector("made.checkpoint");
	const uint8_t *public_key = vector("hub.public").data;
	struct nc_checkpoint checkpoint;

	(void)state;
	for (size_t i = 0; i < note.size; i++)
		if (nc_checkpoint_parse(altered(note, i), &checkpoint, NULL) ==
			NC_OK)
			assert_false(nc_checkpoint_is_signed(
				&checkpoint, public_key));
}

/* The line in which the log's own key id has a wrong signature. */
static struct nc_slice wrong_line(void)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 1024};
	uint8_t id[NC_NOTE_KEY_ID_SIZE], signature[NC_SIGNATURE_SIZE] = {1};

	nc_note_key_id(id, vector("origin"), NC_NOTE_TYPE_LOG,
		vector("hub.public").data);
	must(nc_note_put_signature(&out, vector("origin"), id,
		nc_slice(signature, sizeof(signature))));
	return joined(nc_buffer_slice(&out), nc_slice(NULL, 0));
}

static struct nc_slice line_of(
	const char *name, const void *id, const void *bytes, size_t size)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 1024};

	must(nc_note_put_signature(
		&out, nc_slice_text(name), id, nc_slice(bytes, size)));
	return joined(nc_buffer_slice(&out), nc_slice(NULL, 0));
}

static bool is_signed_with(struct nc_slice body, struct nc_slice lines)
{
	struct nc_slice note = joined(joined(body, nc_slice_text("\n")), lines);
	struct nc_checkpoint checkpoint = parsed(note);

	return nc_checkpoint_is_signed(&checkpoint, vector("hub.public").data);
}

static void test_checkpoint__other_lines(void **state)
{
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	const struct nc_slice wrong = wrong_line();
	const struct nc_slice witness = vector("made.cosignature");
	const uint8_t junk[64] = {7};
	uint8_t id[NC_NOTE_KEY_ID_SIZE];

	(void)state;
	nc_note_key_id(
		id, made.origin, NC_NOTE_TYPE_LOG, vector("hub.public").data);
	assert_true(is_signed_with(made.body, made.signatures));
	/* Of unknown keys: ignored, with the name or the id alone too. */
	assert_true(
		is_signed_with(made.body, joined(made.signatures, witness)));
	assert_true(
		is_signed_with(made.body, joined(witness, made.signatures)));
	assert_true(is_signed_with(made.body,
		joined(line_of(words("origin"), "\1\2\3\4", junk, 64),
			made.signatures)));
	assert_true(is_signed_with(made.body,
		joined(line_of("other", id, junk, 64), made.signatures)));
	/* The log's own twice is no harm. */
	assert_true(is_signed_with(
		made.body, joined(made.signatures, made.signatures)));
	/* A wrong one of the known key spoils all, before or after. */
	assert_false(is_signed_with(made.body, wrong));
	assert_false(is_signed_with(made.body, joined(wrong, made.signatures)));
	assert_false(is_signed_with(made.body, joined(made.signatures, wrong)));
	assert_false(is_signed_with(
		made.body, joined(made.signatures,
				   line_of(words("origin"), id, junk, 63))));
	assert_false(is_signed_with(
		made.body, joined(made.signatures,
				   line_of(words("origin"), id, junk, 1))));
	/* None of the log's. */
	assert_false(is_signed_with(made.body, witness));
}

/* The same signature with a byte after it is not the signature. */
static void test_checkpoint__longer_signature(void **state)
{
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	struct nc_note_signature signature;
	struct nc_slice lines = made.signatures, line;

	(void)state;
	assert_true(nc_note_take_line(&lines, &line));
	assert_true(nc_note_read_signature(line, &signature));
	assert_true(is_signed_with(
		made.body, line_of(words("origin"), signature.bytes,
				   signature.bytes + 4, 64)));
	assert_false(is_signed_with(
		made.body, line_of(words("origin"), signature.bytes,
				   signature.bytes + 4, 65)));
}

static void test_cosignature__refused(void **state)
{
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	const struct nc_slice line = vector("made.cosignature");
	const uint8_t *witness = vector("witness.public").data;
	const char *name = words("witness.name");
	struct nc_checkpoint other = made;
	int64_t time_s = -7;

	(void)state;
	assert_false(nc_cosignature_check(
		line, name, vector("hub.public").data, &made, &time_s));
	assert_false(
		nc_cosignature_check(line, "other", witness, &made, &time_s));
	assert_false(nc_cosignature_check(line, "", witness, &made, &time_s));
	for (size_t i = 0; i < made.body.size; i++) {
		other.body = altered(made.body, i);
		assert_false(nc_cosignature_check(
			line, name, witness, &other, &time_s));
	}
	/* Its end apart, every byte counts. */
	for (size_t i = 0; i + 1 < line.size; i++)
		assert_false(nc_cosignature_check(
			altered(line, i), name, witness, &made, &time_s));
	assert_false(nc_cosignature_check(joined(line, nc_slice_text("\n")),
		name, witness, &made, &time_s));
	assert_false(nc_cosignature_check(
		joined(line, line), name, witness, &made, &time_s));
	assert_false(nc_cosignature_check(
		nc_slice(NULL, 0), name, witness, &made, &time_s));
	assert_false(nc_cosignature_check(
		nc_slice_text("\n"), name, witness, &made, &time_s));
	/* The log's own signature is no cosignature, even of the log's key. */
	assert_false(nc_cosignature_check(made.signatures, words("origin"),
		vector("hub.public").data, &made, &time_s));
	assert_true(time_s == -7);
}

/* The time is signed: the same signature under another time is refused. */
static void test_cosignature__altered_time(void **state)
{
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	struct nc_slice line = vector("made.cosignature");
	struct nc_note_signature signature;
	int64_t time_s;

	(void)state;
	line.size--;
	assert_true(nc_note_read_signature(line, &signature));
	assert_int_equal(signature.size, 76);
	for (size_t i = 4; i < 12; i++) {
		signature.bytes[i] ^= 1;
		assert_false(nc_cosignature_check(
			line_of(words("witness.name"), signature.bytes,
				signature.bytes + 4, 72),
			words("witness.name"), vector("witness.public").data,
			&made, &time_s));
		signature.bytes[i] ^= 1;
	}
	assert_true(nc_cosignature_check(
		line_of(words("witness.name"), signature.bytes,
			signature.bytes + 4, 72),
		words("witness.name"), vector("witness.public").data, &made,
		&time_s));
	assert_true(time_s == TIME);
}

/* Not even a signature that the witness did make over a negative time. */
static void test_cosignature__negative_time(void **state)
{
	static const char head[] =
		"cosignature/v1\ntime -9223372036854775808\n";
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("witness.seed");
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	uint8_t id[NC_NOTE_KEY_ID_SIZE], bytes[8 + NC_SIGNATURE_SIZE] = {0x80};
	int64_t time_s;

	(void)state;
	nc_note_key_id(id, nc_slice_text("w"), NC_NOTE_TYPE_WITNESS,
		nc_key_public(key));
	must(nc_sign(key, head, made.body, bytes + 8, &fixture_error));
	assert_false(nc_cosignature_check(line_of("w", id, bytes, 72), "w",
		nc_key_public(key), &made, &time_s));
}

/* A character that the end of the text cuts, though more lies behind it. */
static void test_text__cut_character(void **state)
{
	static const char *const characters[] = {
		"\xc3\xa9\n", "\xe2\x80\x94\n", "\xf4\x8f\xbf\xbf\n"};
	size_t line;

	(void)state;
	for (size_t i = 0; i < COUNT(characters); i++) {
		struct nc_slice text = nc_slice_text(characters[i]);

		text.size--;
		assert_true(nc_note_text_is_clean(text, &line));
		assert_true(nc_note_name_is_valid(text));
		while (--text.size > 0) {
			assert_false(nc_note_text_is_clean(text, &line));
			assert_int_equal(line, 1);
			assert_false(nc_note_name_is_valid(text));
		}
	}
}

/* Decoding asks a buffer for no byte more than it fills. */
static void test_base64__exact_room(void **state)
{
	static const char *const texts[] = {"eA==", "eHg=", "eHh4", "eHh4eA=="};
	static const size_t sizes[] = {1, 2, 3, 4};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
			.limit = sizes[i]};
		struct nc_buffer less NC_AUTO(nc_buffer_fini) = {
			.limit = sizes[i] - 1};
		const struct nc_slice text = nc_slice_text(texts[i]);

		must(nc_note_base64_decode(&out, text));
		assert_int_equal(out.size, sizes[i]);
		assert_int_equal(nc_note_base64_decode(&less, text), NC_LIMIT);
	}
}

static const char *const bad_names[] = {"", "a b", "a+b", "+", " ", "a\n",
	"a\tb", "a\rb", "a\x01",
	("a\xc2\xa0"
	 "b"),
	"a\xe3\x80\x80", "\xe2\x80\xa8", "\xc2\x85", "\xff", "a\xc3",
	"nhipcau/1 change-set", "nhipcau/1 enrol"};

static void check_name(const char *name, enum nc_status wanted)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 4096};
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("hub.seed");
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	const struct nc_tree_hash root = root_of("root");

	assert_int_equal(nc_checkpoint_print(
				 key, name, 9, &root, "", &out, &fixture_error),
		wanted);
	assert_int_equal(nc_cosignature_print(
				 key, name, &made, TIME, &out, &fixture_error),
		wanted);
	assert_int_equal(
		nc_vkey_print(name, NC_NOTE_TYPE_LOG, nc_key_public(key), &out),
		wanted);
	assert_true((out.size == 0) == (wanted != NC_OK));
}

static void test_print__names(void **state)
{
	char longest[NC_NOTE_NAME_MAX + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(bad_names); i++)
		check_name(bad_names[i], NC_INVALID);
	memset(longest, 'x', sizeof(longest));
	longest[NC_NOTE_NAME_MAX + 1] = '\0';
	check_name(longest, NC_INVALID);
	longest[NC_NOTE_NAME_MAX] = '\0';
	check_name(longest, NC_OK);
}

static void test_print__refused(void **state)
{
	static const char *const extensions[] = {"\n", "a", "a\n\n", "\na\n",
		"a\nb", "a\rb\n", "a\tb\n", "\xff\n", "\x1b[2J\n"};
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 4096};
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("hub.seed");
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	const struct nc_tree_hash root = root_of("root");
	const uint8_t *public_key = nc_key_public(key);

	(void)state;
	for (size_t i = 0; i < COUNT(extensions); i++)
		assert_int_equal(nc_checkpoint_print(key, "a", 9, &root,
					 extensions[i], &out, &fixture_error),
			NC_INVALID);
	assert_int_equal(nc_checkpoint_print(key, "a", NC_TREE_SIZE_MAX + 1,
				 &root, "", &out, &fixture_error),
		NC_INVALID);
	assert_int_equal(nc_cosignature_print(key, "a", &made, -1, &out, NULL),
		NC_INVALID);
	assert_int_equal(nc_vkey_print("a", 2, public_key, &out), NC_INVALID);
	assert_int_equal(out.size, 0);
}

/* Nothing is left behind in a buffer that is too small by one byte. */
static void test_print__whole_or_nothing(void **state)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("hub.seed");
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	const struct nc_tlog_proof proof = whole_proof();
	const struct nc_tree_hash root = root_of("root");

	(void)state;
	for (int what = 0; what < 4; what++) {
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 1};
		enum nc_status status = NC_LIMIT;

		must(nc_buffer_text(&out, "x"));
		while (status != NC_OK) {
			out.limit++;
			assert_true(out.limit < 4096);
			if (what == 0)
				status = nc_checkpoint_print(key, "a", 9, &root,
					"", &out, &fixture_error);
			else if (what == 1)
				status = nc_cosignature_print(key, "a", &made,
					TIME, &out, &fixture_error);
			else if (what == 2)
				status = nc_vkey_print(
					"a", 1, nc_key_public(key), &out);
			else
				status = nc_tlog_proof_print(
					&proof, &out, &fixture_error);
			if (status == NC_OK)
				break;
			assert_int_equal(status, NC_LIMIT);
			assert_string_equal(nc_buffer_string(&out), "x");
		}
		assert_int_equal(out.size, out.limit);
	}
}

/* A note of exactly size bytes, by one extension line. */
static struct nc_slice note_of(size_t size)
{
	const struct nc_checkpoint made = parsed(vector("made.checkpoint"));
	const size_t fixed = vector("made.checkpoint").size + 1;
	uint8_t *filler = nc_arena_alloc(&arena, size);

	assert_non_null(filler);
	assert_true(size > fixed);
	memset(filler, 'x', size);
	filler[size - fixed] = '\n';
	return joined(joined(made.body, nc_slice(filler, size - fixed + 1)),
		joined(nc_slice_text("\n"), made.signatures));
}

static void test_limits__note_bytes(void **state)
{
	struct nc_slice at = note_of(NC_NOTE_BYTES_MAX);
	struct nc_slice over = note_of(NC_NOTE_BYTES_MAX + 1);

	(void)state;
	assert_int_equal(at.size, NC_NOTE_BYTES_MAX);
	assert_int_equal(over.size, NC_NOTE_BYTES_MAX + 1);
	assert_int_equal(read_as(false, at), NC_OK);
	assert_int_equal(read_as(false, over), NC_LIMIT);
}

static void test_limits__printed_bytes(void **state)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
		.limit = 2 * NC_NOTE_BYTES_MAX};
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("hub.seed");
	const struct nc_tree_hash root = root_of("root");
	size_t room = NC_NOTE_BYTES_MAX - vector("made.checkpoint").size;
	char *extension = nc_arena_alloc(&arena, room + 2);

	(void)state;
	assert_non_null(extension);
	memset(extension, 'x', room + 2);
	extension[room] = '\n';
	extension[room + 1] = '\0';
	assert_int_equal(nc_checkpoint_print(key, words("origin"), 9, &root,
				 extension, &out, &fixture_error),
		NC_LIMIT);
	assert_int_equal(out.size, 0);
	must(nc_checkpoint_print(key, words("origin"), 9, &root, extension + 1,
		&out, &fixture_error));
	assert_int_equal(out.size, NC_NOTE_BYTES_MAX);
	assert_int_equal(read_as(false, nc_buffer_slice(&out)), NC_OK);
}

static void test_limits__signatures(void **state)
{
	const struct nc_slice line = line_of("n", "1234", "5", 1);
	struct nc_slice note = vector("made.checkpoint");

	(void)state;
	for (size_t i = 1; i < NC_NOTE_SIGNATURES_MAX; i++)
		note = joined(note, line);
	assert_int_equal(read_as(false, note), NC_OK);
	assert_int_equal(read_as(false, joined(note, line)), NC_LIMIT);
}

static enum nc_status print_and_parse(const struct nc_tlog_proof *proof)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
		.limit = NC_TLOG_PROOF_BYTES_MAX};
	enum nc_status status =
		nc_tlog_proof_print(proof, &out, &fixture_error);

	return status == NC_OK ? read_as(true, nc_buffer_slice(&out)) : status;
}

static void test_limits__proof(void **state)
{
	const size_t path = NC_TLOG_PROOF_PATH_MAX * NC_TREE_HASH_SIZE;
	struct nc_tlog_proof proof = {.index = NC_TREE_SIZE_MAX - 1};
	uint8_t *bytes = nc_arena_alloc(&arena, NC_TLOG_PROOF_EXTRA_MAX + 1);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 0xa5, NC_TLOG_PROOF_EXTRA_MAX + 1);
	/* All of it at its limit at once. */
	proof.checkpoint = note_of(NC_NOTE_BYTES_MAX);
	proof.extra = nc_slice(bytes, NC_TLOG_PROOF_EXTRA_MAX);
	proof.path = nc_slice(bytes, path);
	must(print_and_parse(&proof));
	proof.extra.size++;
	assert_int_equal(print_and_parse(&proof), NC_LIMIT);
	proof.extra.size--;
	proof.path.size += NC_TREE_HASH_SIZE;
	assert_int_equal(print_and_parse(&proof), NC_LIMIT);
	proof.path.size = path - 1;
	assert_int_equal(print_and_parse(&proof), NC_INVALID);
	proof.path.size = path;
	proof.index++;
	assert_int_equal(print_and_parse(&proof), NC_INVALID);
	proof.index--;
	proof.checkpoint = note_of(NC_NOTE_BYTES_MAX + 1);
	assert_int_equal(print_and_parse(&proof), NC_LIMIT);
	proof.checkpoint = vector("c2sp.note");
	assert_int_equal(print_and_parse(&proof), NC_MALFORMED);
}

/* One byte more of extra than may be, in a text made by hand. */
static void test_limits__proof_extra_read(void **state)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
		.limit = 2 * NC_TLOG_PROOF_BYTES_MAX};
	uint8_t *bytes = nc_arena_alloc(&arena, NC_TLOG_PROOF_EXTRA_MAX + 1);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 0xa5, NC_TLOG_PROOF_EXTRA_MAX + 1);
	for (size_t more = 0; more < 2; more++) {
		nc_buffer_reset(&out);
		must(nc_buffer_text(&out, "c2sp.org/tlog-proof@v1\nextra "));
		must(nc_note_base64_encode(
			&out, nc_slice(bytes, NC_TLOG_PROOF_EXTRA_MAX + more)));
		must(nc_buffer_text(&out, "\nindex 0\n\n"));
		must(nc_buffer_append(&out, vector("made.checkpoint").data,
			vector("made.checkpoint").size));
		assert_int_equal(read_as(true, nc_buffer_slice(&out)),
			more == 0 ? NC_OK : NC_LIMIT);
	}
}

/* No text of this size can be right: so it is not even looked at. */
static void test_limits__proof_bytes(void **state)
{
	uint8_t *text = nc_arena_alloc(&arena, NC_TLOG_PROOF_BYTES_MAX + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', NC_TLOG_PROOF_BYTES_MAX + 1);
	assert_int_equal(read_as(true, nc_slice(text, NC_TLOG_PROOF_BYTES_MAX)),
		NC_MALFORMED);
	assert_int_equal(
		read_as(true, nc_slice(text, NC_TLOG_PROOF_BYTES_MAX + 1)),
		NC_LIMIT);
}

/* Results stay as they were when nothing was read. */
static void test_parse__failure_leaves_results(void **state)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {
		.limit = NC_TLOG_PROOF_DECODED_MAX};
	struct nc_slice text = vector("made.proof");
	struct nc_checkpoint checkpoint, before;
	struct nc_tlog_proof proof, proof_before;

	(void)state;
	memset(&checkpoint, 0x5a, sizeof(checkpoint));
	before = checkpoint;
	memset(&proof, 0x5a, sizeof(proof));
	proof_before = proof;
	text.size--;
	assert_int_equal(
		nc_tlog_proof_parse(text, &bytes, &proof, NULL), NC_MALFORMED);
	assert_int_equal(bytes.size, 0);
	assert_memory_equal(&proof, &proof_before, sizeof(proof));
	assert_int_equal(
		nc_checkpoint_parse(text, &checkpoint, NULL), NC_MALFORMED);
	assert_memory_equal(&checkpoint, &before, sizeof(checkpoint));
}

/* Makes and checks all of it; what a caller would see when memory ends. */
static enum nc_status whole_round(const struct nc_key *key,
	const struct nc_tree_hash *root, struct nc_tlog_proof proof)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {.limit = 4096};
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = 8192};
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {
		.limit = NC_TLOG_PROOF_DECODED_MAX};
	const uint8_t *public_key = nc_key_public(key);
	struct nc_checkpoint checkpoint;
	enum nc_status status;
	int64_t time_s;

	status = nc_checkpoint_print(
		key, "a", 9, root, "", &note, &fixture_error);
	if (status == NC_OK)
		status = nc_checkpoint_parse(
			nc_buffer_slice(&note), &checkpoint, &fixture_error);
	if (status == NC_OK &&
		!nc_checkpoint_is_signed(&checkpoint, public_key))
		return NC_NO_MEMORY;
	if (status == NC_OK)
		status = nc_cosignature_print(
			key, "b", &checkpoint, TIME, &out, &fixture_error);
	if (status == NC_OK && !nc_cosignature_check(nc_buffer_slice(&out), "b",
				       public_key, &checkpoint, &time_s))
		return NC_NO_MEMORY;
	nc_buffer_fini(&out);
	proof.checkpoint = nc_buffer_slice(&note);
	if (status == NC_OK)
		status = nc_tlog_proof_print(&proof, &out, &fixture_error);
	if (status == NC_OK)
		status = nc_tlog_proof_parse(
			nc_buffer_slice(&out), &bytes, &proof, &fixture_error);
	nc_buffer_fini(&out);
	if (status == NC_OK)
		status = nc_vkey_print("a", 1, public_key, &out);
	return status;
}

static void test_memory__each_allocation_fails(void **state)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("hub.seed");
	const struct nc_tlog_proof proof = whole_proof();
	const struct nc_tree_hash root = root_of("root");
	enum nc_status status = NC_NO_MEMORY;
	unsigned long n = 0;

	(void)state;
	while (status != NC_OK) {
		fixture_error.text[0] = '\0';
		nc_memory_fail_at(++n);
		status = whole_round(key, &root, proof);
		nc_memory_fail_at(0);
		assert_true(status == NC_OK || status == NC_NO_MEMORY);
		assert_true(n < 100);
	}
	assert_true(n > 8);
}

static int start(void **state)
{
	(void)state;
	must(nc_trust_start(&fixture_error));
	nc_arena_init(&arena, (size_t)1 << 30);
	nc_buffer_init(&vectors, FILE_MAX);
	must(nc_file_read(
		TEST_DATA "/note_vectors.txt", &vectors, &fixture_error));
	return 0;
}

static int end(void **state)
{
	(void)state;
	nc_buffer_fini(&vectors);
	nc_arena_fini(&arena);
	return 0;
}

static int empty_arena(void **state)
{
	(void)state;
	nc_arena_reset(&arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, empty_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_note__c2sp_example),
		TEST(test_note__is_not_a_checkpoint),
		TEST(test_note__empty_lines_in_the_text),
		TEST(test_vectors__vkeys),
		TEST(test_vectors__checkpoints),
		TEST(test_vectors__cosignatures),
		TEST(test_vectors__proof),
		TEST(test_vectors__proofs_again),
		TEST(test_vectors__hostile),
		TEST(test_vectors__cut),
		TEST(test_checkpoint__altered),
		TEST(test_checkpoint__other_lines),
		TEST(test_checkpoint__longer_signature),
		TEST(test_cosignature__refused),
		TEST(test_cosignature__altered_time),
		TEST(test_cosignature__negative_time),
		TEST(test_text__cut_character),
		TEST(test_base64__exact_room),
		TEST(test_print__names),
		TEST(test_print__refused),
		TEST(test_print__whole_or_nothing),
		TEST(test_limits__note_bytes),
		TEST(test_limits__printed_bytes),
		TEST(test_limits__signatures),
		TEST(test_limits__proof),
		TEST(test_limits__proof_extra_read),
		TEST(test_limits__proof_bytes),
		TEST(test_parse__failure_leaves_results),
		TEST(test_memory__each_allocation_fails),
	};

	return cmocka_run_group_tests(tests, start, end);
}
