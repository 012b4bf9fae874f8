#include "plugin/registry.hpp"

#include "plugin/codes.hpp"
#include "registry_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace commhost;
using plugin::plugin_state;
using texts = std::vector<std::string>;
namespace fs = std::filesystem;

using fixture = test::registry_fixture;

TEST_CASE_FIXTURE(fixture, "a good plugin is found, probed and used") {
    test::install("good", root);
    const auto set = registry().look();
    REQUIRE(set.plugins.size() == 1);
    const auto& good = set.plugins[0];
    CHECK(good.name == "good");
    CHECK(good.component == "communication_good");
    CHECK(good.state == plugin_state::enabled);
    CHECK(good.manifest.value().release == "1.0.0");
    CHECK(good.capabilities ==
          plugin::capability_list{plugin::capability::room_chat_provider, plugin::capability::room_user_provider});
    CHECK(test::codes(good.problems).empty());
    CHECK(fs::exists(good.library()));
    CHECK(plugin::plugin_strings(good.strings, std::array{std::string("en")}).get("pluginname") == "Fixture");
}

TEST_CASE_FIXTURE(fixture, "each fault is refused by its name, and hides nobody") {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"broken_manifest", "JSON_SYNTAX"},
        {"claims_less", "PLUGIN_CAPABILITY_UNCLAIMED"},
        {"claims_more", "PLUGIN_CAPABILITY_ABSENT"},
        {"crashes_on_load", "PLUGIN_PROBE_CRASHED"},
        {"exits_on_load", "PLUGIN_PROBE_EXITED"},
        {"factory_null", "PLUGIN_FACTORY_NULL"},
        {"factory_throws", "PLUGIN_FACTORY_THREW"},
        {"half_capability", "PLUGIN_CAPABILITY_ALONE"},
        {"hangs_on_load", "PLUGIN_PROBE_TIMEOUT"},
        {"missing_library", "PLUGIN_NEEDED_MISSING"},
        {"missing_symbol", "PLUGIN_FEATURE_MISSING"},
        {"no_stamp", "PLUGIN_STAMP_MISSING"},
        {"outside_rpath", "PLUGIN_BINARY_SEARCH_PATH"},
        {"audits_others", "PLUGIN_BINARY_LOADER"},
        {"executable_stack", "PLUGIN_BINARY_STACK"},
        {"filters_others", "PLUGIN_BINARY_LOADER"},
        {"interposes", "PLUGIN_BINARY_LOADER"},
        {"static_runtime", "PLUGIN_BINARY_NEEDED PLUGIN_BINARY_RUNTIME"},
        {"writes_to_code", "PLUGIN_BINARY_WRITABLE_CODE"},
        {"unique_symbol", "PLUGIN_BINARY_UNIQUE"},
        {"exits_quietly", "PLUGIN_PROBE_EXITED"},
        {"ignores_signals", "PLUGIN_PROBE_TIMEOUT"},
        {"missing_body", "PLUGIN_SYMBOL_UNDEFINED"},
        {"no_rtti", "PLUGIN_STAMP_DIFFERS"},
        {"old_string_abi", "PLUGIN_STAMP_DIFFERS"},
        {"throws_number", "PLUGIN_FACTORY_THREW"},
        {"undefined_symbol", "PLUGIN_SYMBOL_UNDEFINED"},
        {"private_base", "PLUGIN_CAPABILITY_ABSENT"},
        {"ambiguous_base", "PLUGIN_CAPABILITY_ABSENT"},
        {"many_files", "PLUGIN_FACTORY_THREW"},
        {"large_file", "PLUGIN_PROBE_CRASHED"},
        {"execs_another", "PLUGIN_PROBE_EXITED"},
        {"runs_away", "PLUGIN_PROBE_PROCESSES"},
        {"fork_bomb", "PLUGIN_PROBE_FORKS"},
        {"hides_threads", "PLUGIN_PROBE_THREADS"},
        {"unknown_field", "JSON_CONTENT"},
        {"wrong_component", "PLUGIN_COMPONENT"},
        {"wrong_stamp", "PLUGIN_STAMP_DIFFERS"},
    };
    for (const auto& [fault, codes] : expected) test::install(fault, root);
    test::install("good", root);
    const auto set = registry().look();
    CHECK(set.plugins.size() == expected.size() + 1);
    CHECK(set.find("good")->state == plugin_state::enabled);
    for (const auto& [fault, codes] : expected) {
        CAPTURE(fault);
        const auto* entry = set.find(fault);
        REQUIRE(entry != nullptr);
        CHECK(entry->state == plugin_state::refused);
        CHECK(test::codes(entry->problems) == codes);
        for (const auto& problem : entry->problems) {
            CHECK_MESSAGE(problem.text().find('{') == std::string::npos, problem.text());
            CHECK_MESSAGE(problem.advice().find('{') == std::string::npos, problem.advice());
        }
    }
}

TEST_CASE_FIXTURE(fixture, "a folder without its shared object is refused, and so is none beside it") {
    test::install("good", root);
    std::filesystem::remove(test::install("noisy", root) / "libcommunication_noisy.so");
    const auto set = registry().look();
    CHECK(test::codes(set.find("noisy")->problems) == "PLUGIN_BINARY_ABSENT");
    CHECK(set.find("good")->state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "no code of a plugin runs that an earlier step refuses") {
    for (const auto* fault :
         {"broken_manifest", "wrong_component", "half_capability", "no_stamp", "wrong_stamp", "outside_rpath"})
        test::install(fault, root);
    const auto set = registry().look();
    CHECK(set.plugins.size() == 6);
    CHECK(prober.probed.empty());
}

TEST_CASE_FIXTURE(fixture, "a plugin is probed once for the same content") {
    const auto good = test::install("good", root);
    registry().look();
    const auto again = registry().look();
    CHECK(prober.probed == texts{"good"});
    CHECK(again.plugins.at(0).capabilities.size() == 2);

    test::replace_in(good / "version.json", "1.0.0", "1.0.1");
    CHECK(registry().look().plugins.at(0).manifest.value().release == "1.0.1");
    CHECK(prober.probed.size() == 2);
    registry().probe_again("good");
    CHECK(prober.probed.size() == 3);
}

TEST_CASE_FIXTURE(fixture, "a refusal by the probe is remembered, but not for long") {
    test::install("factory_throws", root);
    registry().look();
    const auto again = registry().look();
    CHECK(prober.probed.size() == 1);
    CHECK(test::argument(again.plugins.at(0).problems.at(0).arguments, "reason") == "no licence found");
    clock.time += 10 * 60 * 1000;
    registry().look();
    CHECK(prober.probed.size() == 2);
}

TEST_CASE_FIXTURE(fixture, "a file that is exchanged after the check is not what is loaded") {
    const auto good = test::install("good", root);
    const auto library = good / "libcommunication_good.so";
    prober.before = [&] {
        fs::rename(test::install("crashes_on_load", folder.path()) / "libcommunication_crashes_on_load.so", library);
    };
    CHECK(registry().look().find("good")->state == plugin_state::enabled);
    CHECK(prober.probed == texts{"good"});
    prober.before = {};
    CHECK(test::codes(registry().look().find("good")->problems) == "PLUGIN_PROBE_CRASHED");
}

TEST_CASE_FIXTURE(fixture, "a worker loads what was looked at, or nothing") {
    const auto library = test::install("good", root) / "libcommunication_good.so";
    const auto entry = registry().look().plugins.at(0);
    const auto before = seal(entry);
    test::write_file(library, "something else");
    CHECK(before.content() == text::read_file(test::library("good"), 100'000'000));
    CHECK(::write(before.descriptor(), "x", 1) < 0);
    CHECK(::ftruncate(before.descriptor(), 0) < 0);
    CHECK(test::thrown_by([&] { seal(entry); }).code() == plugin::PLUGIN_CHANGED);
    fs::remove(library);
    CHECK(test::thrown_by([&] { seal(entry); }).code() == plugin::PLUGIN_BINARY_READ);
    CHECK(test::thrown_by([&] { seal(plugin::plugin_entry{}); }).code() == plugin::PLUGIN_BINARY_READ);
}

TEST_CASE_FIXTURE(fixture,
                  "a byte anywhere in the folder that changes leads to a new probe, an untouched folder does not") {
    const auto good = test::install("good", root);
    registry().look();
    registry().look();
    CHECK(prober.probed.size() == 1);
    const auto strings = good / "lang/en/communication_good.json";
    test::write_file(strings, text::read_file(strings, 10'000) + " ");
    registry().look();
    CHECK(prober.probed.size() == 2);
    test::write_file(good / "README", "");
    registry().look();
    CHECK(prober.probed.size() == 3);
    fs::remove(good / "README");
    registry().look();
    CHECK(prober.probed.size() == 3);  // this content is known
}

TEST_CASE_FIXTURE(fixture,
                  "a folder that looks as before is not read again, unless it was changed too lately to tell") {
    test::install("good", root);
    const auto known = [&] { return *database->borrow()->scalar<std::int64_t>("select count(*) from plugin_content"); };
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    clock.time = now.count();
    registry().look();
    CHECK(known() == 0);
    clock.time += 60'000;
    registry().look();
    CHECK(known() == 1);
    CHECK(prober.probed.size() == 1);
    // Seen by what it makes of it: with other checksums for the same look of the folder, nothing that it knows applies.
    const auto text = *database->borrow()->scalar<std::string>("select checksums from plugin_content");
    auto sums = plugin::parse_checksums(text, "test");
    sums["version.json"] = std::string(64, '0');
    database->borrow()->execute("update plugin_content set checksums = :sums", {{"sums", plugin::to_text(sums)}});
    registry().look();
    CHECK(prober.probed.size() == 2);
    database->borrow()->execute("update plugin_content set checksums = 'nonsense'");
    CHECK(registry().look().plugins.at(0).state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "the policy decides what becomes of a plugin that no trusted key signed") {
    test::install("good", root);
    trust.keys = folder.path() / "keys";
    CHECK(test::codes(registry().look().plugins.at(0).notices).empty());
    trust.policy = plugin::trust_policy::warn;
    CHECK(registry().look().plugins.at(0).state == plugin_state::enabled);
    CHECK(test::codes(registry().look().plugins.at(0).notices) == "SIGNATURE_MISSING");
    trust.policy = plugin::trust_policy::require;
    const auto set = registry().look();
    CHECK(set.plugins.at(0).state == plugin_state::refused);
    CHECK(test::codes(set.plugins.at(0).problems) == "SIGNATURE_MISSING");
    const auto checked = registry().check_signatures("good");
    REQUIRE(checked.size() == 1);
    CHECK(test::codes(checked[0].verdict.faults) == "SIGNATURE_MISSING");
    CHECK(registry().check_signatures("").size() == 1);
    CHECK(test::thrown_by([&] { registry().check_signatures("absent"); }).code() == plugin::PLUGIN_UNKNOWN);
}

TEST_CASE_FIXTURE(fixture, "an unsigned plugin of a policy that refuses it runs no code") {
    test::install("good", root);
    trust.policy = plugin::trust_policy::require;
    registry().look();
    CHECK(prober.probed.empty());
}

TEST_CASE_FIXTURE(fixture, "a plugin in a program's clothes is refused") {
    const auto good = test::install("good", root);
    fs::copy_file(test::probe_program, good / "libcommunication_good.so", fs::copy_options::overwrite_existing);
    fs::permissions(good / "libcommunication_good.so", fs::perms(0644));
    CHECK(test::codes(registry().look().plugins.at(0).problems) == "PLUGIN_BINARY_KIND");
    CHECK(prober.probed.empty());
}

TEST_CASE_FIXTURE(fixture, "a disabled plugin is known and not run") {
    test::install("good", root);
    disable("good");
    const auto set = registry().look();
    CHECK(set.plugins.at(0).state == plugin_state::disabled);
    CHECK(prober.probed.empty());
    enable("good");
    CHECK(registry().look().plugins.at(0).state == plugin_state::enabled);
    CHECK(test::thrown_by([&] { disable("absent"); }).code() == plugin::PLUGIN_UNKNOWN);
    CHECK(test::thrown_by([&] { enable("../good"); }).code() == plugin::PLUGIN_UNKNOWN);
}

TEST_CASE_FIXTURE(fixture, "a plugin that was there is missed until it is forgotten or comes back") {
    const auto good = test::install("good", root);
    registry().look();
    fs::rename(good, folder.path() / "good");
    CHECK(registry().look().plugins.at(0).state == plugin_state::missing);
    fs::rename(folder.path() / "good", good);
    CHECK(registry().look().plugins.at(0).state == plugin_state::enabled);
    CHECK(prober.probed.size() == 1);
    fs::remove_all(good);
    registry().forget("good");
    CHECK(registry().look().plugins.empty());
    CHECK(test::thrown_by([&] { registry().forget("good"); }).code() == plugin::PLUGIN_UNKNOWN);
}

TEST_CASE_FIXTURE(fixture, "of two plugins of a name the one of the earlier root is used, and the other is told") {
    test::install("good", root);
    const auto second = test::install("good", second_root);
    const auto set = registry().look();
    REQUIRE(set.plugins.size() == 1);
    CHECK(set.plugins[0].folder == fs::canonical(root / "good"));
    REQUIRE(test::codes(set.plugins[0].notices) == "PLUGIN_SHADOWED");
    CHECK(test::argument(set.plugins[0].notices[0].arguments, "folder") == second.string());
}

TEST_CASE_FIXTURE(fixture, "a root that others can write to is a problem of its own and does not hide the others") {
    test::install("good", second_root);
    fs::permissions(root, fs::perms(0777));
    const auto set = registry().look();
    CHECK(test::codes(set.problems) == "PLUGIN_WRITABLE");
    CHECK(set.find("good")->state == plugin_state::enabled);
}

TEST_CASE_FIXTURE(fixture, "a folder that could have been changed by others is refused before it is read") {
    const auto broken = test::install("broken_manifest", root);
    fs::permissions(broken / "version.json", fs::perms(0666));
    CHECK(test::codes(registry().look().find("broken_manifest")->problems) == "PLUGIN_WRITABLE");
}

TEST_CASE_FIXTURE(fixture, "folders with other names are reported, hidden ones and files are not looked at") {
    fs::create_directories(root / "My Plugin");
    fs::create_directories(root / ".old");
    test::write_file(root / "README", "");
    const auto set = registry().look();
    REQUIRE(set.plugins.size() == 1);
    CHECK(test::codes(set.plugins[0].problems) == "PLUGIN_NAME");
}

TEST_CASE_FIXTURE(fixture, "every missing string is named, with where it is used") {
    const auto good = test::install("good", root);
    test::write_file(good / "settings.json",
                     "{\"site\": [\n{\"name\": \"x\", \"type\": \"text\", \"label\": \"x\",\n\"help\": \"x_help\"}]}");
    const auto set = registry().look();
    const auto& problems = set.plugins.at(0).problems;
    REQUIRE(test::codes(problems) == "PLUGIN_STRING_MISSING PLUGIN_STRING_MISSING");
    CHECK(test::argument(problems[1].arguments, "key") == "x_help");
    CHECK(test::argument(problems[1].arguments, "used_by") == (good / "settings.json").string() + ", line 3");
}

TEST_CASE_FIXTURE(fixture, "what is wrong with a manifest is told with the line of the field that says it") {
    const auto good = test::install("good", root);
    const auto line_of = [&](std::string_view was, std::string_view is, message::code code) {
        const auto sound = text::read_file(good / "version.json", 10'000);
        test::replace_in(good / "version.json", was, is);
        const auto problems = registry().look().plugins.at(0).problems;
        test::write_file(good / "version.json", sound);
        REQUIRE(test::codes(problems) == code.id());
        CHECK(test::argument(problems[0].arguments, "file") == (good / "version.json").string());
        CHECK(problems[0].text().find((good / "version.json").string() + ", line ") != std::string::npos);
        return test::argument(problems[0].arguments, "line");
    };
    CHECK(line_of("communication_good", "communication_other", plugin::PLUGIN_COMPONENT) == "2");
    CHECK(line_of("\"0.1\"", "\"0.2\"", plugin::PLUGIN_REQUIRES_HOST) == "5");
    CHECK(line_of("\"0.1\",", "\"0.1\",\n\n  \"incompatible\": \"0.1\",", plugin::PLUGIN_INCOMPATIBLE_HOST) == "7");
    CHECK(line_of(", \"room_chat_provider\"", "", plugin::PLUGIN_CAPABILITY_ALONE) == "7");
    CHECK(line_of("\"communication_provider\"", "\"synchronise_provider\"", plugin::PLUGIN_CAPABILITY_ABSENT) == "7");
    CHECK(line_of("\"external_data\"", "\"dependencies\": {\n\"communication_x\": \"any\"},\n\"external_data\"",
                  plugin::PLUGIN_DEPENDENCY_MISSING) == "9");
    CHECK(line_of("\"external_data\"", "\n\"dependencies\": {\"communication_good\": \"any\"},\n\"external_data\"",
                  plugin::PLUGIN_DEPENDENCY_CIRCLE) == "9");
}

TEST_CASE_FIXTURE(fixture, "the host's version must be one that the plugin takes") {
    const auto good = test::install("good", root);
    const auto problem_with = [&](std::string_view wanted) {
        test::replace_in(good / "version.json", "\"requires\": \"0.1\"", wanted);
        const auto set = registry().look();
        test::replace_in(good / "version.json", wanted, "\"requires\": \"0.1\"");
        const auto notices = test::codes(set.plugins.at(0).notices);
        return test::codes(set.plugins.at(0).problems) + (notices.empty() ? "" : "notice " + notices);
    };
    CHECK(problem_with(R"("requires": "0.2")") == "PLUGIN_REQUIRES_HOST");
    CHECK(problem_with(R"("requires": "0.1", "incompatible": "0.1")") == "PLUGIN_INCOMPATIBLE_HOST");
    CHECK(problem_with(R"("requires": "0.1", "incompatible": "0.2")").empty());
    CHECK(problem_with(R"("requires": "0.1", "supported": ["0.2", "0.3"])") == "notice PLUGIN_UNTRIED_HOST");
    CHECK(problem_with(R"("requires": "0.1", "supported": ["0.1", "0.1"])").empty());
}

TEST_CASE_FIXTURE(fixture, "a plugin whose dependency cannot be used is not run") {
    const auto good = test::install("good", root);
    test::install("factory_throws", root);
    test::replace_in(good / "version.json", "\"maturity\"",
                     R"("dependencies": {"communication_factory_throws": "any"}, "maturity")");
    const auto set = registry().look();
    REQUIRE(set.plugins.size() == 2);
    CHECK(set.plugins[0].name == "factory_throws");
    CHECK(test::codes(set.plugins[1].problems) == "PLUGIN_DEPENDENCY_UNAVAILABLE");
    CHECK(prober.probed == texts{"factory_throws"});
}

TEST_CASE_FIXTURE(fixture, "plugins that wait for each other are refused, and the circle is named") {
    const auto good = test::install("good", root);
    const auto noisy = test::install("noisy", root);
    test::replace_in(good / "version.json", "\"maturity\"",
                     R"("dependencies": {"communication_noisy": "any"}, "maturity")");
    test::replace_in(noisy / "version.json", "\"maturity\"",
                     R"("dependencies": {"communication_good": "any"}, "maturity")");
    const auto set = registry().look();
    REQUIRE(test::codes(set.find("good")->problems) == "PLUGIN_DEPENDENCY_CIRCLE");
    CHECK(set.find("good")->problems[0].text().find(
              "communication_good -> communication_noisy -> communication_good") != std::string::npos);
    CHECK(test::codes(set.find("noisy")->problems) == "PLUGIN_DEPENDENCY_CIRCLE");
    CHECK(prober.probed.empty());
}

TEST_CASE_FIXTURE(fixture, "a folder from elsewhere is examined and nothing of it kept") {
    const auto entry = registry().examine(test::install("good", folder.path() / "elsewhere"));
    CHECK(entry.state == plugin_state::enabled);
    CHECK(entry.capabilities.size() == 2);
    CHECK(registry().look().plugins.empty());
}

TEST_CASE("a report keeps its shape through JSON, and other text is no report") {
    plugin::probe_report report;
    report.refusal.emplace(plugin::PLUGIN_LOAD, message::arguments{{"library", "x"}, {"reason", "\"quoted\""}});
    report.output = "line\nline";
    const auto back = plugin::probe_report_of(plugin::to_json(report));
    CHECK(back.refusal.value().code == plugin::PLUGIN_LOAD);
    CHECK(back.refusal->arguments == report.refusal->arguments);
    CHECK(back.output == report.output);
    for (const auto* wrong :
         {"", "[]", "{}", R"({"capabilities": ["flying"], "output": ""})", R"({"capabilities": 1, "output": ""})",
          R"({"capabilities": [], "output": "", "refusal": {"code": "NOBODY_KNOWS", "arguments": []}})"})
        CHECK_THROWS_AS(plugin::probe_report_of(wrong), std::invalid_argument);
}
