#include "words.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace advisor
{

namespace
{

/* Fixed notation with so many decimals, without trailing zeros, digits in groups of three. */
String
fixed(double value, int decimals)
{
    char buffer[512];
    const auto end = std::to_chars(buffer, std::end(buffer), value, std::chars_format::fixed, decimals);
    std::string_view digits(buffer, static_cast<std::size_t>(end.ptr - buffer));
    String text;

    if (decimals > 0)
    {
        digits = digits.substr(0, digits.find_last_not_of('0') + 1);
        if (digits.ends_with('.'))
            digits.remove_suffix(1);
    }
    const std::size_t sign = digits.starts_with('-') ? 1 : 0;
    const std::size_t whole = std::min(digits.find('.'), digits.size());
    for (std::size_t i = 0; i < digits.size(); i++)
    {
        if (i > sign && i < whole && (whole - i) % 3 == 0)
            text += ',';
        text += digits[i];
    }
    return text;
}

/* Decimals that leave two significant digits. */
int
decimals_for(double value)
{
    const int magnitude = value == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::fabs(value))));

    return std::clamp(1 - magnitude, 0, 12);
}

} // namespace

double
two_digits(double value)
{
    if (value == 0 || !std::isfinite(value))
        return value;
    const double unit = std::pow(10.0, std::floor(std::log10(std::fabs(value))) - 1);

    return std::round(value / unit) * unit;
}

String
number(double value)
{
    if (std::fabs(value) >= 99.95)
        return fixed(value, 0);
    return fixed(value, std::fabs(value) >= 9.95 ? 1 : decimals_for(value));
}

String
about(double value)
{
    const double rounded = two_digits(value);

    return fixed(rounded, decimals_for(rounded));
}

String
size_words(double bytes)
{
    static constexpr const char *UNITS[] = {" bytes", " kB", " MB", " GB", " TB"};
    std::size_t unit = 0;

    while (bytes >= 1024 && unit + 1 < std::size(UNITS))
    {
        bytes /= 1024;
        unit++;
    }
    return number(bytes) + UNITS[unit];
}

String
percent(double fraction)
{
    return number(fraction * 100) + " %";
}

String
milliseconds(double ms)
{
    return number(ms) + " ms";
}

String
span_words(double hours)
{
    if (hours < 2.0 / 60)
        return count(std::round(hours * 3600), "second", "seconds");
    if (hours < 2)
        return count(std::round(hours * 60), "minute", "minutes");
    return hours < 48 ? number(hours) + " hours" : number(std::round(hours / 24)) + " days";
}

String
count(double n, const char *singular, const char *plural)
{
    return number(n) + " " + (n == 1 ? singular : plural);
}

String
shortened(std::string_view text, std::size_t bytes)
{
    String line;

    for (const char c : text)
    {
        const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';

        if (!space)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    if (line.size() <= bytes)
        return line;
    std::size_t end = bytes - 3;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80)
        end--;
    return line.substr(0, end) + "...";
}

} // namespace advisor
