#include "plugin/new_plugin.hpp"

#include "plugin/codes.hpp"
#include "plugin_fixtures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

/// 2026-03-09T23:59:59Z
constexpr store::milliseconds_utc some_evening = 1'773'100'799'000;

std::string content_of(const std::vector<plugin::new_file>& files, std::string_view path) {
    const auto found = std::find_if(files.begin(), files.end(), [&](const auto& each) { return each.path == path; });
    return found == files.end() ? "" : found->content;
}

}  // namespace

TEST_CASE("a new plugin has its name everywhere, and the version of its day") {
    const auto files = plugin::new_plugin("zulip", some_evening);
    const auto manifest = content_of(files, "version.json");
    CHECK(manifest.find(R"("component": "communication_zulip")") != std::string::npos);
    CHECK(manifest.find(R"("version": 2026030900,)") != std::string::npos);
    CHECK(content_of(files, "lang/de/communication_zulip.json").find("auf einem Zulip-Server") != std::string::npos);
    CHECK(content_of(files, ".gitignore") == "build/\n");
}

TEST_CASE("a name that no plugin can have is refused, and shown in one line") {
    for (const std::string name : {"", "Zulip", "9", "a-b", "a\nb", "über"}) {
        CAPTURE(name);
        const auto thrown = test::thrown_by([&] { plugin::new_plugin(name, some_evening); });
        CHECK(thrown.code() == plugin::PLUGIN_NEW_NAME);
        CHECK(thrown.text().find('\n') == std::string::npos);
    }
}

TEST_CASE("what cannot be finished is taken away again, in a new folder as in an empty one") {
    const test::temporary_folder temporary;
    const std::vector<plugin::new_file> impossible{{"a", "x"}, {"sub/b", "y"}, {"a/c", "z"}};
    const auto thrown = test::thrown_by([&] { plugin::write_new_plugin(temporary.path() / "new", impossible); });
    CHECK(thrown.code() == plugin::PLUGIN_NEW_WRITE);
    CHECK(fs::is_empty(temporary.path()));
    CHECK_THROWS_AS(plugin::write_new_plugin(temporary.path(), impossible), message::error);
    CHECK(fs::is_empty(temporary.path()));
}

TEST_CASE("a folder that holds something is left as it is") {
    const test::temporary_folder temporary;
    test::write_file(temporary.path() / "mine", "mine");
    const auto thrown = test::thrown_by([&] { plugin::write_new_plugin(temporary.path(), {{"mine", "yours"}}); });
    CHECK(thrown.code() == plugin::PLUGIN_NEW_OCCUPIED);
    CHECK(test::argument(thrown.arguments(), "path") == temporary.path().string());
    CHECK(fs::file_size(temporary.path() / "mine") == 4);
}

TEST_CASE("a path that ends with a slash is the same folder") {
    const test::temporary_folder temporary;
    CHECK(plugin::write_new_plugin(temporary.path() / "new/", {{"a", "x"}}) == temporary.path() / "new");
    CHECK(fs::is_regular_file(temporary.path() / "new" / "a"));
}
