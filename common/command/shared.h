/*
 * The commands that both programs have.
 */
#ifndef NC_COMMAND_SHARED_H
#define NC_COMMAND_SHARED_H

#include "command/command.h"

extern const struct nc_command nc_command_status;
extern const struct nc_command nc_command_conflict_list;
extern const struct nc_command nc_command_refusal_list;
extern const struct nc_command nc_command_history;
extern const struct nc_command nc_command_search;
extern const struct nc_command nc_command_device_seal;
extern const struct nc_command nc_command_device_unseal;
extern const struct nc_command nc_command_backup;
extern const struct nc_command nc_command_restore;
extern const struct nc_command nc_command_receipt;
extern const struct nc_command nc_command_verify;
extern const struct nc_command nc_command_rebuild;
extern const struct nc_command nc_command_check;	   /* own union */
extern const struct nc_command nc_command_check_hub;	   /* all, --union */
extern const struct nc_command nc_command_report_plan;	   /* own union */
extern const struct nc_command nc_command_report_plan_hub; /* all, --union */
extern const struct nc_command nc_command_report_annual;
extern const struct nc_command nc_command_report_annual_hub;
extern const struct nc_command nc_command_submission_list;

#endif
