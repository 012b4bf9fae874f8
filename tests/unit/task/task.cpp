#include "task/task.hpp"

#include <doctest/doctest.h>

using namespace commhost;

TEST_CASE("lanes and states have the names that an admin writes") {
    CHECK(task::name_of(task::lane::clean_up) == "clean_up");
    CHECK(task::name_of(task::state::waiting) == "waiting");
    for (const auto which : {task::lane::interactive, task::lane::roster, task::lane::periodic, task::lane::clean_up})
        CHECK(task::lane_of(task::name_of(which)) == which);
    for (const auto which : {task::state::queued, task::state::running, task::state::waiting, task::state::failed})
        CHECK(task::state_of(task::name_of(which)) == which);
    CHECK(task::lane_of("express") == std::nullopt);
    CHECK(task::state_of("") == std::nullopt);
}
