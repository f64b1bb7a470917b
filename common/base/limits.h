/*
 * Every limit on outside bytes, with its reason. docs/PROTOCOL.md names them;
 * tests/unit/test_limits.c tries each at the limit and one past it.
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
/* Payload bytes that a client asks for in one reply. */
#define NC_PULL_BYTES_DEFAULT (1024 * 1024)
#define NC_PULL_BYTES_MAX (3 * 1024 * 1024)

/* Requests of one device: sustained rate and burst. */
#define NC_RATE_PER_SECOND 8
#define NC_RATE_BURST 64

/* An invitation: its life and its length as text. */
#define NC_INVITATION_DAYS 7
#define NC_INVITATION_TEXT_MAX 4096

/* Documents that people import. */
#define NC_DOCUMENT_BYTES_MAX (32 * 1024 * 1024)
#define NC_DOCUMENT_PART_MAX (64 * 1024 * 1024)
#define NC_DOCUMENT_PARAGRAPHS_MAX 100000

#endif
