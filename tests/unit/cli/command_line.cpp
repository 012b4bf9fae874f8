#include "cli/command_line.hpp"

#include "cli/codes.hpp"
#include "message/error.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace commhost;

namespace {

/// A program with one group of two commands, and what was read.
struct program {
    program() {
        const auto group = line.program().subcommand("room", "Rooms");
        line.program().flag("--json", json, "as JSON");
        const auto show = group.subcommand("show", "Shows one");
        show.option("ROOM", room, "which").required();
        show.examples({"program room show 1", "program room show 2"}).runs([this] { ran = "show"; });
        const auto sync = group.subcommand("sync", "Reads some");
        const auto some = sync.option("ROOM", rooms, "which");
        sync.flag("--all", all, "every one").excludes(some);
        sync.option("--state", state, "which state").one_of({"queued", "failed"});
        sync.option("--root", roots, "a folder");
        sync.option("--wait", seconds, "seconds").between(0, 60).with_default();
        sync.runs([this] { ran = "sync"; });
    }

    std::optional<std::string> parse(std::vector<std::string> words) {
        words.insert(words.begin(), "program");
        std::vector<char*> pointers;
        for (auto& word : words) pointers.push_back(word.data());
        return line.parse(static_cast<int>(pointers.size()), pointers.data());
    }

    /// The reason of the usage error, empty when there was none.
    std::string reason(std::vector<std::string> words) {
        try {
            parse(std::move(words));
        } catch (const message::error& wrong) {
            CHECK(wrong.code() == cli::CLI_USAGE);
            return wrong.arguments().front().second;
        }
        return "";
    }

    cli::command_line line{"program", "Does things.", "program 1.2.3", "The end."};
    bool json = false, all = false;
    std::string room, ran;
    std::vector<std::string> rooms, roots;
    std::optional<std::string> state;
    int seconds = 7;
};

}  // namespace

TEST_CASE("the command that is named runs with its words") {
    program given;
    CHECK(!given.parse({"room", "show", "physics-1"}));
    CHECK(given.ran == "show");
    CHECK(given.room == "physics-1");
}

TEST_CASE("a flag of the program may stand behind a command") {
    program given;
    CHECK(!given.parse({"room", "show", "physics-1", "--json"}));
    CHECK(given.json);
}

TEST_CASE("a list takes the words that are left, a flag one value each time") {
    program given;
    CHECK(!given.parse({"room", "sync", "--root", "/a", "--root", "/b", "one", "two"}));
    CHECK(given.roots == std::vector<std::string>{"/a", "/b"});
    CHECK(given.rooms == std::vector<std::string>{"one", "two"});
}

TEST_CASE("what is not given keeps its default") {
    program given;
    CHECK(!given.parse({"room", "sync"}));
    CHECK(given.seconds == 7);
    CHECK(!given.state);
}

TEST_CASE("the help shows purpose, placeholder, default and examples") {
    program given;
    const auto help = given.parse({"room", "show", "--help"});
    REQUIRE(help);
    CHECK(help->find("Shows one") != std::string::npos);
    CHECK(help->find("Example: program room show 1\n         program room show 2") != std::string::npos);
    CHECK(given.ran.empty());
    program other;
    CHECK(other.parse({"room", "sync", "--help"}).value().find("--wait INT:INT in [0 - 60]=7") != std::string::npos);
}

TEST_CASE("the version is printed in place of a command") {
    program given;
    CHECK(given.parse({"--version"}) == "program 1.2.3");
}

TEST_CASE("wrong words are a usage error that names them, and nothing runs") {
    program given;
    CHECK(given.reason({"rom"}) == "there is no command 'rom'");
    CHECK(given.reason({"room", "shwo"}) == "there is no command 'shwo'");
    CHECK(given.reason({"room", "sync", "--state", "lost"}).starts_with("--state: lost"));
    CHECK(given.reason({"room", "sync", "--wait", "61"}).starts_with("--wait: "));
    CHECK(given.reason({"room", "sync", "one", "--all"}).find("excludes") != std::string::npos);
    CHECK(!given.reason({"room", "show"}).empty());
    CHECK(!given.reason({}).empty());
    CHECK(given.ran.empty());
}
