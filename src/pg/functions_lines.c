/*
 * functions_lines.c - lines of a report, wrapped.
 */
#include "functions_report.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

/* Characters a line; where paragraphs begin. */
#define LINE_WIDTH 98
#define LABEL_WIDTH 9
#define CLIP_WIDTH 170

static void add_paragraph(Report *report, const char *label, const char *text, bool sql);
static void add_wrapped(Report *report, const char *label, int indent, const char *text, int length, bool sql);
static int word_length(const char *text, int length, bool sql);

void
report_line(Report *report, const char *line)
{
    Datum value = CStringGetTextDatum(line);
    bool isnull = false;

    tuplestore_putvalues(report->result->setResult, report->result->setDesc, &value, &isnull);
}

void
report_text(Report *report, const char *label, const char *text)
{
    add_paragraph(report, label, text, false);
}

void
report_sql(Report *report, const char *label, const char *text)
{
    add_paragraph(report, label, text, true);
}

char *
report_one_line(const char *text)
{
    char *line = pstrdup(text);

    for (char *c = line; *c != '\0'; c++)
    {
        if ((unsigned char)*c < ' ' || *c == '\x7f')
            *c = ' ';
    }
    return line;
}

char *
report_clip(const char *text)
{
    int length = strlen(text);

    text = report_one_line(text);
    if (length <= CLIP_WIDTH)
        return pstrdup(text);
    return psprintf("%.*s ...", pg_mbcliplen(text, length, CLIP_WIDTH), text);
}

static void
add_paragraph(Report *report, const char *label, const char *text, bool sql)
{
    int indent = label[0] != '\0' ? LABEL_WIDTH : 0;

    while (text && *text != '\0')
    {
        int length = sql ? strlen(text) : strcspn(text, "\n");

        add_wrapped(report, label, indent, text, length, sql);
        text += length;
        if (*text == '\n')
            text++;
        label = "";
    }
}

static void
add_wrapped(Report *report, const char *label, int indent, const char *text, int length, bool sql)
{
    StringInfoData line;
    int width = indent;
    bool empty = true;

    initStringInfo(&line);
    appendStringInfo(&line, "%*s%-*s", indent > 0 ? 2 : 0, "", Max(indent - 2, 0), label);
    while (length > 0)
    {
        int word = word_length(text, length, sql);
        int word_width = pg_mbstrlen_with_len(text, word);

        if (!empty && width + 1 + word_width > LINE_WIDTH)
        {
            report_line(report, line.data);
            resetStringInfo(&line);
            appendStringInfoSpaces(&line, indent);
            width = indent;
            empty = true;
        }
        if (!empty)
            appendStringInfoChar(&line, ' ');
        appendBinaryStringInfo(&line, text, word);
        width += word_width + (empty ? 0 : 1);
        empty = false;
        text += word;
        length -= word;
        while (length > 0 && *text == ' ')
        {
            text++;
            length--;
        }
    }
    report_line(report, line.data);
}

/* Up to the next space; in SQL, up to the next one outside of quotes. */
static int
word_length(const char *text, int length, bool sql)
{
    char quote = '\0';

    for (int i = 0; i < length; i++)
    {
        if (sql && quote == '\0' && (text[i] == '\'' || text[i] == '"'))
            quote = text[i];
        else if (text[i] == quote)
            quote = '\0';
        else if (text[i] == ' ' && quote == '\0')
            return i;
    }
    return length;
}
