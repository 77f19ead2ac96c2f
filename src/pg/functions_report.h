/*
 * functions_report.h - lines of a report, wrapped.
 */
#ifndef INDEX_ADVISOR_FUNCTIONS_REPORT_H
#define INDEX_ADVISOR_FUNCTIONS_REPORT_H

#include "functions.h"

typedef struct Report
{
    ReturnSetInfo *result; /* one column of text */
} Report;

/* A line as it is. */
extern void report_line(Report *report, const char *line);

/*
 * A labelled paragraph: "  Why    words and words, the following lines under
 * the first". Line breaks in it stay. label "": from the first column. NULL and
 * "" print nothing.
 */
extern void report_text(Report *report, const char *label, const char *text);

/* The same for SQL, which is broken only where that does not change it: outside of quotes. */
extern void report_sql(Report *report, const char *label, const char *text);

/* A copy without line breaks and other control characters: names may hold them, and would look like lines of ours. */
extern char *report_one_line(const char *text);

/* At most two lines' worth of a long text, as one line. */
extern char *report_clip(const char *text);

#endif
