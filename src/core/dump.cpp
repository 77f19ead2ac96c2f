#include "dump.h"

#include <algorithm>
#include <string_view>

#include "candidates.h"
#include "definition.h"
#include "dump_fields.h"
#include "dump_writer.h"
#include "workload.h"

namespace advisor
{

namespace
{

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
    write(DumpWriter &writer) const
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
write_indexes(const Facts &facts, DumpWriter &writer)
{
    for (int32_t i = 0; i < facts.n_indexes; i++)
    {
        writer.record("index", facts.indexes[i]);
        writer.records("key", facts.indexes[i].definition.keys, facts.indexes[i].definition.n_keys);
    }
}

/* By what they kept from being asked about: their own words may hold constants. */
void
write_dismissed(const Facts &facts, std::span<const Candidate> candidates, DumpWriter &writer)
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
write_facts(const Facts &facts, std::span<const Candidate> candidates, DumpWriter &writer)
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
write_sizes(std::span<const Candidate> candidates, DumpWriter &writer)
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
write_answers(const CostTable &costs, bool in_memory, int32_t statements, DumpWriter &writer)
{
    for (int32_t statement = 0; statement < statements; statement++)
    {
        if (costs.failed(statement))
        {
            writer.begin("failed");
            writer("statement", statement);
            writer("in_memory", in_memory);
            writer.end();
        }
        for (const KnownCell &known : costs.known(statement))
        {
            writer.begin("plan");
            writer("statement", statement);
            writer("in_memory", in_memory);
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
write_outcome(const RunRecord &run, DumpWriter &writer)
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
    DumpWriter writer;

    writer.begin("index_advisor_dump");
    writer("version", 1);
    writer.end();
    writer.record("limits", run.decision.limits);
    write_facts(facts, run.decision.candidates, writer);
    write_sizes(run.decision.candidates, writer);
    write_answers(run.decision.costs, false, facts.n_statements, writer);
    write_answers(run.in_memory, true, facts.n_statements, writer);
    write_outcome(run, writer);
    conditions.write(writer);
    return std::move(writer).text();
}

} // namespace advisor
