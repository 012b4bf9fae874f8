#include "plugin/kept_plugins.hpp"

#include "plugin/content_cache.hpp"
#include "plugin/name.hpp"
#include "plugin/path_trust.hpp"
#include "plugin/probe_cache.hpp"
#include "store/json_rows.hpp"
#include "text/sha256.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace commhost::plugin {

namespace {

namespace fs = std::filesystem;
using store::column;

constexpr store::milliseconds_utc plugins_kept = std::chrono::milliseconds(std::chrono::hours(24)).count();

/// How folders and files look, in a few characters.
class appearance {
  public:
    void add(const folder_file& each) {
        const std::array<std::uint64_t, 5> numbers{each.device, each.number, each.size,
                                                   static_cast<std::uint64_t>(each.modified),
                                                   static_cast<std::uint64_t>(each.changed)};
        hash_.add({reinterpret_cast<const char*>(numbers.data()), sizeof numbers});
    }
    std::string digits() { return hash_.digits(); }

  private:
    text::sha256_hash hash_;
};

/// A line for the plugin, with how all in its folder looks and what is there, of which folders end with a slash. None of that
/// has control characters: not the release (manifest), not a name of a file (list_files).
void write(const plugin_to_keep& kept, std::string& into) {
    const auto& manifest = *kept.entry->manifest;
    fmt::format_to(std::back_inserter(into), "{}\t{}\t{}\t{}\t", kept.entry->name, manifest.version,
                   static_cast<int>(manifest.maturity), manifest.release);
    for (const auto which : kept.entry->capabilities) into.append(to_string(which)).append(" ");
    into += '\t';
    for (const auto& needed : manifest.dependencies)
        fmt::format_to(std::back_inserter(into), "{} {} ", needed.component, needed.version.value_or(0));
    appearance looks;
    std::string names;
    for (const auto& each : kept.files->folders) {
        looks.add(each);
        names += each.name + "/\t";
    }
    for (const auto& each : kept.files->files) {
        looks.add(each);
        names += each.name + "\t";
    }
    into += "\t" + looks.digits() + "\t" + names + "\n";
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

/// Up to the digits.
plugin_entry read_entry(reader& line) {
    plugin_entry entry;
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
    for (reader needed(line.word('\t')); !needed.done();) {
        dependency on{std::string(needed.word(' ')), std::nullopt};
        if (const auto version = needed.number<std::int64_t>(' '); version != 0) on.version = version;
        read.dependencies.push_back(std::move(on));
    }
    return entry;
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
        auto& kept = roots_[root];
        kept.folder = text::descriptor(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        kept.text = std::move(text);
        for (std::string_view left = kept.text; !left.empty();) {
            const auto line = left.substr(0, left.find('\n'));
            kept.lines.insert_or_assign(kept.lines.end(), line.substr(0, line.find('\t')), line);
            left.remove_prefix(std::min(left.size(), line.size() + 1));
        }
    }
}

std::optional<kept_plugin> kept_plugins::find_unchanged(const fs::path& root, std::string_view name,
                                                        std::span<const uid_t> owners) const {
    const auto of_root = roots_.find(root.native());
    if (of_root == roots_.end()) return std::nullopt;
    const auto& kept = of_root->second;
    const auto found = kept.lines.find(name);
    if (found == kept.lines.end()) return std::nullopt;
    try {
        reader line(found->second);
        kept_plugin plugin{read_entry(line), std::string(found->second)};
        const auto looked = line.word('\t');
        appearance looks;
        std::string path(name);
        while (!line.done()) {
            auto each = line.word('\t');
            const bool folder = each.ends_with('/');
            if (folder) each.remove_suffix(1);
            path.resize(name.size());
            if (!each.empty()) path.append("/").append(each);
            struct stat status {};
            if (::fstatat(kept.folder.number(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
                (status.st_mode & S_IFMT) != (folder ? S_IFDIR : S_IFREG) || !is_trusted(status, owners))
                return std::nullopt;
            looks.add(described("", status));
        }
        if (looks.digits() == looked) return plugin;
    } catch (const std::invalid_argument&) {  // somebody else wrote it: the folder is read again
    }
    return std::nullopt;
}

bool can_be_kept(const plugin_entry& entry, const folder_files& files, store::milliseconds_utc now) {
    return is_sound(entry.state) && entry.problems.empty() && entry.notices.empty() && !files.has_links &&
           is_settled(files, now);
}

void keep_plugins(store::connection& on, std::span<const plugin_to_keep> plugins, const host_version& host,
                  store::milliseconds_utc now) {
    std::map<std::string, std::string> by_root;
    for (const auto& each : plugins) {
        auto& text = by_root[each.entry->folder.parent_path().string()];
        if (each.line.empty())
            write(each, text);
        else
            text.append(each.line).append("\n");
    }
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
