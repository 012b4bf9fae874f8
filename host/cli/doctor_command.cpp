#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "message/error.hpp"
#include "plugin/language_check.hpp"
#include "plugin/registry.hpp"
#include "worker/diagnose.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
using core_communication::diagnosis_outcome;

/// One line of the doctor's report.
struct finding {
    std::string subject, id, outcome, found, advice;
};

std::string_view word_for(diagnosis_outcome outcome) {
    switch (outcome) {
        case diagnosis_outcome::passed: return "passed";
        case diagnosis_outcome::warning: return "warning";
        case diagnosis_outcome::failed: return "failed";
        case diagnosis_outcome::skipped: return "skipped";
    }
    return "failed";
}

finding failed_with(const std::string& subject, message::code code, const message::arguments& arguments) {
    const auto& catalogue = message::catalogue::current();
    return {subject, std::string(code.id()), "failed", catalogue.text(code, arguments),
            catalogue.advice(code, arguments)};
}

std::vector<finding> examine(worker::host& host, const plugin::plugin_entry& entry) {
    std::vector<finding> findings;
    for (const auto& problem : entry.problems)
        findings.push_back(failed_with(entry.name, problem.code, problem.arguments));
    if (entry.state != plugin::plugin_state::enabled) return findings;
    const auto& overrides = host.settings().lang_folder;
    for (const auto& broken : plugin::check_overrides(overrides, entry.component, entry.folder).problems)
        findings.push_back({entry.name, std::string(broken.code.id()), "warning", broken.text(), broken.advice()});
    if (!plugin::has(entry.capabilities, plugin::capability::diagnostic_provider)) {
        findings.push_back(
            {entry.name, "diagnostic_provider", "skipped", message::phrase("doctor_nothing_to_look_at"), ""});
        return findings;
    }
    try {
        const auto answer = worker::diagnose(host, entry);
        if (answer.refusal)
            findings.push_back(failed_with(entry.name, answer.refusal->code, answer.refusal->arguments));
        for (const auto& each : answer.found)
            findings.push_back({entry.name, each.id, std::string(word_for(each.outcome)), each.found, each.advice});
    } catch (const message::error& failed) {
        // A plugin that is not configured yet is a finding; the next plugin may be fine.
        findings.push_back(failed_with(entry.name, failed.code(), failed.arguments()));
    }
    return findings;
}

void doctor(context& shared, const std::string& only) {
    auto& host = shared.host();
    std::vector<finding> findings{{"database", "open", "passed",
                                   message::phrase("doctor_database_open", {{"location", host.database().location()}}),
                                   ""}};
    for (const auto& broken : plugin::check_built_in_overrides(host.settings().lang_folder).problems)
        findings.push_back({"commhost", std::string(broken.code.id()), "warning", broken.text(), broken.advice()});
    const auto plugins = host.registry().look();
    if (!only.empty() && plugins.find(only) == nullptr) throw message::error(CLI_PLUGIN_NONE, {{"plugin", only}});
    for (const auto& entry : plugins.plugins) {
        if (!only.empty() && entry.name != only) continue;
        for (auto& each : examine(host, entry)) findings.push_back(std::move(each));
    }
    json::array documents;
    for (const auto& each : findings) {
        if (each.outcome == "failed") shared.status = exit_status::failed;
        documents.push_back(json::object{{"subject", each.subject},
                                         {"id", each.id},
                                         {"outcome", each.outcome},
                                         {"found", each.found},
                                         {"advice", each.advice}});
    }
    if (shared.out.json()) {
        shared.out.document(json::object{{"findings", std::move(documents)}});
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : findings)
        rows.push_back({message::word_of("outcome", each.outcome), each.subject, each.id, each.found});
    shared.out.table({"heading_outcome", "heading_of", "heading_what", "heading_found"}, rows);
    for (const auto& each : findings) {
        if (!each.advice.empty()) shared.out.line(fmt::format("\n{} {}: {}", each.subject, each.id, each.advice));
    }
}

}  // namespace

void add_doctor_command(const command& program, context& shared) {
    const auto only = std::make_shared<std::string>();
    const auto made = program.subcommand("doctor", "help_doctor");
    made.option("PLUGIN", *only, "help_doctor_plugin");
    made.examples({"commhost doctor matrix"}).runs([only, &shared] { doctor(shared, *only); });
    program.hidden("diagnose").runs([] { worker::run_diagnose(); });
}

}  // namespace commhost::cli
