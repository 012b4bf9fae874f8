#include "plugin/registry.hpp"

#include "message/error.hpp"
#include "plugin/binary_check.hpp"
#include "plugin/checksums.hpp"
#include "plugin/codes.hpp"
#include "plugin/content_cache.hpp"
#include "plugin/dependencies.hpp"
#include "plugin/folder_files.hpp"
#include "plugin/inspection.hpp"
#include "plugin/name.hpp"
#include "plugin/plugin_memory.hpp"
#include "plugin/probe_cache.hpp"
#include "text/sha256.hpp"

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_unknown_plugin(std::string_view name) {
    throw message::error(PLUGIN_UNKNOWN, {{"name", std::string(name)}});
}

/// Runs a step of the look; what it throws becomes a problem of this one plugin.
template <class Step>
void attempt(plugin_entry& of, Step&& step) {
    try {
        step();
    } catch (const message::error& failed) {
        of.problems.emplace_back(failed);
    }
}

/// Reads the shared object of a plugin that has no problem yet and, if it is to run, has it loaded once. Empty when it
/// did not run.
std::optional<probe_report> try_out(plugin_entry& entry, const prober& with, bool run) {
    std::optional<sealed_library> library;
    attempt(entry, [&] {
        library.emplace(seal(entry));
        inspect_library(entry, *library, own_requirement());
    });
    if (!entry.problems.empty() || !run) return std::nullopt;
    return with.probe(*library);
}

/// A look under way: what was found, and what of it is read only once.
class looking {
  public:
    looking(std::vector<found_plugin>&& found, const store::clock& clock) : clock_(clock) {
        for (auto& [entry, files] : found) {
            entries.push_back(std::move(entry));
            files_.push_back(std::move(files));
        }
        keys.resize(entries.size());
    }

    /// Gives each entry that has no problem yet the checksums of its files and a key for its report.
    void read_contents(store::database& database, const host_version& host) {
        std::vector<std::string> signatures(entries.size());
        for (std::size_t at = 0; at < entries.size(); ++at)
            if (entries[at].problems.empty()) signatures[at] = files_[at].signature();
        const auto known = find_contents(*database.borrow(), signatures);
        known_contents fresh;
        const auto now = clock_.now();
        for (std::size_t at = 0; at < entries.size(); ++at) {
            auto& entry = entries[at];
            if (!entry.problems.empty()) continue;
            attempt(entry, [&] {
                const auto before = known.find(signatures[at]);
                entry.content = before == known.end() ? checksums_of(files_[at]) : before->second;
                // The manifest and the strings were read a moment ago; they are those of this content if nothing moved
                // since.
                if (list_files(entry.folder).signature() != signatures[at])
                    throw message::error(PLUGIN_CHANGED, {{"file", entry.folder.string()}});
                if (before == known.end() && is_settled(files_[at], now)) fresh.emplace(signatures[at], entry.content);
                if (!entry.content.contains(entry.library().filename().string()))
                    throw message::error(PLUGIN_BINARY_ABSENT, {{"file", entry.library().string()}});
                keys[at] = probe_key(text::sha256(to_text(entry.content)), host);
            });
        }
        keep_contents(*database.borrow(), fresh, now);
    }

    void judge_signatures(trust_policy policy, std::span<const trusted_key> trusted) {
        for (auto& entry : entries) {
            if (!entry.problems.empty()) continue;
            auto verdict = judge_signature(entry.folder, entry.content, trusted);
            entry.signed_by = std::move(verdict.signed_by);
            auto& told = policy == trust_policy::require ? entry.problems : entry.notices;
            for (auto& fault : verdict.faults) told.push_back(std::move(fault));
        }
    }

    std::vector<plugin_entry> entries;
    std::vector<std::string> keys;  ///< Of their reports; empty for one that has a problem.

  private:
    const store::clock& clock_;
    std::vector<folder_files> files_;
};

}  // namespace

registry::registry(discovery_settings settings, trust_settings trust, store::database& database, const prober& prober,
                   const store::clock& clock)
    : settings_(std::move(settings)), trust_(std::move(trust)), database_(database), prober_(prober), clock_(clock) {}

plugin_set registry::look() const { return look_with({}); }
plugin_set registry::probe_again(std::string_view name) const { return look_with(name); }

plugin_set registry::look_with(std::string_view probe_in_any_case) const {
    plugin_set set;
    looking look(find_plugins(settings_, set.problems), clock_);
    auto& found = look.entries;
    const auto [order, circles] = order_by_dependency(found);
    for (const auto& [at, circle] : circles)
        found[at].problems.emplace_back(PLUGIN_DEPENDENCY_CIRCLE, message::arguments{{"circle", circle}});
    look.read_contents(database_, settings_.host);
    if (trust_.policy != trust_policy::off) look.judge_signatures(trust_.policy, keys().read(set.problems));
    const auto known = remembered_plugins(*database_.borrow());
    const auto reports = find_reports(*database_.borrow(), look.keys);

    known_reports fresh;
    for (const auto at : order) {
        auto& entry = found[at];
        const auto before = known.find(entry.name);
        const bool disabled = before != known.end() && before->second.disabled;
        const bool in_any_case = entry.name == probe_in_any_case;
        if (!circles.contains(at)) check_dependencies(entry, set.plugins);
        if (entry.problems.empty()) {
            const auto now = clock_.now();
            const auto report = reports.find(look.keys[at]);
            auto result = report == reports.end() || in_any_case ? std::nullopt : usable(report->second, now);
            if (!result) {  // whoever has a report has passed what comes before it
                result = try_out(entry, prober_, !disabled || in_any_case);
                if (result) fresh.insert_or_assign(look.keys[at], known_report{to_json(*result), now});
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
    if (entry.problems.empty()) {
        attempt(entry, [&] { entry.content = checksums_of(list_files(entry.folder)); });
        if (entry.problems.empty())
            if (const auto report = try_out(entry, prober_, true)) take_report(entry, *report);
    }
    entry.state = entry.problems.empty() ? plugin_state::enabled : plugin_state::refused;
    return entry;
}

std::vector<checked_signature> registry::check_signatures(std::string_view name) const {
    std::vector<problem> problems;
    const auto trusted = keys().read(problems);
    std::vector<checked_signature> checked;
    for (const auto& [entry, files] : find_plugins(settings_, problems)) {
        if (!name.empty() && entry.name != name) continue;
        auto& each = checked.emplace_back(checked_signature{entry.name, entry.folder, {}});
        try {
            const auto untrusted = files.folder.empty();
            each.verdict = untrusted ? signature_verdict{{}, {}, entry.problems}
                                     : judge_signature(files.folder, checksums_of(files), trusted);
        } catch (const message::error& failed) {
            each.verdict.faults.emplace_back(failed);
        }
    }
    if (!name.empty() && checked.empty()) refuse_unknown_plugin(name);
    return checked;
}

trusted_keys registry::keys() const { return {trust_.keys, settings_.owners}; }

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
