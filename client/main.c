/*
 * nhipcau: a union's own replica, on its own machine.
 */
#include "client.h"
#include "command/shared.h"

static const struct nc_command *const commands[] = {
	&nc_client_join,
	&nc_client_add,
	&nc_client_edit,
	&nc_client_rm,
	&nc_client_list,
	&nc_client_show,
	&nc_command_history,
	&nc_command_search,
	&nc_client_read_plan,
	&nc_client_read_annual,
	&nc_client_import_plan,
	&nc_command_check,
	&nc_client_ignore,
	&nc_client_mend,
	&nc_client_import_annual,
	&nc_client_import_table,
	&nc_client_explain,
	&nc_client_calendar,
	&nc_client_member_list,
	&nc_client_member_join,
	&nc_client_proposal_list,
	&nc_client_proposal_accept,
	&nc_client_proposal_reject,
	&nc_client_copy,
	&nc_client_submit,
	&nc_command_submission_list,
	&nc_client_sync,
	&nc_client_bundle_export,
	&nc_client_bundle_import,
	&nc_command_status,
	&nc_command_conflict_list,
	&nc_client_conflict_resolve,
	&nc_command_refusal_list,
	&nc_command_report_plan,
	&nc_command_report_annual,
	&nc_command_receipt,
	&nc_client_device_rotate,
	&nc_command_device_seal,
	&nc_command_device_unseal,
	&nc_command_backup,
	&nc_command_restore,
	&nc_command_verify,
	&nc_command_rebuild,
	NULL,
};

static const struct nc_program program = {
	.name = "nhipcau",
	.about = N_("Nhịp Cầu: a union's plans, kept on its own machine and "
		    "shared with its cluster."),
	.is_hub = false,
	.commands = commands,
};

int main(int argc, char **argv)
{
	return nc_program_main(&program, argc, argv);
}
