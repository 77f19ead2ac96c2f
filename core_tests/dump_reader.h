/*
 * dump_reader.h - reads what dump.h writes, and runs the search on it again.
 */
#ifndef DUMP_READER_H
#define DUMP_READER_H

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <deque>
#include <istream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/candidates.h"
#include "core/definition.h"
#include "core/dump_fields.h"
#include "core/search.h"
#include "core/workload.h"

/* One line: its kind, and its fields as they are written. */
class DumpLine
{
  public:
    explicit DumpLine(const std::string &line)
    {
        std::size_t end = line.find(' ');

        kind = line.substr(0, end);
        while (end != std::string::npos && end < line.size())
        {
            const std::size_t equals = line.find('=', end);
            std::size_t stop = equals + 1;

            if (equals == std::string::npos)
                throw std::runtime_error("no value: " + line);
            if (line[stop] == '"')
                while (++stop < line.size() && line[stop] != '"')
                    stop += line[stop] == '\\';
            stop = line.find(' ', stop);
            fields_[line.substr(end + 1, equals - end - 1)] =
                line.substr(equals + 1, stop == std::string::npos ? stop : stop - equals - 1);
            end = stop;
        }
    }

    std::string kind;

    template <typename Number>
    Number
    number(const std::string &name) const
    {
        const auto field = fields_.find(name);
        Number value = {};

        if (field != fields_.end())
            std::from_chars(field->second.data(), field->second.data() + field->second.size(), value);
        return value;
    }

    template <typename Number = int32_t>
    std::vector<Number>
    numbers(const std::string &name) const
    {
        const auto field = fields_.find(name);
        std::vector<Number> values;

        if (field == fields_.end())
            return values;
        std::istringstream items(field->second);
        for (std::string item; std::getline(items, item, ',');)
            values.push_back(static_cast<Number>(std::stod(item)));
        return values;
    }

    bool
    has(const std::string &name) const
    {
        return fields_.count(name) > 0;
    }

    std::string
    text(const std::string &name) const
    {
        const std::string &quoted = fields_.at(name);
        std::string text;

        for (std::size_t i = 1; i + 1 < quoted.size(); i++)
        {
            if (quoted[i] != '\\')
                text += quoted[i];
            else if (quoted[i + 1] != 'x')
                text += quoted[++i];
            else
            {
                text += static_cast<char>(std::stoi(quoted.substr(i + 2, 2), nullptr, 16));
                i += 3;
            }
        }
        return text;
    }

  private:
    std::map<std::string, std::string> fields_;
};

class Replay
{
  public:
    AdvisorLimits limits = {};
    std::vector<int32_t> recorded; /* candidates chosen then, and now */
    advisor::Configuration chosen;
    advisor::Outcome outcome;
    double recorded_load = UNKNOWN, recorded_bound = UNKNOWN, recorded_answers = 0;

    explicit Replay(std::istream &dump)
    {
        for (std::string line; std::getline(dump, line);)
            if (!line.empty())
                read(DumpLine(line));
        if (version_ != 1)
            throw std::runtime_error("not a dump of version 1");
    }

    /* Asks and answers as it was then. Throws if it wants to know what was not asked then. */
    void
    run()
    {
        workload_ = std::make_unique<advisor::Workload>(facts());
        candidates_ = advisor::in_order(*workload_, advisor::make_candidates(*workload_, limits));
        for (const DumpLine &size : sizes_)
            take_size(size);
        advisor::Search search(*workload_, candidates_, limits);
        double answered = 0;

        for (;;)
        {
            std::vector<AdvisorAnswer> answers;

            if (hurry_after_ >= 0 && answered >= hurry_after_)
                search.hurry();
            for (const AdvisorQuestion &question : search.ask(batch_))
                answers.push_back(answer_to(question));
            if (answers.empty())
                break;
            search.answer(answers);
            answered += static_cast<double>(answers.size());
        }
        outcome = search.outcome();
        chosen = outcome.chosen;
    }

    /* CREATE INDEX without the names: what a candidate is. */
    std::string
    definition(int32_t candidate) const
    {
        const IndexDefinition &definition = candidates_.at(candidate).definition;

        return std::string(workload_->relations()[definition.relation].name) + " " +
               std::string(advisor::definition_sql(workload_->facts(), definition));
    }

    bool
    is_the_same() const
    {
        return std::vector<int32_t>(chosen.begin(), chosen.end()) == recorded && outcome.load_after == recorded_load &&
               outcome.lower_bound == recorded_bound && outcome.answers == recorded_answers;
    }

  private:
    struct Plan
    {
        double cost;
        int32_t calls;
        std::vector<int32_t> used;
        std::vector<double> binds;
    };

    /* Gives each field of a fact what the line says. */
    struct Setter
    {
        Replay &replay;
        const DumpLine &line;

        void
        operator()(const char *name, const char *&value)
        {
            value = line.has(name) ? replay.keep(line.text(name)) : nullptr;
        }

        template <typename Number>
        void
        operator()(const char *name, Number &value)
        {
            if constexpr (std::is_floating_point_v<Number>)
                value = line.number<Number>(name);
            else
                value = static_cast<Number>(line.number<int64_t>(name));
        }

        void
        list(const char *name, const int32_t *&items, int32_t &n)
        {
            replay.lists_.push_back(line.numbers(name));
            items = replay.lists_.back().data();
            n = static_cast<int32_t>(replay.lists_.back().size());
        }

        template <std::size_t N>
        void
        list(const char *name, int32_t (&items)[N], int32_t &n)
        {
            const std::vector<int32_t> numbers = line.numbers(name);

            n = static_cast<int32_t>(std::min(numbers.size(), N));
            std::copy_n(numbers.begin(), n, items);
        }
    };

    template <typename Fact>
    void
    take(const DumpLine &line, std::vector<Fact> &facts)
    {
        facts.emplace_back();
        advisor::each_field(Setter{*this, line}, facts.back());
    }

    void
    read(const DumpLine &line)
    {
        if (line.kind == "relation")
            take(line, relations_);
        else if (line.kind == "attribute")
            take(line, attributes_);
        else if (line.kind == "predicate")
            take(line, predicates_);
        else if (line.kind == "order")
            take(line, orders_);
        else if (line.kind == "needed")
            needed_ = line.numbers("attributes");
        else if (line.kind == "search")
            take(line, searches_);
        else if (line.kind == "request")
            take(line, requests_);
        else if (line.kind == "statement")
            take(line, statements_);
        else if (line.kind == "index")
            read_index(line);
        else if (line.kind == "key")
            read_key(line);
        else
            read_rest(line);
    }

    void
    read_rest(const DumpLine &line)
    {
        if (line.kind == "dismissed")
            take(line, dismissed_);
        else if (line.kind == "sampled")
            take(line, sampled_);
        else if (line.kind == "distinct")
            take(line, distincts_);
        else if (line.kind == "conjunction")
            take(line, conjunctions_);
        else if (line.kind == "limits")
            advisor::each_field(Setter{*this, line}, limits);
        else if (line.kind == "size")
            sizes_.push_back(line);
        else if (line.kind == "failed")
            failed_.insert({line.number<int32_t>("statement"), line.number<int32_t>("in_memory") != 0});
        else if (line.kind == "plan")
            plans_[{line.number<int32_t>("statement"), line.number<int32_t>("in_memory") != 0, line.numbers("candidates")}] = {
                line.number<double>("cost"), line.number<int32_t>("calls"), line.numbers("used"), line.numbers<double>("binds")};
        else if (line.kind == "hurry")
            hurry_after_ = line.number<double>("after");
        else if (line.kind == "chosen")
            read_chosen(line);
        else if (line.kind == "index_advisor_dump")
            version_ = line.number<int32_t>("version");
        else if (line.kind != "constant")
            throw std::runtime_error("a line of an unknown kind: " + line.kind);
    }

    void
    read_index(const DumpLine &line)
    {
        indexes_.emplace_back();
        indexes_.back().definition = advisor::make_definition(0);
        advisor::each_field(Setter{*this, line}, indexes_.back());
    }

    void
    read_key(const DumpLine &line)
    {
        IndexDefinition &definition = indexes_.back().definition;

        advisor::each_field(Setter{*this, line}, definition.keys[definition.n_keys++]);
    }

    void
    read_chosen(const DumpLine &line)
    {
        recorded = line.numbers("candidates");
        recorded_load = line.number<double>("load_after");
        recorded_bound = line.number<double>("lower_bound");
        recorded_answers = line.number<double>("answers");
        batch_ = line.number<int32_t>("batch");
    }

    void
    take_size(const DumpLine &line)
    {
        advisor::Candidate &candidate = candidates_.at(line.number<std::size_t>("candidate"));

        advisor::each_field(Setter{*this, line}, candidate.size);
        if (line.number<int32_t>("used") == 0)
            candidate.statements.clear();
    }

    AdvisorAnswer
    answer_to(const AdvisorQuestion &question) const
    {
        if (question.statement == NONE)
            return {};
        const auto plan = plans_.find(
            {question.statement, question.in_memory,
             std::vector<int32_t>(question.candidates, question.candidates + question.n_candidates)});
        const bool failed = failed_.count({question.statement, question.in_memory}) != 0;

        if (plan == plans_.end() && !failed)
            throw std::runtime_error("a question that was not asked then, about statement " +
                                     std::to_string(question.statement));
        if (plan == plans_.end())
            return {};
        return {true, plan->second.cost, static_cast<int32_t>(plan->second.used.size()), plan->second.used.data(),
                static_cast<int32_t>(plan->second.binds.size()), plan->second.binds.data(), plan->second.calls};
    }

    const char *
    keep(std::string text)
    {
        texts_.push_back(std::move(text));
        return texts_.back().c_str();
    }

    template <typename Fact>
    static void
    refer(const std::vector<Fact> &from, const Fact *&to, int32_t &n)
    {
        to = from.data();
        n = static_cast<int32_t>(from.size());
    }

    Facts
    facts() const
    {
        Facts facts = {};

        refer(relations_, facts.relations, facts.n_relations);
        refer(attributes_, facts.attributes, facts.n_attributes);
        refer(predicates_, facts.predicates, facts.n_predicates);
        refer(orders_, facts.orders, facts.n_orders);
        refer(needed_, facts.needed, facts.n_needed);
        refer(searches_, facts.searches, facts.n_searches);
        refer(requests_, facts.requests, facts.n_requests);
        refer(statements_, facts.statements, facts.n_statements);
        refer(indexes_, facts.indexes, facts.n_indexes);
        refer(dismissed_, facts.dismissed, facts.n_dismissed);
        refer(sampled_, facts.sampled, facts.n_sampled);
        refer(distincts_, facts.distincts, facts.n_distincts);
        refer(conjunctions_, facts.conjunctions, facts.n_conjunctions);
        return facts;
    }

    std::vector<RelationFact> relations_;
    std::vector<AttributeFact> attributes_;
    std::vector<PredicateFact> predicates_;
    std::vector<OrderFact> orders_;
    std::vector<int32_t> needed_;
    std::vector<SearchFact> searches_;
    std::vector<RequestFact> requests_;
    std::vector<StatementFact> statements_;
    std::vector<ExistingIndexFact> indexes_;
    std::vector<DismissedFact> dismissed_;
    std::vector<SampledColumnFact> sampled_;
    std::vector<DistinctFact> distincts_;
    std::vector<ConjunctionFact> conjunctions_;
    std::vector<DumpLine> sizes_;
    std::map<std::tuple<int32_t, bool, std::vector<int32_t>>, Plan> plans_;
    std::set<std::pair<int32_t, bool>> failed_;
    std::deque<std::string> texts_;
    std::deque<std::vector<int32_t>> lists_;
    std::unique_ptr<advisor::Workload> workload_;
    advisor::Vector<advisor::Candidate> candidates_;
    double hurry_after_ = UNKNOWN;
    int32_t batch_ = 16;
    int32_t version_ = 0;
};

#endif
