#include "roster/source.hpp"

#include "roster_fixture.hpp"
#include "test_database.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace commhost;
using roster::source_format;
using test::refusal;
using test::write_file;

TEST_CASE("what a path holds is told from its bytes, not from its name") {
    const test::temporary_folder folder;
    const auto path = folder.path() / "roster.dat";
    CHECK(roster::format_of(folder.path()) == source_format::oneroster_folder);
    write_file(path, "PK\x03\x04...");
    CHECK(roster::format_of(path) == source_format::oneroster_zip);
    write_file(path, "\xEF\xBB\xBF \r\n{}");
    CHECK(roster::format_of(path) == source_format::json_document);
    for (const std::string content : {"", "  ", "sourcedId,status\n", "[]"}) {
        CAPTURE(content);
        write_file(path, content);
        CHECK(refusal([&] { roster::format_of(path); }).starts_with("ROSTER_SOURCE: "));
    }
    CHECK(refusal([&] { roster::format_of(folder.path() / "none"); }).starts_with("ROSTER_READ: "));
    CHECK(refusal([&] { roster::format_of("/dev/null"); }).starts_with("ROSTER_SOURCE: "));
}

TEST_CASE("each kind of source is read") {
    CHECK(roster::read_source(test::fixtures / "sample_school").instances.size() == 12);
    CHECK(roster::read_source(test::fixtures / "roster" / "sample.json").instances.size() == 4);
}
