#include "worker/diagnosis_report.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace commhost;
using core_communication::diagnosis_outcome;

TEST_CASE("a report goes through a pipe and back") {
    const worker::diagnosis_report report{{{"address", diagnosis_outcome::passed, "it answers", ""},
                                           {"token", diagnosis_outcome::failed, "it is refused", "make a new one"}},
                                          ""};
    const auto back = worker::diagnosis_report_of(worker::to_json(report));
    REQUIRE(back.found.size() == 2);
    CHECK(back.found[0].outcome == diagnosis_outcome::passed);
    CHECK(back.found[1].id == "token");
    CHECK(back.found[1].outcome == diagnosis_outcome::failed);
    CHECK(back.found[1].found == "it is refused");
    CHECK(back.found[1].advice == "make a new one");
    CHECK(back.error.empty());
}

TEST_CASE("an error and a plugin's words are fit for a terminal, be they what they may") {
    CHECK(worker::diagnosis_report_of(R"({"error": "gone\u001b[2J"})").error == "gone [2J");
    const worker::diagnosis_report odd{{{"a", diagnosis_outcome::warning, "b\xff\n", std::string(2000, 'x')}}, ""};
    const auto back = worker::diagnosis_report_of(worker::to_json(odd));
    REQUIRE(back.found.size() == 1);
    CHECK(back.found[0].found == "b\uFFFD ");
    CHECK(back.found[0].advice == std::string(1000, 'x') + "...");
}

TEST_CASE("what is no report is refused, and nothing of it is taken") {
    for (const auto* text :
         {"", "[]", "{}", R"({"found": {}})", R"({"found": [[]]})", R"({"error": ""})", R"({"error": 1})",
          R"({"found": [{"id": "a", "outcome": "great", "found": "", "advice": ""}]})",
          R"({"found": [{"id": "a", "outcome": "passed", "found": ""}]})"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(worker::diagnosis_report_of(text), std::invalid_argument);
    }
}
