/*
 * inquiry.h - the cost oracle: looking costs up, and noting what is not known yet.
 *
 * The stages of the search read costs through an Inquiry. It asks five layers, the cheapest first: the table's
 * relevance, its exact cache and its used-set rule; then the table's bounds, if the stage is content with them; and
 * last the planner. What the planner has to be asked becomes a question, once; the stage goes on as far as it gets,
 * returns, and is run again after the answers. A closed inquiry asks nothing: the
 * table's upper bound stands in for the cost, so that what is decided in haste
 * is decided on gains that are certain.
 *
 * It counts which layer answered. A search without the layers would have asked the planner each time.
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

#include "advisor.h"
#include "cost_table.h"
#include "memory.h"

namespace advisor
{

struct Question
{
    int32_t statement;
    Configuration configuration;
    bool in_memory = false; /* as AdvisorQuestion has it */
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

    /* The cost where it is known, else its bounds, with which the stage is content for now. Needs the base cost. */
    Bounds bounds(int32_t statement, std::span<const int32_t> configuration);

    /* An answer came: its first reading is the call's own, none avoided. */
    void
    note_answer()
    {
        unread_++;
    }

    const AdvisorAvoided &
    avoided() const
    {
        return avoided_;
    }

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
    /* The caller ought to have a word at once. */
    void
    exhaust()
    {
        spent_ = PATIENCE + 1;
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

    void count(Layer layer);

    const CostTable &costs_;
    AdvisorAvoided avoided_ = {};
    Vector<Question> questions_;
    Set<std::pair<int32_t, Configuration>> noted_; /* every question since it last forgot */
    std::size_t taken_ = 0;
    std::size_t spent_ = 0;
    std::size_t unread_ = 0;
    bool closed_ = false;
};

} // namespace advisor

#endif
