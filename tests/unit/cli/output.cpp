#include "cli/output.hpp"

#include "temporary_folder.hpp"
#include "text/descriptor.hpp"
#include "text/file_content.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

using namespace commhost;

namespace {

/// What work prints to standard output.
template <class Work>
std::string printed_by(Work&& work) {
    const test::temporary_folder folder;
    const auto file = folder.path() / "printed";
    std::fflush(stdout);
    const text::descriptor before(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10));
    {
        const text::descriptor to(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        REQUIRE(::dup2(to.number(), STDOUT_FILENO) == STDOUT_FILENO);
    }
    work();
    std::fflush(stdout);
    REQUIRE(::dup2(before.number(), STDOUT_FILENO) == STDOUT_FILENO);
    return text::read_file(file, 10'000);
}

/// A line break, an escape sequence, a C1 control character, a turn of the direction of writing, a byte of Latin-1.
constexpr std::string_view foul = "a\nb\x1B[2J\xC2\x9B\u202E\xFC";
const std::string clean = "a b [2J  \uFFFD";

}  // namespace

TEST_CASE("no cell and no field ends a line, moves the cursor or turns the direction of writing") {
    const cli::output out;
    CHECK(printed_by([&] { out.table({"heading_name"}, {{std::string(foul)}}); }) == "NAME\n" + clean + "\n");
    CHECK(printed_by([&] { out.fields({{"field_name", std::string(foul)}}); }) == "name: " + clean + "\n");
    CHECK(printed_by([&] { out.line("one\ntwo\x1B"); }) == "one\ntwo \n");
}

TEST_CASE("a column is as wide as what is shown") {
    const cli::output out;
    CHECK(printed_by([&] {
              out.table({"heading_name", "heading_url"}, {{"\xFF\xFF\xFF\xFF\xFF", "x"}, {"b", "y"}});
          }) == "NAME   URL\n\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD  x\nb      y\n");
}

TEST_CASE("a document is UTF-8 that a terminal can show, and loses nothing that UTF-8 can say") {
    const cli::output out;
    const auto printed = printed_by([&] {
        out.document(boost::json::object{{"k\xFC", std::string(foul)}, {"plain", "\u00fc\u05d0"}});
    });
    CHECK(printed == "{\"k\uFFFD\":\"a\\nb\\u001b[2J\\u009b\\u202e\uFFFD\",\"plain\":\"\u00fc\u05d0\"}\n");
    CHECK(boost::json::parse(printed).at("k\uFFFD") == "a\nb\x1B[2J\xC2\x9B\u202E\uFFFD");
}

TEST_CASE("a point in time is written in UTC, as ISO 8601 has it") {
    CHECK(cli::time_text(1'769'846'400'000) == "2026-01-31T08:00:00Z");
    CHECK(cli::time_text(std::nullopt).empty());
    CHECK(cli::time_json(std::nullopt).is_null());
    CHECK(cli::time_json(0) == "1970-01-01T00:00:00Z");
}

TEST_CASE("an error becomes a document with its code, its sentences and what was known") {
    const auto document = cli::to_json(message::code("STORE_LOCATION"), {{"location", "x"}});
    CHECK(document.at("code") == "STORE_LOCATION");
    CHECK(document.at("text") == "The database 'x' is not one that commhost knows. Nothing was done.");
    CHECK(document.at("arguments").at("location") == "x");
    CHECK_FALSE(document.at("advice").as_string().empty());
    CHECK(cli::to_json(message::code("STORE_LOCATION"), {{"location", "\xff"}}).at("arguments").at("location") ==
          "\uFFFD");
}
