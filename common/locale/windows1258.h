/*
 * Text files in Windows-1258, as Vietnamese Windows wrote them before Unicode:
 * base letters in one byte, tones as combining marks behind them. Source: the
 * code page as unicode.org publishes it (VENDORS/MICSFT/WINDOWS/CP1258).
 */
#ifndef NC_LOCALE_WINDOWS1258_H
#define NC_LOCALE_WINDOWS1258_H

#include "base/bytes.h"

/*
 * Whether bytes that are not UTF-8 are Vietnamese in Windows-1258: words with
 * bytes past ASCII become possible syllables, hardly one does not, and there
 * are letters or marks that no other code page of Windows has there. False
 * for UTF-8. Text in TCVN3 must be asked for first (tcvn3.h).
 */
bool nc_windows1258_is(struct nc_slice text);

/* Appends the text as UTF-8 in NFC; what the code page does not have as
 * U+FFFD. Fails as nc_buffer_append does. */
enum nc_status nc_windows1258_convert(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

#endif
