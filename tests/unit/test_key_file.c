/*
 * Key files of both forms, and keys derived from keys. The sealed file and
 * the derived key were made by another implementation (PyNaCl, hashlib).
 */
#include "must.h"

#include "base/file.h"
#include "base/memory.h"
#include "trust/key_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PASSPHRASE "mật khẩu dài"
#define HEAD "nhipcau-key-2 argon2id13 "
#define SALT "6465666768696a6b6c6d6e6f70717273"
#define NONCE "32333435363738393a3b3c3d3e3f40414243444546474849"
#define SEALED                                                                 \
	"8b399d07c59b7b45e2980324dfee3634521d6deef7603de4d80da166bc8840ad"     \
	"54a028fc23c7281659aa4ff63e6fc7c1"
#define SEED "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define PUBLIC                                                                 \
	"03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
#define DERIVED                                                                \
	"7ddd1a1c66708fd70506b9bf4811f71ca80e13943f39a11bfe74c7f2bb62e8e5"

static char folder[] = "/tmp/nhipcau-key-XXXXXX";
static char key_path[64], other_path[64];

static int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

static const struct nc_env env = {no_time, nc_trust_random, NULL};

/* Says what it was told to, and counts. */
struct answer {
	const char *passphrase;
	enum nc_status status;
	unsigned asked;
};

static enum nc_status give(void *context, const char *path,
	struct nc_passphrase *passphrase, struct nc_error *err)
{
	struct answer *answer = context;

	(void)err;
	assert_string_equal(path, key_path);
	answer->asked++;
	passphrase->size = strlen(answer->passphrase);
	strcpy(passphrase->text, answer->passphrase);
	return answer->status;
}

static enum nc_status load(struct answer *answer, struct nc_key **ret_key)
{
	struct nc_passphrase_source source = {give, answer};

	return nc_key_load(key_path, answer == NULL ? NULL : &source, ret_key,
		&fixture_error);
}

static void put_file(const char *path, const char *text, unsigned mode)
{
	must(nc_file_write(path, nc_slice_text(text), mode, &fixture_error));
}

static void assert_public(const struct nc_key *key, const char *hex)
{
	char text[2 * NC_KEY_SIZE + 1];

	nc_hex_encode(text, nc_key_public(key), NC_KEY_SIZE);
	assert_string_equal(text, hex);
}

/* Loads what text says; the status. The public key is checked. */
static enum nc_status load_text(const char *text, struct answer *answer)
{
	struct nc_key *key = NULL;
	enum nc_status status;

	put_file(key_path, text, 0600);
	status = load(answer, &key);
	if (status == NC_OK)
		assert_public(key, PUBLIC);
	nc_key_free(key);
	return status;
}

static void test_key_file__plain_goes_round(void **state)
{
	struct answer answer = {"", NC_OK, 0};
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_key *key;
	struct stat st;

	(void)state;
	put_file(key_path, "nhipcau-key-1 " SEED "\n", 0600);
	must(load(&answer, &key));
	assert_int_equal(answer.asked, 0);
	assert_false(nc_key_is_sealed(key));
	assert_public(key, PUBLIC);
	must(nc_key_save(key, other_path, &fixture_error));
	nc_buffer_init(&text, 4096);
	must(nc_file_read(other_path, &text, &fixture_error));
	assert_string_equal(
		nc_buffer_string(&text), "nhipcau-key-1 " SEED "\n");
	assert_int_equal(stat(other_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	nc_key_free(key);
}

static void test_key_file__reads_what_another_sealed(void **state)
{
	static const char file[] = HEAD "1 8 " SALT " " NONCE " " SEALED "\n";
	struct answer right = {PASSPHRASE, NC_OK, 0};
	struct answer wrong = {"mat khau dai", NC_OK, 0};
	struct answer none = {"", NC_BUSY, 0};

	(void)state;
	must(load_text(file, &right));
	assert_int_equal(right.asked, 1);
	assert_int_equal(load_text(file, &wrong), NC_DENIED);
	assert_int_equal(load_text(file, &none), NC_BUSY);
	assert_int_equal(load_text(file, NULL), NC_DENIED);
}

static void test_key_file__every_altered_letter_is_refused(void **state)
{
	char file[] = HEAD "1 8 " SALT " " NONCE " " SEALED;
	struct answer right = {PASSPHRASE, NC_OK, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(file) - 1; i++) {
		file[i] ^= 1;
		assert_int_not_equal(load_text(file, &right), NC_OK);
		file[i] ^= 1;
	}
	for (size_t i = sizeof(file) - 2; i > 0; i -= 7) {
		char was = file[i];

		file[i] = '\0';
		assert_int_equal(load_text(file, &right), NC_CORRUPT);
		file[i] = was;
		if (i < 7)
			break;
	}
	must(load_text(file, &right));
}

/* A hostile file asks for nothing that it does not get. */
static void test_key_file__work_is_bounded(void **state)
{
	static const struct {
		const char *limits;
		enum nc_status status;
		unsigned asked;
	} cases[] = {
		{"1 8", NC_OK, 1},
		{"6 8", NC_DENIED, 1}, /* allowed, and another key */
		{"7 8", NC_LIMIT, 0},
		{"1 524289", NC_LIMIT, 0},
		{"1 999999999", NC_LIMIT, 0},
		{"999999999 8", NC_LIMIT, 0},
		{"9999999999 8", NC_CORRUPT, 0},
		{"18446744073709551617 8", NC_CORRUPT, 0},
		{"0 8", NC_CORRUPT, 0},
		{"01 8", NC_CORRUPT, 0},
		{"1 -8", NC_CORRUPT, 0},
		{"1  8", NC_CORRUPT, 0},
		{"1 8 ", NC_CORRUPT, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct answer answer = {PASSPHRASE, NC_OK, 0};
		char file[512];

		snprintf(file, sizeof(file),
			HEAD "%s " SALT " " NONCE " " SEALED "\n",
			cases[i].limits);
		if (load_text(file, &answer) != cases[i].status)
			fail_msg("%s: %s", cases[i].limits, fixture_error.text);
		assert_int_equal(answer.asked, cases[i].asked);
	}
}

static void test_key_file__seals_and_stays_sealed(void **state)
{
	struct answer right = {PASSPHRASE, NC_OK, 0};
	struct answer wrong = {"another one", NC_OK, 0};
	struct nc_passphrase *passphrase = nc_passphrase_new();
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_key *key, *again, *next, *loaded = NULL;

	(void)state;
	assert_non_null(passphrase);
	passphrase->size = strlen(PASSPHRASE);
	strcpy(passphrase->text, PASSPHRASE);
	must(nc_key_generate(&env, &key, &fixture_error));
	must(nc_key_save_sealed(
		key, key_path, passphrase, &env, &fixture_error));
	nc_buffer_init(&text, 4096);
	must(nc_file_read(key_path, &text, &fixture_error));
	assert_memory_equal(text.data, HEAD "3 262144 ", strlen(HEAD) + 9);
	must(load(&right, &again));
	assert_true(nc_key_is_sealed(again));
	assert_memory_equal(
		nc_key_public(again), nc_key_public(key), NC_KEY_SIZE);
	assert_int_equal(load(&wrong, &loaded), NC_DENIED);
	/* Another key in its place, with the same passphrase, not asked for. */
	must(nc_key_generate(&env, &next, &fixture_error));
	must(nc_key_save_like(next, again, key_path, &env, &fixture_error));
	must(load(&right, &loaded));
	assert_int_equal(right.asked, 2);
	assert_true(nc_key_is_sealed(loaded));
	assert_memory_equal(
		nc_key_public(loaded), nc_key_public(next), NC_KEY_SIZE);
	nc_key_free(loaded);
	/* … and like one that is not sealed. */
	must(nc_key_save_like(next, key, key_path, &env, &fixture_error));
	must(load(NULL, &loaded));
	nc_key_free(loaded);
	nc_key_free(next);
	nc_key_free(again);
	nc_key_free(key);
	nc_passphrase_free(passphrase);
}

static void test_key_file__others_may_not_read(void **state)
{
	static const unsigned modes[] = {0640, 0604, 0620, 0610, 0601, 0666};
	struct nc_passphrase *passphrase = nc_passphrase_new();
	struct nc_key *key = NULL;

	(void)state;
	assert_non_null(passphrase);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put_file(key_path, "nhipcau-key-1 " SEED "\n", modes[i]);
		assert_int_equal(load(NULL, &key), NC_DENIED);
		assert_int_equal(nc_passphrase_read(
					 passphrase, key_path, &fixture_error),
			NC_DENIED);
	}
	assert_null(key);
	assert_int_equal(passphrase->size, 0);
	unlink(key_path);
	assert_int_equal(load(NULL, &key), NC_NOT_FOUND);
	nc_passphrase_free(passphrase);
}

static void test_key_file__passphrase_is_the_first_line(void **state)
{
	struct nc_passphrase *passphrase = nc_passphrase_new();
	char text[NC_PASSPHRASE_BYTES_MAX + 8];

	(void)state;
	assert_non_null(passphrase);
	put_file(other_path, "two words\r\nnot this\n", 0600);
	must(nc_passphrase_read(passphrase, other_path, &fixture_error));
	assert_string_equal(passphrase->text, "two words");
	assert_int_equal(passphrase->size, 9);
	memset(text, 'x', sizeof(text));
	text[NC_PASSPHRASE_BYTES_MAX] = '\0';
	put_file(other_path, text, 0400);
	must(nc_passphrase_read(passphrase, other_path, &fixture_error));
	assert_int_equal(passphrase->size, NC_PASSPHRASE_BYTES_MAX);
	text[NC_PASSPHRASE_BYTES_MAX] = 'x';
	text[NC_PASSPHRASE_BYTES_MAX + 1] = '\0';
	put_file(other_path, text, 0600);
	assert_int_equal(
		nc_passphrase_read(passphrase, other_path, &fixture_error),
		NC_LIMIT);
	nc_passphrase_free(passphrase);
}

static void test_key__derives_as_documented(void **state)
{
	static const struct {
		const char *purpose, *salt;
		bool same;
	} cases[] = {
		{"rotate", "salt", true},
		{"rotate", "salu", false},
		{"rotate", "", false},
		{"rotates", "alt", false},
		{"", "rotate", false},
	};
	struct nc_key *key, *derived;
	char text[2 * NC_KEY_SIZE + 1];

	(void)state;
	put_file(key_path, "nhipcau-key-1 " SEED "\n", 0600);
	must(load(NULL, &key));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		must(nc_key_derive(key, cases[i].purpose,
			nc_slice_text(cases[i].salt), &derived,
			&fixture_error));
		nc_hex_encode(text, nc_key_public(derived), NC_KEY_SIZE);
		assert_true((strcmp(text, DERIVED) == 0) == cases[i].same);
		nc_key_free(derived);
	}
	nc_key_free(key);
}

static void put(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	must(nc_file_write(path, nc_slice_text(text), 0600, &fixture_error));
}

static bool is_there(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

static void test_save__removes_what_was_left_and_nothing_else(void **state)
{
	static const char *const kept[] = {"device.key.backup",
		"device.key.part", "device.key.part-", "device.key.part-12345",
		"device.key.part-1234567", "device.keys.part-123456",
		"plan.docx.part-123456", "device-1700000000.key",
		".part-123456", "device.key.part-locked"};
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	char path[128];
	int locked;

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		put(kept[i], "x");
	put("device.key.part-a1B2c3", "nhipcau-key-1 " SEED "\n");
	put("next.key.part-zzzzzz", "nhipcau-key-1 " SEED "\n");
	/* As nc_file_write holds what it is writing. */
	snprintf(path, sizeof(path), "%s/device.key.part-locked", folder);
	locked = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(locked, LOCK_EX), 0);
	must(nc_key_generate(&env, &key, &fixture_error));
	must(nc_key_save(key, other_path, &fixture_error));
	assert_false(is_there("device.key.part-a1B2c3"));
	assert_false(is_there("next.key.part-zzzzzz"));
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (!is_there(kept[i]))
			fail_msg("%s is gone", kept[i]);
	close(locked);
	must(nc_key_save(key, other_path, &fixture_error));
	assert_false(is_there("device.key.part-locked"));
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, kept[i]);
		unlink(path);
	}
}

static void test_save__two_at_once_leave_each_other_alone(void **state)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	unsigned failed = 0;
	int end = 0;
	pid_t child;

	(void)state;
	must(nc_key_generate(&env, &key, &fixture_error));
	child = fork();
	assert_true(child >= 0);
	for (unsigned i = 0; i < 100; i++)
		failed += nc_key_save(key, child == 0 ? key_path : other_path,
				  NULL) != NC_OK;
	if (child == 0)
		_exit(failed == 0 ? 0 : 1);
	assert_int_equal(waitpid(child, &end, 0), child);
	assert_int_equal(failed, 0);
	assert_int_equal(end, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_file__plain_goes_round),
		cmocka_unit_test(test_key_file__reads_what_another_sealed),
		cmocka_unit_test(
			test_key_file__every_altered_letter_is_refused),
		cmocka_unit_test(test_key_file__work_is_bounded),
		cmocka_unit_test(test_key_file__seals_and_stays_sealed),
		cmocka_unit_test(test_key_file__others_may_not_read),
		cmocka_unit_test(test_key_file__passphrase_is_the_first_line),
		cmocka_unit_test(test_key__derives_as_documented),
		cmocka_unit_test(
			test_save__removes_what_was_left_and_nothing_else),
		cmocka_unit_test(test_save__two_at_once_leave_each_other_alone),
	};
	int failed;

	must(nc_trust_start(&fixture_error));
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(key_path, sizeof(key_path), "%s/device.key", folder);
	snprintf(other_path, sizeof(other_path), "%s/other", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(key_path);
	unlink(other_path);
	rmdir(folder);
	return failed;
}
