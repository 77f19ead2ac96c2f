/*
 * normalise_test.c - texts and their normal forms, without a server.
 */
#include "postgres.h"

#include <stdio.h>
#include <stdlib.h>

#include "pg/compat.h"
#include "pg/normalise.h"

typedef struct Case
{
    const char *text, *form;
    bool had_list;
} Case;

/* The server's, which the scanner asks, as long as there is one. */
#ifndef standard_conforming_strings
bool standard_conforming_strings = true;
#endif

static int failures;

static const Case cases[] = {
    /* White space and comments. */
    {"  select\t 1 , 'it''s' --c\n from  t /* a /* b */ c */ where x=1 ", "select $ , $ from t where x=$", false},
    {"select a--x\n-1", "select a -$", false},
    {"", "", false},

    /* Literals of every kind. */
    {"select E'a\\'b', U&'d\\0061', B'01', x'1F', N'x', n'y' from t", "select $, $, $, $, $, $ from t", false},
    {"select $$a'b$$, $q$ $$ $q$, $1, a$b, $_x1$z$_x1$", "select $, $, $1, a$b, $", false},
    {"select 0x1F, 1_000, 1e5, .5, 1., 1.e3, 0b01, 0o17, 1.5e-3", "select $, $, $, $, $, $, $, $, $", false},
    {"select 'gr\xc3\xbc\xc3\x9f', \xc3\xbc from t", "select $, \xc3\xbc from t", false},
    {"select date'2020-01-01', 123abc", "select date $, $ abc", false},
    {"select interval '1 day'\n' 2', E'a'\n'b\\'c' from t", "select interval $, $ from t", false},

    /* Quoted identifiers, casts and operators stay. */
    {"select \"Mi \"\" 'x\" from t where a::int = 5::numeric(10,2)",
     "select \"Mi \"\" 'x\" from t where a::int = $::numeric($,$)", false},
    {"select j->-1, j->>'k', a||'x', t.*, 1..2", "select j->$, j->>$, a||$, t.*, $.$", false},

    /* A sign belongs to the number where no subtraction is possible. */
    {"select a-1, a - 1, -1, (-1), (a)-1, - 1, a[1]-2", "select a-$, a - $, $, ($), (a)-$, - $, a[$]-$", false},
    {"a = -1 and b=-1 or d>=+2 limit -1", "a = $ and b=$ or d>=$ limit $", false},

    /* Lists. */
    {"x in (1,2,3)", "x in ($, ...)", true},
    {"x IN (1)", "x IN ($, ...)", true},
    {"x in ('it''s', 'b')", "x in ($, ...)", true},
    {"x IN ( -1 , 'a'::text, $3, null )", "x IN ( $, ...)", true},
    {"x IN ($1,$2) and y=$3", "x IN ($, ...) and y=$3", true},
    {"x IN ('a'::my.\"T\"[] , 'b') or z", "x IN ($::my.\"T\"[], ...) or z", true},
    {"x = any(array['a'::text,'b'::text]::text[])", "x = any(array[$::text, ...]::text[])", true},
    {"z in (array[1],array[2,3])", "z in (array[$, ...],array[$, ...])", true},
    {"(a,b) in ((1,2),(3,4))", "(a,b) in (($,$), ...)", true},
    {"insert into t values (1,'a'),(2,'b'), (3,'c') returning 1", "insert into t values ($,$), ... returning $",
     true},

    /* What looks like a list and is none, or not a simple one. */
    {"x in (select 1)", "x in (select $)", false},
    {"x in (1, f(2), 3)", "x in ($, f($), $)", false},
    {"f(1, 2, 3)", "f($, $, $)", false},
    {"insert into t values (1,'a')", "insert into t values ($,$)", false},
    {"insert into t values (1,now()),(2,now())", "insert into t values ($,now()),($,now())", false},

    /* Unfinished things end with the text; nothing of them shows. */
    {"select 'open", "select $", false},
    {"select /* open", "select", false},
    {"select $a$ open", "select $", false},
    {"x in (", "x in (", false},
    {"x in (1,", "x in ($,", false},
};

static void
expect(const char *text, const char *form, bool had_list)
{
    char out[1024];
    bool list;
    int length = normalise_text(text, strlen(text), out, sizeof(out), &list);

    if (length == (int)strlen(form) && strcmp(out, form) == 0 && list == had_list)
        return;
    printf("text %s\n  is %s (%d)\n  not %s (%d)\n", text, out, list, form, had_list);
    failures++;
}

/* With the old rules a backslash escapes in every string. */
static void
test_old_strings(void)
{
#ifndef standard_conforming_strings
    standard_conforming_strings = false;
    expect("select 'a\\'secret' from t", "select $ from t", false);
    standard_conforming_strings = true;
#endif
    expect("select 'a\\', b from t", "select $, b from t", false);
}

/* One element or a thousand: the same form. */
static void
test_list_lengths(void)
{
    static char text[8192];

    for (int n = 1; n <= 1000; n++)
    {
        int used = snprintf(text, sizeof(text), "select * from t where a in (");

        for (int i = 1; i <= n; i++)
            used += snprintf(text + used, sizeof(text) - used, i == 1 ? "%d" : ", %d", i);
        snprintf(text + used, sizeof(text) - used, ") and b = 3");
        expect(text, "select * from t where a in ($, ...) and b = $", true);
    }
}

/* Too long a text is cut off between two characters. */
static void
test_cut(void)
{
    char out[8];
    bool list;

    if (normalise_text("ab\xc3\xbc\xc3\xbc\xc3\xbc", 8, out, sizeof(out), &list) != 2 || strcmp(out, "ab") != 0)
    {
        printf("cut to %s\n", out);
        failures++;
    }
}

/* Whatever the bytes are, the result is terminated and fits; the sanitizers watch the rest. */
static void
test_anything(void)
{
    static const char *const parts[] = {
        "'",  "\"", "$",  "$a$", "(", ")", "[",  "]",   ",", "in", "array", "values", "1",  "-",  "--",   "/*",
        "*/", "\\", "E'", "U&'", ":", ".", "::", "int", " ", "\n", "x",     "\xc3",   "0x", "e5", "null", "_"};

    srand(1);
    for (int round = 0; round < 300000; round++)
    {
        int n = rand() % 24, used = 0, size = 1 + rand() % 64;
        char *text = malloc(8 * 24);
        char *out = malloc(size);
        bool list;
        int length;

        for (int i = 0; i < n; i++)
            used += snprintf(text + used, 8, "%s", parts[rand() % lengthof(parts)]);
        text = realloc(text, used > 0 ? used : 1); /* no NUL: reading it would be an error */
        length = normalise_text(text, used, out, size, &list);
        if (length < 0 || length >= size || out[length] != '\0')
            failures++;
        free(text);
        free(out);
    }
}

int
main(void)
{
    for (int i = 0; i < lengthof(cases); i++)
        expect(cases[i].text, cases[i].form, cases[i].had_list);
    test_old_strings();
    test_list_lengths();
    test_cut();
    test_anything();
    printf("normalise: %d cases, %d failures\n", (int)lengthof(cases), failures);
    return failures != 0;
}
