#include "dump.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <type_traits>

#include "candidates.h"
#include "definition.h"
#include "dump_fields.h"
#include "workload.h"

namespace advisor
{

namespace
{

class Writer
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

/*
 * The conditions of partial indexes may hold constants. Each gets a name; the names sort as the conditions do,
 * since the search breaks ties by the words of a definition.
 */
class Conditions
{
  public:
    explicit Conditions(const Facts &facts)
        : predicates_(facts.predicates, facts.predicates + facts.n_predicates),
          indexes_(facts.indexes, facts.indexes + facts.n_indexes)
    {
        for (const PredicateFact &predicate : predicates_)
            names_[String(bare(predicate.partial_sql))];
        for (const ExistingIndexFact &index : indexes_)
            names_[String(bare(index.predicate_sql))];
        names_.erase(String());
        int number = 0;
        for (auto &[condition, name] : names_)
            name = numbered(++number);
        for (PredicateFact &predicate : predicates_)
            predicate.partial_sql = named(predicate.partial_sql);
        for (ExistingIndexFact &index : indexes_)
            index.predicate_sql = named(index.predicate_sql);
    }

    Facts
    in_place_of(Facts facts) const
    {
        facts.predicates = predicates_.data();
        facts.indexes = indexes_.data();
        return facts;
    }

    void
    write(Writer &writer) const
    {
        for (const auto &[condition, name] : names_)
        {
            writer.begin("constant");
            writer("name", name.c_str());
            writer("is", condition.c_str());
            writer.end();
        }
    }

  private:
    /* As candidate_pool compares them. */
    static std::string_view
    bare(std::string_view condition)
    {
        if (condition.size() > 1 && condition.front() == '(' && condition.back() == ')')
            return condition.substr(1, condition.size() - 2);
        return condition;
    }

    static String
    numbered(int number)
    {
        String digits(std::to_string(number));

        return String("condition_") + String(4 - std::min<std::size_t>(digits.size(), 4), '0') + digits;
    }

    const char *
    named(const char *condition)
    {
        const std::string_view inner = bare(condition);

        if (inner.empty())
            return condition;
        const String &name = names_.at(String(inner));
        if (inner.size() == std::string_view(condition).size())
            return name.c_str();
        return wrapped_.emplace(String("(") + name + ")").first->c_str();
    }

    Vector<PredicateFact> predicates_;
    Vector<ExistingIndexFact> indexes_;
    Map<String, String> names_;
    Set<String> wrapped_;
};

void
write_indexes(const Facts &facts, Writer &writer)
{
    for (int32_t i = 0; i < facts.n_indexes; i++)
    {
        writer.record("index", facts.indexes[i]);
        writer.records("key", facts.indexes[i].definition.keys, facts.indexes[i].definition.n_keys);
    }
}

/* By what they kept from being asked about: their own words may hold constants. */
void
write_dismissed(const Facts &facts, std::span<const Candidate> candidates, Writer &writer)
{
    for (const Candidate &candidate : candidates)
    {
        if (candidate.dismissed_for.empty())
            continue;
        const String words = definition_sql(facts, candidate.definition);
        writer.record("dismissed",
                      DismissedFact{facts.relations[candidate.definition.relation].name, words.c_str()});
    }
}

void
write_facts(const Facts &facts, std::span<const Candidate> candidates, Writer &writer)
{
    writer.records("relation", facts.relations, facts.n_relations);
    writer.records("attribute", facts.attributes, facts.n_attributes);
    writer.records("predicate", facts.predicates, facts.n_predicates);
    writer.records("order", facts.orders, facts.n_orders);
    writer.begin("needed");
    writer.list("attributes", facts.needed, facts.n_needed);
    writer.end();
    writer.records("search", facts.searches, facts.n_searches);
    writer.records("request", facts.requests, facts.n_requests);
    writer.records("statement", facts.statements, facts.n_statements);
    write_indexes(facts, writer);
    write_dismissed(facts, candidates, writer);
    writer.records("sampled", facts.sampled, facts.n_sampled);
    writer.records("distinct", facts.distincts, facts.n_distincts);
    writer.records("conjunction", facts.conjunctions, facts.n_conjunctions);
}

void
write_sizes(std::span<const Candidate> candidates, Writer &writer)
{
    for (std::size_t i = 0; i < candidates.size(); i++)
    {
        if (candidates[i].definition.method == METHOD_BTREE)
            continue;
        writer.begin("size");
        writer("candidate", static_cast<int32_t>(i));
        writer("used", !candidates[i].statements.empty());
        each_field(writer, candidates[i].size);
        writer.end();
    }
}

void
write_answers(const CostTable &costs, int32_t statements, Writer &writer)
{
    for (int32_t statement = 0; statement < statements; statement++)
    {
        if (costs.failed(statement))
        {
            writer.begin("failed");
            writer("statement", statement);
            writer.end();
        }
        for (const KnownCell &known : costs.known(statement))
        {
            writer.begin("plan");
            writer("statement", statement);
            writer.list("candidates", known.configuration);
            writer.list("used", known.cell.used);
            writer("cost", known.cell.cost);
            writer("calls", known.cell.calls);
            writer.list("binds", known.cell.binds);
            writer.end();
        }
    }
}

void
write_outcome(const RunRecord &run, Writer &writer)
{
    const Outcome &outcome = run.decision.outcome;

    if (run.hurried_after >= 0)
    {
        writer.begin("hurry");
        writer("after", run.hurried_after);
        writer("stopped_by", outcome.stopped_by);
        writer.end();
    }
    writer.begin("chosen");
    writer.list("candidates", outcome.chosen);
    writer("load_before", outcome.load_before);
    writer("load_after", outcome.load_after);
    writer("lower_bound", outcome.lower_bound);
    writer("answers", outcome.answers);
    writer("batch", run.batch);
    writer.end();
}

} // namespace

String
dump_of(const RunRecord &run)
{
    const Conditions conditions(run.decision.workload.facts());
    const Facts facts = conditions.in_place_of(run.decision.workload.facts());
    Writer writer;

    writer.begin("index_advisor_dump");
    writer("version", 1);
    writer.end();
    writer.record("limits", run.decision.limits);
    write_facts(facts, run.decision.candidates, writer);
    write_sizes(run.decision.candidates, writer);
    write_answers(run.decision.costs, facts.n_statements, writer);
    write_outcome(run, writer);
    conditions.write(writer);
    return std::move(writer).text();
}

} // namespace advisor
