/*
 * nhipcaud: the cluster's hub.
 */
#include "server.h"
#include "command/shared.h"

static const struct nc_command *const commands[] = {
	&nc_server_init,
	&nc_server_union_add,
	&nc_server_union_import,
	&nc_server_union_list,
	&nc_server_union_merge,
	&nc_server_union_split,
	&nc_server_union_rename,
	&nc_server_union_close,
	&nc_server_union_succession,
	&nc_server_invite,
	&nc_server_serve,
	&nc_command_status,
	&nc_command_submission_list,
	&nc_server_edit,
	&nc_server_device_list,
	&nc_server_device_revoke,
	&nc_command_device_seal,
	&nc_command_device_unseal,
	&nc_command_conflict_list,
	&nc_command_refusal_list,
	&nc_command_history,
	&nc_command_search,
	&nc_command_receipt,
	&nc_command_check_hub,
	&nc_command_report_plan_hub,
	&nc_command_report_annual_hub,
	&nc_server_bundle_import,
	&nc_server_bundle_export,
	&nc_server_handover_key,
	&nc_server_handover_export,
	&nc_server_handover_import,
	&nc_command_backup,
	&nc_command_restore,
	&nc_command_verify,
	&nc_command_rebuild,
	NULL,
};

static const struct nc_program program = {
	.name = "nhipcaud",
	.about = N_("Nhịp Cầu's hub: merges what a cluster's unions send and "
		    "prints their consolidated plan."),
	.is_hub = true,
	.commands = commands,
};

int main(int argc, char **argv)
{
	return nc_program_main(&program, argc, argv);
}
