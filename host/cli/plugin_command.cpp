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
        rows.push_back({each.name, each.manifest ? each.manifest->release : "-", std::string(to_string(each.state)),
                        each.folder.string()});
    shared.out.table({"PLUGIN", "RELEASE", "STATE", "FOLDER"}, rows);
    for (const auto& each : found.plugins) {
        if (each.problems.empty() && each.notices.empty()) continue;
        shared.out.line(fmt::format("\n{} is {}:", each.name, to_string(each.state)));
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
        {"plugin", each->name}, {"state", std::string(to_string(each->state))}, {"folder", each->folder.string()}};
    if (each->manifest) {
        fields.emplace_back("version", fmt::format("{} ({})", each->manifest->release, each->manifest->version));
        fields.emplace_back("maturity", to_string(each->manifest->maturity));
    }
    if (!each->signed_by.empty()) fields.emplace_back("signed by", each->signed_by);
    fields.emplace_back("capabilities", capabilities.empty() ? "-" : capabilities);
    shared.out.fields(fields);
    print_problems(shared.out, each->problems);
    print_problems(shared.out, each->notices);
}

void tell(context& shared, const std::string& name, std::string_view state) {
    if (shared.out.json()) {
        shared.out.document(json::object{{"plugin", name}, {"state", std::string(state)}});
    } else {
        shared.out.line(fmt::format("{} is {}", name, state));
    }
}

}  // namespace

void add_plugin_commands(const command& program, context& shared) {
    const auto plugins = program.subcommand("plugin", "Plugins: which there are and what they can do");
    const auto name = std::make_shared<std::string>();

    plugins.subcommand("list", "Lists the plugins; says of each refused one what is wrong")
        .examples({"commhost plugin list"})
        .runs([&shared] { list(shared); });

    const auto with_name = [&](const char* word, const char* purpose, auto work) {
        const auto made = plugins.subcommand(word, purpose);
        made.option("NAME", *name, "the plugin's folder name").required();
        made.examples({fmt::format("commhost plugin {} matrix", word)});
        made.runs([name, &shared, work] { work(shared, *name); });
    };
    add_trust_commands(plugins, shared);
    with_name("show", "Shows one plugin", [](context& in, const std::string& which) { show(in, which, false); });
    with_name("probe", "Loads a plugin in a process of its own once more and shows what it can do",
              [](context& in, const std::string& which) { show(in, which, true); });
    with_name("enable", "Lets a plugin be used", [](context& in, const std::string& which) {
        in.host().registry().enable(which);
        in.host().queue().resume(which);
        tell(in, which, "enabled");
    });
    with_name("disable", "Keeps a plugin from being used; its tasks wait", [](context& in, const std::string& which) {
        in.host().registry().disable(which);
        // A worker that is at it takes no further task.
        in.host().queue().pause(which, std::nullopt, "an admin disabled the plugin");
        tell(in, which, "disabled");
    });
}

}  // namespace commhost::cli
