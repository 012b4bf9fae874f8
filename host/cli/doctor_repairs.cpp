#include "cli/doctor_repairs.hpp"

#include "audit/audit.hpp"
#include "cli/actor.hpp"
#include "text/utf8.hpp"
#include "worker/codes.hpp"
#include "worker/diagnose.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace commhost::cli {

namespace {

namespace json = boost::json;

void record(worker::host& host, const std::string& plugin, const std::string& id, const std::string& outcome) {
    audit::subject about{audit::subject_kind::plugin};
    about.name = plugin;
    audit::entry made{by_admin(), about, "server_repaired"};
    made.after = json::serialize(json::object{{"repair", id}, {"outcome", outcome}});
    host.database().transact([&](store::connection& on) { audit::record(on, made, host.clock().now()); });
}

}  // namespace

void doctor_repairs::add(const std::string& plugin, const std::vector<core_communication::repair_offer>& offers) {
    for (const auto& each : offers) repairs_.push_back({plugin, each, "", ""});
}

void doctor_repairs::carry_out(context& shared, const plugin::plugin_set& plugins, std::vector<finding>& findings) {
    auto& host = shared.host();
    std::map<std::string, std::vector<repair*>> by_plugin;
    for (auto& each : repairs_) by_plugin[each.plugin].push_back(&each);
    for (auto& [plugin, wanted] : by_plugin) {
        std::vector<std::string> ids;
        for (const auto* each : wanted) ids.push_back(each->offered.id);
        const auto answer = worker::repair(host, *plugins.find(plugin), ids);
        for (std::size_t index = 0; index < wanted.size(); ++index) {
            auto& each = *wanted[index];
            if (index < answer.found.size())
                take(each, finding_of(plugin, answer.found[index]), findings);
            else
                each.outcome = "failed";
            record(host, plugin, each.offered.id, each.outcome);
        }
        if (!answer.refusal) continue;
        findings.push_back(failed_with(plugin, answer.refusal->code, answer.refusal->arguments));
        for (auto* each : wanted) each->found = findings.back().found;
    }
}

void doctor_repairs::take(repair& done, const finding& now, std::vector<finding>& findings) const {
    done.outcome = now.outcome;
    done.found = now.found;
    const auto before = std::find_if(findings.begin(), findings.end(), [&](const finding& each) {
        return each.subject == done.plugin && each.id == done.offered.id;
    });
    // A plugin that tells of something else than it was asked for changes no finding.
    if (before != findings.end() && now.id == done.offered.id) *before = now;
}

std::string doctor_repairs::question() const {
    std::string changes;
    for (const auto& each : repairs_)
        changes +=
            fmt::format("{}{}: {}", changes.empty() ? "" : " ", each.plugin, text::printable(each.offered.change));
    return message::phrase("doctor_fix_question", {{"changes", changes}});
}

void doctor_repairs::show(const output& out) const {
    if (repairs_.empty()) return;
    const bool are_done =
        std::any_of(repairs_.begin(), repairs_.end(), [](const repair& each) { return !each.outcome.empty(); });
    out.line("\n" + message::phrase(are_done ? "doctor_fixed" : "doctor_can_fix"));
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : repairs_) {
        if (are_done)
            rows.push_back({message::word_of("outcome", each.outcome), each.plugin, each.offered.id, each.found});
        else
            rows.push_back({each.plugin, each.offered.id, each.offered.change});
    }
    if (are_done)
        out.table({"heading_outcome", "heading_of", "heading_what", "heading_found"}, rows);
    else
        out.table({"heading_of", "heading_what", "heading_change"}, rows);
}

json::array doctor_repairs::document() const {
    json::array list;
    for (const auto& each : repairs_) {
        json::value outcome(nullptr), found(nullptr);
        if (!each.outcome.empty()) {
            outcome = each.outcome;
            found = each.found;
        }
        list.push_back(json::object{{"subject", each.plugin},
                                    {"id", each.offered.id},
                                    {"change", each.offered.change},
                                    {"outcome", std::move(outcome)},
                                    {"found", std::move(found)}});
    }
    return list;
}

}  // namespace commhost::cli
