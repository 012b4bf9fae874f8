#include "plugin/registry.hpp"

#include "message/error.hpp"
#include "plugin/binary.hpp"
#include "plugin/codes.hpp"
#include "plugin/dependencies.hpp"
#include "plugin/inspection.hpp"
#include "plugin/name.hpp"
#include "plugin/trust.hpp"
#include "store/json_rows.hpp"
#include "text/sha256.hpp"

#include <core_communication/abi_stamp.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;
using store::column;

constexpr store::milliseconds_utc refusal_kept = std::chrono::milliseconds(std::chrono::minutes(10)).count();

struct place {
    fs::path folder;
    fs::path root;
};

/// What an admin wants of a plugin, and what was seen of it last.
struct remembered {
    bool disabled = false;
    std::int64_t version = 0;
};
using memory = std::map<std::string, remembered, std::less<>>;

struct known_report {
    std::string json;
    store::milliseconds_utc probed_at = 0;
};
using known_reports = std::map<std::string, known_report, std::less<>>;

/// Every folder of a root, by name; hidden ones (".old", what an editor left) are none.
std::vector<fs::path> folders_of(const fs::path& root, uid_t user) {
    trusted_root(root, user);
    std::vector<fs::path> folders;
    std::error_code failed;
    for (auto entry = fs::directory_iterator(root, failed); !failed && entry != fs::directory_iterator();
         entry.increment(failed)) {
        std::error_code unreadable;  // a dangling link is none
        if (entry->is_directory(unreadable) && !entry->path().filename().string().starts_with('.'))
            folders.push_back(entry->path());
    }
    if (failed) throw message::error(PLUGIN_ROOT_READ, {{"root", root.string()}, {"reason", failed.message()}});
    return folders;
}

/// Step 1 to 3 but for the dependencies.
plugin_entry inspect_at(const place& at, const registry_settings& settings) {
    plugin_entry refused;
    refused.name = at.folder.filename().string();
    refused.component = component_of(refused.name);
    refused.state = plugin_state::refused;
    refused.folder = at.folder;
    if (!is_name(refused.name)) {
        refused.problems.emplace_back(PLUGIN_NAME, message::arguments{{"folder", at.folder.string()}});
        return refused;
    }
    fs::path trusted;
    try {
        trusted = trusted_folder(at.folder, at.root, settings.service_user);
    } catch (const message::error& found) {  // one bad plugin is an entry and not the end of the look
        refused.problems.emplace_back(found);
        return refused;
    }
    auto entry = inspect_files(trusted, settings.host);
    if (entry.name != refused.name)  // a link to another plugin's folder
        entry.problems.emplace_back(PLUGIN_COMPONENT, message::arguments{{"file", at.folder.string()},
                                                                         {"found", entry.component},
                                                                         {"wanted", refused.component}});
    entry.name = refused.name;
    entry.component = refused.component;
    return entry;
}

/// The plugins of all roots by name, each looked at as inspect_at does.
std::vector<plugin_entry> find_plugins(const registry_settings& settings, std::vector<problem>& problems) {
    std::map<std::string, plugin_entry> found;
    for (const auto& root : settings.roots) {
        std::error_code failed;
        if (fs::status(root, failed).type() == fs::file_type::not_found) continue;
        try {
            for (const auto& folder : folders_of(root, settings.service_user)) {
                const auto same = found.find(folder.filename().string());
                if (same == found.end()) {
                    found.emplace(folder.filename().string(), inspect_at({folder, root}, settings));
                } else {
                    same->second.notices.emplace_back(
                        PLUGIN_SHADOWED,
                        message::arguments{{"folder", folder.string()}, {"used", same->second.folder.string()}});
                }
            }
        } catch (const message::error& unusable) {  // one bad root does not hide the others
            problems.emplace_back(unusable);
        }
    }
    std::vector<plugin_entry> plugins;
    for (auto& [name, entry] : found) plugins.push_back(std::move(entry));
    return plugins;
}

/// What a probe's result depends on: the files it ran, and the host that ran them. Empty when a file cannot be read.
std::string content_hash(const plugin_entry& entry, const host_version& host) {
    try {
        return text::sha256(fmt::format("{} {} {} {}", text::sha256_of_file(entry.library()),
                                        text::sha256_of_file(entry.folder / "version.json"), host.text(),
                                        CORE_COMMUNICATION_STAMP_CONTENT));
    } catch (const std::system_error&) {  // inspect_library tells the admin
        return {};
    }
}

memory remember(store::connection& on) {
    memory known;
    for (auto& [name, disabled, version] :
         on.query<std::string, bool, std::int64_t>("select name, disabled, version from plugin_state"))
        known.emplace(std::move(name), remembered{disabled, version});
    return known;
}

/// Notes those that could be used, so that a folder that vanishes is missed. Writes only what is new.
void note_seen(store::connection& on, std::span<const plugin_entry> plugins, const memory& known) {
    store::json_rows rows;
    for (const auto& entry : plugins) {
        if (entry.state != plugin_state::enabled) continue;
        const auto before = known.find(entry.name);
        if (before == known.end() || before->second.version != entry.manifest->version)
            rows.add(entry.name, entry.manifest->version);
    }
    if (rows.empty()) return;
    on.execute(
        "insert into plugin_state (name, version) select r.name, r.version from " +
            store::json_rows::table(on.dialect(), ":rows", {{"name", column::text}, {"version", column::integer}}) +
            " r where 1 = 1 on conflict (name) do update set version = excluded.version",
        {{"rows", rows.json()}});
}

known_reports reports_of(store::connection& on, std::span<const std::string> hashes) {
    store::json_rows rows;
    for (const auto& hash : hashes) rows.add(hash);
    known_reports known;
    for (auto& [hash, json, probed_at] : on.query<std::string, std::string, std::int64_t>(
             "select p.hash, p.report, p.probed_at from plugin_probe p join " +
                 store::json_rows::table(on.dialect(), ":rows", {{"hash", column::text}}) + " r on r.hash = p.hash",
             {{"rows", rows.json()}}))
        known.emplace(std::move(hash), known_report{std::move(json), probed_at});
    return known;
}

void keep(store::connection& on, const known_reports& fresh) {
    if (fresh.empty()) return;
    store::json_rows rows;
    for (const auto& [hash, report] : fresh) rows.add(hash, report.json, report.probed_at);
    on.execute("insert into plugin_probe (hash, report, probed_at) select r.hash, r.report, r.probed_at from " +
                   store::json_rows::table(
                       on.dialect(), ":rows",
                       {{"hash", column::text}, {"report", column::text}, {"probed_at", column::integer}}) +
                   R"( r where 1 = 1
                     on conflict (hash) do update set report = excluded.report, probed_at = excluded.probed_at)",
               {{"rows", rows.json()}});
}

std::optional<probe_report> usable(const known_report& known, store::milliseconds_utc now) {
    try {
        auto report = probe_report_of(known.json);
        if (report.refusal && now - known.probed_at >= refusal_kept) return std::nullopt;
        return report;
    } catch (const std::invalid_argument&) {  // of a program that wrote it differently: probe again
        return std::nullopt;
    }
}

[[noreturn]] void refuse_unknown_plugin(std::string_view name) {
    throw message::error(PLUGIN_UNKNOWN, {{"name", std::string(name)}});
}

void set_disabled(store::database& database, std::string_view name, bool disabled) {
    database.borrow()->execute(R"(insert into plugin_state (name, disabled, version) values (:name, :disabled, 0)
                                  on conflict (name) do update set disabled = excluded.disabled)",
                               {{"name", name}, {"disabled", disabled}});
}

}  // namespace

registry::registry(registry_settings settings, store::database& database, const prober& prober,
                   const store::clock& clock)
    : settings_(std::move(settings)), database_(database), prober_(prober), clock_(clock) {}

plugin_set registry::look() const { return look_with({}); }
plugin_set registry::probe_again(std::string_view name) const { return look_with(name); }

plugin_set registry::look_with(std::string_view probe_in_any_case) const {
    plugin_set set;
    auto found = find_plugins(settings_, set.problems);
    const auto [order, circles] = order_by_dependency(found);
    const auto wanted = own_requirement();
    const auto known = remember(*database_.borrow());

    // Everything that reads, before anything that runs: the order of the probes follows from the dependencies.
    std::vector<std::string> hashes(found.size());
    for (std::size_t at = 0; at < found.size(); ++at) {
        if (const auto circle = circles.find(at); circle != circles.end())
            found[at].problems.emplace_back(PLUGIN_DEPENDENCY_CIRCLE, message::arguments{{"circle", circle->second}});
        if (!found[at].problems.empty()) continue;
        inspect_library(found[at], wanted);
        hashes[at] = content_hash(found[at], settings_.host);
    }
    const auto reports = reports_of(*database_.borrow(), hashes);

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
    keep(*on, fresh);
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
    set_disabled(database_, name, false);
}

void registry::disable(std::string_view name) {
    require_known(name);
    set_disabled(database_, name, true);
}

void registry::forget(std::string_view name) {
    if (database_.borrow()->execute("delete from plugin_state where name = :name", {{"name", name}}) == 0)
        refuse_unknown_plugin(name);
}

void registry::require_known(std::string_view name) const {
    std::error_code failed;
    const auto there = [&](const fs::path& root) { return is_name(name) && fs::is_directory(root / name, failed); };
    if (std::any_of(settings_.roots.begin(), settings_.roots.end(), there)) return;
    if (database_.borrow()->scalar<std::string>("select name from plugin_state where name = :name", {{"name", name}}))
        return;
    refuse_unknown_plugin(name);
}

}  // namespace commhost::plugin
