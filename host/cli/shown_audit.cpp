#include "cli/shown_audit.hpp"

#include "cli/output.hpp"
#include "directory/instance.hpp"
#include "directory/user.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <optional>
#include <vector>

namespace commhost::cli {

namespace {

namespace json = boost::json;

json::value document_of(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    boost::system::error_code failed;
    auto parsed = json::parse(*text, failed);
    return failed ? json::value(*text) : parsed;
}

}  // namespace

shown_audit::shown_audit(store::connection& on, std::span<const audit::recorded> rows) {
    std::vector<directory::instance_id> instances;
    std::vector<directory::user_id> users;
    for (const auto& each : rows) {
        if (each.what.about.instance) instances.emplace_back(directory::instance_id{*each.what.about.instance});
        if (each.what.about.user) users.push_back(*each.what.about.user);
    }
    for (const auto& each : directory::find_instances(on, instances))
        instances_[static_cast<std::int64_t>(each.id)] = directory::name_of(each.key);
    for (const auto& each : directory::find_users(on, users))
        people_[each.id] = {each.record.external_id, each.record.display_name};
}

json::object shown_audit::document(const audit::recorded& row) const {
    const auto& [by, about, action, before, after] = row.what;
    json::value instance(nullptr);
    json::value user(nullptr);
    json::value room(nullptr);
    if (about.instance && instances_.contains(*about.instance)) instance = instances_.at(*about.instance);
    if (about.user && people_.contains(*about.user)) user = people_.at(*about.user).id;
    if (about.room) room = static_cast<std::int64_t>(*about.room);
    return {{"id", row.id},
            {"at", time_json(row.at)},
            {"actor", by.actor},
            {"cause", by.cause},
            {"reason", by.reason},
            {"action", action},
            {"kind", audit::to_string(about.kind)},
            {"instance", std::move(instance)},
            {"room", std::move(room)},
            {"user", std::move(user)},
            {"name", about.name},
            {"before", document_of(before)},
            {"after", document_of(after)}};
}

std::string shown_audit::about(const audit::recorded& row) const {
    const auto& about = row.what.about;
    std::vector<std::string> parts;
    if (about.instance)
        parts.push_back(instances_.contains(*about.instance) ? instances_.at(*about.instance)
                                                             : std::to_string(*about.instance));
    if (about.user) {
        const auto found = people_.find(*about.user);
        parts.push_back(found == people_.end() ? std::to_string(static_cast<std::int64_t>(*about.user))
                                               : fmt::format("{} ({})", found->second.name, found->second.id));
    }
    if (parts.empty() || !about.user) {
        if (!about.name.empty()) parts.push_back(about.name);
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace commhost::cli
