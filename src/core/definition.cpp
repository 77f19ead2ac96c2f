/* definition.cpp - comparing, naming and writing index definitions. */
#include "definition.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>

namespace advisor
{

namespace
{

constexpr std::size_t NAME_BYTES = 63;
constexpr std::size_t TABLE_BYTES = 29; /* of a name, where table and columns are both long */
constexpr std::string_view NAME_END = "_idx";

constexpr const char *METHODS[] = {"btree", "hash", "brin", "gin", "gist", "spgist", "bloom"};

template <typename Definition>
auto
keys_of(Definition &definition)
{
    return std::span(definition.keys, static_cast<std::size_t>(definition.n_keys));
}

auto
includes_of(const IndexDefinition &definition)
{
    return std::span(definition.includes, static_cast<std::size_t>(definition.n_includes));
}

auto
predicates_of(const IndexDefinition &definition)
{
    return std::span(definition.predicates, static_cast<std::size_t>(definition.n_predicates));
}

std::string_view
opclass_of(const IndexKey &key)
{
    return key.opclass == nullptr ? std::string_view() : std::string_view(key.opclass);
}

auto
comparable(const IndexKey &key)
{
    return std::tuple(key.attribute, key.descending, key.nulls_first, key.pattern, opclass_of(key));
}

bool
same_key(const IndexKey &a, const IndexKey &b)
{
    return comparable(a) == comparable(b);
}

bool
contains(std::span<const std::int32_t> items, std::int32_t item)
{
    return std::find(items.begin(), items.end(), item) != items.end();
}

/* The longest start of text that fits and does not end within a character (UTF-8). */
std::string_view
cut(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80)
        bytes--;
    return text.substr(0, bytes);
}

/* True if a pair of parentheses encloses the whole text. */
bool
is_enclosed(std::string_view text)
{
    int depth = 0;
    char quote = 0;

    if (text.empty() || text.front() != '(')
        return false;
    for (std::size_t i = 0; i < text.size(); i++)
    {
        if (quote != 0)
            quote = text[i] == quote ? 0 : quote;
        else if (text[i] == '\'' || text[i] == '"')
            quote = text[i];
        else if (text[i] == '(')
            depth++;
        else if (text[i] == ')' && --depth == 0)
            return i + 1 == text.size();
    }
    return false;
}

void
append_key(String &sql, const AttributeFact &attribute, const IndexKey &key)
{
    sql += attribute.sql;
    if (key.pattern)
        sql.append(" ").append(attribute.pattern_opclass);
    if (!opclass_of(key).empty())
        sql.append(" ").append(opclass_of(key));
    if (key.descending)
        sql += " DESC";
    /* Only what differs from the default of the direction. */
    if (key.nulls_first != key.descending)
        sql += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
}

void
append_predicate(String &sql, std::string_view text, bool alone)
{
    if (alone || is_enclosed(text))
        sql += text;
    else
        sql.append("(").append(text).append(")");
}

bool
has_expression(const Facts &facts, const IndexDefinition &definition)
{
    return std::ranges::any_of(keys_of(definition), [&facts](const IndexKey &key)
                               { return facts.attributes[key.attribute].attnum == 0; });
}

} // namespace

IndexDefinition
make_definition(std::int32_t relation)
{
    IndexDefinition definition = {};

    definition.relation = relation;
    for (IndexKey &key : definition.keys)
        key.attribute = NONE;
    std::ranges::fill(definition.includes, NONE);
    std::ranges::fill(definition.predicates, NONE);
    return definition;
}

bool
definition_less(const IndexDefinition &a, const IndexDefinition &b)
{
    auto key_less = [](const IndexKey &x, const IndexKey &y) { return comparable(x) < comparable(y); };

    if (std::tie(a.relation, a.method) != std::tie(b.relation, b.method))
        return std::tie(a.relation, a.method) < std::tie(b.relation, b.method);
    if (std::ranges::lexicographical_compare(keys_of(a), keys_of(b), key_less))
        return true;
    if (std::ranges::lexicographical_compare(keys_of(b), keys_of(a), key_less))
        return false;
    if (!std::ranges::equal(includes_of(a), includes_of(b)))
        return std::ranges::lexicographical_compare(includes_of(a), includes_of(b));
    return std::ranges::lexicographical_compare(predicates_of(a), predicates_of(b));
}

const char *
method_name(IndexMethod method)
{
    return METHODS[method];
}

bool
is_key_prefix(const IndexDefinition &a, const IndexDefinition &b)
{
    return a.relation == b.relation && a.method == b.method && a.n_keys <= b.n_keys &&
           std::ranges::equal(keys_of(a), keys_of(b).first(a.n_keys), same_key);
}

bool
has_key(const IndexDefinition &definition, std::int32_t attribute)
{
    return std::ranges::any_of(keys_of(definition),
                               [attribute](const IndexKey &key) { return key.attribute == attribute; });
}

bool
has_include(const IndexDefinition &definition, std::int32_t attribute)
{
    return contains(includes_of(definition), attribute);
}

bool
has_predicate(const IndexDefinition &definition, std::int32_t predicate)
{
    return contains(predicates_of(definition), predicate);
}

String
definition_sql(const Facts &facts, const IndexDefinition &definition)
{
    String sql =
        definition.method == METHOD_BTREE ? String() : String("USING ") + method_name(definition.method) + " ";

    sql += "(";
    for (const IndexKey &key : keys_of(definition))
    {
        if (&key != definition.keys)
            sql += ", ";
        append_key(sql, facts.attributes[key.attribute], key);
    }
    sql += ")";
    for (std::int32_t i = 0; i < definition.n_includes; i++)
        sql.append(i == 0 ? " INCLUDE (" : ", ").append(facts.attributes[definition.includes[i]].sql);
    if (definition.n_includes > 0)
        sql += ")";
    for (std::int32_t i = 0; i < definition.n_predicates; i++)
    {
        sql += i == 0 ? " WHERE " : " AND ";
        append_predicate(sql, facts.predicates[definition.predicates[i]].partial_sql, definition.n_predicates == 1);
    }
    return sql;
}

String
key_words(const Facts &facts, const IndexDefinition &definition)
{
    String words;

    for (const IndexKey &key : keys_of(definition))
    {
        if (&key != definition.keys)
            words += ", ";
        words.append(facts.attributes[key.attribute].sql);
        if (key.pattern)
            words.append(" ").append(facts.attributes[key.attribute].pattern_opclass);
        if (!opclass_of(key).empty())
            words.append(" ").append(opclass_of(key));
        words += key.descending ? " DESC" : "";
    }
    return words;
}

String
index_name(const Facts &facts, const IndexDefinition &definition)
{
    std::string_view table = facts.relations[definition.relation].short_name;
    String columns;

    for (const IndexKey &key : keys_of(definition))
        columns.append("_").append(facts.attributes[key.attribute].name);

    std::size_t room = NAME_BYTES - NAME_END.size();
    if (table.size() + columns.size() > room)
        table = cut(table, std::max(TABLE_BYTES, room - std::min(room, columns.size())));

    String name(table);
    name.append(cut(columns, room - table.size())).append(NAME_END);
    return name;
}

String
definition_kind(const Facts &facts, const IndexDefinition &definition)
{
    String kind = method_name(definition.method);

    if (has_expression(facts, definition))
        kind += ", expression";
    if (definition.n_includes > 0)
        kind += ", covering";
    if (definition.n_predicates > 0)
        kind += ", partial";
    return kind;
}

} // namespace advisor
