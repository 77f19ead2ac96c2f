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

/* At most two lines' worth of a long text. */
extern char *report_clip(const char *text);

#endif
