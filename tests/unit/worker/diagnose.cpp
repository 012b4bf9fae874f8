#include "worker/diagnose.hpp"

#include "plugin/plugin_fixtures.hpp"
#include "temporary_folder.hpp"
#include "worker/codes.hpp"
#include "worker/probe_process.hpp"
#include "worker/version.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

using namespace commhost;
namespace fs = std::filesystem;

namespace {

/// A host with one plugin, on a database of its own.
struct fixture {
    worker::host_settings settings() const {
        worker::host_settings wanted;
        wanted.database = "sqlite:" + (folder.path() / "commhost.db").string();
        wanted.key_file = folder.path() / "host.key";
        wanted.lang_folder = folder.path() / "lang";
        wanted.configured["tells_words"] = {
            {"address", "https://chat.example"}, {"token", "hunter2"}, {"names", "a, b"}};
        return wanted;
    }

    /// The host's own registry would start this program to probe with.
    plugin::plugin_entry look() {
        const worker::probe_process prober(test::probe_program);
        const plugin::registry registry({{root}, worker::own_version(), {::geteuid()}}, {}, host.database(), prober,
                                        host.clock());
        return registry.find("tells_words").value();
    }

    std::string told(const plugin::plugin_entry& entry) {
        const auto answer = worker::diagnose(host, entry, COMMHOST_PROGRAM);
        if (answer.refusal) return answer.refusal->text();
        REQUIRE(answer.found.size() == 1);
        return answer.found[0].found;
    }

    test::temporary_folder folder;
    fs::path root = folder.path() / "provider";
    fs::path plugin = test::install("tells_words", root);
    worker::host host{settings()};
};

constexpr const char* all_of_it = "Fixture https://chat.example *** 3 invite a b open";

}  // namespace

TEST_CASE_FIXTURE(fixture,
                  "a plugin that diagnoses sees its texts and settings, and its secret is blanked in what it says") {
    const auto entry = look();
    CHECK(entry.state == plugin::plugin_state::enabled);
    CHECK(told(entry) == all_of_it);
}

TEST_CASE_FIXTURE(fixture,
                  "a plugin that diagnoses sees what was checked of its folder, whatever the folder holds by now") {
    const auto entry = look();
    test::write_file(plugin / "settings.json", "{");
    test::write_file(plugin / "lang/en/communication_tells_words.json", R"({"pluginname": "Somebody else"})");
    CHECK(told(entry) == all_of_it);
}

TEST_CASE_FIXTURE(fixture,
                  "what a plugin offers to set right is told with what it found, and done when it is asked for") {
    const auto entry = look();
    const auto answer = worker::diagnose(host, entry, COMMHOST_PROGRAM);
    REQUIRE(answer.offers.size() == 1);
    CHECK(answer.offers[0].id == "told");
    CHECK(answer.offers[0].change == "Tells ***");
    const auto done = worker::repair(host, entry, {"told", "other"}, COMMHOST_PROGRAM);
    CHECK_FALSE(done.refusal.has_value());
    REQUIRE(done.found.size() == 2);
    CHECK(done.found[0].id == "told");
    CHECK(done.found[0].found == "told ***");
    CHECK(done.found[1].id == "other");
    CHECK(done.offers.empty());
}

TEST_CASE_FIXTURE(fixture, "a child that ends without a report has set nothing right that anybody knows of") {
    const auto answer = worker::repair(host, look(), {"told"}, "/bin/true");
    REQUIRE(answer.refusal.has_value());
    CHECK(answer.refusal->code == worker::WORKER_REPAIR);
    CHECK(test::argument(answer.refusal->arguments, "plugin") == "tells_words");
}

TEST_CASE_FIXTURE(fixture, "a child that ends without a report is told as a diagnosis that there is not") {
    const auto answer = worker::diagnose(host, look(), "/bin/true");
    REQUIRE(answer.refusal.has_value());
    CHECK(answer.refusal->code == worker::WORKER_DIAGNOSE);
    CHECK(test::argument(answer.refusal->arguments, "plugin") == "tells_words");
}

TEST_CASE_FIXTURE(fixture, "an admin's own texts lie over the plugin's when it diagnoses, too") {
    test::write_file(folder.path() / "lang/en/communication_tells_words.json", R"({"pluginname": "Our chat"})");
    CHECK(told(look()).starts_with("Our chat "));
}
