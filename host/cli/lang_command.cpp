#include "cli/commands.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/language_check.hpp"
#include "plugin/registry.hpp"
#include "text/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

/// commhost's own texts, those of every plugin whose folder may be read, and the admin's own for all of them.
std::vector<plugin::language_report> check_everything(context& shared) {
    const auto& overrides = shared.configuration().host.lang_folder;
    std::vector<plugin::language_report> reports{plugin::check_built_in_languages(),
                                                 plugin::check_built_in_overrides(overrides)};
    for (const auto& each : shared.host().registry().look().plugins) {
        if (each.state == plugin::plugin_state::missing) continue;  // it has no folder
        try {
            for (auto& report : plugin::check_languages(each.folder)) reports.push_back(std::move(report));
            if (each.strings) reports.push_back(plugin::check_overrides(overrides, each.component, each.folder));
        } catch (const message::error& no_texts) {  // of the others there is still something to say
            reports.push_back({each.component, {}, 0, {plugin::problem(no_texts)}});
        }
    }
    return reports;
}

json::object to_json(const plugin::language_report& report) {
    json::array problems;
    for (const auto& each : report.problems) problems.push_back(cli::to_json(each.code, each.arguments));
    return {{"component", report.component},
            {"languages", json::value_from(report.languages)},
            {"texts", report.texts},
            {"problems", std::move(problems)}};
}

void check(context& shared, const std::string& folder) {
    const auto reports =
        folder.empty() ? check_everything(shared) : plugin::check_as_host(std::filesystem::path(folder));
    json::array documents;
    std::size_t problems = 0;
    for (const auto& report : reports) {
        documents.push_back(to_json(report));
        problems += report.problems.size();
    }
    if (problems > 0) shared.status = exit_status::failed;
    if (shared.out.json()) {
        shared.out.document(json::object{{"checked", std::move(documents)}});
        return;
    }
    for (const auto& report : reports) {
        for (const auto& each : report.problems) shared.out.line(fmt::format("{}: {}", each.code.id(), each.text()));
        if (report.problems.empty() && report.texts > 0)
            shared.out.line(
                fmt::format("{}: {}", text::printable(report.component),
                            message::phrase("lang_check_fine",
                                            {{"number", std::to_string(report.texts)},
                                             {"languages", fmt::format("{}", fmt::join(report.languages, ", "))}})));
    }
    if (problems > 0) shared.out.line(message::phrase("lang_check_problems", {{"number", std::to_string(problems)}}));
}

}  // namespace

void add_lang_commands(const command& program, context& shared) {
    const auto lang = program.subcommand("lang", "help_lang");
    const auto folder = std::make_shared<std::string>();
    const auto made = lang.subcommand("check", "help_lang_check");
    made.option("FOLDER", *folder, "help_lang_check_folder");
    made.examples({"commhost lang check", "commhost lang check plugins/matrix --json"}).runs([folder, &shared] {
        check(shared, *folder);
    });
}

}  // namespace commhost::cli
