#include "worker/validator/file_tests.hpp"

#include "message/error.hpp"
#include "plugin/binary.hpp"
#include "plugin/binary_check.hpp"
#include "plugin/checksums.hpp"
#include "plugin/codes.hpp"
#include "plugin/folder_files.hpp"
#include "plugin/inspection.hpp"
#include "plugin/language_check.hpp"
#include "plugin/manifest.hpp"
#include "plugin/name.hpp"
#include "plugin/path_trust.hpp"
#include "plugin/plugin_entry.hpp"
#include "plugin/settings_schema.hpp"
#include "plugin/strings.hpp"
#include "text/file_content.hpp"

#include <boost/core/demangle.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace commhost::worker::validator {

namespace {

/// The languages that a plugin is to have, so that a German and an English admin understand it.
constexpr std::array languages_wanted{"de", "en"};

message::arguments said(message::code code, const std::string& text) {
    return {{"code", std::string(code.id())}, {"text", text}};
}

void add(verdict& to, const plugin::problem& each) { to.fail("validate_problem", said(each.code, each.text())); }

/// What it throws is a failure.
template <class Check>
void attempt(verdict& found, Check&& check) {
    try {
        check();
    } catch (const message::error& failed) {  // the test's own answer
        found.fail("validate_problem", said(failed.code(), failed.text()));
    }
}

/// Of what the host finds in the files, the problems with these codes.
void add_problems(const plugin_files& files, std::initializer_list<message::code> codes, verdict& to) {
    const auto entry = plugin::inspect_files(files.folder, files.host);
    for (const auto* list : {&entry.problems, &entry.notices}) {
        for (const auto& each : *list) {
            if (std::find(codes.begin(), codes.end(), each.code) == codes.end()) continue;
            if (list == &entry.notices)
                to.warn("validate_problem", said(each.code, each.text()));
            else
                add(to, each);
        }
    }
}

}  // namespace

void examine_folder(const plugin_files& files, verdict& found) {
    attempt(found, [&] {
        plugin::list_files(files.folder, [&](const std::filesystem::path& path, const struct stat& status) {
            try {
                const std::array owner{status.st_uid};
                plugin::trusted_entry(path, status, owner);
            } catch (const message::error& refused) {  // which a host does; an author's own folder may be as it likes
                found.warn("validate_problem", said(refused.code(), refused.text()));
            }
        });
    });
    if (const auto name = files.folder.filename().string(); !plugin::is_name(name))
        found.fail("validate_problem",
                   said(plugin::PLUGIN_NAME,
                        plugin::problem(plugin::PLUGIN_NAME, {{"folder", files.folder.string()}}).text()));
}

void examine_checksums(const plugin_files& files, verdict& found) {
    constexpr std::size_t most_bytes = std::size_t{1} << 20U;
    const auto file = files.folder / plugin::checksum_file;
    if (!std::filesystem::exists(file)) return;
    attempt(found, [&] {
        const auto stated = plugin::parse_checksums(text::read_file(file, most_bytes), file);
        const auto there = plugin::checksums_of(plugin::list_files(files.folder));
        for (const auto& each : plugin::compare_checksums(stated, there, files.folder)) add(found, each);
    });
}

void examine_manifest(const plugin_files& files, verdict& found) {
    attempt(found, [&] { plugin::read_manifest(files.folder / "version.json"); });
    add_problems(files,
                 {plugin::PLUGIN_COMPONENT, plugin::PLUGIN_REQUIRES_HOST, plugin::PLUGIN_INCOMPATIBLE_HOST,
                  plugin::PLUGIN_UNTRIED_HOST},
                 found);
}

void examine_settings(const plugin_files& files, verdict& found) {
    attempt(found, [&] { plugin::read_settings_schema(files.folder / "settings.json"); });
}

void examine_strings(const plugin_files& files, verdict& found) {
    attempt(found, [&] { const plugin::string_tables tables(files.folder, files.component); });
    add_problems(files, {plugin::PLUGIN_STRING_MISSING}, found);
}

void examine_translations(const plugin_files& files, verdict& found) {
    try {
        for (const auto& report : plugin::check_languages(files.folder)) {
            for (const auto& each : report.problems) found.warn("validate_problem", said(each.code, each.text()));
            for (const std::string language : languages_wanted)
                if (std::find(report.languages.begin(), report.languages.end(), language) == report.languages.end())
                    found.warn("validate_language_missing", {{"language", language}});
        }
    } catch (const message::error& failed) {  // no English, which the strings' own test fails for
        found.warn("validate_problem", said(failed.code(), failed.text()));
    }
}

void examine_claims(const plugin_files& files, verdict& found) {
    add_problems(files, {plugin::PLUGIN_CAPABILITY_ALONE}, found);
}

void examine_binary(const plugin_files& files, verdict& found) {
    attempt(found, [&] {
        const auto file = plugin::library_in(files.folder);
        const plugin::sealed_library library(file);
        const auto read = plugin::read_binary(library.content(), file);
        for (const auto& each : plugin::check_binary(read, plugin::own_requirement(), file.filename().string()))
            if (each.code != plugin::PLUGIN_BINARY_UNIQUE) add(found, each);
    });
}

void examine_exports(const plugin_files& files, verdict& found) {
    attempt(found, [&] {
        const auto file = plugin::library_in(files.folder);
        const plugin::sealed_library library(file);
        const auto read = plugin::read_binary(library.content(), file);
        for (const auto& symbol : read.exported)
            if (symbol != "communication_feature")
                found.fail("validate_exported", {{"symbol", boost::core::demangle(symbol.c_str())}});
        for (const auto& symbol : read.process_unique)
            found.fail("validate_process_unique", {{"symbol", boost::core::demangle(symbol.c_str())}});
    });
}

}  // namespace commhost::worker::validator
