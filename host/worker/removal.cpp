#include "worker/removal.hpp"

#include "communication/erasure.hpp"
#include "communication/room.hpp"
#include "directory/change_set.hpp"
#include "message/catalogue.hpp"
#include "message/error.hpp"
#include "plugin/codes.hpp"
#include "plugin/dependencies.hpp"
#include "plugin/discovery.hpp"
#include "plugin/name.hpp"
#include "plugin/plugin_memory.hpp"
#include "plugin/staging.hpp"
#include "service/room_values.hpp"
#include "service/site_values.hpp"
#include "task/queue.hpp"

#include <fmt/format.h>

#include <system_error>
#include <vector>

namespace commhost::worker {

namespace {

namespace fs = std::filesystem;

/// The roots that have a folder of this name, the one that is used first.
std::vector<fs::path> roots_with(const std::vector<fs::path>& roots, const std::string& name) {
    std::vector<fs::path> with;
    std::error_code unreadable;
    for (const auto& root : roots)
        if (fs::is_directory(root / name, unreadable)) with.push_back(root);
    return with;
}

communication::provider_rooms rooms_of(store::connection& on, const std::string& name) {
    const auto counts = communication::count_rooms(on);
    const auto found = counts.find(name);
    return found == counts.end() ? communication::provider_rooms{} : found->second;
}

void refuse_while_in_use(const removal_order& order, const communication::provider_rooms& rooms) {
    if (order.rooms != rooms_fate::undecided || rooms.active + rooms.dormant == 0) return;
    throw message::error(
        plugin::PLUGIN_IN_USE,
        {{"plugin", order.name}, {"rooms", std::to_string(rooms.active)}, {"dormant", std::to_string(rooms.dormant)}});
}

/// A root that is not there, as when a disk is not mounted, or that cannot be read or trusted may hold it all the same.
void refuse_hidden(host& of, store::connection& on, const std::string& name) {
    const auto known = plugin::remembered_plugins(on);
    const auto remembered = known.find(name);
    if (remembered == known.end()) return;
    const auto& last = remembered->second.root;
    for (const auto& root : of.settings().plugin_roots) {
        std::error_code failed;
        const bool is_absent = fs::status(root, failed).type() == fs::file_type::not_found;
        if (last.empty() ? is_absent : root.string() != last) continue;
        if (const auto why = plugin::why_hidden(root, of.registry().owners()))
            throw message::error(plugin::PLUGIN_UNINSTALL_HIDDEN,
                                 {{"plugin", name},
                                  {"root", root.string()},
                                  {"reason", message::catalogue::current().part(why->code, "found", why->arguments)}});
    }
}

/// Those that are used now and need it.
std::vector<std::string> refused_without(host& of, const removal_order& order) {
    auto refused = plugin::refused_with(of.registry().overview().plugins, order.name, std::nullopt);
    if (!refused.empty() && !order.despite_dependents)
        throw message::error(plugin::PLUGIN_UNINSTALL_DEPENDENTS,
                             {{"plugin", order.name},
                              {"number", std::to_string(refused.size())},
                              {"refused", fmt::format("{}", fmt::join(refused, ", "))},
                              {"done", "no"}});
    return refused;
}

/// What the records lose, in the caller's transaction.
void forget(host& of, store::connection& on, const removal_order& order, removed_plugin& result) {
    directory::lock_revision(on);  // first, as everybody who changes several rooms
    const auto rooms = rooms_of(on, order.name);
    refuse_while_in_use(order, rooms);  // a roster may have brought some a moment ago
    if (order.settings_too) of.stored_settings().forget_site(on, plugin::component_of(order.name));
    if (order.rooms == rooms_fate::wait) {
        result.rooms_waiting = rooms.active + rooms.dormant;
    } else {
        communication::leave_accounts(on, order.name, order.by, of.clock().now());
        const auto forgotten = communication::forget_provider(on, order.name);
        result.rooms_forgotten = static_cast<std::int64_t>(forgotten.size());
        result.tasks_dropped = task::queue::drop(on, order.name);
        of.stored_settings().forget_rooms(on, forgotten);
        service::erase_room_values(on, forgotten);
        service::erase_site_values(on, order.name);
    }
    if (result.used_now.empty() && result.rooms_waiting == 0) {
        task::queue::resume(on, order.name);
        plugin::forget_plugin(on, order.name);
    }
    audit::subject about{audit::subject_kind::plugin};
    about.name = order.name;
    audit::record(on, {order.by, about, "plugin_uninstalled"}, of.clock().now());
}

}  // namespace

removed_plugin uninstall(host& of, const removal_order& order) {
    const auto roots = roots_with(of.settings().plugin_roots, order.name);
    {
        const auto on = of.database().borrow();
        if (!of.registry().knows(*on, order.name)) throw message::error(plugin::PLUGIN_UNKNOWN, {{"name", order.name}});
        if (roots.empty()) refuse_hidden(of, *on, order.name);
        refuse_while_in_use(order, rooms_of(*on, order.name));
    }
    removed_plugin result;
    if (roots.size() > 1) result.used_now = roots[1] / order.name;
    if (roots.size() == 1) result.refused = refused_without(of, order);
    std::optional<plugin::staging> kept;
    if (!roots.empty()) {
        result.folder = roots.front() / order.name;
        kept.emplace(roots.front(), of.registry().owners());
        kept->take_out(order.name);
    }
    try {
        of.database().transact([&](store::connection& on) { forget(of, on, order, result); });
    } catch (...) {
        if (kept) kept->put_back();
        throw;
    }
    return result;
}

}  // namespace commhost::worker
