#include "merge/rights.h"

const char *nc_refusal_name(enum nc_refusal refusal)
{
	switch (refusal) {
	case NC_REFUSAL_NONE:
		return "none";
	case NC_REFUSAL_NOT_GRANTED:
		return "not-granted";
	case NC_REFUSAL_CLUSTER_FIELD:
		return "cluster-field";
	case NC_REFUSAL_UNION_FIELD:
		return "union-field";
	case NC_REFUSAL_WRONG_STREAM:
		return "wrong-stream";
	case NC_REFUSAL_BAD_VALUE:
		return "bad-value";
	}
	return "unknown";
}

const char *nc_refusal_text(enum nc_refusal refusal)
{
	switch (refusal) {
	case NC_REFUSAL_NOT_GRANTED:
		return _("this device may not write for this union");
	case NC_REFUSAL_CLUSTER_FIELD:
		return _("only the cluster writes this field");
	case NC_REFUSAL_UNION_FIELD:
		return _("only the union writes this field");
	case NC_REFUSAL_WRONG_STREAM:
		return _("this kind of record does not belong there");
	case NC_REFUSAL_BAD_VALUE:
		return _("the value does not fit the field");
	case NC_REFUSAL_NONE:
		break;
	}
	return "";
}

static enum nc_refusal rule_writer(
	const struct nc_field *field, bool deletes, enum nc_standing standing)
{
	if (standing == NC_STANDING_HUB && field->writer != NC_WRITER_CLUSTER)
		return NC_REFUSAL_UNION_FIELD;
	if (standing == NC_STANDING_UNION && field->writer != NC_WRITER_UNION &&
		!deletes)
		return NC_REFUSAL_CLUSTER_FIELD;
	return NC_REFUSAL_NONE;
}

enum nc_refusal nc_rights_rule(const struct nc_entity *entity,
	const struct nc_field *field, const struct nc_value *value,
	bool deletes, enum nc_standing standing, bool in_cluster)
{
	enum nc_refusal refusal;

	if (standing == NC_STANDING_NONE)
		return NC_REFUSAL_NOT_GRANTED;
	if (entity->cluster != in_cluster)
		return NC_REFUSAL_WRONG_STREAM;
	refusal = rule_writer(field, deletes, standing);
	if (refusal != NC_REFUSAL_NONE)
		return refusal;
	if (nc_field_fits(field, value, NULL) != NC_OK)
		return NC_REFUSAL_BAD_VALUE;
	return NC_REFUSAL_NONE;
}
