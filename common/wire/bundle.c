/*
 * The format is specified in proto/bundle.proto. A file is read twice: once
 * to check every chunk and every size in it, and once to give messages out.
 */
#include "wire/bundle.h"
#include "base/limits.h"
#include "wire/pack.h"

#include "bundle.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC_WORD "nhipcau-bundle-"
#define MAGIC MAGIC_WORD "1\n"
#define MAGIC_SIZE (sizeof(MAGIC) - 1)
#define SIZE_SIZE 4
#define CHUNK_SEALED_MAX (NC_BUNDLE_CHUNK_BYTES + NC_CHUNK_TAG_SIZE)
/* What an unpacked header of 16 KiB can take, were it made of nothing but the
 * smallest fields. */
#define HEADER_ARENA_MAX (2 * 1024 * 1024)
/* Room in an arena's block for its own bookkeeping. */
#define ARENA_SLACK 1024

static void put_u32(uint8_t out[SIZE_SIZE], size_t value)
{
	for (int i = SIZE_SIZE - 1; i >= 0; i--) {
		out[i] = (uint8_t)value;
		value >>= 8;
	}
}

static size_t get_u32(const uint8_t in[SIZE_SIZE])
{
	return (size_t)in[0] << 24 | (size_t)in[1] << 16 | (size_t)in[2] << 8 |
	       in[3];
}

/* Writing. */

struct receiver {
	nc_device_id device;
	const uint8_t *key;
};

struct receiver_list {
	struct receiver items[NC_BUNDLE_RECEIVERS_MAX];
	size_t count;
};

/* The parts of a header that its packed form is made of. */
struct header_parts {
	Nhipcau__V1__BundleHeader message;
	Nhipcau__V1__Receiver receivers[NC_BUNDLE_RECEIVERS_MAX];
	Nhipcau__V1__Receiver *pointers[NC_BUNDLE_RECEIVERS_MAX];
	uint8_t devices[NC_BUNDLE_RECEIVERS_MAX][NC_DEVICE_ID_SIZE];
	uint8_t wrapped[NC_BUNDLE_RECEIVERS_MAX][NC_WRAPPED_SIZE];
};

void nc_bundle_writer_init(struct nc_bundle_writer *writer)
{
	memset(writer, 0, sizeof(*writer));
	nc_buffer_init(&writer->plain, NC_BUNDLE_CHUNK_BYTES);
}

void nc_bundle_writer_fini(struct nc_bundle_writer *writer)
{
	if (writer->out != NULL && writer->out->data != NULL) {
		writer->out->size = writer->start;
		writer->out->data[writer->start] = 0;
	}
	nc_box_fini(&writer->box);
	nc_wipe_buffer(&writer->plain);
	nc_bundle_writer_init(writer);
}

static int compare_receivers(const void *a, const void *b)
{
	const struct receiver *x = a, *y = b;

	return (x->device > y->device) - (x->device < y->device);
}

static enum nc_status no_receiver(struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("A receiver of the bundle has no usable key; look at the "
		  "cluster's list of devices."));
}

static enum nc_status list_receivers(struct receiver_list *list,
	const uint8_t (*keys)[NC_KEY_SIZE], size_t count, struct nc_error *err)
{
	size_t kept = 0;

	if (count == 0)
		return no_receiver(err);
	if (count > NC_BUNDLE_RECEIVERS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("A bundle is for at most %d devices; revoke those "
			  "that are no longer used."),
			NC_BUNDLE_RECEIVERS_MAX);
	for (size_t i = 0; i < count; i++) {
		list->items[i].device = nc_public_device(keys[i]);
		list->items[i].key = keys[i];
	}
	qsort(list->items, count, sizeof(list->items[0]), compare_receivers);
	for (size_t i = 0; i < count; i++) {
		const struct receiver *last = &list->items[kept - (kept > 0)];

		if (kept == 0 || last->device != list->items[i].device)
			list->items[kept++] = list->items[i];
		else if (memcmp(last->key, list->items[i].key, NC_KEY_SIZE))
			return no_receiver(err);
	}
	list->count = kept;
	return NC_OK;
}

/* Wraps the content key for each receiver. */
static enum nc_status fill_receivers(struct header_parts *parts,
	const struct receiver_list *list, const struct nc_box *box,
	const struct nc_ephemeral *ephemeral, struct nc_error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		Nhipcau__V1__Receiver *receiver = &parts->receivers[i];

		if (!nc_box_wrap(parts->wrapped[i], box->content_key,
			    list->items[i].key, ephemeral))
			return no_receiver(err);
		nc_bytes_put_u64(parts->devices[i], list->items[i].device);
		nhipcau__v1__receiver__init(receiver);
		receiver->device =
			nc_wire_bytes(parts->devices[i], NC_DEVICE_ID_SIZE);
		receiver->wrapped =
			nc_wire_bytes(parts->wrapped[i], NC_WRAPPED_SIZE);
		parts->pointers[i] = receiver;
	}
	parts->message.receivers = parts->pointers;
	parts->message.n_receivers = list->count;
	return NC_OK;
}

static enum nc_status pack_header(const struct nc_bundle_info *info,
	const struct nc_key *key, const struct receiver_list *list,
	const struct nc_box *box, const struct nc_ephemeral *ephemeral,
	struct nc_buffer *out, struct nc_error *err)
{
	struct header_parts parts;
	Nhipcau__V1__BundleHeader *message = &parts.message;
	enum nc_status status;

	nhipcau__v1__bundle_header__init(message);
	message->kind = info->kind;
	message->cluster = nc_wire_bytes(info->cluster.bytes, NC_ID_SIZE);
	message->sender = nc_wire_bytes(nc_key_public(key), NC_KEY_SIZE);
	message->counter = info->counter;
	message->made_at_ms = info->made_at_ms;
	message->ephemeral = nc_wire_bytes(ephemeral->public_key, NC_KEY_SIZE);
	message->nonce = nc_wire_bytes(box->nonce, NC_BOX_NONCE_SIZE);
	status = fill_receivers(&parts, list, box, ephemeral, err);
	if (status == NC_OK && nc_wire_pack(&message->base, out) != NC_OK)
		status = nc_error_no_memory(err);
	return status;
}

static enum nc_status bundle_full(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The bundle is full; put the rest into another one."));
}

static enum nc_status write_head(struct nc_bundle_writer *writer,
	const struct nc_key *key, struct nc_slice header, struct nc_error *err)
{
	uint8_t signature[NC_SIGNATURE_SIZE], size[SIZE_SIZE];
	enum nc_status status =
		nc_sign(key, NC_DOMAIN_BUNDLE, header, signature, err);

	if (status != NC_OK)
		return status;
	nc_sha256(writer->box.header_hash, header);
	put_u32(size, header.size);
	status = nc_buffer_append(writer->out, MAGIC, MAGIC_SIZE);
	if (status == NC_OK)
		status = nc_buffer_append(writer->out, size, sizeof(size));
	if (status == NC_OK)
		status =
			nc_buffer_append(writer->out, header.data, header.size);
	if (status == NC_OK)
		status = nc_buffer_append(
			writer->out, signature, sizeof(signature));
	writer->head_size = writer->out->size - writer->start;
	if (status == NC_LIMIT)
		return bundle_full(err);
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

static size_t chunks_of(uint64_t plain_size)
{
	if (plain_size == 0)
		return 1;
	return (size_t)((plain_size + NC_BUNDLE_CHUNK_BYTES - 1) /
			NC_BUNDLE_CHUNK_BYTES);
}

/* Whether the file stays within its limits with so many plain bytes. */
static bool has_room(const struct nc_bundle_writer *writer, uint64_t plain_size)
{
	size_t most = writer->out->limit - writer->start;
	uint64_t size = writer->head_size + plain_size +
			chunks_of(plain_size) *
				(uint64_t)(SIZE_SIZE + NC_CHUNK_TAG_SIZE);

	return size <= NC_BUNDLE_BYTES_MAX && size <= most;
}

enum nc_status nc_bundle_begin(struct nc_bundle_writer *writer,
	const struct nc_bundle_info *info, const struct nc_key *key,
	const uint8_t (*receivers)[NC_KEY_SIZE], size_t receivers_count,
	const struct nc_env *env, struct nc_buffer *out, struct nc_error *err)
{
	struct nc_buffer header NC_AUTO(nc_buffer_fini) = {0};
	struct nc_ephemeral ephemeral NC_AUTO(nc_ephemeral_fini) = {0};
	struct receiver_list list;
	enum nc_status status =
		list_receivers(&list, receivers, receivers_count, err);

	NC_ASSERT(writer->out == NULL);
	nc_buffer_init(&header, NC_BUNDLE_HEADER_BYTES_MAX);
	if (status != NC_OK)
		return status;
	env->random(env->context, writer->box.content_key, NC_CONTENT_KEY_SIZE);
	nc_ephemeral_make(env, &ephemeral);
	env->random(env->context, writer->box.nonce, NC_BOX_NONCE_SIZE);
	status = pack_header(
		info, key, &list, &writer->box, &ephemeral, &header, err);
	if (status != NC_OK)
		return status;
	writer->out = out;
	writer->start = out->size;
	if (nc_buffer_reserve(&writer->plain, NC_BUNDLE_CHUNK_BYTES) != NC_OK)
		return nc_error_no_memory(err);
	status = write_head(writer, key, nc_buffer_slice(&header), err);
	if (status == NC_OK && !has_room(writer, 0))
		status = bundle_full(err);
	return status;
}

static enum nc_status flush(
	struct nc_bundle_writer *writer, bool is_last, struct nc_error *err)
{
	size_t size = writer->plain.size + NC_CHUNK_TAG_SIZE;
	struct nc_buffer *out = writer->out;

	if (nc_buffer_reserve(out, SIZE_SIZE + size) != NC_OK)
		return nc_error_no_memory(err);
	put_u32(out->data + out->size, size);
	nc_chunk_seal(&writer->box, writer->chunks_count, is_last,
		nc_buffer_slice(&writer->plain),
		out->data + out->size + SIZE_SIZE);
	out->size += SIZE_SIZE + size;
	writer->chunks_count++;
	nc_buffer_reset(&writer->plain);
	return NC_OK;
}

/* A full chunk waits until it is known whether anything follows it. */
static enum nc_status put(struct nc_bundle_writer *writer,
	struct nc_slice bytes, struct nc_error *err)
{
	struct nc_buffer *plain = &writer->plain;

	while (bytes.size > 0) {
		size_t room = NC_BUNDLE_CHUNK_BYTES - plain->size;
		size_t size = bytes.size < room ? bytes.size : room;
		enum nc_status status = NC_OK;

		if (room == 0)
			status = flush(writer, false, err);
		else if (nc_buffer_append(plain, bytes.data, size) != NC_OK)
			status = nc_error_no_memory(err);
		if (status != NC_OK)
			return status;
		bytes.data += size;
		bytes.size -= size;
		writer->plain_size += size;
	}
	return NC_OK;
}

enum nc_status nc_bundle_add(struct nc_bundle_writer *writer,
	struct nc_slice envelope, struct nc_error *err)
{
	uint8_t size[SIZE_SIZE];
	enum nc_status status;

	NC_ASSERT(writer->out != NULL && !writer->failed);
	if (envelope.size == 0 || envelope.size > NC_BUNDLE_MESSAGE_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("A message for the bundle is empty or larger than a "
			  "bundle's may be; send less at once."));
	if (writer->messages_count == NC_BUNDLE_MESSAGES_MAX ||
		!has_room(
			writer, writer->plain_size + SIZE_SIZE + envelope.size))
		return bundle_full(err);
	put_u32(size, envelope.size);
	writer->failed = true;
	status = put(writer, nc_slice(size, sizeof(size)), err);
	if (status == NC_OK)
		status = put(writer, envelope, err);
	if (status != NC_OK)
		return status;
	writer->failed = false;
	writer->messages_count++;
	return NC_OK;
}

enum nc_status nc_bundle_end(
	struct nc_bundle_writer *writer, struct nc_error *err)
{
	enum nc_status status;

	NC_ASSERT(writer->out != NULL && !writer->failed);
	status = flush(writer, true, err);
	if (status != NC_OK)
		return status;
	writer->out->data[writer->out->size] = 0;
	writer->out = NULL; /* what is there stays */
	return NC_OK;
}

/* Reading. */

void nc_bundle_reader_init(struct nc_bundle_reader *reader)
{
	memset(reader, 0, sizeof(*reader));
	nc_buffer_init(&reader->plain, NC_BUNDLE_CHUNK_BYTES);
}

void nc_bundle_reader_fini(struct nc_bundle_reader *reader)
{
	nc_box_fini(&reader->box);
	nc_wipe_buffer(&reader->plain);
	nc_bundle_reader_init(reader);
}

static enum nc_status not_a_bundle(struct nc_error *err)
{
	return nc_error_set(err, NC_MALFORMED,
		_("This file is not a bundle of this program; name the file "
		  "that bundle export made."));
}

static enum nc_status cut_off(struct nc_error *err)
{
	return nc_error_set(err, NC_MALFORMED,
		_("The bundle is not whole: its end is missing; copy the file "
		  "again, and wait until the stick may be pulled out."));
}

static enum nc_status altered(struct nc_error *err, enum nc_status status)
{
	return nc_error_set(err, status,
		_("The bundle was altered after it was made, or damaged; copy "
		  "the file again, or ask for a new one."));
}

static enum nc_status for_others(struct nc_error *err)
{
	return nc_error_set(err, NC_DENIED,
		_("The bundle was made for another receiver and this device "
		  "cannot open it; ask for one that is made for it."));
}

static enum nc_status too_new(struct nc_error *err)
{
	return nc_error_set(err, NC_PROTOCOL,
		_("The bundle was made by a newer program; update this one and "
		  "import the bundle again."));
}

/* "nhipcau-bundle-", a number from 2, a line end. */
static bool is_newer(struct nc_slice rest)
{
	size_t digits = 0;

	while (digits < rest.size && digits < 9 && rest.data[digits] >= '0' &&
		rest.data[digits] <= '9')
		digits++;
	return digits > 0 && digits < rest.size && rest.data[digits] == '\n' &&
	       rest.data[0] != '0' && !(digits == 1 && rest.data[0] == '1');
}

static enum nc_status take_magic(struct nc_slice *file, struct nc_error *err)
{
	const size_t word = strlen(MAGIC_WORD);
	size_t common = file->size < MAGIC_SIZE ? file->size : MAGIC_SIZE;

	if (common == 0 || memcmp(file->data, MAGIC, common) == 0) {
		if (common < MAGIC_SIZE)
			return cut_off(err);
		file->data += MAGIC_SIZE;
		file->size -= MAGIC_SIZE;
		return NC_OK;
	}
	if (file->size > word && memcmp(file->data, MAGIC_WORD, word) == 0 &&
		is_newer(nc_slice(file->data + word, file->size - word)))
		return too_new(err);
	return not_a_bundle(err);
}

static enum nc_status take_header(struct nc_slice *file,
	struct nc_slice *ret_header, struct nc_slice *ret_signature,
	struct nc_error *err)
{
	struct nc_slice size_bytes;
	size_t size;

	if (!nc_slice_take(file, SIZE_SIZE, &size_bytes))
		return cut_off(err);
	size = get_u32(size_bytes.data);
	if (size == 0 || size > NC_BUNDLE_HEADER_BYTES_MAX)
		return altered(err, NC_CORRUPT);
	if (!nc_slice_take(file, size, ret_header) ||
		!nc_slice_take(file, NC_SIGNATURE_SIZE, ret_signature))
		return cut_off(err);
	return NC_OK;
}

static bool read_info(const Nhipcau__V1__BundleHeader *message,
	struct nc_bundle_info *info, uint8_t nonce[NC_BOX_NONCE_SIZE],
	uint8_t ephemeral[NC_KEY_SIZE])
{
	info->counter = message->counter;
	info->made_at_ms = message->made_at_ms;
	return nc_wire_fixed(
		       info->cluster.bytes, NC_ID_SIZE, message->cluster) &&
	       nc_wire_fixed(info->sender, NC_KEY_SIZE, message->sender) &&
	       nc_wire_fixed(ephemeral, NC_KEY_SIZE, message->ephemeral) &&
	       nc_wire_fixed(nonce, NC_BOX_NONCE_SIZE, message->nonce) &&
	       message->n_receivers >= 1 &&
	       message->n_receivers <= NC_BUNDLE_RECEIVERS_MAX;
}

/* What is wrapped for device, or NULL; false when the list is not as it must
 * be. */
static bool find_receiver(const Nhipcau__V1__BundleHeader *message,
	nc_device_id device, const uint8_t **ret_wrapped)
{
	nc_device_id last = 0, id;

	*ret_wrapped = NULL;
	for (size_t i = 0; i < message->n_receivers; i++) {
		const Nhipcau__V1__Receiver *receiver = message->receivers[i];

		if (!nc_wire_device(&id, receiver->device) ||
			receiver->wrapped.len != NC_WRAPPED_SIZE ||
			(i > 0 && id <= last))
			return false;
		if (id == device)
			*ret_wrapped = receiver->wrapped.data;
		last = id;
	}
	return true;
}

static enum nc_status read_header(struct nc_bundle_reader *reader,
	const Nhipcau__V1__BundleHeader *message, const struct nc_key *key,
	struct nc_error *err)
{
	uint8_t ephemeral[NC_KEY_SIZE];
	const uint8_t *wrapped;

	if (!read_info(message, &reader->info, reader->box.nonce, ephemeral) ||
		!find_receiver(message, nc_key_device(key), &wrapped) ||
		message->kind == 0)
		return not_a_bundle(err);
	if (message->kind > NC_BUNDLE_HANDOVER)
		return too_new(err);
	reader->info.kind = (enum nc_bundle_kind)message->kind;
	if (wrapped == NULL || !nc_box_unwrap(reader->box.content_key, wrapped,
				       key, ephemeral))
		return for_others(err);
	return NC_OK;
}

/* The key that signed stands in the header, so it is unpacked first: into
 * little memory, and nothing but that key is believed before it has verified
 * the bytes. */
static enum nc_status open_header(struct nc_bundle_reader *reader,
	struct nc_slice header, struct nc_slice signature,
	const struct nc_key *key, struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	ProtobufCAllocator allocator = nc_wire_allocator(&arena);
	Nhipcau__V1__BundleHeader *message;

	nc_arena_init(&arena, HEADER_ARENA_MAX);
	/* All at once, so that later only hostile bytes run out of it. */
	if (nc_arena_alloc(&arena, HEADER_ARENA_MAX - ARENA_SLACK) == NULL)
		return nc_error_no_memory(err);
	nc_arena_reset(&arena);
	message = nhipcau__v1__bundle_header__unpack(
		&allocator, header.size, header.data);
	if (message == NULL || message->sender.len != NC_KEY_SIZE)
		return altered(err, NC_BAD_SIGNATURE);
	if (!nc_verify(message->sender.data, NC_DOMAIN_BUNDLE, header,
		    signature.data))
		return altered(err, NC_BAD_SIGNATURE);
	nc_sha256(reader->box.header_hash, header);
	return read_header(reader, message, key, err);
}

/* A chunk that does not open: does it with the other mark of the last? Then
 * what followed it is gone, or something follows that was not there. */
static enum nc_status explain(struct nc_bundle_reader *reader, bool is_last,
	struct nc_slice sealed, struct nc_error *err)
{
	if (is_last && nc_chunk_open(&reader->box, reader->number, false,
			       sealed, reader->plain.data))
		return cut_off(err);
	return altered(err, NC_CORRUPT);
}

static enum nc_status take_chunk(struct nc_slice *rest, uint64_t number,
	struct nc_slice *ret_sealed, struct nc_error *err)
{
	struct nc_slice size_bytes;
	size_t size;

	if (!nc_slice_take(rest, SIZE_SIZE, &size_bytes))
		return cut_off(err);
	size = get_u32(size_bytes.data);
	if (size < NC_CHUNK_TAG_SIZE || size > CHUNK_SEALED_MAX)
		return altered(err, NC_CORRUPT);
	if (!nc_slice_take(rest, size, ret_sealed))
		return cut_off(err);
	/* All but the last are full; only a lonely one may be empty. */
	if (rest->size > 0 ? size != CHUNK_SEALED_MAX
			   : size == NC_CHUNK_TAG_SIZE && number > 0)
		return altered(err, NC_CORRUPT);
	return NC_OK;
}

static enum nc_status open_chunk(
	struct nc_bundle_reader *reader, struct nc_error *err)
{
	struct nc_slice rest = reader->rest, sealed;
	enum nc_status status = take_chunk(&rest, reader->number, &sealed, err);
	bool is_last = rest.size == 0;

	if (status != NC_OK)
		return status;
	nc_buffer_reset(&reader->plain);
	reader->plain_at = 0;
	if (!nc_chunk_open(&reader->box, reader->number, is_last, sealed,
		    reader->plain.data))
		return explain(reader, is_last, sealed, err);
	reader->plain.size = sealed.size - NC_CHUNK_TAG_SIZE;
	reader->rest = rest;
	reader->number++;
	return NC_OK;
}

/* out NULL: passes over them. */
static enum nc_status take_plain(struct nc_bundle_reader *reader, uint8_t *out,
	size_t size, struct nc_error *err)
{
	while (size > 0) {
		size_t there = reader->plain.size - reader->plain_at;
		size_t take = size < there ? size : there;
		enum nc_status status = NC_OK;

		if (there == 0 && reader->rest.size == 0)
			return not_a_bundle(err);
		if (there == 0)
			status = open_chunk(reader, err);
		if (status != NC_OK)
			return status;
		if (out != NULL && take > 0) {
			memcpy(out, reader->plain.data + reader->plain_at,
				take);
			out += take;
		}
		reader->plain_at += take;
		size -= take;
	}
	return NC_OK;
}

/* The size of the next message, or 0 when there is none. */
static enum nc_status take_size(
	struct nc_bundle_reader *reader, size_t *ret_size, struct nc_error *err)
{
	uint8_t bytes[SIZE_SIZE];
	enum nc_status status = NC_OK;

	*ret_size = 0;
	if (reader->plain_at == reader->plain.size && reader->rest.size > 0)
		status = open_chunk(reader, err);
	if (status != NC_OK || reader->plain_at == reader->plain.size)
		return status;
	status = take_plain(reader, bytes, sizeof(bytes), err);
	if (status != NC_OK)
		return status;
	*ret_size = get_u32(bytes);
	if (*ret_size == 0 || *ret_size > NC_BUNDLE_MESSAGE_BYTES_MAX)
		return not_a_bundle(err);
	return NC_OK;
}

static void rewind_chunks(struct nc_bundle_reader *reader)
{
	reader->rest = reader->chunks;
	reader->number = 0;
	reader->plain_at = 0;
	nc_buffer_reset(&reader->plain);
}

static enum nc_status check_chunks(
	struct nc_bundle_reader *reader, struct nc_error *err)
{
	enum nc_status status;
	size_t size;

	if (nc_buffer_reserve(&reader->plain, NC_BUNDLE_CHUNK_BYTES) != NC_OK)
		return nc_error_no_memory(err);
	rewind_chunks(reader);
	if (reader->chunks.size == 0)
		return cut_off(err);
	for (;;) {
		status = take_size(reader, &size, err);
		if (status != NC_OK || size == 0)
			break;
		if (++reader->messages_count > NC_BUNDLE_MESSAGES_MAX)
			return not_a_bundle(err);
		status = take_plain(reader, NULL, size, err);
		if (status != NC_OK)
			return status;
	}
	rewind_chunks(reader);
	return status;
}

enum nc_status nc_bundle_open(struct nc_bundle_reader *reader,
	struct nc_slice file, const struct nc_key *key, struct nc_error *err)
{
	struct nc_slice header, signature;
	enum nc_status status = take_magic(&file, err);

	if (status == NC_OK && file.size > NC_BUNDLE_BYTES_MAX - MAGIC_SIZE)
		status = nc_error_set(err, NC_LIMIT,
			_("The bundle is larger than %d MiB, the most that is "
			  "read; ask for several smaller ones."),
			NC_BUNDLE_BYTES_MAX / (1024 * 1024));
	if (status == NC_OK)
		status = take_header(&file, &header, &signature, err);
	if (status == NC_OK)
		status = open_header(reader, header, signature, key, err);
	if (status == NC_OK) {
		reader->chunks = file;
		status = check_chunks(reader, err);
	}
	if (status != NC_OK)
		nc_bundle_reader_fini(reader);
	return status;
}

enum nc_status nc_bundle_next(struct nc_bundle_reader *reader,
	struct nc_buffer *out, bool *ret_more, struct nc_error *err)
{
	enum nc_status status;
	size_t size;

	nc_buffer_reset(out);
	status = take_size(reader, &size, err);
	if (status != NC_OK)
		return status;
	if (size > 0) {
		status = nc_buffer_reserve(out, size);
		if (status == NC_LIMIT)
			return nc_error_set(err, NC_LIMIT,
				_("A message in the bundle is larger than is "
				  "taken here; ask for a new bundle."));
		if (status != NC_OK)
			return nc_error_no_memory(err);
		status = take_plain(reader, out->data, size, err);
		if (status != NC_OK)
			return status;
		out->size = size;
		out->data[size] = 0;
	}
	*ret_more = size > 0;
	return NC_OK;
}
