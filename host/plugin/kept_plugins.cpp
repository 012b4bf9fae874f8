#include "plugin/kept_plugins.hpp"

#include "plugin/content_cache.hpp"
#include "plugin/name.hpp"
#include "plugin/path_trust.hpp"
#include "plugin/probe_cache.hpp"
#include "store/json_rows.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <tuple>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;
using store::column;

constexpr store::milliseconds_utc plugins_kept = std::chrono::milliseconds(std::chrono::hours(24)).count();

/// A line for the plugin, then one for each folder and file in it. None of what is written has control characters: not the release
/// (manifest), not a name of a file (list_files).
void write(const plugin_to_keep& kept, std::string& into) {
    const auto& manifest = *kept.entry->manifest;
    fmt::format_to(std::back_inserter(into), "plugin\t{}\t{}\t{}\t{}\t", kept.entry->name, manifest.version,
                   static_cast<int>(manifest.maturity), manifest.release);
    for (const auto which : kept.entry->capabilities) into.append(to_string(which)).append(" ");
    into += '\t';
    for (const auto& needed : manifest.dependencies)
        fmt::format_to(std::back_inserter(into), "{} {} ", needed.component, needed.version.value_or(0));
    into += '\n';
    const auto write_all = [&](const char* kind, const std::vector<folder_file>& all) {
        for (const auto& each : all)
            fmt::format_to(std::back_inserter(into), "{}\t{}\t{}\t{}\t{}\t{}\t{}\n", kind, each.name, each.device,
                           each.number, each.size, each.modified, each.changed);
    };
    write_all("folder", kept.files->folders);
    write_all("file", kept.files->files);
}

/// Reads what write() has written, part by part.
class reader {
  public:
    explicit reader(std::string_view text) : left_(text) {}

    bool done() const { return left_.empty(); }

    /// Up to the next one of ends, which is passed over.
    std::string_view word(char end) {
        const auto at = left_.find(end);
        if (at == std::string_view::npos) throw std::invalid_argument("kept plugins: cut off");
        const auto word = left_.substr(0, at);
        left_.remove_prefix(at + 1);
        return word;
    }

    template <class Number>
    Number number(char end) {
        const auto digits = word(end);
        Number value{};
        const auto* const behind = digits.data() + digits.size();
        const auto [read, failed] = std::from_chars(digits.data(), behind, value);
        if (failed != std::errc{} || read != behind) throw std::invalid_argument("kept plugins: no number");
        return value;
    }

  private:
    std::string_view left_;
};

kept_plugin read_plugin(reader& line) {
    kept_plugin kept;
    auto& entry = kept.entry;
    entry.name = line.word('\t');
    entry.component = component_of(entry.name);
    auto& read = entry.manifest.emplace();
    read.component = entry.component;
    read.version = line.number<std::int64_t>('\t');
    read.maturity = static_cast<maturity>(line.number<std::uint8_t>('\t'));
    read.release = line.word('\t');
    for (reader names(line.word('\t')); !names.done();) {
        const auto which = capability_of(names.word(' '));
        if (!which) throw std::invalid_argument("kept plugins: unknown capability");
        entry.capabilities.push_back(*which);
    }
    read.capabilities = entry.capabilities;
    for (reader needed(line.word('\n')); !needed.done();) {
        dependency on{std::string(needed.word(' ')), std::nullopt};
        if (const auto version = needed.number<std::int64_t>(' '); version != 0) on.version = version;
        read.dependencies.push_back(std::move(on));
    }
    return kept;
}

folder_file read_file_line(reader& line) {
    folder_file read;
    read.name = line.word('\t');
    read.device = line.number<std::uint64_t>('\t');
    read.number = line.number<std::uint64_t>('\t');
    read.size = line.number<std::uint64_t>('\t');
    read.modified = line.number<std::int64_t>('\t');
    read.changed = line.number<std::int64_t>('\n');
    return read;
}

std::map<std::string, kept_plugin, std::less<>> read_plugins(std::string_view text) {
    std::map<std::string, kept_plugin, std::less<>> plugins;
    kept_plugin* last = nullptr;
    for (reader lines(text); !lines.done();) {
        const auto kind = lines.word('\t');
        if (kind == "plugin") {
            auto read = read_plugin(lines);
            auto name = read.entry.name;
            last = &plugins.insert_or_assign(plugins.end(), std::move(name), std::move(read))->second;
            continue;
        }
        if (last == nullptr) throw std::invalid_argument("kept plugins: no plugin");
        (kind == "folder" ? last->files.folders : last->files.files).push_back(read_file_line(lines));
    }
    return plugins;
}

bool is_same(const folder_file& before, const struct stat& status) {
    const auto now = described("", status);
    return now.device == before.device && now.number == before.number && now.size == before.size &&
           now.modified == before.modified && now.changed == before.changed;
}

/// The version of this program and what it wants of plugins, as for a probe.
std::string kept_by(const host_version& host) { return probe_key("", host); }

}  // namespace

kept_plugins::kept_plugins(store::connection& on, std::span<const fs::path> roots, const host_version& host,
                           store::milliseconds_utc now) {
    store::json_rows rows;
    for (const auto& root : roots) {
        std::error_code unknown;  // of a root that is not there nothing is kept
        rows.add(fs::canonical(root, unknown).string());
    }
    for (auto& [root, text] : on.query<std::string, std::string>(
             "select o.root, o.plugins from plugin_overview o join " +
                 store::json_rows::table(on.dialect(), ":rows", {{"root", column::text}}) +
                 " r on r.root = o.root where o.host = :host and o.read_at > :oldest and o.read_at <= :now",
             {{"rows", rows.json()}, {"host", kept_by(host)}, {"oldest", now - plugins_kept}, {"now", now}})) {
        try {
            text::descriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
            auto plugins = read_plugins(text);
            roots_.insert_or_assign(std::move(root), kept_root{std::move(folder), std::move(plugins)});
        } catch (const std::invalid_argument&) {  // somebody else wrote it: all folders are read again
        }
    }
}

std::optional<kept_plugin> kept_plugins::take_unchanged(const fs::path& root, std::string_view name,
                                                        std::span<const uid_t> owners) {
    const auto of_root = roots_.find(root.native());
    if (of_root == roots_.end()) return std::nullopt;
    auto& [folder, plugins] = of_root->second;
    const auto found = plugins.find(name);
    if (found == plugins.end()) return std::nullopt;
    std::string path(name);
    const auto looks_as_before = [&, number = folder.number()](const folder_file& before, mode_t kind) {
        path.resize(name.size());
        if (!before.name.empty()) path.append("/").append(before.name);
        struct stat status {};
        return ::fstatat(number, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
               (status.st_mode & S_IFMT) == kind && is_trusted(status, owners) && is_same(before, status);
    };
    const auto& files = found->second.files;
    const bool same = std::all_of(files.folders.begin(), files.folders.end(),
                                  [&](const auto& each) { return looks_as_before(each, S_IFDIR); }) &&
                      std::all_of(files.files.begin(), files.files.end(),
                                  [&](const auto& each) { return looks_as_before(each, S_IFREG); });
    return same ? std::optional(std::move(found->second)) : std::nullopt;
}

bool can_be_kept(const plugin_entry& entry, const folder_files& files, store::milliseconds_utc now) {
    return is_sound(entry.state) && entry.problems.empty() && entry.notices.empty() && !files.has_links &&
           is_settled(files, now);
}

void keep_plugins(store::connection& on, std::span<const plugin_to_keep> plugins, const host_version& host,
                  store::milliseconds_utc now) {
    std::map<std::string, std::string> by_root;
    for (const auto& each : plugins) write(each, by_root[each.files->folder.parent_path().string()]);
    store::json_rows rows;
    for (const auto& [root, text] : by_root) rows.add(root, kept_by(host), text, now);
    forget_kept_plugins(on);
    on.execute("insert into plugin_overview (root, host, plugins, read_at) select r.root, r.host, r.plugins, r.read_at "
               "from " +
                   store::json_rows::table(on.dialect(), ":rows",
                                           {{"root", column::text},
                                            {"host", column::text},
                                            {"plugins", column::text},
                                            {"read_at", column::integer}}) +
                   " r",
               {{"rows", rows.json()}});
}

void forget_kept_plugins(store::connection& on) { on.execute("delete from plugin_overview", {}); }

}  // namespace commhost::plugin
