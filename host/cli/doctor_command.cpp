#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/confirmation.hpp"
#include "cli/doctor_repairs.hpp"
#include "cli/finding.hpp"
#include "cli/site.hpp"
#include "communication/room.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/language_check.hpp"
#include "plugin/registry.hpp"
#include "text/utf8.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"
#include "worker/diagnose.hpp"
#include "worker/inquiry.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;
std::vector<finding> examine(worker::host& host, const plugin::plugin_entry& entry, doctor_repairs& repairs) {
    std::vector<finding> findings;
    for (const auto& problem : entry.problems)
        findings.push_back(failed_with(entry.name, problem.code, problem.arguments));
    if (!is_sound(entry.state)) return findings;
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
        for (const auto& each : answer.found) findings.push_back(finding_of(entry.name, each));
        repairs.add(entry.name, answer.offers);
    } catch (const message::error& failed) {
        // A plugin that is not configured yet is a finding; the next plugin may be fine.
        findings.push_back(failed_with(entry.name, failed.code(), failed.arguments()));
    }
    return findings;
}

/// What hangs on a provider.
struct use {
    std::size_t rooms = 0;
    bool is_default = false;
};

std::map<std::string, use> providers_in_use(worker::host& host) {
    std::map<std::string, use> uses;
    for (const auto& room : communication::active_rooms(*host.database().borrow())) ++uses[room.provider].rooms;
    if (const auto& name = host.settings().default_provider; !name.empty()) uses[name].is_default = true;
    return uses;
}

/// Of a provider in use that is switched off or not there: nobody else says so. What hides one that may be there is among its
/// problems.
std::optional<finding> absence(const std::string& provider, const use& of, const plugin::plugin_entry* entry) {
    const message::arguments arguments{
        {"plugin", provider}, {"rooms", std::to_string(of.rooms)}, {"default", of.is_default ? "yes" : "no"}};
    const bool is_gone = entry != nullptr && entry->state == plugin::plugin_state::missing && entry->missing_since;
    if (entry == nullptr || is_gone) return failed_with(provider, CLI_PROVIDER_MISSING, arguments);
    if (entry->state != plugin::plugin_state::disabled) return std::nullopt;
    auto found = failed_with(provider, CLI_PROVIDER_DISABLED, arguments);
    found.outcome = "warning";
    return found;
}

/// The plugins to be looked at.
plugin::plugin_set plugins_of(worker::host& host, const std::string& only) {
    if (only.empty()) return host.registry().look();
    plugin::plugin_set one;
    if (auto found = host.registry().find(only)) one.plugins.push_back(std::move(*found));
    return one;
}

struct doctor_words {
    std::string only;
    bool fix = false;
    bool yes = false;
};

void show(const output& out, const std::vector<finding>& findings) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : findings)
        rows.push_back({message::word_of("outcome", each.outcome), each.subject, each.id, each.found});
    out.table({"heading_outcome", "heading_of", "heading_what", "heading_found"}, rows);
    for (const auto& each : findings) {
        if (!each.advice.empty())
            out.line(fmt::format("\n{} {}: {}", text::printable(each.subject), each.id, each.advice));
    }
}

json::array document_of(const std::vector<finding>& findings) {
    json::array list;
    for (const auto& each : findings)
        list.push_back(json::object{{"subject", each.subject},
                                    {"id", each.id},
                                    {"outcome", each.outcome},
                                    {"found", each.found},
                                    {"advice", each.advice}});
    return list;
}

void doctor(context& shared, const doctor_words& given) {
    auto& host = shared.host();
    const auto& only = given.only;
    doctor_repairs repairs;
    std::vector<finding> findings{{"database", "open", "passed",
                                   message::phrase("doctor_database_open", {{"location", host.database().location()}}),
                                   ""}};
    for (const auto& broken : plugin::check_built_in_overrides(host.settings().lang_folder).problems)
        findings.push_back({"commhost", std::string(broken.code.id()), "warning", broken.text(), broken.advice()});
    if (const auto off = site_off(shared))
        findings.push_back({"commhost", "rooms", "warning", site_text(*off), message::phrase("site_off_advice")});
    const auto plugins = plugins_of(host, only);
    const auto uses = providers_in_use(host);
    if (!only.empty() && plugins.plugins.empty() && !uses.contains(only) && !worker::is_required(host, only))
        throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", only}});
    for (const auto& [provider, of] : uses) {
        if (!only.empty() && provider != only) continue;
        if (auto found = absence(provider, of, plugins.find(provider))) findings.push_back(std::move(*found));
    }
    const auto in_force = plugin::quarantines_at(*host.database().borrow(), host.clock().now());
    for (const auto& [name, reason] : worker::required_and_unavailable(host, plugins, in_force)) {
        if (only.empty() || name == only)
            findings.push_back(failed_with(name, worker::WORKER_REQUIRED, {{"plugin", name}, {"reason", reason}}));
    }
    for (const auto& each : plugins.problems) findings.push_back(failed_with("commhost", each.code, each.arguments));
    for (const auto& entry : plugins.plugins)
        for (auto& each : examine(host, entry, repairs)) findings.push_back(std::move(each));
    if (!shared.out.json()) show(shared.out, findings);
    if (given.fix && !repairs.empty()) {
        confirm(repairs.question(), given.yes);
        repairs.carry_out(shared, plugins, findings);
    }
    for (const auto& each : findings)
        if (each.outcome == "failed") shared.status = exit_status::failed;
    if (shared.out.json()) {
        shared.out.document(json::object{{"findings", document_of(findings)}, {"repairs", repairs.document()}});
        return;
    }
    repairs.show(shared.out);
    if (given.fix && repairs.empty()) shared.out.line("\n" + message::phrase("doctor_nothing_to_fix"));
}

}  // namespace

void add_doctor_command(const command& program, context& shared) {
    const auto given = std::make_shared<doctor_words>();
    const auto made = program.subcommand("doctor", "help_doctor");
    made.option("PLUGIN", given->only, "help_doctor_plugin");
    made.flag("--fix", given->fix, "help_doctor_fix");
    made.flag("--yes", given->yes, "help_yes");
    made.examples({"commhost doctor matrix", "commhost doctor matrix --fix"}).runs([given, &shared] {
        doctor(shared, *given);
    });
    program.hidden("inquire").runs([] { worker::run_inquiry(); });
}

}  // namespace commhost::cli
