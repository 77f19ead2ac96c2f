/*
 * server.h - sessions to one server, what runs in them, and what that takes.
 *
 * The server is on this machine and runs as the same user, since its CPU is read from
 * /proc. Whatever goes wrong ends the program with a message: a figure from a
 * statement that failed is none.
 */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <cstdint>
#include <string>
#include <vector>

#include <libpq-fe.h>
#include <sys/types.h>

#include "rows.h"

/* Seconds that some transactions took. */
struct Slice
{
    double time;
    double cpu; /* of the server's backends */
};

class Server
{
  public:
    Server(std::string name, std::string conninfo);
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    const std::string &name() const;

    /* Leaves the sessions of the row before, and opens those of this one. */
    void open(const Row &row);
    void close();

    /* Transactions first to first + count - 1, shared out to the sessions, none of which waits for another. */
    Slice run(const Row &row, uint64_t first, uint64_t count);

    /* Of the first session. */
    pid_t backend() const;

  private:
    struct Session
    {
        PGconn *connection;
        pid_t pid;
        Transaction transaction;
        size_t sent;
    };

    PGconn *connect(const Row &row) const;
    void send(Session &session) const;
    bool finish_statement(Session &session) const;
    bool step(Session &session, const Row &row, uint64_t &next, uint64_t end) const;
    double cpu(bool parallel) const;

    std::string name_;
    std::string conninfo_;
    std::vector<Session> sessions_;
};

#endif
