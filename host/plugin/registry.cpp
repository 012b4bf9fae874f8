#include "plugin/registry.hpp"

#include "message/error.hpp"
#include "plugin/checksums.hpp"
#include "plugin/codes.hpp"
#include "plugin/folder_files.hpp"
#include "plugin/inspection.hpp"
#include "plugin/kept_plugins.hpp"
#include "plugin/looking.hpp"
#include "plugin/name.hpp"
#include "plugin/plugin_memory.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse_unknown_plugin(std::string_view name) {
    throw message::error(PLUGIN_UNKNOWN, {{"name", std::string(name)}});
}

std::optional<plugin_entry> one(const plugin_set& of, std::string_view name) {
    const auto* found = of.find(name);
    if (found == nullptr) return std::nullopt;
    auto entry = *found;
    if (entry.state == plugin_state::missing)  // the reason may lie with its root
        entry.problems.insert(entry.problems.end(), of.problems.begin(), of.problems.end());
    return entry;
}

/// Of those that cannot be used the root in which a plugin is to be; null when nothing hides it. last: empty for unknown.
const fs::path* root_not_looked_into(const std::vector<fs::path>& unusable, const std::string& last) {
    const auto found = std::find_if(unusable.begin(), unusable.end(),
                                    [&](const fs::path& each) { return last.empty() || each.string() == last; });
    return found == unusable.end() ? nullptr : &*found;
}

}  // namespace

registry::registry(discovery_settings settings, trust_settings trust, store::database& database, const prober& prober,
                   const store::clock& clock)
    : registry(std::move(settings), std::move(trust), database, prober, clock, clock) {}

registry::registry(discovery_settings settings, trust_settings trust, store::database& database, const prober& prober,
                   const store::clock& clock, const store::clock& of_files)
    : settings_(std::move(settings)), trust_(std::move(trust)), database_(database), prober_(prober), clock_(clock),
      file_clock_(of_files) {}

plugin_set registry::look() const { return look_at({}, {}); }

plugin_set registry::overview() const { return look_at({}, {}, trust_.policy == trust_policy::off); }

std::optional<plugin_entry> registry::find(std::string_view name) const { return one(look_at(name, {}), name); }

std::optional<plugin_entry> registry::probe_again(std::string_view name) const {
    return one(look_at(name, name), name);
}

plugin_set registry::look_at(std::string_view only, std::string_view probe_in_any_case, bool overview) const {
    std::vector<problem> problems;
    const auto kept =
        overview ? kept_plugins(*database_.borrow(), settings_.roots, settings_.host, clock_.now()) : kept_plugins();
    std::vector<fs::path> unusable;
    looking look(find_plugins(settings_, problems, kept, &unusable), only, database_, clock_, file_clock_);
    look.read_contents(settings_.host);
    if (trust_.policy != trust_policy::off) look.judge_signatures(trust_.policy, keys().read(problems));
    const auto known = remembered_plugins(*database_.borrow());
    look.try_all(prober_, known, probe_in_any_case);
    if (overview) look.keep_overview(settings_.host);
    auto set = std::move(look).take();
    set.problems.insert(set.problems.begin(), problems.begin(), problems.end());
    // That it cannot be kept is told and stops nothing.
    const auto keep = [&set](auto&& write) {
        try {
            write();
        } catch (const message::error& failed) {
            set.problems.emplace_back(failed);
        }
    };
    keep([&] { note_seen(*database_.borrow(), set.plugins, known); });
    std::set<std::string, std::less<>> found;
    for (const auto& each : set.plugins) found.insert(each.name);
    std::vector<std::string> missed;
    for (const auto& [name, last] : known) {
        if (found.contains(name) || (!only.empty() && name != only)) continue;
        plugin_entry missing;
        missing.name = name;
        missing.component = component_of(name);
        missing.state = plugin_state::missing;
        missing.version_in_use = last.version;
        missing.disabled = last.disabled;
        missing.root = last.root;
        if (const auto* root = last.missing_since ? nullptr : root_not_looked_into(unusable, last.root)) {
            missing.problems.emplace_back(PLUGIN_ROOT_UNUSABLE,
                                          message::arguments{{"plugin", name}, {"root", root->string()}});
        } else {
            missing.missing_since = last.missing_since.value_or(clock_.now());
            if (!last.missing_since) missed.push_back(name);
        }
        set.plugins.push_back(std::move(missing));
    }
    keep([&] { note_missing(*database_.borrow(), missed, clock_.now()); });
    return set;
}

plugin_entry registry::examine(const fs::path& folder) const {
    auto entry = inspect_files(fs::weakly_canonical(folder), settings_.host);
    if (!is_name(entry.name)) entry.problems.emplace_back(PLUGIN_NAME, message::arguments{{"folder", folder.string()}});
    if (entry.problems.empty()) {
        try {
            entry.content = checksums_of(list_files(entry.folder));
        } catch (const message::error& failed) {  // what is wrong with the folder is the answer
            entry.problems.emplace_back(failed);
        }
        const probing until_the_end(prober_);
        if (entry.problems.empty())
            if (const auto report = try_out(entry, prober_, true)) take_report(entry, *report);
    }
    entry.state = entry.problems.empty() ? plugin_state::enabled : plugin_state::refused;
    return entry;
}

plugin_entry registry::preview(const fs::path& folder, bool probe) const {
    std::vector<problem> others;  // of the roots and of the keys: what they come to stands with the plugin
    auto fresh = inspect_plugin(folder, folder.parent_path(), settings_);
    const auto name = fresh.entry.name;
    auto found = find_plugins(settings_, others);
    std::erase_if(found, [&](const found_plugin& each) { return each.entry.name == name; });
    found.push_back(std::move(fresh));
    std::sort(found.begin(), found.end(),
              [](const auto& one, const auto& other) { return one.entry.name < other.entry.name; });
    auto known = remembered_plugins(*database_.borrow());
    const auto before = std::exchange(known[name], {});
    looking look(std::move(found), name, database_, clock_, file_clock_);
    look.read_contents(settings_.host);
    if (trust_.policy != trust_policy::off) look.judge_signatures(trust_.policy, keys().read(others));
    look.try_all(prober_, known, probe ? name : "");
    auto entry = *std::move(look).take().find(name);
    entry.version_in_use = before.version;
    return entry;
}

std::vector<checked_signature> registry::check_signatures(std::string_view name) const {
    std::vector<problem> problems;
    const auto trusted = keys().read(problems);
    std::vector<checked_signature> checked;
    for (const auto& [entry, files, kept] : find_plugins(settings_, problems)) {
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

void registry::enable(store::connection& within, std::string_view name) const {
    require_known(within, name);
    set_disabled(within, name, false);
    end_quarantine(within, name);
}

void registry::accept(store::connection& within, const plugin_entry& entry) const {
    if (entry.manifest) set_version_in_use(within, entry.name, entry.manifest->version);
}

void registry::disable(store::connection& within, std::string_view name) const {
    require_known(within, name);
    set_disabled(within, name, true);
}

void registry::forget(std::string_view name) {
    if (!forget_plugin(*database_.borrow(), name)) refuse_unknown_plugin(name);
}

bool registry::knows(store::connection& on, std::string_view name) const {
    if (!is_name(name)) return false;
    std::error_code failed;  // of a root that cannot be read: nothing of it is known
    const auto there = [&](const fs::path& root) { return fs::is_directory(root / name, failed); };
    return std::any_of(settings_.roots.begin(), settings_.roots.end(), there) || is_remembered(on, name);
}

void registry::require_known(store::connection& on, std::string_view name) const {
    if (!knows(on, name)) refuse_unknown_plugin(name);
}

}  // namespace commhost::plugin
