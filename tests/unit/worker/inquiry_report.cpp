#include "worker/inquiry_report.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace commhost;
using core_communication::diagnosis_outcome;

TEST_CASE("a report goes through a pipe and back") {
    const worker::inquiry_report report{{{"address", diagnosis_outcome::passed, "it answers", ""},
                                         {"token", diagnosis_outcome::failed, "it is refused", "make a new one"}},
                                        {{"rate_limit", "the account is exempt from limits"}},
                                        {{"email", R"(["ada@school.example"])"}, {"messages", "3"}},
                                        ""};
    const auto back = worker::inquiry_report_of(worker::to_json(report));
    REQUIRE(back.found.size() == 2);
    CHECK(back.found[0].outcome == diagnosis_outcome::passed);
    CHECK(back.found[1].id == "token");
    CHECK(back.found[1].outcome == diagnosis_outcome::failed);
    CHECK(back.found[1].found == "it is refused");
    CHECK(back.found[1].advice == "make a new one");
    REQUIRE(back.offers.size() == 1);
    CHECK(back.offers[0].id == "rate_limit");
    CHECK(back.offers[0].change == "the account is exempt from limits");
    REQUIRE(back.records.size() == 2);
    CHECK(back.records[0].name == "email");
    CHECK(back.records[0].content == R"(["ada@school.example"])");
    CHECK(back.records[1].content == "3");
    CHECK(back.error.empty());
}

TEST_CASE("an error and a plugin's words are fit for a terminal, be they what they may") {
    CHECK(worker::inquiry_report_of(R"({"error": "gone\u001b[2J"})").error == "gone [2J");
    const worker::inquiry_report odd{
        {{"a", diagnosis_outcome::warning, "b\xff\n", std::string(2000, 'x')}}, {{"c\n", "d\x1b"}}, {}, ""};
    const auto back = worker::inquiry_report_of(worker::to_json(odd));
    REQUIRE(back.found.size() == 1);
    CHECK(back.found[0].found == "b\uFFFD ");
    CHECK(back.found[0].advice == std::string(1000, 'x') + "...");
    REQUIRE(back.offers.size() == 1);
    CHECK(back.offers[0].id == "c ");
    CHECK(back.offers[0].change == "d ");
}

TEST_CASE("what is no report is refused, and nothing of it is taken") {
    for (const auto* text :
         {"", "[]", "{}", R"({"found": {}, "offers": [], "records": []})",
          R"({"found": [[]], "offers": [], "records": []})", R"({"error": ""})", R"({"error": 1})",
          R"({"found": [{"id": "a", "outcome": "great", "found": "", "advice": ""}], "offers": [], "records": []})",
          R"({"found": [{"id": "a", "outcome": "passed", "found": ""}], "offers": [], "records": []})",
          R"({"found": []})", R"({"found": [], "offers": [{"id": "a"}], "records": []})",
          R"({"found": [], "records": []})", R"({"found": [], "offers": [], "records": [{"name": "a"}]})",
          R"({"found": [], "offers": [], "records": [{"name": "a", "content": 1}]})",
          R"({"found": [], "offers": [], "records": [{"name": "a", "content": "{"}]})"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(worker::inquiry_report_of(text), std::invalid_argument);
    }
}

TEST_CASE("a record that is not in JSON makes no report, and its name is said") {
    for (const auto* content : {"", "hello", "{", "[1,]", "\"\xff\""}) {
        CAPTURE(content);
        const worker::inquiry_report odd{{}, {}, {{"messages", content}}, ""};
        CHECK_THROWS_WITH_AS(worker::to_json(odd), "the record 'messages' is not in JSON", std::invalid_argument);
    }
}
