#include "plugin/registry.hpp"

#include "message/error.hpp"
#include "plugin/binary_check.hpp"
#include "plugin/codes.hpp"
#include "plugin/dependencies.hpp"
#include "plugin/inspection.hpp"
#include "plugin/name.hpp"
#include "plugin/plugin_memory.hpp"
#include "plugin/probe_cache.hpp"
#include "plugin/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

/// Empty when a file cannot be read.
std::string content_digest(const plugin_entry& entry) {
    try {
        return sha256(
            fmt::format("{} {}", sha256_of_file(entry.library()), sha256_of_file(entry.folder / "version.json")));
    } catch (const std::system_error&) {  // inspect_library tells the admin
        return {};
    }
}

[[noreturn]] void refuse_unknown_plugin(std::string_view name) {
    throw message::error(PLUGIN_UNKNOWN, {{"name", std::string(name)}});
}

}  // namespace

registry::registry(discovery_settings settings, store::database& database, const prober& prober,
                   const store::clock& clock)
    : settings_(std::move(settings)), database_(database), prober_(prober), clock_(clock) {}

plugin_set registry::look() const { return look_with({}); }
plugin_set registry::probe_again(std::string_view name) const { return look_with(name); }

plugin_set registry::look_with(std::string_view probe_in_any_case) const {
    plugin_set set;
    auto found = find_plugins(settings_, set.problems);
    const auto [order, circles] = order_by_dependency(found);
    const auto wanted = own_requirement();
    const auto known = remembered_plugins(*database_.borrow());

    // Everything that reads, before anything that runs: the order of the probes follows from the dependencies.
    std::vector<std::string> hashes(found.size());
    for (std::size_t at = 0; at < found.size(); ++at) {
        if (const auto circle = circles.find(at); circle != circles.end())
            found[at].problems.emplace_back(PLUGIN_DEPENDENCY_CIRCLE, message::arguments{{"circle", circle->second}});
        if (!found[at].problems.empty()) continue;
        inspect_library(found[at], wanted);
        hashes[at] = probe_key(content_digest(found[at]), settings_.host);
    }
    const auto reports = find_reports(*database_.borrow(), hashes);

    known_reports fresh;
    for (const auto at : order) {
        auto& entry = found[at];
        const auto before = known.find(entry.name);
        const bool disabled = before != known.end() && before->second.disabled;
        if (!circles.contains(at)) check_dependencies(entry, set.plugins);
        if (entry.problems.empty()) {
            const auto now = clock_.now();
            const auto report = reports.find(hashes[at]);
            auto result =
                report == reports.end() || entry.name == probe_in_any_case ? std::nullopt : usable(report->second, now);
            if (!result && (!disabled || entry.name == probe_in_any_case)) {
                result = prober_.probe(entry.folder);
                fresh.insert_or_assign(hashes[at], known_report{to_json(*result), now});
            }
            if (result) take_report(entry, *result);
        }
        entry.state = disabled                 ? plugin_state::disabled
                      : entry.problems.empty() ? plugin_state::enabled
                                               : plugin_state::refused;
        set.plugins.push_back(std::move(entry));
    }
    const auto on = database_.borrow();
    keep_reports(*on, fresh, clock_.now());
    note_seen(*on, set.plugins, known);
    for (const auto& [name, last] : known) {
        if (set.find(name) != nullptr) continue;
        plugin_entry missing;
        missing.name = name;
        missing.component = component_of(name);
        missing.state = plugin_state::missing;
        set.plugins.push_back(std::move(missing));
    }
    return set;
}

plugin_entry registry::examine(const fs::path& folder) const {
    auto entry = inspect_files(fs::weakly_canonical(folder), settings_.host);
    if (!is_name(entry.name)) entry.problems.emplace_back(PLUGIN_NAME, message::arguments{{"folder", folder.string()}});
    if (entry.problems.empty()) inspect_library(entry, own_requirement());
    if (entry.problems.empty()) take_report(entry, prober_.probe(entry.folder));
    entry.state = entry.problems.empty() ? plugin_state::enabled : plugin_state::refused;
    return entry;
}

void registry::enable(std::string_view name) {
    require_known(name);
    set_disabled(*database_.borrow(), name, false);
}

void registry::disable(std::string_view name) {
    require_known(name);
    set_disabled(*database_.borrow(), name, true);
}

void registry::forget(std::string_view name) {
    if (!forget_plugin(*database_.borrow(), name)) refuse_unknown_plugin(name);
}

void registry::require_known(std::string_view name) const {
    std::error_code failed;
    const auto there = [&](const fs::path& root) { return is_name(name) && fs::is_directory(root / name, failed); };
    if (std::any_of(settings_.roots.begin(), settings_.roots.end(), there)) return;
    if (!is_remembered(*database_.borrow(), name)) refuse_unknown_plugin(name);
}

}  // namespace commhost::plugin
