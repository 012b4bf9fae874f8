#include "roster/problem.hpp"

#include "roster/codes.hpp"

#include <doctest/doctest.h>

using namespace commhost;

TEST_CASE("a problem says where it is in file and line, or in a JSON document") {
    CHECK(roster::place{"users.csv", 7, ""}.text() == "users.csv:7");
    CHECK(roster::place{"users.csv", 0, ""}.text() == "users.csv");
    CHECK(roster::place{"school.json", 0, "/users/7"}.text() == "school.json#/users/7");
    CHECK(roster::place{"school.json", 12, "/users/7"}.text() == "school.json:12#/users/7");
    const roster::problem found{roster::ROSTER_VALUE_MISSING, {"users.csv", 7, ""}, {{"column", "username"}}, true};
    CHECK(found.text() ==
          "users.csv:7: 'username' is empty. The row is left out; what is stored for it stays as it is.");
    CHECK(found.advice().find("student system") != std::string::npos);
}

TEST_CASE("problems are all counted, and only so many kept") {
    roster::problem_list problems;
    for (std::size_t number = 0; number < roster::problem_list::most_kept + 5; ++number)
        problems.add({roster::ROSTER_TWICE, {"users.csv", number, ""}, {}, true});
    problems.add({roster::ROSTER_ROLE, {"users.csv", 1, ""}, {}, false});
    CHECK(problems.kept().size() == roster::problem_list::most_kept);
    CHECK(problems.left_out() == roster::problem_list::most_kept + 5);
    CHECK(problems.noted() == 1);
}
