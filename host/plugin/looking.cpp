#include "plugin/looking.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/inspection.hpp"
#include "plugin/json_document.hpp"
#include "plugin/kept_plugins.hpp"
#include "plugin/probe_cache.hpp"
#include "plugin/side_by_side.hpp"
#include "text/sha256.hpp"

#include <algorithm>
#include <utility>

namespace commhost::plugin {

namespace {

/// Runs a step of the look; what it throws becomes a problem of this one plugin.
template <class Step>
void attempt(plugin_entry& of, Step&& step) {
    try {
        step();
    } catch (const message::error& failed) {
        of.problems.emplace_back(failed);
    }
}

bool is_disabled(const plugin_memory& known, const std::string& name) {
    const auto before = known.find(name);
    return before != known.end() && before->second.disabled;
}

/// An older version may not understand what a newer one stored, so that it is used only when an admin says so.
void check_downgrade(plugin_entry& entry, const plugin_memory& known) {
    const auto before = known.find(entry.name);
    if (before == known.end() || !entry.manifest) return;
    entry.version_in_use = before->second.version;
    if (entry.manifest->version < entry.version_in_use)
        entry.problems.emplace_back(PLUGIN_DOWNGRADED,
                                    message::arguments{{"plugin", entry.name},
                                                       {"found", std::to_string(entry.manifest->version)},
                                                       {"wanted", std::to_string(entry.version_in_use)}});
}

/// What is held against another version does not count.
void check_quarantine(plugin_entry& entry, const quarantines& in_force) {
    const auto* held = entry.manifest ? in_force.find(entry.name, entry.manifest->version) : nullptr;
    if (held == nullptr) return;
    entry.quarantine = *held;
    entry.problems.push_back(problem_of(*entry.quarantine, entry.name));
}

plugin_state state_of(const plugin_entry& entry, const plugin_memory& known) {
    if (is_disabled(known, entry.name)) return plugin_state::disabled;
    if (!entry.problems.empty()) return plugin_state::refused;
    const bool newer = entry.version_in_use > 0 && entry.manifest->version > entry.version_in_use;
    return newer ? plugin_state::upgrade : plugin_state::enabled;
}

}  // namespace

/// What is to come of one plugin, and what came of it.
struct looking::trial {
    std::size_t at;
    bool run;                            ///< Else its shared object is only read.
    std::optional<probe_report> result;  ///< Known from before, or new.
    bool is_new = false;
};

std::optional<probe_report> try_out(plugin_entry& entry, const prober& with, bool run) {
    std::optional<sealed_library> library;
    attempt(entry, [&] {
        library.emplace(seal(entry));
        inspect_library(entry, *library, own_requirement());
    });
    if (!entry.problems.empty() || !run) return std::nullopt;
    return with.probe(*library);
}

looking::looking(std::vector<found_plugin>&& found, std::string_view only, store::database& database,
                 const store::clock& clock, const store::clock& of_files)
    : database_(database), clock_(clock), file_clock_(of_files) {
    std::vector<plugin_entry> all;
    for (auto& each : found) all.push_back(std::move(each.entry));
    for (const auto at : needed_for(all, only)) {
        entries_.push_back(std::move(all[at]));
        files_.push_back(std::move(found[at].files));
        kept_.push_back(std::move(found[at].kept));
    }
    keys_.resize(entries_.size());
    order_ = order_by_dependency(entries_);
    for (const auto& [at, circle] : order_.circles)
        entries_[at].problems.emplace_back(
            PLUGIN_DEPENDENCY_CIRCLE,
            message::arguments{{"file", (entries_[at].folder / "version.json").string()},
                               {"line", line_of(entries_[at].folder / "version.json", "/dependencies")},
                               {"circle", circle}});
}

/// Writes what spares a later look some work. That it cannot be kept is told and stops nothing.
template <class Write>
void looking::keep(Write&& write) {
    try {
        database_.transact(write);
    } catch (const message::error& failed) {
        problems_.emplace_back(failed);
    }
}

void looking::read_contents(const host_version& host) {
    std::vector<std::string> signatures(entries_.size());
    std::vector<std::size_t> to_read;
    for (std::size_t at = 0; at < entries_.size(); ++at) {
        if (!entries_[at].problems.empty() || !kept_[at].empty()) continue;
        signatures[at] = files_[at].signature();
        to_read.push_back(at);
    }
    const auto known = find_contents(*database_.borrow(), signatures);
    const auto now = clock_.now();
    const auto read_at = file_clock_.now();
    std::vector<char> is_fresh(entries_.size());  // no bits of one word: each is written by another thread
    side_by_side(to_read.size(), [&](std::size_t which) {
        const auto at = to_read[which];
        auto& entry = entries_[at];
        attempt(entry, [&] {
            const auto before = known.find(signatures[at]);
            entry.content = before == known.end() ? checksums_of(files_[at]) : before->second;
            // The manifest and the strings were read a moment ago; they are those of this content if nothing moved since.
            if (list_files(entry.folder).signature() != signatures[at])
                throw message::error(PLUGIN_CHANGED, {{"file", entry.folder.string()}});
            is_fresh[at] = before == known.end() && is_settled(files_[at], read_at);
            if (!entry.content.contains(entry.library().filename().string()))
                throw message::error(PLUGIN_BINARY_ABSENT, {{"file", entry.library().string()}});
            keys_[at] = probe_key(text::sha256(to_text(entry.content)), host);
        });
    });
    known_contents fresh;
    for (std::size_t at = 0; at < entries_.size(); ++at)
        if (is_fresh[at] != 0) fresh.emplace(signatures[at], entries_[at].content);
    if (!fresh.empty()) keep([&](store::connection& on) { keep_contents(on, fresh, now); });
}

void looking::judge_signatures(trust_policy policy, std::span<const trusted_key> trusted) {
    for (auto& entry : entries_) {
        if (!entry.problems.empty()) continue;
        auto verdict = judge_signature(entry.folder, entry.content, trusted);
        entry.signed_by = std::move(verdict.signed_by);
        auto& told = policy == trust_policy::require ? entry.problems : entry.notices;
        for (auto& fault : verdict.faults) {
            fault.arguments.emplace_back("policy", to_string(policy));  // for what the host did about it
            told.push_back(std::move(fault));
        }
    }
}

void looking::try_all(const prober& with, const plugin_memory& known, std::string_view in_any_case) {
    const auto reports = find_reports(*database_.borrow(), keys_);
    const auto now = clock_.now();
    const auto in_force = quarantines_at(*database_.borrow(), now);
    for (auto& entry : entries_) check_downgrade(entry, known);
    known_reports fresh;
    const probing until_the_end(with);
    for (const auto& step : order_.steps) {
        std::vector<trial> trials;
        for (const auto at : step) {
            auto& entry = entries_[at];
            if (!order_.circles.contains(at)) check_dependencies(entry, entries_);
            if (!entry.problems.empty() || !kept_[at].empty()) continue;
            const bool anyway = entry.name == in_any_case;
            auto& next = trials.emplace_back(trial{at, anyway || !is_disabled(known, entry.name), {}});
            // Whoever has a report has passed what comes before it.
            if (const auto before = reports.find(keys_[at]); before != reports.end() && !anyway)
                next.result = usable(before->second, now);
        }
        side_by_side(trials.size(), [&](std::size_t which) {
            auto& each = trials[which];
            if (each.result) return;
            auto& entry = entries_[each.at];
            attempt(entry, [&] { each.result = try_out(entry, with, each.run); });
            each.is_new = each.result.has_value();
        });
        for (const auto& each : trials) {
            if (each.is_new) fresh.insert_or_assign(keys_[each.at], known_report{to_json(*each.result), now});
            if (each.result) take_report(entries_[each.at], *each.result);
        }
        for (const auto at : step) {
            auto& entry = entries_[at];
            entry.state = state_of(entry, known);
            entry.disabled = entry.state == plugin_state::disabled;
            if (!is_sound(entry.state)) continue;
            check_quarantine(entry, in_force);
            if (entry.quarantine) entry.state = plugin_state::quarantined;
        }
    }
    if (fresh.empty()) return;
    keep([&](store::connection& on) {
        forget_kept_plugins(on);
        keep_reports(on, fresh, now);
    });
}

void looking::keep_overview(const host_version& host) {
    const auto now = clock_.now();
    const auto read_at = file_clock_.now();
    std::vector<plugin_to_keep> plugins;
    bool any_new = false;
    for (std::size_t at = 0; at < entries_.size(); ++at) {
        if (!can_be_kept(entries_[at], files_[at], read_at)) continue;
        plugins.push_back({&entries_[at], &files_[at], kept_[at]});
        any_new = any_new || kept_[at].empty();
    }
    if (any_new) keep([&](store::connection& on) { keep_plugins(on, plugins, host, now); });
}

plugin_set looking::take() && {
    plugin_set set;
    set.problems = std::move(problems_);
    for (const auto at : order_.order) set.plugins.push_back(std::move(entries_[at]));
    return set;
}

}  // namespace commhost::plugin
