/*
 * Where a key's passphrase comes from: the first line of the file that
 * $NHIPCAU_PASSPHRASE_FILE names (nobody else's to read), else the terminal,
 * where it is not shown. Put in NFC, so that it opens on every keyboard.
 */
#ifndef NC_COMMAND_PASSPHRASE_H
#define NC_COMMAND_PASSPHRASE_H

#include "trust/key_file.h"

/* For nc_key_load. NC_DENIED where there is neither file nor terminal, with
 * the sentence that says how to give it. */
extern const struct nc_passphrase_source nc_passphrase_asked;

/* A new one, to seal with: at least NC_PASSPHRASE_CHARACTERS_MIN characters,
 * typed twice on a terminal. NC_INVALID when it is too short or the two
 * differ. */
enum nc_status nc_passphrase_choose(const char *key_path,
	struct nc_passphrase *passphrase, struct nc_error *err) NC_MUST_USE;

#endif
