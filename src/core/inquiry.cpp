#include "inquiry.h"

namespace advisor
{

std::optional<double>
Inquiry::cost(int32_t statement, std::span<const int32_t> configuration)
{
    const Cell *known = cell(statement, configuration);

    if (known != nullptr)
        return known->cost;
    if ((closed_ || costs_.failed(statement)) && costs_.base(statement) != nullptr)
        return costs_.bounds(statement, configuration).most;
    return std::nullopt;
}

const Cell *
Inquiry::cell(int32_t statement, std::span<const int32_t> configuration)
{
    const Cell *known = costs_.find(statement, configuration);

    if (known != nullptr || closed_ || costs_.failed(statement))
        return known;
    Configuration projected = costs_.project(statement, configuration);
    if (noted_.emplace(statement, projected).second)
        questions_.push_back({statement, std::move(projected)});
    return nullptr;
}

const Question &
Inquiry::take()
{
    return questions_[taken_++];
}

void
Inquiry::forget()
{
    questions_.clear();
    noted_.clear();
    taken_ = 0;
}

} // namespace advisor
