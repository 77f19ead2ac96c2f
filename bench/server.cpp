#include "server.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <poll.h>
#include <unistd.h>

namespace
{

constexpr const char *PREPARED = "s";

/* A backend does a little more after its last answer; so long after it sleeps. */
constexpr auto SETTLE = std::chrono::milliseconds(2);

[[noreturn]] void
fail(const std::string &server, const std::string &what)
{
    std::fprintf(stderr, "load: %s: %s\n", server.c_str(), what.c_str());
    std::exit(1);
}

std::string
proc_file(pid_t pid, const char *file)
{
    return "/proc/" + std::to_string(pid) + "/" + file;
}

/* The scheduler's own sum of the time that a process ran. */
double
process_seconds(pid_t pid)
{
    std::ifstream file(proc_file(pid, "schedstat"));
    double nanoseconds = 0;

    file >> nanoseconds;
    return nanoseconds / 1e9;
}

/* The fields of /proc/PID/stat from the third, the state, on: the second may hold blanks. */
std::vector<std::string>
process_fields(pid_t pid)
{
    std::ifstream file(proc_file(pid, "stat"));
    std::string line;
    std::getline(file, line);
    std::istringstream rest(line.substr(line.rfind(')') + 1));
    std::vector<std::string> fields;
    std::string field;

    while (rest >> field)
        fields.push_back(field);
    return fields;
}

/* Parallel workers are gone when they are asked for: their parent, the postmaster, has the sum, in clock ticks. */
double
workers_seconds(pid_t backend)
{
    pid_t postmaster = std::stoi(process_fields(backend).at(1));
    std::vector<std::string> fields = process_fields(postmaster);

    return (std::stod(fields.at(13)) + std::stod(fields.at(14))) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

} // namespace

Server::Server(std::string name, std::string conninfo) : name_(std::move(name)), conninfo_(std::move(conninfo))
{
}

Server::~Server()
{
    close();
}

const std::string &
Server::name() const
{
    return name_;
}

pid_t
Server::backend() const
{
    return sessions_.at(0).pid;
}

void
Server::close()
{
    for (Session &session : sessions_)
        PQfinish(session.connection);
    sessions_.clear();
}

void
Server::open(const Row &row)
{
    close();
    for (int i = 0; i < row.clients; i++)
    {
        PGconn *connection = connect(row);
        sessions_.push_back({connection, PQbackendPID(connection), {}, 0});
    }
}

PGconn *
Server::connect(const Row &row) const
{
    PGconn *connection = PQconnectdb(conninfo_.c_str());

    if (PQstatus(connection) != CONNECTION_OK)
        fail(name_, PQerrorMessage(connection));
    for (const std::string &text : row.session)
    {
        PGresult *result = PQexec(connection, text.c_str());
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail(name_, PQerrorMessage(connection));
        PQclear(result);
    }
    if (!row.prepared.empty())
    {
        PGresult *result = PQprepare(connection, PREPARED, row.prepared.c_str(), 1, nullptr);
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            fail(name_, PQerrorMessage(connection));
        PQclear(result);
    }
    return connection;
}

/* The transaction's next statement. */
void
Server::send(Session &session) const
{
    const Statement &statement = session.transaction[session.sent++];
    const char *parameter = statement.parameter.c_str();
    int sent = statement.text.empty()
                   ? PQsendQueryPrepared(session.connection, PREPARED, 1, &parameter, nullptr, nullptr, 0)
                   : PQsendQuery(session.connection, statement.text.c_str());

    if (!sent)
        fail(name_, PQerrorMessage(session.connection));
}

/* Takes what has come; true if that was all of the statement. */
bool
Server::finish_statement(Session &session) const
{
    if (!PQconsumeInput(session.connection))
        fail(name_, PQerrorMessage(session.connection));
    while (!PQisBusy(session.connection))
    {
        PGresult *result = PQgetResult(session.connection);
        if (result == nullptr)
            return true;
        if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
            fail(name_, PQerrorMessage(session.connection));
        PQclear(result);
    }
    return false;
}

/* Sends what comes next in this session; false if nothing does. */
bool
Server::step(Session &session, const Row &row, uint64_t &next, uint64_t end) const
{
    if (session.sent == session.transaction.size())
    {
        if (next == end)
            return false;
        session.transaction = row.transaction(next++);
        session.sent = 0;
    }
    send(session);
    return true;
}

double
Server::cpu(bool parallel) const
{
    double sum = parallel ? workers_seconds(backend()) : 0;

    std::this_thread::sleep_for(SETTLE);
    for (const Session &session : sessions_)
        sum += process_seconds(session.pid);
    return sum;
}

Slice
Server::run(const Row &row, uint64_t first, uint64_t count)
{
    uint64_t next = first;
    uint64_t end = first + count;
    int running = 0;
    std::vector<pollfd> waiting;
    double cpu_before = cpu(row.parallel);
    auto start = std::chrono::steady_clock::now();

    for (Session &session : sessions_)
    {
        bool busy = step(session, row, next, end);
        running += busy;
        waiting.push_back({busy ? PQsocket(session.connection) : -1, POLLIN, 0});
    }
    while (running > 0)
    {
        if (poll(waiting.data(), waiting.size(), -1) < 0)
            fail(name_, "poll failed");
        for (size_t i = 0; i < sessions_.size(); i++)
        {
            if (waiting[i].revents == 0 || !finish_statement(sessions_[i]))
                continue;
            if (!step(sessions_[i], row, next, end))
            {
                waiting[i].fd = -1;
                running--;
            }
        }
    }
    std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    return {time.count(), cpu(row.parallel) - cpu_before};
}
