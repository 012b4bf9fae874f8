// How many SQL statements a plan costs:
//
//   bench_roster_statements DATABASE SOURCE
//
// prints their number. The database has been made by commhost.

#include "directory/stored.hpp"
#include "roster/plan.hpp"
#include "roster/source.hpp"
#include "store/database.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <exception>

int main(int count, char** words) {
    using namespace commhost;
    if (count != 3) {
        fmt::print(stderr, "usage: bench_roster_statements DATABASE SOURCE\n");
        return 64;
    }
    try {
        store::database database(words[1]);
        auto source = roster::read_source(words[2]);
        std::int64_t statements = 0;
        const auto stored = database.transact([&](store::connection& on) {
            const auto before = on.statements();
            auto read = directory::read_stored(on, "default");
            statements = on.statements() - before;
            return read;
        });
        const auto plan = roster::make_plan(std::move(source), stored, "default");
        fmt::print("{}\n", statements);
        return plan.empty() ? 0 : 2;
    } catch (const std::exception& failed) {
        fmt::print(stderr, "{}\n", failed.what());
        return 1;
    }
}
