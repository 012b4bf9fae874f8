#include "cli/codes.hpp"
#include "cli/commands.hpp"
#include "cli/problems.hpp"
#include "message/error.hpp"
#include "plugin/registry.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <memory>
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

json::object to_json(const plugin::plugin_entry& each) {
    json::object document{{"name", each.name},
                          {"component", each.component},
                          {"state", std::string(to_string(each.state))},
                          {"folder", each.folder.string()},
                          {"capabilities", names_of(each.capabilities)},
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

/// A refused plugin is part of the answer, not a failure of the command.
void list(context& shared) {
    const auto found = shared.host().registry().look();
    if (shared.out.json()) {
        json::array plugins;
        for (const auto& each : found.plugins) plugins.push_back(to_json(each));
        shared.out.document(json::object{{"plugins", std::move(plugins)}, {"problems", cli::to_json(found.problems)}});
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : found.plugins)
        rows.push_back({each.name, each.manifest ? each.manifest->release : "-", state_of(each), each.folder.string()});
    shared.out.table({"heading_plugin", "heading_release", "heading_state", "heading_folder"}, rows);
    for (const auto& each : found.plugins) {
        if (each.problems.empty() && each.notices.empty()) continue;
        shared.out.line("\n" +
                        message::phrase("plugin_is_because", {{"plugin", each.name}, {"state", state_of(each)}}));
        print_problems(shared.out, each.problems);
        print_problems(shared.out, each.notices);
    }
    print_problems(shared.out, found.problems);
}

void show(context& shared, const std::string& name, bool probe) {
    auto& registry = shared.host().registry();
    const auto found = probe ? registry.probe_again(name) : registry.look();
    const auto* each = found.find(name);
    if (each == nullptr) throw message::error(CLI_PLUGIN_NONE, {{"plugin", name}});
    if (each->state == plugin::plugin_state::refused) shared.status = exit_status::failed;
    if (shared.out.json()) {
        shared.out.document(to_json(*each));
        return;
    }
    std::string capabilities;
    for (const auto capability : each->capabilities)
        capabilities += (capabilities.empty() ? "" : ", ") + std::string(to_string(capability));
    std::vector<std::pair<std::string, std::string>> fields{
        {"field_plugin", each->name}, {"field_state", state_of(*each)}, {"field_folder", each->folder.string()}};
    if (each->manifest) {
        fields.emplace_back("field_version", fmt::format("{} ({})", each->manifest->release, each->manifest->version));
        fields.emplace_back("field_maturity", to_string(each->manifest->maturity));
    }
    if (!each->signed_by.empty()) fields.emplace_back("field_signed_by", each->signed_by);
    fields.emplace_back("field_capabilities", capabilities.empty() ? "-" : capabilities);
    shared.out.fields(fields);
    print_problems(shared.out, each->problems);
    print_problems(shared.out, each->notices);
}

void tell(context& shared, const std::string& name, std::string_view state) {
    if (shared.out.json()) {
        shared.out.document(json::object{{"plugin", name}, {"state", std::string(state)}});
    } else {
        shared.out.line(
            message::phrase("plugin_is", {{"plugin", name}, {"state", message::word_of("plugin_state", state)}}));
    }
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
    add_validate_command(plugins, program, shared);
    with_name("show", "help_plugin_show", [](context& in, const std::string& which) { show(in, which, false); });
    with_name("probe", "help_plugin_probe", [](context& in, const std::string& which) { show(in, which, true); });
    with_name("enable", "help_plugin_enable", [](context& in, const std::string& which) {
        in.host().registry().enable(which);
        in.host().queue().resume(which);
        tell(in, which, "enabled");
    });
    with_name("disable", "help_plugin_disable", [](context& in, const std::string& which) {
        in.host().registry().disable(which);
        // A worker that is at it takes no further task.
        in.host().queue().pause(which, std::nullopt, message::phrase("plugin_pause_reason"));
        tell(in, which, "disabled");
    });
}

}  // namespace commhost::cli
