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
        return bounds(statement, configuration).most;
    return std::nullopt;
}

const Cell *
Inquiry::cell(int32_t statement, std::span<const int32_t> configuration)
{
    const Found known = costs_.look_up(statement, configuration);

    if (known.cell != nullptr)
        count(known.layer);
    if (known.cell != nullptr || closed_ || costs_.failed(statement))
        return known.cell;
    Configuration projected = costs_.project(statement, configuration);
    if (noted_.emplace(statement, projected).second)
        questions_.push_back({statement, std::move(projected), false});
    return nullptr;
}

Bounds
Inquiry::bounds(int32_t statement, std::span<const int32_t> configuration)
{
    const Bounds bounds = costs_.bounds(statement, configuration);

    count(bounds.layer);
    return bounds;
}

void
Inquiry::count(Layer layer)
{
    if (unread_ > 0 && (layer == Layer::RELEVANCE || layer == Layer::CACHE))
    {
        unread_--;
        return;
    }
    switch (layer)
    {
        case Layer::RELEVANCE:
            avoided_.by_relevance++;
            break;
        case Layer::CACHE:
            avoided_.by_cache++;
            break;
        case Layer::USED_SET:
            avoided_.by_used_set++;
            break;
        case Layer::NOBODY:
            avoided_.by_bounds++;
            break;
    }
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
