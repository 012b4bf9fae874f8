#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
#include "registry_fixture.hpp"

#include <doctest/doctest.h>
#include <elf.h>
#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// One folder for each fault of a plugin's files, made from the plugin without one. No code of theirs runs.

using namespace commhost;
using plugin::plugin_state;
namespace fs = std::filesystem;

using fixture = test::registry_fixture;

namespace {

/// Copies the plugin "good" into a root under another name, which is then its own.
fs::path install_good_as(const std::string& name, const fs::path& root, const fs::path& aside) {
    const auto from = test::install("good", aside);
    const auto folder = root / name;
    fs::create_directories(root);
    fs::rename(from, folder);
    fs::rename(folder / "libcommunication_good.so", folder / ("libcommunication_" + name + ".so"));
    for (const auto* language : {"en", "de"}) {
        const auto texts = folder / "lang" / language;
        if (fs::exists(texts))
            fs::rename(texts / "communication_good.json", texts / ("communication_" + name + ".json"));
    }
    test::replace_in(folder / "version.json", "communication_good", "communication_" + name);
    return folder;
}

fs::path library_in(const fs::path& folder) {
    return folder / ("libcommunication_" + folder.filename().string() + ".so");
}

void replace_bytes(const fs::path& file, std::size_t at, std::string_view bytes) {
    auto content = text::read_file(file, 10'000'000);
    test::write_file(file, content.replace(at, bytes.size(), bytes));
}

struct file_fault {
    std::string name;
    std::function<void(const fs::path& folder)> make;
    std::string codes;
    std::string named;  ///< What the message says of it.
};

const std::vector<file_fault> faults{
    {"other_machine",
     [](const auto& folder) {
         replace_bytes(library_in(folder), offsetof(Elf64_Ehdr, e_machine), std::string{char(EM_AARCH64), '\0'});
     },
     "PLUGIN_BINARY_MACHINE", "AArch64"},
    {"no_elf", [](const auto& folder) { test::write_file(library_in(folder), "#!/bin/sh\necho I am none\n"); },
     "PLUGIN_BINARY_READ", "libcommunication_no_elf.so"},
    {"empty_library", [](const auto& folder) { test::write_file(library_in(folder), ""); }, "PLUGIN_BINARY_READ",
     "libcommunication_empty_library.so"},
    {"cut_short",
     [](const auto& folder) { fs::resize_file(library_in(folder), fs::file_size(library_in(folder)) / 2); },
     "PLUGIN_BINARY_READ", "libcommunication_cut_short.so"},
    {"no_library", [](const auto& folder) { fs::remove(library_in(folder)); }, "PLUGIN_BINARY_ABSENT",
     "libcommunication_no_library.so"},
    {"newer_sdk", [](const auto& folder) { test::replace_in(library_in(folder), "sdk=1.", "sdk=9."); },
     "PLUGIN_STAMP_DIFFERS", "sdk=9."},
    {"no_manifest", [](const auto& folder) { fs::remove(folder / "version.json"); }, "JSON_READ", "version.json"},
    {"manifest_too_large",
     [](const auto& folder) {
         test::write_file(folder / "version.json", "\"" + std::string(plugin::json_document::most_bytes, 'x') + "\"");
     },
     "JSON_SIZE", "version.json"},
    {"manifest_key_twice",
     [](const auto& folder) {
         test::replace_in(folder / "version.json", "\"release\"", "\"release\": \"0.9\",\n\"release\"");
     },
     "JSON_SYNTAX", "version.json, line 5"},
    {"manifest_is_pipe",
     [](const auto& folder) {
         fs::remove(folder / "version.json");
         REQUIRE(::mkfifo((folder / "version.json").c_str(), 0600) == 0);
     },
     "PLUGIN_FILE_KIND", "version.json"},
    {"settings_wrong",
     [](const auto& folder) {
         test::write_file(folder / "settings.json",
                          "{\"site\": [\n{\"name\": \"x\", \"type\": \"colour\"}], \"room\": []}");
     },
     "JSON_CONTENT", "settings.json, line 2"},
    {"strings_missing", [](const auto& folder) { fs::remove_all(folder / "lang"); }, "PLUGIN_STRINGS_MISSING",
     "strings_missing"},
    {"link_out",
     [](const auto& folder) {
         fs::remove(folder / "settings.json");
         fs::create_symlink("/etc/hostname", folder / "settings.json");
     },
     "PLUGIN_OUTSIDE_ROOT", "settings.json"},
    {"others_write", [](const auto& folder) { fs::permissions(folder / "settings.json", fs::perms(0646)); },
     "PLUGIN_WRITABLE", "settings.json"},
    {"runs_as_others", [](const auto& folder) { fs::permissions(library_in(folder), fs::perms(04755)); },
     "PLUGIN_SET_ID", "libcommunication_runs_as_others.so"},
    {"not_utf8_name",
     [](const auto& folder) {
         test::write_file(folder / "L\xFC"
                                   "beck.txt",
                          "");
     },
     "PLUGIN_FILE_NAME", "not_utf8_name"},
    {"depends_on_absent",
     [](const auto& folder) {
         test::replace_in(folder / "version.json", "\"maturity\"",
                          R"("dependencies": {"communication_absent": "any"}, "maturity")");
     },
     "PLUGIN_DEPENDENCY_MISSING", "communication_absent"},
    {"depends_in_circle",
     [](const auto& folder) {
         test::replace_in(folder / "version.json", "\"maturity\"",
                          R"("dependencies": {"communication_depends_in_circle": "any"}, "maturity")");
     },
     "PLUGIN_DEPENDENCY_CIRCLE", "communication_depends_in_circle -> communication_depends_in_circle"},
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "each fault of a plugin's files is refused by its name, and hides nobody") {
    for (const auto& each : faults) each.make(install_good_as(each.name, root, folder.path() / "aside"));
    test::install("good", root);
    const auto set = registry().look();
    CHECK(set.plugins.size() == faults.size() + 1);
    CHECK(set.find("good")->state == plugin_state::enabled);
    CHECK(prober.probed == std::vector<std::string>{"good"});
    for (const auto& each : faults) {
        CAPTURE(each.name);
        const auto* entry = set.find(each.name);
        REQUIRE(entry != nullptr);
        CHECK(entry->state == plugin_state::refused);
        CHECK(test::codes(entry->problems) == each.codes);
        REQUIRE(!entry->problems.empty());
        CHECK_MESSAGE(entry->problems[0].text().find(each.named) != std::string::npos, entry->problems[0].text());
        CHECK(!entry->problems[0].advice().empty());
    }
}
