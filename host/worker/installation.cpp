#include "worker/installation.hpp"

#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/dependencies.hpp"
#include "plugin/folder_files.hpp"
#include "plugin/package.hpp"
#include "plugin/path_trust.hpp"
#include "plugin/plugin_memory.hpp"
#include "plugin/staging.hpp"
#include "worker/availability.hpp"
#include "worker/codes.hpp"
#include "worker/trial.hpp"

#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <utility>

namespace commhost::worker {

namespace {

namespace fs = std::filesystem;
using plugin::plugin_entry;
using plugin::plugin_state;

bool is_same_folder(const fs::path& one, const fs::path& other) {
    std::error_code unknown;
    return fs::weakly_canonical(one, unknown) == fs::weakly_canonical(other, unknown);
}

fs::path root_for(const std::vector<fs::path>& roots, const fs::path& wanted) {
    if (wanted.empty() && !roots.empty()) return roots.back();
    std::string names;
    for (const auto& root : roots) {
        if (is_same_folder(root, wanted)) return root;
        names += (names.empty() ? "" : ", ") + root.string();
    }
    throw message::error(plugin::PLUGIN_INSTALL_ROOT, {{"root", wanted.string()}, {"roots", names}});
}

/// A plugin of that name in an earlier root would be used in the place of this one.
void refuse_shadowed(const std::vector<fs::path>& roots, const fs::path& root, const std::string& name) {
    for (const auto& earlier : roots) {
        if (earlier == root) return;
        std::error_code unreadable;
        if (fs::is_directory(earlier / name, unreadable))
            throw message::error(plugin::PLUGIN_INSTALL_SHADOWED,
                                 {{"used", (earlier / name).string()}, {"root", root.string()}});
    }
}

/// What it says of itself, under the name that the admin knows it by: the folder where it was looked at is gone by now.
void rename_places(std::vector<plugin::problem>& of, const fs::path& folder, const fs::path& source) {
    const auto from = folder.string();
    const auto to = source.string();
    for (auto& problem : of)
        for (auto& [name, value] : problem.arguments)
            for (auto at = value.find(from); at != std::string::npos; at = value.find(from, at + to.size()))
                value.replace(at, from.size(), to);
}

/// Whether a look finds in its place what was tried, and may use it.
bool is_usable(const std::optional<plugin_entry>& there, const plugin_entry& tried) {
    return there && there->content == tried.content &&
           (is_sound(there->state) || (there->state == plugin_state::disabled && there->problems.empty()));
}

std::string reason_against(const std::optional<plugin_entry>& there) {
    std::string reason;
    if (there)
        for (const auto& each : there->problems) reason += (reason.empty() ? "" : " ") + each.text();
    if (reason.empty())
        reason = message::error(plugin::PLUGIN_CHANGED, {{"file", there ? there->folder.string() : "-"}}).text();
    return reason;
}

class installation {
  public:
    installation(host& of, const install_order& order)
        : host_(of), order_(order), root_(root_for(of.settings().plugin_roots, order.root)),
          staged_(root_, of.registry().owners()) {}

    installed_plugin run() {
        const auto folder = plugin::unpack(order_.source, staged_.fresh());
        name_ = folder.filename().string();
        refuse_shadowed(host_.settings().plugin_roots, root_, name_);
        order_.reached(install_step::unpacked);
        const auto before = host_.registry().find(name_);
        const bool was_there = before && before->folder == staged_.root() / name_;
        // Of one that cannot be trusted no content was read; it is replaced by one that can.
        if (was_there && before->content == plugin::checksums_of(plugin::list_files(folder)))
            return {install_end::unchanged, *before, {}, {}};

        auto tried = host_.registry().preview(folder, true);
        if (!is_sound(tried.state)) {
            rename_places(tried.problems, folder, order_.source);
            rename_places(tried.notices, folder, order_.source);
            tried.folder = staged_.root() / name_;
            return {install_end::refused, std::move(tried), {}, {}};
        }
        refuse_older(tried);
        const auto refused = was_there ? refused_with(*before, tried) : std::vector<std::string>{};
        order_.reached(install_step::examined);
        const auto lacking = try_out(tried);
        order_.reached(install_step::tried);
        auto there = put_in_place(tried);
        if (lacking) there.notices.push_back(*lacking);
        return {was_there ? install_end::replaced : install_end::installed, std::move(there),
                was_there && before->manifest ? before->manifest->release : "", refused};
    }

  private:
    void refuse_older(const plugin_entry& tried) const {
        if (order_.downgrade || tried.manifest->version >= tried.version_in_use) return;
        throw message::error(plugin::PLUGIN_INSTALL_OLDER, {{"plugin", name_},
                                                            {"found", std::to_string(tried.manifest->version)},
                                                            {"wanted", std::to_string(tried.version_in_use)}});
    }

    /// Those that can do with what is there, and not with what was tried.
    std::vector<std::string> refused_with(const plugin_entry& before, const plugin_entry& tried) const {
        if (!is_sound(before.state) || tried.manifest->version >= before.manifest->version) return {};
        auto refused = plugin::refused_with(host_.registry().overview().plugins, name_, tried.manifest->version);
        if (!refused.empty() && !order_.despite_dependents)
            throw message::error(plugin::PLUGIN_INSTALL_DEPENDENTS,
                                 {{"plugin", name_},
                                  {"version", std::to_string(tried.manifest->version)},
                                  {"number", std::to_string(refused.size())},
                                  {"refused", fmt::format("{}", fmt::join(refused, ", "))},
                                  {"done", "no"}});
        return refused;
    }

    /// Gives what kept it from being tried.
    std::optional<plugin::problem> try_out(const plugin_entry& tried) {
        if (auto lacking = why_not_configured(host_, tried)) return lacking;
        if (const auto reason = try_worker(order_.worker_command, tried, order_.trial_time))
            throw message::error(WORKER_TRIAL, {{"plugin", name_}, {"reason", *reason}});
        return std::nullopt;
    }

    plugin_entry put_in_place(const plugin_entry& tried) {
        const bool older = tried.manifest->version < tried.version_in_use;
        const auto set_version = [&](std::int64_t version) {
            if (older) plugin::set_version_in_use(*host_.database().borrow(), name_, version);
        };
        // Before it is in its place: no look in between is to refuse it.
        set_version(tried.manifest->version);
        bool placed = false;
        try {
            staged_.put_in_place(name_);
            placed = true;
            order_.reached(install_step::in_place);
            auto there = host_.registry().find(name_);
            if (!is_usable(there, tried))
                throw message::error(plugin::PLUGIN_INSTALL_UNDONE,
                                     {{"plugin", name_}, {"reason", reason_against(there)}});
            return *std::move(there);
        } catch (...) {
            if (placed) staged_.take_back();
            set_version(tried.version_in_use);
            throw;
        }
    }

    host& host_;
    const install_order& order_;
    fs::path root_;
    plugin::staging staged_;
    std::string name_;
};

}  // namespace

std::string_view to_string(install_end which) {
    switch (which) {
        case install_end::installed: return "installed";
        case install_end::replaced: return "replaced";
        case install_end::unchanged: return "unchanged";
        case install_end::refused: return "refused";
    }
    return "unknown";
}

installed_plugin install(host& of, const install_order& order) { return installation(of, order).run(); }

}  // namespace commhost::worker
