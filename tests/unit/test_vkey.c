/*
 * Verifier keys: what is printed is read, and nothing else is.
 */
#include "fixture.h"
#include "trust/note.h"

#include <string.h>

/* signed-note's own example: PeterNeumann, Ed25519. */
static const char example[] =
	"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

static void test_vkey__reads_the_specification_s_example(void **state)
{
	struct nc_vkey vkey;
	struct nc_error err = {.text = ""};

	(void)state;
	assert_int_equal(nc_vkey_parse(example, &vkey, &err), NC_OK);
	assert_int_equal(vkey.type, NC_NOTE_TYPE_LOG);
	assert_int_equal(vkey.name.size, strlen("PeterNeumann"));
	assert_memory_equal(vkey.name.data, "PeterNeumann", vkey.name.size);
	assert_int_equal(vkey.public_key[0], 0x1a);
	assert_int_equal(vkey.public_key[31], 0xd6);
}

static void test_vkey__what_is_printed_is_read(void **state)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_vkey vkey, again;
	struct nc_error err = {.text = ""};
	char padded[512];

	(void)state;
	nc_buffer_init(&out, 512);
	assert_int_equal(nc_vkey_parse(example, &vkey, &err), NC_OK);
	for (int type = 1; type <= 4; type += 3) {
		nc_buffer_reset(&out);
		assert_int_equal(nc_vkey_print("nhipcau/x/1", (uint8_t)type,
					 vkey.public_key, &out),
			NC_OK);
		snprintf(padded, sizeof(padded), " \t%s\r\n",
			nc_buffer_string(&out));
		assert_int_equal(nc_vkey_parse(padded, &again, &err), NC_OK);
		assert_int_equal(again.type, type);
		assert_memory_equal(
			again.public_key, vkey.public_key, NC_KEY_SIZE);
	}
}

/* Each letter changed, each beginning: never read as a key. */
static void test_vkey__no_altered_one_is_read(void **state)
{
	struct nc_vkey vkey;
	char text[sizeof(example)];

	(void)state;
	for (size_t i = 0; i < strlen(example); i++) {
		memcpy(text, example, sizeof(text));
		text[i] = text[i] == 'B' ? 'C' : 'B';
		assert_int_equal(
			nc_vkey_parse(text, &vkey, NULL), NC_MALFORMED);
		memcpy(text, example, sizeof(text));
		text[i] = '\0';
		assert_int_equal(
			nc_vkey_parse(text, &vkey, NULL), NC_MALFORMED);
	}
}

static void test_vkey__each_fault_has_its_sentence(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "plus sign"},
		{"PeterNeumann", "plus sign"},
		{"PeterNeumann+c74f20a3", "plus sign"},
		{"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
			"name"},
		{"Peter Neumann+c74f20a3+"
		 "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
			"name"},
		{"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiB", "cut off"},
		{"PeterNeumann+c74f20a3+"
		 "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==",
			"cut off"},
		{"PeterNeumann+C74F20A3+"
		 "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
			"checksum"},
		{"PeterNeumann+c74f20a4+"
		 "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
			"checksum"},
		{"PeterNeumann+c74f20a3+"
		 "Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
			"kind 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_error err = {.text = ""};
		struct nc_vkey vkey;

		assert_int_equal(nc_vkey_parse(cases[i].text, &vkey, &err),
			NC_MALFORMED);
		if (strstr(err.text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].text, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vkey__reads_the_specification_s_example),
		cmocka_unit_test(test_vkey__what_is_printed_is_read),
		cmocka_unit_test(test_vkey__no_altered_one_is_read),
		cmocka_unit_test(test_vkey__each_fault_has_its_sentence),
	};

	if (nc_trust_start(NULL) != NC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
