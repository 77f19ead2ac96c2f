/*
 * normalise.h - statement text without its constants.
 *
 * Floor 0. Total: any bytes give a result, nothing is thrown, nothing is
 * allocated. Every literal (numbers, strings of all kinds, bit strings,
 * dollar quotes, a sign before a number that belongs to it) becomes "$". A list of
 * literals or parameters, of one element or a thousand, after IN or in ARRAY[]
 * becomes "($, ...)", rows after VALUES become "($, $), ...". Comments go, white
 * space becomes one space; quoted identifiers, parameters ($1) and casts stay.
 */
#ifndef INDEX_ADVISOR_NORMALISE_H
#define INDEX_ADVISOR_NORMALISE_H

#include "postgres.h"

/*
 * Writes the normal form of text[0..length) to out (at most out_size bytes, NUL
 * included, cut at a character boundary where too long) and returns its length.
 * *had_list tells whether a list was squashed.
 */
extern int normalise_text(const char *text, int length, char *out, int out_size, bool *had_list);

#endif
