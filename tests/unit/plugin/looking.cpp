#include "plugin/looking.hpp"

#include "plugin/codes.hpp"
#include "registry_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace commhost;
using plugin::plugin_state;
using fixture = test::registry_fixture;
using texts = std::vector<std::string>;

namespace {

/// Answers nobody before as many have come as it waits for.
class gathering_prober final : public plugin::prober {
  public:
    explicit gathering_prober(std::size_t wanted) : wanted_(wanted) {}

    plugin::probe_report probe(const plugin::sealed_library&) const override {
        std::unique_lock lock(mutex_);
        ++come_;
        all_here_.notify_all();
        if (!all_here_.wait_for(lock, std::chrono::minutes(1), [&] { return come_ >= wanted_; }))
            throw std::runtime_error("the others do not come");
        return {};
    }

  private:
    std::size_t wanted_;
    mutable std::size_t come_ = 0;
    mutable std::mutex mutex_;
    mutable std::condition_variable all_here_;
};

/// Cannot load one of them anywhere.
class failing_prober final : public plugin::prober {
  public:
    plugin::probe_report probe(const plugin::sealed_library& library) const override {
        if (library.file().parent_path().filename() == "noisy")
            throw message::error(plugin::PROBE_START, {{"program", "commhost-probe"}, {"reason", "the test says so"}});
        return {plugin::read_manifest(library.file().parent_path() / "version.json").capabilities, {}, {}};
    }
};

void depends(const std::filesystem::path& folder, std::string_view on) {
    test::replace_in(folder / "version.json", "\"maturity\"",
                     R"("dependencies": {"communication_)" + std::string(on) + R"(": "any"}, "maturity")");
}

std::string names_of(const plugin::plugin_set& set) {
    std::string names;
    for (const auto& each : set.plugins) names += (names.empty() ? "" : " ") + each.name;
    return names;
}

}  // namespace

TEST_CASE_FIXTURE(fixture, "a file whose name nobody can show or store refuses its plugin and no other") {
    test::install("good", root);
    const auto noisy = test::install("noisy", root);
    // Latin-1, a line break, a C1 control character, a turn of the direction of writing.
    for (const auto* name : {"L\xFC"
                             "beck.txt",
                             "two\nlines", "next\xC2\x85line", "\u202Etxt.so"}) {
        CAPTURE(std::string(name));
        test::write_file(noisy / name, "");
        const auto set = registry().look();
        CHECK(set.find("good")->state == plugin_state::enabled);
        CHECK(set.find("noisy")->state == plugin_state::refused);
        CHECK(test::codes(set.find("noisy")->problems) == "PLUGIN_FILE_NAME");
        std::filesystem::remove(noisy / name);
    }
    CHECK(registry().look().find("noisy")->state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "what cannot be kept for the next look is told, and ends no look") {
    test::install("good", root);
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    clock.time = now.count() + 60'000;
    for (const std::string table : {"plugin_content", "plugin_probe"}) {
        database->borrow()->execute("alter table " + table + " rename to " + table + "_kept");
        database->borrow()->execute("create view " + table + " as select distinct * from " + table + "_kept");
    }
    const auto set = registry().look();
    CHECK(set.find("good")->state == plugin_state::enabled);
    CHECK(test::codes(set.problems) == "STORE_STATEMENT STORE_STATEMENT");
    CHECK(registry().look().find("good")->state == plugin_state::enabled);
    CHECK(prober.probed.size() == 2);
}

TEST_CASE_FIXTURE(fixture,
                  "a plugin of which no probe can be started is refused until the next look, and no other is") {
    for (const auto* name : {"good", "noisy"}) test::install(name, root);
    const failing_prober none;
    const auto set = registry(none).look();
    CHECK(set.find("good")->state == plugin_state::enabled);
    CHECK(set.find("noisy")->state == plugin_state::refused);
    CHECK(test::codes(set.find("noisy")->problems) == "PROBE_START");
    CHECK(set.problems.empty());
    CHECK(registry().find("noisy")->state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "whatever a look cannot write is told, and ends no look") {
    const auto on = database->borrow();
    const bool is_sqlite = on->dialect() == store::dialect::sqlite;
    if (!is_sqlite)
        on->execute("create function refuse() returns trigger language plpgsql as "
                    "$$ begin raise exception 'the test says so'; end $$");
    const auto spoil = [&](const std::string& table) {
        for (const std::string what : {"insert", "update", "delete"})
            on->execute("create trigger " + table + "_" + what + " before " + what + " on " + table +
                        (is_sqlite ? " begin select raise(abort, 'the test says so'); end"
                                   : " for each row execute function refuse()"));
    };
    const auto mend = [&](const std::string& table) {
        for (const std::string what : {"insert", "update", "delete"})
            on->execute("drop trigger " + table + "_" + what + (is_sqlite ? "" : " on " + table));
    };
    clock.time =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count() +
        60'000;
    const auto good = test::install("good", root);
    for (const std::string table : {"plugin_state", "plugin_content", "plugin_probe", "plugin_overview"}) {
        CAPTURE(table);
        spoil(table);
        const auto set = registry().overview();
        CHECK(set.find("good")->state == plugin_state::enabled);
        CHECK(test::codes(set.problems) == "STORE_STATEMENT");
        mend(table);
        for (const std::string each : {"plugin_state", "plugin_content", "plugin_probe", "plugin_overview"})
            on->execute("delete from " + each);
    }
    CHECK(registry().overview().problems.empty());
    spoil("plugin_state");
    std::filesystem::rename(good, folder.path() / "good");
    const auto set = registry().look();
    CHECK(set.find("good")->state == plugin_state::missing);
    CHECK(test::codes(set.problems) == "STORE_STATEMENT");
}

TEST_CASE_FIXTURE(fixture, "a plugin whose root cannot be used is not held to be gone") {
    test::install("good", root);
    test::install("noisy", second_root);
    registry().look();
    std::filesystem::remove_all(second_root / "noisy");
    std::filesystem::permissions(root, std::filesystem::perms(0777));
    const auto set = registry().look();
    CHECK(test::codes(set.problems) == "PLUGIN_WRITABLE");
    CHECK(set.find("good")->state == plugin_state::missing);
    CHECK_FALSE(set.find("good")->missing_since);
    REQUIRE(test::codes(set.find("good")->problems) == "PLUGIN_ROOT_UNUSABLE");
    CHECK(test::argument(set.find("good")->problems[0].arguments, "root") == root.string());
    CHECK_MESSAGE(set.find("noisy")->missing_since == clock.time, "its root was looked into");
    CHECK(set.find("noisy")->problems.empty());
    CHECK(test::codes(registry().find("good")->problems) == "PLUGIN_ROOT_UNUSABLE PLUGIN_WRITABLE");
    std::filesystem::permissions(root, std::filesystem::perms(0755));
    CHECK(registry().find("good")->state == plugin_state::enabled);
    std::filesystem::remove_all(root / "good");
    clock.time += 5'000;
    CHECK(registry().find("good")->missing_since == clock.time);
}

TEST_CASE_FIXTURE(fixture, "a plugin that was moved to another root is looked for there") {
    test::install("good", root);
    registry().look();
    std::filesystem::create_directory(second_root);
    std::filesystem::rename(root / "good", second_root / "good");
    registry().look();
    std::filesystem::remove_all(second_root / "good");
    std::filesystem::permissions(root, std::filesystem::perms(0777));
    CHECK(registry().find("good")->missing_since == clock.time);
}

TEST_CASE_FIXTURE(fixture, "who needs a disabled plugin is advised to have it enabled") {
    depends(test::install("good", root), "noisy");
    test::install("noisy", root);
    disable("noisy");
    CHECK(registry().find("good")->problems.at(0).advice() == "commhost plugin enable noisy");
    enable("noisy");
    test::replace_in(root / "noisy/version.json", "{", "");
    CHECK(registry().find("good")->problems.at(0).advice().find("'commhost plugin list'") != std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "a look at one plugin probes it and what it depends on, and no other") {
    depends(test::install("good", root), "noisy");
    depends(test::install("noisy", root), "writes_report");
    test::install("writes_report", root);
    test::install("hangs_on_load", root);
    const auto good = registry().find("good");
    REQUIRE(good);
    CHECK(test::codes(good->problems).empty());
    CHECK(good->state == plugin_state::enabled);
    CHECK(good->capabilities.size() == 2);
    CHECK(prober.probed == texts{"writes_report", "noisy", "good"});
    CHECK(registry().find("good")->state == plugin_state::enabled);
    CHECK(prober.probed.size() == 3);
    CHECK(registry().probe_again("good")->state == plugin_state::enabled);
    CHECK(prober.probed.size() == 4);
    CHECK(!registry().find("absent"));
    CHECK(!registry().find(""));
}

TEST_CASE_FIXTURE(fixture, "a look at one plugin says what a look at all says of it") {
    depends(test::install("good", root), "factory_throws");
    test::install("factory_throws", root);
    CHECK(test::codes(registry().find("good")->problems) == "PLUGIN_DEPENDENCY_UNAVAILABLE");
    const auto noisy = test::install("noisy", root);
    depends(noisy, "absent");
    CHECK(test::codes(registry().find("noisy")->problems) == "PLUGIN_DEPENDENCY_MISSING");
    disable("noisy");
    CHECK(registry().find("noisy")->state == plugin_state::disabled);
    std::filesystem::remove_all(noisy);
    CHECK(registry().find("noisy")->state == plugin_state::missing);
    CHECK(registry().find("noisy")->problems.empty());
    std::filesystem::permissions(root, std::filesystem::perms(0777));
    CHECK(registry().find("noisy")->state == plugin_state::missing);
    CHECK(test::codes(registry().find("noisy")->problems) == "PLUGIN_WRITABLE");
}

TEST_CASE_FIXTURE(fixture, "several plugins are probed at the same time, and the result has their order") {
    for (const auto* name : {"noisy", "good"}) test::install(name, root);
    const gathering_prober both(2);
    CHECK(names_of(registry(both).look()) == "good noisy");
}

TEST_CASE_FIXTURE(fixture, "a plugin is probed behind those that it depends on, however many are probed at once") {
    depends(test::install("claims_less", root), "noisy");
    depends(test::install("good", root), "noisy");
    depends(test::install("noisy", root), "writes_report");
    test::install("writes_report", root);
    CHECK(names_of(registry().look()) == "writes_report noisy claims_less good");
    REQUIRE(prober.probed.size() == 4);
    CHECK(prober.probed[0] == "writes_report");
    CHECK(prober.probed[1] == "noisy");
}

TEST_CASE_FIXTURE(fixture, "what a signature lacks is told with what the host did about it") {
    test::install("good", root);
    const auto said = [&](plugin::trust_policy policy) {
        trust.policy = policy;
        const auto good = registry().look().plugins.at(0);
        return (policy == plugin::trust_policy::warn ? good.notices : good.problems).at(0).text();
    };
    CHECK(said(plugin::trust_policy::warn).ends_with("The plugin is used all the same."));
    CHECK(said(plugin::trust_policy::require).ends_with("The plugin was refused."));
    CHECK(registry().check_signatures("good").at(0).verdict.faults.at(0).text().ends_with(
        "This was a check alone; it changed nothing."));
}

TEST_CASE_FIXTURE(fixture, "a message about versions says first what is there and then what is needed") {
    const auto good = test::install("good", root);
    test::replace_in(good / "version.json", "\"requires\": \"0.1\"", "\"requires\": \"0.2\"");
    CHECK(registry().find("good")->problems.at(0).text().starts_with(
        "This is commhost 0.1.0, and " + (good / "version.json").string() +
        ", line 5, wants a newer one. The plugin needs commhost 0.2 or newer."));
}
