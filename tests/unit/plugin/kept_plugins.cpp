#include "plugin/kept_plugins.hpp"

#include "plugin/codes.hpp"
#include "registry_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

using namespace commhost;
using plugin::plugin_state;

namespace {

namespace fs = std::filesystem;

/// A minute after whatever happens in the test, so that every folder may be kept.
struct later : test::registry_fixture {
    later() {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        clock.time = std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + 60'000;
    }

    plugin::plugin_entry overview_of(std::string_view name) {
        const auto set = registry().overview();
        const auto* found = set.find(name);
        REQUIRE(found != nullptr);
        CHECK(set.problems.empty());
        return *found;
    }
};

/// Strings are what an overview has of no plugin that it has not read.
bool is_read(const plugin::plugin_entry& entry) { return entry.strings != nullptr; }

void depends(const fs::path& folder, std::string_view on) {
    test::replace_in(folder / "version.json", "\"maturity\"",
                     R"("dependencies": {"communication_)" + std::string(on) + R"(": 2020010100}, "maturity")");
}

/// Refuses from some time on.
class changing_prober final : public plugin::prober {
  public:
    plugin::probe_report probe(const plugin::sealed_library&) const override {
        plugin::probe_report report;
        report.capabilities = {plugin::capability::room_chat_provider, plugin::capability::room_user_provider};
        if (refuses) report = {{}, plugin::problem(plugin::PLUGIN_FACTORY_NULL, {{"library", "x"}}), ""};
        return report;
    }
    bool refuses = false;
};

}  // namespace

TEST_CASE_FIXTURE(later,
                  "an overview says the same of a plugin that it reads and of one that it takes from what is kept") {
    test::install("good", root);
    const auto read = overview_of("good");
    const auto kept = overview_of("good");
    CHECK(is_read(read));
    CHECK(!is_read(kept));
    CHECK(kept.state == plugin_state::enabled);
    CHECK(kept.component == read.component);
    CHECK(kept.folder == read.folder);
    CHECK(kept.capabilities == read.capabilities);
    CHECK(kept.manifest->version == read.manifest->version);
    CHECK(kept.manifest->release == read.manifest->release);
    CHECK(kept.manifest->maturity == read.manifest->maturity);
    CHECK(kept.manifest->capabilities == read.manifest->capabilities);
    CHECK(is_read(*registry().look().find("good")));
    CHECK(prober.probed.size() == 1);
}

TEST_CASE_FIXTURE(later, "whatever moves in a folder has it read again") {
    const auto good = test::install("good", root);
    const auto is_kept = [&] {
        overview_of("good");
        return !is_read(overview_of("good"));
    };
    REQUIRE(is_kept());
    test::replace_in(good / "version.json", "1.0.0", "1.0.1");
    CHECK(overview_of("good").manifest->release == "1.0.1");
    REQUIRE(is_kept());
    test::write_file(good / "lang/notes.txt", "");
    CHECK(overview_of("good").state == plugin_state::refused);  // no language
    fs::remove(good / "lang/notes.txt");
    REQUIRE(is_kept());
    test::write_file(good / "more.txt", "");
    CHECK(is_read(overview_of("good")));
    REQUIRE(is_kept());
    fs::create_directory(good / "more");
    CHECK(is_read(overview_of("good")));
    REQUIRE(is_kept());
    fs::rename(good / "more.txt", good / "less.txt");
    CHECK(is_read(overview_of("good")));
    REQUIRE(is_kept());
    fs::rename(good, folder.path() / "elsewhere");
    CHECK(overview_of("good").state == plugin_state::missing);
    fs::create_directory_symlink(folder.path() / "elsewhere", good);
    CHECK(test::codes(overview_of("good").problems) == "PLUGIN_OUTSIDE_ROOT");
}

TEST_CASE_FIXTURE(later, "owners and modes are looked at each time") {
    const auto good = test::install("good", root);
    for (const auto& entry : {good, good / "lang/en", good / "version.json"}) {
        CAPTURE(entry);
        overview_of("good");
        REQUIRE(!is_read(overview_of("good")));
        fs::permissions(entry, fs::perms::others_write, fs::perm_options::add);
        CHECK(test::codes(overview_of("good").problems) == "PLUGIN_WRITABLE");
        fs::permissions(entry, fs::perms::others_write, fs::perm_options::remove);
        if (::geteuid() != 0) continue;
        REQUIRE(::chown(entry.c_str(), 12345, 0) == 0);
        CHECK(test::codes(overview_of("good").problems) == "PLUGIN_OWNER");
        REQUIRE(::chown(entry.c_str(), 0, 0) == 0);
    }
    if (::geteuid() != 0) return;
    // What one host trusts, the next one may not.
    REQUIRE(::chown((good / "version.json").c_str(), 12345, 0) == 0);
    const plugin::discovery_settings trusting{{root}, *plugin::parse_host_version("0.1.0"), {0, 12345}};
    for (int look = 0; look < 2; ++look)
        CHECK(plugin::registry(trusting, trust, *database, prober, clock).overview().find("good")->state ==
              plugin_state::enabled);
    CHECK(test::codes(overview_of("good").problems) == "PLUGIN_OWNER");
}

TEST_CASE_FIXTURE(later, "what was changed just now is not kept") {
    test::install("good", root);
    clock.time -= 60'000;
    overview_of("good");
    CHECK(is_read(overview_of("good")));
}

TEST_CASE_FIXTURE(later,
                  "what is kept says nothing to another version of the host, after a day, or when it is broken") {
    test::install("good", root);
    const auto keep = [&] {
        overview_of("good");
        REQUIRE(!is_read(overview_of("good")));
    };
    keep();
    const plugin::discovery_settings newer{{root}, *plugin::parse_host_version("0.2.0"), {::geteuid()}};
    CHECK(is_read(*plugin::registry(newer, trust, *database, prober, clock).overview().find("good")));
    keep();
    clock.time += std::chrono::milliseconds(std::chrono::hours(24)).count();
    CHECK(is_read(overview_of("good")));
    for (const auto* written :
         {"nonsense", "good\t1", "good\tx\t0\t1\t\t\tdigest\t/\t\n", "good\t1\t0\t1\tfly \t\tdigest\t/\t\n",
          "good\t1\t0\t1\t\t\tdigest\t/\t\n", "good\t1\t0\t1\t\t\tdigest\t\n"}) {
        CAPTURE(written);
        keep();
        database->borrow()->execute("update plugin_overview set plugins = :written", {{"written", written}});
        CHECK(is_read(overview_of("good")));
    }
}

TEST_CASE_FIXTURE(later, "a plugin that nobody has probed is not kept, and one that was probed anew is forgotten") {
    test::install("good", root);
    changing_prober changing;
    database->borrow()->execute("insert into plugin_state (name, disabled, version) values ('good', 1, 0)");
    for (int look = 0; look < 2; ++look)
        CHECK(registry(changing).overview().find("good")->state == plugin_state::disabled);
    enable("good");
    for (int look = 0; look < 2; ++look) {
        const auto set = registry(changing).overview();
        CHECK(set.find("good")->state == plugin_state::enabled);
        CHECK(set.find("good")->capabilities.size() == 2);
    }
    disable("good");
    CHECK(registry(changing).overview().find("good")->state == plugin_state::disabled);
    enable("good");
    changing.refuses = true;
    CHECK(registry(changing).probe_again("good")->state == plugin_state::refused);
    CHECK(registry(changing).overview().find("good")->state == plugin_state::refused);
}

TEST_CASE_FIXTURE(later, "a plugin that is kept is still refused for what it depends on, and for another of its name") {
    depends(test::install("good", root), "noisy");
    const auto noisy = test::install("noisy", root);
    overview_of("good");
    REQUIRE(!is_read(overview_of("good")));
    CHECK(overview_of("good").manifest->dependencies.front().version == 2020010100);
    test::write_file(noisy / "settings.json", "{");
    CHECK(test::codes(overview_of("good").problems) == "PLUGIN_DEPENDENCY_UNAVAILABLE");
    test::write_file(noisy / "settings.json", "{}");
    overview_of("good");
    fs::create_directory(second_root);
    test::install("good", second_root);
    CHECK(test::codes(overview_of("good").notices) == "PLUGIN_SHADOWED");
    CHECK(overview_of("good").folder == fs::canonical(root / "good"));
}

TEST_CASE_FIXTURE(later, "where signatures are looked at, everything is read") {
    test::install("good", root);
    overview_of("good");
    REQUIRE(!is_read(overview_of("good")));
    trust.policy = plugin::trust_policy::warn;
    const auto set = registry().overview();
    CHECK(is_read(*set.find("good")));
    CHECK(!set.find("good")->notices.empty());
}

TEST_CASE_FIXTURE(later, "a folder with a link in it is read each time, and a root may be one") {
    const auto noisy = test::install("noisy", root);
    fs::create_symlink("version.json", noisy / "also.json");
    test::install("good", root);
    fs::create_directory_symlink(root, folder.path() / "link");
    const plugin::discovery_settings by_link{
        {folder.path() / "link"}, *plugin::parse_host_version("0.1.0"), {::geteuid()}};
    plugin::registry(by_link, trust, *database, prober, clock).overview();
    const auto set = plugin::registry(by_link, trust, *database, prober, clock).overview();
    CHECK(is_read(*set.find("noisy")));
    CHECK(!is_read(*set.find("good")));
    CHECK(set.find("good")->folder == fs::canonical(root / "good"));
    // Else it would be written again by every overview.
    const auto written = database->borrow()->scalar<std::string>("select plugins from plugin_overview");
    CHECK(written.value().starts_with("good\t"));
    CHECK(written.value().find("noisy") == std::string::npos);
}

TEST_CASE_FIXTURE(later, "what there is to say of a plugin that is used all the same is said each time") {
    test::replace_in(test::install("good", root) / "version.json", "\"maturity\"",
                     R"("supported": ["0.2", "0.3"], "maturity")");
    for (int look = 0; look < 2; ++look) CHECK(test::codes(overview_of("good").notices) == "PLUGIN_UNTRIED_HOST");
}
