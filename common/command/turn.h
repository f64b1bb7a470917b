/*
 * Commands that speak for a home or change its key file (sync, bundles, join,
 * device rotate, device seal) go one after another; all others go on beside
 * them. The system ends a turn when the process ends, however it ends.
 */
#ifndef NC_COMMAND_TURN_H
#define NC_COMMAND_TURN_H

#include "base/error.h"

#include <stdbool.h>

struct nc_turn {
	bool taken;
	int fd;
};

/* Waits a little for another command to end; then NC_BUSY. What was read of
 * the home's key before may be another's by then. */
enum nc_status nc_turn_take(struct nc_turn *turn, const char *folder,
	struct nc_error *err) NC_MUST_USE;
void nc_turn_end(struct nc_turn *turn);

#endif
