/*
 * Status codes and the one sentence that goes with them.
 *
 * A fallible function returns an nc_status; NC_OK is 0. What went wrong is
 * told once, where it was found, as one sentence for a person (what, why, what
 * to do next) in the caller's struct nc_error, and passed up unchanged.
 * Results go to ret_x and are untouched on failure. A NULL err is allowed.
 */
#ifndef NC_BASE_ERROR_H
#define NC_BASE_ERROR_H

#include <libintl.h>
#include <stddef.h>

#define _(text) gettext(text)
#define N_(text) text

#define NC_MUST_USE __attribute__((warn_unused_result))
#define NC_PRINTF(at, first) __attribute__((format(printf, at, first)))
/* Calls fini(&object) when the object goes out of scope, on every path: so it
 * must be initialised where it is declared (= {0} or NULL). */
#define NC_AUTO(fini) __attribute__((cleanup(fini)))

enum nc_status {
	NC_OK = 0,
	NC_NO_MEMORY,	   /* an allocation failed */
	NC_INVALID,	   /* input that a person can mend */
	NC_NOT_FOUND,	   /* no such thing */
	NC_EXISTS,	   /* it is there already */
	NC_LIMIT,	   /* larger or more than a limit allows */
	NC_MALFORMED,	   /* bytes that are not of the format */
	NC_BAD_SIGNATURE,  /* not signed by the key it names */
	NC_UNKNOWN_DEVICE, /* the cluster's records do not name this device */
	NC_REVOKED_DEVICE, /* they did, and no longer */
	NC_GAP,		   /* a change-set before this one is missing */
	NC_FORK,	   /* same stream and sequence, other content */
	NC_DENIED,	   /* the author may not do this */
	NC_EXPIRED,	   /* an invitation past its time */
	NC_USED,	   /* an invitation that another device used */
	NC_PROTOCOL,	   /* the peer speaks another protocol version */
	NC_UNREACHABLE,	   /* nothing answers there */
	NC_WRONG_HUB,	   /* something answers, with another key */
	NC_BUSY,	   /* asked too fast, or locked; later */
	NC_IO,		   /* a file or the operating system refused */
	NC_READ_ONLY,	   /* the home cannot be written */
	NC_FULL,	   /* the disk is full */
	NC_NEWER,	   /* a store written by a newer program */
	NC_CORRUPT,	   /* stored data contradict themselves */
	NC_DIVERGED,	   /* two replicas with one log disagree */
	NC_HISTORY,	   /* the hub's history is not the one that it signed */
	NC_MOVED,	   /* the cluster has another hub now */
	NC_USAGE,	   /* a command line that cannot be understood */
	NC_STATUS_COUNT
};

#define NC_ERROR_TEXT_MAX 1024

struct nc_error {
	enum nc_status status;
	char text[NC_ERROR_TEXT_MAX];
};

/* Writes the sentence into err (if any) and returns status. */
enum nc_status nc_error_set(struct nc_error *err, enum nc_status status,
	const char *format, ...) NC_PRINTF(3, 4);

/* The stable name of a status, as in verdicts and --json: "bad-signature". */
const char *nc_status_name(enum nc_status status);

/* NC_NO_MEMORY with its sentence. */
enum nc_status nc_error_no_memory(struct nc_error *err);

/* Programmers' errors only, one condition each; stays on in release. */
#define NC_ASSERT(condition)                                                   \
	do {                                                                   \
		if (!(condition))                                              \
			nc_assert_failed(#condition, __FILE__, __LINE__);      \
	} while (0)

_Noreturn void nc_assert_failed(const char *what, const char *file, int line);

#endif
