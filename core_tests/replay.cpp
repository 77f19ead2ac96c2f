/*
 * replay.cpp - runs the search again on what index_advisor.dump_run() wrote, without a server.
 *
 *   replay FILE...     prints the chosen indexes; fails where they are not those of the dump
 */
#include <cstdio>
#include <exception>
#include <fstream>

#include "dump_reader.h"

namespace
{

bool
replay(const char *path)
{
    std::ifstream file(path);
    Replay replay(file);

    replay.run();
    for (const int32_t candidate : replay.chosen)
        std::printf("%s\n", replay.definition(candidate).c_str());
    std::printf("load %.6g, lower bound %.6g, %.0f answers: %s\n", replay.outcome.load_after,
                replay.outcome.lower_bound, replay.outcome.answers,
                replay.is_the_same() ? "as it was" : "not as it was");
    return replay.is_the_same();
}

} // namespace

int
main(int argc, char **argv)
{
    bool same = argc > 1;

    for (int i = 1; i < argc; i++)
        try
        {
            same = replay(argv[i]) && same;
        }
        catch (const std::exception &failure)
        {
            std::fprintf(stderr, "%s: %s\n", argv[i], failure.what());
            same = false;
        }
    return same ? 0 : 1;
}
