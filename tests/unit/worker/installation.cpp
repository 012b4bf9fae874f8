#include "worker/installation.hpp"

#include "plugin/codes.hpp"
#include "plugin/plugin_fixtures.hpp"
#include "plugin/plugin_memory.hpp"
#include "plugin/staging.hpp"
#include "temporary_folder.hpp"
#include "worker/codes.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

using namespace commhost;
using plugin::plugin_state;
using worker::install_end;
using worker::install_step;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t built = 2026112200;  // the version of every fixture

/// A host that has no plugin yet, and packages beside it.
struct fixture {
    fixture() {
        fs::create_directory(state);
        configure("");
    }

    /// What the worker of a trial is told; settings: further fields.
    void configure(const std::string& settings) const {
        test::write_file(folder.path() / "commhost.json", R"({"state_directory": ")" + state.string() +
                                                              R"(", "plugin_roots": [")" + root.string() + R"("])" +
                                                              settings + "}");
    }

    worker::host_settings settings() const {
        worker::host_settings wanted;
        wanted.database = "sqlite:" + (state / "commhost.db").string();
        wanted.key_file = state / "host.key";
        wanted.lang_folder = folder.path() / "lang";
        wanted.plugin_roots = {root};
        wanted.configured = configured;
        return wanted;
    }

    worker::host& host() {
        if (!opened) opened.emplace(settings(), test::probe_program);
        return *opened;
    }

    worker::install_order order(const fs::path& source) const {
        worker::install_order made;
        made.source = source;
        made.worker_command = {COMMHOST_PROGRAM, "--config", (folder.path() / "commhost.json").string(), "worker"};
        return made;
    }

    worker::installed_plugin install(const fs::path& source) { return worker::install(host(), order(source)); }

    /// A package of the plugin "good" of this version; every version anew.
    fs::path package(std::int64_t version = built) {
        const auto source = test::install("good", folder.path() / std::to_string(++packages));
        if (version != built) test::replace_in(source / "version.json", std::to_string(built), std::to_string(version));
        return source;
    }

    std::int64_t version_in_place() const {
        if (!fs::exists(root / "good")) return 0;
        return plugin::read_manifest(root / "good/version.json").version;
    }

    plugin::plugin_entry found(const std::string& name = "good") { return host().registry().find(name).value(); }

    void is_tidy() const {
        for (const auto& entry : fs::directory_iterator(root)) CHECK(entry.path().filename() == "good");
    }

    test::temporary_folder folder;
    fs::path state = folder.path() / "state";
    fs::path root = folder.path() / "provider";
    std::map<std::string, plugin::setting_texts, std::less<>> configured;
    std::optional<worker::host> opened;
    int packages = 0;
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "a plugin is put in its place when it was looked at and a worker has begun with it") {
    std::string steps;
    auto wanted = order(package());
    wanted.reached = [&](install_step step) { steps += std::to_string(static_cast<int>(step)); };
    const auto done = worker::install(host(), wanted);
    CHECK(done.end == install_end::installed);
    CHECK(done.entry.state == plugin_state::enabled);
    CHECK(done.entry.folder == root / "good");
    CHECK(done.release_before.empty());
    CHECK(steps == "0123");
    CHECK(found().version_in_use == 0);
    is_tidy();
}

TEST_CASE_FIXTURE(fixture, "the same content again changes nothing") {
    install(package());
    struct stat before {};
    REQUIRE(::stat((root / "good/version.json").c_str(), &before) == 0);
    const auto again = install(package());
    CHECK(again.end == install_end::unchanged);
    CHECK(again.entry.state == plugin_state::enabled);
    struct stat after {};
    REQUIRE(::stat((root / "good/version.json").c_str(), &after) == 0);
    CHECK(after.st_ino == before.st_ino);
    is_tidy();
}

TEST_CASE_FIXTURE(fixture, "the same content that cannot be trusted where it lies is put there anew") {
    install(package());
    fs::permissions(root / "good", fs::perms(0777));
    CHECK(found().state == plugin_state::refused);
    CHECK(install(package()).end == install_end::replaced);
    CHECK(found().state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "a newer version takes the place of an older one, which is gone then") {
    install(package());
    plugin::note_begun(*host().database().borrow(), "good", built);
    const auto done = install(package(built + 1));
    CHECK(done.end == install_end::replaced);
    CHECK(done.release_before == "1.0.0");
    CHECK(done.entry.state == plugin_state::upgrade);
    CHECK(version_in_place() == built + 1);
    is_tidy();
}

TEST_CASE_FIXTURE(fixture, "an older version than the one in use is installed only when that is wanted") {
    install(package());
    plugin::note_begun(*host().database().borrow(), "good", built);
    const auto older = package(built - 1);
    const auto thrown = test::thrown_by([&] { install(older); });
    REQUIRE(thrown.code() == plugin::PLUGIN_INSTALL_OLDER);
    CHECK(test::argument(thrown.arguments(), "found") == std::to_string(built - 1));
    CHECK(test::argument(thrown.arguments(), "wanted") == std::to_string(built));
    CHECK(version_in_place() == built);
    auto wanted = order(older);
    wanted.downgrade = true;
    const auto done = worker::install(host(), wanted);
    CHECK(done.end == install_end::replaced);
    CHECK(done.entry.state == plugin_state::enabled);
    CHECK(done.entry.version_in_use == built - 1);
}

TEST_CASE_FIXTURE(fixture, "what a look refuses is not installed, and says where in the package it is wrong") {
    install(package());
    auto bad = package(built + 1);
    test::replace_in(bad / "version.json", R"("requires": "0.1")", R"("requires": "99.0")");
    auto done = install(bad);
    CHECK(done.end == install_end::refused);
    REQUIRE(test::codes(done.entry.problems) == "PLUGIN_REQUIRES_HOST");
    CHECK(test::argument(done.entry.problems[0].arguments, "file") == (bad / "version.json").string());

    bad = package(built + 2);
    test::replace_in(bad / "version.json", R"("room_chat_provider"])", R"("room_chat_provider", "user_provider"])");
    CHECK(test::codes(install(bad).entry.problems) == "PLUGIN_CAPABILITY_ABSENT");
    bad = package(built + 3);
    test::replace_in(bad / "version.json", R"("maturity")",
                     R"("dependencies": {"communication_nowhere": "any"}, "maturity")");
    CHECK(test::codes(install(bad).entry.problems) == "PLUGIN_DEPENDENCY_MISSING");
    CHECK(test::codes(install(test::faults / "crashes_on_load").entry.problems) == "PLUGIN_PROBE_CRASHED");
    CHECK(version_in_place() == built);
    is_tidy();
    CHECK_MESSAGE(!host().registry().find("crashes_on_load"), "nobody misses what never was there");
}

TEST_CASE_FIXTURE(fixture, "where signatures are required, a plugin without one is not installed") {
    auto wanted = settings();
    wanted.plugin_trust.policy = plugin::trust_policy::require;
    wanted.plugin_trust.keys = folder.path() / "keys";
    opened.emplace(wanted, test::probe_program);
    const auto done = install(package());
    CHECK(done.end == install_end::refused);
    CHECK(test::codes(done.entry.problems) == "SIGNATURE_MISSING");
    CHECK(version_in_place() == 0);
}

TEST_CASE_FIXTURE(fixture, "a plugin that no worker can begin with is not installed") {
    const auto thrown = test::thrown_by([&] { install(test::faults / "crashes_in_worker"); });
    REQUIRE(thrown.code() == worker::WORKER_TRIAL);
    CHECK(test::argument(thrown.arguments(), "reason").find("killed by signal 6") != std::string::npos);
    CHECK(fs::is_empty(root));
    CHECK_FALSE(host().registry().find("crashes_in_worker"));
}

TEST_CASE_FIXTURE(fixture, "the settings that are in force are those of the worker that tries a plugin") {
    const auto token = (folder.path() / "no-such-file").string();
    configured["tells_secrets"] = {{"token", "file:" + token}};
    configure(R"(, "settings": {"tells_secrets": {"token": "file:)" + token + R"("}})");
    const auto thrown = test::thrown_by([&] { install(test::faults / "tells_secrets"); });
    REQUIRE(thrown.code() == worker::WORKER_TRIAL);
    CHECK(test::argument(thrown.arguments(), "reason").find(token) != std::string::npos);
    CHECK(fs::is_empty(root));
    test::write_file(token, "letmein");
    fs::permissions(token, fs::perms(0600));
    CHECK(install(test::faults / "tells_secrets").end == install_end::installed);
}

TEST_CASE_FIXTURE(fixture, "a plugin that lacks settings is installed and not tried, which is told") {
    auto wanted = order(test::faults / "tells_secrets");
    wanted.worker_command = {"/bin/false"};
    const auto done = worker::install(host(), wanted);
    CHECK(done.end == install_end::installed);
    REQUIRE(test::codes(done.entry.notices) == "WORKER_SETTINGS");
    CHECK(test::argument(done.entry.notices[0].arguments, "settings") == "token");
}

TEST_CASE_FIXTURE(fixture, "a worker that does not come to begin is ended") {
    auto wanted = order(package());
    wanted.worker_command = {"/bin/sh", "-c", "while :; do read line; done < /dev/zero"};
    wanted.trial_time = std::chrono::milliseconds(200);
    const auto thrown = test::thrown_by([&] { worker::install(host(), wanted); });
    REQUIRE(thrown.code() == worker::WORKER_TRIAL);
    CHECK(test::argument(thrown.arguments(), "reason") == "it took longer than 0.2 seconds and was ended.");
    CHECK(fs::is_empty(root));
}

TEST_CASE_FIXTURE(fixture, "a disabled plugin stays disabled") {
    install(package());
    host().registry().disable(*host().database().borrow(), "good");
    const auto done = install(package(built + 1));
    CHECK(done.end == install_end::replaced);
    CHECK(done.entry.state == plugin_state::disabled);
    CHECK(version_in_place() == built + 1);
}

TEST_CASE_FIXTURE(fixture, "what cannot be used in its place makes way again for what was there") {
    install(package());
    plugin::note_begun(*host().database().borrow(), "good", built);
    auto wanted = order(package(built - 1));
    wanted.downgrade = true;
    wanted.reached = [&](install_step step) {
        if (step == install_step::in_place) fs::remove(root / "good/libcommunication_good.so");
    };
    const auto thrown = test::thrown_by([&] { worker::install(host(), wanted); });
    REQUIRE(thrown.code() == plugin::PLUGIN_INSTALL_UNDONE);
    CHECK(test::argument(thrown.arguments(), "reason").find("libcommunication_good.so") != std::string::npos);
    CHECK(version_in_place() == built);
    CHECK(found().state == plugin_state::enabled);
    CHECK(found().version_in_use == built);
    is_tidy();
}

TEST_CASE_FIXTURE(fixture, "a plugin goes into a root where it is found, and where no other hides it") {
    auto wanted = order(package());
    wanted.root = folder.path() / "elsewhere";
    auto thrown = test::thrown_by([&] { worker::install(host(), wanted); });
    REQUIRE(thrown.code() == plugin::PLUGIN_INSTALL_ROOT);
    CHECK(test::argument(thrown.arguments(), "roots") == root.string());

    const auto packaged = folder.path() / "packaged";
    test::install("good", packaged);
    auto two_roots = settings();
    two_roots.plugin_roots = {packaged, root};
    opened.emplace(two_roots, test::probe_program);
    thrown = test::thrown_by([&] { install(package(built + 1)); });
    REQUIRE(thrown.code() == plugin::PLUGIN_INSTALL_SHADOWED);
    CHECK(test::argument(thrown.arguments(), "used") == (packaged / "good").string());
    wanted.root = packaged / "";
    wanted.source = package(built + 1);
    CHECK(worker::install(host(), wanted).end == install_end::replaced);
    CHECK(fs::is_empty(root));
}

TEST_CASE_FIXTURE(
    fixture, "an installation that is killed leaves the old plugin whole or the new one, and the next does all of it") {
    install(package());
    opened.reset();
    for (const auto at :
         {install_step::unpacked, install_step::examined, install_step::tried, install_step::in_place}) {
        CAPTURE(static_cast<int>(at));
        auto wanted = order(package(built + 1 + static_cast<int>(at)));
        const auto before = version_in_place();
        const auto process = ::fork();
        if (process == 0) {  // with a database of its own
            wanted.reached = [&](install_step step) {
                if (step == at) ::raise(SIGKILL);
            };
            worker::host killed(settings(), test::probe_program);
            worker::install(killed, wanted);
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(process, &status, 0) == process);
        REQUIRE(WIFSIGNALED(status));
        const auto now =
            at == install_step::in_place ? plugin::read_manifest(wanted.source / "version.json").version : before;
        CHECK(version_in_place() == now);
        CHECK(is_sound(found().state));
        CHECK(plugin::left_in(root).has_value());
        wanted.reached = [](install_step) {};
        CHECK(worker::install(host(), wanted).end ==
              (at == install_step::in_place ? install_end::unchanged : install_end::replaced));
        is_tidy();
        opened.reset();
    }
}
