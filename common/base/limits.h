/*
 * Every limit on outside bytes, with its reason. docs/PROTOCOL.md names them.
 * Each is tried at the limit and one past it: in tests/unit/test_limits.c, or
 * beside the room's other tests:
 *
 *     heads, envelopes, replaced values             test_wire.c
 *     leaves and witnesses in a reply               test_wire_tree.c
 *     a device's rate, cost and debt                test_rate.c
 *     bundles                                       test_bundle.c
 *     paragraphs and lines of documents             test_document.c
 *     rows, columns, cells and sheets of tables     test_workbook.c
 *     hub keys' addresses                           test_hub_key.c
 *     trust/note.h's and trust/tree.h's own         test_note.c, test_tree.c
 *
 * tests/integration/test_hostile.py asks for an invitation of a week and of a
 * second more. test_flood.py beside it meets from outside, not to the byte,
 * what depends on the hub's own pace: the bytes of unproven lines and the
 * strangers under way. NC_RATE_COST_PUSH, _REFUSED and _FAILED are prices.
 */
#ifndef NC_BASE_LIMITS_H
#define NC_BASE_LIMITS_H

/* One save at a desk: a whole imported plan fits many times over. */
#define NC_CHANGE_SET_BYTES_MAX (1024 * 1024)
#define NC_CHANGE_SET_RECORDS_MAX 1000
/* An entity has a few dozen fields; room for ten years of growth. */
#define NC_RECORD_FIELDS_MAX 256
/* Live values that one write replaces: a conflict of 64 devices at once. */
#define NC_FIELD_REPLACES_MAX 64
/* Devices named by one change-set's dots. */
#define NC_CHANGE_SET_DEVICES_MAX 1024
/* The longest paragraph of a report is under 4 KiB. */
#define NC_TEXT_BYTES_MAX (64 * 1024)
/* An author's or a device's label. */
#define NC_LABEL_BYTES_MAX 256

/* A request or reply on the wire, and after decompression. */
#define NC_MESSAGE_BYTES_MAX (4 * 1024 * 1024)
#define NC_MESSAGE_DECODED_MAX (16 * 1024 * 1024)
/* Heads in one request: 63 unions of a few devices, with room. */
#define NC_HAVE_MAX 4096
/* Change-sets in one message: bounded by bytes, and by this, for each is
 * looked up among the others. */
#define NC_MESSAGE_CHANGE_SETS_MAX 8192
/* Change-sets whose leaves one reply tells: those that it brings and those
 * that the sender had no proof of yet. */
#define NC_MESSAGE_PLACED_MAX (2 * NC_MESSAGE_CHANGE_SETS_MAX)
/* A checkpoint and a witness's line: a few hundred bytes each. */
#define NC_CHECKPOINT_BYTES_MAX 4096
#define NC_COSIGNATURE_BYTES_MAX 1024
/* Witnesses in one reply: one for each union, and then some. */
#define NC_MESSAGE_WITNESSES_MAX 256
/* Payload bytes that a client asks for in one reply. */
#define NC_PULL_BYTES_DEFAULT (1024 * 1024)
#define NC_PULL_BYTES_MAX (3 * 1024 * 1024)

/* Requests of one key: sustained rate and burst. A sync takes a handful. */
#define NC_RATE_PER_SECOND 8
#define NC_RATE_BURST 64
/* … and what they cost, in bytes: at once the whole history of a cluster after
 * many years, then as much as a slow line carries. Who asks for everything
 * again and again soon has to wait. */
#define NC_RATE_COST_PER_SECOND (1024 * 1024)
#define NC_RATE_COST_BURST (64 * 1024 * 1024)
/* A debt is worked off in this time at most: who made one is told to come
 * back, not cut off for the day. */
#define NC_RATE_DEBT_MS_MAX 60000
/* What a request costs beside its bytes and its answer's: a pushed change-set
 * (a signature is checked: 60 µs), one of them that was refused, and a request
 * that came to nothing. */
#define NC_RATE_COST_PUSH 1024
#define NC_RATE_COST_REFUSED (16 * 1024)
#define NC_RATE_COST_FAILED (64 * 1024)
/* All keys that are not enrolled share this beside their own: a hundred
 * people may join in one hour of a meeting; ten thousand keys may not more. */
#define NC_RATE_STRANGERS_PER_SECOND 64
#define NC_RATE_STRANGERS_BURST 1024
/* Questions that a key asks without waiting for as long as it was told,
 * before its line is cut. */
#define NC_RATE_DEAF_MAX 64
/* Requests of strangers under way at once; of a device one. */
#define NC_STRANGERS_UNDER_WAY_MAX 16

/* Connections whose key has not shown itself to be an enrolled one: in a
 * handshake, or strangers. Past this the oldest goes, of the address that has
 * the most of them; an honest handshake takes three round trips. */
#define NC_LINES_UNPROVEN_MAX 1024
/* … and what they may send in all: ZeroMQ holds half a message in memory, and
 * one may be NC_MESSAGE_BYTES_MAX long. */
#define NC_LINES_UNPROVEN_BYTES_MAX (64 * 1024 * 1024)
/* Connections of one device: an old one that is not yet known to be dead, one
 * in use, and a second program. */
#define NC_LINES_OF_DEVICE_MAX 4

/* An invitation: its life and its length as text. */
#define NC_INVITATION_DAYS 7
#define NC_INVITATION_TEXT_MAX 4096

/* A bundle file: a whole cluster's log for a hand-over, on the smallest stick
 * that is still sold, and still read in one piece. */
#define NC_BUNDLE_BYTES_MAX (256 * 1024 * 1024)
/* Its header: 64 receivers take about 4 KiB; room for what comes. */
#define NC_BUNDLE_HEADER_BYTES_MAX (16 * 1024)
/* A union has a few devices; no more than a conflict of all of them. */
#define NC_BUNDLE_RECEIVERS_MAX 64
/* Plain bytes that are sealed at once: what a reader holds in memory. */
#define NC_BUNDLE_CHUNK_BYTES (64 * 1024)
/* Messages: each costs the reader a transaction; with 256 MiB of 4 KiB. */
#define NC_BUNDLE_MESSAGES_MAX 65536
/* One message: an envelope, with the slack that the hub's replies have. */
#define NC_BUNDLE_MESSAGE_BYTES_MAX (NC_MESSAGE_BYTES_MAX + 1024 * 1024)

/* Keys that one store had before: a change each year for a thousand years. */
#define NC_FORMERS_MAX 1024

/* A passphrase: short ones are guessed; a long one is a slip of the hand. */
#define NC_PASSPHRASE_CHARACTERS_MIN 8
#define NC_PASSPHRASE_BYTES_MAX 1024
/* The work that a sealed key may ask for before it opens: libsodium's MODERATE
 * is 3 passes over 256 MiB, about a second; twice that and no more. */
#define NC_KEY_FILE_PASSES_MAX 6
#define NC_KEY_FILE_KIB_MAX (512 * 1024)

/* Documents that people import. */
#define NC_DOCUMENT_BYTES_MAX (32 * 1024 * 1024)
#define NC_DOCUMENT_PART_MAX (64 * 1024 * 1024)
#define NC_DOCUMENT_PARAGRAPHS_MAX 100000
/* Parts of several unions in one report: as many as the country ever had,
 * several times over; more are no parts. */
#define NC_DOCUMENT_PARTS_MAX 512

/* Tables that people import, CSV or a workbook's part: an office's year is
 * some hundred rows. */
#define NC_TABLE_BYTES_MAX (32 * 1024 * 1024)
#define NC_TABLE_SHEETS_MAX 64
#define NC_TABLE_ROWS_MAX 20000
#define NC_TABLE_COLUMNS_MAX 256
/* Cells of all sheets up to the last one that is filled in each row, and those
 * that merged cells cover. */
#define NC_TABLE_CELLS_MAX 500000

#endif
