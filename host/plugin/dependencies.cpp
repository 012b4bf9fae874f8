#include "plugin/dependencies.hpp"

#include "plugin/codes.hpp"
#include "plugin/json_document.hpp"
#include "plugin/name.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace commhost::plugin {

namespace {

using graph = std::vector<std::vector<std::size_t>>;

/// Dependencies on what is not there are left out.
graph graph_of(std::span<const plugin_entry> plugins) {
    std::map<std::string_view, std::size_t> positions;
    for (std::size_t at = 0; at < plugins.size(); ++at) positions.emplace(plugins[at].component, at);
    graph needs(plugins.size());
    for (std::size_t at = 0; at < plugins.size(); ++at) {
        if (!plugins[at].manifest) continue;
        for (const auto& needed : plugins[at].manifest->dependencies)
            if (const auto found = positions.find(needed.component); found != positions.end())
                needs[at].push_back(found->second);
    }
    return needs;
}

/// The way from a plugin back to itself; empty when there is none.
std::vector<std::size_t> circle_through(const graph& needs, std::size_t start) {
    std::vector<std::optional<std::size_t>> came_from(needs.size());
    std::vector<std::size_t> waiting{start};
    for (std::size_t next = 0; next < waiting.size(); ++next) {
        const auto at = waiting[next];
        for (const auto needed : needs[at]) {
            if (needed == start) {
                std::vector<std::size_t> way{start};
                for (auto back = at; back != start; back = *came_from[back]) way.push_back(back);
                way.push_back(start);
                std::reverse(way.begin(), way.end());
                return way;
            }
            if (came_from[needed]) continue;
            came_from[needed] = at;
            waiting.push_back(needed);
        }
    }
    return {};
}

}  // namespace

dependency_order order_by_dependency(std::span<const plugin_entry> plugins) {
    const auto needs = graph_of(plugins);
    dependency_order result;
    std::vector<bool> seen(plugins.size());
    // Not recursive: a chain may be as long as there are plugins.
    for (std::size_t start = 0; start < plugins.size(); ++start) {
        std::vector<std::pair<std::size_t, std::size_t>> path;  // a plugin, and which of its needs comes next
        if (!seen[start]) path.emplace_back(start, 0);
        seen[start] = true;
        while (!path.empty()) {
            auto& [at, next] = path.back();
            if (next == needs[at].size()) {
                result.order.push_back(at);
                path.pop_back();
                continue;
            }
            const auto needed = needs[at][next++];
            if (seen[needed]) continue;
            seen[needed] = true;
            path.emplace_back(needed, 0);
        }
    }
    std::vector<std::size_t> behind(plugins.size());  // how many steps come before
    for (const auto at : result.order) {
        for (const auto needed : needs[at]) behind[at] = std::max(behind[at], behind[needed] + 1);
        result.steps.resize(std::max(result.steps.size(), behind[at] + 1));
        result.steps[behind[at]].push_back(at);
    }
    for (std::size_t at = 0; at < plugins.size(); ++at) {
        if (needs[at].empty()) continue;
        std::string text;
        for (const auto step : circle_through(needs, at))
            text += (text.empty() ? "" : " -> ") + plugins[step].component;
        if (!text.empty()) result.circles.emplace(at, std::move(text));
    }
    return result;
}

std::vector<std::size_t> needed_for(std::span<const plugin_entry> plugins, std::string_view name) {
    const auto needs = graph_of(plugins);
    std::vector<bool> is_needed(plugins.size());
    std::vector<std::size_t> waiting;
    const auto need = [&](std::size_t at) {
        if (!is_needed[at]) waiting.push_back(at);
        is_needed[at] = true;
    };
    for (std::size_t at = 0; at < plugins.size(); ++at)
        if (name.empty() || plugins[at].name == name) need(at);
    for (std::size_t next = 0; next < waiting.size(); ++next)
        for (const auto needed : needs[waiting[next]]) need(needed);
    std::sort(waiting.begin(), waiting.end());
    return waiting;
}

void check_dependencies(plugin_entry& of, std::span<const plugin_entry> known) {
    if (!of.manifest) return;
    // What there is to say, behind where the dependency stands.
    const auto refuse = [&of](message::code why, message::arguments values) {
        const auto file = of.folder / "version.json";
        const auto pointer = "/dependencies" + text::pointer_part(values.front().second);
        values.insert(values.begin(), {{"file", file.string()}, {"line", line_of(file, pointer)}});
        of.problems.emplace_back(why, std::move(values));
    };
    for (const auto& needed : of.manifest->dependencies) {
        const auto found = std::find_if(known.begin(), known.end(),
                                        [&](const plugin_entry& each) { return each.component == needed.component; });
        if (found == known.end()) {
            refuse(PLUGIN_DEPENDENCY_MISSING, {{"dependency", needed.component}});
        } else if (!is_sound(found->state)) {
            refuse(PLUGIN_DEPENDENCY_UNAVAILABLE, {{"dependency", needed.component},
                                                   {"state", std::string(to_string(found->state))},
                                                   {"name", found->name}});
        } else if (needed.version && found->manifest->version < *needed.version) {
            refuse(PLUGIN_DEPENDENCY_VERSION, {{"dependency", needed.component},
                                               {"found", std::to_string(found->manifest->version)},
                                               {"wanted", std::to_string(*needed.version)}});
        }
    }
}

std::vector<std::string> refused_without(std::span<const plugin_entry> plugins, std::string_view name) {
    std::vector<std::string> refused;
    std::set<std::string, std::less<>> away;
    for (const auto& each : plugins)
        if (each.name == name) away.insert(each.component);
    const auto is_about_it = [&away](const problem& of) {
        return of.code == PLUGIN_DEPENDENCY_UNAVAILABLE &&
               std::any_of(of.arguments.begin(), of.arguments.end(), [&](const auto& argument) {
                   return argument.first == "dependency" && away.contains(argument.second);
               });
    };
    for (const auto& each : plugins) {
        if (each.state != plugin_state::refused || each.problems.empty()) continue;
        if (!std::all_of(each.problems.begin(), each.problems.end(), is_about_it)) continue;
        refused.push_back(each.name);
        away.insert(each.component);
    }
    return refused;
}

std::vector<std::string> refused_with(std::span<const plugin_entry> plugins, std::string_view name,
                                      std::optional<std::int64_t> version) {
    const auto component = component_of(name);
    std::vector<std::string> refused;
    std::set<std::string, std::less<>> away;
    const auto is_lacking = [&](const dependency& needed) {
        if (away.contains(needed.component)) return true;
        return needed.component == component && (!version || (needed.version && *version < *needed.version));
    };
    for (const auto& each : plugins) {
        if (!is_sound(each.state) || !each.manifest || each.name == name) continue;
        const auto& needs = each.manifest->dependencies;
        if (std::none_of(needs.begin(), needs.end(), is_lacking)) continue;
        refused.push_back(each.name);
        away.insert(each.component);
    }
    return refused;
}

}  // namespace commhost::plugin
