#include "base/limits.h"
#include "store/hubs.h"
#include "sync/enrol.h"
#include "sync/hub_parts.h"

#include <string.h>

/* Records of who belongs are written with the key that this hub writes with,
 * as long as it is the hub. */
enum nc_status nc_hub_author(struct nc_hub *hub, struct nc_key **ret_key,
	struct nc_author *ret_author, struct nc_error *err)
{
	enum nc_status status;

	if (hub->identity.handed_over)
		return nc_error_set(err, NC_MOVED,
			_("This hub has handed over to another; ask the "
			  "cluster's present hub."));
	status = nc_hubs_author(hub->store, hub->key, ret_key, err);
	if (status != NC_OK)
		return status;
	*ret_author = (struct nc_author){.key = *ret_key,
		.env = hub->env,
		.name = nc_slice_text("nhipcaud")};
	return NC_OK;
}

static enum nc_status bad_signature(struct nc_error *err)
{
	return nc_error_set(err, NC_BAD_SIGNATURE,
		_("The enrolment's signature is wrong."));
}

static bool enrol_is_signed(
	const struct nc_hub *hub, const struct nc_enrol_request *enrol)
{
	struct nc_buffer bytes NC_AUTO(nc_wipe_buffer) = {0};

	nc_buffer_init(&bytes, NC_INVITATION_TEXT_MAX);
	return nc_enrol_signed_bytes(&bytes, nc_key_public(hub->key),
		       enrol->secret, enrol->label) == NC_OK &&
	       nc_verify(enrol->public_key, NC_DOMAIN_ENROL,
		       nc_buffer_slice(&bytes), enrol->signature);
}

void nc_hub_apply_enrol(struct nc_hub *hub, struct nc_hub_request *request)
{
	const struct nc_enrol_request *enrol = &request->request.enrol;
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct nc_author author;

	if (!enrol_is_signed(hub, enrol)) {
		request->status = bad_signature(&request->error);
		return;
	}
	request->status = nc_hub_author(hub, &key, &author, &request->error);
	if (request->status == NC_OK)
		request->status = nc_cluster_enrol(hub->store, &author,
			enrol->secret, enrol->public_key, enrol->label,
			&request->enrolled_union, &request->error);
}

/* By the old key and the new one, over the line of either. */
static bool rotate_is_signed(const struct nc_hub_request *request,
	const struct nc_registry_device *old)
{
	const struct nc_rotate_request *rotate = &request->request.rotate;
	uint8_t bytes[NC_ROTATE_BYTES], transport[NC_KEY_SIZE];
	struct nc_slice signed_bytes = nc_slice(bytes, sizeof(bytes));

	nc_rotate_signed_bytes(
		bytes, &rotate->cluster, old->public_key, rotate->public_key);
	if (!nc_public_transport(rotate->public_key, transport))
		return false;
	if (memcmp(transport, request->transport, NC_KEY_SIZE) != 0 &&
		memcmp(old->transport_key, request->transport, NC_KEY_SIZE) !=
			0)
		return false;
	return nc_verify(old->public_key, NC_DOMAIN_ROTATE, signed_bytes,
		       rotate->old_signature) &&
	       nc_verify(rotate->public_key, NC_DOMAIN_ROTATE, signed_bytes,
		       rotate->new_signature);
}

/* This very rotation was made before: it is said again, also by a hub that has
 * handed over since, for the old key gets no other answer there. */
static bool is_rotated(const struct nc_registry *registry,
	const struct nc_rotate_request *rotate)
{
	const struct nc_registry_device *known = nc_registry_device(
		registry, nc_public_device(rotate->public_key));

	return known != NULL && known->succeeds == rotate->device &&
	       memcmp(known->public_key, rotate->public_key, NC_KEY_SIZE) == 0;
}

/* A revoked device is told so by a hub that has handed over, too: it gets no
 * records that say who is the hub now, so it has nobody else to ask. */
void nc_hub_apply_rotate(struct nc_hub *hub, struct nc_hub_request *request)
{
	const struct nc_rotate_request *rotate = &request->request.rotate;
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	const struct nc_registry *registry;
	const struct nc_registry_device *old;
	struct nc_error *err = &request->error;
	struct nc_author author;

	request->status = nc_store_registry(hub->store, &registry, err);
	if (request->status != NC_OK)
		return;
	old = nc_registry_device(registry, rotate->device);
	if (nc_id_compare(&rotate->cluster, &hub->identity.cluster) != 0)
		request->status = nc_error_set(err, NC_WRONG_HUB,
			_("This hub serves another cluster."));
	else if (old == NULL || old->is_hub)
		request->status = nc_hub_unknown_sender(err);
	else if (!rotate_is_signed(request, old))
		request->status = bad_signature(err);
	else if (is_rotated(registry, rotate))
		return;
	else if (old->revoked)
		request->status = nc_error_set(err, NC_REVOKED_DEVICE,
			_("The cluster has revoked this device; join as a new "
			  "one, with a new invitation."));
	else
		request->status = nc_hub_author(hub, &key, &author, err);
	if (request->status == NC_OK)
		request->status = nc_hubs_rotate(hub->store, &author,
			rotate->device, rotate->public_key, err);
}
