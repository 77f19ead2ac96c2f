/*
 * words.h - numbers in sentences, by fixed rules and without a locale.
 *
 * From 100 on whole numbers with separators (1,234); below one decimal, below
 * 10 two significant digits (0.0034, 8.5). "about" numbers have two significant
 * digits at any size (50,000). Sizes count in 1024, as PostgreSQL does.
 */
#ifndef ADVISOR_WORDS_H
#define ADVISOR_WORDS_H

#include <cstddef>
#include <string_view>

#include "memory.h"

namespace advisor
{

String number(double value);
String about(double value);
String size_words(double bytes);
String percent(double fraction);
String milliseconds(double ms);

/* A span of time in the unit that fits: "18 seconds", "5 minutes", "3.2 hours", "12 days". */
String span_words(double hours);

/* 1 statement, 2 statements */
String count(double n, const char *singular, const char *plural);

/* The text on one line, cut with "..." at a character's start where it is longer than this many bytes. */
String shortened(std::string_view text, std::size_t bytes);

/* value to two significant digits. */
double two_digits(double value);

} // namespace advisor

#endif
