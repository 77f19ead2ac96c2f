/*
 * inquiry.h - looking costs up, and noting what is not known yet.
 *
 * The stages of the search read costs through an Inquiry. What the table does
 * not know becomes a question, once; the stage goes on as far as it gets,
 * returns, and is run again after the answers. A closed inquiry asks nothing: the
 * table's upper bound stands in for the cost, so that what is decided in haste
 * is decided on gains that are certain.
 *
 * It also counts how many costs were looked at since the caller last had a word.
 * A stage that finds the inquiry tired returns, as if it had asked something.
 */
#ifndef ADVISOR_INQUIRY_H
#define ADVISOR_INQUIRY_H

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "cost_table.h"
#include "memory.h"

namespace advisor
{

struct Question
{
    int32_t statement;
    Configuration configuration;
};

class Inquiry
{
  public:
    explicit Inquiry(const CostTable &costs) : costs_(costs)
    {
    }

    /* The cost; nothing if it has to be asked, which is noted. A statement that failed is not asked again. */
    std::optional<double> cost(int32_t statement, std::span<const int32_t> configuration);

    /* As cost, but the whole cell: nullptr if it has to be asked, or if closed and not known. */
    const Cell *cell(int32_t statement, std::span<const int32_t> configuration);

    bool
    closed() const
    {
        return closed_;
    }
    void
    set_closed(bool closed)
    {
        closed_ = closed;
    }

    void
    spend(std::size_t looks)
    {
        spent_ += looks;
    }
    bool
    tired() const
    {
        return spent_ > PATIENCE;
    }
    void
    rest()
    {
        spent_ = 0;
    }

    std::size_t
    pending() const
    {
        return questions_.size() - taken_;
    }

    /* The oldest question not taken yet. */
    const Question &take();

    /* Forgets all questions, taken or not. */
    void forget();

  private:
    /* Some 40 ms of looking at costs. */
    static constexpr std::size_t PATIENCE = 100'000;

    const CostTable &costs_;
    Vector<Question> questions_;
    Set<std::pair<int32_t, Configuration>> noted_; /* every question since it last forgot */
    std::size_t taken_ = 0;
    std::size_t spent_ = 0;
    bool closed_ = false;
};

} // namespace advisor

#endif
