#include "cli/actor.hpp"
#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "cli/switched_off.hpp"
#include "communication/room.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/name.hpp"
#include "plugin/registry.hpp"
#include "plugin/staging.hpp"
#include "task/queue.hpp"
#include "text/utf8.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

json::array names_of(const plugin::capability_list& capabilities) {
    json::array names;
    for (const auto each : capabilities) names.emplace_back(std::string(to_string(each)));
    return names;
}

json::value version_json(std::int64_t version) { return version == 0 ? json::value(nullptr) : json::value(version); }

json::value quarantine_json(const plugin::plugin_entry& of) {
    if (!of.quarantine) return nullptr;
    return json::object{{"since", time_json(of.quarantine->since)},
                        {"until", time_json(of.quarantine->until)},
                        {"reason", text::printable(of.quarantine->reason)},
                        {"crashes", of.quarantine->crashes}};
}

json::object to_json(const plugin::plugin_entry& each) {
    json::object document{{"name", each.name},
                          {"component", each.component},
                          {"state", std::string(to_string(each.state))},
                          {"folder", each.folder.string()},
                          {"capabilities", names_of(each.capabilities)},
                          {"version_in_use", version_json(each.version_in_use)},
                          {"missing_since", time_json(each.missing_since)},
                          {"disabled", each.disabled},
                          {"quarantine", quarantine_json(each)},
                          {"problems", cli::to_json(each.problems)},
                          {"notices", cli::to_json(each.notices)}};
    document["version"] = each.manifest ? json::value(each.manifest->version) : json::value(nullptr);
    document["release"] = each.manifest ? json::value(each.manifest->release) : json::value(nullptr);
    document["signed_by"] = each.signed_by.empty() ? json::value(nullptr) : json::value(each.signed_by);
    document["maturity"] =
        each.manifest ? json::value(std::string(to_string(each.manifest->maturity))) : json::value(nullptr);
    return document;
}

std::string state_of(const plugin::plugin_entry& each) {
    return message::word_of("plugin_state", to_string(each.state));
}

/// Says of those that are gone since when they are, and what waits for them: only here it is known whose rooms those are.
void tell_of_missing(worker::host& host, std::span<plugin::plugin_entry> plugins) {
    const auto is_missing = [](const auto& each) { return each.state == plugin::plugin_state::missing; };
    if (std::none_of(plugins.begin(), plugins.end(), is_missing)) return;
    const auto rooms = communication::count_rooms(*host.database().borrow());
    for (auto& each : plugins) {
        if (!is_missing(each)) continue;
        if (each.disabled)
            each.notices.emplace_back(plugin::PLUGIN_RETURNS_DISABLED, message::arguments{{"plugin", each.name}});
        if (!each.missing_since) continue;  // it may be there: its root cannot be read
        const auto of_it = rooms.find(each.name);
        const auto waiting = of_it == rooms.end() ? 0 : of_it->second.active;
        each.problems.emplace(each.problems.begin(), plugin::PLUGIN_MISSING,
                              message::arguments{{"plugin", each.name},
                                                 {"since", time_text(each.missing_since)},
                                                 {"rooms", std::to_string(waiting)}});
    }
}

void print_with_problems(context& shared, const plugin::plugin_entry& each, std::string_view before) {
    shared.out.line(fmt::format(
        "{}{}", before, message::phrase("plugin_is_because", {{"plugin", each.name}, {"state", state_of(each)}})));
    print_problems(shared.out, each.problems);
    print_problems(shared.out, each.notices);
}

std::string need_of(worker::host& host, const std::string& name) {
    return message::word_of("plugin_need", worker::is_required(host, name) ? "required" : "optional");
}

json::object to_json(worker::host& host, const plugin::plugin_entry& each) {
    auto document = to_json(each);
    document["required"] = worker::is_required(host, each.name);
    return document;
}

/// Those that nothing works without, one that never was there too.
void tell_of_required(worker::host& host, plugin::plugin_set& found) {
    const auto in_force = plugin::quarantines_at(*host.database().borrow(), host.clock().now());
    for (const auto& [name, reason] : worker::required_and_unavailable(host, found, in_force))
        found.problems.emplace_back(worker::WORKER_REQUIRED, message::arguments{{"plugin", name}, {"reason", reason}});
}

/// A refused plugin is part of the answer, not a failure of the command.
void list(context& shared) {
    auto found = shared.host().registry().overview();
    for (const auto& root : shared.host().settings().plugin_roots)
        if (auto left = plugin::left_in(root)) found.problems.push_back(*std::move(left));
    tell_of_missing(shared.host(), found.plugins);
    tell_of_required(shared.host(), found);
    if (shared.out.json()) {
        json::array plugins;
        for (const auto& each : found.plugins) plugins.push_back(to_json(shared.host(), each));
        shared.out.document(json::object{{"plugins", std::move(plugins)}, {"problems", cli::to_json(found.problems)}});
        return;
    }
    if (!found.problems.empty()) {
        shared.out.line(message::phrase("plugin_list_problems"));
        print_problems(shared.out, found.problems);
        shared.out.line("");
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : found.plugins)
        rows.push_back({each.name, each.manifest ? each.manifest->release : "-", state_of(each),
                        need_of(shared.host(), each.name), each.folder.string()});
    shared.out.table({"heading_plugin", "heading_release", "heading_state", "heading_need", "heading_folder"}, rows);
    for (const auto& each : found.plugins) {
        if (each.problems.empty() && each.notices.empty()) continue;
        print_with_problems(shared, each, "\n");
    }
}

/// One that never was there is shown if it is required: that is why nothing works.
plugin::plugin_entry entry_to_show(context& shared, const std::string& name, bool probe) {
    auto& host = shared.host();
    plugin::plugin_set one;
    if (auto found = probe ? host.registry().probe_again(name) : host.registry().find(name)) {
        tell_of_missing(host, {&*found, 1});
        one.plugins.push_back(*std::move(found));
    } else if (!worker::is_required(host, name)) {
        throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", name}});
    } else {
        auto& never_there = one.plugins.emplace_back();
        never_there.name = name;
        never_there.component = plugin::component_of(name);
    }
    auto& entry = one.plugins.front();
    if (entry.state == plugin::plugin_state::refused) shared.status = exit_status::failed;
    const auto in_force = plugin::quarantines_at(*host.database().borrow(), host.clock().now());
    const auto down = worker::required_and_unavailable(host, one, in_force);
    if (const auto why = down.find(name); why != down.end()) {
        shared.status = exit_status::failed;
        entry.problems.emplace_back(worker::WORKER_REQUIRED,
                                    message::arguments{{"plugin", name}, {"reason", why->second}});
    }
    return entry;
}

void show(context& shared, const std::string& name, bool probe) {
    const auto entry = entry_to_show(shared, name, probe);
    const auto* each = &entry;
    if (shared.out.json()) {
        shared.out.document(to_json(shared.host(), *each));
        return;
    }
    std::string capabilities;
    for (const auto capability : each->capabilities)
        capabilities += (capabilities.empty() ? "" : ", ") + std::string(to_string(capability));
    std::vector<std::pair<std::string, std::string>> fields{{"field_plugin", each->name},
                                                            {"field_state", state_of(*each)},
                                                            {"field_need", need_of(shared.host(), name)},
                                                            {"field_folder", each->folder.string()}};
    if (each->manifest) {
        fields.emplace_back("field_version", fmt::format("{} ({})", each->manifest->release, each->manifest->version));
        if (each->version_in_use > 0 && each->version_in_use != each->manifest->version)
            fields.emplace_back("field_version_in_use", std::to_string(each->version_in_use));
        fields.emplace_back("field_maturity", to_string(each->manifest->maturity));
    }
    if (!each->signed_by.empty()) fields.emplace_back("field_signed_by", each->signed_by);
    fields.emplace_back("field_capabilities", capabilities.empty() ? "-" : capabilities);
    shared.out.fields(fields);
    print_problems(shared.out, each->problems);
    print_problems(shared.out, each->notices);
}

/// Says what a look makes of it: whoever enables a plugin wants to know whether it can be used now. downgrade: an older version than
/// the one in use may be used from now on, if that is what lies there.
void enable(context& shared, const std::string& name, bool downgrade) {
    auto& host = shared.host();
    host.database().transact([&](store::connection& on) {
        host.registry().enable(on, name);
        task::queue::resume(on, name);
        record_plugin(on, name, "plugin_enabled", host.clock().now());
    });
    plugin::plugin_entry unseen;  // somebody removed it a moment ago
    unseen.name = name;
    auto found = host.registry().find(name).value_or(unseen);
    if (downgrade && found.manifest && found.manifest->version < found.version_in_use) {
        host.registry().accept(*host.database().borrow(), found);
        found = host.registry().find(name).value_or(unseen);
    }
    tell_of_missing(host, {&found, 1});
    if (!is_sound(found.state)) shared.status = exit_status::changes_pending;
    if (shared.out.json()) {
        shared.out.document(json::object{{"plugin", name},
                                         {"state", std::string(to_string(found.state))},
                                         {"problems", cli::to_json(found.problems)},
                                         {"notices", cli::to_json(found.notices)}});
    } else if (found.problems.empty() && found.notices.empty()) {
        shared.out.line(message::phrase("plugin_is", {{"plugin", name}, {"state", state_of(found)}}));
    } else {
        print_with_problems(shared, found, "");
    }
}

void disable(context& shared, const std::string& name) {
    auto& host = shared.host();
    host.database().transact([&](store::connection& on) {
        host.registry().disable(on, name);
        // A worker that is at it takes no further task.
        host.queue().pause(on, name, std::nullopt, worker::pause_disabled);
        record_plugin(on, name, "plugin_disabled", host.clock().now());
    });
    auto found = host.registry().overview();
    tell_of_missing(host, found.plugins);
    auto told = what_stops(host, found, name);
    if (told.stops_others) shared.status = exit_status::changes_pending;
    const auto* entry = found.find(name);
    const bool is_missing = entry != nullptr && entry->state == plugin::plugin_state::missing;
    const auto state = to_string(is_missing ? plugin::plugin_state::missing : plugin::plugin_state::disabled);
    std::vector<plugin::problem> problems;
    if (is_missing) {
        problems = entry->problems;
        told.notices.insert(told.notices.begin(), entry->notices.begin(), entry->notices.end());
    }
    if (shared.out.json()) {
        json::array refused(told.refused.begin(), told.refused.end());
        shared.out.document(json::object{{"plugin", name},
                                         {"state", std::string(state)},
                                         {"disabled", true},
                                         {"required", worker::is_required(host, name)},
                                         {"rooms_waiting", told.rooms_waiting},
                                         {"refused", std::move(refused)},
                                         {"problems", cli::to_json(problems)},
                                         {"notices", cli::to_json(told.notices)}});
        return;
    }
    const bool more = !problems.empty() || !told.notices.empty();
    shared.out.line(message::phrase(more ? "plugin_is_because" : "plugin_is",
                                    {{"plugin", name}, {"state", message::word_of("plugin_state", state)}}));
    print_problems(shared.out, problems);
    print_problems(shared.out, told.notices);
}

}  // namespace

void add_plugin_commands(const command& program, context& shared) {
    const auto plugins = program.subcommand("plugin", "help_plugin");
    const auto name = std::make_shared<std::string>();

    plugins.subcommand("list", "help_plugin_list").examples({"commhost plugin list"}).runs([&shared] { list(shared); });

    const auto with_name = [&](const char* word, const char* purpose, auto work) {
        const auto made = plugins.subcommand(word, purpose);
        made.option("NAME", *name, "help_plugin_name").required();
        made.examples({fmt::format("commhost plugin {} matrix", word)});
        made.runs([name, &shared, work] { work(shared, *name); });
    };
    add_trust_commands(plugins, shared);
    add_new_command(plugins, shared);
    add_install_command(plugins, shared);
    add_uninstall_command(plugins, shared);
    add_validate_command(plugins, program, shared);
    with_name("show", "help_plugin_show", [](context& in, const std::string& which) { show(in, which, false); });
    with_name("probe", "help_plugin_probe", [](context& in, const std::string& which) { show(in, which, true); });
    with_name("disable", "help_plugin_disable", disable);

    const auto downgrade = std::make_shared<bool>(false);
    const auto enable_command = plugins.subcommand("enable", "help_plugin_enable");
    enable_command.option("NAME", *name, "help_plugin_name").required();
    enable_command.flag("--downgrade", *downgrade, "help_plugin_enable_downgrade");
    enable_command.examples({"commhost plugin enable matrix"});
    enable_command.runs([name, downgrade, &shared] { enable(shared, *name, *downgrade); });
}

}  // namespace commhost::cli
