#include "plugin/checksums.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

using namespace commhost;

namespace {

const std::string sum(64, 'a');

plugin::checksums parsed(const std::string& text) { return plugin::parse_checksums(text, "SHA256SUMS"); }

message::error refusal(const std::string& text) {
    return test::thrown_by([&] { parsed(text); });
}

}  // namespace

TEST_CASE("both of sha256sum's modes are read, names relative to the folder, digits of either case") {
    CHECK(parsed(sum + "  version.json\n" + std::string(64, 'A') + " *./lang/en/x.json\n") ==
          plugin::checksums{{"version.json", sum}, {"lang/en/x.json", sum}});
    CHECK(parsed("# signed on Monday\n" + sum + "  name with  blanks") ==
          plugin::checksums{{"name with  blanks", sum}});
    CHECK(parsed("").empty());
}

TEST_CASE("names that need it are escaped as sha256sum does, and come back") {
    const plugin::checksums odd{{"a\nb\\c\rd", sum}, {"plain", sum}};
    CHECK(plugin::to_text(odd) == "\\" + sum + "  a\\nb\\\\c\\rd\n" + sum + "  plain\n");
    CHECK(parsed(plugin::to_text(odd)) == odd);
}

TEST_CASE("a line that sha256sum would not write is refused with its number") {
    const std::string good = sum + "  good\n";
    for (const auto& wrong : {std::string("\n"), std::string("hello\n"), sum + "\n", sum + "  \n", sum + " x\n",
                              std::string(63, 'a') + "g  x\n", sum + "  x\r\n", "\\" + sum + "  x\\t\n",
                              "SHA256 (x) = " + sum + "\n", sum + "  ./\n"}) {
        CAPTURE(wrong);
        const auto thrown = refusal(good + wrong);
        CHECK(thrown.code() == plugin::CHECKSUM_LINE);
        CHECK(test::argument(thrown.arguments(), "line") == "2");
    }
    CHECK(test::argument(refusal(good + good).arguments(), "reason") == "the file stands twice");
}

TEST_CASE("files that differ, that are missing and that nobody stated are told apart and named") {
    const plugin::checksums stated{{"same", sum}, {"changed", sum}, {"gone", sum}};
    const plugin::checksums found{{"same", sum},
                                  {"changed", std::string(64, 'b')},
                                  {"added", sum},
                                  {"SHA256SUMS", sum},
                                  {"SHA256SUMS.minisig", sum}};
    const auto problems = plugin::compare_checksums(stated, found, "/x");
    REQUIRE(test::codes(problems) == "CHECKSUM_DIFFERS CHECKSUM_FILE_MISSING CHECKSUM_UNSTATED");
    CHECK(test::argument(problems[0].arguments, "files") == "changed");
    CHECK(test::argument(problems[1].arguments, "files") == "gone");
    CHECK(test::argument(problems[2].arguments, "files") == "added");
    CHECK(plugin::compare_checksums(stated, stated, "/x").empty());
}

TEST_CASE("of many files the first few are named, and what is in a name does not reach a terminal") {
    plugin::checksums found;
    for (int count = 0; count < 7; ++count) found.emplace("\x1b[31m" + std::to_string(count), sum);
    const auto problems = plugin::compare_checksums({}, found, "/x");
    CHECK(test::argument(problems.at(0).arguments, "files") == " [31m0,  [31m1,  [31m2,  [31m3,  [31m4 and 2 more");
}

TEST_CASE("the tool sha256sum and we agree") {
    const test::temporary_folder folder;
    test::write_file(folder.path() / "version.json", "{}");
    test::write_file(folder.path() / "lang/en/a b.json", "");
    const auto ours = plugin::checksums_of(plugin::list_files(folder.path()));
    const test::temporary_folder beside;
    const auto sums = beside.path() / "SHA256SUMS";
    const auto command =
        "cd '" + folder.path().string() + "' && find . -type f -print0 | xargs -0 sha256sum > '" + sums.string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(cert-env33-c): the tool itself is what is compared with
    CHECK(parsed(text::read_file(sums, 10'000)) == ours);
}
