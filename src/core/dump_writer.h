/*
 * dump_writer.h - lines of a dump: a kind, and fields as name=value.
 *
 * Text stands in double quotes, with a backslash before these and itself, and control characters as \x0a; numbers
 * as short as they can be read back; lists with commas. What is 0, empty or NULL is left out.
 */
#ifndef ADVISOR_DUMP_WRITER_H
#define ADVISOR_DUMP_WRITER_H

#include <charconv>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "dump_fields.h"
#include "memory.h"

namespace advisor
{

class DumpWriter
{
  public:
    void
    begin(const char *kind)
    {
        text_ += kind;
    }

    void
    end()
    {
        text_ += '\n';
    }

    void
    operator()(const char *name, const char *value)
    {
        if (value == nullptr)
            return;
        start(name);
        text_ += '"';
        for (const char *c = value; *c != '\0'; c++)
            add_character(*c);
        text_ += '"';
    }

    template <typename Number>
    requires(std::is_arithmetic_v<Number> || std::is_enum_v<Number>) void
    operator()(const char *name, Number value)
    {
        if (value == Number{})
            return;
        start(name);
        add_number(value);
    }

    template <typename Number>
    void
    list(const char *name, const Number *items, int32_t n)
    {
        if (n == 0)
            return;
        start(name);
        for (int32_t i = 0; i < n; i++)
        {
            if (i > 0)
                text_ += ',';
            add_number(items[i]);
        }
    }

    template <typename Number>
    void
    list(const char *name, const Vector<Number> &items)
    {
        list(name, items.data(), static_cast<int32_t>(items.size()));
    }

    template <typename Fact>
    void
    record(const char *kind, const Fact &fact)
    {
        begin(kind);
        each_field(*this, fact);
        end();
    }

    template <typename Fact>
    void
    records(const char *kind, const Fact *facts, int32_t n)
    {
        for (int32_t i = 0; i < n; i++)
            record(kind, facts[i]);
    }

    String
    text() &&
    {
        return std::move(text_);
    }

  private:
    void
    start(const char *name)
    {
        text_ += ' ';
        text_ += name;
        text_ += '=';
    }

    void
    add_character(char c)
    {
        constexpr const char *DIGITS = "0123456789abcdef";

        if (c == '"' || c == '\\')
            text_ += '\\';
        if (static_cast<unsigned char>(c) >= ' ')
            text_ += c;
        else
        {
            text_ += "\\x0";
            text_.back() = DIGITS[static_cast<unsigned char>(c) >> 4];
            text_ += DIGITS[c & 15];
        }
    }

    template <typename Number>
    void
    add_number(Number value)
    {
        char digits[40];
        std::to_chars_result end = {};

        if constexpr (std::is_floating_point_v<Number>)
            end = std::to_chars(digits, digits + sizeof(digits), value);
        else
            end = std::to_chars(digits, digits + sizeof(digits), static_cast<int64_t>(value));
        text_.append(digits, end.ptr);
    }

    String text_;
};

} // namespace advisor

#endif
