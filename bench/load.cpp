/*
 * load.cpp - the same load on several servers at the same time, and what it costs each.
 *
 *   load measure ROUNDS SECONDS NAME=CONNINFO... -- ROW...
 *       Each round visits all servers in an order shuffled by a fixed seed, for a slice of
 *       about SECONDS: as many transactions as the reference needs that long for. Prints
 *       two tables, the server's CPU and the time, in markdown. The first server is the
 *       base, the second the reference. A ROW stands for all whose names begin so.
 *   load rows ROW...
 *       Fails if one of them stands for none.
 *   load repeat ROW FIRST COUNT CONNINFO
 *       Prints the process that runs the row's first session, and runs transactions FIRST
 *       to FIRST + COUNT - 1.
 */
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <list>
#include <random>
#include <string>
#include <vector>

#include "figures.h"
#include "rows.h"
#include "server.h"

namespace
{

constexpr size_t BASE = 0;
constexpr size_t REFERENCE = 1;
constexpr uint32_t SEED = 42;
constexpr double WARM_UP_SECONDS = 0.3;

/* Executions after which a session has its generic plan, and its caches filled. */
constexpr uint64_t WARM_UP_LEAST = 2;
constexpr uint64_t WARM_UP_TIMES = 8;

struct Measured
{
    Figures time;
    Figures cpu;
};

struct Plan
{
    uint64_t warm_up; /* transactions */
    uint64_t slice;
};

uint64_t
whole_shares(double transactions, int clients)
{
    return static_cast<uint64_t>(std::max(1.0, std::ceil(transactions / clients))) * clients;
}

/* The reference says how much of this row fits into a slice. */
Plan
calibrate(const Row &row, Server &reference, double seconds)
{
    uint64_t done = 0;
    uint64_t chunk = row.clients * WARM_UP_LEAST;
    double spent = 0;

    while (true)
    {
        double time = reference.run(row, done, chunk).time;
        done += chunk;
        spent += time;
        if (spent >= WARM_UP_SECONDS)
            return {done, whole_shares(seconds * chunk / time, row.clients)};
        chunk = done < row.clients * WARM_UP_TIMES ? row.clients * WARM_UP_TIMES : done;
    }
}

Measured
measure(const Row &row, std::list<Server> &servers, int rounds, double seconds)
{
    std::vector<Server *> order;
    Measured measured{Figures(servers.size()), Figures(servers.size())};
    std::vector<size_t> places;
    std::mt19937 random(SEED);

    for (Server &server : servers)
    {
        server.open(row);
        places.push_back(order.size());
        order.push_back(&server);
    }
    Plan plan = calibrate(row, *order[REFERENCE], seconds);
    for (size_t i = 0; i < order.size(); i++)
    {
        if (i != REFERENCE)
            order[i]->run(row, 0, plan.warm_up);
    }
    for (int round = 0; round < rounds; round++)
    {
        std::shuffle(places.begin(), places.end(), random);
        for (size_t place : places)
        {
            Slice slice = order[place]->run(row, plan.warm_up + round * plan.slice, plan.slice);
            double statements = static_cast<double>(plan.slice) * row.statements;
            measured.time[place].push_back(slice.time / statements);
            measured.cpu[place].push_back(slice.cpu / statements);
        }
    }
    for (Server &server : servers)
        server.close();
    return measured;
}

bool
stands_for(const std::string &name, const Row &row)
{
    return row.name == name || (row.name.compare(0, name.size(), name) == 0 && !row.on_demand);
}

bool
is_asked_for(const Row &row, const std::vector<std::string> &names)
{
    if (names.empty())
        return !row.on_demand;
    return std::any_of(names.begin(), names.end(), [&](const std::string &name) { return stands_for(name, row); });
}

int
check_rows(const std::vector<std::string> &names)
{
    for (const std::string &name : names)
    {
        if (std::none_of(all_rows().begin(), all_rows().end(),
                         [&](const Row &row) { return stands_for(name, row); }))
        {
            std::fprintf(stderr, "load: no row %s\n", name.c_str());
            return 1;
        }
    }
    return 0;
}

void
print_table(const char *title, const std::list<Server> &servers, const std::vector<std::string> &lines)
{
    std::string head = "| " + std::string(title) + " |";
    std::string rule = "|---|";

    for (const Server &server : servers)
    {
        head += " " + server.name() + " |";
        rule += "---|";
    }
    std::printf("%s\n%s\n", head.c_str(), rule.c_str());
    for (const std::string &line : lines)
        std::printf("%s\n", line.c_str());
    std::printf("\n");
}

int
measure_rows(int rounds, double seconds, std::list<Server> &servers, const std::vector<std::string> &names)
{
    std::vector<std::string> time;
    std::vector<std::string> cpu;

    for (const Row &row : all_rows())
    {
        if (!is_asked_for(row, names))
            continue;
        Measured measured = measure(row, servers, rounds, seconds);
        Told told{row.scale, row.show_difference};
        std::string what = row.what + " (" + row.unit + ")";
        time.push_back(table_line(what, measured.time, REFERENCE, BASE, told));
        cpu.push_back(table_line(what, measured.cpu, REFERENCE, BASE, told));
        std::fprintf(stderr, "%s: %s\n", row.name.c_str(), cpu.back().c_str());
    }
    print_table("server CPU", servers, cpu);
    print_table("time", servers, time);
    return cpu.empty() ? 1 : 0;
}

int
repeat(const std::string &name, uint64_t first, uint64_t count, const std::string &conninfo)
{
    for (const Row &row : all_rows())
    {
        if (row.name != name)
            continue;
        Server server("server", conninfo);
        server.open(row);
        std::printf("%d\n", static_cast<int>(server.backend()));
        std::fflush(stdout);
        server.run(row, first, count);
        return 0;
    }
    std::fprintf(stderr, "load: no row %s\n", name.c_str());
    return 1;
}

int
usage()
{
    std::fprintf(stderr, "usage: load measure ROUNDS SECONDS NAME=CONNINFO... -- ROW...\n"
                         "       load rows ROW...\n"
                         "       load repeat ROW FIRST COUNT CONNINFO\n");
    return 2;
}

} // namespace

int
main(int argc, char **argv)
{
    std::vector<std::string> arguments(argv + 1, argv + argc);

    if (arguments.size() == 5 && arguments[0] == "repeat")
        return repeat(arguments[1], std::stoull(arguments[2]), std::stoull(arguments[3]), arguments[4]);
    if (!arguments.empty() && arguments[0] == "rows")
        return check_rows({arguments.begin() + 1, arguments.end()});
    if (arguments.size() < 6 || arguments[0] != "measure")
        return usage();

    std::list<Server> servers;
    size_t i = 3;
    for (; i < arguments.size() && arguments[i] != "--"; i++)
    {
        size_t equals = arguments[i].find('=');
        if (equals == std::string::npos)
            return usage();
        servers.emplace_back(arguments[i].substr(0, equals), arguments[i].substr(equals + 1));
    }
    if (servers.size() < 2)
        return usage();
    std::vector<std::string> names(arguments.begin() + std::min(i + 1, arguments.size()), arguments.end());
    return measure_rows(std::max(1, std::atoi(argv[2])), std::atof(argv[3]), servers, names);
}
