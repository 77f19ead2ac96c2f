/*
 * normalise.c - statement text without its constants.
 *
 * A scanner cuts the text into tokens as the server's lexer does, as far as it
 * matters for where constants begin and end; a writer puts out each token or what
 * stands for it. A list is tried on a copy of the scanner first: only if all of it
 * is simple is it skipped, so the work stays linear and no list is ever half
 * written. What the server would reject is cut into tokens as well as may be; an
 * unfinished string or comment ends with the text.
 */
#include "postgres.h"

#include "parser/parser.h"

#include "compat.h"
#include "normalise.h"

typedef enum TokenKind
{
    TOKEN_END,
    TOKEN_LITERAL,
    TOKEN_PARAMETER,
    TOKEN_WORD,
    TOKEN_QUOTED,
    TOKEN_OPEN,  /* ( [ */
    TOKEN_CLOSE, /* ) ] */
    TOKEN_COMMA,
    TOKEN_OPERATOR /* any other character */
} TokenKind;

typedef struct Token
{
    TokenKind kind;
    const char *start;
    int length;
    bool spaced; /* white space or comments before it */
} Token;

typedef struct Scanner
{
    const char *at, *end;
    TokenKind previous;
    bool value_may_follow; /* a sign here belongs to the number behind it */
    bool escapes;          /* the previous token is a string with backslash escapes */
} Scanner;

typedef struct Writer
{
    char *out;
    int used, limit; /* limit leaves room for the NUL */
    bool full;
} Writer;

/* Words after which an expression begins, so that a sign is not a subtraction. */
static const char *const before_value[] = {
    "and",       "between", "by",  "case", "default", "distinct", "else",   "escape", "for",  "from",
    "having",    "ilike",   "in",  "like", "limit",   "not",      "offset", "on",     "or",   "return",
    "returning", "select",  "set", "then", "to",      "using",    "values", "when",   "where"};

static bool
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool
is_word_part(char c)
{
    return is_word_start(c) || is_digit(c);
}

/* The n-th character from here, NUL beyond the end. */
static char
scan_peek(const Scanner *scanner, int n)
{
    return scanner->end - scanner->at > n ? scanner->at[n] : '\0';
}

static void
scan_advance(Scanner *scanner, int n)
{
    scanner->at += Min(n, scanner->end - scanner->at);
}

/* Comments of this kind nest. */
static void
scan_comment(Scanner *scanner)
{
    int depth = 0;

    do
    {
        if (scan_peek(scanner, 0) == '/' && scan_peek(scanner, 1) == '*')
        {
            depth++;
            scan_advance(scanner, 2);
        }
        else if (scan_peek(scanner, 0) == '*' && scan_peek(scanner, 1) == '/')
        {
            depth--;
            scan_advance(scanner, 2);
        }
        else
            scan_advance(scanner, 1);
    } while (depth > 0 && scanner->at < scanner->end);
}

static bool
scan_space(Scanner *scanner)
{
    const char *start = scanner->at;

    while (scanner->at < scanner->end)
    {
        if (is_space(*scanner->at))
            scanner->at++;
        else if (*scanner->at == '-' && scan_peek(scanner, 1) == '-')
        {
            while (scanner->at < scanner->end && *scanner->at != '\n' && *scanner->at != '\r')
                scanner->at++;
        }
        else if (*scanner->at == '/' && scan_peek(scanner, 1) == '*')
            scan_comment(scanner);
        else
            break;
    }
    return scanner->at > start;
}

/* From an opening quote to behind the closing one; a doubled quote does not close. */
static void
scan_quoted(Scanner *scanner, char quote, bool escapes)
{
    scan_advance(scanner, 1);
    while (scanner->at < scanner->end)
    {
        char c = *scanner->at;

        if (c == quote && scan_peek(scanner, 1) != quote)
        {
            scan_advance(scanner, 1);
            return;
        }
        scan_advance(scanner, c == quote || (c == '\\' && escapes) ? 2 : 1);
    }
}

/* $tag$ ... $tag$; false, and nothing consumed, if no such thing starts here. */
static bool
scan_dollar_quoted(Scanner *scanner)
{
    const char *start = scanner->at;
    const char *tag = start + 1;
    int length;

    while (tag < scanner->end && (tag == start + 1 ? is_word_start(*tag) : is_word_part(*tag)))
        tag++;
    if (tag >= scanner->end || *tag != '$')
        return false;
    length = tag + 1 - start;
    for (scanner->at = tag + 1; scanner->end - scanner->at >= length; scanner->at++)
    {
        if (*scanner->at == '$' && memcmp(scanner->at, start, length) == 0)
        {
            scanner->at += length;
            return true;
        }
    }
    scanner->at = scanner->end;
    return true;
}

/* Digits and the underscores between them, of any base: letters that follow 0x belong to it. */
static void
scan_digits(Scanner *scanner, bool hexadecimal)
{
    while (is_digit(scan_peek(scanner, 0)) ||
           (scan_peek(scanner, 0) == '_' && is_word_part(scan_peek(scanner, 1))) ||
           (hexadecimal && isxdigit((unsigned char)scan_peek(scanner, 0))))
        scan_advance(scanner, 1);
}

static void
scan_exponent(Scanner *scanner)
{
    int sign = scan_peek(scanner, 1) == '+' || scan_peek(scanner, 1) == '-' ? 1 : 0;

    if ((scan_peek(scanner, 0) | 0x20) != 'e' || !is_digit(scan_peek(scanner, 1 + sign)))
        return;
    scan_advance(scanner, 1 + sign);
    scan_digits(scanner, false);
}

static void
scan_number(Scanner *scanner)
{
    char base = scan_peek(scanner, 1) | 0x20;

    if (scan_peek(scanner, 0) == '0' && (base == 'x' || base == 'o' || base == 'b') &&
        isxdigit((unsigned char)scan_peek(scanner, scan_peek(scanner, 2) == '_' ? 3 : 2)))
    {
        scan_advance(scanner, 2);
        scan_digits(scanner, base == 'x');
        return;
    }
    scan_digits(scanner, false);
    if (scan_peek(scanner, 0) == '.' && scan_peek(scanner, 1) != '.')
    {
        scan_advance(scanner, 1);
        scan_digits(scanner, false);
    }
    scan_exponent(scanner);
}

static bool
scan_at_number(const Scanner *scanner, int n)
{
    return is_digit(scan_peek(scanner, n)) || (scan_peek(scanner, n) == '.' && is_digit(scan_peek(scanner, n + 1)));
}

/* Length of what stands before the quote of a string: E B X N or U&; -1 if no string starts here. */
static int
scan_string_prefix(const Scanner *scanner)
{
    char c = scan_peek(scanner, 0);

    if (c == '\'')
        return 0;
    if (c != '\0' && strchr("eEbBxXnN", c) != NULL && scan_peek(scanner, 1) == '\'')
        return 1;
    if ((c | 0x20) == 'u' && scan_peek(scanner, 1) == '&' && scan_peek(scanner, 2) == '\'')
        return 2;
    return -1;
}

/* A string behind a string continues it, under the rules of the first. */
static void
scan_string(Scanner *scanner, int prefix)
{
    bool continues = prefix == 0 && scanner->previous == TOKEN_LITERAL && scanner->escapes;
    bool escapes =
        continues || (prefix == 0 && !standard_conforming_strings) || (prefix == 1 && (*scanner->at | 0x20) == 'e');

    scan_advance(scanner, prefix);
    scan_quoted(scanner, '\'', escapes);
    scanner->escapes = escapes;
}

static TokenKind
scan_dollar(Scanner *scanner)
{
    if (is_digit(scan_peek(scanner, 1)))
    {
        scan_advance(scanner, 1);
        scan_digits(scanner, false);
        return TOKEN_PARAMETER;
    }
    if (scan_dollar_quoted(scanner))
        return TOKEN_LITERAL;
    scan_advance(scanner, 1);
    return TOKEN_OPERATOR;
}

static TokenKind
scan_punctuation(Scanner *scanner)
{
    char c = *scanner->at;

    scan_advance(scanner, 1);
    if (c == '(' || c == '[')
        return TOKEN_OPEN;
    if (c == ')' || c == ']')
        return TOKEN_CLOSE;
    return c == ',' ? TOKEN_COMMA : TOKEN_OPERATOR;
}

static TokenKind
scan_any(Scanner *scanner)
{
    char c = *scanner->at;
    int prefix = scan_string_prefix(scanner);
    bool sign = (c == '-' || c == '+') && scanner->value_may_follow;

    if (prefix >= 0)
    {
        scan_string(scanner, prefix);
        return TOKEN_LITERAL;
    }
    if (c == '"')
    {
        scan_quoted(scanner, '"', false);
        return TOKEN_QUOTED;
    }
    if (c == '$')
        return scan_dollar(scanner);
    if (scan_at_number(scanner, sign ? 1 : 0))
    {
        scan_advance(scanner, sign ? 1 : 0);
        scan_number(scanner);
        return TOKEN_LITERAL;
    }
    if (!is_word_start(c))
        return scan_punctuation(scanner);
    while (is_word_part(scan_peek(scanner, 0)) || scan_peek(scanner, 0) == '$')
        scan_advance(scanner, 1);
    return TOKEN_WORD;
}

/* word is in lower case. Most differ in the first letter: nothing else is looked at then. */
static inline bool
token_is(const Token *token, const char *word)
{
    return token->kind == TOKEN_WORD && (token->start[0] | 0x20) == word[0] && (int)strlen(word) == token->length &&
           pg_strncasecmp(token->start, word, token->length) == 0;
}

static bool
token_is_char(const Token *token, TokenKind kind, char c)
{
    return token->kind == kind && *token->start == c;
}

static bool
token_before_value(const Token *token)
{
    if (token->kind == TOKEN_OPEN || token->kind == TOKEN_COMMA || token->kind == TOKEN_OPERATOR)
        return true;
    if (token->kind != TOKEN_WORD)
        return false;
    for (int i = 0; i < lengthof(before_value); i++)
    {
        if (token_is(token, before_value[i]))
            return true;
    }
    return false;
}

static Token
scan_token(Scanner *scanner)
{
    Token token = {TOKEN_END, scanner->at, 0, false};

    token.spaced = scan_space(scanner);
    token.start = scanner->at;
    if (scanner->at < scanner->end)
        token.kind = scan_any(scanner);
    token.length = scanner->at - token.start;
    if (token.kind != TOKEN_LITERAL)
        scanner->escapes = false;
    scanner->previous = token.kind;
    scanner->value_may_follow = token_before_value(&token);
    return token;
}

/* What does not fit is cut off behind an ASCII byte: in every server encoding that is the end of a character. */
static void
write_bytes(Writer *writer, const char *bytes, int length)
{
    int room = writer->limit - writer->used;

    if (writer->full)
        return;
    writer->full = length > room;
    memcpy(writer->out + writer->used, bytes, Min(length, room));
    writer->used += Min(length, room);
    while (writer->full && writer->used > 0 && (unsigned char)writer->out[writer->used - 1] >= 0x80)
        writer->used--;
}

/* date'2020-01-01' is two tokens, and date$ would be one. */
static bool
write_needs_space(const Writer *writer, const Token *token, const char *bytes)
{
    char last;

    if (writer->used == 0)
        return false;
    last = writer->out[writer->used - 1];
    return token->spaced || ((is_word_part(last) || last == '$') && (is_word_part(*bytes) || *bytes == '$'));
}

static void
write_token(Writer *writer, const Token *token, bool parameters_as_literals)
{
    bool literal = token->kind == TOKEN_LITERAL || (parameters_as_literals && token->kind == TOKEN_PARAMETER);
    const char *bytes = literal ? "$" : token->start;

    if (write_needs_space(writer, token, bytes))
        write_bytes(writer, " ", 1);
    write_bytes(writer, bytes, literal ? 1 : token->length);
}

/* The next token, without consuming it. */
static Token
scan_ahead(const Scanner *scanner)
{
    Scanner copy = *scanner;

    return scan_token(&copy);
}

/* The name of a type: words, perhaps qualified, perhaps an array. No modifiers: such a list is left as it is. */
static void
list_skip_type(Scanner *scanner)
{
    for (Token token = scan_ahead(scanner);
         token.kind == TOKEN_WORD || token.kind == TOKEN_QUOTED || token_is_char(&token, TOKEN_OPERATOR, '.') ||
         token_is_char(&token, TOKEN_OPEN, '[');
         token = scan_ahead(scanner))
    {
        scan_token(scanner);
        if (token.kind == TOKEN_OPEN)
            scan_token(scanner);
    }
}

/* A literal or parameter with its casts. True, and behind it, if one is here. */
static bool
list_skip_value(Scanner *scanner)
{
    Token token = scan_token(scanner);

    if (token.kind != TOKEN_LITERAL && token.kind != TOKEN_PARAMETER && !token_is(&token, "null") &&
        !token_is(&token, "true") && !token_is(&token, "false"))
        return false;
    for (token = scan_ahead(scanner); token_is_char(&token, TOKEN_OPERATOR, ':'); token = scan_ahead(scanner))
    {
        scan_token(scanner);
        scan_token(scanner);
        list_skip_type(scanner);
    }
    return token.kind == TOKEN_COMMA || token.kind == TOKEN_CLOSE;
}

/* Values and the commas between them, to behind the bracket that closes them. */
static bool
list_skip_values(Scanner *scanner)
{
    Token token;

    do
    {
        if (!list_skip_value(scanner))
            return false;
        token = scan_token(scanner);
    } while (token.kind == TOKEN_COMMA);
    return token.kind == TOKEN_CLOSE;
}

/* ($, $), ($, $): false if there is none or one is not simple. Stops behind the last. *n: how many. */
static bool
list_skip_rows(Scanner *scanner, int *n)
{
    Scanner before;
    Token token;

    *n = 0;
    do
    {
        token = scan_token(scanner);
        if (!token_is_char(&token, TOKEN_OPEN, '(') || !list_skip_values(scanner))
            return false;
        ++*n;
        before = *scanner;
        token = scan_token(scanner);
    } while (token.kind == TOKEN_COMMA);
    *scanner = before;
    return true;
}

/* Writes the tokens from `from` up to `to`. */
static void
write_span(Writer *writer, Scanner from, const Scanner *to, bool parameters_as_literals)
{
    while (from.at < to->at)
    {
        Token token = scan_token(&from);

        write_token(writer, &token, parameters_as_literals);
    }
}

/* Behind the bracket of IN ( or ARRAY [: true if a list was written short, its bracket included. */
static bool
squash_list(Scanner *scanner, Writer *writer)
{
    Scanner all = *scanner, first = *scanner;
    int n = 0;
    bool values = list_skip_values(&all);

    if (!values)
    {
        all = *scanner;
        if (!list_skip_rows(&all, &n) || scan_token(&all).kind != TOKEN_CLOSE)
            return false;
        scan_token(&first);
        list_skip_values(&first);
    }
    else
        list_skip_value(&first);
    write_span(writer, *scanner, &first, values);
    write_bytes(writer, ", ...", 5);
    write_bytes(writer, all.at - 1, 1);
    *scanner = all;
    return true;
}

/* Behind VALUES: true if several rows were written as one. */
static bool
squash_rows(Scanner *scanner, Writer *writer)
{
    Scanner all = *scanner, first = *scanner;
    int n;

    if (!list_skip_rows(&all, &n) || n < 2)
        return false;
    scan_token(&first);
    list_skip_values(&first);
    write_span(writer, *scanner, &first, false);
    write_bytes(writer, ", ...", 5);
    *scanner = all;
    return true;
}

static bool
normalise_list(Scanner *scanner, Writer *writer, const Token *before, const Token *token)
{
    if (token_is(token, "values"))
        return squash_rows(scanner, writer);
    if ((token_is(before, "in") && token_is_char(token, TOKEN_OPEN, '(')) ||
        (token_is(before, "array") && token_is_char(token, TOKEN_OPEN, '[')))
        return squash_list(scanner, writer);
    return false;
}

int
normalise_text(const char *text, int length, char *out, int out_size, bool *had_list)
{
    Scanner scanner = {text, text + Max(length, 0), TOKEN_END, true, false};
    Writer writer = {out, 0, out_size - 1, false};
    Token before = {TOKEN_END, text, 0, false};

    *had_list = false;
    if (out_size <= 0)
        return 0;
    while (!writer.full)
    {
        TokenKind previous = scanner.previous;
        Token token = scan_token(&scanner);

        if (token.kind == TOKEN_END)
            break;
        /* The parts of a continued string are one constant. */
        if (token.kind == TOKEN_LITERAL && previous == TOKEN_LITERAL && token.start[0] == '\'')
            continue;
        write_token(&writer, &token, false);
        if (normalise_list(&scanner, &writer, &before, &token))
            *had_list = true;
        before = token;
    }
    out[writer.used] = '\0';
    return writer.used;
}
