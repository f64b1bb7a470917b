/*
 * What a printed document says of its own blanks, so that a reader knows them
 * again: a table of a Word document that the program filled with blanks has
 * this as its caption, and the words that it was given as its description
 * (alternative text). While its words are still those, nobody has filled in
 * anything, and it says nothing. White space and bars do not count.
 */
#ifndef NC_MODEL_BLANK_H
#define NC_MODEL_BLANK_H

#define NC_BLANK_CAPTION "Chỗ để điền"
#define NC_BLANK_BYTES_MAX 2048 /* of the description, with its NUL */

#endif
